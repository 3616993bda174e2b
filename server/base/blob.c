// SPDX-License-Identifier: Apache-2.0
#include "server/base/blob.h"

#include <stdlib.h>

#include "server/base/must.h"

struct blob {
    size_t holders;
    struct buf bytes;
};

struct blob *blob_take(struct buf *bytes)
{
    struct blob *b = must_alloc(sizeof *b);
    b->holders = 1;
    b->bytes = *bytes;
    *bytes = (struct buf){0};
    return b;
}

struct blob *blob_hold(struct blob *b)
{
    b->holders++;
    return b;
}

void blob_drop(struct blob **b)
{
    if (*b && --(*b)->holders == 0) {
        buf_finish(&(*b)->bytes);
        free(*b);
    }
    *b = NULL;
}

struct slice blob_slice(const struct blob *b)
{
    return b ? buf_slice(&b->bytes) : (struct slice){0};
}
