// SPDX-License-Identifier: Apache-2.0
// The facts for the rule set's demands, and the words for what is unmet.
#include "server/app/guards.h"

#include <string.h>

#include "server/app/roles.h"
#include "server/app/rules.h"

// Each writes the ids of those that stand in the way; returns how many.
static size_t write_open_questions(struct json_writer *w, const struct interview *iv)
{
    size_t count = 0;
    json_w_key(w, "questions");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->question_count; i++)
        if (!question_has_end(iv, iv->questions[i])) {
            json_w_string(w, slice_of(iv->questions[i]->id));
            count++;
        }
    json_w_close(w, ']');
    return count;
}

static size_t write_open_statements(struct json_writer *w, const struct interview *iv)
{
    size_t count = 0;
    json_w_key(w, "statements");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->draft_count; i++)
        if (statement_is_under_way(iv->drafts[i])) {
            json_w_string(w, slice_of(iv->drafts[i]->id));
            count++;
        }
    json_w_close(w, ']');
    return count;
}

bool guards_end_gate(struct call *c)
{
    struct json_writer w = call_more(c);
    size_t open = write_open_questions(&w, c->channel->all);
    open += write_open_statements(&w, c->channel->all);
    if (open)
        call_refuse(c, "undisposed");
    return !open;
}

// ---- the facts ----

static unsigned fields_of(const struct interview *iv)
{
    unsigned fields = 0;
    fields |= iv->topic && iv->topic[0] ? RULES_HAS_TOPIC : 0u;
    fields |= iv->department_count ? RULES_HAS_DEPARTMENT : 0u;
    fields |= iv->guest_count ? RULES_HAS_GUEST : 0u;
    fields |= iv->compere.name && iv->compere.name[0] ? RULES_HAS_COMPERE : 0u;
    fields |= iv->starts_ms ? RULES_HAS_START : 0u;
    return fields;
}

static struct rules_facts facts_of(const struct call *c, const struct rules *rules,
                                   enum interview_stage to, const char *reason)
{
    const struct interview *iv = c->channel->all;
    struct rules_facts facts = {.from = iv->stage,
                                .to = to,
                                .fields = fields_of(iv),
                                .has_reason = reason != NULL,
                                .minutes = (int64_t)iv->minutes,
                                .topics = (int64_t)iv->topic_count,
                                .starts_ms = iv->starts_ms,
                                .put_off_ms = iv->put_off_ms,
                                .now_ms = app_now(c->app),
                                .offset_minutes = c->app->config.utc_offset_minutes,
                                .frozen = iv->frozen};
    facts.has_checker = interview_has_any(iv, "policy_checker");
    uint32_t signer = facts.has_checker ? WHO_POLICY_CHECKER : WHO_PORTAL_ADMIN;
    facts.may_sign = roles_may(&c->actor, iv, signer);
    for (size_t i = 0; i < iv->question_count; i++)
        facts.open_cases += iv->questions[i]->stage == Q_REFERRED && !iv->questions[i]->erased_ms;
    for (size_t i = 0; i < rules->must_attend_count; i++) {
        facts.rostered |= interview_has_any(iv, rules->must_attend[i]) ? 1u << i : 0u;
        facts.present |= presence_has(c->app, iv, rules->must_attend[i]) ? 1u << i : 0u;
    }
    return facts;
}

// ---- the words ----

// A set of bits as the list of their names.
static void write_set(struct json_writer *w, const char *key, const struct rules *rules,
                      enum rules_guard guard, int64_t bits)
{
    unsigned count = guard == GUARD_FIELDS ? RULES_FIELDS : (unsigned)rules->must_attend_count;
    json_w_key(w, key);
    json_w_open(w, '[');
    for (unsigned i = 0; i < count; i++)
        if (bits & 1u << i)
            json_w_string(
                w, slice_of(guard == GUARD_FIELDS ? rules_field_name(i) : rules->must_attend[i]));
    json_w_close(w, ']');
}

