// SPDX-License-Identifier: Apache-2.0
// statement.publish: one attributed utterance enters the record, and with an answer the fate of
// the questions it answers.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"

static bool kind_is_known(struct slice kind)
{
    static const char *const kinds[] = {"opening", "explanation", "question_read", "answer",
                                        "remark",  "closing",     "picture"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_is(kind, kinds[i]))
            return true;
    return false;
}

// While the feed runs what is said is live; afterwards it completes the record (补录).
static const char *origin_at(enum interview_stage stage)
{
    return stage == I_ENDED || stage == I_EDITING ? "supplement" : "live";
}

struct spoken {
    const char *text;
    const char *origin;
    struct person speaker;
    const struct question *questions[LIMIT_ANSWERED];
    size_t question_count;
    int64_t said_ms;
    bool is_answer;
};

// A name that the announcement knows brings its title along.
static bool find_speaker(struct call *c, const struct field_speaker *given, struct person *ret)
{
    const struct interview *iv = c->channel->all;
    ret->name = call_text(c, given->name, "speaker", LIMIT_NAME_POINTS * 2, false);
    if (!ret->name)
        return false;
    for (size_t i = 0; i < iv->guest_count; i++)
        if (strcmp(iv->guests[i].name, ret->name) == 0) {
            *ret = iv->guests[i];
            ret->role = "guest";
        }
    if (!ret->role && iv->compere.name && strcmp(iv->compere.name, ret->name) == 0) {
        *ret = iv->compere;
        ret->role = "compere";
    }
    bool ok;
    const char *title =
        call_text_or_null(c, given->title, "speaker.title", LIMIT_TITLE_POINTS, false, &ok);
    if (!ok)
        return false;
    const char *department = call_text_or_null(c, given->department, "speaker.department",
                                               LIMIT_TITLE_POINTS, false, &ok);
    if (!ok)
        return false;
    ret->title = title ? title : ret->title;
    ret->department = department ? department : ret->department;
    return true;
}

// An answer may be to any approved question; whatever else points at one only to a public one,
// or its pointer would tell of a hidden question.
static bool find_questions(struct call *c, const struct field_list *ids, struct spoken *s)
{
    const struct slice *id = ids->items;
    for (size_t i = 0; i < ids->count; i++) {
        const struct question *q = interview_question(c->channel->all, id[i]);
        if (!q) {
            call_not_found(c);
            return false;
        }
        bool fits = s->is_answer ? question_may_move(q->stage, M_ANSWER, NULL) : q->is_public;
        for (size_t j = 0; j < s->question_count; j++)
            fits = fits && s->questions[j] != q;
        if (!fits) {
            refuse_stage(c, q);
            return false;
        }
        s->questions[s->question_count++] = q;
    }
    return true;
}

static void write_speaker(struct json_writer *w, const struct person *p)
{
    json_w_key(w, "speaker");
    json_w_open(w, '{');
    json_w_member(w, "name", p->name);
    json_w_member(w, "title", p->title);
    json_w_member(w, "role", p->role);
    json_w_member(w, "department", p->department);
    json_w_close(w, '}');
}

static void statement_fact(struct call *c, const char *id, struct slice kind,
                           const struct spoken *s)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", id);
    json_w_member_slice(&w, "kind", kind);
    write_speaker(&w, &s->speaker);
    json_w_member(&w, "text", s->text);
    json_w_key(&w, "questions");
    json_w_open(&w, '[');
    for (size_t i = 0; i < s->question_count; i++)
        json_w_string(&w, slice_of(s->questions[i]->id));
    json_w_close(&w, ']');
    json_w_member_time(&w, "said_at", s->said_ms);
    json_w_member(&w, "origin", s->origin);
    call_fact_end(c, &w, "statement.published", true);
}

static void answered_fact(struct call *c, const struct question *q, const char *statement)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "statement", statement);
    call_fact_end(c, &w, "question.answered", true);
}

// The card, the statement and the link become public in one batch.
static void record_statement(struct call *c, struct slice kind, const struct spoken *s)
{
    char id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, id);
    for (size_t i = 0; i < s->question_count && s->is_answer; i++) {
        const struct question *q = s->questions[i];
        if (q->stage == Q_ANSWERED)
            call_guard_same(c, "q", q->id, q->version);
        else
            call_guard_number(c, "q", q->id, q->version, q->version + 1);
        if (!q->is_public)
            channel_publication(c, q);
    }
    statement_fact(c, id, kind, s);
    for (size_t i = 0; i < s->question_count && s->is_answer; i++)
        answered_fact(c, s->questions[i], id);

    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "statement", id);
    json_w_member_int(&w, "version", 1);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void statement_publish_run(struct call *c, const void *params)
{
    const struct statement_publish *m = params;
    struct spoken s = {.origin = origin_at(c->channel->all->stage),
                       .is_answer = slice_is(m->kind, "answer"),
                       .said_ms = m->said_ms ? m->said_ms : app_now(c->app)};
    if (!kind_is_known(m->kind)) {
        call_bad_params(c, "kind", "unknown");
        return;
    }
    s.text = call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
    if (!s.text)
        return;
    if (find_speaker(c, &m->speaker, &s.speaker) && find_questions(c, &m->questions, &s))
        record_statement(c, m->kind, &s);
}
