// SPDX-License-Identifier: Apache-2.0
// A citizen who only counts: how many want each question answered too, and how many watch, as the
// tallies say it, against those who have voted and those who watch in this test.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "tests/model/driver.h"

enum { TALLY_MS = 1000 };

static bool is_told(const struct m_question *q)
{
    return q->is_public && !q->erased && q->shown_stage != MQ_WITHDRAWN &&
           q->shown_stage != MQ_RETRACTED;
}

// All that everybody can vote for has the number that the tallies have come to.
static void knows_all(const struct driver *d)
{
    const struct tally *t = &d->tally;
    for (unsigned i = 0; i < t->iv->question_count; i++) {
        const struct m_question *q = t->iv->questions[i];
        unsigned votes = (unsigned)__builtin_popcount(q->votes);
        if (is_told(q) && t->told[i] != votes)
            broken(d->world, "%u want %s, but %u were told", votes, q->id, t->told[i]);
    }
}

// fresh: nothing has happened since it was made. The numbers that newcomers get may have been made
// for others before, and what is missing comes with the next.
static void count(struct driver *d, const struct json *params, bool fresh)
{
    struct tally *t = &d->tally;
    const struct json *votes = json_get(params, "votes");
    bool greets = !t->is_greeted;
    t->is_greeted = true;
    t->viewers = (unsigned)json_get_int(params, "viewers");
    fresh = fresh || greets;
    if (fresh && t->iv->stage == MI_TAKEN_DOWN)
        broken(d->world, "a tally of %s, which was taken down", t->iv->id);
    if (fresh && !greets && mi_is_still(t->iv) && json_first(votes))
        broken(d->world, "a tally tells votes of %s, whose feed stands still", t->iv->id);
    for (const struct json *j = json_first(votes); j; j = json_next(j)) {
        int q = model_question(t->iv, json_key(j), strlen(json_key(j)));
        if (q < 0 || !t->iv->questions[q]->is_public || (fresh && !is_told(t->iv->questions[q])))
            broken(d->world, "a tally counts %s, which is hidden", json_key(j));
        t->told[q] = (unsigned)json_number(j);
    }
    if (fresh && !greets && !mi_is_still(t->iv))
        knows_all(d);
}

static void watch(struct viewer *v, const struct m_interview *iv)
{
    char text[200];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             iv->id);
    viewer_send(v, text);
}

static void begin(struct tally *t)
{
    memset(t->told, 0, sizeof t->told);
    t->is_greeted = false;
    watch(t->viewer, t->iv);
}

// Whoever hears of events that have not come has lost his place, and watches anew.
static bool hear(struct driver *d, const char *frame, bool fresh)
{
    struct tally *t = &d->tally;
    struct json *root = json_parse(slice_of(frame));
    struct slice method = json_get_string(root, "method");
    const struct json *params = json_get(root, method.p ? "params" : "result");
    bool lost = false;
    if (slice_is(method, "tally")) {
        count(d, params, fresh);
    } else {
        uint64_t to = (uint64_t)json_get_int(params, "to");
        lost = slice_is(method, "head") && to > t->n;
        if (to && !lost)
            t->n = to;
    }
    json_free(root);
    return lost;
}

static void listen(struct driver *d, bool fresh)
{
    const char *frame;
    bool lost = true;
    while (lost) {
        lost = false;
        while ((frame = viewer_next(d->tally.viewer)) != NULL)
            lost |= hear(d, frame, fresh);
        if (lost)
            begin(&d->tally);
    }
}

void tally_stop(struct driver *d)
{
    if (d->tally.viewer)
        viewer_close(&d->tally.viewer);
    if (d->tally.passer)
        viewer_close(&d->tally.passer);
    d->tally.iv = NULL;
}

static void look(struct driver *d, bool fresh)
{
    struct tally *t = &d->tally;
    struct m_interview *iv = d->slots[0] >= 0 ? d->ivs[d->slots[0]] : NULL;
    t->settles = d->world->settles;
    if (t->viewer && (t->viewer->closed || t->iv != iv))
        tally_stop(d);
    if (!t->viewer && iv && mi_is_known(iv)) {
        t->iv = iv;
        t->n = 0;
        t->viewer = viewer_open(d->world, 1);
        begin(t);
    }
    if (t->viewer)
        listen(d, fresh);
}

void tally_look(struct driver *d)
{
    look(d, d->tally.settles == d->world->settles);
}

void tally_pass_by(struct driver *d)
{
    struct tally *t = &d->tally;
    if (!t->viewer || !rng_chance(&d->rng, 80))
        return;
    if (t->passer) {
        viewer_close(&t->passer);
        return;
    }
    t->passer = viewer_open(d->world, 2);
    watch(t->passer, t->iv);
}

static unsigned watching(const struct driver *d)
{
    const struct m_interview *iv = d->tally.iv;
    const struct tail *tail = &d->tails[0];
    bool witness = d->viewer && d->viewed == iv;
    bool follows = tail->viewer && tail->iv == iv && !tail->viewer->closed;
    return 1u + witness + follows;
}

void tally_compare(struct driver *d)
{
    tally_look(d);
    if (d->tally.passer)
        viewer_close(&d->tally.passer);
    d->world->now_ms += TALLY_MS; // by then all has been told
    world_settle(d->world);
    look(d, true); // no command was under way
    const struct tally *t = &d->tally;
    if (!t->viewer || t->iv->stage == MI_TAKEN_DOWN)
        return;
    if (!mi_is_still(t->iv))
        knows_all(d);
    if (t->viewers != watching(d))
        broken(d->world, "%u watch %s, but %u were told", watching(d), t->iv->id, t->viewers);
}
