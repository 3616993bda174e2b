// SPDX-License-Identifier: Apache-2.0
// The way of one request: decode, may, run, record, answer.
//
// A command refused by today's state may be an old one sent again, whose first result is owed:
// so before a changing command is refused, the record is asked whether it knows the operation
// (a batch whose guard can never hold: DUP gives the old result, CONFLICT the refusal).
#include <stdlib.h>
#include <string.h>

#include "server/app/table.h"
#include "server/base/log.h"
#include "server/base/must.h"

static void unlink_call(struct call *c)
{
    if (!c->peer)
        return;
    struct call **at = &c->peer->calls;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->peer = NULL;
}

static void call_free(struct call *c)
{
    unlink_call(c);
    request_finish(&c->request);
    buf_finish(&c->result);
    buf_finish(&c->extra);
    arena_finish(&c->arena);
    free(c);
}

static void deliver(struct call *c, const struct buf *text)
{
    must(!c->answered);
    c->answered = true;
    bool silent = !c->request.id[0];
    if (c->answer)
        c->answer(c->answer_ctx, silent ? (struct slice){0} : buf_slice(text));
    else if (c->peer && !silent)
        peer_send(c->peer, buf_slice(text));
}

void call_result(struct call *c)
{
    if (c->result.n == 0)
        buf_text(&c->result, "{}");
    struct buf text = {0};
    answer_result(&text, slice_of(c->request.id), buf_slice(&c->result));
    deliver(c, &text);
    buf_finish(&text);
    call_free(c);
}

void call_result_shared(struct call *c, struct blob *value)
{
    must(!c->answered && c->peer && !c->answer);
    c->answered = true;
    if (c->request.id[0]) {
        struct buf first = {0};
        answer_result_open(&first, slice_of(c->request.id), buf_slice(&c->result));
        peer_send_shared(c->peer, buf_slice(&first), value, slice_of("}}"));
        buf_finish(&first);
    }
    call_free(c);
}

// What people read; programs read the reason.
static const char *wording(const struct call *c, const char *reason)
{
    const char *words = message_find(c->actor.lang, "refuse", reason);
    return words ? words : reason;
}

static void refuse_now(struct call *c)
{
    struct buf text = {0};
    answer_error(&text, slice_of(c->request.id), c->code ? c->code : RPC_REFUSED,
                 wording(c, c->reason), c->reason, buf_slice(&c->extra));
    deliver(c, &text);
    buf_finish(&text);
    call_free(c);
}

static void answer_kept(struct call *c, struct slice kept)
{
    buf_clear(&c->result);
    buf_add(&c->result, kept);
    if (c->method && c->method->finish)
        c->method->finish(c);
    call_result(c);
}

static void refuse_later(struct call *c, const char *reason)
{
    c->reason = reason;
    c->code = 0;
    struct json_writer w = call_more(c);
    json_w_member_int(&w, "retry_ms", 1000);
    refuse_now(c);
}

static void refuse_unavailable(struct call *c)
{
    c->reason = "unavailable";
    c->code = 0;
    buf_clear(&c->extra);
    refuse_now(c);
}

// Whether it was applied is not known, and a guess would be a lie: the line is cut, and the command
// sent again over the next one.
static void leave_unsure(struct call *c)
{
    if (c->peer)
        c->app->ports.close(c->peer->link, 1013, "try again");
    c->answered = true;
    if (c->answer)
        c->answer(c->answer_ctx, (struct slice){0});
    call_free(c);
}

// Only the record's word makes a refusal: while it does not answer, the command may be an old one.
static void on_recalled(void *ctx, const struct st_outcome *outcome)
{
    struct call *c = ctx;
    c->app->calls--;
    switch (outcome->result) {
    case ST_DUP:
        answer_kept(c, outcome->kept);
        break;
    case ST_OK: // never: its guard cannot hold
    case ST_CONFLICT:
        refuse_now(c);
        break;
    case ST_FULL:
        refuse_later(c, "overloaded");
        break;
    case ST_DOWN:
        refuse_unavailable(c);
        break;
    case ST_UNKNOWN:
        if (++c->tries < CALL_TRIES)
            call_recall(c, on_recalled, c);
        else
            leave_unsure(c);
        break;
    }
}

