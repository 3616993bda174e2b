// SPDX-License-Identifier: Apache-2.0
// Which rules hold for an interview, and the date they give a referred question.
#include "server/app/rules.h"

#include <string.h>

#include "tests/kit/check.h"

static const struct rules SETS[] = {
    {.name = "city", .answer_working_days = 5, .extension_working_days = 10, .two_persons = true},
    {.name = "town", .may_lapse = true},
};

static struct app app_with_sets(const struct calendar *calendar)
{
    return (struct app){.config = {.rule_sets = SETS,
                                   .rule_set_count = 2,
                                   .calendar = calendar,
                                   .utc_offset_minutes = 480}};
}

static const struct interview *under(const char *rule_set)
{
    static struct interview iv;
    iv = (struct interview){.id = "i", .rule_set = rule_set};
    return &iv;
}

TEST(a_rule_set_is_found_by_its_whole_name)
{
    struct app a = app_with_sets(NULL);
    CHECK(rules_known(&a, slice_of("none")) && rules_known(&a, slice_of("town")));
    CHECK(!rules_known(&a, slice_of("cit")) && !rules_known(&a, slice_of("city2")));
    CHECK(!rules_known(&a, slice_of("")));
    CHECK(rules_of(&a, under("city")) == &SETS[0]);
    CHECK(rules_of(&a, under("none")) == rules_none());
    CHECK(rules_of(&a, under(NULL)) == rules_none());
    CHECK(!rules_of(&a, under("village")));
}

TEST(what_is_not_known_is_taken_strictly)
{
    struct app a = app_with_sets(NULL);
    CHECK(interview_two_persons(&a, under("city")) && !interview_may_lapse(&a, under("city")));
    CHECK(!interview_two_persons(&a, under("town")) && interview_may_lapse(&a, under("town")));
    CHECK(!interview_two_persons(&a, under("none")) && !interview_may_lapse(&a, under("none")));
    CHECK(interview_two_persons(&a, under("gone")) && !interview_may_lapse(&a, under("gone")));
}

TEST(a_date_only_where_the_rules_give_one)
{
    static const char text[] = "year 2026\noff 2026-10-01 2026-10-07\nwork 2026-10-10\n";
    char error[CALENDAR_ERROR];
    struct calendar *calendar = NULL;
    CHECK_INT(calendar_parse("c", text, sizeof text - 1, &calendar, error), 0);
    struct app a = app_with_sets(calendar);
    int64_t now = 1790758800000; // Wednesday 2026-09-30 09:00 UTC, 17:00 in China
    int64_t due = 1791907199000; // 2026-10-13 23:59:59 in China: the 8th, 9th, 10th, 12th, 13th
    CHECK_INT(rules_due_ms(&a, under("city"), now), due);
    CHECK_INT(rules_due_ms(&a, under("town"), now), 0);
    CHECK_INT(rules_due_ms(&a, under("none"), now), 0);
    CHECK_INT(rules_due_ms(&a, under("gone"), now), 0);
    calendar_free(&calendar);
}

TEST(a_date_is_moved_by_working_days_as_far_as_the_rules_say)
{
    struct app a = app_with_sets(NULL);
    int64_t due = 1791907199000; // Tuesday 2026-10-13 23:59:59 in China
    CHECK_INT(rules_later_ms(&a, due, 0), due);
    CHECK_INT(rules_later_ms(&a, due - 3600000, 0), due); // always the end of a day
    CHECK_INT(rules_later_ms(&a, due, 4), due + 6 * 86400000LL);
    CHECK_INT(rules_days_between(&a, due, due + 6 * 86400000LL), 4);
    CHECK_INT(rules_days_between(&a, due, due - 1000), 0);
    CHECK_INT(rules_extension_days(&a, under("city")), 10);
    CHECK(rules_extension_days(&a, under("town")) < 0 && rules_extension_days(&a, under(NULL)) < 0);
    CHECK_INT(rules_extension_days(&a, under("gone")), 0); // strictly: none at all
}

int main(void)
{
    return check_run();
}
