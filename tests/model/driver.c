// SPDX-License-Identifier: Apache-2.0
#include "tests/model/driver.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/time.h"

static void *sure(void *p)
{
    if (!p)
        abort();
    return p;
}

// ---- what the model allows by now ----

static void allow_line(struct sent *s, const char *line, bool changes)
{
    for (unsigned i = 0; i < s->allowed_count; i++)
        if (s->allowed[i].changes == changes && strcmp(s->allowed[i].line, line) == 0)
            return;
    unsigned most = sizeof s->allowed / sizeof *s->allowed;
    if (s->allowed_count == most) { // the oldest moments first
        free(s->allowed[0].line);
        memmove(s->allowed, s->allowed + 1, --s->allowed_count * sizeof *s->allowed);
    }
    s->allowed[s->allowed_count++] = (struct allowed){sure(strdup(line)), changes};
}

static void allow(struct driver *d, struct sent *s)
{
    char line[MODEL_LINE];
    bool changes;
    model_expect(&s->op->command, d->world->now_ms, line, &changes);
    allow_line(s, line, changes);
    if (s->op->command.kind == C_BULK)
        bulk_hear(s);
}

static void allow_all(void *ctx)
{
    struct driver *d = ctx;
    for (unsigned i = 0; i < d->flying_count; i++)
        allow(d, d->flying[i]);
}

// ---- what is recorded ----

static bool has_fact(const struct st_batch *batch, bool is_public, const char *type)
{
    for (size_t i = 0; i < batch->fact_count; i++)
        if (batch->facts[i].is_public == is_public && slice_is(batch->facts[i].type, type))
            return true;
    return false;
}

static void read_ids(const struct st_batch *batch, struct m_ids *ret)
{
    struct json *result = json_parse(batch->result);
    struct {
        const char *key;
        char *to;
        size_t size;
    } wanted[] = {{"interview", ret->interview, sizeof ret->interview},
                  {"question", ret->question, sizeof ret->question},
                  {"receipt_no", ret->receipt, sizeof ret->receipt},
                  {"statement", ret->statement, sizeof ret->statement},
                  {"notice", ret->notice, sizeof ret->notice},
                  {"invitation", ret->invitation, sizeof ret->invitation},
                  {"stage", ret->stage, sizeof ret->stage}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct slice value = json_get_string(result, wanted[i].key);
        snprintf(wanted[i].to, wanted[i].size, "%s", value.p ? value.p : "");
    }
    ret->version = (unsigned)json_get_int(result, "version");
    int64_t public_at = 0;
    struct slice at = json_get_string(result, "public_at");
    if (at.p && time_parse(at, &public_at))
        ret->public_at = public_at;
    ret->renews = has_fact(batch, false, "question.claimed");
    ret->counts =
        has_fact(batch, true, "question.grouped") || has_fact(batch, true, "question.ungrouped");
    json_free(result);
}

static struct m_interview *find_iv(const struct driver *d, struct slice id)
{
    for (unsigned i = d->iv_count; i-- > 0;)
        if (slice_is(id, d->ivs[i]->id))
            return d->ivs[i];
    broken(d->world, "interview %.*s comes from nowhere", (int)id.n, id.p);
}

// What else a batch of the server's own brings.
struct own {
    bool speaks, ungroups;
};

// What the server does by itself: the reason why it may not.
static const char *show_fact(struct m_interview *iv, const struct st_batch *batch,
                             const struct st_fact *fact, const struct own *own)
{
    struct json *body = json_parse(fact->body);
    struct slice into = json_get_string(body, "into");
    int leader = into.p ? model_question(iv, into.p, into.n) : -1;
    unsigned count = (unsigned)json_get_int(body, "count");
    struct slice question = json_get_string(body, "question");
    struct slice statement = json_get_string(body, "statement");
    int q = question.p ? model_question(iv, question.p, question.n) : -1;
    int s = statement.p ? model_statement(iv, statement.p, statement.n) : -1;
    json_free(body);
    struct slice type = fact->type;
    if (s >= 0 && slice_is(type, "statement.published"))
        return model_say(iv, s, batch->at_ms);
    if (own->speaks && (slice_is(type, "question.approved") || slice_is(type, "question.answered")))
        return NULL; // with the statement
    if (s >= 0 && slice_is(type, "statement.returned"))
        return model_return(iv, s, batch->at_ms);
    if (q >= 0 && fact->is_public && slice_is(type, "question.approved"))
        return model_publish(iv, q, batch->at_ms);
    if (q >= 0 && slice_is(type, "question.ungrouped"))
        return model_ungroup(iv, q);
    bool grouped = slice_is(type, "question.grouped") || slice_is(type, "question.ungrouped");
    if (leader >= 0 && fact->is_public && grouped)
        return model_count(iv, leader, count, !own->ungroups);
    return "an event that it may not make by itself";
}

