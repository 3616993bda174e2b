// SPDX-License-Identifier: Apache-2.0
// What a command is answered with. The order of the refusals is part of the rules: first whether
// there is such a thing at all for the asker, then who, then the interview's stage, then the rest.
#include "tests/model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/model/model_inside.h"

#define WORD(name, word) word,
const char *const mq_words[] = {STAGES_OF_A_QUESTION(WORD)};
const char *const mc_words[] = {STAGES_OF_A_CASE(WORD)};
const char *const mi_words[] = {STAGES_OF_AN_INTERVIEW(WORD)};
const char *const ms_words[] = {STAGES_OF_A_STATEMENT(WORD)};
const char *const ma_words[] = {"closed", "precollect", "open"};
const char *const mp_words[] = {NULL, "open", "upheld", "dismissed"};
const char *const mr_words[] = {"waits", "accepted", "passed"};
const char *const ml_words[] = {"open", "used", "revoked"};
const char *const mt_words[] = {"interview", "portal", "staff"};
const char *const m_as_words[] = {"guest", "compere", "stenographer"};
const char *const m_classes[] = {"court", "minor"};
const char *const m_speakers[] = {"Shen Yulan", "Gu Wen", "Fang Jing", "Lei Ming"};
const char *const m_langs[] = {"zh-Hans", "zh-Hant", "en"};
const char *const m_codes[] = {"off_topic", "spam", "duplicate", "abusive", "cancelled", "mistake"};
const char *const m_audiences[] = {"asker", "public"};

char m_citizen_ids[CITIZENS][40];
const char *m_house_words[M_CODES][MODEL_LANGS];
const char *const m_names[PEOPLE] = {
    m_citizen_ids[0],        m_citizen_ids[1],        m_citizen_ids[2],
    m_citizen_ids[3],        m_citizen_ids[4],        m_citizen_ids[5],
    [COMPERE] = "compere",   [GUEST] = "guest",       [MOD1] = "mod1",
    [MOD2] = "mod2",         [MOD3] = "mod3",         [MOD4] = "mod4",
    [MOD5] = "mod5",         [REVIEWER] = "reviewer", [STENOGRAPHER] = "steno",
    [PRODUCER] = "producer", [CHECKER] = "checker",   [ADMIN] = "admin",
    [AUDITOR] = "auditor",   [STRANGER] = "stranger",
};

const char *m_name(int who)
{
    return who == THE_SERVER ? "system" : who < 0 ? NULL : m_names[who];
}

const char *m_duty(int who)
{
    static const char *const duties[] = {"compere",      "guest",     "moderator",     "moderator",
                                         "moderator",    "moderator", "moderator",     "reviewer",
                                         "stenographer", "producer",  "policy_checker"};
    return duties[who - COMPERE];
}

// ---- the table: who, in which stages of the interview, from where to where ----

enum {
    ANYBODY = 0,
    CITIZEN = (1 << CITIZENS) - 1,
    STAFF = 1 << 30, // of whatever interview
    DECIDER = BE(MOD1) | BE(REVIEWER),
    PRESIDER = BE(COMPERE) | BE(PRODUCER),
    SPEAKER = BE(COMPERE) | BE(GUEST) | BE(STENOGRAPHER),
    DRAFTER = SPEAKER | BE(PRODUCER),
    PASSER = DRAFTER | DECIDER | BE(CHECKER),
    ISSUER = PRESIDER | DECIDER | BE(ADMIN),
    BRAKE = PRESIDER | BE(MOD1) | BE(ADMIN),
    ON_ROSTER = PASSER,
    NOTER = (PASSER & ~BE(GUEST)) | BE(ADMIN),

    ALWAYS = (1 << MI_STAGES) - 1,
    LIVING = ALWAYS & ~I(ARCHIVED), // of which nothing is changed any more
    PLANNING = I(DRAFT) | I(IN_REVIEW) | I(SCHEDULED) | TAKING | AIRING | OFF,
    DECIDING = TAKING | AIRING | I(ENDED) | I(EDITING) | OFF,
    RECORD = I(PUBLISHED) | I(CLOSED),
    REVIEWING = DECIDING | RECORD,
    PREPARING = I(DRAFT) | I(IN_REVIEW) | I(SCHEDULED) | I(ANNOUNCED) | I(POSTPONED) | SPEAKING,
    MENDING = SPEAKING | I(PUBLISHED) | I(CLOSED),
    RETURNING = PREPARING | MENDING | I(CANCELLED) | I(TAKEN_DOWN),
    FREEZING = MENDING | I(ANNOUNCED) | OFF,
    INVITING = (PREPARING & ~OFF) | I(POSTPONED),

