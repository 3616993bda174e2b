// SPDX-License-Identifier: Apache-2.0
// The state of an interview as JSON: what a viewer or a member of staff starts from.
#ifndef SERVER_INTERVIEW_SNAPSHOT_H
#define SERVER_INTERVIEW_SNAPSHOT_H

#include "server/base/json.h"
#include "server/interview/state.h"

// The contract's public snapshot; iv must be public_only.
void snapshot_public(struct buf *out, const struct interview *iv);

// For staff: the same shape, with every question they may see. guest_sight leaves out questions
// that were never approved, and what concerns their screening.
void snapshot_staff(struct buf *out, const struct interview *iv, bool guest_sight);

// The members of one row of interview.list into the open object, public fields only.
void snapshot_row(struct json_writer *w, const struct interview *iv);

// The announcement's fields as members of the open object, without the roster and the rule set,
// which are the house's own business.
void snapshot_announcement(struct json_writer *w, const struct interview *iv);

// One question as in a staff snapshot.
void snapshot_question(struct json_writer *w, const struct question *q, bool guest_sight);

// "key": [text, …], and "reply" when something was written to the asker or in a case.
void snapshot_texts(struct json_writer *w, const char *key, const char *const *texts, size_t count);
// Of a case what everybody may know while it is open: when its clock stopped, why it takes longer.
void snapshot_referral(struct json_writer *w, const struct referral *r);
void snapshot_reply(struct json_writer *w, const struct question *q);

// A speaker: {name, title?, role?, department?}.
void snapshot_person(struct json_writer *w, const struct person *p);

#endif
