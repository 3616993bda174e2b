// SPDX-License-Identifier: Apache-2.0
// Two libraries of Node.js, each in a server of a few lines: node_peer.mjs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/hub/crowd.h"

#define SOCKET_IO_BEGIN "42[\"m\",\""
#define SOCKET_IO_END "\"]"

static bool start(struct server *s, const char *library)
{
    char log[PATH_TEXT + 8], port[16];
    s->port = free_port();
    snprintf(port, sizeof port, "%d", s->port);
    snprintf(log, sizeof log, "%s/log", s->dir);
    const char *argv[] = {"node", FANGTAN_SOURCE "/tests/bench/hub/node_peer.mjs", library, port,
                          NULL};
    s->pid = process_start(argv, log);
    if (await_port(s->port, s->pid))
        return true;
    snprintf(s->why, sizeof s->why, "Node.js does not find the package %s (NODE_PATH tells where)",
             library);
    return false;
}

static bool start_ws(struct server *s)
{
    s->unit = s->payload;
    return start(s, "ws");
}

static bool start_socket_io(struct server *s)
{
    s->unit = strlen(SOCKET_IO_BEGIN SOCKET_IO_END) + s->payload;
    return start(s, "socket.io");
}

static bool greet_ws(struct line *l, const struct frame *frame)
{
    (void)l, (void)frame;
    return true;
}

// Engine.IO opens (0), Socket.IO is asked for its main namespace (40) and says yes (40{…}).
static bool greet_socket_io(struct line *l, const struct frame *frame)
{
    if (!frame)
        return false;
    if (frame->payload.n && frame->payload.p[0] == '0')
        line_text(l, "40");
    return frame->payload.n > 1 && memcmp(frame->payload.p, "40", 2) == 0;
}

static void publish_ws(struct crowd *c, struct line *l, uint32_t message)
{
    line_text(l, "%s", message_text(message, c->server->payload));
}

static void publish_socket_io(struct crowd *c, struct line *l, uint32_t message)
{
    line_text(l, SOCKET_IO_BEGIN "%s" SOCKET_IO_END, message_text(message, c->server->payload));
}

const struct peer peer_ws = {.name = "ws",
                             .path = "/",
                             .publishers = 1,
                             .start = start_ws,
                             .greet = greet_ws,
                             .publish = publish_ws};

const struct peer peer_socket_io = {.name = "socket.io",
                                    .path = "/socket.io/?EIO=4&transport=websocket",
                                    .publishers = 1,
                                    .start = start_socket_io,
                                    .greet = greet_socket_io,
                                    .publish = publish_socket_io};