    // Of questions: those whose words stand, and those that everybody may have seen.
    STANDING = (1 << MQ_STAGES) - 1 - (Q(REJECTED) | Q(WITHDRAWN) | Q(RETRACTED)),
    SEEN = ANSWERABLE | Q(REFERRED) | Q(CLOSED) | Q(LAPSED),
    ROUTED = LET_THROUGH | Q(ON_AIR),
    IN_CASES = DECIDING | I(PUBLISHED) | I(CLOSED),
    REPLIER = BE(CHECKER) | BE(REVIEWER) | BE(ADMIN),
    HANDLER = REPLIER | BE(MOD1),
    UNDECIDED = WAITING | LET_THROUGH,
    OPEN_DRAFT = S(PREPARED) | S(RETURNED),
    ON_ITS_WAY = S(SUBMITTED) | S(DELAYED),
};

// clang-format off
const struct m_rule m_rules[C_KINDS] = {
    [C_CREATE]      = {"interview.create", OF_PORTAL, BE(ADMIN), ALWAYS},
    [C_UPDATE]      = {"interview.update", OF_INTERVIEW, BE(ADMIN), PLANNING},
    [C_TRANSITION]  = {"interview.transition", OF_INTERVIEW, BE(ADMIN) | PRESIDER | BE(CHECKER), ALWAYS},
    [C_ASKING]      = {"asking.set", OF_INTERVIEW, BE(ADMIN) | PRESIDER | BE(MOD1), LIVING},

    [C_ASK]         = {"question.ask", OF_INTERVIEW, ANYBODY, TAKING, .tolerates = "silenced ok"},
    [C_ENTER]       = {"question.enter", OF_INTERVIEW, PRESIDER | BE(MOD1) | BE(STENOGRAPHER),
                       TAKING | I(SUSPENDED) | I(DRAINING)},
    [C_STATUS]      = {"question.status", OF_RECEIPT, ANYBODY, ALWAYS},
    [C_WITHDRAW]    = {"question.withdraw", OF_RECEIPT, ANYBODY, ALWAYS, UNDECIDED | Q(GROUPED), MQ_WITHDRAWN, T_ENDS | T_TOLD},
    [C_APPEAL]      = {"question.appeal", OF_RECEIPT, ANYBODY, ALWAYS, Q(REJECTED), T_STAYS, T_RAISES},
    [C_VOTE]        = {"question.vote", OF_QUESTION, CITIZEN, TAKING | AIRING, 0, T_STAYS},

    [C_CLAIM]       = {"question.claim", OF_QUESTION, DECIDER, DECIDING, WAITING, T_STAYS},
    [C_LET_GO]      = {"question.let_go", OF_QUESTION, DECIDER, DECIDING, 0, T_STAYS},
    [C_APPROVE]     = {"question.approve", OF_QUESTION, DECIDER, DECIDING, Q(PENDING), MQ_APPROVED, T_VERSIONED | T_CLAIMED | T_ENDS},
    [C_UNDO]        = {"question.undo", OF_QUESTION, DECIDER, DECIDING, LET_THROUGH, MQ_PENDING},
    [C_REJECT]      = {"question.reject", OF_QUESTION, DECIDER | BE(ADMIN), DECIDING, UNDECIDED | Q(REJECTED), MQ_REJECTED, T_VERSIONED | T_CLAIMED | T_ENDS},
    [C_HOLD]        = {"question.hold", OF_QUESTION, DECIDER, DECIDING, Q(PENDING), MQ_HELD, T_VERSIONED | T_CLAIMED | T_ENDS},
    [C_RELEASE]     = {"question.release", OF_QUESTION, DECIDER, DECIDING, Q(HELD), MQ_PENDING, T_VERSIONED | T_FREE},
    [C_REFER]       = {"question.refer", OF_QUESTION, DECIDER | BE(COMPERE), DECIDING, UNDECIDED | Q(ANSWERED), MQ_REFERRED, T_VERSIONED | T_FREE | T_TOLD | T_NEW | T_ENDS},
    [C_REPLY]       = {"question.reply", OF_QUESTION, DECIDER | BE(COMPERE), DECIDING, UNDECIDED, MQ_CLOSED, T_VERSIONED | T_FREE | T_ENDS},
    [C_CASE_ACCEPT] = {"case.accept", OF_QUESTION, HANDLER, IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_RAISES},
    [C_RE_ROUTE]    = {"case.re_route", OF_QUESTION, HANDLER, IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_TOLD | T_NEW | T_RAISES},
    [C_STOP_CLOCK]  = {"case.stop_clock", OF_QUESTION, HANDLER, IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_TOLD | T_NEW | T_RAISES},
    [C_RESUME_CLOCK] = {"case.resume_clock", OF_QUESTION, HANDLER, IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_TOLD | T_NEW | T_RAISES},
    [C_EXTEND]      = {"case.extend", OF_QUESTION, BE(REVIEWER) | BE(ADMIN), IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_TOLD | T_NEW | T_RAISES},
    [C_DRAFT]       = {"case.draft", OF_QUESTION, HANDLER, IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_RAISES},
    [C_REWORK]      = {"case.return_for_rework", OF_QUESTION, BE(CHECKER) | BE(REVIEWER), IN_CASES, Q(REFERRED), T_STAYS, T_VERSIONED | T_RAISES},
    [C_CASE_REPLY]  = {"case.reply", OF_QUESTION, REPLIER, IN_CASES, Q(REFERRED), MQ_CLOSED, T_VERSIONED | T_FREE | T_TOLD | T_NEW | T_ENDS},
    [C_LAPSE]       = {"question.lapse", OF_QUESTION, DECIDER | BE(COMPERE), DECIDING, UNDECIDED, MQ_LAPSED, T_VERSIONED | T_FREE | T_TOLD | T_NEW | T_ENDS},
    [C_RETRACT]     = {"question.retract", OF_QUESTION, DECIDER | BE(PRODUCER) | BE(ADMIN), REVIEWING, SEEN, MQ_RETRACTED, T_VERSIONED},
    [C_RESTORE]     = {"question.restore", OF_QUESTION, BE(REVIEWER) | BE(ADMIN), REVIEWING, Q(RETRACTED) | Q(REJECTED), T_STAYS, T_VERSIONED},
    [C_ERASE]       = {"question.erase", OF_QUESTION, BE(ADMIN) | BE(REVIEWER) | BE(AUDITOR), ALWAYS, 0, T_STAYS, T_VERSIONED | T_RAISES},
    [C_GROUP]       = {"question.group", OF_QUESTION, DECIDER, DECIDING, UNDECIDED, MQ_GROUPED, T_VERSIONED | T_CLAIMED | T_ENDS},
    [C_UNGROUP]     = {"question.ungroup", OF_QUESTION, DECIDER, DECIDING, Q(GROUPED), MQ_PENDING, T_VERSIONED},

    [C_LABEL]       = {"question.label", OF_QUESTION, DECIDER | PRESIDER, DECIDING, STANDING, T_STAYS, T_VERSIONED | T_FREE | T_TOLD | T_NEW | T_RAISES | T_RENEWS},
    [C_NOTE]        = {"question.note", OF_QUESTION, NOTER, LIVING, 0, T_STAYS, T_RENEWS, "not_authorized not_found"},
    [C_REDACT]      = {"question.redact", OF_QUESTION, DECIDER | BE(PRODUCER) | BE(CHECKER) | BE(ADMIN), REVIEWING, STANDING, T_STAYS, T_VERSIONED | T_FREE | T_TOLD | T_RAISES | T_RENEWS},
    [C_ROUTE]       = {"question.route", OF_QUESTION, DECIDER | PRESIDER, DECIDING, ROUTED, T_STAYS, T_VERSIONED | T_RAISES},
    [C_ACCEPT]      = {"question.accept", OF_QUESTION, BE(GUEST), DECIDING, ROUTED, T_STAYS, T_VERSIONED | T_RAISES},
    [C_PASS_ON]     = {"question.pass", OF_QUESTION, BE(GUEST), DECIDING, ROUTED, T_STAYS, T_VERSIONED | T_RAISES},
    [C_SILENCE]     = {"asker.silence", OF_QUESTION, DECIDER | BE(PRODUCER) | BE(ADMIN), LIVING, 0, T_STAYS, 0, "not_authorized not_found"},
    [C_UNSILENCE]   = {"asker.unsilence", OF_QUESTION, DECIDER | BE(PRODUCER) | BE(ADMIN), LIVING, 0, T_STAYS, 0, "not_authorized not_found ok"},

    [C_QUEUE]       = {"question.queue", OF_QUESTION, PRESIDER, DECIDING, Q(APPROVED), MQ_QUEUED},
    [C_REORDER]     = {"question.reorder", OF_QUESTION, PRESIDER, DECIDING, Q(QUEUED), T_STAYS},
    [C_DEQUEUE]     = {"question.dequeue", OF_QUESTION, PRESIDER, DECIDING, Q(QUEUED), MQ_APPROVED},
    [C_ON_AIR]      = {"question.put_on_air", OF_QUESTION, PRESIDER, AIRING, LET_THROUGH, MQ_ON_AIR, T_TOLD | T_NEW},
    [C_OFF_AIR]     = {"question.take_off_air", OF_QUESTION, PRESIDER, DECIDING, Q(ON_AIR), MQ_QUEUED, T_TOLD},
    [C_BULK]        = {"question.bulk", OF_SEVERAL, STAFF, ALWAYS},

    [C_SAY]         = {"statement.publish", OF_INTERVIEW, SPEAKER, SPEAKING, .tolerates = "ok wrong_stage"},
    [C_PREPARE]     = {"statement.prepare", OF_INTERVIEW, DRAFTER, PREPARING, OPEN_DRAFT, .tolerates = "wrong_stage"},
    [C_SEND]        = {"statement.release", OF_STATEMENT, DRAFTER, SPEAKING, OPEN_DRAFT, .tolerates = "ok wrong_stage"},
    [C_PASS]        = {"statement.pass", OF_STATEMENT, PASSER, MENDING, S(SUBMITTED), .tolerates = "ok wrong_stage"},
    [C_RETURN]      = {"statement.return", OF_STATEMENT, PASSER, RETURNING, ON_ITS_WAY},
    [C_DISCARD]     = {"statement.discard", OF_STATEMENT, DRAFTER, RETURNING, OPEN_DRAFT | ON_ITS_WAY},
    [C_CORRECT]     = {"statement.correct", OF_STATEMENT, BE(COMPERE) | BE(STENOGRAPHER) | BE(CHECKER) | BE(ADMIN), MENDING, S(PUBLISHED)},
    [C_UNSAY]       = {"statement.retract", OF_STATEMENT, PRESIDER | BE(REVIEWER) | BE(CHECKER) | BE(ADMIN), MENDING, S(PUBLISHED), .tolerates = "stale"},

    [C_FREEZE]      = {"feed.freeze", OF_INTERVIEW, BRAKE, FREEZING},
    [C_UNFREEZE]    = {"feed.unfreeze", OF_INTERVIEW, BRAKE, FREEZING},
    [C_DELAY]       = {"feed.delay", OF_INTERVIEW, BRAKE, I(LOBBY) | AIRING, .tolerates = "ok"},
    [C_NOTICE]      = {"notice.issue", OF_INTERVIEW, ISSUER, LIVING, .tolerates = "not_authorized not_found"},
    [C_ACKNOWLEDGE] = {"notice.acknowledge", OF_INTERVIEW, ON_ROSTER | BE(ADMIN), LIVING, .tolerates = "not_authorized not_found"},
    [C_RECALL]      = {"notice.recall", OF_INTERVIEW, ISSUER, LIVING, .tolerates = "not_authorized not_found"},
    [C_INVITE]      = {"invitation.issue", OF_INTERVIEW, BE(ADMIN), INVITING},
    [C_COME_IN]     = {"invitation.accept", OF_INTERVIEW, ON_ROSTER, INVITING},
    [C_REVOKE]      = {"invitation.revoke", OF_INTERVIEW, BE(ADMIN), LIVING},
    [C_WORD]        = {"reason.word", OF_PORTAL, BE(ADMIN), ALWAYS},
};
// clang-format on

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

