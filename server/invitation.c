// SPDX-License-Identifier: Apache-2.0
// The way in by a one-time link: /invitation#TOKEN.
//
// A GET knows no token and changes nothing, so what fetches links before their reader does (preview
// robots of chat programs) finds a form. Posting the token shows who is invited; the button of that
// page posts it again and uses it up: the record takes the invitation as used, then the browser
// gets its session. A crash in between leaves a used link.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "server/base/json.h"
#include "server/base/must.h"
#include "server/form.h"
#include "server/routes.h"
#include "server/wire/request.h"

// The answer may be lost on its way to a phone: so long the same page may ask for it again.
enum { REPEAT_MS = 2 * 60 * 1000, COMMAND_TEXT = 33 };

struct entering {
    struct server *server;
    struct http_request *request;
    bool over_tls;
    struct page_env env;
    char id[INVITATION_ID_TEXT];
    char token[INVITATION_TOKEN_TEXT];
    char command[COMMAND_TEXT];
    char session[SESSION_TOKEN_TEXT]; // that the browser has so far; "" = none
    struct buf location;
};

// ---- what is answered ----

static void answer(struct visit *v, const struct page_env *env, int status,
                   const struct page_invitation *in)
{
    struct buf html = {0};
    page_invitation(&html, env, in);
    reply_private_page(v, status, &html);
    buf_finish(&html);
}

// word: of the messages "invitation.…".
static void answer_fault(struct visit *v, const struct page_env *env, int status, const char *word)
{
    const char *fault = message_find(env->lang, "invitation", word);
    must(fault);
    answer(v, env, status, &(struct page_invitation){.fault = fault});
}

static void desk_of(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_printf(out, "/desk/?lang=%s#/i/%s", lang_tag(env->lang), iv->id);
}

// ---- what is asked ----

// The token, from the form; of a whole link what is behind its '#'. false: the visitor was told.
static bool read_token(struct visit *v, const struct page_env *env, struct entering *ret)
{
    struct buf field = {0};
    form_field(v->view->body, "token", &field);
    struct slice token = buf_slice(&field);
    while (token.n && strchr(" \t\r\n", token.p[token.n - 1]))
        token.n--;
    const char *hash = token.n ? memrchr(token.p, '#', token.n) : NULL;
    if (hash)
        token = (struct slice){hash + 1, token.n - (size_t)(hash + 1 - token.p)};
    while (token.n && strchr(" \t\r\n", token.p[0]))
        token = (struct slice){token.p + 1, token.n - 1};
    bool is_ours = invitation_token_check(v->server->keys, token, ret->id);
    if (is_ours)
        snprintf(ret->token, sizeof ret->token, "%.*s", (int)token.n, token.p);
    buf_finish(&field);
    int64_t retry_ms;
    if (!identity_try(v->server->identity, v->view->address, is_ours, &retry_ms)) {
        answer_fault(v, env, 429, "locked");
        return false;
    }
    if (!is_ours)
        answer_fault(v, env, 404, "unknown");
    return is_ours;
}

// What stands in the way of using it; NULL: nothing.
static const char *obstacle(struct server *s, const struct app_invitation *found)
{
    const struct invitation *v = found->invitation;
    if (v->stage != INVITATION_OPEN)
        return invitation_stage_name(v->stage);
    if (server_now(s) >= v->until_ms)
        return "expired";
    return interview_has_duty(found->interview, v->user, NULL) ? NULL : "closed";
}

static bool is_in_by(struct visit *v, const char *invitation)
{
    struct who who;
    return sign_in_cookie(v, &who).n && strcmp(who.invitation, invitation) == 0;
}

void get_invitation(struct visit *v)
{
    struct page_env env = reply_env(v);
    answer(v, &env, 200, &(struct page_invitation){0});
}

