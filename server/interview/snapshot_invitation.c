// SPDX-License-Identifier: Apache-2.0
// Invitations as JSON. Their links are derived and stand nowhere.
#include "server/interview/snapshot_parts.h"

static void write_invitation(struct json_writer *w, const struct invitation *v)
{
    json_w_open(w, '{');
    json_w_member(w, "invitation", v->id);
    json_w_member(w, "user", v->user);
    json_w_member(w, "by", v->by);
    json_w_member_time(w, "at", v->issued_ms);
    json_w_member_time(w, "until", v->until_ms);
    json_w_member(w, "stage", invitation_stage_name(v->stage));
    json_w_member_time(w, "used_at", v->used_ms);
    json_w_member_time(w, "revoked_at", v->revoked_ms);
    json_w_close(w, '}');
}

void snapshot_invitations(struct json_writer *w, const struct interview *iv)
{
    if (iv->invitation_count == 0)
        return;
    json_w_key(w, "invitations");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->invitation_count; i++)
        write_invitation(w, iv->invitations[i]);
    json_w_close(w, ']');
}
