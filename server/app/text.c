// SPDX-License-Identifier: Apache-2.0
// Every text that a command brings passes the text gate here.
#include <stdlib.h>

#include "moderation/text.h"
#include "server/app/inside.h"

static void answer_fault(struct call *c, enum mod_text_fault fault, const char *field,
                         uint32_t points)
{
    if (fault != MOD_TEXT_TOO_LONG) {
        call_bad_params(c, field, fault == MOD_TEXT_EMPTY ? "empty" : "not text");
        return;
    }
    struct json_writer w = call_more(c);
    json_w_member(&w, "field", field);
    json_w_member_int(&w, "limit", points);
    call_refuse(c, "too_long");
}

const char *call_text(struct call *c, struct slice text, const char *field, uint32_t points,
                      bool lines)
{
    struct mod_text_rule rule = {points, lines};
    char *gated;
    size_t len;
    enum mod_text_fault fault = mod_text_gate(text.p ? text.p : "", text.n, &rule, &gated, &len);
    if (fault != MOD_TEXT_OK) {
        answer_fault(c, fault, field, points);
        return NULL;
    }
    const char *kept = arena_copy(&c->arena, (struct slice){gated, len});
    free(gated);
    return kept;
}

const char *call_text_or_null(struct call *c, struct slice text, const char *field, uint32_t points,
                              bool lines, bool *ret_ok)
{
    *ret_ok = true;
    if (text.n == 0)
        return NULL;
    const char *kept = call_text(c, text, field, points, lines);
    *ret_ok = kept != NULL;
    return kept;
}
