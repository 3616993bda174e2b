// SPDX-License-Identifier: Apache-2.0
// The same statements to viewers of whom a tenth reads 1 KB a second, and to such that all read:
// what the others notice, and what is kept for the slow ones.
#include <stdio.h>

#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/measure.h"
#include "tests/bench/hub/publish.h"
#include "tests/bench/hub/report.h"

enum { COME_SECONDS = 120, AT_ONCE = 256, SETTLE_MS = 300, THIRDS = 3, LONGER = 4 };

static void serve(const struct measure *m, bool slow)
{
    static const char *const sections[THIRDS] = {"a tenth reads 1 KB/s, first third",
                                                 "a tenth reads 1 KB/s, second third",
                                                 "a tenth reads 1 KB/s, last third"};
    struct server s;
    if (!server_start(&s, &peer_fangtan, m->viewers, m->text, m->payload))
        give_up("fangtan: %s", s.why);
    struct crowd *c = crowd_create(&s, m->viewers, slow);
    struct report_place place = {.server = slow ? "a tenth slow" : "all fast",
                                 .viewers = m->viewers,
                                 .bytes = (uint32_t)m->payload,
                                 .round = m->round};
    crowd_publishers(c);
    crowd_come(c, AT_ONCE, COME_SECONDS);
    publish_pause(c, SETTLE_MS);
    uint64_t rss = process_rss(s.pid), kernel = tcp_memory();
    struct publish_pace pace = {.per_second = publish_usual_pace(m->viewers),
                                .seconds = LONGER * m->seconds};
    for (int third = 0; third < THIRDS; third++) {
        place.section = sections[third];
        publish_measured(c, &pace, &place);
        report_add(&place, "RSS MB more", ((double)process_rss(s.pid) - (double)rss) / (1 << 20));
        report_add(&place, "kernel TCP MB more",
                   ((double)tcp_memory() - (double)kernel) / (1 << 20));
    }
    crowd_destroy(&c);
    server_stop(&s);
}

void measure_slow(const struct measure *m)
{
    serve(m, false);
    serve(m, true);
}
