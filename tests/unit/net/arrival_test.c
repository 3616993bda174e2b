// SPDX-License-Identifier: Apache-2.0
// How many may come, and how fast: what is kept back, what is refused, and who makes room.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "server/base/limits.h"
#include "tests/unit/net/server.h"

#define GET_ECHO "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"

static const struct net_config local = {.at = {.address = "127.0.0.1", .ready_fd = -1},
                                        .per_address = 100000};

static int ask(struct raw *r, const char *path)
{
    char request[64];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    raw_say(r, request);
    return raw_status(r);
}

static bool has_something(const struct raw *r)
{
    struct pollfd look = {.fd = r->fd, .events = POLLIN};
    return poll(&look, 1, 0) == 1;
}

enum { HOUR_MS = 3600000 };

static void one_token(struct net *net)
{
    struct net_bounds bounds = net->bounds;
    bounds.arrivals = (struct mod_rate){1, HOUR_MS};
    net_set_bounds(net, &bounds);
}

TEST(who_comes_too_fast_waits_in_the_kernel)
{
    struct server *s = server_start_tuned(&local, NULL, one_token);
    struct raw r[LIMIT_ARRIVALS_A_MS], more;
    for (int i = 0; i < LIMIT_ARRIVALS_A_MS; i++) {
        raw_open(&r[i], s->port);
        CHECK_INT(ask(&r[i], "/echo"), 200);
    }
    raw_open(&more, s->port);
    raw_say(&more, GET_ECHO);
    for (int i = 0; i < LIMIT_ARRIVALS_A_MS; i++) {
        CHECK_INT(ask(&r[i], "/echo"), 200); // those inside notice nothing
        CHECK(!has_something(&more));
    }
    CHECK_INT(s->requests, 2 * LIMIT_ARRIVALS_A_MS);
    for (int i = 0; i < LIMIT_ARRIVALS_A_MS; i++)
        raw_close(&r[i]);
    server_stop(s);
    raw_to_end(&more);
    CHECK_INT(more.n, 0);
    raw_close(&more);
}

static void one_token_soon(struct net *net)
{
    struct net_bounds bounds = net->bounds;
    bounds.arrivals = (struct mod_rate){1, 20};
    net_set_bounds(net, &bounds);
}

TEST(who_waited_is_served)
{
    enum { COUNT = 6 * LIMIT_ARRIVALS_A_MS };
    struct server *s = server_start_tuned(&local, NULL, one_token_soon);
    struct raw r[COUNT];
    for (int i = 0; i < COUNT; i++) {
        raw_open(&r[i], s->port);
        raw_say(&r[i], GET_ECHO);
    }
    for (int i = 0; i < COUNT; i++) {
        CHECK_INT(raw_status(&r[i]), 200);
        raw_close(&r[i]);
    }
    server_stop(s);
}

static void slow_addresses(struct net *net)
{
    struct net_bounds bounds = net->bounds;
    bounds.v4.rate = (struct mod_rate){3, HOUR_MS};
    net_set_bounds(net, &bounds);
}

static const char *const proxies[] = {"127.0.0.7", NULL};
static const struct net_config proxied = {.at = {.address = "127.0.0.1", .ready_fd = -1},
                                          .proxies = proxies};

static int status_from(struct server *s, const char *from)
{
    struct raw r;
    raw_open_from(&r, from, s->port, 0);
    raw_say(&r, GET_ECHO);
    struct raw_answer a;
    raw_answer(&r, false, &a);
    int status = a.status;
    CHECK(status == 200 || strstr(a.head, "\r\nRetry-After: "));
    raw_answer_finish(&a);
    raw_close(&r);
    return status;
}

TEST(an_address_that_comes_too_often_is_told_to_come_later)
{
    struct server *s = server_start_tuned(&proxied, NULL, slow_addresses);
    for (int i = 0; i < 3; i++)
        CHECK_INT(status_from(s, "127.0.0.1"), 200);
    for (int i = 0; i < 3; i++)
        CHECK_INT(status_from(s, "127.0.0.1"), 503);
    CHECK_INT(status_from(s, "127.0.0.2"), 200);
    for (int i = 0; i < 9; i++)
        CHECK_INT(status_from(s, "127.0.0.7"), 200); // a proxy may
    server_stop(s);
}

static int upgrade_behind_proxy(struct server *s, const char *real)
{
    struct raw r;
    char request[512];
    snprintf(request, sizeof request,
             "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Protocol: fangtan.v1\r\nX-Real-IP: %s\r\n\r\n",
             real);
    raw_open_from(&r, "127.0.0.7", s->port, 0);
    raw_say(&r, request);
    int status = raw_status(&r);
    raw_close(&r);
    return status;
}

TEST(behind_a_proxy_it_is_the_real_address_that_comes_too_often)
{
    struct server *s = server_start_tuned(&proxied, NULL, slow_addresses);
    for (int i = 0; i < 3; i++)
        CHECK_INT(upgrade_behind_proxy(s, "203.0.113.5"), 101);
    CHECK_INT(upgrade_behind_proxy(s, "203.0.113.5"), 503);
    CHECK_INT(upgrade_behind_proxy(s, "203.0.113.6"), 101);
    server_stop(s);
}

static void room_for_four(struct net *net)
{
    struct net_bounds bounds = net->bounds;
    bounds.https = 4;
    bounds.conns = 2;
    net_set_bounds(net, &bounds);
}

