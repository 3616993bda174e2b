// SPDX-License-Identifier: Apache-2.0
// What staff marked on a question, as JSON, and who may not ask for a while.
#include "server/interview/snapshot_parts.h"

void snapshot_route(struct json_writer *w, const struct routing *route)
{
    if (!route->guest)
        return;
    json_w_key(w, "route");
    json_w_open(w, '{');
    json_w_member(w, "guest", route->guest);
    json_w_member(w, "by", route->by);
    json_w_member(w, "answer", route_answer_name(route->answer));
    json_w_member(w, "answered_by", route->answered_by);
    json_w_member(w, "note", route->note);
    json_w_close(w, '}');
}

static void write_notes(struct json_writer *w, const struct question *q)
{
    if (q->note_count == 0)
        return;
    json_w_key(w, "notes");
    json_w_open(w, '[');
    for (size_t i = 0; i < q->note_count; i++) {
        json_w_open(w, '{');
        json_w_member(w, "by", q->notes[i]->by);
        json_w_member(w, "text", q->notes[i]->text);
        json_w_member_time(w, "at", q->notes[i]->at_ms);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

void snapshot_annotations(struct json_writer *w, const struct question *q)
{
    json_w_member(w, "redacted", q->redacted);
    json_w_member(w, "entered_by", q->entered_by);
    json_w_member(w, "network", q->network);
    write_notes(w, q);
}

void snapshot_silences(struct json_writer *w, const struct interview *iv)
{
    if (iv->silence_count == 0)
        return;
    json_w_key(w, "silences");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->silence_count; i++) {
        const struct silence *s = iv->silences[i];
        json_w_open(w, '{');
        json_w_member(w, "asker", s->asker);
        json_w_member(w, "by", s->by);
        json_w_member_time(w, "until", s->until_ms);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}
