// SPDX-License-Identifier: Apache-2.0
// What waits to be sent to one peer: frames of its own and frames shared with others, in order.
// A thousand peers that wait for one snapshot hold it once.
#ifndef SERVER_FEED_OUTBOX_H
#define SERVER_FEED_OUTBOX_H

#include "server/base/blob.h"
#include "server/feed/feed.h"

struct outbox {
    struct outbox_piece *first, *last;
    size_t own; // bytes that are held for this peer alone
};

void outbox_finish(struct outbox *o);

static inline bool outbox_is_empty(const struct outbox *o)
{
    return !o->first;
}

// Whole frames; copied.
void outbox_add(struct outbox *o, struct slice frames);
// Frames of `each` bytes, of which only the last may be shorter; held.
void outbox_share(struct outbox *o, struct blob *frames, size_t each);

// Sends on until nothing waits (READER_TOOK), or until send says otherwise.
typedef enum reader_take outbox_port(void *link, struct slice frames);
enum reader_take outbox_send(struct outbox *o, outbox_port *send, void *link);

#endif
