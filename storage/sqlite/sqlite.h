// SPDX-License-Identifier: Apache-2.0
// The record in one SQLite file, DIR/record.db: one connection on its own thread, WAL,
// synchronous=FULL, group commit without artificial delay.
#ifndef STORAGE_SQLITE_SQLITE_H
#define STORAGE_SQLITE_SQLITE_H

#include <uv.h>

#include "storage/storage.h"

// Opens (creating when absent) and checks the record: format version, SQLite's own quick check,
// and the hash chains. Refuses a damaged record or one that another process has open.
// listener is copied. Returns 0 and *ret, or a negative errno with a sentence in error.
int sqlite_open(uv_loop_t *loop, const char *dir, const struct st_listener *listener,
                struct storage **ret, char error[STORAGE_ERROR_LEN]);

#endif
