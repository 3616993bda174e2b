// SPDX-License-Identifier: Apache-2.0
// Reading a request's head. Every line ends in CR LF, names are tokens directly before their
// colon, no line is folded, no byte is a control byte, and what decides about length or identity
// stands there once.
#include "server/net/head.h"

#include <strings.h>

#include "server/base/limits.h"
#include "server/base/percent.h"
#include "server/base/utf8.h"

enum { MOST_TARGET = 8 * 1024, MOST_HOST = 255 };

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool same(struct slice a, const char *lower)
{
    return a.n == strlen(lower) && strncasecmp(a.p, lower, a.n) == 0;
}

// Cuts bytes up to the first stop off rest, which then begins behind it. false: no stop in it.
static bool cut(struct slice *rest, char stop, struct slice *ret)
{
    const char *at = memchr(rest->p, stop, rest->n);
    if (!at)
        return false;
    *ret = (struct slice){rest->p, (size_t)(at - rest->p)};
    rest->n -= ret->n + 1;
    rest->p = at + 1;
    return true;
}

static struct slice trim(struct slice s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s.p++, s.n--;
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

long head_end(struct slice bytes, size_t *seen)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    for (size_t i = *seen; i < bytes.n; i++) {
        if (p[i] == '\n') {
            if (i == 0 || p[i - 1] != '\r')
                return -1;
            // One empty line before a request is forgiven (RFC 9112 §2.2).
            if (i >= 4 && p[i - 2] == '\n')
                return (long)i + 1;
            if (i == 3 && p[1] == '\n')
                return -1;
        } else if (i > 0 && p[i - 1] == '\r') {
            return -1;
        } else if ((p[i] < 0x20 && p[i] != '\r' && p[i] != '\t') || p[i] == 0x7F) {
            return -1;
        }
    }
    *seen = bytes.n;
    return 0;
}

static int read_method(struct slice word, enum net_method *ret)
{
    if (word.n == 0)
        return 400;
    for (size_t i = 0; i < word.n; i++) {
        if (!is_token_char(word.p[i]))
            return 400;
    }
    static const char *const names[] = {
        [NET_GET] = "GET", [NET_HEAD] = "HEAD", [NET_POST] = "POST"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (slice_is(word, names[i])) {
            *ret = (enum net_method)i;
            return 0;
        }
    }
    return 405;
}

static int read_target(struct slice target, struct head *ret)
{
    if (target.n > MOST_TARGET)
        return 414;
    if (target.n == 0 || target.p[0] != '/' || memchr(target.p, '#', target.n) ||
        memchr(target.p, '\t', target.n) || !utf8_is(target))
        return 400;
    ret->path = target;
    struct slice rest = target;
    if (cut(&rest, '?', &ret->path))
        ret->query = rest;
    return 0;
}

static int read_request_line(struct slice line, struct head *ret)
{
    struct slice method, target, rest = line;
    if (!cut(&rest, ' ', &method) || !cut(&rest, ' ', &target))
        return 400;
    bool form = rest.n == 8 && memcmp(rest.p, "HTTP/", 5) == 0 && rest.p[6] == '.' &&
                rest.p[5] >= '0' && rest.p[5] <= '9' && rest.p[7] >= '0' && rest.p[7] <= '9';
    if (!form)
        return 400;
    if (rest.p[5] != '1' || rest.p[7] > '1')
        return 505;
    ret->http_1_0 = rest.p[7] == '0';
    ret->keep_alive = !ret->http_1_0;
    int refused = read_method(method, &ret->method);
    return refused ? refused : read_target(target, ret);
}

// Is token (lower case) in the comma-separated list?
static bool names_token(struct slice list, const char *token)
{
    for (;;) {
        struct slice item, rest = list;
        bool more = cut(&rest, ',', &item);
        if (same(trim(more ? item : list), token))
            return true;
        if (!more)
            return false;
        list = rest;
    }
}

static int read_content_length(struct slice value, struct head *ret)
{
    if (value.n == 0 || value.n > 10)
        return 400;
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return 400;
        n = n * 10 + (size_t)(value.p[i] - '0');
    }
    ret->content_length = n;
    return n > LIMIT_HTTP_BODY ? 413 : 0;
}

