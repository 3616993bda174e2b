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

static bool is_empty(const struct tls_thread *t, enum tls_place place)
{
    return t->counts[place] == 0;
}

static struct tls_link *longest(struct tls_thread *t, enum tls_place place)
{
    return t->rings[place].next;
}

static void count(struct tls_thread *t, enum tls_place place, int more)
{
    t->counts[place] += (unsigned)more;
    if (place == TLS_READY)
        atomic_store_explicit(&t->due, t->counts[TLS_READY], memory_order_relaxed);
}

static void take_out(struct tls_link *link)
{
    if (link->place == TLS_NOWHERE)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
    count(link->thread, link->place, -1);
    link->place = TLS_NOWHERE;
}

void tls_put(struct tls_link *link, enum tls_place place)
{
    struct tls_link *head = &link->thread->rings[place];
    take_out(link);
    link->place = place;
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
    count(link->thread, place, 1);
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
        // Who waits for its peer longest makes room for who comes, as among the connections of the
        // loop; but only for its like, so that neither floods the other.
        while (!guest->arrival.refused && t->counts[TLS_SHAKING] >= t->shaking_most)
            tls_link_end(longest(t, TLS_SHAKING));
        while (t->counts[TLS_ENDING] >= t->ending_most)
            tls_link_end(longest(t, TLS_ENDING));
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

// Those that are refused come last: a flood of them takes only what nobody else wants.
static void shake_some(struct tls_thread *t)
{
    for (int i = 0; i < LIMIT_HANDSHAKES_A_TURN; i++) {
        if (!is_empty(t, TLS_READY))
            tls_link_shake(longest(t, TLS_READY));
        else if (!is_empty(t, TLS_READY_REFUSED))
            tls_link_shake(longest(t, TLS_READY_REFUSED));
    }
}

// Under a deadline.
static const enum tls_place timed[] = {TLS_SHAKING, TLS_SHAKING_REFUSED, TLS_READY_REFUSED,
                                       TLS_ENDING};

static void end_late(struct tls_thread *t)
{
    int64_t now = tls_now();
    if (now - t->looked < t->tick)
        return;
    t->looked = now;
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++) {
        struct tls_link *head = &t->rings[timed[i]];
        for (struct tls_link *link = head->next, *next; link != head; link = next) {
            next = link->next;
            if (link->deadline <= now)
                tls_link_end(link);
        }
    }
}

static int patience(const struct tls_thread *t)
{
    if (!is_empty(t, TLS_READY) || !is_empty(t, TLS_READY_REFUSED))
        return 0;
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++) {
        if (!is_empty(t, timed[i]))
            return (int)t->tick;
    }
    return -1;
}

static bool is_done(const struct tls_thread *t)
{
    bool is_all_empty = true;
    for (enum tls_place place = TLS_SHAKING; place < TLS_PLACES; place++)
        is_all_empty &= is_empty(t, place);
    return t->stops || (t->drains && is_all_empty);
}

static void end_all(struct tls_thread *t)
{
    for (enum tls_place place = TLS_SHAKING; place < TLS_PLACES; place++) {
        while (!is_empty(t, place))
            tls_link_end(longest(t, place));
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
    for (enum tls_place place = TLS_SHAKING; place < TLS_PLACES; place++)
        t->rings[place].next = t->rings[place].prev = &t->rings[place];
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
