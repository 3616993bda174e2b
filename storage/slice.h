// SPDX-License-Identifier: Apache-2.0
// Borrowed bytes with a length. Never kept without copying; not NUL-terminated.
#ifndef STORAGE_SLICE_H
#define STORAGE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *p; // NULL means "absent"
    size_t n;      // bytes
};

// The bytes of a NUL-terminated string, without the NUL. NULL gives the absent slice.
static inline struct slice slice_of(const char *z)
{
    return (struct slice){z, z ? strlen(z) : 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_is(struct slice a, const char *z)
{
    return slice_eq(a, slice_of(z));
}

// Is it one of these? words ends with NULL.
static inline bool slice_is_one_of(struct slice a, const char *const *words)
{
    for (; *words; words++)
        if (slice_is(a, *words))
            return true;
    return false;
}

#endif