static void show_own(struct driver *d, const struct st_batch *batch)
{
    struct m_interview *iv = find_iv(d, batch->interview);
    struct own own = {has_fact(batch, true, "statement.published"),
                      has_fact(batch, false, "question.ungrouped")};
    for (size_t i = 0; i < batch->fact_count; i++) {
        const struct st_fact *fact = &batch->facts[i];
        const char *why = show_fact(iv, batch, fact, &own);
        if (why)
            broken(d->world, "the server recorded %s %s by itself: %s", fact->type.p, fact->body.p,
                   why);
        d->counts.published++;
    }
}

// Whose mark is in a text that is in the record now.
static void remember(struct driver *d, const struct m_command *c)
{
    unsigned n = 0;
    bool said = sscanf(c->text, "Sd%uz", &n) == 1;
    const struct m_statement *last = &c->iv->statements[c->iv->statement_count - 1];
    bool corrects =
        c->kind == C_CORRECT && c->iv->statement_count && strcmp(last->text, c->text) == 0;
    bool writes = c->kind == C_SAY || corrects || (c->kind == C_PREPARE && c->s < 0);
    if (!said && ((c->kind != C_ASK && c->kind != C_ENTER) || sscanf(c->text, "Mk%uz", &n) != 1))
        return;
    d->marks.of[n].iv = c->iv;
    d->marks.of[n].of =
        said ? writes ? (int)c->iv->statement_count - 1 : c->s : (int)c->iv->question_count - 1;
    d->counts.questions += !said;
}

static bool was_allowed(const struct sent *s, const char *line, bool changes)
{
    for (unsigned i = 0; i < s->allowed_count; i++)
        if (s->allowed[i].changes == changes && strcmp(s->allowed[i].line, line) == 0)
            return true;
    return false;
}

static bool is_allowed(const struct sent *s, const char *line)
{
    return was_allowed(s, line, false);
}

// Is the first word of this line among those?
static bool is_among(const char *line, const char *words)
{
    char word[40], all[200];
    snprintf(word, sizeof word, " %.*s ", (int)strcspn(line, " "), line);
    snprintf(all, sizeof all, " %s ", words ? words : "");
    return strstr(all, word) != NULL;
}

// The answer that is kept with the record.
static void kept_line(const struct st_batch *batch, char ret[MODEL_LINE])
{
    struct buf answer = {0};
    struct slice result = batch->result.n ? batch->result : slice_of("{}");
    buf_printf(&answer, "{\"result\":%.*s}", (int)result.n, result.p);
    answer_line(buf_slice(&answer), ret);
    buf_finish(&answer);
}

// A success that changed nothing, but is kept: its answer is the one of the moment it was made.
static void show_nothing(struct sent *s, const struct st_batch *batch)
{
    kept_line(batch, s->op->line);
    if (!is_allowed(s, s->op->line))
        broken(s->driver->world, "kept, but never so: %s: %s", s->op->line, s->op->text);
    s->op->changed = true;
}

// Recorded as the answer says, though the model would answer `want` by now: two commands at the
// same time that nobody promised anything about. It was so when the server looked.
static bool is_tolerated(const struct sent *s, const struct m_command *c, const char *got,
                         const char *want)
{
    bool is_part = s->op->command.kind == C_BULK;
    if (!is_part && !was_allowed(s, got, true))
        return false;
    return is_among(want, m_rules[c->kind].tolerates);
}

// Of every interview, also of those that nobody watches (invariant I1).
static void search_public(const struct driver *d, const struct st_batch *batch)
{
    for (size_t i = 0; i < batch->fact_count; i++)
        if (batch->facts[i].is_public)
            compare_marks(d->world, &d->marks, batch->facts[i].body, true, "a public event");
}

