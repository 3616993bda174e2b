// SPDX-License-Identifier: Apache-2.0
// Answers that go on, over a real connection.
#include <dlfcn.h>

#include "tests/unit/net/server.h"

#define HOST "Host: portal.test\r\n"

static atomic_int unwatchable; // so many of the next sockets

// In the library's place: the kernel refuses a watch only when memory or its own bound is used up.
int uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd)
{
    static int (*really)(uv_loop_t * loop, uv_poll_t * poll, int fd);
    if (!really)
        *(void **)&really = dlsym(RTLD_NEXT, "uv_poll_init");
    if (unwatchable > 0) {
        unwatchable--;
        return UV_ENOSPC;
    }
    return really(loop, poll, fd);
}

static void ask(struct raw *r, struct server *s, const char *what, int buffer)
{
    char request[128];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", what);
    raw_open_from(r, NULL, s->port, buffer);
    raw_say(r, request);
}

// Is what came, behind the head, `count` numbered lines of that size?
static void check_lines(struct raw *r, unsigned count, size_t size)
{
    char *end = strstr(r->p, "\r\n\r\n");
    CHECK(end);
    size_t head = (size_t)(end - r->p) + 4;
    CHECK_INT(r->n - head, count * size);
    for (unsigned i = 0; i < count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%08u", i);
        const char *line = r->p + head + i * size;
        CHECK(memcmp(line, number, 8) == 0 && line[size - 1] == '\n');
    }
}

static void wait_until_closed(struct server *s, int count)
{
    while (s->closed < count)
        usleep(1000);
}

TEST(a_stream_has_a_head_without_a_length_and_ends_with_the_connection)
{
    struct server *s = server_start();
    struct raw r;
    ask(&r, s, "/short/3/100", 0);
    raw_to_end(&r);
    CHECK(strncmp(r.p, "HTTP/1.1 200 OK\r\n", 17) == 0);
    CHECK(strstr(r.p, "\r\nContent-Type: text/event-stream\r\n"));
    CHECK(strstr(r.p, "\r\nConnection: close\r\n"));
    CHECK(strstr(r.p, "\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(!strcasestr(r.p, "\r\nContent-Length:"));
    check_lines(&r, 3, 100);
    raw_close(&r);
    wait_until_closed(s, 1);
    server_stop(s);
}

TEST(what_the_kernel_does_not_take_at_once_comes_later_and_whole)
{
    struct server *s = server_start();
    struct raw r;
    ask(&r, s, "/short/400/20000", 4096);
    while (s->busy == 0) // more than both kernels hold
        usleep(1000);
    raw_to_end(&r);
    check_lines(&r, 400, 20000);
    raw_close(&r);
    wait_until_closed(s, 1);
    server_stop(s);
}

TEST(a_head_request_has_no_stream)
{
    struct server *s = server_start();
    static const char head[] = "HEAD /stream/3/100 HTTP/1.1\r\n" HOST "\r\n";
    CHECK_INT(server_status_of(s, head, sizeof head - 1), 200);
    CHECK_INT(s->opened, 0);
    server_stop(s);
}

TEST(a_peer_that_goes_is_noticed)
{
    struct server *s = server_start();
    struct raw r;
    ask(&r, s, "/stream/1/100", 0);
    CHECK(raw_until(&r, "00000000"));
    raw_close(&r);
    wait_until_closed(s, 1);
    ask(&r, s, "/stream/1/100", 0);
    CHECK(raw_until(&r, "00000000"));
    raw_reset(&r);
    wait_until_closed(s, 2);
    server_stop(s);
}

TEST(a_peer_that_takes_nothing_is_closed)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}, .per_address = 100000},
        &hasty);
    struct raw slow, idle;
    ask(&slow, s, "/stream/4000/20000", 4096);
    ask(&idle, s, "/stream/1/100", 0);
    CHECK(raw_until(&idle, "00000000"));
    wait_until_closed(s, 1);
    CHECK_INT(s->open, 1); // who has nothing to take is no slow one
    raw_close(&slow);
    raw_close(&idle);
    server_stop(s);
}