// ---- who ----

bool m_has(const struct m_interview *iv, int who, int duty)
{
    bool is_mod = duty == MOD1 && who >= MOD1 && who <= MOD5;
    return (who == duty || is_mod) && iv->roster & BE(who);
}

bool m_has_duty(const struct m_interview *iv, int who, unsigned duties)
{
    int duty = who >= MOD1 && who <= MOD5 ? MOD1 : who;
    return iv && m_has(iv, who, duty) && duties & BE(duty);
}

static bool may(const struct m_interview *iv, int who, unsigned duties)
{
    if (who < CITIZENS || who == ADMIN || who == AUDITOR)
        return duties & BE(who) || (who >= CITIZENS && duties & STAFF);
    return duties & STAFF || m_has_duty(iv, who, duties);
}

// What they may see of it is all that staff see; guests see less.
static bool is_within(const struct m_interview *iv, int who)
{
    return who == ADMIN || who == AUDITOR || (who >= CITIZENS && iv->roster & BE(who));
}

bool mi_is_known(const struct m_interview *iv)
{
    return iv->announced && !iv->rehearsal;
}

static bool sees(const struct m_interview *iv, int who)
{
    return mi_is_known(iv) || is_within(iv, who);
}

bool m_is_silenced(const struct m_interview *iv, int who, int64_t now)
{
    return who >= 0 && who < CITIZENS && iv->silences[who].until > now;
}

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

