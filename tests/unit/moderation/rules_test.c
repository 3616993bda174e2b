// SPDX-License-Identifier: Apache-2.0
// Rule sets: what each move is asked, at the edges of each demand; and the files they come from.
#include "moderation/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/kit/check.h"

static char error[RULES_ERROR];

static bool is_duty(const char *word, size_t len)
{
    static const char *const duties[] = {"compere", "guest", "moderator", "producer"};
    for (size_t i = 0; i < sizeof duties / sizeof *duties; i++)
        if (strlen(duties[i]) == len && memcmp(duties[i], word, len) == 0)
            return true;
    return false;
}

static struct rules parsed(const char *text)
{
    struct rules r;
    if (rules_parse("a/city.conf", text, strlen(text), is_duty, &r, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
    return r;
}

static void refused(const char *text, const char *want)
{
    struct rules r;
    CHECK_INT(rules_parse("city.conf", text, strlen(text), is_duty, &r, error), -EINVAL);
    CHECK_STR(error, want);
}

static const char CITY[] = "notice_days = 7\nminutes_min = 60\nminutes_max = 120\nmin_topics = 3\n"
                           "must_attend = compere moderator\nlobby_minutes = 30\n"
                           "answer_working_days = 5\ntwo_persons = yes\n"
                           "overridable = notice_days must_attend\n";

enum { MINUTE = 60000, HOUR = 60 * MINUTE };
static const int64_t DAY = 24 * HOUR;
static const int64_t START = 1800000000000; // 2027-01-15 08:00 UTC, 16:00 in China

// Everything as the city wants it.
static struct rules_facts fine(enum interview_stage from, enum interview_stage to)
{
    return (struct rules_facts){.from = from,
                                .to = to,
                                .fields = RULES_HAS_ALL,
                                .minutes = 60,
                                .topics = 3,
                                .starts_ms = START,
                                .now_ms = START - 7 * DAY,
                                .offset_minutes = 480,
                                .rostered = 3,
                                .present = 3,
                                .has_reason = true};
}

// What the city finds, as "name need have, …".
static const char *unmet(const struct rules_facts *facts)
{
    static char text[512];
    struct rules city = parsed(CITY);
    struct rules_unmet found[GUARDS];
    size_t count = rules_unmet(&city, facts, found), n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %lld %lld%s", i ? ", " : "",
                              rules_guard_name(found[i].guard), (long long)found[i].need,
                              (long long)found[i].have, found[i].may_override ? "*" : "");
    return text;
}

TEST(the_plan_is_looked_at_for_the_review_and_again_for_the_announcement)
{
    static const enum interview_stage ways[][2] = {{I_DRAFT, I_IN_REVIEW},
                                                   {I_SCHEDULED, I_ANNOUNCED}};
    for (size_t i = 0; i < 2; i++) {
        struct rules_facts f = fine(ways[i][0], ways[i][1]);
        CHECK_STR(unmet(&f), "");
        f.minutes = 120;
        CHECK_STR(unmet(&f), "");
        f.minutes = 59;
        CHECK_STR(unmet(&f), "minutes_min 60 59");
        f.minutes = 121;
        f.topics = 2;
        CHECK_STR(unmet(&f), "minutes_max 120 121, min_topics 3 2");
        f = fine(ways[i][0], ways[i][1]);
        f.fields &= ~(unsigned)RULES_HAS_GUEST;
        f.rostered = 1;
        CHECK_STR(unmet(&f), "fields 31 27, roster 3 1");
        f.rostered = 7; // more than is asked
        f.fields = RULES_HAS_ALL;
        CHECK_STR(unmet(&f), "");
    }
    struct rules_facts f = fine(I_IN_REVIEW, I_SCHEDULED);
    f.minutes = f.topics = 0;
    CHECK_STR(unmet(&f), ""); // an approval asks nothing anew
}

TEST(notice_is_counted_in_days_of_the_portals_clock)
{
    struct rules_facts f = fine(I_SCHEDULED, I_ANNOUNCED);
    f.now_ms = START - 6 * DAY - 16 * HOUR - 1; // the last instant of the seventh day before
    CHECK_STR(unmet(&f), "");
    f.now_ms++;
    CHECK_STR(unmet(&f), "notice_days 7 6*");
    f.offset_minutes = 0; // with another clock that day is not over
    CHECK_STR(unmet(&f), "");
    f.now_ms = START + DAY;
    CHECK_STR(unmet(&f), "notice_days 7 0*");
}

TEST(the_lobby_opens_half_an_hour_before_and_later)
{
    struct rules_facts f = fine(I_ANNOUNCED, I_LOBBY);
    f.now_ms = START - 30 * MINUTE;
    CHECK_STR(unmet(&f), "");
    f.now_ms--;
    CHECK_STR(unmet(&f), "lobby_minutes 30 31");
    f.now_ms = START + HOUR;
    CHECK_STR(unmet(&f), "");
}

TEST(who_must_attend_is_signed_in_for_the_lobby_and_at_the_start_not_after_a_break)
{
    struct rules_facts f = fine(I_LOBBY, I_LIVE);
    CHECK_STR(unmet(&f), "");
    f.present = 2;
    CHECK_STR(unmet(&f), "must_attend 3 2*");
    f.present = 0xff00; // others do not count
    CHECK_STR(unmet(&f), "must_attend 3 0*");
    f.from = I_SUSPENDED;
    CHECK_STR(unmet(&f), "");
    f = fine(I_ANNOUNCED, I_LOBBY);
    f.now_ms = START;
    f.present = 2;
    CHECK_STR(unmet(&f), "must_attend 3 2*");
}

TEST(who_was_postponed_comes_back_with_another_date_that_is_not_over)
{
    static const enum interview_stage to[] = {I_SCHEDULED, I_ANNOUNCED};
    for (size_t i = 0; i < 2; i++) {
        struct rules_facts f = fine(I_POSTPONED, to[i]);
        f.put_off_ms = START - DAY;
        CHECK_STR(unmet(&f), "");
        f.put_off_ms = START;
        CHECK(strstr(unmet(&f), "new_date 0 1800000000000") != NULL);
        f.put_off_ms = START - DAY;
        f.now_ms = START;
        CHECK(strstr(unmet(&f), "new_date 0 1800000000000") != NULL);
    }
    struct rules_facts f = fine(I_SCHEDULED, I_ANNOUNCED);
    f.put_off_ms = START;
    CHECK_STR(unmet(&f), "");
}

TEST(going_back_and_breaking_off_need_a_reason)
{
    static const enum interview_stage moves[][2] = {{I_IN_REVIEW, I_DRAFT},
                                                    {I_LIVE, I_SUSPENDED},
                                                    {I_ANNOUNCED, I_POSTPONED},
                                                    {I_ANNOUNCED, I_CANCELLED},
                                                    {I_LIVE, I_TAKEN_DOWN}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        struct rules_facts f = fine(moves[i][0], moves[i][1]);
        CHECK_STR(unmet(&f), "");
        f.has_reason = false;
        CHECK_STR(unmet(&f), "reason 1 0");
    }
    struct rules_facts f = fine(I_LIVE, I_DRAINING);
    f.has_reason = false;
    CHECK_STR(unmet(&f), "");
}

TEST(a_case_that_is_open_keeps_the_interview_open)
{
    struct rules_facts f = fine(I_PUBLISHED, I_CLOSED);
    CHECK_STR(unmet(&f), "");
    f.open_cases = 2;
    CHECK_STR(unmet(&f), "open_cases 0 2");
}

TEST(what_was_taken_down_comes_back_as_it_was)
{
    for (int to = 0; to < I_STAGES; to++) {
        struct rules_facts f = {.from = I_TAKEN_DOWN, .to = (enum interview_stage)to};
        CHECK_STR(unmet(&f), "");
    }
}

TEST(none_demands_nothing_ever)
{
    struct rules_unmet found[GUARDS];
    const struct rules *none = rules_none();
    CHECK_STR(none->name, "none");
    CHECK(!none->two_persons && !none->may_lapse && none->answer_working_days == 0);
    for (int from = 0; from < I_STAGES; from++)
        for (int to = 0; to < I_STAGES; to++) {
            struct rules_facts f = {.from = (enum interview_stage)from,
                                    .to = (enum interview_stage)to,
                                    .open_cases = 3};
            CHECK_INT(rules_unmet(none, &f, found), 0);
        }
}

TEST(an_empty_file_still_wants_complete_fields_reasons_and_closed_cases)
{
    struct rules empty = parsed("# nothing\n\n");
    struct rules_unmet found[GUARDS];
    struct rules_facts f = {.from = I_DRAFT, .to = I_IN_REVIEW};
    CHECK_INT(rules_unmet(&empty, &f, found), 1);
    CHECK_INT(found[0].guard, GUARD_FIELDS);
    f = (struct rules_facts){.from = I_LIVE, .to = I_SUSPENDED};
    CHECK_INT(rules_unmet(&empty, &f, found), 1);
    f = (struct rules_facts){.from = I_PUBLISHED, .to = I_CLOSED, .open_cases = 1};
    CHECK_INT(rules_unmet(&empty, &f, found), 1);
    f = (struct rules_facts){.from = I_LOBBY, .to = I_LIVE};
    CHECK_INT(rules_unmet(&empty, &f, found), 0);
}

TEST(a_file_sets_every_key)
{
    struct rules r = parsed("\r\n# city\n notice_days=7\r\nminutes_min = 60\nminutes_max = 60\n"
                            "min_topics\t=\t3\nlobby_minutes = 0\nanswer_working_days = 365\n"
                            "extension_working_days = 15\n"
                            "must_attend =  compere   moderator \ntwo_persons = yes\n"
                            "may_lapse = no\noverridable = notice_days open_cases");
    CHECK_STR(r.name, "city");
    CHECK_INT(r.notice_days, 7);
    CHECK_INT(r.minutes_min, 60);
    CHECK_INT(r.minutes_max, 60);
    CHECK_INT(r.min_topics, 3);
    CHECK_INT(r.lobby_minutes, 0);
    CHECK_INT(r.answer_working_days, 365);
    CHECK_INT(r.extension_working_days, 15);
    CHECK_INT(r.must_attend_count, 2);
    CHECK_STR(r.must_attend[0], "compere");
    CHECK_STR(r.must_attend[1], "moderator");
    CHECK(r.two_persons && !r.may_lapse);
    CHECK_INT(r.overridable, 1u << GUARD_NOTICE_DAYS | 1u << GUARD_OPEN_CASES);
    r = parsed("must_attend =\noverridable =\n");
    CHECK_INT(r.must_attend_count, 0);
    CHECK_INT(r.overridable, 0);
}

TEST(what_is_not_understood_is_refused_with_its_line)
{
    refused("\nnotice_day = 7", "city.conf:2: no rule has this name");
    refused("notice_days 7", "city.conf:1: expected key = value or # comment");
    refused("notice_days = 7\nnotice_days = 7", "city.conf:2: this key was given already");
    static const char *const numbers[] = {"-1", "366", "7.5", "seven", "", "0000007", "7 8"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[64];
        snprintf(text, sizeof text, "notice_days = %s", numbers[i]);
        refused(text, "city.conf:1: notice_days is a whole number from 0 to 365");
    }
    refused("two_persons = true", "city.conf:1: expected yes or no");
    refused("must_attend = compere king",
            "city.conf:1: must_attend names duties, like: compere moderator");
    refused("must_attend = guest guest", "city.conf:1: a duty is named twice");
    refused("overridable = undisposed",
            "city.conf:1: overridable names guards, like: notice_days min_topics");
    refused("overridable = reason", "city.conf:1: fields and reason cannot be passed by");
    refused("overridable = fields", "city.conf:1: fields and reason cannot be passed by");
    refused("minutes_min = 60\nminutes_max = 59\n",
            "city.conf:2: minutes_max is less than minutes_min");
}

TEST(a_rule_set_is_called_like_its_file)
{
    struct rules r;
    static const char *const bad[] = {"city",    "City.conf",
                                      ".conf",   "a b.conf",
                                      "x/.conf", "a234567890123456789012345678901234.conf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_INT(rules_parse(bad[i], "", 0, is_duty, &r, error), -EINVAL);
        CHECK(strstr(error, "a rule set's file is called like city-1.conf") != NULL);
    }
    CHECK_INT(rules_parse("x/none.conf", "", 0, is_duty, &r, error), -EINVAL);
    CHECK_STR(error, "x/none.conf: none is built in");
    CHECK_INT(rules_parse("x/y/city-1_b.conf", "", 0, is_duty, &r, error), 0);
    CHECK_STR(r.name, "city-1_b");
}

static bool any_duty(const char *word, size_t len)
{
    return word != NULL && len > 0;
}

TEST(a_transcript_is_signed_off_where_there_is_a_checker_or_the_rules_ask_for_it)
{
    static const char *const words[] = {"", "sign_off = yes\n", "sign_off = no\n"};
    for (int asked = 0; asked < 3; asked++)
        for (int checker = 0; checker < 2; checker++)
            for (int may = 0; may < 2; may++) {
                struct rules r = parsed(words[asked]);
                const struct rules *rules = asked ? &r : rules_none();
                struct rules_facts f = fine(I_EDITING, I_PUBLISHED);
                struct rules_unmet found[GUARDS];
                f.has_checker = checker;
                f.may_sign = may;
                bool wanted = checker || asked == 1;
                CHECK_INT(rules_want_sign_off(rules, &f), wanted);
                CHECK_INT(rules_unmet(rules, &f, found), wanted && !may);
                if (wanted && !may) {
                    CHECK_STR(rules_guard_name(found[0].guard), "sign_off");
                    CHECK_INT(found[0].need, checker);
                    CHECK(found[0].may_override);
                }
                f.from = I_TAKEN_DOWN; // it comes back as it was
                CHECK(!rules_want_sign_off(rules, &f) && rules_unmet(rules, &f, found) == 0);
            }
    refused("sign_off = both\n", "city.conf:1: expected yes or no");
}

TEST(the_shipped_rule_sets_can_be_read)
{
    static const char *const names[] = {"municipal", "district"};
    for (size_t i = 0; i < 2; i++) {
        char path[512], text[8192];
        snprintf(path, sizeof path, FANGTAN_SOURCE "/moderation/data/rules/%s.conf", names[i]);
        FILE *in = fopen(path, "re");
        CHECK(in);
        size_t n = fread(text, 1, sizeof text, in);
        CHECK(fclose(in) == 0);
        struct rules r;
        if (rules_parse(path, text, n, any_duty, &r, error) != 0)
            check_fail(__FILE__, __LINE__, "%s", error);
        CHECK_STR(r.name, names[i]);
        CHECK(r.notice_days > 0 && r.must_attend_count > 0 && r.answer_working_days > 0);
    }
}

TEST(hostile_bytes_are_refused_or_read_never_worse)
{
    static const char words[] = "notice_days = 7\nmust_attend=compere \r\t#\xff\0two_persons=yes";
    unsigned long long seed = 11;
    for (int i = 0; i < 20000; i++) {
        char *text = malloc(80); // so that a sanitizer sees a byte too much
        CHECK(text);
        for (size_t n = 0; n < 80; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[n] = words[(size_t)(seed >> 33) % sizeof words];
        }
        struct rules r;
        int failed = rules_parse("c.conf", text, 80, is_duty, &r, error);
        CHECK(!failed || (failed == -EINVAL && strncmp(error, "c.conf:", 7) == 0));
        free(text);
    }
}

int main(void)
{
    return check_run();
}
