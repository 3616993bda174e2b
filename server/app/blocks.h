// SPDX-License-Identifier: Apache-2.0
// The public events of an interview as documents that caches may carry: see blocks.c.
#ifndef SERVER_APP_BLOCKS_H
#define SERVER_APP_BLOCKS_H

#include "server/app/inside.h"

struct blocks *blocks_create(void); // of a channel
void blocks_destroy(struct blocks **b);

// The next public event, as the object that viewers get.
void blocks_add(struct channel *ch, const struct event *ev, struct slice object);
// From now on nobody may read the events that there are.
void blocks_take_back(struct channel *ch);
// Borrowed until the next public event. ret_tag: its ETag.
struct blob *blocks_head(struct channel *ch, const char **ret_tag);

struct block_store *block_store_create(struct app *a);
void block_store_destroy(struct block_store **store); // nobody waits
// Who waits is told to come later, and so is whoever would have to wait from now on.
void block_store_drain(struct block_store *store);

#endif
