// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/measure.h"
#include "tests/bench/hub/publish.h"
#include "tests/bench/hub/report.h"

enum { COME_SECONDS = 120, AT_ONCE = 256, SETTLE_MS = 300 };

static void come(struct crowd *c, struct report_place place, const struct measure *m)
{
    uint64_t rss = process_rss(c->server->pid), cpu = process_cpu_ns(c->server->pid);
    uint64_t began = now_ns();
    crowd_come(c, AT_ONCE, COME_SECONDS);
    double seconds = (double)(now_ns() - began) / 1e9;
    cpu = process_cpu_ns(c->server->pid) - cpu;
    publish_pause(c, SETTLE_MS);
    place.section = "arriving, 256 at once";
    place.bytes = 0;
    report_add(&place, REPORT_CPU, (double)cpu / 1e3 / m->viewers);
    report_add(&place, "viewers/s", m->viewers / seconds);
    report_add(&place, "upgraded p99 ms", histogram_ms(&c->upgraded, 0.99));
    report_add(&place, "upgraded max ms", histogram_ms(&c->upgraded, 1));
    report_add(&place, "watching max ms", histogram_ms(&c->greeted, 1));
    report_add(&place, "RSS KB a viewer",
               ((double)process_rss(c->server->pid) - (double)rss) / 1024 / m->viewers);
}

void measure_fanout(const struct peer *peer, const struct measure *m)
{
    struct server s;
    if (!server_start(&s, peer, m->viewers, m->text, m->payload)) {
        report_skip(peer->name, s.why);
        server_stop(&s);
        return;
    }
    struct crowd *c = crowd_create(&s, m->viewers, false);
    struct report_place place = {.server = peer->name,
                                 .viewers = m->viewers,
                                 .bytes = (uint32_t)m->payload,
                                 .round = m->round};
    crowd_publishers(c);
    come(c, place, m);
    struct publish_pace one = {.in_flight = 1, .seconds = m->seconds};
    place.section = "one message at a time";
    publish_measured(c, &one, &place);
    struct publish_pace many = {.in_flight = 16, .seconds = m->seconds};
    place.section = "16 messages in flight";
    publish_measured(c, &many, &place);
    struct publish_pace steady = {.per_second = publish_usual_pace(m->viewers),
                                  .seconds = m->seconds};
    place.section = "at a steady pace";
    publish_measured(c, &steady, &place);
    crowd_destroy(&c);
    server_stop(&s);
}
