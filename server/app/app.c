// SPDX-License-Identifier: Apache-2.0
// The application's life: loading the record, following it, and the turning of the clock.
#include "server/app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/blocks.h"
#include "server/app/commands.h"
#include "server/app/vote.h"
#include "server/base/log.h"
#include "server/base/must.h"
#include "server/interview/fold.h"

enum { HEADS_MS = 20000, LOOK_MS = 250, RATES_MOST = 100000 };

void actor_citizen(struct actor *a, const char visitor[VISITOR_TEXT])
{
    a->kind = ACTOR_CITIZEN;
    memcpy(a->id, visitor, VISITOR_TEXT);
}

void actor_staff(struct actor *a, const char *name, const char *role)
{
    a->kind = ACTOR_STAFF;
    snprintf(a->name, sizeof a->name, "%s", name);
    snprintf(a->role, sizeof a->role, "%s", role);
    snprintf(a->id, sizeof a->id, "u:%s", name);
}

struct app *app_create(const struct app_ports *ports, const struct app_config *config,
                       const struct keys *keys)
{
    struct app *a = must_alloc(sizeof *a);
    a->ports = *ports;
    a->config = *config;
    a->keys = keys;
    a->things = index_create();
    a->rates = index_create();
    a->silences = index_create();
    a->blocks = block_store_create(a);
    return a;
}

void app_destroy(struct app **app)
{
    struct app *a = *app;
    if (!a)
        return;
    *app = NULL;
    for (int kind = 0; kind < PEER_KINDS; kind++)
        must(!a->peers[kind].first);
    must(a->calls == 0 && !a->followers);
    block_store_destroy(&a->blocks);
    for (size_t i = 0; i < a->channel_count; i++)
        channel_free(a->channels[i]);
    free(a->channels);
    free(a->listed);
    index_destroy(&a->things, NULL);
    index_destroy(&a->rates, free);
    index_destroy(&a->silences, NULL);
    free(a);
}

void app_set_storage(struct app *a, struct storage *s)
{
    a->storage = s;
}

// ---- following the record ----

static bool is_of(struct slice type, const char *family)
{
    return type.n > strlen(family) && memcmp(type.p, family, strlen(family)) == 0;
}

static bool is_indexed(const struct channel *ch, struct slice id)
{
    struct index_entry *e = index_find(ch->app->things, id);
    while (e && e->value != ch)
        e = index_next(e);
    return e != NULL;
}

// What an event brings into being can be found by its id from then on.
static void index_new(struct channel *ch, const struct event *ev, const struct json *body)
{
    struct app *a = ch->app;
    if (slice_is(ev->type, "question.received")) {
        index_add(a->things, json_get_string(body, "question"), ch);
        index_add(a->things, json_get_string(body, "receipt_no"), ch);
    } else if (is_of(ev->type, "statement.")) {
        struct slice id = json_get_string(body, "statement");
        if (id.p && !is_indexed(ch, id))
            index_add(a->things, id, ch);
    } else if (slice_is(ev->type, "invitation.issued")) {
        index_add(a->things, json_get_string(body, "invitation"), ch);
    } else if (slice_is(ev->type, "asker.silenced") || slice_is(ev->type, "asker.unsilenced")) {
        silence_index(ch, body);
    }
}

// Who has lost or gained a duty starts anew, with what he may see now.
static void review_watches(struct channel *ch)
{
    struct peer *next;
    for (struct peer *p = ch->app->peers[PEER_STAFF].first; p; p = next) {
        next = p->next;
        for (struct watch *w = p->watches; w && !p->closing; w = w->next)
            if (w->channel == ch && w->sight != watch_sight(ch, p->staff, w->as_public))
                peer_close(p, 1008, "duties have changed");
    }
}

// … of what the public reads, or what it may be told.
static bool may_change_numbers(struct slice type)
{
    return slice_is(type, "question.grouped") || slice_is(type, "question.ungrouped") ||
           slice_is(type, "question.withdrawn") || is_of(type, "feed.") ||
           is_of(type, "interview.");
}

static int apply(struct channel *ch, const struct event *ev)
{
    struct json *body = json_parse(ev->body);
    const struct question *q = interview_question(ch->all, json_get_string(body, "question"));
    bool was_approved = q && q->approved;
    bool was_down = ch->open->stage == I_TAKEN_DOWN;
    bool was_still = interview_is_still(ch->open);
    int r = fold(ch->all, ev);
    if (r == 0 && ev->pub)
        r = fold(ch->open, ev);
    if (r == 0) {
        index_new(ch, ev, body);
        publish_event(ch, ev, was_approved, was_down);
        bool may_be_due = is_of(ev->type, "question.") || is_of(ev->type, "statement.") ||
                          is_of(ev->type, "feed.") || is_of(ev->type, "interview.");
        if (may_be_due && !ch->app->loading) // at its end all are scheduled, once
            channel_schedule(ch);
        if (!was_still && interview_is_still(ch->open))
            votes_hold(ch);
        if (ev->pub && slice_is(ev->type, "question.restored"))
            votes_restored(ch, json_get_string(body, "question"));
        ch->has_orphans |= q && !question_leads(q);
        ch->has_old_numbers |= may_change_numbers(ev->type);
        if (slice_is(ev->type, "interview.rostered"))
            review_watches(ch);
    }
    json_free(body);
    return r;
}

