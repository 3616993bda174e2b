// SPDX-License-Identifier: Apache-2.0
// The portal's master key on disk: 32 random bytes, made once, never replaced. Whoever loses it
// loses every receipt's secret, so a damaged file stops the start instead of being made anew.
#include "server/identity/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/must.h"

enum { PATH_LEN = 4096, ERROR_LEN = 256 };

static int fail(char error[ERROR_LEN], const char *what, int code)
{
    snprintf(error, ERROR_LEN, "master.key: %s: %s", what, strerror(-code));
    return code;
}

static int read_key(const char *path, unsigned char ret[MASTER_KEY_BYTES], char error[ERROR_LEN])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ENOENT : fail(error, "cannot read it", -errno);
    struct stat st;
    unsigned char bytes[MASTER_KEY_BYTES + 1];
    ssize_t n = fstat(fd, &st) == 0 ? read(fd, bytes, sizeof bytes) : -1;
    int code = n < 0 ? -errno : 0;
    close(fd);
    if (code)
        return fail(error, "cannot read it", code);
    if (st.st_mode & 027) // a group may read: that is how secrets are mounted
        return fail(error, "others may read or write it; chmod 600", -EACCES);
    if (n != MASTER_KEY_BYTES)
        return fail(error, "it is not 32 bytes long; restore it from a backup", -EINVAL);
    memcpy(ret, bytes, MASTER_KEY_BYTES);
    sodium_memzero(bytes, sizeof bytes);
    return 0;
}

// A name in a directory is durable once the directory is.
static int sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return code;
}

// -EEXIST: somebody else made one meanwhile.
static int make_key(const char *dir, const char *path)
{
    char temporary[PATH_LEN];
    unsigned char key[MASTER_KEY_BYTES];
    snprintf(temporary, sizeof temporary, "%.4000s/master.key.XXXXXX", dir);
    int fd = mkostemp(temporary, O_CLOEXEC); // 0600
    if (fd < 0)
        return -errno;
    randombytes_buf(key, sizeof key);
    int code = 0;
    if (write(fd, key, sizeof key) != (ssize_t)sizeof key)
        code = errno ? -errno : -EIO;
    if (!code && fsync(fd) != 0)
        code = -errno;
    if (close(fd) != 0 && !code)
        code = -errno;
    if (!code && link(temporary, path) != 0) // unlike rename, never over an existing one
        code = -errno;
    unlink(temporary);
    sodium_memzero(key, sizeof key);
    return code ? code : sync_dir(dir);
}

static void derive(unsigned char sub[SUBKEY_BYTES], uint64_t id,
                   const unsigned char master[MASTER_KEY_BYTES])
{
    must(crypto_kdf_derive_from_key(sub, SUBKEY_BYTES, id, "fangtan1", master) == 0);
}

int keys_open(const char *dir, struct keys **ret, char error[256])
{
    unsigned char master[MASTER_KEY_BYTES];
    char path[PATH_LEN];
    must(sodium_init() >= 0);
    if (strlen(dir) > 4000)
        return fail(error, "the directory's name is too long", -ENAMETOOLONG);
    snprintf(path, sizeof path, "%.4000s/master.key", dir);
    int code = read_key(path, master, error);
    if (code == -ENOENT) {
        code = make_key(dir, path);
        if (code && code != -EEXIST)
            return fail(error, "cannot make one", code);
        code = read_key(path, master, error);
    }
    if (code)
        return code;
    struct keys *k = sodium_malloc(sizeof *k);
    must(k);
    derive(k->token, 1, master);
    derive(k->visitor, 2, master);
    derive(k->address, 3, master);
    derive(k->question, 4, master);
    derive(k->statement, 5, master);
    derive(k->secret, 6, master);
    derive(k->network, 7, master);
    derive(k->invitation, 8, master);
    sodium_memzero(master, sizeof master);
    sodium_mprotect_readonly(k);
    *ret = k;
    return 0;
}

void keys_close(struct keys **k)
{
    sodium_free(*k); // wipes it; takes NULL
    *k = NULL;
}
