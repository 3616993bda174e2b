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
#include "server/config_key.h"
#include "storage/sqlite/sqlite.h"

enum { TICK_MS = 50 };

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
    memcpy(ret->session, who.session, sizeof ret->session);
    memcpy(ret->invitation, who.invitation, sizeof ret->invitation);
    return true;
}

_Static_assert((int)ACTOR_SESSION == (int)SESSION_KEY_BYTES, "an actor carries a session's key");
_Static_assert((int)INVITATION_ID_TEXT == SESSION_INVITATION_MAX + 1, "and its invitation");

static bool is_signed_in(void *ctx, const struct actor *actor, bool acts)
{
    struct server *s = ctx;
    struct who who;
    snprintf(who.name, sizeof who.name, "%s", actor->name);
    snprintf(who.role, sizeof who.role, "%s", actor->role);
    memcpy(who.session, actor->session, sizeof who.session);
    return identity_still(s->identity, &who, acts);
}

static enum reader_take taken(enum net_take take)
{
    static const enum reader_take as_reader[] = {
        [NET_TOOK] = READER_TOOK, [NET_BUSY] = READER_BUSY, [NET_GONE] = READER_GONE};
    return as_reader[take];
}

static enum reader_take send_frames(void *link, struct slice frames)
{
    return taken(conn_send(link, frames));
}

static enum reader_take stream_send(void *link, struct slice bytes)
{
    return taken(http_stream_send(link, bytes));
}

static void stream_end(void *link)
{
    http_stream_end(link);
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
                              .is_signed_in = is_signed_in,
                              .send = send_frames,
                              .close = close_link,
                              .set_limit = set_limit,
                              .stream_send = stream_send,
                              .stream_end = stream_end};
    struct app_config config = {
        .ask = {(uint32_t)c->ask_burst, (uint32_t)c->ask_interval_ms},
        .address = {(uint32_t)c->address_burst, (uint32_t)c->address_interval_ms},
        .question_max = (uint32_t)c->question_max,
        .undo_ms = c->undo_ms,
        .absent_ms = (int64_t)c->absent_s * 1000,
        .rule_sets = s->rules.sets,
        .rule_set_count = s->rules.count,
        .calendar = s->rules.calendar,
        .utc_offset_minutes = c->utc_offset_minutes};
    return app_create(&ports, &config, s->keys);
}

// ---- what the network is given ----

