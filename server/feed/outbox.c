// SPDX-License-Identifier: Apache-2.0
#include "server/feed/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/limits.h"
#include "server/base/must.h"

struct outbox_piece {
    struct outbox_piece *next;
    struct blob *bytes;
    size_t each; // sent at a time, being whole frames
    size_t sent;
    bool is_own;
};

enum { TOGETHER = LIMIT_SPAN }; // bytes of short pieces that are copied into one write

static struct slice rest_of(const struct outbox_piece *piece)
{
    struct slice all = blob_slice(piece->bytes);
    return (struct slice){all.p + piece->sent, all.n - piece->sent};
}

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

// What goes out next: of a long piece a part of its own, of short ones as many as fit together, so
// that an answer in parts is one write.
static struct slice next_frames(const struct outbox *o, char *together)
{
    const struct outbox_piece *piece = o->first;
    struct slice rest = rest_of(piece);
    if (!piece->next || rest.n > piece->each || rest.n > TOGETHER)
        return rest.n > piece->each ? (struct slice){rest.p, piece->each} : rest;
    size_t n = 0;
    for (; piece && n + rest_of(piece).n <= TOGETHER; piece = piece->next) {
        rest = rest_of(piece);
        memcpy(together + n, rest.p, rest.n);
        n += rest.n;
    }
    return (struct slice){together, n};
}

static void drop_sent(struct outbox *o, size_t n)
{
    while (o->first && n >= rest_of(o->first).n) {
        n -= rest_of(o->first).n;
        drop_first(o);
    }
    if (n)
        o->first->sent += n;
}

enum reader_take outbox_send(struct outbox *o, outbox_port *send, void *link)
{
    char together[TOGETHER];
    while (o->first) {
        struct slice frames = next_frames(o, together);
        enum reader_take took = send(link, frames);
        if (took != READER_TOOK)
            return took;
        drop_sent(o, frames.n);
    }
    return READER_TOOK;
}
