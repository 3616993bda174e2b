// SPDX-License-Identifier: Apache-2.0
// Is this HTML well formed as we write it? Every element closed in order, attributes quoted, no
// stray '<', '>' or '&'. Returns NULL, or what is wrong.
#ifndef TESTS_UNIT_PAGE_TAGS_H
#define TESTS_UNIT_PAGE_TAGS_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct tags {
    const char *p;
    char open[64][16];
    int depth;
    char ids[512][48];
    int id_count;
    char fault[160];
};

static inline const char *tags_fail(struct tags *t, const char *what)
{
    snprintf(t->fault, sizeof t->fault, "%s near: %.100s", what, t->p);
    return t->fault;
}

static inline bool tags_is_reference(const char *p)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(p, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

static inline bool tags_is_void(const char *name)
{
    static const char *const list[] = {"meta", "link", "input", "br"};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

// One attribute: name, or name="value". t->p stands at its name.
static inline const char *tags_attribute(struct tags *t)
{
    const char *name = t->p;
    while (islower((unsigned char)*t->p) || *t->p == '-' || *t->p == ':')
        t->p++;
    size_t length = (size_t)(t->p - name);
    if (!length)
        return tags_fail(t, "bad attribute");
    if (length > 2 && strncmp(name, "on", 2) == 0)
        return tags_fail(t, "event handler");
    if (length == 5 && strncmp(name, "style", 5) == 0)
        return tags_fail(t, "inline style");
    if (*t->p != '=')
        return NULL;
    if (*++t->p != '"')
        return tags_fail(t, "attribute without quotes");
    const char *value = ++t->p;
    for (; *t->p && *t->p != '"'; t->p++)
        if (*t->p == '<' || (*t->p == '&' && !tags_is_reference(t->p)))
            return tags_fail(t, "raw byte in an attribute");
    if (!*t->p)
        return tags_fail(t, "open attribute");
    if (length == 2 && strncmp(name, "id", 2) == 0) {
        char *id = t->ids[t->id_count];
        snprintf(id, sizeof t->ids[0], "%.*s", (int)(t->p - value), value);
        for (int i = 0; i < t->id_count; i++)
            if (strcmp(t->ids[i], id) == 0)
                return tags_fail(t, "id twice");
        t->id_count += t->id_count < 511;
    }
    t->p++;
    return NULL;
}

static inline const char *tags_element(struct tags *t)
{
    bool closing = t->p[1] == '/';
    t->p += closing ? 2 : 1;
    char name[16];
    size_t n = 0;
    for (; isalnum((unsigned char)*t->p) && n < sizeof name - 1; t->p++)
        name[n++] = *t->p;
    name[n] = 0;
    if (!n)
        return tags_fail(t, "stray <");
    while (!closing && *t->p == ' ') {
        t->p++;
        const char *fault = tags_attribute(t);
        if (fault)
            return fault;
    }
    if (*t->p != '>')
        return tags_fail(t, "tag not closed");
    t->p++;
    if (closing) {
        if (!t->depth || strcmp(t->open[t->depth - 1], name) != 0)
            return tags_fail(t, "closes what is not open");
        t->depth--;
    } else if (!tags_is_void(name)) {
        if (t->depth == 64)
            return tags_fail(t, "too deep");
        snprintf(t->open[t->depth++], sizeof t->open[0], "%s", name);
    }
    return NULL;
}

static inline const char *tags_check(struct tags *t, const char *html)
{
    memset(t, 0, sizeof *t);
    t->p = html;
    if (strncmp(t->p, "<!DOCTYPE html>", 15) == 0)
        t->p += 15;
    while (*t->p) {
        if (*t->p == '<') {
            const char *fault = tags_element(t);
            if (fault)
                return fault;
        } else if (*t->p == '>' || (*t->p == '&' && !tags_is_reference(t->p))) {
            return tags_fail(t, "raw byte in text");
        } else {
            t->p++;
        }
    }
    return t->depth ? tags_fail(t, "elements left open") : NULL;
}

#endif
