// SPDX-License-Identifier: Apache-2.0
// One act on many questions: each is a command of its own, through the same dispatcher and the same
// permission function, and ends in its own result or error. What nobody has in hand is claimed on
// the way, at the version of the moment.
//
// The commands' ids come from the bulk's id and the question's, so after a crash in between the
// same bulk goes on where it was; once all are done the whole answer is kept with the bulk's id.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/commands.h"
#include "server/base/must.h"

enum { ID_TEXT = 2 * OP_BYTES + 1 };

struct part { // one question's way
    struct bulk *bulk;
    struct slice question; // in the call's arena
    bool claimed;          // by us, on the way
    struct buf outcome;    // a member: "result":… or "error":…
};

struct bulk {
    struct call *call;
    const struct question_bulk *params;
    const struct method *method; // NULL: no such command
    struct part *parts;
    size_t count, open; // open: parts without an outcome, and 1 while they are being started
    size_t next;        // the first that was not started
    // One after the other: joining many with one question changes one number, and a queue has an
    // order. All at once would only run into each other.
    bool in_line;
    bool is_lasting; // no outcome would be another one in a moment
};

static void bulk_free(struct bulk *b)
{
    for (size_t i = 0; i < b->count; i++)
        buf_finish(&b->parts[i].outcome);
    free(b->parts);
    free(b);
}

// ---- the commands ----

static void part_id(const struct part *p, const char *what, uint64_t n, char ret[ID_TEXT])
{
    unsigned char op[OP_BYTES];
    struct buf name = {0};
    buf_add(&name, p->bulk->call->command_id);
    buf_char(&name, ' ');
    buf_add(&name, p->question);
    buf_printf(&name, " %llu", (unsigned long long)n);
    op_make(p->bulk->call->actor.id, what, slice_of(""), buf_slice(&name), op);
    buf_finish(&name);
    for (size_t i = 0; i < OP_BYTES; i++)
        snprintf(ret + 2 * i, 3, "%02x", op[i]);
}

static struct json_writer open_command(struct buf *text, const struct part *p, const char *method,
                                       const char *id)
{
    struct json_writer w = call_open(text);
    json_w_member(&w, "jsonrpc", "2.0");
    json_w_member_int(&w, "id", 1);
    json_w_member(&w, "method", method);
    json_w_key(&w, "params");
    json_w_open(&w, '{');
    json_w_member_slice(&w, "question", p->question);
    json_w_member(&w, "command_id", id);
    return w;
}

static void send_command(struct json_writer *w, const struct part *p, app_answer *answer, void *ctx)
{
    json_w_close(w, '}');
    json_w_close(w, '}');
    struct request request;
    const char *why;
    must(request_parse(buf_slice(w->out), &request, &why) == 0);
    call_start(p->bulk->call->app, NULL, &p->bulk->call->actor, &request, answer, ctx);
    buf_finish(w->out);
}

static bool takes(const struct method *m, const char *field)
{
    for (const struct field *f = m->fields; f->name; f++)
        if (strcmp(f->name, field) == 0)
            return true;
    return false;
}

static void write_params(struct json_writer *w, const struct bulk_params *given)
{
    json_w_member_slice(w, "code", given->code);
    json_w_member_slice(w, "note", given->note);
    json_w_member_slice(w, "department", given->department);
    json_w_member_slice(w, "into", given->into);
    if (given->has_position)
        json_w_member_int(w, "position", given->position);
    if (!given->has_labels)
        return;
    const struct slice *labels = given->labels.items;
    json_w_key(w, "labels");
    json_w_open(w, '[');
    for (size_t i = 0; i < given->labels.count; i++)
        json_w_string(w, labels[i]);
    json_w_close(w, ']');
}

// ---- the end ----

static void finish(struct bulk *b)
{
    struct call *c = b->call;
    struct json_writer w = call_open(&c->result);
    json_w_key(&w, "results");
    json_w_open(&w, '[');
    for (size_t i = 0; i < b->count; i++) {
        const struct part *p = &b->parts[i];
        json_w_open(&w, '{');
        json_w_member_slice(&w, "question", p->question);
        buf_char(w.out, ',');
        buf_add(w.out, buf_slice(&p->outcome));
        json_w_close(&w, '}');
    }
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    bool keep = b->is_lasting;
    bulk_free(b);
    c->app->calls--;
    if (keep)
        call_record(c, slice_of(c->channel->all->id));
    else
        call_result(c);
}

static void start_part(struct part *p);

// May free b.
static void settle(struct bulk *b)
{
    if (--b->open == 0)
        finish(b);
    else if (b->in_line && b->next < b->count)
        start_part(&b->parts[b->next++]);
}

static void fail_part(struct part *p, const char *reason)
{
    struct json_writer w = {.out = &p->outcome};
    json_w_key(&w, "error");
    json_w_open(&w, '{');
    json_w_member_int(&w, "code", RPC_REFUSED);
    json_w_member(&w, "message", reason);
    json_w_key(&w, "data");
    json_w_open(&w, '{');
    json_w_member(&w, "reason", reason);
    json_w_close(&w, '}');
    json_w_close(&w, '}');
}

static void let_go(struct part *p)
{
    char id[ID_TEXT];
    struct buf text = {0};
    const struct question *q = interview_question(p->bulk->call->channel->all, p->question);
    part_id(p, "bulk let_go", q ? q->claim.epoch : 0, id);
    struct json_writer w = open_command(&text, p, "question.let_go", id);
    send_command(&w, p, NULL, NULL);
}

