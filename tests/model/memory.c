// SPDX-License-Identifier: Apache-2.0
#include "tests/model/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "storage/backend.h"
#include "storage/replaced.h"

struct memory_row {
    struct memory_row *next;
    struct slice key, value;
};

enum job_state { JOB_WAITS, JOB_DECIDED };

struct memory_job {
    struct memory_job *next;
    struct memory_luck *tag;
    int64_t ran_ms;
    struct st_batch batch; // a copy
    st_done *done;         // NULL: answered
    void *ctx;
    enum job_state state;
    enum st_result result;
    struct slice kept, key, value;
    struct memory_log *log;
    bool applied, is_shown;
    size_t from;  // applied: its first event in the log
    size_t needs; // events to be shown before it is answered

    // a read, when each is not NULL or lists is set
    bool lists, reads;
    st_read_event *each;
    st_list_row *row;
    st_read_done *read_done;
    struct st_range range;
    char read_id[32];

    // a mark, or a read of all of them
    bool sets_mark, reads_marks;
    struct st_mark mark; // a copy
    st_mark_row *mark_row;
};

struct storage_of_memory {
    struct storage storage;
    struct memory *memory;
};

static void *sure(void *p)
{
    if (!p)
        abort();
    return p;
}

// ---- the generator: splitmix64 ----

uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

unsigned rng_below(struct rng *r, unsigned n)
{
    return (unsigned)(rng_next(r) % n);
}

bool rng_chance(struct rng *r, unsigned of_1000)
{
    return rng_below(r, 1000) < of_1000;
}

// ---- bytes and rows ----

static struct slice kept(struct slice s)
{
    if (!s.p)
        return s;
    char *copy = sure(malloc(s.n + 1));
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return (struct slice){copy, s.n};
}

static void drop(struct slice *s)
{
    free((char *)(uintptr_t)s->p);
    *s = (struct slice){0};
}

static size_t bucket_of(struct slice key, size_t buckets)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 16777619u;
    return h % buckets;
}

static struct memory_row *find(struct memory_row *const *table, size_t buckets, struct slice key)
{
    struct memory_row *row = table[bucket_of(key, buckets)];
    while (row && !slice_eq(row->key, key))
        row = row->next;
    return row;
}

static void put(struct memory_row **table, size_t buckets, struct slice key, struct slice value)
{
    struct memory_row *row = find(table, buckets, key);
    if (!row) {
        size_t b = bucket_of(key, buckets);
        row = sure(calloc(1, sizeof *row));
        *row = (struct memory_row){table[b], kept(key), {0}};
        table[b] = row;
    }
    drop(&row->value);
    row->value = kept(value.p ? value : slice_of(""));
}

static void drop_table(struct memory_row **table, size_t buckets)
{
    for (size_t b = 0; b < buckets; b++)
        while (table[b]) {
            struct memory_row *row = table[b];
            table[b] = row->next;
            drop(&row->key);
            drop(&row->value);
            free(row);
        }
}

enum { GUARDS = 256, OPS = 1024, MARKS = 256 };

static struct slice op_of(const struct st_batch *batch)
{
    return (struct slice){(const char *)batch->op, OP_BYTES};
}

// ---- logs ----

struct memory_log *memory_log(const struct memory *m, struct slice id)
{
    struct memory_log *log = m->logs;
    while (log && !slice_is(id, log->id))
        log = log->next;
    return log;
}

static struct memory_log *log_of(struct memory *m, struct slice id)
{
    struct memory_log *log = memory_log(m, id);
    if (log)
        return log;
    log = sure(calloc(1, sizeof *log));
    snprintf(log->id, sizeof log->id, "%.*s", (int)id.n, id.p);
    struct memory_log **at = &m->logs;
    while (*at)
        at = &(*at)->next;
    *at = log;
    return log;
}

