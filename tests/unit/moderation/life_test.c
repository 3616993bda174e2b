// SPDX-License-Identifier: Apache-2.0
// Every cell of both tables, against tables written down a second time.
#include "moderation/life.h"

#include <stdio.h>
#include <string.h>

#include "tests/kit/check.h"

static const char *const QUESTION_STAGES[] = {
    "held",     "pending", "approved", "queued",    "on_air",    "answered", "closed",
    "rejected", "grouped", "referred", "withdrawn", "retracted", "lapsed",
};

static const char *const INTERVIEW_STAGES[] = {
    "draft",     "in_review", "scheduled", "announced",  "lobby",     "live",
    "suspended", "draining",  "ended",     "editing",    "published", "closed",
    "archived",  "postponed", "cancelled", "taken_down",
};

// Every legal move; whatever is not here is forbidden.
static const struct {
    enum question_move move;
    const char *from, *to;
} MOVES[] = {
    {M_CLAIM, "held", "held"},
    {M_CLAIM, "pending", "pending"},
    {M_RELEASE, "held", "pending"},
    {M_APPROVE, "pending", "approved"},
    {M_UNDO, "approved", "pending"},
    {M_UNDO, "queued", "pending"},
    {M_REJECT, "held", "rejected"},
    {M_REJECT, "pending", "rejected"},
    {M_REJECT, "approved", "rejected"}, // at the end gate
    {M_REJECT, "queued", "rejected"},
    {M_QUEUE, "approved", "queued"},
    {M_DEQUEUE, "queued", "approved"},
    {M_PUT_ON_AIR, "approved", "on_air"},
    {M_PUT_ON_AIR, "queued", "on_air"},
    {M_TAKE_OFF_AIR, "on_air", "queued"},
    {M_ANSWER, "approved", "answered"},
    {M_ANSWER, "queued", "answered"},
    {M_ANSWER, "on_air", "answered"},
    {M_ANSWER, "answered", "answered"},
    {M_REFER, "held", "referred"},
    {M_REFER, "pending", "referred"},
    {M_REFER, "approved", "referred"},
    {M_REFER, "queued", "referred"},
    {M_REFER, "answered", "referred"},
    {M_WITHDRAW, "held", "withdrawn"},
    {M_WITHDRAW, "pending", "withdrawn"},
    {M_WITHDRAW, "approved", "withdrawn"},
    {M_WITHDRAW, "queued", "withdrawn"},
    {M_HOLD, "pending", "held"},
    {M_RETRACT, "approved", "retracted"},
    {M_RETRACT, "queued", "retracted"},
    {M_RETRACT, "on_air", "retracted"},
    {M_RETRACT, "answered", "retracted"},
    {M_RETRACT, "referred", "retracted"},
    {M_RETRACT, "closed", "retracted"},
    {M_RETRACT, "lapsed", "retracted"},
    {M_RESTORE, "retracted", "retracted"}, // where to, the question's own state says
    {M_APPEAL, "rejected", "rejected"},
    {M_UPHOLD, "rejected", "pending"},
    {M_DISMISS, "rejected", "rejected"},
    {M_REPLY, "held", "closed"},
    {M_REPLY, "pending", "closed"},
    {M_REPLY, "approved", "closed"},
    {M_REPLY, "queued", "closed"},
    {M_CASE, "referred", "referred"},
    {M_REPLY_CASE, "referred", "closed"},
    {M_LAPSE, "held", "lapsed"},
    {M_LAPSE, "pending", "lapsed"},
    {M_LAPSE, "approved", "lapsed"},
    {M_LAPSE, "queued", "lapsed"},
    {M_WITHDRAW, "grouped", "withdrawn"},
    {M_GROUP, "held", "grouped"},
    {M_GROUP, "pending", "grouped"},
    {M_GROUP, "approved", "grouped"},
    {M_GROUP, "queued", "grouped"},
    {M_UNGROUP, "grouped", "pending"},
};

