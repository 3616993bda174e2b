// SPDX-License-Identifier: Apache-2.0
// The verifier.
#include "storage/verify.h"

#include <stdio.h>
#include <stdlib.h>

#include "storage/replaced.h"

struct verify_replaced {
    uint64_t seq;
    char commit[COMMIT_HEX + 1]; // of what it is now
    bool is_named;               // by the last event that names it, as what it is now
};

void verifier_init(struct verifier *v)
{
    *v = (struct verifier){.fault = VERIFY_OK};
}

// In the order of seq.
static void add_replaced(struct verifier *v, uint64_t seq, const char commit[COMMIT_HEX + 1])
{
    if (v->replaced_count == v->replaced_cap) {
        v->replaced_cap = v->replaced_cap ? 2 * v->replaced_cap : 16;
        v->replaced = realloc(v->replaced, v->replaced_cap * sizeof *v->replaced);
        if (!v->replaced) {
            fputs("storage/verify.c: out of memory\n", stderr);
            abort();
        }
    }
    struct verify_replaced *r = &v->replaced[v->replaced_count++];
    *r = (struct verify_replaced){.seq = seq};
    memcpy(r->commit, commit, sizeof r->commit);
}

static struct verify_replaced *find_replaced(const struct verifier *v, uint64_t seq)
{
    size_t low = 0, high = v->replaced_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->replaced[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->replaced_count && v->replaced[low].seq == seq ? &v->replaced[low] : NULL;
}

// What an EVENT_REPLACED names must be replaced: what is as it was has come back.
static enum verify_fault name_replaced(struct verifier *v, struct slice body)
{
    char commit[COMMIT_HEX + 1];
    uint64_t seq;
    size_t at = 0;
    bool is_bad = false;
    while (replaced_next(body, &at, &seq, commit, &is_bad)) {
        struct verify_replaced *r = find_replaced(v, seq);
        if (!r) {
            v->seq = seq;
            return VERIFY_REPLACED;
        }
        r->is_named = strcmp(r->commit, commit) == 0;
    }
    return is_bad ? VERIFY_REPLACED : VERIFY_OK;
}

static enum verify_fault fault_of(struct verifier *v, const struct event *event)
{
    if (event->seq != v->staff.n + 1)
        return VERIFY_SEQ;
    if (event->pub != 0 && event->pub != v->open.n + 1)
        return VERIFY_PUB;
    bool is_replaced = event->commit != NULL;
    char now[COMMIT_HEX + 1];
    chain_commit(event->at_ms, event->actor, event->type, event->body, now);
    memcpy(v->commit, now, sizeof now);
    if (is_replaced)
        snprintf(v->commit, sizeof v->commit, "%s", event->commit);
    struct position staff = v->staff;
    chain_step(&staff, v->commit);
    if (strcmp(staff.hash, event->hash) != 0)
        return VERIFY_HASH;
    struct position open = v->open;
    v->pub_commit[0] = '\0';
    if (event->pub != 0) {
        chain_commit(event->at_ms, slice_of(""), event->type, event->body, v->pub_commit);
        if (is_replaced)
            snprintf(v->pub_commit, sizeof v->pub_commit, "%s", event->pub_commit);
        chain_step(&open, v->pub_commit);
    }
    if (strcmp(event->pub ? open.hash : "", event->pub_hash) != 0)
        return VERIFY_PUB_HASH;
    if (slice_is(event->type, EVENT_REPLACED)) {
        enum verify_fault fault = is_replaced ? VERIFY_REPLACED : name_replaced(v, event->body);
        if (fault != VERIFY_OK)
            return fault;
    } else if (is_replaced) {
        add_replaced(v, event->seq, now);
    }
    v->staff = staff;
    v->open = open;
    return VERIFY_OK;
}

enum verify_fault verifier_feed(struct verifier *v, const struct event *event)
{
    if (v->fault != VERIFY_OK)
        return v->fault;
    v->seq = v->staff.n + 1;
    v->fault = fault_of(v, event);
    return v->fault;
}

enum verify_fault verifier_end(struct verifier *v)
{
    for (size_t i = 0; i < v->replaced_count && v->fault == VERIFY_OK; i++)
        if (!v->replaced[i].is_named) {
            v->fault = VERIFY_REPLACED;
            v->seq = v->replaced[i].seq;
        }
    free(v->replaced);
    v->replaced = NULL;
    v->replaced_count = v->replaced_cap = 0;
    return v->fault;
}

const char *verify_words(enum verify_fault fault)
{
    switch (fault) {
    case VERIFY_OK:
        return "nothing is wrong";
    case VERIFY_SEQ:
        return "an event is missing or stands twice";
    case VERIFY_PUB:
        return "the public numbering has a gap";
    case VERIFY_HASH:
        return "its content does not fit its hash";
    case VERIFY_PUB_HASH:
        return "its content does not fit its public hash";
    case VERIFY_REPLACED:
        return "it is not what the record says that it was replaced by";
    }
    return "unknown fault";
}
