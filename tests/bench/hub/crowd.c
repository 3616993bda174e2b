// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PER_ADDRESS = 150,    // connections of one source address; the server allows 200
    SLOW_EACH = 10,       // every so many viewers one is slow, …
    SLOW_BYTES = 1024,    // … and reads so much a second, …
    SLOW_BUFFER = 4096,   // … with a receive buffer of so much
    RETRY_FIRST_MS = 500, // the web client's own, core/socket.ts
    RETRY_MOST_MS = 30000,
    PUBLISHER_NUMBER = 1 << 20,
    SEND_MS = 20000,
};

#define MS 1000000ull

static char input[1 << 20];

// ---- lines ----

void line_send(struct line *l, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t sent = send(l->fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = l->fd, .events = POLLOUT};
            if (poll(&wait, 1, SEND_MS) == 0)
                give_up("the server does not read");
        } else if (sent < 0) {
            return; // reading will tell
        } else {
            p += sent;
            n -= (size_t)sent;
        }
    }
}

// Masked with zeroes, which leave the payload as it is.
void line_frame(struct line *l, unsigned char opcode, struct slice payload)
{
    static unsigned char frame[1 << 17];
    size_t n = 2;
    frame[0] = 0x80 | opcode;
    if (payload.n < 126) {
        frame[1] = (unsigned char)(0x80 | payload.n);
    } else if (payload.n <= 0xFFFF) {
        frame[1] = 0x80 | 126;
        frame[n++] = (unsigned char)(payload.n >> 8);
        frame[n++] = (unsigned char)payload.n;
    } else {
        give_up("a message of %zu bytes is too long", payload.n);
    }
    memset(frame + n, 0, 4);
    n += 4;
    memcpy(frame + n, payload.p, payload.n);
    line_send(l, frame, n + payload.n);
}

void line_text(struct line *l, const char *format, ...)
{
    static char text[1 << 16];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || n >= (int)sizeof text)
        give_up("a message is too long");
    line_frame(l, 1, (struct slice){text, (size_t)n});
}

static void watch_events(struct line *l, int op, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = l};
    if (epoll_ctl(l->crowd->epoll, op, l->fd, &event) != 0)
        give_up("epoll: %s", strerror(errno));
}

static int socket_from(uint32_t number, bool slow)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        give_up("socket: %s (each of the two processes needs a descriptor a viewer)",
                strerror(errno));
    int one = 1, small = SLOW_BUFFER;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (slow)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (number >= PUBLISHER_NUMBER)
        return fd;
    uint32_t place = number / PER_ADDRESS;
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(0x7F000000u | (1 + place / 250) << 8 | (1 + place % 250));
    setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
        give_up("bind: %s", strerror(errno));
    return fd;
}

static void line_open(struct crowd *c, struct line *l, uint32_t number)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)c->server->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct peer *peer = c->server->peer;
    l->crowd = c;
    l->fd = socket_from(number, l->is_slow);
    l->is_plain = !peer->path || (l->is_publisher && peer->publishes_plainly);
    l->stage = LINE_CONNECTING;
    l->step = 0;
    l->began = now_ns();
    if (!l->is_publisher) {
        c->trying++;
        c->attempts++;
    }
    // A refusal comes as an event, too.
    if (connect(l->fd, (struct sockaddr *)&at, sizeof at) != 0 && errno != EINPROGRESS &&
        errno != ECONNREFUSED)
        give_up("connect: %s", strerror(errno));
    watch_events(l, EPOLL_CTL_ADD, EPOLLOUT);
}

static void line_close(struct line *l)
{
    if (l->fd >= 0)
        close(l->fd);
    free(l->rest);
    l->rest = NULL;
    l->rest_n = 0;
    l->fd = -1;
    l->stage = LINE_NONE;
}

static void try_later(struct line *l)
{
    struct crowd *c = l->crowd;
    uint64_t first = l->window_ms > RETRY_FIRST_MS ? l->window_ms : RETRY_FIRST_MS;
    uint64_t most = first << (l->tries < 8 ? l->tries : 8);
    l->tries++;
    if (most > RETRY_MOST_MS)
        most = RETRY_MOST_MS;
    double wait = (double)l->floor_ms + drand48() * (double)most;
    c->due[l - c->lines] = now_ns() + (uint64_t)(wait * MS);
}

static void lost(struct line *l)
{
    struct crowd *c = l->crowd;
    bool was_ready = l->stage == LINE_READY;
    line_close(l);
    if (l->is_publisher)
        return;
    if (was_ready) {
        c->ready--;
        l->lost = now_ns();
        c->losses++;
    } else {
        c->trying--;
    }
    if (c->returns)
        try_later(l);
    else if (!was_ready)
        give_up("a viewer was not let in");
}

static void got_ready(struct line *l)
{
    struct crowd *c = l->crowd;
    l->stage = LINE_READY;
    l->units = c->message_count;
    l->received = l->units * c->server->unit;
    if (l->is_publisher)
        return;
    histogram_add(&c->greeted, now_ns() - l->began);
    l->tries = 0;
    l->floor_ms = 0;
    c->trying--;
    c->ready++;
    if (l->is_slow)
        watch_events(l, EPOLL_CTL_DEL, 0);
}

