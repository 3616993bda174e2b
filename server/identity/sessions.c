// SPDX-License-Identifier: Apache-2.0
// Sessions hang in buckets by the first bytes of their key, which is a hash: nobody can aim at a
// bucket, and looking one up tells nothing about others. Tickets are a ring, oldest first.
#include "server/identity/sessions.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/must.h"

enum { BUCKETS = 1024 };

struct ticket {
    unsigned char key[SESSION_KEY_BYTES]; // hash of the ticket
    unsigned char session[SESSION_KEY_BYTES];
    int64_t until_ms; // 0 = used up
};

struct sessions {
    struct live_session *buckets[BUCKETS];
    uint64_t born;
    struct ticket tickets[TICKETS];
    size_t next_ticket;
};

void sessions_token(char ret[SESSION_TOKEN_TEXT], unsigned char ret_key[SESSION_KEY_BYTES])
{
    unsigned char bytes[TOKEN_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(ret, SESSION_TOKEN_TEXT, bytes, sizeof bytes);
    sessions_key(bytes, ret_key);
    sodium_memzero(bytes, sizeof bytes);
}

bool sessions_token_bytes(struct slice token, unsigned char ret[TOKEN_BYTES])
{
    if (token.n != 2 * (size_t)TOKEN_BYTES)
        return false;
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] >= 'A' && token.p[i] <= 'F') // one token, one text
            return false;
    size_t n = 0;
    return sodium_hex2bin(ret, TOKEN_BYTES, token.p, token.n, NULL, &n, NULL) == 0 &&
           n == TOKEN_BYTES;
}

void sessions_key(const unsigned char token[TOKEN_BYTES], unsigned char ret[SESSION_KEY_BYTES])
{
    must(crypto_generichash(ret, SESSION_KEY_BYTES, token, TOKEN_BYTES, NULL, 0) == 0);
}

struct sessions *sessions_create(void)
{
    return must_alloc(sizeof(struct sessions));
}

static void clear(struct live_session **bucket)
{
    while (*bucket) {
        struct live_session *live = *bucket;
        *bucket = live->next;
        free(live);
    }
}

void sessions_destroy(struct sessions **s)
{
    if (!*s)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        clear(&(*s)->buckets[i]);
    free(*s);
    *s = NULL;
}

// Where the pointer to this session is, or would be.
static struct live_session **place(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES])
{
    struct live_session **at = &s->buckets[(key[0] | key[1] << 8) % BUCKETS];
    while (*at && memcmp((*at)->session.key, key, SESSION_KEY_BYTES) != 0)
        at = &(*at)->next;
    return at;
}

static void remove_at(struct live_session **at)
{
    struct live_session *live = *at;
    *at = live->next;
    free(live);
}

static void end_at(struct live_session **at, sessions_dropped *dropped, void *ctx)
{
    unsigned char key[SESSION_KEY_BYTES];
    memcpy(key, (*at)->session.key, sizeof key);
    remove_at(at);
    dropped(ctx, key);
}

bool sessions_drop(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES])
{
    struct live_session **at = place(s, key);
    if (!*at)
        return false;
    remove_at(at);
    return true;
}

static void make_room(struct sessions *s, const char *name, sessions_dropped *dropped, void *ctx)
{
    struct live_session *oldest = NULL;
    size_t count = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct live_session *l = s->buckets[i]; l; l = l->next) {
            if (strcmp(l->session.name, name) != 0)
                continue;
            count++;
            if (!oldest || l->session.seen_ms < oldest->session.seen_ms)
                oldest = l;
        }
    }
    if (count < SESSIONS_PER_ACCOUNT)
        return;
    unsigned char key[SESSION_KEY_BYTES];
    memcpy(key, oldest->session.key, sizeof key);
    sessions_drop(s, key);
    dropped(ctx, key);
}

