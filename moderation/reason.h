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

// NULL when there is no such code.
const struct mod_reason *mod_reason_find(const char *code, size_t len);

#endif
