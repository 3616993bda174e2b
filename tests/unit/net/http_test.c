// SPDX-License-Identifier: Apache-2.0
// Requests and answers over a real connection.
#include "tests/unit/net/server.h"

#define HOST "Host: portal.test\r\n"

static void expect(struct server *s, const char *request, int status)
{
    int got = server_status_of(s, request, strlen(request));
    if (got != status)
        check_fail(__FILE__, __LINE__, "%d, not %d, for %s", got, status, request);
}

TEST(the_handler_sees_the_request)
{
    struct server *s = server_start();
    struct raw r;
    struct raw_answer a;
    raw_open(&r, s->port);
    raw_say(&r, "POST /a%20b/%E8%AE%BF?q=%20x&y=%2e HTTP/1.1\r\nhost: portal.test:81\r\n"
                "COOKIE: a=b\r\nX-Fangtan-CSRF:  secret \r\nSec-Fetch-Site: same-origin\r\n"
                "Content-Type: application/json\r\nContent-Length: 5\r\nX-Real-IP: 9.9.9.9\r\n"
                "\r\n{\"a\"}");
    raw_answer(&r, false, &a);
    CHECK_INT(a.status, 200);
    CHECK_STR(a.body, "method=POST\npath=/a b/\xE8\xAE\xBF\nquery=q=%20x&y=%2e\n"
                      "host=portal.test:81\ncookie=a=b\ncsrf=secret\nsite=same-origin\n"
                      "type=application/json\naddress=127.0.0.1\nbody={\"a\"}\n");
    raw_answer_finish(&a);
    raw_close(&r);
    server_stop(s);
}

TEST(every_answer_carries_the_security_headers)
{
    struct server *s = server_start();
    static const char *const wanted[] = {
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: same-origin\r\n",
        "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
        "\r\nPermissions-Policy: ",
        "\r\nCache-Control: no-store\r\n",
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
        "form-action 'self'; object-src 'none'; frame-ancestors 'self'; "
        "require-trusted-types-for 'script'\r\n",
    };
    const char *const requests[] = {"GET /echo HTTP/1.1\r\n" HOST "\r\n",
                                    "BREW / HTTP/1.1\r\n" HOST "\r\n", "nonsense\r\n\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct raw r;
        struct raw_answer a;
        raw_open(&r, s->port);
        raw_say(&r, requests[i]);
        raw_answer(&r, false, &a);
        for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
            CHECK(strstr(a.head, wanted[k]));
        CHECK(!strcasestr(a.head, "\r\nServer:"));
        raw_answer_finish(&a);
        raw_close(&r);
    }
    server_stop(s);
}

TEST(the_handler_may_have_headers_of_its_own)
{
    struct server *s = server_start();
    struct raw r;
    struct raw_answer a;
    raw_open(&r, s->port);
    raw_say(&r, "GET /own HTTP/1.1\r\n" HOST "\r\n");
    raw_answer(&r, false, &a);
    CHECK(strstr(a.head, "\r\ncache-control: public, max-age=5\r\n"));
    CHECK(!strstr(a.head, "no-store"));
    CHECK(strstr(a.head, "\r\nContent-Security-Policy: sandbox\r\n"));
    CHECK(!strstr(a.head, "default-src"));
    CHECK(!strstr(a.head, "Permissions-Policy"));
    raw_answer_finish(&a);
    raw_say(&r, "GET /inject HTTP/1.1\r\n" HOST "\r\n");
    raw_answer(&r, false, &a);
    CHECK_INT(a.status, 500);
    CHECK(!strstr(a.head, "Set-Cookie"));
    raw_answer_finish(&a);
    raw_close(&r);
    server_stop(s);
}

TEST(head_and_304_have_no_body)
{
    struct server *s = server_start();
    struct raw r;
    struct raw_answer a;
    raw_open(&r, s->port);
    raw_say(&r, "HEAD /big/1000 HTTP/1.1\r\n" HOST "\r\nGET /304 HTTP/1.1\r\n" HOST
                "\r\nGET /big/3 HTTP/1.1\r\n" HOST "\r\n");
    raw_answer(&r, true, &a);
    CHECK(strstr(a.head, "\r\nContent-Length: 1000\r\n"));
    raw_answer_finish(&a);
    raw_answer(&r, true, &a);
    CHECK_INT(a.status, 304);
    CHECK(!strstr(a.head, "Content-Length"));
    raw_answer_finish(&a);
    raw_answer(&r, false, &a);
    CHECK_STR(a.body, "abc");
    raw_answer_finish(&a);
    raw_close(&r);
    server_stop(s);
}

