// SPDX-License-Identifier: Apache-2.0
// Writing answers: the status line, the security headers that every answer carries, the body.
#include <stdio.h>
#include <strings.h>

#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/must.h"
#include "server/net/inside.h"

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        if (phrases[i].status == status)
            return phrases[i].phrase;
    }
    return "Status";
}

void http_policy(char ret[HTTP_POLICY_TEXT], const char *ancestors)
{
    int n =
        snprintf(ret, HTTP_POLICY_TEXT,
                 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                 "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
                 "object-src 'none'; frame-ancestors %s; require-trusted-types-for 'script'",
                 ancestors);
    must(n < HTTP_POLICY_TEXT);
}

// What an answer says unless its maker knows better.
static const struct http_header defaults[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"Cache-Control", "no-store"},
};

// RFC 6797. Of this host alone: others of its domain may have no TLS yet.
static const struct http_header transport_security = {"Strict-Transport-Security",
                                                      "max-age=31536000"};

static bool names(const struct http_header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(headers[i].name, name) == 0)
            return true;
    }
    return false;
}

// A line break in a value would be a header of somebody else's making.
static bool are_clean(const struct http_header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (const char *p = headers[i].name; *p; p++) {
            if (*p <= ' ' || *p == ':' || *p == 0x7F)
                return false;
        }
        for (const char *p = headers[i].value; *p; p++) {
            if ((unsigned char)*p < 0x20 || *p == 0x7F)
                return false;
        }
    }
    return true;
}

static void add_header(struct buf *out, const struct http_header *header)
{
    if (header->value[0])
        buf_printf(out, "%s: %s\r\n", header->name, header->value);
}

bool answer_write_head(struct buf *out, int status, const struct http_header *headers,
                       size_t header_count, size_t body_n, struct answer_manner manner)
{
    if (!are_clean(headers, header_count)) {
        log_line(LOG_ERROR, "an answer with a control byte in a header was withheld", NULL);
        answer_refusal(out, 500, manner);
        return false;
    }
    char text[HTTP_POLICY_TEXT];
    const struct http_header policy = {"Content-Security-Policy", text};
    buf_printf(out, "HTTP/1.1 %d %s\r\n", status, phrase_of(status));
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (!names(headers, header_count, defaults[i].name))
            add_header(out, &defaults[i]);
    }
    if (manner.over_tls)
        add_header(out, &transport_security);
    if (!names(headers, header_count, policy.name)) {
        http_policy(text, "'self'");
        add_header(out, &policy);
    }
    for (size_t i = 0; i < header_count; i++)
        add_header(out, &headers[i]);
    bool bodyless = status == 204 || status == 304;
    if (!bodyless && body_n != ANSWER_ENDLESS)
        buf_printf(out, "Content-Length: %zu\r\n", body_n);
    if (!manner.keep && !names(headers, header_count, "Connection"))
        buf_text(out, "Connection: close\r\n");
    buf_text(out, "\r\n");
    return !bodyless && !manner.is_head;
}

void answer_write(struct buf *out, int status, const struct http_header *headers,
                  size_t header_count, struct slice body, struct answer_manner manner)
{
    if (answer_write_head(out, status, headers, header_count, body.n, manner))
        buf_add(out, body);
}

void http_problem(struct buf *out, int status, const char *code, int64_t retry_ms)
{
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member(&w, "type", "about:blank");
    json_w_member(&w, "title", phrase_of(status));
    json_w_member_int(&w, "status", status);
    json_w_member(&w, "code", code);
    if (retry_ms)
        json_w_member_int(&w, "retry_ms", retry_ms);
    json_w_close(&w, '}');
}

void answer_refusal(struct buf *out, int status, struct answer_manner manner)
{
    static const struct {
        int status;
        const char *code;
        struct http_header more;
    } known[] = {
        {400, "bad_request", {0}},
        {403, "forbidden", {0}},
        {404, "not_found", {0}},
        {405, "method_not_allowed", {"Allow", "GET, HEAD, POST"}},
        {408, "timeout", {0}},
        {411, "length_required", {0}},
        {413, "too_large", {0}},
        {414, "too_long", {0}},
        {417, "expectation_failed", {0}},
        {426, "upgrade_required", {"Upgrade", "websocket"}},
        {431, "too_large", {0}},
        {503, "overloaded", {"Retry-After", "30"}},
        {505, "version_not_supported", {0}},
    };
    const char *code = "internal";
    struct http_header headers[5] = {{"Content-Type", "application/problem+json"}};
    size_t count = 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].status != status)
            continue;
        code = known[i].code;
        if (known[i].more.name)
            headers[count++] = known[i].more;
    }
    if (status == 426) {
        headers[count++] = (struct http_header){"Sec-WebSocket-Version", "13"};
        // Upgrade is a header of this connection only (RFC 9110 §7.8).
        headers[count++] = (struct http_header){"Connection", "close, Upgrade"};
    }
    struct buf body = {0};
    http_problem(&body, status, code, 0);
    manner.keep = false;
    answer_write(out, status, headers, count, buf_slice(&body), manner);
    buf_finish(&body);
}
