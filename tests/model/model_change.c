// SPDX-License-Identifier: Apache-2.0
// What is so after a command succeeded. Of statements: model_said.c.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/model/model_inside.h"

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

// ---- stages, and what the public sees of them ----

static void raise(struct m_question *q, int by)
{
    q->version++;
    q->changed_by = by;
}

static void move(struct m_interview *iv, int q, enum mq_stage to, int by)
{
    iv->questions[q]->stage = to;
    iv->questions[q]->proposed_by = NO_ONE;
    raise(iv->questions[q], by);
    if (to != MQ_QUEUED)
        leave_queue(iv, q);
}

static void end_claim(struct m_question *q)
{
    q->claim_by = NO_ONE;
}

static void note_mark(struct m_question *q)
{
    char mark[16] = "";
    sscanf(q->original, "%15s", mark);
    q->mark_shown |= q->is_public && strstr(q->text, mark) != NULL;
}

static void become_public(struct m_interview *iv, int q, int64_t at_ms)
{
    struct m_question *question = iv->questions[q];
    if (question->is_public)
        return;
    question->is_public = true;
    question->shown_stage = MQ_APPROVED;
    question->shown_version = 1;
    question->shown_ms = at_ms;
    question->told = mq_members(iv, q);
    iv->shown[iv->shown_count++] = q;
    note_mark(question);
}

// To the public, who hear of no queue.
static void show(struct m_question *q, enum mq_stage stage)
{
    if (!q->is_public)
        return;
    q->shown_stage = stage == MQ_QUEUED ? MQ_APPROVED : stage;
    q->shown_version++;
}

const char *model_publish(struct m_interview *iv, int q, int64_t at_ms)
{
    struct m_question *question = iv->questions[q];
    if (question->is_public)
        return "it is public already";
    if (iv->stage == MI_TAKEN_DOWN)
        return "there is nothing to see";
    if (mi_is_still(iv))
        return "nothing new is shown now";
    if (!(LET_THROUGH & 1u << question->stage))
        return "it was not let through";
    if (!question->public_at || question->public_at > at_ms)
        return "its time for undoing is not over";
    become_public(iv, q, at_ms);
    return NULL;
}

static bool is_told(const struct m_question *leader)
{
    return leader->is_public && leader->stage != MQ_WITHDRAWN && leader->stage != MQ_RETRACTED;
}

const char *model_count(struct m_interview *iv, int leader, unsigned count, bool late)
{
    struct m_question *q = iv->questions[leader];
    if (!is_told(q))
        return "nobody is told of it";
    if (mi_is_still(iv))
        return "no number is told now";
    if (count != mq_members(iv, leader))
        return "so many are not joined with it";
    if (late && count == q->told)
        return "this number is told already";
    q->told = count;
    return NULL;
}

const char *model_ungroup(struct m_interview *iv, int q)
{
    struct m_question *question = iv->questions[q];
    if (question->stage != MQ_GROUPED)
        return "it is in no group";
    if (question->erased)
        return "it was erased";
    if (mq_leads(iv->questions[question->leader]))
        return "its leader still leads";
    if (iv->was_published || iv->was_cancelled)
        return "behind the end gate nothing waits";
    question->leader = question->decided_by = NO_ONE;
    move(iv, q, MQ_PENDING, THE_SERVER);
    return NULL;
}

void m_answer(struct m_interview *iv, int q, int by, int64_t at_ms)
{
    struct m_question *question = iv->questions[q];
    become_public(iv, q, at_ms);
    end_claim(question);
    question->answer_count++;
    move(iv, q, MQ_ANSWERED, by);
    show(question, MQ_ANSWERED);
}

void m_reopen(struct m_interview *iv, int q, int by)
{
    iv->questions[q]->answer_count = 0;
    move(iv, q, MQ_QUEUED, by);
    enter_queue(iv, q, 1);
    show(iv->questions[q], MQ_QUEUED);
}

// ---- texts ----

// The byte at which so many code points are over.
static size_t byte_of(const char *text, unsigned points)
{
    size_t at = 0;
    while (text[at] && points--)
        while (((unsigned char)text[++at] & 0xC0) == 0x80)
            ;
    return at;
}

