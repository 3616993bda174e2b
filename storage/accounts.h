// SPDX-License-Identifier: Apache-2.0
// Staff accounts and sign-in sessions: facts about people, not events of an interview.
//
// Kept in DIR/accounts.db (SQLite, rollback journal, synchronous=FULL), which the command line
// may open while the server runs. Calls are synchronous, touch the disk and are thread-safe:
// the server makes them on worker threads only.
#ifndef STORAGE_ACCOUNTS_H
#define STORAGE_ACCOUNTS_H

#include <stdint.h>

#include "storage/storage.h"

enum {
    ACCOUNT_NAME_MAX = 64,
    ACCOUNT_HASH_MAX = 128,
    SESSION_KEY_BYTES = 32,
    SESSION_INVITATION_MAX = 17
};

struct account {
    char name[ACCOUNT_NAME_MAX + 1];
    char role[16];               // portal_admin, auditor, staff
    char hash[ACCOUNT_HASH_MAX]; // libsodium's password string
    bool disabled;
    int64_t created_ms;
};

struct session {
    unsigned char key[SESSION_KEY_BYTES]; // hash of the token; the token itself is never stored
    char name[ACCOUNT_NAME_MAX + 1];      // the account
    int64_t created_ms;
    int64_t seen_ms;
    // By which invitation he came in, and when that ends; "" and 0: by his password. Who was
    // invited needs no account.
    char invitation[SESSION_INVITATION_MAX + 1];
    int64_t until_ms;
};

struct accounts;
typedef void accounts_row(void *ctx, const struct account *account);
typedef void session_row(void *ctx, const struct session *session);

int accounts_open(const char *dir, struct accounts **ret, char error[STORAGE_ERROR_LEN]);
void accounts_close(struct accounts **a);

// All return 0 or a negative errno: -EEXIST on adding a name that is there, -ENOENT on an
// unknown one. A disabled account keeps its name for ever.
int account_add(struct accounts *a, const struct account *account);
int account_get(struct accounts *a, const char *name, struct account *ret);
int account_set_hash(struct accounts *a, const char *name, const char *hash);
int account_set_disabled(struct accounts *a, const char *name, bool disabled);
int account_each(struct accounts *a, accounts_row *each, void *ctx); // by name

int session_put(struct accounts *a, const struct session *session); // add or replace
int session_get(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES],
                struct session *ret);
// One step: a session that another process ends at the same moment stays ended.
int session_seen(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES], int64_t seen_ms);
int session_drop(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES]);
int session_drop_all(struct accounts *a, const char *name);
int session_each(struct accounts *a, session_row *each, void *ctx);

#endif
