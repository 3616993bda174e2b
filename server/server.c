// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/must.h"
#include "storage/sqlite/sqlite.h"

enum { TICK_MS = 50, RETRY_MS = 2000 };

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t server_now(void *server)
{
    return clock_ms() + ((struct server *)server)->clock_offset_ms;
}

// ---- what the application is lent ----

static void random_bytes(void *ctx, unsigned char *ret, size_t n)
{
    (void)ctx;
    must(getrandom(ret, n, 0) == (ssize_t)n); // whole up to 256 bytes
}

static void on_sweep(uv_idle_t *idle)
{
    struct server *s = idle->data;
    if (!app_sweep(s->app))
        uv_idle_stop(idle);
}

static void wake(void *ctx)
{
    struct server *s = ctx;
    if (!uv_is_closing((uv_handle_t *)&s->sweep))
        uv_idle_start(&s->sweep, on_sweep);
}

static bool take_ticket(void *ctx, struct slice ticket, struct actor *ret)
{
    struct server *s = ctx;
    struct who who;
    if (!identity_ticket_take(s->identity, ticket, &who))
        return false;
    actor_staff(ret, who.name, who.role);
    return true;
}

static enum reader_take send_frames(void *link, struct slice frames)
{
    switch (conn_send(link, frames)) {
    case NET_TOOK:
        return READER_TOOK;
    case NET_BUSY:
        return READER_BUSY;
    case NET_GONE:
        break;
    }
    return READER_GONE;
}

static void close_link(void *link, int code, const char *reason)
{
    conn_close(link, code, reason);
}

static void set_limit(void *link, size_t bytes)
{
    conn_set_limit(link, bytes);
}

static struct app *make_app(struct server *s)
{
    const struct config *c = s->config;
    struct app_ports ports = {.ctx = s,
                              .now_ms = server_now,
                              .random = random_bytes,
                              .wake = wake,
                              .take_ticket = take_ticket,
                              .frame_header = net_frame_header,
                              .send = send_frames,
                              .close = close_link,
                              .set_limit = set_limit};
    struct app_config config = {
        .ask = {(uint32_t)c->ask_burst, (uint32_t)c->ask_interval_ms},
        .address = {(uint32_t)c->address_burst, (uint32_t)c->address_interval_ms},
        .question_max = (uint32_t)c->question_max,
        .undo_ms = c->undo_ms};
    return app_create(&ports, &config, s->keys);
}

// ---- what the network is given ----

static void *on_open(void *ctx, struct conn *conn, struct slice address)
{
    struct server *s = ctx;
    char tag[VISITOR_TEXT]; // the address itself goes no further
    if (s->draining)
        return NULL;
    visitor_of_address(s->keys, address, clock_ms(), tag);
    return app_peer_open(s->app, conn, tag);
}

static void on_message(void *ctx, void *owner, struct slice text)
{
    (void)ctx;
    app_peer_message(owner, text);
}

static void on_ready(void *ctx, void *owner)
{
    (void)ctx;
    app_peer_ready(owner);
}

static void on_closed(void *ctx, void *owner)
{
    (void)ctx;
    app_peer_closed(owner);
}

enum { MOST_WORDS = 32 };

// Splits text at spaces, in place.
static void split(char *text, const char *ret[MOST_WORDS + 1])
{
    size_t n = 0;
    char *rest = text;
    for (char *word; n < MOST_WORDS && (word = strtok_r(rest, " ", &rest));)
        ret[n++] = word;
    ret[n] = NULL;
}

static int start_net(struct server *s)
{
    char address[64], error[256] = "", origins[512], proxies[512];
    const char *origin[MOST_WORDS + 1], *proxy[MOST_WORDS + 1];
    int port;
    must(config_listen(s->config, address, &port));
    memcpy(origins, s->config->embed_allow, sizeof origins);
    memcpy(proxies, s->config->trusted_proxies, sizeof proxies);
    split(origins, origin);
    split(proxies, proxy);
    struct net_config config = {.address = address,
                                .port = port,
                                .origins = origin,
                                .proxies = proxy,
                                .ready_fd = getenv("LISTEN_FDS") ? 3 : -1};
    struct net_handlers handlers = {.ctx = s,
                                    .ws_open = on_open,
                                    .ws_message = on_message,
                                    .ws_ready = on_ready,
                                    .ws_closed = on_closed,
                                    .http = routes_handle};
    int r = net_start(&s->loop, &config, &handlers, &s->net, error);
    if (r) {
        fprintf(stderr, "fangtan: serve: %s\n", error[0] ? error : strerror(-r));
        return r;
    }
    s->port = net_port(s->net);
    char where[96];
    snprintf(where, sizeof where, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, s->port);
    log_line(LOG_INFO, "listening", "address", where, NULL);
    return 0;
}

