// SPDX-License-Identifier: Apache-2.0
#include "server/rule_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/roles.h"
#include "server/base/must.h"
#include "server/files.h"

enum { ERROR_LEN = 512, MOST_SETS = 64 };

_Static_assert((int)CALENDAR_ERROR <= (int)ERROR_LEN && (int)RULES_ERROR <= (int)ERROR_LEN,
               "their sentences fit");

static int failed_file(const char *path, int failed, char error[ERROR_LEN])
{
    snprintf(error, ERROR_LEN, "%.300s: %s", path, strerror(-failed));
    return failed;
}

static int load_set(const char *path, struct rule_files *ret, char error[ERROR_LEN])
{
    struct buf text = {0};
    int r = file_read(path, &text);
    if (r) {
        buf_finish(&text);
        return failed_file(path, r, error);
    }
    ret->sets = realloc(ret->sets, (ret->count + 1) * sizeof *ret->sets);
    must(ret->sets);
    r = rules_parse(path, text.p ? text.p : "", text.n, roles_is_duty, &ret->sets[ret->count],
                    error);
    if (r == 0)
        ret->count++;
    buf_finish(&text);
    return r;
}

static int is_set(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".conf") == 0;
}

static int load_sets(const char *dir, bool needed, struct rule_files *ret, char error[ERROR_LEN])
{
    struct dirent **entries;
    int count = scandir(dir, &entries, is_set, alphasort);
    if (count < 0)
        return errno == ENOENT && !needed ? 0 : failed_file(dir, -errno, error);
    int r = 0;
    if (count > MOST_SETS)
        r = failed_file(dir, -E2BIG, error);
    for (int i = 0; i < count; i++) {
        char path[FILES_PATH + 256];
        snprintf(path, sizeof path, "%.500s/%.255s", dir, entries[i]->d_name);
        if (!r)
            r = load_set(path, ret, error);
        free(entries[i]);
    }
    free(entries);
    return r;
}

static int load_calendar(const char *path, bool needed, struct rule_files *ret,
                         char error[ERROR_LEN])
{
    struct buf text = {0};
    int r = file_read(path, &text);
    if (r)
        r = r == -ENOENT && !needed ? 0 : failed_file(path, r, error);
    else
        r = calendar_parse(path, text.p ? text.p : "", text.n, &ret->calendar, error);
    buf_finish(&text);
    return r;
}

int rule_files_load(const char *dir, const char *calendar, struct rule_files *ret, char error[512])
{
    char beside[FILES_PATH];
    *ret = (struct rule_files){0};
    int r = dir[0] ? 0 : file_beside_program("rules", beside);
    if (!r)
        r = load_sets(dir[0] ? dir : beside, dir[0], ret, error);
    if (!r && !calendar[0])
        r = file_beside_program("calendar.conf", beside);
    if (!r)
        r = load_calendar(calendar[0] ? calendar : beside, calendar[0], ret, error);
    if (r)
        rule_files_free(ret);
    return r;
}

void rule_files_free(struct rule_files *f)
{
    free(f->sets);
    calendar_free(&f->calendar);
    *f = (struct rule_files){0};
}