unsigned m_points(const char *text)
{
    unsigned points = 0;
    while (text[byte_of(text, points)])
        points++;
    return points;
}

static void redact(const struct m_command *c, struct m_question *q)
{
    char text[2 * MODEL_TEXT];
    size_t from = byte_of(q->text, c->at), to = byte_of(q->text, c->at + c->number);
    snprintf(text, sizeof text, "%.*s█%s", (int)from, q->text, q->text + to);
    snprintf(q->text, sizeof q->text, "%.*s", MODEL_TEXT - 1, text);
    snprintf(q->redacted_text, sizeof q->redacted_text, "%s", q->text);
    q->redacted = q->edited = true;
    q->proposed_by = NO_ONE; // its text had what was to be hidden
}

// As it came in, or as it was redacted since.
static void forget_decision(struct m_question *q)
{
    snprintf(q->text, sizeof q->text, "%s", q->redacted ? q->redacted_text : q->original);
    q->edited = q->redacted;
    q->approved = false;
    q->public_at = 0;
    q->decided_by = q->passed_by = q->route_guest = NO_ONE;
    q->label = NULL;
}

// ---- commands about a question ----

static void receive(const struct m_command *c, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    if (iv->question_count == MODEL_QUESTIONS)
        abort(); // the driver ends an interview before that
    struct m_question *q = calloc(1, sizeof *q);
    *q = (struct m_question){.asker = c->kind == C_ASK ? c->by : NO_ONE,
                             .stage = strcmp(ids->stage, "held") == 0 ? MQ_HELD : MQ_PENDING,
                             .version = 1,
                             .claim_by = NO_ONE,
                             .decided_by = NO_ONE,
                             .proposed_by = NO_ONE,
                             .passed_by = NO_ONE,
                             .changed_by = NO_ONE,
                             .retracted_by = NO_ONE,
                             .retraction_asker = NO_ONE,
                             .erasure_asker = NO_ONE,
                             .leader = NO_ONE,
                             .duplicate_of = NO_ONE,
                             .route_guest = NO_ONE,
                             .air_guest = NO_ONE};
    snprintf(q->id, sizeof q->id, "%s", ids->question);
    snprintf(q->receipt, sizeof q->receipt, "%s", ids->receipt);
    q->origin = c->kind != C_ENTER ? iv->stage < MI_LIVE ? "precollect" : "live"
                : c->is_own        ? "prepared"
                                   : "phone";
    snprintf(q->original, sizeof q->original, "%s", c->text);
    snprintf(q->text, sizeof q->text, "%s", c->text);
    snprintf(q->name, sizeof q->name, "%s", c->name);
    iv->questions[iv->question_count++] = q;
}

// By the first of two persons; what is not given is what stood proposed before, or stands.
static void propose(const struct m_command *c, struct m_question *q)
{
    bool approved_before = q->proposed_by != NO_ONE && !q->proposes_end;
    if (c->edits || !approved_before)
        snprintf(q->proposed_text, sizeof q->proposed_text, "%s", c->edits ? c->text : q->text);
    if (c->label || !approved_before || !q->proposes_label)
        q->proposed_label = c->label ? c->label : q->label;
    q->proposes_end = c->kind == C_REJECT;
    q->proposes_label = !q->proposes_end;
    q->proposed_code = q->proposes_end ? c->code : NULL;
    q->proposed_note = q->proposes_end ? c->note : NULL;
    q->proposed_of = q->proposes_end && c->names ? c->into : NO_ONE;
    q->proposed_by = c->by;
    end_claim(q);
    raise(q, c->by);
}

static void approve(const struct m_command *c, struct m_question *q, int64_t ran_ms)
{
    bool proposed = q->proposed_by != NO_ONE && !q->proposes_end;
    if (c->edits || proposed)
        snprintf(q->text, sizeof q->text, "%s", c->edits ? c->text : q->proposed_text);
    if (proposed && q->proposes_label)
        q->label = q->proposed_label;
    q->passed_by = q->proposed_by;
    q->edited = strcmp(q->text, q->original) != 0;
    q->public_at = c->iv->with_answer ? 0 : ran_ms + MODEL_UNDO_MS;
    q->decided_by = c->by;
    q->approved = true;
    q->code = q->note = NULL;
    if (c->label)
        q->label = c->label;
}

