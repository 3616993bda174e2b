// SPDX-License-Identifier: Apache-2.0
// The viewers of one server: thousands of connections on one thread. They come (connect, upgrade
// to a WebSocket, say what this server wants to hear), are counted each message they get, and come
// back when the line is lost, as the web client does.
#ifndef TESTS_BENCH_HUB_CROWD_H
#define TESTS_BENCH_HUB_CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/slice.h"
#include "tests/bench/hub/histogram.h"
#include "tests/bench/hub/peer.h"

enum { MOST_PUBLISHERS = 16, MOST_MESSAGES = 1 << 17 };

enum line_stage { LINE_NONE, LINE_CONNECTING, LINE_UPGRADING, LINE_GREETING, LINE_READY };

struct line {
    struct crowd *crowd;
    int fd;
    uint8_t stage; // enum line_stage
    uint8_t step;  // of the greeting, the peer's own
    uint8_t tries; // since it was lost
    bool is_publisher;
    bool is_slow;
    bool is_plain; // no WebSocket
    uint32_t rest_n;
    char *rest;                   // the beginning of a frame
    uint64_t began;               // connecting, in ns
    uint64_t lost;                // in ns; 0: it was not
    uint64_t floor_ms, window_ms; // what the server said about coming back
    uint64_t received, units;     // bytes of messages, whole messages
    uint64_t at_n;                // position in the record
    char *token;
};

// How a viewer's watch was answered.
enum crowd_mode { CROWD_LIVE, CROWD_TAIL, CROWD_SNAPSHOT, CROWD_MODES };

struct message {
    uint64_t sent, acked; // in ns
    uint32_t left;        // viewers who have not got it
};

struct crowd {
    struct server *server;
    int epoll;
    struct line *lines; // viewers
    uint64_t *due;      // when each tries again, in ns; 0: not at all
    uint32_t count;
    uint32_t slow; // of them
    struct line publishers[MOST_PUBLISHERS];
    uint32_t publisher_count;

    uint32_t ready, trying; // viewers
    uint64_t attempts, losses;
    bool returns;  // who is lost comes back
    uint64_t scan; // when the due ones are looked for again
    uint64_t sip;  // when the slow ones read again
    uint32_t sips;
    struct histogram upgraded, greeted; // since connecting

    struct message *messages;
    uint32_t message_count, unfinished;
    uint64_t deliveries;
    struct histogram from_sent, from_acked;

    // What a record's viewers notice.
    uint64_t gaps, repeats, differences;
    uint32_t modes[CROWD_MODES];
};

// n viewers of the server, of whom every tenth reads 1 KB a second when slow is said.
struct crowd *crowd_create(struct server *server, uint32_t n, bool slow);
void crowd_destroy(struct crowd **c); // closes the connections

// Brings in the publishers, then all viewers, at most so many under way at once. Gives up when it
// takes longer than the seconds.
void crowd_publishers(struct crowd *c);
void crowd_come(struct crowd *c, uint32_t at_once, unsigned seconds);
// One round of what there is to do, waiting up to the time (ns, monotonic) for something.
void crowd_turn(struct crowd *c, uint64_t until);

// Sends the next message; it is in c->messages.
void crowd_publish(struct crowd *c);
// Forgets all messages; who is here now is to get the next ones.
void crowd_forget_messages(struct crowd *c);

// For peers.
void line_send(struct line *l, const void *bytes, size_t n);
void line_frame(struct line *l, unsigned char opcode, struct slice payload);
void line_text(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_got(struct line *l, uint32_t message, uint64_t now); // a viewer has it
void line_count(struct line *l, size_t bytes, uint64_t now);   // so much of the messages came

#endif
