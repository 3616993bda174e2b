// SPDX-License-Identifier: Apache-2.0
// Starting and stopping the network, and its loop turn outside of the library's callbacks.
//
// Stopping on a foreign loop (performance research §8.5): say goodbye and wait; destroy the
// library's context; let the loop close its handles; destroy the context again, which frees it.
#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/net/inside.h"
#include "server/net/tls.h"

static void free_net(struct net *net)
{
    for (char **origin = net->origins; origin && *origin; origin++)
        free(*origin);
    free(net->origins);
    free(net->proxies);
    tls_free(&net->tls);
    address_tally_destroy(&net->tally);
    free(net);
}

void net_own_handle(struct net *net)
{
    net->handles++;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct net *net = handle->data;
    if (--net->handles > 0)
        return;
    void (*stopped)(void *) = net->stopped;
    void *ctx = net->stopped_ctx;
    free_net(net);
    if (stopped)
        stopped(ctx);
}

static void on_wheel_closed(uv_handle_t *handle)
{
    struct wheel *wheel = handle->data;
    handle->data = (char *)wheel - offsetof(struct net, wheel);
    on_handle_closed(handle);
}

static void close_own_handles(struct net *net)
{
    uv_close((uv_handle_t *)&net->turn, on_handle_closed);
    wheel_stop(&net->wheel, on_wheel_closed);
    listen_close_handles(net, on_handle_closed);
    tls_stop(net->tls, on_handle_closed);
}

static void look_for_context(uv_handle_t *handle, void *arg)
{
    struct net **looking = arg;
    if (*looking && handle->data == (*looking)->lws)
        *looking = NULL;
}

// The library marks its own lasting handles with its context.
static bool has_library_handles(struct net *net)
{
    if (!net->lws)
        return false;
    struct net *looking = net;
    uv_walk(net->loop, look_for_context, &looking);
    return !looking;
}

static void go_on_stopping(struct net *net)
{
    if (net->stage == NET_CLOSING) {
        if (net->stop_now) {
            http_close_all(net);
            stream_close_all(net);
        }
        if ((net->conns || net->https || net->streams || !tls_is_over(net->tls)) && !net->stop_now)
            return;
        net->stage = NET_FREEING;
        wheel_clear(&net->stop_deadline);
        lws_context_destroy(net->lws);
        net_turn(net);
    } else if (!has_library_handles(net)) {
        must(!net->conns);
        lws_context_destroy(net->lws);
        close_own_handles(net);
    } else {
        net_turn(net);
    }
}

static void on_turn(uv_idle_t *idle)
{
    struct net *net = idle->data;
    uv_idle_stop(idle);
    close_serve(net);
    http_free_spent(net);
    if (net->stage != NET_RUNS)
        go_on_stopping(net);
}

void net_turn(struct net *net)
{
    uv_idle_start(&net->turn, on_turn);
}

// The library makes tables for every descriptor that the limit allows, so the limit is ours: raised
// to it where a shell's 1024 would do for few, lowered where it is endless.
static unsigned take_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max < LIMIT_DESCRIPTORS ? limit.rlim_max : LIMIT_DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
    return (unsigned)limit.rlim_cur;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// Connections of each kind are bounded so that neither takes the descriptors of the other.
static struct net_bounds usual_bounds(unsigned descriptors, const struct net_config *config)
{
    unsigned open = config->per_address ? config->per_address : LIMIT_ADDRESS;
    unsigned all = descriptors - least(descriptors / 2, LIMIT_DESCRIPTORS_KEPT);
    if (config->tls.at.address) // a socket and a pair each, and what is still being ended
        all /= 4;
    unsigned https = least(LIMIT_HTTP, all / 4);
    return (struct net_bounds){
        .https = https,
        .conns = least(LIMIT_VIEWERS, all - https),
        .shaking = least(LIMIT_TLS_SHAKING, all / 4),
        .ending = least(LIMIT_TLS_ENDING, all / 4),
        .v4 = {open, {open, LIMIT_ADDRESS_MS}},
        .v6 = {LIMIT_ADDRESS_V6, {LIMIT_ADDRESS_V6, LIMIT_ADDRESS_MS}},
        .arrivals = {LIMIT_ARRIVALS / LIMIT_ARRIVALS_A_MS, 1},
    };
}

