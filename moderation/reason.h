// SPDX-License-Identifier: Apache-2.0
// The coded reasons for not letting a question through (vocabulary: 不予通过原因).
#ifndef MODERATION_REASON_H
#define MODERATION_REASON_H

#include <stdbool.h>
#include <stddef.h>

struct mod_reason {
    const char *code; // "off_topic"; its wording is message "reason.off_topic"
    bool may_appeal;
    bool names_question; // it says which other question this one repeats
    bool needs_note;     // it points elsewhere, so its asker reads where
};

// The table, in the order of the moderator's digit keys; *ret_count entries.
const struct mod_reason *mod_reasons(size_t *ret_count);

// What people are shown beside these: why a statement was taken back, why a question lapsed.
const char *const *mod_other_reasons(size_t *ret_count);

// The code itself when people are ever shown words for it, of either table; else NULL.
const char *mod_reason_shown(const char *code, size_t len);

// Of the first table alone: NULL when nothing is rejected for that.
const struct mod_reason *mod_reason_find(const char *code, size_t len);

#endif
