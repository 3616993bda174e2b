// SPDX-License-Identifier: Apache-2.0
// Staff: passwords, sign-in sessions, tickets. Argon2id and the disk are on worker threads,
// at most two at a time (each hash takes 64 MiB); the loop never waits.
#ifndef SERVER_IDENTITY_IDENTITY_H
#define SERVER_IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "storage/accounts.h"

enum {
    SESSION_TOKEN_TEXT = 65,
    TICKET_TEXT = 65,
    CSRF_TEXT = 65,
    PASSWORD_MIN = 8,
    PASSWORD_MAX = 128
};

struct identity;

// Loads sessions; a is borrowed. now: milliseconds since the epoch.
int identity_start(uv_loop_t *loop, struct accounts *a, int64_t (*now)(void), struct identity **ret,
                   char error[256]);
void identity_stop(struct identity **id, void (*stopped)(void *ctx), void *ctx);

enum login_result {
    LOGIN_OK,
    LOGIN_WRONG,  // name or password, or the account is disabled; never says which
    LOGIN_LOCKED, // too many failures; retry_ms
    LOGIN_BUSY,   // too many log-ins at once; retry_ms
    LOGIN_FAILED, // the store failed
};

struct login_answer {
    enum login_result result;
    char token[SESSION_TOKEN_TEXT]; // for the cookie
    char csrf[CSRF_TEXT];
    int64_t retry_ms;
};

typedef void identity_login_done(void *ctx, const struct login_answer *answer);
// name and password are copied. done comes once, later, on the loop. An unknown name costs the
// same time as a known one. Lock-out: 5 failures in 15 minutes lock an account for 15 minutes;
// address has a counter of its own.
void identity_login(struct identity *id, struct slice name, struct slice password,
                    struct slice address, identity_login_done *done, void *ctx);

struct who {
    char name[ACCOUNT_NAME_MAX + 1];
    char role[16];
    unsigned char session[SESSION_KEY_BYTES];    // names it, opens nothing
    char invitation[SESSION_INVITATION_MAX + 1]; // by which he came in; "" = by his password
};

// Signs somebody in by an invitation, which the record has just taken as used. Whatever else an
// account of this name may do, the role of such a session is "staff", and the account need not be
// there; a disabled one is LOGIN_WRONG. It ends at until_ms and not for being idle: he could not
// come back. An older session by the same invitation ends. All is copied; done comes once, later.
struct admission {
    const char *name, *invitation;
    int64_t until_ms;
};
void identity_admit(struct identity *id, const struct admission *admission,
                    identity_login_done *done, void *ctx);

// Counts a wrong invitation token against its address, as a wrong password is. false: this address
// has to wait *ret_retry_ms, whatever it brings.
bool identity_try(struct identity *id, struct slice address, bool is_right, int64_t *ret_retry_ms);

// Who has this session? Idle 12 hours and 7 days in all end it, if no invitation says until when.
// No disk.
bool identity_session(struct identity *id, struct slice token, struct who *ret);
void identity_csrf(struct slice session_token, char ret[CSRF_TEXT]);       // derived from the token
bool identity_csrf_matches(struct slice session_token, struct slice csrf); // constant time
void identity_logout(struct identity *id, struct slice token);

// A single-use ticket of 30 s for the WebSocket.
bool identity_ticket(struct identity *id, struct slice session_token, char ret[TICKET_TEXT]);
bool identity_ticket_take(struct identity *id, struct slice ticket, struct who *ret);

// For connections that live on: is he still signed in by this session, with this role? What the
// command line ends is noticed within 5 s, a log-out at once. acts: he does something just now, so
// the session is not idle. No disk.
bool identity_still(struct identity *id, const struct who *who, bool acts);

// For the command line and the demo: blocks while hashing.
// Returns 0, -EINVAL (name or password not acceptable; sentence in error), -EEXIST, or the store's.
int identity_user_add(struct accounts *a, const char *name, const char *role, const char *password,
                      int64_t now_ms, char error[256]);
int identity_user_passwd(struct accounts *a, const char *name, const char *password,
                         char error[256]);

#endif
