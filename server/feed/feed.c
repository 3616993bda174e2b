// SPDX-License-Identifier: Apache-2.0
// Two lines of readers: those with something to get, and those without. A push makes everybody
// due at once by joining the lines; who was served stands at the end, so nobody starves however
// fast events come. Busy and lost readers stand in no line.
#include "server/feed/feed.h"

#include <stdlib.h>

#include "server/base/limits.h"
#include "server/base/must.h"

struct feed {
    struct ring *ring;
    struct reader due, idle; // only their links are used
    uint64_t head;           // of the ring, when idle readers were last made due
    size_t count;
    struct reader *serving; // within its send; NULL once it left
};

static void unlink_reader(struct reader *reader)
{
    reader->prev->next = reader->next;
    reader->next->prev = reader->prev;
    reader->next = reader->prev = reader;
}

static void append(struct reader *line, struct reader *reader)
{
    reader->prev = line->prev;
    reader->next = line;
    line->prev->next = reader;
    line->prev = reader;
}

static bool is_empty(const struct reader *line)
{
    return line->next == line;
}

// Puts the reader, which stands in no line, where it belongs.
static void enqueue(struct feed *f, struct reader *reader)
{
    if (!reader->busy && !reader->lost)
        append(reader->cursor == ring_head(f->ring) ? &f->idle : &f->due, reader);
}

struct feed *feed_create(size_t capacity)
{
    struct feed *f = must_alloc(sizeof *f);
    f->ring = ring_create(capacity);
    f->due.next = f->due.prev = &f->due;
    f->idle.next = f->idle.prev = &f->idle;
    return f;
}

void feed_destroy(struct feed **f)
{
    if (!*f)
        return;
    must((*f)->count == 0);
    ring_destroy(&(*f)->ring);
    free(*f);
    *f = NULL;
}

struct ring *feed_ring(struct feed *f)
{
    return f->ring;
}

size_t feed_reader_count(const struct feed *f)
{
    return f->count;
}

void feed_join(struct feed *f, struct reader *reader, uint64_t offset)
{
    must(!reader->feed);
    reader->feed = f;
    reader->cursor = offset;
    reader->busy = reader->lost = false;
    reader->next = reader->prev = reader;
    f->count++;
    enqueue(f, reader);
}

void feed_leave(struct reader *reader)
{
    struct feed *f = reader->feed;
    if (!f)
        return;
    unlink_reader(reader);
    f->count--;
    if (f->serving == reader)
        f->serving = NULL;
    reader->feed = NULL;
    reader->busy = reader->lost = false;
}

void feed_reader_ready(struct reader *reader)
{
    if (!reader->feed || !reader->busy)
        return;
    reader->busy = false;
    enqueue(reader->feed, reader);
}

void feed_reader_seek(struct reader *reader, uint64_t offset)
{
    must(reader->feed && reader->feed->serving != reader);
    unlink_reader(reader);
    reader->cursor = offset;
    reader->lost = false;
    enqueue(reader->feed, reader);
}

static void serve(struct feed *f, struct reader *reader)
{
    struct slice frames;
    unlink_reader(reader);
    if (!ring_span(f->ring, reader->cursor, LIMIT_SPAN, &frames)) {
        reader->lost = true;
        reader->behind(reader);
        return;
    }
    if (frames.n == 0) {
        append(&f->idle, reader);
        return;
    }
    f->serving = reader;
    enum reader_take took = reader->send(reader, frames);
    if (f->serving != reader) // it left, and may be no more
        return;
    f->serving = NULL;
    if (took == READER_TOOK)
        reader->cursor += frames.n;
    else
        reader->busy = true;
    enqueue(f, reader);
}

// Everybody idle is due again when the ring has grown.
static void wake(struct feed *f)
{
    uint64_t head = ring_head(f->ring);
    if (head == f->head)
        return;
    f->head = head;
    if (is_empty(&f->idle))
        return;
    struct reader *first = f->idle.next, *last = f->idle.prev;
    first->prev = f->due.prev;
    f->due.prev->next = first;
    last->next = &f->due;
    f->due.prev = last;
    f->idle.next = f->idle.prev = &f->idle;
}

bool feed_sweep(struct feed *f)
{
    wake(f);
    for (int served = 0; served < LIMIT_SLICE && !is_empty(&f->due); served++)
        serve(f, f->due.next);
    return !is_empty(&f->due) || ring_head(f->ring) != f->head;
}