// ---- words ----

unsigned m_lang(int who)
{
    return who < CITIZENS ? (unsigned)who % MODEL_LANGS : MODEL_LANGS - 1;
}

static int number_of(const char *code)
{
    int i = 0;
    while (strcmp(m_codes[i], code) != 0)
        i++;
    return i;
}

const char *m_reason_words(const struct m_words *words, const char *code, unsigned lang,
                           enum m_audience audience)
{
    const char *edited = words->of[number_of(code)][lang][audience];
    return edited[0] ? edited : m_house_words[number_of(code)][lang];
}

// ---- lines ----

static void say_args(struct line *l, size_t at, const char *format, va_list args)
{
    vsnprintf(l->text + at, MODEL_LINE - at, format, args);
}

void say(struct line *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_args(l, 0, format, args);
    va_end(args);
}

void say_more(struct line *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_args(l, strlen(l->text), format, args);
    va_end(args);
}

void say_time(struct line *l, const char *key, int64_t ms)
{
    char words[32];
    time_t s = (time_t)(ms / 1000);
    struct tm t;
    gmtime_r(&s, &t);
    size_t n = strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%S", &t);
    snprintf(words + n, sizeof words - n, ".%03dZ", (int)(ms % 1000));
    say_more(l, " %s=%s", key, words);
}

