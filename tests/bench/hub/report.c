// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/report.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tests/bench/hub/process.h"

enum {
    MOST_SAMPLES = 1 << 14,
    MOST_ROUNDS = 64,
    MOST_ROWS = 12,
    MOST_COLUMNS = 24,
    MOST_SKIPS = 16,
    CELL = 80,
};

struct sample {
    struct report_place place;
    const char *metric;
    double value;
};

static struct sample samples[MOST_SAMPLES];
static size_t count;
static struct {
    const char *server;
    char why[200];
} skips[MOST_SKIPS];
static size_t skip_count;

void report_add(const struct report_place *place, const char *metric, double value)
{
    if (count == MOST_SAMPLES)
        give_up("too much was measured");
    samples[count++] = (struct sample){*place, metric, value};
}

void report_skip(const char *server, const char *why)
{
    for (size_t i = 0; i < skip_count; i++)
        if (strcmp(skips[i].server, server) == 0)
            return;
    if (skip_count == MOST_SKIPS)
        return;
    skips[skip_count].server = server;
    snprintf(skips[skip_count++].why, sizeof skips[0].why, "%s", why);
    printf("%s is left out: %s\n", server, why);
}

// ---- looking ----

static bool is_same_table(const struct report_place *a, const struct report_place *b)
{
    return strcmp(a->section, b->section) == 0 && a->viewers == b->viewers && a->bytes == b->bytes;
}

static bool is_first(size_t at, bool (*same)(const struct sample *a, const struct sample *b))
{
    for (size_t i = 0; i < at; i++)
        if (same(&samples[i], &samples[at]))
            return false;
    return true;
}

static bool same_table(const struct sample *a, const struct sample *b)
{
    return is_same_table(&a->place, &b->place);
}

static bool same_row(const struct sample *a, const struct sample *b)
{
    return same_table(a, b) && strcmp(a->place.server, b->place.server) == 0;
}

static bool same_column(const struct sample *a, const struct sample *b)
{
    return same_table(a, b) && strcmp(a->metric, b->metric) == 0;
}

static bool has_row(const struct report_place *place, const char *server)
{
    for (size_t i = 0; i < count; i++)
        if (is_same_table(&samples[i].place, place) && strcmp(samples[i].place.server, server) == 0)
            return true;
    return false;
}

static const double *find(const struct report_place *place, const char *server, int round,
                          const char *metric)
{
    for (size_t i = 0; i < count; i++)
        if (is_same_table(&samples[i].place, place) && samples[i].place.round == round &&
            strcmp(samples[i].place.server, server) == 0 && strcmp(samples[i].metric, metric) == 0)
            return &samples[i].value;
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

// ---- printing ----

static void write_number(char ret[24], double x)
{
    int digits = x >= 100 || x == (double)(long long)x ? 0 : x >= 10 ? 1 : 2;
    snprintf(ret, 24, "%.*f", digits, x);
}

// Median (least–most) of the values, in ret; sorts them.
static void write_spread(char ret[CELL], double *values, size_t n)
{
    char middle[24], least[24], most[24];
    if (n == 0) {
        snprintf(ret, CELL, "-");
        return;
    }
    qsort(values, n, sizeof *values, by_size);
    write_number(middle, n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2);
    write_number(least, values[0]);
    write_number(most, values[n - 1]);
    if (n == 1)
        snprintf(ret, CELL, "%s", middle);
    else
        snprintf(ret, CELL, "%s (%s-%s)", middle, least, most);
}

// The metric of one server by that of another in the same round; of one alone when the other is
// NULL.
static void write_cell(char ret[CELL], const struct report_place *place, const char *metric,
                       const char *server, const char *by)
{
    double values[MOST_ROUNDS];
    size_t n = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const double *mine = find(place, server, round, metric);
        const double *other = by ? find(place, by, round, metric) : NULL;
        if (mine && (!by || (other && *other > 0)))
            values[n++] = by ? *mine / *other : *mine;
    }
    write_spread(ret, values, n);
}

