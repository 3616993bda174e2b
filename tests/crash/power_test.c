// SPDX-License-Identifier: Apache-2.0
// The power fails: the disk holds what was synced, and of the rest any part. Whatever such a disk
// holds, the record opens, both chains hold, all that was acknowledged is there once, each
// operation is there whole or not at all, and what was replaced is in no file any more.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite/sqlite.h"
#include "storage/verify.h"
#include "tests/crash/recorder.h"
#include "tests/kit/check.h"

// An operation that replaces another one has that one's number and this.
enum { REPLACES = 1 << 20 };
enum { OPERATIONS = 900, MOST_IN_FLIGHT = 12, MOST_BODY = 6000, STATES = 250, LONG_STATES = 20000 };

struct life {
    uv_loop_t loop;
    struct storage *storage;
    size_t pending;
    struct verifier verifier;
    unsigned char is_there[OPERATIONS], is_replaced[OPERATIONS];
    uint64_t last_seq, seqs[OPERATIONS];
    enum st_result result; // of the last append
    bool is_fatal;
};

static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static uint32_t number_in(struct slice text);

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    struct life *life = ctx;
    (void)interview;
    life->last_seq = event->seq;
    if (slice_is(event->type, "asked"))
        life->seqs[number_in(event->body)] = event->seq;
}

static void on_reset(void *ctx, struct slice interview)
{
    (void)ctx, (void)interview;
}

static void on_fatal(void *ctx, const char *why)
{
    (void)why;
    ((struct life *)ctx)->is_fatal = true;
}

static int open_life(struct life *life, const char *dir, char error[STORAGE_ERROR_LEN])
{
    struct st_listener listener = {life, on_event, on_reset, on_fatal};
    memset(life, 0, sizeof *life);
    CHECK(uv_loop_init(&life->loop) == 0);
    int failed = sqlite_open(&life->loop, dir, &listener, &life->storage, error);
    if (failed)
        CHECK(uv_loop_close(&life->loop) == 0);
    return failed;
}

static void on_closed(void *ctx)
{
    ((struct life *)ctx)->storage = NULL;
}

static void close_life(struct life *life)
{
    storage_close(&life->storage, on_closed, life);
    uv_run(&life->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&life->loop) == 0);
}

static void wait_for_all(struct life *life)
{
    while (life->pending)
        uv_run(&life->loop, UV_RUN_ONCE);
}

static uint32_t number_in(struct slice text)
{
    char digits[16];
    size_t n = 0;
    while (n < text.n && n < sizeof digits - 1 && text.p[n] >= '0' && text.p[n] <= '9') {
        digits[n] = text.p[n];
        n++;
    }
    digits[n] = '\0';
    return (uint32_t)strtoul(digits, NULL, 10);
}

enum { WORD = 8 };

// What the body of an operation is made of.
static const char *word_of(uint32_t op)
{
    static char word[WORD + 1];
    snprintf(word, sizeof word, "<%06u>", op % 1000000);
    return word;
}

// One operation: its number begins its only public body.
static void append(struct life *life, uint32_t op, st_done *done)
{
    static char body[MOST_BODY + 1];
    char text[16];
    snprintf(text, sizeof text, "%u", op);
    memset(body, '.', WORD);
    for (size_t i = WORD; i < MOST_BODY; i += WORD)
        memcpy(body + i, word_of(op), WORD);
    memcpy(body, text, strlen(text));
    struct st_guard guard = {slice_of(text), slice_of(""), slice_of("taken")};
    struct st_fact facts[] = {{true, slice_of("asked"), {body, 16 + op * 7919 % (MOST_BODY - 16)}},
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
    life->pending++;
    storage_append(life->storage, &batch, done, life);
}

static void replace(struct life *life, uint32_t op, st_done *done)
{
    char text[16], stub[16];
    uint32_t id = REPLACES + op;
    snprintf(text, sizeof text, "%u", id);
    snprintf(stub, sizeof stub, "%u", op);
    struct st_replacement by = {life->seqs[op], slice_of("c:"), slice_of(stub)};
    struct st_batch batch = {.interview = slice_of("spring"),
                             .at_ms = op,
                             .actor = slice_of("u:boss"),
                             .result = slice_of(text),
                             .replacements = &by,
                             .replacement_count = 1,
                             .as_of = life->last_seq};
    memcpy(batch.op, &id, sizeof id);
    life->pending++;
    storage_append(life->storage, &batch, done, life);
}

static void on_acknowledged(void *ctx, const struct st_outcome *outcome)
{
    struct life *life = ctx;
    CHECK_INT(outcome->result, ST_OK);
    recorder_promise(number_in(outcome->kept));
    life->pending--;
}

// A life with small and large groups, some checkpoints, two orderly ends.
static void record_a_life(const char *dir)
{
    struct life life;
    char error[STORAGE_ERROR_LEN] = "";
    recorder_start(dir);
    CHECK_INT(open_life(&life, dir, error), 0);
    for (uint32_t op = 0; op < OPERATIONS;) {
        for (uint32_t n = 1 + below(MOST_IN_FLIGHT); n > 0 && op < OPERATIONS; n--)
            append(&life, op++, on_acknowledged);
        wait_for_all(&life);
        if (below(20) == 0) {
            replace(&life, op - 1, on_acknowledged);
            wait_for_all(&life);
        }
        if (below(60) == 0) {
            uint64_t last_seq = life.last_seq;
            close_life(&life);
            CHECK_INT(open_life(&life, dir, error), 0);
            life.last_seq = last_seq;
        }
    }
    close_life(&life);
    recorder_stop();
}

static void on_row(void *ctx, const struct event *event)
{
    struct life *life = ctx;
    CHECK_INT(verifier_feed(&life->verifier, event), VERIFY_OK);
    if (!slice_is(event->type, "asked"))
        return;
    uint32_t op = number_in(event->body);
    CHECK(op < OPERATIONS);
    CHECK_INT(++life->is_there[op], 1);
    life->is_replaced[op] = event->commit != NULL;
}

static void on_read(void *ctx, enum st_result result)
{
    CHECK_INT(result, ST_OK);
    ((struct life *)ctx)->pending--;
}

static void on_again(void *ctx, const struct st_outcome *outcome)
{
    struct life *life = ctx;
    life->result = outcome->result;
    life->pending--;
}

// Sends one again: events, guards and the operation's own row must agree on whether it is there.
static bool agrees(struct life *life, uint32_t op)
{
    bool was_there = life->is_there[op];
    append(life, op, on_again);
    wait_for_all(life);
    life->is_there[op] = 1;
    return life->result == (was_there ? ST_DUP : ST_OK) && !life->is_fatal;
}

// Are the words of an operation in one of the two files that hold any?
static bool is_left(const char *dir, uint32_t op)
{
    static const char *const names[] = {"record.db", "record.db-wal"};
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        char path[256], *bytes = NULL;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        FILE *f = fopen(path, "rb");
        if (!f)
            continue;
        CHECK(fseek(f, 0, SEEK_END) == 0);
        size_t n = (size_t)ftell(f);
        rewind(f);
        bytes = malloc(n + 1);
        CHECK(bytes && fread(bytes, 1, n, f) == n);
        fclose(f);
        found |= memmem(bytes, n, word_of(op), WORD) != NULL;
        free(bytes);
    }
    return found;
}

