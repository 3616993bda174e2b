// SPDX-License-Identifier: Apache-2.0
// What moderators do: claim a question, and decide about it.
#include <string.h>

#include "moderation/reason.h"
#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/app/rules.h"
#include "server/interview/snapshot.h"

// ---- the claim: a lease, fenced by its epoch ----

static bool claim_is_live(const struct call *c, const struct question *q)
{
    return q->claim.by && q->claim.until_ms > app_now(c->app);
}

static bool claim_is_mine(const struct call *c, const struct question *q)
{
    return q->claim.by && strcmp(q->claim.by, c->actor.name) == 0;
}

static void refuse_claimed(struct call *c, const struct question *q)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "by", q->claim.by);
    json_w_member_time(&w, "until", q->claim.until_ms);
    json_w_member_time(&w, "at", q->claim.since_ms);
    json_w_member_int(&w, "version", (int64_t)q->version);
    call_refuse(c, "claimed");
}

bool refused_as_claimed(struct call *c, const struct question *q)
{
    if (claim_is_mine(c, q) || !claim_is_live(c, q))
        return false;
    refuse_claimed(c, q);
    return true;
}

void guard_claim_changes(struct call *c, const struct question *q)
{
    call_guard_number(c, "c", q->id, q->claim.changes, q->claim.changes + 1);
}

