// SPDX-License-Identifier: Apache-2.0
// The body of EVENT_REPLACED: which earlier events of the log have another actor and body now, and
// the commitment of each as it is now:
//
//   {"events":[{"seq":5,"commitment":"64 hex"},…]}
//
// It is what makes a replaced event differ from a damaged one: the list stands in the chain.
#ifndef STORAGE_REPLACED_H
#define STORAGE_REPLACED_H

#include "storage/chain.h"

enum { REPLACED_ITEM_MOST = 20 + COMMIT_HEX + 32, REPLACED_FRAME = 16 }; // bytes of a body

// Writes the beginning, an item, the end at `at`, where there is room; the new end.
char *replaced_begin(char *at);
char *replaced_item(char *at, bool is_first, uint64_t seq, const char commit[COMMIT_HEX + 1]);
char *replaced_end(char *at);

// The next item of a body, of which *at bytes have been read (0 at first). false: there is no
// further one; *ret_bad then says whether that is because the body is not one of these.
bool replaced_next(struct slice body, size_t *at, uint64_t *ret_seq,
                   char ret_commit[COMMIT_HEX + 1], bool *ret_bad);

#endif
