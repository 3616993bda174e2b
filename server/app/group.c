// SPDX-License-Identifier: Apache-2.0
// Questions that ask the same: one leads, the others are joined with it and share its fate.
//
// A group is one level deep: what others are joined with is not joined itself. The guard m:ID, the
// number of questions with a leader, keeps two commands from making it deeper, and every public
// count true: what makes a leader public and what changes its group look at the same key.
#include <string.h>

#include "server/app/commands.h"
#include "server/base/must.h"

// Is the number of its questions something the public knows?
static bool count_is_public(const struct question *leader)
{
    return leader->is_public && !question_is_gone(leader);
}

static void group_fact(struct call *c, const char *type, const struct question *q,
                       const struct question *leader, uint64_t count)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "into", leader->id);
    json_w_member_int(&w, "count", (int64_t)count);
    call_fact_end(c, &w, type, false);
}

// The joined question is hidden and stays so: the public event names the leader alone.
static void number_fact(struct call *c, const char *type, const struct question *leader,
                        uint64_t count)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "into", leader->id);
    json_w_member_int(&w, "count", (int64_t)count);
    call_fact_end(c, &w, type, true);
}

// While the feed stands still the public reads the number of before; group_follow makes it good.
static void count_fact(struct call *c, const char *type, const struct question *leader,
                       uint64_t count)
{
    if (count_is_public(leader) && !interview_is_still(c->channel->all))
        number_fact(c, type, leader, count);
}

void guard_members(struct call *c, const struct question *q)
{
    call_guard_same(c, "m", q->id, q->regrouped);
}

// The leader stays what it was when the batch is written: its stage, whether it is public, and the
// number of its questions, which becomes count.
static void guard_leader(struct call *c, const struct question *leader, uint64_t count)
{
    call_guard_same(c, "q", leader->id, leader->version);
    call_guard_same(c, "p", leader->id, leader->is_public);
    uint64_t moved = count > leader->grouped ? count - leader->grouped : leader->grouped - count;
    call_guard_number(c, "m", leader->id, leader->regrouped, leader->regrouped + moved);
}

static void group_result(struct call *c, enum question_stage stage, uint64_t version,
                         const struct question *leader, uint64_t count)
{
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(stage));
    json_w_member_int(&w, "version", (int64_t)version);
    json_w_member(&w, "group", leader->id);
    json_w_member_int(&w, "count", (int64_t)count);
    json_w_close(&w, '}');
}

// A department's case is about all who asked the same; a reply to one asker alone is not.
static bool is_shared(const struct question *leader)
{
    return leader->is_public || !question_is_disposed(leader->stage) || leader->referral.id;
}

const struct question *find_leading(struct call *c, const struct question *q, struct slice id)
{
    const struct question *leader = interview_question(c->channel->all, id);
    if (!leader) {
        call_not_found(c);
        return NULL;
    }
    if (leader == q) {
        call_bad_params(c, "into", "the same question");
        return NULL;
    }
    if (!question_leads(leader) || leader->erased_ms) {
        refuse_stage(c, leader);
        return NULL;
    }
    return leader;
}

// NULL: answered.
static const struct question *find_leader(struct call *c, const struct question *q, struct slice id)
{
    const struct question *leader = find_leading(c, q, id);
    if (leader && !is_shared(leader)) {
        refuse_stage(c, leader);
        return NULL;
    }
    return leader;
}

void question_group_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    bool waiting = question_may_move(q->stage, M_CLAIM, NULL);
    if (!decide_may(c, q, m, M_GROUP, waiting ? IN_MY_HAND : IN_ANY_HAND))
        return;
    if (q->is_public) { // what was shown keeps its card, and its votes
        refuse_stage(c, q);
        return;
    }
    if (q->grouped) {
        call_refuse(c, "has_members");
        return;
    }
    const struct question *leader = find_leader(c, q, m->into);
    if (!leader)
        return;
    uint64_t count = leader->grouped + 1;
    decide_guard(c, q);
    guard_members(c, q);
    guard_leader(c, leader, count);
    group_fact(c, "question.grouped", q, leader, count);
    count_fact(c, "question.grouped", leader, count);
    group_result(c, Q_GROUPED, q->version + 1, leader, count);
    call_record(c, slice_of(c->channel->all->id));
}

void group_leave(struct call *c, const struct question *q, const struct question *leader)
{
    must(q->group && leader->grouped);
    uint64_t count = leader->grouped - 1;
    guard_leader(c, leader, count);
    count_fact(c, "question.ungrouped", leader, count);
}

void question_ungroup_run(struct call *c, const void *params)
{
    const struct question_decide *m = params;
    const struct question *q = called_question(c, m->question);
    enum question_stage to;
    if (!decide_may(c, q, m, M_UNGROUP, IN_ANY_HAND))
        return;
    if (interview_is_settled(c->channel->all)) {
        refuse_stage(c, q);
        return;
    }
    const struct question *leader = interview_leader(c->channel->all, q);
    must(leader && question_may_move(q->stage, M_UNGROUP, &to));
    uint64_t count = leader->grouped - 1;
    decide_guard(c, q);
    guard_reopening(c, 1);
    group_leave(c, q, leader);
    group_fact(c, "question.ungrouped", q, leader, count);
    group_result(c, to, q->version + 1, leader, count);
    call_record(c, slice_of(c->channel->all->id));
}

