// SPDX-License-Identifier: Apache-2.0
// Second thoughts about a decision: the house takes a public question down and puts it back, an
// asker appeals. Whoever looks again is not who decided first.
#include <string.h>

#include "moderation/reason.h"
#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/app/rules.h"
#include "server/app/statement.h"
#include "server/interview/snapshot.h"

static bool is_me(const struct call *c, const char *name)
{
    return name && strcmp(name, c->actor.name) == 0;
}

static bool may_review(const struct call *c)
{
    return roles_may(&c->actor, c->channel->all, WHO_REVIEWER | WHO_PORTAL_ADMIN);
}

bool review_appeal(struct call *c, const struct question *q)
{
    if (!may_review(c)) {
        call_refuse(c, "not_authorized");
        return false;
    }
    if (is_me(c, q->decided_by) || is_me(c, q->passed_by)) {
        call_refuse(c, "two_persons");
        return false;
    }
    return true;
}

void guard_reopening(struct call *c, uint64_t questions)
{
    const struct interview *iv = c->channel->all;
    if (questions)
        call_guard_number(c, "gate", "reopened", iv->reopened, iv->reopened + questions);
}

// ---- retract ----

static void asked_fact(struct call *c, const struct question *q, const struct mod_reason *reason,
                       const char *note, bool waits)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "code", reason->code);
    json_w_member(&w, "note", note);
    json_w_member_bool(&w, "waits", waits);
    call_fact_end(c, &w, "question.retraction_asked", false);
}

// The frame that everybody gets holds no word of the question (invariant I5).
static void retracted_fact(struct call *c, const struct question *q,
                           const struct mod_reason *reason)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "code", reason->code);
    call_fact_end(c, &w, "question.retracted", true);
}

static void retraction_result(struct call *c, const struct question *q, bool waits)
{
    if (waits)
        question_waits_result(c, q);
    else
        question_result(c, Q_RETRACTED, q->version + 1);
}

void question_retract_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (refused_as_stale(c, q, m->version))
        return;
    if (!q->is_public || !question_may_move(q->stage, M_RETRACT, NULL)) {
        refuse_stage(c, q);
        return;
    }
    const struct mod_reason *reason = mod_reason_find(m->code.p, m->code.n);
    if (!reason) {
        call_bad_params(c, "code", "unknown");
        return;
    }
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    bool needs_two = interview_two_persons(c->app, c->channel->all);
    bool waits = needs_two && !q->retraction_code;
    if (needs_two && !waits && (is_me(c, q->retraction_asker) || !may_review(c))) {
        call_refuse(c, "two_persons");
        return;
    }
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    if (waits || note)
        asked_fact(c, q, reason, note, waits);
    if (!waits) {
        guard_members(c, q);
        guard_reopening(c, q->grouped); // those joined with it have lost their end
        retracted_fact(c, q, reason);
    }
    retraction_result(c, q, waits);
    call_record(c, slice_of(c->channel->all->id));
}

// ---- restore ----

// The compere's queue is not for everybody: what stands in it is approved.
static enum question_stage shown_stage(enum question_stage stage)
{
    return stage == Q_QUEUED || stage == Q_ON_AIR ? Q_APPROVED : stage;
}

// All that everybody had seen, since the public state has forgotten it.
static void restored_fact(struct call *c, const struct question *q, enum question_stage to)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "receipt_no", q->receipt_no);
    json_w_member(&w, "name", name_shown(c->channel->all, q));
    json_w_member(&w, "text", q->text);
    json_w_member_bool(&w, "edited", q->edited);
    json_w_member(&w, "origin", q->origin);
    snapshot_texts(&w, "labels", q->labels, q->label_count);
    json_w_member_int(&w, "votes", (int64_t)q->votes);
    json_w_member(&w, "stage", question_stage_name(shown_stage(to)));
    json_w_member_time(&w, "shown_at", q->shown_ms);
    // Where it waits again, its answers were taken back meanwhile.
    snapshot_texts(&w, "answers", q->answers, question_is_disposed(to) ? q->answer_count : 0);
    json_w_member(&w, "department", q->department);
    json_w_member_time(&w, "due", q->due_ms);
    snapshot_referral(&w, &q->referral);
    snapshot_reply(&w, q);
    json_w_member(&w, "note", q->before_note);
    if (q->grouped)
        json_w_member_int(&w, "grouped", (int64_t)q->grouped);
    call_fact_end(c, &w, "question.restored", true);
}

// note: why, for colleagues; NULL: none. The asker reads where the question is now.
static void uphold(struct call *c, const struct question *q, const char *note)
{
    if (!review_appeal(c, q))
        return;
    decide_guard(c, q);
    guard_reopening(c, 1);
    question_fact(c, q, "question.restored", false);
    if (note)
        note_fact(c, q, note);
    question_result(c, Q_PENDING, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

static void restore(struct call *c, const struct question *q, const char *note)
{
    const struct interview *iv = c->channel->all;
    enum question_stage to = question_restores_to(iv, q);
    if (interview_is_settled(iv) && !question_is_disposed(to)) {
        refuse_stage(c, q);
        return;
    }
    if (is_me(c, q->retracted_by) || is_me(c, q->retraction_asker)) {
        call_refuse(c, "two_persons");
        return;
    }
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    guard_reopening(c, 1);
    guard_members(c, q);
    const struct statement *answer = interview_answer(iv, q);
    if (answer) // … which is not retracted at the same moment
        guard_still_published(c, answer);
    restored_fact(c, q, to);
    if (note)
        note_fact(c, q, note);
    question_result(c, to, q->version + 1);
    call_record(c, slice_of(iv->id));
}

void question_restore_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (refused_as_stale(c, q, m->version))
        return;
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    if (question_may_move(q->stage, M_RESTORE, NULL))
        restore(c, q, note);
    else if (q->appeal == APPEAL_OPEN && question_may_move(q->stage, M_UPHOLD, NULL))
        uphold(c, q, note);
    else
        refuse_stage(c, q);
}

// ---- appeal ----

bool question_may_be_appealed(const struct interview *iv, const struct question *q)
{
    const struct mod_reason *reason = q->code ? mod_reason_find(q->code, strlen(q->code)) : NULL;
    return question_may_move(q->stage, M_APPEAL, NULL) && q->appeal == APPEAL_NONE && reason &&
           reason->may_appeal && !interview_is_settled(iv) && !q->erased_ms;
}

void question_appeal_run(struct call *c, const void *params)
{
    const struct question_withdraw *m = params;
    struct app_fate fate;
    if (!app_fate(c->app, m->receipt_no, m->secret, &fate)) {
        call_not_found(c);
        return;
    }
    const struct question *q = fate.question;
    c->channel = channel_find(c->app, slice_of(fate.interview->id));
    if (q->erased_ms) {
        refuse_erased(c, q);
        return;
    }
    if (!question_may_move(q->stage, M_APPEAL, NULL)) {
        refuse_stage(c, q);
        return;
    }
    if (!fate.may_appeal) {
        call_refuse(c, "no_appeal");
        return;
    }
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    // The gate that is open now is still open when the appeal is written.
    call_guard_same(c, "i", "version", fate.interview->version);
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    guard_reopening(c, 1);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "question.appealed", false);
    w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member(&w, "appeal", appeal_name(APPEAL_OPEN));
    json_w_close(&w, '}');
    call_record(c, slice_of(fate.interview->id));
}
