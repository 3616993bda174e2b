// SPDX-License-Identifier: Apache-2.0
// Readers against what they should have received.
#include "server/feed/feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/base/buf.h"
#include "server/base/limits.h"
#include "server/base/must.h"
#include "tests/kit/check.h"

// A reader that keeps what it gets.
struct sink {
    struct reader reader; // first
    struct buf got;
    int sends;
    int behind;     // calls since the last seek
    int busy_every; // refuse every n-th send
    bool leave_in_send, rejoin_in_send, free_in_send, gone, seek_when_behind;
};

static uint64_t numbers;

static void push(struct feed *f, const char *frame)
{
    struct position after = {.n = ++numbers};
    ring_push(feed_ring(f), &after, slice_of(frame));
}

static enum reader_take on_send(struct reader *reader, struct slice frames)
{
    struct sink *s = (struct sink *)reader;
    struct feed *f = reader->feed;
    s->sends++;
    if (s->free_in_send) {
        feed_leave(reader);
        buf_finish(&s->got);
        free(s);
        return READER_TOOK;
    }
    if (s->gone)
        return READER_GONE;
    if (s->busy_every && s->sends % s->busy_every == 0)
        return READER_BUSY;
    buf_add(&s->got, frames);
    if (s->leave_in_send || s->rejoin_in_send)
        feed_leave(reader);
    if (s->rejoin_in_send)
        feed_join(f, reader, ring_head(feed_ring(f)));
    return READER_TOOK;
}

static void on_behind(struct reader *reader)
{
    struct sink *s = (struct sink *)reader;
    s->behind++;
    if (s->seek_when_behind)
        feed_reader_seek(reader, ring_head(feed_ring(reader->feed)));
}

static struct sink *join(struct feed *f)
{
    struct sink *s = must_alloc(sizeof *s);
    s->reader.send = on_send;
    s->reader.behind = on_behind;
    feed_join(f, &s->reader, ring_head(feed_ring(f)));
    return s;
}

static void drop(struct sink *s)
{
    feed_leave(&s->reader);
    buf_finish(&s->got);
    free(s);
}

static void sweep_all(struct feed *f)
{
    int turns = 0;
    while (feed_sweep(f))
        CHECK(++turns < 100000);
}

TEST(readers_get_what_comes_after_they_joined_in_one_piece)
{
    struct feed *f = feed_create(1000);
    CHECK(!feed_sweep(f));
    struct sink *a = join(f);
    push(f, "1");
    push(f, "2");
    struct sink *b = join(f);
    push(f, "3");
    CHECK_INT(feed_reader_count(f), 2);
    sweep_all(f);
    CHECK_STR(a->got.p, "123");
    CHECK_STR(b->got.p, "3");
    CHECK_INT(a->sends, 1);
    sweep_all(f);
    CHECK_INT(a->sends, 1);
    drop(a), drop(b);
    CHECK_INT(feed_reader_count(f), 0);
    feed_destroy(&f);
    CHECK(!f);
    feed_destroy(&f);
}

TEST(a_reader_may_join_in_the_past)
{
    struct feed *f = feed_create(1000);
    push(f, "1");
    push(f, "2");
    struct sink *a = join(f);
    feed_reader_seek(&a->reader, 1);
    sweep_all(f);
    CHECK_STR(a->got.p, "2");
    drop(a);
    feed_destroy(&f);
}

TEST(a_turn_serves_no_more_than_its_slice_and_says_so)
{
    enum { MANY = LIMIT_SLICE * 3 + 1 };
    static struct sink *sinks[MANY];
    struct feed *f = feed_create(1000);
    for (int i = 0; i < MANY; i++)
        sinks[i] = join(f);
    push(f, "x");
    for (int turn = 1; turn <= 4; turn++) {
        CHECK(feed_sweep(f) == (turn < 4));
        int served = 0;
        for (int i = 0; i < MANY; i++)
            served += sinks[i]->sends;
        CHECK_INT(served, turn < 4 ? turn * LIMIT_SLICE : MANY);
    }
    CHECK(!feed_sweep(f));
    for (int i = 0; i < MANY; i++)
        drop(sinks[i]);
    feed_destroy(&f);
}

