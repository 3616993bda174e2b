// SPDX-License-Identifier: Apache-2.0
// The parser of heads on its own: what it reads, and that cut and broken heads never do harm.
#include "server/net/head.h"

#include <stdlib.h>

#include "tests/kit/check.h"

#define GOOD                                                                                       \
    "POST /a/b?c=d&e HTTP/1.1\r\nHost: portal.test\r\nContent-Length: 12\r\n"                      \
    "Origin: https://portal.test\r\nConnection: keep-alive\r\nAccept-Language: zh-CN, en\r\n"      \
    "If-None-Match: \"x\"\r\nAuthorization: Bearer t\r\nX-Other: \xE8\xAE\xBF\r\n\r\n"

TEST(a_head_is_read)
{
    struct head h;
    CHECK_INT(head_read(slice_of(GOOD "body follows"), &h), 0);
    CHECK_INT(h.length, sizeof GOOD - 1);
    CHECK_INT(h.content_length, 12);
    CHECK(h.method == NET_POST && h.keep_alive && !h.upgrade && !h.http_1_0);
    CHECK(slice_is(h.path, "/a/b") && slice_is(h.query, "c=d&e"));
    CHECK(slice_is(h.host, "portal.test") && slice_is(h.origin, "https://portal.test"));
    CHECK(slice_is(h.accept_language, "zh-CN, en") && slice_is(h.if_none_match, "\"x\""));
    CHECK(slice_is(h.authorization, "Bearer t") && !h.cookie.p && !h.csrf.p);
}

TEST(an_empty_line_before_is_forgiven_once)
{
    struct head h;
    CHECK_INT(head_read(slice_of("\r\n" GOOD), &h), 0);
    CHECK_INT(h.length, sizeof GOOD + 1);
    size_t seen = 0;
    CHECK_INT(head_end(slice_of("\r\n\r\n" GOOD), &seen), -1);
}

TEST(connection_is_a_list)
{
    struct head h;
    CHECK_INT(
        head_read(slice_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: a ,\tclose\r\n\r\n"), &h), 0);
    CHECK(!h.keep_alive);
    CHECK_INT(head_read(slice_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n"
                                 "Connection: Upgrade\r\nUpgrade: a/1,  websocket\r\n"
                                 "Sec-WebSocket-Protocol: a\r\n"
                                 "Sec-WebSocket-Protocol: b,fangtan.v1\r\n\r\n"),
                        &h),
              0);
    CHECK(h.keep_alive && h.upgrade && h.connection_upgrade && h.subprotocol);
    CHECK_INT(head_read(slice_of("GET /? HTTP/1.0\r\nHost: x\r\n\r\n"), &h), 0);
    CHECK(!h.keep_alive && h.http_1_0 && h.query.p && h.query.n == 0);
}

TEST(the_end_is_found_however_the_head_is_cut)
{
    struct slice all = slice_of(GOOD "tail");
    for (size_t cut = 0; cut <= all.n; cut++) {
        size_t seen = 0;
        long end = head_end((struct slice){all.p, cut}, &seen);
        CHECK_INT(end, cut >= sizeof GOOD - 1 ? (long)sizeof GOOD - 1 : 0);
        if (end == 0)
            CHECK_INT(head_end(all, &seen), sizeof GOOD - 1);
    }
}

TEST(damaged_heads_are_answered_and_never_read_beyond)
{
    srand(11);
    for (int i = 0; i < 200000; i++) {
        char *bytes = malloc(sizeof GOOD - 1); // exactly, so that checkers see one byte too far
        size_t n = sizeof GOOD - 1;
        memcpy(bytes, GOOD, n);
        for (int k = rand() % 4; k >= 0; k--)
            bytes[(size_t)rand() % n] = "\r\n :%/?,\t\x80x1H\0"[rand() % 14];
        size_t seen = 0;
        long end = head_end((struct slice){bytes, n}, &seen);
        struct head h;
        int status = head_read((struct slice){bytes, n}, &h);
        CHECK(end > 0 || status == 400);
        CHECK(status == 0 || (status >= 400 && status <= 505));
        if (status == 0) {
            CHECK(h.length <= n && h.path.n > 0 && h.path.p[0] == '/' && h.host.n > 0);
            size_t len = h.path.n;
            if (head_decode_path((char *)h.path.p, &len))
                CHECK(len <= h.path.n && !memchr(h.path.p, '\0', len));
        }
        free(bytes);
    }
}

static bool decodes(const char *path, const char *want)
{
    char copy[64];
    size_t n = strlen(path);
    memcpy(copy, path, n + 1);
    if (!head_decode_path(copy, &n))
        return false;
    return slice_is((struct slice){copy, n}, want);
}

TEST(paths_are_decoded)
{
    CHECK(decodes("/", "/"));
    CHECK(decodes("/a+b;c&d", "/a+b;c&d"));
    CHECK(decodes("/%E8%AE%bf", "/\xE8\xAE\xBF"));
    CHECK(decodes("/%252e%252e", "/%2e%2e")); // once, not twice
    CHECK(decodes("/%2fa", "//a"));
    CHECK(decodes("/.well-known/x", "/.well-known/x"));
    const char *const bad[] = {"/%",     "/%a",  "/%ag",       "/%00", "/%1f", "/..",
                               "/a%2e.", "/%80", "/%ED%A0%80", "/\\",  "/%5C"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!decodes(bad[i], ""));
}

int main(void)
{
    return check_run();
}
