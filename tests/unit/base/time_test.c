// SPDX-License-Identifier: Apache-2.0
// Written times, there and back.
#include <stdio.h>
#include <time.h>

#include "server/base/time.h"
#include "tests/kit/check.h"

static void writes(int64_t ms, const char *want)
{
    char text[TIME_TEXT];
    time_write(ms, text);
    CHECK_STR(text, want);
}

TEST(known_instants_are_written)
{
    writes(0, "1970-01-01T00:00:00.000Z");
    writes(-1, "1969-12-31T23:59:59.999Z");
    writes(951782400000, "2000-02-29T00:00:00.000Z");
    writes(4107542400000, "2100-03-01T00:00:00.000Z");
    writes(1795503845123, "2026-11-24T07:04:05.123Z");
    writes(-62167219200000, "0000-01-01T00:00:00.000Z");
    writes(253402300799999, "9999-12-31T23:59:59.999Z");
}

TEST(instants_outside_the_calendar_are_written_as_its_ends)
{
    writes(INT64_MIN, "0000-01-01T00:00:00.000Z");
    writes(INT64_MAX, "9999-12-31T23:59:59.999Z");
}

TEST(the_library_agrees_on_random_days_and_parsing_turns_back)
{
    uint64_t seed = 42;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t ms = -62167219200000 + (int64_t)((seed >> 11) % UINT64_C(315569520000000));
        char text[TIME_TEXT], want[64];
        time_write(ms, text);
        time_t s = (time_t)((ms - ((ms % 1000) + 1000) % 1000) / 1000);
        struct tm tm;
        gmtime_r(&s, &tm);
        snprintf(want, sizeof want, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                 (int)(((ms % 1000) + 1000) % 1000));
        CHECK_STR(text, want);
        int64_t back;
        CHECK(time_parse(slice_of(text), &back));
        CHECK_INT(back, ms);
    }
}

static void reads(const char *text, const char *want)
{
    int64_t ms;
    if (!time_parse(slice_of(text), &ms))
        check_fail(__FILE__, __LINE__, "refused: %s", text);
    writes(ms, want);
}

TEST(offsets_and_optional_parts_are_understood)
{
    reads("2026-11-24T15:00+08:00", "2026-11-24T07:00:00.000Z");
    reads("2026-11-24T15:00:01+08:00", "2026-11-24T07:00:01.000Z");
    reads("2026-11-24T15:00:01.5-03:30", "2026-11-24T18:30:01.500Z");
    reads("2026-11-24T15:00Z", "2026-11-24T15:00:00.000Z");
    reads("2026-11-24t15:00:00z", "2026-11-24T15:00:00.000Z");
    reads("2026-01-01T00:00:00.123456789+00:30", "2025-12-31T23:30:00.123Z");
    reads("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");
    reads("2024-12-31T23:59-00:01", "2025-01-01T00:00:00.000Z");
}

TEST(what_is_not_a_time_is_refused_and_the_result_untouched)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11-24",
        "2026-11-24T",
        "2026-11-24T07",
        "2026-11-24T07:00",
        "2026-11-24 07:00Z",
        "2026-11-24T07:00:00",
        "2026-11-24T07:00:00.Z",
        "2026-11-24T07:00:60Z",
        "2026-11-24T24:00Z",
        "2026-11-24T07:60Z",
        "2026-13-01T00:00Z",
        "2026-00-01T00:00Z",
        "2026-11-31T00:00Z",
        "2026-11-00T00:00Z",
        "2023-02-29T00:00Z",
        "1900-02-29T00:00Z",
        "2026-11-24T07:00Zx",
        "2026-11-24T07:00+8:00",
        "2026-11-24T07:00+0800",
        "2026-11-24T07:00+24:00",
        "2026-11-24T07:00+08:60",
        "+026-11-24T07:00Z",
        "-026-11-24T07:00Z",
        " 2026-11-24T07:00Z",
        "2026-11-24T07:00Z ",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00+00:01",
        "2026-11-24T07:00:00,5Z",
        "12026-11-24T07:00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms = 77;
        if (time_parse(slice_of(bad[i]), &ms))
            check_fail(__FILE__, __LINE__, "taken: %s", bad[i]);
        CHECK_INT(ms, 77);
    }
    int64_t ms = 77;
    CHECK(!time_parse((struct slice){0}, &ms));
}

TEST(a_time_ends_with_its_slice)
{
    const char *text = "2026-11-24T15:00:00.000Z";
    int64_t ms;
    for (size_t n = 0; n < 24; n++)
        CHECK(!time_parse((struct slice){text, n}, &ms));
    CHECK(time_parse((struct slice){text, 24}, &ms));
}

int main(void)
{
    return check_run();
}
