// SPDX-License-Identifier: Apache-2.0
// The ring against a plain list of all frames ever pushed.
#include "server/feed/ring.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/kit/check.h"

static struct position position(uint64_t n)
{
    struct position p = {.n = n};
    if (n)
        snprintf(p.hash, sizeof p.hash, "%016llx%024d",
                 (unsigned long long)(n * 0x9E3779B97F4A7C15u), 0);
    return p;
}

static struct slice short_hash(const struct position *p)
{
    return (struct slice){p->hash, strnlen(p->hash, POSITION_HEX)};
}

// May one go on from there, and at which offset?
static bool find(const struct ring *r, uint64_t n, struct slice hash, uint64_t *ret_offset)
{
    struct ring_place place = ring_resume(r, true, n, hash);
    if (place.mode == RING_SNAPSHOT)
        return false;
    *ret_offset = place.offset;
    return true;
}

static void push(struct ring *r, uint64_t n, const char *frame)
{
    struct position after = position(n);
    ring_push(r, &after, slice_of(frame));
}

TEST(an_empty_ring_is_at_its_head)
{
    struct ring *r = ring_create(100);
    struct slice span;
    uint64_t offset = 77;
    CHECK_INT(ring_head(r), 0);
    CHECK_INT(ring_position(r)->n, 0);
    CHECK(ring_span(r, 0, 10, &span) && span.n == 0);
    CHECK(!find(r, 0, slice_of(""), &offset) && offset == 77);
    ring_destroy(&r);
    CHECK(!r);
    ring_destroy(&r);
}

TEST(a_started_ring_continues_from_there)
{
    struct ring *r = ring_create(100);
    struct position at = position(41);
    ring_start(r, &at);
    uint64_t offset = 77;
    CHECK_INT(ring_position(r)->n, 41);
    CHECK(find(r, 41, short_hash(&at), &offset) && offset == 0);
    CHECK(!find(r, 41, slice_of("0123456789abcdef"), &offset));
    CHECK(!find(r, 41, slice_of(""), &offset));
    CHECK(!find(r, 40, short_hash(&at), &offset));
    CHECK(!find(r, 42, short_hash(&at), &offset));
    push(r, 42, "abc");
    CHECK(find(r, 41, slice_of(at.hash), &offset) && offset == 0);
    struct position after = position(42);
    CHECK(find(r, 42, short_hash(&after), &offset) && offset == 3);
    ring_destroy(&r);
}

TEST(a_ring_started_at_nothing_takes_everybody_from_nothing)
{
    struct ring *r = ring_create(100);
    struct position nothing = {0};
    uint64_t offset;
    ring_start(r, &nothing);
    CHECK(find(r, 0, (struct slice){0}, &offset) && offset == 0);
    push(r, 1, "x");
    CHECK(find(r, 0, slice_of(""), &offset) && offset == 0);
    CHECK(!find(r, UINT64_MAX, slice_of(""), &offset));
    ring_destroy(&r);
}

TEST(spans_are_whole_frames_at_least_one_and_no_more_than_wanted)
{
    struct ring *r = ring_create(100);
    push(r, 7, "aaaa");
    push(r, 8, "bbbb");
    push(r, 9, "cccc");
    struct slice span;
    CHECK(ring_span(r, 0, 1, &span) && slice_is(span, "aaaa"));
    CHECK(ring_span(r, 0, 7, &span) && slice_is(span, "aaaa"));
    CHECK(ring_span(r, 0, 8, &span) && slice_is(span, "aaaabbbb"));
    CHECK(ring_span(r, 4, 100, &span) && slice_is(span, "bbbbcccc"));
    CHECK(ring_span(r, 12, 100, &span) && span.n == 0);
    ring_destroy(&r);
}

