// SPDX-License-Identifier: Apache-2.0
// The ends of a question that are neither an answer on air nor that of a department (case.c): a
// reply to its asker alone, and, where the house's rules know that, no reply at all.
#include "server/app/commands.h"
#include "server/app/guards.h"
#include "server/app/rules.h"

void question_reply_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (!decide_may(c, q, m, M_REPLY, NOT_IN_ANOTHERS))
        return;
    if (q->is_public) { // what everybody has read is answered before everybody
        refuse_stage(c, q);
        return;
    }
    if (q->grouped) { // whoever is joined with it would never read the reply
        call_refuse(c, "has_members");
        return;
    }
    const char *text = call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
    if (!text)
        return;
    decide_guard(c, q);
    guard_members(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "text", text);
    call_fact_end(c, &w, "question.replied", false);
    question_result(c, Q_CLOSED, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

void question_lapse_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (!decide_may(c, q, m, M_LAPSE, NOT_IN_ANOTHERS))
        return;
    if (!interview_may_lapse(c->app, c->channel->all)) {
        struct json_writer w = guards_open(c);
        json_w_open(&w, '{');
        json_w_member(&w, "guard", "may_lapse");
        json_w_member(&w, "need", "yes");
        json_w_member(&w, "have", "no");
        json_w_close(&w, '}');
        guards_refuse(c, &w);
        return;
    }
    const char *note = call_text(c, m->note, "note", LIMIT_NOTE_POINTS, true);
    if (!note)
        return;
    decide_guard(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "question.lapsed", q->is_public);
    question_result(c, Q_LAPSED, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}
