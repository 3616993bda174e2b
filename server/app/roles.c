// SPDX-License-Identifier: Apache-2.0
#include "server/app/roles.h"

#include <string.h>

// The duties of a roster; then what is not one.
static const struct {
    const char *name;
    uint32_t who;
} names[] = {
    {"compere", WHO_COMPERE},
    {"guest", WHO_GUEST},
    {"moderator", WHO_MODERATOR},
    {"reviewer", WHO_REVIEWER},
    {"stenographer", WHO_STENOGRAPHER},
    {"picture_editor", WHO_PICTURE_EDITOR},
    {"producer", WHO_PRODUCER},
    {"policy_checker", WHO_POLICY_CHECKER},
    {"portal_admin", WHO_PORTAL_ADMIN},
    {"auditor", WHO_AUDITOR},
    {"staff", WHO_STAFF},
    {"citizen", WHO_CITIZEN},
    {"anyone", WHO_ANYONE},
};
enum { DUTIES = 8, NAMES = sizeof names / sizeof *names };

bool roles_is_elsewhere(const struct actor *actor, const struct interview *iv)
{
    if (actor->kind != ACTOR_STAFF || !actor->invitation[0])
        return false;
    const struct invitation *v = interview_invitation(iv, slice_of(actor->invitation));
    return !v || v->stage != INVITATION_USED || strcmp(v->user, actor->name) != 0;
}

uint32_t roles_of(const struct actor *actor, const struct interview *iv)
{
    if (actor->kind == ACTOR_CITIZEN)
        return WHO_ANYONE | WHO_CITIZEN;
    if (actor->kind != ACTOR_STAFF)
        return WHO_ANYONE;
    uint32_t who = WHO_ANYONE | WHO_STAFF;
    if (strcmp(actor->role, "portal_admin") == 0)
        who |= WHO_PORTAL_ADMIN;
    if (strcmp(actor->role, "auditor") == 0)
        who |= WHO_AUDITOR;
    if (!iv || roles_is_elsewhere(actor, iv))
        return who;
    for (size_t i = 0; i < iv->roster_count; i++)
        for (size_t d = 0; d < DUTIES; d++)
            if (strcmp(iv->roster[i].user, actor->name) == 0 &&
                strcmp(iv->roster[i].duty, names[d].name) == 0)
                who |= names[d].who;
    return who;
}

bool roles_may(const struct actor *actor, const struct interview *iv, uint32_t who)
{
    return (roles_of(actor, iv) & who) != 0;
}

bool roles_is_duty(const char *word, size_t len)
{
    for (size_t d = 0; d < DUTIES; d++)
        if (strlen(names[d].name) == len && memcmp(names[d].name, word, len) == 0)
            return true;
    return false;
}

void roles_write(uint32_t who, struct buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < NAMES; i++) {
        if (!(who & names[i].who))
            continue;
        buf_printf(out, "%s%s", comma, names[i].name);
        comma = ",";
    }
}
