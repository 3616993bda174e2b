// SPDX-License-Identifier: Apache-2.0
// fangtan verify [INTERVIEW]: numbers, hash chains, that every event can be read, and that what was
// archived stands in the chain. Tells the first fault of each interview.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/base/buf.h"
#include "server/base/json.h"
#include "server/cmd/cmd.h"
#include "server/cmd/offline.h"
#include "server/interview/fold.h"
#include "storage/verify.h"

struct verifying {
    struct verifier verifier;
    struct buf hashes, pub_hashes; // after each event, CHAIN_HEX digits each: for seals
    struct interview *all, *open;
    bool faulty;     // the interview being read
    bool any_faulty; // one of all
};

static void tell(struct verifying *v, uint64_t seq, const char *what)
{
    v->faulty = v->any_faulty = true;
    printf("interview %s: event %" PRIu64 ": %s\n", v->all->id, seq, what);
}

static void finish(struct verifying *v)
{
    if (v->all && verifier_end(&v->verifier) != VERIFY_OK && !v->faulty)
        tell(v, v->verifier.seq, verify_words(v->verifier.fault));
    interview_destroy(&v->all);
    interview_destroy(&v->open);
    buf_finish(&v->hashes);
    buf_finish(&v->pub_hashes);
}

static bool was_at(const struct buf *hashes, const struct json *body, const char *n_key,
                   const char *hash_key)
{
    uint64_t n = (uint64_t)json_get_int(body, n_key);
    struct slice hash = json_get_string(body, hash_key);
    return n > 0 && n <= hashes->n / CHAIN_HEX && hash.n == CHAIN_HEX &&
           memcmp(hash.p, hashes->p + (n - 1) * CHAIN_HEX, CHAIN_HEX) == 0;
}

// What was archived is what stands there still.
static bool seal_holds(const struct verifying *v, const struct event *event)
{
    if (!slice_is(event->type, "record.sealed"))
        return true;
    struct json *body = json_parse(event->body);
    bool holds =
        was_at(&v->hashes, body, "seq", "hash") && was_at(&v->pub_hashes, body, "pub", "pub_hash");
    json_free(body);
    return holds;
}

static void on_interview(void *ctx, struct slice interview)
{
    struct verifying *v = ctx;
    finish(v);
    v->faulty = false;
    verifier_init(&v->verifier);
    v->all = interview_create(interview, false);
    v->open = interview_create(interview, true);
}

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    struct verifying *v = ctx;
    (void)interview;
    if (v->faulty)
        return;
    enum verify_fault fault = verifier_feed(&v->verifier, event);
    bool readable = fault == VERIFY_OK && fold(v->all, event) == 0 &&
                    (!event->pub || fold(v->open, event) == 0);
    bool sealed = seal_holds(v, event);
    buf_add(&v->hashes, (struct slice){event->hash, CHAIN_HEX});
    if (event->pub)
        buf_add(&v->pub_hashes, (struct slice){event->pub_hash, CHAIN_HEX});
    if (readable && sealed)
        return;
    if (fault != VERIFY_OK)
        tell(v, v->verifier.seq, verify_words(fault));
    else if (!readable)
        tell(v, event->seq, "it cannot be read");
    else
        tell(v, event->seq, "what was archived is not what stands before it");
}

int cmd_verify(struct config *config, int argc, char **argv)
{
    const char *interview;
    int r = cmd_interview(config, argc, argv, &interview);
    if (r)
        return r;
    struct verifying v = {0};
    size_t count = 0;
    r = offline_read(config, &(struct offline){interview, &v, on_interview, on_event}, &count);
    finish(&v);
    if (!r && interview && count == 0)
        r = cmd_fault(interview, "there is no interview of this id", 1);
    if (!r && !v.any_faulty)
        puts("ok");
    return r ? r : v.any_faulty;
}
