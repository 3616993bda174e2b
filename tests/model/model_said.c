// SPDX-License-Identifier: Apache-2.0
// Statements: what a command about them is answered with, and what is so afterwards.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model_inside.h"

// ---- what is so of a statement ----

int model_statement(const struct m_interview *iv, const char *id, size_t len)
{
    for (int i = (int)iv->statement_count; i-- > 0;)
        if (strlen(iv->statements[i].id) == len && memcmp(iv->statements[i].id, id, len) == 0)
            return i;
    return -1;
}

// An answer needs a question that was let through; whatever else points at one only points at
// what everybody sees.
bool ms_fits(const struct m_interview *iv, bool is_answer, int q)
{
    const struct m_question *question = iv->questions[q];
    if (question->erased)
        return false;
    return is_answer ? (ANSWERABLE & 1u << question->stage) != 0 : question->is_public;
}

// The compere's own words take his chain, everybody else's the guests'. Guests and stenographers
// are held to the chain of their own, where it has steps, whomever they name.
static const struct m_chain *chain_of(const struct m_interview *iv, enum m_as as, int speaker)
{
    bool is_own = as != AS_COMPERE && iv->chains[as].count;
    return &iv->chains[is_own ? as : speaker == SAID_BY_COMPERE ? AS_COMPERE : AS_GUEST];
}

// A producer speaks for the house, as the compere does.
static enum m_as as_whom(int who)
{
    return who == GUEST ? AS_GUEST : who == STENOGRAPHER ? AS_STENOGRAPHER : AS_COMPERE;
}

static bool is_by(const struct m_statement *s, int who)
{
    return s->author == who || s->writer == who;
}

static bool leads(const struct m_interview *iv, int who)
{
    return m_has(iv, who, COMPERE) || m_has(iv, who, PRODUCER);
}

// ---- answers ----

static bool deny_statement(struct line *l, const struct m_statement *s, const char *reason)
{
    say(l, "%s by=%s stage=%s version=%u", reason, m_name(s->changed_by), ms_words[s->stage],
        s->version);
    return false;
}

// After so many steps: to the next duty; while the feed does not run it is kept as a draft whose
// chain is done; into the delay, as long as there is something on air; or to the public, as version
// 1.
static bool say_way(const struct m_interview *iv, enum m_as as, int speaker, unsigned step,
                    unsigned version, struct line *l)
{
    const struct m_chain *chain = chain_of(iv, as, speaker);
    bool waits = step < chain->count;
    bool keeps = mi_is_still(iv) || !((I(LIVE) | I(DRAINING) | I(EDITING)) & 1u << iv->stage);
    bool delays = iv->delay_s && AIRING & 1u << iv->stage;
    if (waits)
        say(l, "ok stage=submitted version=%u waits_for=%s", version, m_duty(chain->duties[step]));
    else if (keeps)
        say(l, "ok stage=prepared version=%u kept=true", version);
    else if (delays)
        say(l, "ok stage=delayed version=%u", version);
    else
        say(l, "ok stage=published version=1");
    if (!waits && !keeps && delays)
        say_time(l, "public_at", l->now + (int64_t)iv->delay_s * 1000);
    return true;
}

static bool expect_spoken(const struct m_command *c, struct line *l)
{
    if (c->wrong == WRONG_WORD || c->wrong == EMPTY_TEXT || c->speaker == NO_ONE)
        return deny(l, "bad_params");
    for (unsigned i = 0; i < c->q_count; i++) {
        if (c->qs[i] < 0)
            return deny(l, "not_found");
        bool fits = ms_fits(c->iv, c->is_answer, c->qs[i]);
        for (unsigned j = 0; j < i; j++)
            fits = fits && c->qs[j] != c->qs[i];
        if (!fits)
            return deny_stage(l, c->iv->questions[c->qs[i]]);
    }
    return true;
}

bool expect_say(const struct m_command *c, struct line *l)
{
    return expect_spoken(c, l) && say_way(c->iv, as_whom(c->by), c->speaker, 0, 1, l);
}

