// SPDX-License-Identifier: Apache-2.0
// The text gate, step by step as README.md numbers them. Works on code points; every step leaves
// what the earlier ones made true, so a gated text passes unchanged.
#include "moderation/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MARKS_MAX = 8, FEEDS_MAX = 2, HANGUL_O_YAE = 0x11A7 };

struct points {
    int32_t *p;
    size_t n;
};

// Out of memory ends the program: the record survives that.
static void *need(void *p)
{
    if (!p)
        abort();
    return p;
}

// Step 1. false: not well-formed UTF-8.
static bool decode(const char *in, size_t in_len, struct points *ret)
{
    int32_t *p = need(malloc((in_len + 1) * sizeof *p));
    size_t n = 0;
    for (size_t i = 0; i < in_len;) {
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)in + i,
                                                 (utf8proc_ssize_t)(in_len - i), p + n);
        if (step <= 0) {
            free(p);
            return false;
        }
        i += (size_t)step;
        n++;
    }
    *ret = (struct points){p, n};
    return true;
}

static bool is_dropped(int32_t c)
{
    return (c < 0x20 && c != '\n') || (c >= 0x7F && c <= 0x9F) || c == 0xFEFF ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
           (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE007F);
}

// Step 2.
static void replace(struct points *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        int32_t c = t->p[i];
        if (c == '\r' && i + 1 < t->n && t->p[i + 1] == '\n')
            continue;
        if (c == '\r' || c == 0x2028 || c == 0x2029)
            c = '\n';
        else if (c == '\t')
            c = ' ';
        if (!is_dropped(c))
            t->p[n++] = c;
    }
    t->n = n;
}

static bool is_mark(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

// Joiners and direction marks cannot be seen: between marks they do not end a row.
static bool is_joiner(int32_t c)
{
    return c >= 0x200C && c <= 0x200F;
}

// Steps 3 and 5.
static void limit_marks(struct points *t)
{
    size_t n = 0, row = 0;
    for (size_t i = 0; i < t->n; i++) {
        int32_t c = t->p[i];
        if (c < 0x300) {
            row = 0;
        } else if (is_mark(c)) {
            if (row == MARKS_MAX)
                continue;
            row++;
        } else if (!is_joiner(c)) {
            row = 0;
        }
        t->p[n++] = c;
    }
    t->n = n;
}

// Composes p[0…n) in place and returns the new length. utf8proc swallows U+11A7 after a Hangul
// syllable (it takes it for the absent final consonant). It composes with nothing, so what comes
// before it and what starts with it are composed apart.
static size_t compose(int32_t *p, size_t n)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    size_t out = 0;
    for (size_t from = 0; from < n;) {
        size_t to = from + 1;
        while (to < n && p[to] != HANGUL_O_YAE)
            to++;
        utf8proc_ssize_t made =
            utf8proc_normalize_utf32(p + from, (utf8proc_ssize_t)(to - from), options);
        if (made < 0)
            abort();
        memmove(p + out, p + from, (size_t)made * sizeof *p);
        out += (size_t)made;
        from = to;
    }
    return out;
}

static void encode(const struct points *t, char **ret, size_t *ret_len)
{
    char *text = need(malloc(t->n * 4 + 1));
    size_t len = 0;
    for (size_t i = 0; i < t->n; i++)
        len += (size_t)utf8proc_encode_char(t->p[i], (utf8proc_uint8_t *)text + len);
    text[len] = 0;
    *ret = text;
    *ret_len = len;
}

// Step 4. Decomposition sorts the marks of a row by insertion; step 3 keeps the rows short.
static void normalize(struct points *t)
{
    bool is_plain = true;
    for (size_t i = 0; is_plain && i < t->n; i++)
        is_plain = t->p[i] < 0x300; // such text is in NFC (UAX #15 §9)
    if (is_plain)
        return;
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    char *text = NULL;
    size_t len = 0;
    encode(t, &text, &len);
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, NULL, 0, options);
    if (n < 0)
        abort();
    free(t->p);
    // One more: utf8proc wants room for a NUL in some of its ways.
    t->p = need(malloc(((size_t)n + 1) * sizeof *t->p));
    n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, t->p, n, options);
    if (n < 0)
        abort();
    free(text);
    t->n = compose(t->p, (size_t)n);
}

// Step 6.
static void settle_lines(struct points *t, bool lines)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        int32_t c = t->p[i];
        if (c != '\n') {
            t->p[n++] = c;
            continue;
        }
        while (n > 0 && t->p[n - 1] == ' ')
            n--;
        size_t feeds = 0;
        while (feeds < n && t->p[n - 1 - feeds] == '\n')
            feeds++;
        if (feeds < (lines ? FEEDS_MAX : 1))
            t->p[n++] = '\n';
    }
    for (size_t i = 0; !lines && i < n; i++)
        if (t->p[i] == '\n')
            t->p[i] = ' ';
    t->n = n;
}

static bool is_space(int32_t c)
{
    return c == '\n' || c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

// Step 7. Moves the window, not the points: t->p stays what free() wants.
static struct points trim(const struct points *t)
{
    size_t from = 0, to = t->n;
    while (from < to && is_space(t->p[from]))
        from++;
    while (to > from && is_space(t->p[to - 1]))
        to--;
    return (struct points){t->p + from, to - from};
}

// Takes room or not, but leaves no trace on the screen.
static bool is_invisible(int32_t c)
{
    static const struct {
        int32_t first, last;
    } ranges[] = {
        {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5},
        {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2060, 0x2065}, {0x206A, 0x206F}, {0x2800, 0x2800},
        {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xE0080, 0xE0FFF},
    };
    if (is_space(c))
        return true;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static bool is_empty(const struct points *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (!is_invisible(t->p[i]))
            return false;
    return true;
}

enum mod_text_fault mod_text_gate(const char *in, size_t in_len, const struct mod_text_rule *rule,
                                  char **ret, size_t *ret_len)
{
    struct points t;
    if (!decode(in, in_len, &t))
        return MOD_TEXT_NOT_UTF8;
    replace(&t);
    limit_marks(&t);
    normalize(&t);
    limit_marks(&t);
    settle_lines(&t, rule->lines);
    struct points done = trim(&t);
    enum mod_text_fault fault = is_empty(&done)             ? MOD_TEXT_EMPTY
                                : done.n > rule->max_points ? MOD_TEXT_TOO_LONG
                                                            : MOD_TEXT_OK;
    if (fault == MOD_TEXT_OK)
        encode(&done, ret, ret_len);
    free(t.p);
    return fault;
}

uint32_t mod_text_points(const char *text, size_t len)
{
    uint32_t points = 0;
    for (size_t i = 0; i < len; i++)
        points += ((unsigned char)text[i] & 0xC0) != 0x80;
    return points;
}
