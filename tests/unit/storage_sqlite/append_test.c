// SPDX-License-Identifier: Apache-2.0
// What storage.h promises of appending, reading, listing and closing.
#include "tests/unit/storage_sqlite/desk.h"

static struct st_guard guard_of(const char *key, const char *expect, const char *set)
{
    return (struct st_guard){slice_of(key), slice_of(expect), slice_of(set)};
}

TEST(events_come_before_the_answer_and_never_at_once)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_fact facts[] = {{true, slice_of("Asked"), slice_of("{\"a\":1}")},
                              {false, slice_of("noted"), slice_of("{}")},
                              {true, slice_of("Shown"), slice_of("{\"b\":2}")}};
    struct st_batch batch = {.interview = slice_of("spring"),
                             .op = "1",
                             .at_ms = 5,
                             .actor = slice_of("c:x"),
                             .facts = facts,
                             .fact_count = 3,
                             .result = slice_of("R-1")};
    storage_append(d.storage, &batch, desk_done, &d);
    CHECK(d.told == NULL);
    desk_wait(&d, 1);
    desk_told(&d, "spring 1/1 Asked {\"a\":1}\nspring 2/0 noted {}\nspring 3/2 Shown {\"b\":2}\n"
                  "OK R-1\n");
    CHECK_INT(desk_read(&d, "spring"), 3);
    desk_close(&d);
}

TEST(the_caller_may_reuse_its_memory_at_once)
{
    struct desk d;
    desk_open(&d, check_dir());
    char id[] = "spring", type[] = "noted", body[] = "{}", key[] = "k", set[] = "v", result[] = "R";
    struct st_guard guard = guard_of(key, "", set);
    desk_append(&d, id, 1, type, body, &guard, result);
    id[0] = type[0] = body[0] = key[0] = set[0] = result[0] = '!';
    guard = guard_of("!", "!", "!");
    desk_wait(&d, 1);
    desk_told(&d, "spring 1/0 noted {}\nOK R\n");
    desk_close(&d);
}

TEST(an_operation_is_applied_once_and_its_result_is_kept)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_guard guard = guard_of("q", "", "pending");
    desk_append(&d, "a", 7, "noted", "{}", &guard, "first");
    desk_append(&d, "a", 7, "noted", "{}", &guard, "second"); // its guard would not hold any more
    desk_append(&d, "b", 7, "noted", "{}", NULL, ""); // an operation belongs to one interview
    desk_append(&d, "b", 7, "noted", "{}", NULL, "later");
    desk_wait(&d, 4);
    desk_told(&d, "a 1/0 noted {}\nOK first\nDUP first\nb 1/0 noted {}\nOK \nDUP \n");
    desk_close(&d);
}

TEST(a_conflict_tells_the_key_and_its_value_and_writes_nothing)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_guard guards[] = {guard_of("other", "", "set"), guard_of("q", "pending", "approved")};
    struct st_fact fact = {true, slice_of("Approved"), slice_of("{}")};
    struct st_batch batch = {.interview = slice_of("a"),
                             .op = "2",
                             .guards = guards,
                             .guard_count = 2,
                             .facts = &fact,
                             .fact_count = 1};
    storage_append(d.storage, &batch, desk_done, &d); // the key is absent
    desk_wait(&d, 1);
    storage_list(d.storage, desk_listed, desk_read_done, &d);
    desk_wait(&d, 1);
    desk_told(&d, "CONFLICT q=\nread OK\n");
    struct st_guard set = guard_of("q", "", "rejected");
    desk_append(&d, "a", 3, NULL, NULL, &set, "");
    storage_append(d.storage, &batch, desk_done, &d);
    guards[1].expect = slice_of("rejected");
    storage_append(d.storage, &batch, desk_done, &d); // the refused one did not use its operation
    desk_wait(&d, 3);
    desk_told(&d, "OK \nCONFLICT q=rejected\na 1/1 Approved {}\nOK \n");
    struct st_guard other = guard_of("other", "set", NULL);
    desk_append(&d, "a", 4, NULL, NULL, &other, "");
    desk_wait(&d, 1);
    desk_told(&d, "OK \n");
    desk_close(&d);
}

