// SPDX-License-Identifier: Apache-2.0
// Events about questions, and the compere's queue.
#include "server/interview/change.h"

const char *fold_actor(struct change *c)
{
    struct slice actor = c->event->actor;
    if (actor.n > 2 && memcmp(actor.p, "u:", 2) == 0)
        actor = (struct slice){actor.p + 2, actor.n - 2};
    return arena_copy(&c->iv->arena, actor);
}

static void rank_from(struct interview *iv, size_t first)
{
    for (size_t i = first; i < iv->queue_count; i++)
        iv->queue[i]->queue_rank = i + 1;
}

static void leave_queue(struct interview *iv, struct question *q)
{
    if (q->queue_rank == 0)
        return;
    size_t at = q->queue_rank - 1;
    iv->queue_count--;
    memmove(&iv->queue[at], &iv->queue[at + 1], (iv->queue_count - at) * sizeof *iv->queue);
    q->queue_rank = 0;
    rank_from(iv, at);
}

void fold_enter_queue(struct interview *iv, struct question *q, uint64_t position)
{
    leave_queue(iv, q);
    size_t at = position == 0 || position > iv->queue_count ? iv->queue_count : position - 1;
    if (iv->queue_count == iv->queue_cap)
        iv->queue = fold_doubled(&iv->arena, iv->queue, iv->queue_count, &iv->queue_cap);
    memmove(&iv->queue[at + 1], &iv->queue[at], (iv->queue_count - at) * sizeof *iv->queue);
    iv->queue[at] = q;
    iv->queue_count++;
    rank_from(iv, at);
}

// The question that the body names; a fault when there is none.
struct question *fold_question(struct change *c)
{
    struct slice id = body_need_slice(&c->body, "question");
    struct question *q = id.p ? interview_question(c->iv, id) : NULL;
    if (!q)
        c->body.bad = true;
    return q;
}

static void add_question(struct interview *iv, struct question *q)
{
    if (iv->question_count == iv->question_cap)
        iv->questions =
            fold_doubled(&iv->arena, iv->questions, iv->question_count, &iv->question_cap);
    q->place = iv->question_count;
    iv->questions[iv->question_count++] = q;
    ids_add(&iv->arena, &iv->question_ids, q);
}

// The stage stays, but whoever decides about the question is to know of it first.
void fold_touch(struct change *c, struct question *q)
{
    q->version++;
    if (!c->iv->public_only) {
        q->changed_by = fold_actor(c);
        q->changed_ms = c->event->at_ms;
    }
}

// A change of stage, which also ends a place in the queue and what was proposed.
void fold_move(struct change *c, struct question *q, enum question_stage to)
{
    q->stage = to;
    q->proposal = (struct proposal){0};
    fold_touch(c, q);
    if (to != Q_QUEUED)
        leave_queue(c->iv, q);
}

void fold_end_claim(struct question *q)
{
    q->claim.by = NULL;
    q->claim.until_ms = 0;
}

static void on_received(struct change *c)
{
    struct body *b = &c->body;
    struct slice stage = body_need_slice(b, "stage");
    struct question *q = arena_alloc(&c->iv->arena, sizeof *q);
    *q = (struct question){
        .id = body_need_text(b, "question"),
        .receipt_no = body_need_text(b, "receipt_no"),
        .name = body_opt_text(b, "name"),
        .text = body_need_text(b, "text"),
        .origin = body_need_text(b, "origin"),
        .to_guest = body_opt_text(b, "to_guest"),
        .contact = body_opt_text(b, "contact"),
        .asker = body_opt_text(b, "asker"),
        .digest = body_opt_text(b, "digest"),
        .nonce = body_opt_text(b, "nonce"),
        .network = body_opt_text(b, "network"),
        .version = 1,
        .received_ms = c->event->at_ms,
    };
    q->original = q->text;
    if (!q->asker)
        q->entered_by = fold_actor(c);
    if (b->bad || !question_stage_parse(stage.p, stage.n, &q->stage) ||
        interview_question(c->iv, slice_of(q->id)))
        b->bad = true;
    else
        add_question(c->iv, q);
}

void fold_claim(struct change *c)
{
    struct question *q = fold_question(c);
    struct claim claim = {
        .epoch = body_opt_count(&c->body, "epoch"),
        .changes = q ? q->claim.changes + 1 : 0,
        .until_ms = body_need_time(&c->body, "until"),
        .since_ms = c->event->at_ms,
    };
    if (c->body.bad)
        return;
    claim.by = fold_actor(c);
    q->claim = claim;
}

static void on_let_go(struct change *c)
{
    struct question *q = fold_question(c);
    if (c->body.bad)
        return;
    fold_end_claim(q);
    q->claim.changes++;
}