// The stage before the version: what was published counts its versions anew.
static bool is_called(const struct m_command *c, const struct m_statement *s, struct line *l)
{
    if (!(m_rules[c->kind].from & 1u << s->stage))
        return deny_statement(l, s, "wrong_stage");
    return c->version == s->version || deny_statement(l, s, "stale");
}

bool expect_prepare(const struct m_command *c, struct line *l)
{
    const struct m_statement *old = c->s >= 0 ? &c->iv->statements[c->s] : NULL;
    if (old && !is_called(c, old, l))
        return false;
    if (old && old->corrects >= 0) // it is entered anew instead
        return deny_statement(l, old, "wrong_stage");
    if (old && !is_by(old, c->by) && !leads(c->iv, c->by))
        return deny(l, "not_authorized");
    if (!expect_spoken(c, l))
        return false;
    say(l, "ok stage=prepared version=%u", old ? old->version + 1 : 1);
    return true;
}

// A correction goes through the chain, and is neither delayed nor kept as a draft.
static bool expect_correction(const struct m_interview *iv, int of, enum m_as as, unsigned step,
                              unsigned version, struct line *l)
{
    const struct m_chain *chain = chain_of(iv, as, iv->statements[of].speaker);
    if (step < chain->count) {
        say(l, "ok stage=submitted version=%u waits_for=%s", version, m_duty(chain->duties[step]));
        return true;
    }
    say(l, "ok stage=published version=%u", iv->statements[of].version + 1);
    return !mi_is_still(iv) || deny(l, "frozen");
}

static bool expect_step(const struct m_command *c, const struct m_statement *s, struct line *l)
{
    if (s->corrects >= 0)
        return expect_correction(c->iv, s->corrects, s->as, s->step + 1, s->version + 1, l);
    for (unsigned i = 0; i < s->q_count; i++)
        if (!ms_fits(c->iv, s->is_answer, s->qs[i]))
            return deny_stage(l, c->iv->questions[s->qs[i]]);
    unsigned step = c->kind == C_PASS ? s->step + 1 : s->cleared ? s->step : 0;
    say_way(c->iv, s->as, s->speaker, step, s->version + 1, l);
    bool stays = s->cleared && strstr(l->text, " kept=");
    if (stays)
        say(l, "ok stage=prepared version=%u kept=true", s->version);
    return !stays;
}

static bool is_in_chain(const struct m_interview *iv, const struct m_statement *s, int who)
{
    const struct m_chain *chain = chain_of(iv, s->as, s->speaker);
    for (unsigned i = 0; i < chain->count; i++)
        if (m_has(iv, who, chain->duties[i]))
            return true;
    return false;
}

// Whoever wrote it does not pass it.
static bool expect_pass(const struct m_command *c, const struct m_statement *s, struct line *l)
{
    if (s->corrects < 0 && !(SPEAKING & 1u << c->iv->stage))
        return deny_interview(l, "wrong_stage", c->iv);
    if (!m_has(c->iv, c->by, s->waits_for))
        return deny(l, "not_authorized");
    return is_by(s, c->by) ? deny(l, "two_persons") : expect_step(c, s, l);
}

static bool expect_unsay(const struct m_command *c, const struct m_statement *s, struct line *l)
{
    if (c->wrong == WRONG_WORD)
        return deny(l, "bad_params");
    bool waits = c->iv->strict && s->asked_by == NO_ONE;
    if (waits)
        say(l,
            "ok stage=published version=%u waits_for=compere,reviewer,producer,"
            "policy_checker,portal_admin",
            s->version);
    else if (c->iv->strict && s->asked_by == c->by)
        return deny(l, "two_persons");
    else
        say(l, "ok stage=retracted version=%u", s->version + 1);
    return true;
}