TEST(a_guard_that_only_compares_or_sets_nothing)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_guard steps[] = {guard_of("k", "", "v"), guard_of("k", "v", NULL),
                               guard_of("k", "v", ""), guard_of("k", "", NULL),
                               guard_of("k", "v", NULL)};
    for (int i = 0; i < 5; i++)
        desk_append(&d, "a", i, NULL, NULL, &steps[i], "");
    desk_append(&d, "b", 9, NULL, NULL, &steps[0], ""); // keys belong to one interview
    desk_wait(&d, 6);
    desk_told(&d, "OK \nOK \nOK \nOK \nCONFLICT k=\nOK \n");
    desk_close(&d);
}

TEST(bytes_are_kept_as_they_are)
{
    struct desk d;
    desk_open(&d, check_dir());
    static const char bytes[] = "nul \0 and \xff\xfe and 采访";
    struct slice all = {bytes, sizeof bytes - 1};
    struct st_guard guard = {all, {NULL, 0}, all};
    struct st_fact fact = {true, slice_of("T"), all};
    struct st_batch batch = {.interview = slice_of("a"),
                             .op = "\0\1\0",
                             .actor = slice_of(""),
                             .guards = &guard,
                             .guard_count = 1,
                             .facts = &fact,
                             .fact_count = 1,
                             .result = all};
    storage_append(d.storage, &batch, desk_done, &d);
    guard.expect = all;
    batch.op[0] = 1;
    storage_append(d.storage, &batch, desk_done, &d);
    desk_wait(&d, 2);
    CHECK_INT(d.counts[ST_OK], 2);
    CHECK_INT(desk_read(&d, "a"), 2); // the verifier hashes every byte
    desk_close(&d);
}

TEST(reading_goes_in_slices_and_starts_after)
{
    struct desk d;
    desk_open(&d, check_dir());
    for (int i = 0; i < 1203; i++)
        desk_append(&d, "a", i, i % 3 ? "noted" : "Shown", "{}", NULL, "");
    desk_wait(&d, 1203);
    CHECK_INT(desk_read(&d, "a"), 1203);
    CHECK_INT(d.verifier.open.n, 401);
    d.told_len = 0;
    storage_read(d.storage, slice_of("a"), (struct st_range){1200, UINT64_MAX}, desk_row_told,
                 desk_read_done, &d);
    storage_read(d.storage, slice_of("a"), (struct st_range){1203, UINT64_MAX}, desk_row_told,
                 desk_read_done, &d);
    storage_read(d.storage, slice_of("a"), (struct st_range){UINT64_MAX, UINT64_MAX}, desk_row_told,
                 desk_read_done, &d);
    storage_read(d.storage, slice_of("nobody"), ST_ALL, desk_row_told, desk_read_done, &d);
    desk_wait(&d, 4);
    desk_told(&d, "1201/401 u:mei Shown {}\n1202/0 u:mei noted {}\n1203/0 u:mei noted {}\nread "
                  "OK\nread OK\nread OK\n"
                  "read OK\n");
    desk_close(&d);
}

TEST(reading_ends_where_it_should)
{
    struct desk d;
    desk_open(&d, check_dir());
    for (int i = 0; i < 1203; i++)
        desk_append(&d, "a", i, "Shown", "{}", NULL, "");
    desk_wait(&d, 1203);
    d.told_len = 0;
    storage_read(d.storage, slice_of("a"), (struct st_range){7, 8}, desk_row_told, desk_read_done,
                 &d);
    storage_read(d.storage, slice_of("a"), (struct st_range){7, 7}, desk_row_told, desk_read_done,
                 &d);
    storage_read(d.storage, slice_of("a"), (struct st_range){1202, 5000}, desk_row_told,
                 desk_read_done, &d);
    desk_wait(&d, 3);
    desk_told(&d, "8/8 u:mei Shown {}\nread OK\nread OK\n1203/1203 u:mei Shown {}\nread OK\n");
    // More than a slice.
    verifier_init(&d.verifier);
    storage_read(d.storage, slice_of("a"), (struct st_range){0, 1001}, desk_row, desk_read_done,
                 &d);
    desk_wait(&d, 1);
    CHECK_INT(d.rows, 1001);
    desk_close(&d);
}

