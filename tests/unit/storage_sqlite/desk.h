// SPDX-License-Identifier: Apache-2.0
// A loop with a record on it, for tests: everything the listener and the callbacks are told is
// written down, line by line, in `told`.
#ifndef TESTS_UNIT_STORAGE_SQLITE_DESK_H
#define TESTS_UNIT_STORAGE_SQLITE_DESK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/sqlite.h"
#include "storage/verify.h"
#include "tests/kit/check.h"

struct desk {
    uv_loop_t loop;
    struct storage *storage;
    char error[STORAGE_ERROR_LEN];
    char *told;
    size_t told_len;
    size_t answers; // done, read done, closed
    size_t counts[ST_UNKNOWN + 1];
    size_t fatal_count;
    struct verifier verifier; // fed by desk_read
    size_t rows;
};

static const char *const desk_words[] = {"OK", "DUP", "CONFLICT", "FULL", "DOWN", "UNKNOWN"};

#define DESK_TELL(d, ...)                                                                          \
    do {                                                                                           \
        char line_[512];                                                                           \
        int n_ = snprintf(line_, sizeof line_, __VA_ARGS__);                                       \
        n_ = n_ < (int)sizeof line_ ? n_ : (int)sizeof line_ - 1;                                  \
        (d)->told = realloc((d)->told, (d)->told_len + (size_t)n_ + 1);                            \
        CHECK((d)->told);                                                                          \
        memcpy((d)->told + (d)->told_len, line_, (size_t)n_ + 1);                                  \
        (d)->told_len += (size_t)n_;                                                               \
    } while (0)

#define DESK_S(s) (int)(s).n, (s).p ? (s).p : ""

static inline void desk_on_event(void *ctx, struct slice interview, const struct event *e)
{
    struct desk *d = ctx;
    DESK_TELL(d, "%.*s %llu/%llu %.*s %.*s\n", DESK_S(interview), (unsigned long long)e->seq,
              (unsigned long long)e->pub, DESK_S(e->type), DESK_S(e->body));
}

static inline void desk_on_reset(void *ctx, struct slice interview)
{
    (void)ctx;
    check_fail(__FILE__, __LINE__, "on_reset of %.*s", DESK_S(interview));
}

static inline void desk_on_fatal(void *ctx, const char *why)
{
    struct desk *d = ctx;
    CHECK(strlen(why) > 0);
    d->fatal_count++;
    DESK_TELL(d, "fatal\n");
}

static inline void desk_done(void *ctx, const struct st_outcome *o)
{
    struct desk *d = ctx;
    d->answers++;
    d->counts[o->result]++;
    if (o->result == ST_CONFLICT)
        DESK_TELL(d, "CONFLICT %.*s=%.*s\n", DESK_S(o->key), DESK_S(o->value));
    else
        DESK_TELL(d, "%s %.*s\n", desk_words[o->result], DESK_S(o->kept));
}

static inline void desk_row(void *ctx, const struct event *e)
{
    struct desk *d = ctx;
    d->rows++;
    CHECK_INT(verifier_feed(&d->verifier, e), VERIFY_OK);
}

static inline void desk_row_told(void *ctx, const struct event *e)
{
    struct desk *d = ctx;
    DESK_TELL(d, "%llu/%llu %.*s %.*s %.*s\n", (unsigned long long)e->seq,
              (unsigned long long)e->pub, DESK_S(e->actor), DESK_S(e->type), DESK_S(e->body));
}

static inline void desk_listed(void *ctx, struct slice interview)
{
    struct desk *d = ctx;
    d->rows++;
    DESK_TELL(d, "%.*s\n", DESK_S(interview));
}

static inline void desk_read_done(void *ctx, enum st_result result)
{
    struct desk *d = ctx;
    d->answers++;
    DESK_TELL(d, "read %s\n", desk_words[result]);
}

static inline void desk_closed(void *ctx)
{
    struct desk *d = ctx;
    d->answers++;
    DESK_TELL(d, "closed\n");
}

static inline int desk_try_open(struct desk *d, const char *dir)
{
    *d = (struct desk){0};
    CHECK(uv_loop_init(&d->loop) == 0);
    struct st_listener listener = {d, desk_on_event, desk_on_reset, desk_on_fatal};
    return sqlite_open(&d->loop, dir, &listener, &d->storage, d->error);
}

static inline void desk_open(struct desk *d, const char *dir)
{
    int failed = desk_try_open(d, dir);
    if (failed)
        check_fail(__FILE__, __LINE__, "cannot open: %s", d->error);
}

static inline void desk_refused(const char *dir, int code, const char *words)
{
    struct desk d;
    CHECK_INT(desk_try_open(&d, dir), code);
    CHECK(d.storage == NULL);
    if (!strstr(d.error, words))
        check_fail(__FILE__, __LINE__, "\"%s\" does not say \"%s\"", d.error, words);
    CHECK(uv_loop_close(&d.loop) == 0);
}

static inline void desk_wait(struct desk *d, size_t answers)
{
    while (d->answers < answers)
        uv_run(&d->loop, UV_RUN_ONCE);
    CHECK_INT(d->answers, answers);
    d->answers = 0;
}

// What was told since the last call.
static inline void desk_told(struct desk *d, const char *want)
{
    CHECK_STR(d->told ? d->told : "", want);
    d->told_len = 0;
    if (d->told)
        d->told[0] = '\0';
}

static inline void desk_finish(struct desk *d)
{
    uv_run(&d->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&d->loop) == 0);
    free(d->told);
}

static inline void desk_close(struct desk *d)
{
    storage_close(&d->storage, desk_closed, d);
    CHECK(d->storage == NULL);
    desk_wait(d, 1);
    desk_finish(d);
}

// One fact (public when its type begins with a capital letter) under at most one guard "k=v>w".
static inline void desk_append(struct desk *d, const char *interview, int op, const char *type,
                               const char *body, const struct st_guard *guard, const char *result)
{
    struct st_fact fact = {type && type[0] >= 'A' && type[0] <= 'Z', slice_of(type),
                           slice_of(body)};
    struct st_batch batch = {.interview = slice_of(interview),
                             .at_ms = 1700000000000 + op,
                             .actor = slice_of("u:mei"),
                             .guards = guard,
                             .guard_count = guard != NULL,
                             .facts = &fact,
                             .fact_count = type != NULL,
                             .result = slice_of(result)};
    memcpy(batch.op, &op, sizeof op);
    storage_append(d->storage, &batch, desk_done, d);
}

// Reads all of an interview through the verifier; how many events there are.
static inline size_t desk_read(struct desk *d, const char *interview)
{
    verifier_init(&d->verifier);
    d->rows = 0;
    storage_read(d->storage, slice_of(interview), ST_ALL, desk_row, desk_read_done, d);
    desk_wait(d, 1);
    CHECK_INT(verifier_end(&d->verifier), VERIFY_OK);
    return d->rows;
}

#endif
