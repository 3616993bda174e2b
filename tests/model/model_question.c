// SPDX-License-Identifier: Apache-2.0
// What a command about a question is answered with: what many have in common by the table in
// model.c, and the particulars of each.
#include <string.h>

#include "tests/model/model_inside.h"

// ---- what is so of a question ----

bool mq_is_disposed(enum mq_stage stage)
{
    return !((WAITING | LET_THROUGH | Q(ON_AIR)) & 1u << stage);
}

bool mq_leads(const struct m_question *q)
{
    unsigned came_to_nothing = Q(REJECTED) | Q(GROUPED) | Q(WITHDRAWN) | Q(RETRACTED) | Q(LAPSED);
    return !(came_to_nothing & 1u << q->stage);
}

// A department's case is about all who asked the same; a reply to one asker alone is not.
bool mq_shares(const struct m_question *leader)
{
    return leader->is_public || leader->department || !mq_is_disposed(leader->stage);
}

// Nothing goes back on air by itself, and what has lost its answer waits for another.
enum mq_stage mq_restores_to(const struct m_interview *iv, int n)
{
    const struct m_question *q = iv->questions[n];
    bool answered = (Q(ANSWERED) | Q(CLOSED)) & 1u << q->before && !q->reply[0];
    bool waits = q->before == MQ_ON_AIR || (answered && mq_answer(iv, n, NO_ONE) < 0);
    return waits ? MQ_QUEUED : q->before;
}

bool mq_has_end(const struct m_interview *iv, const struct m_question *q)
{
    if (q->erased)
        return true;
    if (q->stage == MQ_GROUPED)
        return mq_leads(iv->questions[q->leader]);
    return mq_is_disposed(q->stage) && q->appeal != MP_OPEN;
}

// ---- a case: what is done about it when, and its date ----

static const struct {
    unsigned from; // bits of its stages
    int to;
} of_case[C_KINDS] = {
    [C_CASE_ACCEPT] = {M(OPENED), MC_ACCEPTED},
    [C_RE_ROUTE] = {M(OPENED) | M(ACCEPTED), MC_OPENED},
    [C_STOP_CLOCK] = {M(ACCEPTED) | M(RETURNED), MC_CLOCK_STOPPED},
    [C_RESUME_CLOCK] = {M(CLOCK_STOPPED), MC_ACCEPTED},
    [C_EXTEND] = {M(OPENED) | M(ACCEPTED) | M(RETURNED) | M(DRAFT_SUBMITTED), T_STAYS},
    [C_DRAFT] = {M(ACCEPTED) | M(RETURNED) | M(DRAFT_SUBMITTED), MC_DRAFT_SUBMITTED},
    [C_REWORK] = {M(DRAFT_SUBMITTED), MC_RETURNED},
    [C_CASE_REPLY] = {~M(CLOSED), MC_CLOSED},
};

bool mc_may(enum m_kind kind, enum mc_stage stage)
{
    return of_case[kind].from & 1u << stage;
}

enum mc_stage mc_goes_to(const struct m_command *c, const struct m_question *q)
{
    int to = of_case[c->kind].to;
    return to == T_STAYS ? q->file.stage : (enum mc_stage)to;
}

enum { MODEL_DAY_MS = 86400000 };

static bool is_working(int64_t day) // 1970 began with a Thursday
{
    int64_t of_week = (day + 3) % 7;
    return of_week < 5;
}

// The last second of the day that is so many working days later.
static int64_t deadline(int64_t from, unsigned days)
{
    int64_t day = from / MODEL_DAY_MS;
    while (days)
        days -= is_working(++day);
    return (day + 1) * MODEL_DAY_MS - 1000;
}

unsigned m_days(int64_t from, int64_t to)
{
    unsigned days = 0;
    for (int64_t day = from / MODEL_DAY_MS; day < to / MODEL_DAY_MS;)
        days += is_working(++day);
    return days;
}

int64_t mc_due(const struct m_command *c, const struct m_question *q, int64_t now)
{
    if (c->kind == C_REFER)
        return c->iv->strict ? deadline(now, MODEL_ANSWER_DAYS) : 0;
    if (c->kind == C_EXTEND)
        return c->until ? deadline(c->until, 0) : deadline(q->due ? q->due : now, c->number);
    unsigned stood = c->kind == C_RESUME_CLOCK && q->due ? m_days(q->file.stopped, now) : 0;
    return stood ? deadline(q->due, stood) : q->due;
}

