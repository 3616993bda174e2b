// SPDX-License-Identifier: Apache-2.0
// A hash table from short strings to pointers. A key may have several values (two interviews may
// give out one receipt number).
#ifndef SERVER_APP_INDEX_H
#define SERVER_APP_INDEX_H

#include "storage/slice.h"

struct index;
struct index_entry {
    struct index_entry *next; /* index bucket */
    void *value;
    size_t key_len;
    char key[];
};

struct index *index_create(void);
void index_destroy(struct index **ix, void (*free_value)(void *value)); // free_value may be NULL
void index_add(struct index *ix, struct slice key, void *value);

// The first entry of this key, then the next ones. NULL: no more.
struct index_entry *index_find(const struct index *ix, struct slice key);
struct index_entry *index_next(const struct index_entry *entry);

// Removes the entries that drop says are to go.
void index_sift(struct index *ix, bool (*drop)(void *value, void *ctx), void *ctx);
size_t index_count(const struct index *ix);

#endif
