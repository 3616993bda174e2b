// SPDX-License-Identifier: Apache-2.0
// The table of ids.
#include "server/app/index.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/kit/check.h"

TEST(an_empty_table_has_nothing)
{
    struct index *ix = index_create();
    CHECK(!index_find(ix, slice_of("a")));
    CHECK(!index_find(ix, slice_of("")));
    CHECK_INT(index_count(ix), 0);
    index_destroy(&ix, NULL);
    CHECK(!ix);
    index_destroy(&ix, NULL);
}

TEST(a_key_may_have_several_values)
{
    struct index *ix = index_create();
    int one = 1, two = 2, other = 3;
    index_add(ix, slice_of("k"), &one);
    index_add(ix, slice_of("k"), &two);
    index_add(ix, slice_of("kk"), &other);
    int sum = 0, count = 0;
    for (struct index_entry *e = index_find(ix, slice_of("k")); e; e = index_next(e)) {
        sum += *(int *)e->value;
        count++;
    }
    CHECK_INT(sum, 3);
    CHECK_INT(count, 2);
    index_destroy(&ix, NULL);
}

TEST(it_grows_and_loses_nothing)
{
    enum { MANY = 5000 };
    struct index *ix = index_create();
    for (size_t i = 0; i < MANY; i++) {
        char key[16];
        snprintf(key, sizeof key, "q%zu", i);
        size_t *value = malloc(sizeof *value);
        *value = i;
        index_add(ix, slice_of(key), value);
    }
    CHECK_INT(index_count(ix), MANY);
    for (size_t i = 0; i < MANY; i++) {
        char key[16];
        snprintf(key, sizeof key, "q%zu", i);
        struct index_entry *e = index_find(ix, slice_of(key));
        CHECK(e && *(size_t *)e->value == i);
        CHECK(!index_next(e));
    }
    index_destroy(&ix, free);
}

static bool is_odd(void *value, void *ctx)
{
    ++*(size_t *)ctx;
    return *(size_t *)value % 2;
}

TEST(sifting_removes_what_is_to_go)
{
    struct index *ix = index_create();
    for (size_t i = 0; i < 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "%zu", i);
        size_t *value = malloc(sizeof *value);
        *value = i;
        index_add(ix, slice_of(key), value);
    }
    size_t seen = 0;
    index_sift(ix, is_odd, &seen);
    CHECK_INT(seen, 100);
    CHECK_INT(index_count(ix), 50);
    CHECK(index_find(ix, slice_of("42")));
    CHECK(!index_find(ix, slice_of("43")));
    index_destroy(&ix, free);
}

int main(void)
{
    return check_run();
}
