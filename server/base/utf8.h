// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8 by Unicode table 3-7: shortest forms only, no surrogates, up to U+10FFFF.
#ifndef SERVER_BASE_UTF8_H
#define SERVER_BASE_UTF8_H

#include "storage/slice.h"

// Bytes of the code point that starts at p (n bytes are left, n ≥ 1): 1–4, or 0 when malformed.
static inline size_t utf8_step(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    if (u[0] < 0x80)
        return 1;
    size_t len = u[0] >= 0xC2 && u[0] <= 0xDF   ? 2
                 : (u[0] & 0xF0) == 0xE0        ? 3
                 : u[0] >= 0xF0 && u[0] <= 0xF4 ? 4
                                                : 0;
    if (len == 0 || n < len)
        return 0;
    unsigned char least = u[0] == 0xE0 ? 0xA0 : u[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char most = u[0] == 0xED ? 0x9F : u[0] == 0xF4 ? 0x8F : 0xBF;
    if (u[1] < least || u[1] > most)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
    }
    return len;
}

static inline bool utf8_is(struct slice s)
{
    for (size_t i = 0, step; i < s.n; i += step) {
        step = utf8_step(s.p + i, s.n - i);
        if (step == 0)
            return false;
    }
    return true;
}

#endif
