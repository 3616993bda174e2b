// SPDX-License-Identifier: Apache-2.0
// What a department does about a question that was referred to it, until its written reply.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/guards.h"
#include "server/app/roles.h"
#include "server/app/rules.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static void refuse_case_stage(struct call *c, const struct question *q)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member(&w, "case_stage", case_stage_name(q->referral.stage));
    json_w_member_int(&w, "version", (int64_t)q->version);
    call_refuse(c, "wrong_stage");
}

// The question of the call, when its case may be moved so; NULL: answered.
static const struct question *case_to_move(struct call *c, const struct case_act *m,
                                           enum case_move move)
{
    const struct question *q = called_question(c, m->question);
    if (refused_as_stale(c, q, m->version))
        return NULL;
    enum question_move of_question = move == CM_CLOSE ? M_REPLY_CASE : M_CASE;
    if (!question_may_move(q->stage, of_question, NULL)) {
        refuse_stage(c, q);
        return NULL;
    }
    if (!case_may_move(q->referral.stage, move, NULL)) {
        refuse_case_stage(c, q);
        return NULL;
    }
    return q;
}

static struct json_writer fact_of(struct call *c, struct buf *body, const struct question *q)
{
    struct json_writer w = call_fact(c, body);
    json_w_member(&w, "question", q->id);
    return w;
}

static void record(struct call *c, const struct question *q, enum case_move move, int64_t due_ms)
{
    enum case_stage to = q->referral.stage;
    case_may_move(q->referral.stage, move, &to);
    decide_guard(c, q);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member(&w, "case_stage", case_stage_name(to));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member_time(&w, "due", due_ms);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

static bool wrote_draft(const struct call *c, const struct question *q)
{
    return q->referral.drafted_by && strcmp(q->referral.drafted_by, c->actor.name) == 0;
}

// ---- who has it ----

void case_accept_run(struct call *c, const void *params)
{
    const struct question *q = case_to_move(c, params, CM_ACCEPT);
    if (!q)
        return;
    question_fact(c, q, "case.accepted", false);
    record(c, q, CM_ACCEPT, q->due_ms);
}

// Within a day of the opening anybody who works on cases; later it costs the asker time, and a
// second look.
void case_re_route_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_RE_ROUTE);
    if (!q)
        return;
    bool is_late = app_now(c->app) - q->referral.opened_ms > DAY_MS;
    if (is_late && !roles_may(&c->actor, c->channel->all, WHO_REVIEWER | WHO_PORTAL_ADMIN)) {
        call_refuse(c, "re_route_late");
        return;
    }
    const char *department = call_text(c, m->department, "department", LIMIT_TITLE_POINTS, false);
    if (!department)
        return;
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "department", department);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "case.re_routed", false);
    if (q->is_public) {
        w = fact_of(c, &body, q);
        json_w_member(&w, "department", department);
        call_fact_end(c, &w, "case.re_routed", true);
    }
    record(c, q, CM_RE_ROUTE, q->due_ms);
}

// ---- its date ----

// That it stands is public where the question is; what the asker is to say is his alone.
void case_stop_clock_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_STOP_CLOCK);
    if (!q)
        return;
    const char *note = call_text(c, m->note, "note", LIMIT_NOTE_POINTS, true);
    if (!note)
        return;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "case.clock_stopped", false);
    if (q->is_public)
        question_fact(c, q, "case.clock_stopped", true);
    record(c, q, CM_STOP_CLOCK, q->due_ms);
}

void case_resume_clock_run(struct call *c, const void *params)
{
    const struct question *q = case_to_move(c, params, CM_RESUME_CLOCK);
    if (!q)
        return;
    int days = rules_days_between(c->app, q->referral.stopped_ms, app_now(c->app));
    int64_t due = q->due_ms && days ? rules_later_ms(c->app, q->due_ms, days) : q->due_ms;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member_time(&w, "due", due);
    call_fact_end(c, &w, "case.clock_resumed", q->is_public);
    record(c, q, CM_RESUME_CLOCK, due);
}

// The new date: the end of a day, later than the old one and not over yet. false: answered.
static bool read_extension(struct call *c, const struct case_act *m, const struct question *q,
                           int64_t *ret_due, int *ret_days)
{
    if (m->has_due == m->has_working_days) {
        call_bad_params(c, "due", "give due or working_days");
        return false;
    }
    int64_t now = app_now(c->app), from = q->due_ms ? q->due_ms : now;
    *ret_due = m->has_due ? rules_later_ms(c->app, m->due_ms, 0)
                          : rules_later_ms(c->app, from, (int)m->working_days);
    *ret_days = rules_days_between(c->app, from, *ret_due);
    if (*ret_due <= from || *ret_due <= now || *ret_days == 0) {
        call_bad_params(c, m->has_due ? "due" : "working_days", "too early");
        return false;
    }
    return true;
}

static void refuse_too_long(struct call *c, int most, int64_t wanted)
{
    struct json_writer w = guards_open(c);
    json_w_open(&w, '{');
    json_w_member(&w, "guard", "extension_working_days");
    json_w_member_int(&w, "need", most);
    json_w_member_int(&w, "have", wanted);
    json_w_member_bool(&w, "may_override", false);
    json_w_close(&w, '}');
    guards_refuse(c, &w);
}

void case_extend_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_EXTEND);
    int64_t due;
    int days;
    if (!q || !read_extension(c, m, q, &due, &days))
        return;
    int most = rules_extension_days(c->app, c->channel->all);
    int64_t wanted = (int64_t)q->referral.extended_days + days;
    if (most >= 0 && wanted > most) {
        refuse_too_long(c, most, wanted);
        return;
    }
    const char *reason = call_text(c, m->reason, "reason", LIMIT_NOTE_POINTS, true);
    if (!reason)
        return;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member_time(&w, "due", due);
    json_w_member_int(&w, "working_days", days);
    json_w_member(&w, "reason", reason);
    call_fact_end(c, &w, "case.extension_granted", q->is_public);
    record(c, q, CM_EXTEND, due);
}

