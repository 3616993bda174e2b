// SPDX-License-Identifier: Apache-2.0
// The settings' file: "[section]", "key = value", "# comment", each on a line of its own. Strict:
// whatever is not understood is refused with its place, never skipped. Columns count characters.
#include <errno.h>
#include <stdlib.h>

#include "server/base/utf8.h"
#include "server/config_key.h"

enum { FILE_MOST = 64 * 1024 };

struct parser {
    struct config *config;
    const char *file;
    char *error;
    int line;
    struct slice text;    // the line
    struct slice section; // p == NULL: before the first
    int *first_line;      // of each key; 0 = not given yet
};

// Where p is in the line, in characters from 1. The line is valid UTF-8 up to p.
static int column_of(const struct parser *p, const char *at)
{
    int column = 1;
    for (const char *c = p->text.p; c < at; column++)
        c += utf8_step(c, (size_t)(at - c));
    return column;
}

static int wrong(const struct parser *p, const char *at, const char *what)
{
    snprintf(p->error, CONFIG_ERROR_LEN, "%.150s:%d:%d: %.300s", p->file, p->line, column_of(p, at),
             what);
    return -EINVAL;
}

static int check_bytes(const struct parser *p)
{
    for (size_t i = 0, step; i < p->text.n; i += step) {
        const char *at = p->text.p + i;
        step = utf8_step(at, p->text.n - i);
        if (step == 0)
            return wrong(p, at, "not valid UTF-8");
        bool is_end = *at == '\r' && i + 1 == p->text.n;
        if (((unsigned char)*at < ' ' && *at != '\t' && !is_end) || *at == 0x7f)
            return wrong(p, at, "a control character");
    }
    return 0;
}

static int parse_section(struct parser *p, struct slice line)
{
    char why[CONFIG_ERROR_LEN];
    if (line.p[line.n - 1] != ']')
        return wrong(p, line.p + line.n, "expected ] at the end of the section's name");
    struct slice name = config_trim((struct slice){line.p + 1, line.n - 2});
    if (!config_section_is(name)) {
        config_explain_section(name, why);
        return wrong(p, line.p, why);
    }
    p->section = name;
    return 0;
}

static int parse_setting(struct parser *p, struct slice line)
{
    char why[CONFIG_ERROR_LEN];
    const char *equals = memchr(line.p, '=', line.n);
    if (!equals)
        return wrong(p, line.p, "expected key = value, [section] or # comment");
    struct slice name = config_trim((struct slice){line.p, (size_t)(equals - line.p)});
    size_t before = (size_t)(equals - line.p) + 1;
    struct slice value = config_trim((struct slice){equals + 1, line.n - before});
    if (name.n == 0)
        return wrong(p, line.p, "expected a key before =");
    if (!p->section.p)
        return wrong(p, line.p, "expected a [section] before the first key");
    const struct config_key *key = config_key_find(p->section, name);
    if (!key) {
        config_explain_key(p->section, name, why);
        return wrong(p, line.p, why);
    }
    int *first = &p->first_line[key - config_keys];
    if (*first) {
        snprintf(why, sizeof why, "%s is already set in line %d", key->name, *first);
        return wrong(p, line.p, why);
    }
    *first = p->line;
    if (config_key_set(p->config, key, value, why) != 0)
        return wrong(p, value.p, why);
    return 0;
}

static int parse_line(struct parser *p)
{
    int failed = check_bytes(p);
    if (failed)
        return failed;
    struct slice line = config_trim(p->text);
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    return line.p[0] == '[' ? parse_section(p, line) : parse_setting(p, line);
}

static int parse(struct parser *p, struct slice rest)
{
    static const char mark[] = "\xEF\xBB\xBF"; // which some editors write at the start
    if (rest.n >= 3 && memcmp(rest.p, mark, 3) == 0)
        rest = (struct slice){rest.p + 3, rest.n - 3};
    while (rest.n) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.p) : rest.n;
        p->text = (struct slice){rest.p, n};
        p->line++;
        int failed = parse_line(p);
        if (failed)
            return failed;
        n += end ? 1 : 0;
        rest = (struct slice){rest.p + n, rest.n - n};
    }
    return 0;
}

// Reads at most size bytes. Returns how many, or a negative errno.
static long read_all(const char *file, char *bytes, size_t size)
{
    FILE *in = fopen(file, "re");
    if (!in)
        return -errno;
    errno = 0;
    size_t n = fread(bytes, 1, size, in);
    int failed = ferror(in) ? -(errno ? errno : EIO) : 0;
    fclose(in);
    return failed ? failed : (long)n;
}

int config_file_load(struct config *c, const char *file, char error[CONFIG_ERROR_LEN])
{
    char *bytes = calloc(1, FILE_MOST + 1);
    int *first_line = calloc(config_key_count, sizeof *first_line);
    struct parser p = {.config = c, .file = file, .error = error, .first_line = first_line};
    long n = bytes && first_line ? read_all(file, bytes, FILE_MOST + 1) : -ENOMEM;
    if (n > FILE_MOST)
        n = -EFBIG;
    int failed = n < 0 ? (int)n : 0;
    if (failed)
        snprintf(error, CONFIG_ERROR_LEN, "%.300s: %s", file, strerror(-failed));
    else
        failed = parse(&p, (struct slice){bytes, (size_t)n});
    free(first_line);
    free(bytes);
    return failed;
}
