// SPDX-License-Identifier: Apache-2.0
// The door to the record: one append-only log per interview.
//
// Everything runs on the loop thread that opened the backend. State changes only in on_event:
// one node and many nodes take the same path. An author is answered only after done().
// For one append, on_event for each of its events comes first, in order, then done().
#ifndef STORAGE_STORAGE_H
#define STORAGE_STORAGE_H

#include "storage/event.h"

enum { OP_BYTES = 16, STORAGE_ERROR_LEN = 256 };

enum st_result {
    ST_OK,
    ST_DUP,      // this operation was applied before: its first result is given again
    ST_CONFLICT, // a guard did not hold; nothing was written
    ST_FULL,     // queue or disk full; nothing was written, try later
    ST_DOWN,     // the store is not reachable; nothing was written
    ST_UNKNOWN,  // perhaps applied: send the same operation again
};

// "This small key has this value; then set it." Keys live per interview.
struct st_guard {
    struct slice key;
    struct slice expect; // length 0 = the key must be absent
    struct slice set;    // p == NULL: compare only
};

struct st_fact {
    bool is_public;
    struct slice type;
    struct slice body;
};

// Somebody else's words in place of those of an earlier event, for good: what was there is deleted
// from the disk before the batch is answered. Numbers, time, type, and what the event adds to the
// chains stay.
struct st_replacement {
    uint64_t seq;
    struct slice actor;
    struct slice body;
};

// One command's effect, all or nothing.
struct st_batch {
    struct slice interview;     // its id
    unsigned char op[OP_BYTES]; // idempotency key, kept as long as the interview
    int64_t at_ms;
    struct slice actor;
    const struct st_guard *guards;
    size_t guard_count;
    const struct st_fact *facts;
    size_t fact_count;
    struct slice result; // kept with op and given back with ST_DUP; may be empty
    // What is replaced, in the order of seq, each once. The store adds an event of its own behind
    // the facts that says so (EVENT_REPLACED). Only while as_of is the last event there is, so that
    // the caller has seen them all: otherwise ST_CONFLICT, with the key "seq".
    const struct st_replacement *replacements;
    size_t replacement_count;
    uint64_t as_of;
    struct slice strike; // with replacements: these bytes are taken out of every kept result
};

// Membership in a set beside the log.
struct st_mark {
    struct slice interview, set, member;
    bool on; // in it, or not
};

struct st_outcome {
    enum st_result result;
    struct slice kept;  // ST_OK, ST_DUP: the batch's result as first recorded
    struct slice key;   // ST_CONFLICT: the guard that did not hold …
    struct slice value; // … and the value it has
};

typedef void st_done(void *ctx, const struct st_outcome *outcome);
typedef void st_read_event(void *ctx, const struct event *event);
typedef void st_read_done(void *ctx, enum st_result result);
typedef void st_list_row(void *ctx, struct slice interview);
typedef void st_mark_row(void *ctx, struct slice interview, struct slice set, struct slice member);
typedef void st_closed(void *ctx);

struct st_listener {
    void *ctx;
    // Committed events of all nodes, in order, each once.
    void (*on_event)(void *ctx, struct slice interview, const struct event *event);
    // History diverged: fold again from the start and resynchronise viewers.
    void (*on_reset)(void *ctx, struct slice interview);
    // The store failed in a way that only a restart mends (I/O error on commit).
    void (*on_fatal)(void *ctx, const char *why);
};

struct storage; // a backend; opened by storage/sqlite/sqlite.h (and later storage/redis)

// Appends; copies what it needs before returning. done comes exactly once, later, on the loop.
void storage_append(struct storage *s, const struct st_batch *batch, st_done *done, void *ctx);

// Events by seq: those behind `after`, up to and with `to`.
struct st_range {
    uint64_t after, to;
};
#define ST_ALL ((struct st_range){0, UINT64_MAX})

// Shows the events of the range, in order, then done. Sees everything committed before it was
// called; events committed meanwhile may be shown too.
void storage_read(struct storage *s, struct slice interview, struct st_range range,
                  st_read_event *each, st_read_done *done, void *ctx);

// Shows every interview id, oldest first, then done.
void storage_list(struct storage *s, st_list_row *each, st_read_done *done, void *ctx);

// Marks: sets of members beside the log, for what is counted but is no event (votes). They are kept
// as surely as events, but stand in no chain and no history, and listeners are not told.
//
// Puts the member into the set, or takes it out; doing so again changes nothing. done comes exactly
// once, later, on the loop, after the marks that were made before it: ST_OK (on the disk),
// ST_CONFLICT (there is no such interview), ST_FULL, ST_DOWN or ST_UNKNOWN. Copies what it needs.
void storage_mark(struct storage *s, const struct st_mark *mark, st_done *done, void *ctx);

// Shows every mark of every interview, in no particular order, then done.
void storage_marks(struct storage *s, st_mark_row *each, st_read_done *done, void *ctx);

// Finishes what was queued, then closes; *s is NULL at once, closed comes on the loop.
void storage_close(struct storage **s, st_closed *closed, void *ctx);

#endif
