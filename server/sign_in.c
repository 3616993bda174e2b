// SPDX-License-Identifier: Apache-2.0
// Signing in and out, tickets, and who sends a request.
//
// A cookie alone changes nothing: a changing request also brings the CSRF token that log-in gave
// out, and the browser's own words about where it comes from must fit.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/must.h"
#include "server/routes.h"
#include "server/wire/gate.h"

// A cookie with the __Host- prefix needs TLS: our own, or that of a proxy in front of us.
bool sign_in_over_tls(const struct visit *v)
{
    return v->view->over_tls || strncmp(v->server->config->public_url, "https://", 8) == 0;
}

static const char *cookie_name(bool over_tls)
{
    return over_tls ? "__Host-fangtan" : "fangtan";
}

static struct slice cookie_value(struct slice cookies, const char *name)
{
    size_t at = 0, len = strlen(name);
    while (cookies.p && at < cookies.n) {
        while (at < cookies.n && (cookies.p[at] == ' ' || cookies.p[at] == ';'))
            at++;
        size_t end = at;
        while (end < cookies.n && cookies.p[end] != ';')
            end++;
        if (end - at > len && memcmp(cookies.p + at, name, len) == 0 && cookies.p[at + len] == '=')
            return (struct slice){cookies.p + at + len + 1, end - at - len - 1};
        at = end;
    }
    return (struct slice){0};
}

static bool origin_fits(const struct visit *v)
{
    struct slice origin = v->view->origin, host = v->view->host;
    const char *own = v->server->config->public_url;
    if (!origin.p || (own[0] && slice_is(origin, own)))
        return true;
    size_t scheme = origin.n > 8 && memcmp(origin.p, "https://", 8) == 0  ? 8
                    : origin.n > 7 && memcmp(origin.p, "http://", 7) == 0 ? 7
                                                                          : 0;
    return scheme && slice_eq((struct slice){origin.p + scheme, origin.n - scheme}, host);
}

bool sign_in_same_site(const struct visit *v)
{
    struct slice site = v->view->sec_fetch_site;
    return origin_fits(v) && (!site.p || slice_is(site, "same-origin") || slice_is(site, "none"));
}

static bool is_json(const struct visit *v)
{
    struct slice type = v->view->content_type;
    return type.n >= 16 && memcmp(type.p, "application/json", 16) == 0 &&
           (type.n == 16 || type.p[16] == ';' || type.p[16] == ' ');
}

// What the request proves itself by: its Bearer token, else its cookie; absent: neither.
static struct slice token_of(const struct visit *v, bool *ret_by_cookie)
{
    struct slice a = v->view->authorization;
    *ret_by_cookie = a.n <= 7 || memcmp(a.p, "Bearer ", 7) != 0;
    if (*ret_by_cookie)
        return cookie_value(v->view->cookie, cookie_name(sign_in_over_tls(v)));
    return (struct slice){a.p + 7, a.n - 7};
}

// May this token change something? A browser adds a cookie to requests of other sites too.
static bool may_change(const struct visit *v, struct slice token, bool by_cookie)
{
    return !by_cookie || (sign_in_same_site(v) && identity_csrf_matches(token, v->view->csrf));
}

// Who has this session; one by an invitation that was revoked is over.
static bool who_of(const struct visit *v, struct slice token, struct who *ret)
{
    if (!token.n || !identity_session(v->server->identity, token, ret))
        return false;
    struct slice invitation = slice_of(ret->invitation);
    if (!invitation.n || app_invitation_stands(v->server->app, invitation))
        return true;
    identity_logout(v->server->identity, token);
    return false;
}

struct slice sign_in_cookie(const struct visit *v, struct who *ret)
{
    struct slice token = cookie_value(v->view->cookie, cookie_name(sign_in_over_tls(v)));
    return who_of(v, token, ret) ? token : (struct slice){0};
}

static bool actor_of_session(const struct visit *v, struct slice token, struct actor *ret)
{
    struct who who;
    if (!who_of(v, token, &who))
        return false;
    actor_staff(ret, who.name, who.role);
    memcpy(ret->invitation, who.invitation, sizeof ret->invitation);
    return true;
}

