// SPDX-License-Identifier: Apache-2.0
// What stands in the way of an interview's next stage.
#ifndef SERVER_APP_GUARDS_H
#define SERVER_APP_GUARDS_H

#include "server/app/inside.h"

// The refusal `guard`: its list, to which each unmet demand is written as an object, and its end.
struct json_writer guards_open(struct call *c);
void guards_refuse(struct call *c, struct json_writer *w);

// The end gate (invariant I8): false, and the call is refused, naming them, while a question has no
// end or a statement is on its way to the public.
bool guards_end_gate(struct call *c);

// The demands of the rule set. false: the call was refused, with what is unmet. Guards that are
// passed by with `override` (NULL: none was given) become a fact of the batch, by which *version
// rises.
bool guards_rules(struct call *c, enum interview_stage to, const char *reason, const char *override,
                  uint64_t *version);

#endif
