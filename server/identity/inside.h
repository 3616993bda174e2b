// SPDX-License-Identifier: Apache-2.0
// The parts of struct identity, for identity.c, login.c, admit.c and jobs.c. Everything here
// belongs to the loop thread, except what a work request under way has in its hands.
#ifndef SERVER_IDENTITY_INSIDE_H
#define SERVER_IDENTITY_INSIDE_H

#include "server/identity/lockout.h"
#include "server/identity/sessions.h"

enum {
    LOGIN_RUNNING = 2,  // 64 MiB each
    LOGIN_WAITING = 32, // more are told to come again
    LOGIN_RETRY_MS = 1000,
    PASSWORD_BYTES = PASSWORD_MAX * 4,
    ADDRESS_BYTES = 64,
    REFRESH_MS = 4000, // with the reading, a disabled account is signed in for 5 s at most
};

struct login {
    uv_work_t work;
    struct identity *id;
    char name[ACCOUNT_NAME_MAX];
    size_t name_len;
    char password[PASSWORD_BYTES];
    size_t password_len;
    char address[ADDRESS_BYTES];
    size_t address_len;
    bool is_hopeless; // no account can have this name or password
    identity_login_done *done;
    void *ctx;
    // found by the worker
    struct account account;
    struct session session;
    struct login_answer answer;
    struct login *next; /* identity.waiting or identity.answered */
};

struct login_list {
    struct login *first, **last;
    size_t count;
};

enum job_kind { JOB_SAVE, JOB_DROP, JOB_REFRESH };

struct job;
struct stored; // what a refresh has read

struct job_list {
    struct job *first, **last;
};

struct identity {
    uv_loop_t *loop;
    struct accounts *accounts;
    int64_t (*now)(void);
    struct sessions *sessions;
    struct lockout *lockout;
    struct login_list waiting, answered;
    size_t running;
    size_t admitting;     // see admit.c
    uv_timer_t soon;      // gives the answers that were ready at once
    uv_timer_t refresh;   // brings the sessions in line with the store
    struct job_list jobs; // one at a time, in order: a save never overtakes a drop
    bool is_refreshing;
    bool is_stopping;
    int open_handles;
    void (*stopped)(void *ctx);
    void *stopped_ctx;
};

// login.c
void login_answer_all(struct identity *id); // those whose answer is ready
void login_refuse_waiting(struct identity *id);

// jobs.c
int jobs_load(struct identity *id); // fills id->sessions, on this thread
void jobs_refresh(struct identity *id);
void jobs_save(struct identity *id, const struct session *session);
void jobs_drop(void *id, const unsigned char key[SESSION_KEY_BYTES]); // a sessions_dropped

// identity.c
void identity_settle(struct identity *id); // ends stopping when nothing is under way

#endif