static void *on_open(void *ctx, struct conn *conn, struct slice address)
{
    struct server *s = ctx;
    char tag[VISITOR_TEXT], network[NETWORK_TEXT]; // the address itself goes no further
    if (s->draining)
        return NULL;
    visitor_of_address(s->keys, address, clock_ms(), tag);
    network_of_address(s->keys, address, clock_ms(), network);
    return app_peer_open(s->app, conn, tag, network);
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

static void on_stream_ready(void *ctx, void *owner)
{
    (void)ctx;
    app_follower_ready(owner);
}

static void on_stream_closed(void *ctx, void *owner)
{
    (void)ctx;
    app_follower_closed(owner);
}

// A word has at least one byte and a space behind it.
enum { LIST_BYTES = sizeof((struct config *)0)->embed_allow, MOST_WORDS = LIST_BYTES / 2 };
_Static_assert(sizeof((struct config *)0)->trusted_proxies == LIST_BYTES, "one size for lists");

// The words of a setting, each NUL-terminated, and NULL behind the last.
struct words {
    char text[LIST_BYTES];
    const char *word[MOST_WORDS + 2]; // with room for one more
    size_t count;
};

static void split(const char text[LIST_BYTES], struct words *ret)
{
    *ret = (struct words){0};
    char *at = ret->text;
    for (struct slice rest = slice_of(text); config_trim(rest).n;) {
        struct slice word = config_next_word(&rest);
        memcpy(at, word.p, word.n);
        must(ret->count < MOST_WORDS);
        ret->word[ret->count++] = at;
        at += word.n + 1;
    }
}

// The listening sockets of systemd, that of listen first; -1: it was not handed to this process. A
// variable that a parent left behind is about the parent's descriptors.
static int handed_over(int which)
{
    enum { FIRST = 3 }; // sd_listen_fds(3)
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    bool is_ours = pid && count && strtol(pid, NULL, 10) == (long)getpid();
    return is_ours && strtol(count, NULL, 10) > which ? FIRST + which : -1;
}

static void log_listening(const char *msg, const char *address, int port)
{
    char where[96];
    snprintf(where, sizeof where, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
    log_line(LOG_INFO, msg, "address", where, NULL);
}

static int start_net(struct server *s)
{
    char address[64], tls_address[64], error[256] = "";
    struct words origins, proxies;
    struct net_listen at = {.address = address, .ready_fd = handed_over(0)};
    struct net_listen tls_at = {.ready_fd = handed_over(1)};
    must(config_listen(s->config->listen, address, &at.port));
    if (config_listen(s->config->tls_listen, tls_address, &tls_at.port))
        tls_at.address = tls_address;
    split(s->config->embed_allow, &origins);
    split(s->config->trusted_proxies, &proxies);
    // A proxy may send another Host than the browser asked for.
    if (s->config->public_url[0])
        origins.word[origins.count++] = s->config->public_url;
    struct net_config config = {
        .at = at,
        .origins = origins.word,
        .proxies = proxies.word,
        .tls = {tls_at, s->config->tls_certificate, s->config->tls_key},
    };
    struct net_handlers handlers = {.ctx = s,
                                    .ws_open = on_open,
                                    .ws_message = on_message,
                                    .ws_ready = on_ready,
                                    .ws_closed = on_closed,
                                    .http = routes_handle,
                                    .stream_ready = on_stream_ready,
                                    .stream_closed = on_stream_closed};
    int r = net_start(&s->loop, &config, &handlers, &s->net, error);
    if (r) {
        fprintf(stderr, "fangtan: serve: %s\n", error[0] ? error : strerror(-r));
        return r;
    }
    s->port = net_port(s->net);
    if (net_tls_port(s->net))
        log_listening("listening over TLS", tls_address, net_tls_port(s->net));
    log_listening("listening", address, s->port);
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

// Once: a fault may come while the rest is being stopped.
static void stop(struct server *s)
{
    if (s->stopping)
        return;
    s->stopping = true;
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

// What starts uses the parts without a command that app_is_idle knows of, so it ends first.
static void on_tick(uv_timer_t *timer)
{
    struct server *s = timer->data;
    app_tick(s->app);
    if (!s->draining)
        return;
    bool over = clock_ms() - s->drain_since > LIMIT_DRAIN_MS;
    if (s->starting && over)
        _exit(1); // nobody was promised anything yet
    if (!s->starting && (app_is_idle(s->app) || over))
        stop(s);
}

// The certificate is what there is to reload.
static void reload(struct server *s)
{
    char error[256];
    if (s->net && net_reload(s->net, error) != 0)
        log_line(LOG_ERROR, "not reloaded, the old stays", "why", error, NULL);
    else
        log_line(LOG_INFO, "reloaded", NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *s = handle->data;
    if (number == SIGHUP) {
        reload(s);
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
    app_drain(s->app);
}

// ---- starting ----

// Deadlines of a year that the calendar does not know are counted by Monday to Friday.
static void warn_of_unknown_year(const struct server *s)
{
    int this_year = calendar_year(calendar_day(clock_ms(), s->config->utc_offset_minutes));
    char year[16];
    snprintf(year, sizeof year, "%d", this_year);
    if (!calendar_knows(s->rules.calendar, this_year))
        log_line(LOG_WARN, "the calendar does not know this year's holidays", "year", year, NULL);
}

static void serve(struct server *s)
{
    s->clock_offset_ms = 0;
    s->starting = false;
    if (s->draining)
        return;
    if (start_net(s)) {
        fail(s);
        return;
    }
    s->ready = true;
    warn_of_unknown_year(s);
    if (s->demo)
        demo_print(s);
}

static void on_loaded(void *ctx, const char *fault)
{
    struct server *s = ctx;
    size_t count;
    if (fault) {
        fprintf(stderr, "fangtan: serve: %s\n", fault);
        s->starting = false;
        fail(s);
        return;
    }
    app_public_list(s->app, &count);
    if (s->demo && count == 0 && !s->draining)
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
        r = rule_files_load(s->config->rule_sets, s->config->calendar, &s->rules, error);
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
    rule_files_free(&s->rules);
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
        s->starting = true;
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
