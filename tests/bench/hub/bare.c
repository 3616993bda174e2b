// SPDX-License-Identifier: Apache-2.0
// The least a server can do: it takes connections, and for each message makes one send() to each
// of them. No WebSocket, no loop over events while it sends. What others cost is told as a ratio
// to this.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "tests/bench/hub/crowd.h"

struct bare {
    int orders[2]; // ours, its
    int listener;
    uint32_t viewers;
    size_t size;
};

static void take_connections(const struct bare *b, int *fds, uint32_t *count)
{
    int one = 1, buffer = LIMIT_SEND_BUFFER, fd;
    while (*count < b->viewers && (fd = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        send(fd, "+", 1, MSG_NOSIGNAL);
        fds[(*count)++] = fd;
    }
}

static void run(void *ctx)
{
    const struct bare *b = ctx;
    int *fds = calloc(b->viewers, sizeof *fds);
    char *message = malloc(b->size);
    uint32_t count = 0;
    if (!fds || !message)
        _exit(1);
    for (;;) {
        struct pollfd polled[] = {{.fd = b->orders[1], .events = POLLIN},
                                  {.fd = b->listener, .events = POLLIN}};
        // When all are here only orders can come.
        if (poll(polled, count < b->viewers ? 2 : 1, -1) < 0)
            _exit(1);
        if (polled[1].revents)
            take_connections(b, fds, &count);
        if (!polled[0].revents)
            continue;
        if (recv(b->orders[1], message, b->size, MSG_WAITALL) != (ssize_t)b->size)
            _exit(0);
        for (uint32_t i = 0; i < count; i++)
            send(fds[i], message, b->size, MSG_NOSIGNAL);
    }
}

static bool start(struct server *s)
{
    struct bare *b = calloc(1, sizeof *b);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    if (!b)
        give_up("out of memory");
    s->unit = s->payload + (s->payload < 126 ? 2 : 4); // as long as a WebSocket's frame
    *b = (struct bare){.viewers = s->viewers, .size = s->unit};
    b->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (b->listener < 0 || bind(b->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(b->listener, 4096) != 0 ||
        getsockname(b->listener, (struct sockaddr *)&at, &len) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b->orders) != 0)
        give_up("bare: %s", strerror(errno));
    s->own = b;
    s->port = ntohs(at.sin_port);
    s->pid = process_fork(run, b);
    close(b->listener);
    close(b->orders[1]);
    return true;
}

static void stop(struct server *s)
{
    struct bare *b = s->own;
    close(b->orders[0]);
    free(b);
}

static bool greet(struct line *l, const struct frame *frame)
{
    (void)l;
    return frame; // the first byte tells that the connection was taken
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    (void)l;
    struct bare *b = c->server->own;
    static char bytes[1 << 16];
    memcpy(bytes, message_text(message, c->server->payload), c->server->payload);
    if (send(b->orders[0], bytes, b->size, MSG_NOSIGNAL) != (ssize_t)b->size)
        give_up("bare: %s", strerror(errno));
}

const struct peer peer_bare = {
    .name = "bare", .start = start, .stop = stop, .greet = greet, .publish = publish};
