// SPDX-License-Identifier: Apache-2.0
// What a command is answered with. The order of the refusals is part of the rules: first whether
// there is such a thing at all for the asker, then who, then the interview's stage, then the rest.
#include "tests/model/model.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define WORD(name, word) word,
const char *const mq_words[] = {STAGES_OF_A_QUESTION(WORD)};
const char *const mi_words[] = {STAGES_OF_AN_INTERVIEW(WORD)};
const char *const ma_words[] = {"closed", "precollect", "open"};

char m_citizen_ids[CITIZENS][40];
const char *const m_names[PEOPLE] = {
    m_citizen_ids[0],        m_citizen_ids[1],        m_citizen_ids[2],
    m_citizen_ids[3],        m_citizen_ids[4],        m_citizen_ids[5],
    [COMPERE] = "compere",   [GUEST] = "guest",       [MOD1] = "mod1",
    [MOD2] = "mod2",         [MOD3] = "mod3",         [MOD4] = "mod4",
    [MOD5] = "mod5",         [REVIEWER] = "reviewer", [STENOGRAPHER] = "steno",
    [PRODUCER] = "producer", [CHECKER] = "checker",   [ADMIN] = "admin",
    [AUDITOR] = "auditor",   [STRANGER] = "stranger",
};

#define I(stage) (1u << MI_##stage)
#define Q(stage) (1u << MQ_##stage)
#define BE(who) (1u << (who))

enum {
    OFF = I(POSTPONED) | I(CANCELLED),
    TAKING = I(ANNOUNCED) | I(LOBBY) | I(LIVE), // questions
    AIRING = I(LIVE) | I(SUSPENDED) | I(DRAINING),
    SPEAKING = I(LOBBY) | AIRING | I(ENDED) | I(EDITING),
    PLANNING = I(DRAFT) | I(IN_REVIEW) | I(SCHEDULED) | TAKING | AIRING | OFF,
    DECIDING = TAKING | AIRING | I(ENDED) | I(EDITING) | OFF,
    ALWAYS = (1 << MI_STAGES) - 1,
    DISPOSED = Q(ANSWERED) | Q(CLOSED) | Q(REJECTED) | Q(REFERRED) | Q(WITHDRAWN) | Q(LAPSED),
    WAITING = Q(HELD) | Q(PENDING),
};

unsigned mi_moves(const struct m_interview *iv)
{
    static const unsigned to[MI_STAGES] = {
        [MI_DRAFT] = I(IN_REVIEW),
        [MI_IN_REVIEW] = I(DRAFT) | I(SCHEDULED),
        [MI_SCHEDULED] = I(ANNOUNCED) | OFF,
        [MI_ANNOUNCED] = I(LOBBY) | OFF | I(TAKEN_DOWN),
        [MI_LOBBY] = I(LIVE) | OFF | I(TAKEN_DOWN),
        [MI_LIVE] = I(SUSPENDED) | I(DRAINING) | I(TAKEN_DOWN),
        [MI_SUSPENDED] = I(LIVE) | I(DRAINING) | I(TAKEN_DOWN),
        [MI_DRAINING] = I(ENDED) | I(TAKEN_DOWN),
        [MI_ENDED] = I(EDITING) | I(TAKEN_DOWN),
        [MI_EDITING] = I(PUBLISHED) | I(TAKEN_DOWN),
        [MI_PUBLISHED] = I(CLOSED) | I(TAKEN_DOWN),
        [MI_CLOSED] = I(ARCHIVED) | I(TAKEN_DOWN),
        [MI_ARCHIVED] = I(TAKEN_DOWN),
        [MI_POSTPONED] = I(SCHEDULED) | I(ANNOUNCED) | I(TAKEN_DOWN),
        [MI_CANCELLED] = I(TAKEN_DOWN),
    };
    // What was taken down goes back to where it was, and nowhere else.
    return iv->stage == MI_TAKEN_DOWN ? 1u << iv->before_down : to[iv->stage];
}

bool mq_is_disposed(const struct m_question *q)
{
    return DISPOSED & 1u << q->stage;
}

bool m_has(const struct m_interview *iv, int who, int duty)
{
    bool is_mod = duty == MOD1 && who >= MOD1 && who <= MOD5;
    return (who == duty || is_mod) && iv->roster & BE(who);
}

static bool may(const struct m_interview *iv, int who, unsigned duties)
{
    if (who < CITIZENS)
        return false;
    if (who == ADMIN || who == AUDITOR)
        return duties & BE(who);
    int duty = who >= MOD1 && who <= MOD5 ? MOD1 : who;
    return iv && m_has(iv, who, duty) && duties & BE(duty);
}

