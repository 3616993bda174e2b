// SPDX-License-Identifier: Apache-2.0
// Makes up the next command: mostly what somebody on duty would do next, often enough what nobody
// should.
#include <stdio.h>
#include <stdlib.h>

#include "tests/model/driver.h"

static unsigned below(struct driver *d, unsigned n)
{
    return rng_below(&d->rng, n);
}

static bool chance(struct driver *d, unsigned of_1000)
{
    return rng_chance(&d->rng, of_1000);
}

// ---- who and where ----

static int a_moderator(struct driver *d)
{
    return MOD1 + (int)below(d, 5);
}

static int somebody_for(struct driver *d, enum m_kind kind)
{
    if (chance(d, 60))
        return (int)below(d, PEOPLE);
    switch (kind) {
    case C_CREATE:
    case C_UPDATE:
        return ADMIN;
    case C_TRANSITION: {
        static const int who[] = {ADMIN, ADMIN, ADMIN, COMPERE, PRODUCER, CHECKER};
        return who[below(d, 6)];
    }
    case C_ASKING:
        return chance(d, 500) ? a_moderator(d) : COMPERE;
    case C_ASK:
    case C_STATUS:
    case C_WITHDRAW:
        return (int)below(d, CITIZENS);
    case C_QUEUE:
    case C_REORDER:
    case C_DEQUEUE:
    case C_ON_AIR:
    case C_OFF_AIR:
        return chance(d, 700) ? COMPERE : PRODUCER;
    case C_STATEMENT: {
        static const int who[] = {COMPERE, GUEST, STENOGRAPHER};
        return who[below(d, 3)];
    }
    default:
        return chance(d, 850) ? a_moderator(d) : REVIEWER;
    }
}

static unsigned a_roster(struct driver *d)
{
    unsigned roster = 0;
    for (int who = COMPERE; who <= CHECKER; who++)
        if (chance(d, who >= MOD1 && who <= MOD5 ? 700 : 970))
            roster |= 1u << who;
    return roster | 1u << MOD1 | 1u << MOD2;
}

static bool is_over(const struct m_interview *iv)
{
    return iv->question_count > MODEL_QUESTIONS - TOGETHER - 1 ||
           iv->statement_count > MODEL_STATEMENTS - TOGETHER - 1;
}

static bool may_be_left(const struct m_interview *iv)
{
    return iv->stage == MI_PUBLISHED || iv->stage == MI_CLOSED || iv->stage == MI_ARCHIVED ||
           iv->stage == MI_CANCELLED || iv->stage == MI_TAKEN_DOWN;
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
    bool leaves = is_over(iv) || (may_be_left(iv) && chance(d, 30));
    if (leaves && d->iv_count < MOST_IVS) {
        d->counts.finished += iv->stage >= MI_PUBLISHED && iv->stage <= MI_ARCHIVED;
        return NULL;
    }
    return iv;
}

// ---- kinds, by what the interview is at ----

static unsigned weight(const struct m_interview *iv, enum m_kind kind)
{
    bool early = iv->stage < MI_ANNOUNCED || iv->stage >= MI_POSTPONED;
    bool asking = iv->stage >= MI_ANNOUNCED && iv->stage <= MI_LIVE;
    bool gate = iv->stage == MI_ENDED || iv->stage == MI_EDITING;
    switch (kind) {
    case C_TRANSITION:
        return early || iv->stage > MI_EDITING ? 60 : iv->stage == MI_LIVE ? 2 : gate ? 25 : 5;
    case C_UPDATE:
        return 3;
    case C_ASKING:
        return asking && iv->asking == MA_CLOSED ? 40 : 3;
    case C_ASK:
        return asking ? 40 : 4;
    case C_CLAIM:
        return gate ? 60 : 40;
    case C_APPROVE:
        return gate ? 10 : 30;
    case C_REJECT:
        return gate ? 70 : 10;
    case C_REFER:
        return gate ? 70 : 3;
    case C_STATEMENT:
        return 12;
    case C_CREATE:
    case C_RELEASE:
        return 1;
    case C_ON_AIR:
    case C_QUEUE:
        return 12;
    case C_UNDO:
    case C_STATUS:
    case C_LET_GO:
    case C_OFF_AIR:
    case C_REORDER:
    case C_DEQUEUE:
    case C_WITHDRAW:
        return 5;
    default:
        return 0;
    }
}

