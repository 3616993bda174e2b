// SPDX-License-Identifier: Apache-2.0
// A log made up event by event and folded into both states at once, and kept for folding again.
#ifndef TESTS_UNIT_INTERVIEW_SCRIPT_H
#define TESTS_UNIT_INTERVIEW_SCRIPT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/interview/fold.h"
#include "server/interview/snapshot.h"
#include "tests/kit/check.h"

enum { SCRIPT_MOST = 4000 };

struct script {
    struct interview *staff, *open; // from all events; from the public ones
    int64_t now_ms;
    size_t count;
    struct event events[SCRIPT_MOST];
};

static const int64_t script_start_ms = 1795503600000; // 2026-11-24T07:00:00Z

static struct script *script_create(void)
{
    struct script *s = calloc(1, sizeof *s);
    s->staff = interview_create(slice_of("iv-1"), false);
    s->open = interview_create(slice_of("iv-1"), true);
    s->now_ms = script_start_ms;
    return s;
}

static void script_destroy(struct script *s)
{
    interview_destroy(&s->staff);
    interview_destroy(&s->open);
    for (size_t i = 0; i < s->count; i++) {
        free((char *)(uintptr_t)s->events[i].actor.p);
        free((char *)(uintptr_t)s->events[i].type.p);
        free((char *)(uintptr_t)s->events[i].body.p);
        free((char *)(uintptr_t)s->events[i].hash);
        free((char *)(uintptr_t)s->events[i].pub_hash);
    }
    free(s);
}

static struct slice script_keep(const char *text)
{
    char *copy = strdup(text);
    return slice_of(copy);
}

static const char *script_hash(uint64_t n, int salt)
{
    char hash[CHAIN_HEX + 1];
    snprintf(hash, sizeof hash, "%016llx%024d", (unsigned long long)(n * 0x9E3779B97F4A7C15u),
             salt);
    return strdup(hash);
}

// Records one event, public or not, a second after the last, and folds it where it belongs.
static void script_add(struct script *s, bool is_public, const char *actor, const char *type,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
static void script_add(struct script *s, bool is_public, const char *actor, const char *type,
                       const char *format, ...)
{
    char body[8192];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(body, sizeof body, format, args);
    va_end(args);
    CHECK(n > 0 && (size_t)n < sizeof body && s->count < SCRIPT_MOST);
    s->now_ms += 1000;
    struct event *e = &s->events[s->count++];
    *e = (struct event){
        .seq = s->staff->position.n + 1,
        .pub = is_public ? s->open->position.n + 1 : 0,
        .at_ms = s->now_ms,
        .actor = script_keep(actor),
        .type = script_keep(type),
        .body = script_keep(body),
        .hash = script_hash(s->staff->position.n + 1, 1),
    };
    e->pub_hash = is_public ? script_hash(e->pub, 2) : strdup("");
    if (fold(s->staff, e) != 0)
        check_fail(__FILE__, __LINE__, "staff refused %s %s", type, body);
    if (is_public && fold(s->open, e) != 0)
        check_fail(__FILE__, __LINE__, "public refused %s %s", type, body);
}

static inline struct question *script_question(const struct interview *iv, const char *id)
{
    return interview_question(iv, slice_of(id));
}

#define ANNOUNCEMENT                                                                               \
    "\"interview\":\"iv-1\",\"topic\":\"Bus lanes\",\"intro\":\"What changes in spring\","         \
    "\"departments\":[\"Transport\",\"Police\"],\"starts_at\":\"2026-11-24T07:00:00.000Z\","       \
    "\"minutes\":90,\"guests\":[{\"name\":\"Lin\",\"title\":\"Director\","                         \
    "\"department\":\"Transport\"},{\"name\":\"Wu\"}],\"compere\":{\"name\":\"He\"},"              \
    "\"languages\":[\"zh-Hans\"],\"policy_documents\":[{\"title\":\"Plan\",\"url\":\"/plan\"}],"   \
    "\"policy\":{\"asking\":\"anonymous\",\"question_public\":\"on_approve\"},"                    \
    "\"rule_set\":\"none\",\"issue_no\":7"

// Planned, announced, open and live.
static void script_open(struct script *s)
{
    script_add(s, false, "u:ada", "interview.planned",
               "{" ANNOUNCEMENT ",\"roster\":[{\"user\":\"mo\",\"duty\":\"moderator\"},"
               "{\"user\":\"lin\",\"duty\":\"guest\"}]}");
    script_add(s, false, "u:ada", "interview.submitted", "{\"stage\":\"in_review\"}");
    script_add(s, false, "u:ada", "interview.approved", "{\"stage\":\"scheduled\"}");
    script_add(s, true, "u:ada", "interview.announced",
               "{\"stage\":\"announced\"," ANNOUNCEMENT "}");
    script_add(s, true, "u:ada", "asking.set", "{\"asking\":\"open\"}");
    script_add(s, true, "u:he", "interview.lobby_opened", "{\"stage\":\"lobby\"}");
    script_add(s, true, "u:he", "interview.started", "{\"stage\":\"live\"}");
}

static inline void script_receive(struct script *s, const char *id, const char *text,
                                  const char *stage)
{
    script_add(s, false, "c:abc", "question.received",
               "{\"question\":\"%s\",\"receipt_no\":\"R-%s\",\"name\":\"Mei\",\"text\":\"%s\","
               "\"origin\":\"live\",\"asker\":\"c:abc\",\"contact\":\"mei@example.org\","
               "\"digest\":\"d1\",\"nonce\":\"n1\",\"stage\":\"%s\"}",
               id, id, text, stage);
}

static inline void script_decide(struct script *s, const char *id, const char *text)
{
    script_add(s, false, "u:mo", "question.approved",
               "{\"question\":\"%s\",\"text\":\"%s\",\"edited\":true,\"labels\":[\"roads\"],"
               "\"public_at\":\"2026-11-24T08:00:00.000Z\"}",
               id, text);
}

static inline void script_show(struct script *s, const char *id, const char *text)
{
    script_add(s, true, "system", "question.approved",
               "{\"question\":\"%s\",\"receipt_no\":\"R-%s\",\"name\":\"Mei\",\"text\":\"%s\","
               "\"edited\":true,\"origin\":\"live\",\"labels\":[\"roads\"],\"votes\":3}",
               id, id, text);
}

static inline void script_state(struct script *s, const char *id, bool is_public, const char *type)
{
    script_add(s, is_public, "u:he", type, "{\"question\":\"%s\"}", id);
}

static inline void script_answer(struct script *s, const char *statement, const char *question,
                                 const char *text)
{
    script_add(s, true, "u:st", "statement.published",
               "{\"statement\":\"%s\",\"kind\":\"answer\",\"speaker\":{\"name\":\"Lin\","
               "\"title\":\"Director\",\"role\":\"guest\",\"department\":\"Transport\"},"
               "\"text\":\"%s\",\"questions\":[\"%s\"],\"said_at\":\"2026-11-24T07:10:00.000Z\","
               "\"origin\":\"live\"}",
               statement, text, question);
}

#endif
