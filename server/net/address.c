// SPDX-License-Identifier: Apache-2.0
// Addresses and their counts: a hash table of the addresses that have something open, or whose
// bucket is not full again. Who has neither is forgotten when somebody else comes to the same
// place of the table, so it holds no more than came within the time that a bucket takes to fill.
#include "server/net/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "server/base/must.h"

enum { BUCKETS = 4096 };

struct address_count {
    struct address_count *next; // in its bucket
    struct address key;
    unsigned open;
    struct mod_bucket arrivals;
};

struct address_tally {
    uint64_t seed; // strangers choose addresses; they must not choose buckets
    struct address_count *buckets[BUCKETS];
};

static void set_ipv6(const uint8_t bytes[16], struct address *ret)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        ret->family = AF_INET;
        memcpy(ret->bytes, bytes + 12, 4);
    } else {
        ret->family = AF_INET6;
        memcpy(ret->bytes, bytes, 16);
    }
}

void address_of(const struct sockaddr_storage *from, struct address *ret)
{
    *ret = (struct address){0};
    if (from->ss_family == AF_INET) {
        ret->family = AF_INET;
        memcpy(ret->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
    } else if (from->ss_family == AF_INET6) {
        set_ipv6(((const struct sockaddr_in6 *)from)->sin6_addr.s6_addr, ret);
    }
}

bool address_parse(const char *text, struct address *ret)
{
    uint8_t bytes[16];
    struct address a = {0};
    if (inet_pton(AF_INET, text, bytes) == 1) {
        a.family = AF_INET;
        memcpy(a.bytes, bytes, 4);
    } else if (inet_pton(AF_INET6, text, bytes) == 1) {
        set_ipv6(bytes, &a);
    } else {
        return false;
    }
    *ret = a;
    return true;
}

void address_write(const struct address *a, char ret[ADDRESS_TEXT])
{
    if (a->family == 0 || !inet_ntop(a->family, a->bytes, ret, ADDRESS_TEXT))
        ret[0] = '\0';
}

bool address_eq(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct address_tally *address_tally_create(void)
{
    struct address_tally *tally = must_alloc(sizeof *tally);
    must(getrandom(&tally->seed, sizeof tally->seed, 0) == sizeof tally->seed);
    return tally;
}

static void forget(struct address_count **bucket, int64_t now_ms)
{
    for (struct address_count **link = bucket, *count; (count = *link);) {
        if (count->open > 0 || count->arrivals.empty_at_ms > now_ms) {
            link = &count->next;
        } else {
            *link = count->next;
            free(count);
        }
    }
}

void address_tally_destroy(struct address_tally **tally)
{
    if (!*tally)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        forget(&(*tally)->buckets[i], INT64_MAX);
    for (size_t i = 0; i < BUCKETS; i++)
        must(!(*tally)->buckets[i]);
    free(*tally);
    *tally = NULL;
}

struct address address_key(const struct address *a)
{
    struct address key = *a;
    if (key.family == AF_INET6)
        memset(key.bytes + 8, 0, 8);
    return key;
}

static size_t bucket_of(const struct address_tally *tally, const struct address *key)
{
    uint64_t low, high;
    memcpy(&low, key->bytes, 8);
    memcpy(&high, key->bytes + 8, 8);
    uint64_t h = (low ^ tally->seed) * 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    h = (h ^ high ^ key->family ^ (tally->seed >> 7)) * 0xBF58476D1CE4E5B9u;
    return (size_t)(h >> 40) % BUCKETS;
}

struct address_count *address_take(struct address_tally *tally, const struct address *a,
                                   const struct address_limit *limit, int64_t now_ms)
{
    struct address key = address_key(a);
    struct address_count **bucket = &tally->buckets[bucket_of(tally, &key)];
    forget(bucket, now_ms);
    struct address_count *count = *bucket;
    int64_t retry_ms;
    while (count && !address_eq(&count->key, &key))
        count = count->next;
    if (!count) {
        count = must_alloc(sizeof *count);
        count->key = key;
        count->next = *bucket;
        *bucket = count;
    }
    if (count->open >= limit->open ||
        !mod_rate_take(&limit->rate, &count->arrivals, now_ms, &retry_ms))
        return NULL;
    count->open++;
    return count;
}

void address_release(struct address_count *count)
{
    if (count)
        count->open--;
}
