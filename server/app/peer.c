// SPDX-License-Identifier: Apache-2.0
// A WebSocket connection's side of things: its greeting, its watches, its own answers.
//
// Own answers go first; feeds follow when nothing of the peer's own waits, so an answer to
// interview.watch always comes before the events it announces.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/inside.h"
#include "server/base/log.h"
#include "server/base/must.h"

struct peer *app_peer_open(struct app *a, void *link, const char *address, const char *network)
{
    struct peer *p = must_alloc(sizeof *p);
    p->app = a;
    p->link = link;
    p->opened_ms = app_now(a);
    snprintf(p->address, sizeof p->address, "%s", address);
    snprintf(p->network, sizeof p->network, "%s", network);
    p->next = a->peers;
    if (p->next)
        p->next->prev = p;
    a->peers = p;
    return p;
}

void app_peer_closed(struct peer *p)
{
    for (int i = 0; i < LIMIT_WATCHES; i++)
        feed_leave(&p->watches[i].reader);
    while (p->calls) {
        struct call *c = p->calls;
        p->calls = c->next;
        c->peer = NULL;
    }
    if (p->next)
        p->next->prev = p->prev;
    if (p->prev)
        p->prev->next = p->next;
    else
        p->app->peers = p->next;
    leaving_note(p->app, &p->actor);
    buf_finish(&p->out);
    free(p);
}

void peer_close(struct peer *p, int code, const char *reason)
{
    p->closing = true;
    p->app->ports.close(p->link, code, reason);
}

bool peer_may_stay(struct peer *p, bool acts)
{
    const struct app_ports *ports = &p->app->ports;
    struct slice invitation = slice_of(p->actor.invitation);
    if (p->closing || p->actor.kind != ACTOR_STAFF ||
        (ports->is_signed_in(ports->ctx, &p->actor, acts) &&
         (!invitation.n || app_invitation_stands(p->app, invitation))))
        return true;
    peer_close(p, 4401, "sign in again");
    return false;
}

static void send_frames(struct peer *p, struct slice frames)
{
    if (p->closing)
        return;
    enum reader_take taken = READER_BUSY;
    if (p->out.n == 0)
        taken = p->app->ports.send(p->link, frames);
    if (taken != READER_BUSY)
        return;
    if (p->out.n + frames.n > LIMIT_OUT_QUEUE && p->out.n > 0) {
        peer_close(p, 1013, "too slow");
        return;
    }
    buf_add(&p->out, frames);
}

void peer_send(struct peer *p, struct slice payload)
{
    struct buf frame = {0};
    channel_frame(p->app, &frame, payload);
    send_frames(p, buf_slice(&frame));
    buf_finish(&frame);
}

bool peer_try(struct peer *p, struct slice frame)
{
    return !p->closing && p->out.n == 0 && p->app->ports.send(p->link, frame) != READER_BUSY;
}

void app_peer_ready(struct peer *p)
{
    if (p->out.n > 0) {
        if (p->app->ports.send(p->link, buf_slice(&p->out)) == READER_BUSY)
            return;
        buf_finish(&p->out);
    }
    for (int i = 0; i < LIMIT_WATCHES; i++)
        if (p->watches[i].channel)
            feed_reader_ready(&p->watches[i].reader);
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
    if (p->closing || !peer_may_stay(p, true))
        return;
    struct request r = {0};
    const char *why;
    int code = request_parse(text, &r, &why);
    if (code)
        refuse_text(p, &r, code, why);
    else
        call_start(p->app, p, &p->actor, &r, NULL, NULL);
}

void peer_head(struct watch *w)
{
    const struct position *at = ring_position(feed_ring(w->channel->feeds[w->sight]));
    struct buf b = {0};
    struct json_writer j = call_open(&b);
    json_w_member(&j, "jsonrpc", "2.0");
    json_w_member(&j, "method", "head");
    json_w_key(&j, "params");
    json_w_open(&j, '{');
    json_w_member(&j, "interview", w->channel->all->id);
    json_w_member_int(&j, "to", (int64_t)at->n);
    json_w_key(&j, "hash");
    json_w_string(&j, (struct slice){at->hash, at->n ? POSITION_HEX : 0});
    json_w_close(&j, '}');
    json_w_close(&j, '}');
    peer_send(w->peer, buf_slice(&b));
    buf_finish(&b);
}

void app_drain(struct app *a, int64_t retry_ms)
{
    struct buf b = {0};
    struct json_writer j = call_open(&b);
    json_w_member(&j, "jsonrpc", "2.0");
    json_w_member(&j, "method", "bye");
    json_w_key(&j, "params");
    json_w_open(&j, '{');
    json_w_member(&j, "reason", "draining");
    json_w_member_int(&j, "retry_ms", retry_ms);
    json_w_close(&j, '}');
    json_w_close(&j, '}');
    struct peer *next;
    for (struct peer *p = a->peers; p; p = next) {
        next = p->next;
        peer_send(p, buf_slice(&b));
        peer_close(p, 1001, "draining");
    }
    buf_finish(&b);
}
