// SPDX-License-Identifier: Apache-2.0
// Planning an interview: interview.create and interview.update.
#include <stdio.h>
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/app/rules.h"

// Writes one gated text; false: the call was answered.
static bool write_text(struct call *c, struct json_writer *w, const char *key, struct slice text,
                       uint32_t points, bool lines)
{
    const char *gated = call_text(c, text, key, points, lines);
    if (gated)
        json_w_member(w, key, gated);
    return gated != NULL;
}

static bool write_optional(struct call *c, struct json_writer *w, const char *key,
                           struct slice text, uint32_t points)
{
    return text.n == 0 || write_text(c, w, key, text, points, false);
}

static bool write_texts(struct call *c, struct json_writer *w, const char *key,
                        const struct field_list *list)
{
    const struct slice *items = list->items;
    json_w_key(w, key);
    json_w_open(w, '[');
    for (size_t i = 0; i < list->count; i++) {
        const char *gated = call_text(c, items[i], key, LIMIT_TITLE_POINTS, false);
        if (!gated)
            return false;
        json_w_string(w, slice_of(gated));
    }
    json_w_close(w, ']');
    return true;
}

static bool write_guests(struct call *c, struct json_writer *w, const struct field_list *list)
{
    const struct guest_given *guests = list->items;
    json_w_key(w, "guests");
    json_w_open(w, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_w_open(w, '{');
        if (!write_text(c, w, "name", guests[i].name, LIMIT_NAME_POINTS * 2, false) ||
            !write_optional(c, w, "title", guests[i].title, LIMIT_TITLE_POINTS) ||
            !write_optional(c, w, "department", guests[i].department, LIMIT_TITLE_POINTS))
            return false;
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    return true;
}

static bool write_documents(struct call *c, struct json_writer *w, const struct field_list *list)
{
    const struct document_given *documents = list->items;
    json_w_key(w, "policy_documents");
    json_w_open(w, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (!interview_is_web_address(documents[i].url)) {
            call_bad_params(c, "policy_documents.url", "not a web address");
            return false;
        }
        json_w_open(w, '{');
        if (!write_text(c, w, "title", documents[i].title, LIMIT_TITLE_POINTS, false) ||
            !write_text(c, w, "url", documents[i].url, LIMIT_NOTE_POINTS, false))
            return false;
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    return true;
}

static bool write_chain(struct call *c, struct json_writer *w, const char *key,
                        const struct field_list *duties)
{
    const struct slice *duty = duties->items;
    json_w_key(w, key);
    json_w_open(w, '[');
    for (size_t i = 0; i < duties->count; i++) {
        if (!roles_is_duty(duty[i].p, duty[i].n)) {
            call_bad_params(c, "policy.chains", "unknown");
            return false;
        }
        json_w_string(w, duty[i]);
    }
    json_w_close(w, ']');
    return true;
}

// Of questions: nobody, or a reviewer after whoever decides first. Where it is not given it stays
// as it is: what asks for two persons does not end by being left out.
static bool write_question_chain(struct call *c, struct json_writer *w,
                                 const struct chains_given *chains)
{
    const struct slice *duty = chains->question.items;
    if (!chains->has_question)
        return true;
    if (chains->question.count && !slice_is(duty[0], "reviewer")) {
        call_bad_params(c, "policy.chains.question", "unknown");
        return false;
    }
    return write_chain(c, w, "question", &chains->question);
}

static bool write_chains(struct call *c, struct json_writer *w, const struct chains_given *chains)
{
    json_w_key(w, "chains");
    json_w_open(w, '{');
    if (!write_chain(c, w, "guest", &chains->guest) ||
        !write_chain(c, w, "compere", &chains->compere) ||
        !write_chain(c, w, "stenographer", &chains->stenographer) ||
        !write_question_chain(c, w, chains))
        return false;
    json_w_close(w, '}');
    return true;
}

// The chains are the house's own business: they stand in the plan, and in no public event.
static bool write_policy(struct call *c, struct json_writer *w, const struct announcement *a,
                         bool plan)
{
    static const char *const asking[] = {"anonymous", "named", "realname", NULL};
    static const char *const shown[] = {"on_approve", "with_answer", NULL};
    if (!slice_is_one_of(a->policy.asking, asking) ||
        !slice_is_one_of(a->policy.question_public, shown)) {
        call_bad_params(c, "policy", "unknown");
        return false;
    }
    json_w_key(w, "policy");
    json_w_open(w, '{');
    json_w_member_slice(w, "asking", a->policy.asking);
    json_w_member_slice(w, "question_public", a->policy.question_public);
    if (plan && a->policy.has_chains && !write_chains(c, w, &a->policy.chains))
        return false;
    json_w_close(w, '}');
    return true;
}

// One that is not installed would promise rules that nobody keeps.
static bool write_rule_set(struct call *c, struct json_writer *w, struct slice rule_set)
{
    if (!rules_known(c->app, rule_set)) {
        call_bad_params(c, "rule_set", "unknown");
        return false;
    }
    json_w_member_slice(w, "rule_set", rule_set);
    return true;
}

// Writes the members that were given; false: the call was answered.
static bool write_announcement(struct call *c, struct json_writer *w, const struct announcement *a,
                               bool plan)
{
    if (a->has_topic && !write_text(c, w, "topic", a->topic, LIMIT_TITLE_POINTS, false))
        return false;
    if (a->has_intro && a->intro.n == 0)
        json_w_member(w, "intro", ""); // taken away
    if (a->has_intro && a->intro.n &&
        !write_text(c, w, "intro", a->intro, LIMIT_INTRO_POINTS, true))
        return false;
    if (a->has_topics && !write_texts(c, w, "topics", &a->topics))
        return false;
    if (a->has_departments && !write_texts(c, w, "departments", &a->departments))
        return false;
    if (a->has_starts)
        json_w_member_time(w, "starts_at", a->starts_ms);
    if (a->has_minutes)
        json_w_member_int(w, "minutes", a->minutes);
    if (a->has_issue_no)
        json_w_member_int(w, "issue_no", a->issue_no);
    if (a->has_guests && !write_guests(c, w, &a->guests))
        return false;
    if (a->has_compere) {
        json_w_key(w, "compere");
        json_w_open(w, '{');
        if (!write_text(c, w, "name", a->compere.name, LIMIT_NAME_POINTS * 2, false))
            return false;
        json_w_close(w, '}');
    }
    if (a->has_languages && !write_texts(c, w, "languages", &a->languages))
        return false;
    if (a->has_documents && !write_documents(c, w, &a->documents))
        return false;
    if (a->has_policy && !write_policy(c, w, a, plan))
        return false;
    return !a->has_rule_set || write_rule_set(c, w, a->rule_set);
}

static bool write_roster(struct call *c, struct json_writer *w, const struct field_list *list)
{
    const struct duty_given *roster = list->items;
    json_w_key(w, "roster");
    json_w_open(w, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (!roles_is_duty(roster[i].duty.p, roster[i].duty.n)) {
            call_bad_params(c, "roster.duty", "unknown");
            return false;
        }
        json_w_open(w, '{');
        if (!write_text(c, w, "user", roster[i].user, ACTOR_NAME_MAX, false))
            return false;
        json_w_member_slice(w, "duty", roster[i].duty);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    return true;
}

// ---- create ----

// The date for people, and enough of the operation's key to be alone: the same command gives the
// same id.
static void make_id(const struct call *c, int64_t starts_ms, char ret[20])
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32
    char date[TIME_TEXT];
    time_write(starts_ms, date);
    snprintf(ret, 20, "%.4s%.2s%.2s-", date, date + 5, date + 8);
    for (int i = 0; i < 6; i++)
        ret[9 + i] = digits[c->op[i] & 31];
    ret[15] = '\0';
}

static void fill_in(struct announcement *a)
{
    if (!a->has_minutes)
        a->minutes = 60;
    if (!a->has_rule_set)
        a->rule_set = slice_of("none");
    a->has_topic = a->has_departments = a->has_starts = a->has_minutes = a->has_guests = true;
    a->has_compere = a->has_policy = a->has_rule_set = a->has_documents = true;
}

static bool is_complete(struct call *c, const struct announcement *a)
{
    const char *missing = !a->has_topic         ? "interview.topic"
                          : !a->has_departments ? "interview.departments"
                          : !a->has_starts      ? "interview.starts_at"
                          : !a->has_guests      ? "interview.guests"
                          : !a->has_compere     ? "interview.compere"
                          : !a->has_policy      ? "interview.policy"
                                                : NULL;
    if (missing)
        call_bad_params(c, missing, "missing");
    return !missing;
}

static void write_default_languages(struct json_writer *w, const struct announcement *a)
{
    if (a->has_languages)
        return;
    json_w_key(w, "languages");
    json_w_raw(w, slice_of("[\"zh-Hans\"]"));
}

static bool write_plan(struct call *c, struct json_writer *w, const struct announcement *a,
                       const struct field_list *roster, const char *id, bool rehearsal)
{
    json_w_member(w, "interview", id);
    if (rehearsal)
        json_w_member_bool(w, "rehearsal", true);
    write_default_languages(w, a);
    return write_announcement(c, w, a, true) && write_roster(c, w, roster);
}

void interview_create_run(struct call *c, const void *params)
{
    const struct interview_create_params *m = params;
    struct announcement a = m->interview;
    if (!is_complete(c, &a))
        return;
    fill_in(&a);
    char id[20];
    make_id(c, a.starts_ms, id);
    call_guard_number(c, "i", "version", 0, 1);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    if (!write_plan(c, &w, &a, &m->roster, id, m->rehearsal)) {
        buf_finish(&body);
        return;
    }
    call_fact_end(c, &w, "interview.planned", false);
    w = call_open(&c->result);
    json_w_member(&w, "interview", id);
    json_w_member_int(&w, "version", 1);
    json_w_close(&w, '}');
    call_record(c, (struct slice){arena_copy(&c->arena, slice_of(id)), strlen(id)});
}

// ---- update ----

// The rule set is the house's own business: never part of what may be public.
static bool rule_fact(struct call *c, const struct announcement *set, uint64_t *version)
{
    const char *old = c->channel->all->rule_set;
    if (!set->has_rule_set || slice_is(set->rule_set, old ? old : ""))
        return true;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    if (!write_rule_set(c, &w, set->rule_set)) {
        buf_finish(&body);
        return false;
    }
    call_fact_end(c, &w, "interview.ruled", false);
    ++*version;
    return true;
}

static bool update_facts(struct call *c, const struct announcement *set, uint64_t *version)
{
    struct announcement shown = *set;
    shown.has_rule_set = false;
    if (!rule_fact(c, set, version))
        return false;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    if (!write_announcement(c, &w, &shown, false)) {
        buf_finish(&body);
        return false;
    }
    if (body.n > 1) {
        call_fact_end(c, &w, "interview.updated", interview_is_public(c->channel->open->stage));
        ++*version;
    }
    bool has_chains = set->has_policy && set->policy.has_chains;
    if (!set->has_roster && !has_chains) {
        buf_finish(&body);
        return true;
    }
    w = call_fact(c, &body);
    if ((set->has_roster && !write_roster(c, &w, &set->roster)) ||
        (has_chains && !write_chains(c, &w, &set->policy.chains))) {
        buf_finish(&body);
        return false;
    }
    call_fact_end(c, &w, "interview.rostered", false);
    ++*version;
    return true;
}

// Other rules are for a draft: later they would let pass what these hold back. Unless these are
// not installed any more.
static bool may_take_rules(const struct call *c, struct slice rule_set)
{
    const struct interview *iv = c->channel->all;
    bool same = iv->rule_set && slice_is(rule_set, iv->rule_set);
    return same || iv->stage == I_DRAFT || !rules_of(c->app, iv);
}

void interview_update_run(struct call *c, const void *params)
{
    const struct interview_update *m = params;
    const struct interview *iv = c->channel->all;
    if ((uint64_t)m->version != iv->version) {
        refuse_stale_interview(c);
        return;
    }
    if (m->set.has_rule_set && !may_take_rules(c, m->set.rule_set)) {
        refuse_interview_stage(c, NULL);
        return;
    }
    uint64_t version = iv->version;
    if (!update_facts(c, &m->set, &version))
        return;
    if (version == iv->version) {
        call_bad_params(c, "set", "missing");
        return;
    }
    call_guard_number(c, "i", "version", iv->version, version);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "interview", iv->id);
    json_w_member_int(&w, "version", (int64_t)version);
    json_w_close(&w, '}');
    call_record(c, slice_of(iv->id));
}