void call_recall(struct call *c, st_done *done, void *ctx)
{
    struct st_guard never = {slice_of("never"), slice_of("holds"), {0}};
    struct st_batch batch = {.interview = slice_of(c->channel->all->id),
                             .at_ms = app_now(c->app),
                             .actor = slice_of(c->actor.id),
                             .guards = &never,
                             .guard_count = 1};
    memcpy(batch.op, c->op, OP_BYTES);
    c->app->calls++;
    storage_append(c->app->storage, &batch, done, ctx);
}

// What was refused before it ran cannot be an old command.
static void refuse_unless_old(struct call *c)
{
    if (c->ran && c->command_id.n > 0 && c->channel)
        call_recall(c, on_recalled, c);
    else
        refuse_now(c);
}

void call_refuse(struct call *c, const char *reason)
{
    c->reason = reason;
    refuse_unless_old(c);
}

void call_not_found(struct call *c)
{
    c->reason = "not_found";
    refuse_unless_old(c);
}

void call_bad_params(struct call *c, const char *field, const char *why)
{
    c->reason = "bad_params";
    c->code = RPC_INVALID_PARAMS;
    struct json_writer w = call_more(c);
    json_w_member(&w, "field", field);
    json_w_member(&w, "why", why);
    refuse_unless_old(c); // what is missing today may not have been asked for then
}

struct json_writer call_more(struct call *c)
{
    buf_clear(&c->extra);
    return (struct json_writer){.out = &c->extra};
}

struct json_writer call_open(struct buf *b)
{
    buf_clear(b);
    struct json_writer w = {.out = b};
    json_w_open(&w, '{');
    return w;
}

// Who, and in which stage: asked before every run, since a roster or a stage may have changed
// between two.
// What was archived stays so while it is taken down.
static bool is_its_time(const struct method *m, const struct interview *iv)
{
    uint32_t now = IN(iv->stage) | (interview_is_archived(iv) ? IN(I_ARCHIVED) : 0);
    return (m->stages & now) == now;
}

static bool may_run(struct call *c)
{
    const struct method *m = c->method;
    if (!roles_may(&c->actor, c->channel ? c->channel->all : NULL, m->who)) {
        c->reason = "not_authorized";
        // Who has lost a duty since is owed the answer to what he did while he had it.
        if (c->actor.kind == ACTOR_STAFF)
            refuse_unless_old(c);
        else
            refuse_now(c);
        return false;
    }
    if (c->channel && !channel_is_portal(c->channel) && !is_its_time(m, c->channel->all)) {
        refuse_interview_stage(c, m->refusal);
        return false;
    }
    return true;
}

static struct slice member(const void *params, size_t offset);

// Nothing can be done about a question that was erased, whatever its stage. Citizens may not even
// learn that it is there; what they may do looks by itself.
static bool refused_as_erased(struct call *c)
{
    struct slice id = member(c->params, c->method->question_offset);
    const struct question *q = NULL;
    if (c->channel && id.p && !c->method->of_statement && c->actor.kind == ACTOR_STAFF)
        q = interview_question(c->channel->all, id);
    if (!q || !q->erased_ms)
        return false;
    refuse_erased(c, q);
    return true;
}

static void run(struct call *c)
{
    c->guard_count = 0;
    c->fact_count = 0;
    buf_clear(&c->result);
    buf_clear(&c->extra);
    // Once: what a command is about may be found by its first run only, and it is one operation.
    struct slice interview = slice_of(c->channel ? c->channel->all->id : "");
    if (!c->ran)
        op_make(c->actor.id, c->method->name, interview, c->command_id, c->op);
    c->ran = true;
    if (!may_run(c) || refused_as_erased(c))
        return;
    // The stage that was looked at is still the stage when the batch is written (invariant I8: no
    // question slips back behind the end gate).
    if (c->channel && (c->method->stages & IN_ANY) != IN_ANY)
        call_guard_same(c, "i", "version", c->channel->all->version);
    c->method->run(c, c->params);
}

static void append(struct call *c);

