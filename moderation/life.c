// SPDX-License-Identifier: Apache-2.0
// The two tables of moves. What a table does not list cannot happen.
#include "moderation/life.h"

#include <stddef.h>
#include <string.h>

static const char *const QUESTION_NAMES[Q_STAGES] = {
    [Q_HELD] = "held",         [Q_PENDING] = "pending",     [Q_APPROVED] = "approved",
    [Q_QUEUED] = "queued",     [Q_ON_AIR] = "on_air",       [Q_ANSWERED] = "answered",
    [Q_CLOSED] = "closed",     [Q_REJECTED] = "rejected",   [Q_GROUPED] = "grouped",
    [Q_REFERRED] = "referred", [Q_WITHDRAWN] = "withdrawn", [Q_RETRACTED] = "retracted",
    [Q_LAPSED] = "lapsed",
};

static const char *const CASE_NAMES[CASE_STAGES] = {
    [CASE_OPENED] = "opened",
    [CASE_ACCEPTED] = "accepted",
    [CASE_CLOCK_STOPPED] = "clock_stopped",
    [CASE_DRAFT_SUBMITTED] = "draft_submitted",
    [CASE_RETURNED] = "returned",
    [CASE_CLOSED] = "closed",
};

static const char *const INTERVIEW_NAMES[I_STAGES] = {
    [I_DRAFT] = "draft",           [I_IN_REVIEW] = "in_review", [I_SCHEDULED] = "scheduled",
    [I_ANNOUNCED] = "announced",   [I_LOBBY] = "lobby",         [I_LIVE] = "live",
    [I_SUSPENDED] = "suspended",   [I_DRAINING] = "draining",   [I_ENDED] = "ended",
    [I_EDITING] = "editing",       [I_PUBLISHED] = "published", [I_CLOSED] = "closed",
    [I_ARCHIVED] = "archived",     [I_POSTPONED] = "postponed", [I_CANCELLED] = "cancelled",
    [I_TAKEN_DOWN] = "taken_down",
};

static const char *const ASKING_NAMES[ASKING_STATES] = {
    [ASKING_CLOSED] = "closed",
    [ASKING_PRECOLLECT] = "precollect",
    [ASKING_OPEN] = "open",
};

// One row a move: the stages it is legal from, and where it leads.
#define FROM(stage) (1u << (stage))
enum { SAME_STAGE = Q_STAGES };

static const struct {
    unsigned from;
    int to;
} QUESTION_MOVES[M_MOVES] = {
    [M_CLAIM] = {FROM(Q_HELD) | FROM(Q_PENDING), SAME_STAGE},
    [M_RELEASE] = {FROM(Q_HELD), Q_PENDING},
    [M_APPROVE] = {FROM(Q_PENDING), Q_APPROVED},
    [M_UNDO] = {FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_PENDING},
    [M_REJECT] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_REJECTED},
    [M_QUEUE] = {FROM(Q_APPROVED), Q_QUEUED},
    [M_DEQUEUE] = {FROM(Q_QUEUED), Q_APPROVED},
    [M_PUT_ON_AIR] = {FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_ON_AIR},
    [M_TAKE_OFF_AIR] = {FROM(Q_ON_AIR), Q_QUEUED},
    [M_ANSWER] = {FROM(Q_APPROVED) | FROM(Q_QUEUED) | FROM(Q_ON_AIR) | FROM(Q_ANSWERED),
                  Q_ANSWERED},
    [M_REFER] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED) |
                     FROM(Q_ANSWERED),
                 Q_REFERRED},
    [M_WITHDRAW] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED) |
                        FROM(Q_GROUPED),
                    Q_WITHDRAWN},
    [M_HOLD] = {FROM(Q_PENDING), Q_HELD},
    [M_RETRACT] = {FROM(Q_APPROVED) | FROM(Q_QUEUED) | FROM(Q_ON_AIR) | FROM(Q_ANSWERED) |
                       FROM(Q_REFERRED) | FROM(Q_CLOSED) | FROM(Q_LAPSED),
                   Q_RETRACTED},
    [M_RESTORE] = {FROM(Q_RETRACTED), SAME_STAGE},
    [M_APPEAL] = {FROM(Q_REJECTED), SAME_STAGE},
    [M_UPHOLD] = {FROM(Q_REJECTED), Q_PENDING},
    [M_DISMISS] = {FROM(Q_REJECTED), Q_REJECTED},
    [M_REPLY] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_CLOSED},
    [M_CASE] = {FROM(Q_REFERRED), SAME_STAGE},
    [M_REPLY_CASE] = {FROM(Q_REFERRED), Q_CLOSED},
    [M_LAPSE] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_LAPSED},
    [M_GROUP] = {FROM(Q_HELD) | FROM(Q_PENDING) | FROM(Q_APPROVED) | FROM(Q_QUEUED), Q_GROUPED},
    [M_UNGROUP] = {FROM(Q_GROUPED), Q_PENDING},
};

