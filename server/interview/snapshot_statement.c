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

// The members of a statement, a tombstone or a draft, inside the open object.
static void write_statement(struct json_writer *w, const struct statement *s)
{
    json_w_member(w, "statement", s->id);
    json_w_member(w, "kind", s->kind);
    json_w_key(w, "speaker");
    snapshot_person(w, &s->speaker);
    if (s->stage != S_RETRACTED)
        json_w_member(w, "text", s->text);
    snapshot_texts(w, "questions", s->questions, s->question_count);
    json_w_member_time(w, "said_at", s->said_ms);
    json_w_member_time(w, "published_at", s->published_ms);
    json_w_member(w, "origin", s->origin);
    json_w_member_int(w, "version", (int64_t)s->version);
    if (s->stage == S_RETRACTED) {
        json_w_member_time(w, "retracted_at", s->retracted_ms);
        json_w_member(w, "code", s->code);
    } else if (s->revision_count) {
        json_w_member_time(w, "corrected_at", s->corrected_ms);
        json_w_member_int(w, "revisions", (int64_t)s->revision_count);
    }
}

void snapshot_statement(struct json_writer *w, const struct statement *s)
{
    json_w_open(w, '{');
    write_statement(w, s);
    json_w_close(w, '}');
}

void snapshot_staff_statement(struct json_writer *w, const struct statement *s)
{
    json_w_open(w, '{');
    write_statement(w, s);
    json_w_member(w, "author", s->author);
    if (s->asked_by && s->stage == S_PUBLISHED) {
        json_w_key(w, "retraction");
        json_w_open(w, '{');
        json_w_member(w, "by", s->asked_by);
        json_w_member(w, "code", s->asked_code);
        json_w_close(w, '}');
    }
    json_w_close(w, '}');
}

void snapshot_draft(struct json_writer *w, const struct statement *s)
{
    json_w_open(w, '{');
    write_statement(w, s);
    json_w_member(w, "stage", statement_stage_name(s->stage));
    json_w_member(w, "author", s->author);
    json_w_member(w, "writer", s->writer);
    json_w_member(w, "entered_as", s->entered_as);
    json_w_member(w, "corrects", s->corrects);
    if (s->step)
        json_w_member_int(w, "step", (int64_t)s->step);
    json_w_member(w, "waits_for", s->waits_for);
    json_w_member_time(w, "public_at", s->public_at_ms);
    if (s->cleared)
        json_w_member_bool(w, "cleared", true);
    json_w_member(w, "note", s->note);
    json_w_member(w, "cause", s->cause);
    json_w_close(w, '}');
}
