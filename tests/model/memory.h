// SPDX-License-Identifier: Apache-2.0
// A record in memory that keeps every promise of storage/storage.h and uses every liberty it
// leaves: answers come late and in another order, appends are refused, and some are answered with
// "unknown", whether they were applied or not. It outlives the application that uses it.
//
// Nothing happens by itself: each memory_step takes one step, chosen by the generator.
#ifndef TESTS_MODEL_MEMORY_H
#define TESTS_MODEL_MEMORY_H

#include "storage/chain.h"
#include "storage/storage.h"

// Small, good enough, the same everywhere: a seed gives one history.
struct rng {
    uint64_t state;
};
uint64_t rng_next(struct rng *r);
unsigned rng_below(struct rng *r, unsigned n); // 0 … n - 1
bool rng_chance(struct rng *r, unsigned of_1000);

struct memory_event {
    struct event event; // all slices NUL-terminated
    char hash[CHAIN_HEX + 1], pub_hash[CHAIN_HEX + 1];
    bool replaced;
    char commit[COMMIT_HEX + 1], pub_commit[COMMIT_HEX + 1];
};

struct memory_log {
    char id[32];
    struct memory_event *events;
    size_t count, cap;
    size_t shown; // to the listener
    struct position staff, open;
    struct memory_row *guards[256], *ops[1024];
    struct memory_row *marks[256]; // "SET MEMBER": "1", or absent by an empty value
    struct memory_log *next;
};

// What befell the appends of one command; the test lends it by memory.tag.
struct memory_luck {
    unsigned full, down, unknown, conflict;
    int64_t ran_ms;               // when the batch on its way was made
    const struct st_batch *again; // being answered with "unknown": what repeats it was made with it
    uint64_t applied_at;          // 0: not; else the step after which it was in the record
};

struct memory_faults { // of 1000 appends; marks meet the same
    unsigned full, down, unknown, conflict;
};

struct memory {
    struct storage *storage; // for app_set_storage
    struct st_listener listener;
    struct rng rng;
    struct memory_faults faults;
    struct memory_log *logs; // oldest first
    struct memory_job *jobs; // oldest first
    size_t job_count;
    uint64_t steps;
    struct memory_luck *tag; // whose appends these are; NULL: the server's own
    int64_t *now_ms;
    // A batch in the record is about to be shown, each once, in the order of its log.
    void (*before_show)(void *ctx, struct memory_luck *tag, int64_t ran_ms,
                        const struct st_batch *batch);
    void (*after_show)(void *ctx);
    // Before a mark is answered: is it in the record, and will the answer say so?
    void (*on_mark)(void *ctx, struct memory_luck *tag, const struct st_mark *mark, bool applied,
                    bool told);
    void *ctx;
};

struct memory *memory_create(uint64_t seed, int64_t *now_ms);
void memory_destroy(struct memory **m); // nothing may be under way
bool memory_step(struct memory *m);     // false: nothing is under way
struct memory_log *memory_log(const struct memory *m, struct slice id); // NULL: none

const struct event *memory_event(struct memory_log *log, size_t i); // from 0

#endif