unsigned mq_members(const struct m_interview *iv, int q)
{
    unsigned count = 0;
    for (unsigned i = 0; i < iv->question_count; i++)
        count += iv->questions[i]->leader == q;
    return count;
}

int mq_answer(const struct m_interview *iv, int q, int except)
{
    for (unsigned i = 0; i < iv->said_count && iv->questions[q]->answer_count; i++) {
        const struct m_statement *s = &iv->statements[iv->said[i]];
        for (unsigned k = 0; k < s->q_count; k++)
            if (s->is_answer && s->stage == MS_PUBLISHED && s->qs[k] == q && iv->said[i] != except)
                return iv->said[i];
    }
    return -1;
}

unsigned mq_answers(const struct m_interview *iv, int q)
{
    unsigned count = 0;
    for (unsigned i = 0; i < iv->said_count && iv->questions[q]->answer_count; i++) {
        const struct m_statement *s = &iv->statements[iv->said[i]];
        bool is_about = false;
        for (unsigned k = 0; k < s->q_count; k++)
            is_about |= s->qs[k] == q;
        count += is_about && s->is_answer && s->stage == MS_PUBLISHED;
    }
    return count;
}

// Where a reviewer has to agree, whoever decides first only proposes; a reviewer too.
bool m_is_first_step(const struct m_command *c, const struct m_question *q)
{
    bool decides = (c->kind == C_APPROVE || c->kind == C_REJECT) && WAITING & 1u << q->stage;
    bool agrees =
        q->proposed_by != NO_ONE && q->proposed_by != c->by && m_has(c->iv, c->by, REVIEWER);
    return c->iv->chained && decides && !agrees;
}

bool m_is_live(const struct m_question *q, int64_t now)
{
    return q->claim_by >= 0 && q->claim_until > now;
}

// ---- refusals ----

static bool deny_claimed(struct line *l, const struct m_question *q)
{
    say(l, "claimed by=%s version=%u", m_name(q->claim_by), q->version);
    say_time(l, "until", q->claim_until);
    return false;
}

static bool deny_stale(struct line *l, const struct m_question *q)
{
    int who = q->changed_by != NO_ONE ? q->changed_by : q->claim_by;
    bool by_asker = who >= 0 && who < CITIZENS;
    say(l, "stale");
    if (who != NO_ONE)
        say_more(l, " by=%s", by_asker ? "asker" : m_name(who));
    say_more(l, " stage=%s version=%u", mq_words[q->stage], q->version);
    return false;
}

static void say_moved(struct line *l, const struct m_question *q, enum mq_stage to)
{
    say(l, "ok stage=%s version=%u", mq_words[to], q->version + 1);
}

// ---- the particulars: false when they forbid it; the usual answer is said already ----

static bool of_claim(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool mine = q->claim_by == c->by;
    if (!mine && m_is_live(q, l->now) && !(c->kind == C_CLAIM && c->take_over))
        return deny_claimed(l, q);
    bool ends = c->kind == C_LET_GO;
    say(l, "ok version=%u claim_epoch=%u", q->version, q->claim_epoch + (!mine && !ends));
    if (!ends)
        say_time(l, "until", l->now + MODEL_CLAIM_MS);
    return !ends || mine;
}

static bool of_approval(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (m_is_first_step(c, q))
        say_more(l, " waits_for=reviewer");
    else if (!c->iv->with_answer)
        say_time(l, "public_at", l->now + MODEL_UNDO_MS);
    return c->wrong != LONG_TEXT || deny(l, "too_long");
}

static bool of_undo(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->is_public)
        return deny_stage(l, q);
    bool may = q->decided_by == c->by || m_has(c->iv, c->by, REVIEWER);
    return may || deny(l, "not_authorized");
}

// Another question of the interview that has not come to nothing.
static bool of_named(const struct m_command *c, const struct m_question *q, struct line *l)
{
    const struct m_question *into = c->into >= 0 ? c->iv->questions[c->into] : NULL;
    if (!into)
        return deny(l, "not_found");
    if (into == q)
        return deny(l, "bad_params");
    return (mq_leads(into) && !into->erased) || deny_stage(l, into);
}

