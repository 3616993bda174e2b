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
                             .now_ms = server_now(v->server),
                             .utc_offset_minutes = c->utc_offset_minutes,
                             .site_name = c->site_name[0] ? c->site_name : NULL,
                             .origin = c->public_url[0] ? c->public_url : NULL,
                             .script = web_file_url(s->web, "citizen.js"),
                             .staff_script = web_file_url(s->web, "staff.js"),
                             .style = web_file_url(s->web, "citizen.css"),
                             .staff_style = web_file_url(s->web, "staff.css"),
                             .votes = votes_now,
                             .votes_ctx = s->app};
}

void reply_page(struct visit *v, int status, const struct buf *html)
{
    struct http_header headers[] = {{"Content-Type", "text/html; charset=utf-8"},
                                    {"Cache-Control", "no-cache"},
                                    {"Vary", "Accept-Language"}};
    http_answer(v->request, status, headers, 3, buf_slice(html));
}

void reply_private_page(struct visit *v, int status, const struct buf *html)
{
    struct http_header headers[] = {{"Content-Type", "text/html; charset=utf-8"},
                                    {"Cache-Control", "no-store"}};
    http_answer(v->request, status, headers, 2, buf_slice(html));
}

void reply_json(struct visit *v, int status, struct slice json)
{
    struct http_header headers[] = {{"Content-Type", "application/json"},
                                    {"Cache-Control", "no-store"}};
    http_answer(v->request, status, headers, 2, json);
}

void reply_public(struct visit *v, const char *type, struct slice body, const char *etag,
                  const char *cache)
{
    struct http_header headers[] = {
        {"Content-Type", type}, {"Cache-Control", cache}, {"ETag", etag}};
    bool same = etag && slice_is(v->view->if_none_match, etag);
    http_answer(v->request, same ? 304 : 200, headers, etag ? 3 : 2,
                same ? (struct slice){0} : body);
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

static const char *title_of(int status)
{
    switch (status) {
    case 400:
        return "Bad request";
    case 401:
        return "Sign in";
    case 403:
        return "Not allowed";
    case 404:
        return "Not found";
    case 405:
        return "Method not allowed";
    case 415:
        return "Unsupported media type";
    case 429:
        return "Too many requests";
    default:
        return "Not available";
    }
}

void reply_problem(struct http_request *request, int status, const char *code, int64_t retry_ms)
{
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_member(&w, "type", "about:blank");
    json_w_member(&w, "title", title_of(status));
    json_w_member_int(&w, "status", status);
    json_w_member(&w, "code", code);
    if (retry_ms)
        json_w_member_int(&w, "retry_ms", retry_ms);
    json_w_close(&w, '}');
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
    reply_page(v, status, &html);
    buf_finish(&html);
}
