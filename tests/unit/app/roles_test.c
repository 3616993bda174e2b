// SPDX-License-Identifier: Apache-2.0
// Who may do what: the dispatcher's table, cell by cell, against a matrix written by hand.
#include "server/app/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/inside.h"
#include "server/interview/state.h"
#include "tests/kit/check.h"

// One letter for each that may, in the order of `everybody`.
static const struct {
    const char *who;
    const char *duty; // or the role
} everybody[] = {
    {"n", "nobody"},   {"c", "citizen"},        {"s", "staff without a duty"},
    {"C", "compere"},  {"G", "guest"},          {"M", "moderator"},
    {"R", "reviewer"}, {"S", "stenographer"},   {"P", "picture_editor"},
    {"D", "producer"}, {"K", "policy_checker"}, {"A", "portal_admin"},
    {"U", "auditor"},
};
enum { EVERYBODY = sizeof everybody / sizeof *everybody };

// One letter a stage, in the order of life.h: draft, in review, scheduled, announced, lobby, live,
// suspended, draining, ended, editing, published, closed, archived, postponed, cancelled, taken
// down.
static const char stage_letters[I_STAGES + 1] = "drsnlLuDeEpchoxt";
#define ANY "drsnlLuDeEpchoxt"
#define ASKING "nlL"
#define PLANNING "drsnlLuDox"
#define AIR "LuD"
#define VOTING "nlLuD"
#define SPEECH "lLuDeE"
#define DECIDING "nlLuDeEox"
#define PREPARING "drsnolLuDeE"
#define REVIEWING DECIDING "pch"
#define ENTERING "nlLuD"
#define INVITING "drsnolLuDeE"

static const struct {
    const char *method;
    const char *may;
    const char *stages;
} matrix[] = {
    {"hello", "ncsCGMRSPDKAU", ANY},
    {"interview.list", "csCGMRSPDKAU", ANY},
    {"interview.watch", "csCGMRSPDKAU", ANY},
    {"interview.unwatch", "csCGMRSPDKAU", ANY},
    {"interview.create", "A", ANY},
    {"interview.update", "A", PLANNING},
    {"interview.transition", "CDKA", ANY}, // which stages: server/app/stage.c
    {"asking.set", "CMDA", ANY},
    {"question.ask", "csCGMRSPDKAU", ASKING},
    {"question.status", "csCGMRSPDKAU", ANY},
    {"question.withdraw", "csCGMRSPDKAU", ANY},
    {"question.appeal", "csCGMRSPDKAU", ANY},
    {"question.vote", "c", VOTING},
    {"question.claim", "MR", DECIDING},
    {"question.let_go", "MR", DECIDING},
    {"question.approve", "MR", DECIDING},
    {"question.undo", "MR", DECIDING},
    {"question.reject", "MRA", DECIDING}, // A: appeals only
    {"question.hold", "MR", DECIDING},
    {"question.retract", "MRDA", REVIEWING},
    {"question.restore", "RA", REVIEWING},
    {"question.reply", "CMR", DECIDING},
    {"question.lapse", "CMR", DECIDING},
    {"case.reply", "RKA", DECIDING "pc"},
    {"question.release", "MR", DECIDING},
    {"question.refer", "CMR", DECIDING},
    {"question.group", "MR", DECIDING},
    {"question.ungroup", "MR", DECIDING},
    {"question.bulk", "sCGMRSPDKAU", ANY}, // each question by the act's own row
    {"question.queue", "CD", DECIDING},
    {"question.reorder", "CD", DECIDING},
    {"question.dequeue", "CD", DECIDING},
    {"question.put_on_air", "CD", AIR},
    {"question.take_off_air", "CD", DECIDING},
    {"statement.publish", "CGS", SPEECH},
    {"notice.issue", "CMRDA", ANY},
    {"notice.acknowledge", "CGMRSPDKA", ANY},
    {"notice.recall", "CMRDA", ANY},
    {"reason.word", "A", ANY},
    {"reason.list", "sCGMRSPDKAU", ANY},
    {"statement.prepare", "CGSD", PREPARING},
    {"statement.release", "CGSD", SPEECH},
    {"statement.pass", "CGMRSPDK", SPEECH "pc"}, // pc: of corrections
    {"statement.return", "CGMRSPDK", PREPARING "pchxt"},
    {"statement.discard", "CGSD", PREPARING "pchxt"},
    {"statement.correct", "CSKA", SPEECH "pc"},
    {"statement.retract", "CRDKA", SPEECH "pch"},
    {"feed.freeze", "CMDA", "lLuD"},
    {"feed.unfreeze", "CMDA", SPEECH "npchoxt"},
    {"feed.delay", "CMDA", "lLuD"},
    {"question.label", "CMRD", DECIDING},
    {"question.note", "CMRSPDKA", ANY},
    {"question.redact", "MRDKA", REVIEWING},
    {"question.route", "CMRD", DECIDING},
    {"question.accept", "G", DECIDING},
    {"question.pass", "G", DECIDING},
    {"question.enter", "CMSD", ENTERING},
    {"asker.silence", "MRDA", ANY},
    {"asker.unsilence", "MRDA", ANY},
    {"invitation.issue", "A", INVITING},
    {"invitation.accept", "CGMRSPDK", INVITING}, // with its token
    {"invitation.revoke", "A", ANY},
};
enum { METHODS = sizeof matrix / sizeof *matrix };