// ---- stopping, in the order: no new ones, tell all, finish, close ----

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void on_storage_closed(void *ctx)
{
    struct server *s = ctx;
    uv_walk(&s->loop, close_handle, NULL);
}

static void on_identity_stopped(void *ctx)
{
    struct server *s = ctx;
    if (s->storage)
        storage_close(&s->storage, on_storage_closed, s);
    else
        on_storage_closed(s);
}

static void on_net_stopped(void *ctx)
{
    struct server *s = ctx;
    if (s->identity)
        identity_stop(&s->identity, on_identity_stopped, s);
    else
        on_identity_stopped(s);
}

static void stop(struct server *s)
{
    uv_timer_stop(&s->tick);
    if (s->net)
        net_stop(&s->net, on_net_stopped, s);
    else
        on_net_stopped(s);
}

static void fail(struct server *s)
{
    s->status = 1;
    s->draining = true;
    stop(s);
}

static void on_tick(uv_timer_t *timer)
{
    struct server *s = timer->data;
    app_tick(s->app);
    bool over = clock_ms() - s->drain_since > LIMIT_DRAIN_MS;
    if (s->draining && (app_is_idle(s->app) || over))
        stop(s);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *s = handle->data;
    if (number == SIGHUP) {
        log_line(LOG_INFO, "nothing to reload", NULL);
        return;
    }
    if (s->draining)
        _exit(1);
    log_line(LOG_INFO, "draining", NULL);
    s->draining = true;
    s->ready = false;
    s->drain_since = clock_ms();
    if (s->net)
        net_stop_listening(s->net);
    app_drain(s->app, RETRY_MS);
}

// ---- starting ----

static void serve(struct server *s)
{
    s->clock_offset_ms = 0;
    if (s->draining)
        return;
    if (start_net(s)) {
        fail(s);
        return;
    }
    s->ready = true;
    if (s->demo)
        demo_print(s);
}

static void on_loaded(void *ctx, const char *fault)
{
    struct server *s = ctx;
    size_t count;
    if (fault) {
        fprintf(stderr, "fangtan: serve: %s\n", fault);
        fail(s);
        return;
    }
    app_public_list(s->app, &count);
    if (s->demo && count == 0)
        demo_fill(s, serve);
    else
        serve(s);
}

static void start_handles(struct server *s)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    uv_timer_init(&s->loop, &s->tick);
    s->tick.data = s;
    uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
    uv_idle_init(&s->loop, &s->sweep);
    s->sweep.data = s;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, numbers[i]);
    }
}

static int open_parts(struct server *s, char error[SERVER_ERROR])
{
    const char *dir = s->config->data;
    if (mkdir(dir, 0750) != 0 && errno != EEXIST) {
        snprintf(error, SERVER_ERROR, "%.200s: %s", dir, strerror(errno));
        return -errno;
    }
    int r = web_files_load(s->config->web_dir, &s->web, error);
    if (!r)
        r = keys_open(dir, &s->keys, error);
    if (!r)
        r = accounts_open(dir, &s->accounts, error);
    if (r)
        return r;
    s->app = make_app(s);
    s->page_cache = page_cache_create(LIMIT_PAGES);
    struct st_listener listener = app_listener(s->app);
    r = sqlite_open(&s->loop, dir, &listener, &s->storage, error);
    if (!r)
        r = identity_start(&s->loop, s->accounts, clock_ms, &s->identity, error);
    app_set_storage(s->app, s->storage);
    return r;
}

static void close_parts(struct server *s)
{
    app_destroy(&s->app);
    accounts_close(&s->accounts);
    keys_close(&s->keys);
    page_cache_destroy(&s->page_cache);
    web_files_free(&s->web);
}

int server_run(const struct config *config, bool demo)
{
    struct server *s = must_alloc(sizeof *s);
    char error[SERVER_ERROR] = "";
    s->config = config;
    s->demo = demo;
    signal(SIGPIPE, SIG_IGN);
    must(uv_loop_init(&s->loop) == 0);
    int r = open_parts(s, error);
    if (r) {
        fprintf(stderr, "fangtan: serve: %s\n", error[0] ? error : strerror(-r));
        s->status = 1;
    }
    if (r && s->app) {
        uv_timer_init(&s->loop, &s->tick);
        stop(s);
    } else if (!r) {
        start_handles(s);
        app_load(s->app, on_loaded, s);
    }
    uv_run(&s->loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&s->loop) == 0);
    if (s->app || s->accounts || s->keys || s->web)
        close_parts(s);
    int status = s->status;
    free(s);
    return status;
}
