// SPDX-License-Identifier: Apache-2.0
// The rules once more, from the design alone and without a line of the product: what a command is
// answered with, and what is so afterwards. Small enough to be read as a specification.
//
// What a command should be answered with is a line of text: "ok stage=approved version=2 …" or
// "stale by=mod1 stage=rejected version=2"; answer_line makes the same line of a real answer.
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODEL_TEXT = 96,
    MODEL_LINE = 800,
    MODEL_QUESTIONS = 400,
    MODEL_STATEMENTS = 400,
    MODEL_NOTICES = 200,
    MODEL_STEPS = 3,   // of a chain
    MODEL_SEVERAL = 4, // questions of a statement or a bulk
    MODEL_LANGS = 3,
    MODEL_UNDO_MS = 10000,
    MODEL_CLAIM_MS = 90000,
    MODEL_QUESTION_MAX = 60, // code points
    MODEL_ANSWER_DAYS = 5,   // of the strict rule set; every Monday to Friday is a working day
    MODEL_EXTENSION_DAYS = 4,
};

// The same words as the contract's, in an order of our own.
#define STAGES_OF_A_QUESTION(X)                                                                    \
    X(HELD, "held")                                                                                \
    X(PENDING, "pending")                                                                          \
    X(APPROVED, "approved")                                                                        \
    X(QUEUED, "queued")                                                                            \
    X(ON_AIR, "on_air")                                                                            \
    X(ANSWERED, "answered")                                                                        \
    X(CLOSED, "closed")                                                                            \
    X(REJECTED, "rejected")                                                                        \
    X(GROUPED, "grouped")                                                                          \
    X(REFERRED, "referred")                                                                        \
    X(WITHDRAWN, "withdrawn")                                                                      \
    X(RETRACTED, "retracted")                                                                      \
    X(LAPSED, "lapsed")
#define STAGES_OF_AN_INTERVIEW(X)                                                                  \
    X(DRAFT, "draft")                                                                              \
    X(IN_REVIEW, "in_review")                                                                      \
    X(SCHEDULED, "scheduled")                                                                      \
    X(ANNOUNCED, "announced")                                                                      \
    X(LOBBY, "lobby")                                                                              \
    X(LIVE, "live")                                                                                \
    X(SUSPENDED, "suspended")                                                                      \
    X(DRAINING, "draining")                                                                        \
    X(ENDED, "ended")                                                                              \
    X(EDITING, "editing")                                                                          \
    X(PUBLISHED, "published")                                                                      \
    X(CLOSED, "closed")                                                                            \
    X(ARCHIVED, "archived")                                                                        \
    X(POSTPONED, "postponed")                                                                      \
    X(CANCELLED, "cancelled")                                                                      \
    X(TAKEN_DOWN, "taken_down")
#define STAGES_OF_A_STATEMENT(X)                                                                   \
    X(PREPARED, "prepared")                                                                        \
    X(SUBMITTED, "submitted")                                                                      \
    X(RETURNED, "returned")                                                                        \
    X(DELAYED, "delayed")                                                                          \
    X(DISCARDED, "discarded")                                                                      \
    X(PUBLISHED, "published")                                                                      \
    X(RETRACTED, "retracted")
#define STAGES_OF_A_CASE(X)                                                                        \
    X(OPENED, "opened")                                                                            \
    X(ACCEPTED, "accepted")                                                                        \
    X(CLOCK_STOPPED, "clock_stopped")                                                              \
    X(DRAFT_SUBMITTED, "draft_submitted")                                                          \
    X(RETURNED, "returned")                                                                        \
    X(CLOSED, "closed")
