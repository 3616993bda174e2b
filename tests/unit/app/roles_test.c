// SPDX-License-Identifier: Apache-2.0
// Who may do what: the dispatcher's table, cell by cell, against a matrix written by hand.
#include "server/app/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/commands.h"
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
#define LIFE "drsnlLuDeEpcoxt"
#define ASKING "nlL"
#define PLANNING "drsnlLuDox"
#define AIR "LuD"
#define VOTING "nlLuD"
#define SPEECH "lLuDeE"
#define DECIDING "nlLuDeEox"
#define PREPARING "drsnolLuDeE"
#define REVIEWING DECIDING "pc"
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
    {"interview.transition", "CDKA", ANY}, // from where to where: below
    {"asking.set", "CMDA", LIFE},
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
    {"case.list", "sCGMRSPDKAU", ANY}, // but only who sees all of the interview
    {"case.accept", "MRKA", DECIDING "pc"},
    {"case.re_route", "MRKA", DECIDING "pc"},
    {"case.stop_clock", "MRKA", DECIDING "pc"},
    {"case.resume_clock", "MRKA", DECIDING "pc"},
    {"case.extend", "RA", DECIDING "pc"},
    {"case.draft", "MRKA", DECIDING "pc"},
    {"case.return_for_rework", "RK", DECIDING "pc"},
    {"case.reply", "RKA", DECIDING "pc"},
    {"question.release", "MR", DECIDING},
    {"question.refer", "CMR", DECIDING},
    {"question.group", "MR", DECIDING},
    {"question.ungroup", "MR", DECIDING},
    {"question.erase", "RAU", ANY},        // R, U: to confirm only
    {"question.bulk", "sCGMRSPDKAU", ANY}, // each question by the act's own row
    {"question.queue", "CD", DECIDING},
    {"question.reorder", "CD", DECIDING},
    {"question.dequeue", "CD", DECIDING},
    {"question.put_on_air", "CD", AIR},
    {"question.take_off_air", "CD", DECIDING},
    {"statement.publish", "CGS", SPEECH},
    {"notice.issue", "CMRDA", LIFE},
    {"notice.acknowledge", "CGMRSPDKA", LIFE},
    {"notice.recall", "CMRDA", LIFE},
    {"reason.word", "A", ANY},
    {"reason.list", "sCGMRSPDKAU", ANY},
    {"statement.prepare", "CGSD", PREPARING},
    {"statement.release", "CGSD", SPEECH},
    {"statement.pass", "CGMRSPDK", SPEECH "pc"}, // pc: of corrections
    {"statement.return", "CGMRSPDK", PREPARING "pcxt"},
    {"statement.discard", "CGSD", PREPARING "pcxt"},
    {"statement.correct", "CSKA", SPEECH "pc"},
    {"statement.retract", "CRDKA", SPEECH "pc"},
    {"feed.freeze", "CMDA", SPEECH "npcox"},
    {"feed.unfreeze", "CMDA", SPEECH "npcox"},
    {"feed.delay", "CMDA", "lLuD"},
    {"question.label", "CMRD", DECIDING},
    {"question.note", "CMRSPDKA", LIFE},
    {"question.redact", "MRDKA", REVIEWING},
    {"question.route", "CMRD", DECIDING},
    {"question.accept", "G", DECIDING},
    {"question.pass", "G", DECIDING},
    {"question.enter", "CMSD", ENTERING},
    {"asker.silence", "MRDA", LIFE},
    {"asker.unsilence", "MRDA", LIFE},
    {"invitation.issue", "A", INVITING},
    {"invitation.accept", "CGMRSPDK", INVITING}, // with its token
    {"invitation.revoke", "A", LIFE},
};
enum { METHODS = sizeof matrix / sizeof *matrix };

// interview.transition: from each of these stages to this one. What else the transcript asks is not
// a matter of roles alone (moderation/README.md, sign_off).
static const struct {
    const char *to;
    const char *from;
    const char *may;
} transitions[] = {
    {"draft", "r", "A"},
    {"in_review", "d", "A"},
    {"scheduled", "ro", "A"},
    {"announced", "sot", "A"},
    {"lobby", "n", "CDA"},
    {"lobby", "t", "A"},
    {"live", "lu", "CDA"},
    {"live", "t", "A"},
    {"suspended", "L", "CDA"},
    {"suspended", "t", "A"},
    {"draining", "Lu", "CDA"},
    {"draining", "t", "A"},
    {"ended", "D", "CA"},
    {"ended", "t", "A"},
    {"editing", "e", "CKA"},
    {"editing", "t", "A"},
    {"published", "E", "CKA"},
    {"published", "t", "A"},
    {"closed", "pt", "A"},
    {"archived", "ct", "A"},
    {"postponed", "snlt", "A"},
    {"cancelled", "snlt", "A"},
    {"taken_down", "nlLuDeEpchox", "A"},
};
enum { TRANSITIONS = sizeof transitions / sizeof *transitions };

// Who may, as letters; NULL: nobody goes this way.
static const char *may_go(enum interview_stage from, enum interview_stage to)
{
    for (size_t i = 0; i < TRANSITIONS; i++)
        if (strcmp(transitions[i].to, interview_stage_name(to)) == 0 &&
            strchr(transitions[i].from, stage_letters[from]))
            return transitions[i].may;
    return NULL;
}

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

