// SPDX-License-Identifier: Apache-2.0
// The backend: the loop's side, the writer thread, and the two queues between them. All that is
// shared lies in struct exchange, under its lock; the record belongs to the thread from start to
// end, everything else to the loop.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "storage/backend.h"
#include "storage/sqlite/files.h"
#include "storage/sqlite/record.h"
#include "storage/sqlite/sqlite.h"

enum { QUEUE_MOST = 4096, GROUP_MOST = 512, GROUP_BYTES = 1 << 20 };

struct queue {
    struct job *first, *last;
};

struct exchange {
    uv_mutex_t lock;
    uv_cond_t work;
    struct queue appends; // to the thread
    size_t append_count;
    struct queue reads;  // to the thread
    struct queue posted; // to the loop
    bool stop;           // nothing will come any more
    bool has_ended;      // the record is closed
    bool is_fatal;       // why says it
    char why[STORAGE_ERROR_LEN];
};

struct sqlite {
    struct storage storage;
    struct st_listener listener;
    uv_async_t wake; // something was posted
    uv_thread_t thread;
    struct exchange exchange;
    struct record record; // the thread's
    size_t pending;       // jobs not answered yet
    bool has_told_fatal;
    st_closed *closed; // not NULL: closing
    void *closed_ctx;
};

static void queue_add(struct queue *q, struct job *job)
{
    job->next = NULL;
    if (q->last)
        q->last->next = job;
    else
        q->first = job;
    q->last = job;
}

static struct job *queue_take(struct queue *q)
{
    struct job *job = q->first;
    q->first = job ? job->next : NULL;
    if (!q->first)
        q->last = NULL;
    return job;
}

// --- the writer thread

// Waits for work. Takes a group and one read at most; false: stop.
static bool take_work(struct exchange *x, struct queue *ret_group, struct job **ret_read)
{
    *ret_group = (struct queue){0};
    size_t bytes = 0;
    uv_mutex_lock(&x->lock);
    while (!x->appends.first && !x->reads.first && !x->stop)
        uv_cond_wait(&x->work, &x->lock);
    for (size_t n = 0; n < GROUP_MOST && bytes < GROUP_BYTES && x->appends.first; n++) {
        struct job *job = queue_take(&x->appends);
        x->append_count--;
        if (job->kind == JOB_APPEND)
            bytes += ((struct append_job *)job)->bytes;
        queue_add(ret_group, job);
    }
    *ret_read = queue_take(&x->reads);
    bool has_work = ret_group->first || *ret_read;
    uv_mutex_unlock(&x->lock);
    return has_work;
}

static void post(struct sqlite *q, struct queue *group, struct job *read, const char *why)
{
    struct exchange *x = &q->exchange;
    uv_mutex_lock(&x->lock);
    for (struct job *job; (job = queue_take(group)) != NULL;)
        queue_add(&x->posted, job);
    if (read)
        queue_add(&x->posted, read);
    if (why) {
        x->is_fatal = true;
        snprintf(x->why, sizeof x->why, "%s", why);
    }
    uv_mutex_unlock(&x->lock);
    uv_async_send(&q->wake);
}

static void write_loop(void *arg)
{
    struct sqlite *q = arg;
    struct queue group;
    struct job *read;
    bool is_down = false;
    char why[STORAGE_ERROR_LEN];
    while (take_work(&q->exchange, &group, &read)) {
        bool was_down = is_down;
        for (struct job *job = group.first; is_down && job; job = job->next)
            job->result = ST_DOWN;
        if (group.first && !is_down)
            is_down = !record_write(&q->record, group.first, why);
        if (group.first)
            post(q, &group, NULL, is_down && !was_down ? why : NULL);
        if (read && is_down)
            read->result = ST_DOWN;
        else if (read)
            record_read(&q->record, (struct read_job *)read);
        if (read)
            post(q, &(struct queue){0}, read, NULL);
    }
    record_finish(&q->record);
    uv_mutex_lock(&q->exchange.lock);
    q->exchange.has_ended = true;
    uv_async_send(&q->wake); // within the lock: whoever sees has_ended may close the handle
    uv_mutex_unlock(&q->exchange.lock);
}

// --- the loop

static void show_event(const struct sqlite *q, const struct append_job *a,
                       const struct place *place, struct slice type, struct slice body)
{
    struct event event = {.seq = place->seq,
                          .pub = place->pub,
                          .at_ms = a->batch.at_ms,
                          .actor = a->batch.actor,
                          .type = type,
                          .body = body,
                          .hash = place->hash,
                          .pub_hash = place->pub_hash};
    q->listener.on_event(q->listener.ctx, a->batch.interview, &event);
}