bool deny(struct line *l, const char *reason)
{
    say(l, "%s", reason);
    return false;
}

bool deny_stage(struct line *l, const struct m_question *q)
{
    bool tells = l->by >= CITIZENS && q->changed_by != NO_ONE; // who was faster
    bool by_asker = q->changed_by >= 0 && q->changed_by < CITIZENS;
    say(l, "wrong_stage");
    if (tells)
        say_more(l, " by=%s", by_asker ? "asker" : m_name(q->changed_by));
    say_more(l, " stage=%s version=%u", mq_words[q->stage], q->version);
    return false;
}

bool deny_interview(struct line *l, const char *reason, const struct m_interview *iv)
{
    say(l, "%s by=%s stage=%s version=%u", reason, m_name(iv->changed_by), mi_words[iv->stage],
        iv->version);
    return false;
}

// ---- the interview's ----

static bool is_under_way(const struct m_statement *s)
{
    return s->stage == MS_SUBMITTED || s->stage == MS_DELAYED ||
           (s->stage == MS_PREPARED && s->cleared);
}

bool mi_is_archived(const struct m_interview *iv)
{
    return iv->stage == MI_ARCHIVED ||
           (iv->stage == MI_TAKEN_DOWN && iv->before_down == MI_ARCHIVED);
}

bool mi_is_still(const struct m_interview *iv)
{
    return iv->frozen || iv->stage == MI_SUSPENDED || iv->stage == MI_TAKEN_DOWN;
}

