// SPDX-License-Identifier: Apache-2.0
// The way of a statement to the public: the steps of its chain, the feed's delay, and back; the
// commands statement.release, pass, return and discard, and the server's own publication.
#include <string.h>

#include "server/app/roles.h"
#include "server/app/statement.h"
#include "server/app/table.h"

const char *statement_entered_as(const struct call *c)
{
    uint32_t who = roles_of(&c->actor, c->channel->all);
    return who & WHO_COMPERE        ? "compere"
           : who & WHO_GUEST        ? "guest"
           : who & WHO_STENOGRAPHER ? "stenographer"
                                    : "compere"; // a producer speaks for the house
}

// The chain is that of whose words they are: the compere's of his own, the guests' of everybody
// else's. Who does not lead takes the chain of his own kind, where it has any steps: a
// stenographer's typing may have another one, and a guest cannot get past the guests' by a name.
static const struct chain *chain_of(const struct interview *iv, const char *entered_as,
                                    const struct person *speaker)
{
    bool is_compere = speaker->role && strcmp(speaker->role, "compere") == 0;
    const struct chain *words = is_compere ? &iv->compere_chain : &iv->guest_chain;
    const struct chain *own = strcmp(entered_as, "guest") == 0          ? &iv->guest_chain
                              : strcmp(entered_as, "stenographer") == 0 ? &iv->stenographer_chain
                                                                        : words;
    return own->count ? own : words;
}

struct way {
    uint64_t step;
    const char *waits_for; // a duty
    int64_t public_at_ms;
    bool kept; // the feed does not run; else: to the public at once, when nothing above holds
};

static struct way way_after(const struct call *c, const struct spoken *s, uint64_t step)
{
    const struct interview *iv = c->channel->all;
    const struct chain *chain = chain_of(iv, s->entered_as, &s->speaker);
    struct way way = {.step = step < chain->count ? step : chain->count};
    if (step < chain->count)
        way.waits_for = chain->duties[step];
    else if (s->corrects)
        return way;
    else if (!interview_feed_runs(iv))
        way.kept = true;
    else if (iv->delay_s && IN(iv->stage) & IN_AIR)
        way.public_at_ms = app_now(c->app) + (int64_t)iv->delay_s * 1000;
    return way;
}

static void write_way(struct json_writer *w, const struct way *way)
{
    json_w_member_int(w, "step", (int64_t)way->step);
    json_w_member(w, "waits_for", way->waits_for);
    json_w_member_time(w, "public_at", way->public_at_ms);
    if (way->kept)
        json_w_member_bool(w, "cleared", true);
}

static void finish(struct call *c, const char *id, uint64_t version, const struct way *way)
{
    enum statement_stage stage = way->waits_for      ? S_SUBMITTED
                                 : way->public_at_ms ? S_DELAYED
                                 : way->kept         ? S_PREPARED
                                                     : S_PUBLISHED;
    struct json_writer w = statement_result(c, id, version, stage);
    json_w_member(&w, "waits_for", way->waits_for);
    json_w_member_time(&w, "public_at", way->public_at_ms);
    if (way->kept)
        json_w_member_bool(&w, "kept", true);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

// The transcript is published next: not at the same moment, without seeing this.
static void guard_sending(struct call *c)
{
    if (c->channel->all->stage == I_EDITING)
        guard_reopening(c, 1);
}

// Something new that is not public yet: a draft with all its fields.
static void keep_new(struct call *c, const struct spoken *s, const struct way *way)
{
    call_guard_number(c, "d", s->id, 0, 1);
    if (s->corrects)
        guard_still_published(c, interview_statement(c->channel->all, slice_of(s->corrects)));
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    statement_write(&w, s);
    json_w_member(&w, "entered_as", s->entered_as);
    write_way(&w, way);
    guard_sending(c);
    call_fact_end(c, &w, "statement.submitted", false);
    finish(c, s->id, 1, way);
}

// A draft whose fields are known moves on. One whose chain is done stays as it is until the feed
// runs.
static void move_draft(struct call *c, const struct spoken *s, const struct statement *draft,
                       const struct way *way)
{
    bool passed = draft->stage == S_SUBMITTED;
    if (way->kept && draft->cleared) {
        finish(c, draft->id, draft->version, way);
        return;
    }
    guard_draft(c, draft);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", draft->id);
    if (!passed) {
        json_w_member_time(&w, "said_at", s->said_ms);
        json_w_member(&w, "origin", s->origin);
        guard_sending(c);
    }
    write_way(&w, way);
    call_fact_end(c, &w, passed ? "statement.passed_step" : "statement.submitted", false);
    finish(c, draft->id, draft->version + 1, way);
}

static void correct(struct call *c, const struct spoken *s, const struct statement *draft)
{
    const struct statement *old = interview_statement(c->channel->all, slice_of(s->corrects));
    if (draft)
        call_guard_number(c, "d", draft->id, draft->version, draft->version + 1);
    guard_published(c, old);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", old->id);
    json_w_member_int(&w, "version", (int64_t)old->version + 1);
    json_w_member(&w, "text", s->text);
    call_fact_end(c, &w, "statement.corrected", true);
    w = statement_result(c, old->id, old->version + 1, S_PUBLISHED);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void statement_go(struct call *c, const struct spoken *s, const struct statement *draft,
                  uint64_t step)
{
    struct way way = way_after(c, s, step);
    bool publishes = !way.waits_for && !way.public_at_ms && !way.kept;
    if (publishes && s->corrects) {
        correct(c, s, draft);
    } else if (publishes) {
        statement_publication(c, s, draft);
        finish(c, s->id, 1, &way);
    } else if (draft) {
        move_draft(c, s, draft, &way);
    } else {
        keep_new(c, s, &way);
    }
}

// ---- the commands ----

static bool leads(const struct call *c)
{
    return roles_may(&c->actor, c->channel->all, WHO_COMPERE | WHO_PRODUCER);
}

static bool has_duty_waited_for(const struct call *c, const struct statement *draft)
{
    return draft->stage == S_SUBMITTED &&
           interview_has_duty(c->channel->all, c->actor.name, draft->waits_for);
}

static void go_as_draft(struct call *c, const struct statement *draft, uint64_t step)
{
    struct spoken s;
    const struct question *lost = statement_of_draft(c, draft, &s);
    if (lost)
        refuse_stage(c, lost);
    else
        statement_go(c, &s, draft, step);
}

void statement_release_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *draft =
        called_draft(c, m->statement, m->version, 1u << S_PREPARED | 1u << S_RETURNED);
    if (!draft)
        return;
    if (draft->corrects)
        refuse_statement(c, draft, "wrong_stage");
    else if (!statement_is_by(c, draft) && !roles_may(&c->actor, c->channel->all, WHO_COMPERE))
        call_refuse(c, "not_authorized");
    else
        go_as_draft(c, draft, draft->cleared ? draft->step : 0);
}

// Whoever wrote it does not pass it: the chain is there for a second pair of eyes. After the
// transcript nothing new is said, but what was said may still be corrected.
void statement_pass_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *draft = called_draft(c, m->statement, m->version, 1u << S_SUBMITTED);
    if (!draft)
        return;
    if (!draft->corrects && !(IN(c->channel->all->stage) & IN_SPEECH))
        refuse_interview_stage(c, NULL);
    else if (!has_duty_waited_for(c, draft))
        call_refuse(c, "not_authorized");
    else if (statement_is_by(c, draft))
        call_refuse(c, "two_persons");
    else
        go_as_draft(c, draft, draft->step + 1);
}

