// SPDX-License-Identifier: Apache-2.0
// The addresses for programs: snapshots, documents, JSON-RPC over HTTP, health, figures.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/export/export.h"
#include "server/form.h"
#include "server/interview/snapshot.h"
#include "server/routes.h"
#include "server/wire/gate.h"

void get_web_file(struct visit *v)
{
    const struct web_file *f = web_file_find(v->server->web, v->parts[0]);
    if (f)
        reply_public(v, f->content_type, f->bytes, "public, max-age=31536000, immutable");
    else
        reply_error_page(v, 404);
}

// ---- health ----

void get_alive(struct visit *v)
{
    reply_json(v, 200, slice_of("{\"status\":\"ok\"}"));
}

void get_ready(struct visit *v)
{
    if (v->server->ready)
        reply_json(v, 200, slice_of("{\"status\":\"ok\"}"));
    else
        reply_problem(v->request, 503, "unavailable", 1000);
}

void get_metrics(struct visit *v)
{
    struct app_figures f;
    app_figures(v->server->app, &f);
    struct buf b = {0};
    buf_printf(&b,
               "# TYPE fangtan_build info\nfangtan_build_info{version=\"%s\"} 1\n"
               "# TYPE fangtan_connections gauge\nfangtan_connections %zu\n"
               "# TYPE fangtan_watches gauge\nfangtan_watches %zu\n"
               "# TYPE fangtan_interviews gauge\nfangtan_interviews %zu\n"
               "# TYPE fangtan_commands_waiting gauge\nfangtan_commands_waiting %zu\n"
               "# TYPE fangtan_events counter\nfangtan_events_total %llu\n# EOF\n",
               FANGTAN_VERSION, f.connections, f.watches, f.interviews, f.commands_waiting,
               (unsigned long long)f.events);
    reply_public(v, "application/openmetrics-text; version=1.0.0; charset=utf-8", buf_slice(&b),
                 "no-store");
    buf_finish(&b);
}

// ---- interviews ----

struct wanted {
    struct buf stage, department, text, before;
    size_t limit;
};

static void read_wanted(const struct visit *v, struct wanted *w)
{
    struct buf limit = {0};
    form_field(v->view->query, "stage", &w->stage);
    form_field(v->view->query, "department", &w->department);
    form_field(v->view->query, "q", &w->text);
    form_field(v->view->query, "before", &w->before);
    long n =
        form_field(v->view->query, "limit", &limit) && limit.p ? strtol(limit.p, NULL, 10) : 50;
    w->limit = n < 1 ? 1 : n > 200 ? 200 : (size_t)n;
    buf_finish(&limit);
}

static void finish_wanted(struct wanted *w)
{
    buf_finish(&w->stage);
    buf_finish(&w->department);
    buf_finish(&w->text);
    buf_finish(&w->before);
}

static bool is_wanted(const struct interview *iv, const struct wanted *w)
{
    if (w->stage.n && !slice_is(buf_slice(&w->stage), interview_stage_name(iv->stage)))
        return false;
    bool found = w->department.n == 0;
    for (size_t i = 0; i < iv->department_count && !found; i++)
        found = slice_is(buf_slice(&w->department), iv->departments[i]);
    return found && (w->text.n == 0 || strstr(iv->topic, w->text.p));
}

void get_interviews(struct visit *v)
{
    struct wanted want = {0};
    read_wanted(v, &want);
    size_t count, shown = 0;
    const struct interview *const *list = app_public_list(v->server->app, &count);
    const char *last = NULL;
    bool started = want.before.n == 0, more = false;
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_key(&w, "interviews");
    json_w_open(&w, '[');
    for (size_t i = 0; i < count && !more; i++) {
        if (!started) {
            started = slice_is(buf_slice(&want.before), list[i]->id);
        } else if (is_wanted(list[i], &want)) {
            more = shown == want.limit;
            if (more)
                break;
            json_w_open(&w, '{');
            snapshot_row(&w, list[i]);
            json_w_close(&w, '}');
            last = list[i]->id;
            shown++;
        }
    }
    json_w_close(&w, ']');
    if (more)
        json_w_member(&w, "next", last);
    json_w_close(&w, '}');
    reply_public(v, "application/json", buf_slice(&b), "no-cache");
    buf_finish(&b);
    finish_wanted(&want);
}

static void etag_of(const struct interview *iv, char ret[64])
{
    snprintf(ret, 64, "\"%llu-%.16s\"", (unsigned long long)iv->position.n, iv->position.hash);
}

void get_snapshot(struct visit *v)
{
    const struct interview *iv = app_followed(v->server->app, v->parts[0]);
    if (!iv) {
        reply_problem(v->request, 404, "not_found", 0);
        return;
    }
    char etag[64];
    etag_of(iv, etag);
    reply_public_shared(v, "application/json", app_snapshot(v->server->app, v->parts[0]), etag,
                        "public, max-age=1");
}

// ---- documents ----

