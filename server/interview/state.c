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
    struct question *q = iv->by_id[id_bucket(id)];
    while (q && !slice_is(id, q->id))
        q = q->hash_next;
    return q;
}

struct statement *interview_statement(const struct interview *iv, struct slice id)
{
    struct statement *s = iv->statement_by_id[id_bucket(id)];
    while (s && !slice_is(id, s->id))
        s = s->hash_next;
    return s;
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
