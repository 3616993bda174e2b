// SPDX-License-Identifier: Apache-2.0
// The recent frames of one interview for one audience: ready-made bytes that every reader shares.
//
// Offsets are absolute and never fall; the ring keeps the newest LIMIT_RING bytes (at least the
// newest frame) and forgets whole frames from the old end.
#ifndef SERVER_FEED_RING_H
#define SERVER_FEED_RING_H

#include <stdint.h>

#include "storage/event.h"

struct ring;

struct ring *ring_create(size_t capacity); // bytes
void ring_destroy(struct ring **r);

// Adds the frame that brings a reader to position `after`. after->n must be the next number
// (any number for the first frame of a ring that was not started). The frame is not empty.
void ring_push(struct ring *r, const struct position *after, struct slice frame);

// Adds a frame that brings nobody further: it goes to whoever reads on, between the frames around
// it. The ring was started, or has had a frame.
void ring_note(struct ring *r, struct slice frame);

// Sets where the ring starts when nothing was pushed yet: the position before its first frame.
void ring_start(struct ring *r, const struct position *at);

uint64_t ring_head(const struct ring *r);                   // offset after the newest frame
const struct position *ring_position(const struct ring *r); // … and its position

// How somebody goes on who says where he is.
struct ring_place {
    enum { RING_LIVE, RING_TAIL, RING_SNAPSHOT } mode; // at the head; behind it; not from there
    uint64_t offset;                                   // where to go on reading
    bool rolled_back;                                  // he has seen what the record does not have
};
// hash: its first POSITION_HEX digits; absent: not said, then the number alone counts. What the
// record was never at, as far as the ring knows, is of another one: of events that were rolled back
// since, or that are yet to come.
struct ring_place ring_resume(const struct ring *r, bool is_given, uint64_t n, struct slice hash);

// No reader may start before the newest frame from now on; those who are under way go on. For what
// has been taken back since it was pushed.
void ring_forget(struct ring *r);

// Forgets every frame; readers who are under way have lost their place.
void ring_drop(struct ring *r);

// The bytes at offset: whole frames, up to `most` bytes (at least one frame), contiguous.
// n == 0: at the head. false: the ring has forgotten that place. They stay until the next push.
bool ring_span(const struct ring *r, uint64_t offset, size_t most, struct slice *ret);

#endif
