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
    {NET_POST, "/i/*/vote", post_vote, true},
    {NET_GET, "/i/*/head", get_head, false},
    {NET_GET, "/i/*/ev/*", get_block, false},
    {NET_GET, "/q", get_lookup, true},
    {NET_POST, "/q", post_lookup, true},
    {NET_POST, "/q/appeal", post_appeal, true},
    {NET_POST, "/q/withdraw", post_withdraw, true},
    {NET_GET, "/invitation", get_invitation, true},
    {NET_POST, "/invitation", post_invitation, true},
    {NET_POST, "/invitation/enter", post_invitation_enter, true},
    {NET_GET, "/desk", get_desk_root, true},
    {NET_GET, "/desk/**", get_desk, true},
    {NET_GET, "/a/*", get_web_file, false},
    {NET_GET, "/healthz", get_alive, false},
    {NET_GET, "/readyz", get_ready, false},
    {NET_GET, "/metrics", get_metrics, false},
    {NET_GET, "/api/v1/interviews", get_interviews, false},
    {NET_GET, "/api/v1/interviews/*", get_snapshot, false},
    {NET_GET, "/api/v1/interviews/*/events", get_events, false},
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

static bool is_under(struct slice path, const char *folder)
{
    size_t n = strlen(folder);
    return path.n >= n && memcmp(path.p, folder, n) == 0;
}

static enum framed framed_of(struct slice path)
{
    if (is_under(path, "/desk/") || is_under(path, "/invitation"))
        return FRAMED_BY_NOBODY;
    return is_under(path, "/i/") || is_under(path, "/api/v1/interviews/") ? FRAMED_BY_OTHERS
                                                                          : FRAMED_BY_US;
}

// The one answer that says what would be right instead.
static void not_allowed(struct visit *v, const char *allow)
{
    bool is_api = is_under(v->view->path, "/api/");
    struct buf body = {0};
    if (is_api) {
        http_problem(&body, 405, "method_not_allowed", 0);
    } else {
        struct page_env env = reply_env(v);
        page_error(&body, &env, 405);
    }
    struct http_header headers[] = {
        {"Content-Type", is_api ? "application/problem+json" : "text/html; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"Allow", allow}};
    http_answer(v->request, 405, headers, 3, buf_slice(&body));
    buf_finish(&body);
}

static void not_found(struct visit *v)
{
    if (is_under(v->view->path, "/api/"))
        reply_problem(v->request, 404, "not_found", 0);
    else
        reply_error_page(v, 404);
}

void routes_handle(void *ctx, struct http_request *request, const struct http_view *view)
{
    struct visit v = {
        .server = ctx, .request = request, .view = view, .framed = framed_of(view->path)};
    enum net_method method = view->method == NET_HEAD ? NET_GET : view->method;
    bool gets = false, posts = false; // what the address takes
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (!fits(table[i].pattern, view->path, v.parts))
            continue;
        *(table[i].method == NET_GET ? &gets : &posts) = true;
        if (table[i].method != method)
            continue;
        if (method == NET_POST && table[i].for_people && !sign_in_same_site(&v))
            reply_error_page(&v, 403);
        else
            table[i].run(&v);
        return;
    }
    if (gets || posts)
        not_allowed(&v, gets && posts ? "GET, HEAD, POST" : gets ? "GET, HEAD" : "POST");
    else
        not_found(&v);
}

void routes_write(struct buf *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        buf_printf(out, "%s\t%s\t%s\n", table[i].method == NET_POST ? "POST" : "GET",
                   table[i].pattern, table[i].for_people ? "page" : "api");
}