static enum m_kind pick_kind(struct driver *d, const struct m_interview *iv)
{
    unsigned sum = 0;
    for (int k = C_UPDATE; k < C_KINDS; k++)
        sum += weight(iv, (enum m_kind)k);
    unsigned dice = below(d, sum);
    for (int k = C_UPDATE; k < C_KINDS; k++) {
        unsigned w = weight(iv, (enum m_kind)k);
        if (dice < w)
            return (enum m_kind)k;
        dice -= w;
    }
    return C_ASK;
}

// Does this question want that? Only to find likely ones.
static bool fits(const struct m_question *q, enum m_kind kind)
{
    switch (kind) {
    case C_CLAIM:
        return q->stage == MQ_PENDING && q->claim_by < 0;
    case C_APPROVE:
        return q->stage == MQ_PENDING && q->claim_by >= 0;
    case C_REJECT:
        return (q->stage == MQ_PENDING && q->claim_by >= 0) ||
               (!mq_is_disposed(q) && !q->is_public && q->stage != MQ_PENDING);
    case C_REFER:
        return !mq_is_disposed(q) || q->stage == MQ_ANSWERED;
    case C_LET_GO:
        return q->claim_by >= 0;
    case C_UNDO:
    case C_QUEUE:
        return q->stage == MQ_APPROVED;
    case C_ON_AIR:
        return q->stage == MQ_APPROVED || q->stage == MQ_QUEUED;
    case C_REORDER:
    case C_DEQUEUE:
        return q->stage == MQ_QUEUED;
    case C_OFF_AIR:
        return q->stage == MQ_ON_AIR;
    case C_STATEMENT:
        return q->stage == MQ_ON_AIR || q->is_public;
    default:
        return true;
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
        if (fits(iv->questions[other], kind))
            return other;
    }
    return q;
}

// ---- particulars ----

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
    if (chance(d, 15))
        c->wrong = WRONG_WORD;
}

static void of_update(struct driver *d, struct m_command *c)
{
    c->version = c->iv->version + chance(d, 80);
    c->sets_topic = chance(d, 400);
    c->sets_policy = chance(d, 300);
    c->sets_roster = chance(d, 400);
    c->roster = a_roster(d);
    c->policy = chance(d, 400);
    c->named = chance(d, 150);
    snprintf(c->topic, sizeof c->topic, "Topic %u", below(d, 100000));
}

static void of_ask(struct driver *d, struct m_command *c)
{
    unsigned n = d->next_mark++;
    snprintf(c->text, sizeof c->text, "Mk%uz when will it be done", n);
    if (chance(d, 400))
        snprintf(c->name, sizeof c->name, "Nm%uz", n);
    if (chance(d, 20)) {
        c->wrong = TAKEN_NAME;
        snprintf(c->name, sizeof c->name, "Shen Yulan");
    } else if (chance(d, 20)) {
        c->wrong = EMPTY_TEXT;
        snprintf(c->text, sizeof c->text, "  ");
    } else if (chance(d, 20)) {
        c->wrong = LONG_TEXT;
        memset(c->text, 'x', MODEL_QUESTION_MAX + 1);
        c->text[MODEL_QUESTION_MAX + 1] = '\0';
    }
}