// A table as text, row by row; the first row is the head.
struct grid {
    char cells[MOST_ROWS][MOST_COLUMNS][CELL];
    size_t rows, columns;
};

static void print_grid(const struct grid *g)
{
    for (size_t row = 0; row < g->rows; row++) {
        for (size_t column = 0; column < g->columns; column++) {
            size_t width = 0;
            for (size_t i = 0; i < g->rows; i++) {
                size_t n = strlen(g->cells[i][column]);
                width = n > width ? n : width;
            }
            printf(column ? "  %*s" : "%-*s", (int)width, g->cells[row][column]);
        }
        putchar('\n');
    }
}

// The column of a metric, and behind one that is compared its ratios.
static void fill_column(struct grid *g, const struct report_place *place, const char *metric,
                        const char *const *servers, bool is_compared)
{
    const char *heads[] = {metric, "x bare", "ours x this"};
    for (size_t i = 0; i < (is_compared ? 3 : 1) && g->columns < MOST_COLUMNS; i++) {
        snprintf(g->cells[0][g->columns], CELL, "%s", heads[i]);
        for (size_t row = 1; row < g->rows; row++) {
            const char *of = i == 2 ? REPORT_OURS : servers[row];
            const char *by = i == 0 ? NULL : i == 1 ? REPORT_BARE : servers[row];
            write_cell(g->cells[row][g->columns], place, metric, of, by);
        }
        g->columns++;
    }
}

static void print_table(const struct report_place *place)
{
    static struct grid g;
    const char *servers[MOST_ROWS];
    memset(&g, 0, sizeof g);
    g.rows = g.columns = 1;
    for (size_t i = 0; i < count && g.rows < MOST_ROWS; i++)
        if (is_same_table(&samples[i].place, place) && is_first(i, same_row)) {
            servers[g.rows] = samples[i].place.server;
            snprintf(g.cells[g.rows++][0], CELL, "%s", samples[i].place.server);
        }
    for (size_t i = 0; i < count; i++)
        if (is_same_table(&samples[i].place, place) && is_first(i, same_column))
            fill_column(&g, place, samples[i].metric, servers,
                        strcmp(samples[i].metric, REPORT_CPU) == 0 && has_row(place, REPORT_BARE));
    printf("\n%s: %u viewers", place->section, place->viewers);
    if (place->bytes)
        printf(", messages of %u bytes", place->bytes);
    putchar('\n');
    print_grid(&g);
}

void report_print(void)
{
    for (size_t i = 0; i < count; i++)
        if (is_first(i, same_table))
            print_table(&samples[i].place);
    fflush(stdout);
}

void report_json(const char *path)
{
    FILE *f = fopen(path, "we");
    if (!f)
        give_up("cannot write %s", path);
    struct utsname machine;
    uname(&machine);
    fprintf(f, "{\"kernel\":\"%s\",\"cpus\":%ld,\"skipped\":{", machine.release,
            sysconf(_SC_NPROCESSORS_ONLN));
    for (size_t i = 0; i < skip_count; i++)
        fprintf(f, "%s\"%s\":\"%s\"", i ? "," : "", skips[i].server, skips[i].why);
    fprintf(f, "},\"samples\":[\n");
    for (size_t i = 0; i < count; i++) {
        const struct sample *s = &samples[i];
        fprintf(f,
                "%s{\"section\":\"%s\",\"server\":\"%s\",\"viewers\":%u,\"bytes\":%u,"
                "\"round\":%d,\"metric\":\"%s\",\"value\":%.6g}",
                i ? ",\n" : "", s->place.section, s->place.server, s->place.viewers, s->place.bytes,
                s->place.round, s->metric, s->value);
    }
    fprintf(f, "\n]}\n");
    if (fclose(f) != 0)
        give_up("cannot write %s", path);
}
