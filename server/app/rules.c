// SPDX-License-Identifier: Apache-2.0
#include "server/app/rules.h"

#include <stdio.h>
#include <string.h>

#include "server/base/log.h"

static const struct rules *find(const struct app *a, struct slice name)
{
    if (slice_is(name, rules_none()->name))
        return rules_none();
    for (size_t i = 0; i < a->config.rule_set_count; i++)
        if (slice_is(name, a->config.rule_sets[i].name))
            return &a->config.rule_sets[i];
    return NULL;
}

bool rules_known(const struct app *a, struct slice name)
{
    return find(a, name) != NULL;
}

const struct rules *rules_of(const struct app *a, const struct interview *iv)
{
    return iv->rule_set ? find(a, slice_of(iv->rule_set)) : rules_none();
}

bool interview_two_persons(const struct app *a, const struct interview *iv)
{
    const struct rules *r = rules_of(a, iv);
    return !r || r->two_persons;
}

bool interview_may_lapse(const struct app *a, const struct interview *iv)
{
    const struct rules *r = rules_of(a, iv);
    return r && r->may_lapse;
}

int64_t rules_later_ms(const struct app *a, int64_t due_ms, int working_days)
{
    int offset = a->config.utc_offset_minutes;
    int64_t due = calendar_deadline_ms(a->config.calendar, due_ms, working_days, offset);
    int year = calendar_year(calendar_day(due, offset));
    if (!calendar_knows(a->config.calendar, year)) {
        char text[16];
        snprintf(text, sizeof text, "%d", year);
        log_line(LOG_WARN, "a deadline is counted without the holidays of its year", "year", text,
                 NULL);
    }
    return due;
}

int64_t rules_due_ms(const struct app *a, const struct interview *iv, int64_t now_ms)
{
    const struct rules *r = rules_of(a, iv);
    return r && r->answer_working_days ? rules_later_ms(a, now_ms, r->answer_working_days) : 0;
}

int rules_days_between(const struct app *a, int64_t from_ms, int64_t to_ms)
{
    int offset = a->config.utc_offset_minutes;
    return calendar_count(a->config.calendar, calendar_day(from_ms, offset),
                          calendar_day(to_ms, offset));
}

int rules_extension_days(const struct app *a, const struct interview *iv)
{
    const struct rules *r = rules_of(a, iv);
    if (!r)
        return 0;
    return r->extension_working_days ? r->extension_working_days : -1;
}
