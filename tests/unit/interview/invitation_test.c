// SPDX-License-Identifier: Apache-2.0
// Invitations in the staff state and its snapshots.
#include <errno.h>

#include "tests/unit/interview/script.h"

static void issue(struct script *s, const char *id, const char *user)
{
    script_add(s, false, "u:ada", "invitation.issued",
               "{\"invitation\":\"%s\",\"user\":\"%s\","
               "\"until\":\"2026-11-25T07:00:00.000Z\"}",
               id, user);
}

static void about(struct script *s, const char *type, const char *id)
{
    script_add(s, false, "u:ada", type, "{\"invitation\":\"%s\"}", id);
}

static enum invitation_stage stage(const struct script *s, const char *id)
{
    return interview_invitation(s->staff, slice_of(id))->stage;
}

TEST(the_newer_link_of_a_person_revokes_the_older)
{
    struct script *s = script_create();
    script_open(s);
    issue(s, "v1", "lin");
    issue(s, "v2", "mo");
    issue(s, "v3", "lin");
    CHECK_INT(stage(s, "v1"), INVITATION_REVOKED);
    CHECK_INT(stage(s, "v2"), INVITATION_OPEN);
    CHECK_INT(stage(s, "v3"), INVITATION_OPEN);
    CHECK_INT(interview_invitation(s->staff, slice_of("v1"))->revoked_ms, s->now_ms);
    CHECK_INT(interview_invited(s->staff, "lin"), 2);
    CHECK_INT(interview_invited(s->staff, "nobody"), 0);
    CHECK(!interview_invitation(s->staff, slice_of("v4")));
    script_destroy(s);
}

TEST(a_link_that_is_used_ends_the_sign_in_by_an_older_one)
{
    struct script *s = script_create();
    script_open(s);
    issue(s, "v1", "lin");
    about(s, "invitation.accepted", "v1");
    issue(s, "v2", "lin");
    CHECK_INT(stage(s, "v1"), INVITATION_USED); // until he enters by the new one
    about(s, "invitation.accepted", "v2");
    CHECK_INT(stage(s, "v1"), INVITATION_REVOKED);
    CHECK_INT(stage(s, "v2"), INVITATION_USED);
    CHECK_INT(interview_invitation(s->staff, slice_of("v2"))->used_ms, s->now_ms);
    about(s, "invitation.revoked", "v2");
    CHECK_INT(stage(s, "v2"), INVITATION_REVOKED);
    CHECK_INT(interview_invited(s->staff, "lin"), 5);
    script_destroy(s);
}

static bool snapshot_has(const struct script *s, bool guest_sight, const char *needle)
{
    struct buf out = {0};
    snapshot_staff(&out, s->staff, guest_sight);
    bool has = strstr(out.p, needle) != NULL;
    buf_finish(&out);
    return has;
}

TEST(staff_see_invitations_and_guests_do_not)
{
    struct script *s = script_create();
    script_open(s);
    CHECK(!snapshot_has(s, false, "invitations"));
    issue(s, "v1", "lin");
    CHECK(snapshot_has(s, false,
                       "\"invitations\":[{\"invitation\":\"v1\",\"user\":\"lin\","
                       "\"by\":\"ada\",\"at\":\"2026-11-24T07:00:08.000Z\","
                       "\"until\":\"2026-11-25T07:00:00.000Z\",\"stage\":\"open\"}]"));
    about(s, "invitation.accepted", "v1");
    CHECK(snapshot_has(s, false, "\"stage\":\"used\",\"used_at\":\"2026-11-24T07:00:09.000Z\"}]"));
    CHECK(!snapshot_has(s, true, "invitations"));
    CHECK_INT(fold_sight(slice_of("invitation.issued")), SEEN_BY_DESK);
    CHECK_INT(fold_sight(slice_of("invitation.accepted")), SEEN_BY_DESK);
    CHECK_INT(fold_sight(slice_of("invitation.revoked")), SEEN_BY_DESK);
    script_destroy(s);
}

static int refused(struct script *s, const char *type, const char *body)
{
    struct event e = {.seq = s->staff->position.n + 1,
                      .at_ms = s->now_ms,
                      .actor = slice_of("u:ada"),
                      .type = slice_of(type),
                      .body = slice_of(body),
                      .hash = "",
                      .pub_hash = ""};
    return fold(s->staff, &e);
}

TEST(damaged_events_change_nothing)
{
    struct script *s = script_create();
    script_open(s);
    issue(s, "v1", "lin");
    CHECK_INT(refused(s, "invitation.issued", "{\"invitation\":\"v2\",\"user\":\"lin\"}"), -EPROTO);
    CHECK_INT(refused(s, "invitation.issued",
                      "{\"invitation\":\"v1\",\"user\":\"mo\","
                      "\"until\":\"2026-11-25T07:00:00.000Z\"}"),
              -EPROTO);
    CHECK_INT(refused(s, "invitation.accepted", "{\"invitation\":\"v9\"}"), -EPROTO);
    CHECK_INT(refused(s, "invitation.revoked", "{}"), -EPROTO);
    CHECK_INT(s->staff->invitation_count, 1);
    CHECK_INT(stage(s, "v1"), INVITATION_OPEN);
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
