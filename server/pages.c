// SPDX-License-Identifier: Apache-2.0
// The pages for people: the column, an interview, the forms without a script, the desk's shell.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/form.h"
#include "server/routes.h"
#include "server/wire/request.h"

void get_column(struct visit *v)
{
    size_t count;
    const struct interview *const *list = app_public_list(v->server->app, &count);
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_column(&html, &env, list, count);
    reply_page(v, 200, buf_slice(&html));
    buf_finish(&html);
}

// NULL: the visitor was told.
static const struct interview *interview_of(struct visit *v)
{
    const struct interview *iv = app_public(v->server->app, v->parts[0]);
    if (!iv)
        reply_error_page(v, 404);
    return iv;
}

void get_interview(struct visit *v)
{
    const struct interview *iv = app_seen(v->server->app, v->parts[0]);
    if (!iv) {
        reply_error_page(v, 404);
        return;
    }
    struct page_env env = reply_env(v);
    int64_t also = app_votes_told(v->server->app, iv);
    reply_page_shared(v, page_cache_interview(v->server->page_cache, &env, iv, also));
}

// ---- asking without a script ----

void get_ask(struct visit *v)
{
    const struct interview *iv = interview_of(v);
    if (!iv)
        return;
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_ask_again(&html, &env, iv, NULL);
    reply_page(v, 200, buf_slice(&html));
    buf_finish(&html);
}

// A form waiting for its question to be on disk. The view is gone by then.
struct asking_form {
    struct server *server;
    struct http_request *request;
    struct page_env env;
    struct buf interview, text, name, contact;
};

// What was wrong, in the form's own words where it has some.
static void fault_message(enum lang lang, const struct json *error, struct buf *out)
{
    static const struct {
        const char *reason, *field, *why; // NULL: whichever
        enum message_id message;
    } words[] = {{"bad_params", "text", "too long", MSG_FAULT_LONG}, // by far: not even counted
                 {"bad_params", "name", "too long", MSG_FAULT_NAME_LONG},
                 {"bad_params", "text", NULL, MSG_FAULT_EMPTY},
                 {"bad_params", "name", NULL, MSG_FAULT_NAME_EMPTY},
                 {"too_long", "text", NULL, MSG_FAULT_LONG},
                 {"too_long", "name", NULL, MSG_FAULT_NAME_LONG},
                 {"name_taken", NULL, NULL, MSG_FAULT_NAME_TAKEN},
                 {"rate_limited", NULL, NULL, MSG_FAULT_RATE},
                 {"asking_closed", NULL, NULL, MSG_FAULT_CLOSED},
                 {"overloaded", NULL, NULL, MSG_FAULT_BUSY},
                 {"unavailable", NULL, NULL, MSG_FAULT_UNAVAILABLE}};
    const struct json *data = json_get(error, "data");
    const char *text = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words && !text; i++)
        if (slice_is(json_get_string(data, "reason"), words[i].reason) &&
            (!words[i].field || slice_is(json_get_string(data, "field"), words[i].field)) &&
            (!words[i].why || slice_is(json_get_string(data, "why"), words[i].why)))
            text = message(lang, words[i].message);
    char limit[24], seconds[24];
    int64_t points = json_get_int(data, "limit");
    bool is_name = slice_is(json_get_string(data, "field"), "name");
    if (!points)
        points = is_name ? LIMIT_NAME_POINTS : LIMIT_QUESTION_POINTS;
    snprintf(limit, sizeof limit, "%lld", (long long)points);
    snprintf(seconds, sizeof seconds, "%lld",
             (long long)(json_get_int(data, "retry_ms") + 999) / 1000);
    struct message_value values[] = {{"limit", slice_of(limit)}, {"s", slice_of(seconds)}};
    if (text)
        message_fill(out, text, values, 2);
    else
        buf_add(out, json_get_string(error, "message"));
}

// Of the form's fields the one that the refusal is about.
static const char *fault_field(const struct json *error)
{
    static const char *const names[] = {"text", "name", "contact"};
    const struct json *data = json_get(error, "data");
    if (slice_is(json_get_string(data, "reason"), "name_taken"))
        return "name";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is(json_get_string(data, "field"), names[i]))
            return names[i];
    return "text";
}