static void on_recorded(void *ctx, const struct st_outcome *outcome)
{
    struct call *c = ctx;
    c->app->calls--;
    switch (outcome->result) {
    case ST_OK:
    case ST_DUP:
        answer_kept(c, outcome->kept);
        break;
    case ST_CONFLICT: // the state has moved on meanwhile: look again
        if (++c->tries < (c->as_of ? ERASE_TRIES : CALL_TRIES) && c->method && c->method->run)
            run(c);
        else
            refuse_later(c, "overloaded");
        break;
    case ST_FULL:
        refuse_later(c, "overloaded");
        break;
    case ST_DOWN:
        refuse_unavailable(c);
        break;
    case ST_UNKNOWN: // never told as "failed": the same operation again gives its true result
        if (++c->tries < CALL_TRIES)
            append(c);
        else
            leave_unsure(c);
        break;
    }
}

static void append(struct call *c)
{
    struct st_batch batch = {.interview = c->interview,
                             .at_ms = app_now(c->app),
                             .actor = slice_of(c->actor.id),
                             .guards = c->guards,
                             .guard_count = c->guard_count,
                             .facts = c->facts,
                             .fact_count = c->fact_count,
                             .result = buf_slice(&c->result),
                             .replacements = c->replacements,
                             .replacement_count = c->replacement_count,
                             .as_of = c->as_of,
                             .strike = c->strike};
    memcpy(batch.op, c->op, OP_BYTES);
    c->app->calls++;
    storage_append(c->app->storage, &batch, on_recorded, c);
}

// What reaches the public even while the feed stands still: the interview's own stages, notices,
// the brake itself, and whatever only takes something away.
static bool passes_frozen(struct slice type)
{
    static const char *const families[] = {"interview.", "notice.", "feed."};
    static const char *const single[] = {
        "asking.set",        "question.withdrawn",  "question.retracted", "question.off_air",
        "question.redacted", "statement.retracted", "question.erased"};
    if (slice_is(type, "interview.updated"))
        return false;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (type.n > strlen(families[i]) && memcmp(type.p, families[i], strlen(families[i])) == 0)
            return true;
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (slice_is(type, single[i]))
            return true;
    return false;
}

static bool shows_something_new(const struct call *c)
{
    for (size_t i = 0; i < c->fact_count; i++)
        if (c->facts[i].is_public && !passes_frozen(c->facts[i].type))
            return true;
    return false;
}

void call_record(struct call *c, struct slice interview)
{
    c->interview = interview;
    if (shows_something_new(c)) {
        const struct channel *ch = channel_find(c->app, interview);
        if (ch && interview_is_still(ch->all)) {
            buf_clear(&c->extra);
            call_refuse(c, "frozen");
            return;
        }
        // … and is not frozen by what is on its way to the record now.
        call_guard(c, slice_of("frozen"), slice_of(""), (struct slice){0});
    }
    append(c);
}

static struct slice kept(struct call *c, struct slice bytes)
{
    return bytes.p ? (struct slice){arena_copy(&c->arena, bytes), bytes.n} : bytes;
}

void call_guard(struct call *c, struct slice key, struct slice expect, struct slice set)
{
    must(c->guard_count < CALL_GUARDS);
    if (!c->guards)
        c->guards = arena_alloc(&c->arena, CALL_GUARDS * sizeof *c->guards);
    c->guards[c->guard_count++] = (struct st_guard){kept(c, key), kept(c, expect), kept(c, set)};
}

static void guard_number(struct call *c, const char *kind, const char *id, uint64_t expect,
                         bool sets, uint64_t set)
{
    struct buf key = {0}, was = {0}, becomes = {0};
    buf_printf(&key, "%s:%s", kind, id);
    if (expect)
        buf_printf(&was, "%llu", (unsigned long long)expect);
    if (set)
        buf_printf(&becomes, "%llu", (unsigned long long)set);
    // 0 is an absent key, whether it is expected or set.
    struct slice value = set ? buf_slice(&becomes) : slice_of("");
    call_guard(c, buf_slice(&key), buf_slice(&was), sets ? value : (struct slice){0});
    buf_finish(&key);
    buf_finish(&was);
    buf_finish(&becomes);
}

