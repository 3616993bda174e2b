// SPDX-License-Identifier: Apache-2.0
// The text gate: what a person typed becomes text that is safe to keep, compare and show.
// The rules are in moderation/README.md; every text that enters the record passes here.
#ifndef MODERATION_TEXT_H
#define MODERATION_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mod_text_fault {
    MOD_TEXT_OK,
    MOD_TEXT_NOT_UTF8,
    MOD_TEXT_EMPTY,    // nothing visible
    MOD_TEXT_TOO_LONG, // more code points than allowed, counted after the gate
};

struct mod_text_rule {
    uint32_t max_points; // code points
    bool lines;          // line feeds may stay; otherwise they become spaces
};

// On MOD_TEXT_OK *ret is a NUL-terminated string on the heap (free() it) and *ret_len its bytes;
// otherwise both are untouched. Idempotent: the gate of a gated text is the same text.
enum mod_text_fault mod_text_gate(const char *in, size_t in_len, const struct mod_text_rule *rule,
                                  char **ret, size_t *ret_len);

// Code points in valid UTF-8. The browser counts the same way.
uint32_t mod_text_points(const char *text, size_t len);

#endif