static void show_change(struct sent *s, const struct m_command *c, int64_t ran_ms,
                        const struct st_batch *batch, char got[MODEL_LINE])
{
    struct driver *d = s->driver;
    char want[MODEL_LINE];
    bool changes;
    model_expect(c, ran_ms, want, &changes);
    kept_line(batch, got);
    if ((!changes || strcmp(got, want) != 0) && !is_tolerated(s, c, got, want))
        broken(d->world, "recorded as \"%s\", but the model says \"%s\": %s", got, want,
               s->op->text);
    struct m_ids ids = {0};
    read_ids(batch, &ids);
    if (ids.renews && m_rules[c->kind].traits & T_RENEWS &&
        c->iv->questions[c->q]->claim_by != c->by)
        broken(d->world, "a claim is renewed that is another's: %s", s->op->text);
    if (ids.counts && mi_is_still(c->iv))
        broken(d->world, "a number is told while nothing is: %s", s->op->text);
    model_apply(c, ran_ms, batch->at_ms, &ids);
    remember(d, c);
    search_public(d, batch);
    d->counts.of_kind[c->kind]++;
}

const char *driver_about;

// Whoever looks for a fault wants to see one question's or statement's story.
static void tell_about(const struct st_batch *batch)
{
    for (size_t i = 0; driver_about && i < batch->fact_count; i++)
        if (strstr(batch->facts[i].body.p, driver_about))
            fprintf(stderr, "%.*s %s %s\n", (int)batch->actor.n, batch->actor.p,
                    batch->facts[i].type.p, batch->facts[i].body.p);
}

static void before_show(void *ctx, struct memory_luck *tag, int64_t ran_ms,
                        const struct st_batch *batch)
{
    struct driver *d = ctx;
    struct sent *s = (struct sent *)tag;
    tell_about(batch);
    if (!s) {
        show_own(d, batch);
        return;
    }
    struct op *op = s->op;
    struct m_command part;
    if (op->command.kind == C_BULK && bulk_part(s, batch, &part)) {
        char line[MODEL_LINE];
        if (part.kind != C_KINDS)
            show_change(s, &part, ran_ms, batch, line);
        return;
    }
    if (op->is_shown)
        broken(d->world, "a command was recorded twice: %s", op->text);
    op->is_shown = true;
    op->recorded_at = op->command.kind == C_BULK ? d->world->store->steps : s->luck.applied_at;
    if (batch->fact_count == 0) {
        show_nothing(s, batch);
        return;
    }
    show_change(s, &op->command, ran_ms, batch, op->line);
    op->changed = true;
}

// A vote is no event: it is told once it is marked.
static void on_mark(void *ctx, struct memory_luck *tag, const struct st_mark *mark, bool applied,
                    bool told)
{
    struct driver *d = ctx;
    struct sent *s = (struct sent *)tag;
    if (!s || s->op->command.kind != C_VOTE)
        broken(d->world, "a mark that nobody made");
    const struct m_command *c = &s->op->command;
    struct m_question *q = c->iv->questions[c->q];
    unsigned bit = 1u << c->by;
    char set[40];
    snprintf(set, sizeof set, "vote:%s", q->id);
    if (!slice_is(mark->set, set) || !slice_is(mark->member, m_citizen_ids[c->by]) ||
        mark->on != (c->to != 0))
        broken(d->world, "a mark for %s: %s", set, s->op->text);
    if (applied)
        q->votes_known = c->to ? q->votes_known | bit : q->votes_known & ~bit;
    if (!told)
        return;
    q->votes = c->to ? q->votes | bit : q->votes & ~bit;
    snprintf(s->vote, sizeof s->vote, "ok votes=%d", __builtin_popcount(q->votes));
    d->counts.of_kind[C_VOTE]++;
    allow_all(d);
}

// ---- answers ----

// A refusal for reasons of the store's.
static bool is_luck(const struct sent *s, const char *line)
{
    const struct memory_luck *l = &s->luck;
    if (strcmp(line, "overloaded") == 0)
        return l->full > 0 || l->conflict + l->unknown >= 4;
    bool asks_first = s->op->command.kind == C_BULK; // the record, whether it is an old one
    if (strcmp(line, "unavailable") == 0)
        return l->down > 0 || (asks_first && l->unknown + l->full > 0);
    return strcmp(line, "silence") == 0 && l->unknown > 0 && l->unknown + l->conflict >= 4;
}

