// SPDX-License-Identifier: Apache-2.0
// Working days: which days offices are open, and deadlines counted in such days.
//
// A day is a number: days since 1970-01-01, of the portal's own clock. Where the calendar says
// nothing (no calendar, or a year it does not know) Monday to Friday are working days.
#ifndef MODERATION_CALENDAR_H
#define MODERATION_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALENDAR_ERROR = 256, CALENDAR_DAYS_MOST = 1000000 };

struct calendar;

// Reads the text of a calendar file (its format: data/calendar.conf). name is what an error begins
// with. 0, or -EINVAL with "NAME:LINE: reason" in error; NUL-terminated text is not needed.
int calendar_parse(const char *name, const char *text, size_t len, struct calendar **ret,
                   char error[CALENDAR_ERROR]);
void calendar_free(struct calendar **c); // takes NULL

// c may be NULL everywhere below.
bool calendar_knows(const struct calendar *c, int year);
int calendar_last_year(const struct calendar *c); // the latest it knows; 0 = none
bool calendar_works(const struct calendar *c, int day);

// The day that is `count` working days after this one, which is not counted itself; count is cut to
// 0 … CALENDAR_DAYS_MOST. With 0: the day itself, working or not.
int calendar_add(const struct calendar *c, int day, int count);

// The instant at which a deadline of so many working days, set at now_ms, is over: the last second
// of its last day. offset_minutes: of the portal's clock, east of UTC.
int64_t calendar_deadline_ms(const struct calendar *c, int64_t now_ms, int count,
                             int offset_minutes);

// Working days after the day `from` up to `to`, which is counted itself; 0 when it is no later.
int calendar_count(const struct calendar *c, int from, int to);

// How late is something that is due then? Derived each time it is asked, for a calendar may change.
// Due soon: today or the next working day; long overdue: more than five working days ago.
enum lateness { IN_TIME, DUE_SOON, OVERDUE, LONG_OVERDUE, LATENESSES };
enum lateness calendar_lateness(const struct calendar *c, int64_t due_ms, int64_t now_ms,
                                int offset_minutes);
const char *lateness_name(enum lateness lateness); // "due_soon"; NULL while in time

int calendar_day(int64_t ms, int offset_minutes); // the day of an instant
int calendar_year(int day);

#endif
