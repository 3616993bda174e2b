// SPDX-License-Identifier: Apache-2.0
// Events about the case of a referred question.
//
// Being given to another department, and a stopped clock, are two events where the question is
// public: the act, with its note, for staff, and the mark, without it, for everybody. The act alone
// moves the staff state.
#include "server/interview/change.h"

static bool is_mark(const struct change *c)
{
    return c->event->pub != 0 && !c->iv->public_only;
}

static void move(struct change *c, struct question *q, enum case_move move)
{
    if (!c->iv->public_only)
        case_may_move(q->referral.stage, move, &q->referral.stage);
    fold_touch(c, q);
}

static void on_opened(struct change *c)
{
    struct question *q = fold_question(c);
    struct referral opened = {.id = body_need_text(&c->body, "case"),
                              .note = body_opt_text(&c->body, "note"),
                              .opened_ms = c->event->at_ms};
    const char *department = body_need_text(&c->body, "department");
    int64_t due_ms = body_opt_time(&c->body, "due");
    if (c->body.bad)
        return;
    q->referral = opened;
    q->department = department;
    q->due_ms = due_ms;
}

static void on_accepted(struct change *c)
{
    struct question *q = fold_question(c);
    if (c->body.bad)
        return;
    q->referral.accepted_by = fold_actor(c);
    q->referral.accepted_ms = c->event->at_ms;
    move(c, q, CM_ACCEPT);
}

static void on_re_routed(struct change *c)
{
    struct question *q = fold_question(c);
    const char *department = body_need_text(&c->body, "department");
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad || is_mark(c))
        return;
    q->department = department;
    q->referral.note = note;
    q->referral.accepted_by = NULL;
    q->referral.accepted_ms = 0;
    move(c, q, CM_RE_ROUTE);
}

static void on_clock_stopped(struct change *c)
{
    struct question *q = fold_question(c);
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad || is_mark(c))
        return;
    q->referral.stopped_ms = c->event->at_ms;
    q->referral.stop_note = note;
    move(c, q, CM_STOP_CLOCK);
}

static void on_clock_resumed(struct change *c)
{
    struct question *q = fold_question(c);
    int64_t due_ms = body_opt_time(&c->body, "due");
    if (c->body.bad)
        return;
    q->due_ms = due_ms;
    q->referral.stopped_ms = 0;
    q->referral.stop_note = NULL;
    move(c, q, CM_RESUME_CLOCK);
}

static void on_extension_granted(struct change *c)
{
    struct question *q = fold_question(c);
    const char *reason = body_need_text(&c->body, "reason");
    uint64_t days = body_opt_count(&c->body, "working_days");
    int64_t due_ms = body_need_time(&c->body, "due");
    if (c->body.bad)
        return;
    q->due_ms = due_ms;
    q->referral.extension = reason;
    q->referral.extended_ms = c->event->at_ms;
    q->referral.extended_days += days;
    move(c, q, CM_EXTEND);
}

static void on_draft_submitted(struct change *c)
{
    struct question *q = fold_question(c);
    const char *text = body_need_text(&c->body, "text");
    if (c->body.bad)
        return;
    q->referral.draft = text;
    q->referral.drafted_by = fold_actor(c);
    q->referral.drafted_ms = c->event->at_ms;
    q->referral.returned_by = q->referral.returned_note = NULL;
    move(c, q, CM_DRAFT);
}

static void on_returned(struct change *c)
{
    struct question *q = fold_question(c);
    const char *note = body_need_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->referral.returned_by = fold_actor(c);
    q->referral.returned_note = note;
    move(c, q, CM_RETURN);
}

void fold_close_case(struct question *q)
{
    case_may_move(q->referral.stage, CM_CLOSE, &q->referral.stage);
    q->referral.stopped_ms = q->referral.extended_ms = 0;
    q->referral.stop_note = q->referral.extension = NULL;
}

void fold_read_referral(struct body *b, struct referral *ret)
{
    *ret = (struct referral){.stopped_ms = body_opt_time(b, "stopped_at")};
    const struct json *json = json_get(b->json, "extension");
    if (!json)
        return;
    struct body extension = {.json = json, .arena = b->arena};
    ret->extension = body_need_text(&extension, "reason");
    ret->extended_ms = body_need_time(&extension, "at");
    b->bad = b->bad || extension.bad;
}

const struct handler fold_case_handlers[] = {
    {"case.accepted", on_accepted, SEEN_BY_DESK},
    {"case.clock_resumed", on_clock_resumed, SEEN_OR_PUBLIC},
    {"case.clock_stopped", on_clock_stopped, SEEN_OR_PUBLIC},
    {"case.draft_submitted", on_draft_submitted, SEEN_BY_DESK},
    {"case.extension_granted", on_extension_granted, SEEN_OR_PUBLIC},
    {"case.opened", on_opened, SEEN_BY_DESK},
    {"case.re_routed", on_re_routed, SEEN_OR_PUBLIC},
    {"case.returned_for_rework", on_returned, SEEN_BY_DESK},
    {NULL},
};
