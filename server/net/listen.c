// SPDX-License-Identifier: Apache-2.0
// The listening socket: our own, because the library's is slower, has no cap per address and
// spins when descriptors run out (performance research §7, §8.14).
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/net/inside.h"
#include "server/net/tls.h"

enum { BACKLOG = 4096, AGAIN_MS = 1000, BUSY_MS = 20 };

static void on_accept(uv_poll_t *poll, int status, int events);

static void on_again(uv_timer_t *timer)
{
    struct listener *l = timer->data;
    uv_poll_start(&l->accept, UV_READABLE, on_accept);
}

static void accept_after(struct listener *l, uint64_t ms)
{
    uv_poll_stop(&l->accept);
    uv_timer_start(&l->again, on_again, ms, 0);
}

// Out of descriptors or memory: the sockets wait in the kernel, we do not spin over them.
static void pause_accepting(struct listener *l, int error)
{
    log_line(LOG_WARN, "not accepting for a second", "why", uv_strerror(-error), NULL);
    accept_after(l, AGAIN_MS);
}

static bool is_tls(const struct listener *l)
{
    return l == &l->net->listeners[LISTEN_TLS];
}

// false: there are too many at once; they wait in the kernel.
static bool admit(struct listener *l)
{
    struct net *net = l->net;
    int64_t retry_ms;
    if (!http_has_room(net) || (is_tls(l) && tls_is_busy(net->tls))) {
        accept_after(l, BUSY_MS);
        return false;
    }
    if (net->admitted > 0) {
        net->admitted--;
        return true;
    }
    if (!mod_rate_take(&net->bounds.arrivals, &net->arrivals, (int64_t)uv_now(net->loop),
                       &retry_ms)) {
        accept_after(l, (uint64_t)retry_ms);
        return false;
    }
    net->admitted = LIMIT_ARRIVALS_A_MS - 1;
    return true;
}

static bool is_proxy(const struct net *net, const struct address *address)
{
    for (size_t i = 0; i < net->proxy_count; i++) {
        if (address_eq(&net->proxies[i], address))
            return true;
    }
    return false;
}

struct address_count *listen_count(struct net *net, const struct address *address)
{
    const struct net_bounds *bounds = &net->bounds;
    return address_take(net->tally, address,
                        address->family == AF_INET6 ? &bounds->v6 : &bounds->v4,
                        (int64_t)uv_now(net->loop));
}

static void welcome(struct listener *l, int fd, const struct sockaddr_storage *from)
{
    struct net *net = l->net;
    struct arrival arrival = {.fd = fd, .over_tls = is_tls(l)};
    address_of(from, &arrival.address);
    if (!is_proxy(net, &arrival.address)) {
        arrival.count = listen_count(net, &arrival.address);
        arrival.refused = !arrival.count;
    }
    if (arrival.refused && !http_take_refusal(net))
        close(fd);
    else if (arrival.over_tls)
        tls_take(net->tls, &arrival);
    else
        http_open(net, &arrival);
}

static bool is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
           error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == ENONET ||
           error == EPERM;
}

static void on_accept(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    struct listener *l = poll->data;
    for (int i = 0; i < LIMIT_ACCEPTS && l->fd >= 0 && admit(l); i++) {
        struct sockaddr_storage from = {0};
        socklen_t len = sizeof from;
        int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(l, fd, &from);
            continue;
        }
        l->net->admitted++;
        if (errno == EAGAIN)
            return;
        if (!is_passing(errno)) {
            pause_accepting(l, errno);
            return;
        }
    }
}

static int bind_socket(const char *address, int port, int *ret_fd)
{
    struct sockaddr_storage at = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
    if (uv_ip4_addr(address, port, v4) != 0 && uv_ip6_addr(address, port, v6) != 0)
        return -EINVAL;
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    socklen_t len = at.ss_family == AF_INET ? sizeof *v4 : sizeof *v6;
    if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, BACKLOG) != 0) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    *ret_fd = fd;
    return 0;
}

static int own_port(int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t len = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        return 0;
    return at.ss_family == AF_INET    ? ntohs(((struct sockaddr_in *)&at)->sin_port)
           : at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                      : 0;
}

static int take_socket(int ready_fd, const char *address, int port, int *ret_fd)
{
    if (ready_fd < 0)
        return bind_socket(address, port, ret_fd);
    if (fcntl(ready_fd, F_SETFL, fcntl(ready_fd, F_GETFL) | O_NONBLOCK) != 0 ||
        fcntl(ready_fd, F_SETFD, FD_CLOEXEC) != 0)
        return -errno;
    *ret_fd = ready_fd;
    return 0;
}

static void set_int(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

// What an accepted socket has from the listening one (Linux: tcp_create_openreq_child clones it),
// so that it costs no call an arrival.
static void set_options(int fd, bool over_tls)
{
    set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_int(fd, SOL_SOCKET, SO_SNDBUF, over_tls ? LIMIT_TLS_SEND_BUFFER : LIMIT_SEND_BUFFER);
    if (!over_tls)
        return;
    set_int(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LIMIT_TLS_UNSENT);
    // The loop sees its end of the pair alone: a peer that is gone is the kernel's to notice.
    set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, LIMIT_DEAD_MS);
}

int listen_start(struct net *net, int which, const struct net_listen *at, char error[256])
{
    struct listener *l = &net->listeners[which];
    int fd = -1;
    int rc = take_socket(at->ready_fd, at->address, at->port, &fd);
    if (rc) {
        snprintf(error, 256, "cannot listen on %s port %d: %s", at->address, at->port,
                 uv_strerror(rc));
        return rc;
    }
    set_options(fd, which == LISTEN_TLS);
    rc = uv_poll_init(net->loop, &l->accept, fd);
    if (rc) {
        snprintf(error, 256, "cannot watch the listening socket: %s", uv_strerror(rc));
        close(fd);
        return rc;
    }
    net_own_handle(net);
    uv_timer_init(net->loop, &l->again);
    net_own_handle(net);
    l->has_handles = true;
    l->net = net;
    l->accept.data = l->again.data = l;
    l->fd = fd;
    l->port = own_port(fd);
    uv_poll_start(&l->accept, UV_READABLE, on_accept);
    return 0;
}

void listen_stop(struct net *net)
{
    for (struct listener *l = net->listeners; l < net->listeners + LISTENERS; l++) {
        if (l->fd < 0)
            continue;
        uv_poll_stop(&l->accept);
        uv_timer_stop(&l->again);
        close(l->fd);
        l->fd = -1;
    }
}

void listen_close_handles(struct net *net, uv_close_cb closed)
{
    for (struct listener *l = net->listeners; l < net->listeners + LISTENERS; l++) {
        if (!l->has_handles)
            continue;
        l->accept.data = l->again.data = net; // as of all handles of ours
        uv_close((uv_handle_t *)&l->accept, closed);
        uv_close((uv_handle_t *)&l->again, closed);
    }
}