static void on_event(void *ctx, struct slice interview, const struct event *ev)
{
    struct app *a = ctx;
    struct channel *ch = channel_find(a, interview);
    if (!ch)
        ch = channel_add(a, interview);
    must(apply(ch, ev) == 0);
    a->ports.wake(a->ports.ctx);
}

static void on_reset(void *ctx, struct slice interview)
{
    (void)ctx;
    log_line(LOG_ERROR, "the record diverged, which one machine's cannot", NULL);
    (void)interview;
    abort();
}

static void on_fatal(void *ctx, const char *why)
{
    (void)ctx;
    log_line(LOG_ERROR, "the record failed", "why", why, NULL);
    abort(); // what was in flight is unknown; only opening the record again tells
}

struct st_listener app_listener(struct app *a)
{
    return (struct st_listener){a, on_event, on_reset, on_fatal};
}

// ---- loading ----

struct app_loading {
    struct app *app;
    size_t next; // channel to read
    char fault[STORAGE_ERROR_LEN];
    void (*done)(void *ctx, const char *fault);
    void *ctx;
};

static void on_row(void *ctx, struct slice interview)
{
    struct app_loading *l = ctx;
    channel_add(l->app, interview);
}

static void on_old_event(void *ctx, const struct event *ev)
{
    struct app_loading *l = ctx;
    struct channel *ch = l->app->channels[l->next];
    if (!l->fault[0] && apply(ch, ev) != 0)
        snprintf(l->fault, sizeof l->fault, "interview %s: event %llu cannot be read", ch->all->id,
                 (unsigned long long)ev->seq);
}

static void on_mark(void *ctx, struct slice interview, struct slice set, struct slice member)
{
    struct app_loading *l = ctx;
    struct channel *ch = channel_find(l->app, interview);
    if (ch)
        votes_mark(ch, set, member);
}

static void on_marks_read(void *ctx, enum st_result result)
{
    struct app_loading *l = ctx;
    if (result != ST_OK)
        snprintf(l->fault, sizeof l->fault, "the record's marks cannot be read");
    l->app->loading = NULL;
    l->done(l->ctx, l->fault[0] ? l->fault : NULL);
    free(l);
}

static void load_next(struct app_loading *l);

static void on_channel_read(void *ctx, enum st_result result)
{
    struct app_loading *l = ctx;
    if (result != ST_OK && !l->fault[0])
        snprintf(l->fault, sizeof l->fault, "the record cannot be read");
    l->next++;
    load_next(l);
}

static void load_next(struct app_loading *l)
{
    struct app *a = l->app;
    if (!l->fault[0] && l->next < a->channel_count) {
        storage_read(a->storage, slice_of(a->channels[l->next]->all->id), ST_ALL, on_old_event,
                     on_channel_read, l);
        return;
    }
    if (!channel_portal(a))
        channel_add(a, slice_of(PORTAL_LOG));
    for (size_t i = 0; i < a->channel_count; i++) {
        channel_schedule(a->channels[i]);
        channel_rest(a->channels[i]);
    }
    if (l->fault[0])
        on_marks_read(l, ST_OK);
    else
        storage_marks(a->storage, on_mark, on_marks_read, l);
}

static void on_listed(void *ctx, enum st_result result)
{
    struct app_loading *l = ctx;
    if (result != ST_OK)
        snprintf(l->fault, sizeof l->fault, "the record cannot be listed");
    load_next(l);
}

void app_load(struct app *a, void (*done)(void *ctx, const char *fault), void *ctx)
{
    struct app_loading *l = must_alloc(sizeof *l);
    *l = (struct app_loading){.app = a, .done = done, .ctx = ctx};
    a->loading = l;
    storage_list(a->storage, on_row, on_listed, l);
}

// ---- the clock ----

static bool bucket_is_full(void *value, void *ctx)
{
    struct mod_bucket *b = value;
    return b->empty_at_ms < *(int64_t *)ctx;
}

static void greet_or_go(struct peer *p, int64_t now)
{
    if (!p->closing && now - p->opened_ms >= LIMIT_HELLO_MS)
        peer_close(p, 4408, "no hello");
}

void app_tick(struct app *a)
{
    int64_t now = app_now(a);
    if (a->loading)
        return;
    for (size_t i = 0; i < a->channel_count; i++)
        channel_publish_due(a->channels[i], now);
    bool looks = now - a->looked_ms >= LOOK_MS || now < a->looked_ms;
    if (looks)
        a->looked_ms = now;
    for (size_t i = 0; looks && i < a->channel_count; i++)
        presence_look(a->channels[i], now);
    for (size_t i = 0; i < a->channel_count; i++)
        group_follow(a->channels[i]);
    leaving_look(a, now);
    votes_tell(a, now);
    struct peer *next;
    for (struct peer *p = a->peers[PEER_STRANGER].first; p; p = next) {
        next = p->next;
        greet_or_go(p, now);
    }
    for (struct peer *p = a->peers[PEER_STAFF].first; p; p = next) {
        next = p->next;
        peer_may_stay(p, false);
    }
    if (now - a->heads_ms < HEADS_MS)
        return;
    a->heads_ms = now;
    heads_tell(a);
    if (index_count(a->rates) > RATES_MOST / 2)
        index_sift(a->rates, bucket_is_full, &now);
}

