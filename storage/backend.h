// SPDX-License-Identifier: Apache-2.0
// What a backend of storage.h fills in. For backends only.
#ifndef STORAGE_BACKEND_H
#define STORAGE_BACKEND_H

#include "storage/storage.h"

struct storage_ops {
    void (*append)(struct storage *, const struct st_batch *, st_done *, void *ctx);
    void (*read)(struct storage *, struct slice interview, struct st_range range, st_read_event *,
                 st_read_done *, void *ctx);
    void (*list)(struct storage *, st_list_row *, st_read_done *, void *ctx);
    void (*mark)(struct storage *, const struct st_mark *, st_done *, void *ctx);
    void (*marks)(struct storage *, st_mark_row *, st_read_done *, void *ctx);
    void (*close)(struct storage *, st_closed *, void *ctx);
};

struct storage { // first member of every backend's own struct
    const struct storage_ops *ops;
};

#endif
