// SPDX-License-Identifier: Apache-2.0
// Counts failed log-ins by account name and by address, known or not, and locks. Time is a
// parameter. Keys are kept hashed: a mistyped password in the name field is not in memory.
#ifndef SERVER_IDENTITY_LOCKOUT_H
#define SERVER_IDENTITY_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/slice.h"

enum {
    LOCKOUT_WINDOW_MS = 15 * 60 * 1000, // failures count for so long
    LOCKOUT_MS = 15 * 60 * 1000,        // a lock lasts so long
    LOCKOUT_NAME_FAILURES = 5,
    LOCKOUT_ADDRESS_FAILURES = 30, // an office may share one
    LOCKOUT_ENTRIES = 16384,       // the least recently used one is forgotten first
};

enum lockout_kind { LOCKOUT_NAME, LOCKOUT_ADDRESS };

enum lockout_answer {
    LOCKOUT_OPEN,
    LOCKOUT_LOCKED,
    LOCKOUT_FULL, // as many attempts are under way as may still fail
};

struct lockout;

struct lockout *lockout_create(void);
void lockout_destroy(struct lockout **l); // takes NULL

// May one more attempt be made? On LOCKOUT_OPEN it is under way until lockout_end. On
// LOCKOUT_LOCKED *ret_retry_ms tells when the lock ends.
enum lockout_answer lockout_begin(struct lockout *l, enum lockout_kind kind, struct slice who,
                                  int64_t now_ms, int64_t *ret_retry_ms);

enum lockout_end {
    LOCKOUT_FAILED,    // counts, and locks at the limit
    LOCKOUT_SUCCEEDED, // a name starts anew; an address does not, or its owner could clear it
    LOCKOUT_UNDECIDED  // as if it had not been
};
void lockout_end(struct lockout *l, enum lockout_kind kind, struct slice who, int64_t now_ms,
                 enum lockout_end how);

#endif