TEST(large_bodies_are_read_whole)
{
    struct desk d;
    desk_open(&d, check_dir());
    char *body = malloc(400001);
    CHECK(body);
    memset(body, 'x', 400000);
    body[400000] = '\0';
    for (int i = 0; i < 8; i++)
        desk_append(&d, "a", i, "Shown", body, NULL, "");
    free(body);
    desk_wait(&d, 8);
    CHECK_INT(desk_read(&d, "a"), 8);
    desk_close(&d);
}

TEST(the_list_is_oldest_first)
{
    struct desk d;
    desk_open(&d, check_dir());
    const char *ids[] = {"zebra", "apple", "mango", "apple"};
    for (int i = 0; i < 4; i++)
        desk_append(&d, ids[i], i, NULL, NULL, NULL, "");
    desk_wait(&d, 4);
    d.told_len = 0;
    storage_list(d.storage, desk_listed, desk_read_done, &d);
    desk_wait(&d, 1);
    desk_told(&d, "zebra\napple\nmango\nread OK\n");
    char id[16];
    for (int i = 0; i < 1100; i++) {
        snprintf(id, sizeof id, "i%d", i);
        desk_append(&d, id, i, NULL, NULL, NULL, "");
    }
    desk_wait(&d, 1100);
    d.rows = 0;
    storage_list(d.storage, desk_listed, desk_read_done, &d);
    desk_wait(&d, 1);
    CHECK_INT(d.rows, 1103);
    desk_close(&d);
}

TEST(closing_finishes_what_was_queued)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    for (int i = 0; i < 700; i++)
        desk_append(&d, "a", i, "noted", "{}", NULL, "");
    storage_close(&d.storage, desk_closed, &d);
    CHECK(d.storage == NULL);
    desk_wait(&d, 701);
    CHECK_INT(d.counts[ST_OK], 700);
    CHECK(strcmp(d.told + d.told_len - 7, "closed\n") == 0);
    desk_finish(&d);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "a"), 700);
    storage_read(d.storage, slice_of("a"), ST_ALL, desk_row, desk_read_done, &d);
    verifier_init(&d.verifier);
    storage_close(&d.storage, desk_closed, &d);
    desk_wait(&d, 2);
    CHECK_INT(d.rows, 1400);
    desk_finish(&d);
}

static void close_now(void *ctx, const struct st_outcome *outcome)
{
    struct desk *d = ctx;
    desk_done(ctx, outcome);
    storage_close(&d->storage, desk_closed, d);
}

TEST(closing_from_within_an_answer)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_batch batch = {.interview = slice_of("a"), .op = "x"};
    storage_append(d.storage, &batch, close_now, &d);
    desk_wait(&d, 2);
    desk_told(&d, "OK \nclosed\n");
    desk_finish(&d);
}

TEST(reopening_continues_numbers_chain_guards_and_operations)
{
    const char *dir = check_dir();
    struct desk d;
    struct st_guard guard = guard_of("q", "", "pending");
    desk_open(&d, dir);
    desk_append(&d, "a", 1, "Shown", "{}", &guard, "one");
    desk_append(&d, "a", 2, "noted", "{}", NULL, "two");
    desk_wait(&d, 2);
    desk_close(&d);
    desk_open(&d, dir);
    desk_append(&d, "a", 1, "Shown", "{}", NULL, "other");
    desk_append(&d, "a", 3, "Shown", "{}", &guard, "three");
    desk_append(&d, "a", 4, "Shown", "{}", NULL, "four");
    desk_wait(&d, 3);
    desk_told(&d, "DUP one\nCONFLICT q=pending\na 3/2 Shown {}\nOK four\n");
    CHECK_INT(desk_read(&d, "a"), 3);
    desk_close(&d);
}

int main(void)
{
    return check_run();
}