static bool sees(const struct m_interview *iv, int who)
{
    return iv->announced || (who >= CITIZENS && iv->roster & BE(who)) || who == ADMIN ||
           who == AUDITOR;
}

// ---- the table: who, and in which stages of the interview ----

enum { DECIDER = BE(MOD1) | BE(REVIEWER), PRESIDER = BE(COMPERE) | BE(PRODUCER), ANYBODY = 0 };

static const struct {
    unsigned who, stages;
} commands[C_KINDS] = {
    [C_CREATE] = {BE(ADMIN), ALWAYS},
    [C_UPDATE] = {BE(ADMIN), PLANNING},
    [C_TRANSITION] = {BE(ADMIN) | PRESIDER | BE(CHECKER), ALWAYS},
    [C_ASKING] = {BE(ADMIN) | PRESIDER | BE(MOD1), ALWAYS},
    [C_ASK] = {ANYBODY, TAKING},
    [C_STATUS] = {ANYBODY, ALWAYS},
    [C_WITHDRAW] = {ANYBODY, ALWAYS},
    [C_CLAIM] = {DECIDER, DECIDING},
    [C_LET_GO] = {DECIDER, DECIDING},
    [C_APPROVE] = {DECIDER, DECIDING},
    [C_UNDO] = {DECIDER, DECIDING},
    [C_REJECT] = {DECIDER | BE(ADMIN), DECIDING},
    [C_RELEASE] = {DECIDER, DECIDING},
    [C_REFER] = {DECIDER | BE(COMPERE), DECIDING},
    [C_QUEUE] = {PRESIDER, DECIDING},
    [C_REORDER] = {PRESIDER, DECIDING},
    [C_DEQUEUE] = {PRESIDER, DECIDING},
    [C_ON_AIR] = {PRESIDER, AIRING},
    [C_OFF_AIR] = {PRESIDER, DECIDING},
    [C_STATEMENT] = {BE(COMPERE) | BE(GUEST) | BE(STENOGRAPHER), SPEAKING},
};

static unsigned who_moves(enum mi_stage from, enum mi_stage to)
{
    if (from == MI_TAKEN_DOWN)
        return BE(ADMIN);
    switch (to) {
    case MI_LOBBY:
    case MI_LIVE:
    case MI_SUSPENDED:
    case MI_DRAINING:
        return BE(ADMIN) | PRESIDER;
    case MI_ENDED:
        return BE(ADMIN) | BE(COMPERE);
    case MI_EDITING:
    case MI_PUBLISHED:
        return BE(ADMIN) | BE(COMPERE) | BE(CHECKER);
    default:
        return BE(ADMIN);
    }
}

// ---- lines ----

struct line {
    char *text;
    int64_t now;
};

static void time_words(int64_t ms, char ret[32])
{
    time_t s = (time_t)(ms / 1000);
    struct tm t;
    gmtime_r(&s, &t);
    size_t n = strftime(ret, 32, "%Y-%m-%dT%H:%M:%S", &t);
    snprintf(ret + n, 32 - n, ".%03dZ", (int)(ms % 1000));
}

static void say(struct line *l, const char *text)
{
    snprintf(l->text, MODEL_LINE, "%s", text);
}

static void say_stage(struct line *l, const char *reason, const char *stage, unsigned version)
{
    snprintf(l->text, MODEL_LINE, "%s stage=%s version=%u", reason, stage, version);
}

static void say_wrong_stage(struct line *l, const struct m_question *q)
{
    say_stage(l, "wrong_stage", mq_words[q->stage], q->version);
}

static void say_claimed(struct line *l, const struct m_question *q)
{
    char until[32];
    time_words(q->claim_until, until);
    snprintf(l->text, MODEL_LINE, "claimed by=%s version=%u until=%s", m_names[q->claim_by],
             q->version, until);
}

static void say_stale(struct line *l, const struct m_question *q)
{
    const char *by = NULL;
    if (q->changed_by >= 0)
        by = q->changed_by < CITIZENS ? "asker" : m_names[q->changed_by];
    else if (q->claim_by >= 0)
        by = m_names[q->claim_by];
    snprintf(l->text, MODEL_LINE, "stale%s%s stage=%s version=%u", by ? " by=" : "", by ? by : "",
             mq_words[q->stage], q->version);
}

static void say_moved(struct line *l, const struct m_question *q, enum mq_stage to)
{
    say_stage(l, "ok", mq_words[to], q->version + 1);
}

// ---- the question's commands ----

static bool is_live(const struct m_question *q, int64_t now)
{
    return q->claim_by >= 0 && q->claim_until > now;
}

