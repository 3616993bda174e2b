// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/publish.h"

#include <string.h>

enum {
    MOST_AT_ONCE = 4000, // our server slows down a staff line that sends more
    LEAST_MESSAGES = 5,
    DELIVER_SECONDS = 60,
    PACED_DELIVERIES = 40000, // a second
    MOST_PACE = 50,
};

void publish_pause(struct crowd *c, unsigned ms)
{
    for (uint64_t end = now_ns() + ms * 1000000ull; now_ns() < end;)
        crowd_turn(c, end);
}

double publish_usual_pace(uint32_t viewers)
{
    double pace = (double)PACED_DELIVERIES / viewers;
    return pace < MOST_PACE ? pace : MOST_PACE;
}

static bool may_publish(const struct crowd *c, const struct publish_pace *pace, uint64_t began,
                        uint32_t sent)
{
    if (pace->in_flight)
        return c->unfinished < pace->in_flight;
    return (double)(now_ns() - began) / 1e9 * pace->per_second >= sent;
}

static uint64_t next_at(const struct publish_pace *pace, uint64_t began, uint32_t sent)
{
    if (pace->in_flight)
        return UINT64_MAX;
    return began + (uint64_t)(sent / pace->per_second * 1e9);
}

void publish_run(struct crowd *c, const struct publish_pace *pace)
{
    uint64_t began = now_ns(), end = began + (uint64_t)(pace->seconds * 1e9);
    uint64_t losses = c->losses, last = 0;
    uint32_t sent = 0;
    for (;;) {
        uint64_t now = now_ns();
        bool is_over = sent >= LEAST_MESSAGES && (now >= end || sent >= MOST_AT_ONCE);
        while (!is_over && may_publish(c, pace, began, sent)) {
            crowd_publish(c);
            is_over = ++sent >= MOST_AT_ONCE;
        }
        if (is_over && c->unfinished == 0)
            return;
        if (is_over && !last)
            last = now;
        if (c->losses != losses || (last && now - last > DELIVER_SECONDS * 1000000000ull))
            give_up("%s: %llu viewers were lost, %u messages did not reach all",
                    c->server->peer->name, (unsigned long long)(c->losses - losses), c->unfinished);
        uint64_t until = is_over ? now + 1000000000ull : next_at(pace, began, sent);
        crowd_turn(c, until < now + 1000000000ull ? until : now + 1000000000ull);
    }
}

void publish_measured(struct crowd *c, const struct publish_pace *pace,
                      const struct report_place *place)
{
    memset(&c->from_sent, 0, sizeof c->from_sent);
    memset(&c->from_acked, 0, sizeof c->from_acked);
    uint64_t began = now_ns(), deliveries = c->deliveries, stalled = cpu_pressure_us();
    uint64_t cpu = process_cpu_ns(c->server->pid);
    uint32_t first = c->message_count;
    publish_run(c, pace);
    cpu = process_cpu_ns(c->server->pid) - cpu;
    double seconds = (double)(now_ns() - began) / 1e9;
    double delivered = (double)(c->deliveries - deliveries);
    if (delivered == 0 || c->gaps || c->repeats || c->differences)
        give_up("%s: %.0f deliveries, %llu gaps, %llu repeats, %llu differences",
                c->server->peer->name, delivered, (unsigned long long)c->gaps,
                (unsigned long long)c->repeats, (unsigned long long)c->differences);
    report_add(place, REPORT_CPU, (double)cpu / 1e3 / delivered);
    report_add(place, "deliveries/s", delivered / seconds);
    report_add(place, "p50 ms", histogram_ms(&c->from_sent, 0.5));
    report_add(place, "p99 ms", histogram_ms(&c->from_sent, 0.99));
    if (c->messages[first].acked) {
        report_add(place, "after ack p50 ms", histogram_ms(&c->from_acked, 0.5));
        report_add(place, "after ack p99 ms", histogram_ms(&c->from_acked, 0.99));
    }
    report_add(place, "pressure %", (double)(cpu_pressure_us() - stalled) / 1e4 / seconds);
}
