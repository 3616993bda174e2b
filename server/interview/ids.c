// SPDX-License-Identifier: Apache-2.0
#include "server/interview/ids.h"

enum { FIRST_CAP = 64 };

struct id_slot {
    void *thing; // NULL: free
    uint32_t hash;
};

uint32_t id_hash(struct slice id)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < id.n; i++)
        hash = (hash ^ (unsigned char)id.p[i]) * 16777619u;
    return hash;
}

static const char *id_of(const void *thing)
{
    return *(const char *const *)thing;
}

void *ids_find(const struct ids *t, struct slice id)
{
    if (!t->cap)
        return NULL;
    uint32_t hash = id_hash(id);
    for (size_t at = hash & (t->cap - 1); t->slots[at].thing; at = (at + 1) & (t->cap - 1))
        if (t->slots[at].hash == hash && slice_is(id, id_of(t->slots[at].thing)))
            return t->slots[at].thing;
    return NULL;
}

static void put(struct ids *t, struct id_slot slot)
{
    size_t at = slot.hash & (t->cap - 1);
    while (t->slots[at].thing)
        at = (at + 1) & (t->cap - 1);
    t->slots[at] = slot;
}

void ids_add(struct arena *arena, struct ids *t, void *thing)
{
    if (2 * t->count >= t->cap) {
        struct ids old = *t;
        t->cap = old.cap ? 2 * old.cap : FIRST_CAP;
        t->slots = arena_alloc(arena, t->cap * sizeof *t->slots);
        for (size_t i = 0; i < old.cap; i++)
            if (old.slots[i].thing)
                put(t, old.slots[i]);
    }
    put(t, (struct id_slot){thing, id_hash(slice_of(id_of(thing)))});
    t->count++;
}
