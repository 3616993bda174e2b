// SPDX-License-Identifier: Apache-2.0
#include "server/base/frame.h"

enum {
    TEXT = 0x1, // opcodes; 0 goes on with what came before
    FINAL = 0x80,
    WIDE_HEADER = 4, // of a frame with a length of 16 bits
};

static void add(struct buf *out, unsigned char first, struct slice part)
{
    unsigned char header[10] = {first};
    size_t bytes = part.n < 126 ? 0 : part.n <= 0xFFFF ? 2 : 8;
    header[1] = (unsigned char)(bytes == 0 ? part.n : bytes == 2 ? 126 : 127);
    for (size_t i = 0; i < bytes; i++)
        header[2 + i] = (unsigned char)(part.n >> (8 * (bytes - 1 - i)));
    buf_add(out, (struct slice){(const char *)header, 2 + bytes});
    buf_add(out, part);
}

void frame_whole(struct buf *out, struct slice message)
{
    add(out, FINAL | TEXT, message);
}

void frame_first(struct buf *out, struct slice part)
{
    add(out, TEXT, part);
}

void frame_middle(struct buf *out, struct slice part)
{
    const size_t most = FRAME_BYTES - WIDE_HEADER;
    for (; part.n > most; part.p += most, part.n -= most)
        add(out, 0, (struct slice){part.p, most});
    add(out, 0, part);
}

void frame_last(struct buf *out, struct slice part)
{
    add(out, FINAL, part);
}