static void on_released(struct change *c)
{
    struct question *q = fold_question(c);
    if (!c->body.bad)
        fold_move(c, q, Q_PENDING);
}

static void decide(struct change *c, struct question *q)
{
    q->decided_ms = c->event->at_ms;
    q->decided_by = fold_actor(c);
    q->passed_by = q->proposal.by;
    fold_end_claim(q);
}

static void on_approved_decision(struct change *c)
{
    struct body *b = &c->body;
    struct question *q = fold_question(c);
    const char *text = body_need_text(b, "text");
    bool edited = body_opt_bool(b, "edited");
    int64_t public_at_ms = body_opt_time(b, "public_at");
    const char **labels = NULL;
    size_t label_count = 0;
    body_texts(b, "labels", &labels, &label_count);
    if (b->bad)
        return;
    q->text = text;
    q->edited = edited;
    q->public_at_ms = public_at_ms;
    q->labels = labels;
    q->label_count = label_count;
    q->approved = true;
    q->code = q->note = NULL;
    decide(c, q);
    fold_move(c, q, Q_APPROVED);
}

// The public state meets the question here for the first time.
static void on_approved_in_public(struct change *c)
{
    struct body *b = &c->body;
    struct question *q = arena_alloc(&c->iv->arena, sizeof *q);
    *q = (struct question){
        .id = body_need_text(b, "question"),
        .receipt_no = body_need_text(b, "receipt_no"),
        .name = body_opt_text(b, "name"),
        .text = body_need_text(b, "text"),
        .edited = body_opt_bool(b, "edited"),
        .origin = body_need_text(b, "origin"),
        .votes = body_opt_count(b, "votes"),
        .grouped = body_opt_count(b, "grouped"),
        .stage = Q_APPROVED,
        .is_public = true,
        .approved = true,
        .version = 1,
        .shown_ms = c->event->at_ms,
    };
    body_texts(b, "labels", &q->labels, &q->label_count);
    if (b->bad || interview_question(c->iv, slice_of(q->id)))
        b->bad = true;
    else
        add_question(c->iv, q);
}

static void on_approved(struct change *c)
{
    if (c->iv->public_only) {
        on_approved_in_public(c);
        return;
    }
    if (c->event->pub == 0) {
        on_approved_decision(c);
        return;
    }
    struct question *q = fold_question(c);
    uint64_t votes = body_opt_count(&c->body, "votes");
    uint64_t told = body_opt_count(&c->body, "grouped");
    if (c->body.bad)
        return;
    q->votes = votes;
    q->told = told;
    q->is_public = true;
    if (!q->shown_ms)
        q->shown_ms = c->event->at_ms;
}

void fold_forget_decision(struct question *q)
{
    q->text = q->redacted ? q->redacted : q->original;
    q->edited = q->redacted != NULL;
    q->approved = false;
    q->labels = NULL;
    q->label_count = 0;
    q->public_at_ms = q->decided_ms = 0;
    q->decided_by = q->passed_by = NULL;
    q->route = (struct routing){0}; // of what was let through only
}

static void on_undone(struct change *c)
{
    struct question *q = fold_question(c);
    if (c->body.bad)
        return;
    fold_forget_decision(q);
    fold_move(c, q, Q_PENDING);
}

static void on_rejected(struct change *c)
{
    struct question *q = fold_question(c);
    const char *code = body_need_text(&c->body, "code");
    const char *note = body_opt_text(&c->body, "note");
    const char *duplicate_of = body_opt_text(&c->body, "duplicate_of");
    if (duplicate_of && !interview_question(c->iv, slice_of(duplicate_of)))
        c->body.bad = true;
    if (c->body.bad)
        return;
    if (q->stage == Q_REJECTED && q->appeal == APPEAL_OPEN)
        q->appeal = APPEAL_DISMISSED;
    q->code = code;
    q->note = note;
    q->duplicate_of = duplicate_of;
    q->ended_ms = c->event->at_ms;
    decide(c, q);
    fold_move(c, q, Q_REJECTED);
}

// The question waits on, and who decides about it is to know of this first.
static void on_passed_step(struct change *c)
{
    struct body *b = &c->body;
    struct question *q = fold_question(c);
    struct slice decision = body_need_slice(b, "decision");
    struct proposal p = {
        .at_ms = c->event->at_ms,
        .rejects = slice_is(decision, "rejected"),
        .note = body_opt_text(b, "note"),
        .duplicate_of = body_opt_text(b, "duplicate_of"),
    };
    if (p.rejects)
        p.code = body_need_text(b, "code");
    else
        p.text = body_need_text(b, "text");
    p.has_labels = body_texts(b, "labels", &p.labels, &p.label_count);
    if (b->bad)
        return;
    p.by = fold_actor(c);
    q->proposal = p;
    fold_end_claim(q);
    fold_touch(c, q);
}

