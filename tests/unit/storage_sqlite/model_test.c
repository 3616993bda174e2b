// SPDX-License-Identifier: Apache-2.0
// Random commands against a record and against the simplest thing that could be one: arrays in
// memory. Outcomes, events, numbers and chains must be the same, also after reopening.
#include "tests/unit/storage_sqlite/desk.h"

enum { INTERVIEWS = 3, KEYS = 4, OPS = 600, COMMANDS = 2000, MOST_FACTS = 3, MOST_GUARDS = 2 };

struct model_event {
    char body[32];
    uint64_t pub;
    char hash[CHAIN_HEX + 1], pub_hash[CHAIN_HEX + 1];
};

struct model {
    struct model_event events[COMMANDS * MOST_FACTS];
    struct position staff, open;
    char guards[KEYS][8];
    char *ops[OPS]; // the kept result; NULL = not applied
    uint64_t shown; // by on_event
};

static struct model models[INTERVIEWS];
static size_t answered, oks, dups, conflicts;
static unsigned long long seed;

static unsigned rnd(unsigned below)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(seed >> 33) % below;
}

struct expected {
    struct model *model;
    enum st_result result;
    char text[32]; // kept result, or "key=value"
    uint64_t seq;  // after it
};

static void check_outcome(void *ctx, const struct st_outcome *o)
{
    struct expected *want = ctx;
    char text[64];
    if (o->result == ST_CONFLICT)
        snprintf(text, sizeof text, "%.*s=%.*s", DESK_S(o->key), DESK_S(o->value));
    else
        snprintf(text, sizeof text, "%.*s", DESK_S(o->kept));
    CHECK_INT(o->result, want->result);
    CHECK_STR(text, want->text);
    CHECK(want->model->shown >= want->seq); // its events came first
    answered++;
    oks += o->result == ST_OK;
    dups += o->result == ST_DUP;
    conflicts += o->result == ST_CONFLICT;
    free(want);
}

static void check_event(struct model *m, const struct event *e)
{
    const struct model_event *want = &m->events[e->seq - 1];
    CHECK(e->seq >= 1 && e->seq <= m->staff.n);
    CHECK_INT(e->pub, want->pub);
    CHECK(slice_is(e->body, want->body));
    CHECK_STR(e->hash, want->hash);
    CHECK_STR(e->pub_hash, want->pub_hash);
}

static void on_event(void *ctx, struct slice interview, const struct event *e)
{
    (void)ctx;
    struct model *m = &models[interview.p[0] - 'a'];
    CHECK_INT(e->seq, ++m->shown);
    check_event(m, e);
}

static void on_reset(void *ctx, struct slice interview)
{
    (void)ctx, (void)interview;
    CHECK(false);
}

static void on_fatal(void *ctx, const char *why)
{
    (void)ctx;
    check_fail(__FILE__, __LINE__, "%s", why);
}

static void open_model(struct desk *d, const char *dir)
{
    *d = (struct desk){0};
    CHECK(uv_loop_init(&d->loop) == 0);
    struct st_listener listener = {d, on_event, on_reset, on_fatal};
    CHECK_INT(sqlite_open(&d->loop, dir, &listener, &d->storage, d->error), 0);
}

static void apply_fact(struct model *m, const struct st_batch *b, const struct st_fact *fact)
{
    struct model_event *e = &m->events[m->staff.n];
    char commit[COMMIT_HEX + 1];
    *e = (struct model_event){0};
    snprintf(e->body, sizeof e->body, "%.*s", DESK_S(fact->body));
    chain_commit(b->at_ms, b->actor, fact->type, fact->body, commit);
    chain_step(&m->staff, commit);
    memcpy(e->hash, m->staff.hash, sizeof e->hash);
    if (!fact->is_public)
        return;
    chain_commit(b->at_ms, slice_of(""), fact->type, fact->body, commit);
    chain_step(&m->open, commit);
    e->pub = m->open.n;
    memcpy(e->pub_hash, m->open.hash, sizeof e->pub_hash);
}

static void apply(struct model *m, const struct st_batch *b, unsigned op, struct expected *ret)
{
    ret->model = m;
    ret->result = m->ops[op] ? ST_DUP : ST_OK;
    snprintf(ret->text, sizeof ret->text, "%.*s",
             DESK_S(m->ops[op] ? slice_of(m->ops[op]) : b->result));
    for (size_t i = 0; i < b->guard_count && ret->result == ST_OK; i++) {
        const char *value = m->guards[b->guards[i].key.p[0] - '0'];
        if (slice_is(b->guards[i].expect, value))
            continue;
        ret->result = ST_CONFLICT;
        snprintf(ret->text, sizeof ret->text, "%.*s=%s", DESK_S(b->guards[i].key), value);
    }
    for (size_t i = 0; i < b->guard_count && ret->result == ST_OK; i++) {
        if (b->guards[i].set.p)
            snprintf(m->guards[b->guards[i].key.p[0] - '0'], 8, "%.*s", DESK_S(b->guards[i].set));
    }
    for (size_t i = 0; i < b->fact_count && ret->result == ST_OK; i++)
        apply_fact(m, b, &b->facts[i]);
    if (ret->result == ST_OK)
        m->ops[op] = strdup(ret->text);
    ret->seq = m->staff.n;
}

