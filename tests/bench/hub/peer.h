// SPDX-License-Identifier: Apache-2.0
// A kind of server that can be measured: how it is started and what its clients say.
#ifndef TESTS_BENCH_HUB_PEER_H
#define TESTS_BENCH_HUB_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "storage/slice.h"
#include "tests/bench/hub/process.h"

struct crowd;
struct line;
struct server;

struct frame {
    unsigned char first;  // of its header: FIN and the opcode; of a plain line 0
    struct slice payload; // of a plain line whatever came
};

struct peer {
    const char *name;
    // WebSocket: where, and with which subprotocol (NULL: none). path NULL: a plain TCP line.
    const char *path, *subprotocol;
    bool publishes_plainly; // though viewers have a WebSocket
    uint32_t publishers;    // lines that messages are given to in turn; 0: publish needs none

    // Makes s->pid and s->port. false: s->why says what is missing on this machine.
    bool (*start)(struct server *s);
    void (*stop)(struct server *s); // … but for the process; may be NULL

    // Speaks on a new line, whose step is 0, first without a frame and then at each. true: ready.
    bool (*greet)(struct line *l, const struct frame *frame);
    // A frame on a line that is ready. NULL: messages are counted by their bytes, s->unit each.
    void (*hear)(struct line *l, const struct frame *frame, uint64_t now);
    // line: one of the publishers, NULL when there are none.
    void (*publish)(struct crowd *c, struct line *l, uint32_t message);
};

// One of them, running.
struct server {
    const struct peer *peer;
    uint32_t viewers; // it must have room for so many
    size_t text;      // bytes of a statement's text; for peers that know of statements
    size_t payload;   // bytes of what the others send instead: as much as its event
    size_t unit;      // bytes of a message with what this protocol puts around it, in the WebSocket
    pid_t pid;
    int port;
    char dir[PATH_TEXT];
    char why[200];
    void *own; // the peer's
};

extern const struct peer peer_bare, peer_fangtan, peer_nchan, peer_mosquitto, peer_nats, peer_ws,
    peer_socket_io;

// Starts; false: it cannot be measured here (s->why).
bool server_start(struct server *s, const struct peer *peer, uint32_t viewers, size_t text,
                  size_t payload);
void server_stop(struct server *s); // kills, and removes its folder

// The text of a message: its number in NUMBER_TEXT digits, then words; good until the next call.
enum { NUMBER_TEXT = 8, MOST_TEXT = 1 << 15 };
const char *message_text(uint32_t number, size_t bytes);

#endif
