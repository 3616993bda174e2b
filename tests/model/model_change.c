// SPDX-License-Identifier: Apache-2.0
// What is so after a command succeeded.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model.h"

int model_question(const struct m_interview *iv, const char *id, size_t len)
{
    for (int i = (int)iv->question_count; i-- > 0;)
        if (strlen(iv->questions[i]->id) == len && memcmp(iv->questions[i]->id, id, len) == 0)
            return i;
    return -1;
}

// ---- the queue: questions in order, no ranks to keep ----

static void leave_queue(struct m_interview *iv, int q)
{
    unsigned to = 0;
    for (unsigned i = 0; i < iv->queue_count; i++)
        if (iv->queue[i] != q)
            iv->queue[to++] = iv->queue[i];
    iv->queue_count = to;
}

// position 1: next; 0 or too far: last.
static void enter_queue(struct m_interview *iv, int q, unsigned position)
{
    leave_queue(iv, q);
    if (position == 0 || position > iv->queue_count)
        position = iv->queue_count + 1;
    for (unsigned i = iv->queue_count++; i >= position; i--)
        iv->queue[i] = iv->queue[i - 1];
    iv->queue[position - 1] = q;
}

static void move(const struct m_command *c, struct m_question *q, enum mq_stage to)
{
    q->stage = to;
    q->version++;
    q->changed_by = c->by;
    if (to != MQ_QUEUED)
        leave_queue(c->iv, c->q);
}

static void end_claim(struct m_question *q)
{
    q->claim_by = NO_ONE;
}

// ---- becoming public ----

static void become_public(struct m_interview *iv, int q, int64_t at_ms)
{
    struct m_question *question = iv->questions[q];
    if (question->is_public)
        return;
    question->is_public = true;
    question->shown_stage = MQ_APPROVED;
    question->shown_ms = at_ms;
    iv->shown[iv->shown_count++] = q;
}

static void show_stage(struct m_question *q, enum mq_stage stage)
{
    if (q->is_public)
        q->shown_stage = stage;
}

const char *model_publish(struct m_interview *iv, int q, int64_t at_ms)
{
    struct m_question *question = iv->questions[q];
    if (question->is_public)
        return "it is public already";
    if (iv->stage == MI_TAKEN_DOWN)
        return "there is nothing to see";
    if (iv->stage == MI_SUSPENDED)
        return "nothing new is shown";
    if (question->stage != MQ_APPROVED && question->stage != MQ_QUEUED)
        return "it was not let through";
    if (!question->public_at || question->public_at > at_ms)
        return "its time for undoing is not over";
    become_public(iv, q, at_ms);
    return NULL;
}

const char *model_let_go(struct m_interview *iv, int q)
{
    if (iv->questions[q]->claim_by == NO_ONE)
        return "nobody had it";
    end_claim(iv->questions[q]);
    return NULL;
}

// ---- commands ----

static void receive(const struct m_command *c, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    if (iv->question_count == MODEL_QUESTIONS)
        abort(); // the driver ends an interview before that
    struct m_question *q = calloc(1, sizeof *q);
    *q = (struct m_question){.asker = c->by,
                             .stage = MQ_PENDING,
                             .version = 1,
                             .claim_by = NO_ONE,
                             .decided_by = NO_ONE,
                             .changed_by = NO_ONE};
    snprintf(q->id, sizeof q->id, "%s", ids->question);
    snprintf(q->receipt, sizeof q->receipt, "%s", ids->receipt);
    snprintf(q->original, sizeof q->original, "%s", c->text);
    snprintf(q->text, sizeof q->text, "%s", c->text);
    snprintf(q->name, sizeof q->name, "%s", c->name);
    iv->questions[iv->question_count++] = q;
}

static void approve(const struct m_command *c, struct m_question *q, int64_t ran_ms)
{
    if (c->edits)
        snprintf(q->text, sizeof q->text, "%s", c->text);
    else
        snprintf(q->text, sizeof q->text, "%s", q->original);
    q->edited = strcmp(q->text, q->original) != 0;
    q->public_at = c->iv->with_answer ? 0 : ran_ms + MODEL_UNDO_MS;
    q->decided_by = c->by;
    q->approved = true;
    q->code[0] = '\0';
    end_claim(q);
    move(c, q, MQ_APPROVED);
}

static void undo(const struct m_command *c, struct m_question *q)
{
    snprintf(q->text, sizeof q->text, "%s", q->original);
    q->edited = q->approved = false;
    q->public_at = 0;
    q->decided_by = NO_ONE;
    move(c, q, MQ_PENDING);
}

static void claim(const struct m_command *c, struct m_question *q, int64_t ran_ms)
{
    q->claim_epoch += q->claim_by != c->by;
    q->claim_by = c->by;
    q->claim_until = ran_ms + MODEL_CLAIM_MS;
}

static void reject(const struct m_command *c, struct m_question *q)
{
    snprintf(q->code, sizeof q->code, "%s", c->code);
    q->decided_by = c->by;
    end_claim(q);
    move(c, q, MQ_REJECTED);
}

static void put_on_air(const struct m_command *c, struct m_question *q, int64_t at_ms)
{
    if (q->public_at)
        become_public(c->iv, c->q, at_ms);
    move(c, q, MQ_ON_AIR);
    show_stage(q, MQ_ON_AIR);
}

