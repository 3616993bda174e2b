// SPDX-License-Identifier: Apache-2.0
// The pages for people: the column, an interview, the forms without a script, the desk's shell.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/must.h"
#include "server/form.h"
#include "server/routes.h"

void get_column(struct visit *v)
{
    size_t count;
    const struct interview *const *list = app_public_list(v->server->app, &count);
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_column(&html, &env, list, count);
    reply_page(v, 200, &html);
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
    const struct interview *iv = interview_of(v);
    if (!iv)
        return;
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_interview(&html, &env, iv);
    reply_page(v, 200, &html);
    buf_finish(&html);
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
    reply_page(v, 200, &html);
    buf_finish(&html);
}

// A form waiting for its question to be on disk. The view is gone by then.
struct asking_form {
    struct server *server;
    struct http_request *request;
    struct page_env env;
    struct buf interview, text, name;
};

// What was wrong, in the form's own words where it has some.
static void fault_message(enum lang lang, const struct json *error, struct buf *out)
{
    static const struct {
        const char *reason, *field;
        enum message_id message;
    } words[] = {
        {"bad_params", "text", MSG_FAULT_EMPTY},     {"bad_params", "name", MSG_FAULT_NAME_EMPTY},
        {"too_long", "text", MSG_FAULT_LONG},        {"too_long", "name", MSG_FAULT_NAME_LONG},
        {"name_taken", NULL, MSG_FAULT_NAME_TAKEN},  {"rate_limited", NULL, MSG_FAULT_RATE},
        {"asking_closed", NULL, MSG_FAULT_CLOSED},   {"overloaded", NULL, MSG_FAULT_BUSY},
        {"unavailable", NULL, MSG_FAULT_UNAVAILABLE}};
    const struct json *data = json_get(error, "data");
    const char *text = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words && !text; i++)
        if (slice_is(json_get_string(data, "reason"), words[i].reason) &&
            (!words[i].field || slice_is(json_get_string(data, "field"), words[i].field)))
            text = message(lang, words[i].message);
    char limit[24], seconds[24];
    snprintf(limit, sizeof limit, "%lld", (long long)json_get_int(data, "limit"));
    snprintf(seconds, sizeof seconds, "%lld",
             (long long)(json_get_int(data, "retry_ms") + 999) / 1000);
    struct message_value values[] = {{"limit", slice_of(limit)}, {"s", slice_of(seconds)}};
    if (text)
        message_fill(out, text, values, 2);
    else
        buf_add(out, json_get_string(error, "message"));
}

static void answer_form(struct asking_form *f, const struct json *response)
{
    const struct interview *iv = app_public(f->server->app, buf_slice(&f->interview));
    const struct json *result = json_get(response, "result");
    struct visit v = {.server = f->server, .request = f->request};
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
        fault_message(f->env.lang, json_get(response, "error"), &words);
        struct page_ask_fault fault = {words.p, buf_slice(&f->text), buf_slice(&f->name)};
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
    free(f);
}

// The same text sent twice from one address is one question: the command is named by the text.
static void write_command(struct buf *out, struct slice interview, struct slice text,
                          struct slice name, struct slice contact)
{
    unsigned char digest[OP_BYTES];
    char id[2 * OP_BYTES + 1];
    op_make("form", "question.ask", text, digest);
    for (size_t i = 0; i < OP_BYTES; i++)
        snprintf(id + 2 * i, 3, "%02x", digest[i]);
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member(&w, "jsonrpc", "2.0");
    json_w_member_int(&w, "id", 1);
    json_w_member(&w, "method", "question.ask");
    json_w_key(&w, "params");
    json_w_open(&w, '{');
    json_w_member_slice(&w, "interview", interview);
    json_w_member(&w, "command_id", id);
    json_w_key(&w, "text");
    json_w_string(&w, text);
    if (name.n)
        json_w_member_slice(&w, "name", name);
    if (contact.n)
        json_w_member_slice(&w, "contact", contact);
    json_w_close(&w, '}');
    json_w_close(&w, '}');
}