static const char *wanted(enum question_move move, const char *from)
{
    for (size_t i = 0; i < sizeof MOVES / sizeof *MOVES; i++)
        if (MOVES[i].move == move && strcmp(MOVES[i].from, from) == 0)
            return MOVES[i].to;
    return NULL;
}

TEST(every_move_of_a_question)
{
    size_t legal = 0;
    for (int from = 0; from < Q_STAGES; from++) {
        for (int move = 0; move < M_MOVES; move++) {
            const char *want = wanted((enum question_move)move, QUESTION_STAGES[from]);
            enum question_stage to = Q_GROUPED;
            bool may = question_may_move((enum question_stage)from, (enum question_move)move, &to);
            CHECK_INT(may, want != NULL);
            CHECK_STR(question_stage_name(to), want ? want : "grouped"); // untouched when illegal
            CHECK(question_may_move((enum question_stage)from, (enum question_move)move, NULL) ==
                  may);
            legal += may;
        }
    }
    CHECK_INT(legal, sizeof MOVES / sizeof *MOVES);
    CHECK(!question_may_move(Q_STAGES, M_CLAIM, NULL));
    CHECK(!question_may_move(Q_HELD, M_MOVES, NULL));
}

// One line a stage of a case: its name, then each move and where it leads.
static const char *const CASE_LINES[CASE_STAGES] = {
    "opened accept>accepted re_route>opened extend>opened close>closed",
    "accepted re_route>opened stop>clock_stopped extend>accepted draft>draft_submitted "
    "close>closed",
    "clock_stopped resume>accepted close>closed",
    "draft_submitted extend>draft_submitted draft>draft_submitted return>returned close>closed",
    "returned stop>clock_stopped extend>returned draft>draft_submitted close>closed",
    "closed",
};

TEST(every_move_of_a_case)
{
    static const char *const moves[CASE_MOVES] = {"accept", "re_route", "stop",   "resume",
                                                  "extend", "draft",    "return", "close"};
    for (int from = 0; from < CASE_STAGES; from++) {
        char line[200];
        snprintf(line, sizeof line, "%s", case_stage_name((enum case_stage)from));
        for (int move = 0; move < CASE_MOVES; move++) {
            enum case_stage to = CASE_STAGES;
            bool may = case_may_move((enum case_stage)from, (enum case_move)move, &to);
            CHECK(may == case_may_move((enum case_stage)from, (enum case_move)move, NULL));
            size_t n = strlen(line);
            if (may)
                snprintf(line + n, sizeof line - n, " %s>%s", moves[move], case_stage_name(to));
            else
                CHECK_INT(to, CASE_STAGES); // untouched
        }
        CHECK_STR(line, CASE_LINES[from]);
    }
    CHECK(!case_may_move(CASE_STAGES, CM_ACCEPT, NULL));
    CHECK(!case_may_move(CASE_OPENED, CASE_MOVES, NULL));
    CHECK(!case_stage_name(CASE_STAGES));
}

// One line a stage: its name, then where it may go.
static const char *const INTERVIEW_LINES[] = {
    "draft in_review",
    "in_review scheduled draft",
    "scheduled announced postponed cancelled",
    "announced lobby postponed cancelled taken_down",
    "lobby live postponed cancelled taken_down",
    "live suspended draining taken_down",
    "suspended live draining taken_down",
    "draining ended taken_down",
    "ended editing taken_down",
    "editing published taken_down",
    "published closed taken_down",
    "closed archived taken_down",
    "archived taken_down",
    "postponed scheduled announced taken_down",
    "cancelled taken_down",
    "taken_down announced lobby live suspended draining ended editing published closed archived "
    "postponed cancelled",
};

static bool has_word(const char *line, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = strchr(line, ' '); p; p = strchr(p + 1, ' '))
        if (strncmp(p + 1, word, n) == 0 && (p[n + 1] == ' ' || p[n + 1] == 0))
            return true;
    return false;
}

