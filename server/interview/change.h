// SPDX-License-Identifier: Apache-2.0
// What the handlers of fold.c, fold_interview.c and fold_question.c have in common. A handler
// reads all of the body first and changes nothing when body.bad is set.
#ifndef SERVER_INTERVIEW_CHANGE_H
#define SERVER_INTERVIEW_CHANGE_H

#include "server/interview/body.h"
#include "server/interview/state.h"

struct change {
    struct interview *iv;
    const struct event *event;
    struct body body;
};

struct handler {
    const char *type;
    void (*apply)(struct change *c);
    bool staff_only; // never public
};

// Ended by a NULL type.
extern const struct handler fold_interview_handlers[];
extern const struct handler fold_question_handlers[];

// A copy of an array of pointers in the arena, with room for twice as many.
void *fold_doubled(struct arena *arena, const void *array, size_t count, size_t *cap);

#endif
