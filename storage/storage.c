// SPDX-License-Identifier: Apache-2.0
// The door: passes each call to the backend that was opened.
#include "storage/storage.h"

#include "storage/backend.h"

void storage_append(struct storage *s, const struct st_batch *batch, st_done *done, void *ctx)
{
    s->ops->append(s, batch, done, ctx);
}

void storage_read(struct storage *s, struct slice interview, struct st_range range,
                  st_read_event *each, st_read_done *done, void *ctx)
{
    s->ops->read(s, interview, range, each, done, ctx);
}

void storage_list(struct storage *s, st_list_row *each, st_read_done *done, void *ctx)
{
    s->ops->list(s, each, done, ctx);
}

void storage_mark(struct storage *s, const struct st_mark *mark, st_done *done, void *ctx)
{
    s->ops->mark(s, mark, done, ctx);
}

void storage_marks(struct storage *s, st_mark_row *each, st_read_done *done, void *ctx)
{
    s->ops->marks(s, each, done, ctx);
}

void storage_close(struct storage **s, st_closed *closed, void *ctx)
{
    struct storage *taken = *s;
    *s = NULL;
    taken->ops->close(taken, closed, ctx);
}