static void answer_form(struct asking_form *f, const struct json *response)
{
    const struct interview *iv = app_public(f->server->app, buf_slice(&f->interview));
    const struct json *result = json_get(response, "result");
    struct visit v = {.server = f->server, .request = f->request, .framed = FRAMED_BY_OTHERS};
    struct buf html = {0};
    int status = 200;
    if (!iv) {
        page_error(&html, &f->env, status = 404);
    } else if (result) {
        struct page_receipt receipt = {json_get_string(result, "receipt_no"),
                                       json_get_string(result, "secret"),
                                       json_get_string(result, "digest"),
                                       json_get_string(result, "nonce"), buf_slice(&f->text)};
        page_receipt(&html, &f->env, iv, &receipt);
    } else {
        struct buf words = {0};
        const struct json *error = json_get(response, "error");
        fault_message(f->env.lang, error, &words);
        struct page_ask_fault fault = {words.p, fault_field(error), buf_slice(&f->text),
                                       buf_slice(&f->name), buf_slice(&f->contact)};
        page_ask_again(&html, &f->env, iv, &fault);
        buf_finish(&words);
        status = 422;
    }
    reply_private_page(&v, status, &html);
    buf_finish(&html);
}

static void on_asked(void *ctx, struct slice json)
{
    struct asking_form *f = ctx;
    struct json *response = json_parse(json);
    answer_form(f, response);
    json_free(response);
    buf_finish(&f->interview);
    buf_finish(&f->text);
    buf_finish(&f->name);
    buf_finish(&f->contact);
    free(f);
}