static void of_decision(struct driver *d, struct m_command *c)
{
    static const char *const codes[] = {"off_topic", "spam", "duplicate", "abusive"};
    const struct m_question *q = c->iv->questions[c->q];
    c->version = q->version - chance(d, 50) + chance(d, 20);
    c->epoch = q->claim_epoch - chance(d, 30) + chance(d, 20);
    c->code = codes[below(d, 4)];
    // The one who has it, more often than anybody.
    if (q->claim_by >= 0 && chance(d, 800))
        c->by = q->claim_by;
    if (c->kind == C_UNDO && q->decided_by >= 0 && chance(d, 700))
        c->by = q->decided_by;
    if (c->kind == C_APPROVE && chance(d, 200)) {
        c->edits = true;
        snprintf(c->text, sizeof c->text, "Edited %u", below(d, 1000));
        c->wrong = chance(d, 50) ? LONG_TEXT : RIGHT;
        if (c->wrong == LONG_TEXT) {
            memset(c->text, 'y', MODEL_QUESTION_MAX + 1);
            c->text[MODEL_QUESTION_MAX + 1] = '\0';
        }
    }
    if (c->kind == C_REJECT && chance(d, 30))
        c->wrong = WRONG_WORD;
}

static void of_statement(struct driver *d, struct m_command *c)
{
    snprintf(c->text, sizeof c->text, "Said %u", below(d, 100000));
    c->is_answer = chance(d, 700);
    c->q_count = below(d, 4);
    for (unsigned i = 0; i < c->q_count; i++)
        c->qs[i] = chance(d, 15) ? -1 : pick_question(d, c->iv, C_STATEMENT);
    if (c->is_answer && c->iv->question_count == 0)
        c->q_count = 0;
    if (chance(d, 20))
        c->wrong = WRONG_WORD;
}

static void particulars(struct driver *d, struct m_command *c)
{
    switch (c->kind) {
    case C_TRANSITION:
        of_transition(d, c);
        break;
    case C_UPDATE:
        of_update(d, c);
        break;
    case C_ASKING:
        c->to = (int)below(d, 3);
        if (chance(d, 700))
            c->to = MA_OPEN;
        if (chance(d, 20))
            c->wrong = WRONG_WORD;
        break;
    case C_ASK:
        of_ask(d, c);
        break;
    case C_STATEMENT:
        of_statement(d, c);
        break;
    case C_STATUS:
    case C_WITHDRAW:
        if (chance(d, 150) || !c->iv->questions[c->q]->secret[0])
            c->wrong = WRONG_SECRET;
        break;
    default:
        of_decision(d, c);
        c->take_over = chance(d, 100);
        c->position = chance(d, 500) ? 0 : 1 + below(d, 6);
        if (chance(d, 10))
            c->wrong = WRONG_THING;
    }
}

static void of_creation(struct driver *d, struct m_command *c, unsigned slot)
{
    if (d->iv_count == MOST_IVS)
        broken(d->world, "too many interviews: a round is too long");
    struct m_interview *iv = calloc(1, sizeof *iv);
    d->slots[slot] = (int)d->iv_count;
    d->ivs[d->iv_count++] = iv;
    *c = (struct m_command){.kind = C_CREATE, .by = somebody_for(d, C_CREATE), .iv = iv};
    of_update(d, c);
    c->guests = 1 + below(d, 2);
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
    if (slot == 0 && iv->announced && d->viewed != iv)
        witness_watch(d);
    *c = (struct m_command){.iv = iv, .kind = pick_kind(d, iv), .q = -1};
    bool free_of_questions = c->kind == C_TRANSITION || c->kind == C_UPDATE ||
                             c->kind == C_ASKING || c->kind == C_ASK || c->kind == C_STATEMENT;
    if (!free_of_questions && iv->question_count == 0)
        c->kind = C_ASK;
    else if (!free_of_questions)
        c->q = pick_question(d, iv, c->kind);
    c->by = somebody_for(d, c->kind);
    particulars(d, c);
}

// ---- as a request ----

