// SPDX-License-Identifier: Apache-2.0
#include "tests/model/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/app/inside.h"
#include "server/interview/snapshot.h"
#include "tests/kit/check.h"

static const char *const roster =
    "{\"user\":\"compere\",\"duty\":\"compere\"},{\"user\":\"guest\",\"duty\":\"guest\"},"
    "{\"user\":\"mod1\",\"duty\":\"moderator\"},{\"user\":\"mod2\",\"duty\":\"moderator\"},"
    "{\"user\":\"mod3\",\"duty\":\"moderator\"},{\"user\":\"reviewer\",\"duty\":\"reviewer\"},"
    "{\"user\":\"steno\",\"duty\":\"stenographer\"},{\"user\":\"producer\",\"duty\":\"producer\"},"
    "{\"user\":\"checker\",\"duty\":\"policy_checker\"}";

static const char *send(struct scene *s, int who, const char *method, bool changes,
                        const char *params)
{
    char id[48] = "";
    if (changes)
        snprintf(id, sizeof id, "\"command_id\":\"s%u\"%s", ++s->commands, params[0] ? "," : "");
    const char *answer = world_ask(
        s->world, who, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s%s}}", method,
        id, params);
    snprintf(s->answer, sizeof s->answer, "%s", answer);
    return s->answer;
}

const char *scene_do(struct scene *s, int who, const char *method, const char *format, ...)
{
    char params[1 << 13];
    va_list args;
    va_start(args, format);
    vsnprintf(params, sizeof params, format, args);
    va_end(args);
    return send(s, who, method, true, params);
}

const char *scene_read(struct scene *s, int who, const char *method, const char *format, ...)
{
    char params[1 << 13];
    va_list args;
    va_start(args, format);
    vsnprintf(params, sizeof params, format, args);
    va_end(args);
    return send(s, who, method, false, params);
}

static void keep_line(void *ctx, struct slice json)
{
    answer_line(json, ctx);
}

void scene_send(struct scene *s, int who, const char *method, const char *params, char *line)
{
    char text[500];
    line[0] = '\0';
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"%s\",%s}}",
        method, method, params);
    world_call(s->world, who, text, NULL, keep_line, line);
}

void scene_ok(const struct scene *s)
{
    char line[MODEL_LINE];
    answer_line(slice_of(s->answer), line);
    if (strncmp(line, "ok", 2) != 0)
        check_fail(__FILE__, __LINE__, "refused: %s", s->answer);
}

void scene_refused(const struct scene *s, const char *reason)
{
    char line[MODEL_LINE];
    answer_line(slice_of(s->answer), line);
    line[strcspn(line, " ")] = '\0';
    if (strcmp(line, reason) != 0)
        check_fail(__FILE__, __LINE__, "not %s: %s", reason, s->answer);
}

void scene_move(struct scene *s, const char *to)
{
    const struct interview *iv = channel_find(s->world->app, slice_of(s->id))->all;
    uint64_t version = iv->version;
    int who = strcmp(to, "published") == 0 && iv->stage == I_EDITING ? CHECKER : ADMIN;
    scene_do(s, who, "interview.transition",
             "\"interview\":\"%s\",\"version\":%llu,\"to\":\"%s\",\"reason\":\"As planned\"", s->id,
             (unsigned long long)version, to);
    scene_ok(s);
}

struct scene *scene_create(uint64_t seed, const char *question_public)
{
    static const char *const way[] = {"in_review", "scheduled", "announced", "lobby", "live"};
    struct scene *s = calloc(1, sizeof *s);
    s->world = world_create(seed);
    scene_do(s, ADMIN, "interview.create",
             "\"interview\":{\"topic\":\"Well Lane\",\"departments\":[\"Water Bureau\"],"
             "\"starts_at\":\"2027-03-01T01:30:00.000Z\",\"guests\":[{\"name\":\"Shen Yulan\"}],"
             "\"compere\":{\"name\":\"Fang Jing\"},\"policy\":{\"asking\":\"anonymous\","
             "\"question_public\":\"%s\"}},\"roster\":[%s]",
             question_public, roster);
    scene_ok(s);
    answer_member(slice_of(s->answer), "interview", s->id, sizeof s->id);
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        scene_move(s, way[i]);
    scene_do(s, ADMIN, "asking.set", "\"interview\":\"%s\",\"state\":\"open\"", s->id);
    scene_ok(s);
    return s;
}

void scene_destroy(struct scene **s)
{
    world_destroy(&(*s)->world);
    free(*s);
    *s = NULL;
}

void scene_ask(struct scene *s, int citizen, const char *text, struct receipt *ret)
{
    scene_do(s, citizen, "question.ask", "\"interview\":\"%s\",\"text\":\"%s\"", s->id, text);
    scene_ok(s);
    answer_member(slice_of(s->answer), "question", ret->question, sizeof ret->question);
    answer_member(slice_of(s->answer), "receipt_no", ret->receipt_no, sizeof ret->receipt_no);
    answer_member(slice_of(s->answer), "secret", ret->secret, sizeof ret->secret);
}

static const struct question *state_of(const struct scene *s, const char *question)
{
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    const struct question *q = interview_question(ch->all, slice_of(question));
    CHECK(q);
    return q;
}

unsigned scene_version(const struct scene *s, const char *question)
{
    return (unsigned)state_of(s, question)->version;
}

void scene_claim(struct scene *s, int moderator, const char *question)
{
    scene_do(s, moderator, "question.claim", "\"question\":\"%s\"", question);
    scene_ok(s);
}

void scene_approve(struct scene *s, const char *question)
{
    scene_claim(s, MOD1, question);
    scene_do(s, MOD1, "question.approve", "\"question\":\"%s\",\"version\":%u,\"claim_epoch\":%u",
             question, scene_version(s, question), (unsigned)state_of(s, question)->claim.epoch);
    scene_ok(s);
}

void scene_reject(struct scene *s, const char *question, const char *code)
{
    scene_claim(s, MOD1, question);
    scene_do(s, MOD1, "question.reject",
             "\"question\":\"%s\",\"version\":%u,\"claim_epoch\":%u,\"code\":\"%s\","
             "\"note\":\"Please read the announcement\"",
             question, scene_version(s, question), (unsigned)state_of(s, question)->claim.epoch,
             code);
    scene_ok(s);
}

void scene_wait(struct scene *s, int64_t ms)
{
    s->world->now_ms += ms;
    world_settle(s->world);
}

struct json *scene_snapshot(const struct scene *s, const char *sight)
{
    struct buf out = {0};
    if (sight && strcmp(sight, "public") == 0)
        buf_add(&out, blob_slice(app_snapshot(s->world->app, slice_of(s->id))));
    else
        snapshot_staff(&out, channel_find(s->world->app, slice_of(s->id))->all, sight != NULL);
    struct json *root = json_parse(buf_slice(&out));
    buf_finish(&out);
    CHECK(root);
    return root;
}

const struct json *scene_question(const struct json *snapshot, const char *id)
{
    const struct json *q = json_first(json_get(snapshot, "questions"));
    while (q && !slice_is(json_get_string(q, "question"), id))
        q = json_next(q);
    return q;
}

const char *scene_text(const struct json *object, const char *key)
{
    struct slice value = json_get_string(object, key);
    return value.p ? value.p : "";
}

size_t scene_events(const struct scene *s)
{
    return memory_log(s->world->store, slice_of(s->id))->count;
}
