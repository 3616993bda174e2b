// SPDX-License-Identifier: Apache-2.0
// Makes up the next command: mostly what somebody on duty would do next, often enough what nobody
// should.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/driver.h"

static unsigned below(struct driver *d, unsigned n)
{
    return rng_below(&d->rng, n);
}

static bool chance(struct driver *d, unsigned of_1000)
{
    return rng_chance(&d->rng, of_1000);
}

// ---- how often, by what the interview is at ----

enum phase { PLANNING, COLLECTING, ON_AIR, GATE, AFTER, PHASES };

// clang-format off
static const unsigned char weights[C_KINDS][PHASES] = {
    //                 plan collect air gate after
    [C_UPDATE]      = { 4,  3,  3,  2,  1},
    [C_TRANSITION]  = {60,  5,  3, 25, 40},
    [C_ASKING]      = { 3,  8,  5,  3,  3},
    [C_ASK]         = { 4, 40, 30,  4,  4},
    [C_ENTER]       = { 1,  4,  4,  1,  1},
    [C_STATUS]      = { 3,  8, 10, 10, 10},
    [C_WITHDRAW]    = { 2,  6,  6,  5,  3},
    [C_APPEAL]      = { 1,  6,  6, 10,  4},
    [C_VOTE]        = { 1, 24, 24,  3,  2},
    [C_CLAIM]       = {10, 40, 40, 60,  3},
    [C_LET_GO]      = { 3,  5,  5,  4,  1},
    [C_APPROVE]     = { 5, 35, 30, 10,  2},
    [C_UNDO]        = { 2,  5,  5,  3,  1},
    [C_REJECT]      = { 5, 10, 10, 60,  2},
    [C_HOLD]        = { 2,  5,  4,  3,  1},
    [C_RELEASE]     = { 2,  5,  5,  6,  1},
    [C_REFER]       = { 2,  3,  3, 40,  2},
    [C_REPLY]       = { 2,  3,  3, 30,  2},
    [C_CASE_ACCEPT] = { 1,  4,  4, 20, 10},
    [C_RE_ROUTE]    = { 1,  2,  2,  6,  4},
    [C_STOP_CLOCK]  = { 1,  3,  3, 10,  8},
    [C_RESUME_CLOCK] = { 1,  3,  3, 10,  6},
    [C_EXTEND]      = { 1,  2,  2,  8,  5},
    [C_DRAFT]       = { 1,  3,  3, 12,  8},
    [C_REWORK]      = { 1,  2,  2,  8,  5},
    [C_CASE_REPLY]  = { 1,  3,  4, 20, 15},
    [C_LAPSE]       = { 1,  2,  2, 25,  1},
    [C_RETRACT]     = { 1,  8, 10,  8, 12},
    [C_RESTORE]     = { 1, 10, 10, 12, 12},
    [C_ERASE]       = { 1,  3,  3,  5,  8},
    [C_GROUP]       = { 3, 14, 12,  8,  1},
    [C_UNGROUP]     = { 2,  6,  5,  4,  1},
    [C_LABEL]       = { 1,  6,  5,  3,  1},
    [C_NOTE]        = { 1,  5,  4,  3,  2},
    [C_REDACT]      = { 1,  5,  5,  4,  4},
    [C_ROUTE]       = { 1,  4,  5,  2,  1},
    [C_ACCEPT]      = { 1,  3,  4,  2,  1},
    [C_PASS_ON]     = { 1,  3,  4,  2,  1},
    [C_SILENCE]     = { 1,  2,  2,  1,  1},
    [C_UNSILENCE]   = { 1,  4,  4,  2,  1},
    [C_QUEUE]       = { 1, 12, 12,  3,  1},
    [C_REORDER]     = { 1,  5,  5,  1,  1},
    [C_DEQUEUE]     = { 1,  5,  4,  2,  1},
    [C_ON_AIR]      = { 1,  3, 14,  2,  1},
    [C_OFF_AIR]     = { 1,  1,  5,  6,  1},
    [C_BULK]        = { 2,  8,  8, 12,  1},
    [C_SAY]         = { 1,  5, 14,  8,  2},
    [C_PREPARE]     = { 6,  8,  8,  4,  1},
    [C_SEND]        = { 1,  5, 10,  8,  1},
    [C_PASS]        = { 1,  4, 10,  8,  1},
    [C_RETURN]      = { 2,  3,  4,  4,  3},
    [C_DISCARD]     = { 1,  1,  2,  4,  3},
    [C_CORRECT]     = { 1,  1,  6,  8,  8},
    [C_UNSAY]       = { 1,  1,  8,  8,  8},
    [C_FREEZE]      = { 1,  1,  3,  1,  1},
    [C_UNFREEZE]    = { 2,  4, 12,  8,  4},
    [C_DELAY]       = { 1,  1,  4,  1,  1},
    [C_NOTICE]      = { 2,  3,  3,  2,  2},
    [C_ACKNOWLEDGE] = { 2,  3,  3,  2,  2},
    [C_RECALL]      = { 1,  2,  2,  2,  2},
    [C_INVITE]      = { 2,  2,  2,  2,  1},
    [C_COME_IN]     = { 2,  2,  2,  2,  1},
    [C_REVOKE]      = { 1,  1,  1,  1,  1},
    [C_WORD]        = { 3,  3,  3,  3,  3},
};
// clang-format on

