// SPDX-License-Identifier: Apache-2.0
// The running hash, on libcrypto. Digests are fetched once and kept: a fetch by name for each
// event would cost more than the hashing. A digest that cannot be had is fatal: without it nothing
// may be recorded.
#include "storage/chain.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic(EVP_MD *) sha1;
static _Atomic(EVP_MD *) sha256;

static void must(bool holds)
{
    if (!holds) {
        fputs("storage/chain.c: a digest of libcrypto failed\n", stderr);
        abort();
    }
}

static const EVP_MD *fetched(_Atomic(EVP_MD *) *kept, const char *name)
{
    EVP_MD *md = atomic_load_explicit(kept, memory_order_acquire);
    if (md)
        return md;
    md = EVP_MD_fetch(NULL, name, NULL);
    must(md);
    EVP_MD *first = NULL;
    if (atomic_compare_exchange_strong(kept, &first, md))
        return md;
    EVP_MD_free(md); // another thread was faster
    return first;
}

static void hex(const unsigned char *bytes, size_t n, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * n] = '\0';
}

static void add(EVP_MD_CTX *ctx, struct slice s, bool ends)
{
    if (s.n)
        must(EVP_DigestUpdate(ctx, s.p, s.n) == 1);
    if (!ends)
        must(EVP_DigestUpdate(ctx, "", 1) == 1);
}

void chain_commit(int64_t at_ms, struct slice actor, struct slice type, struct slice body,
                  char ret_commit[COMMIT_HEX + 1])
{
    char at[24];
    snprintf(at, sizeof at, "%" PRId64, at_ms);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    must(ctx && EVP_DigestInit_ex2(ctx, fetched(&sha256, "SHA256"), NULL) == 1);
    add(ctx, slice_of(at), false);
    add(ctx, actor, false);
    add(ctx, type, false);
    add(ctx, body, true);
    unsigned char digest[COMMIT_HEX / 2];
    must(EVP_DigestFinal_ex(ctx, digest, NULL) == 1);
    EVP_MD_CTX_free(ctx);
    hex(digest, sizeof digest, ret_commit);
}

void chain_step(struct position *pos, const char commit[COMMIT_HEX + 1])
{
    char text[CHAIN_HEX + 24 + COMMIT_HEX + 1];
    pos->n++;
    int n = snprintf(text, sizeof text, "%s%" PRIu64 "%.*s", pos->hash, pos->n, COMMIT_HEX, commit);
    unsigned char digest[CHAIN_HEX / 2];
    must(EVP_Digest(text, (size_t)n, digest, NULL, fetched(&sha1, "SHA1"), NULL) == 1);
    hex(digest, sizeof digest, pos->hash);
}
