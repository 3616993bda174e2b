// SPDX-License-Identifier: Apache-2.0
// Notices and the administrators' wording as JSON.
#include "server/interview/snapshot_parts.h"

static void write_acknowledged(struct json_writer *w, const struct notice *n)
{
    json_w_key(w, "acknowledged");
    json_w_open(w, '[');
    for (size_t i = 0; i < n->acknowledged_count; i++) {
        json_w_open(w, '{');
        json_w_member(w, "by", n->acknowledged[i].by);
        json_w_member_time(w, "at", n->acknowledged[i].at_ms);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

static void write_notice(struct json_writer *w, const struct notice *n, bool staff)
{
    json_w_open(w, '{');
    json_w_member(w, "notice", n->id);
    json_w_member(w, "to", n->to);
    json_w_member(w, "level", n->level);
    json_w_member(w, "text", n->text);
    json_w_member_time(w, "at", n->at_ms);
    if (staff) {
        json_w_member(w, "by", n->by);
        json_w_member_bool(w, "recalled", n->recalled);
        write_acknowledged(w, n);
    }
    json_w_close(w, '}');
}

void snapshot_notices(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "notices");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->notice_count; i++)
        if (!iv->public_only || !iv->notices[i]->recalled)
            write_notice(w, iv->notices[i], !iv->public_only);
    json_w_close(w, ']');
}

void snapshot_wordings(struct json_writer *w, const struct interview *iv)
{
    if (iv->wording_count == 0)
        return;
    json_w_key(w, "wordings");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->wording_count; i++) {
        const struct wording *word = iv->wordings[i];
        json_w_open(w, '{');
        json_w_member(w, "code", word->code);
        json_w_member(w, "lang", word->lang);
        json_w_member(w, "audience", word->audience);
        json_w_member(w, "text", word->text);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}
