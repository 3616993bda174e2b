// SPDX-License-Identifier: Apache-2.0
// The timer wheel. A bucket is a ring through its head; entries of later rounds stay in theirs.
#include "server/net/wheel.h"

#include "server/base/must.h"

static void insert(struct wheel_entry *head, struct wheel_entry *entry)
{
    entry->prev = head->prev;
    entry->next = head;
    head->prev->next = entry;
    head->prev = entry;
}

void wheel_clear(struct wheel_entry *entry)
{
    if (!entry->next)
        return;
    entry->prev->next = entry->next;
    entry->next->prev = entry->prev;
    entry->next = entry->prev = NULL;
}

void wheel_set(struct wheel *w, struct wheel_entry *entry, uint64_t ms,
               void (*fire)(struct wheel_entry *entry))
{
    wheel_clear(entry);
    entry->fire = fire;
    uint64_t now = uv_now(w->timer.loop);
    entry->due = (now + ms + w->tick_ms - 1) / w->tick_ms;
    if (entry->due <= w->tick)
        entry->due = w->tick + 1;
    insert(&w->buckets[entry->due % WHEEL_BUCKETS], entry);
}

// Entries that fire adds to this bucket are due in a later round, or go to another list.
static void serve(struct wheel *w, struct wheel_entry *bucket)
{
    struct wheel_entry due;
    due.next = due.prev = &due;
    for (struct wheel_entry *e = bucket->next, *next; e != bucket; e = next) {
        next = e->next;
        if (e->due <= w->tick) {
            wheel_clear(e);
            insert(&due, e);
        }
    }
    while (due.next != &due) {
        struct wheel_entry *e = due.next;
        wheel_clear(e);
        e->fire(e);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct wheel *w = timer->data;
    uint64_t now = uv_now(timer->loop) / w->tick_ms;
    uint64_t from = w->tick;
    if (now <= from)
        return;
    w->tick = now;
    uint64_t rounds = now - from < WHEEL_BUCKETS ? now - from : WHEEL_BUCKETS;
    for (uint64_t i = 0; i < rounds; i++)
        serve(w, &w->buckets[(now - i) % WHEEL_BUCKETS]);
}

void wheel_retime(struct wheel *w, unsigned tick_ms)
{
    w->tick_ms = tick_ms;
    w->tick = uv_now(w->timer.loop) / tick_ms;
    must(uv_timer_start(&w->timer, on_tick, tick_ms, tick_ms) == 0);
}

int wheel_start(struct wheel *w, uv_loop_t *loop, unsigned tick_ms)
{
    for (size_t i = 0; i < WHEEL_BUCKETS; i++)
        w->buckets[i].next = w->buckets[i].prev = &w->buckets[i];
    int rc = uv_timer_init(loop, &w->timer);
    if (rc)
        return rc;
    w->timer.data = w;
    wheel_retime(w, tick_ms);
    return 0;
}

void wheel_stop(struct wheel *w, uv_close_cb closed)
{
    uv_close((uv_handle_t *)&w->timer, closed);
}
