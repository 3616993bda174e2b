// SPDX-License-Identifier: Apache-2.0
// Rows: the case of a question that was referred to a department.
#include "server/app/table.h"

#define OF_CASE QUESTION(case_act), COMMAND_ID(case_act), NUMBER(case_act, "version", version)

static const struct field case_list_fields[] = {INTERVIEW(interview_only), END};
static const struct field case_only_fields[] = {OF_CASE, END};
static const struct field case_re_route_fields[] = {
    OF_CASE, NEEDS(case_act, "department", F_STRING, TEXT(LIMIT_TITLE_POINTS), department),
    TAKES(case_act, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field case_note_fields[] = {
    OF_CASE, NEEDS(case_act, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field case_extend_fields[] = {
    OF_CASE, TAKES_IF(case_act, "due", F_TIME, 0, due_ms, has_due),
    TAKES_IF(case_act, "working_days", F_INT, LIMIT_EXTENSION_DAYS, working_days, has_working_days),
    NEEDS(case_act, "reason", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, reason), END};
static const struct field case_draft_fields[] = {
    OF_CASE, NEEDS(case_act, "text", F_STRING, LIMIT_STAFF_MESSAGE, text), END};
static const struct field case_reply_fields[] = {
    OF_CASE,
    TAKES(case_act, "text", F_STRING, LIMIT_STAFF_MESSAGE, text),
    TAKES(case_act, "department", F_STRING, TEXT(LIMIT_TITLE_POINTS), department),
    TAKES(case_act, "public", F_BOOL, 0, is_public),
    TAKES(case_act, "question_text", F_STRING, LIMIT_CITIZEN_MESSAGE, question_text),
    END};

enum {
    REPLIERS = WHO_POLICY_CHECKER | WHO_REVIEWER | WHO_PORTAL_ADMIN,
    HANDLERS = REPLIERS | WHO_MODERATOR,
    IN_CASES = IN_DECIDING | IN(I_PUBLISHED) | IN(I_CLOSED),
};

#define CASE(name, fields, who, run, summary)                                                      \
    CHANGE(name, fields, case_act, OF_QUESTION(case_act), who, IN_CASES, run, summary)

const struct method case_methods[] = {
    READS("case.list", case_list_fields, interview_only, AT(interview_only, interview), WHO_STAFF,
          case_list_run, "The open cases, and how late each of them is today."),
    CASE("case.accept", case_only_fields, HANDLERS, case_accept_run,
         "The department takes the question on."),
    CASE("case.re_route", case_re_route_fields, HANDLERS, case_re_route_run,
         "Gives it to another department; a day after the opening by a reviewer only."),
    CASE("case.stop_clock", case_note_fields, HANDLERS, case_stop_clock_run,
         "The asker has to make something clear first; the note is to him."),
    CASE("case.resume_clock", case_only_fields, HANDLERS, case_resume_clock_run,
         "The clock runs again; the date moves by the working days it stood."),
    CASE("case.extend", case_extend_fields, WHO_REVIEWER | WHO_PORTAL_ADMIN, case_extend_run,
         "Moves the date, for a reason that is public where the question is."),
    CASE("case.draft", case_draft_fields, HANDLERS, case_draft_run,
         "Submits a draft of the reply to colleagues."),
    CASE("case.return_for_rework", case_note_fields, WHO_POLICY_CHECKER | WHO_REVIEWER,
         case_return_run, "Sends another's draft back."),
    CASE("case.reply", case_reply_fields, REPLIERS, case_reply_run,
         "The department's written reply: as given, or the draft. public: with the question, if "
         "that is hidden."),
    {0},
};