static void reject(const struct m_command *c, struct m_question *q)
{
    if (q->appeal == MP_OPEN)
        q->appeal = MP_DISMISSED;
    q->code = c->code;
    q->note = c->note;
    q->duplicate_of = c->names ? c->into : NO_ONE;
    q->passed_by = q->proposed_by;
    q->decided_by = c->by;
}

static void claim(const struct m_command *c, struct m_question *q, int64_t ran_ms)
{
    q->claim_epoch += q->claim_by != c->by;
    q->claim_by = c->by;
    q->claim_until = ran_ms + MODEL_CLAIM_MS;
}

static void retract(const struct m_command *c, struct m_question *q)
{
    if (c->iv->strict && !q->retraction_code) {
        q->retraction_code = c->code;
        q->retraction_asker = c->by;
        q->retraction_note = c->note;
        raise(q, c->by);
        return;
    }
    q->before = q->stage;
    q->before_code = q->code;
    q->before_note = q->note;
    q->note = c->note ? c->note : q->retraction_note;
    q->code = c->code;
    q->retracted_by = c->by;
    q->retraction_code = q->retraction_note = NULL;
    end_claim(q);
    move(c->iv, c->q, MQ_RETRACTED, c->by);
    show(q, MQ_RETRACTED);
}

static void restore(const struct m_command *c, struct m_question *q)
{
    bool was_retracted = q->stage == MQ_RETRACTED;
    q->code = was_retracted ? q->before_code : NULL;
    q->note = was_retracted ? q->before_note : NULL;
    if (!was_retracted) {
        forget_decision(q);
        q->appeal = MP_UPHELD;
        q->duplicate_of = NO_ONE;
        move(c->iv, c->q, MQ_PENDING, c->by);
        return;
    }
    enum mq_stage to = mq_restores_to(c->iv, c->q);
    if (mq_is_disposed(q->before) && !mq_is_disposed(to))
        q->answer_count = 0;
    q->retracted_by = q->retraction_asker = NO_ONE;
    q->told = mq_members(c->iv, c->q);
    move(c->iv, c->q, to, c->by);
    if (to == MQ_QUEUED)
        enter_queue(c->iv, c->q, q->before == MQ_QUEUED ? 0 : 1);
    show(q, to);
}

// No word of it or about it is left.
static void erase(const struct m_command *c, struct m_question *q)
{
    bool confirms = q->erasure_asker != NO_ONE && q->erasure_class == c->to;
    q->erasure_class = c->to;
    if (!confirms) {
        q->erasure_asker = c->by;
        return;
    }
    q->erased = true;
    q->file = (struct m_case){.drafted_by = NO_ONE};
    q->asker = THE_SERVER; // nobody knows
    q->original[0] = q->text[0] = q->name[0] = q->reply[0] = '\0';
    q->redacted = false;
    q->note = q->before_note = q->retraction_note = q->label = NULL;
    q->notes = 0;
    if (q->is_public)
        show(q, q->shown_stage);
}

// A referred one that is hidden becomes public on the way to its reply.
static void show_before_reply(const struct m_command *c, struct m_question *q, int64_t at_ms)
{
    if (c->edits)
        snprintf(q->text, sizeof q->text, "%s", c->name);
    q->edited = strcmp(q->text, q->original) != 0;
    q->approved = true;
    q->public_at = 0;
    q->decided_by = c->by;
    q->passed_by = NO_ONE;
    q->code = q->note = NULL;
    q->version += 2;
    become_public(c->iv, c->q, at_ms);
    show(q, MQ_REFERRED);
}

static void reply_to_case(const struct m_command *c, struct m_question *q, int64_t at_ms)
{
    const char *text = c->text[0] ? c->text : q->file.draft;
    snprintf(q->reply, sizeof q->reply, "%s", text);
    if (c->shows && !q->is_public)
        show_before_reply(c, q, at_ms);
    q->file.stopped = 0;
    q->file.stop_note[0] = '\0';
    q->file.extension = NULL;
}

static void extend(const struct m_command *c, struct m_question *q, int64_t ran_ms)
{
    int64_t due = mc_due(c, q, ran_ms);
    q->file.extended += m_days(q->due ? q->due : ran_ms, due);
    q->file.extension = c->note;
    q->due = due;
}