TEST(requests_sent_ahead_are_answered_in_order)
{
    struct server *s = server_start();
    struct raw r;
    raw_open(&r, s->port);
    struct buf all = {0};
    for (unsigned i = 0; i < 200; i++)
        buf_printf(&all, "POST /n%u HTTP/1.1\r\n" HOST "Content-Length: %u\r\n\r\n%.*s", i, i % 7,
                   (int)(i % 7), "abcdefg");
    raw_write(&r, all.p, all.n);
    buf_finish(&all);
    for (unsigned i = 0; i < 200; i++) {
        char want[128];
        struct raw_answer a;
        raw_answer(&r, false, &a);
        snprintf(want, sizeof want,
                 "method=POST\npath=/n%u\nhost=portal.test\naddress=127.0.0.1\nbody=%.*s\n", i,
                 (int)(i % 7), "abcdefg");
        CHECK_STR(a.body, want);
        raw_answer_finish(&a);
    }
    raw_close(&r);
    server_stop(s);
}

TEST(a_connection_is_kept_or_closed_as_asked)
{
    struct server *s = server_start();
    struct raw r;
    const char *const closing[] = {"GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
                                   "GET /echo HTTP/1.0\r\n" HOST "\r\n"};
    for (size_t i = 0; i < 2; i++) {
        raw_open(&r, s->port);
        raw_say(&r, closing[i]);
        struct raw_answer a;
        raw_answer(&r, false, &a);
        CHECK_INT(a.status, 200);
        CHECK(strstr(a.head, "\r\nConnection: close\r\n"));
        raw_answer_finish(&a);
        CHECK(!raw_more(&r));
        raw_close(&r);
    }
    server_stop(s);
}

TEST(a_large_body_arrives_whole)
{
    struct server *s = server_start();
    struct raw r;
    struct raw_answer a;
    raw_open_from(&r, NULL, s->port, 4096);
    for (int round = 0; round < 2; round++) {
        raw_say(&r, "GET /big/2097152 HTTP/1.1\r\n" HOST "\r\n");
        raw_answer(&r, false, &a);
        CHECK_INT(a.body_len, 2097152);
        for (size_t i = 0; i < a.body_len; i++)
            CHECK(a.body[i] == (char)('a' + i % 23));
        raw_answer_finish(&a);
    }
    raw_close(&r);
    server_stop(s);
}

TEST(a_body_may_be_as_large_as_the_limit)
{
    struct server *s = server_start();
    enum { LIMIT = 192 * 1024 };
    char *body = calloc(1, LIMIT + 1);
    memset(body, 'x', LIMIT);
    for (int more = 0; more < 2; more++) {
        struct raw r;
        struct raw_answer a;
        char head[128];
        snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n",
                 LIMIT + more);
        raw_open(&r, s->port);
        raw_say(&r, head);
        raw_write(&r, body, LIMIT);
        raw_answer(&r, false, &a);
        CHECK_INT(a.status, more ? 413 : 200);
        CHECK(more || (a.body_len > LIMIT && strstr(a.body, body)));
        raw_answer_finish(&a);
        raw_close(&r);
    }
    free(body);
    server_stop(s);
}

TEST(a_client_may_ask_whether_to_go_on)
{
    struct server *s = server_start();
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK_INT(raw_status(&r), 100);
    raw_say(&r, "ok");
    CHECK_INT(raw_status(&r), 200);
    raw_close(&r);
    expect(s, "POST / HTTP/1.1\r\n" HOST "Expect: wonders\r\nContent-Length: 2\r\n\r\n", 417);
    server_stop(s);
}