TEST(nobody_starves_while_events_come_faster_than_turns)
{
    enum { MANY = LIMIT_SLICE * 5, TURNS = 50 };
    static struct sink *sinks[MANY];
    struct feed *f = feed_create(100000);
    for (int i = 0; i < MANY; i++)
        sinks[i] = join(f);
    for (int turn = 0; turn < TURNS; turn++) {
        push(f, "x");
        CHECK(feed_sweep(f));
    }
    for (int i = 0; i < MANY; i++)
        CHECK_INT(sinks[i]->sends, TURNS / 5);
    for (int i = 0; i < MANY; i++)
        drop(sinks[i]);
    feed_destroy(&f);
}

TEST(a_busy_reader_waits_and_loses_nothing)
{
    struct feed *f = feed_create(1000);
    struct sink *a = join(f);
    a->busy_every = 1;
    push(f, "1");
    CHECK(!feed_sweep(f));
    CHECK(a->reader.busy);
    push(f, "2");
    CHECK(!feed_sweep(f));
    CHECK_INT(a->sends, 1);
    a->busy_every = 0;
    feed_reader_ready(&a->reader);
    feed_reader_ready(&a->reader);
    CHECK(!feed_sweep(f));
    CHECK_STR(a->got.p, "12");
    drop(a);
    feed_destroy(&f);
}

TEST(a_reader_whose_place_is_forgotten_is_told_once)
{
    struct feed *f = feed_create(4);
    struct sink *a = join(f), *b = join(f);
    a->busy_every = b->busy_every = 1;
    b->seek_when_behind = true;
    push(f, "aaaa");
    sweep_all(f);
    push(f, "bbbb");
    a->busy_every = b->busy_every = 0;
    feed_reader_ready(&a->reader);
    feed_reader_ready(&b->reader);
    sweep_all(f);
    push(f, "cccc");
    feed_reader_ready(&a->reader);
    sweep_all(f);
    CHECK_INT(a->behind, 1);
    CHECK(a->reader.lost && !a->got.p);
    CHECK_INT(b->behind, 1);
    CHECK_STR(b->got.p, "cccc");
    feed_reader_seek(&a->reader, ring_head(feed_ring(f)));
    push(f, "dddd");
    sweep_all(f);
    CHECK_STR(a->got.p, "dddd");
    CHECK_STR(b->got.p, "ccccdddd");
    CHECK_INT(a->behind, 1);
    drop(a), drop(b);
    feed_destroy(&f);
}

TEST(leaving_within_ones_own_send_is_leaving)
{
    struct feed *f = feed_create(1000);
    struct sink *a = join(f), *b = join(f), *c = join(f), *d = join(f), *e = join(f);
    b->leave_in_send = true;
    c->rejoin_in_send = true;
    d->free_in_send = true;
    e->gone = true;
    push(f, "1");
    sweep_all(f);
    push(f, "2");
    sweep_all(f);
    CHECK_STR(a->got.p, "12");
    CHECK_STR(b->got.p, "1");
    CHECK(!b->reader.feed);
    CHECK_STR(c->got.p, "12");
    CHECK_INT(e->sends, 1);
    CHECK_INT(feed_reader_count(f), 3);
    feed_leave(&b->reader);
    feed_reader_ready(&b->reader);
    drop(a), drop(b), drop(c), drop(e);
    feed_destroy(&f);
}

static struct sink *victim;

static enum reader_take on_send_drop_victim(struct reader *reader, struct slice frames)
{
    if (victim)
        drop(victim);
    victim = NULL;
    return on_send(reader, frames);
}

TEST(a_reader_may_end_another_during_a_sweep)
{
    for (int which = 0; which < 3; which++) {
        struct feed *f = feed_create(1000);
        struct sink *sinks[3];
        for (int i = 0; i < 3; i++)
            sinks[i] = join(f);
        int killer = which == 1 ? 0 : 1;
        sinks[killer]->reader.send = on_send_drop_victim;
        victim = sinks[which]; // served before, or yet to be
        struct sink *dropped = victim;
        push(f, "1");
        sweep_all(f);
        for (int i = 0; i < 3; i++) {
            if (sinks[i] == dropped)
                continue;
            CHECK_STR(sinks[i]->got.p, "1");
            drop(sinks[i]);
        }
        feed_destroy(&f);
    }
}

