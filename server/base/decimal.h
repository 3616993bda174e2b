// SPDX-License-Identifier: Apache-2.0
// Whole numbers in addresses and headers, as we write them.
#ifndef SERVER_BASE_DECIMAL_H
#define SERVER_BASE_DECIMAL_H

#include <stdint.h>

#include "storage/slice.h"

enum { DECIMAL_DIGITS = 15 }; // every such number is exact in JSON too, below 2^53

// false: not digits alone, none or too many of them, or a zero in front.
static inline bool decimal_read(struct slice text, uint64_t *ret)
{
    *ret = 0;
    if (text.n == 0 || text.n > DECIMAL_DIGITS || (text.n > 1 && text.p[0] == '0'))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *ret = *ret * 10 + (uint64_t)(text.p[i] - '0');
    }
    return true;
}

#endif
