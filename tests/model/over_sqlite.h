// SPDX-License-Identifier: Apache-2.0
// Worlds over SQLite, as the server runs, in place of the record in memory.
#ifndef TESTS_MODEL_OVER_SQLITE_H
#define TESTS_MODEL_OVER_SQLITE_H

// Every world made in between has an empty folder of its own; they must be gone at the end.
void over_sqlite_begin(void);
void over_sqlite_end(void);

#endif
