// SPDX-License-Identifier: Apache-2.0
// The record file through SQLite: one connection and its prepared statements. Used by one thread
// at a time: first by the one that opens, then by the writer thread alone.
#ifndef STORAGE_SQLITE_RECORD_H
#define STORAGE_SQLITE_RECORD_H

#include <sqlite3.h>

#include "storage/sqlite/job.h"

enum statement {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_INTERVIEW_FIND,
    SQL_INTERVIEW_ADD,
    SQL_INTERVIEW_MOVE,
    SQL_OP_FIND,
    SQL_OP_ADD,
    SQL_GUARD_FIND,
    SQL_GUARD_SET,
    SQL_GUARD_DROP,
    SQL_EVENT_ADD,
    SQL_EVENT_FIND,
    SQL_EVENT_REPLACE,
    SQL_OP_STRIKE,
    SQL_EVENT_READ,
    SQL_INTERVIEW_LIST,
    SQL_MARK_ADD,
    SQL_MARK_DROP,
    SQL_MARK_LIST,
    STATEMENT_COUNT,
};

struct record {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

// Opens path for this process alone, brings it to the present version, prepares. Returns 0 or a
// negative errno with a sentence in error; record_finish is due in both cases.
int record_init(struct record *r, const char *path, char error[STORAGE_ERROR_LEN]);
void record_finish(struct record *r);

// Brings the file to the present version, one transaction per version (schema.c).
int record_migrate(struct record *r, char error[STORAGE_ERROR_LEN]);

// SQLite's quick check, then both chains of every interview (check.c).
int record_check(struct record *r, char error[STORAGE_ERROR_LEN]);

// Writes a group of appends and marks in one transaction and sets each job's result, an append's
// numbers and found. Returns false
// when the record can no longer be trusted to take writes; why then says it (write.c).
bool record_write(struct record *r, struct job *group, char why[STORAGE_ERROR_LEN]);

// Writes the tables anew that hold what people wrote, within the transaction: SQLite leaves copies
// of a row in the gaps of the pages between which it moved rows, and secure_delete clears pages
// that are given up, not these (renew.c). An SQLite code.
int record_renew(struct record *r);

// Brings all of the write-ahead log into the file and empties it. An SQLite code.
int record_checkpoint(struct record *r);

// Fills in the next slice of a read or list, sets its result and has_more (read.c).
void record_read(struct record *r, struct read_job *read);

// Turns an SQLite failure into a negative errno and a sentence: "what: why".
int record_fault(struct record *r, int code, const char *what, char error[STORAGE_ERROR_LEN]);

void bind_text(sqlite3_stmt *s, int i, struct slice text);
void bind_blob(sqlite3_stmt *s, int i, struct slice blob);
void bind_number(sqlite3_stmt *s, int i, uint64_t n);
struct slice column(sqlite3_stmt *s, int i); // until the statement moves on
uint64_t column_number(sqlite3_stmt *s, int i);
void column_hash(sqlite3_stmt *s, int i, char ret[CHAIN_HEX + 1]);    // "" when not a hash's length
void column_commit(sqlite3_stmt *s, int i, char ret[COMMIT_HEX + 1]); // the same
int step_once(sqlite3_stmt *s); // for a statement without rows: SQLITE_OK when done

#endif
