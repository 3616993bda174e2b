// SPDX-License-Identifier: Apache-2.0
// Checks one interview's log, event by event: both numberings without a gap, both chains as
// storage/chain.h computes them. Pure; used when a record is opened and by `fangtan verify`.
#ifndef STORAGE_VERIFY_H
#define STORAGE_VERIFY_H

#include "storage/chain.h"

enum verify_fault {
    VERIFY_OK,
    VERIFY_SEQ,      // seq does not follow the event before
    VERIFY_PUB,      // pub does not follow the public event before
    VERIFY_HASH,     // the chain over seq does not fit: at, actor, type, body or hash was changed
    VERIFY_PUB_HASH, // the same over pub
};

struct verifier {
    struct position staff;           // after the last event fed
    struct position open;            // the same, of public events
    char commit[COMMIT_HEX + 1];     // of the last event fed
    char pub_commit[COMMIT_HEX + 1]; // the same; "" when it was not public
    enum verify_fault fault;         // the first one, and it stays
    uint64_t seq;                    // where it is: the seq that was due
};

void verifier_init(struct verifier *v); // before event 1
// Feeds the next event. After the first fault it changes nothing and gives that fault again.
enum verify_fault verifier_feed(struct verifier *v, const struct event *event);
// What is wrong, as the end of a sentence: "its number does not follow …".
const char *verify_words(enum verify_fault fault);

#endif