// What waits is rejected; what was let through at the end gate only, and never once it was public;
// and what was rejected when its asker has appealed, by another person.
static bool of_rejection(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool again = q->stage == MQ_REJECTED;
    bool at_gate = c->iv->stage == MI_ENDED || c->iv->stage == MI_EDITING;
    if (again && q->appeal != MP_OPEN)
        return deny_stage(l, q);
    if (again && c->by != ADMIN && !m_has(c->iv, c->by, REVIEWER))
        return deny(l, "not_authorized");
    if (again && (q->decided_by == c->by || q->passed_by == c->by))
        return deny(l, "two_persons");
    if (q->is_public || (LET_THROUGH & 1u << q->stage && !at_gate))
        return deny_stage(l, q);
    if (c->wrong == WRONG_WORD || (strcmp(c->code, "off_topic") == 0 && !c->note))
        return deny(l, "bad_params");
    if (c->names != (strcmp(c->code, "duplicate") == 0))
        return deny(l, "bad_params");
    if (m_is_first_step(c, q))
        say_more(l, " waits_for=reviewer");
    return !c->names || of_named(c, q, l);
}

static bool of_reply(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->is_public)
        return deny_stage(l, q);
    return !mq_members(c->iv, c->q) || deny(l, "has_members");
}

static bool of_retraction(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!q->is_public)
        return deny_stage(l, q);
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    if (c->iv->strict && !q->retraction_code)
        say(l, "ok stage=%s version=%u waits_for=reviewer", mq_words[q->stage], q->version + 1);
    else if (c->iv->strict &&
             (q->retraction_asker == c->by || (c->by != ADMIN && !m_has(c->iv, c->by, REVIEWER))))
        return deny(l, "two_persons");
    return true;
}

static bool of_restoring(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool rejected = q->stage == MQ_REJECTED;
    enum mq_stage to = rejected ? MQ_PENDING : mq_restores_to(c->iv, c->q);
    bool behind_gate = (c->iv->was_published || c->iv->was_cancelled) && !mq_is_disposed(to);
    if (rejected ? q->appeal != MP_OPEN : behind_gate)
        return deny_stage(l, q);
    bool mine = rejected ? q->decided_by == c->by || q->passed_by == c->by
                         : q->retracted_by == c->by || q->retraction_asker == c->by;
    if (mine)
        return deny(l, "two_persons");
    say_moved(l, q, to);
    return rejected || !mi_is_still(c->iv) || deny(l, "frozen");
}

// The first is an administrator; who confirms is another one, and wants the same.
static bool of_erasing(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!mq_has_end(c->iv, q))
        return deny_stage(l, q);
    if (c->wrong == WRONG_WORD || c->wrong == EMPTY_TEXT)
        return deny(l, "bad_params");
    bool confirms = q->erasure_asker != NO_ONE && q->erasure_class == c->to;
    if (confirms && q->erasure_asker == c->by)
        return deny(l, "two_persons");
    if (!confirms && c->by != ADMIN)
        return deny(l, "not_authorized");
    say(l, "ok stage=%s version=%u", mq_words[q->stage], q->version + 1);
    if (!confirms)
        say_more(l, " waits_for=portal_admin,reviewer,auditor");
    return true;
}

bool deny_erased(struct line *l, const struct m_question *q)
{
    say(l, "erased stage=%s version=%u", mq_words[q->stage], q->version);
    return false;
}

static bool of_grouping(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->is_public)
        return deny_stage(l, q);
    if (mq_members(c->iv, c->q))
        return deny(l, "has_members");
    if (!of_named(c, q, l))
        return false;
    const struct m_question *into = c->iv->questions[c->into];
    if (!mq_shares(into))
        return deny_stage(l, into);
    say_more(l, " group=%s count=%u", into->id, mq_members(c->iv, c->into) + 1);
    return true;
}

static bool of_ungrouping(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (c->iv->was_cancelled || c->iv->was_published)
        return deny_stage(l, q);
    say_more(l, " group=%s count=%u", c->iv->questions[q->leader]->id,
             mq_members(c->iv, q->leader) - 1);
    return true;
}

