// SPDX-License-Identifier: Apache-2.0
// Who may open a WebSocket, and that nobody gets anything else but HTTP/1.1 out of us.
#include "tests/unit/net/server.h"

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define PROTOCOL "Sec-WebSocket-Protocol: fangtan.v1\r\n"
#define UP "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define HOST "Host: portal.test:8080\r\n"
#define GET "GET /ws HTTP/1.1\r\n"

static const char *const origins[] = {"https://embed.test", NULL};
static const char *const proxies[] = {"127.0.0.7", "not an address", NULL};

static struct server *start(unsigned per_address)
{
    return server_start_with(&(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1},
                                                  .origins = origins,
                                                  .proxies = proxies,
                                                  .per_address = per_address},
                             NULL);
}

static void expect(struct server *s, const char *request, int status)
{
    int got = server_status_of(s, request, strlen(request));
    if (got != status)
        check_fail(__FILE__, __LINE__, "%d, not %d, for %s", got, status, request);
}

TEST(a_complete_handshake_is_accepted)
{
    struct server *s = start(0);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "\r\n", 101);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "Origin: https://portal.test:8080\r\n\r\n", 101);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "Origin: http://portal.test:8080\r\n\r\n", 101);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "Origin: https://embed.test\r\n\r\n", 101);
    expect(s,
           GET HOST "Upgrade: WebSocket\r\nconnection: keep-alive, UPGRADE\r\n" KEY VERSION
                    "Sec-WebSocket-Protocol: other, fangtan.v1\r\n\r\n",
           101);
    server_stop(s);
}

TEST(the_answer_names_the_subprotocol_and_no_extension)
{
    struct server *s = start(0);
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, GET HOST UP KEY VERSION PROTOCOL
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    struct raw_answer a;
    raw_answer(&r, false, &a);
    CHECK_INT(a.status, 101);
    CHECK(strstr(a.head, "\r\nSec-WebSocket-Protocol: fangtan.v1\r\n"));
    CHECK(strstr(a.head, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    CHECK(!strcasestr(a.head, "extensions"));
    CHECK(!strcasestr(a.head, "server:"));
    raw_answer_finish(&a);
    raw_close(&r);
    server_stop(s);
}

TEST(incomplete_handshakes_are_refused)
{
    struct server *s = start(0);
    expect(s, "POST /ws HTTP/1.1\r\n" HOST UP KEY VERSION PROTOCOL "\r\n", 405);
    expect(s, "HEAD /ws HTTP/1.1\r\n" HOST UP KEY VERSION PROTOCOL "\r\n", 405);
    expect(s, "GET /ws HTTP/1.0\r\n" HOST UP KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, "GET /other HTTP/1.1\r\n" HOST UP KEY VERSION PROTOCOL "\r\n", 404);
    expect(s, "GET /ws/ HTTP/1.1\r\n" HOST UP KEY VERSION PROTOCOL "\r\n", 404);
    expect(s, GET HOST "\r\n", 426);
    expect(s, GET HOST "Upgrade: foo\r\nConnection: Upgrade\r\n" KEY VERSION PROTOCOL "\r\n", 426);
    expect(s, GET HOST "Upgrade: websocket\r\nConnection: up\r\n" KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST "Upgrade: websocket\r\n" KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP KEY "Sec-WebSocket-Version: 99\r\n" PROTOCOL "\r\n", 426);
    expect(s, GET HOST UP KEY "Sec-WebSocket-Version: 8\r\n" PROTOCOL "\r\n", 426);
    expect(s, GET HOST UP KEY PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP "Sec-WebSocket-Key: x\r\n" VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=!\r\n" VERSION PROTOCOL "\r\n",
           400);
    expect(s, GET HOST UP KEY KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP KEY VERSION "\r\n", 400);
    expect(s, GET HOST UP KEY VERSION "Sec-WebSocket-Protocol:\r\n\r\n", 400);
    expect(s, GET HOST UP KEY VERSION "Sec-WebSocket-Protocol: nope\r\n\r\n", 400);
    expect(s, GET HOST UP KEY VERSION "Sec-WebSocket-Protocol: fangtan.v1x\r\n\r\n", 400);
    expect(s, GET UP KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST HOST UP KEY VERSION PROTOCOL "\r\n", 400);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "Content-Length: 3\r\n\r\nabc", 400);
    expect(s, GET HOST UP KEY VERSION PROTOCOL "\r\n\x81\x80\x01\x02\x03\x04", 400);
    CHECK_INT(s->opened, 0);
    server_stop(s);
}

TEST(foreign_origins_are_refused)
{
    struct server *s = start(0);
    const char *const bad[] = {"",
                               "null",
                               "https://evil.test",
                               "https://portal.test",
                               "https://portal.test:8080.evil",
                               "https://portal.test:80",
                               "ftp://portal.test:8080",
                               "https://portal.test:8080/",
                               "https://portal.test:8080, https://evil.test",
                               "https://embed.test.evil",
                               "http://embed.test",
                               "https://"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char request[512];
        snprintf(request, sizeof request, GET HOST UP KEY VERSION PROTOCOL "Origin: %s\r\n\r\n",
                 bad[i]);
        expect(s, request, 403);
    }
    expect(s,
           GET HOST UP KEY VERSION PROTOCOL "Origin: https://portal.test:8080\r\n"
                                            "Origin: https://evil.test\r\n\r\n",
           400);
    CHECK_INT(s->opened, 0);
    server_stop(s);
}

TEST(http2_is_refused_by_every_door)
{
    struct server *s = start(0);
    expect(s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    expect(s,
           GET HOST "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
           426);
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r,
            "GET /echo HTTP/1.1\r\n" HOST "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
    CHECK_INT(raw_status(&r), 200); // the wish is ignored, RFC 9110 §7.8
    raw_close(&r);
    server_stop(s);
}

TEST(an_unknown_upgrade_on_a_kept_connection_is_harmless) // CVE-2025-11677
{
    struct server *s = start(0);
    struct raw r;
    raw_open(&r, s->port);
    for (int i = 0; i < 3; i++) {
        raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
        CHECK_INT(raw_status(&r), 200);
        raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "Upgrade: foo\r\nConnection: Upgrade\r\n\r\n");
        CHECK_INT(raw_status(&r), 200);
    }
    raw_say(&r, "GET /ws HTTP/1.1\r\n" HOST "Upgrade: foo\r\nConnection: Upgrade\r\n\r\n");
    CHECK_INT(raw_status(&r), 426);
    raw_to_end(&r);
    raw_close(&r);
    server_stop(s);
}

TEST(a_kept_connection_may_become_a_socket)
{
    struct server *s = start(0);
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&r), 200);
    raw_say(&r, GET HOST UP KEY VERSION PROTOCOL "\r\n");
    CHECK_INT(raw_status(&r), 101);
    raw_text(&r, "hello");
    char *payload;
    size_t n;
    CHECK_INT(raw_take(&r, &payload, &n), 0x81);
    free(payload);
    raw_close(&r);
    server_stop(s);
}

