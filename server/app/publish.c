// SPDX-License-Identifier: Apache-2.0
// An event becomes frames: once for everybody who sees the same. What enters the public feed is
// decided here alone, and by nothing but the event's own mark.
#include <string.h>

#include "server/app/blocks.h"
#include "server/base/frame.h"
#include "server/base/sse.h"
#include "server/interview/fold.h"

static bool is_about_question(struct slice type)
{
    return (type.n > 9 && memcmp(type.p, "question.", 9) == 0) ||
           (type.n > 5 && memcmp(type.p, "case.", 5) == 0);
}

// The version of what the event is about, after it; 0 when it has none.
static uint64_t version_after(const struct interview *iv, struct slice type,
                              const struct json *body)
{
    const char *kind = type.p;
    if (is_about_question(type)) {
        const struct question *q = interview_question(iv, json_get_string(body, "question"));
        return q ? q->version : 0;
    }
    if (type.n > 10 && memcmp(kind, "statement.", 10) == 0) {
        struct slice id = json_get_string(body, "statement");
        const struct statement *s = interview_statement(iv, id);
        if (!s)
            s = interview_draft(iv, id);
        return s ? s->version : 0;
    }
    return type.n > 10 && memcmp(kind, "interview.", 10) == 0 ? iv->version : 0;
}

// Guests see what is public, the interview's own affairs, and questions that were let through.
static bool guest_sees(const struct interview *iv, const struct event *ev, const struct json *body,
                       bool was_approved)
{
    if (ev->pub)
        return true;
    if (fold_sight(ev->type) == SEEN_BY_DESK)
        return false;
    if (!is_about_question(ev->type))
        return true;
    const struct question *q = interview_question(iv, json_get_string(body, "question"));
    return q && (q->approved || was_approved);
}

// Up to its one event.
static struct json_writer open_frame(struct buf *out, const char *interview, uint64_t n,
                                     const char *hash)
{
    struct json_writer w = rpc_open(out, "events", 0);
    json_w_member(&w, "interview", interview);
    json_w_member_int(&w, "from", (int64_t)n);
    json_w_member_int(&w, "to", (int64_t)n);
    json_w_key(&w, "hash");
    json_w_string(&w, (struct slice){hash, POSITION_HEX});
    json_w_key(&w, "events");
    json_w_open(&w, '[');
    return w;
}

static void close_frame(struct json_writer *w)
{
    json_w_close(w, ']');
    rpc_close(w);
}

// The body's members go in as they were recorded: public bytes are made once.
static void members(struct json_writer *w, struct slice body)
{
    if (body.n <= 2)
        return;
    buf_char(w->out, ',');
    buf_add(w->out, (struct slice){body.p + 1, body.n - 2});
}

static struct position position_of(uint64_t n, const char *hash)
{
    struct position at = {.n = n};
    memcpy(at.hash, hash, CHAIN_HEX);
    return at;
}

static void push(struct channel *ch, enum sight sight, const struct buf *payload, uint64_t n,
                 const char *hash)
{
    struct position after = position_of(n, hash);
    struct buf frame = {0};
    frame_whole(&frame, buf_slice(payload));
    ring_push(feed_ring(ch->feeds[sight]), &after, buf_slice(&frame));
    buf_finish(&frame);
}

void publish_write(struct buf *out, const struct event *ev)
{
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member_int(&w, "n", (int64_t)ev->pub);
    json_w_member_time(&w, "at", ev->at_ms);
    json_w_member_slice(&w, "type", ev->type);
    members(&w, ev->body);
    json_w_close(&w, '}');
}

// The same object goes the three ways there are.
static void publish_public(struct channel *ch, const struct event *ev)
{
    struct buf object = {0}, b = {0};
    publish_write(&object, ev);
    struct json_writer w = open_frame(&b, ch->open->id, ev->pub, ev->pub_hash);
    json_w_raw(&w, buf_slice(&object));
    close_frame(&w);
    push(ch, SIGHT_PUBLIC, &b, ev->pub, ev->pub_hash);
    buf_clear(&b);
    struct position after = position_of(ev->pub, ev->pub_hash);
    char id[FOLLOW_ID];
    follow_id(&after, id);
    sse_event(&b, slice_of(id), NULL, buf_slice(&object));
    ring_push(feed_ring(ch->stream), &after, buf_slice(&b));
    blocks_add(ch, ev, buf_slice(&object));
    buf_finish(&b);
    buf_finish(&object);
}