static enum phase phase_of(const struct m_interview *iv)
{
    switch (iv->stage) {
    case MI_ANNOUNCED:
    case MI_LOBBY:
        return COLLECTING;
    case MI_LIVE:
    case MI_SUSPENDED:
    case MI_DRAINING:
        return ON_AIR;
    case MI_ENDED:
    case MI_EDITING:
        return GATE;
    case MI_PUBLISHED:
    case MI_CLOSED:
    case MI_ARCHIVED:
        return AFTER;
    default:
        return PLANNING;
    }
}

static unsigned weight(const struct m_interview *iv, enum m_kind kind)
{
    enum phase phase = phase_of(iv);
    bool opens = kind == C_ASKING && iv->asking == MA_CLOSED && iv->stage <= MI_LIVE;
    return weights[kind][phase] + (opens && phase != PLANNING ? 30u : 0u);
}

static enum m_kind pick_kind(struct driver *d, const struct m_interview *iv)
{
    unsigned sum = 0;
    for (int k = C_UPDATE; k < C_KINDS; k++)
        sum += weight(iv, (enum m_kind)k);
    unsigned dice = below(d, sum);
    int k = C_UPDATE;
    for (; dice >= weight(iv, (enum m_kind)k); k++)
        dice -= weight(iv, (enum m_kind)k);
    return (enum m_kind)k;
}

// ---- who and where ----

static int a_moderator(struct driver *d)
{
    return MOD1 + (int)below(d, 5);
}

// Any of those who may; now and then anybody.
static int somebody_for(struct driver *d, enum m_kind kind)
{
    unsigned who = m_rules[kind].who & ((1u << PEOPLE) - 1);
    if (chance(d, 60))
        return (int)below(d, PEOPLE);
    if (kind == C_TRANSITION && chance(d, 500))
        return ADMIN;
    if (kind == C_BULK || (who & 1u << MOD1 && chance(d, 600)))
        return chance(d, 850) ? a_moderator(d) : chance(d, 500) ? COMPERE : REVIEWER;
    if (!who)
        return (int)below(d, CITIZENS);
    int by;
    do
        by = (int)below(d, PEOPLE);
    while (!(who & 1u << by));
    return by == MOD1 ? a_moderator(d) : by;
}

static unsigned a_roster(struct driver *d)
{
    unsigned roster = 0;
    for (int who = COMPERE; who <= CHECKER; who++)
        if (chance(d, who >= MOD1 && who <= MOD5 ? 700 : 970))
            roster |= 1u << who;
    return roster | 1u << MOD1 | 1u << MOD2;
}

