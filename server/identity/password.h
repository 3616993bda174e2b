// SPDX-License-Identifier: Apache-2.0
// Passwords: Argon2id with 64 MiB and three passes. Each call takes about a tenth of a second and
// 64 MiB, so it is made on a worker thread or in the command line.
#ifndef SERVER_IDENTITY_PASSWORD_H
#define SERVER_IDENTITY_PASSWORD_H

#include <stdbool.h>

#include "storage/accounts.h"

// 1–64 bytes of ASCII letters, digits, CJK ideographs, '.', '_', '-'.
bool password_name_ok(struct slice name);

// Between PASSWORD_MIN and PASSWORD_MAX characters of UTF-8, none of them a control.
bool password_ok(struct slice password);

// false: not enough memory for hashing.
bool password_hash(struct slice password, char ret[ACCOUNT_HASH_MAX]);

// hash NULL: of nobody; takes the same time and is false.
bool password_matches(const char *hash, struct slice password);

#endif
