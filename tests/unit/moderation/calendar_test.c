// SPDX-License-Identifier: Apache-2.0
// Working days: the shipped calendar against the notices it is taken from, deadlines, and files
// that are no calendars.
#include "moderation/calendar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/kit/check.h"

enum { CHINA = 480 };

static char error[CALENDAR_ERROR];

static struct calendar *parsed(const char *text)
{
    struct calendar *c = NULL;
    if (calendar_parse("c", text, strlen(text), &c, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
    return c;
}

static void refused(const char *text, const char *want)
{
    struct calendar *c = NULL;
    CHECK_INT(calendar_parse("dir/c.conf", text, strlen(text), &c, error), -EINVAL);
    CHECK(!c);
    CHECK_STR(error, want);
}

// The C library's own arithmetic, to check ours by.
static int day(int year, int month, int date)
{
    struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = date};
    return (int)(timegm(&t) / 86400);
}

static struct calendar *shipped(void)
{
    static char text[32 * 1024];
    FILE *in = fopen(FANGTAN_SOURCE "/moderation/data/calendar.conf", "re");
    CHECK(in);
    size_t n = fread(text, 1, sizeof text, in);
    CHECK(n > 0 && n < sizeof text && fclose(in) == 0);
    struct calendar *c = NULL;
    if (calendar_parse("calendar.conf", text, n, &c, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
    return c;
}

static int working_days(const struct calendar *c, int from, int to)
{
    int count = 0;
    for (int d = from; d <= to; d++)
        count += calendar_works(c, d);
    return count;
}

TEST(the_shipped_calendar_is_that_of_the_notices)
{
    struct calendar *c = shipped();
    CHECK(calendar_knows(c, 2025) && calendar_knows(c, 2026));
    CHECK(!calendar_knows(c, 2024) && !calendar_knows(c, 2028));
    CHECK(calendar_last_year(c) >= 2026);
    static const int off[][3] = {{2025, 1, 1},  {2025, 1, 28}, {2025, 2, 4},  {2025, 4, 4},
                                 {2025, 5, 5},  {2025, 6, 2},  {2025, 10, 8}, {2026, 1, 2},
                                 {2026, 2, 16}, {2026, 2, 23}, {2026, 4, 6},  {2026, 5, 5},
                                 {2026, 6, 19}, {2026, 9, 25}, {2026, 10, 7}, {2026, 1, 3}};
    static const int work[][3] = {{2025, 1, 26},  {2025, 2, 8},  {2025, 4, 27},  {2025, 9, 28},
                                  {2025, 10, 11}, {2026, 1, 4},  {2026, 2, 14},  {2026, 2, 28},
                                  {2026, 5, 9},   {2026, 9, 20}, {2026, 10, 10}, {2025, 10, 9}};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        CHECK(!calendar_works(c, day(off[i][0], off[i][1], off[i][2])));
    for (size_t i = 0; i < sizeof work / sizeof *work; i++)
        CHECK(calendar_works(c, day(work[i][0], work[i][1], work[i][2])));
    // 261 weekdays, less the 18 and 19 that are holidays, and the make-up days
    CHECK_INT(working_days(c, day(2025, 1, 1), day(2025, 12, 31)), 261 - 18 + 5);
    CHECK_INT(working_days(c, day(2026, 1, 1), day(2026, 12, 31)), 261 - 19 + 6);
    calendar_free(&c);
    CHECK(!c);
}

TEST(without_a_calendar_it_is_monday_to_friday)
{
    CHECK(!calendar_knows(NULL, 2026));
    CHECK_INT(calendar_last_year(NULL), 0);
    CHECK(calendar_works(NULL, day(2026, 10, 1)));  // a Thursday
    CHECK(!calendar_works(NULL, day(2026, 10, 3))); // a Saturday
    CHECK(!calendar_works(NULL, day(1969, 12, 28)));
    CHECK(calendar_works(NULL, day(1969, 12, 29)));
    struct calendar *c = parsed("year 2026\noff 2026-10-01\n");
    CHECK(calendar_works(c, day(2027, 10, 1))); // a year that it does not know
    calendar_free(&c);
}

TEST(deadlines_pass_over_holidays_and_stop_at_make_up_days)
{
    struct calendar *c = shipped();
    // Wednesday 30 September 2026; 1 to 7 October are off, 8 and 9 work, so does Saturday the 10th
    int from = day(2026, 9, 30);
    CHECK_INT(calendar_add(c, from, 0), from);
    CHECK_INT(calendar_add(c, from, 1), day(2026, 10, 8));
    CHECK_INT(calendar_add(c, from, 3), day(2026, 10, 10));
    CHECK_INT(calendar_add(c, from, 5), day(2026, 10, 13));
    CHECK_INT(calendar_add(c, day(2026, 10, 3), 1), day(2026, 10, 8)); // set on a holiday
    CHECK_INT(calendar_add(c, from, -4), from);
    CHECK_INT(calendar_add(c, day(2026, 2, 13), 5), day(2026, 2, 27)); // spring festival
    CHECK_INT(calendar_add(c, day(2026, 2, 13), 6), day(2026, 2, 28));
    calendar_free(&c);
}

TEST(a_deadline_ends_with_its_day_on_the_portals_clock)
{
    // 2026-11-24 00:30 in China is the evening before in UTC
    int64_t now = (int64_t)day(2026, 11, 23) * 86400000 + (16 * 60 + 30) * 60000;
    CHECK_INT(calendar_day(now, CHINA), day(2026, 11, 24));
    CHECK_INT(calendar_day(now, 0), day(2026, 11, 23));
    int64_t end = (int64_t)day(2026, 11, 25) * 86400000 + (15 * 3600 + 59 * 60 + 59) * 1000;
    CHECK_INT(calendar_deadline_ms(NULL, now, 1, CHINA), end);
    CHECK_INT(calendar_deadline_ms(NULL, now, 0, CHINA), end - 86400000);
    CHECK_INT(calendar_day(end, CHINA), day(2026, 11, 25));
    CHECK_INT(calendar_day(end + 1000, CHINA), day(2026, 11, 26));
    CHECK_INT(calendar_day(-1, 0), -1); // before the epoch days go down too
    CHECK_INT(calendar_day(0, -1), -1);
}

static int64_t noon(int of_day)
{
    return (int64_t)of_day * 86400000 + 4 * 3600000; // 12:00 in China
}

TEST(working_days_are_counted_between_days)
{
    struct calendar *c = shipped();
    int from = day(2026, 9, 30);
    CHECK_INT(calendar_count(c, from, from), 0);
    CHECK_INT(calendar_count(c, from, from - 3), 0);
    CHECK_INT(calendar_count(c, from, day(2026, 10, 7)), 0); // the holiday
    CHECK_INT(calendar_count(c, from, day(2026, 10, 8)), 1);
    CHECK_INT(calendar_count(c, from, day(2026, 10, 13)), 5);
    CHECK_INT(calendar_count(NULL, day(2026, 11, 20), day(2026, 11, 23)), 1); // Friday to Monday
    for (int count = 1; count < 300; count++)
        CHECK_INT(calendar_count(c, from, calendar_add(c, from, count)), count);
    calendar_free(&c);
}

TEST(how_late_it_is_follows_the_calendar)
{
    static const struct {
        int year, month, date;
        enum lateness want;
    } days[] = {
        {2026, 9, 28, IN_TIME},  {2026, 9, 29, IN_TIME},
        {2026, 9, 30, DUE_SOON}, {2026, 10, 4, DUE_SOON}, // a holiday: one working day is left
        {2026, 10, 8, DUE_SOON}, {2026, 10, 9, OVERDUE},
        {2026, 10, 14, OVERDUE}, {2026, 10, 15, LONG_OVERDUE},
    };
    struct calendar *c = shipped();
    int64_t due = calendar_deadline_ms(c, noon(day(2026, 10, 8)), 0, CHINA);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        int64_t now = noon(day(days[i].year, days[i].month, days[i].date));
        CHECK_INT(calendar_lateness(c, due, now, CHINA), days[i].want);
    }
    CHECK_INT(calendar_lateness(c, due, due, CHINA), DUE_SOON); // its last second
    CHECK_INT(calendar_lateness(c, due, due + 1000, CHINA), OVERDUE);
    CHECK(!lateness_name(IN_TIME) && !lateness_name(LATENESSES));
    CHECK_STR(lateness_name(DUE_SOON), "due_soon");
    CHECK_STR(lateness_name(LONG_OVERDUE), "long_overdue");
    calendar_free(&c);
}

TEST(years_of_days)
{
    for (int d = day(1999, 1, 1); d <= day(2102, 12, 31); d++) {
        time_t t = (time_t)d * 86400;
        struct tm tm;
        gmtime_r(&t, &tm);
        CHECK_INT(calendar_year(d), tm.tm_year + 1900);
    }
    CHECK_INT(calendar_year(day(1904, 2, 29)), 1904);
    CHECK_INT(calendar_year(-719468 - 1), 0); // the last of February of the year 0
}

TEST(property_so_many_working_days_lie_behind_a_deadline)
{
    struct calendar *c = shipped();
    unsigned long long seed = 20261124;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int from = day(2024, 6, 1) + (int)(seed >> 33) % 1200;
        int count = (int)(seed >> 50) % 40;
        int end = calendar_add(c, from, count);
        CHECK_INT(working_days(c, from + 1, end), count);
        CHECK(count == 0 || calendar_works(c, end));
        CHECK(calendar_add(c, from, count + 1) > end);
    }
    calendar_free(&c);
}

TEST(a_file_may_be_written_in_many_ways)
{
    struct calendar *c = parsed("# a comment\r\n\n  year 2026 notice 7, of 2025\r\n"
                                "\toff\t2026-10-01  2026-10-03 National day\n"
                                "off 2026-09-25 Mid-autumn\noff 2026-12-31 2026-12-31\n"
                                "work 2026-10-04 instead\nyear 2028\noff 2028-02-29");
    CHECK(calendar_knows(c, 2026) && !calendar_knows(c, 2027) && calendar_knows(c, 2028));
    CHECK(!calendar_works(c, day(2026, 10, 1)) && !calendar_works(c, day(2026, 10, 2)));
    CHECK(!calendar_works(c, day(2026, 9, 25)) && calendar_works(c, day(2026, 9, 24)));
    CHECK(!calendar_works(c, day(2026, 12, 31)));
    CHECK(calendar_works(c, day(2026, 10, 4)) && !calendar_works(c, day(2028, 2, 29)));
    CHECK_INT(calendar_last_year(c), 2028);
    calendar_free(&c);
    c = parsed("");
    CHECK_INT(calendar_last_year(c), 0);
    calendar_free(&c);
}

TEST(what_is_not_understood_is_refused_with_its_line)
{
    refused("\n\nholiday 2026-10-01\n", "dir/c.conf:3: expected year, off, work or # comment");
    refused("year 26", "dir/c.conf:1: expected a year, like 2026");
    refused("year 20260", "dir/c.conf:1: expected a year, like 2026");
    refused("year", "dir/c.conf:1: expected a year, like 2026");
    refused("year 2026\nyear 2026", "dir/c.conf:2: this year was given already");
    refused("off 2026-10-01", "dir/c.conf:1: its year has no line of its own above");
    refused("year 2026\noff 2026-13-01", "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff 2026-02-29", "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff 2026-2-9", "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff 2026-10-00", "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff", "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff 2026-10-01 2026-10-0x",
            "dir/c.conf:2: expected a date, like 2026-10-01");
    refused("year 2026\noff 2026-12-30 2027-01-02",
            "dir/c.conf:2: its year has no line of its own above");
    refused("year 2026\noff 2026-10-07 2026-10-01",
            "dir/c.conf:2: a holiday is 1 to 31 days, the first one first");
    refused("year 2026\noff 2026-10-01 2026-11-01",
            "dir/c.conf:2: a holiday is 1 to 31 days, the first one first");
    refused("year 2026\noff 2026-10-01\noff 2026-10-01",
            "dir/c.conf:3: this day was given already");
    refused("year 2026\noff 2026-10-03\nwork 2026-10-03",
            "dir/c.conf:3: this day was given already");
    refused("year 2026\nwork 2026-10-09",
            "dir/c.conf:2: only a Saturday or Sunday can become a working day");
    struct calendar *c = NULL;
    CHECK_INT(calendar_parse("c", "year 2026\0off", 13, &c, error), -EINVAL);
    CHECK_STR(error, "c:1: a control character");
}

TEST(hostile_bytes_are_refused_or_read_never_worse)
{
    static const char words[] = "year 2026\noff work -10-01 2026-10-03# \r\t\xff";
    unsigned long long seed = 7;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        for (size_t n = 0; n < sizeof text; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[n] = words[(size_t)(seed >> 33) % sizeof words];
        }
        memcpy(text, "year 2026\n", 10);
        char *exact = malloc(sizeof text); // so that a sanitizer sees a byte too much
        CHECK(exact);
        memcpy(exact, text, sizeof text);
        struct calendar *c = NULL;
        int r = calendar_parse("c", exact, sizeof text, &c, error);
        CHECK(r == 0 ? c != NULL : r == -EINVAL && !c && strncmp(error, "c:", 2) == 0);
        calendar_free(&c);
        free(exact);
    }
}

int main(void)
{
    return check_run();
}
