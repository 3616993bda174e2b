// SPDX-License-Identifier: Apache-2.0
// The coded reasons, in the order of the digit keys 1 … 9, 0; the desk of the web client has the
// same order. No appeal where there is no judgement to look at again.
#include "moderation/reason.h"

#include <string.h>

// clang-format off
static const struct mod_reason REASONS[] = {
    // code             appeal names  note
    {"duplicate",        true,  true,  false}, // the asker may see a difference that we do not
    {"off_topic",        true,  false, true},
    {"not_our_remit",    true,  false, true},
    {"unclear",          true,  false, false},
    {"personal_case",    true,  false, false},
    {"petition_channel", true,  false, false},
    {"personal_data",    true,  false, false},
    {"abusive",          true,  false, false},
    {"illegal",          true,  false, false},
    {"advert",           false, false, false}, // an advertisement is not asking
    {"spam",             false, false, false},
    {"impersonation",    true,  false, false}, // the name may be the asker's own
    {"secret",           true,  false, false},
    {"test",             false, false, false}, // nothing was asked
};
// clang-format on

const struct mod_reason *mod_reasons(size_t *ret_count)
{
    *ret_count = sizeof REASONS / sizeof *REASONS;
    return REASONS;
}

static const char *const OTHERS[] = {"mistake", "early", "cancelled"};

const char *const *mod_other_reasons(size_t *ret_count)
{
    *ret_count = sizeof OTHERS / sizeof *OTHERS;
    return OTHERS;
}

const char *mod_reason_shown(const char *code, size_t len)
{
    const struct mod_reason *reason = mod_reason_find(code, len);
    for (size_t i = 0; !reason && i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (strlen(OTHERS[i]) == len && memcmp(OTHERS[i], code, len) == 0)
            return OTHERS[i];
    return reason ? reason->code : NULL;
}

const struct mod_reason *mod_reason_find(const char *code, size_t len)
{
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (strlen(REASONS[i].code) == len && memcmp(REASONS[i].code, code, len) == 0)
            return &REASONS[i];
    return NULL;
}
