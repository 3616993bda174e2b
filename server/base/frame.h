// SPDX-License-Identifier: Apache-2.0
// The frames of a WebSocket, as a server sends them: text, not masked (RFC 6455 §5.2).
//
// A message that is partly shared with others goes out in several frames, so that the shared bytes,
// headers and all, are the same for everybody.
#ifndef SERVER_BASE_FRAME_H
#define SERVER_BASE_FRAME_H

#include "server/base/buf.h"

// Adds the message as one frame.
void frame_whole(struct buf *out, struct slice message);

// A message in parts: its first, any number in the middle, its last.
void frame_first(struct buf *out, struct slice part);
void frame_last(struct buf *out, struct slice part);
// In frames of FRAME_BYTES, header included, so that they may be sent frame by frame without
// looking; only the last one is shorter.
enum { FRAME_BYTES = 32 * 1024 };
void frame_middle(struct buf *out, struct slice part);

#endif
