// SPDX-License-Identifier: Apache-2.0
// RFC 3339 in the proleptic Gregorian calendar, years 0000 to 9999, without locale or time zone
// of the machine. Leap seconds have no place in milliseconds since the epoch and are refused.
#include "server/base/time.h"

#include <stdio.h>

enum { DAY_S = 86400 };
static const int64_t first_ms = -62167219200000; // 0000-01-01T00:00:00.000Z
static const int64_t last_ms = 253402300799999;  // 9999-12-31T23:59:59.999Z
static const int64_t first_day_s = -62167219200; // 0000-01-01

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

// Days from 0000-01-01 to January the 1st of this year.
static int64_t year_start(int64_t year)
{
    int64_t before = year - 1; // the last whole year; year 0 was a leap year
    return year == 0 ? 0 : 366 + before * 365 + before / 4 - before / 100 + before / 400;
}

void time_write(int64_t ms, char ret[TIME_TEXT])
{
    if (ms < first_ms)
        ms = first_ms;
    if (ms > last_ms)
        ms = last_ms;
    int64_t since = ms - first_ms;
    int64_t day = since / (DAY_S * INT64_C(1000));
    int in_day = (int)(since % (DAY_S * INT64_C(1000)));
    int year = (int)(day / 366);
    while (year < 9999 && year_start(year + 1) <= day)
        year++;
    int rest = (int)(day - year_start(year));
    int month = 1;
    while (rest >= month_days(year, month))
        rest -= month_days(year, month++);
    // The casts tell the compiler that every field has its width.
    snprintf(ret, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)year % 10000,
             (unsigned)month % 100, (unsigned)(rest + 1) % 100, (unsigned)(in_day / 3600000) % 100,
             (unsigned)(in_day / 60000 % 60) % 100, (unsigned)(in_day / 1000 % 60) % 100,
             (unsigned)(in_day % 1000));
}

// What is left to read.
struct cursor {
    const char *p, *end;
};

// Exactly `digits` digits with a value within the bounds.
static bool number(struct cursor *c, int digits, int least, int most, int *ret)
{
    if (c->end - c->p < digits)
        return false;
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (c->p[i] < '0' || c->p[i] > '9')
            return false;
        value = value * 10 + (c->p[i] - '0');
    }
    if (value < least || value > most)
        return false;
    c->p += digits;
    *ret = value;
    return true;
}

static bool sign(struct cursor *c, char either, char or)
{
    if (c->p == c->end || (*c->p != either && *c->p != or))
        return false;
    c->p++;
    return true;
}

static bool fraction(struct cursor *c, int *ret_ms)
{
    int ms = 0, scale = 100;
    const char *start = c->p;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, scale /= 10)
        ms += (*c->p - '0') * scale;
    *ret_ms = ms;
    return c->p > start;
}

// "Z" or "+08:00"
static bool zone(struct cursor *c, int *ret_minutes)
{
    *ret_minutes = 0;
    if (sign(c, 'Z', 'z'))
        return true;
    bool east = c->p < c->end && *c->p == '+';
    int hours, minutes;
    if (!sign(c, '+', '-') || !number(c, 2, 0, 23, &hours) || !sign(c, ':', ':') ||
        !number(c, 2, 0, 59, &minutes))
        return false;
    *ret_minutes = (hours * 60 + minutes) * (east ? 1 : -1);
    return true;
}

bool time_parse(struct slice text, int64_t *ret_ms)
{
    if (!text.p)
        return false;
    struct cursor c = {text.p, text.p + text.n};
    int year, month, day, hour, minute, second = 0, ms = 0, offset;
    if (!number(&c, 4, 0, 9999, &year) || !sign(&c, '-', '-') || !number(&c, 2, 1, 12, &month) ||
        !sign(&c, '-', '-') || !number(&c, 2, 1, month_days(year, month), &day) ||
        !sign(&c, 'T', 't') || !number(&c, 2, 0, 23, &hour) || !sign(&c, ':', ':') ||
        !number(&c, 2, 0, 59, &minute))
        return false;
    if (sign(&c, ':', ':')) {
        if (!number(&c, 2, 0, 59, &second))
            return false;
        if (sign(&c, '.', '.') && !fraction(&c, &ms))
            return false;
    }
    if (!zone(&c, &offset) || c.p != c.end)
        return false;
    int64_t days = year_start(year) + day - 1;
    for (int m = 1; m < month; m++)
        days += month_days(year, m);
    int64_t seconds =
        first_day_s + days * DAY_S + hour * 3600 + (minute - offset) * INT64_C(60) + second;
    int64_t at = seconds * 1000 + ms;
    if (at < first_ms || at > last_ms)
        return false;
    *ret_ms = at;
    return true;
}