static bool of_route(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool routes = c->kind == C_ROUTE;
    enum m_route answer = c->kind == C_ACCEPT ? MR_ACCEPTED : MR_PASSED;
    if (!routes && (q->route_guest < 0 || q->route == answer))
        return deny_stage(l, q);
    if (routes && c->to >= (int)c->iv->guests)
        return deny(l, "bad_params");
    return true;
}

static bool of_silence(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->asker < 0 || q->asker >= CITIZENS)
        return deny(l, "no_asker");
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    say(l, "ok");
    if (c->kind == C_UNSILENCE)
        return m_is_silenced(c->iv, q->asker, l->now);
    say_time(l, "until", l->now + (int64_t)c->number * 60000);
    return true;
}

// One for each guest, and whoever is named answers no other.
static bool of_airing(const struct m_command *c, const struct m_question *q, struct line *l)
{
    unsigned on_air = 0;
    const struct m_question *first = NULL, *answers = NULL;
    if (c->to >= (int)c->iv->guests)
        return deny(l, "bad_params");
    for (unsigned i = 0; i < c->iv->question_count; i++) {
        const struct m_question *other = c->iv->questions[i];
        if (other->stage != MQ_ON_AIR)
            continue;
        on_air++;
        first = first ? first : other;
        if (c->to != NO_ONE && other->air_guest == c->to && !answers)
            answers = other;
    }
    if (answers || on_air >= c->iv->guests)
        return deny_stage(l, answers ? answers : first);
    bool becomes_public = !q->is_public && q->public_at;
    return !becomes_public || !mi_is_still(c->iv) || deny(l, "frozen");
}

static bool of_redaction(const struct m_command *c, const struct m_question *q, struct line *l)
{
    return (c->number && c->at + c->number <= m_points(q->text)) || deny(l, "bad_params");
}

static bool of_vote(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!q->is_public)
        return deny(l, "not_found");
    unsigned open = Q(APPROVED) | Q(ON_AIR) | Q(ANSWERED);
    if (q->erased || !(open & 1u << q->shown_stage)) {
        say(l, "wrong_stage stage=%s version=%u", mq_words[q->shown_stage], q->shown_version);
        return false;
    }
    if (mi_is_still(c->iv))
        return deny(l, "frozen");
    unsigned votes = c->to ? q->votes | BE(c->by) : q->votes & ~BE(c->by);
    say(l, "ok votes=%d", __builtin_popcount(votes));
    return true;
}

static bool of_extension(const struct m_command *c, const struct m_question *q, struct line *l)
{
    int64_t from = q->due ? q->due : l->now, due = mc_due(c, q, l->now);
    unsigned days = m_days(from, due);
    if (c->wrong == WRONG_WORD || due <= from || due <= l->now || !days)
        return deny(l, "bad_params");
    return !c->iv->strict || q->file.extended + days <= MODEL_EXTENSION_DAYS || deny(l, "guard");
}

// Nobody publishes what he drafted where somebody is there to check it; and what was hidden is
// shown by whoever may let questions through.
static bool of_case_reply(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool shows = c->shows && !q->is_public;
    unsigned showers = c->iv->chained ? BE(REVIEWER) : BE(MOD1) | BE(REVIEWER) | BE(CHECKER);
    if (shows && !m_has_duty(c->iv, c->by, showers))
        return deny(l, "not_authorized");
    if (c->iv->roster & BE(CHECKER) && q->file.drafted_by == c->by)
        return deny(l, "two_persons");
    if (!c->text[0] && q->file.stage != MC_DRAFT_SUBMITTED)
        return deny(l, "bad_params");
    if (shows) // let through, and referred, as everybody would have seen it
        say(l, "ok stage=closed version=%u", q->version + 3);
    if (c->wrong == EMPTY_TEXT)
        return true;
    if (c->edits && c->wrong == LONG_TEXT)
        return deny(l, "too_long");
    return !shows || !mi_is_still(c->iv) || deny(l, "frozen");
}