static void add_event(struct memory_log *log, const struct st_batch *batch,
                      const struct st_fact *fact)
{
    if (log->count == log->cap) {
        log->cap = log->cap ? 2 * log->cap : 64;
        log->events = sure(realloc(log->events, log->cap * sizeof *log->events));
    }
    struct memory_event *e = &log->events[log->count++];
    *e = (struct memory_event){.event = {.at_ms = batch->at_ms,
                                         .actor = kept(batch->actor),
                                         .type = kept(fact->type),
                                         .body = kept(fact->body)}};
    char commit[COMMIT_HEX + 1];
    chain_commit(batch->at_ms, batch->actor, fact->type, fact->body, commit);
    memcpy(e->commit, commit, sizeof commit);
    chain_step(&log->staff, commit);
    e->event.seq = log->staff.n;
    memcpy(e->hash, log->staff.hash, sizeof e->hash);
    if (!fact->is_public)
        return;
    chain_commit(batch->at_ms, slice_of(""), fact->type, fact->body, commit);
    chain_step(&log->open, commit);
    memcpy(e->pub_commit, commit, sizeof commit);
    e->event.pub = log->open.n;
    memcpy(e->pub_hash, log->open.hash, sizeof e->pub_hash);
}

const struct event *memory_event(struct memory_log *log, size_t i)
{
    struct memory_event *e = &log->events[i];
    e->event.hash = e->hash; // the array may have moved
    e->event.pub_hash = e->pub_hash;
    e->event.commit = e->replaced ? e->commit : NULL;
    e->event.pub_commit = e->replaced ? e->pub_commit : NULL;
    return &e->event;
}

// ---- deciding an append ----

// In every kept result.
static void strike(struct memory_log *log, struct slice bytes)
{
    for (size_t b = 0; bytes.n && b < OPS; b++)
        for (struct memory_row *row = log->ops[b]; row; row = row->next) {
            char *text = (char *)(uintptr_t)row->value.p;
            char *found = row->value.n ? memmem(text, row->value.n, bytes.p, bytes.n) : NULL;
            if (!found)
                continue;
            memmove(found, found + bytes.n, (size_t)(text + row->value.n + 1 - found) - bytes.n);
            row->value.n -= bytes.n;
        }
}

static void replace(struct memory_log *log, const struct st_batch *b)
{
    char *body = sure(malloc(REPLACED_FRAME + b->replacement_count * REPLACED_ITEM_MOST));
    char *end = replaced_begin(body), commit[COMMIT_HEX + 1];
    for (size_t i = 0; i < b->replacement_count; i++) {
        const struct st_replacement *by = &b->replacements[i];
        struct memory_event *e = &log->events[by->seq - 1];
        drop(&e->event.actor);
        drop(&e->event.body);
        e->event.actor = kept(by->actor);
        e->event.body = kept(by->body);
        e->replaced = true;
        chain_commit(e->event.at_ms, by->actor, e->event.type, by->body, commit);
        end = replaced_item(end, i == 0, by->seq, commit);
    }
    end = replaced_end(end);
    struct st_fact fact = {false, slice_of(EVENT_REPLACED), {body, (size_t)(end - body)}};
    add_event(log, b, &fact);
    free(body);
    strike(log, b->strike);
}

static void apply(struct memory *m, struct memory_job *job)
{
    const struct st_batch *b = &job->batch;
    struct memory_log *log = job->log;
    job->applied = true;
    job->from = log->count;
    for (size_t i = 0; i < b->fact_count; i++)
        add_event(log, b, &b->facts[i]);
    if (b->replacement_count)
        replace(log, b);
    for (size_t i = 0; i < b->guard_count; i++)
        if (b->guards[i].set.p)
            put(log->guards, GUARDS, b->guards[i].key, b->guards[i].set);
    put(log->ops, OPS, op_of(b), b->result);
    if (job->tag && !job->tag->applied_at)
        job->tag->applied_at = m->steps;
}

