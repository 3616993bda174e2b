// SPDX-License-Identifier: Apache-2.0
// How many events a second become durable, and how long one waits, by the number of appends in
// flight. Writes into a new directory under TMPDIR, on whose disk the figures depend.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "storage/sqlite/sqlite.h"
#include "tests/bench/bench.h"

enum { EVENTS = 20000, EVENTS_ALONE = 2000, EVENTS_SMOKE = 64, BODY = 300, MOST_IN_FLIGHT = 256 };

static struct storage *storage;
static char body[BODY];
static uint64_t sent_at[EVENTS];
static uint64_t waits[EVENTS];
static uint32_t next, answered, events;

static void send_next(void);

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    (void)ctx, (void)interview, (void)event;
}

static void on_reset(void *ctx, struct slice interview)
{
    (void)ctx, (void)interview;
}

static void on_fatal(void *ctx, const char *why)
{
    (void)ctx;
    fprintf(stderr, "%s\n", why);
    abort();
}

static void on_done(void *ctx, const struct st_outcome *outcome)
{
    if (outcome->result != ST_OK)
        abort();
    size_t op = (size_t)ctx;
    waits[op] = uv_hrtime() - sent_at[op];
    answered++;
    if (next < events)
        send_next();
}

static void send_next(void)
{
    char key[16];
    uint32_t op = next++;
    snprintf(key, sizeof key, "q:%u", op);
    struct st_guard guard = {slice_of(key), slice_of(""), slice_of("pending")};
    struct st_fact fact = {true, slice_of("question.received"), {body, BODY}};
    struct st_batch batch = {.interview = slice_of("bench"),
                             .at_ms = op,
                             .actor = slice_of("c:bench"),
                             .guards = &guard,
                             .guard_count = 1,
                             .facts = &fact,
                             .fact_count = 1,
                             .result = slice_of(key)};
    memcpy(batch.op, &op, sizeof op);
    sent_at[op] = uv_hrtime();
    storage_append(storage, &batch, on_done, (void *)(size_t)op);
}

static int by_size(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void on_closed(void *ctx)
{
    (void)ctx;
}

static void measure(uv_loop_t *loop, const char *dir, uint32_t in_flight, bool is_smoke)
{
    char error[STORAGE_ERROR_LEN], path[300];
    struct st_listener listener = {NULL, on_event, on_reset, on_fatal};
    if (sqlite_open(loop, dir, &listener, &storage, error) != 0) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    events = is_smoke ? EVENTS_SMOKE : in_flight == 1 ? EVENTS_ALONE : EVENTS;
    next = answered = 0;
    uint64_t start = uv_hrtime();
    for (uint32_t i = 0; i < in_flight; i++)
        send_next();
    while (answered < events)
        uv_run(loop, UV_RUN_ONCE);
    double seconds = (double)(uv_hrtime() - start) / 1e9;
    storage_close(&storage, on_closed, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    qsort(waits, events, sizeof *waits, by_size);
    printf("%9u %10.0f %8.2f %8.2f %8.2f\n", in_flight, events / seconds,
           (double)waits[events / 2] / 1e6, (double)waits[events / 100 * 99] / 1e6,
           (double)waits[events - 1] / 1e6);
    snprintf(path, sizeof path, "%s/record.db", dir);
    unlink(path);
}

int main(int argc, char **argv)
{
    char dir[256];
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%.200s/fangtan-bench-XXXXXX", tmp ? tmp : "/tmp");
    uv_loop_t loop;
    if (!mkdtemp(dir) || uv_loop_init(&loop) != 0)
        return 1;
    memset(body, 'x', sizeof body);
    printf("in flight   events/s   p50 ms   p99 ms   max ms\n");
    bool is_smoke = bench_is_smoke(argc, argv);
    for (uint32_t in_flight = 1; in_flight <= (is_smoke ? 4 : MOST_IN_FLIGHT); in_flight *= 4)
        measure(&loop, dir, in_flight, is_smoke);
    rmdir(dir);
    return uv_loop_close(&loop);
}
