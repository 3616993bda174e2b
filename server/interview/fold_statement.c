// SPDX-License-Identifier: Apache-2.0
// Events about statements.
#include "server/interview/bucket.h"
#include "server/interview/change.h"

static void on_statement_published(struct change *c)
{
    struct body *b = &c->body;
    struct interview *iv = c->iv;
    struct statement *s = arena_alloc(&iv->arena, sizeof *s);
    *s = (struct statement){
        .id = body_need_text(b, "statement"),
        .kind = body_need_text(b, "kind"),
        .text = body_need_text(b, "text"),
        .origin = body_need_text(b, "origin"),
        .said_ms = body_need_time(b, "said_at"),
        .published_ms = c->event->at_ms,
        .version = 1,
    };
    body_texts(b, "questions", &s->questions, &s->question_count);
    if (!body_person(b, "speaker", &s->speaker) || b->bad ||
        interview_statement(iv, slice_of(s->id))) {
        b->bad = true;
        return;
    }
    if (iv->statement_count == iv->statement_cap)
        iv->statements =
            fold_doubled(&iv->arena, iv->statements, iv->statement_count, &iv->statement_cap);
    iv->statements[iv->statement_count++] = s;
    unsigned char bucket = id_bucket(slice_of(s->id));
    s->hash_next = iv->statement_by_id[bucket];
    iv->statement_by_id[bucket] = s;
}

const struct handler fold_statement_handlers[] = {
    {"statement.published", on_statement_published, SEEN_OR_PUBLIC},
    {NULL},
};
