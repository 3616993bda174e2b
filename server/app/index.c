// SPDX-License-Identifier: Apache-2.0
#include "server/app/index.h"

#include <stdint.h>
#include <stdlib.h>

#include "server/base/must.h"

enum { FIRST_BUCKETS = 256 };

struct index {
    struct index_entry **buckets;
    size_t bucket_count; // a power of two
    size_t count;
};

// FNV-1a. Keys are our own ids or keyed hashes, so nobody outside chooses what collides.
static size_t hash(struct slice key)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

struct index *index_create(void)
{
    struct index *ix = must_alloc(sizeof *ix);
    ix->bucket_count = FIRST_BUCKETS;
    ix->buckets = must_alloc(ix->bucket_count * sizeof(struct index_entry *));
    return ix;
}

void index_destroy(struct index **ix, void (*free_value)(void *value))
{
    if (!*ix)
        return;
    for (size_t i = 0; i < (*ix)->bucket_count; i++) {
        struct index_entry *next;
        for (struct index_entry *e = (*ix)->buckets[i]; e; e = next) {
            next = e->next;
            if (free_value)
                free_value(e->value);
            free(e);
        }
    }
    free((*ix)->buckets);
    free(*ix);
    *ix = NULL;
}

static struct slice key_of(const struct index_entry *e)
{
    return (struct slice){e->key, e->key_len};
}

static void put(struct index *ix, struct index_entry *e)
{
    struct index_entry **bucket = &ix->buckets[hash(key_of(e)) & (ix->bucket_count - 1)];
    e->next = *bucket;
    *bucket = e;
}

static void grow(struct index *ix)
{
    struct index_entry **old = ix->buckets;
    size_t old_count = ix->bucket_count;
    ix->bucket_count *= 2;
    ix->buckets = must_alloc(ix->bucket_count * sizeof(struct index_entry *));
    for (size_t i = 0; i < old_count; i++) {
        struct index_entry *next;
        for (struct index_entry *e = old[i]; e; e = next) {
            next = e->next;
            put(ix, e);
        }
    }
    free(old);
}

void index_add(struct index *ix, struct slice key, void *value)
{
    if (ix->count == ix->bucket_count)
        grow(ix);
    struct index_entry *e = must_alloc(sizeof *e + key.n);
    e->value = value;
    e->key_len = key.n;
    memcpy(e->key, key.p, key.n);
    put(ix, e);
    ix->count++;
}

static struct index_entry *same(struct index_entry *e, struct slice key)
{
    while (e && !slice_eq(key_of(e), key))
        e = e->next;
    return e;
}

struct index_entry *index_find(const struct index *ix, struct slice key)
{
    return same(ix->buckets[hash(key) & (ix->bucket_count - 1)], key);
}

struct index_entry *index_next(const struct index_entry *entry)
{
    return same(entry->next, key_of(entry));
}

void index_sift(struct index *ix, bool (*drop)(void *value, void *ctx), void *ctx)
{
    for (size_t i = 0; i < ix->bucket_count; i++) {
        struct index_entry **at = &ix->buckets[i];
        while (*at) {
            struct index_entry *e = *at;
            if (!drop(e->value, ctx)) {
                at = &e->next;
                continue;
            }
            *at = e->next;
            free(e->value);
            free(e);
            ix->count--;
        }
    }
}

size_t index_count(const struct index *ix)
{
    return ix->count;
}