_Noreturn static void wrong_answer(struct sent *s, struct slice json, const char *why)
{
    fprintf(stderr, "%s\ncommand: %s\nby %s\nanswer:  %.*s\nallowed:\n", why, s->op->text,
            m_names[s->op->command.by], (int)json.n, json.p ? json.p : "");
    for (unsigned i = 0; i < s->allowed_count; i++)
        fprintf(stderr, "  %s%s\n", s->allowed[i].line,
                s->allowed[i].changes ? " (when it is recorded)" : "");
    if (s->op->is_shown)
        fprintf(stderr, "  recorded: %s\n", s->op->line);
    broken(s->driver->world, "a wrong answer");
}

static size_t nonce_of(const char *result, const char **ret)
{
    static const char key[] = "\"nonce\":\"";
    const char *found = strstr(result, key);
    *ret = found ? found + strlen(key) : result + strlen(result);
    return found ? strspn(*ret, "0123456789abcdef") : 0;
}

// The first answer once more; but the nonce of a question that was erased is gone from it.
static bool is_same_result(const struct op *op, const char *result)
{
    const char *was, *is;
    size_t n = nonce_of(op->result, &was), now = nonce_of(result, &is);
    if (n == now)
        return strcmp(op->result, result) == 0;
    const struct m_interview *iv = op->command.iv;
    bool erased = false;
    for (unsigned i = 0; i < iv->question_count; i++)
        erased |= iv->questions[i]->erased && strstr(result, iv->questions[i]->id);
    return erased && now == 0 && was - op->result == is - result &&
           memcmp(op->result, result, (size_t)(is - result)) == 0 && strcmp(was + n, is) == 0;
}

// The part that every answer to the same command has in common; to be freed.
static char *result_of(struct slice json)
{
    const char *at = json.p ? strstr(json.p, "\"result\":") : NULL;
    if (!at)
        return NULL;
    return sure(strndup(at, json.n - (size_t)(at - json.p)));
}

static void check_success(struct sent *s, struct slice json, const char *line)
{
    struct op *op = s->op;
    bool votes = op->command.kind == C_VOTE, reads = op->command.kind == C_STATUS || votes;
    s->driver->counts.of_kind[op->command.kind] +=
        op->command.kind == C_STATUS || op->command.kind == C_BULK;
    if (votes) {
        if (strcmp(s->vote, line) != 0)
            wrong_answer(s, json, "a vote that is not marked like this");
        return;
    }
    if (op->command.kind == C_BULK)
        reads = !bulk_check(s, json) || !op->is_shown; // not kept
    char *result = result_of(json);
    if (op->changed ? strcmp(op->line, line) != 0 : !op->result && !is_allowed(s, line))
        wrong_answer(s, json, "success, but not like this");
    if (!op->is_shown && !reads && !is_allowed(s, line)) // what changes nothing is not waited for
        wrong_answer(s, json, "success, but it is not in the record");
    if (op->result && !reads && !is_same_result(op, result))
        wrong_answer(s, json, op->result);
    if (op->result || reads) {
        free(result);
    } else {
        op->result = result;
    }
}

// What only the answer tells: an invitation's token.
static void learn_token(struct sent *s, struct slice json)
{
    char invitation[24], token[64];
    answer_member(json, "invitation", invitation, sizeof invitation);
    answer_member(json, "token", token, sizeof token);
    struct m_interview *iv = s->op->command.iv;
    for (unsigned i = 0; i < iv->invitation_count; i++)
        if (strcmp(iv->invitations[i].id, invitation) == 0)
            snprintf(iv->invitations[i].token, sizeof token, "%s", token);
}

static void learn_secret(struct sent *s, struct slice json)
{
    char question[24], secret[20];
    answer_member(json, "question", question, sizeof question);
    answer_member(json, "secret", secret, sizeof secret);
    int q = model_question(s->op->command.iv, question, strlen(question));
    if (q < 0 || !secret[0])
        wrong_answer(s, json, "an acknowledged question is not there");
    snprintf(s->op->command.iv->questions[q]->secret, sizeof secret, "%s", secret);
}