bool app_sweep(struct app *a)
{
    bool more = false;
    for (size_t i = 0; i < a->channel_count; i++)
        for (int s = SIGHT_PUBLIC; s < SIGHTS; s++)
            more |= feed_sweep(a->channels[i]->feeds[s]);
    for (size_t i = 0; i < a->channel_count; i++)
        more |= feed_sweep(a->channels[i]->stream);
    return more;
}

bool app_is_idle(const struct app *a)
{
    return a->calls == 0;
}

void app_figures(const struct app *a, struct app_figures *ret)
{
    *ret = (struct app_figures){.interviews = a->channel_count - 1, .commands_waiting = a->calls};
    for (int kind = 0; kind < PEER_KINDS; kind++)
        ret->connections += a->peers[kind].count;
    ret->connections += a->follower_count;
    for (size_t i = 0; i < a->channel_count; i++) {
        ret->events += a->channels[i]->all->position.n;
        for (int s = SIGHT_PUBLIC; s < SIGHTS; s++)
            ret->watches += feed_reader_count(a->channels[i]->feeds[s]);
        ret->watches += feed_reader_count(a->channels[i]->stream);
    }
}

// ---- for pages ----

const struct interview *app_seen(const struct app *a, struct slice interview)
{
    const struct channel *ch = channel_find(a, interview);
    return ch && channel_is_public(ch) ? ch->open : NULL;
}

const struct interview *app_public(const struct app *a, struct slice interview)
{
    const struct interview *open = app_seen(a, interview);
    return open && open->stage != I_TAKEN_DOWN ? open : NULL;
}

const struct interview *app_followed(const struct app *a, struct slice interview)
{
    const struct channel *ch = channel_find(a, interview);
    return ch && channel_is_open(ch) ? ch->open : NULL;
}

const struct interview *app_portal(const struct app *a)
{
    return channel_portal(a)->open;
}

static int by_start(const void *x, const void *y)
{
    const struct interview *a = *(const struct interview *const *)x;
    const struct interview *b = *(const struct interview *const *)y;
    if (a->starts_ms != b->starts_ms)
        return a->starts_ms < b->starts_ms ? 1 : -1;
    return strcmp(b->id, a->id);
}

const struct interview *const *app_public_list(struct app *a, size_t *ret_count)
{
    size_t count = 0;
    free(a->listed);
    a->listed = must_alloc((a->channel_count + 1) * sizeof *a->listed);
    for (size_t i = 0; i < a->channel_count; i++)
        if (app_public(a, slice_of(a->channels[i]->all->id)))
            a->listed[count++] = a->channels[i]->open;
    qsort(a->listed, count, sizeof *a->listed, by_start);
    *ret_count = count;
    return a->listed;
}

struct blob *app_snapshot(struct app *a, struct slice interview)
{
    struct channel *ch = channel_find(a, interview);
    return ch ? channel_snapshot(ch) : NULL;
}

bool app_invitation(const struct app *a, struct slice id, struct app_invitation *ret)
{
    struct index_entry *e = index_find(a->things, id);
    const struct interview *iv = e ? ((struct channel *)e->value)->all : NULL;
    const struct invitation *v = iv ? interview_invitation(iv, id) : NULL;
    if (v)
        *ret = (struct app_invitation){iv, v};
    return v != NULL;
}

bool app_invitation_stands(const struct app *a, struct slice id)
{
    struct app_invitation found;
    return app_invitation(a, id, &found) && found.invitation->stage == INVITATION_USED;
}

bool app_fate(const struct app *a, struct slice receipt_no, struct slice secret,
              struct app_fate *ret)
{
    char receipt[RECEIPT_TEXT];
    if (!receipt_canonical(receipt_no, receipt))
        return false;
    struct index_entry *e = index_find(a->things, slice_of(receipt));
    for (; e; e = index_next(e)) {
        const struct interview *iv = ((struct channel *)e->value)->all;
        for (size_t i = 0; i < iv->question_count; i++) {
            const struct question *q = iv->questions[i];
            if (strcmp(q->receipt_no, receipt) == 0 &&
                question_secret_matches(a->keys, q->id, secret)) {
                *ret = (struct app_fate){
                    .question = q,
                    .interview = iv,
                    .may_appeal = question_may_be_appealed(iv, q),
                    .may_withdraw = !q->erased_ms && question_may_move(q->stage, M_WITHDRAW, NULL),
                    .leader = group_shown_leader(iv, q),
                    .outcome = group_outcome(iv, q)};
                return true;
            }
        }
    }
    return false;
}