static bool is_full(const struct m_interview *iv)
{
    return iv->question_count > MODEL_QUESTIONS - TOGETHER - 1 ||
           iv->statement_count > MODEL_STATEMENTS - TOGETHER - 1 ||
           iv->notice_count > MODEL_NOTICES - TOGETHER - 1 ||
           iv->invitation_count > MODEL_NOTICES - TOGETHER - 1;
}

static bool may_be_left(const struct m_interview *iv)
{
    return phase_of(iv) == AFTER || iv->stage == MI_CANCELLED || iv->stage == MI_TAKEN_DOWN ||
           (iv->rehearsal && iv->stage == MI_EDITING); // its end
}

// The interview in a slot, or NULL when the slot wants a new one.
static struct m_interview *pick_iv(struct driver *d, unsigned *ret_slot)
{
    unsigned slot = below(d, SLOTS);
    *ret_slot = slot;
    if (d->slots[slot] < 0)
        return NULL;
    struct m_interview *iv = d->ivs[d->slots[slot]];
    if (!iv->id[0]) // its creation is under way, or was refused
        return chance(d, 300) ? NULL : iv;
    bool leaves = is_full(iv) || (may_be_left(iv) && chance(d, 15));
    if (leaves && d->iv_count < MOST_IVS) {
        d->counts.finished += phase_of(iv) == AFTER;
        return NULL;
    }
    return iv;
}

// ---- about what ----

// Does this question want that? Only to find likely ones.
static bool wants(const struct m_question *q, enum m_kind kind)
{
    const struct m_rule *r = &m_rules[kind];
    bool waits = q->stage == MQ_PENDING || q->stage == MQ_HELD;
    if (r->from && !(r->from & 1u << q->stage))
        return false;
    if (kind >= C_CASE_ACCEPT && kind <= C_CASE_REPLY)
        return mc_may(kind, q->file.stage);
    switch (kind) {
    case C_CLAIM:
        return q->claim_by < 0;
    case C_LET_GO:
        return q->claim_by >= 0;
    case C_REJECT:
        return waits ? q->claim_by >= 0 : q->stage != MQ_REJECTED || q->appeal == MP_OPEN;
    case C_RESTORE:
        return q->stage != MQ_REJECTED || q->appeal == MP_OPEN;
    case C_APPEAL:
        return q->appeal == MP_NONE;
    case C_ERASE: // what has an end, or nearly
        return !q->erased && mq_is_disposed(q->stage);
    case C_RETRACT:
    case C_VOTE:
        return q->is_public;
    case C_REPLY:
        return !q->is_public;
    case C_GROUP:
        return !q->is_public && (!waits || q->claim_by >= 0);
    case C_SILENCE:
    case C_UNSILENCE:
        return q->asker >= 0 && q->asker < CITIZENS;
    case C_SAY:
    case C_PREPARE:
        return q->stage == MQ_ON_AIR || q->is_public;
    default:
        return !(r->traits & T_CLAIMED && waits) || q->claim_by >= 0;
    }
}

static int pick_question(struct driver *d, const struct m_interview *iv, enum m_kind kind)
{
    if (!iv->question_count)
        return -1;
    int q = (int)below(d, iv->question_count);
    if (chance(d, 150))
        return q;
    for (unsigned i = 0; i < iv->question_count; i++) {
        int other = (int)((unsigned)(q + (int)i) % iv->question_count);
        if (wants(iv->questions[other], kind))
            return other;
    }
    return q;
}

static int pick_statement(struct driver *d, const struct m_interview *iv, enum m_kind kind)
{
    if (!iv->statement_count)
        return -1;
    int s = (int)below(d, iv->statement_count);
    for (unsigned i = 0; i < iv->statement_count && !chance(d, 5); i++) {
        int other = (int)((unsigned)(s + (int)i) % iv->statement_count);
        if (m_rules[kind].from & 1u << iv->statements[other].stage)
            return other;
    }
    return s;
}

