// SPDX-License-Identifier: Apache-2.0
// Two moderators, one question, the same moment: one wins, and the other reads who it was. Both
// over the record in memory, where answers come late, and over SQLite, as it runs.
#include <stdio.h>
#include <stdlib.h>

#include "server/app/inside.h"
#include "tests/kit/check.h"
#include "tests/model/over_sqlite.h"
#include "tests/model/scene.h"

enum { RACES = 10000, BATCH = 50 }; // of which BATCH are run at the same time

struct runner {
    int who;
    char method[24];
    char answer[500];
    bool answered;
};

struct race {
    int kind;
    struct receipt receipt;
    struct runner runners[2];
};

static void on_answer(void *ctx, struct slice json)
{
    struct runner *r = ctx;
    CHECK(!r->answered);
    r->answered = true;
    snprintf(r->answer, sizeof r->answer, "%.*s", (int)json.n, json.p);
}

static void submit(struct world *w, struct runner *r, const char *method, const char *params)
{
    static unsigned long commands;
    char text[500];
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"r%lu\",%s}}",
        method, ++commands, params);
    snprintf(r->method, sizeof r->method, "%s", method);
    r->answered = false;
    world_call(w, r->who, text, NULL, on_answer, r);
}

// What two people do at the same moment.
enum {
    BOTH_CLAIM, // what nobody has
    TAKEN_OVER, // mod1 decides by his claim, mod2 takes it over
    REFERRED,   // mod1 decides, mod2 refers it to a department
    TWICE,      // mod1 decides in two windows, differently
    KINDS,
};

static void start(struct world *w, struct rng *rng, struct race *race, int i)
{
    const char *q = race->receipt.question;
    char params[300];
    bool second = i == 1, approves = rng_below(rng, 2);
    if (race->kind == BOTH_CLAIM || (second && race->kind == TAKEN_OVER)) {
        snprintf(params, sizeof params, "\"question\":\"%s\"%s", q,
                 race->kind == TAKEN_OVER ? ",\"take_over\":true" : "");
        submit(w, &race->runners[i], "question.claim", params);
    } else if (second && race->kind == REFERRED) {
        snprintf(params, sizeof params,
                 "\"question\":\"%s\",\"version\":1,\"department\":\"Water Bureau\"", q);
        submit(w, &race->runners[i], "question.refer", params);
    } else {
        snprintf(params, sizeof params, "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1%s", q,
                 approves ? "" : ",\"code\":\"spam\"");
        submit(w, &race->runners[i], approves ? "question.approve" : "question.reject", params);
    }
}

// One of them has won; a claim taken over wins against whoever decides by the old one.
static void judge(const struct scene *s, struct race *race)
{
    char line[2][MODEL_LINE];
    bool won[2];
    for (int i = 0; i < 2; i++) {
        CHECK(race->runners[i].answered);
        answer_line(slice_of(race->runners[i].answer), line[i]);
        won[i] = strncmp(line[i], "ok", 2) == 0;
    }
    if (won[0] == won[1])
        check_fail(__FILE__, __LINE__, "%s: %s\n%s: %s", race->runners[0].method, line[0],
                   race->runners[1].method, line[1]);
    const struct runner *winner = &race->runners[won[1]];
    const char *lost = line[!won[1]];
    char by[24];
    snprintf(by, sizeof by, " by=%s ", m_names[winner->who]);
    // Who claims what has been decided meanwhile learns its stage.
    bool claims = strcmp(race->runners[!won[1]].method, "question.claim") == 0;
    if (!strstr(lost, by) && !(claims && strncmp(lost, "wrong_stage", 11) == 0))
        check_fail(__FILE__, __LINE__, "the loser does not learn who won: %s", lost);
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    const struct question *q = interview_question(ch->all, slice_of(race->receipt.question));
    bool decided = strcmp(winner->method, "question.claim") != 0;
    CHECK_INT(q->version, decided ? 2 : 1);
    CHECK_STR(decided ? q->changed_by : q->claim.by, m_names[winner->who]);
}

// All of a batch at once, since a commit to a disk takes its time.
static void prepare(struct scene *s, struct rng *rng, struct race races[BATCH])
{
    char params[300];
    for (int i = 0; i < BATCH; i++) {
        races[i] = (struct race){.kind = (int)rng_below(rng, KINDS),
                                 .runners = {{.who = MOD1}, {.who = MOD2}}};
        snprintf(params, sizeof params, "\"interview\":\"%s\",\"text\":\"Who decides?\"", s->id);
        submit(s->world, &races[i].runners[0], "question.ask", params);
    }
    world_settle(s->world);
    for (int i = 0; i < BATCH; i++) {
        struct race *race = &races[i];
        answer_member(slice_of(race->runners[0].answer), "question", race->receipt.question,
                      sizeof race->receipt.question);
        CHECK(race->receipt.question[0]);
        if (race->kind == BOTH_CLAIM)
            continue;
        snprintf(params, sizeof params, "\"question\":\"%s\"", race->receipt.question);
        submit(s->world, &race->runners[0], "question.claim", params);
    }
    world_settle(s->world);
    for (int i = 0; i < BATCH; i++) {
        races[i].runners[0].answered = false;
        if (races[i].kind == TWICE)
            races[i].runners[1].who = MOD1;
    }
}

static void run_races(unsigned count)
{
    static struct race races[BATCH];
    struct rng rng = {2026};
    struct scene *s = scene_create(3, "on_approve");
    for (unsigned done = 0; done < count; done += BATCH) {
        if (done && done % 2000 == 0) { // questions of one interview are not without number
            scene_destroy(&s);
            s = scene_create(3 + done, "on_approve");
        }
        prepare(s, &rng, races);
        for (int i = 0; i < BATCH; i++) {
            int first = (int)rng_below(&rng, 2);
            start(s->world, &rng, &races[i], first);
            start(s->world, &rng, &races[i], !first);
        }
        world_settle(s->world);
        for (int i = 0; i < BATCH; i++)
            judge(s, &races[i]);
    }
    scene_destroy(&s);
}

TEST(ten_thousand_races_in_memory)
{
    run_races(RACES);
}

TEST(ten_thousand_races_over_sqlite)
{
    over_sqlite_begin();
    run_races(RACES);
    over_sqlite_end();
}

int main(void)
{
    return check_run();
}
