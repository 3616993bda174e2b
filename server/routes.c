// SPDX-License-Identifier: Apache-2.0
#include "server/routes.h"

#include "server/base/must.h"

// '*' stands for one part between slashes, "**" for all the rest.
static const struct route {
    enum net_method method;
    const char *pattern;
    void (*run)(struct visit *v);
    bool for_people; // faults are pages
} table[] = {
    {NET_GET, "/", get_column, true},
    {NET_GET, "/i/*", get_interview, true},
    {NET_GET, "/i/*/ask", get_ask, true},
    {NET_POST, "/i/*/ask", post_ask, true},
    {NET_GET, "/q", get_lookup, true},
    {NET_POST, "/q", post_lookup, true},
    {NET_GET, "/desk", get_desk_root, true},
    {NET_GET, "/desk/**", get_desk, true},
    {NET_GET, "/a/*", get_web_file, false},
    {NET_GET, "/healthz", get_alive, false},
    {NET_GET, "/readyz", get_ready, false},
    {NET_GET, "/metrics", get_metrics, false},
    {NET_GET, "/api/v1/interviews", get_interviews, false},
    {NET_GET, "/api/v1/interviews/*", get_snapshot, false},
    {NET_GET, "/api/v1/interviews/*/*", get_document, false},
    {NET_GET, "/api/v1/openrpc.json", get_openrpc, false},
    {NET_POST, "/api/v1/rpc", post_rpc, false},
    {NET_POST, "/api/v1/login", post_login, false},
    {NET_POST, "/api/v1/logout", post_logout, false},
    {NET_POST, "/api/v1/ticket", post_ticket, false},
};

static bool fits(const char *pattern, struct slice path, struct slice parts[2])
{
    size_t n = 0, at = 0;
    for (; *pattern; pattern++) {
        if (*pattern != '*') {
            if (at == path.n || path.p[at++] != *pattern)
                return false;
            continue;
        }
        if (pattern[1] == '*')
            return true;
        size_t from = at;
        while (at < path.n && path.p[at] != '/')
            at++;
        must(n < 2);
        parts[n++] = (struct slice){path.p + from, at - from};
        if (at == from)
            return false;
    }
    return at == path.n;
}

static bool is_api(struct slice path)
{
    return path.n > 5 && memcmp(path.p, "/api/", 5) == 0;
}

static void not_there(struct visit *v, int status, const char *code)
{
    if (is_api(v->view->path))
        reply_problem(v->request, status, code, 0);
    else
        reply_error_page(v, status);
}

void routes_handle(void *ctx, struct http_request *request, const struct http_view *view)
{
    struct visit v = {.server = ctx, .request = request, .view = view};
    enum net_method method = view->method == NET_HEAD ? NET_GET : view->method;
    bool path_is_known = false;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (!fits(table[i].pattern, view->path, v.parts))
            continue;
        path_is_known = true;
        if (table[i].method != method)
            continue;
        if (method == NET_POST && table[i].for_people && !sign_in_same_site(&v))
            reply_error_page(&v, 403);
        else
            table[i].run(&v);
        return;
    }
    if (path_is_known)
        not_there(&v, 405, "method_not_allowed");
    else
        not_there(&v, 404, "not_found");
}

void routes_write(struct buf *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        buf_printf(out, "%s\t%s\t%s\n", table[i].method == NET_POST ? "POST" : "GET",
                   table[i].pattern, table[i].for_people ? "page" : "api");
}