static void greet(struct line *l, const struct frame *frame)
{
    if (l->crowd->server->peer->greet(l, frame))
        got_ready(l);
}

static void begin(struct line *l)
{
    const struct server *s = l->crowd->server;
    watch_events(l, EPOLL_CTL_MOD, EPOLLIN);
    if (l->is_plain) {
        l->stage = LINE_GREETING;
        greet(l, NULL);
        return;
    }
    char request[600];
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                     s->peer->path, s->port, s->peer->subprotocol ? "Sec-WebSocket-Protocol: " : "",
                     s->peer->subprotocol ? s->peer->subprotocol : "",
                     s->peer->subprotocol ? "\r\n" : "");
    l->stage = LINE_UPGRADING;
    line_send(l, request, (size_t)n);
}

// ---- what comes ----

void line_got(struct line *l, uint32_t message, uint64_t now)
{
    struct crowd *c = l->crowd;
    if (l->is_slow || message >= c->message_count)
        return;
    struct message *m = &c->messages[message];
    if (m->left == 0)
        return;
    c->deliveries++;
    histogram_add(&c->from_sent, now - m->sent);
    histogram_add(&c->from_acked, m->acked ? now - m->acked : 0);
    if (--m->left == 0)
        c->unfinished--;
}

void line_count(struct line *l, size_t bytes, uint64_t now)
{
    if (l->is_publisher)
        return;
    size_t unit = l->crowd->server->unit;
    l->received += bytes;
    while (l->received >= (l->units + 1) * unit)
        line_got(l, (uint32_t)l->units++, now);
}

// Answers the close and ends the line, as a browser does.
static void say_goodbye(struct line *l, const struct frame *frame)
{
    line_frame(l, 8, frame->payload);
    shutdown(l->fd, SHUT_WR);
    lost(l);
}

static void hear(struct line *l, const struct frame *frame, uint64_t now)
{
    unsigned char opcode = frame->first & 0x0F;
    if (!l->is_plain && opcode == 9)
        line_frame(l, 10, frame->payload);
    else if (!l->is_plain && opcode == 8)
        say_goodbye(l, frame);
    else if (!l->is_plain && opcode == 10)
        return;
    else if (l->stage == LINE_GREETING)
        greet(l, frame);
    else if (l->crowd->server->peer->hear)
        l->crowd->server->peer->hear(l, frame, now);
    else
        line_count(l, frame->payload.n, now);
}

// The frame at the beginning of the bytes; its whole length, 0 when it is not all there.
static size_t frame_at(struct slice bytes, struct frame *ret)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n < 2)
        return 0;
    size_t more = p[1] == 127 ? 8 : p[1] == 126 ? 2 : 0;
    if (bytes.n < 2 + more)
        return 0;
    size_t len = more ? 0 : p[1];
    for (size_t i = 0; i < more; i++)
        len = len << 8 | p[2 + i];
    if (len > sizeof input / 2)
        give_up("a frame of %zu bytes", len);
    if (bytes.n < 2 + more + len)
        return 0;
    *ret = (struct frame){p[0], {bytes.p + 2 + more, len}};
    return 2 + more + len;
}

// How many of the bytes were used up.
static size_t upgrade(struct line *l, struct slice bytes)
{
    const char *end = memmem(bytes.p, bytes.n, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (bytes.n < 12 || memcmp(bytes.p, "HTTP/1.1 101", 12) != 0) {
        if (!l->crowd->returns)
            fprintf(stderr, "refused: %.*s\n", (int)(bytes.n < 400 ? bytes.n : 400), bytes.p);
        lost(l);
        return 0;
    }
    if (!l->is_publisher)
        histogram_add(&l->crowd->upgraded, now_ns() - l->began);
    l->stage = LINE_GREETING;
    greet(l, NULL);
    return (size_t)(end + 4 - bytes.p);
}

static void consume(struct line *l, size_t n, uint64_t now)
{
    size_t used = 0, size;
    struct frame frame = {0};
    if (l->is_plain) {
        frame.payload = (struct slice){input, n};
        hear(l, &frame, now);
        return;
    }
    if (l->stage == LINE_UPGRADING)
        used = upgrade(l, (struct slice){input, n});
    while (l->stage >= LINE_GREETING &&
           (size = frame_at((struct slice){input + used, n - used}, &frame)) > 0) {
        hear(l, &frame, now);
        used += size;
    }
    if (l->stage == LINE_NONE || used == n)
        return;
    l->rest = realloc(l->rest, n - used);
    if (!l->rest)
        give_up("out of memory");
    memcpy(l->rest, input + used, n - used);
    l->rest_n = (uint32_t)(n - used);
}

// Reads once, up to so many bytes.
static void read_some(struct line *l, size_t most)
{
    size_t have = l->rest_n;
    if (have) {
        memcpy(input, l->rest, have);
        l->rest_n = 0;
    }
    if (most > sizeof input - have)
        most = sizeof input - have;
    ssize_t got = recv(l->fd, input + have, most, 0);
    if (got > 0)
        consume(l, have + (size_t)got, now_ns());
    else if (got == 0 || errno != EAGAIN)
        lost(l);
    else
        l->rest_n = (uint32_t)have;
}

static void serve(struct line *l, uint32_t events)
{
    if (l->stage == LINE_NONE)
        return;
    if (l->stage != LINE_CONNECTING) {
        read_some(l, sizeof input);
        return;
    }
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error || events & EPOLLERR)
        lost(l);
    else
        begin(l);
}

