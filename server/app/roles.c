// SPDX-License-Identifier: Apache-2.0
#include "server/app/roles.h"

#include <string.h>

static const struct {
    const char *duty;
    uint32_t who;
} duties[] = {
    {"compere", WHO_COMPERE},           {"guest", WHO_GUEST},
    {"moderator", WHO_MODERATOR},       {"reviewer", WHO_REVIEWER},
    {"stenographer", WHO_STENOGRAPHER}, {"picture_editor", WHO_PICTURE_EDITOR},
    {"producer", WHO_PRODUCER},         {"policy_checker", WHO_POLICY_CHECKER},
};
enum { DUTIES = sizeof duties / sizeof *duties };

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
    for (size_t i = 0; iv && i < iv->roster_count; i++)
        for (size_t d = 0; d < DUTIES; d++)
            if (strcmp(iv->roster[i].user, actor->name) == 0 &&
                strcmp(iv->roster[i].duty, duties[d].duty) == 0)
                who |= duties[d].who;
    return who;
}

bool roles_may(const struct actor *actor, const struct interview *iv, uint32_t who)
{
    return (roles_of(actor, iv) & who) != 0;
}

bool roles_is_duty(const char *word, size_t len)
{
    for (size_t d = 0; d < DUTIES; d++)
        if (strlen(duties[d].duty) == len && memcmp(duties[d].duty, word, len) == 0)
            return true;
    return false;
}
