// SPDX-License-Identifier: Apache-2.0
// The rule set of an interview, as commands ask for it.
#ifndef SERVER_APP_RULES_H
#define SERVER_APP_RULES_H

#include "server/app/inside.h"

bool rules_known(const struct app *a, struct slice name); // "none", or among the installed ones

// NULL: its rule set is not installed any more. Whoever asks then takes the strict answer.
const struct rules *rules_of(const struct app *a, const struct interview *iv);

// Does it take two to take back, or to restore, what everybody has seen?
bool interview_two_persons(const struct app *a, const struct interview *iv);
// May a question end without any answer?
bool interview_may_lapse(const struct app *a, const struct interview *iv);

// Until when a question referred now is to be answered in writing; 0: the rule set sets no date.
int64_t rules_due_ms(const struct app *a, const struct interview *iv, int64_t now_ms);

#endif