static void on_answer(void *ctx, struct slice json)
{
    struct sent *s = ctx;
    struct driver *d = s->driver;
    char line[MODEL_LINE];
    if (s->answered)
        wrong_answer(s, json, "answered twice");
    s->answered = true;
    answer_line(json, line);
    if (is_luck(s, line)) {
        d->counts.unsure += strcmp(line, "silence") == 0;
        d->counts.busy += strcmp(line, "silence") != 0;
    } else if (strncmp(line, "ok", 2) == 0) {
        check_success(s, json, line);
        if (s->op->command.kind == C_ASK || s->op->command.kind == C_ENTER)
            learn_secret(s, json);
        if (s->op->command.kind == C_INVITE)
            learn_token(s, json);
        d->counts.succeeded++;
    } else {
        // Whether the interview may be seen is asked once, whether he may act again and again.
        bool lost_sight = strcmp(line, "not_authorized") == 0 && s->allowed_count > 1 &&
                          is_allowed(s, "not_found");
        if (!lost_sight && !is_allowed(s, line))
            wrong_answer(s, json, "refused, but not like this");
        // Who may no longer see the interview is told of none, not even of his own command.
        bool knew = s->op->recorded_at && s->op->recorded_at < s->at_step;
        if (knew && strcmp(line, "not_found") != 0)
            wrong_answer(s, json, "refused, though the same command has succeeded");
        d->counts.refused++;
    }
    for (unsigned i = 0; i < d->flying_count; i++)
        if (d->flying[i] == s)
            d->flying[i] = d->flying[--d->flying_count];
}

// ---- sending ----

static struct op *new_op(struct driver *d)
{
    struct op *op = &d->ops[d->op_count++];
    char text[4000];
    generate(d, &op->command);
    snprintf(op->id, sizeof op->id, "c%u", d->op_count);
    request_text(&op->command, op->id, text, sizeof text);
    op->text = sure(strdup(text));
    return op;
}

static void send_op(struct driver *d, struct op *op)
{
    struct sent *s = &d->sent[d->sent_count++];
    *s = (struct sent){.driver = d, .op = op, .at_step = d->world->store->steps};
    d->flying[d->flying_count++] = s;
    allow(d, s);
    world_call(d->world, op->command.by, op->text, &s->luck, on_answer, s);
}

// Mostly one of the last, which may still be under way; sometimes one from long ago.
static struct op *old_op(struct driver *d)
{
    unsigned back = rng_chance(&d->rng, 600) && d->op_count > 30 ? 30 : d->op_count;
    return &d->ops[d->op_count - 1 - rng_below(&d->rng, back)];
}

static void turn_clock(struct driver *d)
{
    struct rng *r = &d->rng;
    d->world->now_ms++; // no two commands at the very same moment
    if (rng_chance(r, 300))
        d->world->now_ms += rng_below(r, 400);
    if (rng_chance(r, 25))
        d->world->now_ms += rng_below(r, 30000);
    if (rng_chance(r, 3))
        d->world->now_ms += 80000 + rng_below(r, 40000);
    if (rng_chance(r, 1)) // by the night, so that days pass
        d->world->now_ms += rng_below(r, 12 * 3600 * 1000);
    allow_all(d);
}

// The record has bad hours.
static void turn_weather(struct driver *d)
{
    static const struct memory_faults calm = {.full = 3, .down = 2, .unknown = 15, .conflict = 15},
                                      storm = {
                                          .full = 60, .down = 60, .unknown = 450, .conflict = 200};
    struct memory_faults *now = &d->world->store->faults;
    if (rng_chance(&d->rng, 10))
        *now = rng_chance(&d->rng, 200) ? storm : calm;
}

static void compare_all(struct driver *d)
{
    world_settle(d->world);
    witness_look(d);
    for (int i = 0; i < SLOTS; i++) {
        struct m_interview *iv = d->slots[i] >= 0 ? d->ivs[d->slots[i]] : NULL;
        if (!iv || !iv->id[0])
            continue;
        compare_with_record(d->world, iv);
        compare_with_model(d->world, iv);
        compare_properties(d->world, iv);
        compare_outputs(d->world, &d->marks, iv);
        d->counts.compared++;
    }
    compare_notices(d->world, d->portal);
    compare_wordings(d->world, &d->words);
    tails_take(d);
    tally_compare(d);
}

static void restart(struct driver *d)
{
    if (d->viewer)
        viewer_close(&d->viewer);
    tails_stop(d);
    tally_stop(d);
    world_restart(d->world);
    for (unsigned i = 0; i < d->iv_count; i++)
        for (unsigned q = 0; q < d->ivs[i]->question_count; q++)
            d->ivs[i]->questions[q]->votes = d->ivs[i]->questions[q]->votes_known;
    d->counts.restarts++;
    witness_watch(d);
    compare_all(d);
}

