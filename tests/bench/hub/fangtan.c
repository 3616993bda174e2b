// SPDX-License-Identifier: Apache-2.0
// Our own server, as it ships: an interview that is live, whose stenographer publishes statements;
// viewers say hello and watch, and come back to where they were.
#include "tests/bench/hub/fangtan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "storage/event.h"
#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/portal.h"
#include "tests/kit/raw.h"

#define MARK "\"text\":\"" // in front of the message's number
#define EVENTS_BEGIN                                                                               \
    "{\"jsonrpc\":\"2.0\",\"method\":\"events\",\"params\":{\"interview\":\"%s\",\"from\":"

enum { HEX = POSITION_HEX, NO_MESSAGE = UINT32_MAX };

// An event of the record, as the first viewer who got it saw it.
struct seen {
    char hash[HEX];
    uint32_t message; // its number + 1; 0: nobody has looked, NO_MESSAGE: it is none of ours
};

struct fangtan {
    struct portal portal;
    char begin[200]; // of a frame of events
    size_t begin_n;
    struct seen *seen; // by the event's number
    size_t payload;    // bytes of the last event's frame
};

// ---- starting ----

static bool start(struct server *s)
{
    struct fangtan *f = calloc(1, sizeof *f);
    if (!f || !(f->seen = calloc(MOST_MESSAGES, sizeof *f->seen)))
        give_up("out of memory");
    s->own = f;
    portal_prepare(&f->portal, s->dir);
    s->port = f->portal.port;
    s->pid = portal_start(&f->portal);
    if (!await_port(s->port, s->pid))
        give_up("%s serve did not start", portal_program);
    portal_sign_in(&f->portal);
    portal_open_interview(&f->portal);
    f->begin_n = (size_t)snprintf(f->begin, sizeof f->begin, EVENTS_BEGIN, f->portal.interview);
    return true;
}

static void stop(struct server *s)
{
    struct fangtan *f = s->own;
    free(f->seen);
    free(f);
}

void fangtan_restart(struct server *s)
{
    struct fangtan *f = s->own;
    s->pid = portal_start(&f->portal);
}

void fangtan_sign_in(struct server *s)
{
    struct fangtan *f = s->own;
    if (!await_port(s->port, s->pid))
        give_up("fangtan serve did not start again");
    portal_sign_in(&f->portal);
}

// The answer to watch may come in parts and be followed by anything: its first frame will do.
static void begin_watching(struct raw *r, const char *interview)
{
    char text[300], *payload = NULL;
    size_t n = 0;
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":{\"interview\":"
        "\"%s\"}}",
        interview);
    raw_text(r, text);
    if (raw_take(r, &payload, &n) < 0 || !memmem(payload, n, "\"mode\"", 6))
        give_up("watch: %.*s", (int)n, payload);
    free(payload);
}

void fangtan_visit(struct server *s, uint32_t number, struct fangtan_visit *ret)
{
    const struct fangtan *f = s->own;
    struct raw r;
    char text[600];
    uint64_t began = now_ns();
    if (raw_handshake(&r, s->port) != 0)
        give_up("a citizen was not let in");
    ret->upgraded = now_ns() - began;
    json_free(portal_call(&r, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{"
                              "\"client\":\"bench\"}}"));
    begin_watching(&r, f->portal.interview);
    ret->watching = now_ns() - began;
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"question.ask\",\"params\":{"
             "\"interview\":\"%s\",\"command_id\":\"ask\",\"text\":\"No. %u: when will the old "
             "pipes in this lane be replaced?\"}}",
             f->portal.interview, number);
    began = now_ns();
    json_free(portal_call(&r, text));
    ret->acknowledged = now_ns() - began;
    raw_close(&r);
}

size_t fangtan_payload(size_t text)
{
    struct server s;
    if (!server_start(&s, &peer_fangtan, 1, text, 0))
        give_up("fangtan: %s", s.why);
    struct crowd *c = crowd_create(&s, 1, false);
    crowd_publishers(c);
    crowd_come(c, 1, 10);
    crowd_publish(c);
    while (c->unfinished)
        crowd_turn(c, UINT64_MAX);
    size_t payload = ((struct fangtan *)s.own)->payload;
    crowd_destroy(&c);
    server_stop(&s);
    return payload;
}

// ---- viewers and publishers ----

static bool holds(struct slice text, const char *word)
{
    return memmem(text.p, text.n, word, strlen(word));
}

// The value behind the word, which ends in a colon or a quote; NULL when it is not there. Behind it
// comes at least the end of the JSON, so that a number or a string does end.
static const char *behind(struct slice text, const char *word)
{
    const char *at = memmem(text.p, text.n, word, strlen(word));
    return at ? at + strlen(word) : NULL;
}

// The hash of a position; NULL when there is none.
static const char *hash_in(struct slice text)
{
    const char *hash = behind(text, "\"hash\":\"");
    return hash && text.p + text.n - hash > HEX && hash[HEX] == '"' ? hash : NULL;
}

static void say_hello(struct line *l)
{
    const struct fangtan *f = l->crowd->server->own;
    const char *name = "token", *value = l->token;
    char ticket[PORTAL_TICKET];
    if (l->is_publisher) {
        portal_ticket(&f->portal, ticket);
        name = "ticket";
        value = ticket;
    }
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"hello\",\"params\":{\"client\":"
              "\"bench\",\"lang\":\"en\"%s%s%s%s%s}}",
              value ? ",\"" : "", value ? name : "", value ? "\":\"" : "", value ? value : "",
              value ? "\"" : "");
}