static int pick(struct driver *d, unsigned count)
{
    return count && !chance(d, 20) ? (int)(count - 1 - below(d, count < 6 ? count : 6)) : -1;
}

// A leader that others may know of, more often than any.
static int pick_leader(struct driver *d, const struct m_interview *iv)
{
    int q = (int)below(d, iv->question_count);
    for (int tries = 0; tries < 6 && !mq_leads(iv->questions[q]); tries++)
        q = (int)below(d, iv->question_count);
    return chance(d, 15) ? -1 : q;
}

// ---- particulars ----

static const char *a_code(struct driver *d)
{
    return m_codes[below(d, M_GIVEN)];
}

static const char *a_label(struct driver *d)
{
    static const char *const labels[] = {"roads", "schools", "water"};
    return labels[below(d, 3)];
}

static void marked_text(struct driver *d, struct m_command *c, const char *mark, const char *text)
{
    snprintf(c->text, sizeof c->text, "%s%uz %s", mark, d->next_mark++, text);
}

static void long_text(struct m_command *c)
{
    c->wrong = LONG_TEXT;
    memset(c->text, 'x', MODEL_QUESTION_MAX + 1);
    c->text[MODEL_QUESTION_MAX + 1] = '\0';
}

static void empty_text(struct m_command *c)
{
    c->wrong = EMPTY_TEXT;
    snprintf(c->text, sizeof c->text, "  ");
}

static void of_transition(struct driver *d, struct m_command *c)
{
    unsigned moves = mi_moves(c->iv);
    unsigned rare = 1u << MI_POSTPONED | 1u << MI_CANCELLED | 1u << MI_TAKEN_DOWN | 1u << MI_DRAFT;
    if (chance(d, 930) && moves & ~rare)
        moves &= ~rare;
    if (chance(d, 60))
        moves = (1u << MI_STAGES) - 1;
    do
        c->to = (int)below(d, MI_STAGES);
    while (!(moves & 1u << c->to));
    c->version = c->iv->version - chance(d, 60) + chance(d, 20);
    c->note = chance(d, 800) ? "As agreed" : NULL;
    c->overrides = chance(d, 400);
    if (chance(d, 15))
        c->wrong = WRONG_WORD;
}

static void chains(struct driver *d, struct m_command *c)
{
    static const int duties[] = {REVIEWER, CHECKER, MOD1, COMPERE, PRODUCER};
    c->sets_chains = chance(d, 700);
    c->sets_chained = chance(d, 600);
    c->chained = chance(d, 500);
    for (int as = 0; as < AS_ALL; as++) {
        c->chains[as].count = chance(d, 400) ? 1 + below(d, 2) : 0;
        for (unsigned i = 0; i < c->chains[as].count; i++)
            c->chains[as].duties[i] = duties[below(d, 5)];
    }
}

static void of_plan(struct driver *d, struct m_command *c)
{
    c->version = c->iv->version + chance(d, 80);
    c->sets_topic = chance(d, 400);
    c->sets_policy = chance(d, 300);
    c->sets_roster = chance(d, 400);
    c->roster = a_roster(d);
    c->policy = chance(d, 400);
    c->named = chance(d, 150);
    c->strict = chance(d, 400);
    if (c->sets_policy || c->kind == C_CREATE)
        chains(d, c);
    snprintf(c->topic, sizeof c->topic, "Topic %u", below(d, 100000));
}

static void of_ask(struct driver *d, struct m_command *c)
{
    unsigned n = d->next_mark;
    marked_text(d, c, "Mk", "when will it be done");
    c->is_own = c->kind == C_ENTER && chance(d, 300);
    if (chance(d, c->is_own ? 60 : 400))
        snprintf(c->name, sizeof c->name, "Nm%uz", n);
    if (chance(d, 20)) {
        c->wrong = TAKEN_NAME;
        snprintf(c->name, sizeof c->name, "Shen Yulan");
    } else if (chance(d, 20)) {
        empty_text(c);
    } else if (chance(d, 20)) {
        long_text(c);
    } else if (c->kind == C_ENTER && chance(d, 30)) {
        c->wrong = WRONG_WORD;
    }
}