// A guest's snapshot knows neither who decided about a question nor what else was said about it to
// its asker. To whom a question was given, and what that one said, is among colleagues.
static bool is_screening(struct slice type)
{
    return is_about_question(type) && !slice_is(type, "question.routed_to_guest") &&
           !slice_is(type, "question.guest_accepted") && !slice_is(type, "question.guest_passed");
}

static void members_for_guest(struct json_writer *w, const struct event *ev,
                              const struct json *body)
{
    bool screens = is_screening(ev->type);
    if (!screens || (!json_get(body, "note") && !json_get(body, "duplicate_of"))) {
        members(w, ev->body);
        return;
    }
    for (const struct json *at = json_first(body); at; at = json_next(at)) {
        if (strcmp(json_key(at), "note") == 0 || strcmp(json_key(at), "duplicate_of") == 0)
            continue;
        json_w_key(w, json_key(at));
        json_w_copy(w, at);
    }
}

// Whoever knows the question acts on its newest version, also where he is not told what raised it.
static void write_version(struct json_writer *w, const struct interview *iv, const struct event *ev,
                          const struct json *body)
{
    const struct question *q = is_about_question(ev->type)
                                   ? interview_question(iv, json_get_string(body, "question"))
                                   : NULL;
    if (!q || !q->approved)
        return;
    json_w_member(w, "question", q->id);
    json_w_member_int(w, "version", (int64_t)q->version);
}

static void publish_staff(struct channel *ch, enum sight sight, const struct event *ev,
                          const struct json *body, uint64_t version, bool seen)
{
    bool as_guest = sight == SIGHT_GUEST;
    struct buf b = {0};
    struct json_writer w = open_frame(&b, ch->all->id, ev->seq, ev->hash);
    json_w_open(&w, '{');
    json_w_member_int(&w, "n", (int64_t)ev->seq);
    if (seen) {
        json_w_member_time(&w, "at", ev->at_ms);
        json_w_member_slice(&w, "type", ev->type);
        if (!as_guest || !is_screening(ev->type))
            json_w_member_slice(&w, "by", ev->actor);
        json_w_member_bool(&w, "public", ev->pub != 0);
        if (version)
            json_w_member_int(&w, "version", (int64_t)version);
        if (as_guest)
            members_for_guest(&w, ev, body);
        else
            members(&w, ev->body);
    } else {
        json_w_member(&w, "type", "withheld");
        write_version(&w, ch->all, ev, body);
    }
    json_w_close(&w, '}');
    close_frame(&w);
    push(ch, sight, &b, ev->seq, ev->hash);
    buf_finish(&b);
}

// Nobody may begin before what is there now.
static void take_back(struct channel *ch, void (*from_ring)(struct ring *r))
{
    from_ring(feed_ring(ch->feeds[SIGHT_PUBLIC]));
    from_ring(feed_ring(ch->stream));
    blocks_take_back(ch);
}

// What was erased goes from the frames that staff could begin with, too, and nobody who is under
// way gets it any more: who has not got all of it yet begins anew.
static void forget_erased(struct channel *ch, const struct event *ev)
{
    ring_drop(feed_ring(ch->feeds[SIGHT_STAFF]));
    ring_drop(feed_ring(ch->feeds[SIGHT_GUEST]));
    if (ev->pub)
        take_back(ch, ring_drop);
}

// was_down: before this event nobody could read anything; all begin with a new snapshot.
void publish_event(struct channel *ch, const struct event *ev, bool was_approved, bool was_down)
{
    if (slice_is(ev->type, "question.erased"))
        forget_erased(ch, ev);
    if (ev->pub) {
        if (fold_sight(ev->type) == SEEN_AS_END)
            take_back(ch, ring_forget);
        publish_public(ch, ev);
        if (was_down)
            take_back(ch, ring_drop);
    }
    struct json *body = json_parse(ev->body);
    bool tells = json_kind(json_get(body, "version")) != JSON_NULL; // in its own body
    uint64_t version = tells ? 0 : version_after(ch->all, ev->type, body);
    publish_staff(ch, SIGHT_STAFF, ev, body, version, true);
    publish_staff(ch, SIGHT_GUEST, ev, body, version, guest_sees(ch->all, ev, body, was_approved));
    json_free(body);
}