TEST(the_block_wraps_between_frames_and_forgets_the_oldest)
{
    struct ring *r = ring_create(10);
    push(r, 1, "aaaa");
    push(r, 2, "bbbb");
    push(r, 3, "cccc"); // at the beginning, where aaaa was
    struct slice span;
    CHECK(!ring_span(r, 0, 100, &span));
    CHECK(ring_span(r, 4, 100, &span) && slice_is(span, "bbbb"));
    CHECK(ring_span(r, 8, 100, &span) && slice_is(span, "cccc"));
    uint64_t offset;
    struct position one = position(1), zero = position(0);
    CHECK(find(r, 1, short_hash(&one), &offset) && offset == 4);
    CHECK(!find(r, 0, short_hash(&zero), &offset));
    ring_destroy(&r);
}

TEST(a_frame_beyond_the_capacity_is_kept_alone)
{
    struct ring *r = ring_create(4);
    push(r, 1, "aa");
    push(r, 2, "a much longer frame");
    struct slice span;
    CHECK(!ring_span(r, 0, 100, &span));
    CHECK(ring_span(r, 2, 1, &span) && slice_is(span, "a much longer frame"));
    push(r, 3, "b");
    CHECK(!ring_span(r, 2, 1, &span));
    CHECK(ring_span(r, 21, 1, &span) && slice_is(span, "b"));
    ring_destroy(&r);
}

static void skip_a_number(void)
{
    struct ring *r = ring_create(10);
    push(r, 1, "a");
    push(r, 3, "b");
}

static void read_between_frames(void)
{
    struct ring *r = ring_create(10);
    struct slice span;
    push(r, 1, "abc");
    ring_span(r, 1, 10, &span);
}

TEST(misuse_is_a_bug)
{
    CHECK(check_aborts(skip_a_number, "broken invariant"));
    CHECK(check_aborts(read_between_frames, "first->offset == offset"));
}

// ---- model -----------------------------------------------------------------------------------

enum { PUSHES = 4000, CAPACITY = 1000, MOST = 300 };

static uint64_t seed;

static size_t pick(size_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % below;
}

// All bytes ever pushed, and where each frame begins.
static char all[PUSHES * MOST];
static size_t begins[PUSHES + 1];

static void check_ring(struct ring *r, size_t pushed, uint64_t first_n)
{
    size_t kept = 0; // frames from the newest back that are still there
    bool forgotten = false;
    for (size_t i = pushed; i > 0; i--) {
        struct slice span;
        bool there = ring_span(r, begins[i - 1], 1 + pick(600), &span);
        CHECK(!(there && forgotten)); // only from the old end
        forgotten |= !there;
        struct position before = position(first_n + i - 2), after = position(first_n + i - 1);
        uint64_t offset = 0;
        if (i > 1)
            CHECK(find(r, before.n, short_hash(&before), &offset) == there);
        if (!there)
            continue;
        kept++;
        CHECK(i == 1 || offset == begins[i - 1]);
        CHECK(span.n > 0 && memcmp(span.p, all + begins[i - 1], span.n) == 0);
        bool ends_a_frame = false;
        for (size_t k = i; k <= pushed; k++)
            ends_a_frame |= begins[k] == begins[i - 1] + span.n;
        CHECK(ends_a_frame);
        CHECK(find(r, after.n, short_hash(&after), &offset) && offset == begins[i]);
        CHECK(!find(r, after.n, slice_of("0000000000000000"), &offset));
    }
    CHECK(kept >= 1 &&
          (kept == pushed || begins[pushed] - begins[pushed - kept - 1] > CAPACITY / 2));
}

TEST(the_ring_agrees_with_the_list_of_all_frames)
{
    for (uint64_t round = 0; round < 6; round++) {
        seed = round;
        uint64_t first_n = 1 + pick(100);
        struct ring *r = ring_create(CAPACITY);
        size_t size = round == 5 ? 3 : MOST;
        for (size_t i = 0; i < PUSHES; i++) {
            size_t n = 1 + pick(pick(4) ? size / 3 : size);
            for (size_t k = 0; k < n; k++)
                all[begins[i] + k] = (char)('a' + pick(26));
            begins[i + 1] = begins[i] + n;
            struct position after = position(first_n + i);
            ring_push(r, &after, (struct slice){all + begins[i], n});
            CHECK_INT(ring_head(r), begins[i + 1]);
            CHECK_INT(ring_position(r)->n, first_n + i);
            if (i % 97 == 0)
                check_ring(r, i + 1, first_n);
        }
        ring_destroy(&r);
    }
}

