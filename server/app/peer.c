// SPDX-License-Identifier: Apache-2.0
// A WebSocket connection's side of things: its greeting, its watches, its own answers.
//
// Own answers go first; feeds follow when nothing of the peer's own waits, so an answer to
// interview.watch always comes before the events it announces. What one message brings about is
// gathered and goes out in one write: the system call is most of what an arrival costs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/blocks.h"
#include "server/base/frame.h"
#include "server/base/log.h"
#include "server/base/must.h"

// Members of staff are trusted with a lot; nobody may keep the loop to himself.
static const struct mod_rate rates[PEER_KINDS] = {
    [PEER_STRANGER] = {LIMIT_CITIZEN_BURST, LIMIT_CITIZEN_MS},
    [PEER_CITIZEN] = {LIMIT_CITIZEN_BURST, LIMIT_CITIZEN_MS},
    [PEER_STAFF] = {LIMIT_STAFF_BURST, LIMIT_STAFF_MS},
};

static void enter(struct peer *p, enum peer_kind kind)
{
    struct peers *those = &p->app->peers[kind];
    p->kind = kind;
    p->prev = NULL;
    p->next = those->first;
    if (p->next)
        p->next->prev = p;
    those->first = p;
    those->count++;
}

static void leave(struct peer *p)
{
    struct peers *those = &p->app->peers[p->kind];
    if (p->next)
        p->next->prev = p->prev;
    *(p->prev ? &p->prev->next : &those->first) = p->next;
    those->count--;
}

void peer_greet(struct peer *p, enum peer_kind kind)
{
    leave(p);
    enter(p, kind);
}

struct actor peer_actor(const struct peer *p)
{
    struct actor a = {0};
    if (p->kind == PEER_STAFF)
        a = *p->staff;
    else if (p->kind == PEER_CITIZEN)
        actor_citizen(&a, p->visitor);
    a.lang = p->lang;
    memcpy(a.address, p->address, sizeof a.address);
    memcpy(a.network, p->network, sizeof a.network);
    return a;
}

struct peer *app_peer_open(struct app *a, void *link, const char *address, const char *network)
{
    struct peer *p = must_alloc(sizeof *p);
    p->app = a;
    p->link = link;
    p->opened_ms = app_now(a);
    snprintf(p->address, sizeof p->address, "%s", address);
    snprintf(p->network, sizeof p->network, "%s", network);
    enter(p, PEER_STRANGER);
    return p;
}

void app_peer_closed(struct peer *p)
{
    while (p->watches) {
        struct watch *w = p->watches;
        p->watches = w->next;
        feed_leave(&w->reader);
        free(w);
    }
    while (p->calls) {
        struct call *c = p->calls;
        p->calls = c->next;
        c->peer = NULL;
    }
    leave(p);
    if (p->staff)
        leaving_note(p->app, p->staff->name);
    free(p->staff);
    outbox_finish(&p->out);
    free(p);
}

static void stop_gathering(struct peer *p)
{
    if (p->gathers && !outbox_is_empty(&p->out))
        outbox_send(&p->out, p->app->ports.send, p->link);
    p->gathers = false;
}

void peer_close(struct peer *p, int code, const char *reason)
{
    stop_gathering(p);
    p->closing = true;
    p->app->ports.close(p->link, code, reason);
}

bool peer_may_stay(struct peer *p, bool acts)
{
    const struct app_ports *ports = &p->app->ports;
    if (p->closing || p->kind != PEER_STAFF)
        return true;
    struct slice invitation = slice_of(p->staff->invitation);
    if (ports->is_signed_in(ports->ctx, p->staff, acts) &&
        (!invitation.n || app_invitation_stands(p->app, invitation)))
        return true;
    peer_close(p, 4401, "sign in again");
    return false;
}

