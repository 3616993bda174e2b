// SPDX-License-Identifier: Apache-2.0
// Rule sets and calendar from their files: which are read, and what is said about a wrong one.
#include "server/rule_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/kit/check.h"

static char error[512];

// The folder of this test.
static const char *folder(void)
{
    static const char *dir; // each test is a process
    if (!dir)
        dir = check_dir();
    return dir;
}

static const char *path_of(const char *name)
{
    static char paths[2][512]; // two may be wanted at once
    static int last;
    char *path = paths[last = !last];
    snprintf(path, sizeof paths[0], "%s/%s", folder(), name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *out = fopen(path_of(name), "we");
    CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

static int load(const char *calendar, struct rule_files *ret)
{
    memset(error, 0, sizeof error);
    return rule_files_load(folder(), calendar, ret, error);
}

TEST(every_conf_file_of_the_folder_is_a_rule_set)
{
    struct rule_files f;
    write_file("town.conf", "may_lapse = yes\n");
    write_file("city.conf", "notice_days = 7\nmust_attend = producer policy_checker\n");
    write_file("city.conf~", "notice_days = seven\n");
    write_file("README", "not one\n");
    write_file("days", "year 2026\noff 2026-10-01\n");
    CHECK_INT(load(path_of("days"), &f), 0);
    CHECK_INT(f.count, 2);
    CHECK_STR(f.sets[0].name, "city");
    CHECK_INT(f.sets[0].notice_days, 7);
    CHECK_STR(f.sets[1].name, "town");
    CHECK_INT(calendar_last_year(f.calendar), 2026);
    rule_files_free(&f);
    CHECK(!f.sets && !f.calendar && f.count == 0);
}

TEST(a_wrong_file_is_named_with_its_line_and_nothing_is_kept)
{
    struct rule_files f;
    char want[512];
    write_file("a.conf", "notice_days = 7\n");
    write_file("b.conf", "\nmust_attend = citizen\n");
    CHECK_INT(load("", &f), -EINVAL);
    snprintf(want, sizeof want, "%s:2: must_attend names duties, like: compere moderator",
             path_of("b.conf"));
    CHECK_STR(error, want);
    CHECK(!f.sets && f.count == 0);
    write_file("b.conf", "");
    write_file("days", "year 26\n");
    CHECK_INT(load(path_of("days"), &f), -EINVAL);
    snprintf(want, sizeof want, "%s:1: expected a year, like 2026", path_of("days"));
    CHECK_STR(error, want);
    CHECK(!f.sets && !f.calendar);
}

TEST(what_is_named_must_be_there)
{
    struct rule_files f;
    CHECK_INT(load(path_of("none"), &f), -ENOENT);
    CHECK_INT(rule_files_load(path_of("no-folder"), "", &f, error), -ENOENT);
    CHECK(strstr(error, "/no-folder: No such file or directory") != NULL);
    CHECK_INT(rule_files_load(folder(), folder(), &f, error),
              -EIO); // a folder is no calendar
}

TEST(without_names_nothing_beside_the_program_is_no_fault)
{
    struct rule_files f;
    CHECK_INT(rule_files_load("", "", &f, error), 0); // beside this test lies nothing
    CHECK_INT(f.count, 0);
    CHECK(!f.calendar);
    rule_files_free(&f);
}

int main(void)
{
    return check_run();
}
