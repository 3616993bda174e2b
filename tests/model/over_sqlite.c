// SPDX-License-Identifier: Apache-2.0
#include "tests/model/over_sqlite.h"

#include <stdio.h>
#include <sys/stat.h>
#include <uv.h>

#include "server/app/inside.h"
#include "storage/sqlite/sqlite.h"
#include "tests/kit/check.h"
#include "tests/model/world.h"

static uv_loop_t loop;
static struct storage *sqlite;
static const char *parent;
static unsigned worlds;

static struct storage *open_sqlite(struct world *w, const struct st_listener *listener)
{
    char error[STORAGE_ERROR_LEN], dir[96];
    (void)w;
    snprintf(dir, sizeof dir, "%s/%u", parent, worlds++);
    CHECK(mkdir(dir, 0700) == 0);
    if (sqlite_open(&loop, dir, listener, &sqlite, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
    return sqlite;
}

static bool step_sqlite(struct world *w)
{
    if (app_is_idle(w->app) && w->is_loaded)
        return false;
    uv_run(&loop, UV_RUN_ONCE);
    return true;
}

static void on_closed(void *ctx)
{
    (void)ctx;
}

static void close_sqlite(struct world *w)
{
    (void)w;
    storage_close(&sqlite, on_closed, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
}

void over_sqlite_begin(void)
{
    static const struct world_backend backend = {open_sqlite, step_sqlite, close_sqlite};
    if (!parent)
        parent = check_dir();
    CHECK(uv_loop_init(&loop) == 0);
    world_backend = &backend;
}

void over_sqlite_end(void)
{
    world_backend = NULL;
    CHECK(uv_loop_close(&loop) == 0);
}