bool expect_about_statement(const struct m_command *c, struct line *l)
{
    const struct m_statement *s = &c->iv->statements[c->s];
    if (!is_called(c, s, l))
        return false;
    switch (c->kind) {
    case C_SEND:
        if (s->corrects >= 0)
            return deny_statement(l, s, "wrong_stage");
        if (!is_by(s, c->by) && !m_has(c->iv, c->by, COMPERE))
            return deny(l, "not_authorized");
        return expect_step(c, s, l);
    case C_PASS:
        return expect_pass(c, s, l);
    case C_RETURN:
        if (!is_in_chain(c->iv, s, c->by) && !leads(c->iv, c->by) && !is_by(s, c->by))
            return deny(l, "not_authorized");
        say(l, "ok stage=returned version=%u", s->version + 1);
        return c->wrong != EMPTY_TEXT || deny(l, "bad_params");
    case C_DISCARD:
        if (!leads(c->iv, c->by) && !is_by(s, c->by))
            return deny(l, "not_authorized");
        say(l, "ok stage=discarded version=%u", s->version + 1);
        return true;
    case C_CORRECT:
        if (c->wrong == EMPTY_TEXT || strcmp(c->text, s->text) == 0)
            return deny(l, "bad_params");
        return expect_correction(c->iv, c->s, as_whom(c->by), 0, 1, l);
    default:
        return expect_unsay(c, s, l);
    }
}

// ---- what is so afterwards ----

static void become_said(struct m_interview *iv, int n, int by, int64_t at_ms)
{
    struct m_statement *s = &iv->statements[n];
    s->stage = MS_PUBLISHED;
    s->version = 1;
    s->was_public = true;
    s->changed_by = by;
    iv->said[iv->said_count++] = n;
    for (unsigned i = 0; i < s->q_count && s->is_answer; i++)
        m_answer(iv, s->qs[i], by, at_ms);
}

static struct m_statement *write(const struct m_command *c, const struct m_ids *ids, int *ret_n)
{
    struct m_interview *iv = c->iv;
    bool is_new = c->kind == C_SAY || c->kind == C_CORRECT || c->s < 0;
    if (is_new && iv->statement_count == MODEL_STATEMENTS)
        abort(); // the driver ends an interview before that
    *ret_n = is_new ? (int)iv->statement_count++ : c->s;
    struct m_statement *s = &iv->statements[*ret_n];
    if (is_new) {
        snprintf(s->id, sizeof s->id, "%s", ids->statement);
        s->author = c->by;
        s->as = as_whom(c->by);
        s->asked_by = NO_ONE;
        s->corrects = c->kind == C_CORRECT ? c->s : NO_ONE;
    }
    snprintf(s->text, sizeof s->text, "%s", c->text);
    s->writer = s->changed_by = c->by;
    s->version++;
    s->is_answer = c->is_answer;
    s->speaker = c->speaker;
    s->titled = c->titled;
    s->q_count = c->q_count;
    memcpy(s->qs, c->qs, sizeof s->qs);
    s->stage = MS_PREPARED;
    s->step = 0;
    s->cleared = false;
    s->public_at = 0;
    return s;
}

// Where the record says that it went; that it had to, is_allowed has looked at.
static void go(const struct m_command *c, int n, unsigned step, int64_t at_ms,
               const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    struct m_statement *s = &iv->statements[n];
    if (strcmp(ids->stage, "published") == 0) {
        become_said(iv, n, c->by, at_ms);
        return;
    }
    const struct m_chain *chain = chain_of(iv, s->as, s->speaker);
    s->step = step < chain->count ? step : chain->count;
    s->public_at = ids->public_at;
    s->cleared = strcmp(ids->stage, "prepared") == 0;
    s->stage = s->cleared ? MS_PREPARED : s->public_at ? MS_DELAYED : MS_SUBMITTED;
    if (s->stage == MS_SUBMITTED)
        s->waits_for = chain->duties[step];
}

// They were written for the text that stood there until now.
static void end_corrections(struct m_interview *iv, int n, int by)
{
    for (unsigned i = 0; i < iv->statement_count; i++) {
        struct m_statement *s = &iv->statements[i];
        if (s->corrects != n || s->stage == MS_DISCARDED)
            continue;
        s->stage = MS_DISCARDED;
        s->changed_by = by;
    }
}

static void correct(struct m_interview *iv, int n, const char *text, int by)
{
    struct m_statement *s = &iv->statements[n];
    snprintf(s->text, sizeof s->text, "%s", text);
    s->version++;
    s->changed_by = by;
    end_corrections(iv, n, by);
}