// Sends what was put into the box; behind what waited already it waits too, up to a bound.
static void go_on(struct peer *p, bool waited)
{
    if (waited && p->out.own > LIMIT_OUT_QUEUE)
        peer_close(p, 1013, "too slow");
    else if (!waited && !p->gathers)
        outbox_send(&p->out, p->app->ports.send, p->link);
}

void peer_send(struct peer *p, struct slice payload)
{
    if (p->closing)
        return;
    bool waited = !outbox_is_empty(&p->out);
    struct buf frame = {0};
    frame_whole(&frame, payload);
    if (waited || p->gathers || p->app->ports.send(p->link, buf_slice(&frame)) == READER_BUSY) {
        outbox_add(&p->out, buf_slice(&frame));
        go_on(p, waited);
    }
    buf_finish(&frame);
}

void peer_send_shared(struct peer *p, struct slice first, struct blob *middle, struct slice last)
{
    if (p->closing)
        return;
    bool waited = !outbox_is_empty(&p->out);
    struct buf frame = {0};
    frame_first(&frame, first);
    outbox_add(&p->out, buf_slice(&frame));
    outbox_share(&p->out, middle, FRAME_BYTES);
    buf_clear(&frame);
    frame_last(&frame, last);
    outbox_add(&p->out, buf_slice(&frame));
    buf_finish(&frame);
    go_on(p, waited);
}

void peer_send_frames(struct peer *p, struct blob *frames)
{
    if (p->closing)
        return;
    bool waited = !outbox_is_empty(&p->out);
    outbox_share(&p->out, frames, blob_slice(frames).n);
    go_on(p, waited);
}

void app_peer_ready(struct peer *p)
{
    if (outbox_send(&p->out, p->app->ports.send, p->link) == READER_BUSY)
        return;
    for (struct watch *w = p->watches; w; w = w->next)
        feed_reader_ready(&w->reader);
    p->app->ports.wake(p->app->ports.ctx);
}

static void answer_peer(void *ctx, struct slice json)
{
    struct peer *p = ctx;
    peer_send(p, json);
}

static void refuse_text(struct peer *p, const struct request *r, int code, const char *why)
{
    struct buf text = {0};
    answer_error(&text, slice_of(r->id), code, why, "bad_params", (struct slice){0});
    answer_peer(p, buf_slice(&text));
    buf_finish(&text);
    if (code == RPC_PARSE_ERROR)
        peer_close(p, 4400, "bad message");
}

void app_peer_message(struct peer *p, struct slice text)
{
    int64_t retry_ms;
    if (p->closing || !peer_may_stay(p, true))
        return;
    if (!mod_rate_take(&rates[p->kind], &p->messages, app_now(p->app), &retry_ms)) {
        peer_close(p, 4429, "too many messages");
        return;
    }
    struct request r = {0};
    struct actor actor = peer_actor(p);
    const char *why;
    int code = request_parse(text, &r, &why);
    p->gathers = outbox_is_empty(&p->out);
    if (code)
        refuse_text(p, &r, code, why);
    else
        call_start(p->app, p, &actor, &r, NULL, NULL);
    stop_gathering(p);
}

static void write_bye(struct json_writer *w, const struct app *a)
{
    json_w_member(w, "reason", "draining");
    json_w_member_int(w, "retry_ms", heads_window(a));
}

void app_drain(struct app *a)
{
    struct buf b = {0};
    struct json_writer w = call_open(&b);
    write_bye(&w, a);
    json_w_close(&w, '}');
    follow_drain(a, buf_slice(&b));
    block_store_drain(a->blocks);
    buf_clear(&b);
    w = rpc_open(&b, "bye", 0);
    write_bye(&w, a);
    rpc_close(&w);
    for (int kind = 0; kind < PEER_KINDS; kind++) {
        struct peer *next;
        for (struct peer *p = a->peers[kind].first; p; p = next) {
            next = p->next;
            peer_send(p, buf_slice(&b));
            peer_close(p, 1001, "draining");
        }
    }
    buf_finish(&b);
}
