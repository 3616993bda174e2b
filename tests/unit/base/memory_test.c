// SPDX-License-Identifier: Apache-2.0
// Buffers, arenas and broken invariants.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/arena.h"
#include "server/base/buf.h"
#include "server/base/must.h"
#include "tests/kit/check.h"

TEST(a_zeroed_buffer_is_empty_and_has_a_slice)
{
    struct buf b = {0};
    struct slice s = buf_slice(&b);
    CHECK(s.p && s.n == 0);
    buf_clear(&b);
    buf_add(&b, (struct slice){0});
    CHECK(!b.p);
    buf_finish(&b);
    buf_finish(&b);
}

TEST(a_buffer_keeps_all_bytes_in_order_and_a_nul_behind_them)
{
    struct buf b = {0};
    for (int i = 0; i < 100000; i++) {
        buf_char(&b, (char)('a' + i % 26));
        if (i % 1000 == 0)
            CHECK(b.p[b.n] == '\0');
    }
    CHECK_INT(b.n, 100000);
    for (int i = 0; i < 100000; i++)
        CHECK(b.p[i] == (char)('a' + i % 26));
    char *kept = b.p;
    buf_clear(&b);
    CHECK(b.p == kept && b.p[0] == '\0' && b.n == 0);
    buf_text(&b, "x");
    buf_add(&b, (struct slice){"y\0z", 3});
    CHECK(slice_eq(buf_slice(&b), (struct slice){"xy\0z", 4}));
    buf_finish(&b);
    CHECK(!b.p && b.n == 0 && b.cap == 0);
}

TEST(printf_grows_the_buffer_to_fit)
{
    struct buf b = {0};
    buf_printf(&b, "%s", "");
    CHECK_STR(b.p, "");
    for (int i = 0; i < 500; i++)
        buf_printf(&b, "%d,", i);
    buf_printf(&b, "%0*d", 5000, 7);
    CHECK_INT(strlen(b.p), b.n);
    CHECK(strncmp(b.p, "0,1,2,3,", 8) == 0);
    CHECK_STR(b.p + b.n - 3, "007");
    buf_finish(&b);
}

TEST(arena_memory_is_zeroed_aligned_and_never_shared)
{
    enum { PIECES = 3000 };
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];
    struct arena a = {0};
    uint32_t seed = 1;
    for (int i = 0; i < PIECES; i++) {
        seed = seed * 1664525 + 1013904223;
        sizes[i] = (seed >> 8) % (i % 50 == 0 ? 100000 : 200);
        pieces[i] = arena_alloc(&a, sizes[i]);
        CHECK((uintptr_t)pieces[i] % _Alignof(max_align_t) == 0);
        for (size_t k = 0; k < sizes[i]; k++)
            CHECK(pieces[i][k] == 0);
        memset(pieces[i], i % 255 + 1, sizes[i]);
    }
    for (int i = 0; i < PIECES; i++) {
        for (size_t k = 0; k < sizes[i]; k++)
            CHECK(pieces[i][k] == i % 255 + 1);
    }
    arena_finish(&a);
    CHECK(!a.blocks);
    arena_finish(&a);
}

TEST(a_copy_in_an_arena_ends_with_nul_and_absent_stays_absent)
{
    struct arena a = {0};
    CHECK(!arena_copy(&a, (struct slice){0}));
    CHECK(!a.blocks);
    CHECK_STR(arena_copy(&a, (struct slice){"abcdef", 3}), "abc");
    CHECK_STR(arena_copy(&a, slice_of("")), "");
    arena_finish(&a);
}

static void break_an_invariant(void)
{
    must(1 + 1 == 2);
    must(1 + 1 == 3);
}

TEST(a_broken_invariant_says_where_and_aborts)
{
    CHECK(check_aborts(break_an_invariant, "1 + 1 == 3 at "));
}

static void want_too_much(void)
{
    // Through a variable, so that the compiler does not know better.
    volatile unsigned long size = SIZE_MAX / 2 - 4096;
    free(must_alloc(size));
}

TEST(memory_that_is_not_there_aborts)
{
    setenv("ASAN_OPTIONS", "allocator_may_return_null=1", 1);
    void *p = must_alloc(0);
    CHECK(p);
    free(p);
#ifndef __SANITIZE_ADDRESS__
    CHECK(check_aborts(want_too_much, "broken invariant"));
#else
    (void)want_too_much;
#endif
}

int main(void)
{
    return check_run();
}
