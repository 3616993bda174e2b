// SPDX-License-Identifier: Apache-2.0
// A server in a thread of its own, for tests that talk to it as clients.
//
// Over WebSocket it echoes, except: "close CODE REASON"; "flood COUNT SIZE" sends that many
// numbered frames with conn_send and ws_ready; "limit BYTES"; "refuse" (the next connection);
// "whence" tells the address that was handed up.
// Over HTTP: /echo tells what it saw; /big/N gives N bytes; /scheme; /alone: is
// no other HTTP connection open? /hold is answered when
// /release comes; /reload reads the certificate again and tells what is wrong.
// /stream/COUNT/SIZE goes on for that many numbered lines, then for ever; /short/COUNT/SIZE ends.
//
// With FANGTAN_TEST_TLS in the environment its port and the clients speak TLS.
#ifndef TESTS_UNIT_NET_SERVER_H
#define TESTS_UNIT_NET_SERVER_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/buf.h"
#include "server/base/frame.h"
#include "server/base/log.h"
#include "server/net/inside.h"
#include "tests/kit/certificate.h"
#include "tests/kit/check.h"
#include "tests/kit/raw.h"

struct server {
    uv_thread_t thread;
    uv_loop_t loop;
    uv_async_t stop;
    uv_sem_t started;
    struct net *net;
    struct net_config config;
    struct net_times times;        // tick 0: the usual ones
    void (*tune)(struct net *net); // NULL: not
    int port;
    bool refuse; // the next connection
    bool greet;  // says "welcome" when a connection opens
    struct http_request *held;
    atomic_int open, opened, closed, busy, messages, requests;
    atomic_size_t flooded; // bytes that were taken of floods
    bool stopped;
    struct certificate certificate; // when it speaks TLS
};

struct guest_conn {
    struct server *server;
    struct conn *conn;
    unsigned flood_next, flood_end;
    size_t flood_size;
    char address[ADDRESS_TEXT];
};

static inline enum net_take server_say(struct conn *conn, struct slice text)
{
    struct buf frame = {0};
    frame_whole(&frame, text);
    enum net_take take = conn_send(conn, buf_slice(&frame));
    buf_finish(&frame);
    return take;
}

static inline void server_flood(struct guest_conn *c)
{
    while (c->flood_next < c->flood_end) {
        struct buf text = {0};
        buf_printf(&text, "%08u", c->flood_next);
        while (text.n < c->flood_size)
            buf_char(&text, (char)('a' + (text.n + c->flood_next) % 26));
        enum net_take take = server_say(c->conn, buf_slice(&text));
        buf_finish(&text);
        if (take != NET_TOOK) {
            c->server->busy += take == NET_BUSY;
            return;
        }
        c->flood_next++;
        c->server->flooded += c->flood_size;
    }
}

static inline void *server_on_open(void *ctx, struct conn *conn, struct slice address)
{
    struct server *s = ctx;
    CHECK(address.n > 0);
    if (s->refuse) {
        s->refuse = false;
        return NULL;
    }
    struct guest_conn *c = calloc(1, sizeof *c);
    c->server = s;
    c->conn = conn;
    snprintf(c->address, sizeof c->address, "%.*s", (int)address.n, address.p);
    s->open++;
    s->opened++;
    if (s->greet)
        CHECK(server_say(conn, slice_of("welcome")) == NET_TOOK);
    return c;
}

static inline void server_on_message(void *ctx, void *owner, struct slice text)
{
    struct server *s = ctx;
    struct guest_conn *c = owner;
    s->messages++;
    char z[64] = "";
    memcpy(z, text.p, text.n < sizeof z - 1 ? text.n : sizeof z - 1);
    unsigned a, b;
    char reason[32] = "";
    if (sscanf(z, "close %u %31[^\n]", &a, reason) >= 1) {
        conn_close(c->conn, (int)a, reason);
        conn_close(c->conn, 4999, "twice");
        CHECK(server_say(c->conn, slice_of("after")) == NET_GONE);
    } else if (sscanf(z, "flood %u %u", &a, &b) == 2) {
        c->flood_next = 0;
        c->flood_end = a;
        c->flood_size = b;
        server_flood(c);
    } else if (sscanf(z, "limit %u", &a) == 1) {
        conn_set_limit(c->conn, a);
    } else if (strcmp(z, "whence") == 0) {
        CHECK(server_say(c->conn, slice_of(c->address)) == NET_TOOK);
    } else if (strcmp(z, "greet") == 0) {
        s->greet = true;
        CHECK(server_say(c->conn, text) == NET_TOOK);
    } else if (strcmp(z, "refuse") == 0) {
        s->refuse = true;
    } else {
        (void)server_say(c->conn, text); // BUSY or GONE: the test sees that no echo comes
    }
}

