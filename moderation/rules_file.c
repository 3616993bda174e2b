// SPDX-License-Identifier: Apache-2.0
// Reading a rule set's file: "key = value" and "# comment", each on a line of its own. Strict:
// what is not understood is refused with its line, never skipped.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "moderation/rules.h"

enum { NUMBER, SWITCH, DUTIES, OVERRIDES };

static const struct key {
    const char *name;
    int kind;
    size_t offset;
    int least, most;
} keys[] = {
    {"notice_days", NUMBER, offsetof(struct rules, notice_days), 0, 365},
    {"minutes_min", NUMBER, offsetof(struct rules, minutes_min), 0, 1440},
    {"minutes_max", NUMBER, offsetof(struct rules, minutes_max), 0, 1440},
    {"min_topics", NUMBER, offsetof(struct rules, min_topics), 0, 16},
    {"lobby_minutes", NUMBER, offsetof(struct rules, lobby_minutes), 0, 1440},
    {"answer_working_days", NUMBER, offsetof(struct rules, answer_working_days), 0, 365},
    {"extension_working_days", NUMBER, offsetof(struct rules, extension_working_days), 0, 365},
    {"must_attend", DUTIES, 0, 0, 0},
    {"two_persons", SWITCH, offsetof(struct rules, two_persons), 0, 0},
    {"may_lapse", SWITCH, offsetof(struct rules, may_lapse), 0, 0},
    {"sign_off", SWITCH, offsetof(struct rules, sign_off), 0, 0},
    {"overridable", OVERRIDES, 0, 0, 0},
};
enum { KEYS = sizeof keys / sizeof *keys };

struct text {
    const char *p;
    size_t n;
};

struct reading {
    const char *file;
    char *error;
    int line;
    bool (*is_duty)(const char *word, size_t len);
    struct rules rules;
    bool given[KEYS];
};

static int wrong(const struct reading *r, const char *why)
{
    snprintf(r->error, RULES_ERROR, "%.140s:%d: %.100s", r->file, r->line, why);
    return -EINVAL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trim(struct text t)
{
    while (t.n && is_space(t.p[0]))
        t = (struct text){t.p + 1, t.n - 1};
    while (t.n && is_space(t.p[t.n - 1]))
        t.n--;
    return t;
}

static bool text_is(struct text t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.p, word, t.n) == 0;
}

static struct text next_word(struct text *rest)
{
    *rest = trim(*rest);
    size_t n = 0;
    while (n < rest->n && !is_space(rest->p[n]))
        n++;
    struct text word = {rest->p, n};
    *rest = (struct text){rest->p + n, rest->n - n};
    return word;
}

static int read_number(struct reading *r, const struct key *key, struct text value)
{
    int number = 0;
    char why[96];
    bool ok = value.n > 0 && value.n <= 6;
    for (size_t i = 0; ok && i < value.n; i++) {
        ok = value.p[i] >= '0' && value.p[i] <= '9';
        number = number * 10 + (value.p[i] - '0');
    }
    if (!ok || number < key->least || number > key->most) {
        snprintf(why, sizeof why, "%s is a whole number from %d to %d", key->name, key->least,
                 key->most);
        return wrong(r, why);
    }
    memcpy((char *)&r->rules + key->offset, &number, sizeof number);
    return 0;
}

static int read_switch(struct reading *r, const struct key *key, struct text value)
{
    bool on = text_is(value, "yes");
    if (!on && !text_is(value, "no"))
        return wrong(r, "expected yes or no");
    memcpy((char *)&r->rules + key->offset, &on, sizeof on);
    return 0;
}

