// SPDX-License-Identifier: Apache-2.0
// What the handlers of fold.c and fold_*.c have in common. A handler
// reads all of the body first and changes nothing when body.bad is set.
#ifndef SERVER_INTERVIEW_CHANGE_H
#define SERVER_INTERVIEW_CHANGE_H

#include "server/interview/body.h"
#include "server/interview/fold.h"
#include "server/interview/state.h"

struct change {
    struct interview *iv;
    const struct event *event;
    struct body body;
};

struct handler {
    const char *type;
    void (*apply)(struct change *c);
    enum event_sight sight;
};

// Ended by a NULL type.
extern const struct handler fold_interview_handlers[];
extern const struct handler fold_question_handlers[];
extern const struct handler fold_group_handlers[];
extern const struct handler fold_statement_handlers[];
extern const struct handler fold_notice_handlers[];
extern const struct handler fold_invitation_handlers[];
extern const struct handler fold_review_handlers[];
extern const struct handler fold_case_handlers[];
extern const struct handler fold_annotate_handlers[];
extern const struct handler fold_erase_handlers[];

// What the public is told of a case once more: "stopped_at", "extension" {reason, at}.
void fold_read_referral(struct body *b, struct referral *ret);
void fold_close_case(struct question *q); // its reply is published

// The question that the body names; NULL and a fault when there is none.
struct question *fold_question(struct change *c);
// A new stage: the version rises, a place in the queue is lost unless it is Q_QUEUED.
void fold_move(struct change *c, struct question *q, enum question_stage to);
// What is shown of it has changed, its stage has not: the version rises.
void fold_touch(struct change *c, struct question *q);
void fold_end_claim(struct question *q);
void fold_claim(struct change *c); // a claim by the event's actor
// position 0, or beyond the end: last.
void fold_enter_queue(struct interview *iv, struct question *q, uint64_t position);
// Back to what was received: nothing has been decided about it.
void fold_forget_decision(struct question *q);
// Its leader has one less. Returns the leader, NULL when it is in no group.
struct question *fold_leave_group(const struct interview *iv, struct question *q);
const char *fold_actor(struct change *c); // an account's name, else the id, copied

// A copy of an array of pointers in the arena, with room for twice as many.
void *fold_doubled(struct arena *arena, const void *array, size_t count, size_t *cap);

#endif