static inline void server_on_ready(void *ctx, void *owner)
{
    (void)ctx;
    server_flood(owner);
}

static inline void server_on_closed(void *ctx, void *owner)
{
    struct server *s = ctx;
    s->open--;
    s->closed++;
    free(owner);
}

static inline void server_add(struct buf *out, const char *name, struct slice value)
{
    if (value.p)
        buf_printf(out, "%s=%.*s\n", name, (int)value.n, value.p);
}

static inline void server_echo(struct http_request *request, const struct http_view *view)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    struct buf out = {0};
    buf_printf(&out, "method=%s\n", methods[view->method]);
    server_add(&out, "path", view->path);
    server_add(&out, "query", view->query);
    server_add(&out, "host", view->host);
    server_add(&out, "cookie", view->cookie);
    server_add(&out, "csrf", view->csrf);
    server_add(&out, "site", view->sec_fetch_site);
    server_add(&out, "type", view->content_type);
    server_add(&out, "address", view->address);
    server_add(&out, "body", view->body);
    const struct http_header headers[] = {{"Content-Type", "text/plain; charset=utf-8"}};
    http_answer(request, 200, headers, 1, buf_slice(&out));
    buf_finish(&out);
}

struct guest_stream {
    struct server *server;
    struct http_stream *stream;
    unsigned next, end;
    size_t size;
    bool ends;
};

static inline void server_pour(struct guest_stream *g)
{
    while (g->next < g->end) {
        struct buf line = {0};
        buf_printf(&line, "%08u", g->next);
        while (line.n + 1 < g->size)
            buf_char(&line, (char)('a' + (line.n + g->next) % 26));
        buf_char(&line, '\n');
        enum net_take take = http_stream_send(g->stream, buf_slice(&line));
        buf_finish(&line);
        if (take != NET_TOOK) {
            g->server->busy += take == NET_BUSY;
            return;
        }
        g->next++;
    }
    if (!g->ends)
        return;
    http_stream_end(g->stream);
    http_stream_end(g->stream);
    CHECK(http_stream_send(g->stream, slice_of("after")) == NET_GONE);
}

static inline void server_on_stream_ready(void *ctx, void *owner)
{
    (void)ctx;
    server_pour(owner);
}

static inline void server_on_stream_closed(void *ctx, void *owner)
{
    struct server *s = ctx;
    s->open--;
    s->closed++;
    free(owner);
}

static inline void server_stream(struct server *s, struct http_request *request, unsigned count,
                                 unsigned size, bool ends)
{
    const struct http_header headers[] = {{"Content-Type", "text/event-stream"}};
    struct http_stream *stream = http_stream(request, headers, 1);
    if (!stream)
        return;
    struct guest_stream *g = calloc(1, sizeof *g);
    *g = (struct guest_stream){
        .server = s, .stream = stream, .end = count, .size = size, .ends = ends};
    http_stream_own(stream, g);
    s->open++;
    s->opened++;
    server_pour(g);
}

static inline void server_on_http(void *ctx, struct http_request *request,
                                  const struct http_view *view)
{
    struct server *s = ctx;
    s->requests++;
    char path[64] = "";
    memcpy(path, view->path.p, view->path.n < sizeof path - 1 ? view->path.n : sizeof path - 1);
    unsigned n, size;
    if (sscanf(path, "/stream/%u/%u", &n, &size) == 2) {
        server_stream(s, request, n, size, false);
    } else if (sscanf(path, "/short/%u/%u", &n, &size) == 2) {
        server_stream(s, request, n, size, true);
    } else if (sscanf(path, "/big/%u", &n) == 1) {
        char *body = malloc(n + 1);
        for (unsigned i = 0; i < n; i++)
            body[i] = (char)('a' + i % 23);
        http_answer(request, 200, NULL, 0, (struct slice){body, n});
        free(body);
    } else if (strcmp(path, "/hold") == 0) {
        CHECK(!s->held);
        s->held = request;
    } else if (strcmp(path, "/release") == 0) {
        struct http_request *held = s->held;
        s->held = NULL;
        if (held)
            http_answer(held, 200, NULL, 0, slice_of("held"));
        http_answer(request, 200, NULL, 0, slice_of(held ? "released" : "nothing held"));
    } else if (strcmp(path, "/alone") == 0) {
        int status = s->net->http_count == 1 ? 200 : 409;
        http_answer(request, status, NULL, 0, slice_of(""));
    } else if (strcmp(path, "/scheme") == 0) {
        http_answer(request, 200, NULL, 0, slice_of(view->over_tls ? "https" : "http"));
    } else if (strcmp(path, "/reload") == 0) {
        char error[256] = "";
        int status = net_reload(s->net, error) == 0 ? 200 : 500;
        http_answer(request, status, NULL, 0, slice_of(error));
    } else if (strcmp(path, "/own") == 0) {
        const struct http_header headers[] = {{"cache-control", "public, max-age=5"},
                                              {"Content-Security-Policy", "sandbox"},
                                              {"Permissions-Policy", ""}};
        http_answer(request, 200, headers, 3, slice_of("own"));
    } else if (strcmp(path, "/inject") == 0) {
        const struct http_header headers[] = {{"Location", "/a\r\nSet-Cookie: x=y"}};
        http_answer(request, 303, headers, 1, slice_of(""));
    } else if (strcmp(path, "/304") == 0) {
        http_answer(request, 304, NULL, 0, slice_of("dropped"));
    } else {
        server_echo(request, view);
    }
}