void post_ask(struct visit *v)
{
    if (!interview_of(v))
        return;
    struct asking_form *f = must_alloc(sizeof *f);
    struct actor actor = {0};
    char visitor[VISITOR_TEXT];
    struct buf contact = {0}, command = {0};
    *f = (struct asking_form){.server = v->server, .request = v->request, .env = reply_env(v)};
    buf_add(&f->interview, v->parts[0]);
    form_field(v->view->body, "text", &f->text);
    form_field(v->view->body, "name", &f->name);
    form_field(v->view->body, "contact", &contact);
    visitor_of_address(v->server->keys, v->view->address, server_now(v->server), visitor);
    actor_citizen(&actor, visitor);
    // One visitor per address: only the bucket that many may share counts.
    memcpy(actor.address, visitor, sizeof visitor);
    actor.lang = f->env.lang;
    write_command(&command, buf_slice(&f->interview), buf_slice(&f->text), buf_slice(&f->name),
                  buf_slice(&contact));
    app_call(v->server->app, &actor, buf_slice(&command), on_asked, f);
    buf_finish(&contact);
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
    struct actor actor = {0};
    char visitor[VISITOR_TEXT];
    visitor_of_address(v->server->keys, v->view->address, server_now(v->server), visitor);
    actor_citizen(&actor, visitor);
    actor.lang = f->env.lang;
    struct json_writer w = {.out = &command};
    json_w_open(&w, '{');
    json_w_member(&w, "jsonrpc", "2.0");
    json_w_member_int(&w, "id", 1);
    json_w_member(&w, "method", "question.vote");
    json_w_key(&w, "params");
    json_w_open(&w, '{');
    json_w_member(&w, "question", q->id);
    json_w_member_bool(&w, "on", true);
    json_w_close(&w, '}');
    json_w_close(&w, '}');
    app_call(v->server->app, &actor, buf_slice(&command), on_voted, f);
    buf_finish(&command);
}

// ---- the fate of a question ----

void get_lookup(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct buf html = {0};
    page_lookup(&html, &env, NULL);
    reply_page(v, 200, &html);
    buf_finish(&html);
}

static void describe(const struct app_fate *found, struct page_fate *ret)
{
    const struct question *q = found->question;
    const struct question *about = found->leader ? found->leader : q;
    const struct statement *s =
        about->answer_count ? interview_statement(found->interview, slice_of(about->answers[0]))
                            : NULL;
    ret->found = true;
    ret->stage = question_stage_name(q->stage);
    ret->text = q->original;
    ret->shown_text = q->is_public && strcmp(q->text, q->original) != 0 ? q->text : NULL;
    ret->reason = q->code;
    ret->note = q->note;
    ret->department = about->department;
    ret->due_ms = about->due_ms;
    if (found->leader) {
        ret->group_no = found->leader->receipt_no;
        ret->group_stage = question_stage_name(found->leader->stage);
    }
    ret->interview_id = found->interview->id;
    ret->topic = found->interview->topic;
    ret->answer_speaker = s ? s->speaker.name : NULL;
    ret->answer_text = s ? s->text : NULL;
}

void post_lookup(struct visit *v)
{
    struct page_env env = reply_env(v);
    struct buf receipt = {0}, secret = {0}, html = {0};
    form_field(v->view->body, "receipt_no", &receipt);
    form_field(v->view->body, "secret", &secret);
    struct page_fate fate = {.receipt_no = buf_slice(&receipt)};
    struct app_fate found;
    if (app_fate(v->server->app, buf_slice(&receipt), buf_slice(&secret), &found))
        describe(&found, &fate);
    page_lookup(&html, &env, &fate);
    reply_private_page(v, fate.found ? 200 : 404, &html);
    buf_finish(&receipt);
    buf_finish(&secret);
    buf_finish(&html);
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
    page_desk(&html, &env);
    struct http_header headers[] = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
         "object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"}};
    http_answer(v->request, 200, headers, 3, buf_slice(&html));
    buf_finish(&html);
}
