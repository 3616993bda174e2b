// SPDX-License-Identifier: Apache-2.0
// What an asker does: question.ask, .status, .withdraw. The way in is also that of question.enter.
#include <stdio.h>
#include <string.h>

#include "server/app/commands.h"
#include "server/base/must.h"
#include "server/interview/snapshot.h"

// ---- ask ----

struct mod_bucket *app_bucket(struct app *a, const char *who)
{
    struct index_entry *e = index_find(a->rates, slice_of(who));
    if (e)
        return e->value;
    struct mod_bucket *b = must_alloc(sizeof *b);
    index_add(a->rates, slice_of(who), b);
    return b;
}

// Both the citizen and the address have a say; staff are never slowed down. Who comes by the form
// without a script has no token: the address stands for the citizen, and counts once.
static bool within_rate(struct call *c)
{
    int64_t now = app_now(c->app), retry_ms;
    if (c->rated || c->actor.kind == ACTOR_STAFF)
        return true;
    const char *address = c->actor.address;
    bool has_token = strcmp(c->actor.id, address) != 0;
    if ((!has_token ||
         mod_rate_take(&c->app->config.ask, app_bucket(c->app, c->actor.id), now, &retry_ms)) &&
        (!address[0] ||
         mod_rate_take(&c->app->config.address, app_bucket(c->app, address), now, &retry_ms))) {
        c->rated = true;
        return true;
    }
    struct json_writer w = call_more(c);
    json_w_member_int(&w, "retry_ms", retry_ms);
    call_refuse(c, "rate_limited");
    return false;
}

static bool may_ask(struct call *c)
{
    const struct interview *iv = c->channel->all;
    if (iv->asking == ASKING_CLOSED) {
        call_refuse(c, "asking_closed");
        return false;
    }
    // A real name needs the portal's own sign-in, which a bare browser token is not.
    if (iv->policy_asking && strcmp(iv->policy_asking, "realname") == 0) {
        call_refuse(c, "not_authorized");
        return false;
    }
    return true;
}

// Who was silenced is refused. Who comes from the same network is not: a school or a carrier's
// customers share one; their questions are held for a closer look. So is what comes by the form
// without a script, where the address alone tells who asks.
static bool may_speak(struct call *c, struct entry *entry)
{
    int64_t now = app_now(c->app);
    if (c->actor.kind == ACTOR_STAFF)
        return true;
    int64_t until = silence_until(c->app, c->actor.id, now);
    bool has_token = strcmp(c->actor.id, c->actor.address) != 0;
    if (until && has_token) {
        struct json_writer w = call_more(c);
        json_w_member_time(&w, "until", until);
        call_refuse(c, "silenced");
        return false;
    }
    if (until || silence_in_network(c->app, c->actor.network, now))
        entry->stage = Q_HELD;
    return true;
}

bool gate_question(struct call *c, const struct question_ask *m, bool by_citizen, struct asked *ret)
{
    bool ok;
    ret->text = call_text(c, m->text, "text", c->app->config.question_max, true);
    if (!ret->text)
        return false;
    ret->name = call_text_or_null(c, m->name, "name", LIMIT_NAME_POINTS, false, &ok);
    if (!ok)
        return false;
    ret->contact = call_text_or_null(c, m->contact, "contact", LIMIT_NAME_POINTS * 4, false, &ok);
    if (!ok)
        return false;
    ret->to_guest = call_text_or_null(c, m->to_guest, "to_guest", LIMIT_NAME_POINTS, false, &ok);
    if (!ok)
        return false;
    const char *policy = c->channel->all->policy_asking;
    if (!ret->name && by_citizen && policy && strcmp(policy, "anonymous") != 0) {
        call_bad_params(c, "name", "missing");
        return false;
    }
    if (!name_is_free(c->channel->all, ret->name)) {
        call_refuse(c, "name_taken");
        return false;
    }
    return true;
}

