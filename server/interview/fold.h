// SPDX-License-Identifier: Apache-2.0
// The only function that changes the state of an interview.
#ifndef SERVER_INTERVIEW_FOLD_H
#define SERVER_INTERVIEW_FOLD_H

#include "server/interview/state.h"

// Applies one event. For a public_only state pass public events only; their pub must be the next.
// For a staff state seq must be the next. Returns 0, or -EPROTO when the number is not the next or
// the body cannot be read (the record is damaged; the state is unchanged).
// Types it does not know are counted and skipped, so an older node can follow a newer one.
int fold(struct interview *iv, const struct event *event);

// Who may see an event.
enum event_sight {
    SEEN_OR_PUBLIC, // staff; public where its mark says so
    SEEN_AS_END,    // … and takes back text that earlier public events hold
    SEEN_BY_STAFF,  // never public
    SEEN_BY_DESK,   // concerns screening and planning: never public, and guests never see it
};
enum event_sight fold_sight(struct slice type); // of an unknown type: SEEN_BY_DESK

// The i-th type that the fold knows, in no particular order; NULL after the last one.
const char *fold_type(size_t i);

#endif