static bool expect_claim(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!(WAITING & 1u << q->stage)) {
        say_wrong_stage(l, q);
        return false;
    }
    bool mine = q->claim_by == c->by;
    if (!mine && is_live(q, l->now) && !c->take_over) {
        say_claimed(l, q);
        return false;
    }
    char until[32];
    time_words(l->now + MODEL_CLAIM_MS, until);
    snprintf(l->text, MODEL_LINE, "ok version=%u claim_epoch=%u until=%s", q->version,
             q->claim_epoch + !mine, until);
    return true;
}

static bool expect_let_go(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->claim_by != c->by && is_live(q, l->now)) {
        say_claimed(l, q);
        return false;
    }
    snprintf(l->text, MODEL_LINE, "ok version=%u claim_epoch=%u", q->version, q->claim_epoch);
    return q->claim_by == c->by;
}

// Version, then stage, then claim.
static bool may_decide(const struct m_command *c, const struct m_question *q, struct line *l,
                       unsigned from, bool needs_claim)
{
    if (c->version != q->version) {
        say_stale(l, q);
        return false;
    }
    if (!(from & 1u << q->stage)) {
        say_wrong_stage(l, q);
        return false;
    }
    if (!needs_claim)
        return true;
    if (q->claim_by != c->by && is_live(q, l->now)) {
        say_claimed(l, q);
        return false;
    }
    if (q->claim_by != c->by || c->epoch != q->claim_epoch) {
        say_stale(l, q);
        return false;
    }
    return true;
}

// What needs no claim is still not done to what somebody else has in hand.
static bool may_take(const struct m_command *c, const struct m_question *q, struct line *l,
                     unsigned from)
{
    if (!may_decide(c, q, l, from, false))
        return false;
    if (q->claim_by == c->by || !is_live(q, l->now))
        return true;
    say_claimed(l, q);
    return false;
}

static bool expect_approve(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (!may_decide(c, q, l, Q(PENDING), true))
        return false;
    if (c->wrong == EMPTY_TEXT) {
        say(l, "bad_params");
        return false;
    }
    if (c->wrong == LONG_TEXT) {
        say(l, "too_long");
        return false;
    }
    char until[32];
    time_words(l->now + MODEL_UNDO_MS, until);
    snprintf(l->text, MODEL_LINE, "ok stage=approved version=%u%s%s", q->version + 1,
             c->iv->with_answer ? "" : " public_at=", c->iv->with_answer ? "" : until);
    return true;
}

static bool expect_undo(const struct m_command *c, const struct m_question *q, struct line *l)
{
    if (q->is_public || !((Q(APPROVED) | Q(QUEUED)) & 1u << q->stage)) {
        say_wrong_stage(l, q);
        return false;
    }
    if (q->decided_by != c->by && !m_has(c->iv, c->by, REVIEWER)) {
        say(l, "not_authorized");
        return false;
    }
    say_moved(l, q, MQ_PENDING);
    return true;
}

static bool expect_reject(const struct m_command *c, const struct m_question *q, struct line *l)
{
    bool waits = WAITING & 1u << q->stage;
    if (c->by == ADMIN) { // only about appeals
        say(l, "not_authorized");
        return false;
    }
    if (!may_decide(c, q, l, WAITING | Q(APPROVED) | Q(QUEUED), waits))
        return false;
    bool at_gate = c->iv->stage == MI_ENDED || c->iv->stage == MI_EDITING;
    if (q->is_public || (!waits && !at_gate)) {
        say_wrong_stage(l, q);
        return false;
    }
    if (c->wrong == WRONG_WORD) {
        say(l, "bad_params");
        return false;
    }
    say_moved(l, q, MQ_REJECTED);
    return true;
}

static bool expect_move(struct line *l, const struct m_question *q, unsigned from, enum mq_stage to)
{
    if (!(from & 1u << q->stage)) {
        say_wrong_stage(l, q);
        return false;
    }
    say_moved(l, q, to);
    return true;
}

static bool expect_on_air(const struct m_command *c, const struct m_question *q, struct line *l)
{
    unsigned on_air = 0, most = c->iv->guests ? c->iv->guests : 1;
    for (unsigned i = 0; i < c->iv->question_count; i++)
        on_air += c->iv->questions[i]->stage == MQ_ON_AIR;
    if (!((Q(APPROVED) | Q(QUEUED)) & 1u << q->stage) || on_air >= most) {
        say_wrong_stage(l, q);
        return false;
    }
    say_moved(l, q, MQ_ON_AIR);
    return true;
}

