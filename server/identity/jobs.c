// SPDX-License-Identifier: Apache-2.0
// Work on the stored sessions, on a worker thread, one job after the other.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/log.h"
#include "server/base/must.h"
#include "server/identity/inside.h"

struct stored { // sessions with the role of their account
    struct account *accounts;
    size_t account_count;
    struct live_session *sessions; // role is "" when the account may not sign in
    size_t session_count;
};

struct job {
    uv_work_t work;
    struct identity *id;
    enum job_kind kind;
    struct session session; // save; drop: its key
    uint64_t born;          // refresh: see sessions_sweep
    struct stored stored;
    int code;
    struct job *next; /* identity.jobs */
};

static void *grown(void *array, size_t count, size_t size)
{
    if (count & (count - 1)) // room is a power of two
        return array;
    array = realloc(array, (count ? 2 * count : 1) * size);
    must(array);
    return array;
}

static void on_account(void *ctx, const struct account *account)
{
    struct stored *s = ctx;
    s->accounts = grown(s->accounts, s->account_count, sizeof *s->accounts);
    s->accounts[s->account_count++] = *account;
}

static int compare_name(const void *name, const void *account)
{
    return strcmp(name, ((const struct account *)account)->name);
}

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(((const struct account *)a)->name, ((const struct account *)b)->name);
}

static void on_session(void *ctx, const struct session *session)
{
    struct stored *s = ctx;
    const struct account *account = NULL;
    if (s->account_count)
        account = bsearch(session->name, s->accounts, s->account_count, sizeof *s->accounts,
                          compare_name);
    s->sessions = grown(s->sessions, s->session_count, sizeof *s->sessions);
    struct live_session *live = &s->sessions[s->session_count++];
    *live = (struct live_session){.session = *session};
    // Who was invited may have no account, and brings no role along when he has one.
    bool invited = *session->invitation;
    if (account ? !account->disabled : invited)
        snprintf(live->role, sizeof live->role, "%s", invited ? "staff" : account->role);
}

// Accounts first: a session put in between then has its account.
static int read_stored(struct accounts *a, struct stored *ret)
{
    int code = account_each(a, on_account, ret);
    if (code)
        return code;
    if (ret->account_count)
        qsort(ret->accounts, ret->account_count, sizeof *ret->accounts, compare_accounts);
    return session_each(a, on_session, ret);
}

static void stored_finish(struct stored *s)
{
    free(s->accounts);
    free(s->sessions);
}

static void work(uv_work_t *request)
{
    struct job *j = request->data;
    struct accounts *a = j->id->accounts;
    switch (j->kind) {
    case JOB_SAVE: // only if nobody has ended it meanwhile
        j->code = session_seen(a, j->session.key, j->session.seen_ms);
        break;
    case JOB_DROP:
        j->code = session_drop(a, j->session.key);
        break;
    case JOB_REFRESH:
        j->code = read_stored(a, &j->stored);
        break;
    }
}

static void run_next(struct identity *id);

static void after_work(uv_work_t *request, int status)
{
    struct job *j = request->data;
    struct identity *id = j->id;
    must(status == 0); // nothing of ours is cancelled
    if (j->code && j->code != -ENOENT)
        log_line(LOG_ERROR, "the accounts cannot be used", "error", strerror(-j->code), NULL);
    if (j->kind == JOB_REFRESH) {
        id->is_refreshing = false;
        for (size_t i = 0; !j->code && i < j->stored.session_count; i++) {
            const struct live_session *live = &j->stored.sessions[i];
            if (*live->role)
                sessions_keep(id->sessions, live->session.key, live->role);
        }
        if (!j->code)
            sessions_sweep(id->sessions, j->born, id->now(), jobs_drop, id);
    }
    stored_finish(&j->stored);
    id->jobs.first = j->next;
    if (!id->jobs.first)
        id->jobs.last = &id->jobs.first;
    free(j);
    run_next(id);
    identity_settle(id);
}

static void run_next(struct identity *id)
{
    struct job *j = id->jobs.first;
    if (!j)
        return;
    j->work.data = j;
    if (j->kind == JOB_REFRESH)
        j->born = sessions_born(id->sessions);
    must(uv_queue_work(id->loop, &j->work, work, after_work) == 0);
}

static struct job *add(struct identity *id, enum job_kind kind)
{
    struct job *j = must_alloc(sizeof *j);
    j->id = id;
    j->kind = kind;
    *id->jobs.last = j;
    id->jobs.last = &j->next;
    return j;
}

// Starts the job that was just filled in, unless others come first.
static void start(struct identity *id, const struct job *j)
{
    if (id->jobs.first == j)
        run_next(id);
}

void jobs_save(struct identity *id, const struct session *session)
{
    struct job *j = add(id, JOB_SAVE);
    j->session = *session;
    start(id, j);
}

void jobs_drop(void *ctx, const unsigned char key[SESSION_KEY_BYTES])
{
    struct identity *id = ctx;
    struct job *j = add(id, JOB_DROP);
    memcpy(j->session.key, key, SESSION_KEY_BYTES);
    start(id, j);
}

void jobs_refresh(struct identity *id)
{
    if (id->is_refreshing || id->is_stopping)
        return;
    id->is_refreshing = true;
    start(id, add(id, JOB_REFRESH));
}

int jobs_load(struct identity *id)
{
    struct stored stored = {0};
    int code = read_stored(id->accounts, &stored);
    for (size_t i = 0; !code && i < stored.session_count; i++) {
        const struct live_session *live = &stored.sessions[i];
        if (*live->role && !sessions_is_over(&live->session, id->now()))
            sessions_add(id->sessions, &live->session, live->role, jobs_drop, id);
        else
            jobs_drop(id, live->session.key);
    }
    stored_finish(&stored);
    return code;
}