static void unsay(const struct m_command *c, struct m_statement *s)
{
    struct m_interview *iv = c->iv;
    if (iv->strict && s->asked_by == NO_ONE) {
        s->asked_by = c->by;
        return;
    }
    s->stage = MS_RETRACTED;
    s->version++;
    s->changed_by = c->by;
    end_corrections(iv, c->s, c->by);
    for (unsigned i = 0; i < s->q_count && s->is_answer && SPEAKING & 1u << iv->stage; i++)
        if (iv->questions[s->qs[i]]->stage == MQ_ANSWERED && !iv->questions[s->qs[i]]->erased &&
            mq_answer(iv, s->qs[i], NO_ONE) < 0)
            m_reopen(iv, s->qs[i], c->by);
}

// With the questions of what it corrects.
static void write_correction(const struct m_command *c, const struct m_ids *ids)
{
    const struct m_statement *old = &c->iv->statements[c->s];
    struct m_command anew = *c;
    int n;
    anew.is_answer = old->is_answer;
    anew.speaker = old->speaker;
    anew.titled = old->titled;
    anew.q_count = old->q_count;
    memcpy(anew.qs, old->qs, sizeof anew.qs);
    write(&anew, ids, &n);
    go(&anew, n, 0, 0, ids);
}

void change_statement(const struct m_command *c, int64_t at_ms, const struct m_ids *ids)
{
    int n = c->s;
    struct m_statement *s = n >= 0 ? &c->iv->statements[n] : NULL;
    switch (c->kind) {
    case C_PREPARE:
        write(c, ids, &n);
        return;
    case C_SAY:
        write(c, ids, &n);
        go(c, n, 0, at_ms, ids);
        return;
    case C_SEND:
    case C_PASS:
        if (s->corrects >= 0 && strcmp(ids->stage, "published") == 0) {
            correct(c->iv, s->corrects, s->text, c->by);
            return;
        }
        s->version++;
        s->changed_by = c->by;
        go(c, n, c->kind == C_PASS ? s->step + 1 : s->cleared ? s->step : 0, at_ms, ids);
        return;
    case C_CORRECT:
        if (strcmp(ids->stage, "published") == 0) {
            correct(c->iv, c->s, c->text, c->by);
            return;
        }
        write_correction(c, ids);
        return;
    case C_RETURN:
    case C_DISCARD:
        s->stage = c->kind == C_RETURN ? MS_RETURNED : MS_DISCARDED;
        s->version++;
        s->changed_by = c->by;
        s->public_at = 0;
        s->cleared = false;
        s->step = 0;
        return;
    default:
        unsay(c, s);
    }
}

// ---- by the server itself ----

static const char *is_due(const struct m_interview *iv, int n, int64_t at_ms, bool *ret_fits)
{
    const struct m_statement *s = &iv->statements[n];
    *ret_fits = true;
    for (unsigned i = 0; i < s->q_count; i++)
        *ret_fits = *ret_fits && ms_fits(iv, s->is_answer, s->qs[i]);
    if (s->stage != MS_DELAYED)
        return "it is not delayed";
    if (s->public_at > at_ms)
        return "its delay is not over";
    if (!((I(LIVE) | I(DRAINING) | I(EDITING)) & 1u << iv->stage))
        return "the feed is off";
    return NULL;
}

const char *model_say(struct m_interview *iv, int s, int64_t at_ms)
{
    bool fits;
    const char *why = is_due(iv, s, at_ms, &fits);
    if (!why && !fits)
        why = "its question has moved on";
    if (!why && mi_is_still(iv))
        why = "nothing new is shown now";
    if (!why)
        become_said(iv, s, THE_SERVER, at_ms);
    return why;
}

const char *model_return(struct m_interview *iv, int s, int64_t at_ms)
{
    bool fits;
    const char *why = is_due(iv, s, at_ms, &fits);
    if (why)
        return why;
    (void)fits; // it did not when the server looked, and may again
    struct m_statement *statement = &iv->statements[s];
    statement->stage = MS_RETURNED;
    statement->public_at = 0;
    statement->step = 0;
    statement->version++;
    statement->changed_by = THE_SERVER;
    return NULL;
}
