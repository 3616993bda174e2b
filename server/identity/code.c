// SPDX-License-Identifier: Apache-2.0
// Crockford's base 32: no I, L, O, U, so that no two symbols look alike.
#include "server/identity/code.h"

static const char UPPER[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char LOWER[] = "0123456789abcdefghjkmnpqrstvwxyz";

void code_write(const unsigned char *bytes, size_t count, bool upper, char *ret)
{
    unsigned held = 0, bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (bits < 5) {
            held = (held << 8 | *bytes++) & 0xFFFF;
            bits += 8;
        }
        bits -= 5;
        ret[i] = (upper ? UPPER : LOWER)[held >> bits & 31];
    }
    ret[count] = 0;
}

// Cuts one character off the front; full-width ones as their ASCII twin, all kinds of hyphens as
// '-', anything else beyond ASCII as 0.
static char next(struct slice *rest)
{
    const unsigned char *p = (const unsigned char *)rest->p;
    size_t n = 1;
    char c = (char)(p[0] < 0x80 ? p[0] : 0);
    if (rest->n >= 3 && (p[0] & 0xF0) == 0xE0 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        unsigned point = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
        n = 3;
        if (point > 0xFF00 && point < 0xFF5F)
            c = (char)(point - 0xFF00 + 0x20);
        else if (point == 0x3000)
            c = ' ';
        else if ((point >= 0x2010 && point <= 0x2015) || point == 0x2212)
            c = '-';
    }
    rest->p += n;
    rest->n -= n;
    return c;
}

static char symbol(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    return c && strchr(UPPER, c) ? c : 0;
}

bool code_read(struct slice typed, size_t count, char *ret)
{
    size_t n = 0;
    while (typed.n) {
        char c = next(&typed);
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n')
            continue;
        c = symbol(c);
        if (!c || n == count)
            return false;
        ret[n++] = c;
    }
    ret[n] = 0;
    return n == count;
}

void code_group(const char *symbols, size_t group, char *ret)
{
    for (size_t i = 0; symbols[i]; i++) {
        if (i && i % group == 0)
            *ret++ = '-';
        *ret++ = symbols[i];
    }
    *ret = 0;
}
