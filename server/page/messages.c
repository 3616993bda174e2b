// SPDX-License-Identifier: Apache-2.0
// Choosing a language and filling messages; the texts are generated beside this.
#include "server/page/messages.h"

#include <stdlib.h>

#include "server/base/must.h"
#include "server/page/message_texts.h"

const char *message(enum lang lang, enum message_id id)
{
    must((unsigned)lang < LANGS && (unsigned)id < MESSAGES);
    return message_texts[lang][id];
}

const char *message_find(enum lang lang, const char *prefix, const char *word)
{
    size_t n = strlen(prefix);
    for (int id = 0; id < MESSAGES; id++) {
        const char *key = message_keys[id];
        if (strncmp(key, prefix, n) == 0 && key[n] == '.' && strcmp(key + n + 1, word) == 0)
            return message(lang, (enum message_id)id);
    }
    return NULL;
}

const char *lang_tag(enum lang lang)
{
    static const char *const tags[LANGS] = {"zh-Hans", "zh-Hant", "en"};
    must((unsigned)lang < LANGS);
    return tags[lang];
}

// The next subtag of a language tag in lower case; false at the end.
static bool next_subtag(struct slice *rest, char ret[9])
{
    if (rest->n == 0)
        return false;
    size_t n = 0, kept = 0;
    for (; n < rest->n && rest->p[n] != '-' && rest->p[n] != '_'; n++) {
        char c = rest->p[n];
        if (kept < 8)
            ret[kept++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    ret[kept] = 0;
    size_t skip = n < rest->n ? n + 1 : n;
    rest->p += skip;
    rest->n -= skip;
    return true;
}

bool lang_parse(struct slice tag, enum lang *ret)
{
    char part[9];
    if (!next_subtag(&tag, part))
        return false;
    if (strcmp(part, "en") == 0) {
        *ret = LANG_EN;
        return true;
    }
    if (strcmp(part, "zh") != 0)
        return false;
    enum lang chosen = LANG_ZH_HANS;
    while (next_subtag(&tag, part)) {
        if (strcmp(part, "hans") == 0)
            break;
        if (strcmp(part, "hant") == 0 || strcmp(part, "tw") == 0 || strcmp(part, "hk") == 0 ||
            strcmp(part, "mo") == 0) {
            chosen = LANG_ZH_HANT;
            break;
        }
    }
    *ret = chosen;
    return true;
}

static struct slice trim(struct slice s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

// Cuts what stands before the first c off the front of *rest.
static struct slice cut(struct slice *rest, char c)
{
    const char *at = rest->n ? memchr(rest->p, c, rest->n) : NULL;
    struct slice head = {rest->p, at ? (size_t)(at - rest->p) : rest->n};
    size_t skip = at ? head.n + 1 : head.n;
    rest->p += skip;
    rest->n -= skip;
    return head;
}

// The weight of "q=0.8" in thousandths; 1000 when it is missing or unreadable.
static int weight(struct slice parameters)
{
    while (parameters.n) {
        struct slice one = trim(cut(&parameters, ';'));
        if (one.n < 3 || (one.p[0] != 'q' && one.p[0] != 'Q') || one.p[1] != '=')
            continue;
        if (one.p[2] != '0')
            return 1000;
        int value = 0, unit = 100;
        for (size_t i = 4; i < one.n && unit; i++, unit /= 10) {
            if (one.p[i] < '0' || one.p[i] > '9')
                break;
            value += (one.p[i] - '0') * unit;
        }
        return value;
    }
    return 1000;
}

enum lang lang_choose(struct slice query, struct slice accept_language)
{
    enum lang chosen = LANG_ZH_HANS;
    while (query.n) {
        struct slice pair = cut(&query, '&');
        struct slice name = cut(&pair, '=');
        if (slice_is(name, "lang") && lang_parse(pair, &chosen))
            return chosen;
    }
    int best = 0;
    while (accept_language.n) {
        struct slice rest = cut(&accept_language, ',');
        struct slice tag = trim(cut(&rest, ';'));
        enum lang here;
        int w = weight(rest);
        if (w > best && lang_parse(tag, &here)) {
            best = w;
            chosen = here;
        }
    }
    return chosen;
}

void message_fill(struct buf *out, const char *text, const struct message_value *values,
                  size_t count)
{
    while (*text) {
        const char *open = strchr(text, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        if (!close)
            break;
        buf_add(out, (struct slice){text, (size_t)(open - text)});
        struct slice name = {open + 1, (size_t)(close - open - 1)};
        size_t i = 0;
        while (i < count && !slice_is(name, values[i].name))
            i++;
        if (i < count)
            buf_add(out, values[i].text);
        else
            buf_add(out, (struct slice){open, (size_t)(close + 1 - open)});
        text = close + 1;
    }
    buf_text(out, text);
}
