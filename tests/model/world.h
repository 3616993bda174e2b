// SPDX-License-Identifier: Apache-2.0
// The real application in this process, over the record in memory: the test is its clock, its
// chance and its network.
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include "server/app/app.h"
#include "tests/model/memory.h"
#include "tests/model/model.h"

struct world {
    int64_t now_ms;
    struct rng rng;
    struct memory *store;
    struct keys *keys;
    struct app *app;
    char dir[64];
    bool is_loaded;
    bool has_networks;     // of citizens, NETWORKS of them
    unsigned long settles; // how often it was
};

// Another store than the one in memory, for worlds made while it is set. step: one more thing, or
// false when nothing is under way.
struct world_backend {
    struct storage *(*open)(struct world *w, const struct st_listener *listener);
    bool (*step)(struct world *w);
    void (*close)(struct world *w);
};
extern const struct world_backend *world_backend;

// Starts with an empty record. The same seed gives the same ids.
struct world *world_create(uint64_t seed);
void world_destroy(struct world **w); // viewers must be gone
void world_settle(struct world *w);   // until nothing is under way, without faults
void world_restart(struct world *w);  // settles, and starts anew over the same record

// luck: NULL, or lent until everything about this command is over.
void world_call(struct world *w, int who, const char *text, struct memory_luck *luck,
                app_answer *answer, void *ctx);
// The whole answer at once, in a buffer of this function's own; settles.
const char *world_ask(struct world *w, int who, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A connection. Frames are kept until they are taken.
struct viewer {
    struct world *world;
    struct peer *peer;
    struct buf in;
    size_t taken;
    unsigned busy; // of 1000 sends that find the line full
    int closed;    // code, or 0
    char frame[1 << 19];
};
struct viewer *viewer_open(struct world *w, int who);
void viewer_close(struct viewer **v);
void viewer_send(struct viewer *v, const char *text);
const char *viewer_next(struct viewer *v); // NULL: no more; borrowed until the next call

// The line of an answer, as the model would say it.
void answer_line(struct slice json, char ret[MODEL_LINE]);
// The member of its result, or "".
void answer_member(struct slice json, const char *key, char *ret, size_t size);

_Noreturn void broken(const struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// Called by broken, to say how to see it again.
extern void (*world_says)(void);

#endif
