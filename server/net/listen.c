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

enum { BACKLOG = 4096, AGAIN_MS = 1000 };

static void on_accept(uv_poll_t *poll, int status, int events);

static void on_again(uv_timer_t *timer)
{
    struct net *net = timer->data;
    uv_poll_start(&net->accept, UV_READABLE, on_accept);
}

static void accept_after(struct net *net, uint64_t ms)
{
    uv_poll_stop(&net->accept);
    uv_timer_start(&net->accept_again, on_again, ms, 0);
}

// Out of descriptors or memory: the sockets wait in the kernel, we do not spin over them.
static void pause_accepting(struct net *net, int error)
{
    log_line(LOG_WARN, "not accepting for a second", "why", uv_strerror(-error), NULL);
    accept_after(net, AGAIN_MS);
}

// false: there are too many at once; they wait in the kernel.
static bool admit(struct net *net)
{
    int64_t retry_ms;
    if (net->admitted > 0) {
        net->admitted--;
        return true;
    }
    if (!mod_rate_take(&net->bounds.arrivals, &net->arrivals, (int64_t)uv_now(net->loop),
                       &retry_ms)) {
        accept_after(net, (uint64_t)retry_ms);
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

static void welcome(struct net *net, int fd, const struct sockaddr_storage *from)
{
    struct address address;
    address_of(from, &address);
    int one = 1, buffer = LIMIT_SEND_BUFFER;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    struct address_count *count = NULL;
    if (!is_proxy(net, &address)) {
        count = listen_count(net, &address);
        if (!count) {
            http_open_refused(net, fd, &address);
            return;
        }
    }
    http_open(net, fd, &address, count);
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
    struct net *net = poll->data;
    for (int i = 0; i < LIMIT_ACCEPTS && net->listen_fd >= 0 && admit(net); i++) {
        struct sockaddr_storage from = {0};
        socklen_t len = sizeof from;
        int fd =
            accept4(net->listen_fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            welcome(net, fd, &from);
            continue;
        }
        net->admitted++;
        if (errno == EAGAIN)
            return;
        if (!is_passing(errno)) {
            pause_accepting(net, errno);
            return;
        }
    }
}

static int bind_socket(const struct net_config *config, int *ret_fd)
{
    struct sockaddr_storage at = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
    if (uv_ip4_addr(config->address, config->port, v4) != 0 &&
        uv_ip6_addr(config->address, config->port, v6) != 0)
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

int listen_start(struct net *net, const struct net_config *config, char error[256])
{
    int fd = config->ready_fd;
    int rc = 0;
    if (fd < 0)
        rc = bind_socket(config, &fd);
    else if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0 ||
             fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        rc = -errno;
    if (rc) {
        snprintf(error, 256, "cannot listen on %s port %d: %s", config->address, config->port,
                 uv_strerror(rc));
        return rc;
    }
    rc = uv_poll_init(net->loop, &net->accept, fd);
    if (rc) {
        snprintf(error, 256, "cannot watch the listening socket: %s", uv_strerror(rc));
        close(fd);
        return rc;
    }
    net_own_handle(net);
    uv_timer_init(net->loop, &net->accept_again);
    net_own_handle(net);
    net->accept.data = net->accept_again.data = net;
    net->listen_fd = fd;
    net->port = own_port(fd);
    uv_poll_start(&net->accept, UV_READABLE, on_accept);
    return 0;
}

void listen_stop(struct net *net)
{
    if (net->listen_fd < 0)
        return;
    uv_poll_stop(&net->accept);
    uv_timer_stop(&net->accept_again);
    close(net->listen_fd);
    net->listen_fd = -1;
}

void listen_close_handles(struct net *net, uv_close_cb closed)
{
    uv_close((uv_handle_t *)&net->accept, closed);
    uv_close((uv_handle_t *)&net->accept_again, closed);
}
