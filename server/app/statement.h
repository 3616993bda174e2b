// SPDX-License-Identifier: Apache-2.0
// What the commands about statements share: something spoken, and where it goes from there.
#ifndef SERVER_APP_STATEMENT_H
#define SERVER_APP_STATEMENT_H

#include "server/app/commands.h"

struct spoken {
    const char *id;
    struct slice kind;
    const char *text;
    const char *origin;
    const char *entered_as; // the duty in whose name it was entered
    const char *corrects;   // the published statement whose text it replaces, or NULL
    struct person speaker;
    const struct question *questions[LIMIT_ANSWERED];
    size_t question_count;
    int64_t said_ms; // 0: a draft that has yet to be said
    bool is_answer;
};

// ---- statement_way.c: where it goes ----

// The duty in whose name the actor enters a statement.
const char *statement_entered_as(const struct call *c);

// Sends it on its way after so many steps of its chain: to the next duty, into the delay, to the
// public; and answers. While the feed does not run it is kept, as a draft whose chain is done.
// draft NULL: it is new. A correction knows neither delay nor draft: it waits for a duty, or is
// made.
void statement_go(struct call *c, const struct spoken *s, const struct statement *draft,
                  uint64_t step);

// What a draft holds, as spoken. Returns the question that it can no longer be said to, or NULL.
const struct question *statement_of_draft(struct call *c, const struct statement *draft,
                                          struct spoken *ret);

// ---- statement.c: what is recorded ----

void statement_write(struct json_writer *w, const struct spoken *s); // its fields
// The card, the statement and the link become public in one batch, which ends the draft.
void statement_publication(struct call *c, const struct spoken *s, const struct statement *draft);
void statement_fact(struct call *c, const char *id, const char *type); // {"statement": id}
struct json_writer statement_result(struct call *c, const char *id, uint64_t version,
                                    enum statement_stage stage); // still open

void refuse_statement(struct call *c, const struct statement *s, const char *reason);
// NULL after having answered the call: there is none, it is at another version or stage.
const struct statement *called_draft(struct call *c, struct slice id, int64_t version,
                                     unsigned stages); // bits of S_…
const struct statement *called_statement(struct call *c, struct slice id, int64_t version);
// The numbers under guards: drafts and what was published each have their own.
void guard_draft(struct call *c, const struct statement *draft); // and what it corrects stays
void guard_published(struct call *c, const struct statement *s);
void guard_still_published(struct call *c, const struct statement *s); // in the same version

bool statement_is_by(const struct call *c, const struct statement *s); // began or wrote it

#endif