const struct question *group_shown_leader(const struct interview *iv, const struct question *q)
{
    const struct question *joined = interview_leader(iv, q);
    const struct question *leader = joined ? joined : interview_repeated(iv, q);
    bool shown = leader && leader->is_public && question_leads(leader);
    return shown && iv->stage != I_TAKEN_DOWN ? leader : NULL;
}

const struct question *group_outcome(const struct interview *iv, const struct question *q)
{
    const struct question *leader = interview_leader(iv, q);
    const struct question *shown = group_shown_leader(iv, q);
    bool follows = leader && question_leads(leader) && is_shared(leader);
    return shown ? shown : follows && iv->stage != I_TAKEN_DOWN ? leader : q;
}

// ---- when a leader came to nothing ----

static void on_ungrouped(void *ctx, struct slice json)
{
    struct channel *ch = ctx;
    (void)json; // refused only when one of them moved meanwhile
    ch->ungrouping = false;
    ch->has_orphans = true;
}

static const struct question *first_orphan(const struct interview *iv)
{
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (q->stage == Q_GROUPED && !question_has_end(iv, q))
            return q;
    }
    return NULL;
}

// One leader's questions in a batch; the operation is named by what it is about, so that a restart
// neither loses nor doubles it.
static void ungroup_all(struct channel *ch, const struct question *leader)
{
    enum { MOST = CALL_GUARDS - 8 };
    const struct interview *iv = ch->all;
    struct call *c = call_system(ch->app);
    c->channel = ch;
    struct buf which = {0};
    uint64_t count = leader->grouped;
    buf_printf(&which, "%s@%llu", leader->id, (unsigned long long)leader->version);
    for (size_t i = 0; i < iv->question_count && c->guard_count < MOST; i++) {
        const struct question *q = iv->questions[i];
        if (q->stage != Q_GROUPED || q->erased_ms || interview_leader(iv, q) != leader)
            continue;
        buf_printf(&which, " %s@%llu", q->id, (unsigned long long)q->version);
        call_guard_number(c, "q", q->id, q->version, q->version + 1);
        group_fact(c, "question.ungrouped", q, leader, --count);
    }
    count_fact(c, "question.ungrouped", leader, count);
    guard_leader(c, leader, count);
    guard_reopening(c, leader->grouped - count);
    call_guard_same(c, "i", "version", iv->version);
    op_make("system", "ungroup", slice_of(iv->id), buf_slice(&which), c->op);
    buf_finish(&which);
    c->answer = on_ungrouped;
    c->answer_ctx = ch;
    ch->ungrouping = true;
    call_record(c, slice_of(iv->id));
}

static void follow_orphans(struct channel *ch)
{
    // What is grouped when nothing waits any more stays so.
    if (!ch->has_orphans || ch->ungrouping || interview_is_settled(ch->all))
        return;
    const struct question *orphan = first_orphan(ch->all);
    ch->has_orphans = orphan != NULL;
    if (orphan)
        ungroup_all(ch, interview_leader(ch->all, orphan));
}

// ---- when the feed goes on ----

static void on_told(void *ctx, struct slice json)
{
    struct channel *ch = ctx;
    (void)json; // refused only when something moved meanwhile
    ch->telling = false;
    ch->has_old_numbers = true;
}

static bool is_outdated(const struct question *q)
{
    return count_is_public(q) && q->told != q->grouped;
}

// One number for each leader, the true one, however often it changed meanwhile; some leaders in a
// batch. Which of them, at which number, names the operation.
static void tell_numbers(struct channel *ch)
{
    enum { MOST = CALL_GUARDS / 3 - 2 }; // leaders, of three guards each
    const struct interview *iv = ch->all;
    struct call *c = call_system(ch->app);
    c->channel = ch;
    struct buf which = {0};
    for (size_t i = 0; i < iv->question_count && c->fact_count < MOST; i++) {
        const struct question *leader = iv->questions[i];
        if (!is_outdated(leader))
            continue;
        buf_printf(&which, " %s@%llu.%llu", leader->id, (unsigned long long)leader->version,
                   (unsigned long long)leader->regrouped);
        guard_leader(c, leader, leader->grouped);
        bool more = leader->grouped > leader->told;
        number_fact(c, more ? "question.grouped" : "question.ungrouped", leader, leader->grouped);
    }
    call_guard_same(c, "i", "version", iv->version);
    op_make("system", "number", slice_of(iv->id), buf_slice(&which), c->op);
    buf_finish(&which);
    c->answer = on_told;
    c->answer_ctx = ch;
    ch->telling = true;
    call_record(c, slice_of(iv->id));
}

static bool has_outdated(const struct interview *iv)
{
    for (size_t i = 0; i < iv->question_count; i++)
        if (is_outdated(iv->questions[i]))
            return true;
    return false;
}

static void follow_numbers(struct channel *ch)
{
    bool waits = interview_is_still(ch->all) || ch->all->stage == I_ARCHIVED;
    if (!ch->has_old_numbers || ch->telling || waits)
        return;
    ch->has_old_numbers = has_outdated(ch->all);
    if (ch->has_old_numbers)
        tell_numbers(ch);
}

void group_follow(struct channel *ch)
{
    follow_orphans(ch);
    follow_numbers(ch);
}
