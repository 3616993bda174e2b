// SPDX-License-Identifier: Apache-2.0
// Events about the interview itself. Each works on a copy, which becomes the state when the body
// was good.
#include "server/interview/change.h"

static bool read_chains(struct body *b, struct interview *next)
{
    const struct json *chains = json_get(b->json, "chains");
    if (json_kind(chains) == JSON_NULL)
        return false;
    struct body in = {.json = chains, .arena = b->arena};
    body_texts(&in, "guest", &next->guest_chain.duties, &next->guest_chain.count);
    body_texts(&in, "compere", &next->compere_chain.duties, &next->compere_chain.count);
    body_texts(&in, "stenographer", &next->stenographer_chain.duties,
               &next->stenographer_chain.count);
    body_texts(&in, "question", &next->question_chain.duties, &next->question_chain.count);
    b->bad |= in.bad || json_kind(chains) != JSON_OBJECT;
    return true;
}

// The announcement's fields that the body has, into iv. Only `next`, a copy, is given here.
static void read_announcement(struct body *b, struct interview *next)
{
    struct slice given;
    if (body_opt_slice(b, "topic").p)
        next->topic = body_need_text(b, "topic");
    if (body_opt_slice(b, "intro").p)
        next->intro = body_opt_text(b, "intro");
    if (next->intro && !next->intro[0])
        next->intro = NULL;
    if (body_opt_slice(b, "starts_at").p)
        next->starts_ms = body_need_time(b, "starts_at");
    if (body_opt_slice(b, "rule_set").p)
        next->rule_set = body_need_text(b, "rule_set");
    if (json_get(b->json, "minutes"))
        next->minutes = body_opt_count(b, "minutes");
    if (json_get(b->json, "issue_no"))
        next->issue_no = body_opt_count(b, "issue_no");
    body_texts(b, "departments", &next->departments, &next->department_count);
    body_texts(b, "topics", &next->topics, &next->topic_count);
    body_texts(b, "languages", &next->languages, &next->language_count);
    body_people(b, "guests", &next->guests, &next->guest_count);
    body_documents(b, "policy_documents", &next->documents, &next->document_count);
    body_person(b, "compere", &next->compere);
    const struct json *policy = json_get(b->json, "policy");
    if (json_kind(policy) == JSON_NULL)
        return;
    struct body in = {.json = policy, .arena = b->arena};
    given = body_opt_slice(&in, "asking");
    if (given.p)
        next->policy_asking = arena_copy(b->arena, given);
    given = body_opt_slice(&in, "question_public");
    if (given.p)
        next->question_public = arena_copy(b->arena, given);
    read_chains(&in, next);
    b->bad |= in.bad || json_kind(policy) != JSON_OBJECT;
}

// The stage and its reason, if the body has a stage.
static void read_stage(struct body *b, struct interview *next)
{
    struct slice stage = body_need_slice(b, "stage");
    next->stage_reason = body_opt_text(b, "reason");
    if (stage.p && !interview_stage_parse(stage.p, stage.n, &next->stage))
        b->bad = true;
}

// Makes the copy the state, if the body was good.
static void commit(struct change *c, struct interview *next)
{
    if (c->body.bad)
        return;
    next->version++;
    if (!next->public_only) {
        next->changed_by = fold_actor(c);
        next->changed_ms = c->event->at_ms;
    }
    next->arena = c->iv->arena; // it has grown since the copy
    *c->iv = *next;
}

static void on_planned(struct change *c)
{
    struct interview next = *c->iv;
    body_need_slice(&c->body, "topic");
    next.rehearsal = body_opt_bool(&c->body, "rehearsal");
    read_announcement(&c->body, &next);
    body_roster(&c->body, "roster", &next.roster, &next.roster_count);
    commit(c, &next);
}

static void on_updated(struct change *c)
{
    struct interview next = *c->iv;
    read_announcement(&c->body, &next);
    commit(c, &next);
}