static void answer_export(struct visit *v, const struct interview *iv,
                          const struct export_format *format)
{
    const struct config *c = v->server->config;
    struct export_env env = {.lang = lang_choose(v->view->query, v->view->accept_language),
                             .utc_offset_minutes = c->utc_offset_minutes,
                             .site_name = c->site_name[0] ? c->site_name : NULL,
                             .origin = c->public_url[0] ? c->public_url : NULL,
                             .portal = app_portal(v->server->app)};
    struct buf b = {0};
    export_write(&b, format, &env, iv);
    // A document brings its own style and never a script.
    char ancestors[ANCESTORS_TEXT], policy[HTTP_POLICY_TEXT];
    reply_ancestors(v, ancestors);
    snprintf(policy, sizeof policy,
             "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; "
             "form-action 'none'; frame-ancestors %s",
             ancestors);
    struct http_header headers[] = {{"Content-Type", format->content_type},
                                    {"Cache-Control", "no-cache"},
                                    {"Content-Security-Policy", policy}};
    http_answer(v->request, 200, headers, 3, buf_slice(&b));
    buf_finish(&b);
}

static void answer_ledger(struct visit *v, const struct interview *iv)
{
    struct buf b = {0};
    app_ledger(v->server->app, iv, &b);
    reply_public(v, "application/json", buf_slice(&b), "no-cache");
    buf_finish(&b);
}

void get_document(struct visit *v)
{
    static const char name[] = "transcript.";
    const struct interview *iv = app_public(v->server->app, v->parts[0]);
    struct slice file = v->parts[1];
    const struct export_format *format = NULL;
    if (file.n > sizeof name - 1 && memcmp(file.p, name, sizeof name - 1) == 0)
        format = export_format_find(file.p + sizeof name - 1, file.n - (sizeof name - 1));
    if (iv && format)
        answer_export(v, iv, format);
    else if (iv && slice_is(file, "ledger.json"))
        answer_ledger(v, iv);
    else
        reply_problem(v->request, 404, "not_found", 0);
}

void get_openrpc(struct visit *v)
{
    struct buf b = {0};
    app_openrpc(&b);
    reply_public(v, "application/json", buf_slice(&b), "public, max-age=3600");
    buf_finish(&b);
}

// ---- JSON-RPC ----

enum { MOST_IN_BATCH = 64 };

// A request or a batch, until every answer is there.
struct batch {
    struct visit visit; // its view is gone once the handler has returned
    bool is_array;
    size_t waiting;
    struct buf answers; // joined by commas
};

static void finish_batch(struct batch *b)
{
    struct buf body = {0};
    if (b->answers.n == 0) {
        reply_empty(&b->visit, 204);
    } else {
        if (b->is_array)
            buf_char(&body, '[');
        buf_add(&body, buf_slice(&b->answers));
        if (b->is_array)
            buf_char(&body, ']');
        reply_json(&b->visit, 200, buf_slice(&body));
    }
    buf_finish(&body);
    buf_finish(&b->answers);
    free(b);
}

static void on_answer(void *ctx, struct slice json)
{
    struct batch *b = ctx;
    if (json.n) {
        if (b->answers.n)
            buf_char(&b->answers, ',');
        buf_add(&b->answers, json);
    }
    if (--b->waiting == 0)
        finish_batch(b);
}

static size_t blanks(struct slice text)
{
    size_t n = 0;
    while (n < text.n && text.p[n] && strchr(" \t\r\n", text.p[n]))
        n++;
    return n;
}

static bool is_blank(struct slice text)
{
    return blanks(text) == text.n;
}

// The next element of a JSON array's text, which passed the gate.
static bool next_element(struct slice text, size_t *at, struct slice *ret)
{
    size_t depth = 0, from = *at;
    bool quoted = false;
    for (size_t i = from; i < text.n; i++) {
        char c = text.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (depth == 0 && (c == ',' || c == ']')) {
            *ret = (struct slice){text.p + from, i - from};
            *at = i + 1;
            return true;
        } else if (c == '[' || c == '{') {
            depth++;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

// How many there are; one more than MOST_IN_BATCH stands for all above.
static size_t split_batch(struct slice text, struct slice ret[MOST_IN_BATCH + 1])
{
    size_t at = 0, n = 0;
    while (at < text.n && text.p[at] != '[')
        at++;
    at++;
    while (n <= MOST_IN_BATCH && next_element(text, &at, &ret[n]))
        n++;
    return n == 1 && is_blank(ret[0]) ? 0 : n;
}

static void run_batch(struct visit *v, const struct actor *actor, bool is_array,
                      const struct slice *elements, size_t count)
{
    struct batch *b = must_alloc(sizeof *b);
    *b = (struct batch){.visit = *v, .is_array = is_array, .waiting = count};
    b->visit.view = NULL;
    for (size_t i = 0; i < count; i++)
        app_call(v->server->app, actor, elements[i], on_answer, b);
}

void post_rpc(struct visit *v)
{
    struct slice body = v->view->body, elements[MOST_IN_BATCH + 1] = {body};
    size_t first = blanks(body), count = 1;
    bool is_array = first < body.n && body.p[first] == '[';
    struct actor actor;
    if (!sign_in_actor(v, true, &actor)) {
        reply_problem(v->request, 401, "not_authorized", 0);
        return;
    }
    if (is_array)
        count = wire_gate(body) ? 0 : split_batch(body, elements);
    if (count == 0 || count > MOST_IN_BATCH) {
        reply_problem(v->request, 400, "bad_params", 0);
        return;
    }
    run_batch(v, &actor, is_array, elements, count);
}
