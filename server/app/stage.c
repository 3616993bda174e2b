// SPDX-License-Identifier: Apache-2.0
// The life of an interview: interview.transition and asking.set.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/interview/fold.h"
#include "server/interview/snapshot.h"

// ---- asking ----

static const char *asking_now(const struct interview *iv)
{
    return iv->asking == ASKING_CLOSED ? "" : asking_name(iv->asking);
}

// The guard's key is absent while asking is closed: a question cannot slip in behind the closing.
static void set_asking(struct call *c, enum asking asking)
{
    const struct interview *iv = c->channel->all;
    const char *becomes = asking == ASKING_CLOSED ? "" : asking_name(asking);
    call_guard(c, slice_of("asking"), slice_of(asking_now(iv)), slice_of(becomes));
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "asking", asking_name(asking));
    call_fact_end(c, &w, "asking.set", interview_is_public(c->channel->open->stage));
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
    if (asking == iv->asking) {
        call_record(c, slice_of(iv->id)); // nothing changes, but the command is kept as done
        return;
    }
    call_guard_same(c, "i", "version", iv->version);
    set_asking(c, asking);
    call_record(c, slice_of(iv->id));
}

// ---- stages ----

static const struct {
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
    {I_ENDED, "interview.ended", WHO_COMPERE | WHO_PRODUCER},
    {I_EDITING, "interview.editing", WHO_COMPERE | WHO_POLICY_CHECKER},
    {I_PUBLISHED, "interview.transcript_published", WHO_COMPERE | WHO_POLICY_CHECKER},
    {I_CLOSED, "interview.closed", 0},
    {I_ARCHIVED, "interview.archived", 0},
    {I_POSTPONED, "interview.postponed", 0},
    {I_CANCELLED, "interview.cancelled", 0},
    {I_TAKEN_DOWN, "interview.taken_down", 0},
};
_Static_assert(sizeof stages / sizeof *stages == I_STAGES, "every stage has its event");

uint32_t transition_who(enum interview_stage to)
{
    for (size_t i = 0; i < I_STAGES; i++)
        if (stages[i].to == to)
            return stages[i].who | WHO_PORTAL_ADMIN;
    return 0;
}

static bool stage_row(enum interview_stage to, const char **ret_type, uint32_t *ret_who)
{
    for (size_t i = 0; i < I_STAGES; i++)
        if (stages[i].to == to) {
            *ret_type = stages[i].type;
            *ret_who = transition_who(to);
            return true;
        }
    return false;
}

static void refuse_stale_interview(struct call *c)
{
    const struct interview *iv = c->channel->all;
    struct json_writer w = call_more(c);
    json_w_member_int(&w, "version", (int64_t)iv->version);
    json_w_member(&w, "stage", interview_stage_name(iv->stage));
    call_refuse(c, "stale");
}

// The end gate (invariant I8): no transcript while a question has no end.
static bool gate_is_open(struct call *c)
{
    const struct interview *iv = c->channel->all;
    bool open = true;
    for (size_t i = 0; i < iv->question_count; i++)
        open = open && question_is_disposed(iv->questions[i]->stage);
    if (open)
        return true;
    struct json_writer w = call_more(c);
    json_w_key(&w, "questions");
    json_w_open(&w, '[');
    for (size_t i = 0; i < iv->question_count; i++)
        if (!question_is_disposed(iv->questions[i]->stage))
            json_w_string(&w, slice_of(iv->questions[i]->id));
    json_w_close(&w, ']');
    call_refuse(c, "undisposed");
    return false;
}

static bool closes_asking(enum interview_stage to)
{
    return !interview_takes_questions(to) && to != I_SUSPENDED;
}

static void stage_fact(struct call *c, enum interview_stage to, const char *type,
                       const char *reason)
{
    const struct interview *iv = c->channel->all;
    bool resumed = iv->stage == I_SUSPENDED && to == I_LIVE;
    bool announces = to == I_ANNOUNCED;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "stage", interview_stage_name(to));
    json_w_member(&w, "reason", reason);
    if (announces) {
        json_w_member(&w, "interview", iv->id);
        snapshot_announcement(&w, iv);
    }
    // A postponed interview that is approved once more stays postponed to the public until it is
    // announced: its approval is the house's own business and may never be marked public.
    bool is_public = announces || (interview_is_public(c->channel->open->stage) &&
                                   fold_sight(slice_of(type)) == SEEN_OR_PUBLIC);
    call_fact_end(c, &w, resumed ? "interview.resumed" : type, is_public);
}

void interview_transition_run(struct call *c, const void *params)
{
    const struct interview_transition *m = params;
    const struct interview *iv = c->channel->all;
    enum interview_stage to;
    const char *type;
    uint32_t who;
    if (!interview_stage_parse(m->to.p, m->to.n, &to) || !stage_row(to, &type, &who)) {
        call_bad_params(c, "to", "unknown");
        return;
    }
    if (!roles_may(&c->actor, iv, who)) {
        call_refuse(c, "not_authorized");
        return;
    }
    if ((uint64_t)m->version != iv->version) {
        refuse_stale_interview(c);
        return;
    }
    if (!interview_may_move(iv->stage, to)) {
        refuse_interview_stage(c, NULL);
        return;
    }
    bool ok;
    const char *reason = call_text_or_null(c, m->reason, "reason", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok || (to == I_PUBLISHED && !gate_is_open(c)))
        return;
    call_guard_number(c, "i", "version", iv->version, iv->version + 1);
    if (closes_asking(to)) {
        if (iv->asking != ASKING_CLOSED)
            set_asking(c, ASKING_CLOSED);
        else // nor may it be opened while this is on its way to the record
            call_guard(c, slice_of("asking"), slice_of(""), (struct slice){0});
    }
    stage_fact(c, to, type, reason);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", interview_stage_name(to));
    json_w_member_int(&w, "version", (int64_t)iv->version + 1);
    json_w_close(&w, '}');
    call_record(c, slice_of(iv->id));
}