static void copy_config(struct net *net, const struct net_config *config)
{
    size_t n = 0;
    while (config->origins && config->origins[n])
        n++;
    net->origins = must_alloc((n + 1) * sizeof *net->origins);
    for (size_t i = 0; i < n; i++) {
        net->origins[i] = strdup(config->origins[i]);
        must(net->origins[i]);
    }
    n = 0;
    while (config->proxies && config->proxies[n])
        n++;
    net->proxies = must_alloc((n + 1) * sizeof *net->proxies);
    for (size_t i = 0; i < n; i++) {
        if (address_parse(config->proxies[i], &net->proxies[net->proxy_count]))
            net->proxy_count++;
    }
}

static const struct net_times usual_times = {
    .tick = 1000,
    .head = LIMIT_HEAD_MS,
    .idle = LIMIT_IDLE_MS,
    .room = LIMIT_ROOM_MS,
    .body = LIMIT_BODY_MS,
    .linger = LIMIT_LINGER_MS,
    .ping = LIMIT_PING_MS,
    .dead = LIMIT_DEAD_MS,
    .stall = LIMIT_STALL_MS,
    .close = LIMIT_CLOSE_MS,
    .stop = LIMIT_STOP_MS,
};

void net_set_times(struct net *net, const struct net_times *times)
{
    net->times = *times;
    wheel_retime(&net->wheel, times->tick);
}

void net_set_bounds(struct net *net, const struct net_bounds *bounds)
{
    net->bounds = *bounds;
}

int net_start(uv_loop_t *loop, const struct net_config *config, const struct net_handlers *handlers,
              struct net **ret, char error[256])
{
    unsigned descriptors = take_descriptors();
    struct net *net = must_alloc(sizeof *net);
    net->loop = loop;
    net->handlers = *handlers;
    net->times = usual_times;
    net->bounds = usual_bounds(descriptors, config);
    for (int i = 0; i < LISTENERS; i++)
        net->listeners[i].fd = -1;
    net->tally = address_tally_create();
    copy_config(net, config);
    int rc = listen_start(net, LISTEN_PLAIN, &config->at, error);
    if (rc) {
        free_net(net);
        return rc;
    }
    uv_idle_init(loop, &net->turn);
    net_own_handle(net);
    net->turn.data = net;
    rc = wheel_start(&net->wheel, loop, net->times.tick);
    must(rc == 0); // a timer's init and start cannot fail
    net_own_handle(net);
    rc = ws_start(net, error);
    if (!rc && config->tls.at.address)
        rc = tls_start(net, &config->tls, &net->tls, error);
    if (!rc && net->tls)
        rc = listen_start(net, LISTEN_TLS, &config->tls.at, error);
    if (rc) {
        listen_stop(net);
        lws_context_destroy(net->lws);
        net->stage = NET_FREEING;
        net_turn(net);
        return rc;
    }
    *ret = net;
    return 0;
}

int net_port(const struct net *net)
{
    return net->listeners[LISTEN_PLAIN].port;
}

int net_tls_port(const struct net *net)
{
    return net->listeners[LISTEN_TLS].port;
}

int net_reload(struct net *net, char error[256])
{
    return net->tls ? tls_reload(net->tls, error) : 0;
}

void net_stop_listening(struct net *net)
{
    listen_stop(net);
}

static void on_stop_deadline(struct wheel_entry *entry)
{
    struct net *net = (struct net *)((char *)entry - offsetof(struct net, stop_deadline));
    net->stop_now = true;
    net_turn(net);
}

void net_stop(struct net **net_of, void (*closed)(void *ctx), void *ctx)
{
    struct net *net = *net_of;
    *net_of = NULL;
    if (!net)
        return;
    net->stopped = closed;
    net->stopped_ctx = ctx;
    net->stage = NET_CLOSING;
    listen_stop(net);
    http_close_idle(net);
    stream_end_all(net);
    tls_drain(net->tls);
    for (struct conn *conn = net->conns; conn; conn = conn->next)
        conn_close(conn, 1001, "restart");
    wheel_set(&net->wheel, &net->stop_deadline, net->times.stop, on_stop_deadline);
    net_turn(net);
}
