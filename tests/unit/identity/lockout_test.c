// SPDX-License-Identifier: Apache-2.0
#include "server/identity/lockout.h"

#include <stdio.h>

#include "tests/kit/check.h"

static const int64_t NOW = 1795500000000;
static struct lockout *table;

static enum lockout_answer begin(enum lockout_kind kind, const char *who, int64_t now)
{
    int64_t retry = 0;
    return lockout_begin(table, kind, slice_of(who), now, &retry);
}

static void end(enum lockout_kind kind, const char *who, int64_t now, enum lockout_end how)
{
    lockout_end(table, kind, slice_of(who), now, how);
}

static void fail(enum lockout_kind kind, const char *who, int64_t now)
{
    CHECK_INT(begin(kind, who, now), LOCKOUT_OPEN);
    end(kind, who, now, LOCKOUT_FAILED);
}

static void open_table(void)
{
    table = lockout_create();
}

static void close_table(void)
{
    lockout_destroy(&table);
    CHECK(!table);
}

TEST(five_failures_lock_a_name_for_a_quarter_of_an_hour)
{
    int64_t retry = 0;
    open_table();
    for (int i = 0; i < 5; i++)
        fail(LOCKOUT_NAME, "zhou", NOW + i);
    CHECK_INT(lockout_begin(table, LOCKOUT_NAME, slice_of("zhou"), NOW + 5, &retry),
              LOCKOUT_LOCKED);
    CHECK_INT(retry, LOCKOUT_MS - 1);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW + 4 + LOCKOUT_MS - 1), LOCKOUT_LOCKED);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou ", NOW + 5), LOCKOUT_OPEN);
    CHECK_INT(begin(LOCKOUT_ADDRESS, "zhou", NOW + 5), LOCKOUT_OPEN);
    // Afterwards it begins anew.
    for (int i = 0; i < 4; i++)
        fail(LOCKOUT_NAME, "zhou", NOW + 4 + LOCKOUT_MS);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW + 4 + LOCKOUT_MS), LOCKOUT_OPEN);
    close_table();
}

TEST(success_clears_a_name_but_not_an_address)
{
    open_table();
    for (int i = 0; i < 4; i++)
        fail(LOCKOUT_NAME, "zhou", NOW);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_OPEN);
    end(LOCKOUT_NAME, "zhou", NOW, LOCKOUT_SUCCEEDED);
    for (int i = 0; i < 4; i++)
        fail(LOCKOUT_NAME, "zhou", NOW);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_OPEN);
    for (int i = 0; i < LOCKOUT_ADDRESS_FAILURES - 1; i++)
        fail(LOCKOUT_ADDRESS, "192.0.2.1", NOW);
    CHECK_INT(begin(LOCKOUT_ADDRESS, "192.0.2.1", NOW), LOCKOUT_OPEN);
    end(LOCKOUT_ADDRESS, "192.0.2.1", NOW, LOCKOUT_SUCCEEDED);
    fail(LOCKOUT_ADDRESS, "192.0.2.1", NOW);
    CHECK_INT(begin(LOCKOUT_ADDRESS, "192.0.2.1", NOW), LOCKOUT_LOCKED);
    close_table();
}

TEST(old_failures_do_not_count)
{
    open_table();
    for (int i = 0; i < 4; i++)
        fail(LOCKOUT_NAME, "zhou", NOW);
    fail(LOCKOUT_NAME, "zhou", NOW + LOCKOUT_WINDOW_MS);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW + LOCKOUT_WINDOW_MS), LOCKOUT_OPEN);
    close_table();
}

TEST(attempts_at_the_same_time_do_not_get_round_the_limit)
{
    open_table();
    for (int i = 0; i < 5; i++)
        CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_OPEN);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_FULL);
    end(LOCKOUT_NAME, "zhou", NOW, LOCKOUT_UNDECIDED);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_OPEN);
    for (int i = 0; i < 5; i++)
        end(LOCKOUT_NAME, "zhou", NOW, LOCKOUT_FAILED);
    CHECK_INT(begin(LOCKOUT_NAME, "zhou", NOW), LOCKOUT_LOCKED);
    close_table();
}

TEST(a_clock_put_back_does_not_lock_for_longer)
{
    int64_t retry = 0;
    open_table();
    for (int i = 0; i < 5; i++)
        fail(LOCKOUT_NAME, "zhou", NOW);
    CHECK_INT(lockout_begin(table, LOCKOUT_NAME, slice_of("zhou"), NOW - 86400000, &retry),
              LOCKOUT_LOCKED);
    CHECK_INT(retry, LOCKOUT_MS);
    close_table();
}

TEST(the_table_forgets_the_oldest_but_nothing_under_way)
{
    char name[32];
    open_table();
    CHECK_INT(begin(LOCKOUT_NAME, "first", NOW), LOCKOUT_OPEN);
    for (int i = 0; i < 5; i++)
        fail(LOCKOUT_NAME, "second", NOW);
    for (int i = 0; i < LOCKOUT_ENTRIES - 2; i++) {
        snprintf(name, sizeof name, "n%d", i);
        fail(LOCKOUT_NAME, name, NOW);
    }
    CHECK_INT(begin(LOCKOUT_NAME, "second", NOW), LOCKOUT_LOCKED); // used: now the newest
    for (int i = 0; i < LOCKOUT_ENTRIES; i++) {
        snprintf(name, sizeof name, "m%d", i);
        fail(LOCKOUT_NAME, name, NOW);
    }
    CHECK_INT(begin(LOCKOUT_NAME, "second", NOW), LOCKOUT_OPEN);
    end(LOCKOUT_NAME, "second", NOW, LOCKOUT_SUCCEEDED);
    end(LOCKOUT_NAME, "first", NOW, LOCKOUT_FAILED); // still there, or this would abort
    close_table();
}

static void ends_what_was_not_begun(void)
{
    open_table();
    end(LOCKOUT_NAME, "zhou", NOW, LOCKOUT_FAILED);
}

TEST(an_end_needs_a_beginning)
{
    CHECK(check_aborts(ends_what_was_not_begun, "broken invariant"));
}

int main(void)
{
    return check_run();
}
