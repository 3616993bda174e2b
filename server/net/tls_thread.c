// SPDX-License-Identifier: Apache-2.0
// One TLS thread: an epoll of its own, since libuv's polls cost four system calls a change of
// interest (performance research §3.1).
//
// A handshake costs the processor a hundred times what a message does, so handshakes queue and a
// few are served between two rounds of events: viewers are not delayed by arrivals.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/net/tls_inside.h"

enum { EVENTS = 256 };

int64_t tls_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// ---- rings ----

void tls_ring_init(struct tls_link *head)
{
    head->next = head->prev = head;
}

static bool is_empty(const struct tls_link *ring)
{
    return ring->next == ring;
}

static void take_out(struct tls_link *link)
{
    struct tls_thread *t = link->thread;
    if (!link->next)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
    if (link->ring == &t->waiting)
        t->waiting_count--;
    else if (link->ring == &t->ready)
        atomic_fetch_sub_explicit(&t->due, 1, memory_order_relaxed);
}

void tls_put(struct tls_link *ring, struct tls_link *link)
{
    struct tls_thread *t = link->thread;
    take_out(link);
    link->ring = ring;
    link->prev = ring->prev;
    link->next = ring;
    ring->prev->next = link;
    ring->prev = link;
    if (ring == &t->waiting)
        t->waiting_count++;
    else if (ring == &t->ready)
        atomic_fetch_add_explicit(&t->due, 1, memory_order_relaxed);
}

void tls_spend(struct tls_link *link)
{
    take_out(link);
    link->next = link->thread->spent;
    link->thread->spent = link;
}

static void free_spent(struct tls_thread *t)
{
    while (t->spent) {
        struct tls_link *link = t->spent;
        t->spent = link->next;
        free(link);
    }
}

// ---- what is to be done ----

static void begin(struct tls_thread *t, struct tls_guest *oldest_first)
{
    for (struct tls_guest *guest = oldest_first, *next; guest; guest = next) {
        next = guest->next;
        t->tick = guest->times.tick;
        // Who waits for its peer longest makes room, as among the connections of the loop.
        while (t->waiting_count >= t->waiting_most)
            tls_link_end(t->waiting.next);
        tls_link_create(t, guest);
    }
}

static void on_wake(struct tls_thread *t)
{
    uint64_t count;
    while (read(t->wake, &count, sizeof count) < 0 && errno == EINTR)
        ;
    uv_mutex_lock(&t->lock);
    struct tls_guest *guests = t->coming;
    t->coming = NULL;
    t->drains = t->drain;
    t->stops = t->stop;
    uv_mutex_unlock(&t->lock);
    begin(t, tls_oldest_first(guests));
}

static void shake_some(struct tls_thread *t)
{
    for (int i = 0; i < LIMIT_HANDSHAKES_A_TURN && !is_empty(&t->ready); i++)
        tls_link_shake(t->ready.next);
}

static void end_late(struct tls_thread *t)
{
    int64_t now = tls_now();
    if (now - t->looked < t->tick)
        return;
    t->looked = now;
    for (struct tls_link *link = t->waiting.next, *next; link != &t->waiting; link = next) {
        next = link->next;
        if (link->deadline <= now)
            tls_link_end(link);
    }
}

static int patience(const struct tls_thread *t)
{
    return !is_empty(&t->ready) ? 0 : !is_empty(&t->waiting) ? (int)t->tick : -1;
}

static bool is_done(const struct tls_thread *t)
{
    return t->stops ||
           (t->drains && is_empty(&t->waiting) && is_empty(&t->ready) && is_empty(&t->open));
}

static void end_all(struct tls_thread *t)
{
    struct tls_link *const rings[] = {&t->waiting, &t->ready, &t->open};
    for (size_t i = 0; i < sizeof rings / sizeof *rings; i++) {
        while (!is_empty(rings[i]))
            tls_link_end(rings[i]->next);
    }
    free_spent(t);
}

// Signals are the loop's; a peer that is gone is an error of the write, not a signal.
static void block_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void tls_thread_run(void *thread)
{
    struct tls_thread *t = thread;
    struct epoll_event events[EVENTS];
    block_signals();
    tls_ring_init(&t->waiting);
    tls_ring_init(&t->ready);
    tls_ring_init(&t->open);
    while (!is_done(t)) {
        int n = epoll_wait(t->epoll, events, EVENTS, patience(t));
        must(n >= 0 || errno == EINTR);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == t)
                on_wake(t);
            else
                tls_link_event(events[i].data.ptr, events[i].events);
        }
        shake_some(t);
        end_late(t);
        free_spent(t);
    }
    end_all(t);
    atomic_store(&t->over, true);
    uv_async_send(&t->tls->told);
}
