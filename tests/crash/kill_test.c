// SPDX-License-Identifier: Apache-2.0
// A writer is killed at a random moment, again and again, on one record. After each death: all it
// acknowledged is there, once; no gap; both chains hold; and sending again what was in flight
// leaves every operation applied exactly once.
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/sqlite/sqlite.h"
#include "storage/verify.h"
#include "tests/kit/check.h"

enum { IN_FLIGHT = 64, MOST_ACKS = 1500, ROUNDS = 30, LONG_RECORDS = 40, LONG_SECONDS = 3000 };

struct side {
    uv_loop_t loop;
    struct storage *storage;
    uint32_t next;  // operation to send
    uint32_t end;   // … up to here; the child: for ever
    int acks;       // the child's pipe; -1: the parent sends again
    size_t pending; // answers due
    struct verifier verifier;
    bool is_closed;
};

static unsigned char *is_acked; // by operation
static unsigned char *is_there; // how often
static uint32_t operations;     // of the rounds before and this one

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
    check_fail(__FILE__, __LINE__, "%s", why);
}

static void open_side(struct side *side, const char *dir)
{
    *side = (struct side){.acks = -1};
    CHECK(uv_loop_init(&side->loop) == 0);
    struct st_listener listener = {side, on_event, on_reset, on_fatal};
    char error[STORAGE_ERROR_LEN] = "";
    if (sqlite_open(&side->loop, dir, &listener, &side->storage, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
}

static void send_next(struct side *side);

static void on_done(void *ctx, const struct st_outcome *outcome)
{
    struct side *side = ctx;
    char text[16];
    uint32_t op;
    CHECK(outcome->result == ST_OK || outcome->result == ST_DUP);
    CHECK(outcome->kept.n < sizeof text);
    memcpy(text, outcome->kept.p, outcome->kept.n);
    text[outcome->kept.n] = '\0';
    op = (uint32_t)strtoul(text, NULL, 10);
    side->pending--;
    if (side->acks >= 0)
        CHECK(write(side->acks, &op, sizeof op) == sizeof op);
    else if (is_acked[op])
        CHECK_INT(outcome->result, ST_DUP);
    if (side->next < side->end)
        send_next(side);
}

static void send_next(struct side *side)
{
    char text[16];
    uint32_t op = side->next++;
    snprintf(text, sizeof text, "%u", op);
    struct st_guard guard = {slice_of(text), slice_of(""), slice_of("taken")};
    struct st_fact facts[] = {{true, slice_of("asked"), slice_of(text)},
                              {false, slice_of("noted"), slice_of("-")}};
    struct st_batch batch = {.interview = slice_of("spring"),
                             .at_ms = op,
                             .actor = slice_of("c:x"),
                             .guards = &guard,
                             .guard_count = 1,
                             .facts = facts,
                             .fact_count = 1 + op % 2,
                             .result = slice_of(text)};
    memcpy(batch.op, &op, sizeof op);
    side->pending++;
    storage_append(side->storage, &batch, on_done, side);
}

static void be_the_writer(const char *dir, uint32_t start, int acks)
{
    struct side side;
    open_side(&side, dir);
    side.acks = acks;
    side.next = start;
    side.end = UINT32_MAX;
    for (int i = 0; i < IN_FLIGHT; i++)
        send_next(&side);
    uv_run(&side.loop, UV_RUN_DEFAULT);
    _exit(1);
}

// Takes one acknowledgement; false: the writer is gone.
static bool take_ack(int fd, uint32_t start, uint32_t *acks)
{
    uint32_t op;
    size_t n = 0;
    while (n < sizeof op) {
        ssize_t got = read(fd, (char *)&op + n, sizeof op - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    CHECK_INT(op, start + *acks); // one interview: in the order sent
    is_acked[op] = 1;
    ++*acks;
    return true;
}

static void grow(uint32_t count)
{
    is_acked = realloc(is_acked, count);
    is_there = realloc(is_there, count);
    CHECK(is_acked && is_there);
    if (count > operations)
        memset(is_acked + operations, 0, count - operations);
    operations = count;
}

// Lets a writer live until a random number of acknowledgements, kills it; how many there were.
static uint32_t let_one_die(const char *dir, uint32_t start)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    uint32_t until = (uint32_t)(rand() % MOST_ACKS), acks = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        close(ends[0]);
        be_the_writer(dir, start, ends[1]);
    }
    close(ends[1]);
    grow(start + 64 * 1024);
    while (acks < until && take_ack(ends[0], start, &acks))
        ;
    CHECK_INT(acks, until);
    poll(NULL, 0, rand() % 4); // not always just after an answer
    CHECK(kill(child, SIGKILL) == 0);
    while (take_ack(ends[0], start, &acks))
        ;
    close(ends[0]);
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    grow(start + acks + IN_FLIGHT);
    return acks;
}

static void on_row(void *ctx, const struct event *event)
{
    struct side *side = ctx;
    char text[16];
    CHECK_INT(verifier_feed(&side->verifier, event), VERIFY_OK);
    if (!slice_is(event->type, "asked"))
        return;
    CHECK(event->body.n < sizeof text);
    memcpy(text, event->body.p, event->body.n);
    text[event->body.n] = '\0';
    uint32_t op = (uint32_t)strtoul(text, NULL, 10);
    CHECK(op < operations);
    CHECK_INT(++is_there[op], 1);
}

static void on_read(void *ctx, enum st_result result)
{
    struct side *side = ctx;
    CHECK_INT(result, ST_OK);
    side->pending--;
}

static void read_all(struct side *side)
{
    memset(is_there, 0, operations);
    verifier_init(&side->verifier);
    side->pending++;
    storage_read(side->storage, slice_of("spring"), ST_ALL, on_row, on_read, side);
    while (side->pending)
        uv_run(&side->loop, UV_RUN_ONCE);
    CHECK_INT(verifier_end(&side->verifier), VERIFY_OK);
}

static void on_closed(void *ctx)
{
    ((struct side *)ctx)->is_closed = true;
}

static void look_at_the_rest(const char *dir, uint32_t start)
{
    struct side side;
    open_side(&side, dir);
    read_all(&side);
    for (uint32_t op = 0; op < operations; op++)
        CHECK(!is_acked[op] || is_there[op] == 1);
    side.next = start;
    side.end = operations;
    for (int i = 0; i < IN_FLIGHT; i++)
        send_next(&side);
    while (side.pending)
        uv_run(&side.loop, UV_RUN_ONCE);
    read_all(&side);
    for (uint32_t op = 0; op < operations; op++) {
        CHECK_INT(is_there[op], 1);
        is_acked[op] = 1;
    }
    storage_close(&side.storage, on_closed, &side);
    uv_run(&side.loop, UV_RUN_DEFAULT);
    CHECK(side.is_closed);
    CHECK(uv_loop_close(&side.loop) == 0);
}

static void run(const char *dir, unsigned seed)
{
    unsigned long acks = 0;
    srand(seed);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t start = operations;
        acks += let_one_die(dir, start);
        look_at_the_rest(dir, start);
    }
    printf("%d deaths, %lu acknowledged, none lost\n", ROUNDS, acks);
    free(is_acked);
    free(is_there);
}

TEST(nothing_acknowledged_is_lost)
{
    run(check_dir(), 1);
}

// Each seed has a process and a record of its own.
TEST(nothing_acknowledged_is_lost_in_many_rounds)
{
    if (!getenv("FANGTAN_LONG"))
        check_skip("FANGTAN_LONG is not set");
    alarm(LONG_SECONDS);
    const char *dir = check_dir();
    for (unsigned seed = 2; seed < 2 + LONG_RECORDS; seed++) {
        char record[128];
        snprintf(record, sizeof record, "%s/%u", dir, seed);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            run(record, seed);
            exit(0);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK_INT(status, 0);
    }
}

int main(void)
{
    return check_run();
}
