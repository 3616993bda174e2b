// SPDX-License-Identifier: Apache-2.0
// Names that citizens give themselves, held against those of this interview's people.
#include "moderation/names.h"
#include "server/app/inside.h"

bool name_is_free(const struct interview *iv, const char *name)
{
    const char *taken[LIMIT_GUESTS + 1];
    size_t count = 0;
    if (iv->compere.name)
        taken[count++] = iv->compere.name;
    for (size_t i = 0; i < iv->guest_count && count < LIMIT_GUESTS + 1; i++)
        taken[count++] = iv->guests[i].name;
    return !name || !mod_name_is_taken(name, taken, count);
}

const char *name_shown(const struct interview *iv, const struct question *q)
{
    return name_is_free(iv, q->name) ? q->name : NULL;
}
