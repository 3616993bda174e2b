// SPDX-License-Identifier: Apache-2.0
// statement.prepare and statement.publish: what somebody says, and how it enters the record. With
// an answer the fate of the questions it answers enters too.
#include "server/app/statement.h"

#include <string.h>

#include "server/app/roles.h"

static bool kind_is_known(struct slice kind)
{
    static const char *const kinds[] = {"opening", "explanation", "question_read", "answer",
                                        "remark",  "closing",     "picture",       NULL};
    return slice_is_one_of(kind, kinds);
}

// While the feed runs what is said is live; before, it has yet to be said; afterwards it completes
// the record (补录).
static const char *origin_at(enum interview_stage stage)
{
    return stage == I_ENDED || stage == I_EDITING ? "supplement"
           : stage == I_LOBBY                     ? "prepared"
                                                  : "live";
}

static int64_t said_now(const struct call *c)
{
    return c->channel->all->stage == I_LOBBY ? 0 : app_now(c->app);
}

// A name that the announcement knows brings its title along.
static bool find_speaker(struct call *c, const struct field_speaker *given, struct person *ret)
{
    const struct interview *iv = c->channel->all;
    ret->name = call_text(c, given->name, "speaker", LIMIT_NAME_POINTS * 2, false);
    if (!ret->name)
        return false;
    const struct person *guest = interview_guest(iv, slice_of(ret->name));
    if (guest) {
        *ret = *guest;
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
static bool fits(const struct spoken *s, const struct question *q)
{
    if (q->erased_ms)
        return false;
    return s->is_answer ? question_may_move(q->stage, M_ANSWER, NULL) : q->is_public;
}

static bool find_questions(struct call *c, const struct field_list *ids, struct spoken *s)
{
    const struct slice *id = ids->items;
    for (size_t i = 0; i < ids->count; i++) {
        const struct question *q = interview_question(c->channel->all, id[i]);
        if (!q) {
            call_not_found(c);
            return false;
        }
        bool may = fits(s, q);
        for (size_t j = 0; j < s->question_count; j++)
            may = may && s->questions[j] != q;
        if (!may) {
            refuse_stage(c, q);
            return false;
        }
        s->questions[s->question_count++] = q;
    }
    return true;
}

const struct question *statement_of_draft(struct call *c, const struct statement *draft,
                                          struct spoken *ret)
{
    *ret = (struct spoken){.id = draft->id,
                           .kind = slice_of(draft->kind),
                           .text = draft->text,
                           .origin = draft->origin,
                           .entered_as = draft->entered_as,
                           .corrects = draft->corrects,
                           .speaker = draft->speaker,
                           .said_ms = draft->said_ms ? draft->said_ms : said_now(c),
                           .is_answer = strcmp(draft->kind, "answer") == 0};
    if (draft->corrects)
        return NULL; // what it was said to is settled
    enum interview_stage stage = c->channel->all->stage;
    if (draft->stage <= S_RETURNED && draft->stage != S_SUBMITTED &&
        (stage == I_ENDED || stage == I_EDITING))
        ret->origin = origin_at(stage);
    for (size_t i = 0; i < draft->question_count; i++) {
        const struct question *q =
            interview_question(c->channel->all, slice_of(draft->questions[i]));
        if (!fits(ret, q))
            return q;
        ret->questions[ret->question_count++] = q;
    }
    return NULL;
}

// ---- what is recorded ----

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

void statement_write(struct json_writer *w, const struct spoken *s)
{
    json_w_member(w, "statement", s->id);
    json_w_member_slice(w, "kind", s->kind);
    write_speaker(w, &s->speaker);
    json_w_member(w, "text", s->text);
    json_w_key(w, "questions");
    json_w_open(w, '[');
    for (size_t i = 0; i < s->question_count; i++)
        json_w_string(w, slice_of(s->questions[i]->id));
    json_w_close(w, ']');
    json_w_member_time(w, "said_at", s->said_ms);
    json_w_member(w, "origin", s->origin);
    json_w_member(w, "corrects", s->corrects);
}

void statement_fact(struct call *c, const char *id, const char *type)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", id);
    call_fact_end(c, &w, type, false);
}

static void answered_fact(struct call *c, const struct question *q, const char *statement)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "statement", statement);
    call_fact_end(c, &w, "question.answered", true);
}

void statement_publication(struct call *c, const struct spoken *s, const struct statement *draft)
{
    if (draft)
        guard_draft(c, draft);
    for (size_t i = 0; i < s->question_count && s->is_answer; i++) {
        const struct question *q = s->questions[i];
        call_guard_number(c, "q", q->id, q->version, q->version + 1);
        if (!q->is_public)
            channel_publication(c, q, q->text);
    }
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    statement_write(&w, s);
    call_fact_end(c, &w, "statement.published", true);
    for (size_t i = 0; i < s->question_count && s->is_answer; i++)
        answered_fact(c, s->questions[i], s->id);
}

