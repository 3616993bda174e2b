// SPDX-License-Identifier: Apache-2.0
// The addresses for following an interview without a WebSocket: its events as a stream, and the
// head and blocks of events that caches may carry (see server/app/follow.c and blocks.c).
#include <stdio.h>
#include <stdlib.h>

#include "server/base/decimal.h"
#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/form.h"
#include "server/routes.h"

// Also of a block that is asked for without its epoch: it may change.
static const char for_a_moment[] = "public, max-age=1";

// ---- events ----

// The header is newer than the address: a browser that comes back repeats the address it began
// with.
static bool read_place(const struct visit *v, struct buf *after, struct follow_place *ret)
{
    *ret = (struct follow_place){0};
    if (v->view->last_event_id.n)
        return follow_parse(v->view->last_event_id, ret);
    return !form_field(v->view->query, "after", after) || follow_parse(buf_slice(after), ret);
}

void get_events(struct visit *v)
{
    struct server *s = v->server;
    struct follow_place place;
    struct buf after = {0}, interview = {0};
    if (!app_followed(s->app, v->parts[0])) {
        reply_problem(v->request, 404, "not_found", 0);
    } else if (!read_place(v, &after, &place)) {
        reply_problem(v->request, 400, "bad_params", 0);
    } else if (s->draining) {
        reply_problem(v->request, 503, "overloaded", LIMIT_FOLLOW_RETRY_MS);
    } else {
        struct http_header headers[] = {{"Content-Type", "text/event-stream"},
                                        {"Cache-Control", "no-store"},
                                        {"X-Accel-Buffering", "no"}}; // nginx passes it on at once
        struct buf hash = {0}; // the request is gone when the stream has begun
        buf_add(&interview, v->parts[0]);
        buf_add(&hash, place.hash);
        if (place.hash.p)
            place.hash = buf_slice(&hash);
        struct http_stream *stream = http_stream(v->request, headers, 3);
        if (stream)
            http_stream_own(stream, app_follow(s->app, stream, buf_slice(&interview), &place));
        buf_finish(&hash);
    }
    buf_finish(&interview);
    buf_finish(&after);
}

// ---- the head and its blocks ----

void get_head(struct visit *v)
{
    const char *tag;
    if (!app_followed(v->server->app, v->parts[0])) {
        reply_problem(v->request, 404, "not_found", 0);
        return;
    }
    struct blob *head = app_head(v->server->app, v->parts[0], &tag);
    reply_public_shared(v, "application/json", head, tag, for_a_moment);
}

// Of a block, until it is there.
struct asked {
    struct visit visit; // its view is gone once the handler has returned
    struct buf if_none_match;
    bool is_named; // by its epoch, so it never changes
};

// Where many follow by a head that is a second old, many ask for the same block in vain.
static void reply_absent(struct http_request *request, int status, const char *code)
{
    struct buf b = {0};
    http_problem(&b, status, code, 0);
    struct http_header headers[] = {{"Content-Type", "application/problem+json"},
                                    {"Cache-Control", for_a_moment}};
    http_answer(request, status, headers, 2, buf_slice(&b));
    buf_finish(&b);
}

static void on_block(void *ctx, enum app_block is, struct blob *text, const char *tag)
{
    struct asked *a = ctx;
    struct http_view view = {.if_none_match = buf_slice(&a->if_none_match)};
    a->visit.view = &view;
    if (is == APP_BLOCK_HERE)
        reply_public_shared(&a->visit, "application/json", text, tag,
                            a->is_named ? "public, max-age=31536000, immutable" : for_a_moment);
    else if (is == APP_BLOCK_LATER)
        reply_problem(a->visit.request, 503, "unavailable", LIMIT_POLL_MS);
    else if (is == APP_BLOCK_GONE)
        reply_absent(a->visit.request, 410, "gone");
    else
        reply_absent(a->visit.request, 404, "not_found");
    buf_finish(&a->if_none_match);
    free(a);
}

void get_block(struct visit *v)
{
    struct app *app = v->server->app;
    struct buf epoch = {0};
    uint64_t k, e = 0;
    bool is_named = form_field(v->view->query, "e", &epoch);
    if (!app_followed(app, v->parts[0]) || !decimal_read(v->parts[1], &k)) {
        reply_problem(v->request, 404, "not_found", 0);
    } else if (is_named && !decimal_read(buf_slice(&epoch), &e)) {
        reply_problem(v->request, 400, "bad_params", 0);
    } else {
        struct asked *a = must_alloc(sizeof *a);
        *a = (struct asked){.visit = *v, .is_named = is_named};
        buf_add(&a->if_none_match, v->view->if_none_match);
        app_block(app, v->parts[0], k, is_named ? e : app_epoch(app, v->parts[0]), on_block, a);
    }
    buf_finish(&epoch);
}