static void make_command(char ret[COMMAND_TEXT])
{
    unsigned char bytes[(COMMAND_TEXT - 1) / 2];
    must(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

void post_invitation(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct entering e;
    struct app_invitation found;
    if (!read_token(v, &env, &e))
        return;
    if (!app_invitation(v->server->app, slice_of(e.id), &found)) {
        answer_fault(v, &env, 404, "unknown");
        return;
    }
    if (is_in_by(v, e.id)) { // who opens his link again wants to go on
        struct buf location = {0};
        desk_of(&location, &env, found.interview);
        reply_redirect(v, location.p);
        buf_finish(&location);
        return;
    }
    const char *fault = obstacle(v->server, &found);
    if (fault) {
        answer_fault(v, &env, 410, fault);
        return;
    }
    char command[COMMAND_TEXT];
    make_command(command);
    struct page_invitation in = {.name = found.invitation->user,
                                 .topic = found.interview->topic,
                                 .until_ms = found.invitation->until_ms,
                                 .token = slice_of(e.token),
                                 .command = command};
    answer(v, &env, 200, &in);
}

// ---- entering ----

static void finish(struct entering *e)
{
    buf_finish(&e->location);
    explicit_bzero(e, sizeof *e);
    free(e);
}

static void refuse(struct entering *e, int status, const char *word)
{
    struct visit v = {.server = e->server, .request = e->request, .framed = FRAMED_BY_NOBODY};
    answer_fault(&v, &e->env, status, word);
    finish(e);
}

static void on_admitted(void *ctx, const struct login_answer *a)
{
    struct entering *e = ctx;
    if (a->result != LOGIN_OK) {
        bool is_disabled = a->result == LOGIN_WRONG;
        refuse(e, is_disabled ? 410 : 503, is_disabled ? "closed" : "unavailable");
        return;
    }
    // Who had signed in before here is signed out: his cookie is gone.
    if (e->session[0])
        identity_logout(e->server->identity, slice_of(e->session));
    char cookie[COOKIE_TEXT];
    sign_in_set_cookie(e->over_tls, a->token, cookie);
    struct http_header headers[] = {
        {"Location", e->location.p}, {"Cache-Control", "no-store"}, {"Set-Cookie", cookie}};
    http_answer(e->request, 303, headers, 3, (struct slice){0});
    finish(e);
}

static void refuse_call(struct entering *e, const struct app_invitation *found,
                        const struct json *error)
{
    struct slice reason = json_get_string(json_get(error, "data"), "reason");
    bool is_busy = slice_is(reason, "overloaded") || slice_is(reason, "unavailable") || !reason.n;
    const char *fault = is_busy ? "unavailable" : obstacle(e->server, found);
    refuse(e, is_busy ? 503 : 410, fault ? fault : "closed"); // the interview's stage, or no duty
}

static void on_accepted(void *ctx, struct slice json)
{
    struct entering *e = ctx;
    struct app_invitation found;
    struct json *response = json_parse(json);
    must(app_invitation(e->server->app, slice_of(e->id), &found));
    if (json_get(response, "result")) {
        struct admission admission = {found.invitation->user, e->id, found.invitation->until_ms};
        desk_of(&e->location, &e->env, found.interview);
        identity_admit(e->server->identity, &admission, on_admitted, e);
    } else {
        refuse_call(e, &found, json_get(response, "error"));
    }
    json_free(response);
}

static void accept_by(struct entering *e, const struct app_invitation *found)
{
    struct buf request = {0};
    struct json_writer w = rpc_open(&request, "invitation.accept", 1);
    struct actor actor = {.lang = e->env.lang};
    actor_staff(&actor, found->invitation->user, "staff");
    json_w_member(&w, "interview", found->interview->id);
    json_w_member(&w, "command_id", e->command);
    json_w_member(&w, "token", e->token);
    rpc_close(&w);
    app_call(e->server->app, &actor, buf_slice(&request), on_accepted, e);
    buf_finish(&request);
}

// The page's own name for this act, so that a repeated one is no second one; without one any.
static void read_command(const struct visit *v, char ret[COMMAND_TEXT])
{
    struct buf field = {0};
    form_field(v->view->body, "command_id", &field);
    bool is_ours =
        field.n == COMMAND_TEXT - 1 && strspn(field.p, "0123456789abcdef") == COMMAND_TEXT - 1;
    if (is_ours)
        memcpy(ret, field.p, COMMAND_TEXT);
    else
        make_command(ret);
    buf_finish(&field);
}

// Used a moment ago, perhaps by this very page, whose answer was lost.
static bool may_repeat(struct server *s, const struct invitation *v)
{
    int64_t age_ms = server_now(s) - v->used_ms;
    return v->stage == INVITATION_USED && age_ms >= 0 && age_ms < REPEAT_MS;
}

void post_invitation_enter(struct visit *v)
{
    struct entering *e = must_alloc(sizeof *e);
    struct app_invitation found;
    *e = (struct entering){.server = v->server,
                           .request = v->request,
                           .over_tls = sign_in_over_tls(v),
                           .env = reply_env(v)};
    if (!read_token(v, &e->env, e)) {
        finish(e);
        return;
    }
    if (!app_invitation(v->server->app, slice_of(e->id), &found)) {
        refuse(e, 404, "unknown");
        return;
    }
    const char *fault = obstacle(v->server, &found);
    if (fault && !may_repeat(v->server, found.invitation)) {
        refuse(e, 410, fault);
        return;
    }
    struct who who;
    struct slice session = sign_in_cookie(v, &who);
    snprintf(e->session, sizeof e->session, "%.*s", (int)session.n, session.n ? session.p : "");
    read_command(v, e->command);
    accept_by(e, &found);
}