static void command(struct desk *d, unsigned n)
{
    static const char *const values[] = {"", "x", "y", "z"};
    static const char *const keys[] = {"0", "1", "2", "3"};
    unsigned which = rnd(INTERVIEWS), op = rnd(OPS);
    char id[2] = {(char)('a' + which), '\0'}, bodies[MOST_FACTS][32], result[16];
    struct st_guard guards[MOST_GUARDS];
    struct st_fact facts[MOST_FACTS];
    struct st_batch b = {.interview = slice_of(id),
                         .at_ms = rnd(1000000),
                         .actor = slice_of(rnd(2) ? "system" : "u:a"),
                         .guards = guards,
                         .guard_count = rnd(MOST_GUARDS + 1),
                         .facts = facts,
                         .fact_count = rnd(MOST_FACTS + 1)};
    memcpy(b.op, &op, sizeof op);
    snprintf(result, sizeof result, "r%u", n);
    b.result = slice_of(rnd(4) ? result : "");
    for (unsigned i = 0; i < b.guard_count; i++) {
        const char *key = keys[rnd(KEYS)];
        const char *now = models[which].guards[key[0] - '0'];
        guards[i] = (struct st_guard){slice_of(key), slice_of(rnd(4) ? now : values[rnd(4)]),
                                      slice_of(rnd(3) ? values[rnd(4)] : NULL)};
    }
    for (unsigned i = 0; i < b.fact_count; i++) {
        snprintf(bodies[i], sizeof bodies[i], "{\"n\":%u,\"i\":%u}", n, i);
        facts[i] =
            (struct st_fact){rnd(2), slice_of(rnd(2) ? "asked" : "noted"), slice_of(bodies[i])};
    }
    struct expected *want = calloc(1, sizeof *want);
    CHECK(want);
    struct model *m = &models[which];
    // `now` may point into the model: what the batch expects must not change while it is applied
    for (unsigned i = 0; i < b.guard_count; i++)
        guards[i].expect = slice_of(strndupa(guards[i].expect.p, guards[i].expect.n));
    storage_append(d->storage, &b, check_outcome, want);
    apply(m, &b, op, want);
}

static void check_row(void *ctx, const struct event *e)
{
    struct model *m = ctx;
    CHECK_INT(e->seq, ++m->shown);
    check_event(m, e);
}

static void read_done(void *ctx, enum st_result result)
{
    (void)ctx;
    CHECK_INT(result, ST_OK);
    answered++;
}

static void wait_for(struct desk *d, size_t n)
{
    while (answered < n)
        uv_run(&d->loop, UV_RUN_ONCE);
    CHECK_INT(answered, n);
    answered = 0;
}

static void compare(struct desk *d)
{
    for (int i = 0; i < INTERVIEWS; i++) {
        char id[2] = {(char)('a' + i), '\0'};
        models[i].shown = 0;
        storage_read(d->storage, slice_of(id), ST_ALL, check_row, read_done, &models[i]);
    }
    wait_for(d, INTERVIEWS);
    for (int i = 0; i < INTERVIEWS; i++)
        CHECK_INT(models[i].shown, models[i].staff.n);
}

static void run(unsigned long long start)
{
    const char *dir = check_dir();
    struct desk d;
    seed = start;
    oks = dups = conflicts = 0;
    memset(models, 0, sizeof models);
    open_model(&d, dir);
    unsigned in_flight = 0;
    for (unsigned n = 0; n < COMMANDS; n++) {
        command(&d, n);
        in_flight++;
        if (rnd(40))
            continue;
        wait_for(&d, in_flight);
        in_flight = 0;
        if (rnd(3) == 0)
            compare(&d);
        if (rnd(5) == 0) {
            desk_close(&d);
            open_model(&d, dir);
        }
    }
    wait_for(&d, in_flight);
    compare(&d);
    desk_close(&d);
    CHECK(oks > 100 && dups > 100 && conflicts > 100);
    for (int i = 0; i < INTERVIEWS; i++) {
        for (int op = 0; op < OPS; op++)
            free(models[i].ops[op]);
    }
}

TEST(two_thousand_commands_seed_1)
{
    run(1);
}

TEST(two_thousand_commands_seed_2)
{
    run(2);
}

TEST(two_thousand_commands_seed_3)
{
    run(3);
}

int main(void)
{
    return check_run();
}