static void several(struct driver *d, struct m_command *c, unsigned most, enum m_kind kind)
{
    c->q_count = c->iv->question_count ? below(d, most + 1) : 0;
    for (unsigned i = 0; i < c->q_count; i++)
        c->qs[i] = chance(d, 15) ? -1 : pick_question(d, c->iv, kind);
}

static void of_speech(struct driver *d, struct m_command *c)
{
    marked_text(d, c, "Sd", "was said");
    c->is_answer = chance(d, 700);
    several(d, c, MODEL_SEVERAL - 1, c->kind);
    c->s = c->kind == C_PREPARE && chance(d, 400) ? pick_statement(d, c->iv, c->kind) : NO_ONE;
    if (c->s >= 0) {
        c->version = c->iv->statements[c->s].version - chance(d, 50);
        if (chance(d, 600))
            c->by = c->iv->statements[c->s].author;
    }
    // Mostly of themselves, but whoever types types for others.
    bool of_compere = c->by == COMPERE ? chance(d, 500) : chance(d, 200);
    c->speaker = of_compere ? SAID_BY_COMPERE : (int)below(d, M_SPEAKERS);
    c->titled = chance(d, 100);
    if (chance(d, 20))
        c->wrong = WRONG_WORD;
    else if (chance(d, 10))
        c->speaker = NO_ONE;
}

static void of_step(struct driver *d, struct m_command *c)
{
    const struct m_statement *s = &c->iv->statements[c->s];
    c->version = s->version - chance(d, 50) + chance(d, 20);
    c->note = c->kind == C_RETURN ? "Once more, please" : NULL;
    if (c->kind == C_CORRECT)
        marked_text(d, c, "Sd", "was meant");
    if (c->kind == C_SEND && chance(d, 500))
        c->by = s->author;
    bool waits = c->kind == C_PASS && s->stage == MS_SUBMITTED;
    if (waits && chance(d, 850))
        c->by = s->waits_for == MOD1 ? a_moderator(d) : s->waits_for;
    if (c->kind == C_UNSAY && chance(d, 20))
        c->wrong = WRONG_WORD;
    else if (c->kind == C_CORRECT && chance(d, 20))
        empty_text(c);
    else if (chance(d, 10))
        c->wrong = WRONG_THING;
}

// A note for what needs one, and the question that it repeats; now and then not, or to no purpose.
static void grounds(struct driver *d, struct m_command *c)
{
    bool points = strcmp(c->code, "off_topic") == 0;
    c->note = chance(d, points ? 900 : 300) ? "For a reason" : NULL;
    c->names = (strcmp(c->code, "duplicate") == 0) != chance(d, 60);
    c->into = c->names ? pick_leader(d, c->iv) : 0;
}

static void of_bulk(struct driver *d, struct m_command *c)
{
    static const enum m_kind actions[] = {C_REJECT, C_APPROVE, C_REFER,   C_GROUP,
                                          C_QUEUE,  C_LABEL,   C_RELEASE, C_HOLD};
    c->to = actions[below(d, 8)];
    several(d, c, MODEL_SEVERAL - 1, (enum m_kind)c->to);
    c->qs[c->q_count++] = pick_question(d, c->iv, (enum m_kind)c->to);
    c->code = a_code(d);
    c->note = c->to == C_RELEASE ? "For a reason" : NULL;
    if (c->to == C_REJECT)
        grounds(d, c);
    c->department = "Water Bureau";
    c->label = c->to == C_LABEL ? a_label(d) : NULL;
    if (c->to != C_REJECT)
        c->into = pick_leader(d, c->iv);
    if (c->to == C_QUEUE && chance(d, 700))
        c->by = COMPERE;
    if (chance(d, 30))
        c->wrong = WRONG_WORD;
}