static bool expect_transition(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    enum mi_stage to = (enum mi_stage)c->to;
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    if (!may(iv, c->by, who_moves(iv->stage, to)))
        return deny(l, "not_authorized");
    if (c->version != iv->version)
        return deny_interview(l, "stale", iv);
    if (!(mi_moves(iv) & 1u << to))
        return deny_interview(l, "wrong_stage", iv);
    if (iv->rehearsal && to == MI_PUBLISHED)
        return deny(l, "rehearsal");
    unsigned open = 0, cases = 0, drafts = 0;
    for (unsigned i = 0; i < iv->question_count; i++) {
        open += !mq_has_end(iv, iv->questions[i]);
        cases += iv->questions[i]->stage == MQ_REFERRED && !iv->questions[i]->erased;
    }
    // The strict rule set: reasons, a new date (which nobody sets here), no case left open.
    unsigned reasoned = I(DRAFT) | I(SUSPENDED) | OFF | I(TAKEN_DOWN);
    bool unmet = (reasoned & 1u << to && !c->note) ||
                 (iv->stage == MI_POSTPONED && (to == MI_SCHEDULED || to == MI_ANNOUNCED)) ||
                 (to == MI_CLOSED && cases);
    unmet = unmet && iv->strict;
    // The transcript is signed off by a checker, where there is one, and by a second person.
    bool signs = iv->stage == MI_EDITING && to == MI_PUBLISHED && iv->roster & BE(CHECKER);
    if (signs && c->by == iv->ended_by)
        return deny(l, "two_persons");
    unmet = (unmet || (signs && c->by != CHECKER)) && iv->stage != MI_TAKEN_DOWN;
    bool needs_feed = (to == MI_LIVE || to == MI_ARCHIVED) && iv->stage != MI_TAKEN_DOWN;
    if ((unmet && !(c->overrides && c->by == ADMIN)) || (needs_feed && iv->frozen))
        return deny(l, "guard");
    for (unsigned i = 0; i < iv->statement_count; i++)
        drafts += is_under_way(&iv->statements[i]);
    if (to == MI_PUBLISHED && iv->stage == MI_EDITING && open + drafts) {
        say(l, "undisposed questions=%u", open);
        return false;
    }
    say(l, "ok stage=%s version=%u", mi_words[to], iv->version + 1 + unmet);
    return true;
}

static bool expect_asking(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    if (c->to != MA_CLOSED && !(TAKING & 1u << iv->stage))
        return deny_interview(l, "wrong_stage", iv);
    say(l, "ok");
    return (int)iv->asking != c->to || iv->paused;
}

// Everybody knows of an interview what was announced, and no more.
static bool deny_closed(const struct m_command *c, struct line *l)
{
    const char *reason = c->kind == C_ASK ? "asking_closed" : "wrong_stage";
    if (is_within(c->iv, c->by))
        return deny_interview(l, reason, c->iv);
    say(l, "%s stage=%s", reason, mi_words[c->iv->shown_stage]);
    return false;
}

static bool expect_update(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    if (c->version != iv->version)
        return deny_interview(l, "stale", iv);
    bool says = c->sets_topic || c->sets_policy, staffs = c->sets_roster || c->sets_chains;
    if (!says && !staffs)
        return deny(l, "bad_params");
    if (says && iv->announced && mi_is_still(iv))
        return deny(l, "frozen");
    say(l, "ok version=%u", iv->version + says + staffs);
    return true;
}

// ---- the asker's ----

static bool is_from_silenced_network(const struct m_command *c, int64_t now)
{
    bool found = false;
    for (int other = 0; other < CITIZENS && c->by < CITIZENS; other++)
        found |= other % NETWORKS == c->by % NETWORKS && m_is_silenced(c->iv, other, now);
    return found;
}

// Also what staff enter for somebody: then asking need not be open, and nobody is silenced.
static bool expect_ask(const struct m_command *c, struct line *l)
{
    bool asks = c->kind == C_ASK;
    if (asks && c->iv->asking == MA_CLOSED)
        return deny(l, "asking_closed");
    if (asks && m_is_silenced(c->iv, c->by, l->now)) {
        say(l, "silenced");
        say_time(l, "until", c->iv->silences[c->by].until);
        return false;
    }
    if (c->wrong == WRONG_WORD || c->wrong == EMPTY_TEXT)
        return deny(l, "bad_params");
    if (c->wrong == LONG_TEXT)
        return deny(l, "too_long");
    if (c->is_own ? c->name[0] : c->iv->named && !c->name[0])
        return deny(l, "bad_params");
    if (c->wrong == TAKEN_NAME)
        return deny(l, "name_taken");
    bool held = asks && is_from_silenced_network(c, l->now);
    say(l, "ok stage=%s", held ? "held" : "pending");
    return true;
}

static bool may_appeal(const struct m_interview *iv, const struct m_question *q)
{
    static const char *const never[] = {"advert", "spam", "test"};
    for (size_t i = 0; q->code && i < sizeof never / sizeof *never; i++)
        if (strcmp(q->code, never[i]) == 0)
            return false;
    return q->stage == MQ_REJECTED && q->appeal == MP_NONE && !q->erased && !iv->was_published &&
           !iv->was_cancelled;
}

