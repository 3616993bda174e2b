// SPDX-License-Identifier: Apache-2.0
// Who is signed in, in memory: sessions by the hash of their token, and tickets. Time is a
// parameter. The tokens themselves are never kept.
#ifndef SERVER_IDENTITY_SESSIONS_H
#define SERVER_IDENTITY_SESSIONS_H

#include "server/identity/identity.h"

enum {
    TOKEN_BYTES = 32,
    SESSION_IDLE_MS = 12 * 60 * 60 * 1000,
    SESSION_LIFE_MS = 7 * 24 * 60 * 60 * 1000,
    SESSION_SAVE_MS = 10 * 60 * 1000, // so old may the stored "seen" be
    SESSIONS_PER_ACCOUNT = 16,        // the least recently seen one ends
    TICKET_MS = 30 * 1000,
    TICKETS = 1024, // the oldest one ends
};

// A new token, lower-case hex of 32 random bytes, and the key it is known by.
void sessions_token(char ret[SESSION_TOKEN_TEXT], unsigned char ret_key[SESSION_KEY_BYTES]);
// Back from its text. false: it is no such text.
bool sessions_token_bytes(struct slice token, unsigned char ret[TOKEN_BYTES]);
void sessions_key(const unsigned char token[TOKEN_BYTES], unsigned char ret[SESSION_KEY_BYTES]);

struct live_session {
    struct session session;
    char role[16];
    int64_t saved_ms;          // the seen_ms that the store has
    uint64_t born;             // rises with each session; see sessions_sweep
    bool is_marked;            // seen in the store by the sweep under way
    struct live_session *next; /* sessions.buckets */
};

struct sessions;
typedef void sessions_dropped(void *ctx, const unsigned char key[SESSION_KEY_BYTES]);

struct sessions *sessions_create(void);
void sessions_destroy(struct sessions **s); // takes NULL

// Adds one; dropped is called when an older one of the account has to go for it.
void sessions_add(struct sessions *s, const struct session *session, const char *role,
                  sessions_dropped *dropped, void *ctx);

// Ends those that came in by this invitation.
void sessions_end_invitation(struct sessions *s, const char *invitation, sessions_dropped *dropped,
                             void *ctx);

// NULL: there is none or it is over. Marks it as seen now.
struct live_session *sessions_find(struct sessions *s, struct slice token, int64_t now_ms);
// The same by its key, without marking it; and marking it.
struct live_session *sessions_look(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES],
                                   int64_t now_ms);
void sessions_see(struct live_session *live, int64_t now_ms);
bool sessions_is_over(const struct session *session, int64_t now_ms);
bool sessions_drop(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES]);

// Bringing memory in line with the store. A sweep starts with sessions_born at the moment the
// store is read; sessions_keep for every stored session whose account may sign in; then
// sessions_sweep ends those that are older than that moment and were not kept, or are over.
uint64_t sessions_born(const struct sessions *s);
void sessions_keep(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES],
                   const char *role);
void sessions_sweep(struct sessions *s, uint64_t born, int64_t now_ms, sessions_dropped *dropped,
                    void *ctx);

void tickets_add(struct sessions *s, const struct live_session *of, int64_t now_ms,
                 char ret[TICKET_TEXT]);
// The session of the ticket, which is used up; NULL: there is none, or it or its session is over.
struct live_session *tickets_take(struct sessions *s, struct slice ticket, int64_t now_ms);

#endif
