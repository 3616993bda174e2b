// SPDX-License-Identifier: Apache-2.0
// The life of a question and of an interview: stages and legal moves, as tables.
// Who may make a move is decided in server/app/roles.c; this is about what may happen at all.
#ifndef MODERATION_LIFE_H
#define MODERATION_LIFE_H

#include <stdbool.h>
#include <stddef.h>

enum question_stage {
    Q_HELD,
    Q_PENDING,
    Q_APPROVED,
    Q_QUEUED,
    Q_ON_AIR,
    Q_ANSWERED,
    Q_CLOSED,
    Q_REJECTED,
    Q_GROUPED,
    Q_REFERRED,
    Q_WITHDRAWN,
    Q_RETRACTED,
    Q_LAPSED,
    Q_STAGES,
};

enum question_move {
    M_CLAIM,   // stage stays
    M_RELEASE, // held → pending
    M_APPROVE,
    M_UNDO, // approved → pending, before it became public
    M_REJECT,
    M_QUEUE,
    M_DEQUEUE,
    M_PUT_ON_AIR,
    M_TAKE_OFF_AIR,
    M_ANSWER, // from approved, queued, on_air, and again from answered
    M_REFER,
    M_WITHDRAW,
    M_HOLD,    // pending → held
    M_RETRACT, // of what everybody has seen
    M_RESTORE, // retracted → where it was, which struct question keeps; the table says retracted
    M_APPEAL,  // rejected; stage stays
    M_UPHOLD,  // rejected → pending: the appeal is granted
    M_DISMISS, // rejected again: the appeal is not
    M_REPLY,   // to the asker alone; never of a public question
    M_CASE,    // an act of the department it was referred to; stage stays
    M_REPLY_CASE, // referred → closed
    M_LAPSE,
    M_GROUP,   // joined with another question
    M_UNGROUP, // grouped → pending
    M_MOVES,
};

// The case of a referred question: a small life of its own beside the question's stage.
enum case_stage {
    CASE_OPENED,
    CASE_ACCEPTED, // … and, with nothing further, in progress
    CASE_CLOCK_STOPPED,
    CASE_DRAFT_SUBMITTED,
    CASE_RETURNED, // the draft, for rework
    CASE_CLOSED,
    CASE_STAGES,
};

enum case_move {
    CM_ACCEPT,
    CM_RE_ROUTE, // to another department, which has to accept it in its turn
    CM_STOP_CLOCK,
    CM_RESUME_CLOCK,
    CM_EXTEND, // stage stays
    CM_DRAFT,  // … also in place of the one that is there
    CM_RETURN,
    CM_CLOSE, // by the published reply; the department may reply at once
    CASE_MOVES,
};

enum interview_stage {
    I_DRAFT,
    I_IN_REVIEW,
    I_SCHEDULED,
    I_ANNOUNCED,
    I_LOBBY,
    I_LIVE,
    I_SUSPENDED,
    I_DRAINING,
    I_ENDED,
    I_EDITING,
    I_PUBLISHED,
    I_CLOSED,
    I_ARCHIVED,
    I_POSTPONED,
    I_CANCELLED,
    I_TAKEN_DOWN,
    I_STAGES,
};

enum asking { ASKING_CLOSED, ASKING_PRECOLLECT, ASKING_OPEN, ASKING_STATES };

// The contract's words: "on_air", "in_review", "precollect". Never NULL for a valid value.
const char *question_stage_name(enum question_stage stage);
const char *interview_stage_name(enum interview_stage stage);
const char *asking_name(enum asking asking);
const char *case_stage_name(enum case_stage stage); // "clock_stopped"

// Returns false when the word is not one of them; *ret is then untouched.
bool question_stage_parse(const char *word, size_t len, enum question_stage *ret);
bool interview_stage_parse(const char *word, size_t len, enum interview_stage *ret);
bool asking_parse(const char *word, size_t len, enum asking *ret);

// Is this move legal from this stage, and where does it lead? *ret_to may be NULL.
bool question_may_move(enum question_stage from, enum question_move move,
                       enum question_stage *ret_to);
bool case_may_move(enum case_stage from, enum case_move move, enum case_stage *ret_to);
bool interview_may_move(enum interview_stage from, enum interview_stage to);

// An end that needs no further act before the transcript may be published (invariant I8).
bool question_is_disposed(enum question_stage stage);

bool interview_is_public(enum interview_stage stage);       // has anything been announced
bool interview_takes_questions(enum interview_stage stage); // may asking be open at all

#endif
