// SPDX-License-Identifier: Apache-2.0
// Reading the record without a server: opens it, shows every event of the interviews wanted,
// closes it.
#ifndef SERVER_CMD_OFFLINE_H
#define SERVER_CMD_OFFLINE_H

#include "server/config.h"
#include "storage/storage.h"

struct offline {
    const char *interview; // NULL: all
    void *ctx;
    void (*on_interview)(void *ctx, struct slice interview); // before its events; may be NULL
    void (*on_event)(void *ctx, struct slice interview, const struct event *event);
};

// 0, or an exit status after a message, also when the folder holds no record. *ret_count: how many
// interviews were shown.
int offline_read(const struct config *config, const struct offline *wanted, size_t *ret_count);

#endif
