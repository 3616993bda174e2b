// SPDX-License-Identifier: Apache-2.0
// Events about second thoughts: held, retracted, restored, appealed; and about written replies.
#include "server/interview/change.h"

static void on_held(struct change *c)
{
    struct question *q = fold_question(c);
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->held_note = note;
    fold_end_claim(q);
    fold_move(c, q, Q_HELD);
}

static void on_retraction_asked(struct change *c)
{
    struct question *q = fold_question(c);
    const char *code = body_need_text(&c->body, "code");
    const char *note = body_opt_text(&c->body, "note");
    bool waits = body_opt_bool(&c->body, "waits");
    if (c->body.bad)
        return;
    q->retraction_note = note;
    if (!waits)
        return; // carried out in the same batch
    q->retraction_code = code;
    q->retraction_asker = fold_actor(c);
    fold_touch(c, q);
}

// The public state forgets the words; that there was a question, and what was said about it, stays.
static void on_retracted(struct change *c)
{
    struct question *q = fold_question(c);
    const char *code = body_need_text(&c->body, "code");
    if (c->body.bad)
        return;
    q->before = q->stage;
    q->before_code = q->code;
    q->before_note = q->note;
    q->code = code;
    if (!q->ended_ms)
        q->ended_ms = c->event->at_ms;
    fold_end_claim(q);
    if (c->iv->public_only) {
        q->text = q->name = q->note = q->reply = q->reply_department = NULL;
        q->labels = NULL;
        q->label_count = 0;
        q->referral = (struct referral){0};
    } else {
        q->note = q->retraction_note;
        q->retracted_by = fold_actor(c);
        q->retraction_code = q->retraction_note = NULL;
        c->iv->reopened += q->grouped;
    }
    fold_move(c, q, Q_RETRACTED);
}

static void read_reply(struct change *c, struct question *q)
{
    const struct json *json = json_get(c->body.json, "reply");
    if (!json)
        return;
    struct body b = {.json = json, .arena = c->body.arena};
    q->reply = body_need_text(&b, "text");
    q->reply_department = body_opt_text(&b, "department");
    q->replied_ms = body_need_time(&b, "at");
    c->body.bad = c->body.bad || b.bad;
}

// The public state gets everything anew, at the place where the question stood.
static void restore_in_public(struct change *c, struct question *q)
{
    struct body *b = &c->body;
    struct question anew = *q;
    struct slice stage = body_need_slice(b, "stage");
    enum question_stage to = Q_APPROVED;
    anew.name = body_opt_text(b, "name");
    anew.text = body_need_text(b, "text");
    anew.edited = body_opt_bool(b, "edited");
    anew.origin = body_need_text(b, "origin");
    anew.votes = body_opt_count(b, "votes");
    anew.grouped = body_opt_count(b, "grouped"); // no number was told while it was away
    anew.department = body_opt_text(b, "department");
    anew.due_ms = body_opt_time(b, "due");
    anew.note = body_opt_text(b, "note"); // of a lapsed one
    fold_read_referral(b, &anew.referral);
    anew.code = NULL;
    anew.answers = NULL;
    anew.answer_count = 0;
    body_texts(b, "labels", &anew.labels, &anew.label_count);
    body_texts(b, "answers", &anew.answers, &anew.answer_count);
    read_reply(c, &anew);
    if (b->bad || !question_stage_parse(stage.p, stage.n, &to)) {
        b->bad = true;
        return;
    }
    *q = anew;
    fold_move(c, q, to);
}

// What was further on is the next one in the queue, as when taken off air.
static void restore(struct change *c, struct question *q)
{
    enum question_stage was = q->before, to = question_restores_to(c->iv, q);
    q->code = q->before_code;
    q->note = q->before_note;
    q->before_code = q->before_note = q->retracted_by = q->retraction_asker = NULL;
    if (!question_is_disposed(to))
        q->ended_ms = 0;
    if (question_is_disposed(was) && to == Q_QUEUED)
        q->answer_count = 0;
    fold_move(c, q, to);
    if (to == Q_QUEUED)
        fold_enter_queue(c->iv, q, was == Q_QUEUED ? 0 : 1);
}

static void uphold(struct change *c, struct question *q)
{
    fold_forget_decision(q);
    q->appeal = APPEAL_UPHELD;
    q->code = q->note = q->duplicate_of = NULL;
    q->ended_ms = 0;
    fold_move(c, q, Q_PENDING);
}

static void on_restored(struct change *c)
{
    struct question *q = fold_question(c);
    uint64_t told = body_opt_count(&c->body, "grouped");
    if (c->body.bad)
        return;
    if (c->iv->public_only) {
        restore_in_public(c, q);
        return;
    }
    c->iv->reopened++;
    if (q->stage == Q_RETRACTED) {
        restore(c, q);
        q->told = told;
    } else {
        uphold(c, q);
    }
}

static void on_appealed(struct change *c)
{
    struct question *q = fold_question(c);
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->appeal = APPEAL_OPEN;
    q->appeal_note = note;
    c->iv->reopened++;
    fold_touch(c, q);
}

static void reply(struct change *c, bool to_a_case)
{
    struct question *q = fold_question(c);
    const char *text = body_need_text(&c->body, "text");
    const char *department = to_a_case ? body_need_text(&c->body, "department") : NULL;
    if (c->body.bad)
        return;
    q->reply = text;
    q->reply_department = department;
    q->replied_ms = c->event->at_ms;
    q->ended_ms = c->event->at_ms;
    if (to_a_case)
        fold_close_case(q);
    fold_end_claim(q);
    fold_move(c, q, Q_CLOSED);
}

static void on_replied(struct change *c)
{
    reply(c, false);
}

static void on_case_reply(struct change *c)
{
    reply(c, true);
}

static void on_lapsed(struct change *c)
{
    struct question *q = fold_question(c);
    const char *note = body_need_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->note = note;
    q->ended_ms = c->event->at_ms;
    fold_end_claim(q);
    fold_move(c, q, Q_LAPSED);
}

const struct handler fold_review_handlers[] = {
    {"case.reply_published", on_case_reply, SEEN_OR_PUBLIC},
    {"question.appealed", on_appealed, SEEN_BY_DESK},
    {"question.held", on_held, SEEN_BY_DESK},
    {"question.lapsed", on_lapsed, SEEN_OR_PUBLIC},
    {"question.replied", on_replied, SEEN_BY_STAFF},
    {"question.restored", on_restored, SEEN_OR_PUBLIC},
    {"question.retracted", on_retracted, SEEN_AS_END},
    {"question.retraction_asked", on_retraction_asked, SEEN_BY_DESK},
    {"question.taken_over", fold_claim, SEEN_BY_DESK},
    {NULL},
};