static void on_withdrawn(struct change *c)
{
    struct question *q = fold_question(c);
    if (c->body.bad)
        return;
    fold_end_claim(q);
    struct question *leader = fold_leave_group(c->iv, q);
    if (leader)
        leader->regrouped++;
    q->ended_ms = c->event->at_ms;
    if (c->iv->public_only) {
        q->text = q->name = NULL;
        q->labels = NULL;
        q->label_count = 0;
    }
    fold_move(c, q, Q_WITHDRAWN);
}

static void on_queued(struct change *c)
{
    struct question *q = fold_question(c);
    uint64_t position = body_opt_count(&c->body, "position");
    if (c->body.bad)
        return;
    fold_move(c, q, Q_QUEUED);
    fold_enter_queue(c->iv, q, position);
}

static void on_reordered(struct change *c)
{
    struct question *q = fold_question(c);
    uint64_t position = body_opt_count(&c->body, "position");
    if (!c->body.bad)
        fold_enter_queue(c->iv, q, position);
}

static void on_dequeued(struct change *c)
{
    struct question *q = fold_question(c);
    if (!c->body.bad)
        fold_move(c, q, Q_APPROVED);
}

static void on_on_air(struct change *c)
{
    struct question *q = fold_question(c);
    const char *guest = body_opt_text(&c->body, "guest");
    if (c->body.bad)
        return;
    q->air_guest = guest;
    fold_move(c, q, Q_ON_AIR);
    c->iv->airings++;
}

static void on_off_air(struct change *c)
{
    struct question *q = fold_question(c);
    if (c->body.bad)
        return;
    if (q->stage == Q_ANSWERED) { // its answers were all retracted
        q->answer_count = 0;
        q->ended_ms = 0;
        c->iv->reopened++;
    }
    if (c->iv->public_only) { // which hears of no queue
        fold_move(c, q, Q_APPROVED);
        return;
    }
    fold_move(c, q, Q_QUEUED);
    fold_enter_queue(c->iv, q, 1);
}

static void on_answered(struct change *c)
{
    struct question *q = fold_question(c);
    const char *statement = body_need_text(&c->body, "statement");
    if (c->body.bad)
        return;
    const char **answers = arena_alloc(&c->iv->arena, (q->answer_count + 1) * sizeof *answers);
    if (q->answer_count)
        memcpy(answers, q->answers, q->answer_count * sizeof *answers);
    answers[q->answer_count++] = statement;
    q->answers = answers;
    fold_end_claim(q);
    if (q->stage == Q_ANSWERED) { // a further answer: who takes the first one back is to know of it
        fold_touch(c, q);
        return;
    }
    q->ended_ms = c->event->at_ms;
    fold_move(c, q, Q_ANSWERED);
}

static void on_referred(struct change *c)
{
    struct question *q = fold_question(c);
    const char *department = body_need_text(&c->body, "department");
    int64_t due_ms = body_opt_time(&c->body, "due");
    if (c->body.bad)
        return;
    q->department = department;
    q->due_ms = due_ms;
    q->ended_ms = c->event->at_ms;
    fold_end_claim(q);
    fold_move(c, q, Q_REFERRED);
}

const struct handler fold_question_handlers[] = {
    {"question.answered", on_answered, SEEN_OR_PUBLIC},
    {"question.approved", on_approved, SEEN_OR_PUBLIC},
    {"question.claimed", fold_claim, SEEN_BY_DESK},
    {"question.dequeued", on_dequeued, SEEN_BY_STAFF},
    {"question.let_go", on_let_go, SEEN_BY_DESK},
    {"question.off_air", on_off_air, SEEN_OR_PUBLIC},
    {"question.on_air", on_on_air, SEEN_OR_PUBLIC},
    {"question.passed_step", on_passed_step, SEEN_BY_DESK},
    {"question.queued", on_queued, SEEN_BY_STAFF},
    {"question.received", on_received, SEEN_BY_DESK},
    {"question.referred", on_referred, SEEN_OR_PUBLIC},
    {"question.rejected", on_rejected, SEEN_BY_STAFF},
    {"question.released", on_released, SEEN_BY_DESK},
    {"question.reordered", on_reordered, SEEN_BY_STAFF},
    {"question.undone", on_undone, SEEN_BY_STAFF},
    {"question.withdrawn", on_withdrawn, SEEN_AS_END},
    {NULL},
};
