// SPDX-License-Identifier: Apache-2.0
// Starting, stopping, and the questions that memory can answer.
#include "server/identity/identity.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/must.h"
#include "server/identity/inside.h"

_Static_assert((int)TICKET_TEXT == (int)SESSION_TOKEN_TEXT, "a ticket is made like a token");

static void on_refresh(uv_timer_t *timer)
{
    jobs_refresh(timer->data);
}

static void free_identity(struct identity *id)
{
    sessions_destroy(&id->sessions);
    lockout_destroy(&id->lockout);
    free(id);
}

int identity_start(uv_loop_t *loop, struct accounts *a, int64_t (*now)(void), struct identity **ret,
                   char error[256])
{
    must(sodium_init() >= 0);
    struct identity *id = must_alloc(sizeof *id);
    id->loop = loop;
    id->accounts = a;
    id->now = now;
    id->sessions = sessions_create();
    id->lockout = lockout_create();
    id->jobs.last = &id->jobs.first;
    int code = jobs_load(id);
    if (code) {
        snprintf(error, 256, "the accounts cannot be read: %s", strerror(-code));
        free_identity(id);
        return code;
    }
    must(uv_timer_init(loop, &id->soon) == 0 && uv_timer_init(loop, &id->refresh) == 0);
    id->open_handles = 2;
    id->soon.data = id->refresh.data = id;
    uv_unref((uv_handle_t *)&id->refresh); // alone it keeps no loop running
    must(uv_timer_start(&id->refresh, on_refresh, REFRESH_MS, REFRESH_MS) == 0);
    *ret = id;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct identity *id = handle->data;
    if (--id->open_handles)
        return;
    void (*stopped)(void *ctx) = id->stopped;
    void *ctx = id->stopped_ctx;
    free_identity(id);
    stopped(ctx);
}

void identity_settle(struct identity *id)
{
    if (!id->is_stopping || id->running || id->admitting || id->answered.first || id->jobs.first ||
        uv_is_closing((uv_handle_t *)&id->soon))
        return;
    uv_close((uv_handle_t *)&id->soon, on_closed);
    uv_close((uv_handle_t *)&id->refresh, on_closed);
}

void identity_stop(struct identity **identity, void (*stopped)(void *ctx), void *ctx)
{
    struct identity *id = *identity;
    *identity = NULL;
    id->stopped = stopped;
    id->stopped_ctx = ctx;
    id->is_stopping = true;
    login_refuse_waiting(id);
    identity_settle(id);
}

static void fill(struct who *ret, const struct live_session *live)
{
    snprintf(ret->name, sizeof ret->name, "%s", live->session.name);
    snprintf(ret->role, sizeof ret->role, "%s", live->role);
    memcpy(ret->session, live->session.key, sizeof ret->session);
    snprintf(ret->invitation, sizeof ret->invitation, "%s", live->session.invitation);
}

static void note_seen(struct identity *id, struct live_session *live)
{
    if (live->session.seen_ms - live->saved_ms < SESSION_SAVE_MS)
        return;
    live->saved_ms = live->session.seen_ms;
    jobs_save(id, &live->session);
}

bool identity_session(struct identity *id, struct slice token, struct who *ret)
{
    struct live_session *live = sessions_find(id->sessions, token, id->now());
    if (!live)
        return false;
    note_seen(id, live);
    fill(ret, live);
    return true;
}

void identity_csrf(struct slice session_token, char ret[CSRF_TEXT])
{
    static const unsigned char PURPOSE[] = "fangtan csrf";
    unsigned char token[TOKEN_BYTES], hash[crypto_generichash_BYTES];
    must(sessions_token_bytes(session_token, token));
    must(crypto_generichash(hash, sizeof hash, PURPOSE, sizeof PURPOSE, token, sizeof token) == 0);
    sodium_bin2hex(ret, CSRF_TEXT, hash, sizeof hash);
    sodium_memzero(token, sizeof token);
}

bool identity_csrf_matches(struct slice session_token, struct slice csrf)
{
    unsigned char token[TOKEN_BYTES];
    char want[CSRF_TEXT];
    if (!sessions_token_bytes(session_token, token) || csrf.n != CSRF_TEXT - 1)
        return false;
    identity_csrf(session_token, want);
    return sodium_memcmp(want, csrf.p, csrf.n) == 0;
}

void identity_logout(struct identity *id, struct slice token)
{
    unsigned char bytes[TOKEN_BYTES], key[SESSION_KEY_BYTES];
    if (!sessions_token_bytes(token, bytes))
        return;
    sessions_key(bytes, key);
    if (sessions_drop(id->sessions, key))
        jobs_drop(id, key);
}

bool identity_ticket(struct identity *id, struct slice session_token, char ret[TICKET_TEXT])
{
    struct live_session *live = sessions_find(id->sessions, session_token, id->now());
    if (!live)
        return false;
    note_seen(id, live);
    tickets_add(id->sessions, live, id->now(), ret);
    return true;
}

bool identity_ticket_take(struct identity *id, struct slice ticket, struct who *ret)
{
    struct live_session *live = tickets_take(id->sessions, ticket, id->now());
    if (!live)
        return false;
    fill(ret, live);
    return true;
}

bool identity_still(struct identity *id, const struct who *who, bool acts)
{
    struct live_session *live = sessions_look(id->sessions, who->session, id->now());
    if (!live || strcmp(live->session.name, who->name) != 0 || strcmp(live->role, who->role) != 0)
        return false;
    if (acts) {
        sessions_see(live, id->now());
        note_seen(id, live);
    }
    return true;
}