#define AS_CASE_STAGE(name, word) MC_##name,
#define AS_QUESTION_STAGE(name, word) MQ_##name,
#define AS_INTERVIEW_STAGE(name, word) MI_##name,
#define AS_STATEMENT_STAGE(name, word) MS_##name,
enum mq_stage { STAGES_OF_A_QUESTION(AS_QUESTION_STAGE) MQ_STAGES };
enum mc_stage { STAGES_OF_A_CASE(AS_CASE_STAGE) MC_STAGES };
enum mi_stage { STAGES_OF_AN_INTERVIEW(AS_INTERVIEW_STAGE) MI_STAGES };
enum ms_stage { STAGES_OF_A_STATEMENT(AS_STATEMENT_STAGE) MS_STAGES };
enum m_asking { MA_CLOSED, MA_PRECOLLECT, MA_OPEN };
enum m_appeal { MP_NONE, MP_OPEN, MP_UPHELD, MP_DISMISSED };
enum m_route { MR_WAITS, MR_ACCEPTED, MR_PASSED };
enum m_link { ML_OPEN, ML_USED, ML_REVOKED };
enum m_to { MT_INTERVIEW, MT_PORTAL, MT_STAFF };             // whom a notice is for
enum m_as { AS_GUEST, AS_COMPERE, AS_STENOGRAPHER, AS_ALL }; // in whose name a statement is entered
// Who says it, by name: those of the announcement (there may be one guest only), and somebody else.
enum m_speaker { SAID_BY_FIRST, SAID_BY_SECOND, SAID_BY_COMPERE, SAID_BY_OTHER, M_SPEAKERS };
extern const char *const mq_words[],
    *const mi_words[], *const ms_words[], *const ma_words[], *const mp_words[],
                                                                 *const mr_words[],
                                                                     *const ml_words[],
                                                                         *const mt_words[],
                                                                             *const m_as_words[];
extern const char *const mc_words[];
extern const char *const m_speakers[M_SPEAKERS];
enum { M_CLASSES = 2 };
extern const char *const m_classes[M_CLASSES]; // of bases for erasing
extern const char *const m_langs[MODEL_LANGS]; // tags

// Reasons: those that people give for questions, and what else people are shown. An administrator
// may edit the words of all.
enum { M_GIVEN = 4, M_CODES = 6 };
extern const char *const m_codes[M_CODES];
extern const char *m_house_words[M_CODES][MODEL_LANGS]; // set by the world
enum m_audience { TO_ASKER, TO_PUBLIC, M_AUDIENCES };
extern const char *const m_audiences[M_AUDIENCES];

// Who there is. What staff are in an interview is its roster's business.
enum m_who {
    BY_CITIZEN, // 0 … CITIZENS - 1 are citizens
    CITIZENS = 6,
    COMPERE = CITIZENS,
    GUEST,
    MOD1,
    MOD2,
    MOD3,
    MOD4,
    MOD5,
    REVIEWER,
    STENOGRAPHER,
    PRODUCER,
    CHECKER,
    ADMIN,
    AUDITOR,
    STRANGER,
    PEOPLE,
    NO_ONE = -1,
    THE_SERVER = -2,
};
extern const char *const m_names[PEOPLE]; // of staff: the account; of citizens: set by the world
extern char m_citizen_ids[CITIZENS][40];  // "c:HASH"
enum { NETWORKS = 3 };                    // citizen i comes from network i % NETWORKS

enum m_kind {
    C_CREATE,
    C_UPDATE,
    C_TRANSITION,
    C_ASKING,
    C_ASK,
    C_ENTER,
    C_STATUS,
    C_WITHDRAW,
    C_APPEAL,
    C_VOTE,
    C_CLAIM,
    C_LET_GO,
    C_APPROVE,
    C_UNDO,
    C_REJECT,
    C_HOLD,
    C_RELEASE,
    C_REFER,
    C_REPLY,
    C_CASE_ACCEPT,
    C_RE_ROUTE,
    C_STOP_CLOCK,
    C_RESUME_CLOCK,
    C_EXTEND,
    C_DRAFT,
    C_REWORK,
    C_CASE_REPLY,
    C_LAPSE,
    C_RETRACT,
    C_RESTORE,
    C_ERASE,
    C_GROUP,
    C_UNGROUP,
    C_LABEL,
    C_NOTE,
    C_REDACT,
    C_ROUTE,
    C_ACCEPT,
    C_PASS_ON,
    C_SILENCE,
    C_UNSILENCE,
    C_QUEUE,
    C_REORDER,
    C_DEQUEUE,
    C_ON_AIR,
    C_OFF_AIR,
    C_BULK,
    C_SAY,
    C_PREPARE,
    C_SEND,
    C_PASS,
    C_RETURN,
    C_DISCARD,
    C_CORRECT,
    C_UNSAY,
    C_FREEZE,
    C_UNFREEZE,
    C_DELAY,
    C_NOTICE,
    C_ACKNOWLEDGE,
    C_RECALL,
    C_INVITE,
    C_COME_IN,
    C_REVOKE,
    C_WORD,
    C_KINDS,
};

