// SPDX-License-Identifier: Apache-2.0
// Two moderators, one question, the same moment: one wins, and the other reads who it was. Both
// over the record in memory, where answers come late, and over SQLite, as it runs.
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "server/app/inside.h"
#include "storage/sqlite/sqlite.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

enum { RACES = 10000, BATCH = 50 }; // of which BATCH are run at the same time

struct runner {
    int who;
    char method[24];
    char answer[500];
    bool answered;
};

struct race {
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

static void start(struct world *w, struct rng *rng, struct race *race, int i, unsigned command)
{
    // A claim without epoch 1 cannot decide, so a decision races with what the other does by a
    // claim of the same epoch, or with a refusal to the line, which needs none.
    static const char *const methods[] = {"question.refer", "question.claim"};
    static const char *const decisions[] = {"question.approve", "question.reject"};
    struct runner *r = &race->runners[i];
    char text[500];
    bool holds = i == 0; // mod1 has the claim
    snprintf(r->method, sizeof r->method, "%s",
             holds ? decisions[rng_below(rng, 2)] : methods[rng_below(rng, 2)]);
    const char *more = strcmp(r->method, "question.approve") == 0
                           ? ",\"version\":1,\"claim_epoch\":1"
                       : strcmp(r->method, "question.reject") == 0
                           ? ",\"version\":1,\"claim_epoch\":1,\"code\":\"spam\""
                       : strcmp(r->method, "question.refer") == 0
                           ? ",\"version\":1,\"department\":\"Water Bureau\""
                           : ",\"take_over\":true";
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"r%u\","
             "\"question\":\"%s\"%s}}",
             r->method, command, race->receipt.question, more);
    world_call(w, r->who, text, NULL, on_answer, r);
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
    if (!strstr(lost, by) && strncmp(lost, "wrong_stage", 11) != 0)
        check_fail(__FILE__, __LINE__, "the loser does not learn who won: %s", lost);
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    const struct question *q = interview_question(ch->all, slice_of(race->receipt.question));
    bool decided = strcmp(winner->method, "question.claim") != 0;
    CHECK_INT(q->version, decided ? 2 : 1);
    CHECK_STR(decided ? q->changed_by : q->claim.by, m_names[winner->who]);
}

static void prepare(struct scene *s, struct race *race)
{
    *race = (struct race){.runners = {{.who = MOD1}, {.who = MOD2}}};
    scene_ask(s, 0, "Who decides?", &race->receipt);
    scene_claim(s, MOD1, race->receipt.question);
}

// settle: until all is answered.
static void run_races(unsigned count, void (*settle)(struct world *w))
{
    static struct race races[BATCH];
    struct rng rng = {2026};
    struct scene *s = scene_create(3, "on_approve");
    for (unsigned done = 0; done < count; done += BATCH) {
        if (done && done % 1000 == 0) { // questions of one interview are not without number
            scene_destroy(&s);
            s = scene_create(3 + done, "on_approve");
        }
        for (int i = 0; i < BATCH; i++)
            prepare(s, &races[i]);
        for (int i = 0; i < BATCH; i++) {
            int first = (int)rng_below(&rng, 2);
            start(s->world, &rng, &races[i], first, 2 * (done + (unsigned)i));
            start(s->world, &rng, &races[i], !first, 2 * (done + (unsigned)i) + 1);
        }
        settle(s->world);
        for (int i = 0; i < BATCH; i++)
            judge(s, &races[i]);
    }
    scene_destroy(&s);
}

TEST(ten_thousand_races_in_memory)
{
    run_races(RACES, world_settle);
}

int main(void)
{
    return check_run();
}
