// SPDX-License-Identifier: Apache-2.0
// The door passes each call, with all of its arguments, to the backend behind it.
#include "storage/storage.h"

#include "storage/backend.h"
#include "tests/kit/check.h"

static struct {
    const char *call;
    const void *a, *b;
    struct slice interview;
    struct st_range range;
} last;

static int marker;

static void done(void *ctx, const struct st_outcome *outcome)
{
    (void)ctx, (void)outcome;
}

static void each(void *ctx, const struct event *event)
{
    (void)ctx, (void)event;
}

static void each_id(void *ctx, struct slice interview)
{
    (void)ctx, (void)interview;
}

static void read_done(void *ctx, enum st_result result)
{
    (void)ctx, (void)result;
}

static void closed(void *ctx)
{
    (void)ctx;
}

static void on_append(struct storage *s, const struct st_batch *batch, st_done *fn, void *ctx)
{
    CHECK(fn == done && ctx == &marker);
    last.call = "append";
    last.a = s;
    last.b = batch;
}

static void on_read(struct storage *s, struct slice interview, struct st_range range,
                    st_read_event *fn, st_read_done *end, void *ctx)
{
    CHECK(fn == each && end == read_done && ctx == &marker);
    last.call = "read";
    last.a = s;
    last.interview = interview;
    last.range = range;
}

static void on_list(struct storage *s, st_list_row *fn, st_read_done *end, void *ctx)
{
    CHECK(fn == each_id && end == read_done && ctx == &marker);
    last.call = "list";
    last.a = s;
}

static void each_mark(void *ctx, struct slice interview, struct slice set, struct slice member)
{
    (void)ctx, (void)interview, (void)set, (void)member;
}

static void on_mark(struct storage *s, const struct st_mark *mark, st_done *fn, void *ctx)
{
    CHECK(fn == done && ctx == &marker);
    last.call = "mark";
    last.a = s;
    last.b = mark;
}

static void on_marks(struct storage *s, st_mark_row *fn, st_read_done *end, void *ctx)
{
    CHECK(fn == each_mark && end == read_done && ctx == &marker);
    last.call = "marks";
    last.a = s;
}

static void on_close(struct storage *s, st_closed *fn, void *ctx)
{
    CHECK(fn == closed && ctx == &marker);
    last.call = "close";
    last.a = s;
}

TEST(calls_reach_the_backend)
{
    static const struct storage_ops ops = {on_append, on_read,  on_list,
                                           on_mark,   on_marks, on_close};
    struct storage backend = {&ops}, *s = &backend;
    struct st_batch batch = {0};
    storage_append(s, &batch, done, &marker);
    CHECK_STR(last.call, "append");
    CHECK(last.a == &backend && last.b == &batch);
    storage_read(s, slice_of("spring"), (struct st_range){7, 9}, each, read_done, &marker);
    CHECK_STR(last.call, "read");
    CHECK(slice_is(last.interview, "spring") && last.range.after == 7 && last.range.to == 9);
    storage_list(s, each_id, read_done, &marker);
    CHECK_STR(last.call, "list");
    struct st_mark mark = {0};
    storage_mark(s, &mark, done, &marker);
    CHECK_STR(last.call, "mark");
    CHECK(last.a == &backend && last.b == &mark);
    storage_marks(s, each_mark, read_done, &marker);
    CHECK_STR(last.call, "marks");
    storage_close(&s, closed, &marker);
    CHECK_STR(last.call, "close");
    CHECK(last.a == &backend && s == NULL);
}

int main(void)
{
    return check_run();
}
