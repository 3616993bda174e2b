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
    MODEL_LINE = 320,
    MODEL_QUESTIONS = 400,
    MODEL_STATEMENTS = 400,
    MODEL_UNDO_MS = 10000,
    MODEL_CLAIM_MS = 90000,
    MODEL_QUESTION_MAX = 60, // code points
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
    X(REFERRED, "referred")                                                                        \
    X(WITHDRAWN, "withdrawn")                                                                      \
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
#define AS_QUESTION_STAGE(name, word) MQ_##name,
#define AS_INTERVIEW_STAGE(name, word) MI_##name,
enum mq_stage { STAGES_OF_A_QUESTION(AS_QUESTION_STAGE) MQ_STAGES };
enum mi_stage { STAGES_OF_AN_INTERVIEW(AS_INTERVIEW_STAGE) MI_STAGES };
enum m_asking { MA_CLOSED, MA_PRECOLLECT, MA_OPEN };
extern const char *const mq_words[], *const mi_words[], *const ma_words[];

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

enum m_kind {
    C_CREATE,
    C_UPDATE,
    C_TRANSITION,
    C_ASKING,
    C_ASK,
    C_STATUS,
    C_WITHDRAW,
    C_CLAIM,
    C_LET_GO,
    C_APPROVE,
    C_UNDO,
    C_REJECT,
    C_RELEASE,
    C_REFER,
    C_QUEUE,
    C_REORDER,
    C_DEQUEUE,
    C_ON_AIR,
    C_OFF_AIR,
    C_STATEMENT,
    C_KINDS,
};

struct m_question {
    char id[24], receipt[16], secret[20];
    int asker;
    char original[MODEL_TEXT], text[MODEL_TEXT], name[MODEL_TEXT];
    enum mq_stage stage;
    unsigned version;
    bool is_public, approved, edited;
    enum mq_stage shown_stage; // to the public
    int64_t shown_ms, public_at;
    int claim_by;
    unsigned claim_epoch;
    int64_t claim_until;
    int decided_by, changed_by;
    char code[24];
    int answers[8];
    unsigned answer_count;
};

struct m_statement {
    char id[24];
    char text[MODEL_TEXT];
};

struct m_interview {
    char id[24];
    enum mi_stage stage, shown_stage; // the public hears of no approval once more
    enum mi_stage before_down;        // while it is taken down
    int ended_by;
    unsigned version;
    enum m_asking asking, asking_before; // the pause
    bool paused;                         // asking: closed by the pause, and nobody said so since
    bool announced;                      // the public has heard of it
    bool with_answer, named;
    char topic[MODEL_TEXT];
    unsigned guests;
    unsigned roster; // bits of m_who
    struct m_question *questions[MODEL_QUESTIONS];
    unsigned question_count;
    int queue[MODEL_QUESTIONS];
    unsigned queue_count;
    int shown[MODEL_QUESTIONS]; // by first publication
    unsigned shown_count;
    struct m_statement statements[MODEL_STATEMENTS];
    unsigned statement_count;
};

enum m_wrong { // what a command has wrong besides what the state makes wrong
    RIGHT,
    WRONG_THING,  // an id that nothing has
    WRONG_SECRET, // of a receipt
    WRONG_WORD,   // a stage, code, kind that does not exist
    EMPTY_TEXT,
    LONG_TEXT,
    TAKEN_NAME,
};

struct m_command {
    enum m_kind kind;
    enum m_wrong wrong;
    int by;                 // m_who
    struct m_interview *iv; // C_CREATE: where it is put when it succeeds
    int q;
    unsigned version, epoch;
    int to; // stage, asking
    bool take_over, edits, named, sets_policy, policy, sets_topic, sets_roster, is_answer;
    unsigned roster, guests;
    unsigned position;
    char text[MODEL_TEXT], name[MODEL_TEXT], topic[MODEL_TEXT];
    const char *code;
    int qs[3];
    unsigned q_count;
};

// What the answer brings that the model cannot know.
struct m_ids {
    char interview[24], question[24], receipt[16], statement[24];
};

// The line for c at this moment; *ret_changes: it would change something.
void model_expect(const struct m_command *c, int64_t now, char ret[MODEL_LINE], bool *ret_changes);
// It succeeded: made at ran_ms, recorded at at_ms.
void model_apply(const struct m_command *c, int64_t ran_ms, int64_t at_ms, const struct m_ids *ids);
// The server's own two: NULL, or why it may not have happened.
const char *model_publish(struct m_interview *iv, int q, int64_t at_ms);
const char *model_let_go(struct m_interview *iv, int q);

int model_question(const struct m_interview *iv, const char *id, size_t len); // -1: none
bool mq_is_disposed(const struct m_question *q);
unsigned mi_moves(const struct m_interview *iv);             // stages to which it may go
bool m_has(const struct m_interview *iv, int who, int duty); // on the roster as this

#endif
