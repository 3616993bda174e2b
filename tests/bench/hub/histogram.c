// SPDX-License-Identifier: Apache-2.0
// A row for each power of two, in equal steps; the first two rows count singly.
#include "tests/bench/hub/histogram.h"

enum { BITS = 6 };

_Static_assert(1 << BITS == HISTOGRAM_STEPS, "a row has 2^BITS steps");

static unsigned cell_of(uint64_t ns)
{
    if (ns < HISTOGRAM_STEPS)
        return (unsigned)ns;
    unsigned top = 63 - (unsigned)__builtin_clzll(ns);
    unsigned row = top - BITS + 1;
    if (row >= HISTOGRAM_ROWS)
        return HISTOGRAM_ROWS * HISTOGRAM_STEPS - 1;
    return row * HISTOGRAM_STEPS + (unsigned)(ns >> (top - BITS) & (HISTOGRAM_STEPS - 1));
}

// The largest time of a cell.
static uint64_t end_of(unsigned cell)
{
    unsigned row = cell / HISTOGRAM_STEPS, step = cell % HISTOGRAM_STEPS;
    if (row == 0)
        return step;
    return ((uint64_t)(HISTOGRAM_STEPS + step + 1) << (row - 1)) - 1;
}

void histogram_add(struct histogram *h, uint64_t ns)
{
    h->cells[cell_of(ns)]++;
    h->count++;
    if (ns > h->max)
        h->max = ns;
}

double histogram_ms(const struct histogram *h, double share)
{
    uint64_t want = (uint64_t)(share * (double)h->count), seen = 0;
    for (unsigned i = 0; i < HISTOGRAM_ROWS * HISTOGRAM_STEPS; i++) {
        seen += h->cells[i];
        if (seen > want || (seen == h->count && seen > 0)) {
            uint64_t end = end_of(i);
            return (double)(end < h->max ? end : h->max) / 1e6;
        }
    }
    return 0;
}