static void of_case(const struct m_command *c, struct m_question *q, int64_t ran_ms, int64_t at_ms)
{
    switch (c->kind) {
    case C_RE_ROUTE:
        q->department = c->department;
        break;
    case C_STOP_CLOCK:
        q->file.stopped = at_ms;
        snprintf(q->file.stop_note, sizeof q->file.stop_note, "%s", c->text);
        break;
    case C_RESUME_CLOCK:
        q->due = mc_due(c, q, ran_ms);
        q->file.stopped = 0;
        q->file.stop_note[0] = '\0';
        break;
    case C_EXTEND:
        extend(c, q, ran_ms);
        break;
    case C_DRAFT:
        snprintf(q->file.draft, sizeof q->file.draft, "%s", c->text);
        q->file.drafted_by = c->by;
        break;
    case C_CASE_REPLY:
        reply_to_case(c, q, at_ms);
        break;
    default:
        break;
    }
    q->file.stage = mc_goes_to(c, q);
}

static void silence(const struct m_command *c, const struct m_question *q, int64_t ran_ms,
                    int64_t at_ms)
{
    struct m_silence *last = &c->iv->silences[q->asker];
    int64_t until = c->kind == C_SILENCE ? ran_ms + (int64_t)c->number * 60000 : 0;
    if (at_ms > last->at)
        *last = (struct m_silence){at_ms, until};
}

// What the table does not say.
static void particulars(const struct m_command *c, struct m_question *q, int64_t ran_ms,
                        int64_t at_ms)
{
    switch (c->kind) {
    case C_APPEAL:
        q->appeal = MP_OPEN;
        break;
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
        forget_decision(q);
        break;
    case C_REJECT:
        reject(c, q);
        break;
    case C_REFER:
        q->due = mc_due(c, q, ran_ms);
        q->department = c->department;
        q->file = (struct m_case){.opened = at_ms, .drafted_by = NO_ONE};
        break;
    case C_CASE_ACCEPT:
    case C_RE_ROUTE:
    case C_STOP_CLOCK:
    case C_RESUME_CLOCK:
    case C_EXTEND:
    case C_DRAFT:
    case C_REWORK:
    case C_CASE_REPLY:
        of_case(c, q, ran_ms, at_ms);
        break;
    case C_REPLY:
        snprintf(q->reply, sizeof q->reply, "%s", c->text);
        break;
    case C_LAPSE:
        q->note = c->note;
        break;
    case C_RETRACT:
        retract(c, q);
        break;
    case C_RESTORE:
        q->notes += c->note != NULL;
        restore(c, q);
        break;
    case C_ERASE:
        erase(c, q);
        break;
    case C_GROUP:
        forget_decision(q);
        q->leader = c->into;
        q->decided_by = c->by;
        break;
    case C_UNGROUP:
        q->decided_by = NO_ONE;
        q->leader = NO_ONE;
        break;
    case C_WITHDRAW:
        q->leader = NO_ONE;
        break;
    case C_LABEL:
        q->label = c->label;
        q->proposes_label = false;
        break;
    case C_NOTE:
    case C_RELEASE: // with the reason
        q->notes++;
        break;
    case C_REDACT:
        redact(c, q);
        break;
    case C_ROUTE:
        q->route_guest = c->to;
        q->route = MR_WAITS;
        break;
    case C_ACCEPT:
    case C_PASS_ON:
        q->route = c->kind == C_ACCEPT ? MR_ACCEPTED : MR_PASSED;
        break;
    case C_SILENCE:
    case C_UNSILENCE:
        silence(c, q, ran_ms, at_ms);
        break;
    case C_ON_AIR:
        q->air_guest = c->to;
        if (q->public_at)
            become_public(c->iv, c->q, at_ms);
        break;
    default:
        break;
    }
}