static void on_ruled(struct change *c)
{
    struct interview next = *c->iv;
    next.rule_set = body_need_text(&c->body, "rule_set");
    commit(c, &next);
}

static void on_rostered(struct change *c)
{
    struct interview next = *c->iv;
    bool has_roster = body_roster(&c->body, "roster", &next.roster, &next.roster_count);
    if (!read_chains(&c->body, &next) && !has_roster)
        c->body.bad = true;
    commit(c, &next);
}

static void on_announced(struct change *c)
{
    struct interview next = *c->iv;
    body_need_slice(&c->body, "topic");
    read_announcement(&c->body, &next);
    read_stage(&c->body, &next);
    if (!next.announced_ms)
        next.announced_ms = c->event->at_ms;
    commit(c, &next);
}

static void on_stage(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    commit(c, &next);
}

static void on_started(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    if (!next.started_ms)
        next.started_ms = c->event->at_ms;
    commit(c, &next);
}

static void on_ended(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    next.ended_ms = c->event->at_ms;
    next.ended_by = next.public_only ? NULL : fold_actor(c);
    commit(c, &next);
}

static void on_transcript_published(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    if (!next.published_ms)
        next.published_ms = c->event->at_ms;
    commit(c, &next);
}

static void on_postponed(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    next.put_off_ms = next.starts_ms;
    commit(c, &next);
}

static void on_taken_down(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    next.before_down = c->iv->stage;
    next.reason_before_down = c->iv->stage_reason;
    commit(c, &next);
}

// With the interview its answered questions are closed. Their versions stay: nothing may be done
// about them any more, and what was read of them still holds.
static void on_closed(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    commit(c, &next);
    for (size_t i = 0; !c->body.bad && i < c->iv->question_count; i++) {
        struct question *q = c->iv->questions[i];
        if (q->stage == Q_ANSWERED)
            q->stage = Q_CLOSED;
        if (q->before == Q_ANSWERED) // retracted, and perhaps restored one day
            q->before = Q_CLOSED;
    }
}

static const char *const CANCELLED = "cancelled"; // the reason of what lapses with the interview

// Nothing may be done about it any more, so its version stays, as when the interview is closed.
static void lapse(const struct interview *iv, struct question *q, int64_t at_ms)
{
    q->stage = Q_LAPSED;
    q->note = iv->stage_reason;
    q->duplicate_of = NULL;
    q->proposal = (struct proposal){0};
    q->ended_ms = at_ms;
    fold_leave_group(iv, q); // by no command of its own, so no guard moves
    q->queue_rank = q->grouped = q->told = 0;
    fold_end_claim(q);
    if (q->appeal == APPEAL_OPEN)
        q->appeal = APPEAL_DISMISSED;
    if (!iv->public_only)
        q->code = CANCELLED;
}

// Should it be restored one day.
static void lapse_retracted(const struct interview *iv, struct question *q)
{
    q->before = Q_LAPSED;
    q->before_code = CANCELLED;
    q->before_note = iv->stage_reason;
}

// What still waits will not be answered here: it lapses, for the reason that everybody reads. Those
// joined with a question follow it.
static void on_cancelled(struct change *c)
{
    struct interview next = *c->iv;
    read_stage(&c->body, &next);
    commit(c, &next);
    struct interview *iv = c->iv;
    for (size_t i = 0; !c->body.bad && i < iv->question_count; i++) {
        struct question *q = iv->questions[i];
        if (q->stage != Q_GROUPED && !question_has_end(iv, q))
            lapse(iv, q, c->event->at_ms);
        else if (q->stage == Q_RETRACTED && !question_is_disposed(q->before))
            lapse_retracted(iv, q);
    }
    for (size_t i = 0; !c->body.bad && i < iv->question_count; i++)
        if (iv->questions[i]->stage == Q_GROUPED && !question_has_end(iv, iv->questions[i]))
            lapse(iv, iv->questions[i], c->event->at_ms);
    if (!c->body.bad)
        iv->queue_count = 0;
}

