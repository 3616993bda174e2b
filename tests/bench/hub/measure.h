// SPDX-License-Identifier: Apache-2.0
// The measurements. Each starts its own server and ends it.
#ifndef TESTS_BENCH_HUB_MEASURE_H
#define TESTS_BENCH_HUB_MEASURE_H

#include <stdbool.h>

#include "tests/bench/hub/peer.h"

struct measure {
    uint32_t viewers;
    size_t text, payload; // as in struct server
    int round;
    double seconds; // for each way of publishing
};

// How viewers come, what an idle one costs, and messages one at a time, 16 in flight and at a
// steady pace. Of a server that cannot be started here nothing is told but why.
void measure_fanout(const struct peer *peer, const struct measure *m);

// Our server alone.
// All come at once; the server is killed while it publishes, and all come back; then it is ended by
// SIGTERM, and all come back.
void measure_storms(const struct measure *m);
// New viewers come, and citizens ask, while 16 messages are in flight all the time.
void measure_flood(const struct measure *m);
// A tenth of the viewers reads 1 KB a second; beside it, the same without.
void measure_slow(const struct measure *m);

#endif
