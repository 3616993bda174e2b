// SPDX-License-Identifier: Apache-2.0
// May this request become a WebSocket? The library itself accepts nearly anything (security
// research §2.2), so all of RFC 6455 §4.2.1 is checked here, and the Origin exactly.
#include "server/base/must.h"
#include "server/net/inside.h"

// 16 bytes in base64.
static bool is_key(struct slice key)
{
    if (key.n != 24 || key.p[22] != '=' || key.p[23] != '=')
        return false;
    for (size_t i = 0; i < 22; i++) {
        char c = key.p[i];
        bool fine = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '+' || c == '/';
        if (!fine)
            return false;
    }
    return true;
}

static bool is_scheme_and_host(struct slice origin, const char *scheme, struct slice host)
{
    size_t n = strlen(scheme);
    if (origin.n <= n || memcmp(origin.p, scheme, n) != 0)
        return false;
    return slice_eq((struct slice){origin.p + n, origin.n - n}, host);
}

// A program that is no browser sends no Origin, and nobody's cookies either.
static bool is_origin_allowed(const struct net *net, const struct head *head)
{
    if (!head->origin.p || is_scheme_and_host(head->origin, "https://", head->host) ||
        is_scheme_and_host(head->origin, "http://", head->host))
        return true;
    for (char **origin = net->origins; *origin; origin++) {
        if (slice_is(head->origin, *origin))
            return true;
    }
    return false;
}

int upgrade_check(const struct net *net, const struct head *head)
{
    if (!slice_is(head->path, "/ws"))
        return 404;
    if (head->method != NET_GET)
        return 405;
    if (head->http_1_0 || head->content_length > 0)
        return 400;
    if (!head->upgrade)
        return 426;
    if (!head->connection_upgrade)
        return 400;
    if (head->ws_version.p && !slice_is(head->ws_version, "13"))
        return 426;
    if (!head->ws_version.p || !is_key(head->ws_key) || !head->subprotocol)
        return 400;
    return is_origin_allowed(net, head) ? 0 : 403;
}

bool upgrade_count(struct http *h, const struct head *head, struct address *real,
                   struct address_count **ret)
{
    if (h->net->conn_count >= h->net->bounds.conns)
        return false;
    bool is_told = http_whose(h, head, real);
    *ret = is_told ? listen_count(h->net, real) : h->count;
    h->count = NULL;
    return *ret || !is_told;
}

int upgrade_take(struct http *h, const struct head *head)
{
    struct address real;
    struct address_count *count;
    if (!upgrade_count(h, head, &real, &count))
        return 503;
    struct conn *conn = conn_create(h->net, &real, count);
    char key[24];
    memcpy(key, head->ws_key.p, sizeof key);
    int fd = http_release_socket(h);
    ws_adopt(conn, fd, (struct slice){key, sizeof key});
    return 0;
}