void call_guard_number(struct call *c, const char *kind, const char *id, uint64_t expect,
                       uint64_t set)
{
    guard_number(c, kind, id, expect, true, set);
}

void call_guard_same(struct call *c, const char *kind, const char *id, uint64_t expect)
{
    guard_number(c, kind, id, expect, false, 0);
}

struct json_writer call_fact(struct call *c, struct buf *body)
{
    must(c->fact_count < CALL_FACTS);
    return call_open(body);
}

void call_fact_end(struct call *c, struct json_writer *w, const char *type, bool is_public)
{
    json_w_close(w, '}');
    struct slice body = buf_slice(w->out);
    if (!c->facts)
        c->facts = arena_alloc(&c->arena, CALL_FACTS * sizeof *c->facts);
    c->facts[c->fact_count++] = (struct st_fact){is_public, slice_of(type), kept(c, body)};
    buf_finish(w->out);
}

// ---- from the message to run ----

static struct slice member(const void *params, size_t offset)
{
    struct slice absent = {0};
    if (offset == NONE_GIVEN)
        return absent;
    struct slice value;
    memcpy(&value, (const char *)params + offset, sizeof value);
    return value;
}

static bool is_there(const struct interview *iv, struct slice id, bool statement)
{
    if (statement)
        return interview_statement(iv, id) || interview_draft(iv, id);
    return interview_question(iv, id) != NULL;
}

// Finds what the call is about. A thing that the actor may not even see is not found.
static bool find_channel(struct call *c)
{
    const struct method *m = c->method;
    struct slice interview = member(c->params, m->interview_offset);
    struct slice question = member(c->params, m->question_offset);
    if (interview.p) {
        c->channel = channel_find(c->app, interview);
    } else if (question.p) {
        struct index_entry *e = index_find(c->app->things, question);
        c->channel = e ? e->value : NULL;
        if (c->channel && !is_there(c->channel->all, question, m->of_statement))
            c->channel = NULL;
    } else {
        return true;
    }
    if (!c->channel || (channel_is_portal(c->channel) && !(m->stages & IN_PORTAL)))
        return false;
    return channel_sight(c->channel, &c->actor) != SIGHT_NONE;
}

static void route(struct call *c)
{
    const struct method *m = c->method;
    c->params = arena_alloc(&c->arena, m->size ? m->size : 1);
    const char *why;
    const char *field = fields_decode(m->fields, c->request.params, c->params, &c->arena, &why);
    if (field) {
        call_bad_params(c, field, why);
        return;
    }
    c->command_id = member(c->params, m->command_offset);
    if (!find_channel(c)) {
        call_not_found(c);
        return;
    }
    run(c);
}

void call_start(struct app *a, struct peer *peer, const struct actor *actor,
                struct request *request, app_answer *answer, void *ctx)
{
    struct call *c = must_alloc(sizeof *c);
    c->app = a;
    c->actor = *actor;
    c->answer = answer;
    c->answer_ctx = ctx;
    c->request = *request;
    if (peer) {
        c->peer = peer;
        c->next = peer->calls;
        peer->calls = c;
    }
    c->method = method_find(request->method);
    if (c->method) {
        route(c);
        return;
    }
    c->reason = "not_found";
    c->code = RPC_METHOD_NOT_FOUND;
    refuse_now(c);
}

struct call *call_system(struct app *a)
{
    struct call *c = must_alloc(sizeof *c);
    c->app = a;
    memcpy(c->actor.id, "system", sizeof "system");
    return c;
}

static void answer_fault(struct slice id, int code, const char *why, app_answer *answer, void *ctx)
{
    struct buf text = {0};
    answer_error(&text, id, code, why, "bad_params", (struct slice){0});
    answer(ctx, buf_slice(&text));
    buf_finish(&text);
}

void app_call(struct app *a, const struct actor *actor, struct slice text, app_answer *answer,
              void *ctx)
{
    struct request r = {0};
    const char *why;
    int code = request_parse(text, &r, &why);
    if (code)
        answer_fault(slice_of(r.id), code, why, answer, ctx);
    else
        call_start(a, NULL, actor, &r, answer, ctx);
}
