// SPDX-License-Identifier: Apache-2.0
// An interview folded from public events, written short, and a checker for what pages write.
#ifndef TESTS_UNIT_PAGE_FIXTURE_H
#define TESTS_UNIT_PAGE_FIXTURE_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/must.h"
#include "server/base/time.h"
#include "server/interview/fold.h"
#include "server/page/page.h"

static inline int64_t fixture_ms(const char *iso)
{
    int64_t ms = 0;
    must(time_parse(slice_of(iso), &ms));
    return ms;
}

// Folds one public event at the given time; body is JSON.
static inline void fixture_event(struct interview *iv, const char *type, const char *at,
                                 const char *body)
{
    char hash[CHAIN_HEX + 1];
    uint64_t n = iv->position.n + 1;
    snprintf(hash, sizeof hash, "%08" PRIx64 "abcdef0123456789abcdef0123456789", n);
    struct event event = {.seq = n,
                          .pub = n,
                          .at_ms = fixture_ms(at),
                          .actor = slice_of("u:test"),
                          .type = slice_of(type),
                          .body = slice_of(body),
                          .hash = hash,
                          .pub_hash = hash};
    must(fold(iv, &event) == 0);
}

// One string stands for every text that comes from outside.
static inline void fixture_member(struct json_writer *w, const char *key, const char *value)
{
    json_w_member(w, key, value);
}

static inline void fixture_person(struct json_writer *w, const char *name, const char *title,
                                  const char *department, const char *role)
{
    json_w_open(w, '{');
    fixture_member(w, "name", name);
    fixture_member(w, "title", title);
    fixture_member(w, "department", department);
    fixture_member(w, "role", role);
    json_w_close(w, '}');
}

struct fixture_words {
    const char *topic, *intro, *department, *guest, *title, *compere, *document, *url;
    const char *asking; // policy
};

static inline void fixture_announce(struct interview *iv, const struct fixture_words *words)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    fixture_member(&w, "stage", "announced");
    fixture_member(&w, "interview", iv->id);
    fixture_member(&w, "topic", words->topic);
    fixture_member(&w, "intro", words->intro);
    json_w_key(&w, "departments");
    json_w_open(&w, '[');
    json_w_string(&w, slice_of(words->department));
    json_w_close(&w, ']');
    fixture_member(&w, "starts_at", "2026-11-24T07:00:00.000Z");
    json_w_member_int(&w, "minutes", 90);
    json_w_member_int(&w, "issue_no", 12);
    json_w_key(&w, "guests");
    json_w_open(&w, '[');
    fixture_person(&w, words->guest, words->title, words->department, NULL);
    json_w_close(&w, ']');
    json_w_key(&w, "compere");
    fixture_person(&w, words->compere, NULL, NULL, NULL);
    json_w_key(&w, "languages");
    json_w_raw(&w, slice_of("[\"zh-Hans\"]"));
    json_w_key(&w, "policy_documents");
    json_w_open(&w, '[');
    json_w_open(&w, '{');
    fixture_member(&w, "title", words->document);
    fixture_member(&w, "url", words->url);
    json_w_close(&w, '}');
    json_w_close(&w, ']');
    json_w_key(&w, "policy");
    json_w_open(&w, '{');
    fixture_member(&w, "asking", words->asking);
    fixture_member(&w, "question_public", "on_approve");
    json_w_close(&w, '}');
    fixture_member(&w, "rule_set", "none");
    json_w_close(&w, '}');
    fixture_event(iv, "interview.announced", "2026-11-17T02:00:00Z", body.p);
    buf_finish(&body);
}

static inline void fixture_stage(struct interview *iv, const char *type, const char *stage,
                                 const char *reason)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    fixture_member(&w, "stage", stage);
    fixture_member(&w, "reason", reason);
    json_w_close(&w, '}');
    fixture_event(iv, type, "2026-11-24T07:00:05Z", body.p);
    buf_finish(&body);
}

static inline void fixture_asking(struct interview *iv, const char *asking)
{
    char body[64];
    snprintf(body, sizeof body, "{\"asking\":\"%s\"}", asking);
    fixture_event(iv, "asking.set", "2026-11-24T07:00:06Z", body);
}

