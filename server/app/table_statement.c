// SPDX-License-Identifier: Apache-2.0
// Rows: what is said, its way to the public, and the public feed as a whole.
#include "server/app/table.h"

enum {
    SPEAKERS = WHO_COMPERE | WHO_GUEST | WHO_STENOGRAPHER,
    DRAFTERS = SPEAKERS | WHO_PRODUCER,
    PASSERS = DRAFTERS | WHO_MODERATOR | WHO_REVIEWER | WHO_PICTURE_EDITOR | WHO_POLICY_CHECKER,
    BRAKES = WHO_PRODUCER | WHO_COMPERE | WHO_MODERATOR | WHO_PORTAL_ADMIN,
    MENDERS = WHO_COMPERE | WHO_STENOGRAPHER | WHO_POLICY_CHECKER | WHO_PORTAL_ADMIN,
    RETRACTORS = WHO_COMPERE | WHO_PRODUCER | WHO_REVIEWER | WHO_POLICY_CHECKER | WHO_PORTAL_ADMIN,

    IN_PREPARING = IN(I_DRAFT) | IN(I_IN_REVIEW) | IN(I_SCHEDULED) | IN(I_ANNOUNCED) |
                   IN(I_POSTPONED) | IN_SPEECH,
    IN_MENDING = IN_SPEECH | IN(I_PUBLISHED) | IN(I_CLOSED),
    IN_RETURNING = IN_PREPARING | IN_MENDING | IN(I_CANCELLED) | IN(I_TAKEN_DOWN),
    IN_FEED = IN(I_LOBBY) | IN_AIR,
    // Whenever something new could become public. What was taken down stands still by itself.
    IN_FREEZING = IN_MENDING | IN(I_ANNOUNCED) | IN(I_POSTPONED) | IN(I_CANCELLED),
};

#define SPOKEN                                                                                     \
    INTERVIEW(statement_publish), COMMAND_ID(statement_publish),                                   \
        NEEDS(statement_publish, "kind", F_ID, 0, kind),                                           \
        NEEDS(statement_publish, "speaker", F_SPEAKER, 0, speaker),                                \
        NEEDS(statement_publish, "text", F_STRING, LIMIT_STAFF_MESSAGE, text),                     \
        TAKES(statement_publish, "questions", F_STRINGS, LIMIT_ANSWERED, questions),               \
        TAKES(statement_publish, "said_at", F_TIME, 0, said_ms)
#define STEP                                                                                       \
    NEEDS(statement_step, "statement", F_ID, 0, statement), COMMAND_ID(statement_step),            \
        NUMBER(statement_step, "version", version)

static const struct field statement_publish_fields[] = {SPOKEN, END};
static const struct field statement_prepare_fields[] = {
    SPOKEN, TAKES(statement_publish, "statement", F_ID, 0, statement),
    TAKES(statement_publish, "version", F_INT, 0, version), END};
static const struct field statement_step_fields[] = {STEP, END};
static const struct field statement_return_fields[] = {
    STEP, NEEDS(statement_step, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field statement_correct_fields[] = {
    STEP, NEEDS(statement_step, "text", F_STRING, LIMIT_STAFF_MESSAGE, text), END};
static const struct field statement_retract_fields[] = {
    STEP, NEEDS(statement_step, "code", F_ID, 0, code), END};

static const struct field feed_freeze_fields[] = {
    INTERVIEW(feed_freeze), COMMAND_ID(feed_freeze),
    TAKES(feed_freeze, "reason", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, reason), END};
static const struct field feed_unfreeze_fields[] = {INTERVIEW(feed_freeze), COMMAND_ID(feed_freeze),
                                                    END};
static const struct field feed_delay_fields[] = {INTERVIEW(feed_delay), COMMAND_ID(feed_delay),
                                                 NUMBER(feed_delay, "seconds", seconds), END};

// A row about a statement.
#define STEPS(name_, fields_, who_, stages_, run_, summary_)                                       \
    {                                                                                              \
        .name = (name_), .summary = (summary_), .fields = (fields_),                               \
        .size = sizeof(struct statement_step), .command_offset = AT(statement_step, command_id),   \
        .interview_offset = NONE_GIVEN, .question_offset = AT(statement_step, statement),          \
        .of_statement = true, .who = (who_), .stages = (stages_), .run = (run_)                    \
    }

const struct method statement_methods[] = {
    CHANGE("statement.publish", statement_publish_fields, statement_publish,
           OF_INTERVIEW(statement_publish), SPEAKERS, IN_SPEECH, statement_publish_run,
           "Adds an utterance to the record."),
    CHANGE("statement.prepare", statement_prepare_fields, statement_publish,
           OF_INTERVIEW(statement_publish), DRAFTERS, IN_PREPARING, statement_prepare_run,
           "Writes a draft, or writes one anew."),
    STEPS("statement.release", statement_step_fields, DRAFTERS, IN_SPEECH, statement_release_run,
          "Sends a draft on its way."),
    STEPS("statement.pass", statement_step_fields, PASSERS, IN_MENDING, statement_pass_run,
          "Passes a submitted one, as the duty it waits for."),
    STEPS("statement.return", statement_return_fields, PASSERS, IN_RETURNING, statement_return_run,
          "Gives it back to its author, with a note."),
    STEPS("statement.discard", statement_step_fields, DRAFTERS, IN_RETURNING, statement_discard_run,
          "Drops a draft."),
    STEPS("statement.correct", statement_correct_fields, MENDERS, IN_MENDING, statement_correct_run,
          "Corrects a published text, visibly, once its chain has passed it."),
    STEPS("statement.retract", statement_retract_fields, RETRACTORS, IN_MENDING,
          statement_retract_run, "Takes a published text down; a tombstone stays."),
    CHANGE("feed.freeze", feed_freeze_fields, feed_freeze, OF_INTERVIEW(feed_freeze), BRAKES,
           IN_FREEZING, feed_freeze_run, "Holds the public feed."),
    CHANGE("feed.unfreeze", feed_unfreeze_fields, feed_freeze, OF_INTERVIEW(feed_freeze), BRAKES,
           IN_FREEZING, feed_unfreeze_run, "Lets it run on."),
    CHANGE("feed.delay", feed_delay_fields, feed_delay, OF_INTERVIEW(feed_delay), BRAKES, IN_FEED,
           feed_delay_run, "Sets the time between saying and publication."),
    {0},
};
