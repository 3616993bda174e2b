// SPDX-License-Identifier: Apache-2.0
// One block of bytes used in a circle, whole frames only: one that does not fit before the end
// starts again at the beginning and leaves a gap. Offsets count bytes of frames, without gaps.
//
//   block   [ newer frames |   free   | older frames | gap ]
//                        write     oldest frame
#include "server/feed/ring.h"

#include <stdlib.h>

#include "server/base/must.h"

enum { FIRST_FRAMES = 64 };

struct frame {
    uint64_t offset;
    size_t at; // in the block
    size_t size;
    uint64_t n;              // of the position after it; a note has that of the frame before
    char hash[POSITION_HEX]; // of the position after it; NUL-padded
};

struct ring {
    char *block;
    size_t capacity;
    size_t write; // where the newest frame ends in the block

    struct frame *frames;           // in a circle; a power of two
    size_t frame_cap, first, count; // first: the oldest frame
    bool has_base;                  // is the position before the oldest known
    uint64_t base_n;
    char base_hash[POSITION_HEX];

    uint64_t head;
    struct position position;
    uint64_t least_n; // nobody starts from before
};

static struct frame *frame_at(const struct ring *r, size_t i)
{
    return &r->frames[(r->first + i) & (r->frame_cap - 1)];
}

struct ring *ring_create(size_t capacity)
{
    struct ring *r = must_alloc(sizeof *r);
    r->block = must_alloc(capacity);
    r->capacity = capacity;
    r->frame_cap = FIRST_FRAMES;
    r->frames = must_alloc(r->frame_cap * sizeof *r->frames);
    return r;
}

void ring_destroy(struct ring **r)
{
    if (!*r)
        return;
    free((*r)->block);
    free((*r)->frames);
    free(*r);
    *r = NULL;
}

static void drop_oldest(struct ring *r)
{
    memcpy(r->base_hash, frame_at(r, 0)->hash, sizeof r->base_hash);
    r->base_n = frame_at(r, 0)->n;
    r->has_base = true;
    r->first = (r->first + 1) & (r->frame_cap - 1);
    r->count--;
}

// Frees n bytes at `write`, and moves it there when they are at the beginning.
static void make_room(struct ring *r, size_t n)
{
    if (n > r->capacity) {
        while (r->count)
            drop_oldest(r);
        free(r->block);
        r->block = must_alloc(n);
        r->capacity = n;
        r->write = 0;
    }
    if (r->capacity - r->write < n) {
        while (r->count && frame_at(r, 0)->at >= r->write)
            drop_oldest(r);
        r->write = 0;
    }
    while (r->count && frame_at(r, 0)->at >= r->write && frame_at(r, 0)->at - r->write < n)
        drop_oldest(r);
}

static void grow_index(struct ring *r)
{
    struct frame *grown = must_alloc(2 * r->frame_cap * sizeof *grown);
    for (size_t i = 0; i < r->count; i++)
        grown[i] = *frame_at(r, i);
    free(r->frames);
    r->frames = grown;
    r->first = 0;
    r->frame_cap *= 2;
}

static void copy_hash(char ret[POSITION_HEX], const struct position *at)
{
    size_t n = strnlen(at->hash, POSITION_HEX);
    memset(ret, 0, POSITION_HEX);
    memcpy(ret, at->hash, n);
}

static bool has_position(const struct ring *r)
{
    return r->count > 0 || r->has_base;
}

static void append(struct ring *r, struct slice frame)
{
    must(frame.n > 0);
    make_room(r, frame.n);
    if (r->count == r->frame_cap)
        grow_index(r);
    struct frame *f = frame_at(r, r->count++);
    *f = (struct frame){.offset = r->head, .at = r->write, .size = frame.n, .n = r->position.n};
    copy_hash(f->hash, &r->position);
    memcpy(r->block + r->write, frame.p, frame.n);
    r->write += frame.n;
    r->head += frame.n;
}

void ring_push(struct ring *r, const struct position *after, struct slice frame)
{
    must(!has_position(r) || after->n == r->position.n + 1);
    r->position = *after;
    append(r, frame);
}

void ring_note(struct ring *r, struct slice frame)
{
    must(has_position(r));
    append(r, frame);
}

void ring_start(struct ring *r, const struct position *at)
{
    must(r->count == 0 && r->head == 0);
    copy_hash(r->base_hash, at);
    r->has_base = true;
    r->base_n = at->n;
    r->position = *at;
}

uint64_t ring_head(const struct ring *r)
{
    return r->head;
}

const struct position *ring_position(const struct ring *r)
{
    return &r->position;
}

static bool same_hash(const char stored[POSITION_HEX], struct slice hash)
{
    size_t n = strnlen(stored, POSITION_HEX);
    if (hash.n > POSITION_HEX)
        hash.n = POSITION_HEX;
    return slice_eq(hash, (struct slice){stored, n});
}

void ring_forget(struct ring *r)
{
    r->least_n = r->position.n;
}

void ring_drop(struct ring *r)
{
    while (r->count)
        drop_oldest(r);
}

// The oldest frame after which a reader is at n or further; r->count when there is none.
static size_t first_at(const struct ring *r, uint64_t n)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (frame_at(r, middle)->n < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The hash at n, NULL where the ring does not know it, and where a reader goes on from there.
static const char *hash_at(const struct ring *r, uint64_t n, uint64_t *ret_offset)
{
    if (r->has_base && n == r->base_n) {
        *ret_offset = r->count ? frame_at(r, 0)->offset : r->head;
        return r->base_hash;
    }
    size_t i = first_at(r, n);
    if (i == r->count || frame_at(r, i)->n != n)
        return NULL;
    *ret_offset = frame_at(r, i)->offset + frame_at(r, i)->size;
    return frame_at(r, i)->hash;
}

struct ring_place ring_resume(const struct ring *r, bool is_given, uint64_t n, struct slice hash)
{
    struct ring_place place = {RING_SNAPSHOT, r->head, false};
    uint64_t offset;
    if (!is_given)
        return place;
    const char *known = hash_at(r, n, &offset);
    bool fits = known && (!hash.p || same_hash(known, hash));
    if (!fits || n < r->least_n) {
        place.rolled_back = n > r->position.n || (known && !fits);
    } else if (n == r->position.n) {
        place.mode = RING_LIVE; // behind whatever notes stand after the last event
    } else {
        place.mode = RING_TAIL;
        place.offset = offset;
    }
    return place;
}

// The last frame that ends at or before `end`, starting from frame i, in one piece with it.
static size_t last_within(const struct ring *r, size_t i, uint64_t end)
{
    size_t at = frame_at(r, i)->at;
    size_t low = i, high = r->count; // low is within, high is not
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct frame *f = frame_at(r, middle);
        if (f->offset + f->size <= end && f->at > at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t frame_of(const struct ring *r, uint64_t offset)
{
    size_t low = 0, high = r->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (frame_at(r, middle)->offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

bool ring_span(const struct ring *r, uint64_t offset, size_t most, struct slice *ret)
{
    must(offset <= r->head);
    if (offset == r->head) {
        *ret = (struct slice){"", 0};
        return true;
    }
    if (r->count == 0 || offset < frame_at(r, 0)->offset)
        return false;
    size_t i = frame_of(r, offset);
    const struct frame *first = frame_at(r, i);
    must(first->offset == offset); // cursors stand between frames
    const struct frame *last = frame_at(r, last_within(r, i, offset + most));
    *ret = (struct slice){r->block + first->at, last->at + last->size - first->at};
    return true;
}
