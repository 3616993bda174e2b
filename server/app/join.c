// SPDX-License-Identifier: Apache-2.0
// Who is there, what there is, and following it: hello, interview.list, .watch, .unwatch.
#include <stdlib.h>
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/app/vote.h"
#include "server/base/must.h"
#include "server/interview/snapshot.h"

// ---- hello ----

static bool greet_staff(struct call *c, struct slice ticket)
{
    struct peer *p = c->peer;
    struct actor staff = {0};
    if (!c->app->ports.take_ticket(c->app->ports.ctx, ticket, &staff))
        return false;
    p->staff = must_alloc(sizeof *p->staff);
    *p->staff = staff;
    peer_greet(p, PEER_STAFF);
    c->app->ports.set_limit(p->link, LIMIT_STAFF_MESSAGE);
    return true;
}

static void greet_citizen(struct call *c, struct slice token, char ret_token[TOKEN_TEXT])
{
    int64_t now = app_now(c->app);
    char *visitor = c->peer->visitor;
    if (token.n && token.n < TOKEN_TEXT && token_check(c->app->keys, token, now, visitor)) {
        memcpy(ret_token, token.p, token.n);
        ret_token[token.n] = '\0';
    } else {
        unsigned char random[16];
        c->app->ports.random(c->app->ports.ctx, random, sizeof random);
        token_make(c->app->keys, random, now, ret_token);
        (void)token_check(c->app->keys, slice_of(ret_token), now, visitor);
    }
    peer_greet(c->peer, PEER_CITIZEN);
}

static void write_limits(struct json_writer *w, const struct app *a, bool staff)
{
    json_w_key(w, "limits");
    json_w_open(w, '{');
    json_w_member_int(w, "question", a->config.question_max);
    json_w_member_int(w, "statement", LIMIT_STATEMENT_POINTS);
    json_w_member_int(w, "name", LIMIT_NAME_POINTS);
    json_w_member_int(w, "message_bytes", staff ? LIMIT_STAFF_MESSAGE : LIMIT_CITIZEN_MESSAGE);
    json_w_member_int(w, "watches", LIMIT_WATCHES);
    json_w_member_int(w, "undo_ms", a->config.undo_ms);
    json_w_close(w, '}');
}

