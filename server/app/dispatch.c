// SPDX-License-Identifier: Apache-2.0
// The table of methods: parameters, who may, what runs. openrpc.c describes it to others.
#include "server/app/commands.h"
#include "server/app/roles.h"

#define AT(type, member) offsetof(struct type, member)
#define TEXT(points) ((points)*4u) // bytes: four at most for a code point

#define NEEDS(type, name_, kind_, max_, member)                                                    \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .required = true, .max = (max_),                         \
        .offset = AT(type, member)                                                                 \
    }
#define TAKES(type, name_, kind_, max_, member)                                                    \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .max = (max_), .offset = AT(type, member)                \
    }
#define TAKES_IF(type, name_, kind_, max_, member, has)                                            \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .max = (max_), .offset = AT(type, member),               \
        .present_offset = AT(type, has)                                                            \
    }
#define TAKES_OBJECT(type, name_, member, has, fields_)                                            \
    {                                                                                              \
        .name = (name_), .kind = F_OBJECT, .offset = AT(type, member),                             \
        .present_offset = AT(type, has), .fields = (fields_)                                       \
    }
#define TAKES_OBJECTS(type, name_, max_, member, has, item, fields_)                               \
    {                                                                                              \
        .name = (name_), .kind = F_OBJECTS, .max = (max_), .offset = AT(type, member),             \
        .present_offset = AT(type, has), .fields = (fields_), .size = sizeof(struct item)          \
    }
#define COMMAND_ID(type) NEEDS(type, "command_id", F_ID, 0, command_id)
#define INTERVIEW(type) NEEDS(type, "interview", F_ID, 0, interview)
#define QUESTION(type) NEEDS(type, "question", F_ID, 0, question)
#define END                                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

// A number that must be given, but of which 0 is a value like others.
#define NUMBER(type, name_, member) NEEDS(type, name_, F_INT, 0, member)

static const struct field hello_fields[] = {NEEDS(hello, "client", F_STRING, 200, client),
                                            TAKES(hello, "lang", F_STRING, 35, lang),
                                            TAKES(hello, "token", F_STRING, 256, token),
                                            TAKES(hello, "ticket", F_STRING, 256, ticket), END};

static const struct field interview_list_fields[] = {
    TAKES(interview_list, "stage", F_ID, 0, stage),
    TAKES(interview_list, "limit", F_INT, 200, limit),
    TAKES(interview_list, "before", F_ID, 0, before), END};

static const struct field position_fields[] = {NUMBER(position_at, "n", n),
                                               NEEDS(position_at, "hash", F_STRING, 64, hash), END};
static const struct field interview_watch_fields[] = {
    INTERVIEW(interview_watch), TAKES_OBJECT(interview_watch, "at", at, has_at, position_fields),
    END};
static const struct field interview_only_fields[] = {INTERVIEW(interview_only), END};

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
    TAKES(question_decide, "labels", F_STRINGS, 8, labels),
    END};
static const struct field question_reject_fields[] = {
    QUESTION(question_decide),
    COMMAND_ID(question_decide),
    NUMBER(question_decide, "version", version),
    NUMBER(question_decide, "claim_epoch", claim_epoch),
    NEEDS(question_decide, "code", F_ID, 0, code),
    TAKES(question_decide, "note", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, note),
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
    NUMBER(question_decide, "version", version), END};

static const struct field question_place_fields[] = {
    QUESTION(question_place), COMMAND_ID(question_place),
    TAKES(question_place, "position", F_INT, 100000, position), END};
static const struct field question_air_fields[] = {
    QUESTION(question_place), COMMAND_ID(question_place),
    TAKES(question_place, "guest", F_STRING, 1024, guest), END};

static const struct field statement_publish_fields[] = {
    INTERVIEW(statement_publish),
    COMMAND_ID(statement_publish),
    NEEDS(statement_publish, "kind", F_ID, 0, kind),
    NEEDS(statement_publish, "speaker", F_SPEAKER, 0, speaker),
    NEEDS(statement_publish, "text", F_STRING, LIMIT_STAFF_MESSAGE, text),
    TAKES(statement_publish, "questions", F_STRINGS, 32, questions),
    TAKES(statement_publish, "said_at", F_TIME, 0, said_ms),
    END};

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
static const struct field policy_fields[] = {
    {.name = "asking", .kind = F_ID, .required = true},
    {.name = "question_public", .kind = F_ID, .required = true, .offset = sizeof(struct slice)},
    END};

#define ANNOUNCEMENT                                                                               \
    TAKES_IF(announcement, "topic", F_STRING, TEXT(LIMIT_TITLE_POINTS), topic, has_topic),         \
        TAKES_IF(announcement, "intro", F_STRING, TEXT(LIMIT_INTRO_POINTS), intro, has_intro),     \
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

enum {
    GREETED = WHO_CITIZEN | WHO_STAFF,
    DECIDERS = WHO_MODERATOR | WHO_REVIEWER,
    PRESIDERS = WHO_COMPERE | WHO_PRODUCER,
};

#define READS(name_, fields_, type, interview_, who_, run_, summary_)                              \
    {                                                                                              \
        .name = (name_), .summary = (summary_), .fields = (fields_), .size = sizeof(struct type),  \
        .command_offset = NONE_GIVEN, .interview_offset = (interview_),                            \
        .question_offset = NONE_GIVEN, .who = (who_), .run = (run_)                                \
    }
