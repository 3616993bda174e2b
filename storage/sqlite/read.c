// SPDX-License-Identifier: Apache-2.0
// Reading in slices, so that a long history never holds up a commit.
#include "storage/sqlite/record.h"

// The interview's number; 0 when there is none.
static int find(struct record *r, struct read_job *read, sqlite3_int64 *ret_iid)
{
    sqlite3_stmt *s = r->statements[SQL_INTERVIEW_FIND];
    bind_text(s, 1, (struct slice){read->interview, read->interview_len});
    int code = sqlite3_step(s);
    *ret_iid = code == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static void add_event(struct read_job *read, sqlite3_stmt *s)
{
    struct row *row = read_job_add(read, column(s, 3), column(s, 4), column(s, 5));
    row->seq = column_number(s, 0);
    row->pub = column_number(s, 1);
    row->at_ms = sqlite3_column_int64(s, 2);
    column_hash(s, 6, row->hash);
    column_hash(s, 7, row->pub_hash);
    row->replaced = column_number(s, 8) != 0;
    if (row->replaced) {
        column_commit(s, 9, row->commit);
        column_commit(s, 10, row->pub_commit);
    }
    read->after = row->seq;
}

static void add_interview(struct read_job *read, sqlite3_stmt *s)
{
    read_job_add(read, column(s, 1), slice_of(""), slice_of(""));
    read->after = column_number(s, 0);
}

static void add_mark(struct read_job *read, sqlite3_stmt *s)
{
    read_job_add(read, column(s, 1), column(s, 2), column(s, 3));
    read->after = column_number(s, 0);
}

static sqlite3_stmt *statement_of(struct record *r, enum job_kind kind)
{
    return r->statements[kind == JOB_LIST    ? SQL_INTERVIEW_LIST
                         : kind == JOB_MARKS ? SQL_MARK_LIST
                                             : SQL_EVENT_READ];
}

void record_read(struct record *r, struct read_job *read)
{
    bool is_of_one = read->job.kind == JOB_READ;
    sqlite3_stmt *s = statement_of(r, read->job.kind);
    sqlite3_int64 iid = 0;
    int code = is_of_one ? find(r, read, &iid) : SQLITE_OK;
    int i = 1;
    if (is_of_one)
        sqlite3_bind_int64(s, i++, iid);
    bind_number(s, i++, read->after);
    if (is_of_one)
        bind_number(s, i++, read->to);
    sqlite3_bind_int(s, i, SLICE_ROWS);
    read->has_more = false;
    while (code == SQLITE_OK && !read->has_more) {
        int step = sqlite3_step(s);
        if (step == SQLITE_DONE)
            break;
        if (step != SQLITE_ROW) {
            code = step;
            break;
        }
        if (is_of_one)
            add_event(read, s);
        else if (read->job.kind == JOB_LIST)
            add_interview(read, s);
        else
            add_mark(read, s);
        read->has_more = read->row_count == SLICE_ROWS || read->byte_count >= SLICE_BYTES;
    }
    sqlite3_reset(s);
    read->job.result = code == SQLITE_OK ? ST_OK : ST_DOWN;
}