static inline void fixture_question(struct interview *iv, const char *at, const char *id,
                                    const char *no, const char *name, const char *text)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    fixture_member(&w, "question", id);
    fixture_member(&w, "receipt_no", no);
    fixture_member(&w, "name", name);
    fixture_member(&w, "text", text);
    json_w_member_bool(&w, "edited", false);
    fixture_member(&w, "origin", "live");
    json_w_key(&w, "labels");
    json_w_raw(&w, slice_of("[]"));
    json_w_member_int(&w, "votes", 0);
    json_w_close(&w, '}');
    fixture_event(iv, "question.approved", at, body.p);
    buf_finish(&body);
}

// A statement about one question (NULL: none), which it answers when kind is "answer".
static inline void fixture_statement(struct interview *iv, const char *at, const char *id,
                                     const char *kind, const struct fixture_words *words,
                                     const char *text, const char *question)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    fixture_member(&w, "statement", id);
    fixture_member(&w, "kind", kind);
    json_w_key(&w, "speaker");
    fixture_person(&w, words->guest, words->title, words->department, "guest");
    fixture_member(&w, "text", text);
    json_w_key(&w, "questions");
    json_w_open(&w, '[');
    if (question)
        json_w_string(&w, slice_of(question));
    json_w_close(&w, ']');
    fixture_member(&w, "said_at", at);
    fixture_member(&w, "origin", "live");
    json_w_close(&w, '}');
    fixture_event(iv, "statement.published", at, body.p);
    buf_clear(&body);
    if (question && strcmp(kind, "answer") == 0) {
        w = (struct json_writer){.out = &body};
        json_w_open(&w, '{');
        fixture_member(&w, "question", question);
        fixture_member(&w, "statement", id);
        json_w_close(&w, '}');
        fixture_event(iv, "question.answered", at, body.p);
    }
    buf_finish(&body);
}

static inline void fixture_about(struct interview *iv, const char *at, const char *type,
                                 const char *question, const char *department)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    fixture_member(&w, "question", question);
    fixture_member(&w, "department", department);
    if (department)
        fixture_member(&w, "due", "2026-12-01T09:00:00.000Z");
    json_w_close(&w, '}');
    fixture_event(iv, type, at, body.p);
    buf_finish(&body);
}

static const struct fixture_words FIXTURE_WORDS = {
    .topic = "社区助餐点怎么办、怎么吃",
    .intro = "助餐点开到家门口,老人吃饭更方便。\n\n本期介绍办理条件、补贴标准和送餐服务。",
    .department = "云溪市民政局",
    .guest = "周明岚",
    .title = "局长",
    .compere = "何语",
    .document = "云溪市社区助餐服务办法",
    .url = "https://gov.example/doc/17",
    .asking = "anonymous",
};

// A whole interview with a bit of everything, up to the stage before the given ones.
static inline struct interview *fixture_live(void)
{
    const struct fixture_words *words = &FIXTURE_WORDS;
    struct interview *iv = interview_create(slice_of("k7m2"), true);
    fixture_announce(iv, words);
    fixture_asking(iv, "precollect");
    fixture_question(iv, "2026-11-20T03:15:00Z", "q1", "7K3-204", "王女士",
                     "我家楼下的助餐点周末不开门,老人吃饭不方便。\n\n能不能周末也开?");
    fixture_stage(iv, "interview.started", "live", NULL);
    fixture_asking(iv, "open");
    fixture_statement(iv, "2026-11-24T07:01:00Z", "s1", "opening", words,
                      "各位网友,下午好。今天我们谈谈社区助餐。", NULL);
    fixture_question(iv, "2026-11-24T07:03:00Z", "q2", "M8P-551", NULL,
                     "外地户籍的老人可以用餐吗?");
    fixture_statement(iv, "2026-11-24T07:06:00Z", "s2", "answer", words,
                      "可以。凡在本市居住的六十岁以上老人,不分户籍,均可凭身份证登记用餐。", "q2");
    fixture_question(iv, "2026-11-24T07:08:00Z", "q3", "R2C-118", "𠮷田", "送餐上门要加多少钱?");
    fixture_question(iv, "2026-11-24T07:09:00Z", "q4", "T5D-930", "赵先生", "残疾老人有补贴吗?");
    fixture_about(iv, "2026-11-24T07:10:00Z", "question.withdrawn", "q4", NULL);
    fixture_about(iv, "2026-11-24T07:11:00Z", "question.on_air", "q3", NULL);
    return iv;
}

#endif
