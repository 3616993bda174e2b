// SPDX-License-Identifier: Apache-2.0
// May a citizen appear under this name? Not as a guest, the compere or an office.
#ifndef MODERATION_NAMES_H
#define MODERATION_NAMES_H

#include <stdbool.h>
#include <stddef.h>

// name and each taken name: gated UTF-8, NUL-terminated. Compared without regard to case, width
// and spaces, also with a number or a title (周明岚局长, 局长周明岚, 周局长); words for roles
// (主持人, moderator, 管理员 …) and offices alone (局长) are always taken.
bool mod_name_is_taken(const char *name, const char *const *taken, size_t taken_count);

#endif
