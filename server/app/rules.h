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
// That date moved on by so many working days.
int64_t rules_later_ms(const struct app *a, int64_t due_ms, int working_days);
// Working days from the day of one instant to that of the other.
int rules_days_between(const struct app *a, int64_t from_ms, int64_t to_ms);
// By how many working days an answer may be put off in all; negative: by any number.
int rules_extension_days(const struct app *a, const struct interview *iv);

#endif