static bool expect_status(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    const struct m_question *q = iv->questions[c->q];
    const struct m_question *leader = q->leader >= 0 ? iv->questions[q->leader] : NULL;
    bool is_down = iv->stage == MI_TAKEN_DOWN;
    if (leader && (!mq_leads(leader) || !mq_shares(leader) || is_down))
        leader = NULL; // he does not share its outcome
    const struct m_question *same = q->duplicate_of >= 0 ? iv->questions[q->duplicate_of] : NULL;
    if (same && (!same->is_public || !mq_leads(same) || is_down))
        same = NULL; // only what everybody sees
    const struct m_question *about = leader ? leader : same ? same : q;
    int by = mq_answer(iv, leader ? q->leader : same ? q->duplicate_of : c->q, NO_ONE);
    unsigned answers = mq_answers(iv, leader ? q->leader : same ? q->duplicate_of : c->q);
    if (leader && !leader->is_public)
        leader = NULL; // whose number and stage are its asker's
    const struct {
        const char *key, *value;
    } members[] = {
        {"stage", mq_words[q->stage]},
        {"text", q->erased ? NULL : q->original},
        {"shown_text", q->is_public && !q->erased ? q->text : NULL},
        {"appeal", mp_words[q->appeal]},
        {"may_appeal", may_appeal(iv, q) ? "true" : NULL},
        {"may_withdraw", !q->erased && m_rules[C_WITHDRAW].from & 1u << q->stage ? "true" : NULL},
        {"department", about->department},
        {"note", q->note},
        {"case.stage", about->department && !about->erased ? mc_words[about->file.stage] : NULL},
        {"case.stop_note", about == q && q->file.stop_note[0] ? q->file.stop_note : NULL},
        {"group.receipt_no", leader ? leader->receipt : NULL},
        {"group.stage", leader ? mq_words[leader->stage] : NULL},
        {"duplicate_of.receipt_no", same ? same->receipt : NULL},
        {"answer.text", by >= 0 && !is_down ? iv->statements[by].text : NULL},
        {"reply.text", about->reply[0] ? about->reply : NULL},
        {"reason_text",
         q->code ? m_reason_words(iv->words, q->code, m_lang(c->by), TO_ASKER) : NULL},
    };
    say(l, "ok");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].value)
            say_more(l, " %s=%s", members[i].key, members[i].value);
    if (about->due)
        say_time(l, "due", about->due);
    if (q->code)
        say_more(l, " reason=%s", q->code);
    if (by >= 0 && !is_down)
        say_more(l, " answers=%u", answers);
    return false;
}

static bool expect_by_receipt(const struct m_command *c, struct line *l)
{
    if (c->wrong != RIGHT)
        return deny(l, "not_found");
    const struct m_question *q = c->iv->questions[c->q];
    if (c->kind == C_STATUS)
        return expect_status(c, l);
    if (q->erased)
        return deny_erased(l, q);
    if (!(m_rules[c->kind].from & 1u << q->stage) ||
        (c->kind == C_WITHDRAW && mi_is_archived(c->iv)))
        return deny_stage(l, q);
    if (c->kind == C_APPEAL && !may_appeal(c->iv, q))
        return deny(l, "no_appeal");
    say(l, c->kind == C_APPEAL ? "ok stage=rejected appeal=open" : "ok stage=withdrawn");
    return true;
}

// Each part of a bulk is a command of its own; here is what is said of the whole.
static bool expect_bulk(const struct m_command *c, struct line *l)
{
    bool twice = false;
    for (unsigned i = 0; i < c->q_count; i++)
        for (unsigned j = 0; j < i; j++)
            twice |= c->qs[i] == c->qs[j];
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    if (c->qs[0] < 0 || !is_within(c->iv, c->by) || c->by == GUEST)
        return deny(l, "not_found");
    if (twice)
        return deny(l, "bad_params");
    return deny(l, "ok"); // what it changes, its parts do
}

// ---- the feed, notices, invitations ----

static bool expect_delay(const struct m_command *c, struct line *l)
{
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    say(l, "ok seconds=%u", c->number);
    return c->number != c->iv->delay_s;
}

static bool expect_notice(const struct m_command *c, struct line *l)
{
    const struct m_interview *iv = c->iv;
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    if (c->to == MT_INTERVIEW && (!iv->announced || iv->shown_stage == MI_TAKEN_DOWN))
        return deny_interview(l, "wrong_stage", iv);
    say(l, "ok");
    return true;
}

