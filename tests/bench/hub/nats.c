// SPDX-License-Identifier: Apache-2.0
// nats-server: its own text protocol in a WebSocket.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/hub/crowd.h"

static bool start(struct server *s)
{
    char path[PATH_TEXT + 8], log[PATH_TEXT + 8], conf[600], header[64];
    s->port = free_port();
    s->unit =
        (size_t)snprintf(header, sizeof header, "MSG hub 1 %zu\r\n", s->payload) + s->payload + 2;
    snprintf(conf, sizeof conf,
             "listen: \"127.0.0.1:%d\"\nmax_connections: %u\nping_interval: \"1h\"\n"
             "write_deadline: \"60s\"\n"
             "websocket { listen: \"127.0.0.1:%d\", no_tls: true, compression: false }\n",
             free_port(), s->viewers + 256, s->port);
    snprintf(path, sizeof path, "%s/conf", s->dir);
    snprintf(log, sizeof log, "%s/log", s->dir);
    write_file(path, conf);
    const char *argv[] = {"nats-server", "-c", path, NULL};
    s->pid = process_start(argv, log);
    if (await_port(s->port, s->pid))
        return true;
    snprintf(s->why, sizeof s->why, "nats-server is not installed");
    return false;
}

static void say(struct line *l, const char *text)
{
    line_frame(l, 2, (struct slice){text, strlen(text)});
}

static bool greet(struct line *l, const struct frame *frame)
{
    enum { WAITS_INFO = 1, WAITS_PONG };
    if (!frame) {
        l->step = WAITS_INFO;
        return false;
    }
    struct slice text = frame->payload;
    if (l->step == WAITS_INFO && text.n > 5 && memcmp(text.p, "INFO ", 5) == 0) {
        say(l, "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\","
               "\"protocol\":1,\"headers\":false}\r\n");
        say(l, l->is_publisher ? "PING\r\n" : "SUB hub 1\r\nPING\r\n");
        l->step = WAITS_PONG;
        return false;
    }
    return l->step == WAITS_PONG && memmem(text.p, text.n, "PONG\r\n", 6);
}

// The server asks once whether we are there, perhaps in one frame with messages.
static void hear(struct line *l, const struct frame *frame, uint64_t now)
{
    static const char question[] = "PING\r\n";
    const size_t n = sizeof question - 1;
    struct slice text = frame->payload;
    if (text.n >= n &&
        (memcmp(text.p, question, n) == 0 || memcmp(text.p + text.n - n, question, n) == 0)) {
        say(l, "PONG\r\n");
        text.n -= n;
    }
    line_count(l, text.n, now);
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    char text[MOST_TEXT + 100];
    int n = snprintf(text, sizeof text, "PUB hub %zu\r\n%s\r\n", c->server->payload,
                     message_text(message, c->server->payload));
    line_frame(l, 2, (struct slice){text, (size_t)n});
}

const struct peer peer_nats = {.name = "nats",
                               .path = "/",
                               .publishers = 1,
                               .start = start,
                               .greet = greet,
                               .hear = hear,
                               .publish = publish};