TEST(what_a_peer_says_meanwhile_is_thrown_away_up_to_a_bound)
{
    struct server *s = server_start();
    struct raw r;
    ask(&r, s, "/stream/1/100", 0);
    CHECK(raw_until(&r, "00000000"));
    raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    char more[4096];
    memset(more, 'x', sizeof more);
    for (int i = 0; i < 64 && s->closed == 0; i++)
        raw_write(&r, more, sizeof more);
    wait_until_closed(s, 1);
    CHECK_INT(s->requests, 1);
    raw_close(&r);
    server_stop(s);
}

TEST(streams_count_for_their_address)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}, .per_address = 2},
        NULL);
    struct raw one, two;
    ask(&one, s, "/stream/1/100", 0);
    ask(&two, s, "/stream/1/100", 0);
    CHECK(raw_until(&one, "00000000") && raw_until(&two, "00000000"));
    static const char echo[] = "GET /echo HTTP/1.1\r\n" HOST "\r\n";
    CHECK_INT(server_status_of(s, echo, sizeof echo - 1), 503);
    raw_close(&one);
    wait_until_closed(s, 1);
    int status = 503; // its arrivals are paced, too
    for (int i = 0; i < 200 && status == 503; i++, uv_sleep(20))
        status = server_status_of(s, echo, sizeof echo - 1);
    CHECK_INT(status, 200);
    raw_close(&two);
    server_stop(s);
}

TEST(one_that_cannot_be_watched_ends_alone)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}, .per_address = 2},
        NULL);
    struct raw one, two;
    ask(&one, s, "/stream/1/100", 0);
    CHECK(raw_until(&one, "00000000"));
    raw_open(&two, s->port);
    raw_say(&two, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&two), 200); // its connection is watched
    unwatchable = 1;
    raw_say(&two, "GET /stream/1/100 HTTP/1.1\r\n" HOST "\r\n");
    raw_to_end(&two);
    CHECK_INT(unwatchable, 0);
    CHECK_INT(two.n, 0);
    raw_close(&two);
    CHECK_INT(s->opened, 1);
    int status = 503; // its place is free again; arrivals are paced
    static const char echo[] = "GET /echo HTTP/1.1\r\n" HOST "\r\n";
    for (int i = 0; i < 200 && status == 503; i++, uv_sleep(20))
        status = server_status_of(s, echo, sizeof echo - 1);
    CHECK_INT(status, 200);
    raw_close(&one);
    server_stop(s);
}

TEST(behind_a_proxy_they_count_for_the_address_it_tells)
{
    static const char *const proxies[] = {"127.0.0.1", NULL};
    struct server *s = server_start_with(
        &(struct net_config){
            .at = {.address = "127.0.0.1", .ready_fd = -1}, .proxies = proxies, .per_address = 1},
        NULL);
    struct raw one, two, three;
    static const char first[] = "GET /stream/1/100 HTTP/1.1\r\n" HOST "X-Real-IP: 9.9.9.9\r\n\r\n";
    static const char other[] = "GET /stream/1/100 HTTP/1.1\r\n" HOST "X-Real-IP: 9.9.9.8\r\n\r\n";
    raw_open(&one, s->port);
    raw_say(&one, first);
    CHECK(raw_until(&one, "00000000"));
    raw_open(&two, s->port);
    raw_say(&two, first);
    CHECK_INT(raw_status(&two), 503);
    raw_open(&three, s->port);
    raw_say(&three, other);
    CHECK(raw_until(&three, "00000000"));
    raw_close(&one);
    raw_close(&two);
    raw_close(&three);
    server_stop(s);
}

TEST(stopping_ends_streams_also_slow_ones)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}, .per_address = 100000},
        &hasty);
    struct raw slow, idle;
    ask(&slow, s, "/stream/4000/20000", 4096);
    ask(&idle, s, "/stream/1/100", 0);
    CHECK(raw_until(&idle, "00000000"));
    server_ask_to_stop(s);
    raw_to_end(&idle);
    check_lines(&idle, 1, 100);
    raw_close(&idle);
    server_join(s);
    raw_close(&slow);
}

int main(void)
{
    return check_run();
}
