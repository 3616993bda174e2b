// SPDX-License-Identifier: Apache-2.0
// The raw client.
#include "tests/kit/raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/kit/check.h"

enum { DEADLINE_MS = 60000 };

static bool use_tls;

void raw_use_tls(bool tls)
{
    use_tls = tls;
}

bool raw_begin_tls(struct raw *r, SSL_CTX *context)
{
    SSL_CTX *any = context ? NULL : SSL_CTX_new(TLS_client_method());
    struct timeval deadline = {.tv_sec = DEADLINE_MS / 1000};
    setsockopt(r->fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    r->tls = SSL_new(context ? context : any);
    CHECK(r->tls && SSL_set_fd(r->tls, r->fd) == 1);
    SSL_CTX_free(any);
    r->ended = SSL_connect(r->tls) != 1;
    CHECK(!r->ended || SSL_get_error(r->tls, -1) != SSL_ERROR_WANT_READ); // the deadline
    return !r->ended;
}

void raw_open_from(struct raw *r, const char *from, int port, int buffer)
{
    *r = (struct raw){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    CHECK(r->fd >= 0);
    if (buffer > 0)
        setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct sockaddr_in at = {.sin_family = AF_INET};
    if (from) {
        CHECK(inet_pton(AF_INET, from, &at.sin_addr) == 1);
        CHECK(bind(r->fd, (struct sockaddr *)&at, sizeof at) == 0);
    }
    at.sin_port = htons((unsigned short)port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(connect(r->fd, (struct sockaddr *)&at, sizeof at) == 0);
    int one = 1;
    setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (use_tls)
        raw_begin_tls(r, NULL);
}

void raw_open(struct raw *r, int port)
{
    raw_open_from(r, NULL, port, 0);
}

void raw_close(struct raw *r)
{
    SSL_free(r->tls);
    close(r->fd);
    free(r->p);
    *r = (struct raw){.fd = -1};
}

void raw_reset(struct raw *r)
{
    struct linger now = {.l_onoff = 1};
    setsockopt(r->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    raw_close(r);
}

void raw_write(struct raw *r, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        if (r->tls && r->ended)
            return;
        ssize_t sent = r->tls ? SSL_write(r->tls, p, n < INT_MAX ? (int)n : INT_MAX)
                              : send(r->fd, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return;
        p += sent;
        n -= (size_t)sent;
    }
}

void raw_say(struct raw *r, const char *text)
{
    raw_write(r, text, strlen(text));
}

bool raw_more(struct raw *r)
{
    if (r->ended)
        return false;
    struct pollfd wait = {.fd = r->fd, .events = POLLIN};
    int ready = r->tls && SSL_has_pending(r->tls) ? 1 : poll(&wait, 1, DEADLINE_MS);
    if (ready == 0)
        check_fail(__FILE__, __LINE__, "nothing came in time; received \"%.200s\"",
                   r->p ? r->p : "");
    if (r->cap - r->n < 65536 + 1) {
        r->cap = r->cap * 2 + 65536 + 1;
        r->p = realloc(r->p, r->cap);
        CHECK(r->p);
    }
    size_t room = r->cap - r->n - 1;
    ssize_t got = r->tls ? SSL_read(r->tls, r->p + r->n, room < INT_MAX ? (int)room : INT_MAX)
                         : recv(r->fd, r->p + r->n, room, 0);
    if (got <= 0)
        r->ended = true;
    else
        r->n += (size_t)got;
    r->p[r->n] = '\0';
    return got > 0;
}

bool raw_until(struct raw *r, const char *text)
{
    while (!r->p || !memmem(r->p, r->n, text, strlen(text))) {
        if (!raw_more(r))
            return false;
    }
    return true;
}

void raw_to_end(struct raw *r)
{
    while (raw_more(r))
        ;
}

void raw_skip(struct raw *r, size_t n)
{
    CHECK(n <= r->n);
    memmove(r->p, r->p + n, r->n - n + 1);
    r->n -= n;
}

static char *take(struct raw *r, size_t n)
{
    char *copy = malloc(n + 1);
    CHECK(copy);
    if (n)
        memcpy(copy, r->p, n);
    copy[n] = '\0';
    if (n)
        raw_skip(r, n);
    return copy;
}

void raw_answer(struct raw *r, bool is_head, struct raw_answer *ret)
{
    *ret = (struct raw_answer){0};
    if (!raw_until(r, "\r\n\r\n"))
        return;
    ret->head = take(r, (size_t)(strstr(r->p, "\r\n\r\n") - r->p) + 4);
    CHECK(sscanf(ret->head, "HTTP/1.1 %d ", &ret->status) == 1);
    const char *length = strcasestr(ret->head, "\r\nContent-Length: ");
    size_t n = length && !is_head ? strtoul(length + 18, NULL, 10) : 0;
    while (r->n < n && raw_more(r))
        ;
    CHECK(r->n >= n);
    ret->body = take(r, n);
    ret->body_len = n;
}

void raw_answer_finish(struct raw_answer *a)
{
    free(a->head);
    free(a->body);
    *a = (struct raw_answer){0};
}

int raw_status(struct raw *r)
{
    struct raw_answer a;
    raw_answer(r, false, &a);
    int status = a.status;
    raw_answer_finish(&a);
    return status;
}

int raw_handshake(struct raw *r, int port)
{
    raw_open(r, port);
    raw_say(r, "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: fangtan.v1\r\n\r\n");
    int status = raw_status(r);
    return status == 101 ? 0 : status;
}

static const unsigned char mask[4] = {0x37, 0xFA, 0x21, 0x3D};

void raw_frame_header(struct raw *r, unsigned char first, unsigned long long len)
{
    unsigned char header[14] = {first};
    size_t bytes = len < 126 ? 0 : len <= 0xFFFF ? 2 : 8;
    header[1] = (unsigned char)(0x80 | (bytes == 0 ? len : bytes == 2 ? 126 : 127));
    for (size_t i = 0; i < bytes; i++)
        header[2 + i] = (unsigned char)(len >> (8 * (bytes - 1 - i)));
    memcpy(header + 2 + bytes, mask, 4);
    raw_write(r, header, 6 + bytes);
}

void raw_frame(struct raw *r, unsigned char first, const void *payload, size_t n)
{
    raw_frame_header(r, first, n);
    unsigned char *masked = malloc(n + 1);
    CHECK(masked);
    for (size_t i = 0; i < n; i++)
        masked[i] = ((const unsigned char *)payload)[i] ^ mask[i & 3];
    raw_write(r, masked, n);
    free(masked);
}

void raw_text(struct raw *r, const char *text)
{
    raw_frame(r, 0x81, text, strlen(text));
}

static bool have(struct raw *r, size_t n)
{
    while (r->n < n) {
        if (!raw_more(r))
            return false;
    }
    return true;
}

int raw_take(struct raw *r, char **ret_payload, size_t *ret_n)
{
    *ret_payload = NULL;
    *ret_n = 0;
    if (!have(r, 2))
        return -1;
    unsigned char first = (unsigned char)r->p[0], second = (unsigned char)r->p[1];
    CHECK(second < 128); // a server does not mask
    size_t bytes = second == 127 ? 8 : second == 126 ? 2 : 0;
    if (!have(r, 2 + bytes))
        return -1;
    size_t len = bytes ? 0 : second;
    for (size_t i = 0; i < bytes; i++)
        len = len << 8 | (unsigned char)r->p[2 + i];
    if (!have(r, 2 + bytes + len))
        return -1;
    raw_skip(r, 2 + bytes);
    *ret_payload = take(r, len);
    *ret_n = len;
    return first;
}

int raw_close_code(struct raw *r)
{
    for (;;) {
        char *payload;
        size_t n;
        int first = raw_take(r, &payload, &n);
        int code = n >= 2 ? (unsigned char)payload[0] << 8 | (unsigned char)payload[1] : 1005;
        free(payload);
        if (first < 0)
            return 1006;
        if (first == 0x88)
            return code;
    }
}
