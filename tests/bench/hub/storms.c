// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/measure.h"
void measure_storms(const struct measure *m)
{
    (void)m;
}
void measure_flood(const struct measure *m)
{
    (void)m;
}
void measure_slow(const struct measure *m)
{
    (void)m;
}
