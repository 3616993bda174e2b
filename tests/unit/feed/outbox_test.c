// SPDX-License-Identifier: Apache-2.0
// What waits goes out in order and in whole frames, and what is shared is held once.
#include "server/feed/outbox.h"

#include <string.h>

#include "tests/kit/check.h"

enum { MOST = 512 * 1024, LONG = 200000, EACH = 90000 };

// As a socket: takes whatever comes, so many times.
struct line {
    char got[MOST];
    size_t n, most, last;
    unsigned takes;
};

static enum reader_take take(void *link, struct slice frames)
{
    struct line *l = link;
    if (!l->takes)
        return READER_BUSY;
    l->takes--;
    l->last = frames.n;
    l->most = frames.n > l->most ? frames.n : l->most;
    memcpy(l->got + l->n, frames.p, frames.n);
    l->n += frames.n;
    return READER_TOOK;
}

static struct blob *long_blob(void)
{
    struct buf b = {0};
    for (int i = 0; i < LONG / 5; i++)
        buf_printf(&b, "%05d", i);
    return blob_take(&b);
}

static struct blob *blob_of(const char *text)
{
    struct buf b = {0};
    buf_text(&b, text);
    return blob_take(&b);
}

TEST(own_and_shared_frames_go_out_in_order)
{
    static struct line line = {.takes = 2}, other = {.takes = 3};
    struct outbox one = {0}, two = {0};
    struct blob *shared = long_blob();
    struct buf whole = {0};
    buf_text(&whole, "12345");
    buf_add(&whole, blob_slice(shared));
    buf_text(&whole, "67");
    outbox_add(&one, slice_of("12345"));
    outbox_share(&one, shared, EACH);
    outbox_add(&one, slice_of("67"));
    outbox_share(&two, shared, EACH);
    blob_drop(&shared);
    CHECK_INT(one.own, 7); // what is shared counts to nobody
    CHECK_INT(two.own, 0);
    CHECK(outbox_send(&one, take, &line) == READER_BUSY);
    CHECK_INT(line.n, 5 + EACH);
    CHECK(outbox_send(&two, take, &other) == READER_TOOK);
    CHECK_INT(other.n, LONG);
    CHECK_INT(other.most, EACH);
    CHECK(outbox_is_empty(&two));
    line.takes = 2;
    CHECK(outbox_send(&one, take, &line) == READER_TOOK);
    CHECK_INT(line.last, LONG - 2 * EACH + 2); // the short end took what followed along
    CHECK_INT(line.n, whole.n);
    CHECK(memcmp(line.got, whole.p, whole.n) == 0);
    CHECK(outbox_is_empty(&one));
    CHECK_INT(one.own, 0);
    buf_finish(&whole);
}

TEST(short_frames_go_out_in_one_write)
{
    static struct line line = {.takes = 1};
    struct outbox o = {0};
    struct blob *shared = blob_of("aaabbbcc");
    outbox_add(&o, slice_of("12345"));
    outbox_share(&o, shared, 3);
    outbox_add(&o, slice_of("67"));
    blob_drop(&shared);
    CHECK(outbox_send(&o, take, &line) == READER_TOOK);
    CHECK_STR(line.got, "12345aaabbbcc67");
    CHECK(outbox_is_empty(&o));
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