// Whose live claim is taken over stands in the record.
static void claim_fact(struct call *c, const struct question *q, uint64_t epoch, int64_t until)
{
    bool taken_over = claim_is_live(c, q) && !claim_is_mine(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member_int(&w, "epoch", (int64_t)epoch);
    json_w_member_time(&w, "until", until);
    if (taken_over)
        json_w_member(&w, "from", q->claim.by);
    call_fact_end(c, &w, taken_over ? "question.taken_over" : "question.claimed", false);
}

void question_claim_run(struct call *c, const void *params)
{
    const struct question_claim *m = params;
    const struct question *q = called_question(c, m->question);
    if (!question_may_move(q->stage, M_CLAIM, NULL)) {
        refuse_stage(c, q);
        return;
    }
    bool mine = claim_is_mine(c, q);
    if (!mine && claim_is_live(c, q) && !m->take_over) {
        refuse_claimed(c, q);
        return;
    }
    uint64_t epoch = q->claim.epoch + (mine ? 0 : 1);
    int64_t until = app_now(c->app) + LIMIT_CLAIM_MS;
    guard_claim_changes(c, q);
    call_guard_same(c, "q", q->id, q->version);
    claim_fact(c, q, epoch, until);

    struct json_writer w = call_open(&c->result);
    json_w_member_int(&w, "claim_epoch", (int64_t)epoch);
    json_w_member_time(&w, "until", until);
    json_w_member_int(&w, "version", (int64_t)q->version);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void question_let_go_run(struct call *c, const void *params)
{
    const struct question_only *m = params;
    const struct question *q = called_question(c, m->question);
    struct json_writer w = call_open(&c->result);
    json_w_member_int(&w, "claim_epoch", (int64_t)q->claim.epoch);
    json_w_member_int(&w, "version", (int64_t)q->version);
    json_w_close(&w, '}');
    if (!claim_is_mine(c, q)) {
        if (claim_is_live(c, q))
            refuse_claimed(c, q);
        else
            call_record(c, slice_of(c->channel->all->id)); // nothing to let go, but kept
        return;
    }
    guard_claim_changes(c, q);
    call_guard_same(c, "q", q->id, q->version); // a decision meanwhile has ended it already
    struct buf body = {0};
    w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member_int(&w, "epoch", (int64_t)q->claim.epoch);
    call_fact_end(c, &w, "question.let_go", false);
    call_record(c, slice_of(c->channel->all->id));
}

bool renew_claim(struct call *c, const struct question *q)
{
    if (!claim_is_mine(c, q) || !claim_is_live(c, q))
        return false;
    guard_claim_changes(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member_int(&w, "epoch", (int64_t)q->claim.epoch);
    json_w_member_time(&w, "until", app_now(c->app) + LIMIT_CLAIM_MS);
    call_fact_end(c, &w, "question.claimed", false);
    return true;
}

// ---- decisions ----

bool decide_may(struct call *c, const struct question *q, const struct question_decide *m,
                enum question_move move, enum hand hand)
{
    if (refused_as_stale(c, q, m->version))
        return false;
    if (!question_may_move(q->stage, move, NULL)) {
        refuse_stage(c, q);
        return false;
    }
    if (hand == IN_ANY_HAND)
        return true;
    if (refused_as_claimed(c, q))
        return false;
    if (hand == NOT_IN_ANOTHERS)
        return true;
    if (!claim_is_mine(c, q) || (uint64_t)m->claim_epoch != q->claim.epoch) {
        refuse_stale(c, q);
        return false;
    }
    return true;
}

void decide_guard(struct call *c, const struct question *q)
{
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    call_guard_same(c, "c", q->id, q->claim.changes);
    call_guard_same(c, "p", q->id, q->is_public);
}

bool gate_labels(struct call *c, const struct field_list *labels, const char *ret[LIMIT_LABELS])
{
    const struct slice *items = labels->items;
    for (size_t i = 0; i < labels->count; i++) {
        ret[i] = call_text(c, items[i], "labels", LIMIT_NAME_POINTS, false);
        if (!ret[i])
            return false;
    }
    return true;
}

// ---- two persons ----

// Does the interview want a second person for a decision about what waits, and is this the first?
// Only a reviewer is the second, and nobody is both.
static bool is_first_step(const struct call *c, const struct question *q)
{
    const struct interview *iv = c->channel->all;
    bool waiting = question_may_move(q->stage, M_CLAIM, NULL);
    bool by_another = q->proposal.by && strcmp(q->proposal.by, c->actor.name) != 0;
    bool decides = by_another && roles_may(&c->actor, iv, WHO_REVIEWER);
    return iv->question_chain.count && waiting && !decides;
}

static struct json_writer open_step(struct call *c, const struct question *q, struct buf *body,
                                    const char *decision)
{
    struct json_writer w = call_fact(c, body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "decision", decision);
    return w;
}

static void record_step(struct call *c, const struct question *q, struct json_writer *w)
{
    json_w_member(w, "waits_for", "reviewer");
    call_fact_end(c, w, "question.passed_step", false);
    question_waits_result(c, q);
    call_record(c, slice_of(c->channel->all->id));
}

// ---- approving ----

struct shown { // as it is to be shown
    const char *text;
    const char *const *labels;
    size_t label_count;
};

static void write_shown(struct json_writer *w, const struct question *q, const struct shown *s)
{
    json_w_member(w, "text", s->text);
    json_w_member_bool(w, "edited", strcmp(s->text, q->original) != 0);
    snapshot_texts(w, "labels", s->labels, s->label_count);
}

void approval_fact(struct call *c, const struct question *q, const char *text,
                   const char *const *labels, size_t label_count, int64_t public_at)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "receipt_no", q->receipt_no);
    json_w_member(&w, "name", q->name);
    json_w_member(&w, "text", text);
    json_w_member_bool(&w, "edited", strcmp(text, q->original) != 0);
    json_w_member(&w, "origin", q->origin);
    snapshot_texts(&w, "labels", labels, label_count);
    json_w_member(&w, "to_guest", q->to_guest); // a guest meets the question here
    json_w_member_time(&w, "received_at", q->received_ms);
    json_w_member_time(&w, "public_at", public_at);
    call_fact_end(c, &w, "question.approved", false);
}

static void record_approval(struct call *c, const struct question *q, const struct shown *s)
{
    const char *shown = c->channel->all->question_public;
    bool with_answer = shown && strcmp(shown, "with_answer") == 0;
    int64_t public_at = with_answer ? 0 : app_now(c->app) + c->app->config.undo_ms;
    approval_fact(c, q, s->text, s->labels, s->label_count, public_at);

    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(Q_APPROVED));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member_time(&w, "public_at", public_at);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void question_approve_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    const struct proposal *p = &q->proposal;
    if (!decide_may(c, q, m, M_APPROVE, IN_MY_HAND))
        return;
    // As received, redacted or labelled since; or as the first of two persons would have it.
    struct shown s = {q->text, q->labels, q->label_count};
    if (p->text)
        s.text = p->text;
    if (p->has_labels)
        s = (struct shown){s.text, p->labels, p->label_count};
    const char *labels[LIMIT_LABELS];
    if (!gate_labels(c, &m->labels, labels))
        return;
    if (m->labels.items)
        s = (struct shown){s.text, labels, m->labels.count};
    if (m->text.p)
        s.text = call_text(c, m->text, "text", c->app->config.question_max, true);
    if (!s.text)
        return;
    decide_guard(c, q);
    if (!is_first_step(c, q)) {
        record_approval(c, q, &s);
        return;
    }
    struct buf body = {0};
    struct json_writer w = open_step(c, q, &body, "approved");
    write_shown(&w, q, &s);
    record_step(c, q, &w);
}

