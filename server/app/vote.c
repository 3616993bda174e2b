// SPDX-License-Identifier: Apache-2.0
// "I want to know that too": who wants it is a mark beside the record, how many is told to all who
// watch, at most once a second, and never part of the record.
//
// A vote is told only of a question that everybody sees: the numbers are asked for by the questions
// of the public state.
#include "server/app/vote.h"

#include <stdlib.h>
#include <string.h>

#include "server/app/commands.h"
#include "server/base/frame.h"
#include "server/base/must.h"
#include "server/base/sse.h"

enum { TALLY_MS = 1000, CROWD = 200 };

// A reader ticks what he likes in a row; a school or an office shares one address.
static const struct mod_rate citizen_rate = {.burst = 30, .interval_ms = 1000};
static const struct mod_rate address_rate = {.burst = 600, .interval_ms = 100};

static const char set_prefix[] = "vote:"; // of the set's name; the question's id follows

struct vote_count { // of one question
    uint64_t count;
    uint64_t held; // as it was when the feed came to stand still
    bool changed;  // since it was told to all who watch
};

struct vote { // of one citizen for one question
    bool on;
};

struct votes {
    struct index *counts; // question → struct vote_count
    struct index *votes;  // question, space, citizen → struct vote
    bool changed;         // one of the counts
    size_t viewers;       // as last told to all
    bool uneven;          // … and not to one who came since
    int64_t told_ms;
    // Of all of it, as of then and of public event all_n: a frame and a Server-Sent Event; NULL:
    // not made.
    struct blob *all, *all_event;
    uint64_t all_n;
};

struct votes *votes_create(void)
{
    struct votes *v = must_alloc(sizeof *v);
    v->counts = index_create();
    v->votes = index_create();
    return v;
}

void votes_destroy(struct votes **v)
{
    index_destroy(&(*v)->counts, free);
    index_destroy(&(*v)->votes, free);
    blob_drop(&(*v)->all);
    blob_drop(&(*v)->all_event);
    free(*v);
    *v = NULL;
}

static void *found(const struct index *ix, struct slice key)
{
    struct index_entry *e = index_find(ix, key);
    return e ? e->value : NULL;
}

static void *made(struct index *ix, struct slice key, size_t size)
{
    void *value = found(ix, key);
    if (!value) {
        value = must_alloc(size);
        index_add(ix, key, value);
    }
    return value;
}

static void set_vote(struct votes *v, struct slice question, struct slice citizen, bool on)
{
    struct buf key = {0};
    buf_add(&key, question);
    buf_char(&key, ' ');
    buf_add(&key, citizen);
    struct vote *vote = found(v->votes, buf_slice(&key));
    bool was_on = vote && vote->on;
    if (on && !vote)
        vote = made(v->votes, buf_slice(&key), sizeof *vote);
    buf_finish(&key);
    if (was_on == on)
        return;
    struct vote_count *c = made(v->counts, question, sizeof *c);
    must(on || c->count > 0);
    vote->on = on;
    c->count += on ? 1 : UINT64_MAX; // one less
    c->changed = v->changed = true;
}

void votes_mark(struct channel *ch, struct slice set, struct slice citizen)
{
    size_t n = sizeof set_prefix - 1;
    if (set.n <= n || memcmp(set.p, set_prefix, n) != 0)
        return;
    struct slice question = {set.p + n, set.n - n};
    set_vote(ch->votes, question, citizen, true);
    struct vote_count *c = found(ch->votes->counts, question);
    c->held = c->count; // nobody votes while the feed stands still, so all of these were before
}

void votes_hold(struct channel *ch)
{
    for (size_t i = 0; i < ch->open->question_count; i++) {
        struct vote_count *c = found(ch->votes->counts, slice_of(ch->open->questions[i]->id));
        if (c)
            c->held = c->count;
    }
}

void votes_restored(struct channel *ch, struct slice question)
{
    struct vote_count *c = found(ch->votes->counts, question);
    if (c)
        c->changed = ch->votes->changed = true;
}

// While the feed stands still no other number is told than before: not even one that a vote from
// before comes to, which reached the disk a moment later.
static uint64_t shown(const struct channel *ch, const struct vote_count *c)
{
    return interview_is_still(ch->open) ? c->held : c->count;
}

uint64_t votes_of(const struct channel *ch, struct slice question)
{
    const struct vote_count *c = found(ch->votes->counts, question);
    return c ? shown(ch, c) : 0;
}

int64_t app_votes_told(const struct app *a, const struct interview *iv)
{
    const struct channel *ch = channel_find(a, slice_of(iv->id));
    return ch ? ch->votes->told_ms : 0;
}

uint64_t app_votes(const struct app *a, const struct interview *iv, const struct question *q)
{
    const struct channel *ch = channel_find(a, slice_of(iv->id));
    return ch ? votes_of(ch, slice_of(q->id)) : 0;
}

// ---- the command ----

static bool within_rate(struct call *c)
{
    int64_t now = app_now(c->app), retry_ms;
    struct buf who = {0}, where = {0};
    buf_printf(&who, "vote %s", c->actor.id);
    buf_printf(&where, "vote %s", c->actor.address);
    bool ok = mod_rate_take(&citizen_rate, app_bucket(c->app, who.p), now, &retry_ms) &&
              (!c->actor.address[0] ||
               mod_rate_take(&address_rate, app_bucket(c->app, where.p), now, &retry_ms));
    buf_finish(&who);
    buf_finish(&where);
    if (ok)
        return true;
    struct json_writer w = call_more(c);
    json_w_member_int(&w, "retry_ms", retry_ms);
    call_refuse(c, "rate_limited");
    return false;
}