static void on_overridden(struct change *c)
{
    struct interview next = *c->iv;
    body_need_slice(&c->body, "to");
    body_need_slice(&c->body, "why");
    commit(c, &next);
}

static void on_asking_set(struct change *c)
{
    struct slice word = body_need_slice(&c->body, "asking");
    const char *reason = body_opt_text(&c->body, "reason");
    enum asking asking;
    if (c->body.bad || !asking_parse(word.p, word.n, &asking))
        c->body.bad = true;
    if (c->body.bad)
        return;
    if (reason && strcmp(reason, "suspended") == 0)
        c->iv->asking_before = c->iv->asking;
    c->iv->asking = asking;
    c->iv->asking_reason = reason;
}

// Nothing of the state: verify reads it.
static void on_sealed(struct change *c)
{
    body_need_slice(&c->body, "hash");
    body_need_slice(&c->body, "pub_hash");
    c->body.bad |= body_opt_count(&c->body, "seq") == 0;
}

// ---- the feed: these leave the interview's version as it is ----

static void on_frozen(struct change *c)
{
    const char *reason = body_opt_text(&c->body, "reason");
    if (c->body.bad)
        return;
    c->iv->frozen = true;
    c->iv->frozen_reason = reason;
}

static void on_unfrozen(struct change *c)
{
    c->iv->frozen = false;
    c->iv->frozen_reason = NULL;
}

static void on_delay_changed(struct change *c)
{
    uint64_t seconds = body_opt_count(&c->body, "seconds");
    if (!c->body.bad)
        c->iv->delay_s = seconds;
}

const struct handler fold_interview_handlers[] = {
    {"asking.set", on_asking_set, SEEN_OR_PUBLIC},
    {"feed.delay_changed", on_delay_changed, SEEN_OR_PUBLIC},
    {"feed.frozen", on_frozen, SEEN_OR_PUBLIC},
    {"feed.unfrozen", on_unfrozen, SEEN_OR_PUBLIC},
    {"interview.announced", on_announced, SEEN_OR_PUBLIC},
    {"interview.approved", on_stage, SEEN_BY_STAFF},
    {"interview.archived", on_stage, SEEN_OR_PUBLIC},
    {"interview.cancelled", on_cancelled, SEEN_OR_PUBLIC},
    {"interview.closed", on_closed, SEEN_OR_PUBLIC},
    {"interview.draining", on_stage, SEEN_OR_PUBLIC},
    {"interview.editing", on_stage, SEEN_OR_PUBLIC},
    {"interview.ended", on_ended, SEEN_OR_PUBLIC},
    {"interview.lobby_opened", on_stage, SEEN_OR_PUBLIC},
    {"interview.overridden", on_overridden, SEEN_BY_STAFF},
    {"interview.planned", on_planned, SEEN_BY_STAFF},
    {"interview.postponed", on_postponed, SEEN_OR_PUBLIC},
    {"interview.restored", on_stage, SEEN_OR_PUBLIC},
    {"interview.resumed", on_stage, SEEN_OR_PUBLIC},
    {"interview.returned", on_stage, SEEN_BY_STAFF},
    {"interview.rostered", on_rostered, SEEN_BY_STAFF},
    {"interview.ruled", on_ruled, SEEN_BY_STAFF},
    {"interview.started", on_started, SEEN_OR_PUBLIC},
    {"interview.submitted", on_stage, SEEN_BY_STAFF},
    {"interview.suspended", on_stage, SEEN_OR_PUBLIC},
    {"interview.taken_down", on_taken_down, SEEN_AS_END},
    {"interview.transcript_published", on_transcript_published, SEEN_OR_PUBLIC},
    {"interview.updated", on_updated, SEEN_OR_PUBLIC},
    {"record.sealed", on_sealed, SEEN_BY_STAFF},
    {NULL},
};
