// SPDX-License-Identifier: Apache-2.0
// A statement as JSON, and what a statement and an announcement both hold: texts and people.
#include "server/interview/snapshot_parts.h"

void snapshot_texts(struct json_writer *w, const char *key, const char *const *texts, size_t count)
{
    json_w_key(w, key);
    json_w_open(w, '[');
    for (size_t i = 0; i < count; i++)
        json_w_string(w, slice_of(texts[i]));
    json_w_close(w, ']');
}

void snapshot_person(struct json_writer *w, const struct person *p)
{
    json_w_open(w, '{');
    json_w_member(w, "name", p->name ? p->name : "");
    json_w_member(w, "title", p->title);
    json_w_member(w, "role", p->role);
    json_w_member(w, "department", p->department);
    json_w_close(w, '}');
}

void snapshot_statement(struct json_writer *w, const struct statement *s)
{
    json_w_open(w, '{');
    json_w_member(w, "statement", s->id);
    json_w_member(w, "kind", s->kind);
    json_w_key(w, "speaker");
    snapshot_person(w, &s->speaker);
    json_w_member(w, "text", s->text);
    snapshot_texts(w, "questions", s->questions, s->question_count);
    json_w_member_time(w, "said_at", s->said_ms);
    json_w_member_time(w, "published_at", s->published_ms);
    json_w_member(w, "origin", s->origin);
    json_w_member_int(w, "version", (int64_t)s->version);
    json_w_close(w, '}');
}