static void write_unmet(struct json_writer *w, const struct rules *rules,
                        const struct rules_unmet *u)
{
    json_w_open(w, '{');
    json_w_member(w, "guard", rules_guard_name(u->guard));
    switch (u->guard) {
    case GUARD_FIELDS:
    case GUARD_ROSTER:
    case GUARD_MUST_ATTEND:
        write_set(w, "need", rules, u->guard, u->need);
        write_set(w, "have", rules, u->guard, u->have);
        break;
    case GUARD_NEW_DATE:
        json_w_member_time(w, "have", u->have);
        break;
    case GUARD_SIGN_OFF:
        json_w_key(w, "need");
        json_w_raw(w, slice_of(u->need ? "[\"policy_checker\"]" : "[\"portal_admin\"]"));
        break;
    case GUARD_REASON:
    case GUARD_FEED:
        break;
    default:
        json_w_member_int(w, "need", u->need);
        json_w_member_int(w, "have", u->have);
    }
    json_w_member_bool(w, "may_override", u->may_override);
    json_w_close(w, '}');
}

struct json_writer guards_open(struct call *c)
{
    struct json_writer w = call_more(c);
    json_w_key(&w, "guards");
    json_w_open(&w, '[');
    return w;
}

void guards_refuse(struct call *c, struct json_writer *w)
{
    json_w_close(w, ']');
    call_refuse(c, "guard");
}

static bool refuse_unmet(struct call *c, const struct rules *rules, const struct rules_unmet *unmet,
                         size_t count)
{
    struct json_writer w = guards_open(c);
    for (size_t i = 0; i < count; i++)
        write_unmet(&w, rules, &unmet[i]);
    guards_refuse(c, &w);
    return false;
}

// Without its rule set nobody can say that an interview is ready to be shown; what is on its way
// may still be brought to an end.
static bool refuse_unknown(struct call *c)
{
    struct json_writer w = guards_open(c);
    json_w_open(&w, '{');
    json_w_member(&w, "guard", "rule_set");
    json_w_member(&w, "need", c->channel->all->rule_set);
    json_w_member_bool(&w, "may_override", false);
    json_w_close(&w, '}');
    guards_refuse(c, &w);
    return false;
}

static bool is_demanding(enum interview_stage to)
{
    return to == I_IN_REVIEW || to == I_ANNOUNCED || to == I_LOBBY || to == I_LIVE ||
           to == I_CLOSED;
}

static void overridden_fact(struct call *c, enum interview_stage to,
                            const struct rules_unmet *unmet, size_t count, const char *why)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "to", interview_stage_name(to));
    json_w_key(&w, "guards");
    json_w_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        json_w_string(&w, slice_of(rules_guard_name(unmet[i].guard)));
    json_w_close(&w, ']');
    json_w_member(&w, "why", why);
    call_fact_end(c, &w, "interview.overridden", false);
}

bool guards_rules(struct call *c, enum interview_stage to, const char *reason, const char *override,
                  uint64_t *version)
{
    const struct interview *iv = c->channel->all;
    static const struct rules strict = {.sign_off = true};
    const struct rules *rules = rules_of(c->app, iv);
    if (!rules && (to == I_PUBLISHED || to == I_ARCHIVED))
        rules = &strict;
    if (!rules)
        return (iv->stage == I_TAKEN_DOWN || !is_demanding(to)) || refuse_unknown(c);
    struct rules_facts facts = facts_of(c, rules, to, reason);
    struct rules_unmet unmet[GUARDS];
    size_t count = rules_unmet(rules, &facts, unmet);
    if (rules_want_sign_off(rules, &facts) && iv->ended_by &&
        strcmp(iv->ended_by, c->actor.name) == 0) {
        call_refuse(c, "two_persons");
        return false;
    }
    if (count == 0)
        return true;
    bool may = override && roles_may(&c->actor, iv, WHO_PORTAL_ADMIN);
    for (size_t i = 0; i < count; i++)
        may = may && unmet[i].may_override;
    if (!may)
        return refuse_unmet(c, rules, unmet, count);
    overridden_fact(c, to, unmet, count, override);
    ++*version;
    return true;
}