static void roster_text(unsigned roster, char *ret, size_t size)
{
    size_t at = (size_t)snprintf(ret, size, "[");
    for (int who = COMPERE; who <= CHECKER; who++) {
        static const char *const duties[] = {
            "compere",   "guest",    "moderator",    "moderator", "moderator",     "moderator",
            "moderator", "reviewer", "stenographer", "producer",  "policy_checker"};
        if (roster & 1u << who)
            at += (size_t)snprintf(ret + at, size - at, "%s{\"user\":\"%s\",\"duty\":\"%s\"}",
                                   at > 1 ? "," : "", m_names[who], duties[who - COMPERE]);
    }
    snprintf(ret + at, size - at, "]");
}

static void policy_text(const struct m_command *c, char ret[120])
{
    snprintf(ret, 120, "\"policy\":{\"asking\":\"%s\",\"question_public\":\"%s\"}",
             c->named ? "named" : "anonymous", c->policy ? "with_answer" : "on_approve");
}

static int creation_text(const struct m_command *c, char *ret, size_t size)
{
    char roster[1000], policy[120];
    roster_text(c->roster, roster, sizeof roster);
    policy_text(c, policy);
    return snprintf(ret, size,
                    "\"interview\":{\"topic\":\"%s\",\"departments\":[\"Water Bureau\"],"
                    "\"starts_at\":\"2027-03-01T01:30:00.000Z\",\"guests\":[{\"name\":"
                    "\"Shen Yulan\"}%s],\"compere\":{\"name\":\"Fang Jing\"},%s},\"roster\":%s",
                    c->topic, c->guests == 2 ? ",{\"name\":\"Gu Wen\"}" : "", policy, roster);
}

static int update_text(const struct m_command *c, char *ret, size_t size)
{
    char set[1400], roster[1000], policy[120];
    size_t at = 0;
    roster_text(c->roster, roster, sizeof roster);
    policy_text(c, policy);
    set[0] = '\0';
    if (c->sets_topic)
        at += (size_t)snprintf(set + at, sizeof set - at, "\"topic\":\"%s\"", c->topic);
    if (c->sets_policy)
        at += (size_t)snprintf(set + at, sizeof set - at, "%s%s", at ? "," : "", policy);
    if (c->sets_roster)
        snprintf(set + at, sizeof set - at, "%s\"roster\":%s", at ? "," : "", roster);
    return snprintf(ret, size, "\"interview\":\"%s\",\"version\":%u,\"set\":{%s}", c->iv->id,
                    c->version, set);
}

static int statement_text(const struct m_command *c, char *ret, size_t size)
{
    char questions[120] = "";
    size_t at = 0;
    for (unsigned i = 0; i < c->q_count; i++)
        at += (size_t)snprintf(questions + at, sizeof questions - at, "%s\"%s\"", at ? "," : "",
                               c->qs[i] < 0 ? "qNOWHERE" : c->iv->questions[c->qs[i]]->id);
    const char *kind = c->wrong == WRONG_WORD ? "sermon" : c->is_answer ? "answer" : "remark";
    return snprintf(ret, size,
                    "\"interview\":\"%s\",\"kind\":\"%s\",\"speaker\":{\"name\":\"Shen Yulan\"},"
                    "\"text\":\"%s\",\"questions\":[%s]",
                    c->iv->id, kind, c->text, questions);
}

static int ask_text(const struct m_command *c, char *ret, size_t size)
{
    unsigned n = 0;
    sscanf(c->text, "Mk%uz", &n);
    int at = snprintf(ret, size, "\"interview\":\"%s\",\"text\":\"%s\",\"contact\":\"Ct%uz\"",
                      c->iv->id, c->text, n);
    if (c->name[0])
        at += snprintf(ret + at, size - (size_t)at, ",\"name\":\"%s\"", c->name);
    return at;
}

