// SPDX-License-Identifier: Apache-2.0
// The rule sets and the calendar, read from their files at the start.
#ifndef SERVER_RULE_FILES_H
#define SERVER_RULE_FILES_H

#include <stddef.h>

#include "moderation/calendar.h"
#include "moderation/rules.h"

struct rule_files {
    struct rules *sets;
    size_t count;
    struct calendar *calendar; // NULL: none was found
};

// dir: of *.conf, a rule set each; calendar: a file. "" = what lies beside the program, and nothing
// when nothing lies there. 0, or a negative errno with a sentence, and then ret is empty.
int rule_files_load(const char *dir, const char *calendar, struct rule_files *ret, char error[512]);
void rule_files_free(struct rule_files *f);

#endif
