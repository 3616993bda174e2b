// SPDX-License-Identifier: Apache-2.0
// One-time links: invitation.issue, .accept, .revoke. The record decides which of two that come at
// the same time uses a link: every event about a person's invitations raises one guard.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/base/must.h"

enum { HOUR_MS = 60 * 60 * 1000 };
static const int64_t AFTER_MS = 12LL * HOUR_MS;     // an interview may last longer than planned
static const int64_t LEAST_MS = 24LL * HOUR_MS;     // who is invited late, or for what comes after
static const int64_t MOST_MS = 30LL * 24 * HOUR_MS; // a forgotten link does not stay open for ever

// Until half a day after the planned end: who came in by a link has no other way back, so his
// sign-in has to outlast the interview, and longer he has nothing to do.
static int64_t usual_until(const struct interview *iv, int64_t now_ms)
{
    int64_t until_ms = iv->starts_ms + (int64_t)iv->minutes * 60 * 1000 + AFTER_MS;
    if (until_ms < now_ms + LEAST_MS)
        until_ms = now_ms + LEAST_MS;
    return until_ms > now_ms + MOST_MS ? now_ms + MOST_MS : until_ms;
}

static void next_step(struct call *c, const char *user)
{
    uint64_t steps = interview_invited(c->channel->all, user);
    call_guard_number(c, "invited", user, steps, steps + 1);
}

static void record_about(struct call *c, const struct invitation *v, const char *type)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "invitation", v->id);
    call_fact_end(c, &w, type, false);
}

void invitation_issue_run(struct call *c, const void *params)
{
    const struct invitation_issue *m = params;
    const struct interview *iv = c->channel->all;
    const char *user = arena_copy(&c->arena, m->user);
    int64_t now_ms = app_now(c->app);
    int64_t until_ms = m->has_until ? m->until_ms : usual_until(iv, now_ms);
    if (!interview_has_duty(iv, user, NULL)) {
        call_bad_params(c, "user", "not on the roster");
        return;
    }
    if (until_ms <= now_ms || until_ms > now_ms + MOST_MS) {
        call_bad_params(c, "until", "not within thirty days");
        return;
    }
    char id[INVITATION_ID_TEXT];
    invitation_id_make(c->app->keys, c->op, id);
    next_step(c, user);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "invitation", id);
    json_w_member(&w, "user", user);
    json_w_member_time(&w, "until", until_ms);
    call_fact_end(c, &w, "invitation.issued", false);
    w = call_open(&c->result);
    json_w_member(&w, "invitation", id);
    json_w_member_time(&w, "until", until_ms);
    json_w_close(&w, '}');
    call_record(c, slice_of(iv->id));
}

// The token is not kept with the record.
void invitation_issue_finish(struct call *c)
{
    struct json *kept = json_parse(buf_slice(&c->result));
    struct slice id = json_get_string(kept, "invitation");
    char text[INVITATION_ID_TEXT] = "", token[INVITATION_TOKEN_TEXT];
    must(id.n == sizeof text - 1);
    memcpy(text, id.p, id.n);
    invitation_token(c->app->keys, text, token);
    c->result.n--; // the closing brace
    struct json_writer w = {.out = &c->result, .comma = true};
    json_w_member(&w, "token", token);
    json_w_close(&w, '}');
    json_free(kept);
}

static void refuse_over(struct call *c, const char *stage)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "stage", stage);
    call_refuse(c, "wrong_stage");
}

// By whom it names, who has to bring the token all the same: to be signed in is no proof that the
// link has reached him.
void invitation_accept_run(struct call *c, const void *params)
{
    const struct invitation_accept *m = params;
    const struct interview *iv = c->channel->all;
    char id[INVITATION_ID_TEXT];
    bool is_ours = invitation_token_check(c->app->keys, m->token, id);
    const struct invitation *v = is_ours ? interview_invitation(iv, slice_of(id)) : NULL;
    if (!v || strcmp(v->user, c->actor.name) != 0) {
        call_not_found(c);
        return;
    }
    if (v->stage != INVITATION_OPEN) {
        refuse_over(c, invitation_stage_name(v->stage));
        return;
    }
    if (app_now(c->app) >= v->until_ms) {
        refuse_over(c, "expired");
        return;
    }
    buf_text(&c->result, "{}");
    next_step(c, v->user);
    record_about(c, v, "invitation.accepted");
    call_record(c, slice_of(iv->id));
}

void invitation_revoke_run(struct call *c, const void *params)
{
    const struct invitation_only *m = params;
    const struct invitation *v = interview_invitation(c->channel->all, m->invitation);
    if (!v) {
        call_not_found(c);
        return;
    }
    buf_text(&c->result, "{}");
    if (v->stage != INVITATION_REVOKED) {
        next_step(c, v->user);
        record_about(c, v, "invitation.revoked");
    }
    call_record(c, slice_of(c->channel->all->id));
}
