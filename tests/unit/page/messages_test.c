// SPDX-License-Identifier: Apache-2.0
#include "moderation/life.h"
#include "server/page/messages.h"
#include "tests/kit/check.h"

static enum lang choose(const char *query, const char *accept)
{
    return lang_choose(slice_of(query), slice_of(accept));
}

TEST(every_message_has_a_text_in_every_language)
{
    for (int lang = 0; lang < LANGS; lang++)
        for (int id = 0; id < MESSAGES; id++)
            CHECK(*message((enum lang)lang, (enum message_id)id));
}

TEST(every_stage_has_a_word)
{
    for (int lang = 0; lang < LANGS; lang++) {
        for (int s = 0; s < I_STAGES; s++)
            CHECK(message_find((enum lang)lang, "stage",
                               interview_stage_name((enum interview_stage)s)));
        for (int s = 0; s < Q_STAGES; s++) {
            const char *stage = question_stage_name((enum question_stage)s);
            CHECK(message_find((enum lang)lang, "q", stage));
            CHECK(message_find((enum lang)lang, "fate", stage)); // in a sentence, to the asker
        }
    }
}

TEST(a_message_is_found_by_its_words)
{
    CHECK_STR(message_find(LANG_EN, "reason", "off_topic"), "It is not about this topic");
    CHECK(!message_find(LANG_EN, "reason", "no_such"));
    CHECK(!message_find(LANG_EN, "reaso", "off_topic"));
    CHECK(!message_find(LANG_EN, "reason", ""));
}

TEST(the_query_decides)
{
    CHECK_INT(choose("lang=en", "zh-TW"), LANG_EN);
    CHECK_INT(choose("a=1&lang=zh-Hant&b", NULL), LANG_ZH_HANT);
    CHECK_INT(choose("lang=fr", "en"), LANG_EN);
    CHECK_INT(choose("language=en", NULL), LANG_ZH_HANS);
    CHECK_INT(choose("lang", NULL), LANG_ZH_HANS);
    CHECK_INT(choose("&&=&lang=", NULL), LANG_ZH_HANS);
}

TEST(else_the_most_wanted_language_that_we_have)
{
    CHECK_INT(choose(NULL, NULL), LANG_ZH_HANS);
    CHECK_INT(choose(NULL, "zh-TW,zh;q=0.9,en;q=0.8"), LANG_ZH_HANT);
    CHECK_INT(choose(NULL, "zh-CN"), LANG_ZH_HANS);
    CHECK_INT(choose(NULL, "zh-Hans-HK"), LANG_ZH_HANS);
    CHECK_INT(choose(NULL, "fr, en-GB;q=0.4 , zh-HK;q=0.7"), LANG_ZH_HANT);
    CHECK_INT(choose(NULL, "de,fr"), LANG_ZH_HANS);
    CHECK_INT(choose(NULL, "en;q=0, zh-Hant;q=0.001"), LANG_ZH_HANT);
    CHECK_INT(choose(NULL, ",;q=,en;q=x;;,"), LANG_EN);
}

TEST(a_tag_is_read_without_regard_to_case)
{
    enum lang lang;
    CHECK(lang_parse(slice_of("ZH_hant"), &lang) && lang == LANG_ZH_HANT);
    CHECK(lang_parse(slice_of("EN"), &lang) && lang == LANG_EN);
    CHECK(!lang_parse(slice_of("english"), &lang));
    CHECK(!lang_parse(slice_of(""), &lang));
    CHECK(!lang_parse(slice_of(NULL), &lang));
    CHECK(!lang_parse(slice_of("-----"), &lang));
    for (int i = 0; i < LANGS; i++)
        CHECK(lang_parse(slice_of(lang_tag((enum lang)i)), &lang) && (int)lang == i);
}

TEST(placeholders_are_filled)
{
    struct buf out = {0};
    struct message_value values[] = {{"n", slice_of("3")}, {"no", slice_of("{n}")}};
    message_fill(&out, "{n} of {no}, {other} {n}{ {", values, 2);
    CHECK_STR(out.p, "3 of {n}, {other} 3{ {");
    buf_finish(&out);
}

int main(void)
{
    return check_run();
}