static bool guards_hold(struct memory_job *job)
{
    if (job->batch.replacement_count && job->batch.as_of != job->log->staff.n) {
        job->key = slice_of("seq");
        return false;
    }
    for (size_t i = 0; i < job->batch.guard_count; i++) {
        const struct st_guard *g = &job->batch.guards[i];
        struct memory_row *row = find(job->log->guards, GUARDS, g->key);
        struct slice value = row ? row->value : (struct slice){0};
        if (slice_eq(value, g->expect))
            continue;
        job->key = g->key;
        job->value = kept(value);
        return false;
    }
    return true;
}

// One of the refusals that any store may answer with, if luck wants it.
static bool is_refused(struct memory *m, struct memory_job *job, bool is_known)
{
    struct memory_luck none = {0}, *luck = job->tag ? job->tag : &none;
    unsigned dice = rng_below(&m->rng, 1000);
    if (dice < m->faults.full) {
        job->result = ST_FULL;
        luck->full++;
        return true;
    }
    dice -= m->faults.full;
    if (dice < m->faults.down) {
        job->result = ST_DOWN;
        luck->down++;
        return true;
    }
    dice -= m->faults.down;
    if (dice < m->faults.conflict && !is_known && job->batch.guard_count) {
        job->result = ST_CONFLICT; // another node was faster, and has lost it again
        job->key = job->batch.guards[0].key;
        luck->conflict++;
        return true;
    }
    return false;
}

static void decide(struct memory *m, struct memory_job *job)
{
    job->state = JOB_DECIDED;
    job->log = log_of(m, job->batch.interview);
    struct memory_row *known = find(job->log->ops, OPS, op_of(&job->batch));
    if (is_refused(m, job, known != NULL))
        return;
    bool unknown = rng_chance(&m->rng, m->faults.unknown);
    bool applies = !unknown || rng_chance(&m->rng, 500);
    if (known) {
        job->result = ST_DUP;
        job->kept = kept(known->value);
    } else if (!guards_hold(job)) {
        job->result = ST_CONFLICT;
        if (job->tag)
            job->tag->conflict++;
    } else if (applies) {
        job->result = ST_OK;
        apply(m, job);
    }
    job->needs = job->log->count;
    if (!unknown)
        return;
    job->result = ST_UNKNOWN;
    job->needs = 0; // its events may come later
    if (job->tag)
        job->tag->unknown++;
}

// ---- telling ----

static void show(struct memory *m, struct memory_job *job)
{
    job->is_shown = true;
    if (m->before_show)
        m->before_show(m->ctx, job->tag, job->ran_ms, &job->batch);
    size_t events = job->batch.fact_count + (job->batch.replacement_count > 0);
    for (size_t i = 0; i < events; i++) {
        job->log->shown++;
        m->listener.on_event(m->listener.ctx, slice_of(job->log->id),
                             memory_event(job->log, job->from + i));
    }
    if (m->after_show)
        m->after_show(m->ctx);
}

static void answer(struct memory *m, struct memory_job *job)
{
    struct st_outcome outcome = {.result = job->result};
    if (job->result == ST_OK)
        outcome.kept = job->batch.result;
    else if (job->result == ST_DUP)
        outcome.kept = job->kept;
    else if (job->result == ST_CONFLICT) {
        outcome.key = job->key;
        outcome.value = job->value;
    }
    st_done *done = job->done;
    job->done = NULL;
    m->tag = job->tag;
    if (job->result == ST_UNKNOWN) { // a doubtful answer takes its time
        ++*m->now_ms;
        if (m->after_show)
            m->after_show(m->ctx);
    }
    if (m->tag) {
        m->tag->again = job->result == ST_UNKNOWN ? &job->batch : NULL;
        m->tag->ran_ms = job->ran_ms;
    }
    done(job->ctx, &outcome);
    if (m->tag)
        m->tag->again = NULL;
    m->tag = NULL;
}