enum {
    CASE_IN_WORK = FROM(CASE_ACCEPTED) | FROM(CASE_RETURNED),
    CASE_RUNS = CASE_IN_WORK | FROM(CASE_OPENED) | FROM(CASE_DRAFT_SUBMITTED),
    CASE_OPEN = CASE_RUNS | FROM(CASE_CLOCK_STOPPED),
    SAME_CASE_STAGE = CASE_STAGES,
};

static const struct {
    unsigned from;
    int to;
} CASE_TABLE[CASE_MOVES] = {
    [CM_ACCEPT] = {FROM(CASE_OPENED), CASE_ACCEPTED},
    [CM_RE_ROUTE] = {FROM(CASE_OPENED) | FROM(CASE_ACCEPTED), CASE_OPENED},
    [CM_STOP_CLOCK] = {CASE_IN_WORK, CASE_CLOCK_STOPPED},
    [CM_RESUME_CLOCK] = {FROM(CASE_CLOCK_STOPPED), CASE_ACCEPTED},
    [CM_EXTEND] = {CASE_RUNS, SAME_CASE_STAGE},
    [CM_DRAFT] = {CASE_IN_WORK | FROM(CASE_DRAFT_SUBMITTED), CASE_DRAFT_SUBMITTED},
    [CM_RETURN] = {FROM(CASE_DRAFT_SUBMITTED), CASE_RETURNED},
    [CM_CLOSE] = {CASE_OPEN, CASE_CLOSED},
};

#define TO(stage) (1u << (stage))
enum {
    // What citizens have seen something of. A postponed or cancelled interview counts, though it
    // may never have been announced: a stage alone cannot tell.
    PUBLIC = TO(I_ANNOUNCED) | TO(I_LOBBY) | TO(I_LIVE) | TO(I_SUSPENDED) | TO(I_DRAINING) |
             TO(I_ENDED) | TO(I_EDITING) | TO(I_PUBLISHED) | TO(I_CLOSED) | TO(I_ARCHIVED) |
             TO(I_POSTPONED) | TO(I_CANCELLED),
    PUT_OFF = TO(I_POSTPONED) | TO(I_CANCELLED),
    TAKES_QUESTIONS = TO(I_ANNOUNCED) | TO(I_LOBBY) | TO(I_LIVE),
};