static int read_duties(struct reading *r, struct text value)
{
    struct rules *rules = &r->rules;
    for (struct text word = next_word(&value); word.n; word = next_word(&value)) {
        if (word.n >= RULES_DUTY || !r->is_duty(word.p, word.n))
            return wrong(r, "must_attend names duties, like: compere moderator");
        for (size_t i = 0; i < rules->must_attend_count; i++)
            if (text_is(word, rules->must_attend[i]))
                return wrong(r, "a duty is named twice");
        if (rules->must_attend_count == RULES_DUTIES)
            return wrong(r, "too many duties");
        char *kept = rules->must_attend[rules->must_attend_count++];
        memcpy(kept, word.p, word.n);
        kept[word.n] = '\0';
    }
    return 0;
}

// A missing reason or field is given in less time than it takes to say why not.
static int read_overrides(struct reading *r, struct text value)
{
    for (struct text word = next_word(&value); word.n; word = next_word(&value)) {
        int guard = 0;
        while (guard < GUARDS && !text_is(word, rules_guard_name((enum rules_guard)guard)))
            guard++;
        if (guard == GUARDS || guard == GUARD_FEED)
            return wrong(r, "overridable names guards, like: notice_days min_topics");
        if (guard == GUARD_FIELDS || guard == GUARD_REASON)
            return wrong(r, "fields and reason cannot be passed by");
        r->rules.overridable |= 1u << guard;
    }
    return 0;
}

static int read_value(struct reading *r, const struct key *key, struct text value)
{
    switch (key->kind) {
    case NUMBER:
        return read_number(r, key, value);
    case SWITCH:
        return read_switch(r, key, value);
    case DUTIES:
        return read_duties(r, value);
    default:
        return read_overrides(r, value);
    }
}

static int read_line(struct reading *r, struct text line)
{
    line = trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    const char *equals = memchr(line.p, '=', line.n);
    if (!equals)
        return wrong(r, "expected key = value or # comment");
    size_t before = (size_t)(equals - line.p);
    struct text name = trim((struct text){line.p, before});
    struct text value = trim((struct text){equals + 1, line.n - before - 1});
    for (size_t i = 0; i < KEYS; i++) {
        if (!text_is(name, keys[i].name))
            continue;
        if (r->given[i])
            return wrong(r, "this key was given already");
        r->given[i] = true;
        return read_value(r, &keys[i], value);
    }
    return wrong(r, "no rule has this name");
}

// The file's name is the rule set's: small letters, digits, "-" and "_".
static int read_name(struct reading *r)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_", suffix[] = ".conf";
    const char *slash = strrchr(r->file, '/');
    const char *name = slash ? slash + 1 : r->file;
    size_t n = strlen(name), end = sizeof suffix - 1;
    bool ok = n > end && memcmp(name + n - end, suffix, end) == 0;
    n = ok ? n - end : 0;
    ok = ok && n < RULES_NAME && strspn(name, allowed) == n;
    if (ok && n == 4 && memcmp(name, "none", 4) == 0) {
        snprintf(r->error, RULES_ERROR, "%.150s: none is built in", r->file);
        return -EINVAL;
    }
    if (!ok) {
        snprintf(r->error, RULES_ERROR, "%.150s: a rule set's file is called like city-1.conf",
                 r->file);
        return -EINVAL;
    }
    memcpy(r->rules.name, name, n);
    return 0;
}

int rules_parse(const char *file, const char *text, size_t len,
                bool (*is_duty)(const char *word, size_t len), struct rules *ret,
                char error[RULES_ERROR])
{
    struct reading r = {.file = file, .error = error, .is_duty = is_duty};
    int failed = read_name(&r);
    const char *end = text + len;
    while (!failed && text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        const char *stop = line_end ? line_end : end;
        r.line++;
        failed = read_line(&r, (struct text){text, (size_t)(stop - text)});
        text = line_end ? line_end + 1 : end;
    }
    if (!failed && r.rules.minutes_max && r.rules.minutes_max < r.rules.minutes_min)
        failed = wrong(&r, "minutes_max is less than minutes_min");
    if (!failed)
        *ret = r.rules;
    return failed;
}