TEST(every_transition_of_every_role_is_as_written_here)
{
    for (int from = 0; from < I_STAGES; from++)
        for (int to = 0; to < I_STAGES; to++) {
            enum interview_stage here = (enum interview_stage)from;
            enum interview_stage there = (enum interview_stage)to;
            const char *may = may_go(here, there);
            if (interview_may_move(here, there) != (may != NULL))
                check_fail(__FILE__, __LINE__, "%s to %s", interview_stage_name(here),
                           interview_stage_name(there));
            for (size_t i = 0; may && i < EVERYBODY; i++) {
                struct actor actor;
                make_actor(everybody[i].duty, &actor);
                if (roles_may(&actor, rostered(), transition_who(here, there)) !=
                    (strstr(may, everybody[i].who) != NULL))
                    check_fail(__FILE__, __LINE__, "%s to %s: %s", interview_stage_name(here),
                               interview_stage_name(there), everybody[i].duty);
            }
        }
}

// ---- what `fangtan roles` prints ----

// Has the comma-separated list this word?
static bool lists(struct slice list, const char *word)
{
    for (size_t at = 0; at <= list.n;) {
        const char *comma = memchr(list.p + at, ',', list.n - at);
        size_t n = (comma ? (size_t)(comma - list.p) : list.n) - at;
        if (slice_is((struct slice){list.p + at, n}, word))
            return true;
        at += n + 1;
    }
    return false;
}

struct printed { // a row: command, who, stages
    struct slice command, who, stages;
};

static bool next_row(const char **at, struct printed *ret)
{
    struct slice *columns[] = {&ret->command, &ret->who, &ret->stages};
    if (!**at)
        return false;
    for (int i = 0; i < 3; i++) {
        size_t n = strcspn(*at, "\t\n");
        CHECK((*at)[n] == (i < 2 ? '\t' : '\n'));
        *columns[i] = (struct slice){*at, n};
        *at += n + 1;
    }
    return true;
}

// May this person, by what is printed? Whoever has said hello is a citizen or of the staff.
static bool is_listed(struct slice who, size_t person)
{
    bool citizen = person == 1 && lists(who, "citizen");
    bool staff = person >= 2 && lists(who, "staff");
    return lists(who, "anyone") || citizen || staff ||
           (person >= 3 && lists(who, everybody[person].duty));
}

static void is_as_written(const struct printed *row, const char *may, const char *stages)
{
    for (size_t i = 0; i < EVERYBODY; i++)
        if (is_listed(row->who, i) != (strstr(may, everybody[i].who) != NULL))
            check_fail(__FILE__, __LINE__, "%.*s: %s", (int)row->command.n, row->command.p,
                       everybody[i].duty);
    bool any = slice_is(row->stages, "any");
    for (int i = 0; i < I_STAGES; i++)
        if ((any || lists(row->stages, interview_stage_name((enum interview_stage)i))) !=
            (strchr(stages, stage_letters[i]) != NULL))
            check_fail(__FILE__, __LINE__, "%.*s: %s", (int)row->command.n, row->command.p,
                       interview_stage_name((enum interview_stage)i));
}

static bool is_transition(const struct printed *row, const char *to)
{
    static const char name[] = "interview.transition ";
    size_t n = sizeof name - 1;
    return row->command.n > n && memcmp(row->command.p, name, n) == 0 &&
           (!to || slice_is((struct slice){row->command.p + n, row->command.n - n}, to));
}

TEST(the_printed_table_is_the_matrix)
{
    struct buf out = {0};
    struct printed row;
    size_t found[METHODS] = {0}, moves = 0;
    app_permissions(&out);
    buf_char(&out, '\0');
    for (const char *at = out.p; next_row(&at, &row);) {
        bool known = is_transition(&row, NULL);
        for (size_t m = 0; m < METHODS; m++)
            if (slice_is(row.command, matrix[m].method)) {
                is_as_written(&row, matrix[m].may, matrix[m].stages);
                found[m]++;
                known = true;
            }
        if (!known)
            check_fail(__FILE__, __LINE__, "unknown: %.*s", (int)row.command.n, row.command.p);
        for (int from = 0; from < I_STAGES; from++)
            for (int to = 0; to < I_STAGES; to++) {
                enum interview_stage there = (enum interview_stage)to;
                char here[2] = {stage_letters[from], '\0'};
                if (!is_transition(&row, interview_stage_name(there)) ||
                    !slice_is(row.stages, interview_stage_name((enum interview_stage)from)))
                    continue;
                const char *may = may_go((enum interview_stage)from, there);
                CHECK(may);
                is_as_written(&row, may, here);
                moves++;
            }
    }
    for (size_t m = 0; m < METHODS; m++)
        if (found[m] != (strcmp(matrix[m].method, "interview.transition") != 0))
            check_fail(__FILE__, __LINE__, "%zu rows: %s", found[m], matrix[m].method);
    size_t wanted = 0;
    for (size_t i = 0; i < TRANSITIONS; i++)
        wanted += strlen(transitions[i].from);
    CHECK_INT(moves, wanted);
    buf_finish(&out);
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
