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

// Newest first: the ones that are asked for are mostly young, and there are hundreds at most.
static struct statement *newest(struct statement *const *all, size_t count, struct slice id)
{
    for (; count > 0; count--)
        if (slice_is(id, all[count - 1]->id))
            return all[count - 1];
    return NULL;
}

struct statement *interview_statement(const struct interview *iv, struct slice id)
{
    return newest(iv->statements, iv->statement_count, id);
}

struct statement *interview_draft(const struct interview *iv, struct slice id)
{
    return newest(iv->drafts, iv->draft_count, id);
}

const struct statement *interview_answer(const struct interview *iv, const struct question *q)
{
    for (size_t i = 0; i < q->answer_count; i++) {
        const struct statement *s = interview_statement(iv, slice_of(q->answers[i]));
        if (s && s->stage == S_PUBLISHED)
            return s;
    }
    return NULL;
}

const char *statement_stage_name(enum statement_stage stage)
{
    static const char *const names[S_STAGES] = {"prepared",  "submitted", "returned", "delayed",
                                                "discarded", "published", "retracted"};
    return stage < S_STAGES ? names[stage] : NULL;
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
