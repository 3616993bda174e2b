// SPDX-License-Identifier: Apache-2.0
// How many want each question answered too, of one interview; counted from the record's marks.
#ifndef SERVER_APP_VOTE_H
#define SERVER_APP_VOTE_H

#include "server/app/inside.h"

struct votes *votes_create(void);
void votes_destroy(struct votes **v);

// A mark of the record, while loading; those of other sets are left alone.
void votes_mark(struct channel *ch, struct slice set, struct slice citizen);

// The feed has come to stand still: until it goes on the numbers of now are told.
void votes_hold(struct channel *ch);

// Everybody sees it again: whoever came while it was taken down has not been told its number.
void votes_restored(struct channel *ch, struct slice question);

uint64_t votes_of(const struct channel *ch, struct slice question);

// Tells all who watch what has changed. At every turn of the clock.
void votes_tell(struct app *a, int64_t now_ms);
// Tells one who begins to watch all that was told before.
void votes_greet(struct channel *ch, struct peer *p);
void votes_greet_follower(struct channel *ch, struct follower *f);

#endif
