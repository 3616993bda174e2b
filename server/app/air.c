// SPDX-License-Identifier: Apache-2.0
// What the compere does with approved questions: their order, and which one is being answered.
#include <string.h>

#include "server/app/commands.h"

// These commands carry no version: the stage is their condition, and the guard holds them to it.
static const struct question *may_place(struct call *c, struct slice id, enum question_move move,
                                        enum question_stage *ret_to)
{
    const struct question *q = called_question(c, id);
    if (question_may_move(q->stage, move, ret_to))
        return q;
    refuse_stage(c, q);
    return NULL;
}

static void place_fact(struct call *c, const struct question *q, const char *type, int64_t position)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    if (position > 0)
        json_w_member_int(&w, "position", position);
    call_fact_end(c, &w, type, false);
}

static void move_and_record(struct call *c, const struct question *q, enum question_stage to)
{
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    question_result(c, to, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

void question_queue_run(struct call *c, const void *params)
{
    const struct question_place *m = params;
    enum question_stage to;
    const struct question *q = may_place(c, m->question, M_QUEUE, &to);
    if (!q)
        return;
    place_fact(c, q, "question.queued", m->position);
    move_and_record(c, q, to);
}

void question_reorder_run(struct call *c, const void *params)
{
    const struct question_place *m = params;
    const struct question *q = may_place(c, m->question, M_DEQUEUE, NULL);
    if (!q)
        return;
    call_guard_same(c, "q", q->id, q->version);
    place_fact(c, q, "question.reordered", m->position);
    question_result(c, q->stage, q->version);
    call_record(c, slice_of(c->channel->all->id));
}

void question_dequeue_run(struct call *c, const void *params)
{
    const struct question_only *m = params;
    enum question_stage to;
    const struct question *q = may_place(c, m->question, M_DEQUEUE, &to);
    if (!q)
        return;
    question_fact(c, q, "question.dequeued", false);
    move_and_record(c, q, to);
}

// Each guest answers one question at a time, so there are as many on air as guests at most; guest
// NULL: it is not said who answers. Returns the question that is in the way, or NULL.
static const struct question *occupies_air(const struct interview *iv, const char *guest)
{
    size_t count = 0;
    const struct question *first = NULL;
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (q->stage != Q_ON_AIR)
            continue;
        if (guest && q->air_guest && strcmp(guest, q->air_guest) == 0)
            return q;
        count++;
        first = first ? first : q;
    }
    return count < (iv->guest_count ? iv->guest_count : 1) ? NULL : first;
}

void question_put_on_air_run(struct call *c, const void *params)
{
    const struct question_place *m = params;
    const struct interview *iv = c->channel->all;
    enum question_stage to;
    const struct question *q = may_place(c, m->question, M_PUT_ON_AIR, &to);
    if (!q)
        return;
    bool ok;
    const char *guest = call_text_or_null(c, m->guest, "guest", LIMIT_NAME_POINTS * 2, false, &ok);
    if (!ok)
        return;
    if (guest && !interview_guest(iv, slice_of(guest))) {
        call_bad_params(c, "guest", "unknown");
        return;
    }
    const struct question *other = occupies_air(iv, guest);
    if (other) {
        refuse_stage(c, other);
        return;
    }
    // Two that go on air at the same moment are about different questions, so they meet at a key of
    // their own: one looks again.
    call_guard_number(c, "air", "count", iv->airings, iv->airings + 1);
    // On air is seen by all, so the time for undoing is over; unless it is shown with its answer.
    bool shows = q->is_public || q->public_at_ms;
    if (shows && !q->is_public)
        channel_publication(c, q, q->text);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "guest", guest);
    call_fact_end(c, &w, "question.on_air", shows);
    move_and_record(c, q, to);
}

void question_take_off_air_run(struct call *c, const void *params)
{
    const struct question_only *m = params;
    enum question_stage to;
    const struct question *q = may_place(c, m->question, M_TAKE_OFF_AIR, &to);
    if (!q)
        return;
    question_fact(c, q, "question.off_air", q->is_public);
    move_and_record(c, q, to);
}
