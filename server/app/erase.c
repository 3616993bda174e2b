// SPDX-License-Identifier: Apache-2.0
// question.erase: the one act that deletes (invariant I2). An administrator asks for it and says by
// which law; a second person confirms with the same command. Then the words of the question and of
// its asker leave every event of the record, in the batch that says so.
//
// Which events those are the record is asked for. It may go on meanwhile: then the batch is refused
// by the store (as_of), and what has come is read too.
#include "server/interview/erase.h"

#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/base/must.h"

static bool is_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

// It is as far as it was when it was looked at: with its leader, where it has one, and with the
// interview, whose end moves questions without raising their versions.
static void guard_erasing(struct call *c, const struct question *q)
{
    const struct question *leader = interview_leader(c->channel->all, q);
    call_guard_same(c, "i", "version", c->channel->all->version);
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    if (leader)
        call_guard_same(c, "q", leader->id, leader->version);
}

// ---- the first person ----

static void ask(struct call *c, const struct question *q, const char *class, const char *basis,
                const char *note)
{
    if (!roles_may(&c->actor, c->channel->all, WHO_PORTAL_ADMIN)) {
        call_refuse(c, "not_authorized");
        return;
    }
    guard_erasing(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "class", class);
    json_w_member(&w, "basis", basis);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w, "question.erasure_asked", false);
    w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member(&w, "waits_for", "portal_admin,reviewer,auditor");
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

// ---- the second ----

static const struct question *erased_question(const struct call *c)
{
    const struct question_erase *m = c->params;
    return called_question(c, m->question);
}

static void add_replacement(struct call *c, const struct event *ev, struct slice actor,
                            struct slice body)
{
    if (c->replacement_count == c->replacement_cap) {
        c->replacement_cap = c->replacement_cap ? 2 * c->replacement_cap : 16;
        struct st_replacement *grown =
            arena_alloc(&c->arena, c->replacement_cap * sizeof *c->replacements);
        if (c->replacement_count)
            memcpy(grown, c->replacements, c->replacement_count * sizeof *grown);
        c->replacements = grown;
    }
    c->replacements[c->replacement_count++] = (struct st_replacement){
        ev->seq, {arena_copy(&c->arena, actor), actor.n}, {arena_copy(&c->arena, body), body.n}};
}

static void on_event(void *ctx, const struct event *ev)
{
    struct call *c = ctx;
    const struct question_erase *m = c->params;
    struct buf stub = {0};
    struct slice actor;
    c->as_of = ev->seq;
    if (erase_stub(ev, m->question, &stub, &actor))
        add_replacement(c, ev, actor, buf_slice(&stub));
    buf_finish(&stub);
}

static void on_read(void *ctx, enum st_result result)
{
    struct call *c = ctx;
    c->app->calls--;
    if (result != ST_OK) {
        call_refuse(c, "unavailable");
        return;
    }
    const struct question *q = erased_question(c);
    const struct question_erase *m = c->params;
    if (refused_as_stale(c, q, m->version)) // it was another one's meanwhile
        return;
    c->strike = slice_of(arena_copy(&c->arena, slice_of(q->nonce)));
    guard_erasing(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "class", q->erasure_class);
    call_fact_end(c, &w, "question.erased", q->is_public);
    w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member_bool(&w, "erased", true);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

static void confirm(struct call *c, const struct question *q)
{
    if (is_text(q->erasure_asker, c->actor.name)) {
        call_refuse(c, "two_persons");
        return;
    }
    c->app->calls++;
    storage_read(c->app->storage, slice_of(c->channel->all->id),
                 (struct st_range){c->as_of, UINT64_MAX}, on_event, on_read, c);
}

// ---- both ----

// One of erasure_classes; NULL: answered.
static const char *class_of(struct call *c, struct slice word)
{
    for (const char *const *class = erasure_classes; *class; class ++)
        if (slice_is(word, *class))
            return *class;
    call_bad_params(c, "class", "unknown");
    return NULL;
}

void question_erase_run(struct call *c, const void *params)
{
    const struct question_erase *m = params;
    const struct question *q = called_question(c, m->question);
    bool ok;
    if (refused_as_stale(c, q, m->version))
        return;
    // What waits is decided about first: nobody could, once it is erased.
    if (!question_has_end(c->channel->all, q)) {
        refuse_stage(c, q);
        return;
    }
    const char *class = class_of(c, m->class);
    const char *basis = class ? call_text(c, m->basis, "basis", LIMIT_NOTE_POINTS, true) : NULL;
    if (!basis)
        return;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    // Another basis is another wish, which somebody else has to confirm.
    if (is_text(q->erasure_class, class) && is_text(q->erasure_basis, basis))
        confirm(c, q);
    else
        ask(c, q, class, basis, note);
}
