// SPDX-License-Identifier: Apache-2.0
// Blocks that grow with the arena; what is too big for the rest of a block gets one of its own.
#include "server/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "server/base/must.h"

enum { FIRST_BLOCK = 1024, LAST_BLOCK = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size; // of bytes
    size_t used;
    alignas(max_align_t) char bytes[];
};

static struct arena_block *new_block(size_t size)
{
    struct arena_block *block = must_alloc(sizeof *block + size);
    block->size = size;
    return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
    must(size < SIZE_MAX / 4);
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct arena_block *head = a->blocks;
    if (!head || head->size - head->used < size) {
        size_t usual = !head ? FIRST_BLOCK : head->size * 2;
        if (usual > LAST_BLOCK)
            usual = LAST_BLOCK;
        if (head && size > usual / 4) {
            // Behind the head, whose rest stays in use.
            struct arena_block *own = new_block(size);
            own->used = size;
            own->next = head->next;
            head->next = own;
            return own->bytes;
        }
        head = new_block(size > usual ? size : usual);
        head->next = a->blocks;
        a->blocks = head;
    }
    void *p = head->bytes + head->used;
    head->used += size;
    return p;
}

char *arena_copy(struct arena *a, struct slice bytes)
{
    if (!bytes.p)
        return NULL;
    char *copy = arena_alloc(a, bytes.n + 1);
    memcpy(copy, bytes.p, bytes.n);
    return copy;
}

void arena_finish(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *block = a->blocks;
        a->blocks = block->next;
        free(block);
    }
}
