// SPDX-License-Identifier: Apache-2.0
// All methods, from the tables by subject.
#include "server/app/inside.h"

static const struct method *const tables[] = {
    join_methods,   interview_methods, question_methods,   statement_methods,
    notice_methods, annotate_methods,  invitation_methods, case_methods};
enum { TABLES = sizeof tables / sizeof *tables };

const struct method *method_find(struct slice name)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct method *m = tables[i]; m->name; m++)
            if (slice_is(name, m->name))
                return m;
    return NULL;
}

const struct method *method_at(size_t n)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct method *m = tables[i]; m->name; m++)
            if (n-- == 0)
                return m;
    return NULL;
}
