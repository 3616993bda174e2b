// SPDX-License-Identifier: Apache-2.0
// Rows: a question, from the asker, by moderators, by the compere.
#include "server/app/table.h"

static const struct field question_ask_fields[] = {
    INTERVIEW(question_ask),
    COMMAND_ID(question_ask),
    NEEDS(question_ask, "text", F_STRING, LIMIT_CITIZEN_MESSAGE, text),
    TAKES(question_ask, "name", F_STRING, 1024, name),
    TAKES(question_ask, "contact", F_STRING, 1024, contact),
    TAKES(question_ask, "to_guest", F_STRING, 1024, to_guest),
    END};
static const struct field question_status_fields[] = {
    NEEDS(question_status, "receipt_no", F_STRING, 32, receipt_no),
    NEEDS(question_status, "secret", F_STRING, 64, secret), END};
static const struct field question_withdraw_fields[] = {
    NEEDS(question_withdraw, "receipt_no", F_STRING, 32, receipt_no),
    NEEDS(question_withdraw, "secret", F_STRING, 64, secret), COMMAND_ID(question_withdraw),
    TAKES(question_withdraw, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS), note), END};

static const struct field question_vote_fields[] = {
    QUESTION(question_vote), TAKES(question_vote, "command_id", F_ID, 0, command_id),
    NEEDS(question_vote, "on", F_BOOL, 0, on), END};

static const struct field question_claim_fields[] = {
    QUESTION(question_claim), COMMAND_ID(question_claim),
    TAKES(question_claim, "take_over", F_BOOL, 0, take_over), END};
static const struct field question_only_fields[] = {QUESTION(question_only),
                                                    COMMAND_ID(question_only), END};
static const struct field question_approve_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NUMBER(question_decide, "claim_epoch", claim_epoch),
    TAKES(question_decide, "text", F_STRING, LIMIT_CITIZEN_MESSAGE, text),
    TAKES(question_decide, "labels", F_STRINGS, LIMIT_LABELS, labels),
    END};
static const struct field question_reject_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NUMBER(question_decide, "claim_epoch", claim_epoch),
    NEEDS(question_decide, "code", F_ID, 0, code),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    TAKES(question_decide, "into", F_ID, 0, into),
    END};
static const struct field question_refer_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NEEDS(question_decide, "department", F_STRING, TEXT(LIMIT_TITLE_POINTS), department),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    END};

