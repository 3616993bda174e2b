// SPDX-License-Identifier: Apache-2.0
// Making, finding and ending; changing is the fold's.
#include "server/interview/state.h"

#include <stdlib.h>

#include "server/base/must.h"
#include "server/interview/bucket.h"

struct interview *interview_create(struct slice id, bool public_only)
{
    struct interview *iv = must_alloc(sizeof *iv);
    iv->id = arena_copy(&iv->arena, id.p ? id : slice_of(""));
    iv->public_only = public_only;
    iv->stage = I_DRAFT;
    iv->asking = ASKING_CLOSED;
    return iv;
}

void interview_destroy(struct interview **iv)
{
    if (!*iv)
        return;
    struct arena arena = (*iv)->arena;
    arena_finish(&arena);
    free(*iv);
    *iv = NULL;
}

struct question *interview_question(const struct interview *iv, struct slice id)
{
    struct question *q = iv->by_id[question_bucket(id)];
    while (q && !slice_is(id, q->id))
        q = q->hash_next;
    return q;
}

struct statement *interview_statement(const struct interview *iv, struct slice id)
{
    // Newest first: the ones that are asked for are mostly young, and there are hundreds at most.
    for (size_t i = iv->statement_count; i > 0; i--) {
        if (slice_is(id, iv->statements[i - 1]->id))
            return iv->statements[i - 1];
    }
    return NULL;
}

const struct question *interview_leader(const struct interview *iv, const struct question *q)
{
    return q->group ? interview_question(iv, slice_of(q->group)) : NULL;
}

bool question_leads(const struct question *q)
{
    switch (q->stage) {
    case Q_REJECTED:
    case Q_GROUPED:
    case Q_WITHDRAWN:
    case Q_RETRACTED:
    case Q_LAPSED:
        return false;
    default:
        return true;
    }
}

bool question_has_end(const struct interview *iv, const struct question *q)
{
    if (q->stage != Q_GROUPED)
        return question_is_disposed(q->stage);
    const struct question *leader = interview_leader(iv, q);
    return leader && question_leads(leader);
}

bool interview_has_duty(const struct interview *iv, const char *user, const char *duty)
{
    for (size_t i = 0; user && i < iv->roster_count; i++) {
        const struct roster_entry *entry = &iv->roster[i];
        if (strcmp(entry->user, user) == 0 && (!duty || strcmp(entry->duty, duty) == 0))
            return true;
    }
    return false;
}
