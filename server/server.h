// SPDX-License-Identifier: Apache-2.0
// The running server: builds the parts, introduces them to each other, stops them in order.
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/app/app.h"
#include "server/config.h"
#include "server/identity/identity.h"
#include "server/net/net.h"
#include "server/page_cache.h"
#include "server/rule_files.h"
#include "server/web_files.h"

enum { SERVER_ERROR = 512 };

struct server {
    uv_loop_t loop;
    const struct config *config;
    bool demo;
    int status; // of the process

    struct keys *keys;
    struct accounts *accounts;
    struct web_files *web;
    struct rule_files rules;
    struct page_cache *page_cache;
    struct app *app;
    struct storage *storage;
    struct identity *identity;
    struct net *net;
    int port;

    uv_timer_t tick;
    uv_idle_t sweep; // runs while there is something to sweep
    uv_signal_t signals[3];
    bool starting; // the record is being loaded, or filled by the demo
    bool ready;
    bool draining;
    bool stopping; // the parts are, in their order
    int64_t drain_since;
    int64_t clock_offset_ms; // the demo tells of earlier days
};

// Runs until SIGTERM or SIGINT, or until a part cannot start. Returns the exit status.
int server_run(const struct config *config, bool demo);

int64_t server_now(void *server); // as app_ports.now_ms

// routes.c: answers one HTTP request; ctx is the struct server.
void routes_handle(void *ctx, struct http_request *request, const struct http_view *view);

// demo.c: fills an empty record, then calls done; sooner when the server drains already.
void demo_fill(struct server *s, void (*done)(struct server *s));
// One line per role on standard output; then, when they are on record, one-time links.
void demo_print(struct server *s);

#endif