static void read_now(struct memory *m, struct memory_job *job)
{
    st_read_done *done = job->read_done;
    job->read_done = NULL;
    if (job->lists)
        for (struct memory_log *log = m->logs; log; log = log->next)
            job->row(job->ctx, slice_of(log->id));
    struct memory_log *log = job->reads ? memory_log(m, slice_of(job->read_id)) : NULL;
    for (size_t i = (size_t)job->range.after; log && i < log->count && i < job->range.to; i++)
        job->each(job->ctx, memory_event(log, i));
    m->tag = job->tag; // what it was read for
    done(job->ctx, ST_OK);
    m->tag = NULL;
}

// ---- marks ----

static struct slice mark_key(struct slice set, struct slice member, char *text, size_t size)
{
    int n = snprintf(text, size, "%.*s %.*s", (int)set.n, set.p, (int)member.n, member.p);
    if (n < 0 || (size_t)n >= size)
        abort();
    return slice_of(text);
}

static enum st_result mark_weather(struct memory *m, struct memory_luck *luck)
{
    unsigned dice = rng_below(&m->rng, 1000);
    if (dice < m->faults.full) {
        luck->full++;
        return ST_FULL;
    }
    dice -= m->faults.full;
    bool down = dice < m->faults.down, unknown = rng_chance(&m->rng, m->faults.unknown);
    luck->down += down || unknown; // a mark is not asked for again: both are "unavailable"
    return down ? ST_DOWN : unknown ? ST_UNKNOWN : ST_OK;
}

static void mark_now(struct memory *m, struct memory_job *job)
{
    struct memory_log *log = memory_log(m, job->mark.interview);
    struct memory_luck none = {0};
    struct st_outcome outcome = {.result = log ? mark_weather(m, job->tag ? job->tag : &none)
                                               : ST_CONFLICT};
    bool applies =
        outcome.result == ST_OK || (outcome.result == ST_UNKNOWN && rng_chance(&m->rng, 500));
    char text[256];
    if (applies)
        put(log->marks, MARKS, mark_key(job->mark.set, job->mark.member, text, sizeof text),
            slice_of(job->mark.on ? "1" : ""));
    if (m->on_mark)
        m->on_mark(m->ctx, job->tag, &job->mark, applies, outcome.result == ST_OK);
    st_done *done = job->done;
    job->done = NULL;
    done(job->ctx, &outcome);
}

static void show_marks(const struct memory_job *job, const struct memory_log *log)
{
    for (size_t b = 0; b < MARKS; b++)
        for (const struct memory_row *row = log->marks[b]; row; row = row->next) {
            size_t n = strcspn(row->key.p, " ");
            if (row->value.n)
                job->mark_row(job->ctx, slice_of(log->id), (struct slice){row->key.p, n},
                              (struct slice){row->key.p + n + 1, row->key.n - n - 1});
        }
}

static void read_marks_now(struct memory *m, struct memory_job *job)
{
    st_read_done *done = job->read_done;
    job->read_done = NULL;
    for (const struct memory_log *log = m->logs; log; log = log->next)
        show_marks(job, log);
    done(job->ctx, ST_OK);
}

static void job_free(struct memory_job *job)
{
    drop(&job->mark.interview);
    drop(&job->mark.set);
    drop(&job->mark.member);
    struct st_batch *b = &job->batch;
    drop(&b->interview);
    drop(&b->actor);
    drop(&b->result);
    for (size_t i = 0; i < b->guard_count; i++) {
        struct st_guard g = b->guards[i];
        drop(&g.key);
        drop(&g.expect);
        drop(&g.set);
    }
    for (size_t i = 0; i < b->fact_count; i++) {
        struct st_fact f = b->facts[i];
        drop(&f.type);
        drop(&f.body);
    }
    free((void *)(uintptr_t)b->guards);
    free((void *)(uintptr_t)b->facts);
    for (size_t i = 0; i < b->replacement_count; i++) {
        struct st_replacement by = b->replacements[i];
        drop(&by.actor);
        drop(&by.body);
    }
    free((void *)(uintptr_t)b->replacements);
    drop(&b->strike);
    drop(&job->kept);
    drop(&job->value);
    free(job);
}

// ---- steps ----