TEST(notes_bring_nobody_further)
{
    struct ring *r = ring_create(12);
    struct position nothing = {0};
    ring_start(r, &nothing);
    push(r, 1, "aaa");
    ring_note(r, slice_of("x"));
    ring_note(r, slice_of("y"));
    push(r, 2, "bbb");
    CHECK_INT(ring_position(r)->n, 2);
    struct position one = position(1), two = position(2);
    struct slice span;
    uint64_t offset;
    CHECK(find(r, 1, short_hash(&one), &offset) && offset == 3);
    CHECK(ring_span(r, offset, 100, &span) && slice_is(span, "xybbb"));
    CHECK(find(r, 2, short_hash(&two), &offset) && offset == 8);
    ring_note(r, slice_of("zz"));
    CHECK_INT(ring_position(r)->n, 2);
    push(r, 3, "cccc"); // "aaa" and "x" are forgotten: the place after 1 is still known
    CHECK(find(r, 1, short_hash(&one), &offset) && offset == 4);
    CHECK(ring_span(r, offset, 4, &span) && slice_is(span, "ybbb"));
    ring_destroy(&r);
}

static void check_place(const struct ring *r, bool is_given, uint64_t n, struct slice hash,
                        struct ring_place want)
{
    struct ring_place place = ring_resume(r, is_given, n, hash);
    CHECK_INT(place.mode, want.mode);
    CHECK_INT(place.offset, want.offset);
    CHECK_INT(place.rolled_back, want.rolled_back);
}

TEST(one_resumes_at_the_head_behind_it_or_by_a_snapshot)
{
    const struct slice none = {0};
    struct ring *r = ring_create(100);
    struct position at = position(41), after = position(42), next = position(43);
    ring_start(r, &at);
    push(r, 42, "abc");
    push(r, 43, "de");
    ring_note(r, slice_of("note"));
    check_place(r, false, 0, none, (struct ring_place){RING_SNAPSHOT, 9, false});
    check_place(r, true, 43, short_hash(&next), (struct ring_place){RING_LIVE, 9, false});
    check_place(r, true, 42, short_hash(&after), (struct ring_place){RING_TAIL, 3, false});
    check_place(r, true, 41, none, (struct ring_place){RING_TAIL, 0, false});
    check_place(r, true, 43, none, (struct ring_place){RING_LIVE, 9, false});
    check_place(r, true, 42, short_hash(&at), (struct ring_place){RING_SNAPSHOT, 9, true});
    check_place(r, true, 44, none, (struct ring_place){RING_SNAPSHOT, 9, true});
    check_place(r, true, 40, short_hash(&at), (struct ring_place){RING_SNAPSHOT, 9, false});
    check_place(r, true, 40, none, (struct ring_place){RING_SNAPSHOT, 9, false});
    ring_forget(r);
    check_place(r, true, 42, short_hash(&after), (struct ring_place){RING_SNAPSHOT, 9, false});
    check_place(r, true, 42, none, (struct ring_place){RING_SNAPSHOT, 9, false});
    check_place(r, true, 43, none, (struct ring_place){RING_LIVE, 9, false});
    ring_destroy(&r);
}

TEST(before_the_first_event_one_has_no_hash)
{
    struct ring *r = ring_create(100);
    ring_start(r, &(struct position){0});
    push(r, 1, "abc");
    check_place(r, true, 0, slice_of(""), (struct ring_place){RING_TAIL, 0, false});
    check_place(r, true, 0, slice_of("00"), (struct ring_place){RING_SNAPSHOT, 3, true});
    ring_destroy(&r);
}

int main(void)
{
    return check_run();
}