// What a command is about; it is not found when there is no such thing.
enum m_about {
    OF_PORTAL,
    OF_INTERVIEW,
    OF_QUESTION,
    OF_RECEIPT,
    OF_STATEMENT,
    OF_SEVERAL,
};

// What is the same for many commands about a question, in the order in which it is looked at.
enum {
    T_VERSIONED = 1, // it names the version it knows
    T_CLAIMED = 2,   // of a waiting question: by who has it, and names the epoch
    T_FREE = 4,      // nobody else may have it
    T_TOLD = 8,      // of a public question the public is told …
    T_NEW = 16,      // … what is new to it: not while the feed is frozen
    T_ENDS = 32,     // ends the claim
    T_RENEWS = 64,   // renews the actor's own
    T_RAISES = 128,  // raises the version, though the stage stays
};
enum { T_STAYS = -1 };

struct m_rule {
    const char *method;
    enum m_about about;
    unsigned who;    // bits of m_who; 0: anybody
    unsigned stages; // bits of mi_stage
    unsigned from;   // of a question or statement: bits of its stages; 0: any
    int to;          // its stage afterwards, or T_STAYS
    unsigned traits;
    // Refusals that do not matter when they only come to be between looking and recording: nothing
    // is promised about these two at the same time. "ok": another success than the recorded one.
    const char *tolerates;
};
extern const struct m_rule m_rules[C_KINDS];

struct m_case { // of a question that has a department
    enum mc_stage stage;
    int64_t opened, stopped; // 0: its clock runs
    unsigned extended;       // working days
    const char *extension;   // why; NULL: it was not
    char stop_note[MODEL_TEXT], draft[MODEL_TEXT];
    int drafted_by; // NO_ONE: there is no draft
};

struct m_question {
    char id[24], receipt[16], secret[20];
    int asker; // NO_ONE: entered by staff
    const char *origin;
    char original[MODEL_TEXT], text[MODEL_TEXT], name[MODEL_TEXT];
    enum mq_stage stage;
    unsigned version;
    bool is_public, approved, edited, redacted;
    char redacted_text[MODEL_TEXT];
    bool mark_shown;           // the public has seen its mark
    enum mq_stage shown_stage; // to the public
    unsigned shown_version;    // that it counts
    int64_t shown_ms, public_at;
    int claim_by;
    unsigned claim_epoch;
    int64_t claim_until;
    int decided_by, changed_by;
    int proposed_by; // the first of two persons, while it waits; NO_ONE
    bool proposes_end, proposes_label;
    char proposed_text[MODEL_TEXT];
    const char *proposed_label, *proposed_code, *proposed_note;
    int proposed_of;                              // duplicate of
    int passed_by;                                // of a decision by two persons the first; NO_ONE
    const char *code, *note, *label, *department; // NULL: none
    int64_t due;                                  // 0: no date
    struct m_case file;
    unsigned answer_count;
    char reply[MODEL_TEXT];
    enum m_appeal appeal;
    enum mq_stage before; // while it is retracted
    const char *before_code, *before_note;
    int retracted_by, retraction_asker;
    const char *retraction_code, *retraction_note; // waits for a second person
    bool erased;                                   // by law: no word of it is left
    int erasure_asker, erasure_class;              // NO_ONE; which of m_classes
    int leader;                                    // it was joined with; NO_ONE
    int duplicate_of;                              // rejected: another one that it repeats; NO_ONE
    unsigned notes;
    int route_guest; // NO_ONE
    int air_guest;   // who answered it when it was last on air; NO_ONE: that was not said
    enum m_route route;
    unsigned votes;       // bits of citizens, as told
    unsigned votes_known; // … as the record has them, which counts after a restart
    unsigned told;        // joined with it, as everybody reads it
};

