// SPDX-License-Identifier: Apache-2.0
// The life of an interview: interview.transition and asking.set.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/guards.h"
#include "server/app/roles.h"
#include "server/interview/fold.h"
#include "server/interview/snapshot.h"

// ---- asking ----

// With the pause asking is over for now, and goes on after it as it was; unless somebody has closed
// it meanwhile.
static const char PAUSED[] = "suspended";

static bool is_pause(const char *reason)
{
    return reason && strcmp(reason, PAUSED) == 0;
}

static bool asking_is_paused(const struct interview *iv)
{
    return is_pause(iv->asking_reason);
}

// As the guard's key says it: absent while asking is closed, so that a question cannot slip in
// behind the closing; and a word of its own for the pause, so that what is closed meanwhile does
// not go on after it.
static const char *asking_word(enum asking asking, bool pauses)
{
    return asking != ASKING_CLOSED ? asking_name(asking) : pauses ? PAUSED : "";
}

static const char *asking_now(const struct interview *iv)
{
    return asking_word(iv->asking, asking_is_paused(iv));
}

void set_asking(struct call *c, enum asking asking, const char *reason)
{
    const struct interview *iv = c->channel->all;
    const char *becomes = asking_word(asking, is_pause(reason));
    call_guard(c, slice_of("asking"), slice_of(asking_now(iv)), slice_of(becomes));
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "asking", asking_name(asking));
    json_w_member(&w, "reason", reason);
    call_fact_end(c, &w, "asking.set", interview_is_public(c->channel->open->stage));
}

// It is as it was looked at.
static void guard_asking(struct call *c)
{
    call_guard(c, slice_of("asking"), slice_of(asking_now(c->channel->all)), (struct slice){0});
}

// Also where it is closed already: an opening that is on its way must not land behind it.
static void close_asking(struct call *c, const char *reason)
{
    if (c->channel->all->asking == ASKING_CLOSED)
        guard_asking(c);
    else
        set_asking(c, ASKING_CLOSED, reason);
}

void asking_set_run(struct call *c, const void *params)
{
    const struct asking_set *m = params;
    const struct interview *iv = c->channel->all;
    enum asking asking;
    if (!asking_parse(m->state.p, m->state.n, &asking)) {
        call_bad_params(c, "state", "unknown");
        return;
    }
    if (asking != ASKING_CLOSED && !interview_takes_questions(iv->stage)) {
        refuse_interview_stage(c, NULL);
        return;
    }
    buf_text(&c->result, "{}");
    if (asking == iv->asking && !iv->asking_reason) {
        call_record(c, slice_of(iv->id)); // nothing changes, but the command is kept as done
        return;
    }
    call_guard_same(c, "i", "version", iv->version);
    set_asking(c, asking, NULL);
    call_record(c, slice_of(iv->id));
}

// ---- stages ----

static const struct stage_row {
    enum interview_stage to;
    const char *type;
    uint32_t who; // besides a portal_admin
} stages[] = {
    {I_DRAFT, "interview.returned", 0},
    {I_IN_REVIEW, "interview.submitted", 0},
    {I_SCHEDULED, "interview.approved", 0},
    {I_ANNOUNCED, "interview.announced", 0},
    {I_LOBBY, "interview.lobby_opened", WHO_COMPERE | WHO_PRODUCER},
    {I_LIVE, "interview.started", WHO_COMPERE | WHO_PRODUCER},
    {I_SUSPENDED, "interview.suspended", WHO_COMPERE | WHO_PRODUCER},
    {I_DRAINING, "interview.draining", WHO_COMPERE | WHO_PRODUCER},
    {I_ENDED, "interview.ended", WHO_COMPERE},
    {I_EDITING, "interview.editing", WHO_COMPERE | WHO_POLICY_CHECKER},
    {I_PUBLISHED, "interview.transcript_published", WHO_COMPERE | WHO_POLICY_CHECKER},
    {I_CLOSED, "interview.closed", 0},
    {I_ARCHIVED, "interview.archived", 0},
    {I_POSTPONED, "interview.postponed", 0},
    {I_CANCELLED, "interview.cancelled", 0},
    {I_TAKEN_DOWN, "interview.taken_down", 0},
};
_Static_assert(sizeof stages / sizeof *stages == I_STAGES, "every stage has its event");

static const struct stage_row *stage_row(enum interview_stage to)
{
    size_t i = 0;
    while (stages[i].to != to)
        i++;
    return &stages[i];
}

// What was taken down, those who took it down bring back.
uint32_t transition_who(enum interview_stage from, enum interview_stage to)
{
    return WHO_PORTAL_ADMIN | (from == I_TAKEN_DOWN ? 0 : stage_row(to)->who);
}

// What an interview becomes again that was taken down, or suspended, is not begun anew.
static const char *event_type(const struct interview *iv, enum interview_stage to)
{
    if (iv->stage == I_TAKEN_DOWN)
        return "interview.restored";
    if (iv->stage == I_SUSPENDED && to == I_LIVE)
        return "interview.resumed";
    return stage_row(to)->type;
}

