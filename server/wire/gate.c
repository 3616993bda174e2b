// SPDX-License-Identifier: Apache-2.0
// RFC 8259 as a recursive descent that cannot go deeper than LIMIT_JSON_DEPTH. Nothing is built;
// a key is compared with the others of its object after decoding, so that "a" and "\u0061" are
// one key.
#include "server/wire/gate.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "server/base/limits.h"
#include "server/base/utf8.h"

static const char not_json[] = "not JSON";

struct gate {
    const char *p, *end;
    const char *why; // the first fault
    int depth;
};

struct key {
    const char *start; // behind the opening quote
    uint32_t hash;     // of the code points
};

static bool fault(struct gate *g, const char *why)
{
    g->why = why;
    return false;
}

static void skip_space(struct gate *g)
{
    while (g->p < g->end && (*g->p == ' ' || *g->p == '\t' || *g->p == '\n' || *g->p == '\r'))
        g->p++;
}

static bool take(struct gate *g, char c)
{
    if (g->p == g->end || *g->p != c)
        return false;
    g->p++;
    return true;
}

static bool read_word(struct gate *g, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(g->end - g->p) < n || memcmp(g->p, word, n) != 0)
        return fault(g, not_json);
    g->p += n;
    return true;
}

// ---- strings ---------------------------------------------------------------------------------

static bool read_hex(struct gate *g, uint32_t *ret)
{
    if (g->end - g->p < 4)
        return fault(g, not_json);
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = *g->p++;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return fault(g, not_json);
        value = value << 4 | digit;
    }
    *ret = value;
    return true;
}

// Behind "\u".
static bool read_unicode_escape(struct gate *g, uint32_t *ret)
{
    uint32_t high, low;
    if (!read_hex(g, &high))
        return false;
    if (high == 0)
        return fault(g, "\\u0000 in a string");
    if (high < 0xD800 || high > 0xDFFF) {
        *ret = high;
        return true;
    }
    if (high > 0xDBFF || !take(g, '\\') || !take(g, 'u'))
        return fault(g, "lone surrogate");
    if (!read_hex(g, &low))
        return false;
    if (low < 0xDC00 || low > 0xDFFF)
        return fault(g, "lone surrogate");
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool read_escape(struct gate *g, uint32_t *ret)
{
    static const char names[] = "\"\\/bfnrt";
    static const char means[] = "\"\\/\b\f\n\r\t";
    if (g->p == g->end)
        return fault(g, not_json);
    char c = *g->p++;
    if (c == 'u')
        return read_unicode_escape(g, ret);
    const char *name = c ? strchr(names, c) : NULL;
    if (!name)
        return fault(g, not_json);
    *ret = (uint32_t)means[name - names];
    return true;
}

// One code point of a string, before its closing quote.
static bool read_point(struct gate *g, uint32_t *ret)
{
    if (g->p == g->end)
        return fault(g, not_json);
    unsigned char c = (unsigned char)*g->p;
    if (c < 0x20)
        return fault(g, "control character in a string");
    if (c == '\\') {
        g->p++;
        return read_escape(g, ret);
    }
    size_t n = utf8_step(g->p, (size_t)(g->end - g->p));
    if (n == 0)
        return fault(g, "not UTF-8");
    uint32_t point = n == 1 ? c : c & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++)
        point = point << 6 | ((unsigned char)g->p[i] & 0x3F);
    g->p += n;
    *ret = point;
    return true;
}

// Behind the opening quote.
static bool read_string(struct gate *g, uint32_t *ret_hash)
{
    uint32_t hash = 2166136261u, point;
    while (!take(g, '"')) {
        if (!read_point(g, &point))
            return false;
        hash = (hash ^ point) * 16777619u;
    }
    *ret_hash = hash;
    return true;
}

// Both were read without a fault before.
static bool same_string(const struct gate *g, const char *a, const char *b)
{
    struct gate left = {.p = a, .end = g->end}, right = {.p = b, .end = g->end};
    while (*left.p != '"' && *right.p != '"') {
        uint32_t x = 0, y = 0;
        read_point(&left, &x);
        read_point(&right, &y);
        if (x != y)
            return false;
    }
    return *left.p == *right.p;
}