#define CHANGES(name_, fields_, type, interview_, question_, who_, run_, summary_)                 \
    {                                                                                              \
        .name = (name_), .summary = (summary_), .fields = (fields_), .size = sizeof(struct type),  \
        .command_offset = AT(type, command_id), .interview_offset = (interview_),                  \
        .question_offset = (question_), .who = (who_), .run = (run_)                               \
    }
#define OF_INTERVIEW(type) AT(type, interview), NONE_GIVEN
#define OF_QUESTION(type) NONE_GIVEN, AT(type, question)
#define OF_NOTHING NONE_GIVEN, NONE_GIVEN
// A macro's result counts as one argument of the next; this spreads it.
#define CHANGE(name, fields, type, of, who, run, summary)                                          \
    CHANGES_SPREAD((name, fields, type, of, who, run, summary))
#define CHANGES_SPREAD(args) CHANGES args

static const struct method methods[] = {
    READS("hello", hello_fields, hello, NONE_GIVEN, WHO_ANYONE, hello_run,
          "Says who is there; the first message of a connection."),
    READS("interview.list", interview_list_fields, interview_list, NONE_GIVEN, GREETED,
          interview_list_run, "Interviews, newest start first."),
    READS("interview.watch", interview_watch_fields, interview_watch,
          AT(interview_watch, interview), GREETED, interview_watch_run,
          "Follows an interview from a position."),
    READS("interview.unwatch", interview_only_fields, interview_only, AT(interview_only, interview),
          GREETED, interview_unwatch_run, "Ends following it."),
    CHANGE("interview.create", interview_create_fields, interview_create_params, OF_NOTHING,
           WHO_PORTAL_ADMIN, interview_create_run, "Plans an interview."),
    CHANGE("interview.update", interview_update_fields, interview_update,
           OF_INTERVIEW(interview_update), WHO_PORTAL_ADMIN, interview_update_run,
           "Changes the plan or the announcement."),
    CHANGE("interview.transition", interview_transition_fields, interview_transition,
           OF_INTERVIEW(interview_transition), WHO_PORTAL_ADMIN | PRESIDERS | WHO_POLICY_CHECKER,
           interview_transition_run, "Moves an interview to its next stage."),
    CHANGE("asking.set", asking_set_fields, asking_set, OF_INTERVIEW(asking_set),
           WHO_PORTAL_ADMIN | PRESIDERS | WHO_MODERATOR, asking_set_run,
           "Opens or closes the asking of questions."),
    {.name = "question.ask",
     .summary = "Asks a question; answered once it is on disk.",
     .fields = question_ask_fields,
     .size = sizeof(struct question_ask),
     .command_offset = AT(question_ask, command_id),
     .interview_offset = AT(question_ask, interview),
     .question_offset = NONE_GIVEN,
     .who = GREETED,
     .run = question_ask_run,
     .finish = question_ask_finish},
    READS("question.status", question_status_fields, question_status, NONE_GIVEN, GREETED,
          question_status_run, "The fate of a question, by receipt number and secret."),
    CHANGE("question.withdraw", question_withdraw_fields, question_withdraw, OF_NOTHING, GREETED,
           question_withdraw_run, "The asker takes a question back."),
    CHANGE("question.claim", question_claim_fields, question_claim, OF_QUESTION(question_claim),
           DECIDERS, question_claim_run, "Takes a question in hand, for a while."),
    CHANGE("question.let_go", question_only_fields, question_only, OF_QUESTION(question_only),
           DECIDERS, question_let_go_run, "Gives it back undecided."),
    CHANGE("question.approve", question_approve_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS, question_approve_run,
           "Lets a question through, perhaps edited."),
    CHANGE("question.undo", question_only_fields, question_only, OF_QUESTION(question_only),
           DECIDERS, question_undo_run, "Takes an approval back before it is public."),
    CHANGE("question.reject", question_reject_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS, question_reject_run, "Does not let it through, with a coded reason."),
    CHANGE("question.release", question_release_fields, question_decide,
           OF_QUESTION(question_decide), DECIDERS, question_release_run,
           "Lets a held question into the queue."),
    CHANGE("question.refer", question_refer_fields, question_decide, OF_QUESTION(question_decide),
           DECIDERS | WHO_COMPERE, question_refer_run, "Hands it to a department."),
    CHANGE("question.queue", question_place_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, question_queue_run, "Puts it into the compere's queue."),
    CHANGE("question.reorder", question_place_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, question_reorder_run, "Changes its place there."),
    CHANGE("question.dequeue", question_place_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, question_dequeue_run, "Takes it out of the queue."),
    CHANGE("question.put_on_air", question_air_fields, question_place, OF_QUESTION(question_place),
           PRESIDERS, question_put_on_air_run, "Now answering."),
    CHANGE("question.take_off_air", question_air_fields, question_place,
           OF_QUESTION(question_place), PRESIDERS, question_take_off_air_run,
           "No longer answering."),
    CHANGE("statement.publish", statement_publish_fields, statement_publish,
           OF_INTERVIEW(statement_publish), WHO_COMPERE | WHO_GUEST | WHO_STENOGRAPHER,
           statement_publish_run, "Adds an utterance to the record."),
};

const struct method *method_find(struct slice name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (slice_is(name, methods[i].name))
            return &methods[i];
    return NULL;
}

const struct method *method_table(size_t *ret_count)
{
    *ret_count = sizeof methods / sizeof *methods;
    return methods;
}
