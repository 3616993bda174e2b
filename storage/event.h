// SPDX-License-Identifier: Apache-2.0
// A recorded fact, and a position in the log of one interview.
// The list of types with their bodies is in server/interview/README.md.
#ifndef STORAGE_EVENT_H
#define STORAGE_EVENT_H

#include <stdint.h>

#include "storage/slice.h"

enum {
    CHAIN_HEX = 40,    // hex digits of a chain hash
    POSITION_HEX = 16, // the leading digits of it that clients are given
};

// "Everything up to event n, whose chain hash is hash": notices a record that was rolled back.
struct position {
    uint64_t n;               // 0 = nothing yet
    char hash[CHAIN_HEX + 1]; // NUL-terminated; "" at n = 0
};

// One event as recorded. All slices are borrowed for the duration of the call that shows it.
struct event {
    uint64_t seq;         // staff numbering, gapless from 1
    uint64_t pub;         // public numbering, gapless from 1; 0 = not public
    int64_t at_ms;        // since the Unix epoch; for display, nothing orders by it
    struct slice actor;   // who: "u:NAME" staff, "c:HASH" citizen, "system"; never public
    struct slice type;    // "question.received"
    struct slice body;    // one JSON object; of a public event, public bytes only
    const char *hash;     // chain over seq, CHAIN_HEX digits
    const char *pub_hash; // chain over pub, or "" when not public
    // Of an event whose actor and body were replaced later: the commitments that it was recorded
    // with, COMMIT_HEX digits, the second one "" when it is not public. Else NULL.
    const char *commit, *pub_commit;
};

// The type of the storage's own event: which earlier events were replaced, and by what
// (storage/replaced.h). Callers record none.
#define EVENT_REPLACED "record.replaced"

#endif
