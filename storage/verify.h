// SPDX-License-Identifier: Apache-2.0
// Checks one interview's log, event by event: both numberings without a gap, both chains as
// storage/chain.h computes them, and every event what it was recorded as, or what a later one of
// the log says that it was replaced by. Pure; used when a record is opened and by `fangtan verify`.
#ifndef STORAGE_VERIFY_H
#define STORAGE_VERIFY_H

#include "storage/chain.h"

enum verify_fault {
    VERIFY_OK,
    VERIFY_SEQ,      // seq does not follow the event before
    VERIFY_PUB,      // pub does not follow the public event before
    VERIFY_HASH,     // the chain over seq does not fit: at, actor, type, body or hash was changed
    VERIFY_PUB_HASH, // the same over pub
    VERIFY_REPLACED, // it is not what it was, and the log does not say that it was replaced by that
};

struct verify_replaced; // an event that is not what it was

struct verifier {
    struct position staff;           // after the last event fed
    struct position open;            // the same, of public events
    char commit[COMMIT_HEX + 1];     // of the last event fed
    char pub_commit[COMMIT_HEX + 1]; // the same; "" when it was not public
    enum verify_fault fault;         // the first one, and it stays
    uint64_t seq;                    // where it is: the seq that was due, or the replaced one
    struct verify_replaced *replaced;
    size_t replaced_count, replaced_cap;
};

void verifier_init(struct verifier *v); // before event 1; verifier_end is due
// Feeds the next event. After the first fault it changes nothing and gives that fault again.
enum verify_fault verifier_feed(struct verifier *v, const struct event *event);
// After the last event: was everything that is not what it was replaced by an event of the log?
// Gives the first fault of all; what v has found stays readable.
enum verify_fault verifier_end(struct verifier *v);
// What is wrong, as the end of a sentence: "its number does not follow …".
const char *verify_words(enum verify_fault fault);

#endif
