// SPDX-License-Identifier: Apache-2.0
// What a newcomer and an asker feel while everybody is being served. They live in a process of
// their own, so that the load generator's haste is not taken for the server's.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/fangtan.h"
#include "tests/bench/hub/measure.h"
#include "tests/bench/hub/publish.h"
#include "tests/bench/hub/report.h"

enum { COME_SECONDS = 120, AT_ONCE = 256, BETWEEN_MS = 5, VISIT_MS = 30000, URGENT = -15 };

struct visits {
    struct server *server;
    _Atomic uint32_t count;
    struct histogram upgraded, watching, acknowledged;
};

static void pay_visits(void *ctx)
{
    struct visits *v = ctx;
    pin_load();
    setpriority(PRIO_PROCESS, 0, URGENT); // or as urgent as it may be
    for (;;) {
        struct fangtan_visit visit;
        fangtan_visit(v->server, v->count, &visit);
        histogram_add(&v->upgraded, visit.upgraded);
        histogram_add(&v->watching, visit.watching);
        histogram_add(&v->acknowledged, visit.acknowledged);
        v->count++;
        nanosleep(&(struct timespec){.tv_nsec = BETWEEN_MS * 1000000}, NULL);
    }
}

static void visit_while(struct crowd *c, struct visits *v, const struct publish_pace *pace,
                        const struct report_place *place)
{
    memset(&v->upgraded, 0, sizeof v->upgraded);
    memset(&v->watching, 0, sizeof v->watching);
    memset(&v->acknowledged, 0, sizeof v->acknowledged);
    uint32_t before = v->count;
    pid_t visitors = process_fork(pay_visits, v);
    publish_measured(c, pace, place);
    for (int ms = 0; v->count == before; ms += BETWEEN_MS) {
        if (ms > VISIT_MS)
            give_up("no visit came to its end");
        publish_pause(c, BETWEEN_MS);
    }
    process_end(visitors, SIGKILL);
    report_add(place, "visits", v->count - before);
    report_add(place, "upgraded p50 ms", histogram_ms(&v->upgraded, 0.5));
    report_add(place, "upgraded max ms", histogram_ms(&v->upgraded, 1));
    report_add(place, "watching p99 ms", histogram_ms(&v->watching, 0.99));
    report_add(place, "question acked p50 ms", histogram_ms(&v->acknowledged, 0.5));
    report_add(place, "question acked p99 ms", histogram_ms(&v->acknowledged, 0.99));
}

void measure_flood(const struct measure *m)
{
    struct server s;
    struct visits *v =
        mmap(NULL, sizeof *v, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (v == MAP_FAILED || !server_start(&s, &peer_fangtan, m->viewers, m->text, m->payload))
        give_up("fangtan: %s", s.why);
    v->server = &s;
    struct crowd *c = crowd_create(&s, m->viewers, false);
    struct report_place place = {.server = REPORT_OURS,
                                 .viewers = m->viewers,
                                 .bytes = (uint32_t)m->payload,
                                 .round = m->round};
    crowd_publishers(c);
    crowd_come(c, AT_ONCE, COME_SECONDS);
    struct publish_pace steady = {.per_second = publish_usual_pace(m->viewers),
                                  .seconds = m->seconds};
    place.section = "visits at a steady pace";
    visit_while(c, v, &steady, &place);
    struct publish_pace flood = {.in_flight = 16, .seconds = m->seconds};
    place.section = "visits with 16 messages in flight";
    visit_while(c, v, &flood, &place);
    crowd_destroy(&c);
    server_stop(&s);
    munmap(v, sizeof *v);
}
