// SPDX-License-Identifier: Apache-2.0
// The coded reasons, in the order of the digit keys 1 … 9, 0; the desk of the web client has the
// same order. No appeal where there is no judgement to look at again.
#include "moderation/reason.h"

#include <string.h>

static const struct mod_reason REASONS[] = {
    {"duplicate", true}, // the asker may see a difference that we do not
    {"off_topic", true},
    {"not_our_remit", true},
    {"unclear", true},
    {"personal_case", true},
    {"petition_channel", true},
    {"personal_data", true},
    {"abusive", true},
    {"illegal", true},
    {"advert", false}, // an advertisement is not asking
    {"spam", false},
    {"impersonation", true}, // the name may be the asker's own
    {"secret", true},
    {"test", false}, // nothing was asked
};

const struct mod_reason *mod_reasons(size_t *ret_count)
{
    *ret_count = sizeof REASONS / sizeof *REASONS;
    return REASONS;
}

const struct mod_reason *mod_reason_find(const char *code, size_t len)
{
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (strlen(REASONS[i].code) == len && memcmp(REASONS[i].code, code, len) == 0)
            return &REASONS[i];
    return NULL;
}