struct m_statement {
    char id[24];
    char text[MODEL_TEXT];
    enum ms_stage stage;
    unsigned version;
    bool is_answer, cleared, was_public;
    int qs[MODEL_SEVERAL];
    unsigned q_count;
    int author, writer, changed_by;
    enum m_as as;
    int speaker; // m_speaker
    bool titled; // with a title of its own
    unsigned step;
    int waits_for; // a duty, while it is submitted
    int64_t public_at;
    int asked_by; // for its retraction
    int corrects; // a statement that is to have this text; NO_ONE
};

struct m_notice {
    char id[24];
    char text[MODEL_TEXT];
    enum m_to to;
    bool recalled;
    unsigned read_by; // bits of m_who
};

struct m_invitation {
    char id[24], token[64];
    int user;
    int64_t until;
    enum m_link stage;
};

struct m_chain {
    int duties[MODEL_STEPS]; // m_who
    unsigned count;
};

struct m_silence { // the last word about a citizen, in whichever interview
    int64_t at, until;
};

struct m_words { // an administrator's; "": the house's own stand
    char of[M_CODES][MODEL_LANGS][M_AUDIENCES][MODEL_TEXT];
};

struct m_interview {
    char id[24];
    enum mi_stage stage, shown_stage; // the public hears of no approval once more
    enum mi_stage before_down;        // while it is taken down
    unsigned version;
    int changed_by;
    int ended_by;
    enum m_asking asking, asking_before; // the pause
    bool paused;                         // asking: closed by the pause, and nobody said so since
    bool rehearsal;                      // those who rehearse see what the public would
    bool announced;                      // the public has heard of it, or would have
    bool was_cancelled;                  // what waited has lapsed with it
    bool was_published;                  // its transcript
    bool with_answer, named;
    bool strict; // its rule set wants two persons and reasons, and lets questions lapse
    bool frozen;
    unsigned delay_s;
    char topic[MODEL_TEXT];
    unsigned guests;
    unsigned roster; // bits of m_who
    struct m_chain chains[AS_ALL];
    bool chained; // a reviewer decides about questions after the first
    struct m_question *questions[MODEL_QUESTIONS];
    unsigned question_count;
    int queue[MODEL_QUESTIONS];
    unsigned queue_count;
    int shown[MODEL_QUESTIONS]; // by first publication
    unsigned shown_count;
    struct m_statement statements[MODEL_STATEMENTS]; // by first recording
    unsigned statement_count;
    int said[MODEL_STATEMENTS]; // by publication
    unsigned said_count;
    struct m_notice notices[MODEL_NOTICES];
    unsigned notice_count;
    struct m_invitation invitations[MODEL_NOTICES];
    unsigned invitation_count;
    struct m_silence *silences; // of the citizens; the portal's
    struct m_words *words;      // the portal's
};

enum m_wrong { // what a command has wrong besides what the state makes wrong
    RIGHT,
    WRONG_THING,  // an id that nothing has
    WRONG_SECRET, // of a receipt
    WRONG_WORD,   // a stage, code, kind, person, number that does not exist
    EMPTY_TEXT,
    LONG_TEXT,
    TAKEN_NAME,
};

