// SPDX-License-Identifier: Apache-2.0
#include "moderation/reason.h"

#include <string.h>

#include "tests/kit/check.h"

TEST(each_code_is_found_and_stands_once)
{
    size_t count = 0;
    const struct mod_reason *reasons = mod_reasons(&count);
    CHECK_INT(count, 14);
    for (size_t i = 0; i < count; i++)
        CHECK(mod_reason_find(reasons[i].code, strlen(reasons[i].code)) == &reasons[i]);
}

TEST(the_desks_order_is_kept)
{
    static const char *const KEYS[] = {
        "duplicate",        "off_topic",     "not_our_remit", "unclear", "personal_case",
        "petition_channel", "personal_data", "abusive",       "illegal", "advert"};
    size_t count = 0;
    const struct mod_reason *reasons = mod_reasons(&count);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        CHECK_STR(reasons[i].code, KEYS[i]);
}

TEST(other_words_are_no_reason)
{
    CHECK(!mod_reason_find("", 0));
    CHECK(!mod_reason_find("off_topi", 8));
    CHECK(!mod_reason_find("off_topic ", 10));
    CHECK(!mod_reason_find("OFF_TOPIC", 9));
}

TEST(what_people_are_shown_may_be_worded)
{
    CHECK_STR(mod_reason_shown("off_topic", 9), "off_topic");
    CHECK_STR(mod_reason_shown("mistake", 7), "mistake");
    CHECK_STR(mod_reason_shown("early", 5), "early");
    CHECK_STR(mod_reason_shown("cancelled", 9), "cancelled");
    CHECK(!mod_reason_shown("cancel", 6));
    CHECK(!mod_reason_find("cancelled", 9));
    size_t count = 0;
    const char *const *others = mod_other_reasons(&count);
    for (size_t i = 0; i < count; i++)
        CHECK(!mod_reason_find(others[i], strlen(others[i])));
}

TEST(a_judgement_may_be_appealed)
{
    CHECK(mod_reason_find("off_topic", 9)->may_appeal);
    CHECK(mod_reason_find("duplicate", 9)->may_appeal);
    CHECK(mod_reason_find("illegal", 7)->may_appeal);
    CHECK(!mod_reason_find("test", 4)->may_appeal);
    CHECK(!mod_reason_find("spam", 4)->may_appeal);
    CHECK(!mod_reason_find("advert", 6)->may_appeal);
}

TEST(what_points_elsewhere_says_where)
{
    size_t count = 0;
    const struct mod_reason *reasons = mod_reasons(&count);
    for (size_t i = 0; i < count; i++) {
        const char *code = reasons[i].code;
        bool points = strcmp(code, "off_topic") == 0 || strcmp(code, "not_our_remit") == 0;
        CHECK_INT(reasons[i].needs_note, points);
        CHECK_INT(reasons[i].names_question, strcmp(code, "duplicate") == 0);
    }
}

int main(void)
{
    return check_run();
}