static inline void server_on_stopped(void *ctx)
{
    ((struct server *)ctx)->stopped = true;
}

static inline void server_on_stop(uv_async_t *async)
{
    struct server *s = async->data;
    if (s->held) // the client has gone, or its connection goes with net_stop
        http_answer(s->held, 503, NULL, 0, slice_of(""));
    s->held = NULL;
    net_stop(&s->net, server_on_stopped, s);
    CHECK(!s->net);
    uv_close((uv_handle_t *)async, NULL);
}

static inline void server_run(void *arg)
{
    struct server *s = arg;
    uv_loop_init(&s->loop);
    uv_async_init(&s->loop, &s->stop, server_on_stop);
    s->stop.data = s;
    const struct net_handlers handlers = {.ctx = s,
                                          .ws_open = server_on_open,
                                          .ws_message = server_on_message,
                                          .ws_ready = server_on_ready,
                                          .ws_closed = server_on_closed,
                                          .http = server_on_http,
                                          .stream_ready = server_on_stream_ready,
                                          .stream_closed = server_on_stream_closed};
    char error[256] = "";
    if (net_start(&s->loop, &s->config, &handlers, &s->net, error) != 0)
        check_fail(__FILE__, __LINE__, "net_start: %s", error);
    if (s->times.tick)
        net_set_times(s->net, &s->times);
    if (s->tune)
        s->tune(s->net);
    s->port = s->config.tls.at.address ? net_tls_port(s->net) : net_port(s->net);
    uv_sem_post(&s->started);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    CHECK(s->stopped);
    CHECK_INT(uv_loop_close(&s->loop), 0);
}

static inline void server_speak_tls(struct server *s)
{
    certificate_make(check_dir(), "portal.test", &s->certificate);
    s->config.tls = (struct net_tls){.at = {.address = s->config.at.address, .ready_fd = -1},
                                     .certificate = s->certificate.certificate,
                                     .key = s->certificate.key};
    raw_use_tls(true);
}

// tune is called before anybody comes.
static inline struct server *server_start_tuned(const struct net_config *config,
                                                const struct net_times *times,
                                                void (*tune)(struct net *net))
{
    log_setup(LOG_TEXT, LOG_ERROR);
    struct server *s = calloc(1, sizeof *s);
    s->config = *config;
    s->tune = tune;
    if (times)
        s->times = *times;
    if (getenv("FANGTAN_TEST_TLS"))
        server_speak_tls(s);
    uv_sem_init(&s->started, 0);
    CHECK(uv_thread_create(&s->thread, server_run, s) == 0);
    uv_sem_wait(&s->started);
    return s;
}

static inline struct server *server_start_with(const struct net_config *config,
                                               const struct net_times *times)
{
    return server_start_tuned(config, times, NULL);
}

static inline struct server *server_start(void)
{
    return server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}, .per_address = 100000},
        NULL);
}

// Asks it to stop; server_join waits until it has.
static inline void server_ask_to_stop(struct server *s)
{
    uv_async_send(&s->stop);
}

static inline void server_join(struct server *s)
{
    uv_thread_join(&s->thread);
    CHECK_INT(s->open, 0);
    CHECK_INT(s->opened, s->closed);
    uv_sem_destroy(&s->started);
    free(s);
}

static inline void server_stop(struct server *s)
{
    server_ask_to_stop(s);
    server_join(s);
}

// Short deadlines, for tests of deadlines.
static const struct net_times hasty = {.tick = 10,
                                       .head = 200,
                                       .idle = 200,
                                       .body = 200,
                                       .linger = 200,
                                       .ping = 100,
                                       .dead = 300,
                                       .stall = 400,
                                       .close = 300,
                                       .stop = 500};

// One request on a connection of its own; the answer's status, 0 when there is none.
static inline int server_status_of(struct server *s, const void *request, size_t n)
{
    struct raw r;
    raw_open(&r, s->port);
    raw_write(&r, request, n);
    struct raw_answer a;
    raw_answer(&r, n > 4 && memcmp(request, "HEAD", 4) == 0, &a);
    int status = a.status;
    raw_answer_finish(&a);
    raw_close(&r);
    return status;
}

#endif
