// SPDX-License-Identifier: Apache-2.0
// Times by size: exact to 1.6 %, of fixed memory, quick to add to.
#ifndef TESTS_BENCH_HUB_HISTOGRAM_H
#define TESTS_BENCH_HUB_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 64, HISTOGRAM_ROWS = 40 };

struct histogram {
    uint64_t count, max;
    uint64_t cells[HISTOGRAM_ROWS * HISTOGRAM_STEPS];
};

void histogram_add(struct histogram *h, uint64_t ns);
// The time that this share (0 to 1) of them does not exceed, in milliseconds; 0 when there is none.
double histogram_ms(const struct histogram *h, double share);

#endif