static bool is_host(struct slice value)
{
    if (value.n == 0 || value.n > MOST_HOST)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        bool fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    (c && strchr(".-_:[]", c));
        if (!fine)
            return false;
    }
    return true;
}

// Headers whose value is kept as it is.
static struct slice *place_of(struct slice name, struct head *ret)
{
    const struct {
        const char *name;
        struct slice *place;
    } kept[] = {
        {"host", &ret->host},
        {"origin", &ret->origin},
        {"cookie", &ret->cookie},
        {"authorization", &ret->authorization},
        {"content-type", &ret->content_type},
        {"accept-language", &ret->accept_language},
        {"if-none-match", &ret->if_none_match},
        {"x-fangtan-csrf", &ret->csrf},
        {"sec-fetch-site", &ret->sec_fetch_site},
        {"last-event-id", &ret->last_event_id},
        {"x-real-ip", &ret->real_ip},
        {"expect", &ret->expect},
        {"sec-websocket-key", &ret->ws_key},
        {"sec-websocket-version", &ret->ws_version},
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (same(name, kept[i].name))
            return kept[i].place;
    }
    return NULL;
}

static int read_header(struct slice name, struct slice value, struct head *ret, bool *has_length)
{
    struct slice *place = place_of(name, ret);
    if (place) {
        if (place->p)
            return 400; // doubled
        *place = value;
    } else if (same(name, "content-length")) {
        if (*has_length)
            return 400;
        *has_length = true;
        return read_content_length(value, ret);
    } else if (same(name, "transfer-encoding")) {
        return 411;
    } else if (same(name, "connection")) {
        if (names_token(value, "close"))
            ret->keep_alive = false;
        ret->connection_upgrade |= names_token(value, "upgrade");
    } else if (same(name, "upgrade")) {
        ret->upgrade |= names_token(value, "websocket");
    } else if (same(name, "sec-websocket-protocol")) {
        ret->subprotocol |= names_token(value, HEAD_SUBPROTOCOL);
    }
    return 0;
}

static int read_header_line(struct slice line, struct head *ret, bool *has_length)
{
    struct slice name, value = line;
    if (!cut(&value, ':', &name) || name.n == 0)
        return 400; // a folded line, too: its first byte is no token's
    for (size_t i = 0; i < name.n; i++) {
        if (!is_token_char(name.p[i]))
            return 400;
    }
    return read_header(name, trim(value), ret, has_length);
}

static int judge(struct head *h)
{
    if (!is_host(h->host))
        return 400;
    if (h->expect.p) {
        if (!same(h->expect, "100-continue"))
            return 417;
        h->expects_continue = !h->http_1_0;
    }
    return 0;
}

int head_read(struct slice bytes, struct head *ret)
{
    *ret = (struct head){0};
    size_t seen = 0;
    long end = head_end(bytes, &seen);
    if (end <= 0)
        return 400;
    ret->length = (size_t)end;
    struct slice line, rest = {bytes.p, (size_t)end - 2};
    if (memcmp(rest.p, "\r\n", 2) == 0)
        rest.p += 2, rest.n -= 2;
    bool has_length = false;
    int refused = 0; // the first reason; the whole head is looked at, since 400 outranks
    for (size_t lines = 0; cut(&rest, '\n', &line); lines++) {
        if (lines > LIMIT_HEADERS)
            return 431;
        line.n--; // CR, by head_end
        int status =
            lines == 0 ? read_request_line(line, ret) : read_header_line(line, ret, &has_length);
        if (status == 400)
            return 400;
        if (!refused)
            refused = status;
    }
    return refused ? refused : judge(ret);
}

bool head_decode_path(char *path, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < *len; i++) {
        char c = path[i];
        if (c == '%') {
            int byte = percent_byte((struct slice){path + i, *len - i});
            if (byte < 0)
                return false;
            c = (char)byte;
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7F || c == '\\')
            return false;
        path[n++] = c;
    }
    *len = n;
    struct slice decoded = {path, n};
    return utf8_is(decoded) && !memmem(path, n, "..", 2);
}
