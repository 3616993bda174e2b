// SPDX-License-Identifier: Apache-2.0
// What three who watch the first interview get: everybody, a guest and a colleague. Each line of
// the file is a frame as it was sent, or what a fresh snapshot would be right then; tails.test.mjs
// folds the frames as the clients do, and comes to the same.
#include <stdio.h>

#include "server/app/inside.h"
#include "server/interview/snapshot.h"
#include "tests/model/driver.h"

FILE *driver_tails;

static const struct {
    const char *sight;
    int who;
} watchers[TAILS] = {{"public", 0}, {"guest", GUEST}, {"staff", AUDITOR}};

static void stop(struct driver *d, int n)
{
    if (d->tails[n].viewer)
        viewer_close(&d->tails[n].viewer);
}

void tails_stop(struct driver *d)
{
    for (int n = 0; n < TAILS; n++)
        stop(d, n);
}

static void write_frames(struct driver *d, int n)
{
    const char *frame;
    app_peer_ready(d->tails[n].viewer->peer);
    while (app_sweep(d->world->app))
        ;
    while ((frame = viewer_next(d->tails[n].viewer)) != NULL)
        fprintf(driver_tails, "{\"sight\":\"%s\",\"frame\":%s}\n", watchers[n].sight, frame);
}

static void write_fresh(struct driver *d, int n)
{
    struct slice id = slice_of(d->tails[n].iv->id);
    struct buf fresh = {0};
    if (watchers[n].who == 0)
        buf_add(&fresh, blob_slice(app_snapshot(d->world->app, id)));
    else
        snapshot_staff(&fresh, channel_find(d->world->app, id)->all, watchers[n].who == GUEST);
    fprintf(driver_tails, "{\"sight\":\"%s\",\"fresh\":%s}\n", watchers[n].sight, fresh.p);
    buf_finish(&fresh);
}

static void start(struct driver *d, int n, struct m_interview *iv)
{
    char text[200];
    stop(d, n);
    bool may = n == 0 ? iv->announced : n == 2 || m_has(iv, GUEST, GUEST);
    if (!may)
        return;
    d->tails[n].iv = iv;
    // What everybody would see, only those see who rehearse.
    int who = n == 0 && iv->rehearsal ? AUDITOR : watchers[n].who;
    d->tails[n].viewer = viewer_open(d->world, who);
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\",\"as_public\":%s}}",
             iv->id, n == 0 ? "true" : "false");
    viewer_send(d->tails[n].viewer, text);
    write_frames(d, n);
}

// The world is settled.
void tails_take(struct driver *d)
{
    struct m_interview *iv = d->slots[0] >= 0 ? d->ivs[d->slots[0]] : NULL;
    for (int n = 0; n < TAILS && driver_tails && iv && iv->id[0]; n++) {
        struct tail *t = &d->tails[n];
        if (t->viewer)
            write_frames(d, n);
        // Whose duties have changed is shown to the door.
        bool over = !t->viewer || t->viewer->closed || t->iv != iv;
        if (!over)
            write_fresh(d, n);
        if (over || rng_chance(&d->rng, 200))
            start(d, n, iv);
    }
}