static void hear_hello(struct line *l, struct slice text)
{
    if (!holds(text, "\"result\""))
        give_up("hello: %.*s", (int)text.n, text.p);
    const char *window = behind(text, "\"retry_ms\":"), *token = behind(text, "\"token\":\"");
    if (window)
        l->window_ms = strtoull(window, NULL, 10);
    if (token && !l->is_publisher && !l->token)
        l->token = strndup(token, strcspn(token, "\""));
}

static void say_watch(struct line *l)
{
    const struct fangtan *f = l->crowd->server->own;
    char at[120] = "";
    if (l->at_n)
        snprintf(at, sizeof at, ",\"at\":{\"n\":%llu,\"hash\":\"%.*s\"}",
                 (unsigned long long)l->at_n, HEX, f->seen[l->at_n].hash);
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.watch\",\"params\":{"
              "\"interview\":\"%s\"%s}}",
              f->portal.interview, at);
}

// Keeps what the first viewer saw; the others must see the same.
static struct seen *see(struct crowd *c, uint64_t n, const char *hash)
{
    struct fangtan *f = c->server->own;
    if (n == 0 || n >= MOST_MESSAGES || !hash)
        give_up("event %llu is not what can be measured", (unsigned long long)n);
    struct seen *seen = &f->seen[n];
    if (!seen->hash[0])
        memcpy(seen->hash, hash, HEX);
    else if (memcmp(seen->hash, hash, HEX) != 0)
        c->differences++;
    return seen;
}

// The beginning of the answer tells where the viewer is; the snapshot behind it may come in more
// frames.
static void hear_watched(struct line *l, struct slice text)
{
    struct crowd *c = l->crowd;
    const char *to = behind(text, "\"to\":");
    if (!holds(text, "\"result\"") || !to)
        give_up("watch: %.*s", (int)(text.n < 400 ? text.n : 400), text.p);
    enum crowd_mode mode = holds(text, "\"mode\":\"live\"")   ? CROWD_LIVE
                           : holds(text, "\"mode\":\"tail\"") ? CROWD_TAIL
                                                              : CROWD_SNAPSHOT;
    uint64_t n = strtoull(to, NULL, 10);
    c->modes[mode]++;
    if (holds(text, "\"rolled_back\":true"))
        c->differences++;
    if (mode == CROWD_TAIL)
        return;
    if (mode == CROWD_LIVE && l->at_n && n != l->at_n)
        c->gaps++;
    l->at_n = n;
    see(c, n, hash_in(text));
}

enum { AT_HELLO = 1, AT_WATCH, AT_SNAPSHOT };

static bool greet(struct line *l, const struct frame *frame)
{
    if (!frame) {
        say_hello(l);
        l->step = AT_HELLO;
        return false;
    }
    if (l->step == AT_HELLO) {
        hear_hello(l, frame->payload);
        if (l->is_publisher)
            return true;
        say_watch(l);
        l->step = AT_WATCH;
        return false;
    }
    if (l->step == AT_WATCH) {
        hear_watched(l, frame->payload);
        l->step = AT_SNAPSHOT;
    }
    return frame->first & 0x80;
}

static void note_event(struct line *l, struct slice text, uint64_t now)
{
    struct crowd *c = l->crowd;
    struct fangtan *f = c->server->own;
    uint64_t n = strtoull(text.p + f->begin_n, NULL, 10);
    struct seen *seen = see(c, n, hash_in(text));
    if (!seen->message) {
        const char *number = behind(text, MARK);
        seen->message = number ? (uint32_t)strtoul(number, NULL, 10) + 1 : NO_MESSAGE;
        f->payload = text.n;
    }
    if (n <= l->at_n)
        c->repeats++;
    else if (n != l->at_n + 1)
        c->gaps++;
    l->at_n = n;
    line_got(l, seen->message - 1, now);
}

static void hear_answer(struct line *l, struct slice text, uint64_t now)
{
    const char *id = behind(text, "\"id\":");
    if (!id)
        return;
    unsigned long number = strtoul(id, NULL, 10);
    if (!holds(text, "\"result\"") || number == 0 || number > l->crowd->message_count)
        give_up("publish: %.*s", (int)text.n, text.p);
    l->crowd->messages[number - 1].acked = now;
}

static void hear(struct line *l, const struct frame *frame, uint64_t now)
{
    const struct fangtan *f = l->crowd->server->own;
    struct slice text = frame->payload;
    if (l->is_publisher) {
        hear_answer(l, text, now);
    } else if (text.n > f->begin_n && memcmp(text.p, f->begin, f->begin_n) == 0) {
        note_event(l, text, now);
    } else if (holds(text, "\"method\":\"bye\"")) {
        const char *wait = behind(text, "\"retry_ms\":");
        l->floor_ms = wait ? strtoull(wait, NULL, 10) : 0;
    } else if (holds(text, "\"method\":\"head\"")) {
        const char *window = behind(text, "\"retry_ms\":");
        l->window_ms = window ? strtoull(window, NULL, 10) : l->window_ms;
    }
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    const struct fangtan *f = c->server->own;
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"statement.publish\",\"params\":{"
              "\"interview\":\"%s\",\"command_id\":\"m%u\",\"kind\":\"explanation\","
              "\"speaker\":{\"name\":\"Fang Jing\"},\"text\":\"%s\"}}",
              message + 1, f->portal.interview, message, message_text(message, c->server->text));
}

const struct peer peer_fangtan = {.name = "fangtan",
                                  .path = "/ws",
                                  .subprotocol = "fangtan.v1",
                                  .publishers = MOST_PUBLISHERS,
                                  .start = start,
                                  .stop = stop,
                                  .greet = greet,
                                  .hear = hear,
                                  .publish = publish};