// Derived from nothing: when it is erased, nobody can tell any more whether a guess is the text.
static void make_nonce(struct app *a, char ret[NONCE_TEXT])
{
    unsigned char bytes[NONCE_TEXT / 2];
    a->ports.random(a->ports.ctx, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

void record_question(struct call *c, const struct asked *asked, const struct entry *entry)
{
    const struct interview *iv = c->channel->all;
    struct question_ids ids;
    char digest[DIGEST_TEXT], nonce[NONCE_TEXT];
    question_ids_make(c->app->keys, c->op, &ids);
    make_nonce(c->app, nonce);
    question_digest(nonce, slice_of(asked->text), digest);

    call_guard_number(c, "q", ids.question, 0, 1);
    call_guard_number(c, "r", ids.receipt_no, 0, 1);
    if (entry->while_asking)
        call_guard(c, slice_of("asking"), slice_of(asking_name(iv->asking)), (struct slice){0});

    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", ids.question);
    json_w_member(&w, "receipt_no", ids.receipt_no);
    json_w_member(&w, "name", asked->name);
    json_w_member(&w, "text", asked->text);
    json_w_member(&w, "origin", entry->origin);
    json_w_member(&w, "to_guest", asked->to_guest);
    json_w_member(&w, "contact", asked->contact);
    json_w_member(&w, "asker", entry->asker);
    json_w_member(&w, "network", entry->network);
    json_w_member(&w, "digest", digest);
    json_w_member(&w, "nonce", nonce);
    json_w_member(&w, "stage", question_stage_name(entry->stage));
    call_fact_end(c, &w, "question.received", false);

    w = call_open(&c->result);
    json_w_member(&w, "question", ids.question);
    json_w_member(&w, "receipt_no", ids.receipt_no);
    json_w_member(&w, "digest", digest);
    json_w_member(&w, "nonce", nonce);
    json_w_member(&w, "stage", question_stage_name(entry->stage));
    json_w_close(&w, '}');
    call_record(c, slice_of(iv->id));
}

void question_ask_run(struct call *c, const void *params)
{
    struct asked asked = {0};
    const char *network = c->actor.kind == ACTOR_CITIZEN ? c->actor.network : "";
    struct entry entry = {
        .origin = c->channel->all->stage < I_LIVE ? "precollect" : "live",
        .asker = c->actor.id,
        .network = network[0] ? network : NULL,
        .stage = Q_PENDING,
        .while_asking = true,
    };
    if (may_ask(c) && may_speak(c, &entry) && gate_question(c, params, true, &asked) &&
        within_rate(c))
        record_question(c, &asked, &entry);
}

// The secret is derived from the question's id and never kept; it joins the kept result here.
void question_ask_finish(struct call *c)
{
    struct json *kept = json_parse(buf_slice(&c->result));
    char question[QUESTION_ID_TEXT] = "";
    struct slice id = json_get_string(kept, "question");
    must(id.n < sizeof question);
    memcpy(question, id.p, id.n);
    char secret[SECRET_TEXT];
    question_secret(c->app->keys, question, secret);
    c->result.n--; // the closing brace
    struct json_writer w = {.out = &c->result, .comma = true};
    json_w_member(&w, "secret", secret);
    json_w_close(&w, '}');
    json_free(kept);
}

// ---- status ----

static void write_answer(struct json_writer *w, const struct statement *s)
{
    json_w_open(w, '{');
    json_w_member(w, "statement", s->id);
    json_w_key(w, "speaker");
    snapshot_person(w, &s->speaker);
    json_w_member(w, "text", s->text);
    json_w_member_time(w, "said_at", s->said_ms);
    json_w_close(w, '}');
}

// All that stand, in their order. The first of them also in the contract's own member, where the
// speaker is a name.
static void write_answers(struct json_writer *w, const struct interview *iv,
                          const struct question *q)
{
    const struct statement *s = interview_answer(iv, q);
    if (!s || iv->stage == I_TAKEN_DOWN)
        return;
    json_w_key(w, "answer");
    json_w_open(w, '{');
    json_w_member(w, "statement", s->id);
    json_w_member(w, "speaker", s->speaker.name);
    json_w_member(w, "title", s->speaker.title);
    json_w_member(w, "text", s->text);
    json_w_member_time(w, "said_at", s->said_ms);
    json_w_close(w, '}');
    json_w_key(w, "answers");
    json_w_open(w, '[');
    for (size_t at = 0; (s = interview_next_answer(iv, q, &at));)
        write_answer(w, s);
    json_w_close(w, ']');
}

// key: it was joined with that one, or repeats it.
static void write_leader(struct json_writer *w, const char *key, const struct question *leader)
{
    if (!leader)
        return;
    json_w_key(w, key);
    json_w_open(w, '{');
    json_w_member(w, "question", leader->id);
    json_w_member(w, "receipt_no", leader->receipt_no);
    json_w_member(w, "stage", question_stage_name(leader->stage));
    json_w_close(w, '}');
}

static void write_erased(struct json_writer *w, enum lang lang, const struct question *q)
{
    if (!q->erased_ms)
        return;
    json_w_key(w, "erased");
    json_w_open(w, '{');
    json_w_member_time(w, "at", q->erased_ms);
    json_w_member(w, "class", q->erasure_class);
    json_w_member(w, "class_text", message_find(lang, "erasure", q->erasure_class));
    json_w_member(w, "basis", q->erasure_basis);
    json_w_close(w, '}');
}

// The note of a stopped clock is to its own asker; who is joined with him reads that it stands.
static void write_case(struct json_writer *w, const struct question *q,
                       const struct question *outcome)
{
    const struct referral *r = &outcome->referral;
    if (!r->id)
        return;
    json_w_key(w, "case");
    json_w_open(w, '{');
    json_w_member(w, "case", r->id);
    json_w_member(w, "stage", case_stage_name(r->stage));
    json_w_member(w, "department", outcome->department);
    json_w_member_time(w, "due", outcome->due_ms);
    snapshot_referral(w, r);
    json_w_member(w, "stop_note", outcome == q ? r->stop_note : NULL);
    json_w_close(w, '}');
}

void question_status_run(struct call *c, const void *params)
{
    const struct question_status *m = params;
    struct app_fate fate;
    if (!app_fate(c->app, m->receipt_no, m->secret, &fate)) {
        call_not_found(c);
        return;
    }
    const struct question *q = fate.question;
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "interview", fate.interview->id);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member(&w, "fate", message_find(c->actor.lang, "fate", question_stage_name(q->stage)));
    json_w_member(&w, "text", q->original);
    write_erased(&w, c->actor.lang, q);
    if (q->is_public)
        json_w_member(&w, "shown_text", q->text);
    json_w_member(&w, "reason", q->code);
    if (q->code)
        json_w_member(&w, "reason_text", app_wording(c->app, c->actor.lang, q->code, "asker"));
    json_w_member(&w, "note", q->note);
    json_w_member(&w, "appeal", appeal_name(q->appeal));
    if (fate.may_appeal)
        json_w_member_bool(&w, "may_appeal", true);
    if (fate.may_withdraw)
        json_w_member_bool(&w, "may_withdraw", true);
    json_w_member(&w, "department", fate.outcome->department);
    json_w_member_time(&w, "due", fate.outcome->due_ms);
    write_case(&w, q, fate.outcome);
    write_leader(&w, q->group ? "group" : "duplicate_of", fate.leader);
    write_answers(&w, fate.interview, fate.outcome);
    snapshot_reply(&w, fate.outcome);
    json_w_close(&w, '}');
    call_result(c);
}

// ---- withdraw ----

void question_withdraw_run(struct call *c, const void *params)
{
    const struct question_withdraw *m = params;
    struct app_fate fate;
    enum question_stage to;
    if (!app_fate(c->app, m->receipt_no, m->secret, &fate)) {
        call_not_found(c);
        return;
    }
    const struct question *q = fate.question;
    c->channel = channel_find(c->app, slice_of(fate.interview->id));
    if (q->erased_ms) {
        refuse_erased(c, q);
        return;
    }
    if (interview_is_archived(fate.interview) || !question_may_move(q->stage, M_WITHDRAW, &to)) {
        refuse_stage(c, q);
        return;
    }
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    // In any stage, but not in the moment in which all that waits lapses with the interview.
    call_guard_same(c, "i", "version", fate.interview->version);
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    if (!q->is_public)
        call_guard_same(c, "p", q->id, 0);
    question_fact(c, q, "question.withdrawn", q->is_public);
    if (note) // for the desk: the withdrawal itself may be public
        note_fact(c, q, note);
    const struct question *leader = interview_leader(c->channel->all, q);
    if (leader)
        group_leave(c, q, leader);
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(to));
    json_w_close(&w, '}');
    call_record(c, slice_of(fate.interview->id));
}
