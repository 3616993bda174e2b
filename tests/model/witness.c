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
             ",\"at\":\"%s\",\"type\":\"%s\",%s]}}",
             iv->id, e->event.pub, e->event.pub, e->pub_hash, e->event.pub, at, e->event.type.p,
             e->event.body.p + 1);
}

static const struct memory_event *public_event(const struct memory_log *log, uint64_t pub)
{
    for (size_t i = log->count; i-- > 0;)
        if (log->events[i].event.pub == pub)
            return &log->events[i];
    return NULL;
}

void witness_look(struct driver *d)
{
    if (!d->viewer)
        return;
    static char want[1 << 17];
    app_peer_ready(d->viewer->peer);
    while (app_sweep(d->world->app))
        ;
    const char *frame;
    while ((frame = viewer_next(d->viewer)) != NULL) {
        compare_marks(d->world, &d->marks, slice_of(frame), true, "the feed");
        if (!strstr(frame, "\"method\":\"events\""))
            continue;
        const struct memory_log *log = memory_log(d->world->store, slice_of(d->viewed->id));
        const struct memory_event *e = public_event(log, ++d->viewed_n);
        if (!e)
            broken(d->world, "the feed is ahead of the record: %s", frame);
        expected_frame(d->viewed, e, want, sizeof want);
        if (strcmp(want, frame) != 0)
            broken(d->world, "the feed is not the record\nframe:  %s\nrecord: %s", frame, want);
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
    if (!iv || !iv->announced)
        return;
    world_settle(d->world);
    char text[200];
    d->viewed = iv;
    d->viewer = viewer_open(d->world, 0);
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             iv->id);
    viewer_send(d->viewer, text);
    d->viewed_n = memory_log(d->world->store, slice_of(iv->id))->open.n;
    witness_look(d);
    d->viewer->busy = 200;
}
