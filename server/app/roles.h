// SPDX-License-Identifier: Apache-2.0
// Who may do what: the one permission function, over one table (its rows: table_*.c).
#ifndef SERVER_APP_ROLES_H
#define SERVER_APP_ROLES_H

#include <stdbool.h>
#include <stdint.h>

#include "server/app/app.h"

// What somebody is, in one interview (duties) or portal-wide.
enum {
    WHO_ANYONE = 1 << 0, // also before hello
    WHO_CITIZEN = 1 << 1,
    WHO_STAFF = 1 << 2, // any account
    WHO_COMPERE = 1 << 3,
    WHO_GUEST = 1 << 4,
    WHO_MODERATOR = 1 << 5,
    WHO_REVIEWER = 1 << 6,
    WHO_STENOGRAPHER = 1 << 7,
    WHO_PICTURE_EDITOR = 1 << 8,
    WHO_PRODUCER = 1 << 9,
    WHO_POLICY_CHECKER = 1 << 10,
    WHO_PORTAL_ADMIN = 1 << 11,
    WHO_AUDITOR = 1 << 12,
};

// Everything the actor is; iv is the staff state, or NULL outside of an interview. Whom an
// invitation brought is on duty in its interview alone, and only while it stands.
uint32_t roles_of(const struct actor *actor, const struct interview *iv);

// Came he by an invitation to another interview, or by one that was revoked?
bool roles_is_elsewhere(const struct actor *actor, const struct interview *iv);

// Is one of the things the actor is among those that may?
bool roles_may(const struct actor *actor, const struct interview *iv, uint32_t who);

// The words for a mask, "compere,moderator", into out.
void roles_write(uint32_t who, struct buf *out);

bool roles_is_duty(const char *word, size_t len);

#endif
