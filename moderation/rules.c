// SPDX-License-Identifier: Apache-2.0
// What a rule set demands of each move, as one function over facts; the reading is in
// rules_file.c.
#include "moderation/rules.h"

#include "moderation/calendar.h"

static const char *const GUARD_NAMES[GUARDS] = {
    [GUARD_FIELDS] = "fields",
    [GUARD_MINUTES_MIN] = "minutes_min",
    [GUARD_MINUTES_MAX] = "minutes_max",
    [GUARD_MIN_TOPICS] = "min_topics",
    [GUARD_ROSTER] = "roster",
    [GUARD_NOTICE_DAYS] = "notice_days",
    [GUARD_LOBBY_MINUTES] = "lobby_minutes",
    [GUARD_MUST_ATTEND] = "must_attend",
    [GUARD_NEW_DATE] = "new_date",
    [GUARD_REASON] = "reason",
    [GUARD_OPEN_CASES] = "open_cases",
    [GUARD_SIGN_OFF] = "sign_off",
    [GUARD_FEED] = "feed",
};

static const char *const FIELD_NAMES[RULES_FIELDS] = {"topic", "departments", "guests", "compere",
                                                      "starts_at"};

static const struct rules NONE = {.name = "none"};

const struct rules *rules_none(void)
{
    return &NONE;
}

const char *rules_guard_name(enum rules_guard guard)
{
    return guard < GUARDS ? GUARD_NAMES[guard] : NULL;
}

const char *rules_field_name(unsigned bit)
{
    return bit < RULES_FIELDS ? FIELD_NAMES[bit] : NULL;
}

struct finding {
    const struct rules *rules;
    struct rules_unmet *ret;
    size_t count;
};

static void demand(struct finding *f, bool met, enum rules_guard guard, int64_t need, int64_t have)
{
    if (met)
        return;
    bool may_override = f->rules->overridable & 1u << guard;
    f->ret[f->count++] = (struct rules_unmet){guard, need, have, may_override};
}

// Asked for at the review and again at the announcement, since a plan may change in between.
static void demand_plan(struct finding *f, const struct rules_facts *facts)
{
    const struct rules *r = f->rules;
    unsigned duties = (1u << r->must_attend_count) - 1;
    demand(f, facts->fields == RULES_HAS_ALL, GUARD_FIELDS, RULES_HAS_ALL, facts->fields);
    demand(f, facts->minutes >= r->minutes_min, GUARD_MINUTES_MIN, r->minutes_min, facts->minutes);
    demand(f, !r->minutes_max || facts->minutes <= r->minutes_max, GUARD_MINUTES_MAX,
           r->minutes_max, facts->minutes);
    demand(f, facts->topics >= r->min_topics, GUARD_MIN_TOPICS, r->min_topics, facts->topics);
    demand(f, (facts->rostered & duties) == duties, GUARD_ROSTER, duties, facts->rostered & duties);
}

// Days, not hours: an announcement in the evening counts like one in the morning.
static void demand_notice(struct finding *f, const struct rules_facts *facts)
{
    int64_t days = (int64_t)calendar_day(facts->starts_ms, facts->offset_minutes) -
                   calendar_day(facts->now_ms, facts->offset_minutes);
    demand(f, !f->rules->notice_days || days >= f->rules->notice_days, GUARD_NOTICE_DAYS,
           f->rules->notice_days, days < 0 ? 0 : days);
}

static void demand_lobby(struct finding *f, const struct rules_facts *facts)
{
    int64_t left = facts->starts_ms - facts->now_ms;
    int64_t minutes = left > 0 ? (left + 59999) / 60000 : 0;
    demand(f, !f->rules->lobby_minutes || minutes <= f->rules->lobby_minutes, GUARD_LOBBY_MINUTES,
           f->rules->lobby_minutes, minutes);
}

static void demand_attendance(struct finding *f, const struct rules_facts *facts)
{
    unsigned duties = (1u << f->rules->must_attend_count) - 1;
    demand(f, (facts->present & duties) == duties, GUARD_MUST_ATTEND, duties,
           facts->present & duties);
}

static bool wants_reason(enum interview_stage to)
{
    return to == I_DRAFT || to == I_SUSPENDED || to == I_POSTPONED || to == I_CANCELLED ||
           to == I_TAKEN_DOWN;
}

bool rules_want_sign_off(const struct rules *rules, const struct rules_facts *facts)
{
    return facts->from == I_EDITING && facts->to == I_PUBLISHED &&
           (facts->has_checker || rules->sign_off);
}

// Always to be overridden: the checker may be ill, and a roster is closed by then.
static void demand_sign_off(struct finding *f, const struct rules_facts *facts)
{
    if (rules_want_sign_off(f->rules, facts) && !facts->may_sign)
        f->ret[f->count++] = (struct rules_unmet){GUARD_SIGN_OFF, facts->has_checker, 0, true};
}

// Nobody begins before a public that is not told so, and nothing unfreezes what is archived.
static void demand_feed(struct finding *f, const struct rules_facts *facts)
{
    bool needs_feed = facts->to == I_LIVE || facts->to == I_ARCHIVED;
    if (needs_feed && facts->frozen)
        f->ret[f->count++] = (struct rules_unmet){GUARD_FEED, 0, 0, false};
}

// The feed and the sign-off first, then in the order of enum rules_guard.
size_t rules_unmet(const struct rules *rules, const struct rules_facts *facts,
                   struct rules_unmet ret[GUARDS])
{
    struct finding f = {rules, ret, 0};
    // What was public once and comes back has met the demands then.
    if (facts->from == I_TAKEN_DOWN)
        return 0;
    demand_feed(&f, facts);
    demand_sign_off(&f, facts);
    if (rules == &NONE)
        return f.count;
    if (facts->to == I_IN_REVIEW || facts->to == I_ANNOUNCED)
        demand_plan(&f, facts);
    if (facts->to == I_ANNOUNCED)
        demand_notice(&f, facts);
    if (facts->to == I_LOBBY)
        demand_lobby(&f, facts);
    // Again at the start: somebody may have left the lobby.
    if (facts->to == I_LOBBY || (facts->to == I_LIVE && facts->from == I_LOBBY))
        demand_attendance(&f, facts);
    if (facts->from == I_POSTPONED && (facts->to == I_SCHEDULED || facts->to == I_ANNOUNCED))
        demand(&f, facts->starts_ms != facts->put_off_ms && facts->starts_ms > facts->now_ms,
               GUARD_NEW_DATE, 0, facts->starts_ms);
    if (wants_reason(facts->to))
        demand(&f, facts->has_reason, GUARD_REASON, 1, 0);
    if (facts->to == I_CLOSED)
        demand(&f, facts->open_cases == 0, GUARD_OPEN_CASES, 0, facts->open_cases);
    return f.count;
}