static void apply_to_question(const struct m_command *c, int64_t ran_ms, int64_t at_ms)
{
    struct m_question *q = c->iv->questions[c->q];
    switch (c->kind) {
    case C_CLAIM:
        claim(c, q, ran_ms);
        break;
    case C_LET_GO:
        end_claim(q);
        break;
    case C_APPROVE:
        approve(c, q, ran_ms);
        break;
    case C_UNDO:
        undo(c, q);
        break;
    case C_REJECT:
        reject(c, q);
        break;
    case C_RELEASE:
        move(c, q, MQ_PENDING);
        break;
    case C_REFER:
        end_claim(q);
        move(c, q, MQ_REFERRED);
        show_stage(q, MQ_REFERRED);
        break;
    case C_QUEUE:
        move(c, q, MQ_QUEUED);
        enter_queue(c->iv, c->q, c->position);
        break;
    case C_REORDER:
        enter_queue(c->iv, c->q, c->position);
        break;
    case C_DEQUEUE:
        move(c, q, MQ_APPROVED);
        break;
    case C_ON_AIR:
        put_on_air(c, q, at_ms);
        break;
    case C_OFF_AIR:
        move(c, q, MQ_QUEUED);
        enter_queue(c->iv, c->q, 1);
        show_stage(q, MQ_APPROVED);
        break;
    case C_WITHDRAW:
        end_claim(q);
        move(c, q, MQ_WITHDRAWN);
        show_stage(q, MQ_WITHDRAWN);
        break;
    default:
        break;
    }
}

static void speak(const struct m_command *c, int64_t at_ms, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    if (iv->stage == MI_SUSPENDED)
        return; // a draft
    if (iv->statement_count == MODEL_STATEMENTS)
        abort();
    struct m_statement *s = &iv->statements[iv->statement_count++];
    snprintf(s->id, sizeof s->id, "%s", ids->statement);
    snprintf(s->text, sizeof s->text, "%s", c->text);
    struct m_command of_question = *c;
    for (unsigned i = 0; i < c->q_count && c->is_answer; i++) {
        struct m_question *q = iv->questions[c->qs[i]];
        become_public(iv, c->qs[i], at_ms);
        end_claim(q);
        q->answer_count++;
        of_question.q = c->qs[i];
        move(&of_question, q, MQ_ANSWERED);
        show_stage(q, MQ_ANSWERED);
    }
}

// The interview is over, and so is every question that was answered in it.
static void close_answered(struct m_interview *iv)
{
    for (unsigned i = 0; i < iv->question_count; i++) {
        struct m_question *q = iv->questions[i];
        if (q->stage == MQ_ANSWERED)
            q->stage = MQ_CLOSED;
        if (q->shown_stage == MQ_ANSWERED)
            q->shown_stage = MQ_CLOSED;
    }
}

// What waited has lapsed, and nothing more is to be done about it.
static void lapse_waiting(struct m_interview *iv)
{
    for (unsigned i = 0; i < iv->question_count; i++) {
        struct m_question *q = iv->questions[i];
        if (mq_is_disposed(q))
            continue;
        q->stage = MQ_LAPSED;
        snprintf(q->code, sizeof q->code, "cancelled");
        end_claim(q);
        show_stage(q, MQ_LAPSED);
    }
    iv->queue_count = 0;
}

static void transition(const struct m_command *c)
{
    struct m_interview *iv = c->iv;
    bool back = iv->stage == MI_TAKEN_DOWN;
    bool resumes = iv->stage == MI_SUSPENDED && c->to == MI_LIVE;
    if (c->to == MI_TAKEN_DOWN)
        iv->before_down = iv->stage;
    if (c->to == MI_ENDED && iv->stage == MI_DRAINING)
        iv->ended_by = c->by;
    iv->stage = (enum mi_stage)c->to;
    iv->version++;
    iv->announced |= iv->stage == MI_ANNOUNCED;
    if (iv->stage != MI_DRAFT && iv->stage != MI_IN_REVIEW && iv->stage != MI_SCHEDULED)
        iv->shown_stage = iv->stage;
    bool keeps = iv->stage == MI_ANNOUNCED || iv->stage == MI_LOBBY || iv->stage == MI_LIVE;
    if (iv->stage == MI_SUSPENDED && iv->asking != MA_CLOSED) {
        iv->asking_before = iv->asking;
        iv->paused = true;
    }
    if (!keeps)
        iv->asking = MA_CLOSED;
    if (resumes && iv->paused) {
        iv->asking = iv->asking_before;
        iv->paused = false;
    }
    if (iv->stage == MI_CLOSED)
        close_answered(iv);
    if (iv->stage == MI_CANCELLED && !back)
        lapse_waiting(iv);
}

static void update(const struct m_command *c)
{
    struct m_interview *iv = c->iv;
    if (c->sets_topic)
        snprintf(iv->topic, sizeof iv->topic, "%s", c->topic);
    if (c->sets_policy) {
        iv->with_answer = c->policy;
        iv->named = c->named;
    }
    if (c->sets_roster)
        iv->roster = c->roster;
    iv->version += (unsigned)(c->sets_topic || c->sets_policy) + c->sets_roster;
}

void model_apply(const struct m_command *c, int64_t ran_ms, int64_t at_ms, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    switch (c->kind) {
    case C_CREATE:
        snprintf(iv->id, sizeof iv->id, "%s", ids->interview);
        snprintf(iv->topic, sizeof iv->topic, "%s", c->topic);
        iv->version = 1;
        iv->roster = c->roster;
        iv->guests = c->guests;
        iv->with_answer = c->policy;
        iv->named = c->named;
        break;
    case C_UPDATE:
        update(c);
        break;
    case C_TRANSITION:
        transition(c);
        break;
    case C_ASKING:
        iv->asking = (enum m_asking)c->to;
        iv->paused = false;
        break;
    case C_ASK:
        receive(c, ids);
        break;
    case C_STATEMENT:
        speak(c, at_ms, ids);
        break;
    default:
        apply_to_question(c, ran_ms, at_ms);
    }
}
