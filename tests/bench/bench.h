// SPDX-License-Identifier: Apache-2.0
// Every bench takes --smoke: everything once and small, so that a test sees that it still works.
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <string.h>

static inline bool bench_is_smoke(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--smoke") == 0)
            return true;
    return false;
}

#endif