TEST(an_answer_may_come_later)
{
    struct server *s = server_start();
    struct raw r, other;
    struct raw_answer a;
    raw_open(&r, s->port);
    raw_say(&r, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    while (s->requests < 1)
        usleep(1000);
    raw_open(&other, s->port);
    raw_say(&other, "GET /release HTTP/1.1\r\n" HOST "\r\n");
    raw_answer(&other, false, &a);
    CHECK_STR(a.body, "released");
    raw_answer_finish(&a);
    raw_answer(&r, false, &a);
    CHECK_STR(a.body, "held");
    raw_answer_finish(&a);
    raw_close(&r);
    raw_close(&other);
    server_stop(s);
}

TEST(a_client_may_go_before_the_answer)
{
    struct server *s = server_start();
    for (int reset = 0; reset < 2; reset++) {
        struct raw r, other;
        raw_open(&r, s->port);
        raw_say(&r, "GET /hold HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n");
        while (s->requests < 1 + 2 * reset)
            usleep(1000);
        if (reset)
            raw_reset(&r);
        else
            raw_close(&r);
        raw_open(&other, s->port);
        raw_say(&other, "GET /release HTTP/1.1\r\n" HOST "\r\n");
        CHECK_INT(raw_status(&other), 200);
        raw_close(&other);
    }
    server_stop(s);
}

TEST(requests_that_smuggle_are_refused_and_the_connection_closed)
{
    struct server *s = server_start();
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 3x\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551620\r\n\r\nabcd", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 4294967300\r\n\r\nabcd", 413},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 411},
        {"POST / HTTP/1.1\r\n" HOST
         "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         411},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "A: b\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "A: b\x01\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "A: b\x7F\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "A b: c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST ": c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "Cookie: a=b\r\nCookie: c=d\r\n\r\n", 400},
        {"GET http://portal.test/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /  HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1 \r\n" HOST "\r\n", 400},
        {"GET /\tx HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/2.0\r\n" HOST "\r\n", 505},
        {"GET / HTTP/1.2\r\n" HOST "\r\n", 505},
        {"GET / http/1.1\r\n" HOST "\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
        {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 405},
        {"TRACE / HTTP/1.1\r\n" HOST "\r\n", 405},
        {"PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 405},
        {"DELETE / HTTP/1.1\r\n" HOST "\r\n", 405},
        {"get / HTTP/1.1\r\n" HOST "\r\n", 405},
        {"G(T / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\x16\x03\x01\x02", 400},
        {"GET /%00 HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%0a HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%7f HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%5c HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a\\b HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /../etc/passwd HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a/%2e%2E/b HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a/.%2e HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%c0%ae%c0%ae/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%ff HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%4 HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /%zz HTTP/1.1\r\n" HOST "\r\n", 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct raw r;
        raw_open(&r, s->port);
        raw_say(&r, cases[i].request);
        int got = raw_status(&r);
        if (got != cases[i].status)
            check_fail(__FILE__, __LINE__, "%d, not %d, for %s", got, cases[i].status,
                       cases[i].request);
        raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n"); // is not answered
        raw_to_end(&r);
        CHECK_INT(r.n, 0);
        raw_close(&r);
    }
    CHECK_INT(s->requests, 0);
    const char nul[] = "GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n";
    CHECK_INT(server_status_of(s, nul, sizeof nul - 1), 400);
    server_stop(s);
}

TEST(a_query_may_have_any_number_of_parts)
{
    struct server *s = server_start();
    struct buf b = {0};
    buf_text(&b, "GET /echo?");
    for (int i = 0; i < 300; i++)
        buf_printf(&b, "&a%d=%%00", i);
    buf_text(&b, " HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(server_status_of(s, b.p, b.n), 200);
    buf_finish(&b);
    server_stop(s);
}

TEST(heads_are_bounded)
{
    struct server *s = server_start();
    struct buf b = {0};
    buf_text(&b, "GET / HTTP/1.1\r\n" HOST "Long: ");
    while (b.n < 20000)
        buf_char(&b, 'x');
    CHECK_INT(server_status_of(s, b.p, b.n), 431);
    buf_clear(&b);
    buf_text(&b, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 100; i++)
        buf_text(&b, "A: b\r\n");
    buf_text(&b, "\r\n");
    CHECK_INT(server_status_of(s, b.p, b.n), 431);
    buf_clear(&b);
    buf_text(&b, "GET /");
    while (b.n < 9000)
        buf_char(&b, 'x');
    buf_text(&b, " HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(server_status_of(s, b.p, b.n), 414);
    buf_finish(&b);
    server_stop(s);
}

static void expect_timeout(struct server *s, const char *begin, const char *drip, int status)
{
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, begin);
    while (*drip && r.n == 0 && !r.ended) { // ever something new, never the end
        raw_write(&r, drip, 1);
        usleep(20000);
        char c;
        if (recv(r.fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
            break;
    }
    CHECK_INT(raw_status(&r), status);
    raw_to_end(&r);
    raw_close(&r);
}

TEST(slow_clients_are_let_go)
{
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}}, &hasty);
    expect_timeout(s, "", "", 0);
    expect_timeout(s, "GET / HT", "", 408);
    expect_timeout(s, "GET / HTTP/1.1\r\nA:", "x", 408);
    expect_timeout(s, "POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n", "x", 408);
    struct raw r; // idle after an answer
    raw_open(&r, s->port);
    raw_say(&r, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    CHECK_INT(raw_status(&r), 200);
    raw_to_end(&r);
    raw_close(&r);
    raw_open(&r, s->port); // does not take its answer
    raw_say(&r, "GET /big/30000000 HTTP/1.1\r\n" HOST "\r\n");
    const char alone[] = "GET /alone HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n";
    while (s->requests < 2 || server_status_of(s, alone, sizeof alone - 1) != 200)
        usleep(20000);
    raw_to_end(&r);
    CHECK(r.n < 30000000);
    raw_close(&r);
    server_stop(s);
}

int main(void)
{
    return check_run();
}
