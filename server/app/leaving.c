// SPDX-License-Identifier: Apache-2.0
// Members of staff who are gone let go what they had claimed (invariant I4), after a while in which
// a dropped line or a reloaded page comes back.
#include <stdio.h>
#include <string.h>

#include "server/app/commands.h"

void leaving_note(struct app *a, const char *name)
{
    for (size_t i = 0; i < a->leaver_count; i++)
        if (strcmp(a->leavers[i].name, name) == 0) {
            a->leavers[i].at_ms = app_now(a);
            return;
        }
    if (a->leaver_count == LEAVERS)
        return; // their claims end by themselves
    struct leaver *l = &a->leavers[a->leaver_count++];
    snprintf(l->name, sizeof l->name, "%s", name);
    l->at_ms = app_now(a);
}

static bool is_here(const struct app *a, const char *name)
{
    for (const struct peer *p = a->peers[PEER_STAFF].first; p; p = p->next)
        if (strcmp(p->staff->name, name) == 0)
            return true;
    return false;
}

static void let_go(struct channel *ch, const char *name, int64_t now_ms)
{
    const struct interview *iv = ch->all;
    struct call *c = NULL;
    struct buf which = {0};
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (!q->claim.by || q->claim.until_ms <= now_ms || strcmp(q->claim.by, name) != 0)
            continue;
        if (!c)
            c = call_system(ch->app);
        if (c->guard_count == CALL_GUARDS)
            break;
        buf_printf(&which, "%s@%llu ", q->id, (unsigned long long)q->claim.changes);
        guard_claim_changes(c, q);
        struct buf body = {0};
        struct json_writer w = call_fact(c, &body);
        json_w_member(&w, "question", q->id);
        json_w_member_int(&w, "epoch", (int64_t)q->claim.epoch);
        call_fact_end(c, &w, "question.let_go", false);
    }
    if (c) {
        op_make("system", "let_go", slice_of(iv->id), buf_slice(&which), c->op);
        call_record(c, slice_of(iv->id));
    }
    buf_finish(&which);
}

void leaving_look(struct app *a, int64_t now_ms)
{
    for (size_t i = 0; i < a->leaver_count;) {
        struct leaver l = a->leavers[i];
        if (now_ms - l.at_ms < LIMIT_LEAVE_MS) {
            i++;
            continue;
        }
        a->leavers[i] = a->leavers[--a->leaver_count];
        if (is_here(a, l.name))
            continue;
        for (size_t n = 0; n < a->channel_count; n++)
            let_go(a->channels[n], l.name, now_ms);
    }
}
