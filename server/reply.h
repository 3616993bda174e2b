// SPDX-License-Identifier: Apache-2.0
// Answering HTTP: pages, JSON, problems (RFC 9457).
#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include "server/page/page.h"
#include "server/server.h"

// Which sites may show the answer in a frame.
enum framed {
    FRAMED_BY_US,
    FRAMED_BY_NOBODY, // the desk, and the way in: a click there does something
    FRAMED_BY_OTHERS, // the public pages and documents of an interview: us and embed_allow
};

// One request on its way through the routes.
struct visit {
    struct server *server;
    struct http_request *request;
    const struct http_view *view;
    struct slice parts[2]; // what the '*' of the route stood for
    enum framed framed;
};

void reply_page(struct visit *v, int status, struct slice html);
void reply_page_shared(struct visit *v, struct blob *html);
void reply_private_page(struct visit *v, int status, const struct buf *html); // no-store
void reply_json(struct visit *v, int status, struct slice json);              // no-store
void reply_public(struct visit *v, const char *type, struct slice body, const char *cache);
void reply_public_shared(struct visit *v, const char *type, struct blob *body, const char *etag,
                         const char *cache); // 304 when the client has it
void reply_empty(struct visit *v, int status);
void reply_redirect(struct visit *v, const char *to); // 303

// code: a stable word for programs. On an address for people a page says it instead.
void reply_problem(struct http_request *request, int status, const char *code, int64_t retry_ms);
void reply_error_page(struct visit *v, int status);

// The sources of frame-ancestors.
enum { ANCESTORS_TEXT = sizeof((struct config *)0)->embed_allow + 16 };
void reply_ancestors(const struct visit *v, char ret[ANCESTORS_TEXT]);

struct page_env reply_env(const struct visit *v);

#endif