// By them the desk knows which ends to offer.
static void write_rule_sets(struct json_writer *w, const struct app *a)
{
    json_w_key(w, "rule_sets");
    json_w_open(w, '[');
    for (size_t i = 0; i < a->config.rule_set_count; i++) {
        json_w_open(w, '{');
        json_w_member(w, "name", a->config.rule_sets[i].name);
        json_w_member_bool(w, "may_lapse", a->config.rule_sets[i].may_lapse);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

static void answer_hello(struct call *c, const char *token)
{
    const struct actor me = peer_actor(c->peer);
    bool staff = me.kind == ACTOR_STAFF;
    char now[TIME_TEXT];
    time_write(app_now(c->app), now);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "role", staff ? me.role : "citizen");
    json_w_member(&w, "actor", staff ? me.name : me.id);
    if (!staff)
        json_w_member(&w, "token", token);
    json_w_key(&w, "server");
    json_w_open(&w, '{');
    json_w_member(&w, "version", FANGTAN_VERSION);
    json_w_member(&w, "time", now);
    json_w_close(&w, '}');
    json_w_member_int(&w, "retry_ms", heads_window(c->app));
    write_limits(&w, c->app, staff);
    if (staff)
        write_rule_sets(&w, c->app);
    json_w_close(&w, '}');
    call_result(c);
}

void hello_run(struct call *c, const void *params)
{
    const struct hello *m = params;
    struct peer *p = c->peer;
    if (!p) {
        call_bad_params(c, "method", "only over the WebSocket");
        return;
    }
    if (p->kind != PEER_STRANGER) {
        call_bad_params(c, "method", "hello was said");
        return;
    }
    p->lang = LANG_ZH_HANS;
    lang_parse(m->lang, &p->lang);
    char token[TOKEN_TEXT] = "";
    if (!m->ticket.p) {
        greet_citizen(c, m->token, token);
    } else if (!greet_staff(c, m->ticket)) {
        call_refuse(c, "not_authorized");
        peer_close(p, 4401, "sign in again");
        return;
    }
    answer_hello(c, token);
}

// ---- the list ----

static bool listed(const struct channel *ch, const struct actor *actor,
                   const struct interview_list *m)
{
    enum sight sight = channel_sight(ch, actor);
    if (channel_is_portal(ch) || sight == SIGHT_NONE || roles_is_elsewhere(actor, ch->all) ||
        (sight == SIGHT_PUBLIC && ch->open->stage == I_TAKEN_DOWN))
        return false;
    const struct interview *iv = sight == SIGHT_PUBLIC ? ch->open : ch->all;
    return !m->stage.p || slice_is(m->stage, interview_stage_name(iv->stage));
}

static int newest_first(const void *x, const void *y)
{
    const struct interview *a = (*(struct channel *const *)x)->all;
    const struct interview *b = (*(struct channel *const *)y)->all;
    if (a->starts_ms != b->starts_ms)
        return a->starts_ms < b->starts_ms ? 1 : -1;
    return strcmp(b->id, a->id);
}

static void write_row(struct json_writer *w, const struct channel *ch, const struct actor *actor)
{
    // Members of staff see what is planned; everybody else what was announced.
    const struct interview *iv = channel_sight(ch, actor) >= SIGHT_GUEST ? ch->all : ch->open;
    json_w_open(w, '{');
    snapshot_row(w, iv);
    if (actor->kind == ACTOR_STAFF) {
        json_w_key(w, "duties");
        json_w_open(w, '[');
        for (size_t i = 0; i < ch->all->roster_count; i++)
            if (strcmp(ch->all->roster[i].user, actor->name) == 0)
                json_w_string(w, slice_of(ch->all->roster[i].duty));
        json_w_close(w, ']');
    }
    json_w_close(w, '}');
}

void interview_list_run(struct call *c, const void *params)
{
    const struct interview_list *m = params;
    struct app *a = c->app;
    struct channel **rows = arena_alloc(&c->arena, (a->channel_count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < a->channel_count; i++)
        if (listed(a->channels[i], &c->actor, m))
            rows[count++] = a->channels[i];
    qsort(rows, count, sizeof *rows, newest_first);
    size_t from = 0;
    while (m->before.p && from < count && !slice_is(m->before, rows[from]->all->id))
        from++;
    if (m->before.p && from < count)
        from++;
    size_t limit = m->limit ? (size_t)m->limit : 50;
    struct json_writer w = call_open(&c->result);
    json_w_key(&w, "interviews");
    json_w_open(&w, '[');
    size_t i = from;
    for (; i < count && i - from < limit; i++)
        write_row(&w, rows[i], &c->actor);
    json_w_close(&w, ']');
    if (i < count)
        json_w_member(&w, "next", rows[i - 1]->all->id);
    json_w_close(&w, '}');
    call_result(c);
}

// ---- following ----

static enum reader_take send_to_watch(struct reader *reader, struct slice frames)
{
    struct peer *p = ((struct watch *)reader)->peer;
    if (p->closing)
        return READER_GONE;
    if (!outbox_is_empty(&p->out))
        return READER_BUSY;
    return p->app->ports.send(p->link, frames);
}

// It watches again when it sees how far the head is, and gets a snapshot then.
static void watch_is_behind(struct reader *reader)
{
    head_tell((struct watch *)reader);
}

static struct watch *watch_of(struct peer *p, const struct channel *ch)
{
    struct watch *w = p->watches;
    while (w && w->channel != ch)
        w = w->next;
    return w;
}

// The one there was of this channel, left; or a new one. NULL: there are too many.
static struct watch *take_watch(struct peer *p, struct channel *ch)
{
    struct watch *w = watch_of(p, ch);
    int count = 0;
    if (w) {
        feed_leave(&w->reader);
        return w;
    }
    for (w = p->watches; w; w = w->next)
        count++;
    if (count == LIMIT_WATCHES)
        return NULL;
    w = must_alloc(sizeof *w);
    *w = (struct watch){.reader = {.send = send_to_watch, .behind = watch_is_behind},
                        .next = p->watches,
                        .peer = p,
                        .channel = ch};
    p->watches = w;
    return w;
}

static void write_position(struct json_writer *w, const struct position *at)
{
    json_w_member_int(w, "to", (int64_t)at->n);
    json_w_key(w, "hash");
    json_w_string(w, (struct slice){at->hash, at->n ? POSITION_HEX : 0});
}

static const char *const modes[] = {
    [RING_LIVE] = "live", [RING_TAIL] = "tail", [RING_SNAPSHOT] = "snapshot"};

// Finding the place, answering and joining are one turn of the loop: nothing falls in between.
void interview_watch_run(struct call *c, const void *params)
{
    const struct interview_watch *m = params;
    struct peer *p = c->peer;
    struct watch *w = p ? take_watch(p, c->channel) : NULL;
    if (!w) {
        call_bad_params(c, "interview", p ? "too many watched" : "only over the WebSocket");
        return;
    }
    struct channel *ch = c->channel;
    w->sight = watch_sight(ch, &c->actor, m->as_public);
    w->as_public = m->as_public;
    struct feed *feed = ch->feeds[w->sight];
    struct ring_place place =
        ring_resume(feed_ring(feed), m->has_at, (uint64_t)m->at.n, m->at.hash);
    struct json_writer j = call_open(&c->result);
    json_w_member(&j, "mode", modes[place.mode]);
    write_position(&j, ring_position(feed_ring(feed)));
    if (place.rolled_back)
        json_w_member_bool(&j, "rolled_back", true);
    if (place.mode != RING_SNAPSHOT) {
        json_w_close(&j, '}');
        call_result(c);
    } else if (w->sight == SIGHT_PUBLIC) {
        json_w_key(&j, "snapshot");
        call_result_shared(c, channel_snapshot_frames(ch));
    } else {
        json_w_key(&j, "snapshot");
        snapshot_staff(&c->result, ch->all, w->sight == SIGHT_GUEST);
        json_w_close(&j, '}');
        call_result(c);
    }
    votes_greet(ch, p);
    feed_join(feed, &w->reader, place.offset);
    p->app->ports.wake(p->app->ports.ctx);
}

void interview_unwatch_run(struct call *c, const void *params)
{
    (void)params;
    struct watch **at = c->peer ? &c->peer->watches : NULL;
    while (at && *at && (*at)->channel != c->channel)
        at = &(*at)->next;
    if (at && *at) {
        struct watch *w = *at;
        *at = w->next;
        feed_leave(&w->reader);
        free(w);
    }
    call_result(c);
}