static int decision_text(const struct m_command *c, char *ret, size_t size)
{
    const char *id = c->wrong == WRONG_THING ? "qNOWHERE" : c->iv->questions[c->q]->id;
    size_t at = (size_t)snprintf(ret, size, "\"question\":\"%s\"", id);
    bool versioned =
        c->kind == C_APPROVE || c->kind == C_REJECT || c->kind == C_REFER || c->kind == C_RELEASE;
    if (versioned)
        at += (size_t)snprintf(ret + at, size - at, ",\"version\":%u", c->version);
    if (c->kind == C_APPROVE || c->kind == C_REJECT)
        at += (size_t)snprintf(ret + at, size - at, ",\"claim_epoch\":%u", c->epoch);
    if (c->kind == C_APPROVE && c->edits)
        at += (size_t)snprintf(ret + at, size - at, ",\"text\":\"%s\"", c->text);
    if (c->kind == C_REJECT)
        at += (size_t)snprintf(ret + at, size - at, ",\"code\":\"%s\"",
                               c->wrong == WRONG_WORD ? "because" : c->code);
    if (c->kind == C_REFER)
        at += (size_t)snprintf(ret + at, size - at, ",\"department\":\"Water Bureau\"");
    if (c->kind == C_CLAIM && c->take_over)
        at += (size_t)snprintf(ret + at, size - at, ",\"take_over\":true");
    if ((c->kind == C_QUEUE || c->kind == C_REORDER) && c->position)
        at += (size_t)snprintf(ret + at, size - at, ",\"position\":%u", c->position);
    return (int)at;
}

static int params_text(const struct m_command *c, char *ret, size_t size)
{
    const char *id = c->iv->id;
    switch (c->kind) {
    case C_CREATE:
        return creation_text(c, ret, size);
    case C_UPDATE:
        return update_text(c, ret, size);
    case C_TRANSITION:
        return snprintf(ret, size, "\"interview\":\"%s\",\"version\":%u,\"to\":\"%s\"", id,
                        c->version, c->wrong == WRONG_WORD ? "nowhere" : mi_words[c->to]);
    case C_ASKING:
        return snprintf(ret, size, "\"interview\":\"%s\",\"state\":\"%s\"", id,
                        c->wrong == WRONG_WORD ? "ajar" : ma_words[c->to]);
    case C_ASK:
        return ask_text(c, ret, size);
    case C_STATEMENT:
        return statement_text(c, ret, size);
    case C_STATUS:
    case C_WITHDRAW:
        return snprintf(ret, size, "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
                        c->iv->questions[c->q]->receipt,
                        c->wrong != RIGHT ? "AAAA-AAAA-AA" : c->iv->questions[c->q]->secret);
    default:
        return decision_text(c, ret, size);
    }
}

void generate_text(const struct m_command *c, const char *command_id, char *ret, size_t size)
{
    static const char *const methods[C_KINDS] = {
        [C_CREATE] = "interview.create",
        [C_UPDATE] = "interview.update",
        [C_TRANSITION] = "interview.transition",
        [C_ASKING] = "asking.set",
        [C_ASK] = "question.ask",
        [C_STATUS] = "question.status",
        [C_WITHDRAW] = "question.withdraw",
        [C_CLAIM] = "question.claim",
        [C_LET_GO] = "question.let_go",
        [C_APPROVE] = "question.approve",
        [C_UNDO] = "question.undo",
        [C_REJECT] = "question.reject",
        [C_RELEASE] = "question.release",
        [C_REFER] = "question.refer",
        [C_QUEUE] = "question.queue",
        [C_REORDER] = "question.reorder",
        [C_DEQUEUE] = "question.dequeue",
        [C_ON_AIR] = "question.put_on_air",
        [C_OFF_AIR] = "question.take_off_air",
        [C_STATEMENT] = "statement.publish",
    };
    size_t at =
        (size_t)snprintf(ret, size, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{",
                         methods[c->kind]);
    if (c->kind != C_STATUS)
        at += (size_t)snprintf(ret + at, size - at, "\"command_id\":\"%s\",", command_id);
    at += (size_t)params_text(c, ret + at, size - at);
    snprintf(ret + at, size - at, "}}");
}
