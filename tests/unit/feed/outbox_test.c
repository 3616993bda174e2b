// SPDX-License-Identifier: Apache-2.0
// What waits goes out in order and in whole frames, and what is shared is held once.
#include "server/feed/outbox.h"

#include <string.h>

#include "tests/kit/check.h"

struct line {
    char got[64];
    size_t n, room, most;
};

static enum reader_take take(void *link, struct slice frames)
{
    struct line *l = link;
    if (frames.n > l->room)
        return READER_BUSY;
    l->room -= frames.n;
    l->most = frames.n > l->most ? frames.n : l->most;
    memcpy(l->got + l->n, frames.p, frames.n);
    l->n += frames.n;
    return READER_TOOK;
}

static struct blob *blob_of(const char *text)
{
    struct buf b = {0};
    buf_text(&b, text);
    return blob_take(&b);
}

TEST(own_and_shared_frames_go_out_in_order)
{
    struct outbox one = {0}, two = {0};
    struct line line = {.room = 7}, other = {.room = 100};
    struct blob *shared = blob_of("aaabbbcc");
    outbox_add(&one, slice_of("12345"));
    outbox_share(&one, shared, 3);
    outbox_add(&one, slice_of("67"));
    outbox_share(&two, shared, 3);
    blob_drop(&shared);
    CHECK_INT(one.own, 7); // what is shared counts to nobody
    CHECK_INT(two.own, 0);
    CHECK(outbox_send(&one, take, &line) == READER_BUSY);
    CHECK_STR(line.got, "12345");
    line.room = 6;
    CHECK(outbox_send(&one, take, &line) == READER_BUSY);
    CHECK_STR(line.got, "12345aaabbb");
    CHECK(outbox_send(&two, take, &other) == READER_TOOK);
    CHECK_STR(other.got, "aaabbbcc");
    CHECK_INT(other.most, 3);
    CHECK(outbox_is_empty(&two));
    line.room = 100;
    CHECK(outbox_send(&one, take, &line) == READER_TOOK);
    CHECK_STR(line.got, "12345aaabbbcc67");
    CHECK(outbox_is_empty(&one));
    CHECK_INT(one.own, 0);
}

TEST(what_was_not_sent_is_let_go)
{
    struct outbox o = {0};
    struct blob *shared = blob_of("abc");
    outbox_share(&o, shared, 2);
    outbox_add(&o, slice_of("x"));
    blob_drop(&shared);
    outbox_finish(&o);
    CHECK(outbox_is_empty(&o));
    CHECK_INT(o.own, 0);
}

int main(void)
{
    return check_run();
}
