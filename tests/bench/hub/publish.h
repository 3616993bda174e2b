// SPDX-License-Identifier: Apache-2.0
// Publishing to a crowd at some pace, and what it costs.
#ifndef TESTS_BENCH_HUB_PUBLISH_H
#define TESTS_BENCH_HUB_PUBLISH_H

#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/report.h"

struct publish_pace {
    uint32_t in_flight; // a message more whenever fewer are on their way; or …
    double per_second;  // … messages by the clock
    double seconds;     // for so long
};

// Lets the crowd be for a while.
void publish_pause(struct crowd *c, unsigned ms);
// Publishes until the time is over and every viewer has every message. Gives up when that does not
// happen or a viewer is lost.
void publish_run(struct crowd *c, const struct publish_pace *pace);
// The same, and reports it.
void publish_measured(struct crowd *c, const struct publish_pace *pace,
                      const struct report_place *place);
// Messages a second that leave a server with so many viewers half idle.
double publish_usual_pace(uint32_t viewers);

#endif
