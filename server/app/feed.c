// SPDX-License-Identifier: Apache-2.0
// The public feed as a whole: feed.freeze, feed.unfreeze and feed.delay. Freezing is a brake for
// everybody at once: call.c holds every command to it.
#include "server/app/commands.h"

// Absent while the feed runs.
static struct slice frozen_value(bool frozen)
{
    return slice_of(frozen ? "1" : "");
}

static void answer_frozen(struct call *c, bool frozen)
{
    struct json_writer w = call_open(&c->result);
    json_w_member_bool(&w, "frozen", frozen);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

void feed_freeze_run(struct call *c, const void *params)
{
    const struct feed_freeze *m = params;
    bool ok;
    const char *reason = call_text_or_null(c, m->reason, "reason", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    if (!c->channel->all->frozen) {
        call_guard(c, slice_of("frozen"), frozen_value(false), frozen_value(true));
        struct buf body = {0};
        struct json_writer w = call_fact(c, &body);
        json_w_member(&w, "reason", reason);
        call_fact_end(c, &w, "feed.frozen", true);
    }
    answer_frozen(c, true);
}

void feed_unfreeze_run(struct call *c, const void *params)
{
    (void)params;
    if (c->channel->all->frozen) {
        call_guard(c, slice_of("frozen"), frozen_value(true), frozen_value(false));
        struct buf body = {0};
        struct json_writer w = call_fact(c, &body);
        call_fact_end(c, &w, "feed.unfrozen", true);
    }
    answer_frozen(c, false);
}

void feed_delay_run(struct call *c, const void *params)
{
    const struct feed_delay *m = params;
    if (m->seconds < 0 || m->seconds > LIMIT_DELAY_S) {
        call_bad_params(c, "seconds", "out of range");
        return;
    }
    if ((uint64_t)m->seconds != c->channel->all->delay_s) {
        struct buf body = {0};
        struct json_writer w = call_fact(c, &body);
        json_w_member_int(&w, "seconds", m->seconds);
        call_fact_end(c, &w, "feed.delay_changed", true);
    }
    struct json_writer w = call_open(&c->result);
    json_w_member_int(&w, "seconds", m->seconds);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}
