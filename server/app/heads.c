// SPDX-License-Identifier: Apache-2.0
// Tells those who watch how far the record is, so that a lost last event is noticed, and how to
// come back when the line is lost: in a crash nobody can be told any more.
#include "server/app/inside.h"
#include "server/base/sse.h"

enum { LEAST_WINDOW_MS = 1000, MOST_WINDOW_MS = 60000 };

int64_t heads_window(const struct app *a)
{
    size_t count = 0;
    for (int kind = 0; kind < PEER_KINDS; kind++)
        count += a->peers[kind].count;
    count += a->follower_count;
    int64_t ms = (int64_t)count * 1000 / LIMIT_RETURNS;
    return ms < LEAST_WINDOW_MS ? LEAST_WINDOW_MS : ms > MOST_WINDOW_MS ? MOST_WINDOW_MS : ms;
}

static void write_members(struct json_writer *w, const struct channel *ch, struct feed *feed)
{
    const struct position *at = ring_position(feed_ring(feed));
    json_w_member(w, "interview", ch->all->id);
    json_w_member_int(w, "to", (int64_t)at->n);
    json_w_key(w, "hash");
    json_w_string(w, (struct slice){at->hash, at->n ? POSITION_HEX : 0});
    json_w_member_int(w, "retry_ms", heads_window(ch->app));
}

static void write_head(const struct channel *ch, enum sight sight, struct buf *ret)
{
    buf_clear(ret);
    struct json_writer w = rpc_open(ret, "head", 0);
    write_members(&w, ch, ch->feeds[sight]);
    rpc_close(&w);
}

static void write_stream_head(const struct channel *ch, struct buf *ret)
{
    struct json_writer w = call_open(ret);
    write_members(&w, ch, ch->stream);
    json_w_close(&w, '}');
}

void head_write_event(const struct channel *ch, struct buf *out)
{
    struct buf head = {0};
    write_stream_head(ch, &head);
    sse_event(out, (struct slice){0}, "head", buf_slice(&head));
    buf_finish(&head);
}

void heads_tell(struct app *a)
{
    struct buf head = {0};
    for (size_t i = 0; i < a->channel_count; i++)
        for (enum sight s = SIGHT_PUBLIC; s < SIGHTS; s++)
            if (feed_reader_count(a->channels[i]->feeds[s]) > 0) {
                write_head(a->channels[i], s, &head);
                channel_note(a->channels[i], s, buf_slice(&head));
            }
    for (size_t i = 0; i < a->channel_count; i++)
        if (feed_reader_count(a->channels[i]->stream) > 0) {
            write_stream_head(a->channels[i], &head);
            follow_note(a->channels[i], "head", buf_slice(&head));
        }
    buf_finish(&head);
}

void head_tell(struct watch *w)
{
    struct buf head = {0};
    write_head(w->channel, w->sight, &head);
    peer_send(w->peer, buf_slice(&head));
    buf_finish(&head);
}
