// SPDX-License-Identifier: Apache-2.0
// Events about groups: a question joins another one, its leader, and shares its fate until it is
// taken out again. Asker, receipt and text stay its own (invariant I9). The public, who knows
// nothing of the joined ones, hears of their number alone.
#include "server/interview/change.h"

struct question *fold_leave_group(const struct interview *iv, struct question *q)
{
    if (!q->group)
        return NULL;
    struct question *leader = interview_question(iv, slice_of(q->group));
    if (leader && leader->grouped)
        leader->grouped--;
    q->group = NULL;
    return leader;
}

// The leader that the body names and the number of questions with it; NULL: a fault.
static struct question *read_group(struct change *c, uint64_t *ret_count)
{
    struct slice id = body_need_slice(&c->body, "into");
    struct question *leader = id.p ? interview_question(c->iv, id) : NULL;
    *ret_count = body_opt_count(&c->body, "count");
    if (!leader)
        c->body.bad = true;
    return leader;
}

static void tell(const struct change *c, struct question *leader, uint64_t count)
{
    leader->grouped = count;
    if (c->event->pub)
        leader->told = count;
}

static void on_grouped(struct change *c)
{
    uint64_t count;
    struct question *leader = read_group(c, &count);
    struct question *q = c->event->pub ? NULL : fold_question(c);
    if (leader && q == leader)
        c->body.bad = true;
    if (c->body.bad)
        return;
    if (q) {
        fold_leave_group(c->iv, q);
        q->group = leader->id;
        leader->regrouped++;
        // What was decided about it alone is over: taken out again it waits as it was asked.
        fold_forget_decision(q);
        q->decided_ms = c->event->at_ms;
        q->decided_by = fold_actor(c);
        fold_end_claim(q);
        fold_move(c, q, Q_GROUPED);
    }
    tell(c, leader, count);
}

static void on_ungrouped(struct change *c)
{
    uint64_t count;
    struct question *leader = read_group(c, &count);
    struct question *q = c->event->pub ? NULL : fold_question(c);
    if (c->body.bad)
        return;
    if (q) {
        q->group = NULL;
        q->decided_ms = 0;
        q->decided_by = NULL;
        c->iv->reopened++;
        leader->regrouped++;
        fold_move(c, q, Q_PENDING);
    }
    tell(c, leader, count);
}

const struct handler fold_group_handlers[] = {
    {"question.grouped", on_grouped, SEEN_OR_PUBLIC},
    {"question.ungrouped", on_ungrouped, SEEN_OR_PUBLIC},
    {NULL},
};