static void finish_append(struct sqlite *q, struct job *job)
{
    struct append_job *a = (struct append_job *)job;
    struct st_outcome outcome = {.result = job->result};
    if (job->result == ST_OK) {
        outcome.kept = a->batch.result;
        for (size_t i = 0; i < a->batch.fact_count; i++)
            show_event(q, a, &a->places[i], a->batch.facts[i].type, a->batch.facts[i].body);
        if (a->replaced.p)
            show_event(q, a, &a->places[a->batch.fact_count], slice_of(EVENT_REPLACED),
                       a->replaced);
    } else if (job->result == ST_DUP) {
        outcome.kept = a->found;
    } else if (job->result == ST_CONFLICT) {
        bool is_guard = a->guard < a->batch.guard_count;
        outcome.key = is_guard ? a->batch.guards[a->guard].key : slice_of("seq");
        outcome.value = a->found;
    }
    q->pending--;
    a->done(job->ctx, &outcome);
    job_destroy(&job);
}

static void finish_mark(struct sqlite *q, struct job *job)
{
    struct st_outcome outcome = {.result = job->result};
    q->pending--;
    ((struct mark_job *)job)->done(job->ctx, &outcome);
    job_destroy(&job);
}

static void show_row(const struct read_job *r, const struct row *row)
{
    const char *p = r->bytes + row->at;
    struct slice name = {p, row->name_len};
    struct slice type = {p + row->name_len, row->type_len};
    struct slice body = {type.p + row->type_len, row->body_len};
    if (r->job.kind == JOB_LIST) {
        r->each_id(r->job.ctx, name);
        return;
    }
    if (r->job.kind == JOB_MARKS) {
        r->each_mark(r->job.ctx, name, type, body);
        return;
    }
    struct event event = {.seq = row->seq,
                          .pub = row->pub,
                          .at_ms = row->at_ms,
                          .actor = name,
                          .type = type,
                          .body = body,
                          .hash = row->hash,
                          .pub_hash = row->pub_hash,
                          .commit = row->replaced ? row->commit : NULL,
                          .pub_commit = row->replaced ? row->pub_commit : NULL};
    r->each(r->job.ctx, &event);
}

static void push(struct sqlite *q, struct queue *queue, struct job *job)
{
    uv_mutex_lock(&q->exchange.lock);
    queue_add(queue, job);
    uv_cond_signal(&q->exchange.work);
    uv_mutex_unlock(&q->exchange.lock);
}

static void finish_read(struct sqlite *q, struct job *job)
{
    struct read_job *r = (struct read_job *)job;
    for (size_t i = 0; i < r->row_count; i++)
        show_row(r, &r->rows[i]);
    if (job->result == ST_OK && r->has_more) {
        r->row_count = r->byte_count = 0;
        push(q, &q->exchange.reads, job);
        return;
    }
    q->pending--;
    r->done(job->ctx, job->result);
    job_destroy(&job);
}

static void stop_if_idle(struct sqlite *q)
{
    if (!q->closed || q->pending)
        return;
    uv_mutex_lock(&q->exchange.lock);
    q->exchange.stop = true;
    uv_cond_signal(&q->exchange.work);
    uv_mutex_unlock(&q->exchange.lock);
}

static void on_wake_closed(uv_handle_t *handle)
{
    struct sqlite *q = handle->data;
    st_closed *closed = q->closed;
    void *ctx = q->closed_ctx;
    uv_cond_destroy(&q->exchange.work);
    uv_mutex_destroy(&q->exchange.lock);
    free(q);
    closed(ctx);
}

static void on_wake(uv_async_t *wake)
{
    struct sqlite *q = wake->data;
    struct exchange *x = &q->exchange;
    char why[STORAGE_ERROR_LEN] = "";
    uv_mutex_lock(&x->lock);
    struct queue posted = x->posted;
    x->posted = (struct queue){0};
    bool has_ended = x->has_ended;
    bool is_fatal = x->is_fatal && !q->has_told_fatal;
    if (is_fatal)
        memcpy(why, x->why, sizeof why);
    uv_mutex_unlock(&x->lock);
    for (struct job *job; (job = queue_take(&posted)) != NULL;) {
        if (job->kind == JOB_APPEND)
            finish_append(q, job);
        else if (job->kind == JOB_MARK)
            finish_mark(q, job);
        else
            finish_read(q, job);
    }
    if (is_fatal) {
        q->has_told_fatal = true;
        q->listener.on_fatal(q->listener.ctx, why);
    }
    if (has_ended && !uv_is_closing((uv_handle_t *)wake)) {
        uv_thread_join(&q->thread);
        uv_close((uv_handle_t *)wake, on_wake_closed);
        return;
    }
    stop_if_idle(q);
}