// Takes over what was answered; the absent slice: nobody knows.
static bool take_outcome(struct part *p, const struct json *answer)
{
    const struct json *result = json_get(answer, "result");
    const struct json *error = json_get(answer, "error");
    struct slice reason = json_get_string(json_get(error, "data"), "reason");
    if (!result && !error)
        fail_part(p, "unavailable");
    if (!result && (!error || slice_is(reason, "overloaded") || slice_is(reason, "unavailable")))
        p->bulk->is_lasting = false;
    struct json_writer w = {.out = &p->outcome};
    if (result || error) {
        json_w_key(&w, result ? "result" : "error");
        json_w_copy(&w, result ? result : error);
    }
    return result != NULL;
}

static void on_acted(void *ctx, struct slice json)
{
    struct part *p = ctx;
    struct json *answer = json_parse(json);
    bool done = take_outcome(p, answer);
    json_free(answer);
    if (!done && p->claimed)
        let_go(p);
    settle(p->bulk);
}

static void act(struct part *p, const struct question *q)
{
    const struct bulk *b = p->bulk;
    char id[ID_TEXT];
    struct buf text = {0};
    part_id(p, b->method->name, 0, id);
    struct json_writer w = open_command(&text, p, b->method->name, id);
    if (takes(b->method, "version"))
        json_w_member_int(&w, "version", (int64_t)q->version);
    if (takes(b->method, "claim_epoch"))
        json_w_member_int(&w, "claim_epoch", (int64_t)q->claim.epoch);
    write_params(&w, &b->params->params);
    send_command(&w, p, on_acted, p);
}

static void on_claimed(void *ctx, struct slice json)
{
    struct part *p = ctx;
    struct json *answer = json_parse(json);
    bool claimed = json_get(answer, "result") != NULL;
    if (!claimed)
        take_outcome(p, answer);
    json_free(answer);
    if (!claimed) {
        settle(p->bulk);
        return;
    }
    p->claimed = true;
    act(p, interview_question(p->bulk->call->channel->all, p->question));
}

static bool needs_claim(const struct part *p, const struct question *q)
{
    const struct call *c = p->bulk->call;
    bool mine = q->claim.by && q->claim.until_ms > app_now(c->app) &&
                strcmp(q->claim.by, c->actor.name) == 0;
    return takes(p->bulk->method, "claim_epoch") && question_may_move(q->stage, M_CLAIM, NULL) &&
           !mine;
}

static void start_part(struct part *p)
{
    const struct question *q = interview_question(p->bulk->call->channel->all, p->question);
    if (!q || !p->bulk->method) {
        fail_part(p, "not_found");
        settle(p->bulk);
        return;
    }
    if (!needs_claim(p, q)) {
        act(p, q);
        return;
    }
    char id[ID_TEXT];
    struct buf text = {0};
    part_id(p, "bulk claim", q->claim.epoch, id);
    struct json_writer w = open_command(&text, p, "question.claim", id);
    send_command(&w, p, on_claimed, p);
}

// ---- the beginning ----

static void on_known(void *ctx, const struct st_outcome *outcome)
{
    struct bulk *b = ctx;
    struct call *c = b->call;
    if (outcome->result == ST_CONFLICT) { // not known: now it happens
        while (!b->in_line && b->next < b->count)
            start_part(&b->parts[b->next++]);
        settle(b);
        return;
    }
    bulk_free(b);
    c->app->calls--;
    if (outcome->result == ST_DUP) {
        buf_add(&c->result, outcome->kept);
        call_result(c);
    } else {
        call_refuse(c, outcome->result == ST_FULL ? "overloaded" : "unavailable");
    }
}

static const struct method *action_method(struct slice action)
{
    static const char *const actions[] = {"reject", "approve", "refer",   "group",
                                          "queue",  "label",   "release", "hold"};
    struct buf name = {0};
    const struct method *m = NULL;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (slice_is(action, actions[i])) {
            buf_printf(&name, "question.%s", actions[i]);
            m = method_find(buf_slice(&name));
        }
    buf_finish(&name);
    return m;
}

// The interview of all of them, by the first. NULL: answered.
static struct channel *find_interview(struct call *c, const struct slice *ids, size_t count)
{
    struct index_entry *e = count ? index_find(c->app->things, ids[0]) : NULL;
    struct channel *ch = e ? e->value : NULL;
    if (!ch || channel_sight(ch, &c->actor) != SIGHT_STAFF ||
        !interview_question(ch->all, ids[0])) {
        call_not_found(c);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (slice_eq(ids[i], ids[j])) {
                call_bad_params(c, "questions", "twice");
                return NULL;
            }
    return ch;
}

void question_bulk_run(struct call *c, const void *params)
{
    const struct question_bulk *m = params;
    const struct slice *ids = m->questions.items;
    const struct method *method = action_method(m->action);
    if (!method) {
        call_bad_params(c, "action", "unknown");
        return;
    }
    struct channel *ch = find_interview(c, ids, m->questions.count);
    if (!ch)
        return; // and the call is gone
    c->channel = ch;
    struct bulk *b = must_alloc(sizeof *b);
    *b = (struct bulk){.call = c,
                       .params = m,
                       .method = method,
                       .parts = must_alloc(m->questions.count * sizeof *b->parts),
                       .count = m->questions.count,
                       .open = m->questions.count + 1,
                       .in_line = slice_is(m->action, "group") || slice_is(m->action, "queue"),
                       .is_lasting = true};
    for (size_t i = 0; i < b->count; i++)
        b->parts[i] = (struct part){.bulk = b, .question = ids[i]};
    call_recall(c, on_known, b); // perhaps all of it is done
}
