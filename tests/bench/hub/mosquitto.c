// SPDX-License-Identifier: Apache-2.0
// mosquitto: MQTT 3.1.1 in a WebSocket, quality of service 0.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/hub/crowd.h"

enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH = 0x30, SUBSCRIBE = 0x82, SUBACK = 0x90 };
#define TOPIC "hub"

// The header of a packet with so much behind it; its length.
static size_t packet(unsigned char *ret, unsigned char type, size_t rest)
{
    size_t n = 0;
    ret[n++] = type;
    do {
        ret[n++] = (unsigned char)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
        rest >>= 7;
    } while (rest);
    return n;
}

static bool start(struct server *s)
{
    char path[PATH_TEXT + 8], log[PATH_TEXT + 8], conf[600];
    unsigned char header[8];
    size_t rest = 2 + strlen(TOPIC) + s->payload;
    s->port = free_port();
    s->unit = packet(header, PUBLISH, rest) + rest;
    snprintf(conf, sizeof conf,
             "%spersistence false\nallow_anonymous true\nset_tcp_nodelay true\n"
             "max_queued_messages 0\nlog_type error\n"
             "listener %d 127.0.0.1\nprotocol mqtt\n" // it does not start without one
             "listener %d 127.0.0.1\nsocket_domain ipv4\nprotocol websockets\n",
             geteuid() == 0 ? "user root\n" : "", free_port(), s->port);
    snprintf(path, sizeof path, "%s/conf", s->dir);
    snprintf(log, sizeof log, "%s/log", s->dir);
    write_file(path, conf);
    const char *argv[] = {access("/usr/sbin/mosquitto", X_OK) == 0 ? "/usr/sbin/mosquitto"
                                                                   : "mosquitto",
                          "-c", path, NULL};
    s->pid = process_start(argv, log);
    if (await_port(s->port, s->pid))
        return true;
    snprintf(s->why, sizeof s->why, "mosquitto is not installed, or not with WebSockets");
    return false;
}

static void send_packet(struct line *l, unsigned char type, const void *body, size_t n)
{
    unsigned char bytes[MOST_TEXT + 200];
    size_t header = packet(bytes, type, n);
    memcpy(bytes + header, body, n);
    line_frame(l, 2, (struct slice){(char *)bytes, header + n});
}

static bool greet(struct line *l, const struct frame *frame)
{
    // Protocol name and level, clean session, no keep-alive, no client id: the broker makes one.
    static const char hello[] = "\0\4MQTT\4\2\0\0\0\0";
    static const char subscription[] = "\0\1\0\3" TOPIC "\0";
    if (!frame) {
        send_packet(l, CONNECT, hello, sizeof hello - 1);
        return false;
    }
    unsigned char type = frame->payload.n ? (unsigned char)frame->payload.p[0] : 0;
    if (type == CONNACK && !l->is_publisher)
        send_packet(l, SUBSCRIBE, subscription, sizeof subscription - 1);
    return type == SUBACK || (type == CONNACK && l->is_publisher);
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    char body[MOST_TEXT + 100];
    int n = snprintf(body, sizeof body, "%c%c" TOPIC "%s", 0, (char)strlen(TOPIC),
                     message_text(message, c->server->payload));
    send_packet(l, PUBLISH, body, (size_t)n);
}

const struct peer peer_mosquitto = {.name = "mosquitto",
                                    .path = "/",
                                    .subprotocol = "mqtt",
                                    .publishers = 1,
                                    .start = start,
                                    .greet = greet,
                                    .publish = publish};
