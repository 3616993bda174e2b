// SPDX-License-Identifier: Apache-2.0
// The running hash of a log.
//
//   commit_n = SHA-256( at ‖ 0 ‖ actor ‖ 0 ‖ type ‖ 0 ‖ body )      lower-case hex; at = decimal ms
//   h_n      = SHA-1( h_{n-1} ‖ n ‖ commit_n )                     lower-case hex; n = decimal; h_0
//   = ""
//
// The public chain is the same over public events, numbered by pub, with actor left empty (an
// actor is never public). The chain runs over commitments, so a body can be erased by law while
// its commitment stays. SHA-1 is what Redis can compute inside a script; content is bound by the
// SHA-256 commitment.
#ifndef STORAGE_CHAIN_H
#define STORAGE_CHAIN_H

#include "storage/event.h"

enum { COMMIT_HEX = 64 };

// Writes the commitment and a NUL into ret_commit.
void chain_commit(int64_t at_ms, struct slice actor, struct slice type, struct slice body,
                  char ret_commit[COMMIT_HEX + 1]);

// Advances pos by one event with this commitment.
void chain_step(struct position *pos, const char commit[COMMIT_HEX + 1]);

#endif
