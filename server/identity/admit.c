// SPDX-License-Identifier: Apache-2.0
// Sign-ins by invitation. Who may have one is the record's to say, and has been said when this
// runs; here a session is put into the store, on a worker thread.
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/log.h"
#include "server/base/must.h"
#include "server/identity/inside.h"

struct admitting {
    uv_work_t work;
    struct identity *id;
    struct session session;
    struct login_answer answer;
    identity_login_done *done;
    void *ctx;
};

static enum login_result admit(struct accounts *a, const struct session *session)
{
    struct account account;
    int code = session_put(a, session);
    if (code)
        return LOGIN_FAILED;
    // Afterwards: one that is disabled from now on takes its sessions along (jobs_refresh).
    code = account_get(a, session->name, &account);
    if (code == -ENOENT || (code == 0 && !account.disabled))
        return LOGIN_OK;
    if (session_drop(a, session->key) != 0 || code != 0)
        return LOGIN_FAILED;
    return LOGIN_WRONG;
}

static void work(uv_work_t *request)
{
    struct admitting *x = request->data;
    x->answer.result = admit(x->id->accounts, &x->session);
}

static void after_work(uv_work_t *request, int status)
{
    struct admitting *x = request->data;
    struct identity *id = x->id;
    must(status == 0); // nothing of ours is cancelled
    id->admitting--;
    if (x->answer.result == LOGIN_OK) {
        sessions_end_invitation(id->sessions, x->session.invitation, jobs_drop, id);
        sessions_add(id->sessions, &x->session, "staff", jobs_drop, id);
        identity_csrf(slice_of(x->answer.token), x->answer.csrf);
    } else {
        sodium_memzero(x->answer.token, sizeof x->answer.token);
    }
    if (x->answer.result == LOGIN_FAILED)
        log_line(LOG_ERROR, "the accounts cannot be used for a sign-in", NULL);
    x->done(x->ctx, &x->answer);
    sodium_memzero(x, sizeof *x);
    free(x);
    identity_settle(id);
}

void identity_admit(struct identity *id, const struct admission *admission,
                    identity_login_done *done, void *ctx)
{
    struct admitting *x = must_alloc(sizeof *x);
    *x = (struct admitting){.id = id, .done = done, .ctx = ctx};
    x->session.created_ms = x->session.seen_ms = id->now();
    x->session.until_ms = admission->until_ms;
    snprintf(x->session.name, sizeof x->session.name, "%s", admission->name);
    snprintf(x->session.invitation, sizeof x->session.invitation, "%s", admission->invitation);
    sessions_token(x->answer.token, x->session.key);
    x->work.data = x;
    id->admitting++;
    must(uv_queue_work(id->loop, &x->work, work, after_work) == 0);
}

bool identity_try(struct identity *id, struct slice address, bool is_right, int64_t *ret_retry_ms)
{
    *ret_retry_ms = LOGIN_RETRY_MS;
    if (lockout_begin(id->lockout, LOCKOUT_ADDRESS, address, id->now(), ret_retry_ms) !=
        LOCKOUT_OPEN)
        return false;
    lockout_end(id->lockout, LOCKOUT_ADDRESS, address, id->now(),
                is_right ? LOCKOUT_UNDECIDED : LOCKOUT_FAILED);
    return true;
}
