// SPDX-License-Identifier: Apache-2.0
// Who may not ask for a while. What was said of an asker stands in the log of the interview where
// it was said, and counts in all of them; of several the last one counts.
//
// This is a bolt, not a lock. A citizen is a browser's token: who throws it away is somebody new.
// The network of a silenced asker is known for a day at most (its name changes daily, and a
// connection keeps the name of the day it was opened), and from there others' questions are only
// held for a closer look: many people may share it. Another network is not recognized at all.
#include <string.h>

#include "server/app/commands.h"

// ---- what counts ----

static void index_once(struct channel *ch, struct slice key)
{
    if (!key.n)
        return;
    struct index_entry *e = index_find(ch->app->silences, key);
    while (e && e->value != ch)
        e = index_next(e);
    if (!e)
        index_add(ch->app->silences, key, ch);
}

void silence_index(struct channel *ch, const struct json *body)
{
    index_once(ch, json_get_string(body, "asker"));
    index_once(ch, json_get_string(body, "network"));
}

int64_t silence_until(const struct app *a, const char *asker, int64_t now_ms)
{
    const struct silence *last = NULL;
    for (struct index_entry *e = index_find(a->silences, slice_of(asker)); e; e = index_next(e)) {
        const struct channel *ch = e->value;
        const struct silence *s = interview_silence(ch->all, slice_of(asker));
        if (s && (!last || s->at_ms > last->at_ms))
            last = s;
    }
    return last && last->until_ms > now_ms ? last->until_ms : 0;
}

bool silence_in_network(const struct app *a, const char *network, int64_t now_ms)
{
    struct index_entry *e = network[0] ? index_find(a->silences, slice_of(network)) : NULL;
    for (; e; e = index_next(e)) {
        const struct interview *iv = ((struct channel *)e->value)->all;
        for (size_t i = 0; i < iv->silence_count; i++) {
            const struct silence *s = iv->silences[i];
            if (s->network && strcmp(s->network, network) == 0 &&
                silence_until(a, s->asker, now_ms))
                return true;
        }
    }
    return false;
}

// ---- the commands ----

// NULL: the question was entered by staff or asked by one of them; the call was answered.
static const char *asker_of(struct call *c, const struct question *q)
{
    if (q->asker && strncmp(q->asker, "c:", 2) == 0)
        return q->asker;
    call_refuse(c, "no_asker");
    return NULL;
}

void asker_silence_run(struct call *c, const void *params)
{
    const struct asker_silence *m = params;
    const struct question *q = called_question(c, m->question);
    const char *asker = asker_of(c, q);
    if (!asker)
        return;
    if (m->has_minutes && m->minutes == 0) {
        call_bad_params(c, "minutes", "out of range");
        return;
    }
    int64_t minutes = m->has_minutes ? m->minutes : LIMIT_SILENCE_USUAL;
    int64_t until = app_now(c->app) + minutes * 60 * 1000;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "asker", asker);
    json_w_member(&w, "network", q->network);
    json_w_member_time(&w, "until", until);
    call_fact_end(c, &w, "asker.silenced", false);
    w = call_open(&c->result);
    json_w_member_time(&w, "until", until);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void asker_unsilence_run(struct call *c, const void *params)
{
    const struct question_only *m = params;
    const struct question *q = called_question(c, m->question);
    const char *asker = asker_of(c, q);
    if (!asker)
        return;
    if (silence_until(c->app, asker, app_now(c->app))) {
        struct buf body = {0};
        struct json_writer w = call_fact(c, &body);
        json_w_member(&w, "question", q->id);
        json_w_member(&w, "asker", asker);
        call_fact_end(c, &w, "asker.unsilenced", false);
    }
    call_record(c, slice_of(c->channel->all->id));
}