// ---- the crowd ----

struct crowd *crowd_create(struct server *server, uint32_t n, bool slow)
{
    struct crowd *c = calloc(1, sizeof *c);
    if (!c)
        give_up("out of memory");
    c->server = server;
    c->count = n;
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->lines = calloc(n, sizeof *c->lines);
    c->due = calloc(n, sizeof *c->due);
    c->messages = calloc(MOST_MESSAGES, sizeof *c->messages);
    if (!c->lines || !c->due || !c->messages || c->epoll < 0)
        give_up("out of memory");
    for (uint32_t i = 0; i < n; i++) {
        c->lines[i] = (struct line){.crowd = c, .fd = -1, .is_slow = slow && i % SLOW_EACH == 0};
        c->slow += c->lines[i].is_slow;
    }
    return c;
}

void crowd_destroy(struct crowd **crowd)
{
    struct crowd *c = *crowd;
    for (uint32_t i = 0; i < c->count; i++) {
        line_close(&c->lines[i]);
        free(c->lines[i].token);
    }
    for (uint32_t i = 0; i < c->publisher_count; i++)
        line_close(&c->publishers[i]);
    close(c->epoll);
    free(c->lines);
    free(c->due);
    free(c->messages);
    free(c);
    *crowd = NULL;
}

static void retry_due(struct crowd *c, uint64_t now)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->due[i] && c->due[i] <= now) {
            c->due[i] = 0;
            line_open(c, &c->lines[i], i);
        }
    c->scan = now + 2 * MS;
}

// A tenth of the slow ones every tenth of a second.
static void sip(struct crowd *c, uint64_t now)
{
    uint32_t turn = c->sips++ % 10;
    for (uint32_t i = turn * SLOW_EACH; i < c->count; i += 10 * SLOW_EACH)
        if (c->lines[i].is_slow && c->lines[i].stage == LINE_READY)
            read_some(&c->lines[i], SLOW_BYTES);
    c->sip = now + 100 * MS;
}

void crowd_turn(struct crowd *c, uint64_t until)
{
    static struct epoll_event events[1024];
    uint64_t now = now_ns();
    if (c->returns && c->scan < until)
        until = c->scan;
    if (c->slow && c->sip < until)
        until = c->sip;
    int ms = until <= now ? 0 : (int)((until - now + MS - 1) / MS);
    int n = epoll_wait(c->epoll, events, sizeof events / sizeof *events, ms);
    for (int i = 0; i < n; i++)
        serve(events[i].data.ptr, events[i].events);
    now = now_ns();
    if (c->returns && now >= c->scan)
        retry_due(c, now);
    if (c->slow && now >= c->sip)
        sip(c, now);
}

void crowd_publishers(struct crowd *c)
{
    uint64_t end = now_ns() + SEND_MS * MS;
    for (uint32_t i = 0; i < c->server->peer->publishers; i++) {
        struct line *l = &c->publishers[i];
        if (i < c->publisher_count)
            line_close(l);
        *l = (struct line){.is_publisher = true};
        line_open(c, l, PUBLISHER_NUMBER + i);
        if (i == c->publisher_count)
            c->publisher_count++;
        while (l->stage != LINE_READY) {
            if (l->stage == LINE_NONE || now_ns() > end)
                give_up("%s: nobody can publish", c->server->peer->name);
            crowd_turn(c, end);
        }
    }
}

void crowd_come(struct crowd *c, uint32_t at_once, unsigned seconds)
{
    uint64_t end = now_ns() + seconds * 1000 * MS;
    uint32_t next = 0;
    while (c->ready < c->count) {
        while (next < c->count && c->trying < at_once) {
            line_open(c, &c->lines[next], next);
            next++;
        }
        if (now_ns() > end)
            give_up("%s: only %u of %u viewers got in", c->server->peer->name, c->ready, c->count);
        crowd_turn(c, next < c->count && c->trying < at_once ? 0 : end);
    }
}

void crowd_publish(struct crowd *c)
{
    if (c->message_count == MOST_MESSAGES)
        give_up("too many messages");
    uint32_t number = c->message_count++;
    struct line *l = c->publisher_count ? &c->publishers[number % c->publisher_count] : NULL;
    c->messages[number] = (struct message){.sent = now_ns(), .left = c->count - c->slow};
    c->unfinished++;
    c->server->peer->publish(c, l, number);
}

void crowd_forget_messages(struct crowd *c)
{
    for (uint32_t i = 0; i < c->message_count; i++)
        c->messages[i].left = 0;
    c->unfinished = 0;
}