static void make_actor(const char *duty, struct actor *ret)
{
    *ret = (struct actor){0};
    if (strcmp(duty, "nobody") == 0)
        return;
    if (strcmp(duty, "citizen") == 0) {
        char visitor[VISITOR_TEXT] = "c:1234";
        actor_citizen(ret, visitor);
        return;
    }
    bool portal_wide = strcmp(duty, "portal_admin") == 0 || strcmp(duty, "auditor") == 0;
    actor_staff(ret, portal_wide ? "wide" : duty, portal_wide ? duty : "staff");
}

// Accounts are called like their duties here.
static const struct interview *rostered(void)
{
    static struct roster_entry roster[EVERYBODY];
    static struct interview iv;
    iv.roster_count = 0;
    for (size_t i = 3; i < 11; i++)
        roster[iv.roster_count++] = (struct roster_entry){everybody[i].duty, everybody[i].duty};
    iv.roster = roster;
    return &iv;
}

TEST(every_cell_of_the_table_is_as_written_here)
{
    for (size_t m = 0; m < METHODS; m++) {
        const struct method *method = method_find(slice_of(matrix[m].method));
        CHECK(method);
        for (size_t i = 0; i < EVERYBODY; i++) {
            struct actor actor;
            make_actor(everybody[i].duty, &actor);
            bool may = roles_may(&actor, rostered(), method->who);
            if (may != (strstr(matrix[m].may, everybody[i].who) != NULL))
                check_fail(__FILE__, __LINE__, "%s: %s", matrix[m].method, everybody[i].duty);
        }
        for (int stage = 0; stage < I_STAGES; stage++) {
            bool may = method->stages & 1u << stage;
            if (may != (strchr(matrix[m].stages, stage_letters[stage]) != NULL))
                check_fail(__FILE__, __LINE__, "%s: %s", matrix[m].method,
                           interview_stage_name((enum interview_stage)stage));
        }
    }
}

TEST(no_method_is_missing_from_the_matrix)
{
    size_t count = 0;
    while (method_at(count))
        count++;
    CHECK_INT(count, METHODS);
}

TEST(a_duty_is_for_one_interview_only)
{
    static const struct interview elsewhere;
    struct actor actor;
    make_actor("moderator", &actor);
    CHECK(roles_may(&actor, rostered(), WHO_MODERATOR));
    CHECK(!roles_may(&actor, &elsewhere, WHO_MODERATOR));
    CHECK(!roles_may(&actor, NULL, WHO_MODERATOR));
}

// Came in by an invitation: of the duties of that interview he has his own, while it stands, and
// nothing else; whatever else the account of that name may do.
TEST(an_invitation_is_for_one_interview_and_one_person_while_it_stands)
{
    struct invitation used = {
        .id = "v0123456789abcdef", .user = "moderator", .stage = INVITATION_USED};
    struct invitation *list[] = {&used};
    struct interview here = *rostered(), elsewhere = here;
    struct actor actor;
    here.invitations = list;
    here.invitation_count = 1;
    make_actor("moderator", &actor);
    snprintf(actor.invitation, sizeof actor.invitation, "%s", used.id);
    CHECK_INT(roles_of(&actor, &here), WHO_ANYONE | WHO_STAFF | WHO_MODERATOR);
    CHECK_INT(roles_of(&actor, &elsewhere), WHO_ANYONE | WHO_STAFF);
    CHECK_INT(roles_of(&actor, NULL), WHO_ANYONE | WHO_STAFF);
    CHECK(!roles_is_elsewhere(&actor, &here) && roles_is_elsewhere(&actor, &elsewhere));
    used.stage = INVITATION_REVOKED;
    CHECK_INT(roles_of(&actor, &here), WHO_ANYONE | WHO_STAFF);
    used.stage = INVITATION_OPEN;
    CHECK_INT(roles_of(&actor, &here), WHO_ANYONE | WHO_STAFF);
    used.stage = INVITATION_USED;
    used.user = "guest";
    CHECK_INT(roles_of(&actor, &here), WHO_ANYONE | WHO_STAFF);
    actor.invitation[0] = '\0';
    CHECK(!roles_is_elsewhere(&actor, &elsewhere)); // by a password
}

TEST(a_citizen_called_like_an_account_is_none)
{
    struct actor actor;
    make_actor("citizen", &actor);
    memcpy(actor.name, "moderator", sizeof "moderator");
    CHECK(!roles_may(&actor, rostered(), WHO_MODERATOR));
    CHECK(!roles_may(&actor, rostered(), WHO_STAFF));
}

TEST(only_duties_are_duties)
{
    CHECK(roles_is_duty("compere", 7));
    CHECK(!roles_is_duty("compere", 6));
    CHECK(!roles_is_duty("host", 4));
    CHECK(!roles_is_duty("portal_admin", 12));
}

int main(void)
{
    return check_run();
}
