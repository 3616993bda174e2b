// SPDX-License-Identifier: Apache-2.0
// The stages of an interview and the words that are said in it: what a stage holds back, who may
// bring the next one about, and whose chain a statement takes.
#include <stdio.h>

#include "server/app/inside.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

static const struct interview *state(const struct scene *s)
{
    return channel_find(s->world->app, slice_of(s->id))->all;
}

static const char *transition(struct scene *s, int who, const char *to)
{
    return scene_do(s, who, "interview.transition",
                    "\"interview\":\"%s\",\"version\":%u,\"to\":\"%s\"", s->id,
                    (unsigned)state(s)->version, to);
}

static void go(struct scene *s, const char *const *stages)
{
    for (; *stages; stages++)
        scene_move(s, *stages);
}

static const char *const TO_EDITING[] = {"draining", "ended", "editing", NULL};

static void set_chains(struct scene *s, const char *chains)
{
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"policy\":{\"asking\":\"anonymous\","
             "\"question_public\":\"on_approve\",\"chains\":{%s}}}",
             s->id, (unsigned)state(s)->version, chains);
    scene_ok(s);
}

static const char *publish(struct scene *s, int who, const char *speaker, const char *text)
{
    return scene_do(s, who, "statement.publish",
                    "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"%s\",\"text\":\"%s\"",
                    s->id, speaker, text);
}

// The id of what the last answer is about.
static void keep_statement(const struct scene *s, char ret[24])
{
    scene_ok(s);
    answer_member(slice_of(s->answer), "statement", ret, 24);
    CHECK(ret[0]);
}

static const char *step(struct scene *s, int who, const char *method, const char *statement,
                        unsigned version, const char *more)
{
    return scene_do(s, who, method, "\"statement\":\"%s\",\"version\":%u%s", statement, version,
                    more);
}

// The member of the last answer.
static const char *member(const struct scene *s, const char *key)
{
    static char value[200];
    answer_member(slice_of(s->answer), key, value, sizeof value);
    return value;
}

// ---- the end gate ----

TEST(the_transcript_waits_for_statements_on_their_way)
{
    struct scene *s = scene_create(901, "on_approve");
    char prepared[24], submitted[24], delayed[24], cleared[24];
    scene_do(s, COMPERE, "statement.prepare",
             "\"interview\":\"%s\",\"kind\":\"closing\",\"speaker\":\"Fang Jing\","
             "\"text\":\"Never sent\"",
             s->id);
    keep_statement(s, prepared);
    set_chains(s, "\"guest\":[\"policy_checker\"]");
    publish(s, GUEST, "Shen Yulan", "Waits for a duty");
    keep_statement(s, submitted);
    publish(s, GUEST, "Shen Yulan", "Passed while the feed is frozen");
    keep_statement(s, cleared);
    scene_do(s, PRODUCER, "feed.delay", "\"interview\":\"%s\",\"seconds\":300", s->id);
    publish(s, COMPERE, "Fang Jing", "Held by the delay");
    keep_statement(s, delayed);
    scene_do(s, PRODUCER, "feed.freeze", "\"interview\":\"%s\"", s->id);
    step(s, CHECKER, "statement.pass", cleared, 1, "");
    CHECK_STR(member(s, "stage"), "prepared");
    go(s, TO_EDITING);
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed");
    struct json *why = json_parse(slice_of(s->answer));
    const struct json *data = json_get(json_get(why, "error"), "data");
    const struct json *named = json_first(json_get(data, "statements"));
    const char *const wanted[] = {submitted, cleared, delayed};
    for (int i = 0; i < 3; i++, named = json_next(named))
        CHECK(named && slice_is(json_string(named), wanted[i]));
    CHECK(!named && !json_first(json_get(data, "questions")));
    json_free(why);
    step(s, CHECKER, "statement.return", submitted, 1, ",\"note\":\"Too late\"");
    scene_ok(s);
    step(s, COMPERE, "statement.discard", delayed, 1, "");
    scene_ok(s);
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed");
    CHECK(strstr(s->answer, cleared) && !strstr(s->answer, submitted));
    scene_do(s, PRODUCER, "feed.unfreeze", "\"interview\":\"%s\"", s->id);
    step(s, GUEST, "statement.release", cleared, 2, "");
    CHECK_STR(member(s, "stage"), "published");
    transition(s, CHECKER, "published"); // what was never sent, and what was given back, may stay
    scene_ok(s);
    scene_destroy(&s);
}

static void keep_line(void *ctx, struct slice json)
{
    answer_line(json, ctx);
}

static void send(struct scene *s, int who, const char *method, const char *params, char *line)
{
    char text[500];
    line[0] = '\0';
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"%s\",%s}}",
        method, method, params);
    world_call(s->world, who, text, NULL, keep_line, line);
}

// A new statement, or a draft, is sent at the moment of the publication: one of the two goes first.
static void race_the_publication(bool drafted, bool first)
{
    char publication[200], sending[300], draft[24] = "", lines[2][MODEL_LINE];
    struct scene *s = scene_create(911, "on_approve");
    set_chains(s, "\"guest\":[\"policy_checker\"]");
    if (drafted) {
        scene_do(s, GUEST, "statement.prepare",
                 "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\","
                 "\"text\":\"A supplement\"",
                 s->id);
        keep_statement(s, draft);
    }
    go(s, TO_EDITING);
    snprintf(publication, sizeof publication,
             "\"interview\":\"%s\",\"version\":%u,\"to\":\"published\"", s->id,
             (unsigned)state(s)->version);
    if (drafted)
        snprintf(sending, sizeof sending, "\"statement\":\"%s\",\"version\":1", draft);
    else
        snprintf(sending, sizeof sending,
                 "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\","
                 "\"text\":\"A supplement\"",
                 s->id);
    const char *method = drafted ? "statement.release" : "statement.publish";
    if (first)
        send(s, GUEST, method, sending, lines[0]);
    send(s, CHECKER, "interview.transition", publication, lines[1]);
    if (!first)
        send(s, GUEST, method, sending, lines[0]);
    world_settle(s->world);
    const char *won = lines[first ? 0 : 1], *lost = lines[first ? 1 : 0];
    CHECK(strncmp(won, "ok", 2) == 0);
    CHECK(strncmp(lost, first ? "undisposed" : "wrong_stage", 10) == 0);
    bool waits = false;
    for (size_t i = 0; i < state(s)->draft_count; i++)
        waits |= statement_is_under_way(state(s)->drafts[i]);
    CHECK_INT(waits, first);
    CHECK_INT(state(s)->published_ms != 0, !first);
    scene_destroy(&s);
}

TEST(nothing_is_sent_behind_a_publication_of_the_same_moment)
{
    for (int drafted = 0; drafted < 2; drafted++)
        for (int first = 0; first < 2; first++)
            race_the_publication(drafted, first);
}

int main(void)
{
    return check_run();
}