static void push_write(struct sqlite *q, struct job *job)
{
    struct exchange *x = &q->exchange;
    q->pending++;
    uv_mutex_lock(&x->lock);
    bool is_full = x->append_count >= QUEUE_MOST;
    if (is_full) {
        job->result = ST_FULL;
        queue_add(&x->posted, job);
    } else {
        x->append_count++;
        queue_add(&x->appends, job);
        uv_cond_signal(&x->work);
    }
    uv_mutex_unlock(&x->lock);
    if (is_full)
        uv_async_send(&q->wake);
}

static void sqlite_append(struct storage *s, const struct st_batch *batch, st_done *done, void *ctx)
{
    push_write((struct sqlite *)s, &append_job_create(batch, done, ctx)->job);
}

static void sqlite_mark(struct storage *s, const struct st_mark *mark, st_done *done, void *ctx)
{
    struct mark_job *m = mark_job_create(mark);
    m->job.ctx = ctx;
    m->done = done;
    push_write((struct sqlite *)s, &m->job);
}

static void sqlite_read(struct storage *s, struct slice interview, struct st_range range,
                        st_read_event *each, st_read_done *done, void *ctx)
{
    struct sqlite *q = (struct sqlite *)s;
    struct read_job *r = read_job_create(JOB_READ, interview, range.after);
    r->to = range.to;
    r->job.ctx = ctx;
    r->each = each;
    r->done = done;
    q->pending++;
    push(q, &q->exchange.reads, &r->job);
}

static void sqlite_list(struct storage *s, st_list_row *each, st_read_done *done, void *ctx)
{
    struct sqlite *q = (struct sqlite *)s;
    struct read_job *r = read_job_create(JOB_LIST, slice_of(NULL), 0);
    r->job.ctx = ctx;
    r->each_id = each;
    r->done = done;
    q->pending++;
    push(q, &q->exchange.reads, &r->job);
}

static void sqlite_marks(struct storage *s, st_mark_row *each, st_read_done *done, void *ctx)
{
    struct sqlite *q = (struct sqlite *)s;
    struct read_job *r = read_job_create(JOB_MARKS, slice_of(NULL), 0);
    r->job.ctx = ctx;
    r->each_mark = each;
    r->done = done;
    q->pending++;
    push(q, &q->exchange.reads, &r->job);
}

static void sqlite_close(struct storage *s, st_closed *closed, void *ctx)
{
    struct sqlite *q = (struct sqlite *)s;
    q->closed = closed;
    q->closed_ctx = ctx;
    stop_if_idle(q);
}

static const struct storage_ops ops = {.append = sqlite_append,
                                       .read = sqlite_read,
                                       .list = sqlite_list,
                                       .mark = sqlite_mark,
                                       .marks = sqlite_marks,
                                       .close = sqlite_close};

// The lock, the condition, the thread and, last, the handle, which only the loop can take back.
static int start(struct sqlite *q, uv_loop_t *loop)
{
    struct exchange *x = &q->exchange;
    int failed = uv_mutex_init(&x->lock);
    if (failed)
        return failed;
    failed = uv_cond_init(&x->work);
    if (failed) {
        uv_mutex_destroy(&x->lock);
        return failed;
    }
    failed = uv_async_init(loop, &q->wake, on_wake);
    if (!failed) {
        q->wake.data = q;
        sure(uv_thread_create(&q->thread, write_loop, q) == 0 ? q : NULL);
        return 0;
    }
    uv_cond_destroy(&x->work);
    uv_mutex_destroy(&x->lock);
    return failed;
}

// Whoever wrote last may have died between a commit and the moment in which what it replaced was
// gone from the file.
static int finish_last(struct record *r, const char *path, char error[STORAGE_ERROR_LEN])
{
    int code = record_checkpoint(r);
    return code == SQLITE_OK ? 0 : record_fault(r, code, path, error);
}

int sqlite_open(uv_loop_t *loop, const char *dir, const struct st_listener *listener,
                struct storage **ret, char error[STORAGE_ERROR_LEN])
{
    char path[FILE_PATH_LEN];
    int failed = files_prepare(dir, "record.db", path, error);
    if (failed)
        return failed;
    struct sqlite *q = sure(calloc(1, sizeof *q));
    q->storage.ops = &ops;
    q->listener = *listener;
    failed = record_init(&q->record, path, error);
    if (!failed)
        failed = record_check(&q->record, error);
    if (!failed)
        failed = finish_last(&q->record, path, error);
    if (!failed) {
        failed = start(q, loop);
        if (failed)
            snprintf(error, STORAGE_ERROR_LEN, "record.db: %s", uv_strerror(failed));
    }
    if (failed) {
        record_finish(&q->record);
        free(q);
        return failed;
    }
    *ret = &q->storage;
    return 0;
}
