// SPDX-License-Identifier: Apache-2.0
// Hashing by libsodium, what names and passwords may be, and the acts of the command line.
#include "server/identity/password.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "server/base/must.h"
#include "server/base/utf8.h"
#include "server/identity/identity.h"

enum { PASSES = 3, MEMORY_BYTES = 64 * 1024 * 1024 };
_Static_assert(ACCOUNT_HASH_MAX >= crypto_pwhash_STRBYTES, "the store has room for a hash");

// Of a random password that nobody knows.
static const char NOBODY[] = "$argon2id$v=19$m=65536,t=3,p=1$VJyDOpp9l5NAAx+yL5agRg"
                             "$PySPG4TeQIRD6wh8q/xwtkXZDTJQlnEDqgM9hOJXEyk";

static unsigned point_of(const char *p, size_t len)
{
    const unsigned char *u = (const unsigned char *)p;
    unsigned point = len == 1 ? u[0] : u[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        point = point << 6 | (u[i] & 63u);
    return point;
}

static bool may_be_in_name(unsigned c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == 0x3007 || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x323AF);
}

bool password_name_ok(struct slice name)
{
    if (name.n < 1 || name.n > ACCOUNT_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.n;) {
        size_t len = utf8_step(name.p + i, name.n - i);
        if (!len || !may_be_in_name(point_of(name.p + i, len)))
            return false;
        i += len;
    }
    return true;
}

bool password_ok(struct slice password)
{
    size_t points = 0;
    for (size_t i = 0; i < password.n && points <= PASSWORD_MAX; points++) {
        size_t len = utf8_step(password.p + i, password.n - i);
        if (!len)
            return false;
        unsigned c = point_of(password.p + i, len);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            return false;
        i += len;
    }
    return points >= PASSWORD_MIN && points <= PASSWORD_MAX;
}

bool password_hash(struct slice password, char ret[ACCOUNT_HASH_MAX])
{
    must(password.p && sodium_init() >= 0);
    return crypto_pwhash_str_alg(ret, password.p, password.n, PASSES, MEMORY_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_matches(const char *hash, struct slice password)
{
    bool same = crypto_pwhash_str_verify(hash ? hash : NOBODY, password.p, password.n) == 0;
    return same && hash;
}

static int hash_new(const char *password, char ret[ACCOUNT_HASH_MAX], char error[256])
{
    if (!password_ok(slice_of(password))) {
        snprintf(error, 256, "a password has %d to %d characters and no control characters",
                 PASSWORD_MIN, PASSWORD_MAX);
        return -EINVAL;
    }
    if (!password_hash(slice_of(password), ret)) {
        snprintf(error, 256, "not enough memory for hashing a password (64 MiB)");
        return -ENOMEM;
    }
    return 0;
}

static bool is_role(const char *role)
{
    return strcmp(role, "portal_admin") == 0 || strcmp(role, "auditor") == 0 ||
           strcmp(role, "staff") == 0;
}

static int store_answer(int code, const char *name, char error[256])
{
    if (code == -EEXIST)
        snprintf(error, 256, "there is an account %s already", name);
    else if (code == -ENOENT)
        snprintf(error, 256, "there is no account %s", name);
    else if (code)
        snprintf(error, 256, "the accounts cannot be written: %s", strerror(-code));
    return code;
}

int identity_user_add(struct accounts *a, const char *name, const char *role, const char *password,
                      int64_t now_ms, char error[256])
{
    if (!password_name_ok(slice_of(name))) {
        snprintf(error, 256, "a name has 1 to %d bytes of letters, digits, Han characters, . _ -",
                 ACCOUNT_NAME_MAX);
        return -EINVAL;
    }
    if (!is_role(role)) {
        snprintf(error, 256, "a role is portal_admin, auditor or staff");
        return -EINVAL;
    }
    struct account account = {.created_ms = now_ms};
    int code = hash_new(password, account.hash, error);
    if (code)
        return code;
    snprintf(account.name, sizeof account.name, "%s", name);
    snprintf(account.role, sizeof account.role, "%s", role);
    return store_answer(account_add(a, &account), name, error);
}

// A new password ends what was opened with the old one; a running server notices within seconds.
int identity_user_passwd(struct accounts *a, const char *name, const char *password,
                         char error[256])
{
    char hash[ACCOUNT_HASH_MAX];
    int code = hash_new(password, hash, error);
    if (!code)
        code = store_answer(account_set_hash(a, name, hash), name, error);
    if (!code)
        code = store_answer(session_drop_all(a, name), name, error);
    return code;
}
