// SPDX-License-Identifier: Apache-2.0
// Rows: what is marked on a question, what staff enter for others, and who may not ask.
#include "server/app/table.h"

static const struct field question_label_fields[] = {QUESTION(question_label),
                                                     COMMAND_ID(question_label),
                                                     NUMBER(question_label, "version", version),
                                                     {.name = "labels",
                                                      .kind = F_STRINGS,
                                                      .required = true,
                                                      .max = LIMIT_LABELS,
                                                      .offset = AT(question_label, labels)},
                                                     END};
static const struct field question_note_fields[] = {
    QUESTION(question_note), COMMAND_ID(question_note),
    NEEDS(question_note, "text", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, text), END};
static const struct field redact_span_fields[] = {NUMBER(redact_span, "at", at),
                                                  NUMBER(redact_span, "length", length), END};
static const struct field question_redact_fields[] = {QUESTION(question_redact),
                                                      COMMAND_ID(question_redact),
                                                      NUMBER(question_redact, "version", version),
                                                      {.name = "spans",
                                                       .kind = F_OBJECTS,
                                                       .required = true,
                                                       .max = LIMIT_SPANS,
                                                       .offset = AT(question_redact, spans),
                                                       .fields = redact_span_fields,
                                                       .size = sizeof(struct redact_span)},
                                                      END};
static const struct field question_route_fields[] = {
    QUESTION(question_route), COMMAND_ID(question_route),
    NUMBER(question_route, "version", version),
    NEEDS(question_route, "guest", F_STRING, TEXT(LIMIT_NAME_POINTS), guest), END};
static const struct field question_accept_fields[] = {
    QUESTION(question_route), COMMAND_ID(question_route),
    NUMBER(question_route, "version", version), END};
static const struct field question_pass_fields[] = {
    QUESTION(question_route), COMMAND_ID(question_route),
    NUMBER(question_route, "version", version),
    TAKES(question_route, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field question_enter_fields[] = {
    NEEDS(question_enter, "interview", F_ID, 0, ask.interview),
    NEEDS(question_enter, "command_id", F_ID, 0, ask.command_id),
    NEEDS(question_enter, "text", F_STRING, LIMIT_CITIZEN_MESSAGE, ask.text),
    NEEDS(question_enter, "origin", F_ID, 0, origin),
    TAKES(question_enter, "name", F_STRING, 1024, ask.name),
    TAKES(question_enter, "contact", F_STRING, 1024, ask.contact),
    TAKES(question_enter, "to_guest", F_STRING, 1024, ask.to_guest),
    END};
static const struct field asker_silence_fields[] = {
    QUESTION(asker_silence), COMMAND_ID(asker_silence),
    TAKES_IF(asker_silence, "minutes", F_INT, LIMIT_SILENCE_MINUTES, minutes, has_minutes), END};
static const struct field asker_unsilence_fields[] = {QUESTION(question_only),
                                                      COMMAND_ID(question_only), END};

enum {
    NOTERS = DECIDERS | PRESIDERS | WHO_STENOGRAPHER | WHO_PICTURE_EDITOR | WHO_POLICY_CHECKER |
             WHO_PORTAL_ADMIN,
    REDACTORS = DECIDERS | WHO_PRODUCER | WHO_POLICY_CHECKER | WHO_PORTAL_ADMIN,
    SILENCERS = DECIDERS | WHO_PRODUCER | WHO_PORTAL_ADMIN,
};

const struct method annotate_methods[] = {
    CHANGE("question.label", question_label_fields, question_label, OF_QUESTION(question_label),
           DECIDERS | PRESIDERS, IN_DECIDING, question_label_run,
           "Gives it these labels in place of those it had."),
    CHANGE("question.note", question_note_fields, question_note, OF_QUESTION(question_note), NOTERS,
           IN_LIFE, question_note_run, "Writes a note for colleagues on it."),
    CHANGE("question.redact", question_redact_fields, question_redact, OF_QUESTION(question_redact),
           REDACTORS, IN_REVIEWING, question_redact_run,
           "Makes stretches of its text unreadable, for everybody to see that they were."),
    CHANGE("question.route", question_route_fields, question_route, OF_QUESTION(question_route),
           DECIDERS | PRESIDERS, IN_DECIDING, question_route_run, "Gives it to one of the guests."),
    CHANGE("question.accept", question_accept_fields, question_route, OF_QUESTION(question_route),
           WHO_GUEST, IN_DECIDING, question_accept_run, "The guest will answer it."),
    CHANGE("question.pass", question_pass_fields, question_route, OF_QUESTION(question_route),
           WHO_GUEST, IN_DECIDING, question_pass_run, "The guest leaves it to another."),
    {.name = "question.enter",
     .summary = "Enters what somebody asks on the phone, on paper or in the hall.",
     .fields = question_enter_fields,
     .size = sizeof(struct question_enter),
     .command_offset = AT(question_enter, ask.command_id),
     .interview_offset = AT(question_enter, ask.interview),
     .question_offset = NONE_GIVEN,
     .who = WHO_MODERATOR | WHO_STENOGRAPHER | PRESIDERS,
     .stages = IN_ENTERING,
     .run = question_enter_run,
     .finish = question_ask_finish},
    CHANGE("asker.silence", asker_silence_fields, asker_silence, OF_QUESTION(asker_silence),
           SILENCERS, IN_LIFE, asker_silence_run,
           "Takes no questions from its asker for a while, in any interview."),
    CHANGE("asker.unsilence", asker_unsilence_fields, question_only, OF_QUESTION(question_only),
           SILENCERS, IN_LIFE, asker_unsilence_run, "Takes questions from its asker again."),
    {0},
};
