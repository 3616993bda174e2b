// SPDX-License-Identifier: Apache-2.0
#include "moderation/names.h"

#include "tests/kit/check.h"

static const char *const TAKEN[] = {"周明岚", "Shen Yulan", "云溪市民政局", "阿依古丽·买买提", "…"};

static bool taken(const char *name)
{
    return mod_name_is_taken(name, TAKEN, sizeof TAKEN / sizeof *TAKEN);
}

TEST(guests_and_offices_are_taken)
{
    CHECK(taken("周明岚"));
    CHECK(taken("云溪市民政局"));
    CHECK(taken("Shen Yulan"));
}

TEST(disguises_do_not_help)
{
    CHECK(taken("周 明 岚"));
    CHECK(taken("周\u200d明\u3000岚"));
    CHECK(taken("周明岚。"));
    CHECK(taken("SHEN  yulan"));
    CHECK(taken("ShenYulan"));
    CHECK(taken("Ｓｈｅｎ　Ｙｕｌａｎ"));
    CHECK(taken("𝐒hen Yulan"));
    CHECK(taken("阿依古丽买买提"));
    CHECK(taken("【周明岚】"));
}

TEST(letters_that_only_look_so_do_not_help)
{
    CHECK(taken("Sh\u0435n Yul\u0430n")); // Cyrillic е, а
    CHECK(taken("\u0405hen Yulan"));      // Cyrillic Ѕ
    CHECK(taken("Shen Y\u03C5lan"));      // Greek υ
    CHECK(mod_name_is_taken("m\u043Ed\u0435r\u0430t\u043Er", NULL, 0));
}

TEST(nor_does_what_is_added)
{
    CHECK(taken("Shen Yulan1"));
    CHECK(taken("周明岚2026"));
    CHECK(taken("周明岚局长"));
    CHECK(taken("周明岚 本人"));
    CHECK(taken("局长周明岚"));
    CHECK(taken("官方 周明岚局长"));
    CHECK(taken("official Shen Yulan"));
    CHECK(taken("周局长"));
    CHECK(!taken("She局长"));
    CHECK(taken("周明主任2"));
    CHECK(!taken("周明岚的学生"));
    CHECK(!taken("周明岚岚"));
}

TEST(roles_are_always_taken)
{
    static const char *const ROLES[] = {
        "主持人",      "主持人小何", "网站管理员", "管理員", "Moderator", "ＭＯＤＥＲＡＴＯＲ",
        "moderator 2", "嘉宾",       "嘉 宾",      "版主2",  "admin",     "Admin007",
        "工作人员",    "⼯作人员",   "局长",
    };
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++)
        if (!mod_name_is_taken(ROLES[i], NULL, 0))
            check_fail(__FILE__, __LINE__, "%s is free", ROLES[i]);
}

TEST(other_names_are_free)
{
    static const char *const FREE[] = {
        "王女士", "周明",   "周明岚的邻居", "Shen",   "嘉宾的粉丝", "adminton", "guesthouse",
        "李审核", "周先生", "陈局长的邻居", "明局长", "局长你好",   "…",        "😀",
        "O'Neil", "२",      "ئالىم",        "小何",
    };
    for (size_t i = 0; i < sizeof FREE / sizeof *FREE; i++)
        if (taken(FREE[i]))
            check_fail(__FILE__, __LINE__, "%s is taken", FREE[i]);
}

TEST(an_empty_list_takes_nothing)
{
    CHECK(!mod_name_is_taken("周明岚", NULL, 0));
}

int main(void)
{
    return check_run();
}