static void returned_fact(struct call *c, const struct statement *draft, const char *note,
                          const char *cause)
{
    guard_draft(c, draft);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "statement", draft->id);
    json_w_member(&w, "note", note);
    json_w_member(&w, "cause", cause);
    call_fact_end(c, &w, "statement.returned", false);
}

// One of the duties that this statement passes or has passed.
static bool is_in_chain(const struct call *c, const struct statement *draft)
{
    const struct chain *chain = chain_of(c->channel->all, draft->entered_as, &draft->speaker);
    for (size_t i = 0; i < chain->count; i++)
        if (interview_has_duty(c->channel->all, c->actor.name, chain->duties[i]))
            return true;
    return false;
}

// Before it is public: by who is to pass it, who leads, and who takes it back himself.
void statement_return_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *draft =
        called_draft(c, m->statement, m->version, 1u << S_SUBMITTED | 1u << S_DELAYED);
    if (!draft)
        return;
    if (!is_in_chain(c, draft) && !leads(c) && !statement_is_by(c, draft)) {
        call_refuse(c, "not_authorized");
        return;
    }
    const char *note = call_text(c, m->note, "note", LIMIT_NOTE_POINTS, true);
    if (!note)
        return;
    returned_fact(c, draft, note, NULL);
    struct json_writer w = statement_result(c, draft->id, draft->version + 1, S_RETURNED);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void statement_discard_run(struct call *c, const void *params)
{
    const struct statement_step *m = params;
    const struct statement *draft =
        called_draft(c, m->statement, m->version,
                     1u << S_PREPARED | 1u << S_SUBMITTED | 1u << S_RETURNED | 1u << S_DELAYED);
    if (!draft)
        return;
    if (!leads(c) && !statement_is_by(c, draft)) {
        call_refuse(c, "not_authorized");
        return;
    }
    guard_draft(c, draft);
    statement_fact(c, draft->id, "statement.discarded");
    struct json_writer w = statement_result(c, draft->id, draft->version + 1, S_DISCARDED);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

// ---- after the delay ----

const struct statement *statement_next_due(const struct interview *iv)
{
    const struct statement *next = NULL;
    if (!interview_feed_runs(iv))
        return NULL; // they wait until it does
    for (size_t i = 0; i < iv->draft_count; i++) {
        const struct statement *s = iv->drafts[i];
        if (s->stage == S_DELAYED && (!next || s->public_at_ms < next->public_at_ms))
            next = s;
    }
    return next;
}

// An answer whose question has moved on meanwhile goes back to who wrote it.
void statement_publish_due(struct call *c, const struct statement *draft)
{
    struct buf which = {0};
    buf_printf(&which, "%s@%llu", draft->id, (unsigned long long)draft->version);
    op_make("system", "say", slice_of(c->channel->all->id), buf_slice(&which), c->op);
    buf_finish(&which);
    call_guard_same(c, "i", "version", c->channel->all->version);
    struct spoken s;
    if (statement_of_draft(c, draft, &s))
        returned_fact(c, draft, NULL, "question");
    else
        statement_publication(c, &s, draft);
    call_record(c, slice_of(c->channel->all->id));
}