bool sign_in_actor(const struct visit *v, bool changes, struct actor *ret)
{
    *ret = (struct actor){.lang = lang_choose(v->view->query, v->view->accept_language)};
    char tag[VISITOR_TEXT], visitor[VISITOR_TEXT];
    visitor_of_address(v->server->keys, v->view->address, server_now(v->server), tag);
    memcpy(ret->address, tag, sizeof tag);
    bool by_cookie;
    struct slice token = token_of(v, &by_cookie);
    if (!by_cookie && token_check(v->server->keys, token, server_now(v->server), visitor)) {
        actor_citizen(ret, visitor);
        return true;
    }
    if (changes && !may_change(v, token, by_cookie))
        return false;
    return actor_of_session(v, token, ret);
}

// ---- log-in ----

struct login {
    struct http_request *request;
    bool over_tls;
};

void sign_in_set_cookie(bool over_tls, const char *token, char ret[COOKIE_TEXT])
{
    snprintf(ret, COOKIE_TEXT, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", cookie_name(over_tls),
             token, over_tls ? "; Secure" : "");
}

static void answer_login(struct login *l, const struct login_answer *a)
{
    char cookie[COOKIE_TEXT];
    sign_in_set_cookie(l->over_tls, a->token, cookie);
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_member(&w, "csrf", a->csrf);
    json_w_close(&w, '}');
    struct http_header headers[] = {{"Content-Type", "application/json"},
                                    {"Cache-Control", "no-store"},
                                    {"Set-Cookie", cookie}};
    http_answer(l->request, 200, headers, 3, buf_slice(&b));
    buf_finish(&b);
}

static void on_login(void *ctx, const struct login_answer *a)
{
    struct login *l = ctx;
    switch (a->result) {
    case LOGIN_OK:
        answer_login(l, a);
        break;
    case LOGIN_WRONG:
        reply_problem(l->request, 401, "wrong_credentials", 0);
        break;
    case LOGIN_LOCKED:
        reply_problem(l->request, 429, "locked", a->retry_ms);
        break;
    case LOGIN_BUSY:
        reply_problem(l->request, 503, "overloaded", a->retry_ms);
        break;
    case LOGIN_FAILED:
        reply_problem(l->request, 503, "unavailable", 0);
        break;
    }
    free(l);
}

void post_login(struct visit *v)
{
    if (!sign_in_same_site(v)) {
        reply_problem(v->request, 403, "cross_site", 0);
        return;
    }
    if (!is_json(v)) {
        reply_problem(v->request, 415, "not_json", 0);
        return;
    }
    struct json *body = wire_gate(v->view->body) ? NULL : json_parse(v->view->body);
    struct slice name = json_get_string(body, "name");
    struct slice password = json_get_string(body, "password");
    if (!name.p || !password.p) {
        reply_problem(v->request, 400, "bad_params", 0);
    } else {
        struct login *l = must_alloc(sizeof *l);
        *l = (struct login){v->request, sign_in_over_tls(v)};
        identity_login(v->server->identity, name, password, v->view->address, on_login, l);
    }
    json_free(body);
}

void post_logout(struct visit *v)
{
    struct actor actor;
    if (!sign_in_actor(v, true, &actor) || actor.kind != ACTOR_STAFF) {
        reply_problem(v->request, 403, "not_authorized", 0);
        return;
    }
    bool by_cookie;
    identity_logout(v->server->identity, token_of(v, &by_cookie));
    char cookie[128];
    bool over_tls = sign_in_over_tls(v);
    snprintf(cookie, sizeof cookie, "%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0%s",
             cookie_name(over_tls), over_tls ? "; Secure" : "");
    struct http_header headers[] = {{"Set-Cookie", cookie}, {"Cache-Control", "no-store"}};
    http_answer(v->request, 204, headers, 2, (struct slice){0});
}

void post_ticket(struct visit *v)
{
    bool by_cookie;
    struct slice token = token_of(v, &by_cookie);
    char ticket[TICKET_TEXT];
    struct who who;
    if (!may_change(v, token, by_cookie)) {
        reply_problem(v->request, 403, "not_authorized", 0);
        return;
    }
    if (!who_of(v, token, &who) || !identity_ticket(v->server->identity, token, ticket)) {
        reply_problem(v->request, 401, "not_authorized", 0);
        return;
    }
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_member(&w, "ticket", ticket);
    json_w_member(&w, "name", who.name);
    json_w_member(&w, "role", who.role);
    json_w_close(&w, '}');
    reply_json(v, 200, buf_slice(&b));
    buf_finish(&b);
}
