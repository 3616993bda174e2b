// SPDX-License-Identifier: Apache-2.0
// question.enter: staff write down what somebody asks on the phone, by letter or in the hall, or
// what the organizer or the compere has prepared to ask, which everybody sees marked as such. From
// there on it is a question like every other, with a receipt to hand over. It is not slowed down,
// and may be entered when asking is closed, for who is on the line may not be waited out.
#include <string.h>

#include "server/app/commands.h"

// NULL: it is none of the ways.
static const char *origin_of(struct slice word)
{
    static const char *const ways[] = {"phone", "paper", "hall", "prepared"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (slice_is(word, ways[i]))
            return ways[i];
    return NULL;
}

void question_enter_run(struct call *c, const void *params)
{
    const struct question_enter *m = params;
    struct asked asked = {0};
    // Nobody's token: who asks is not at this machine, and cannot be silenced.
    struct entry entry = {.origin = origin_of(m->origin), .stage = Q_PENDING};
    if (!entry.origin) {
        call_bad_params(c, "origin", "unknown");
        return;
    }
    // Under a citizen's name it would be a citizen's.
    bool is_own = strcmp(entry.origin, "prepared") == 0;
    if (is_own && m->ask.name.p) {
        call_bad_params(c, "name", "not of a prepared question");
        return;
    }
    if (gate_question(c, &m->ask, !is_own, &asked))
        record_question(c, &asked, &entry);
}
