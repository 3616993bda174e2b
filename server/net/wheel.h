// SPDX-License-Identifier: Apache-2.0
// Deadlines of many connections on one uv timer: a wheel of buckets, so that setting and clearing
// cost the same however many there are (the library's own timers are one sorted list).
#ifndef SERVER_NET_WHEEL_H
#define SERVER_NET_WHEEL_H

#include <stdint.h>
#include <uv.h>

enum { WHEEL_BUCKETS = 64 };

// Embedded in its owner; a zeroed one is not set.
struct wheel_entry {
    struct wheel_entry *next, *prev; // in a bucket's ring
    uint64_t due;                    // tick
    void (*fire)(struct wheel_entry *entry);
};

struct wheel {
    uv_timer_t timer;
    uint64_t tick_ms;
    uint64_t tick; // last one served
    struct wheel_entry buckets[WHEEL_BUCKETS];
};

int wheel_start(struct wheel *w, uv_loop_t *loop, unsigned tick_ms);
// Entries still set are forgotten. closed comes on the loop.
void wheel_stop(struct wheel *w, uv_close_cb closed);

// Fires once, never early, at most two ticks late. Replaces an earlier setting. The entry is not
// set any more when fire runs; fire may set or clear this and other entries.
void wheel_set(struct wheel *w, struct wheel_entry *entry, uint64_t ms,
               void (*fire)(struct wheel_entry *entry));
void wheel_clear(struct wheel_entry *entry);

// For tests: another length of the tick, before anything is set.
void wheel_retime(struct wheel *w, unsigned tick_ms);

#endif
