// SPDX-License-Identifier: Apache-2.0
// Rows: planning an interview and its life.
#include "server/app/table.h"

static const struct field guest_fields[] = {
    NEEDS(guest_given, "name", F_STRING, TEXT(LIMIT_NAME_POINTS * 2), name),
    TAKES(guest_given, "title", F_STRING, TEXT(LIMIT_TITLE_POINTS), title),
    TAKES(guest_given, "department", F_STRING, TEXT(LIMIT_TITLE_POINTS), department), END};
static const struct field document_fields[] = {
    NEEDS(document_given, "title", F_STRING, TEXT(LIMIT_TITLE_POINTS), title),
    NEEDS(document_given, "url", F_STRING, LIMIT_NOTE_POINTS, url), END};
static const struct field duty_fields[] = {
    NEEDS(duty_given, "user", F_STRING, ACTOR_NAME_MAX, user),
    NEEDS(duty_given, "duty", F_ID, 0, duty), END};
static const struct field compere_fields[] = {
    {.name = "name", .kind = F_STRING, .required = true, .max = TEXT(LIMIT_NAME_POINTS * 2)}, END};
enum { MOST_STEPS = 4 }; // of a chain
static const struct field chains_fields[] = {
    TAKES(chains_given, "guest", F_STRINGS, MOST_STEPS, guest),
    TAKES(chains_given, "compere", F_STRINGS, MOST_STEPS, compere),
    TAKES(chains_given, "stenographer", F_STRINGS, MOST_STEPS, stenographer),
    TAKES_IF(chains_given, "question", F_STRINGS, 1, question, has_question), END};
static const struct field policy_fields[] = {
    NEEDS(policy_given, "asking", F_ID, 0, asking),
    NEEDS(policy_given, "question_public", F_ID, 0, question_public),
    TAKES_OBJECT(policy_given, "chains", chains, has_chains, chains_fields), END};

#define ANNOUNCEMENT                                                                               \
    TAKES_IF(announcement, "topic", F_STRING, TEXT(LIMIT_TITLE_POINTS), topic, has_topic),         \
        TAKES_IF(announcement, "intro", F_STRING, TEXT(LIMIT_INTRO_POINTS), intro, has_intro),     \
        TAKES_IF(announcement, "topics", F_STRINGS, LIMIT_TOPICS, topics, has_topics),             \
        TAKES_IF(announcement, "departments", F_STRINGS, LIMIT_DEPARTMENTS, departments,           \
                 has_departments),                                                                 \
        TAKES_IF(announcement, "starts_at", F_TIME, 0, starts_ms, has_starts),                     \
        TAKES_IF(announcement, "minutes", F_INT, 24 * 60, minutes, has_minutes),                   \
        TAKES_IF(announcement, "issue_no", F_INT, 1000000, issue_no, has_issue_no),                \
        TAKES_OBJECTS(announcement, "guests", LIMIT_GUESTS, guests, has_guests, guest_given,       \
                      guest_fields),                                                               \
        TAKES_OBJECT(announcement, "compere", compere, has_compere, compere_fields),               \
        TAKES_IF(announcement, "languages", F_STRINGS, 8, languages, has_languages),               \
        TAKES_OBJECTS(announcement, "policy_documents", 32, documents, has_documents,              \
                      document_given, document_fields),                                            \
        TAKES_OBJECT(announcement, "policy", policy, has_policy, policy_fields),                   \
        TAKES_IF(announcement, "rule_set", F_ID, 0, rule_set, has_rule_set)

static const struct field announcement_fields[] = {ANNOUNCEMENT, END};
static const struct field update_set_fields[] = {ANNOUNCEMENT,
                                                 TAKES_OBJECTS(announcement, "roster", LIMIT_ROSTER,
                                                               roster, has_roster, duty_given,
                                                               duty_fields),
                                                 END};
static const struct field interview_create_fields[] = {
    COMMAND_ID(interview_create_params),
    {.name = "interview",
     .kind = F_OBJECT,
     .required = true,
     .offset = AT(interview_create_params, interview),
     .fields = announcement_fields},
    TAKES(interview_create_params, "rehearsal", F_BOOL, 0, rehearsal),
    {.name = "roster",
     .kind = F_OBJECTS,
     .required = true,
     .max = LIMIT_ROSTER,
     .offset = AT(interview_create_params, roster),
     .fields = duty_fields,
     .size = sizeof(struct duty_given)},
    END};
static const struct field interview_update_fields[] = {INTERVIEW(interview_update),
                                                       COMMAND_ID(interview_update),
                                                       NUMBER(interview_update, "version", version),
                                                       {.name = "set",
                                                        .kind = F_OBJECT,
                                                        .required = true,
                                                        .offset = AT(interview_update, set),
                                                        .fields = update_set_fields},
                                                       END};
static const struct field interview_transition_fields[] = {
    INTERVIEW(interview_transition),
    COMMAND_ID(interview_transition),
    NUMBER(interview_transition, "version", version),
    NEEDS(interview_transition, "to", F_ID, 0, to),
    TAKES(interview_transition, "reason", F_STRING, TEXT(LIMIT_NOTE_POINTS), reason),
    TAKES(interview_transition, "override", F_STRING, TEXT(LIMIT_NOTE_POINTS), override),
    END};
static const struct field asking_set_fields[] = {INTERVIEW(asking_set), COMMAND_ID(asking_set),
                                                 NEEDS(asking_set, "state", F_ID, 0, state), END};

const struct method interview_methods[] = {
    CHANGE("interview.create", interview_create_fields, interview_create_params, OF_NOTHING,
           WHO_PORTAL_ADMIN, IN_ANY, interview_create_run, "Plans an interview."),
    CHANGE("interview.update", interview_update_fields, interview_update,
           OF_INTERVIEW(interview_update), WHO_PORTAL_ADMIN, IN_PLANNING, interview_update_run,
           "Changes the plan or the announcement."),
    CHANGE("interview.transition", interview_transition_fields, interview_transition,
           OF_INTERVIEW(interview_transition), WHO_PORTAL_ADMIN | PRESIDERS | WHO_POLICY_CHECKER,
           IN_ANY, interview_transition_run, "Moves an interview to its next stage."),
    CHANGE("asking.set", asking_set_fields, asking_set, OF_INTERVIEW(asking_set),
           WHO_PORTAL_ADMIN | PRESIDERS | WHO_MODERATOR, IN_LIFE, asking_set_run,
           "Opens or closes the asking of questions."),
    {0},
};
