// SPDX-License-Identifier: Apache-2.0
// Times as people and as programs read them, in the portal's clock.
#include <stdio.h>
#include <time.h>

#include "server/base/time.h"
#include "server/page/parts.h"

static struct tm local(const struct page_env *env, int64_t ms)
{
    int64_t minutes = env->utc_offset_minutes;
    time_t seconds = (time_t)((ms + minutes * 60000 - 999 * (ms < 0)) / 1000);
    struct tm tm = {0};
    gmtime_r(&seconds, &tm);
    return tm;
}

// The month's name from the catalogue's list of twelve.
static struct slice month_name(enum lang lang, int month)
{
    const char *p = message(lang, MSG_TIME_MONTHS);
    for (; month > 0; month--) {
        const char *space = strchr(p, ' ');
        if (!space)
            break;
        p = space + 1;
    }
    return (struct slice){p, strcspn(p, " ")};
}

void page_clock_text(struct buf *out, const struct page_env *env, int64_t ms, enum page_clock how)
{
    struct tm tm = local(env, ms);
    char clock[16], year[16], day[16];
    snprintf(clock, sizeof clock, "%02d:%02d", tm.tm_hour, tm.tm_min);
    if (how == CLOCK_TIME) {
        buf_text(out, clock);
        return;
    }
    if (how == CLOCK_META) {
        buf_printf(out, "%04d-%02d-%02d %s", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, clock);
        return;
    }
    snprintf(year, sizeof year, "%d", tm.tm_year + 1900);
    snprintf(day, sizeof day, "%d", tm.tm_mday);
    struct message_value values[] = {
        {"y", slice_of(year)},
        {"month", month_name(env->lang, tm.tm_mon)},
        {"d", slice_of(day)},
        {"clock", slice_of(clock)},
    };
    if (how == CLOCK_SHORT) {
        message_fill(out, message(env->lang, MSG_TIME_SHORT), values, 4);
        return;
    }
    struct buf date = {0};
    message_fill(&date, message(env->lang, MSG_TIME_DATE), values, 3);
    if (how == CLOCK_DATE) {
        buf_add(out, buf_slice(&date));
    } else {
        struct message_value parts[] = {{"date", buf_slice(&date)}, {"clock", slice_of(clock)}};
        message_fill(out, message(env->lang, MSG_TIME_FULL), parts, 2);
    }
    buf_finish(&date);
}

void page_time(struct buf *out, const struct page_env *env, int64_t ms, enum page_clock how)
{
    char utc[TIME_TEXT];
    time_write(ms, utc);
    buf_printf(out, "<time datetime=\"%s\">", utc);
    page_clock_text(out, env, ms, how);
    buf_text(out, "</time>");
}

static enum page_clock card_clock(const struct page_env *env, const struct interview *iv,
                                  int64_t ms)
{
    struct tm day = local(env, iv->starts_ms), then = local(env, ms);
    bool same = day.tm_year == then.tm_year && day.tm_yday == then.tm_yday;
    return same ? CLOCK_TIME : CLOCK_SHORT;
}

void page_card_time(struct buf *out, const struct page_env *env, const struct interview *iv,
                    int64_t ms)
{
    page_time(out, env, ms, card_clock(env, iv, ms));
}

void page_card_clock(struct buf *out, const struct page_env *env, const struct interview *iv,
                     int64_t ms)
{
    page_clock_text(out, env, ms, card_clock(env, iv, ms));
}