static void of_notice(struct driver *d, struct m_command *c)
{
    c->to = (int)below(d, 3);
    if (c->to == MT_PORTAL) {
        c->iv = d->portal;
        if (chance(d, 700))
            c->by = ADMIN;
        if (is_full(c->iv))
            c->to = MT_STAFF;
    }
    snprintf(c->text, sizeof c->text, "Notice %u", below(d, 100000));
    if (chance(d, 30))
        c->wrong = WRONG_WORD;
}

static void of_invitation(struct driver *d, struct m_command *c)
{
    if (c->kind == C_INVITE) {
        c->to = COMPERE + (int)below(d, STRANGER - COMPERE + 1);
        if (chance(d, 300)) // seconds from now, or days
            c->until = (d->world->now_ms / 1000 + below(d, 200)) * 1000;
        if (chance(d, 100))
            c->until = (d->world->now_ms / 1000 + (int64_t)below(d, 60) * 86400) * 1000;
        return;
    }
    c->n = pick(d, c->iv->invitation_count);
    bool has_token = c->n >= 0 && c->iv->invitations[c->n].token[0];
    if (c->kind == C_COME_IN && (!has_token || chance(d, 100)))
        c->wrong = WRONG_SECRET;
    if (c->kind == C_COME_IN && c->n >= 0 && chance(d, 850))
        c->by = c->iv->invitations[c->n].user;
}

// Words that stand so and no longer; now and then the house's again.
static void of_wording(struct driver *d, struct m_command *c)
{
    c->iv = d->portal;
    c->code = m_codes[below(d, M_CODES)];
    c->lang = below(d, MODEL_LANGS);
    c->to = (int)below(d, M_AUDIENCES + 1) - 1;
    if (chance(d, 750))
        snprintf(c->text, sizeof c->text, "Words %u", below(d, 100000));
    if (chance(d, 30))
        c->wrong = WRONG_WORD;
    else if (chance(d, 20))
        empty_text(c);
}

static void of_rest(struct driver *d, struct m_command *c)
{
    switch (c->kind) {
    case C_ASKING:
        c->to = chance(d, 700) ? MA_OPEN : (int)below(d, 3);
        break;
    case C_DELAY:
        c->number = chance(d, 600) ? 0 : 1 + below(d, 20);
        break;
    case C_ACKNOWLEDGE:
    case C_RECALL:
        if (chance(d, 200))
            c->iv = d->portal;
        c->n = pick(d, c->iv->notice_count);
        return;
    default:
        break;
    }
    if ((c->kind == C_ASKING || c->kind == C_DELAY) && chance(d, 20))
        c->wrong = WRONG_WORD;
}

static void wrong_decision(struct driver *d, struct m_command *c)
{
    bool coded = c->kind == C_REJECT || c->kind == C_RETRACT || c->kind == C_SILENCE;
    bool says = c->kind == C_REPLY || c->kind == C_CASE_REPLY || c->kind == C_NOTE ||
                c->kind == C_RELEASE || c->kind == C_STOP_CLOCK || c->kind == C_DRAFT ||
                c->kind == C_REWORK;
    if ((coded || c->kind == C_ERASE) && chance(d, 30))
        c->wrong = WRONG_WORD;
    else if (c->kind == C_ERASE && chance(d, 30))
        c->wrong = EMPTY_TEXT;
    else if (says && chance(d, 30))
        empty_text(c);
    else if (chance(d, 10))
        c->wrong = WRONG_THING;
}

static const char *a_department(struct driver *d)
{
    return chance(d, 500) ? "Water Bureau" : "Road Office";
}