static const unsigned INTERVIEW_MOVES[I_STAGES] = {
    [I_DRAFT] = TO(I_IN_REVIEW),
    [I_IN_REVIEW] = TO(I_SCHEDULED) | TO(I_DRAFT),
    [I_SCHEDULED] = TO(I_ANNOUNCED) | PUT_OFF,
    [I_ANNOUNCED] = TO(I_LOBBY) | PUT_OFF | TO(I_TAKEN_DOWN),
    [I_LOBBY] = TO(I_LIVE) | PUT_OFF | TO(I_TAKEN_DOWN),
    [I_LIVE] = TO(I_SUSPENDED) | TO(I_DRAINING) | TO(I_TAKEN_DOWN),
    [I_SUSPENDED] = TO(I_LIVE) | TO(I_DRAINING) | TO(I_TAKEN_DOWN),
    [I_DRAINING] = TO(I_ENDED) | TO(I_TAKEN_DOWN),
    [I_ENDED] = TO(I_EDITING) | TO(I_TAKEN_DOWN),
    [I_EDITING] = TO(I_PUBLISHED) | TO(I_TAKEN_DOWN),
    [I_PUBLISHED] = TO(I_CLOSED) | TO(I_TAKEN_DOWN),
    [I_CLOSED] = TO(I_ARCHIVED) | TO(I_TAKEN_DOWN),
    [I_ARCHIVED] = TO(I_TAKEN_DOWN),
    [I_POSTPONED] = TO(I_SCHEDULED) | TO(I_ANNOUNCED) | TO(I_TAKEN_DOWN),
    [I_CANCELLED] = TO(I_TAKEN_DOWN),
    [I_TAKEN_DOWN] = PUBLIC, // back to where it was, which its record tells
};

static int find(const char *const *names, int count, const char *word, size_t len)
{
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
            return i;
    return -1;
}

const char *question_stage_name(enum question_stage stage)
{
    return stage < Q_STAGES ? QUESTION_NAMES[stage] : NULL;
}

const char *interview_stage_name(enum interview_stage stage)
{
    return stage < I_STAGES ? INTERVIEW_NAMES[stage] : NULL;
}

const char *asking_name(enum asking asking)
{
    return asking < ASKING_STATES ? ASKING_NAMES[asking] : NULL;
}

const char *case_stage_name(enum case_stage stage)
{
    return stage < CASE_STAGES ? CASE_NAMES[stage] : NULL;
}

bool question_stage_parse(const char *word, size_t len, enum question_stage *ret)
{
    int i = find(QUESTION_NAMES, Q_STAGES, word, len);
    if (i >= 0)
        *ret = (enum question_stage)i;
    return i >= 0;
}

bool interview_stage_parse(const char *word, size_t len, enum interview_stage *ret)
{
    int i = find(INTERVIEW_NAMES, I_STAGES, word, len);
    if (i >= 0)
        *ret = (enum interview_stage)i;
    return i >= 0;
}

bool asking_parse(const char *word, size_t len, enum asking *ret)
{
    int i = find(ASKING_NAMES, ASKING_STATES, word, len);
    if (i >= 0)
        *ret = (enum asking)i;
    return i >= 0;
}

bool question_may_move(enum question_stage from, enum question_move move,
                       enum question_stage *ret_to)
{
    if (from >= Q_STAGES || move >= M_MOVES || !(QUESTION_MOVES[move].from & FROM(from)))
        return false;
    int to = QUESTION_MOVES[move].to;
    if (ret_to)
        *ret_to = to == SAME_STAGE ? from : (enum question_stage)to;
    return true;
}

bool case_may_move(enum case_stage from, enum case_move move, enum case_stage *ret_to)
{
    if (from >= CASE_STAGES || move >= CASE_MOVES || !(CASE_TABLE[move].from & FROM(from)))
        return false;
    int to = CASE_TABLE[move].to;
    if (ret_to)
        *ret_to = to == SAME_CASE_STAGE ? from : (enum case_stage)to;
    return true;
}

bool interview_may_move(enum interview_stage from, enum interview_stage to)
{
    return from < I_STAGES && to < I_STAGES && (INTERVIEW_MOVES[from] & TO(to));
}

bool question_is_disposed(enum question_stage stage)
{
    return stage >= Q_ANSWERED && stage < Q_STAGES;
}

bool interview_is_public(enum interview_stage stage)
{
    return stage == I_TAKEN_DOWN || (stage < I_STAGES && (PUBLIC & TO(stage)));
}

bool interview_takes_questions(enum interview_stage stage)
{
    return stage < I_STAGES && (TAKES_QUESTIONS & TO(stage));
}
