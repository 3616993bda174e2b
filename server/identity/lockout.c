// SPDX-License-Identifier: Apache-2.0
// One table of hashed keys. Entries are in a list from the most to the least recently used; one
// with an attempt under way is never forgotten.
#include "server/identity/lockout.h"

#include <sodium.h>
#include <stdlib.h>

#include "server/base/must.h"

enum { KEY_BYTES = 16, BUCKETS = 4096 };

struct entry {
    unsigned char key[KEY_BYTES];
    uint32_t failures;   // in the window that began at since_ms
    uint32_t under_way;  // attempts begun and not ended
    int64_t since_ms;    // of the first failure counted
    int64_t until_ms;    // locked; 0 = not
    struct entry *next;  /* lockout.buckets */
    struct entry *newer; /* lockout.newest … oldest */
    struct entry *older;
};

struct lockout {
    unsigned char secret[crypto_generichash_KEYBYTES]; // so that nobody can aim at a bucket
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    size_t count;
};

struct lockout *lockout_create(void)
{
    struct lockout *l = must_alloc(sizeof *l);
    randombytes_buf(l->secret, sizeof l->secret);
    return l;
}

void lockout_destroy(struct lockout **l)
{
    if (!*l)
        return;
    for (struct entry *e = (*l)->newest, *older; e; e = older) {
        older = e->older;
        free(e);
    }
    free(*l);
    *l = NULL;
}

static void make_key(const struct lockout *l, enum lockout_kind kind, struct slice who,
                     unsigned char ret[KEY_BYTES])
{
    crypto_generichash_state state;
    unsigned char tag = (unsigned char)kind;
    crypto_generichash_init(&state, l->secret, sizeof l->secret, KEY_BYTES);
    crypto_generichash_update(&state, &tag, 1);
    crypto_generichash_update(&state, (const unsigned char *)who.p, who.n);
    crypto_generichash_final(&state, ret, KEY_BYTES);
}

static struct entry **bucket_of(struct lockout *l, const unsigned char key[KEY_BYTES])
{
    return &l->buckets[(key[0] | key[1] << 8) % BUCKETS];
}

static void unlink_use(struct lockout *l, struct entry *e)
{
    *(e->newer ? &e->newer->older : &l->newest) = e->older;
    *(e->older ? &e->older->newer : &l->oldest) = e->newer;
}

static void link_newest(struct lockout *l, struct entry *e)
{
    e->newer = NULL;
    e->older = l->newest;
    *(l->newest ? &l->newest->newer : &l->oldest) = e;
    l->newest = e;
}

static void forget(struct lockout *l, struct entry *e)
{
    struct entry **at = bucket_of(l, e->key);
    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    unlink_use(l, e);
    l->count--;
    free(e);
}

static void forget_oldest(struct lockout *l)
{
    struct entry *e = l->oldest;
    while (e && e->under_way)
        e = e->newer;
    if (e)
        forget(l, e);
}

static struct entry *find(struct lockout *l, enum lockout_kind kind, struct slice who)
{
    unsigned char key[KEY_BYTES];
    make_key(l, kind, who, key);
    struct entry **bucket = bucket_of(l, key);
    struct entry *e = *bucket;
    while (e && memcmp(e->key, key, KEY_BYTES) != 0)
        e = e->next;
    if (e) {
        unlink_use(l, e);
    } else {
        if (l->count >= LOCKOUT_ENTRIES)
            forget_oldest(l);
        e = must_alloc(sizeof *e);
        memcpy(e->key, key, KEY_BYTES);
        e->next = *bucket;
        *bucket = e;
        l->count++;
    }
    link_newest(l, e);
    return e;
}

static uint32_t limit_of(enum lockout_kind kind)
{
    return kind == LOCKOUT_NAME ? LOCKOUT_NAME_FAILURES : LOCKOUT_ADDRESS_FAILURES;
}

static void expire(struct entry *e, int64_t now_ms)
{
    bool lock_over = e->until_ms && now_ms >= e->until_ms;
    bool window_over = !e->until_ms && now_ms - e->since_ms >= LOCKOUT_WINDOW_MS;
    if (lock_over || window_over) {
        e->failures = 0;
        e->until_ms = 0;
    }
}

enum lockout_answer lockout_begin(struct lockout *l, enum lockout_kind kind, struct slice who,
                                  int64_t now_ms, int64_t *ret_retry_ms)
{
    struct entry *e = find(l, kind, who);
    expire(e, now_ms);
    if (e->until_ms) {
        int64_t left_ms = e->until_ms - now_ms; // more than a lock: the clock was put back
        *ret_retry_ms = left_ms < LOCKOUT_MS ? left_ms : LOCKOUT_MS;
        return LOCKOUT_LOCKED;
    }
    if (e->failures + e->under_way >= limit_of(kind))
        return LOCKOUT_FULL;
    e->under_way++;
    return LOCKOUT_OPEN;
}

void lockout_end(struct lockout *l, enum lockout_kind kind, struct slice who, int64_t now_ms,
                 enum lockout_end how)
{
    struct entry *e = find(l, kind, who);
    must(e->under_way > 0);
    e->under_way--;
    if (how == LOCKOUT_FAILED) {
        expire(e, now_ms);
        if (e->failures++ == 0)
            e->since_ms = now_ms;
        if (e->failures >= limit_of(kind))
            e->until_ms = now_ms + LOCKOUT_MS;
    } else if (how == LOCKOUT_SUCCEEDED && kind == LOCKOUT_NAME) {
        e->failures = 0;
    }
    if (!e->failures && !e->under_way)
        forget(l, e);
}