// What is wrong with the record there: NULL or a word.
static const char *fault_of(const char *dir, size_t moment)
{
    static char error[STORAGE_ERROR_LEN];
    static struct life life;
    const char *fault = NULL;
    if (open_life(&life, dir, error) != 0)
        return error;
    verifier_init(&life.verifier);
    life.pending++;
    storage_read(life.storage, slice_of("spring"), ST_ALL, on_row, on_read, &life);
    wait_for_all(&life);
    if (verifier_end(&life.verifier) != VERIFY_OK)
        fault = verify_words(life.verifier.fault);
    for (uint32_t op = 0; op < OPERATIONS && !fault; op++) {
        if (!life.is_there[op] && recorder_promised(op, moment))
            fault = "an acknowledged operation is lost";
        else if (!life.is_replaced[op] && recorder_promised(REPLACES + op, moment))
            fault = "what was replaced is there again";
        else if (life.is_replaced[op] && is_left(dir, op))
            fault = "the words of what was replaced are on the disk";
    }
    if (!fault &&
        (!agrees(&life, 0) || !agrees(&life, below(OPERATIONS)) || !agrees(&life, OPERATIONS - 1)))
        fault = "an operation is there in part";
    close_life(&life);
    return fault;
}

static void replay_one(struct recorder_disk *disk, const char *to, size_t moment)
{
    uint64_t start = disk->seed;
    recorder_replay(disk, to, moment);
    const char *fault = fault_of(to, moment);
    if (fault)
        check_fail(__FILE__, __LINE__, "moment %zu, seed %llu, %u of 256 kept: %s", moment,
                   (unsigned long long)start, disk->keep_256, fault);
}

TEST(nothing_acknowledged_is_lost_when_the_power_fails)
{
    const char *dir = check_dir(), *to = check_dir();
    struct recorder_disk disk = {.seed = 1};
    bool is_long = getenv("FANGTAN_LONG") != NULL;
    alarm(is_long ? 3000 : 300);
    seed = 1;
    record_a_life(dir);
    CHECK(recorder_same(dir)); // the recorder missed nothing
    size_t moments = recorder_moments();
    for (size_t i = 0; i < (is_long ? LONG_STATES : STATES); i++)
        replay_one(&disk, to, below((uint32_t)moments));
    for (size_t moment = 0; moment < 60; moment++) // the making of the file
        replay_one(&disk, to, moment);
    printf("%zu records, %d states, none lost\n", moments - 1, is_long ? LONG_STATES : STATES);
}

// The same with a disk that lies about its syncs: what the test above looks for must be found.
TEST(a_disk_that_lies_is_found_out)
{
    const char *dir = check_dir(), *to = check_dir();
    struct recorder_disk disk = {.seed = 1, .forgets = true};
    alarm(300);
    seed = 1;
    record_a_life(dir);
    size_t found = 0;
    for (int i = 0; i < 40; i++) {
        size_t moment = below((uint32_t)recorder_moments());
        recorder_replay(&disk, to, moment);
        found += disk.keep_256 < 256 && fault_of(to, moment) != NULL;
    }
    CHECK(found > 5);
}

int main(void)
{
    return check_run();
}
