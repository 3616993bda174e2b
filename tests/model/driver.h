// SPDX-License-Identifier: Apache-2.0
// One portal from its first start, some thousand commands long: sends what generate.c makes up and
// holds every answer against the model.
#ifndef TESTS_MODEL_DRIVER_H
#define TESTS_MODEL_DRIVER_H

#include <stdio.h>

#include "tests/model/compare.h"

enum {
    ROUND = 5000, // commands of a round
    TOGETHER = 8, // under way at the same time, at most
    SLOTS = 3,    // interviews at the same time
    MOST_IVS = 600,
    TAILS = 3, // who watch, for tails.test.mjs
};

struct allowed { // an answer that the model allows by now
    char *line;
    bool changes;
};

struct op { // a command, however often it is sent
    char *text;
    char id[24];
    struct m_command command;
    char line[MODEL_LINE]; // of its success, once it is shown
    bool is_shown;
    bool changed;
    unsigned parts_done;           // of a bulk: bits of those that are recorded …
    unsigned heard[MODEL_SEVERAL]; // … and of what each may have been refused with
    char *result;                  // the first answer
    uint64_t recorded_at;          // step of the store; 0: not yet
};

struct sent {
    struct memory_luck luck; // first: the store's tag is the sent command
    struct driver *driver;
    struct op *op;
    uint64_t at_step;
    bool answered;
    struct allowed allowed[24];
    unsigned allowed_count;
    char vote[32]; // what it is answered, once it is marked
};

struct driver_counts {
    unsigned long succeeded, refused, repeated, unsure, busy, restarts, compared, interviews,
        questions, published, finished, of_kind[C_KINDS]; // of_kind: successes
};

struct driver {
    struct world *world;
    struct rng rng;
    unsigned long done; // commands, of all rounds
    unsigned sent_count, op_count;
    struct sent *sent; // of this round
    struct op *ops;
    struct sent *flying[TOGETHER];
    unsigned flying_count;
    struct m_interview *ivs[MOST_IVS];
    unsigned iv_count;
    int slots[SLOTS];           // -1: none
    struct m_interview *portal; // its own log: notices
    struct m_silence silences[CITIZENS];
    struct m_words words;
    struct marks marks;
    unsigned next_mark;
    struct viewer *viewer; // of the public, of slots[0]
    struct m_interview *viewed;
    uint64_t viewed_n;
    struct tail {
        struct viewer *viewer; // NULL: nobody is there
        struct m_interview *iv;
    } tails[TAILS];
    struct tally {
        struct viewer *viewer; // NULL: nobody counts
        struct viewer *passer; // somebody who comes and goes, or NULL
        struct m_interview *iv;
        uint64_t n;                     // the last event that has come
        unsigned told[MODEL_QUESTIONS]; // what the tallies have come to
        unsigned viewers;
        bool is_greeted;       // with all the votes there were
        unsigned long settles; // of the world, when he last looked
    } tally;
    struct driver_counts counts;
};

extern const char *driver_about; // an id: all that is recorded about it is told; NULL: nothing

struct driver *driver_create(uint64_t seed, unsigned long done);
bool driver_go_on(struct driver *d); // one command more; false: the round is over
void driver_finish(struct driver **d, struct driver_counts *add_to);
void driver_report(const struct driver_counts *counts);
void driver_say(const struct driver *d); // the last commands, when something is broken

// generate.c
void generate(struct driver *d, struct m_command *ret);

// bulk.c
void bulk_hear(struct sent *s);
bool bulk_part(const struct sent *s, const struct st_batch *batch, struct m_command *ret);
bool bulk_check(const struct sent *s, struct slice json);

// request.c
void request_text(const struct m_command *c, const char *command_id, char *ret, size_t size);

// tails.c
extern FILE *driver_tails; // where frames and snapshots are written; NULL: nowhere
void tails_take(struct driver *d);
void tails_stop(struct driver *d);

// tally.c: who counts the votes
void tally_look(struct driver *d);    // right after a turn of the clock
void tally_pass_by(struct driver *d); // somebody comes or goes, sometimes
void tally_stop(struct driver *d);
void tally_compare(struct driver *d); // the world is settled, and moves on by a second

// witness.c: who watches
void witness_watch(struct driver *d);
void witness_look(struct driver *d);

#endif
