// SPDX-License-Identifier: Apache-2.0
// Percent-encoding (RFC 3986 §2.1), as paths and forms carry it.
#ifndef SERVER_BASE_PERCENT_H
#define SERVER_BASE_PERCENT_H

#include "storage/slice.h"

static inline int percent_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// The byte that text's first three stand for, "%2F" for '/'; -1 when it begins otherwise.
static inline int percent_byte(struct slice text)
{
    if (text.n < 3 || text.p[0] != '%')
        return -1;
    int high = percent_digit(text.p[1]), low = percent_digit(text.p[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

#endif