// What may be wanted still. The public state knows of no queue.
static bool is_open(const struct question *q)
{
    return !question_is_gone(q) &&
           (q->stage == Q_APPROVED || q->stage == Q_ON_AIR || q->stage == Q_ANSWERED);
}

static void on_marked(void *ctx, const struct st_outcome *outcome)
{
    struct call *c = ctx;
    const struct question_vote *m = c->params;
    c->app->calls--;
    if (outcome->result != ST_OK) {
        call_refuse(c, outcome->result == ST_FULL ? "overloaded" : "unavailable");
        return;
    }
    set_vote(c->channel->votes, m->question, slice_of(c->actor.id), m->on);
    struct json_writer w = call_open(&c->result);
    json_w_member_int(&w, "votes", (int64_t)votes_of(c->channel, m->question));
    json_w_close(&w, '}');
    call_result(c);
}

void question_vote_run(struct call *c, const void *params)
{
    const struct question_vote *m = params;
    const struct question *q = interview_question(c->channel->open, m->question);
    if (!q) { // hidden: not even that it exists is told
        call_not_found(c);
        return;
    }
    if (!is_open(q)) {
        refuse_stage(c, q);
        return;
    }
    if (interview_is_still(c->channel->open)) {
        call_refuse(c, "frozen");
        return;
    }
    if (!within_rate(c))
        return;
    struct buf set = {0};
    buf_printf(&set, "%s%s", set_prefix, q->id);
    c->app->calls++;
    struct st_mark mark = {slice_of(c->channel->all->id), buf_slice(&set), slice_of(c->actor.id),
                           m->on};
    storage_mark(c->app->storage, &mark, on_marked, c);
    buf_finish(&set);
}

// ---- the tally ----

static void write_votes(struct json_writer *w, const struct channel *ch, bool all)
{
    bool holds = interview_is_still(ch->open);
    json_w_key(w, "votes");
    json_w_open(w, '{');
    for (size_t i = 0; i < ch->open->question_count; i++) {
        const struct question *q = ch->open->questions[i];
        struct vote_count *c = q->text ? found(ch->votes->counts, slice_of(q->id)) : NULL;
        if (!c || (holds && !all))
            continue;
        if (all ? shown(ch, c) > 0 : c->changed)
            json_w_member_int(w, q->id, (int64_t)shown(ch, c));
        if (!all)
            c->changed = false;
    }
    json_w_close(w, '}');
}

// The parameters of the notification, which are the data of the event too.
static void write_tally(const struct channel *ch, bool all, struct buf *ret)
{
    struct json_writer w = call_open(ret);
    json_w_member(&w, "interview", ch->all->id);
    json_w_member_int(&w, "viewers", (int64_t)channel_viewers(ch));
    write_votes(&w, ch, all);
    json_w_close(&w, '}');
}

// In a crowd somebody always comes and goes: there only a hundredth is news.
static bool viewers_are_news(const struct channel *ch)
{
    size_t now = channel_viewers(ch), then = ch->votes->viewers;
    size_t change = now > then ? now - then : then - now;
    return change > (then > CROWD ? then / 100 : 0);
}

static void tell_news(struct channel *ch, int64_t now_ms)
{
    struct votes *v = ch->votes;
    bool holds = interview_is_still(ch->open); // the votes, not how many watch
    if (ch->open->stage == I_TAKEN_DOWN || now_ms - v->told_ms < TALLY_MS ||
        (!(v->changed && !holds) && !v->uneven && !viewers_are_news(ch)))
        return;
    struct buf news = {0}, message = {0};
    write_tally(ch, false, &news);
    rpc_notification(&message, "tally", buf_slice(&news));
    for (enum sight s = SIGHT_PUBLIC; s < SIGHTS; s++)
        channel_note(ch, s, buf_slice(&message));
    follow_note(ch, "tally", buf_slice(&news));
    buf_finish(&message);
    buf_finish(&news);
    blob_drop(&v->all);
    v->changed = v->changed && holds;
    v->uneven = false;
    v->viewers = channel_viewers(ch);
    v->told_ms = now_ms;
}

void votes_tell(struct app *a, int64_t now_ms)
{
    for (size_t i = 0; i < a->channel_count; i++)
        tell_news(a->channels[i], now_ms);
}

static void make_all(struct channel *ch)
{
    struct votes *v = ch->votes;
    struct buf tally = {0}, message = {0}, frame = {0}, event = {0};
    write_tally(ch, true, &tally);
    rpc_notification(&message, "tally", buf_slice(&tally));
    frame_whole(&frame, buf_slice(&message));
    sse_event(&event, (struct slice){0}, "tally", buf_slice(&tally));
    blob_drop(&v->all);
    blob_drop(&v->all_event);
    v->all = blob_take(&frame);
    v->all_event = blob_take(&event);
    v->all_n = ch->open->position.n;
    v->uneven = v->uneven || viewers_are_news(ch);
    buf_finish(&message);
    buf_finish(&tally);
}

// What was not told yet newcomers get with the others. The same bytes serve all who come in
// between. NULL: there is nothing to tell.
static const struct votes *all_votes(struct channel *ch)
{
    struct votes *v = ch->votes;
    if (ch->open->stage == I_TAKEN_DOWN)
        return NULL;
    if (!v->all || v->all_n != ch->open->position.n) // a question with votes may have come or gone
        make_all(ch);
    return v;
}

void votes_greet(struct channel *ch, struct peer *p)
{
    const struct votes *v = all_votes(ch);
    if (v)
        peer_send_frames(p, v->all);
}

void votes_greet_follower(struct channel *ch, struct follower *f)
{
    const struct votes *v = all_votes(ch);
    if (v)
        follower_share(f, v->all_event);
}