static bool is_append(const struct memory_job *job)
{
    return !job->reads && !job->lists && !job->sets_mark && !job->reads_marks;
}

// Marks are answered in the order in which they were made; a read sees those before it.
static bool is_next_mark(const struct memory *m, const struct memory_job *job)
{
    for (const struct memory_job *j = m->jobs; j != job; j = j->next)
        if (j->sets_mark)
            return false;
    return true;
}

// A batch without events is shown as well before an answer tells of it.
static bool waits_for_older(const struct memory *m, const struct memory_job *job)
{
    for (const struct memory_job *j = m->jobs; j != job; j = j->next)
        if (job->result != ST_UNKNOWN && j->log == job->log && j->applied && !j->is_shown)
            return true;
    return false;
}

// May this job take a step, given the older ones?
static bool is_ready(const struct memory *m, const struct memory_job *job)
{
    if (job->sets_mark || job->reads_marks)
        return is_next_mark(m, job);
    if (job->reads || job->lists)
        return true;
    if (job->state == JOB_DECIDED && job->applied && !job->is_shown)
        return job->log->shown >= job->from; // equal, unless it has no facts
    if (job->state == JOB_DECIDED)
        return job->done && job->log->shown >= job->needs && !waits_for_older(m, job);
    for (const struct memory_job *j = m->jobs; j != job; j = j->next)
        if (j->state == JOB_WAITS && is_append(j) &&
            slice_eq(j->batch.interview, job->batch.interview))
            return false;
    return true;
}

// An answer of "unknown" may come before the events, or after them.
static bool answers_first(struct memory *m, const struct memory_job *job)
{
    return job->result == ST_UNKNOWN && job->done && rng_chance(&m->rng, 500);
}

static void take_step(struct memory *m, struct memory_job *job)
{
    if (job->sets_mark)
        mark_now(m, job);
    else if (job->reads_marks)
        read_marks_now(m, job);
    else if (job->reads || job->lists)
        read_now(m, job);
    else if (job->state == JOB_WAITS)
        decide(m, job);
    else if (job->applied && !job->is_shown && !answers_first(m, job))
        show(m, job);
    else
        answer(m, job);
}

static bool is_over(const struct memory_job *job)
{
    if (job->sets_mark)
        return !job->done;
    if (!is_append(job))
        return !job->read_done;
    return job->state == JOB_DECIDED && !job->done && (!job->applied || job->is_shown);
}

bool memory_step(struct memory *m)
{
    struct memory_job *ready = NULL;
    unsigned count = 0;
    for (struct memory_job *j = m->jobs; j; j = j->next)
        if (is_ready(m, j) && rng_below(&m->rng, ++count) == 0)
            ready = j;
    if (!ready)
        return false;
    m->steps++;
    take_step(m, ready);
    if (!is_over(ready))
        return true;
    struct memory_job **at = &m->jobs;
    while (*at != ready)
        at = &(*at)->next;
    *at = ready->next;
    m->job_count--;
    job_free(ready);
    return true;
}

// ---- the door ----

static struct memory_job *add_job(struct storage *s, void *ctx)
{
    struct memory *m = ((struct storage_of_memory *)s)->memory;
    struct memory_job *job = sure(calloc(1, sizeof *job));
    job->ctx = ctx;
    struct memory_job **at = &m->jobs;
    while (*at)
        at = &(*at)->next;
    *at = job;
    m->job_count++;
    return job;
}

