// SPDX-License-Identifier: Apache-2.0
// Events by which staff mark a question without deciding about it: labels, notes, stretches made
// unreadable, the guest it goes to; and who may not ask for a while.
#include "server/interview/change.h"

static void on_labelled(struct change *c)
{
    struct question *q = fold_question(c);
    const char **labels = NULL;
    size_t count = 0;
    body_texts(&c->body, "labels", &labels, &count);
    if (c->body.bad)
        return;
    q->labels = labels;
    q->label_count = count;
    q->proposal.has_labels = false; // which were chosen before these
    fold_touch(c, q);
}

static void on_noted(struct change *c)
{
    struct question *q = fold_question(c);
    const char *text = body_need_text(&c->body, "text");
    if (c->body.bad)
        return;
    struct arena *arena = &c->iv->arena;
    struct note *note = arena_alloc(arena, sizeof *note);
    *note = (struct note){.by = fold_actor(c), .text = text, .at_ms = c->event->at_ms};
    if (q->note_count == q->note_cap)
        q->notes = fold_doubled(arena, q->notes, q->note_count, &q->note_cap);
    q->notes[q->note_count++] = note;
}

static void on_redacted(struct change *c)
{
    struct question *q = fold_question(c);
    const char *text = body_need_text(&c->body, "text");
    if (c->body.bad)
        return;
    q->text = text;
    q->redacted = text;
    q->proposal = (struct proposal){0}; // its text has what was to be hidden
    q->edited = true;
    fold_touch(c, q);
}

// ---- the guest it goes to ----

static void on_routed(struct change *c)
{
    struct question *q = fold_question(c);
    const char *guest = body_need_text(&c->body, "guest");
    if (c->body.bad)
        return;
    q->route = (struct routing){.guest = guest, .by = fold_actor(c)};
    fold_touch(c, q);
}

static void answer_route(struct change *c, enum route_answer answer)
{
    struct question *q = fold_question(c);
    const char *note = body_opt_text(&c->body, "note");
    if (c->body.bad)
        return;
    q->route.answer = answer;
    q->route.answered_by = fold_actor(c);
    q->route.note = note;
    fold_touch(c, q);
}

static void on_accepted(struct change *c)
{
    answer_route(c, ROUTE_ACCEPTED);
}

static void on_passed(struct change *c)
{
    answer_route(c, ROUTE_PASSED);
}

// ---- who may not ask ----

static struct silence *silence_to_change(struct interview *iv, const char *asker)
{
    for (size_t i = 0; i < iv->silence_count; i++)
        if (strcmp(iv->silences[i]->asker, asker) == 0)
            return iv->silences[i];
    if (iv->silence_count == iv->silence_cap)
        iv->silences = fold_doubled(&iv->arena, iv->silences, iv->silence_count, &iv->silence_cap);
    struct silence *s = arena_alloc(&iv->arena, sizeof *s);
    iv->silences[iv->silence_count++] = s;
    return s;
}

static void on_silenced(struct change *c)
{
    struct silence silence = {
        .asker = body_need_text(&c->body, "asker"),
        .network = body_opt_text(&c->body, "network"),
        .until_ms = body_need_time(&c->body, "until"),
        .at_ms = c->event->at_ms,
    };
    if (c->body.bad)
        return;
    silence.by = fold_actor(c);
    *silence_to_change(c->iv, silence.asker) = silence;
}

static void on_unsilenced(struct change *c)
{
    struct silence silence = {
        .asker = body_need_text(&c->body, "asker"),
        .at_ms = c->event->at_ms,
    };
    if (c->body.bad)
        return;
    silence.by = fold_actor(c);
    *silence_to_change(c->iv, silence.asker) = silence;
}

const struct handler fold_annotate_handlers[] = {
    {"asker.silenced", on_silenced, SEEN_BY_DESK},
    {"asker.unsilenced", on_unsilenced, SEEN_BY_DESK},
    {"question.guest_accepted", on_accepted, SEEN_BY_STAFF},
    {"question.guest_passed", on_passed, SEEN_BY_STAFF},
    {"question.labelled", on_labelled, SEEN_OR_PUBLIC},
    {"question.noted", on_noted, SEEN_BY_DESK},
    {"question.redacted", on_redacted, SEEN_AS_END},
    {"question.routed_to_guest", on_routed, SEEN_BY_STAFF},
    {NULL},
};
