// SPDX-License-Identifier: Apache-2.0
// Frames, read again by the words of RFC 6455 §5.2.
#include "server/base/frame.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/kit/check.h"

static void check_header(size_t len, const char *want, size_t want_n)
{
    struct buf message = {0}, frame = {0};
    for (size_t i = 0; i < len; i++)
        buf_char(&message, (char)('a' + i % 26));
    frame_whole(&frame, buf_slice(&message));
    CHECK_INT(frame.n, want_n + len);
    CHECK(memcmp(frame.p, want, want_n) == 0);
    CHECK(len == 0 || memcmp(frame.p + want_n, message.p, len) == 0);
    buf_finish(&message);
    buf_finish(&frame);
}

TEST(a_whole_message_is_one_final_text_frame)
{
    check_header(0, "\x81\x00", 2);
    check_header(125, "\x81\x7D", 2);
    check_header(126, "\x81\x7E\x00\x7E", 4);
    check_header(65535, "\x81\x7E\xFF\xFF", 4);
    check_header(65536, "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10);
}

// Reads all frames; ret gets the message. The number of frames.
static size_t read_message(const struct buf *frames, struct buf *ret)
{
    size_t count = 0;
    for (size_t at = 0; at < frames->n; count++) {
        const unsigned char *p = (const unsigned char *)frames->p + at;
        size_t bytes = p[1] == 127 ? 8 : p[1] == 126 ? 2 : 0, len = bytes ? 0 : p[1];
        for (size_t i = 0; i < bytes; i++)
            len = len << 8 | p[2 + i];
        at += 2 + bytes + len;
        CHECK(at <= frames->n);
        CHECK_INT(p[0] & 0x0F, count == 0);    // text, then continuations
        CHECK_INT(p[0] >> 7, at == frames->n); // the last one is final
        CHECK_INT(p[0] & 0x70, 0);
        buf_add(ret, (struct slice){(const char *)p + 2 + bytes, len});
    }
    return count;
}

TEST(a_message_in_parts_is_what_its_parts_are)
{
    static const size_t sizes[] = {
        0, 1, 125, 126, FRAME_BYTES - 5, FRAME_BYTES - 4, FRAME_BYTES - 3, 3 * FRAME_BYTES};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct buf part = {0}, frames = {0}, want = {0}, got = {0};
        for (size_t i = 0; i < sizes[s]; i++)
            buf_char(&part, (char)('a' + i % 23));
        frame_first(&frames, slice_of("head "));
        size_t begins = frames.n;
        frame_middle(&frames, buf_slice(&part));
        size_t ends = frames.n;
        frame_last(&frames, slice_of(" tail"));
        buf_printf(&want, "head %s tail", part.p ? part.p : "");
        size_t count = read_message(&frames, &got);
        CHECK_STR(got.p, want.p);
        // Cut every FRAME_BYTES, the middle falls into whole frames.
        CHECK_INT(count, 2 + (ends - begins + FRAME_BYTES - 1) / FRAME_BYTES);
        for (size_t at = begins; at < ends; at += FRAME_BYTES)
            CHECK_INT(frames.p[at], 0);
        buf_finish(&part);
        buf_finish(&frames);
        buf_finish(&want);
        buf_finish(&got);
    }
}

int main(void)
{
    return check_run();
}
