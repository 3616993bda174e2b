// SPDX-License-Identifier: Apache-2.0
// Following the public events of one interview as Server-Sent Events: for those who cannot have a
// WebSocket. A ring, a cursor and a sweep as there; only the framing differs. A follower cannot
// talk back, so one that is behind gets the snapshot in its stream without asking.
//
// An event of the record is a message with the id N:HASH and the same object as in a WebSocket's
// frame. Beside it come, by name:
//
// - "snapshot", with an id: start again from this public snapshot;
// - "rolled_back", before a snapshot: what the client has seen the record does not have;
// - "head", first of all, then every 20 s: how far the record is, and how to come back;
// - "tally": viewers and votes;
// - "bye": the server ends the stream; come back after retry_ms.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/inside.h"
#include "server/app/vote.h"
#include "server/base/decimal.h"
#include "server/base/must.h"
#include "server/base/sse.h"

enum { PIECE_BYTES = 32 * 1024 };

struct follower {
    struct reader reader; // first
    struct app *app;
    struct channel *channel;
    struct follower *next, *prev; /* app.followers */
    void *link;
    struct outbox out; // feeds follow when it is empty
    bool closing;
};

bool follow_parse(struct slice text, struct follow_place *ret)
{
    *ret = (struct follow_place){0};
    const char *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
    size_t digits = colon ? (size_t)(colon - text.p) : text.n;
    if (!decimal_read((struct slice){text.p, digits}, &ret->n))
        return false;
    ret->is_given = true;
    if (!colon)
        return true;
    ret->hash = (struct slice){colon + 1, text.n - digits - 1};
    if (ret->hash.n > POSITION_HEX)
        return false;
    for (size_t at = 0; at < ret->hash.n; at++) {
        char c = ret->hash.p[at];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
    }
    return ret->hash.n == (ret->n ? POSITION_HEX : 0);
}

void follow_id(const struct position *at, char ret[FOLLOW_ID])
{
    snprintf(ret, FOLLOW_ID, "%llu:%.*s", (unsigned long long)at->n, POSITION_HEX,
             at->n ? at->hash : "");
}

static enum reader_take send_bytes(void *link, struct slice bytes)
{
    const struct follower *f = link;
    return f->app->ports.stream_send(f->link, bytes);
}

// Behind what waits already it waits too, up to a bound.
static void go_on(struct follower *f, bool waited)
{
    if (!waited) {
        outbox_send(&f->out, send_bytes, f);
    } else if (f->out.own > LIMIT_OUT_QUEUE) {
        f->closing = true;
        f->app->ports.stream_end(f->link);
    }
}

static void say(struct follower *f, struct slice bytes)
{
    bool waited = !outbox_is_empty(&f->out);
    outbox_add(&f->out, bytes);
    go_on(f, waited);
}

static void say_snapshot(struct follower *f)
{
    bool waited = !outbox_is_empty(&f->out);
    char id[FOLLOW_ID];
    follow_id(&f->channel->open->position, id);
    struct buf b = {0};
    sse_open(&b, slice_of(id), "snapshot");
    outbox_add(&f->out, buf_slice(&b));
    outbox_share(&f->out, channel_snapshot(f->channel), PIECE_BYTES);
    buf_clear(&b);
    sse_close(&b);
    outbox_add(&f->out, buf_slice(&b));
    buf_finish(&b);
    go_on(f, waited);
}

static enum reader_take send_to_follower(struct reader *reader, struct slice frames)
{
    struct follower *f = (struct follower *)reader;
    if (f->closing)
        return READER_GONE;
    if (!outbox_is_empty(&f->out))
        return READER_BUSY;
    return send_bytes(f, frames);
}

static void follower_is_behind(struct reader *reader)
{
    struct follower *f = (struct follower *)reader;
    if (f->closing)
        return;
    say_snapshot(f);
    feed_reader_seek(reader, ring_head(feed_ring(f->channel->stream)));
}

// Everybody at another moment, else all of them come back in the same one.
static int64_t random_retry(const struct app *a)
{
    uint32_t random;
    a->ports.random(a->ports.ctx, (unsigned char *)&random, sizeof random);
    return LIMIT_FOLLOW_RETRY_MS + random % (uint32_t)heads_window(a);
}

static void greet(struct follower *f, const struct follow_place *place)
{
    const struct ring *ring = feed_ring(f->channel->stream);
    struct ring_place from = ring_resume(ring, place->is_given, place->n, place->hash);
    struct buf b = {0};
    buf_printf(&b, "retry: %lld\n\n", (long long)random_retry(f->app));
    head_write_event(f->channel, &b);
    if (from.rolled_back)
        sse_event(&b, (struct slice){0}, "rolled_back", slice_of("{}"));
    say(f, buf_slice(&b));
    buf_finish(&b);
    if (from.mode == RING_SNAPSHOT)
        say_snapshot(f);
    votes_greet_follower(f->channel, f);
    feed_join(f->channel->stream, &f->reader, from.offset);
}

void follower_share(struct follower *f, struct blob *bytes)
{
    bool waited = !outbox_is_empty(&f->out);
    outbox_share(&f->out, bytes, PIECE_BYTES);
    go_on(f, waited);
}

struct follower *app_follow(struct app *a, void *link, struct slice interview,
                            const struct follow_place *place)
{
    struct channel *ch = channel_find(a, interview);
    must(ch && channel_is_open(ch));
    struct follower *f = must_alloc(sizeof *f);
    *f = (struct follower){.reader = {.send = send_to_follower, .behind = follower_is_behind},
                           .app = a,
                           .channel = ch,
                           .next = a->followers,
                           .link = link};
    if (f->next)
        f->next->prev = f;
    a->followers = f;
    a->follower_count++;
    greet(f, place);
    a->ports.wake(a->ports.ctx);
    return f;
}

void app_follower_ready(struct follower *f)
{
    if (outbox_send(&f->out, send_bytes, f) == READER_BUSY)
        return;
    feed_reader_ready(&f->reader);
    f->app->ports.wake(f->app->ports.ctx);
}

void app_follower_closed(struct follower *f)
{
    struct app *a = f->app;
    feed_leave(&f->reader);
    if (f->next)
        f->next->prev = f->prev;
    *(f->prev ? &f->prev->next : &a->followers) = f->next;
    a->follower_count--;
    outbox_finish(&f->out);
    free(f);
}

void follow_note(struct channel *ch, const char *event, struct slice data)
{
    if (feed_reader_count(ch->stream) == 0)
        return;
    struct buf b = {0};
    sse_event(&b, (struct slice){0}, event, data);
    ring_note(feed_ring(ch->stream), buf_slice(&b));
    buf_finish(&b);
    ch->app->ports.wake(ch->app->ports.ctx);
}

void follow_drain(struct app *a, struct slice bye)
{
    struct buf b = {0};
    sse_event(&b, (struct slice){0}, "bye", bye);
    for (struct follower *f = a->followers; f; f = f->next) {
        if (f->closing)
            continue;
        say(f, buf_slice(&b));
        f->closing = true;
        a->ports.stream_end(f->link);
    }
    buf_finish(&b);
}
