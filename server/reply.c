// SPDX-License-Identifier: Apache-2.0
#include "server/reply.h"

#include <stdio.h>

#include "server/base/json.h"

static uint64_t votes_now(const void *ctx, const struct interview *iv, const struct question *q)
{
    return app_votes(ctx, iv, q);
}

struct page_env reply_env(const struct visit *v)
{
    const struct server *s = v->server;
    const struct config *c = s->config;
    return (struct page_env){.lang = lang_choose(v->view->query, v->view->accept_language),
                             .utc_offset_minutes = c->utc_offset_minutes,
                             .site_name = c->site_name[0] ? c->site_name : NULL,
                             .origin = c->public_url[0] ? c->public_url : NULL,
                             .script = web_file_url(s->web, "citizen.js"),
                             .staff_script = web_file_url(s->web, "staff.js"),
                             .invitation_script = web_file_url(s->web, "invitation.js"),
                             .style = web_file_url(s->web, "citizen.css"),
                             .staff_style = web_file_url(s->web, "staff.css"),
                             .portal = app_portal(s->app),
                             .demo = s->demo,
                             .votes = votes_now,
                             .votes_ctx = s->app};
}

void reply_ancestors(const struct visit *v, char ret[ANCESTORS_TEXT])
{
    static const char *const own[] = {
        [FRAMED_BY_US] = "'self'", [FRAMED_BY_NOBODY] = "'none'", [FRAMED_BY_OTHERS] = "'self'"};
    const char *others = v->framed == FRAMED_BY_OTHERS ? v->server->config->embed_allow : "";
    snprintf(ret, ANCESTORS_TEXT, "%s%s%s", own[v->framed], others[0] ? " " : "", others);
}

enum { PAGE_HEADERS = 4 };

// ret: with the policy in `policy`.
static void page_headers(const struct visit *v, const char *cache, char policy[HTTP_POLICY_TEXT],
                         struct http_header ret[PAGE_HEADERS])
{
    char ancestors[ANCESTORS_TEXT];
    reply_ancestors(v, ancestors);
    http_policy(policy, ancestors);
    ret[0] = (struct http_header){"Content-Type", "text/html; charset=utf-8"};
    ret[1] = (struct http_header){"Content-Security-Policy", policy};
    ret[2] = (struct http_header){"Cache-Control", cache};
    ret[3] = (struct http_header){"Vary", "Accept-Language"};
}

static void answer_page(struct visit *v, int status, struct slice html, const char *cache)
{
    char policy[HTTP_POLICY_TEXT];
    struct http_header headers[PAGE_HEADERS];
    page_headers(v, cache, policy, headers);
    http_answer(v->request, status, headers, PAGE_HEADERS, html);
}

void reply_page(struct visit *v, int status, struct slice html)
{
    answer_page(v, status, html, "no-cache");
}

void reply_page_shared(struct visit *v, struct blob *html)
{
    char policy[HTTP_POLICY_TEXT];
    struct http_header headers[PAGE_HEADERS];
    page_headers(v, "no-cache", policy, headers);
    http_answer_shared(v->request, 200, headers, PAGE_HEADERS, html);
}

void reply_private_page(struct visit *v, int status, const struct buf *html)
{
    answer_page(v, status, buf_slice(html), "no-store");
}

void reply_json(struct visit *v, int status, struct slice json)
{
    struct http_header headers[] = {{"Content-Type", "application/json"},
                                    {"Cache-Control", "no-store"}};
    http_answer(v->request, status, headers, 2, json);
}

void reply_public(struct visit *v, const char *type, struct slice body, const char *cache)
{
    struct http_header headers[] = {{"Content-Type", type}, {"Cache-Control", cache}};
    http_answer(v->request, 200, headers, 2, body);
}

void reply_public_shared(struct visit *v, const char *type, struct blob *body, const char *etag,
                         const char *cache)
{
    struct http_header headers[] = {
        {"Content-Type", type}, {"Cache-Control", cache}, {"ETag", etag}};
    bool same = slice_is(v->view->if_none_match, etag);
    http_answer_shared(v->request, same ? 304 : 200, headers, 3, same ? NULL : body);
}

void reply_empty(struct visit *v, int status)
{
    struct http_header headers[] = {{"Cache-Control", "no-store"}};
    http_answer(v->request, status, headers, 1, (struct slice){0});
}

void reply_redirect(struct visit *v, const char *to)
{
    struct http_header headers[] = {{"Location", to}};
    http_answer(v->request, 303, headers, 1, (struct slice){0});
}

void reply_problem(struct http_request *request, int status, const char *code, int64_t retry_ms)
{
    struct buf b = {0};
    http_problem(&b, status, code, retry_ms);
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)(retry_ms + 999) / 1000);
    struct http_header headers[] = {{"Content-Type", "application/problem+json"},
                                    {"Cache-Control", "no-store"},
                                    {"Retry-After", seconds}};
    http_answer(request, status, headers, retry_ms ? 3 : 2, buf_slice(&b));
    buf_finish(&b);
}

void reply_error_page(struct visit *v, int status)
{
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_error(&html, &env, status);
    reply_page(v, status, buf_slice(&html));
    buf_finish(&html);
}
