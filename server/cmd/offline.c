// SPDX-License-Identifier: Apache-2.0
#include "server/cmd/offline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/must.h"
#include "server/cmd/cmd.h"
#include "storage/sqlite/sqlite.h"

struct reading {
    const struct offline *wanted;
    struct storage *storage;
    char **interviews;
    size_t count, next;
    enum st_result result;
};

static void nothing(void *ctx, struct slice interview, const struct event *event)
{
    (void)ctx, (void)interview, (void)event; // nobody appends here
}

static void nothing_reset(void *ctx, struct slice interview)
{
    (void)ctx, (void)interview;
}

static void on_fatal(void *ctx, const char *why)
{
    (void)ctx;
    exit(cmd_fault("the record", why, 1));
}

static void on_row(void *ctx, struct slice interview)
{
    struct reading *r = ctx;
    if (r->wanted->interview && !slice_is(interview, r->wanted->interview))
        return;
    r->interviews = realloc(r->interviews, (r->count + 1) * sizeof *r->interviews);
    must(r->interviews);
    r->interviews[r->count++] = strndup(interview.p, interview.n);
}

static void on_event(void *ctx, const struct event *event)
{
    struct reading *r = ctx;
    r->wanted->on_event(r->wanted->ctx, slice_of(r->interviews[r->next]), event);
}

static void on_closed(void *ctx)
{
    (void)ctx; // the loop ends by itself
}

static void read_next(struct reading *r);

static void on_read(void *ctx, enum st_result result)
{
    struct reading *r = ctx;
    if (result != ST_OK)
        r->result = result;
    r->next++;
    read_next(r);
}

static void read_next(struct reading *r)
{
    if (r->result != ST_OK || r->next == r->count) {
        storage_close(&r->storage, on_closed, NULL);
        return;
    }
    struct slice interview = slice_of(r->interviews[r->next]);
    if (r->wanted->on_interview)
        r->wanted->on_interview(r->wanted->ctx, interview);
    storage_read(r->storage, interview, ST_ALL, on_event, on_read, r);
}

static void on_listed(void *ctx, enum st_result result)
{
    struct reading *r = ctx;
    r->result = result;
    read_next(r);
}

// Opening makes what is absent: a slip of the pen in --data would be an empty record that is "ok".
static bool is_there(const char *dir)
{
    char path[sizeof((struct config *)0)->data + sizeof "/record.db"];
    snprintf(path, sizeof path, "%s/record.db", dir);
    return access(path, F_OK) == 0;
}

int offline_read(const struct config *config, const struct offline *wanted, size_t *ret_count)
{
    if (!is_there(config->data))
        return cmd_fault(config->data, "there is no record in this folder", 1);
    uv_loop_t loop;
    char error[STORAGE_ERROR_LEN] = "";
    struct reading r = {.wanted = wanted};
    struct st_listener listener = {NULL, nothing, nothing_reset, on_fatal};
    must(uv_loop_init(&loop) == 0);
    int failed = sqlite_open(&loop, config->data, &listener, &r.storage, error);
    if (failed) {
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
        return cmd_fault(config->data, error[0] ? error : strerror(-failed), 1);
    }
    storage_list(r.storage, on_row, on_listed, &r);
    uv_run(&loop, UV_RUN_DEFAULT);
    must(uv_loop_close(&loop) == 0);
    for (size_t i = 0; i < r.count; i++)
        free(r.interviews[i]);
    free(r.interviews);
    *ret_count = r.count;
    return r.result == ST_OK ? 0 : cmd_fault(config->data, "the record cannot be read", 1);
}
