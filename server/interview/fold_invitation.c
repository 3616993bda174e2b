// SPDX-License-Identifier: Apache-2.0
// Events about invitations. A person has at most one open link and one sign-in by a link: the newer
// one revokes the older.
#include "server/interview/change.h"

static void revoke(struct change *c, struct invitation *v)
{
    v->stage = INVITATION_REVOKED;
    v->revoked_ms = c->event->at_ms;
}

static void revoke_others(struct change *c, const struct invitation *than,
                          enum invitation_stage stage)
{
    for (size_t i = 0; i < c->iv->invitation_count; i++) {
        struct invitation *v = c->iv->invitations[i];
        if (v != than && v->stage == stage && strcmp(v->user, than->user) == 0)
            revoke(c, v);
    }
}

static void on_issued(struct change *c)
{
    struct body *b = &c->body;
    struct interview *iv = c->iv;
    struct invitation *v = arena_alloc(&iv->arena, sizeof *v);
    *v = (struct invitation){
        .id = body_need_text(b, "invitation"),
        .user = body_need_text(b, "user"),
        .by = fold_actor(c),
        .issued_ms = c->event->at_ms,
        .until_ms = body_need_time(b, "until"),
        .steps = 1,
    };
    if (b->bad || interview_invitation(iv, slice_of(v->id))) {
        b->bad = true;
        return;
    }
    if (iv->invitation_count == iv->invitation_cap)
        iv->invitations =
            fold_doubled(&iv->arena, iv->invitations, iv->invitation_count, &iv->invitation_cap);
    iv->invitations[iv->invitation_count++] = v;
    revoke_others(c, v, INVITATION_OPEN);
}

static struct invitation *the_invitation(struct change *c)
{
    struct slice id = body_need_slice(&c->body, "invitation");
    struct invitation *v = id.p ? interview_invitation(c->iv, id) : NULL;
    if (!v)
        c->body.bad = true;
    return v;
}

static void on_accepted(struct change *c)
{
    struct invitation *v = the_invitation(c);
    if (c->body.bad)
        return;
    v->stage = INVITATION_USED;
    v->used_ms = c->event->at_ms;
    v->steps++;
    revoke_others(c, v, INVITATION_USED);
}

static void on_revoked(struct change *c)
{
    struct invitation *v = the_invitation(c);
    if (c->body.bad)
        return;
    revoke(c, v);
    v->steps++;
}

const struct handler fold_invitation_handlers[] = {
    {"invitation.accepted", on_accepted, SEEN_BY_DESK},
    {"invitation.issued", on_issued, SEEN_BY_DESK},
    {"invitation.revoked", on_revoked, SEEN_BY_DESK},
    {NULL},
};
