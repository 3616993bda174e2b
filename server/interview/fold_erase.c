// SPDX-License-Identifier: Apache-2.0
// Events about erasing by law. What they leave of a question is what the log leaves of it, in which
// its words are replaced by stubs (erase.c): a state folded before and one folded after are equal.
#include "server/interview/change.h"

static void on_erasure_asked(struct change *c)
{
    struct question *q = fold_question(c);
    const char *class = body_need_text(&c->body, "class");
    const char *basis = body_need_text(&c->body, "basis");
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->erasure_asker = fold_actor(c);
    q->erasure_class = class;
    q->erasure_basis = basis;
    q->erasure_note = note;
    fold_touch(c, q);
}

// The words, and who asked. The stage and all else that happened stays.
static void on_erased(struct change *c)
{
    struct question *q = fold_question(c);
    const char *class = body_need_text(&c->body, "class");
    if (c->body.bad)
        return;
    q->name = q->text = q->original = q->redacted = NULL;
    q->to_guest = q->contact = q->asker = q->network = q->nonce = NULL;
    q->note = q->before_note = q->held_note = q->appeal_note = q->retraction_note = NULL;
    q->reply = q->reply_department = NULL;
    q->replied_ms = 0;
    q->route.note = NULL;
    q->referral = (struct referral){0}; // its words are about the question's
    q->labels = NULL;
    q->label_count = 0;
    q->notes = NULL;
    q->note_count = q->note_cap = 0;
    q->erasure_class = class;
    q->erased_ms = c->event->at_ms;
    if (!c->iv->public_only)
        q->erased_by = fold_actor(c);
    fold_touch(c, q);
}

const struct handler fold_erase_handlers[] = {
    {"question.erased", on_erased, SEEN_AS_END},
    {"question.erasure_asked", on_erasure_asked, SEEN_BY_DESK},
    {NULL},
};
