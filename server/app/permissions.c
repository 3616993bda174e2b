// SPDX-License-Identifier: Apache-2.0
// The permission table for people: who may make which command, in which stages of the interview.
#include <string.h>

#include "server/app/table.h"

static void write_stages(uint32_t stages, struct buf *out)
{
    if (stages == IN_ANY) {
        buf_text(out, "any");
        return;
    }
    const char *comma = "";
    for (int i = 0; i < I_STAGES; i++) {
        if (!(stages & IN(i)))
            continue;
        buf_printf(out, "%s%s", comma, interview_stage_name((enum interview_stage)i));
        comma = ",";
    }
}

static void write_row(const char *command, const char *to, uint32_t who, uint32_t stages,
                      struct buf *out)
{
    buf_printf(out, "%s%s\t", command, to);
    roles_write(who, out);
    buf_char(out, '\t');
    write_stages(stages, out);
    buf_char(out, '\n');
}

// One row for each pair of stages.
static void write_transitions(const char *command, struct buf *out)
{
    for (int to = 0; to < I_STAGES; to++)
        for (int from = 0; from < I_STAGES; from++) {
            enum interview_stage there = (enum interview_stage)to;
            enum interview_stage here = (enum interview_stage)from;
            if (!interview_may_move(here, there))
                continue;
            char word[32] = " ";
            strncat(word, interview_stage_name(there), sizeof word - 2);
            write_row(command, word, transition_who(here, there), IN(from), out);
        }
}

void app_permissions(struct buf *out)
{
    const struct method *m;
    for (size_t i = 0; (m = method_at(i)); i++) {
        if (strcmp(m->name, "interview.transition") == 0)
            write_transitions(m->name, out);
        else
            write_row(m->name, "", m->who, m->stages, out);
    }
}
