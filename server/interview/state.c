// SPDX-License-Identifier: Apache-2.0
// Making, finding and ending; changing is the fold's.
#include "server/interview/state.h"

#include <stdlib.h>

#include "server/base/must.h"

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
    return ids_find(&iv->question_ids, id);
}

struct statement *interview_statement(const struct interview *iv, struct slice id)
{
    return ids_find(&iv->statement_ids, id);
}

struct statement *interview_draft(const struct interview *iv, struct slice id)
{
    // Newest first: the ones that are asked for are mostly young, and there are few.
    for (size_t i = iv->draft_count; i-- > 0;)
        if (slice_is(id, iv->drafts[i]->id))
            return iv->drafts[i];
    return NULL;
}

const struct statement *interview_next_answer(const struct interview *iv, const struct question *q,
                                              size_t *at)
{
    while (*at < q->answer_count) {
        const struct statement *s = interview_statement(iv, slice_of(q->answers[(*at)++]));
        if (s && s->stage == S_PUBLISHED)
            return s;
    }
    return NULL;
}

const struct statement *interview_answer(const struct interview *iv, const struct question *q)
{
    size_t at = 0;
    return interview_next_answer(iv, q, &at);
}

bool statement_is_under_way(const struct statement *s)
{
    return s->stage == S_SUBMITTED || s->stage == S_DELAYED ||
           (s->stage == S_PREPARED && s->cleared);
}

const char *statement_stage_name(enum statement_stage stage)
{
    static const char *const names[S_STAGES] = {"prepared",  "submitted", "returned", "delayed",
                                                "discarded", "published", "retracted"};
    return stage < S_STAGES ? names[stage] : NULL;
}

const char *appeal_name(enum appeal appeal)
{
    static const char *const names[APPEALS] = {NULL, "open", "upheld", "dismissed"};
    return appeal < APPEALS ? names[appeal] : NULL;
}

const struct silence *interview_silence(const struct interview *iv, struct slice asker)
{
    for (size_t i = 0; i < iv->silence_count; i++)
        if (slice_is(asker, iv->silences[i]->asker))
            return iv->silences[i];
    return NULL;
}

const char *route_answer_name(enum route_answer answer)
{
    static const char *const names[ROUTE_ANSWERS] = {"waits", "accepted", "passed"};
    return answer < ROUTE_ANSWERS ? names[answer] : NULL;
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

bool interview_is_settled(const struct interview *iv)
{
    enum interview_stage stage = iv->stage == I_TAKEN_DOWN ? iv->before_down : iv->stage;
    return iv->published_ms || stage == I_CANCELLED;
}

bool interview_is_archived(const struct interview *iv)
{
    return iv->stage == I_ARCHIVED || (iv->stage == I_TAKEN_DOWN && iv->before_down == I_ARCHIVED);
}

bool interview_is_still(const struct interview *iv)
{
    return iv->frozen || iv->stage == I_SUSPENDED || iv->stage == I_TAKEN_DOWN;
}

bool interview_feed_runs(const struct interview *iv)
{
    bool is_on = iv->stage == I_LIVE || iv->stage == I_DRAINING || iv->stage == I_EDITING;
    return is_on && !interview_is_still(iv);
}

bool interview_is_web_address(struct slice url)
{
    return (url.n > 8 && memcmp(url.p, "https://", 8) == 0) ||
           (url.n > 7 && memcmp(url.p, "http://", 7) == 0);
}

const struct question *interview_leader(const struct interview *iv, const struct question *q)
{
    return q->group ? interview_question(iv, slice_of(q->group)) : NULL;
}

const struct question *interview_repeated(const struct interview *iv, const struct question *q)
{
    return q->duplicate_of ? interview_question(iv, slice_of(q->duplicate_of)) : NULL;
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

enum question_stage question_restores_to(const struct interview *iv, const struct question *q)
{
    bool was_answered = (q->before == Q_ANSWERED || q->before == Q_CLOSED) && !q->reply;
    bool waits = q->before == Q_ON_AIR || (was_answered && !interview_answer(iv, q));
    return waits ? Q_QUEUED : q->before;
}

bool question_has_end(const struct interview *iv, const struct question *q)
{
    if (q->erased_ms)
        return true;
    if (q->stage != Q_GROUPED)
        return question_is_disposed(q->stage) && q->appeal != APPEAL_OPEN;
    const struct question *leader = interview_leader(iv, q);
    return leader && question_leads(leader);
}

const struct person *interview_guest(const struct interview *iv, struct slice name)
{
    for (size_t i = 0; i < iv->guest_count; i++)
        if (slice_is(name, iv->guests[i].name))
            return &iv->guests[i];
    return NULL;
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

bool interview_has_any(const struct interview *iv, const char *duty)
{
    for (size_t i = 0; i < iv->roster_count; i++)
        if (strcmp(iv->roster[i].duty, duty) == 0)
            return true;
    return false;
}

struct notice *interview_notice(const struct interview *iv, struct slice id)
{
    for (size_t i = 0; i < iv->notice_count; i++)
        if (slice_is(id, iv->notices[i]->id))
            return iv->notices[i];
    return NULL;
}

const char *invitation_stage_name(enum invitation_stage stage)
{
    static const char *const names[INVITATION_STAGES] = {"open", "used", "revoked"};
    return stage < INVITATION_STAGES ? names[stage] : NULL;
}

struct invitation *interview_invitation(const struct interview *iv, struct slice id)
{
    for (size_t i = iv->invitation_count; i-- > 0;)
        if (slice_is(id, iv->invitations[i]->id))
            return iv->invitations[i];
    return NULL;
}

uint64_t interview_invited(const struct interview *iv, const char *user)
{
    uint64_t steps = 0;
    for (size_t i = 0; i < iv->invitation_count; i++)
        if (strcmp(iv->invitations[i]->user, user) == 0)
            steps += iv->invitations[i]->steps;
    return steps;
}

const char *interview_wording(const struct interview *iv, const char *code, const char *lang,
                              const char *audience)
{
    for (size_t i = 0; i < iv->wording_count; i++) {
        const struct wording *w = iv->wordings[i];
        if (strcmp(w->code, code) == 0 && strcmp(w->lang, lang) == 0 &&
            strcmp(w->audience, audience) == 0)
            return w->text;
    }
    return NULL;
}
