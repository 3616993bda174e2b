// SPDX-License-Identifier: Apache-2.0
// Jobs: made on the loop, one block of memory for an append and everything it points to.
#include "storage/sqlite/job.h"

#include <stdio.h>
#include <stdlib.h>

void *sure(void *allocated)
{
    if (!allocated) {
        fputs("storage/sqlite: out of memory\n", stderr);
        abort();
    }
    return allocated;
}

static size_t bytes_of(const struct st_batch *b)
{
    size_t n = b->interview.n + b->actor.n + b->result.n + b->strike.n;
    for (size_t i = 0; i < b->guard_count; i++)
        n += b->guards[i].key.n + b->guards[i].expect.n + b->guards[i].set.n;
    for (size_t i = 0; i < b->fact_count; i++)
        n += b->facts[i].type.n + b->facts[i].body.n;
    for (size_t i = 0; i < b->replacement_count; i++)
        n += b->replacements[i].actor.n + b->replacements[i].body.n;
    return n;
}

// Moves the bytes of s to *end.
static struct slice moved(struct slice s, char **end)
{
    if (!s.p)
        return s;
    char *p = *end;
    if (s.n)
        memcpy(p, s.p, s.n);
    *end += s.n;
    return (struct slice){p, s.n};
}

struct append_job *append_job_create(const struct st_batch *batch, st_done *done, void *ctx)
{
    size_t bytes = bytes_of(batch);
    size_t places = (batch->fact_count + 1) * sizeof(struct place);
    size_t guards = batch->guard_count * sizeof(struct st_guard);
    size_t facts = batch->fact_count * sizeof(struct st_fact);
    size_t replaced = batch->replacement_count * sizeof(struct st_replacement);
    // one byte more, so that an empty slice at the end points inside
    char *block =
        sure(malloc(sizeof(struct append_job) + places + guards + facts + replaced + bytes + 1));
    struct append_job *a = (struct append_job *)block;
    *a = (struct append_job){
        .job = {.kind = JOB_APPEND, .ctx = ctx}, .done = done, .batch = *batch, .bytes = bytes};
    a->places = (struct place *)(block + sizeof *a);
    struct st_guard *guard = (struct st_guard *)(block + sizeof *a + places);
    struct st_fact *fact = (struct st_fact *)(block + sizeof *a + places + guards);
    struct st_replacement *replacement =
        (struct st_replacement *)(block + sizeof *a + places + guards + facts);
    char *end = block + sizeof *a + places + guards + facts + replaced;
    a->batch.guards = guard;
    a->batch.facts = fact;
    a->batch.replacements = replacement;
    a->batch.interview = moved(batch->interview, &end);
    a->batch.actor = moved(batch->actor, &end);
    a->batch.result = moved(batch->result, &end);
    a->batch.strike = moved(batch->strike, &end);
    for (size_t i = 0; i < batch->guard_count; i++)
        guard[i] = (struct st_guard){.key = moved(batch->guards[i].key, &end),
                                     .expect = moved(batch->guards[i].expect, &end),
                                     .set = moved(batch->guards[i].set, &end)};
    for (size_t i = 0; i < batch->fact_count; i++)
        fact[i] = (struct st_fact){.is_public = batch->facts[i].is_public,
                                   .type = moved(batch->facts[i].type, &end),
                                   .body = moved(batch->facts[i].body, &end)};
    for (size_t i = 0; i < batch->replacement_count; i++)
        replacement[i] = (struct st_replacement){batch->replacements[i].seq,
                                                 moved(batch->replacements[i].actor, &end),
                                                 moved(batch->replacements[i].body, &end)};
    return a;
}

struct mark_job *mark_job_create(const struct st_mark *mark)
{
    size_t bytes = mark->interview.n + mark->set.n + mark->member.n;
    char *block = sure(malloc(sizeof(struct mark_job) + bytes + 1));
    struct mark_job *m = (struct mark_job *)block;
    char *end = block + sizeof *m;
    *m = (struct mark_job){.job = {.kind = JOB_MARK}, .mark = {.on = mark->on}};
    m->mark.interview = moved(mark->interview, &end);
    m->mark.set = moved(mark->set, &end);
    m->mark.member = moved(mark->member, &end);
    return m;
}

struct read_job *read_job_create(enum job_kind kind, struct slice interview, uint64_t after)
{
    struct read_job *r = sure(calloc(1, sizeof *r + interview.n + 1));
    r->job.kind = kind;
    r->after = after;
    r->interview_len = interview.n;
    if (interview.n)
        memcpy(r->interview, interview.p, interview.n);
    return r;
}

void job_destroy(struct job **job)
{
    struct job *j = *job;
    *job = NULL;
    if (!j)
        return;
    if (j->kind == JOB_APPEND) {
        free((char *)((struct append_job *)j)->found.p);
        free((char *)((struct append_job *)j)->replaced.p);
    } else if (j->kind != JOB_MARK) {
        free(((struct read_job *)j)->rows);
        free(((struct read_job *)j)->bytes);
    }
    free(j);
}

static void put(struct read_job *r, struct slice s)
{
    if (r->byte_cap - r->byte_count < s.n + 1) {
        r->byte_cap = 2 * r->byte_cap + s.n + 4096;
        r->bytes = sure(realloc(r->bytes, r->byte_cap));
    }
    if (s.n)
        memcpy(r->bytes + r->byte_count, s.p, s.n);
    r->byte_count += s.n;
}

struct row *read_job_add(struct read_job *r, struct slice name, struct slice type,
                         struct slice body)
{
    if (r->row_count == r->row_cap) {
        r->row_cap = 2 * r->row_cap + 16;
        r->rows = sure(realloc(r->rows, r->row_cap * sizeof *r->rows));
    }
    struct row *row = &r->rows[r->row_count++];
    *row = (struct row){
        .at = r->byte_count, .name_len = name.n, .type_len = type.n, .body_len = body.n};
    put(r, name);
    put(r, type);
    put(r, body);
    return row;
}