// The same form sent twice is one command: it is named by what it is about.
enum { COMMAND_HEX = 2 * OP_BYTES + 1 };
static void command_of_form(const char *method, struct slice interview, struct slice about,
                            char ret[COMMAND_HEX])
{
    unsigned char digest[OP_BYTES];
    op_make("form", method, interview, about, digest);
    for (size_t i = 0; i < OP_BYTES; i++)
        snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

// One visitor per address: only the bucket that many may share counts.
static void actor_of_form(struct visit *v, struct actor *ret)
{
    char visitor[VISITOR_TEXT];
    *ret = (struct actor){.lang = reply_env(v).lang};
    visitor_of_address(v->server->keys, v->view->address, server_now(v->server), visitor);
    actor_citizen(ret, visitor);
    memcpy(ret->address, visitor, sizeof visitor);
    network_of_address(v->server->keys, v->view->address, server_now(v->server), ret->network);
}

// Named by all that was filled in: two people behind one address share a receipt and its secret in
// no other case.
static void write_command(struct buf *out, struct slice interview, struct slice text,
                          struct slice name, struct slice contact)
{
    char id[COMMAND_HEX];
    struct buf filled = {0};
    buf_printf(&filled, "%zu %zu ", text.n, name.n); // where each ends
    buf_add(&filled, text);
    buf_add(&filled, name);
    buf_add(&filled, contact);
    command_of_form("question.ask", interview, buf_slice(&filled), id);
    buf_finish(&filled);
    struct json_writer w = rpc_open(out, "question.ask", 1);
    json_w_member_slice(&w, "interview", interview);
    json_w_member(&w, "command_id", id);
    json_w_key(&w, "text");
    json_w_string(&w, text);
    if (name.n)
        json_w_member_slice(&w, "name", name);
    if (contact.n)
        json_w_member_slice(&w, "contact", contact);
    rpc_close(&w);
}

void post_ask(struct visit *v)
{
    if (!interview_of(v))
        return;
    struct asking_form *f = must_alloc(sizeof *f);
    struct actor actor;
    struct buf command = {0};
    *f = (struct asking_form){.server = v->server, .request = v->request, .env = reply_env(v)};
    buf_add(&f->interview, v->parts[0]);
    form_field(v->view->body, "text", &f->text);
    form_field(v->view->body, "name", &f->name);
    form_field(v->view->body, "contact", &f->contact);
    actor_of_form(v, &actor);
    write_command(&command, buf_slice(&f->interview), buf_slice(&f->text), buf_slice(&f->name),
                  buf_slice(&f->contact));
    app_call(v->server->app, &actor, buf_slice(&command), on_asked, f);
    buf_finish(&command);
}

// ---- voting without a script ----

struct vote_form {
    struct server *server;
    struct http_request *request;
    struct page_env env;
    struct buf back; // the page and its card
};

static int status_of(struct slice reason)
{
    if (slice_is(reason, "rate_limited"))
        return 429;
    if (slice_is(reason, "unavailable") || slice_is(reason, "overloaded"))
        return 503;
    return slice_is(reason, "not_found") ? 404 : 400;
}

static void on_voted(void *ctx, struct slice json)
{
    struct vote_form *f = ctx;
    struct json *response = json_parse(json);
    struct visit v = {.server = f->server, .request = f->request};
    struct slice reason = json_get_string(json_get(json_get(response, "error"), "data"), "reason");
    if (json_get(response, "result")) {
        reply_redirect(&v, f->back.p);
    } else {
        struct buf html = {0};
        page_error(&html, &f->env, status_of(reason));
        reply_private_page(&v, status_of(reason), &html);
        buf_finish(&html);
    }
    json_free(response);
    buf_finish(&f->back);
    free(f);
}

// One visitor per address and day; taking it back needs the script.
void post_vote(struct visit *v)
{
    const struct interview *iv = interview_of(v);
    if (!iv)
        return;
    struct buf question = {0}, command = {0};
    form_field(v->view->body, "question", &question);
    const struct question *q = interview_question(iv, buf_slice(&question));
    buf_finish(&question);
    if (!q) {
        reply_error_page(v, 404);
        return;
    }
    struct vote_form *f = must_alloc(sizeof *f);
    *f = (struct vote_form){.server = v->server, .request = v->request, .env = reply_env(v)};
    buf_printf(&f->back, "/i/%s?lang=%s#q-%s", iv->id, lang_tag(f->env.lang), q->id);
    struct actor actor;
    actor_of_form(v, &actor);
    struct json_writer w = rpc_open(&command, "question.vote", 1);
    json_w_member(&w, "question", q->id);
    json_w_member_bool(&w, "on", true);
    rpc_close(&w);
    app_call(v->server->app, &actor, buf_slice(&command), on_voted, f);
    buf_finish(&command);
}

// ---- the fate of a question ----

void get_lookup(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_lookup(&html, &env, NULL);
    reply_page(v, 200, buf_slice(&html));
    buf_finish(&html);
}

// ret->answers is to be freed.
static void describe(const struct app *app, enum lang lang, const struct app_fate *found,
                     struct page_fate *ret)
{
    const struct question *q = found->question;
    const struct question *about = found->outcome;
    bool down = found->interview->stage == I_TAKEN_DOWN;
    const struct statement *s;
    ret->answers = must_alloc((about->answer_count + 1) * sizeof(struct statement *));
    for (size_t at = 0; !down && (s = interview_next_answer(found->interview, about, &at));)
        ret->answers[ret->answer_count++] = s;
    ret->found = true;
    ret->stage = question_stage_name(q->stage);
    ret->text = q->original;
    ret->erased_ms = q->erased_ms;
    ret->erased_basis = q->erased_ms ? q->erasure_basis : NULL;
    ret->erased_class = q->erased_ms ? message_find(lang, "erasure", q->erasure_class) : NULL;
    ret->shown_text = q->is_public && q->text && strcmp(q->text, q->original) != 0 ? q->text : NULL;
    ret->reason = q->code ? app_wording(app, lang, q->code, "asker") : NULL;
    ret->note = q->note;
    ret->department = about->department;
    ret->due_ms = about->due_ms;
    ret->extension = about->referral.extension;
    ret->stopped_ms = about->referral.stopped_ms;
    ret->stop_note = about == q ? about->referral.stop_note : NULL;
    if (found->leader) {
        ret->group_id = found->leader->id;
        ret->group_no = found->leader->receipt_no;
        ret->group_stage = question_stage_name(found->leader->stage);
        ret->is_repeated = q->duplicate_of != NULL;
    }
    ret->interview_id = found->interview->id;
    ret->topic = found->interview->topic;
    ret->reply_department = about->reply_department;
    ret->reply_text = about->reply;
    ret->replied_ms = about->replied_ms;
    ret->appeal = appeal_name(q->appeal);
    ret->may_appeal = found->may_appeal;
    ret->may_withdraw = found->may_withdraw;
}

static void answer_lookup(struct visit *v, const struct page_env *env, struct slice receipt,
                          struct slice secret, const char *fault)
{
    struct buf html = {0};
    struct page_fate fate = {.receipt_no = receipt, .secret = secret, .fault = fault};
    struct app_fate found;
    if (app_fate(v->server->app, receipt, secret, &found))
        describe(v->server->app, env->lang, &found, &fate);
    page_lookup(&html, env, &fate);
    reply_private_page(v, !fate.found ? 404 : fault ? 422 : 200, &html);
    buf_finish(&html);
    free(fate.answers);
}

void post_lookup(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct buf receipt = {0}, secret = {0};
    form_field(v->view->body, "receipt_no", &receipt);
    form_field(v->view->body, "secret", &secret);
    answer_lookup(v, &env, buf_slice(&receipt), buf_slice(&secret), NULL);
    buf_finish(&receipt);
    buf_finish(&secret);
}

// ---- what an asker may do about it, without a script ----

struct asker_form {
    struct server *server;
    struct http_request *request;
    struct page_env env;
    struct buf receipt, secret;
};

static void on_done(void *ctx, struct slice json)
{
    struct asker_form *f = ctx;
    struct json *response = json_parse(json);
    struct visit v = {.server = f->server, .request = f->request};
    struct buf fault = {0};
    buf_add(&fault, json_get_string(json_get(response, "error"), "message"));
    answer_lookup(&v, &f->env, buf_slice(&f->receipt), buf_slice(&f->secret),
                  fault.n ? fault.p : NULL);
    json_free(response);
    buf_finish(&fault);
    buf_finish(&f->receipt);
    buf_finish(&f->secret);
    free(f);
}

static void write_asked(struct buf *out, const char *method, const struct asker_form *f,
                        struct slice note)
{
    char id[COMMAND_HEX];
    command_of_form(method, slice_of(""), buf_slice(&f->receipt), id);
    struct json_writer w = rpc_open(out, method, 1);
    json_w_member_slice(&w, "receipt_no", buf_slice(&f->receipt));
    json_w_member_slice(&w, "secret", buf_slice(&f->secret));
    json_w_member(&w, "command_id", id);
    if (note.n)
        json_w_member_slice(&w, "note", note);
    rpc_close(&w);
}

static void post_asked(struct visit *v, const char *method)
{
    struct asker_form *f = must_alloc(sizeof *f);
    struct actor actor;
    struct buf note = {0}, command = {0};
    *f = (struct asker_form){.server = v->server, .request = v->request, .env = reply_env(v)};
    form_field(v->view->body, "receipt_no", &f->receipt);
    form_field(v->view->body, "secret", &f->secret);
    form_field(v->view->body, "note", &note);
    actor_of_form(v, &actor);
    write_asked(&command, method, f, buf_slice(&note));
    app_call(v->server->app, &actor, buf_slice(&command), on_done, f);
    buf_finish(&note);
    buf_finish(&command);
}

void post_appeal(struct visit *v)
{
    post_asked(v, "question.appeal");
}

void post_withdraw(struct visit *v)
{
    post_asked(v, "question.withdraw");
}

// ---- the desk ----

void get_desk_root(struct visit *v)
{
    reply_redirect(v, "/desk/");
}

void get_desk(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct buf html = {0};
    struct who who;
    struct slice session = sign_in_cookie(v, &who);
    char csrf[CSRF_TEXT] = "";
    if (session.n)
        identity_csrf(session, csrf);
    page_desk(&html, &env, csrf);
    reply_private_page(v, 200, &html);
    buf_finish(&html);
}