TEST(a_long_backlog_comes_in_spans)
{
    struct feed *f = feed_create(LIMIT_SPAN * 4);
    struct sink *a = join(f);
    static char frame[1001];
    memset(frame, 'x', 1000);
    for (int i = 0; i < 200; i++)
        push(f, frame);
    sweep_all(f);
    CHECK_INT(a->got.n, 200000);
    CHECK_INT(a->sends, 4); // 65 whole frames fit into a span
    drop(a);
    feed_destroy(&f);
}

static void destroy_with_a_reader(void)
{
    struct feed *f = feed_create(10);
    join(f);
    feed_destroy(&f);
}

TEST(a_feed_with_readers_is_not_destroyed)
{
    CHECK(check_aborts(destroy_with_a_reader, "count == 0"));
}

// ---- model -----------------------------------------------------------------------------------

enum { MOST_SINKS = 200, CAPACITY = 3000 };

static uint64_t seed;

static size_t pick(size_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % below;
}

static struct buf all; // every byte ever pushed

struct tracked {
    struct sink *sink;
    size_t from;  // in all: what it must have received starts here
    size_t seeks; // times it was found behind
};

// Received so far is exactly what was pushed from its place on, up to its cursor.
static void check_tracked(const struct tracked *t)
{
    const struct buf *got = &t->sink->got;
    CHECK_INT(t->sink->reader.cursor, t->from + got->n);
    CHECK(got->n == 0 || memcmp(got->p, all.p + t->from, got->n) == 0);
    CHECK(t->sink->behind == (t->sink->reader.lost ? 1 : 0));
}

static void model_push(struct feed *f)
{
    char frame[120];
    size_t n = 1 + pick(sizeof frame - 2);
    for (size_t i = 0; i < n; i++)
        frame[i] = (char)('a' + pick(26));
    frame[n] = '\0';
    push(f, frame);
    buf_text(&all, frame);
}

static void resynchronise(struct feed *f, struct tracked *t)
{
    feed_reader_seek(&t->sink->reader, ring_head(feed_ring(f)));
    t->sink->behind = 0;
    buf_clear(&t->sink->got);
    t->from = all.n;
    t->seeks++;
}

static void model_step(struct feed *f, struct tracked *tracked, size_t *count)
{
    size_t i = *count ? pick(*count) : 0;
    switch (pick(9)) {
    case 0:
        if (*count == MOST_SINKS)
            return;
        tracked[*count] = (struct tracked){.sink = join(f), .from = all.n};
        tracked[(*count)++].sink->busy_every = (int)pick(6);
        return;
    case 1:
        if (*count == 0 || pick(3))
            return;
        check_tracked(&tracked[i]);
        drop(tracked[i].sink);
        tracked[i] = tracked[--*count];
        return;
    case 2:
    case 3:
        for (size_t k = 0; k < *count; k += 1 + pick(3)) {
            if (tracked[k].sink->reader.busy)
                feed_reader_ready(&tracked[k].sink->reader);
        }
        return;
    case 4:
        if (*count && tracked[i].sink->reader.lost)
            resynchronise(f, &tracked[i]);
        return;
    case 5:
    case 6:
        feed_sweep(f);
        return;
    default:
        model_push(f);
    }
}

TEST(every_reader_gets_every_byte_after_its_join_once_and_in_order)
{
    static struct tracked tracked[MOST_SINKS];
    size_t resynchronised = 0, received = 0;
    for (uint64_t round = 0; round < 10; round++) {
        seed = round;
        numbers = 0;
        buf_clear(&all);
        size_t count = 0;
        struct feed *f = feed_create(CAPACITY);
        for (int step = 0; step < 8000; step++) {
            model_step(f, tracked, &count);
            for (size_t i = 0; step % 50 == 0 && i < count; i++)
                check_tracked(&tracked[i]);
        }
        for (size_t i = 0; i < count; i++) {
            tracked[i].sink->busy_every = 0;
            feed_reader_ready(&tracked[i].sink->reader);
        }
        sweep_all(f);
        CHECK_INT(feed_reader_count(f), count);
        for (size_t i = 0; i < count; i++) {
            check_tracked(&tracked[i]);
            struct sink *s = tracked[i].sink;
            CHECK(s->reader.lost || tracked[i].from + s->got.n == all.n);
            resynchronised += tracked[i].seeks;
            received += s->got.n;
            drop(s);
        }
        feed_destroy(&f);
    }
    buf_finish(&all);
    CHECK(resynchronised > 10 && received > 100000);
}

int main(void)
{
    return check_run();
}
