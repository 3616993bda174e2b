// SPDX-License-Identifier: Apache-2.0
// What the files that write snapshots have in common.
#ifndef SERVER_INTERVIEW_SNAPSHOT_PARTS_H
#define SERVER_INTERVIEW_SNAPSHOT_PARTS_H

#include "server/base/json.h"
#include "server/interview/snapshot.h"
#include "server/interview/state.h"

// A statement, or its tombstone, as everybody sees it; as staff do; and a draft.
void snapshot_statement(struct json_writer *w, const struct statement *s);
void snapshot_staff_statement(struct json_writer *w, const struct statement *s);
void snapshot_draft(struct json_writer *w, const struct statement *s);

// "notices": everybody sees those that stand, staff all and who has acknowledged them.
void snapshot_notices(struct json_writer *w, const struct interview *iv);
// "wordings", if there are any.
void snapshot_wordings(struct json_writer *w, const struct interview *iv);

// Of an interview: "invitations", when there are any.
void snapshot_invitations(struct json_writer *w, const struct interview *iv);

// A question as everybody sees it.
void snapshot_public_question(struct json_writer *w, const struct question *q);

// What colleagues wrote about a question, inside its open object; nothing where there is none.
void snapshot_annotations(struct json_writer *w, const struct question *q);
void snapshot_route(struct json_writer *w, const struct routing *route);
// Of an interview: "silences", when there are any.
void snapshot_silences(struct json_writer *w, const struct interview *iv);

#endif
