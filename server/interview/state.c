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

bool question_is_gone(const struct question *q)
{
    return q->stage == Q_WITHDRAWN || q->stage == Q_RETRACTED || !q->text;
}

bool question_is_answered(const struct question *q)
{
    return q->answer_count > 0;
}

bool interview_is_record(const struct interview *iv)
{
    return iv->stage == I_PUBLISHED || iv->stage == I_CLOSED || iv->stage == I_ARCHIVED;
}

bool interview_is_web_address(struct slice url)
{
    return (url.n > 8 && memcmp(url.p, "https://", 8) == 0) ||
           (url.n > 7 && memcmp(url.p, "http://", 7) == 0);
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