void sessions_add(struct sessions *s, const struct session *session, const char *role,
                  sessions_dropped *dropped, void *ctx)
{
    make_room(s, session->name, dropped, ctx);
    struct live_session **at = place(s, session->key);
    must(!*at);
    struct live_session *live = must_alloc(sizeof *live);
    live->session = *session;
    live->saved_ms = session->seen_ms;
    live->born = ++s->born;
    snprintf(live->role, sizeof live->role, "%s", role);
    *at = live;
}

void sessions_end_invitation(struct sessions *s, const char *invitation, sessions_dropped *dropped,
                             void *ctx)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct live_session **at = &s->buckets[i];
        while (*at) {
            if (strcmp((*at)->session.invitation, invitation) == 0)
                end_at(at, dropped, ctx);
            else
                at = &(*at)->next;
        }
    }
}

bool sessions_is_over(const struct session *session, int64_t now_ms)
{
    if (*session->invitation)
        return now_ms >= session->until_ms;
    return now_ms - session->seen_ms >= SESSION_IDLE_MS ||
           now_ms - session->created_ms >= SESSION_LIFE_MS;
}

struct live_session *sessions_look(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES],
                                   int64_t now_ms)
{
    struct live_session *live = *place(s, key);
    return live && !sessions_is_over(&live->session, now_ms) ? live : NULL;
}

void sessions_see(struct live_session *live, int64_t now_ms)
{
    if (now_ms > live->session.seen_ms)
        live->session.seen_ms = now_ms;
}

static struct live_session *find(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES],
                                 int64_t now_ms)
{
    struct live_session *live = sessions_look(s, key, now_ms);
    if (live)
        sessions_see(live, now_ms);
    return live;
}

struct live_session *sessions_find(struct sessions *s, struct slice token, int64_t now_ms)
{
    unsigned char bytes[TOKEN_BYTES], key[SESSION_KEY_BYTES];
    if (!sessions_token_bytes(token, bytes))
        return NULL;
    sessions_key(bytes, key);
    return find(s, key, now_ms);
}

uint64_t sessions_born(const struct sessions *s)
{
    return s->born;
}

void sessions_keep(struct sessions *s, const unsigned char key[SESSION_KEY_BYTES], const char *role)
{
    struct live_session *live = *place(s, key);
    if (!live)
        return;
    live->is_marked = true;
    snprintf(live->role, sizeof live->role, "%s", role);
}

void sessions_sweep(struct sessions *s, uint64_t born, int64_t now_ms, sessions_dropped *dropped,
                    void *ctx)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct live_session **at = &s->buckets[i];
        while (*at) {
            struct live_session *live = *at;
            bool is_gone = live->born <= born && !live->is_marked;
            live->is_marked = false;
            if (!is_gone && !sessions_is_over(&live->session, now_ms)) {
                at = &live->next;
                continue;
            }
            end_at(at, dropped, ctx);
        }
    }
}

void tickets_add(struct sessions *s, const struct live_session *of, int64_t now_ms,
                 char ret[TICKET_TEXT])
{
    struct ticket *t = &s->tickets[s->next_ticket++ % TICKETS];
    sessions_token(ret, t->key);
    memcpy(t->session, of->session.key, sizeof t->session);
    t->until_ms = now_ms + TICKET_MS;
}

struct live_session *tickets_take(struct sessions *s, struct slice ticket, int64_t now_ms)
{
    unsigned char bytes[TOKEN_BYTES], key[SESSION_KEY_BYTES];
    if (!sessions_token_bytes(ticket, bytes))
        return NULL;
    sessions_key(bytes, key);
    for (size_t i = 0; i < TICKETS; i++) {
        struct ticket *t = &s->tickets[i];
        if (!t->until_ms || memcmp(t->key, key, sizeof key) != 0)
            continue;
        bool is_over = now_ms >= t->until_ms || now_ms < t->until_ms - TICKET_MS;
        t->until_ms = 0;
        return is_over ? NULL : find(s, t->session, now_ms);
    }
    return NULL;
}