static const struct field question_release_fields[] = {
    QUESTION(question_decide), COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NEEDS(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field question_ungroup_fields[] = {
    QUESTION(question_decide), COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version), END};

static const struct field question_hold_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NUMBER(question_decide, "claim_epoch", claim_epoch),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    END};
static const struct field question_retract_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NEEDS(question_decide, "code", F_ID, 0, code),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    END};
static const struct field question_restore_fields[] = {
    QUESTION(question_decide), COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field question_reply_fields[] = {
    QUESTION(question_decide), COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NEEDS(question_decide, "text", F_STRING, LIMIT_STAFF_MESSAGE, text), END};
static const struct field question_lapse_fields[] = {
    QUESTION(question_decide), COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NEEDS(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note), END};
static const struct field question_erase_fields[] = {
    QUESTION(question_erase),
    COMMAND_ID(question_erase),
    NUMBER(question_erase, "version", version),
    NEEDS(question_erase, "class", F_ID, 0, class),
    NEEDS(question_erase, "basis", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, basis),
    TAKES(question_erase, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    END};

static const struct field question_group_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    TAKES(question_decide, "claim_epoch", F_INT, 0, claim_epoch),
    NEEDS(question_decide, "into", F_ID, 0, into),
    END};

static const struct field bulk_params_fields[] = {
    TAKES(bulk_params, "code", F_ID, 0, code),
    TAKES(bulk_params, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
    TAKES(bulk_params, "department", F_STRING, TEXT(LIMIT_TITLE_POINTS), department),
    TAKES(bulk_params, "into", F_ID, 0, into),
    TAKES_IF(bulk_params, "position", F_INT, 100000, position, has_position),
    TAKES_IF(bulk_params, "labels", F_STRINGS, LIMIT_LABELS, labels, has_labels),
    END};
static const struct field question_bulk_fields[] = {
    NEEDS(question_bulk, "questions", F_STRINGS, LIMIT_BULK, questions),
    NEEDS(question_bulk, "action", F_ID, 0, action),
    {.name = "params",
     .kind = F_OBJECT,
     .offset = AT(question_bulk, params),
     .fields = bulk_params_fields},
    COMMAND_ID(question_bulk),
    END};

static const struct field question_place_fields[] = {
    QUESTION(question_place), COMMAND_ID(question_place),
    TAKES(question_place, "position", F_INT, 100000, position), END};
static const struct field question_air_fields[] = {
    QUESTION(question_place), COMMAND_ID(question_place),
    TAKES(question_place, "guest", F_STRING, 1024, guest), END};

const struct method question_methods[] = {
    {.name = "question.ask",
     .summary = "Asks a question; answered once it is on disk.",
     .fields = question_ask_fields,
     .size = sizeof(struct question_ask),
     .command_offset = AT(question_ask, command_id),
     .interview_offset = AT(question_ask, interview),
     .question_offset = NONE_GIVEN,
     .who = GREETED,
     .stages = IN_ASKING,
     .refusal = "asking_closed",
     .run = question_ask_run,
     .finish = question_ask_finish},
    READS("question.status", question_status_fields, question_status, NONE_GIVEN, GREETED,
          question_status_run,
          "The fate of a question, by receipt number and secret; `answers` are all that stand, in "
          "their order, `answer` the first of them."),
    CHANGE("question.withdraw", question_withdraw_fields, question_withdraw, OF_NOTHING, GREETED,
           IN_ANY, question_withdraw_run, "The asker takes a question back."),
    CHANGE("question.appeal", question_withdraw_fields, question_withdraw, OF_NOTHING, GREETED,
           IN_ANY, question_appeal_run, "The asker asks for a second look at a rejection."),
    // A vote is no command of the record: the same one again changes nothing, by itself.
    {.name = "question.vote",
     .summary = "Wants a public question answered too, or no longer.",
     .fields = question_vote_fields,
     .size = sizeof(struct question_vote),
     .command_offset = NONE_GIVEN,
     .interview_offset = NONE_GIVEN,
     .question_offset = AT(question_vote, question),
     .who = WHO_CITIZEN,
     .stages = IN_VOTING,
     .run = question_vote_run},
    CHANGE("question.claim", question_claim_fields, question_claim, OF_QUESTION(question_claim),
           DECIDERS, IN_DECIDING, question_claim_run, "Takes a question in hand, for a while."),
    CHANGE("question.let_go", question_only_fields, question_only, OF_QUESTION(question_only),
           DECIDERS, IN_DECIDING, question_let_go_run, "Gives it back undecided."),
    CHANGE("question.approve", question_approve_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS, IN_DECIDING, question_approve_run,
           "Lets a question through, perhaps edited."),
    CHANGE("question.undo", question_only_fields, question_only, OF_QUESTION(question_only),
           DECIDERS, IN_DECIDING, question_undo_run, "Takes an approval back before it is public."),
    CHANGE("question.reject", question_reject_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS | WHO_PORTAL_ADMIN, IN_DECIDING, question_reject_run,
           "Does not let it through, with a coded reason; or dismisses the asker's appeal."),
    CHANGE("question.hold", question_hold_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS, IN_DECIDING, question_hold_run, "Lays it aside for a closer look."),
    CHANGE("question.release", question_release_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS, IN_DECIDING, question_release_run,
           "Lets a held question into the queue."),
    CHANGE("question.refer", question_refer_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS | WHO_COMPERE, IN_DECIDING, question_refer_run, "Hands it to a department."),
    CHANGE("question.retract", question_retract_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS | WHO_PRODUCER | WHO_PORTAL_ADMIN, IN_REVIEWING,
           question_retract_run, "Takes a public question down; its number stays."),
    CHANGE("question.restore", question_restore_fields, question_decide,
           OF_QUESTION(question_decide), WHO_REVIEWER | WHO_PORTAL_ADMIN, IN_REVIEWING,
           question_restore_run, "Puts it back, or grants the asker's appeal."),
    CHANGE("question.reply", question_reply_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS | WHO_COMPERE, IN_DECIDING, question_reply_run, "Replies to the asker alone."),
    CHANGE("question.lapse", question_lapse_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS | WHO_COMPERE, IN_DECIDING, question_lapse_run,
           "Ends it without a reply, where the rule set allows that."),
    CHANGE("question.group", question_group_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS, IN_DECIDING, question_group_run,
           "Joins it with a question that asks the same."),
    CHANGE("question.ungroup", question_ungroup_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS, IN_DECIDING, question_ungroup_run,
           "Takes it out of its group; it waits again."),
    CHANGE("question.erase", question_erase_fields, question_erase, OF_QUESTION(question_erase),
           WHO_PORTAL_ADMIN | WHO_REVIEWER | WHO_AUDITOR, IN_ANY, question_erase_run,
           "Deletes its words by law: an administrator asks, a second person confirms."),
    CHANGE("question.bulk", question_bulk_fields, question_bulk, OF_NOTHING, WHO_STAFF, IN_ANY,
           question_bulk_run, "One act on many questions, each by its own rights and rules."),
    CHANGE("question.queue", question_place_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, IN_DECIDING, question_queue_run, "Puts it into the compere's queue."),
    CHANGE("question.reorder", question_place_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, IN_DECIDING, question_reorder_run, "Changes its place there."),
    CHANGE("question.dequeue", question_only_fields, question_only, OF_QUESTION(question_only),
           PRESIDERS, IN_DECIDING, question_dequeue_run, "Takes it out of the queue."),
    CHANGE("question.put_on_air", question_air_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, IN_AIR, question_put_on_air_run, "Now answering."),
    CHANGE("question.take_off_air", question_only_fields, question_only, OF_QUESTION(question_only),
           PRESIDERS, IN_DECIDING, question_take_off_air_run, "No longer answering."),
    {0},
};