void change_question(const struct m_command *c, int64_t ran_ms, int64_t at_ms,
                     const struct m_ids *ids)
{
    const struct m_rule *r = &m_rules[c->kind];
    struct m_question *q = c->iv->questions[c->q];
    int leader = q->leader;
    if (m_is_first_step(c, q)) {
        propose(c, q);
        return;
    }
    if (r->traits & T_ENDS)
        end_claim(q);
    particulars(c, q, ran_ms, at_ms);
    if (r->traits & T_RENEWS && ids->renews)
        q->claim_until = ran_ms + MODEL_CLAIM_MS;
    bool moves = r->to != T_STAYS && c->kind != C_RETRACT; // which may wait for a second person
    if (moves)
        move(c->iv, c->q, (enum mq_stage)r->to, c->by);
    else if (r->traits & T_RAISES)
        raise(q, c->by);
    if (r->traits & T_TOLD)
        show(q, moves ? q->stage : q->shown_stage);
    if (c->kind == C_QUEUE || c->kind == C_REORDER)
        enter_queue(c->iv, c->q, c->position);
    if (c->kind == C_OFF_AIR)
        enter_queue(c->iv, c->q, 1);
    if (ids->counts) { // else it is told later
        leader = q->leader >= 0 ? q->leader : leader;
        c->iv->questions[leader]->told = mq_members(c->iv, leader);
    }
}

// ---- commands about an interview ----

// The interview is over, and so is every question that was answered in it.
static void close_answered(struct m_interview *iv)
{
    for (unsigned i = 0; i < iv->question_count; i++) {
        struct m_question *q = iv->questions[i];
        if (q->stage == MQ_ANSWERED)
            q->stage = MQ_CLOSED;
        if (q->before == MQ_ANSWERED)
            q->before = MQ_CLOSED;
        if (q->shown_stage == MQ_ANSWERED)
            q->shown_stage = MQ_CLOSED;
    }
}

static void lapse(struct m_question *q, const char *why)
{
    q->stage = MQ_LAPSED;
    q->code = "cancelled";
    q->note = why;
    q->leader = q->duplicate_of = q->proposed_by = NO_ONE;
    q->told = 0;
    end_claim(q);
    if (q->appeal == MP_OPEN)
        q->appeal = MP_DISMISSED;
    if (q->is_public)
        q->shown_stage = MQ_LAPSED;
}

// What waits lapses with a cancelled interview, and then what was joined with it.
static void lapse_waiting(struct m_interview *iv, const char *why)
{
    iv->was_cancelled = true;
    for (int joined = 0; joined < 2; joined++)
        for (unsigned i = 0; i < iv->question_count; i++) {
            struct m_question *q = iv->questions[i];
            if ((q->stage == MQ_GROUPED) == joined && !mq_has_end(iv, q))
                lapse(q, why);
            else if (q->stage == MQ_RETRACTED && !mq_is_disposed(q->before)) {
                q->before = MQ_LAPSED;
                q->before_code = "cancelled";
                q->before_note = why;
            }
        }
    iv->queue_count = 0;
}

// version: what its answer says.
static void transition(const struct m_command *c, unsigned version)
{
    struct m_interview *iv = c->iv;
    if (c->to == MI_TAKEN_DOWN)
        iv->before_down = iv->stage;
    bool back = iv->stage == MI_TAKEN_DOWN;
    bool resumes = iv->stage == MI_SUSPENDED && c->to == MI_LIVE;
    if (iv->stage == MI_LOBBY && c->to == MI_LIVE && iv->asking == MA_PRECOLLECT)
        iv->asking = MA_OPEN;
    if (c->to == MI_ENDED && !back)
        iv->ended_by = c->by;
    iv->stage = (enum mi_stage)c->to;
    iv->version = version;
    iv->changed_by = c->by;
    iv->announced |= iv->stage == MI_ANNOUNCED;
    iv->was_published |= iv->stage == MI_PUBLISHED;
    if (iv->stage != MI_DRAFT && iv->stage != MI_IN_REVIEW && iv->stage != MI_SCHEDULED)
        iv->shown_stage = iv->stage;
    if (iv->stage == MI_SUSPENDED && iv->asking != MA_CLOSED) {
        iv->asking_before = iv->asking;
        iv->paused = true;
    }
    if (!(TAKING & 1u << iv->stage))
        iv->asking = MA_CLOSED;
    if (resumes && iv->paused) {
        iv->asking = iv->asking_before;
        iv->paused = false;
    }
    if (iv->stage == MI_CANCELLED && !back)
        lapse_waiting(iv, c->note);
    if (iv->stage == MI_CLOSED)
        close_answered(iv);
}

