// SPDX-License-Identifier: Apache-2.0
// Rows: one-time links for people on the roster.
#include "server/app/table.h"

static const struct field issue_fields[] = {
    INTERVIEW(invitation_issue), COMMAND_ID(invitation_issue),
    NEEDS(invitation_issue, "user", F_STRING, ACTOR_NAME_MAX, user),
    TAKES_IF(invitation_issue, "until", F_TIME, 0, until_ms, has_until), END};
static const struct field accept_fields[] = {
    INTERVIEW(invitation_accept), COMMAND_ID(invitation_accept),
    NEEDS(invitation_accept, "token", F_STRING, INVITATION_TOKEN_TEXT, token), END};
static const struct field revoke_fields[] = {
    INTERVIEW(invitation_only), COMMAND_ID(invitation_only),
    NEEDS(invitation_only, "invitation", F_ID, 0, invitation), END};

enum {
    ON_ROSTER = WHO_COMPERE | WHO_GUEST | WHO_MODERATOR | WHO_REVIEWER | WHO_STENOGRAPHER |
                WHO_PICTURE_EDITOR | WHO_PRODUCER | WHO_POLICY_CHECKER,
    // Before the transcript is published there may be something to do.
    IN_INVITING = IN(I_DRAFT) | IN(I_IN_REVIEW) | IN(I_SCHEDULED) | IN(I_ANNOUNCED) | IN(I_LOBBY) |
                  IN_AIR | IN(I_ENDED) | IN(I_EDITING) | IN(I_POSTPONED),
};

// Who writes the roster invites: interview.update has the same row.
const struct method invitation_methods[] = {
    {.name = "invitation.issue",
     .summary = "Makes a one-time link for somebody on the roster.",
     .fields = issue_fields,
     .size = sizeof(struct invitation_issue),
     .command_offset = AT(invitation_issue, command_id),
     .interview_offset = AT(invitation_issue, interview),
     .question_offset = NONE_GIVEN,
     .who = WHO_PORTAL_ADMIN,
     .stages = IN_INVITING,
     .run = invitation_issue_run,
     .finish = invitation_issue_finish},
    CHANGE("invitation.accept", accept_fields, invitation_accept, OF_INTERVIEW(invitation_accept),
           ON_ROSTER, IN_INVITING, invitation_accept_run, "Uses a link up; made by its page."),
    CHANGE("invitation.revoke", revoke_fields, invitation_only, OF_INTERVIEW(invitation_only),
           WHO_PORTAL_ADMIN, IN_LIFE, invitation_revoke_run,
           "Ends a link, and the sign-in that it opened."),
    {0},
};
