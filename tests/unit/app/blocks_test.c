// SPDX-License-Identifier: Apache-2.0
// Full blocks read again from the record: each alone, not longer than it is, and not while the
// server drains. The application over SQLite; what it reads goes through the test's hands.
#include "server/app/blocks.h"

#include <stdio.h>
#include <stdlib.h>

#include "storage/backend.h"
#include "storage/sqlite/sqlite.h"
#include "tests/kit/check.h"

enum { PUBLIC = 140 };

struct desk {
    struct storage storage; // first: its readings are held back as long as holds says so
    struct storage *sqlite;
    uv_loop_t loop;
    struct keys *keys;
    struct app *app;
    bool done; // what was begun last
    bool holds;
    // The reading begun last.
    size_t readings;
    struct st_range range;
    st_read_event *each;
    st_read_done *read_done;
    void *reader;
    size_t answers[APP_BLOCK_LATER + 1];
    struct buf text; // of the block that came last
};

// ---- the record ----

static void go_on_reading(struct desk *d)
{
    storage_read(d->sqlite, slice_of("portal"), d->range, d->each, d->read_done, d->reader);
}

static void read_through(struct storage *s, struct slice interview, struct st_range range,
                         st_read_event *each, st_read_done *done, void *ctx)
{
    struct desk *d = (struct desk *)s;
    CHECK(slice_is(interview, "portal"));
    d->readings++;
    d->range = range;
    d->each = each;
    d->read_done = done;
    d->reader = ctx;
    if (!d->holds)
        go_on_reading(d);
}

static void list_through(struct storage *s, st_list_row *each, st_read_done *done, void *ctx)
{
    storage_list(((struct desk *)s)->sqlite, each, done, ctx);
}

static void marks_through(struct storage *s, st_mark_row *each, st_read_done *done, void *ctx)
{
    storage_marks(((struct desk *)s)->sqlite, each, done, ctx);
}

static const struct storage_ops ops = {
    .read = read_through, .list = list_through, .marks = marks_through};

static void on_done(void *ctx, const struct st_outcome *outcome)
{
    CHECK_INT(outcome->result, ST_OK);
    ((struct desk *)ctx)->done = true;
}

static void on_closed(void *ctx)
{
    ((struct desk *)ctx)->done = true;
}

static void wait_done(struct desk *d)
{
    while (!d->done)
        uv_run(&d->loop, UV_RUN_ONCE);
    d->done = false;
}

static void append(struct desk *d, bool is_public, const char *type, const char *body)
{
    static unsigned char ops_made;
    struct st_fact fact = {is_public, slice_of(type), slice_of(body)};
    struct st_batch batch = {.interview = slice_of("portal"),
                             .op = {++ops_made},
                             .at_ms = 1700000000000,
                             .actor = slice_of("u:ada"),
                             .facts = &fact,
                             .fact_count = 1};
    storage_append(d->sqlite, &batch, on_done, d);
    wait_done(d);
}

// ---- the application ----

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return 1700000000000;
}

static void wake(void *ctx)
{
    (void)ctx;
}

static void on_loaded(void *ctx, const char *fault)
{
    CHECK_STR(fault ? fault : "", "");
    ((struct desk *)ctx)->done = true;
}

static void open_app(struct desk *d, const char *dir)
{
    char error[STORAGE_ERROR_LEN];
    struct app_ports ports = {.ctx = d, .now_ms = now_ms, .wake = wake};
    struct app_config config = {0};
    d->app = app_create(&ports, &config, d->keys);
    struct st_listener listener = app_listener(d->app);
    CHECK_INT(sqlite_open(&d->loop, dir, &listener, &d->sqlite, error), 0);
    app_set_storage(d->app, &d->storage);
    app_load(d->app, on_loaded, d);
    wait_done(d);
    d->readings = 0;
}

static void close_app(struct desk *d)
{
    storage_close(&d->sqlite, on_closed, d);
    wait_done(d);
    app_destroy(&d->app);
}