static void plan(const struct m_command *c)
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
    if (c->sets_chains)
        memcpy(iv->chains, c->chains, sizeof iv->chains);
    if (c->sets_chains && c->sets_chained)
        iv->chained = c->chained;
}

static void create(const struct m_command *c, const struct m_ids *ids)
{
    struct m_command all = *c;
    all.sets_topic = all.sets_policy = all.sets_roster = true;
    snprintf(c->iv->id, sizeof c->iv->id, "%s", ids->interview);
    c->iv->guests = c->guests;
    c->iv->ended_by = NO_ONE;
    c->iv->strict = c->strict;
    c->iv->rehearsal = c->rehearsal;
    plan(&all);
}

static void issue(const struct m_command *c, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    if (iv->notice_count == MODEL_NOTICES)
        abort(); // the driver ends an interview before that
    struct m_notice *n = &iv->notices[iv->notice_count++];
    *n = (struct m_notice){.to = (enum m_to)c->to};
    snprintf(n->id, sizeof n->id, "%s", ids->notice);
    snprintf(n->text, sizeof n->text, "%s", c->text);
}

// One open link a person, and one sign-in by a link.
static void only(struct m_interview *iv, unsigned n)
{
    for (unsigned i = 0; i < iv->invitation_count; i++) {
        struct m_invitation *v = &iv->invitations[i];
        if (i != n && v->user == iv->invitations[n].user && v->stage == iv->invitations[n].stage)
            v->stage = ML_REVOKED;
    }
}

static void invite(const struct m_command *c, int64_t ran_ms, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    if (iv->invitation_count == MODEL_NOTICES)
        abort(); // the driver ends an interview before that
    struct m_invitation *v = &iv->invitations[iv->invitation_count++];
    int64_t until = c->until ? c->until : ran_ms + (int64_t)30 * 24 * 3600 * 1000;
    *v = (struct m_invitation){.user = c->to, .until = until};
    snprintf(v->id, sizeof v->id, "%s", ids->invitation);
    only(iv, iv->invitation_count - 1);
}

static void word(const struct m_command *c)
{
    int code = 0;
    while (strcmp(m_codes[code], c->code) != 0)
        code++;
    enum m_audience audience = c->to == NO_ONE ? TO_ASKER : (enum m_audience)c->to;
    snprintf(c->iv->words->of[code][c->lang][audience], MODEL_TEXT, "%s", c->text);
}

void model_apply(const struct m_command *c, int64_t ran_ms, int64_t at_ms, const struct m_ids *ids)
{
    struct m_interview *iv = c->iv;
    enum m_about about = m_rules[c->kind].about;
    switch (c->kind) {
    case C_CREATE:
        create(c, ids);
        iv->version = ids->version;
        iv->changed_by = c->by;
        break;
    case C_UPDATE:
        plan(c);
        iv->version = ids->version;
        iv->changed_by = c->by;
        break;
    case C_TRANSITION:
        transition(c, ids->version);
        break;
    case C_ASKING:
        iv->asking = (enum m_asking)c->to;
        iv->paused = false;
        break;
    case C_ASK:
    case C_ENTER:
        receive(c, ids);
        break;
    case C_FREEZE:
    case C_UNFREEZE:
        iv->frozen = c->kind == C_FREEZE;
        break;
    case C_DELAY:
        iv->delay_s = c->number;
        break;
    case C_NOTICE:
        issue(c, ids);
        break;
    case C_ACKNOWLEDGE:
        iv->notices[c->n].read_by |= BE(c->by);
        break;
    case C_RECALL:
        iv->notices[c->n].recalled = true;
        break;
    case C_INVITE:
        invite(c, ran_ms, ids);
        break;
    case C_COME_IN:
    case C_REVOKE:
        iv->invitations[c->n].stage = c->kind == C_COME_IN ? ML_USED : ML_REVOKED;
        if (c->kind == C_COME_IN)
            only(iv, (unsigned)c->n);
        break;
    case C_WORD:
        word(c);
        break;
    default:
        if (about == OF_STATEMENT || c->kind == C_SAY || c->kind == C_PREPARE)
            change_statement(c, at_ms, ids);
        else
            change_question(c, ran_ms, at_ms, ids);
    }
}