// ---- numbers ---------------------------------------------------------------------------------

static size_t read_digits(struct gate *g)
{
    const char *start = g->p;
    while (g->p < g->end && *g->p >= '0' && *g->p <= '9')
        g->p++;
    return (size_t)(g->p - start);
}

// Digits only; a double would round 2^53 + 1 down.
static bool is_safe_integer(const char *digits, size_t n)
{
    if (n > 16)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (uint64_t)(digits[i] - '0');
    return value <= UINT64_C(1) << 53;
}

static bool read_number(struct gate *g)
{
    const char *start = g->p;
    take(g, '-');
    const char *digits = g->p;
    size_t count = read_digits(g);
    if (count == 0 || (count > 1 && *digits == '0'))
        return fault(g, not_json);
    bool integer = true;
    if (take(g, '.')) {
        integer = false;
        if (read_digits(g) == 0)
            return fault(g, not_json);
    }
    if (take(g, 'e') || take(g, 'E')) {
        integer = false;
        if (!take(g, '+'))
            take(g, '-');
        if (read_digits(g) == 0)
            return fault(g, not_json);
    }
    if (integer && !is_safe_integer(digits, count))
        return fault(g, "number out of range");
    char text[GATE_NUMBER + 1] = "";
    size_t n = (size_t)(g->p - start);
    if (n > GATE_NUMBER)
        return fault(g, "number too long");
    memcpy(text, start, n);
    return isfinite(strtod(text, NULL)) || fault(g, "number out of range");
}

// ---- values ----------------------------------------------------------------------------------

static bool read_value(struct gate *g);

static bool read_key(struct gate *g, struct key *keys, size_t count)
{
    if (!take(g, '"'))
        return fault(g, not_json);
    if (count == LIMIT_JSON_KEYS)
        return fault(g, "too many keys");
    struct key *key = &keys[count];
    key->start = g->p;
    if (!read_string(g, &key->hash))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (keys[i].hash == key->hash && same_string(g, keys[i].start, key->start))
            return fault(g, "key twice");
    }
    skip_space(g);
    return take(g, ':') || fault(g, not_json);
}

static bool read_object(struct gate *g)
{
    struct key keys[LIMIT_JSON_KEYS];
    size_t count = 0;
    skip_space(g);
    if (take(g, '}'))
        return true;
    do {
        skip_space(g);
        if (!read_key(g, keys, count++) || !read_value(g))
            return false;
    } while (take(g, ','));
    return take(g, '}') || fault(g, not_json);
}

static bool read_array(struct gate *g)
{
    skip_space(g);
    if (take(g, ']'))
        return true;
    do {
        if (!read_value(g))
            return false;
    } while (take(g, ','));
    return take(g, ']') || fault(g, not_json);
}

static bool read_inside(struct gate *g, bool (*read)(struct gate *g))
{
    g->p++;
    if (++g->depth > LIMIT_JSON_DEPTH)
        return fault(g, "too deep");
    if (!read(g))
        return false;
    g->depth--;
    return true;
}

static bool read_bare(struct gate *g)
{
    uint32_t hash;
    switch (*g->p) {
    case '{':
        return read_inside(g, read_object);
    case '[':
        return read_inside(g, read_array);
    case '"':
        g->p++;
        return read_string(g, &hash);
    case 't':
        return read_word(g, "true");
    case 'f':
        return read_word(g, "false");
    case 'n':
        return read_word(g, "null");
    default:
        return read_number(g);
    }
}

// With the space around it.
static bool read_value(struct gate *g)
{
    skip_space(g);
    if (g->p == g->end)
        return fault(g, not_json);
    if (!read_bare(g))
        return false;
    skip_space(g);
    return true;
}

const char *wire_gate(struct slice text)
{
    if (!text.p)
        return not_json;
    struct gate g = {.p = text.p, .end = text.p + text.n};
    if (!read_value(&g))
        return g.why;
    return g.p == g.end ? NULL : not_json;
}
