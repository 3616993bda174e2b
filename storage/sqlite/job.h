// SPDX-License-Identifier: Apache-2.0
// What crosses between the loop and the writer thread. A job belongs to one side at a time: it is
// given away whole, with all the bytes it points to, and comes back once (a read: once per slice).
#ifndef STORAGE_SQLITE_JOB_H
#define STORAGE_SQLITE_JOB_H

#include "storage/chain.h"
#include "storage/storage.h"

enum job_kind { JOB_APPEND, JOB_MARK, JOB_READ, JOB_LIST, JOB_MARKS };

struct job {
    struct job *next; // queue, group or posted
    enum job_kind kind;
    enum st_result result;
    void *ctx;
};

// An event's numbers and hashes, given while writing.
struct place {
    uint64_t seq, pub;
    char hash[CHAIN_HEX + 1];
    char pub_hash[CHAIN_HEX + 1]; // "" when not public
};

struct append_job {
    struct job job;
    st_done *done;
    struct st_batch batch; // everything it points to lies behind this struct
    struct place *places;  // one per fact, and one for the event that names what was replaced
    struct slice replaced; // its body, malloc'd; absent: nothing was replaced
    size_t bytes;          // of the caller's data
    size_t guard;          // ST_CONFLICT: the guard that did not hold; guard_count: as_of
    struct slice found;    // ST_DUP: the kept result; ST_CONFLICT: the value; malloc'd
};

struct mark_job {
    struct job job;
    st_done *done;
    struct st_mark mark; // the bytes lie behind this struct
};

struct row {
    uint64_t seq, pub;
    int64_t at_ms;
    // bytes + at: actor, type, body; or an interview's id; or interview, set, member
    size_t at, name_len, type_len, body_len;
    char hash[CHAIN_HEX + 1];
    char pub_hash[CHAIN_HEX + 1];
    bool replaced; // … and then what it was recorded with
    char commit[COMMIT_HEX + 1], pub_commit[COMMIT_HEX + 1];
};

enum { SLICE_ROWS = 500, SLICE_BYTES = 1 << 20 };

// Shows events (JOB_READ), interview ids (JOB_LIST) or marks (JOB_MARKS), one slice after the
// other.
struct read_job {
    struct job job;
    st_read_event *each;
    st_list_row *each_id;
    st_mark_row *each_mark;
    st_read_done *done;
    uint64_t after; // advances with each slice
    uint64_t to;    // JOB_READ: the last one wanted
    bool has_more;  // rows remain after this slice
    struct row *rows;
    size_t row_count, row_cap;
    char *bytes;
    size_t byte_count, byte_cap;
    size_t interview_len;
    char interview[];
};

struct append_job *append_job_create(const struct st_batch *batch, st_done *done, void *ctx);
struct mark_job *mark_job_create(const struct st_mark *mark);
struct read_job *read_job_create(enum job_kind kind, struct slice interview, uint64_t after);
void job_destroy(struct job **job);

// Appends a row of which the three pieces are copied.
struct row *read_job_add(struct read_job *r, struct slice name, struct slice type,
                         struct slice body);

// Memory that is always there: out of memory is a crash, and the record survives crashes.
void *sure(void *allocated);

#endif