static void stage_fact(struct call *c, enum interview_stage to, const char *reason)
{
    const struct interview *iv = c->channel->all;
    bool announces = to == I_ANNOUNCED && iv->stage != I_TAKEN_DOWN;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "stage", interview_stage_name(to));
    bool back = iv->stage == I_TAKEN_DOWN; // and with it why it was there
    json_w_member(&w, "reason", back && !reason ? iv->reason_before_down : reason);
    if (announces) {
        json_w_member(&w, "interview", iv->id);
        snapshot_announcement(&w, iv);
    }
    // The way back through planning (a postponed interview) is the house's own affair.
    const char *type = event_type(iv, to);
    bool may_be = fold_sight(slice_of(type)) <= SEEN_AS_END;
    bool is_public = announces || (may_be && interview_is_public(c->channel->open->stage));
    call_fact_end(c, &w, type, is_public);
}

// Up to where the record is archived, for staff: how long it is would tell the public how much of
// it is hidden.
static void seal_fact(struct call *c)
{
    const struct position *all = &c->channel->all->position, *open = &c->channel->open->position;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member_int(&w, "seq", (int64_t)all->n);
    json_w_member(&w, "hash", all->hash);
    json_w_member_int(&w, "pub", (int64_t)open->n);
    json_w_member(&w, "pub_hash", open->hash);
    call_fact_end(c, &w, "record.sealed", false);
}

// The order of the stages: the table's, and from taken_down only the way back.
static bool may_move(struct call *c, enum interview_stage to)
{
    const struct interview *iv = c->channel->all;
    bool back = iv->stage != I_TAKEN_DOWN || to == iv->before_down;
    if (!interview_may_move(iv->stage, to) || !back) {
        refuse_interview_stage(c, NULL);
        return false;
    }
    if (iv->rehearsal && to == I_PUBLISHED) {
        call_refuse(c, "rehearsal");
        return false;
    }
    return true;
}

// Who, from which version, in which order. false: the call was answered.
static bool may_ask_for(struct call *c, const struct interview_transition *m,
                        enum interview_stage *ret_to)
{
    const struct interview *iv = c->channel->all;
    if (!interview_stage_parse(m->to.p, m->to.n, ret_to)) {
        call_bad_params(c, "to", "unknown");
        return false;
    }
    if (!roles_may(&c->actor, iv, transition_who(iv->stage, *ret_to))) {
        call_refuse(c, "not_authorized");
        return false;
    }
    if ((uint64_t)m->version != iv->version) {
        refuse_stale_interview(c);
        return false;
    }
    return may_move(c, *ret_to);
}

void interview_transition_run(struct call *c, const void *params)
{
    const struct interview_transition *m = params;
    const struct interview *iv = c->channel->all;
    enum interview_stage to;
    if (!may_ask_for(c, m, &to))
        return;
    bool ok, also_ok;
    const char *reason = call_text_or_null(c, m->reason, "reason", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    const char *override =
        call_text_or_null(c, m->override, "override", LIMIT_NOTE_POINTS, true, &also_ok);
    if (!also_ok)
        return;
    uint64_t version = iv->version;
    bool publishes = to == I_PUBLISHED && iv->stage != I_TAKEN_DOWN;
    if (!guards_rules(c, to, reason, override, &version) || (publishes && !guards_end_gate(c)))
        return;
    call_guard_number(c, "i", "version", iv->version, ++version);
    // What was counted of its questions still holds when this is written.
    if (publishes || (to == I_CLOSED && iv->stage != I_TAKEN_DOWN))
        call_guard_same(c, "gate", "reopened", iv->reopened);
    // … nor is the feed frozen at the same moment: guards_rules has looked.
    if ((to == I_LIVE || to == I_ARCHIVED) && iv->stage != I_TAKEN_DOWN)
        call_guard(c, slice_of("frozen"), slice_of(""), (struct slice){0});
    if (!interview_takes_questions(to))
        close_asking(c, to == I_SUSPENDED ? PAUSED : NULL);
    if (to == I_ARCHIVED && iv->stage != I_TAKEN_DOWN)
        seal_fact(c);
    stage_fact(c, to, reason);
    // What was collected beforehand is asked from now on.
    bool starts = to == I_LIVE && iv->stage == I_LOBBY;
    if (starts && iv->asking == ASKING_PRECOLLECT)
        set_asking(c, ASKING_OPEN, NULL);
    else if (starts)
        guard_asking(c);
    if (to == I_LIVE && iv->stage == I_SUSPENDED && asking_is_paused(iv))
        set_asking(c, iv->asking_before, NULL);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", interview_stage_name(to));
    json_w_member_int(&w, "version", (int64_t)version);
    json_w_close(&w, '}');
    call_record(c, slice_of(iv->id));
}