static void copy_batch(struct st_batch *to, const struct st_batch *from)
{
    *to = *from;
    to->interview = kept(from->interview);
    to->actor = kept(from->actor);
    to->result = kept(from->result);
    struct st_guard *guards = sure(calloc(from->guard_count + 1, sizeof *guards));
    for (size_t i = 0; i < from->guard_count; i++)
        guards[i] = (struct st_guard){kept(from->guards[i].key), kept(from->guards[i].expect),
                                      kept(from->guards[i].set)};
    struct st_fact *facts = sure(calloc(from->fact_count + 1, sizeof *facts));
    for (size_t i = 0; i < from->fact_count; i++)
        facts[i] = (struct st_fact){from->facts[i].is_public, kept(from->facts[i].type),
                                    kept(from->facts[i].body)};
    struct st_replacement *by = sure(calloc(from->replacement_count + 1, sizeof *by));
    for (size_t i = 0; i < from->replacement_count; i++)
        by[i] =
            (struct st_replacement){from->replacements[i].seq, kept(from->replacements[i].actor),
                                    kept(from->replacements[i].body)};
    to->guards = guards;
    to->facts = facts;
    to->replacements = by;
    to->strike = kept(from->strike);
}

static void memory_append(struct storage *s, const struct st_batch *batch, st_done *done, void *ctx)
{
    struct memory *m = ((struct storage_of_memory *)s)->memory;
    struct memory_job *job = add_job(s, ctx);
    copy_batch(&job->batch, batch);
    job->done = done;
    job->tag = m->tag;
    job->ran_ms = *m->now_ms;
    if (!m->tag)
        return;
    const struct st_batch *again = m->tag->again;
    if (again && memcmp(again->op, batch->op, OP_BYTES) == 0)
        job->ran_ms = m->tag->ran_ms;
    m->tag->ran_ms = job->ran_ms;
}

static void memory_read(struct storage *s, struct slice interview, struct st_range range,
                        st_read_event *each, st_read_done *done, void *ctx)
{
    struct memory_job *job = add_job(s, ctx);
    job->reads = true;
    job->tag = ((struct storage_of_memory *)s)->memory->tag;
    job->each = each;
    job->read_done = done;
    job->range = range;
    snprintf(job->read_id, sizeof job->read_id, "%.*s", (int)interview.n, interview.p);
}

static void memory_list(struct storage *s, st_list_row *each, st_read_done *done, void *ctx)
{
    struct memory_job *job = add_job(s, ctx);
    job->lists = true;
    job->row = each;
    job->read_done = done;
}

static void memory_mark(struct storage *s, const struct st_mark *mark, st_done *done, void *ctx)
{
    struct memory_job *job = add_job(s, ctx);
    job->sets_mark = true;
    job->tag = ((struct storage_of_memory *)s)->memory->tag;
    job->mark =
        (struct st_mark){kept(mark->interview), kept(mark->set), kept(mark->member), mark->on};
    job->done = done;
}

static void memory_marks(struct storage *s, st_mark_row *each, st_read_done *done, void *ctx)
{
    struct memory_job *job = add_job(s, ctx);
    job->reads_marks = true;
    job->mark_row = each;
    job->read_done = done;
}

static void memory_close(struct storage *s, st_closed *closed, void *ctx)
{
    (void)s;
    closed(ctx);
}

static const struct storage_ops ops = {.append = memory_append,
                                       .read = memory_read,
                                       .list = memory_list,
                                       .mark = memory_mark,
                                       .marks = memory_marks,
                                       .close = memory_close};

struct memory *memory_create(uint64_t seed, int64_t *now_ms)
{
    struct memory *m = sure(calloc(1, sizeof *m));
    struct storage_of_memory *s = sure(calloc(1, sizeof *s));
    s->storage.ops = &ops;
    s->memory = m;
    m->storage = &s->storage;
    m->rng.state = seed;
    m->now_ms = now_ms;
    return m;
}

void memory_destroy(struct memory **memory)
{
    struct memory *m = *memory;
    *memory = NULL;
    if (m->jobs)
        abort();
    while (m->logs) {
        struct memory_log *log = m->logs;
        m->logs = log->next;
        for (size_t i = 0; i < log->count; i++) {
            drop(&log->events[i].event.actor);
            drop(&log->events[i].event.type);
            drop(&log->events[i].event.body);
        }
        free(log->events);
        drop_table(log->guards, GUARDS);
        drop_table(log->ops, OPS);
        drop_table(log->marks, MARKS);
        free(log);
    }
    free(m->storage);
    free(m);
}