// Who says nothing cannot keep those out who do.
TEST(who_keeps_us_waiting_longest_makes_room)
{
    struct server *s = server_start_tuned(&local, NULL, room_for_four);
    struct raw mute[4], head, kept, fresh;
    raw_open(&kept, s->port);
    for (int i = 0; i < 4; i++)
        raw_open(&mute[i], s->port); // the fourth takes the room of the first that came, kept
    raw_to_end(&kept);
    raw_close(&kept);
    for (int i = 0; i < 50; i++) {
        raw_open(&fresh, s->port);
        CHECK_INT(ask(&fresh, "/echo"), 200);
        raw_close(&fresh);
    }
    for (int i = 0; i < 4; i++) {
        raw_to_end(&mute[i]);
        CHECK_INT(mute[i].n, 0);
        raw_close(&mute[i]);
    }
    // Slow heads are no better, and neither is who does not read, once nothing more fits between.
    raw_open(&head, s->port);
    raw_say(&head, "GET / HT");
    raw_open_from(&kept, NULL, s->port, 4096);
    raw_say(&kept, "GET /big/30000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s->requests < 51)
        usleep(1000);
    struct raw others[4];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 4; i++) {
            raw_open(&others[i], s->port);
            CHECK_INT(ask(&others[i], "/echo"), 200);
        }
        for (int i = 0; i < 4 && round < 49; i++)
            raw_close(&others[i]);
    }
    raw_to_end(&head);
    raw_to_end(&kept);
    CHECK(kept.n < 30000000);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(ask(&others[i], "/echo"), 200); // they stay
        raw_close(&others[i]);
    }
    raw_close(&head);
    raw_close(&kept);
    server_stop(s);
}

// An audience that connects faster than it speaks is not pushed out by itself.
TEST(who_has_only_just_come_does_not_make_room)
{
    struct net_times times = hasty;
    times.head = times.room = 60000;
    struct server *s = server_start_tuned(&local, &times, room_for_four);
    struct raw mute[4], next;
    for (int i = 0; i < 4; i++)
        raw_open(&mute[i], s->port);
    raw_open(&next, s->port); // in the kernel's queue
    raw_say(&next, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int i = 3; i >= 0; i--) {
        CHECK_INT(ask(&mute[i], "/echo"), 200);
        CHECK_INT(s->requests, 4 - i);
    }
    raw_close(&mute[0]);
    CHECK_INT(raw_status(&next), 200);
    for (int i = 1; i < 4; i++)
        raw_close(&mute[i]);
    raw_close(&next);
    server_stop(s);
}

static void room_for_one(struct net *net)
{
    struct net_bounds bounds = net->bounds;
    bounds.https = 1;
    net_set_bounds(net, &bounds);
}

TEST(who_waits_for_us_does_not_make_room)
{
    struct server *s = server_start_tuned(&local, NULL, room_for_one);
    struct raw held, more;
    raw_open(&held, s->port);
    raw_say(&held, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s->requests < 1)
        usleep(1000);
    raw_open(&more, s->port);
    CHECK_INT(ask(&more, "/echo"), 503);
    raw_close(&more);
    server_ask_to_stop(s);
    CHECK_INT(raw_status(&held), 503); // the server's last word to it
    raw_close(&held);
    server_join(s);
}

TEST(pages_are_served_however_many_watch)
{
    struct server *s = server_start_tuned(&local, NULL, room_for_four);
    struct raw watcher[2], more;
    for (int i = 0; i < 2; i++)
        CHECK_INT(raw_handshake(&watcher[i], s->port), 0);
    CHECK_INT(raw_handshake(&more, s->port), 503);
    raw_close(&more);
    raw_open(&more, s->port);
    CHECK_INT(ask(&more, "/echo"), 200);
    raw_close(&more);
    raw_close(&watcher[0]);
    while (s->open > 1)
        usleep(1000);
    int status;
    do { // the socket's end is noticed a moment after the WebSocket's
        status = raw_handshake(&more, s->port);
        raw_close(&more);
    } while (status == 503);
    CHECK_INT(status, 0);
    raw_close(&watcher[1]);
    server_stop(s);
}

TEST(the_bounds_fit_the_descriptors)
{
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "vgpreload"))
        check_skip("valgrind keeps descriptors of its own beyond the limit");
    struct rlimit was, few;
    CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
    few = (struct rlimit){.rlim_cur = 256, .rlim_max = 1000};
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    struct server *s = server_start();
    CHECK(getrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK_INT(few.rlim_cur, 1000);
    CHECK(s->net->bounds.https > 100);
    CHECK(s->net->bounds.https + s->net->bounds.conns <= 1000 - LIMIT_DESCRIPTORS_KEPT);
    CHECK(s->net->bounds.conns > s->net->bounds.https);
    server_stop(s);
}

static int option_of(int fd, int level, int name)
{
    int value = -1;
    socklen_t len = sizeof value;
    getsockopt(fd, level, name, &value, &len);
    return value;
}

// The kernel hands them down; who sets them on a socket of its own has a call less an arrival.
TEST(accepted_sockets_have_their_options)
{
    struct server *s = server_start();
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s->requests < 1)
        usleep(1000);
    int fd = s->net->https->fd; // it waits for us: nothing changes there
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_SNDBUF), 2 * LIMIT_SEND_BUFFER); // as the kernel counts
    server_ask_to_stop(s);
    raw_close(&r);
    server_join(s);
}

int main(void)
{
    return check_run();
}
