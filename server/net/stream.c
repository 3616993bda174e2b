// SPDX-License-Identifier: Apache-2.0
// An answer without an end (Server-Sent Events): the socket is taken out of its struct http, as for
// a WebSocket, and from then on only written to. The body ends with the connection, so what is sent
// needs no framing of HTTP and is the same for everybody.
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/must.h"
#include "server/net/inside.h"

enum { MOST_DISCARDED = 64 * 1024 };

struct http_stream {
    struct net *net;
    struct http_stream *next, *prev; // net.streams
    void *owner;                     // NULL: nobody to tell
    uv_poll_t poll;
    int fd;
    int watched; // events of poll
    struct address_count *count;
    struct wheel_entry tick;
    uint64_t progress; // loop time at which the peer last took bytes, or had none to take
    uint64_t left;     // in the kernel when last looked at
    struct buf out;    // what the kernel did not take of the last bytes …
    size_t sent;       // … and how much of that it has now
    size_t discarded;
    bool waiting; // stream_ready is owed
    bool ending;  // nothing more is taken
    bool broken;  // nothing more goes out
};

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_tick(struct wheel_entry *entry);

static bool is_pending(const struct http_stream *s)
{
    return s->sent < s->out.n;
}

static void on_closed(uv_handle_t *handle)
{
    struct http_stream *s = handle->data;
    buf_finish(&s->out);
    free(s);
}

static void destroy(struct http_stream *s)
{
    struct net *net = s->net;
    wheel_clear(&s->tick);
    if (s->next)
        s->next->prev = s->prev;
    *(s->prev ? &s->prev->next : &net->streams) = s->next;
    address_release(s->count);
    net->conn_count--;
    uv_close((uv_handle_t *)&s->poll, on_closed);
    close(s->fd);
    if (s->owner)
        net->handlers.stream_closed(net->handlers.ctx, s->owner);
    if (net->stage == NET_CLOSING)
        net_turn(net);
}

static void look_again(struct http_stream *s, unsigned ms)
{
    wheel_set(&s->net->wheel, &s->tick, ms, on_tick);
}

static void watch(struct http_stream *s)
{
    int events = UV_READABLE | (is_pending(s) ? UV_WRITABLE : 0);
    if (events == s->watched)
        return;
    s->watched = events;
    uv_poll_start(&s->poll, events, on_poll);
}

// All was said: the peer sees the end, and closes.
static void finish(struct http_stream *s)
{
    shutdown(s->fd, SHUT_WR);
    look_again(s, s->net->times.linger);
}

// Sends on as much as the kernel takes now. false: the line is broken.
static bool push(struct http_stream *s, struct slice bytes, size_t *ret_sent)
{
    while (*ret_sent < bytes.n) {
        ssize_t n = send(s->fd, bytes.p + *ret_sent, bytes.n - *ret_sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        *ret_sent += (size_t)n;
    }
    return true;
}

enum net_take http_stream_send(struct http_stream *s, struct slice bytes)
{
    if (s->ending)
        return NET_GONE;
    if (is_pending(s)) {
        s->waiting = true;
        return NET_BUSY;
    }
    size_t sent = 0;
    if (!push(s, bytes, &sent)) {
        // Closing here could free what the caller holds.
        s->ending = s->broken = true;
        look_again(s, 0);
        return NET_GONE;
    }
    if (sent < bytes.n) {
        buf_add(&s->out, (struct slice){bytes.p + sent, bytes.n - sent});
        s->progress = uv_now(s->net->loop);
        look_again(s, s->net->times.stall / 8);
        watch(s);
    }
    return NET_TOOK;
}

void http_stream_end(struct http_stream *s)
{
    if (s->ending)
        return;
    s->ending = true;
    if (!is_pending(s))
        finish(s);
}

// false: the stream is gone.
static bool write_on(struct http_stream *s)
{
    if (!push(s, buf_slice(&s->out), &s->sent)) {
        destroy(s);
        return false;
    }
    s->progress = uv_now(s->net->loop);
    if (is_pending(s))
        return true;
    buf_finish(&s->out);
    s->sent = 0;
    if (s->ending) {
        finish(s);
    } else if (s->waiting) {
        s->waiting = false;
        s->net->handlers.stream_ready(s->net->handlers.ctx, s->owner);
    }
    return true;
}

// Nothing is expected from the peer but that it goes. false: it went.
static bool read_on(struct http_stream *s)
{
    char bytes[4096];
    ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    s->discarded += n > 0 ? (size_t)n : 0;
    if (n > 0 && s->discarded <= MOST_DISCARDED)
        return true;
    destroy(s);
    return false;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http_stream *s = poll->data;
    if (status < 0) {
        destroy(s);
        return;
    }
    if ((events & UV_READABLE) && !read_on(s))
        return;
    if ((events & UV_WRITABLE) && is_pending(s) && !write_on(s))
        return;
    watch(s);
}

// There are no pings here: heartbeats are events, and what the peer's kernel takes of them is the
// sign of life. Without one, a stream that has something waiting is closed as too slow, another one
// as dead.
static void on_tick(struct wheel_entry *entry)
{
    struct http_stream *s =
        (struct http_stream *)((char *)entry - offsetof(struct http_stream, tick));
    const struct net_times *times = &s->net->times;
    uint64_t now = uv_now(s->net->loop), left = conn_in_flight(s->fd);
    if (left == 0 || left < s->left)
        s->progress = now;
    s->left = left;
    bool pending = is_pending(s);
    bool lingered = s->ending && !pending;
    if (s->broken || lingered || now - s->progress >= (pending ? times->stall : times->dead)) {
        destroy(s);
        return;
    }
    look_again(s, pending ? times->stall / 8 : times->ping);
}

struct http_stream *stream_create(struct net *net, int fd, struct address_count *count)
{
    struct http_stream *s = must_alloc(sizeof *s);
    if (uv_poll_init(net->loop, &s->poll, fd) != 0) {
        free(s);
        address_release(count);
        close(fd);
        return NULL;
    }
    s->net = net;
    s->fd = fd;
    s->count = count;
    s->progress = uv_now(net->loop);
    s->next = net->streams;
    if (s->next)
        s->next->prev = s;
    net->streams = s;
    net->conn_count++;
    s->poll.data = s;
    look_again(s, net->times.ping);
    watch(s);
    return s;
}

void http_stream_own(struct http_stream *s, void *owner)
{
    s->owner = owner;
}

void stream_end_all(struct net *net)
{
    for (struct http_stream *s = net->streams; s; s = s->next)
        http_stream_end(s);
}

void stream_close_all(struct net *net)
{
    while (net->streams)
        destroy(net->streams);
}