// What the department does, and what it writes; a draft may become the reply.
static void of_case(struct driver *d, struct m_command *c)
{
    const struct m_question *q = c->iv->questions[c->q];
    bool notes = c->kind == C_STOP_CLOCK || c->kind == C_REWORK || c->kind == C_RE_ROUTE;
    c->version = q->version - chance(d, 50) + chance(d, 20);
    c->department = c->kind == C_RE_ROUTE ? a_department(d) : NULL;
    c->note = c->kind == C_EXTEND ? "The pipes are old" : NULL;
    if (notes)
        marked_text(d, c, "Ct", "among us");
    if (c->kind == C_DRAFT)
        snprintf(c->text, sizeof c->text, "Draft %u", below(d, 1000));
    c->number = 1 + below(d, 3);
    if (c->kind == C_EXTEND && chance(d, 300))
        c->until = (q->due ? q->due : d->world->now_ms) / 1000 * 1000 +
                   ((int64_t)below(d, 7) - 1) * 86400 * 1000;
    if (c->kind == C_EXTEND && chance(d, 30))
        c->wrong = WRONG_WORD;
    else
        wrong_decision(d, c);
    if (c->kind != C_CASE_REPLY)
        return;
    c->shows = chance(d, 400);
    if (q->file.drafted_by >= 0 && chance(d, 200))
        c->by = q->file.drafted_by;
    bool drafted = q->file.stage == MC_DRAFT_SUBMITTED && chance(d, 700);
    if (!drafted && c->wrong != EMPTY_TEXT && !chance(d, 30))
        snprintf(c->text, sizeof c->text, "Reply %u", below(d, 1000));
    c->edits = c->shows && !q->is_public && c->wrong == RIGHT && chance(d, 300);
    if (c->edits) // the question, beside the reply
        snprintf(c->name, sizeof c->name, "Edited %u", below(d, 1000));
    if (c->edits && chance(d, 50)) {
        c->wrong = LONG_TEXT;
        memset(c->name, 'x', MODEL_QUESTION_MAX + 1);
        c->name[MODEL_QUESTION_MAX + 1] = '\0';
    }
}

static void of_decision(struct driver *d, struct m_command *c)
{
    const struct m_question *q = c->iv->questions[c->q];
    bool coded = c->kind == C_REJECT || c->kind == C_RETRACT;
    bool notes = coded || c->kind == C_HOLD || c->kind == C_RESTORE || c->kind == C_REFER ||
                 c->kind == C_PASS_ON;
    c->version = q->version - chance(d, 50) + chance(d, 20);
    c->epoch = q->claim_epoch - chance(d, 30) + chance(d, 20);
    c->code = coded ? a_code(d) : NULL;
    bool needs_note = c->kind == C_LAPSE || c->kind == C_RELEASE;
    c->note = needs_note || (notes && chance(d, 300)) ? "For a reason" : NULL;
    c->department = c->kind == C_REFER ? a_department(d) : NULL;
    c->take_over = c->kind == C_CLAIM && chance(d, 100);
    bool places = c->kind == C_QUEUE || c->kind == C_REORDER;
    c->position = places && chance(d, 500) ? 1 + below(d, 6) : 0;
    c->into = c->kind == C_GROUP ? pick_leader(d, c->iv) : 0;
    if (c->kind == C_REJECT)
        grounds(d, c);
    bool labels = c->kind == C_LABEL ? chance(d, 800) : c->kind == C_APPROVE && chance(d, 200);
    c->label = labels ? a_label(d) : NULL;
    unsigned points = m_points(q->text);
    c->at = below(d, points + 1);
    c->number = c->kind == C_REDACT ? below(d, 8) : 1 + below(d, 3);
    c->to = c->kind == C_VOTE ? chance(d, 700) : (int)below(d, 2);
    if (c->kind == C_ON_AIR && chance(d, 400))
        c->to = NO_ONE;
    if (c->kind == C_ERASE && q->erasure_asker != NO_ONE && chance(d, 800))
        c->to = q->erasure_class;
    if (c->kind == C_REPLY || c->kind == C_NOTE) // not for the public
        marked_text(d, c, "Ct", "among us");
    wrong_decision(d, c);
    // The one who has it, more often than anybody.
    bool by_owner =
        m_rules[c->kind].traits & (T_CLAIMED | T_FREE | T_RENEWS) || c->kind == C_LET_GO;
    if (by_owner && q->claim_by >= 0 && chance(d, 800))
        c->by = q->claim_by;
    // The second of two persons.
    if (c->kind == C_CLAIM && q->proposed_by != NO_ONE && chance(d, 700))
        c->by = REVIEWER;
    if (c->kind == C_UNDO && q->decided_by >= 0 && chance(d, 700))
        c->by = q->decided_by;
    if (c->kind != C_APPROVE || !chance(d, 200))
        return;
    c->edits = true;
    snprintf(c->text, sizeof c->text, "Edited %u", below(d, 1000));
    if (c->wrong == RIGHT && chance(d, 50))
        long_text(c);
}

