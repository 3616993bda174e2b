// SPDX-License-Identifier: Apache-2.0
// What is done about a published statement: statement.correct, with every earlier text kept,
// through the chain of those words; and statement.retract, which leaves a tombstone at its place.
#include <string.h>

#include "moderation/reason.h"
#include "server/app/roles.h"
#include "server/app/rules.h"
#include "server/app/statement.h"
#include "server/app/table.h"

void statement_correct_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *s = called_statement(c, m->statement, m->version);
    if (!s)
        return;
    const char *text = call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
    if (!text)
        return;
    if (strcmp(text, s->text) == 0) {
        call_bad_params(c, "text", "unchanged");
        return;
    }
    char id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, id);
    struct spoken anew = {.id = id,
                          .kind = slice_of(s->kind),
                          .text = text,
                          .origin = s->origin,
                          .entered_as = statement_entered_as(c),
                          .corrects = s->id,
                          .speaker = s->speaker,
                          .said_ms = s->said_ms};
    for (size_t i = 0; i < s->question_count; i++)
        anew.questions[anew.question_count++] =
            interview_question(c->channel->all, slice_of(s->questions[i]));
    statement_go(c, &anew, NULL, 0);
}

static void code_fact(struct call *c, const struct statement *s, const char *type, const char *code,
                      bool is_public)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", s->id);
    json_w_member(&w, "code", code);
    call_fact_end(c, &w, type, is_public);
}

static void ask_for_second(struct call *c, const struct statement *s, const char *code)
{
    call_guard_number(c, "r", s->id, 0, 1);
    code_fact(c, s, "statement.retraction_asked", code, false);
    struct buf who = {0};
    roles_write(c->method->who, &who); // whoever else may retract may confirm it
    struct json_writer w = statement_result(c, s->id, s->version, S_PUBLISHED);
    json_w_member_slice(&w, "waits_for", buf_slice(&who));
    json_w_close(&w, '}');
    buf_finish(&who);
    call_record(c, slice_of(c->channel->all->id));
}

static const struct statement *other_answer(const struct interview *iv, const struct question *q,
                                            const struct statement *s)
{
    for (size_t i = 0; i < q->answer_count; i++) {
        const struct statement *other = interview_statement(iv, slice_of(q->answers[i]));
        if (other && other != s && other->stage == S_PUBLISHED)
            return other;
    }
    return NULL;
}

// A question whose only answer goes is open again, while there is still time to answer it.
static void reopen_questions(struct call *c, const struct statement *s)
{
    const struct interview *iv = c->channel->all;
    if (strcmp(s->kind, "answer") != 0 || !(IN(iv->stage) & IN_SPEECH))
        return;
    uint64_t reopened = 0;
    for (size_t i = 0; i < s->question_count; i++) {
        const struct question *q = interview_question(iv, slice_of(s->questions[i]));
        if (q && q->stage == Q_RETRACTED) // … and is not restored at the same moment
            call_guard_same(c, "q", q->id, q->version);
        if (!q || q->stage != Q_ANSWERED || q->erased_ms)
            continue;
        const struct statement *other = other_answer(iv, q, s);
        if (other) { // … which is not retracted at the same moment
            guard_still_published(c, other);
            continue;
        }
        call_guard_number(c, "q", q->id, q->version, q->version + 1);
        question_fact(c, q, "question.off_air", true);
        reopened++;
    }
    guard_reopening(c, reopened);
}

// Those of questions, and what only a speaker can be wrong in.
static const char *code_of(struct slice word)
{
    static const char *const own[] = {"mistake", "early"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (slice_is(word, own[i]))
            return own[i];
    const struct mod_reason *reason = mod_reason_find(word.p, word.n);
    return reason ? reason->code : NULL;
}

void statement_retract_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *s = called_statement(c, m->statement, m->version);
    if (!s)
        return;
    const char *code = code_of(m->code);
    if (!code) {
        call_bad_params(c, "code", "unknown");
        return;
    }
    if (interview_two_persons(c->app, c->channel->all)) {
        if (!s->asked_by) {
            ask_for_second(c, s, code);
            return;
        }
        if (strcmp(s->asked_by, c->actor.name) == 0) {
            call_refuse(c, "two_persons");
            return;
        }
    }
    guard_published(c, s);
    code_fact(c, s, "statement.retracted", code, true);
    reopen_questions(c, s);
    struct json_writer w = statement_result(c, s->id, s->version + 1, S_RETRACTED);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}
