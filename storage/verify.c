// SPDX-License-Identifier: Apache-2.0
// The verifier.
#include "storage/verify.h"

void verifier_init(struct verifier *v)
{
    *v = (struct verifier){.fault = VERIFY_OK};
}

static enum verify_fault fault_of(struct verifier *v, const struct event *event)
{
    if (event->seq != v->staff.n + 1)
        return VERIFY_SEQ;
    if (event->pub != 0 && event->pub != v->open.n + 1)
        return VERIFY_PUB;
    chain_commit(event->at_ms, event->actor, event->type, event->body, v->commit);
    struct position staff = v->staff;
    chain_step(&staff, v->commit);
    if (strcmp(staff.hash, event->hash) != 0)
        return VERIFY_HASH;
    struct position open = v->open;
    v->pub_commit[0] = '\0';
    if (event->pub != 0) {
        chain_commit(event->at_ms, slice_of(""), event->type, event->body, v->pub_commit);
        chain_step(&open, v->pub_commit);
    }
    if (strcmp(event->pub ? open.hash : "", event->pub_hash) != 0)
        return VERIFY_PUB_HASH;
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
    }
    return "unknown fault";
}