static void particulars(struct driver *d, struct m_command *c)
{
    switch (c->kind) {
    case C_TRANSITION:
        of_transition(d, c);
        break;
    case C_UPDATE:
        of_plan(d, c);
        break;
    case C_ASK:
    case C_ENTER:
        of_ask(d, c);
        break;
    case C_SAY:
    case C_PREPARE:
        of_speech(d, c);
        break;
    case C_STATUS:
    case C_WITHDRAW:
    case C_APPEAL:
        if (chance(d, 150) || !c->iv->questions[c->q]->secret[0])
            c->wrong = WRONG_SECRET;
        break;
    case C_BULK:
        of_bulk(d, c);
        break;
    case C_NOTICE:
        of_notice(d, c);
        break;
    case C_INVITE:
    case C_COME_IN:
    case C_REVOKE:
        of_invitation(d, c);
        break;
    case C_WORD:
        of_wording(d, c);
        break;
    default:
        if (c->kind >= C_CASE_ACCEPT && c->kind <= C_CASE_REPLY)
            of_case(d, c);
        else if (m_rules[c->kind].about == OF_QUESTION)
            of_decision(d, c);
        else if (m_rules[c->kind].about == OF_STATEMENT)
            of_step(d, c);
        else
            of_rest(d, c);
    }
}

static void of_creation(struct driver *d, struct m_command *c, unsigned slot)
{
    if (d->iv_count == MOST_IVS)
        broken(d->world, "too many interviews: a round is too long");
    struct m_interview *iv = calloc(1, sizeof *iv);
    iv->silences = d->silences;
    iv->words = &d->words;
    d->slots[slot] = (int)d->iv_count;
    d->ivs[d->iv_count++] = iv;
    *c = (struct m_command){.kind = C_CREATE, .by = somebody_for(d, C_CREATE), .iv = iv};
    of_plan(d, c);
    c->guests = 1 + below(d, 2);
    c->rehearsal = chance(d, 200);
    d->counts.interviews++;
}

void generate(struct driver *d, struct m_command *c)
{
    unsigned slot;
    struct m_interview *iv = pick_iv(d, &slot);
    if (!iv || !iv->id[0]) {
        of_creation(d, c, slot);
        return;
    }
    if (slot == 0 && mi_is_known(iv) && d->viewed != iv)
        witness_watch(d);
    *c = (struct m_command){.iv = iv, .kind = pick_kind(d, iv), .q = -1, .s = -1, .n = -1};
    enum m_about about = m_rules[c->kind].about;
    bool asks = about == OF_QUESTION || about == OF_RECEIPT || about == OF_SEVERAL;
    if (asks && iv->question_count == 0)
        c->kind = C_ASK;
    else if (about == OF_STATEMENT && iv->statement_count == 0)
        c->kind = C_PREPARE;
    else if (asks)
        c->q = pick_question(d, iv, c->kind);
    else if (about == OF_STATEMENT)
        c->s = pick_statement(d, iv, c->kind);
    c->by = somebody_for(d, c->kind);
    particulars(d, c);
}