TEST(a_handshake_may_come_byte_by_byte)
{
    struct server *s = start(0);
    struct raw r;
    raw_open(&r, s->port);
    for (const char *p = GET HOST UP KEY VERSION PROTOCOL "\r\n"; *p; p++)
        raw_write(&r, p, 1);
    CHECK_INT(raw_status(&r), 101);
    raw_close(&r);
    server_stop(s);
}

TEST(an_address_has_a_share_of_connections)
{
    struct server *s = start(5);
    struct raw r[5], more;
    for (int i = 0; i < 5; i++)
        CHECK_INT(raw_handshake(&r[i], s->port), 0);
    raw_open(&more, s->port);
    struct raw_answer a;
    raw_answer(&more, false, &a);
    CHECK_INT(a.status, 503);
    CHECK(strstr(a.head, "\r\nRetry-After: "));
    raw_answer_finish(&a);
    raw_to_end(&more);
    raw_close(&more);
    raw_open_from(&more, "127.0.0.9", s->port, 0); // another address
    raw_say(&more, GET HOST UP KEY VERSION PROTOCOL "\r\n");
    CHECK_INT(raw_status(&more), 101);
    raw_close(&more);
    raw_close(&r[0]);
    while (s->open > 4)
        usleep(1000);
    int status;
    do { // the socket's end is noticed a moment after the WebSocket's
        raw_open(&more, s->port);
        raw_say(&more, GET HOST UP KEY VERSION PROTOCOL "\r\n");
        status = raw_status(&more);
        raw_close(&more);
    } while (status == 503);
    CHECK_INT(status, 101);
    for (int i = 1; i < 5; i++)
        raw_close(&r[i]);
    server_stop(s);
}

static int behind_proxy(struct server *s, struct raw *r, const char *real)
{
    char request[512];
    snprintf(request, sizeof request, GET HOST UP KEY VERSION PROTOCOL "X-Real-IP: %s\r\n\r\n",
             real);
    raw_open_from(r, "127.0.0.7", s->port, 0);
    raw_say(r, request);
    return raw_status(r);
}

TEST(behind_a_proxy_the_real_address_counts)
{
    struct server *s = start(2);
    struct raw r[5];
    CHECK_INT(behind_proxy(s, &r[0], "203.0.113.5"), 101);
    CHECK_INT(behind_proxy(s, &r[1], "203.0.113.5"), 101);
    CHECK_INT(behind_proxy(s, &r[2], "203.0.113.5"), 503);
    CHECK_INT(behind_proxy(s, &r[3], "203.0.113.6"), 101);
    CHECK_INT(behind_proxy(s, &r[4], "nonsense"), 101);
    for (int i = 0; i < 5; i++)
        raw_close(&r[i]);
    struct raw_answer a;
    const char *const from[] = {"127.0.0.7", "127.0.0.8"};
    const char *const seen[] = {"\naddress=2001:db8:0:7::\n", "\naddress=127.0.0.8\n"};
    for (int i = 0; i < 2; i++) { // only a proxy is believed
        raw_open_from(&r[0], from[i], s->port, 0);
        raw_say(&r[0], "GET /echo HTTP/1.1\r\n" HOST "X-Real-IP: 2001:db8:0:7:1:2:3:4\r\n\r\n");
        raw_answer(&r[0], false, &a);
        CHECK(strstr(a.body, seen[i]));
        raw_answer_finish(&a);
        raw_close(&r[0]);
    }
    server_stop(s);
}

// A subscriber has 2^64 addresses: what counts by address must see one.
TEST(an_ipv6_address_is_handed_up_as_its_64)
{
    struct server *s = start(2);
    const char *const pairs[][2] = {{"2001:db8:0:7:1:2:3:4", "2001:db8:0:7::"},
                                    {"2001:db8:0:7:ffff::9", "2001:db8:0:7::"},
                                    {"::ffff:203.0.113.5", "203.0.113.5"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct raw r;
        char *said;
        size_t n;
        CHECK_INT(behind_proxy(s, &r, pairs[i][0]), 101);
        raw_text(&r, "whence");
        CHECK_INT(raw_take(&r, &said, &n), 0x81);
        CHECK(n == strlen(pairs[i][1]) && memcmp(said, pairs[i][1], n) == 0);
        free(said);
        raw_close(&r);
    }
    server_stop(s);
}

int main(void)
{
    return check_run();
}