static bool expect_about_notice(const struct m_command *c, struct line *l)
{
    const struct m_notice *n = c->n >= 0 ? &c->iv->notices[c->n] : NULL;
    bool reads = c->kind == C_ACKNOWLEDGE;
    if (!n || (reads && (n->recalled || n->to != MT_STAFF)))
        return deny(l, "not_found");
    say(l, "ok");
    return reads ? !(n->read_by & BE(c->by)) : !n->recalled;
}

static bool expect_invite(const struct m_command *c, struct line *l)
{
    static const int64_t most = (int64_t)30 * 24 * 3600 * 1000;
    int64_t until = c->until ? c->until : l->now + most; // the interview itself is later still
    if (!(c->iv->roster & BE(c->to)) || until <= l->now || until > l->now + most)
        return deny(l, "bad_params");
    say(l, "ok");
    say_time(l, "until", until);
    return true;
}

static bool expect_about_invitation(const struct m_command *c, struct line *l)
{
    const struct m_invitation *v = c->n >= 0 ? &c->iv->invitations[c->n] : NULL;
    bool accepts = c->kind == C_COME_IN;
    if (!v || (accepts && (v->user != c->by || c->wrong != RIGHT)))
        return deny(l, "not_found");
    bool is_over = v->stage != ML_OPEN || l->now >= v->until;
    if (accepts && is_over) {
        say(l, "wrong_stage stage=%s", v->stage != ML_OPEN ? ml_words[v->stage] : "expired");
        return false;
    }
    say(l, "ok");
    return accepts || v->stage != ML_REVOKED;
}

static bool expect_word(const struct m_command *c, struct line *l)
{
    bool wrong = c->wrong == WRONG_WORD || c->wrong == EMPTY_TEXT;
    say(l, wrong ? "bad_params" : "ok");
    return !wrong;
}

// ---- all together ----

static bool expect_rest(const struct m_command *c, struct line *l)
{
    switch (c->kind) {
    case C_CREATE:
        say(l, "ok version=1");
        return true;
    case C_UPDATE:
        return expect_update(c, l);
    case C_TRANSITION:
        return expect_transition(c, l);
    case C_ASKING:
        return expect_asking(c, l);
    case C_ASK:
    case C_ENTER:
        return expect_ask(c, l);
    case C_BULK:
        return expect_bulk(c, l);
    case C_SAY:
        return expect_say(c, l);
    case C_PREPARE:
        return expect_prepare(c, l);
    case C_FREEZE:
    case C_UNFREEZE:
        say(l, "ok frozen=%s", c->kind == C_FREEZE ? "true" : "false");
        return c->iv->frozen != (c->kind == C_FREEZE);
    case C_DELAY:
        return expect_delay(c, l);
    case C_NOTICE:
        return expect_notice(c, l);
    case C_ACKNOWLEDGE:
    case C_RECALL:
        return expect_about_notice(c, l);
    case C_INVITE:
        return expect_invite(c, l);
    case C_COME_IN:
    case C_REVOKE:
        return expect_about_invitation(c, l);
    case C_WORD:
        return expect_word(c, l);
    default:
        return m_rules[c->kind].about == OF_STATEMENT ? expect_about_statement(c, l)
                                                      : expect_about_question(c, l);
    }
}

void model_expect(const struct m_command *c, int64_t now, char ret[MODEL_LINE], bool *ret_changes)
{
    struct line l = {ret, now, c->by};
    const struct m_rule *r = &m_rules[c->kind];
    const struct m_interview *iv = c->iv;
    bool is_named = r->about == OF_QUESTION || r->about == OF_STATEMENT ||
                    (r->about == OF_INTERVIEW && !(c->kind == C_NOTICE && c->to == MT_PORTAL));
    if (r->about == OF_RECEIPT)
        *ret_changes = expect_by_receipt(c, &l);
    else if (is_named && (c->wrong == WRONG_THING || !sees(iv, c->by)))
        *ret_changes = deny(&l, "not_found");
    else if (r->who && !may(is_named ? iv : NULL, c->by, r->who))
        *ret_changes = deny(&l, "not_authorized");
    else if (!(r->stages & 1u << iv->stage) || (mi_is_archived(iv) && !(r->stages & I(ARCHIVED))))
        *ret_changes = deny_closed(c, &l);
    else
        *ret_changes = expect_rest(c, &l);
}
