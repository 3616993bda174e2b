// SPDX-License-Identifier: Apache-2.0
// The text gate takes any bytes: what it lets pass is short enough, and passes again unchanged.
#include <stdlib.h>
#include <string.h>

#include "moderation/text.h"
#include "server/base/must.h"
#include "tests/fuzz/fuzz.h"

enum { POINTS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    const struct mod_text_rule rule = {.max_points = POINTS, .lines = data[0] & 1};
    char *once = NULL, *twice = NULL;
    size_t once_len = 0, twice_len = 0;
    if (mod_text_gate((const char *)data + 1, len - 1, &rule, &once, &once_len) != MOD_TEXT_OK) {
        must(!once && once_len == 0);
        return 0;
    }
    must(once_len == strlen(once) && once_len > 0);
    must(mod_text_points(once, once_len) <= POINTS);
    must(rule.lines || !strchr(once, '\n'));
    must(mod_text_gate(once, once_len, &rule, &twice, &twice_len) == MOD_TEXT_OK);
    must(twice_len == once_len && memcmp(once, twice, once_len) == 0);
    free(once);
    free(twice);
    return 0;
}