struct m_command {
    enum m_kind kind;
    enum m_wrong wrong;
    int by;                 // m_who
    struct m_interview *iv; // C_CREATE: where it is put when it succeeds
    int q, into;            // questions
    bool names;             // a rejection: into is given
    int s;                  // the statement; C_PREPARE: NO_ONE for a new one
    int n;                  // the notice or invitation
    unsigned version, epoch;
    int to; // a stage, asking, whom a notice is for, a guest or audience (NO_ONE: none named), a
            // class, whether a vote is on, a bulk's kind
    bool take_over, edits, named, sets_policy, policy, sets_topic, sets_roster, sets_chains, strict;
    bool sets_chained, chained; // with the other chains
    bool is_answer, titled, overrides, rehearsal, shows;
    bool is_own; // entered: the house's own question
    int speaker; // m_speaker; NO_ONE: without a name
    unsigned lang;
    unsigned roster, guests, position, number, at; // number: minutes, seconds, a length
    int64_t until; // of an invitation, or a case's new date; 0: none given
    struct m_chain chains[AS_ALL];
    char text[MODEL_TEXT], name[MODEL_TEXT], topic[MODEL_TEXT];
    const char *code, *note, *label, *department; // NULL: none given
    int qs[MODEL_SEVERAL];
    unsigned q_count;
};

// What the record brings that the model cannot know.
struct m_ids {
    char interview[24], question[24], receipt[16], statement[24], notice[24], invitation[24];
    unsigned version;  // of the interview, as the answer says
    char stage[16];    // where it says that it went
    int64_t public_at; // … and when it will be public
    bool renews;       // a claim, besides
    bool counts;       // tells everybody how many are joined with a question, besides
};

// The line for c at this moment; *ret_changes: it would change something.
void model_expect(const struct m_command *c, int64_t now, char ret[MODEL_LINE], bool *ret_changes);
// It succeeded: made at ran_ms, recorded at at_ms.
void model_apply(const struct m_command *c, int64_t ran_ms, int64_t at_ms, const struct m_ids *ids);
// What the server does by itself: NULL, or why it may not have happened.
const char *model_publish(struct m_interview *iv, int q, int64_t at_ms);
const char *model_say(struct m_interview *iv, int s, int64_t at_ms);    // a delayed statement
const char *model_return(struct m_interview *iv, int s, int64_t at_ms); // … that fits no longer
const char *model_ungroup(struct m_interview *iv, int q); // its leader came to nothing
// … and tells everybody how many are joined with a question: of an ungrouping of its own, or
// (late) what was not told while nothing was.
const char *model_count(struct m_interview *iv, int leader, unsigned count, bool late);

int model_question(const struct m_interview *iv, const char *id, size_t len);  // -1: none
int model_statement(const struct m_interview *iv, const char *id, size_t len); // -1: none
bool mq_is_disposed(enum mq_stage stage);
enum mq_stage mq_restores_to(const struct m_interview *iv, int q); // what is retracted
bool mq_shares(const struct m_question *leader); // its outcome, with those who joined it
bool mq_leads(const struct m_question *q);       // may others follow
bool mq_has_end(const struct m_interview *iv, const struct m_question *q);
bool mc_may(enum m_kind kind, enum mc_stage stage);                // done about such a case
unsigned mq_members(const struct m_interview *iv, int q);          // joined with it
int mq_answer(const struct m_interview *iv, int q, int except);    // the first that stands, or -1
unsigned mq_answers(const struct m_interview *iv, int q);          // how many stand
bool mi_is_archived(const struct m_interview *iv);                 // perhaps taken down since
bool mi_is_still(const struct m_interview *iv);                    // nothing new becomes public
bool mi_is_known(const struct m_interview *iv);                    // to everybody
bool ms_fits(const struct m_interview *iv, bool is_answer, int q); // may be said to it
unsigned mi_moves(const struct m_interview *iv);                   // stages to which it may go
bool m_has(const struct m_interview *iv, int who, int duty);       // on the roster as this
bool m_is_silenced(const struct m_interview *iv, int who, int64_t now);
const char *m_name(int who); // also the server's
const char *m_duty(int who); // "moderator"
unsigned m_lang(int who);    // in which he reads
const char *m_reason_words(const struct m_words *words, const char *code, unsigned lang,
                           enum m_audience audience);
unsigned m_points(const char *text);

#endif