static bool expect_of_question(const struct m_command *c, struct line *l)
{
    const struct m_question *q = c->iv->questions[c->q];
    switch (c->kind) {
    case C_CLAIM:
        return expect_claim(c, q, l);
    case C_LET_GO:
        return expect_let_go(c, q, l);
    case C_APPROVE:
        return expect_approve(c, q, l);
    case C_UNDO:
        return expect_undo(c, q, l);
    case C_REJECT:
        return expect_reject(c, q, l);
    case C_RELEASE:
        return may_take(c, q, l, Q(HELD)) && expect_move(l, q, Q(HELD), MQ_PENDING);
    case C_REFER: {
        unsigned from = WAITING | Q(APPROVED) | Q(QUEUED) | Q(ANSWERED);
        return may_take(c, q, l, from) && expect_move(l, q, from, MQ_REFERRED);
    }
    case C_QUEUE:
        return expect_move(l, q, Q(APPROVED), MQ_QUEUED);
    case C_REORDER:
        if (q->stage != MQ_QUEUED)
            return expect_move(l, q, Q(QUEUED), MQ_QUEUED);
        say_stage(l, "ok", "queued", q->version);
        return true;
    case C_DEQUEUE:
        return expect_move(l, q, Q(QUEUED), MQ_APPROVED);
    case C_ON_AIR:
        return expect_on_air(c, q, l);
    case C_OFF_AIR:
        return expect_move(l, q, Q(ON_AIR), MQ_QUEUED);
    default:
        return false;
    }
}

// ---- the interview's, the asker's, the speaker's ----

static bool expect_transition(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    enum mi_stage to = (enum mi_stage)c->to;
    if (c->wrong == WRONG_WORD) {
        say(l, "bad_params");
        return false;
    }
    if (!may(iv, c->by, who_moves(iv->stage, to))) {
        say(l, "not_authorized");
        return false;
    }
    if (c->version != iv->version || !(mi_moves(iv) & 1u << to)) {
        const char *reason = c->version != iv->version ? "stale" : "wrong_stage";
        say_stage(l, reason, mi_words[iv->stage], iv->version);
        return false;
    }
    bool signs_off = to == MI_PUBLISHED && iv->stage == MI_EDITING && iv->roster & BE(CHECKER);
    if (signs_off && (c->by == iv->ended_by || c->by != CHECKER)) {
        say(l, c->by == iv->ended_by ? "two_persons" : "guard");
        return false;
    }
    unsigned open = 0;
    for (unsigned i = 0; i < iv->question_count; i++)
        open += !mq_is_disposed(iv->questions[i]);
    if (to == MI_PUBLISHED && open) {
        snprintf(l->text, MODEL_LINE, "undisposed questions=%u", open);
        return false;
    }
    say_stage(l, "ok", mi_words[to], iv->version + 1);
    return true;
}

static bool expect_asking(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    if (c->wrong == WRONG_WORD) {
        say(l, "bad_params");
        return false;
    }
    if (c->to != MA_CLOSED && !(TAKING & 1u << iv->stage)) {
        say_stage(l, "wrong_stage", mi_words[iv->stage], iv->version);
        return false;
    }
    say(l, "ok");
    return (int)iv->asking != c->to || iv->paused;
}

// Everybody knows of an interview what was announced, and no more.
static void expect_closed(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    const char *reason = c->kind == C_ASK ? "asking_closed" : "wrong_stage";
    bool within = c->by == ADMIN || c->by == AUDITOR || (iv->roster & 1u << c->by);
    if (within)
        say_stage(l, reason, mi_words[iv->stage], iv->version);
    else
        snprintf(l->text, MODEL_LINE, "%s stage=%s", reason, mi_words[iv->shown_stage]);
}

static bool expect_ask(const struct m_command *c, struct line *l)
{
    const char *refused = c->iv->asking == MA_CLOSED             ? "asking_closed"
                          : c->wrong == EMPTY_TEXT               ? "bad_params"
                          : c->wrong == LONG_TEXT                ? "too_long"
                          : c->iv->named && !c->name[0]          ? "bad_params"
                          : c->wrong == TAKEN_NAME && c->name[0] ? "name_taken"
                                                                 : NULL;
    say(l, refused ? refused : "ok stage=pending");
    return !refused;
}