TEST(every_move_of_an_interview)
{
    for (int from = 0; from < I_STAGES; from++) {
        CHECK(strncmp(INTERVIEW_LINES[from], INTERVIEW_STAGES[from],
                      strlen(INTERVIEW_STAGES[from])) == 0);
        for (int to = 0; to < I_STAGES; to++)
            if (interview_may_move((enum interview_stage)from, (enum interview_stage)to) !=
                has_word(INTERVIEW_LINES[from], INTERVIEW_STAGES[to]))
                check_fail(__FILE__, __LINE__, "%s to %s", INTERVIEW_STAGES[from],
                           INTERVIEW_STAGES[to]);
    }
    CHECK(!interview_may_move(I_STAGES, I_DRAFT));
    CHECK(!interview_may_move(I_DRAFT, I_STAGES));
}

TEST(words_and_stages_are_the_same_thing)
{
    for (int i = 0; i < Q_STAGES; i++) {
        enum question_stage stage = Q_STAGES;
        const char *word = question_stage_name((enum question_stage)i);
        CHECK_STR(word, QUESTION_STAGES[i]);
        CHECK(question_stage_parse(word, strlen(word), &stage) && (int)stage == i);
        CHECK(!question_stage_parse(word, strlen(word) - 1, &stage) && (int)stage == i);
    }
    for (int i = 0; i < I_STAGES; i++) {
        enum interview_stage stage = I_STAGES;
        const char *word = interview_stage_name((enum interview_stage)i);
        CHECK_STR(word, INTERVIEW_STAGES[i]);
        CHECK(interview_stage_parse(word, strlen(word), &stage) && (int)stage == i);
    }
    static const char *const ASKINGS[] = {"closed", "precollect", "open"};
    for (int i = 0; i < ASKING_STATES; i++) {
        enum asking asking = ASKING_STATES;
        const char *word = asking_name((enum asking)i);
        CHECK_STR(word, ASKINGS[i]);
        CHECK(asking_parse(word, strlen(word), &asking) && (int)asking == i);
    }
}

TEST(other_words_are_no_stages)
{
    enum question_stage q = Q_QUEUED;
    enum interview_stage i = I_LOBBY;
    enum asking a = ASKING_OPEN;
    static const char *const WORDS[] = {"", "Live", "live ", "on-air", "received", "lapsed\n"};
    for (size_t k = 0; k < sizeof WORDS / sizeof *WORDS; k++) {
        CHECK(!question_stage_parse(WORDS[k], strlen(WORDS[k]), &q));
        CHECK(!interview_stage_parse(WORDS[k], strlen(WORDS[k]), &i));
        CHECK(!asking_parse(WORDS[k], strlen(WORDS[k]), &a));
    }
    CHECK(!interview_stage_parse("live\0x", 6, &i));
    CHECK(q == Q_QUEUED && i == I_LOBBY && a == ASKING_OPEN);
}

TEST(the_end_gate_waits_for_open_questions_only)
{
    for (int i = 0; i < Q_STAGES; i++)
        CHECK_INT(question_is_disposed((enum question_stage)i), i != Q_HELD && i != Q_PENDING &&
                                                                    i != Q_APPROVED &&
                                                                    i != Q_QUEUED && i != Q_ON_AIR);
    CHECK(!question_is_disposed(Q_STAGES));
}

TEST(what_is_public_and_what_takes_questions)
{
    for (int i = 0; i < I_STAGES; i++) {
        enum interview_stage stage = (enum interview_stage)i;
        CHECK_INT(interview_is_public(stage), i != I_DRAFT && i != I_IN_REVIEW && i != I_SCHEDULED);
        CHECK_INT(interview_takes_questions(stage),
                  i == I_ANNOUNCED || i == I_LOBBY || i == I_LIVE);
    }
}

int main(void)
{
    return check_run();
}
