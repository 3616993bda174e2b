// SPDX-License-Identifier: Apache-2.0
// Server-Sent Events (WHATWG HTML §9.2): the text of one event.
#ifndef SERVER_BASE_SSE_H
#define SERVER_BASE_SSE_H

#include "server/base/buf.h"

// Everything before the data: id and event are written unless absent or NULL (then it is a
// "message"). Neither has a line break, nor has the data behind it.
void sse_open(struct buf *out, struct slice id, const char *event);
void sse_close(struct buf *out);
// A whole one.
void sse_event(struct buf *out, struct slice id, const char *event, struct slice data);

#endif
