// SPDX-License-Identifier: Apache-2.0
#include "server/feed/outbox.h"

#include <stdlib.h>

#include "server/base/must.h"

struct outbox_piece {
    struct outbox_piece *next;
    struct blob *bytes;
    size_t each; // sent at a time, being whole frames
    size_t sent;
    bool is_own;
};

static void drop_first(struct outbox *o)
{
    struct outbox_piece *piece = o->first;
    o->first = piece->next;
    if (!o->first)
        o->last = NULL;
    if (piece->is_own)
        o->own -= blob_slice(piece->bytes).n;
    blob_drop(&piece->bytes);
    free(piece);
}

void outbox_finish(struct outbox *o)
{
    while (o->first)
        drop_first(o);
}

static void append(struct outbox *o, struct outbox_piece piece)
{
    struct outbox_piece *p = must_alloc(sizeof *p);
    *p = piece;
    if (o->last)
        o->last->next = p;
    else
        o->first = p;
    o->last = p;
}

void outbox_add(struct outbox *o, struct slice frames)
{
    struct buf copy = {0};
    buf_add(&copy, frames);
    append(o, (struct outbox_piece){.bytes = blob_take(&copy), .each = frames.n, .is_own = true});
    o->own += frames.n;
}

void outbox_share(struct outbox *o, struct blob *frames, size_t each)
{
    append(o, (struct outbox_piece){.bytes = blob_hold(frames), .each = each});
}

enum reader_take outbox_send(struct outbox *o, outbox_port *send, void *link)
{
    while (o->first) {
        struct outbox_piece *piece = o->first;
        struct slice rest = blob_slice(piece->bytes);
        rest.p += piece->sent;
        rest.n -= piece->sent;
        if (rest.n > piece->each)
            rest.n = piece->each;
        enum reader_take took = send(link, rest);
        if (took != READER_TOOK)
            return took;
        piece->sent += rest.n;
        if (piece->sent == blob_slice(piece->bytes).n)
            drop_first(o);
    }
    return READER_TOOK;
}
