// SPDX-License-Identifier: Apache-2.0
// Log-ins: locks first, then a hash on a worker thread, two at a time. Whatever is wrong with name,
// password or account, the same work is done and the same answer given.
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/log.h"
#include "server/base/must.h"
#include "server/identity/inside.h"
#include "server/identity/password.h"

static void push(struct login_list *list, struct login *login)
{
    if (!list->first)
        list->last = &list->first;
    login->next = NULL;
    *list->last = login;
    list->last = &login->next;
    list->count++;
}

static struct login *pop(struct login_list *list)
{
    struct login *login = list->first;
    if (login) {
        list->first = login->next;
        list->count--;
    }
    return login;
}

static struct slice name_of(const struct login *login)
{
    return (struct slice){login->name, login->name_len};
}

static struct slice address_of(const struct login *login)
{
    return (struct slice){login->address, login->address_len};
}

static void unlock(struct login *login, enum lockout_end how)
{
    struct identity *id = login->id;
    lockout_end(id->lockout, LOCKOUT_NAME, name_of(login), id->now(), how);
    lockout_end(id->lockout, LOCKOUT_ADDRESS, address_of(login), id->now(), how);
}

// Puts a session into the store and looks whether the account is still the one that was checked:
// the command line may have changed it during the hashing.
static enum login_result open_session(struct login *login)
{
    struct accounts *a = login->id->accounts;
    struct account now;
    sessions_token(login->answer.token, login->session.key);
    snprintf(login->session.name, sizeof login->session.name, "%s", login->account.name);
    if (session_put(a, &login->session) != 0)
        return LOGIN_FAILED;
    int code = account_get(a, login->account.name, &now);
    if (code == 0 && !now.disabled && strcmp(now.hash, login->account.hash) == 0)
        return LOGIN_OK;
    if (session_drop(a, login->session.key) != 0 || code != 0)
        return LOGIN_FAILED;
    return LOGIN_WRONG;
}

static void work(uv_work_t *request)
{
    struct login *login = request->data;
    char name[ACCOUNT_NAME_MAX + 1];
    int code = -ENOENT;
    if (!login->is_hopeless) {
        snprintf(name, sizeof name, "%.*s", (int)login->name_len, login->name);
        code = account_get(login->id->accounts, name, &login->account);
    }
    if (code != 0 && code != -ENOENT) {
        login->answer.result = LOGIN_FAILED;
        return;
    }
    const char *hash = code == 0 && !login->account.disabled ? login->account.hash : NULL;
    struct slice password = {login->password, login->password_len};
    login->answer.result = password_matches(hash, password) ? open_session(login) : LOGIN_WRONG;
}

static void run_next(struct identity *id);

static void give(struct login *login)
{
    if (login->answer.result != LOGIN_OK)
        sodium_memzero(login->answer.token, sizeof login->answer.token);
    login->done(login->ctx, &login->answer);
    sodium_memzero(login, sizeof *login);
    free(login);
}

static void after_work(uv_work_t *request, int status)
{
    struct login *login = request->data;
    struct identity *id = login->id;
    must(status == 0); // nothing of ours is cancelled
    id->running--;
    switch (login->answer.result) {
    case LOGIN_OK:
        unlock(login, LOCKOUT_SUCCEEDED);
        sessions_add(id->sessions, &login->session, login->account.role, jobs_drop, id);
        identity_csrf(slice_of(login->answer.token), login->answer.csrf);
        break;
    case LOGIN_WRONG:
        unlock(login, LOCKOUT_FAILED);
        break;
    default:
        log_line(LOG_ERROR, "the accounts cannot be used for a log-in", NULL);
        unlock(login, LOCKOUT_UNDECIDED);
    }
    give(login);
    run_next(id);
    identity_settle(id);
}

static void run_next(struct identity *id)
{
    while (id->running < LOGIN_RUNNING && id->waiting.first) {
        struct login *login = pop(&id->waiting);
        id->running++;
        login->work.data = login;
        login->session.created_ms = login->session.seen_ms = id->now();
        must(uv_queue_work(id->loop, &login->work, work, after_work) == 0);
    }
}

static void on_soon(uv_timer_t *timer)
{
    login_answer_all(timer->data);
    identity_settle(timer->data);
}

static void answer_soon(struct login *login, enum login_result result, int64_t retry_ms)
{
    struct identity *id = login->id;
    login->answer.result = result;
    login->answer.retry_ms = retry_ms;
    push(&id->answered, login);
    must(uv_timer_start(&id->soon, on_soon, 0, 0) == 0);
}

void login_answer_all(struct identity *id)
{
    // Those only that are there now: a done() may log in again.
    for (size_t left = id->answered.count; left > 0; left--)
        give(pop(&id->answered));
}

void login_refuse_waiting(struct identity *id)
{
    for (struct login *login = pop(&id->waiting); login; login = pop(&id->waiting)) {
        unlock(login, LOCKOUT_UNDECIDED);
        answer_soon(login, LOGIN_BUSY, LOGIN_RETRY_MS);
    }
}

// false: *login has its answer.
static bool pass_locks(struct login *login)
{
    struct identity *id = login->id;
    int64_t retry_ms = LOGIN_RETRY_MS;
    enum lockout_answer answer =
        lockout_begin(id->lockout, LOCKOUT_NAME, name_of(login), id->now(), &retry_ms);
    if (answer == LOCKOUT_OPEN) {
        answer =
            lockout_begin(id->lockout, LOCKOUT_ADDRESS, address_of(login), id->now(), &retry_ms);
        if (answer == LOCKOUT_OPEN)
            return true;
        lockout_end(id->lockout, LOCKOUT_NAME, name_of(login), id->now(), LOCKOUT_UNDECIDED);
    }
    answer_soon(login, answer == LOCKOUT_LOCKED ? LOGIN_LOCKED : LOGIN_BUSY, retry_ms);
    return false;
}

static size_t copy(char *to, size_t size, struct slice from)
{
    size_t n = from.n < size ? from.n : size;
    if (n)
        memcpy(to, from.p, n);
    return n;
}

void identity_login(struct identity *id, struct slice name, struct slice password,
                    struct slice address, identity_login_done *done, void *ctx)
{
    struct login *login = must_alloc(sizeof *login);
    login->id = id;
    login->done = done;
    login->ctx = ctx;
    login->name_len = copy(login->name, sizeof login->name, name);
    login->password_len = copy(login->password, sizeof login->password, password);
    login->address_len = copy(login->address, sizeof login->address, address);
    login->is_hopeless = !password_name_ok(name) || password.n > sizeof login->password;
    if (id->is_stopping || id->waiting.count >= LOGIN_WAITING)
        answer_soon(login, LOGIN_BUSY, LOGIN_RETRY_MS);
    else if (pass_locks(login)) {
        push(&id->waiting, login);
        run_next(id);
    }
}