// Two full blocks of notices, each with a fact of the staff behind it, and the beginning of
// another.
static void open_desk(struct desk *d)
{
    char error[256], body[128];
    const char *dir = check_dir();
    *d = (struct desk){.storage = {&ops}};
    CHECK(uv_loop_init(&d->loop) == 0);
    CHECK_INT(keys_open(dir, &d->keys, error), 0);
    open_app(d, dir);
    for (int n = 1; n <= PUBLIC; n++) {
        snprintf(body, sizeof body,
                 "{\"notice\":\"n%d\",\"to\":\"portal\",\"level\":\"info\",\"text\":\"Word %d.\"}",
                 n, n);
        append(d, true, "notice.issued", body);
        snprintf(body, sizeof body, "{\"notice\":\"n%d\"}", n);
        if (n % 64 == 0)
            append(d, false, "notice.acknowledged", body);
    }
    close_app(d);
    open_app(d, dir); // nothing of it is kept
}

static void close_desk(struct desk *d)
{
    close_app(d);
    keys_close(&d->keys);
    buf_finish(&d->text);
    uv_run(&d->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&d->loop) == 0);
}

static void on_block(void *ctx, enum app_block is, struct blob *text, const char *tag)
{
    struct desk *d = ctx;
    d->answers[is]++;
    CHECK((is == APP_BLOCK_HERE) == (text && tag));
    buf_clear(&d->text);
    buf_add(&d->text, blob_slice(text));
}

static void ask(struct desk *d, uint64_t k)
{
    app_block(d->app, slice_of("portal"), k, 0, on_block, d);
}

static void settle(struct desk *d)
{
    while (!app_is_idle(d->app))
        uv_run(&d->loop, UV_RUN_ONCE);
}

static void check_answers(struct desk *d, enum app_block is, size_t count)
{
    for (enum app_block other = APP_BLOCK_HERE; other <= APP_BLOCK_LATER; other++)
        CHECK_INT(d->answers[other], other == is ? count : 0);
    d->answers[is] = 0;
}

static bool has(const struct desk *d, const char *text)
{
    return strstr(d->text.p, text) != NULL;
}

TEST(a_block_is_read_once_and_alone)
{
    struct desk d;
    open_desk(&d);
    ask(&d, 0);
    ask(&d, 0);
    settle(&d);
    check_answers(&d, APP_BLOCK_HERE, 2);
    CHECK(has(&d, "Word 1.") && has(&d, "Word 64.") && !has(&d, "Word 65."));
    CHECK_INT(d.readings, 1);
    CHECK(d.range.after == 0 && d.range.to == 64);
    ask(&d, 1);
    settle(&d);
    check_answers(&d, APP_BLOCK_HERE, 1);
    CHECK(has(&d, "Word 65.") && has(&d, "Word 128.") && !has(&d, "Word 129."));
    CHECK_INT(d.readings, 2);
    CHECK(d.range.after == 64 && d.range.to == 129); // with what only the staff sees
    ask(&d, 0);
    check_answers(&d, APP_BLOCK_HERE, 1);
    ask(&d, 2);
    check_answers(&d, APP_BLOCK_NONE, 1);
    CHECK_INT(d.readings, 2);
    close_desk(&d);
}

TEST(what_is_taken_back_while_it_is_read_is_not_given)
{
    struct desk d;
    open_desk(&d);
    d.holds = true;
    ask(&d, 0);
    append(&d, true, "notice.recalled", "{\"notice\":\"n1\"}");
    check_answers(&d, APP_BLOCK_HERE, 0);
    go_on_reading(&d);
    settle(&d);
    check_answers(&d, APP_BLOCK_GONE, 1);
    close_desk(&d);
}

TEST(who_waits_for_a_block_when_the_server_drains_is_told_to_come_later)
{
    struct desk d;
    open_desk(&d);
    d.holds = true;
    ask(&d, 0);
    ask(&d, 1);
    ask(&d, 1);
    check_answers(&d, APP_BLOCK_HERE, 0);
    app_drain(d.app);
    check_answers(&d, APP_BLOCK_LATER, 3);
    ask(&d, 0);
    ask(&d, 1);
    check_answers(&d, APP_BLOCK_LATER, 2);
    go_on_reading(&d);
    settle(&d);
    check_answers(&d, APP_BLOCK_HERE, 0);
    CHECK_INT(d.readings, 1);
    ask(&d, 0); // it had been begun
    check_answers(&d, APP_BLOCK_HERE, 1);
    ask(&d, 1);
    check_answers(&d, APP_BLOCK_LATER, 1);
    CHECK_INT(d.readings, 1);
    close_desk(&d);
}

int main(void)
{
    return check_run();
}
