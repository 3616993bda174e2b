// SPDX-License-Identifier: Apache-2.0
#include "server/base/sse.h"

#include "server/base/must.h"

void sse_open(struct buf *out, struct slice id, const char *event)
{
    if (id.n) {
        buf_text(out, "id: ");
        buf_add(out, id);
        buf_char(out, '\n');
    }
    if (event)
        buf_printf(out, "event: %s\n", event);
    buf_text(out, "data: ");
}

void sse_close(struct buf *out)
{
    buf_text(out, "\n\n");
}

void sse_event(struct buf *out, struct slice id, const char *event, struct slice data)
{
    must(data.n && !memchr(data.p, '\n', data.n) && !memchr(data.p, '\r', data.n)); // JSON of ours
    sse_open(out, id, event);
    buf_add(out, data);
    sse_close(out);
}
