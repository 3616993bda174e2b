// SPDX-License-Identifier: Apache-2.0
// Things by their id: an open table that doubles, in an arena. A zeroed one is empty.
#ifndef SERVER_INTERVIEW_IDS_H
#define SERVER_INTERVIEW_IDS_H

#include <stdint.h>

#include "server/base/arena.h"

struct id_slot;
struct ids {
    struct id_slot *slots;
    size_t count, cap; // cap: 0 or a power of two
};

// FNV-1a.
uint32_t id_hash(struct slice id);

void *ids_find(const struct ids *t, struct slice id); // NULL: none
// A thing begins with the pointer to its id, which no other in the table has; both outlive it.
void ids_add(struct arena *arena, struct ids *t, void *thing);

#endif