static bool of_case_act(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!mc_may(c->kind, q->file.stage)) {
        say(l, "wrong_stage stage=%s version=%u case_stage=%s", mq_words[q->stage], q->version,
            mc_words[q->file.stage]);
        return false;
    }
    if (c->kind == C_CASE_REPLY)
        return of_case_reply(c, q, l);
    bool late = l->now - q->file.opened > MODEL_DAY_MS;
    bool looks_again = c->by == ADMIN || m_has(c->iv, c->by, REVIEWER);
    if (c->kind == C_RE_ROUTE && late && !looks_again)
        return deny(l, "re_route_late");
    if (c->kind == C_EXTEND && !of_extension(c, q, l))
        return false;
    if (c->kind == C_REWORK && q->file.drafted_by == c->by)
        return deny(l, "two_persons");
    say_more(l, " case_stage=%s", mc_words[mc_goes_to(c, q)]);
    int64_t due = mc_due(c, q, l->now);
    if (due)
        say_time(l, "due", due);
    return true;
}

static bool of_referral(const struct m_command *c, const struct m_question *q, struct line *l)
{
    int64_t due = mc_due(c, q, l->now);
    if (due)
        say_time(l, "due", due);
    return true;
}

static bool particulars(const struct m_command *c, const struct m_question *q, struct line *l)
{
    switch (c->kind) {
    case C_CLAIM:
    case C_LET_GO:
        return of_claim(c, q, l);
    case C_APPROVE:
        return of_approval(c, q, l);
    case C_UNDO:
        return of_undo(c, q, l);
    case C_REJECT:
        return of_rejection(c, q, l);
    case C_REPLY:
        return of_reply(c, q, l);
    case C_REFER:
        return of_referral(c, q, l);
    case C_CASE_ACCEPT:
    case C_RE_ROUTE:
    case C_STOP_CLOCK:
    case C_RESUME_CLOCK:
    case C_EXTEND:
    case C_DRAFT:
    case C_REWORK:
    case C_CASE_REPLY:
        return of_case_act(c, q, l);
    case C_LAPSE:
        return c->iv->strict || deny(l, "guard");
    case C_RETRACT:
        return of_retraction(c, q, l);
    case C_RESTORE:
        return of_restoring(c, q, l);
    case C_ERASE:
        return of_erasing(c, q, l);
    case C_GROUP:
        return of_grouping(c, q, l);
    case C_UNGROUP:
        return of_ungrouping(c, q, l);
    case C_NOTE:
        return !deny(l, "ok");
    case C_REDACT:
        return of_redaction(c, q, l);
    case C_ROUTE:
    case C_ACCEPT:
    case C_PASS_ON:
        return of_route(c, q, l);
    case C_SILENCE:
    case C_UNSILENCE:
        return of_silence(c, q, l);
    case C_REORDER:
        say(l, "ok stage=queued version=%u", q->version);
        return true;
    case C_ON_AIR:
        return of_airing(c, q, l);
    case C_VOTE:
        return of_vote(c, q, l);
    default:
        return true;
    }
}

bool expect_about_question(const struct m_command *c, struct line *l)
{
    const struct m_rule *r = &m_rules[c->kind];
    const struct m_question *q = c->iv->questions[c->q];
    bool waits = WAITING & 1u << q->stage;
    bool is_anothers = q->claim_by != c->by && m_is_live(q, l->now);
    bool is_mine = q->claim_by == c->by && c->epoch == q->claim_epoch;
    bool appealed = q->stage == MQ_REJECTED && q->appeal == MP_OPEN;
    if (q->erased && c->by >= CITIZENS)
        return deny_erased(l, q);
    if (c->kind == C_REJECT && c->by == ADMIN && !appealed) // he decides about appeals only
        return deny(l, "not_authorized");
    if (r->traits & T_VERSIONED && c->version != q->version)
        return deny_stale(l, q);
    if (r->from && !(r->from & 1u << q->stage))
        return deny_stage(l, q);
    if ((r->traits & T_FREE || (r->traits & T_CLAIMED && waits)) && is_anothers)
        return deny_claimed(l, q);
    if (r->traits & T_CLAIMED && waits && !is_mine)
        return deny_stale(l, q);
    bool stays = r->to == T_STAYS || m_is_first_step(c, q);
    say_moved(l, q, stays ? q->stage : (enum mq_stage)r->to);
    if (!particulars(c, q, l))
        return false;
    if (c->wrong == EMPTY_TEXT)
        return deny(l, "bad_params");
    bool is_new = r->traits & T_NEW && q->is_public;
    return !is_new || !mi_is_still(c->iv) || deny(l, "frozen");
}