bool driver_go_on(struct driver *d)
{
    if (d->sent_count == ROUND)
        return false;
    while (d->flying_count == TOGETHER)
        if (!memory_step(d->world->store))
            broken(d->world, "commands wait, and nothing is under way");
    if (d->op_count && rng_chance(&d->rng, 120)) {
        d->counts.repeated++;
        send_op(d, old_op(d));
    } else {
        send_op(d, new_op(d));
    }
    d->done++;
    for (unsigned steps = rng_below(&d->rng, 7); steps > 0; steps--)
        memory_step(d->world->store);
    turn_clock(d);
    turn_weather(d);
    tally_pass_by(d);
    app_tick(d->world->app);
    app_sweep(d->world->app);
    tally_look(d);
    if (rng_chance(&d->rng, 6))
        compare_all(d);
    if (rng_chance(&d->rng, 1))
        restart(d);
    return true;
}

// ---- from beginning to end ----

struct driver *driver_create(uint64_t seed, unsigned long done)
{
    struct driver *d = sure(calloc(1, sizeof *d));
    d->world = world_create(seed);
    d->rng.state = seed ^ 0x5bd1e995;
    d->done = done;
    d->sent = sure(calloc(ROUND, sizeof *d->sent));
    d->ops = sure(calloc(ROUND, sizeof *d->ops));
    for (int i = 0; i < SLOTS; i++)
        d->slots[i] = -1;
    d->world->has_networks = true;
    d->portal = sure(calloc(1, sizeof *d->portal));
    snprintf(d->portal->id, sizeof d->portal->id, "portal");
    d->portal->announced = true;
    d->portal->silences = d->silences;
    d->portal->words = &d->words;
    struct memory *store = d->world->store;
    store->on_mark = on_mark;
    store->before_show = before_show;
    store->after_show = allow_all;
    store->ctx = d;
    return d;
}

void driver_finish(struct driver **driver, struct driver_counts *total)
{
    struct driver *d = *driver;
    compare_all(d);
    if (d->flying_count)
        broken(d->world, "%u commands were never answered", d->flying_count);
    if (d->viewer)
        viewer_close(&d->viewer);
    tails_stop(d);
    tally_stop(d);
    unsigned long *to = (unsigned long *)total, *from = (unsigned long *)&d->counts;
    for (size_t i = 0; i < sizeof *total / sizeof *to; i++)
        to[i] += from[i];
    world_destroy(&d->world);
    for (unsigned i = 0; i < d->sent_count; i++)
        for (unsigned k = 0; k < d->sent[i].allowed_count; k++)
            free(d->sent[i].allowed[k].line);
    for (unsigned i = 0; i < d->op_count; i++) {
        free(d->ops[i].text);
        free(d->ops[i].result);
    }
    for (unsigned i = 0; i < d->iv_count; i++) {
        for (unsigned q = 0; q < d->ivs[i]->question_count; q++)
            free(d->ivs[i]->questions[q]);
        free(d->ivs[i]);
    }
    free(d->portal);
    free(d->sent);
    free(d->ops);
    free(d);
    *driver = NULL;
}

void driver_report(const struct driver_counts *c)
{
    printf("%lu succeeded, %lu refused, %lu sent again, %lu left unsure, %lu told to come back\n"
           "%lu interviews, %lu of them published, %lu questions, %lu shown by the server itself\n"
           "%lu comparisons, %lu restarts\n",
           c->succeeded, c->refused, c->repeated, c->unsure, c->busy, c->interviews, c->finished,
           c->questions, c->published, c->compared, c->restarts);
    for (int k = 0; k < C_KINDS; k++)
        printf("%s%s %lu", k == 0 ? "" : k % 6 ? ", " : ",\n", m_rules[k].method, c->of_kind[k]);
    printf("\n");
}

void driver_say(const struct driver *d)
{
    unsigned from = d->sent_count > 40 ? d->sent_count - 40 : 0;
    fputs("the last commands:\n", stderr);
    for (unsigned i = from; i < d->sent_count; i++)
        fprintf(stderr, "  %s: %s\n", m_names[d->sent[i].op->command.by], d->sent[i].op->text);
}
