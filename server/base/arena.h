// SPDX-License-Identifier: Apache-2.0
// Memory with one common end: allocate freely, release all at once. A zeroed struct is empty.
#ifndef SERVER_BASE_ARENA_H
#define SERVER_BASE_ARENA_H

#include "storage/slice.h"

struct arena {
    struct arena_block *blocks; // newest first
};

void *arena_alloc(struct arena *a, size_t size);       // zeroed, aligned for any type, never NULL
char *arena_copy(struct arena *a, struct slice bytes); // NUL-terminated; NULL for the absent slice
void arena_finish(struct arena *a);

#endif