// Only who decided takes it back, or a reviewer, and only while nobody has seen it.
void question_undo_run(struct call *c, const void *params)
{
    const struct question_only *m = params;
    const struct question *q = called_question(c, m->question);
    enum question_stage to;
    if (q->is_public || !question_may_move(q->stage, M_UNDO, &to)) {
        refuse_stage(c, q);
        return;
    }
    bool mine = q->decided_by && strcmp(q->decided_by, c->actor.name) == 0;
    if (!mine && !roles_may(&c->actor, c->channel->all, WHO_REVIEWER)) {
        call_refuse(c, "not_authorized");
        return;
    }
    decide_guard(c, q);
    question_fact(c, q, "question.undone", false);
    question_result(c, to, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

// ---- turning down ----

// Why it is turned down, as it is recorded.
struct grounds {
    const struct mod_reason *reason;
    const char *note;               // to the asker; NULL: none
    const struct question *repeats; // NULL: the reason names no question
};

// false: the call was answered.
static bool gate_grounds(struct call *c, const struct question *q, const struct question_decide *m,
                         struct grounds *ret)
{
    bool ok;
    ret->note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return false;
    ret->reason = mod_reason_find(m->code.p, m->code.n);
    if (!ret->reason) {
        call_bad_params(c, "code", "unknown");
        return false;
    }
    if (ret->reason->needs_note && !ret->note) {
        call_bad_params(c, "note", "missing");
        return false;
    }
    ret->repeats = NULL;
    if (ret->reason->names_question != (m->into.p != NULL)) {
        call_bad_params(c, "into", m->into.p ? "not with this code" : "missing");
        return false;
    }
    if (m->into.p)
        ret->repeats = find_leading(c, q, m->into);
    return !m->into.p || ret->repeats;
}

static void write_grounds(struct json_writer *w, const struct grounds *g)
{
    json_w_member(w, "code", g->reason->code);
    json_w_member(w, "note", g->note);
    if (g->repeats)
        json_w_member(w, "duplicate_of", g->repeats->id);
}

// The question that it names has not come to nothing when the batch is written.
static void guard_grounds(struct call *c, const struct grounds *g)
{
    if (g->repeats)
        call_guard_same(c, "q", g->repeats->id, g->repeats->version);
}

void question_reject_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    bool waiting = question_may_move(q->stage, M_CLAIM, NULL);
    bool appealed = q->stage == Q_REJECTED && q->appeal == APPEAL_OPEN;
    if (!appealed && !roles_may(&c->actor, c->channel->all, WHO_MODERATOR | WHO_REVIEWER)) {
        call_refuse(c, "not_authorized"); // an administrator decides about appeals only
        return;
    }
    enum hand hand = waiting ? IN_MY_HAND : IN_ANY_HAND;
    if (!decide_may(c, q, m, appealed ? M_DISMISS : M_REJECT, hand) ||
        (appealed && !review_appeal(c, q)))
        return;
    // What was let through is turned down at the end gate only, and never once it was public.
    enum interview_stage stage = c->channel->all->stage;
    bool at_gate = stage == I_ENDED || stage == I_EDITING;
    if (q->is_public || !(waiting || appealed || at_gate)) {
        refuse_stage(c, q);
        return;
    }
    struct grounds grounds;
    if (!gate_grounds(c, q, m, &grounds))
        return;
    decide_guard(c, q);
    guard_grounds(c, &grounds);
    struct buf body = {0};
    if (is_first_step(c, q)) {
        struct json_writer step = open_step(c, q, &body, "rejected");
        write_grounds(&step, &grounds);
        record_step(c, q, &step);
        return;
    }
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    write_grounds(&w, &grounds);
    call_fact_end(c, &w, "question.rejected", false);
    question_result(c, Q_REJECTED, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

// Back into the line, for somebody to look at it again.
void question_hold_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (!decide_may(c, q, m, M_HOLD, IN_MY_HAND))
        return;
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    decide_guard(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "question.held", false);
    question_result(c, Q_HELD, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

void question_release_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (!decide_may(c, q, m, M_RELEASE, NOT_IN_ANOTHERS))
        return;
    const char *note = call_text(c, m->note, "note", LIMIT_NOTE_POINTS, true);
    if (!note)
        return;
    decide_guard(c, q);
    question_fact(c, q, "question.released", false);
    note_fact(c, q, note); // why it may go on, for colleagues
    question_result(c, Q_PENDING, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

void question_refer_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    if (!decide_may(c, q, m, M_REFER, NOT_IN_ANOTHERS))
        return;
    const char *department = call_text(c, m->department, "department", LIMIT_TITLE_POINTS, false);
    if (!department)
        return;
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    char case_id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, case_id);
    case_id[0] = 'c';
    int64_t due = rules_due_ms(c->app, c->channel->all, app_now(c->app));
    decide_guard(c, q);

    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "department", department);
    json_w_member_time(&w, "due", due);
    call_fact_end(c, &w, "question.referred", q->is_public);
    w = call_fact(c, &body);
    json_w_member(&w, "case", case_id);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "department", department);
    json_w_member_time(&w, "due", due);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "case.opened", false);

    w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(Q_REFERRED));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member(&w, "case", case_id);
    json_w_member_time(&w, "due", due);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}
