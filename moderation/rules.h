// SPDX-License-Identifier: Apache-2.0
// Rule sets: what an authority demands of an interview before it may go on, and what is missing.
//
// A rule set demands; whether the stages come in this order at all is life.h's business. "none" is
// built in and demands nothing.
#ifndef MODERATION_RULES_H
#define MODERATION_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "moderation/life.h"

enum { RULES_NAME = 33, RULES_ERROR = 256, RULES_DUTIES = 8, RULES_DUTY = 24 };

// What can be unmet. Their names are those of the settings below, where there is one.
enum rules_guard {
    GUARD_FIELDS, // of the announcement
    GUARD_MINUTES_MIN,
    GUARD_MINUTES_MAX,
    GUARD_MIN_TOPICS,
    GUARD_ROSTER,
    GUARD_NOTICE_DAYS,
    GUARD_LOBBY_MINUTES,
    GUARD_MUST_ATTEND,
    GUARD_NEW_DATE,
    GUARD_REASON,
    GUARD_OPEN_CASES,
    GUARD_SIGN_OFF,
    GUARD_FEED, // the public feed is frozen; no rule set's own, and nobody passes it
    GUARDS,
};
const char *rules_guard_name(enum rules_guard guard); // "notice_days"

struct rules {
    char name[RULES_NAME];
    int notice_days;            // from the announcement to the start, in days of the calendar
    int minutes_min;            // of the interview; 0 = any
    int minutes_max;            // 0 = any
    int min_topics;             // in the announcement
    int lobby_minutes;          // the lobby opens so long before the start at most; 0 = any time
    int answer_working_days;    // for a written answer to a referred question; 0 = no date
    int extension_working_days; // by which that date may be moved, in all; 0 = any number
    char must_attend[RULES_DUTIES]
                    [RULES_DUTY]; // on the roster; signed in for the lobby, and when it starts
    size_t must_attend_count;
    bool two_persons;     // for taking back and restoring what everybody has seen
    bool may_lapse;       // a question may end without any answer, with a reason
    bool sign_off;        // a second person publishes the transcript, also without a policy_checker
    unsigned overridable; // 1 << guard: a portal_admin may pass it, saying why
};

const struct rules *rules_none(void);

// Reads the text of a rule set's file (format: README.md). file begins an error; its last part
// without ".conf" is the rule set's name. is_duty tells whether a word is a duty of a roster.
// 0, or -EINVAL with "FILE:LINE: reason" in error (or "FILE: reason" about the name).
int rules_parse(const char *file, const char *text, size_t len,
                bool (*is_duty)(const char *word, size_t len), struct rules *ret,
                char error[RULES_ERROR]);

// Everything a rule set may want to know about one move of one interview.
enum {
    RULES_HAS_TOPIC = 1 << 0,
    RULES_HAS_DEPARTMENT = 1 << 1,
    RULES_HAS_GUEST = 1 << 2,
    RULES_HAS_COMPERE = 1 << 3,
    RULES_HAS_START = 1 << 4,
    RULES_HAS_ALL = (1 << 5) - 1,
    RULES_FIELDS = 5,
};
const char *rules_field_name(unsigned bit); // 0 … RULES_FIELDS - 1

struct rules_facts {
    enum interview_stage from, to;
    unsigned fields; // RULES_HAS_…
    bool has_reason;
    int64_t minutes, topics;
    int64_t open_cases; // referred questions without a written answer
    int64_t starts_ms;  // planned
    int64_t put_off_ms; // the start it had when it was postponed; 0 = never
    int64_t now_ms;
    int offset_minutes; // of the portal's clock, east of UTC
    unsigned rostered;  // 1 << i: somebody has must_attend[i]
    unsigned present;   // 1 << i: … and is signed in
    bool has_checker;   // somebody on the roster is a policy_checker
    bool may_sign;      // who asks is one, or a portal_admin where there is none
    bool frozen;        // the public feed
};

struct rules_unmet {
    enum rules_guard guard;
    int64_t need, have; // numbers; or bits of RULES_HAS_… (fields), of must_attend (roster,
                        // must_attend); or instants (new_date: have = the start it still has);
                        // sign_off: need = 1 by a policy_checker, 0 by a portal_admin
    bool may_override;
};

// Is the transcript published now, and by another person than the one who ended the interview? So
// wherever there is a policy_checker, whatever the rule set.
bool rules_want_sign_off(const struct rules *rules, const struct rules_facts *facts);

// What stands in the way. Returns how many.
size_t rules_unmet(const struct rules *rules, const struct rules_facts *facts,
                   struct rules_unmet ret[GUARDS]);

#endif