struct json_writer statement_result(struct call *c, const char *id, uint64_t version,
                                    enum statement_stage stage)
{
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "statement", id);
    json_w_member_int(&w, "version", (int64_t)version);
    json_w_member(&w, "stage", statement_stage_name(stage));
    return w;
}

// With its statement corrected or taken down, a correction is over.
void guard_draft(struct call *c, const struct statement *draft)
{
    call_guard_number(c, "d", draft->id, draft->version, draft->version + 1);
    if (draft->corrects)
        guard_still_published(c, interview_statement(c->channel->all, slice_of(draft->corrects)));
}

void guard_still_published(struct call *c, const struct statement *s)
{
    call_guard_same(c, "s", s->id, s->version - 1);
}

// Absent at version 1.
void guard_published(struct call *c, const struct statement *s)
{
    call_guard_number(c, "s", s->id, s->version - 1, s->version);
}

// ---- finding what a command is about ----

void refuse_statement(struct call *c, const struct statement *s, const char *reason)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "statement", s->id);
    json_w_member(&w, "stage", statement_stage_name(s->stage));
    json_w_member_int(&w, "version", (int64_t)s->version);
    json_w_member(&w, "by", s->changed_by);
    json_w_member_time(&w, "at", s->changed_ms);
    call_refuse(c, reason);
}

// The stage before the version: what was published counts its versions anew.
static const struct statement *called(struct call *c, const struct statement *s, int64_t version,
                                      unsigned stages)
{
    if (!s)
        call_not_found(c);
    else if (!(stages & 1u << s->stage))
        refuse_statement(c, s, "wrong_stage");
    else if ((uint64_t)version != s->version)
        refuse_statement(c, s, "stale");
    else
        return s;
    return NULL;
}

const struct statement *called_draft(struct call *c, struct slice id, int64_t version,
                                     unsigned stages)
{
    const struct statement *s = interview_draft(c->channel->all, id);
    return called(c, s ? s : interview_statement(c->channel->all, id), version, stages);
}

const struct statement *called_statement(struct call *c, struct slice id, int64_t version)
{
    const struct statement *s = interview_statement(c->channel->all, id);
    return called(c, s ? s : interview_draft(c->channel->all, id), version, 1u << S_PUBLISHED);
}

bool statement_is_by(const struct call *c, const struct statement *s)
{
    return (s->author && strcmp(s->author, c->actor.name) == 0) ||
           (s->writer && strcmp(s->writer, c->actor.name) == 0);
}

// ---- the commands ----

static bool read_spoken(struct call *c, const struct statement_publish *m, struct spoken *s)
{
    s->kind = m->kind;
    s->is_answer = slice_is(m->kind, "answer");
    s->said_ms = m->said_ms;
    if (!kind_is_known(m->kind)) {
        call_bad_params(c, "kind", "unknown");
        return false;
    }
    s->text = call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
    return s->text && find_speaker(c, &m->speaker, &s->speaker) &&
           find_questions(c, &m->questions, s);
}

void statement_publish_run(struct call *c, const void *params)
{
    const struct statement_publish *m = params;
    char id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, id);
    struct spoken s = {.id = id,
                       .origin = origin_at(c->channel->all->stage),
                       .entered_as = statement_entered_as(c)};
    if (!read_spoken(c, m, &s))
        return;
    if (!s.said_ms)
        s.said_ms = said_now(c);
    statement_go(c, &s, NULL, 0);
}

// A draft may be written anew by who began it, and by those who lead the interview; a correction is
// entered anew instead.
static const struct statement *own_draft(struct call *c, const struct statement_publish *m)
{
    const struct statement *draft =
        called_draft(c, m->statement, m->version, 1u << S_PREPARED | 1u << S_RETURNED);
    if (!draft)
        return NULL;
    if (draft->corrects)
        refuse_statement(c, draft, "wrong_stage");
    else if (statement_is_by(c, draft) ||
             roles_may(&c->actor, c->channel->all, WHO_COMPERE | WHO_PRODUCER))
        return draft;
    else
        call_refuse(c, "not_authorized");
    return NULL;
}

void statement_prepare_run(struct call *c, const void *params)
{
    const struct statement_publish *m = params;
    const struct statement *draft = NULL;
    char id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, id);
    struct spoken s = {.id = id, .origin = "prepared", .entered_as = statement_entered_as(c)};
    if (m->statement.p) {
        draft = own_draft(c, m);
        if (!draft)
            return;
        s.id = draft->id;
        s.origin = draft->origin;
        s.entered_as = draft->entered_as;
    }
    if (!read_spoken(c, m, &s))
        return;
    if (draft && !s.said_ms)
        s.said_ms = draft->said_ms;
    uint64_t version = draft ? draft->version : 0;
    call_guard_number(c, "d", s.id, version, version + 1);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    statement_write(&w, &s);
    json_w_member(&w, "entered_as", s.entered_as);
    call_fact_end(c, &w, "statement.prepared", false);
    w = statement_result(c, s.id, version + 1, S_PREPARED);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}