static bool expect_statement(const struct m_command *c, struct line *l)
{
    if (c->wrong == WRONG_WORD || c->wrong == EMPTY_TEXT) {
        say(l, "bad_params");
        return false;
    }
    unsigned answerable = Q(APPROVED) | Q(QUEUED) | Q(ON_AIR) | Q(ANSWERED);
    for (unsigned i = 0; i < c->q_count; i++) {
        if (c->qs[i] < 0) {
            say(l, "not_found");
            return false;
        }
        const struct m_question *q = c->iv->questions[c->qs[i]];
        bool fits = c->is_answer ? answerable & 1u << q->stage : q->is_public;
        for (unsigned j = 0; j < i; j++)
            fits = fits && c->qs[j] != c->qs[i];
        if (!fits) {
            say_wrong_stage(l, q);
            return false;
        }
    }
    bool shown = c->iv->stage != MI_SUSPENDED;
    say(l, shown ? "ok stage=published version=1" : "ok stage=prepared version=1");
    return true;
}

static bool expect_update(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    if (c->version != iv->version) {
        say_stage(l, "stale", mi_words[iv->stage], iv->version);
        return false;
    }
    bool says = c->sets_topic || c->sets_policy;
    if (!says && !c->sets_roster) {
        say(l, "bad_params");
        return false;
    }
    snprintf(l->text, MODEL_LINE, "ok version=%u", iv->version + says + c->sets_roster);
    return true;
}

static bool expect_withdraw(const struct m_command *c, struct line *l)
{
    const struct m_question *q = c->iv->questions[c->q];
    if (!((WAITING | Q(APPROVED) | Q(QUEUED)) & 1u << q->stage)) {
        say_wrong_stage(l, q);
        return false;
    }
    say(l, "ok stage=withdrawn");
    return true;
}

static void expect_status(const struct m_command *c, struct line *l)
{
    const struct m_question *q = c->iv->questions[c->q];
    int n = snprintf(l->text, MODEL_LINE, "ok stage=%s", mq_words[q->stage]);
    n += snprintf(l->text + n, MODEL_LINE - (size_t)n, " text=%s", q->original);
    if (q->is_public)
        n += snprintf(l->text + n, MODEL_LINE - (size_t)n, " shown_text=%s", q->text);
    if (q->code[0])
        snprintf(l->text + n, MODEL_LINE - (size_t)n, " reason=%s", q->code);
}

// During a pause nothing new becomes public, except that less does.
static bool is_held_back(const struct m_command *c)
{
    if (!c->iv || c->iv->stage != MI_SUSPENDED)
        return false;
    if (c->kind == C_UPDATE)
        return c->sets_topic || c->sets_policy;
    const struct m_question *q = c->q >= 0 ? c->iv->questions[c->q] : NULL;
    return (c->kind == C_ON_AIR && (q->is_public || q->public_at)) ||
           (c->kind == C_REFER && q->is_public);
}

static void expect(const struct m_command *c, int64_t now, char ret[MODEL_LINE], bool *ret_changes)
{
    struct line l = {ret, now};
    const struct m_interview *iv = c->iv;
    bool by_receipt = c->kind == C_STATUS || c->kind == C_WITHDRAW;
    *ret_changes = false;
    if (by_receipt && c->wrong != RIGHT) {
        say(&l, "not_found");
    } else if (by_receipt) {
        if (c->kind == C_STATUS)
            expect_status(c, &l);
        else
            *ret_changes = expect_withdraw(c, &l);
    } else if (c->kind == C_CREATE) {
        *ret_changes = c->by == ADMIN;
        say(&l, c->by == ADMIN ? "ok version=1" : "not_authorized");
    } else if (c->wrong == WRONG_THING || !sees(iv, c->by)) {
        say(&l, "not_found");
    } else if (commands[c->kind].who && !may(iv, c->by, commands[c->kind].who)) {
        say(&l, "not_authorized");
    } else if (!(commands[c->kind].stages & 1u << iv->stage)) {
        expect_closed(c, &l);
    } else if (c->kind == C_UPDATE) {
        *ret_changes = expect_update(c, &l);
    } else if (c->kind == C_TRANSITION) {
        *ret_changes = expect_transition(c, &l);
    } else if (c->kind == C_ASKING) {
        *ret_changes = expect_asking(c, &l);
    } else if (c->kind == C_ASK) {
        *ret_changes = expect_ask(c, &l);
    } else if (c->kind == C_STATEMENT) {
        *ret_changes = expect_statement(c, &l);
    } else {
        *ret_changes = expect_of_question(c, &l);
    }
}

void model_expect(const struct m_command *c, int64_t now, char ret[MODEL_LINE], bool *ret_changes)
{
    expect(c, now, ret, ret_changes);
    if (strncmp(ret, "ok", 2) == 0 && is_held_back(c)) {
        *ret_changes = false;
        snprintf(ret, MODEL_LINE, "frozen");
    }
}
