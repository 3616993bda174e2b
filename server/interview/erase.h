// SPDX-License-Identifier: Apache-2.0
// Erasing a question by law: what remains of each event that was about it. Pure.
#ifndef SERVER_INTERVIEW_ERASE_H
#define SERVER_INTERVIEW_ERASE_H

#include "server/base/json.h"
#include "storage/event.h"

// The classes of legal bases, which everybody is told: "personal_data", …; ends with NULL. In words
// they are the messages "erasure.CLASS".
extern const char *const erasure_classes[];

// Is the event about this question, and does it hold words of it, of its asker, or about either?
// Then the stub of its body is added to ret_body (the structure stays: ids, numbers, times, codes,
// accounts; words go), and *ret_actor is who it is by from then on: an asker's own id goes too.
bool erase_stub(const struct event *event, struct slice question, struct buf *ret_body,
                struct slice *ret_actor);

#endif
