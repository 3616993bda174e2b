// SPDX-License-Identifier: Apache-2.0
// A citizen at the screen: each frame is exactly the next public event of the record, and nothing
// hidden is in any byte that arrives.
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "server/base/json.h"
#include "tests/model/driver.h"

static void expected_frame(const struct m_interview *iv, const struct memory_event *e, char *ret,
                           size_t size)
{
    char at[40];
    time_t s = (time_t)(e->event.at_ms / 1000);
    struct tm t;
    gmtime_r(&s, &t);
    size_t n = strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S", &t);
    snprintf(at + n, sizeof at - n, ".%03dZ", (int)(e->event.at_ms % 1000));
    snprintf(ret, size,
             "{\"jsonrpc\":\"2.0\",\"method\":\"events\",\"params\":{\"interview\":\"%s\","
             "\"from\":%" PRIu64 ",\"to\":%" PRIu64
             ",\"hash\":\"%.16s\",\"events\":[{\"n\":%" PRIu64
             ",\"at\":\"%s\",\"type\":\"%s\"%s%s]}}",
             iv->id, e->event.pub, e->event.pub, e->pub_hash, e->event.pub, at, e->event.type.p,
             e->event.body.n > 2 ? "," : "", e->event.body.p + 1);
}

static const struct memory_event *public_event(const struct memory_log *log, uint64_t pub)
{
    for (size_t i = log->count; i-- > 0;)
        if (log->events[i].event.pub == pub)
            return &log->events[i];
    return NULL;
}

static void watch(struct driver *d)
{
    char text[260], at[100] = "";
    if (d->viewed_n) {
        const struct memory_log *log = memory_log(d->world->store, slice_of(d->viewed->id));
        snprintf(at, sizeof at, ",\"at\":{\"n\":%" PRIu64 ",\"hash\":\"%.16s\"}", d->viewed_n,
                 public_event(log, d->viewed_n)->pub_hash);
    }
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"%s}}",
             d->viewed->id, at);
    viewer_send(d->viewer, text);
}

// All begin anew with what was taken down and is back; whoever asks while it is taken down, since
// then every event takes the feed away; and whoever asks again after something was taken out of the
// feed.
static bool may_begin_anew(const struct memory_log *log, uint64_t after)
{
    static const char *const ends[] = {
        "interview.restored", "interview.taken_down", "question.withdrawn",  "question.retracted",
        "question.redacted",  "question.erased",      "statement.retracted", "notice.recalled"};
    bool is_down = false; // with the events so far: then nothing that comes leaves the earlier ones
    for (size_t i = 0; i < log->count; i++) {
        const struct event *e = &log->events[i].event;
        bool is_news = e->pub > after;
        for (size_t n = 0; is_news && n < sizeof ends / sizeof *ends; n++)
            if (slice_is(e->type, ends[n]))
                return true;
        if (is_news && is_down)
            return true;
        if (slice_is(e->type, "interview.taken_down") || slice_is(e->type, "interview.restored"))
            is_down = slice_is(e->type, "interview.taken_down");
    }
    return false;
}

// true: what has come tells of events that have not.
static bool look_at(struct driver *d, const char *frame)
{
    static char want[1 << 17];
    const struct memory_log *log = memory_log(d->world->store, slice_of(d->viewed->id));
    if (strstr(frame, "\"method\":\"head\"") || strstr(frame, "\"mode\":\"")) {
        struct json *root = json_parse(slice_of(frame));
        const struct json *params = json_get(root, "params");
        uint64_t to = (uint64_t)json_get_int(params ? params : json_get(root, "result"), "to");
        bool anew = strstr(frame, "\"mode\":\"snapshot\"") != NULL;
        if (anew && to != d->viewed_n && d->viewed->stage != MI_TAKEN_DOWN &&
            !may_begin_anew(log, d->viewed_n))
            broken(d->world, "the feed has forgotten events after %" PRIu64 ": %s", d->viewed_n,
                   frame);
        if (anew)
            d->viewed_n = to;
        json_free(root);
        return to > d->viewed_n;
    }
    if (!strstr(frame, "\"method\":\"events\""))
        return false;
    const struct memory_event *e = public_event(log, ++d->viewed_n);
    if (!e)
        broken(d->world, "the feed is ahead of the record: %s", frame);
    expected_frame(d->viewed, e, want, sizeof want);
    if (strcmp(want, frame) != 0)
        broken(d->world, "the feed is not the record\nframe:  %s\nrecord: %s", frame, want);
    return false;
}

void witness_look(struct driver *d)
{
    if (!d->viewer)
        return;
    bool lacks = true;
    for (int turn = 0; turn < 2 && lacks; turn++) {
        app_peer_ready(d->viewer->peer);
        while (app_sweep(d->world->app))
            ;
        lacks = false;
        const char *frame;
        while ((frame = viewer_next(d->viewer)) != NULL) {
            compare_marks(d->world, &d->marks, slice_of(frame), true, "the feed");
            lacks |= look_at(d, frame);
        }
        if (lacks) // as every client does
            watch(d);
    }
}

static bool is_behind(const struct driver *d)
{
    const struct memory_log *log = memory_log(d->world->store, slice_of(d->viewed->id));
    return d->viewed_n < log->open.n;
}

// Takes up the interview of the first slot, once it may be seen.
void witness_watch(struct driver *d)
{
    struct m_interview *iv = d->slots[0] >= 0 ? d->ivs[d->slots[0]] : NULL;
    if (d->viewer) {
        world_settle(d->world);
        d->viewer->busy = 0;
        witness_look(d);
        if (is_behind(d))
            broken(d->world, "the feed has forgotten events");
        viewer_close(&d->viewer);
    }
    d->viewed = NULL;
    if (!iv || !mi_is_known(iv))
        return;
    world_settle(d->world);
    d->viewed = iv;
    d->viewer = viewer_open(d->world, 0);
    d->viewed_n = 0;
    watch(d);
    d->viewed_n = memory_log(d->world->store, slice_of(iv->id))->open.n;
    witness_look(d);
    d->viewer->busy = 200;
}
