// SPDX-License-Identifier: Apache-2.0
// Starting and stopping, with everything open that can be open.
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/unit/net/server.h"

#define HOST "Host: portal.test\r\n"

TEST(starting_and_stopping_leaves_nothing)
{
    for (int i = 0; i < 3; i++)
        server_stop(server_start());
}

TEST(open_sockets_are_told_that_the_server_restarts)
{
    struct server *s = server_start();
    enum { COUNT = 40 };
    struct raw r[COUNT];
    for (int i = 0; i < COUNT; i++)
        CHECK_INT(raw_handshake(&r[i], s->port), 0);
    raw_text(&r[0], "half of a message would be lost");
    raw_frame(&r[1], 0x01, "half", 4);
    server_ask_to_stop(s);
    for (int i = 0; i < COUNT; i++) {
        CHECK_INT(raw_close_code(&r[i]), 1001);
        if (i % 2)
            raw_frame(&r[i], 0x88, "\x03\xE9", 2);
        raw_close(&r[i]);
    }
    server_join(s);
}

TEST(who_does_not_answer_does_not_hold_up_the_stop)
{
    struct net_times times = hasty;
    times.ping = times.dead = times.stall = 60000;
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}}, &times);
    struct raw mute, full;
    CHECK_INT(raw_handshake(&mute, s->port), 0);
    CHECK_INT(raw_handshake(&full, s->port), 0);
    raw_text(&full, "flood 100000 20000");
    while (s->busy == 0)
        usleep(1000);
    server_stop(s);
    CHECK_INT(raw_close_code(&mute), 1001);
    raw_close(&mute);
    raw_close(&full);
}

TEST(http_connections_of_every_kind_end)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}}, &hasty);
    struct raw idle, head, body, held, full;
    raw_open(&idle, s->port);
    raw_open(&head, s->port);
    raw_say(&head, "GET / HT");
    raw_open(&body, s->port);
    raw_say(&body, "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nabc");
    raw_open_from(&full, NULL, s->port, 4096);
    raw_say(&full, "GET /big/30000000 HTTP/1.1\r\n" HOST "\r\n");
    raw_open(&held, s->port);
    raw_say(&held, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    while (s->requests < 2)
        usleep(1000);
    server_ask_to_stop(s);
    CHECK_INT(raw_status(&held), 503); // what is being answered is answered
    raw_to_end(&held);
    server_join(s);
    raw_to_end(&idle);
    raw_to_end(&head);
    raw_to_end(&body);
    raw_close(&idle);
    raw_close(&head);
    raw_close(&body);
    raw_close(&held);
    raw_close(&full);
}

// Otherwise a restart would turn people away who were let in a moment before.
TEST(who_was_let_in_may_still_ask)
{
    struct server *s = server_start();
    struct raw watcher, late, half, socket, kept;
    raw_open(&late, s->port);
    raw_open(&half, s->port);
    raw_say(&half, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nab");
    raw_open(&socket, s->port);
    raw_open(&kept, s->port);
    raw_say(&kept, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&kept), 200);
    CHECK_INT(raw_handshake(&watcher, s->port), 0);
    server_ask_to_stop(s);
    CHECK_INT(raw_close_code(&watcher), 1001);
    raw_to_end(&kept); // had its answer
    raw_say(&half, "cd");
    raw_say(&late, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    struct raw *const asked[] = {&half, &late};
    for (int i = 0; i < 2; i++) {
        struct raw_answer a;
        raw_answer(asked[i], false, &a);
        CHECK_INT(a.status, 200);
        CHECK(strstr(a.head, "\r\nConnection: close\r\n"));
        raw_answer_finish(&a);
        raw_to_end(asked[i]);
        raw_close(asked[i]);
    }
    raw_say(&socket, "GET /ws HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Protocol: fangtan.v1\r\n\r\n");
    CHECK_INT(raw_status(&socket), 101);
    CHECK_INT(raw_close_code(&socket), 1001);
    raw_frame(&socket, 0x88, "\x03\xE9", 2);
    raw_close(&socket);
    raw_close(&watcher);
    raw_close(&kept);
    server_join(s);
}

static int listening_socket(int *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    CHECK(bind(fd, (struct sockaddr *)&at, len) == 0 && listen(fd, 16) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

TEST(a_ready_socket_is_taken)
{
    int port;
    int fd = listening_socket(&port);
    struct raw r;
    raw_open(&r, port); // waits in the kernel since before the server is there
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .port = 1, .ready_fd = fd}}, NULL);
    CHECK_INT(s->port, port);
    raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&r), 200);
    raw_close(&r);
    server_stop(s);
}

TEST(a_taken_port_is_an_error_with_a_sentence)
{
    int port;
    int fd = listening_socket(&port);
    uv_loop_t loop;
    uv_loop_init(&loop);
    struct net *net = NULL;
    char error[256] = "";
    const char *const origins[] = {"https://portal.test", NULL};
    struct net_config config = {.at = {.address = "127.0.0.1", .port = port, .ready_fd = -1},
                                .origins = origins};
    CHECK_INT(net_start(&loop, &config, &(struct net_handlers){0}, &net, error), -EADDRINUSE);
    CHECK(!net && strstr(error, "cannot listen on 127.0.0.1"));
    config.at.address = "not an address";
    CHECK_INT(net_start(&loop, &config, &(struct net_handlers){0}, &net, error), -EINVAL);
    CHECK_INT(uv_loop_close(&loop), 0);
    close(fd);
}

TEST(ipv6_is_spoken)
{
    struct server *s =
        server_start_with(&(struct net_config){.at = {.address = "::1", .ready_fd = -1}}, NULL);
    CHECK(s->port > 0);
    server_stop(s);
}

TEST(running_out_of_descriptors_is_survived)
{
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "vgpreload"))
        check_skip("valgrind accepts sockets beyond the limit and closes them");
    struct server *s = server_start();
    struct raw first, waiting;
    CHECK_INT(raw_handshake(&first, s->port), 0);
    raw_open(&waiting, s->port);
    raw_say(&waiting, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&waiting), 200);
    raw_close(&waiting);
    int spare = socket(AF_INET, SOCK_STREAM, 0); // the client's, made beforehand
    struct rlimit was, none;
    CHECK(getrlimit(RLIMIT_NOFILE, &was) == 0);
    none = was;
    none.rlim_cur = (rlim_t)spare; // the server, of the same process, gets no more
    CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)s->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    CHECK(connect(spare, (struct sockaddr *)&at, sizeof at) == 0);
    waiting = (struct raw){.fd = spare};
    raw_say(&waiting, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    raw_text(&first, "those who are in go on");
    char *payload;
    size_t n;
    CHECK_INT(raw_take(&first, &payload, &n), 0x81);
    free(payload);
    CHECK(setrlimit(RLIMIT_NOFILE, &was) == 0);
    CHECK_INT(raw_status(&waiting), 200);
    raw_close(&waiting);
    raw_close(&first);
    server_stop(s);
}

int main(void)
{
    return check_run();
}
