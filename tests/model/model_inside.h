// SPDX-License-Identifier: Apache-2.0
// What the files of the model share: sets of stages, and saying lines.
#ifndef TESTS_MODEL_MODEL_INSIDE_H
#define TESTS_MODEL_MODEL_INSIDE_H

#include "tests/model/model.h"

#define I(stage) (1u << MI_##stage)
#define Q(stage) (1u << MQ_##stage)
#define M(stage) (1u << MC_##stage)
#define S(stage) (1u << MS_##stage)
#define BE(who) (1u << (who))

enum {
    OFF = I(POSTPONED) | I(CANCELLED),
    TAKING = I(ANNOUNCED) | I(LOBBY) | I(LIVE), // questions
    AIRING = I(LIVE) | I(SUSPENDED) | I(DRAINING),
    SPEAKING = I(LOBBY) | AIRING | I(ENDED) | I(EDITING),
    WAITING = Q(HELD) | Q(PENDING),
    LET_THROUGH = Q(APPROVED) | Q(QUEUED),
    ANSWERABLE = LET_THROUGH | Q(ON_AIR) | Q(ANSWERED),
};

struct line {
    char *text;
    int64_t now;
    int by; // who reads it
};

void say(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_more(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_time(struct line *l, const char *key, int64_t ms); // adds it
// These return false, as an expectation of a refusal does.
bool deny(struct line *l, const char *reason);
bool deny_stage(struct line *l, const struct m_question *q);
bool deny_erased(struct line *l, const struct m_question *q);
bool deny_interview(struct line *l, const char *reason, const struct m_interview *iv);

bool m_is_first_step(const struct m_command *c, const struct m_question *q); // of two
// Of a case: where the command brings it, and its date afterwards (0: none).
enum mc_stage mc_goes_to(const struct m_command *c, const struct m_question *q);
int64_t mc_due(const struct m_command *c, const struct m_question *q, int64_t now);
unsigned m_days(int64_t from, int64_t to); // working days between the days of two instants
bool m_is_live(const struct m_question *q, int64_t now); // its claim
bool m_has_duty(const struct m_interview *iv, int who, unsigned duties);

// True: it may, and the line says what is answered.
bool expect_about_question(const struct m_command *c, struct line *l);
bool expect_about_statement(const struct m_command *c, struct line *l);
bool expect_say(const struct m_command *c, struct line *l);
bool expect_prepare(const struct m_command *c, struct line *l);

void change_question(const struct m_command *c, int64_t ran_ms, int64_t at_ms,
                     const struct m_ids *ids);
void change_statement(const struct m_command *c, int64_t at_ms, const struct m_ids *ids);
void m_reopen(struct m_interview *iv, int q, int by); // its only answer was taken back
void m_answer(struct m_interview *iv, int q, int by, int64_t at_ms);

#endif
