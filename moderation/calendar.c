// SPDX-License-Identifier: Apache-2.0
// The calendar keeps only the days that differ from Monday to Friday, sorted, and the years for
// which that is the whole truth.
#include "moderation/calendar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEARS_MOST = 64, MARKS_MOST = 4096, RANGE_MOST = 31, YEAR_LEAST = 1970 };

struct mark {
    int day;
    bool works;
};

struct calendar {
    int years[YEARS_MOST];
    size_t year_count;
    struct mark *marks; // ascending by day
    size_t mark_count, mark_cap;
};

// ---- days and dates, proleptic Gregorian ----

// Years are counted from March, so that the leap day is the last of its year.
static int day_of(int year, int month, int date)
{
    int y = year - (month <= 2);
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int calendar_year(int day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    return (int)(y + era * 400 + (of_year >= 306)); // day 306 of a March year is 1 January
}

static bool is_weekend(int day)
{
    int weekday = ((day + 4) % 7 + 7) % 7; // 0 = Sunday; 1970-01-01 was a Thursday
    return weekday == 0 || weekday == 6;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int calendar_day(int64_t ms, int offset_minutes)
{
    return (int)floor_div(ms + (int64_t)offset_minutes * 60000, 86400000);
}

// ---- asking ----

bool calendar_knows(const struct calendar *c, int year)
{
    for (size_t i = 0; c && i < c->year_count; i++)
        if (c->years[i] == year)
            return true;
    return false;
}

int calendar_last_year(const struct calendar *c)
{
    int last = 0;
    for (size_t i = 0; c && i < c->year_count; i++)
        if (c->years[i] > last)
            last = c->years[i];
    return last;
}

// Where a mark for this day is, or would be.
static size_t place(const struct calendar *c, int day)
{
    size_t from = 0, to = c->mark_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (c->marks[middle].day < day)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

bool calendar_works(const struct calendar *c, int day)
{
    size_t at = c ? place(c, day) : 0;
    if (c && at < c->mark_count && c->marks[at].day == day)
        return c->marks[at].works;
    return !is_weekend(day);
}

int calendar_add(const struct calendar *c, int day, int count)
{
    if (count > CALENDAR_DAYS_MOST)
        count = CALENDAR_DAYS_MOST;
    while (count > 0)
        count -= calendar_works(c, ++day);
    return day;
}

int64_t calendar_deadline_ms(const struct calendar *c, int64_t now_ms, int count,
                             int offset_minutes)
{
    int last = calendar_add(c, calendar_day(now_ms, offset_minutes), count);
    return ((int64_t)last + 1) * 86400000 - (int64_t)offset_minutes * 60000 - 1000;
}

int calendar_count(const struct calendar *c, int from, int to)
{
    int count = 0;
    while (from < to && count < CALENDAR_DAYS_MOST)
        count += calendar_works(c, ++from);
    return count;
}

enum { SOON_DAYS = 1, LONG_DAYS = 5 };

enum lateness calendar_lateness(const struct calendar *c, int64_t due_ms, int64_t now_ms,
                                int offset_minutes)
{
    int due = calendar_day(due_ms, offset_minutes), today = calendar_day(now_ms, offset_minutes);
    if (now_ms <= due_ms)
        return calendar_count(c, today, due) <= SOON_DAYS ? DUE_SOON : IN_TIME;
    return calendar_count(c, due, today) > LONG_DAYS ? LONG_OVERDUE : OVERDUE;
}

const char *lateness_name(enum lateness lateness)
{
    static const char *const names[LATENESSES] = {NULL, "due_soon", "overdue", "long_overdue"};
    return lateness < LATENESSES ? names[lateness] : NULL;
}

// ---- reading ----

struct reading {
    const char *name;
    char *error;
    int line;
    const char *p, *end; // of the line
    struct calendar *calendar;
};

static int wrong(const struct reading *r, const char *why)
{
    snprintf(r->error, CALENDAR_ERROR, "%.150s:%d: %s", r->name, r->line, why);
    return -EINVAL;
}

// The next word of the line; 0 long at its end.
static size_t word(struct reading *r, const char **ret)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\r'))
        r->p++;
    *ret = r->p;
    while (r->p < r->end && *r->p != ' ' && *r->p != '\t' && *r->p != '\r')
        r->p++;
    return (size_t)(r->p - *ret);
}

// Exactly n digits; -1 when they are not.
static int digits(const char *p, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        value = value * 10 + (p[i] - '0');
    }
    return value;
}

static bool parse_date(const char *p, size_t n, int *ret_year, int *ret_day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (n != 10 || p[4] != '-' || p[7] != '-')
        return false;
    int year = digits(p, 4), month = digits(p + 5, 2), date = digits(p + 8, 2);
    if (year < YEAR_LEAST || month < 1 || month > 12 || date < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (date > lengths[month - 1] + (month == 2 && leap))
        return false;
    *ret_year = year;
    *ret_day = day_of(year, month, date);
    return true;
}

static int add_mark(struct reading *r, int day, bool works)
{
    struct calendar *c = r->calendar;
    size_t at = place(c, day);
    if (at < c->mark_count && c->marks[at].day == day)
        return wrong(r, "this day was given already");
    if (c->mark_count == MARKS_MOST)
        return wrong(r, "too many days");
    if (c->mark_count == c->mark_cap) {
        size_t cap = c->mark_cap ? 2 * c->mark_cap : 64;
        struct mark *grown = realloc(c->marks, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        c->marks = grown;
        c->mark_cap = cap;
    }
    memmove(c->marks + at + 1, c->marks + at, (c->mark_count - at) * sizeof *c->marks);
    c->marks[at] = (struct mark){day, works};
    c->mark_count++;
    return 0;
}

static int parse_year(struct reading *r)
{
    const char *text;
    size_t n = word(r, &text);
    int year = n == 4 ? digits(text, 4) : -1;
    if (year < YEAR_LEAST)
        return wrong(r, "expected a year, like 2026");
    if (calendar_knows(r->calendar, year))
        return wrong(r, "this year was given already");
    if (r->calendar->year_count == YEARS_MOST)
        return wrong(r, "too many years");
    r->calendar->years[r->calendar->year_count++] = year;
    return 0; // what follows is the source, for people
}

static int parse_day(struct reading *r, bool works, const char *text, size_t n, int *ret_day)
{
    int year;
    if (!parse_date(text, n, &year, ret_day))
        return wrong(r, "expected a date, like 2026-10-01");
    if (!calendar_knows(r->calendar, year))
        return wrong(r, "its year has no line of its own above");
    return works && !is_weekend(*ret_day) ? wrong(r, "only a Saturday or Sunday can become a "
                                                     "working day")
                                          : 0;
}

// "off FROM [TO] [NAME]": without a TO the next word is already the name.
static int parse_off(struct reading *r)
{
    const char *text;
    int from, to, failed;
    size_t n = word(r, &text);
    if ((failed = parse_day(r, false, text, n, &from)) != 0)
        return failed;
    to = from;
    n = word(r, &text);
    if (n && text[0] >= '0' && text[0] <= '9') {
        if ((failed = parse_day(r, false, text, n, &to)) != 0)
            return failed;
        if (to < from || to - from >= RANGE_MOST)
            return wrong(r, "a holiday is 1 to 31 days, the first one first");
    }
    for (int day = from; day <= to && !failed; day++)
        failed = add_mark(r, day, false);
    return failed;
}

static int parse_work(struct reading *r)
{
    const char *text;
    int day;
    size_t n = word(r, &text);
    int failed = parse_day(r, true, text, n, &day);
    return failed ? failed : add_mark(r, day, true);
}

static int parse_line(struct reading *r)
{
    const char *text;
    size_t n = word(r, &text);
    if (n == 0 || text[0] == '#')
        return 0;
    if (n == 4 && memcmp(text, "year", 4) == 0)
        return parse_year(r);
    if (n == 3 && memcmp(text, "off", 3) == 0)
        return parse_off(r);
    if (n == 4 && memcmp(text, "work", 4) == 0)
        return parse_work(r);
    return wrong(r, "expected year, off, work or # comment");
}

int calendar_parse(const char *name, const char *text, size_t len, struct calendar **ret,
                   char error[CALENDAR_ERROR])
{
    struct reading r = {.name = name, .error = error, .calendar = calloc(1, sizeof *r.calendar)};
    int failed = r.calendar ? 0 : -ENOMEM;
    const char *end = text + len;
    while (!failed && text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        r.line++;
        r.p = text;
        r.end = line_end ? line_end : end;
        text = line_end ? line_end + 1 : end;
        failed = memchr(r.p, '\0', (size_t)(r.end - r.p)) ? wrong(&r, "a control character")
                                                          : parse_line(&r);
    }
    if (failed)
        calendar_free(&r.calendar);
    else
        *ret = r.calendar;
    return failed;
}

void calendar_free(struct calendar **c)
{
    if (*c)
        free((*c)->marks);
    free(*c);
    *c = NULL;
}