// ---- the reply ----

void case_draft_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_DRAFT);
    if (!q)
        return;
    const char *text = call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
    if (!text)
        return;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "text", text);
    call_fact_end(c, &w, "case.draft_submitted", false);
    record(c, q, CM_DRAFT, q->due_ms);
}

void case_return_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_RETURN);
    if (!q)
        return;
    if (wrote_draft(c, q)) {
        call_refuse(c, "two_persons");
        return;
    }
    const char *note = call_text(c, m->note, "note", LIMIT_NOTE_POINTS, true);
    if (!note)
        return;
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "case.returned_for_rework", false);
    record(c, q, CM_RETURN, q->due_ms);
}

bool question_may_be_shown(struct call *c)
{
    const struct interview *iv = c->channel->all;
    uint32_t who = WHO_MODERATOR | WHO_REVIEWER | WHO_POLICY_CHECKER;
    if (iv->question_chain.count) // somebody has read it who referred it; the second is a reviewer
        who = WHO_REVIEWER;
    if (roles_may(&c->actor, iv, who))
        return true;
    call_refuse(c, "not_authorized");
    return false;
}

// The question's words, if they become public with the reply. false: answered.
static bool read_words(struct call *c, const struct case_act *m, const struct question *q,
                       const char **ret_text)
{
    bool shows = m->is_public && !q->is_public;
    if (m->question_text.p && !shows) {
        call_bad_params(c, "question_text", "only with public, of a hidden question");
        return false;
    }
    *ret_text = shows ? q->text : NULL;
    if (shows && m->question_text.p)
        *ret_text =
            call_text(c, m->question_text, "question_text", c->app->config.question_max, true);
    return !shows || *ret_text;
}

// The reply: as given, or the draft that was submitted. NULL: answered.
static const char *read_reply(struct call *c, const struct case_act *m, const struct question *q)
{
    bool checked = interview_has_any(c->channel->all, "policy_checker");
    if (checked && wrote_draft(c, q)) {
        call_refuse(c, "two_persons");
        return NULL;
    }
    if (!m->text.p && q->referral.stage == CASE_DRAFT_SUBMITTED)
        return q->referral.draft;
    return call_text(c, m->text, "text", LIMIT_STATEMENT_POINTS, true);
}

// All that would have been recorded of a public question on its way here: it is let through, shown
// and referred, each a version of its own.
enum { VERSIONS_SHOWN = 2 };
static void show_before_reply(struct call *c, const struct question *q, const char *text)
{
    approval_fact(c, q, text, q->labels, q->label_count, 0);
    channel_publication(c, q, text);
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "department", q->department);
    json_w_member_time(&w, "due", q->due_ms);
    call_fact_end(c, &w, "question.referred", true);
}

void case_reply_run(struct call *c, const void *params)
{
    const struct case_act *m = params;
    const struct question *q = case_to_move(c, m, CM_CLOSE);
    if (!q)
        return;
    if (m->is_public && !q->is_public && !question_may_be_shown(c))
        return;
    const char *words, *reply = read_reply(c, m, q);
    if (!reply)
        return;
    bool ok;
    const char *department =
        call_text_or_null(c, m->department, "department", LIMIT_TITLE_POINTS, false, &ok);
    if (!ok || !read_words(c, m, q, &words))
        return;
    uint64_t version = q->version + 1 + (words ? VERSIONS_SHOWN : 0);
    call_guard_number(c, "q", q->id, q->version, version);
    if (words)
        show_before_reply(c, q, words);
    else
        call_guard_same(c, "p", q->id, q->is_public);
    struct buf body = {0};
    struct json_writer w = fact_of(c, &body, q);
    json_w_member(&w, "department", department ? department : q->department);
    json_w_member(&w, "text", reply);
    call_fact_end(c, &w, "case.reply_published", q->is_public || words);
    question_result(c, Q_CLOSED, version);
    call_record(c, slice_of(c->channel->all->id));
}

// ---- all of an interview ----

static void write_case(struct json_writer *w, const struct app *a, const struct question *q)
{
    const struct app_config *config = &a->config;
    bool runs = q->due_ms && !q->referral.stopped_ms;
    enum lateness late = runs ? calendar_lateness(config->calendar, q->due_ms, app_now(a),
                                                  config->utc_offset_minutes)
                              : IN_TIME;
    json_w_open(w, '{');
    json_w_member(w, "question", q->id);
    json_w_member(w, "case", q->referral.id);
    json_w_member(w, "stage", case_stage_name(q->referral.stage));
    json_w_member(w, "department", q->department);
    json_w_member_time(w, "due", q->due_ms);
    json_w_member(w, "level", lateness_name(late));
    json_w_close(w, '}');
}

void case_list_run(struct call *c, const void *params)
{
    (void)params;
    if (channel_sight(c->channel, &c->actor) != SIGHT_STAFF) {
        call_refuse(c, "not_authorized");
        return;
    }
    const struct interview *iv = c->channel->all;
    struct json_writer w = call_open(&c->result);
    json_w_key(&w, "cases");
    json_w_open(&w, '[');
    for (size_t i = 0; i < iv->question_count; i++)
        if (question_may_move(iv->questions[i]->stage, M_CASE, NULL) &&
            !iv->questions[i]->erased_ms)
            write_case(&w, c->app, iv->questions[i]);
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    call_result(c);
}
