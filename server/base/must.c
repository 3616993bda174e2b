// SPDX-License-Identifier: Apache-2.0
// Broken invariants end the process with one line that says where.
#include "server/base/must.h"

#include <stdio.h>
#include <stdlib.h>

void must_fail(const char *expr, const char *file, int line)
{
    fprintf(stderr, "fangtan: broken invariant: %s at %s:%d\n", expr, file, line);
    abort();
}

void *must_alloc(unsigned long size)
{
    void *p = calloc(1, size ? size : 1);
    must(p);
    return p;
}
