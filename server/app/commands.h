// SPDX-License-Identifier: Apache-2.0
// The commands' parameters, and the functions that run them: one row each in table_*.c.
#ifndef SERVER_APP_COMMANDS_H
#define SERVER_APP_COMMANDS_H

#include "server/app/inside.h"
#include "server/base/time.h"

// join.c
struct hello {
    struct slice client, lang, token, ticket;
};
struct interview_list {
    struct slice stage, before;
    int64_t limit;
};
struct position_at {
    int64_t n;
    struct slice hash;
};
struct interview_watch {
    struct slice interview;
    bool has_at;
    struct position_at at;
    bool as_public;
};
struct interview_only {
    struct slice interview;
};
void hello_run(struct call *c, const void *params);
void interview_list_run(struct call *c, const void *params);
void interview_watch_run(struct call *c, const void *params);
void interview_unwatch_run(struct call *c, const void *params);

// ask.c
struct question_ask {
    struct slice interview, command_id, text, name, contact, to_guest;
};
struct question_status {
    struct slice receipt_no, secret;
};
struct question_withdraw { // also of an appeal
    struct slice receipt_no, secret, command_id, note;
};
// How a question comes in, and what it is taken for.
struct entry {
    const char *origin;
    const char *asker, *network; // NULL: not known
    enum question_stage stage;
    bool while_asking; // only as long as asking is as it is now
};
struct asked {
    const char *text, *name, *contact, *to_guest;
};
// by_citizen: who asks gives a name where the interview wants names. false: the call was answered.
bool gate_question(struct call *c, const struct question_ask *m, bool by_citizen,
                   struct asked *ret);
void record_question(struct call *c, const struct asked *asked, const struct entry *entry);
void question_ask_run(struct call *c, const void *params);
void question_ask_finish(struct call *c);
void question_status_run(struct call *c, const void *params);
void question_withdraw_run(struct call *c, const void *params);

// decide.c
struct question_claim {
    struct slice question, command_id;
    bool take_over;
};
struct question_decide { // what is decided about one question: each has a part of it
    struct slice question, command_id;
    int64_t version, claim_epoch;
    struct slice text, code, note, department, into;
    struct field_list labels;
};
struct question_only {
    struct slice question, command_id;
};
// In whose hand a question has to be for a decision.
enum hand { IN_ANY_HAND, NOT_IN_ANOTHERS, IN_MY_HAND };
// May this question be decided so, at the version and with the claim that were given? Looks at the
// version first (somebody else was faster), then the stage, then the claim. false: answered.
bool decide_may(struct call *c, const struct question *q, const struct question_decide *m,
                enum question_move move, enum hand hand);
// The version rises; claim and publicity stay what they are until the batch is written.
void decide_guard(struct call *c, const struct question *q);
void guard_claim_changes(struct call *c, const struct question *q); // claimed, renewed or let go
void question_claim_run(struct call *c, const void *params);
void question_let_go_run(struct call *c, const void *params);
// Adds the decision of approval, in these words.
void approval_fact(struct call *c, const struct question *q, const char *text,
                   const char *const *labels, size_t label_count, int64_t public_at);
void question_approve_run(struct call *c, const void *params);
void question_undo_run(struct call *c, const void *params);
void question_reject_run(struct call *c, const void *params);
void question_release_run(struct call *c, const void *params);
void question_refer_run(struct call *c, const void *params);
void question_hold_run(struct call *c, const void *params);
// true: somebody else has claimed it, and the call was answered.
bool refused_as_claimed(struct call *c, const struct question *q);

// review.c
void question_retract_run(struct call *c, const void *params);
void question_restore_run(struct call *c, const void *params);
void question_appeal_run(struct call *c, const void *params);
bool question_may_be_appealed(const struct interview *iv, const struct question *q);
// May the actor decide about this appeal? false: the call was answered.
bool review_appeal(struct call *c, const struct question *q);
// For a command after which so many stand in the way of the transcript that did not before:
// the end gate cannot be passed at the same moment.
void guard_reopening(struct call *c, uint64_t questions); // or statements

// reply.c
void question_reply_run(struct call *c, const void *params);
void question_lapse_run(struct call *c, const void *params);

// case.c
struct case_act { // what is done about the case of one question: each has a part of it
    struct slice question, command_id, text, question_text, note, reason, department;
    int64_t version, due_ms, working_days;
    bool has_due, has_working_days, is_public;
};
// May the actor let the words of this question become public? The one place to ask. false:
// answered.
bool question_may_be_shown(struct call *c);
void case_list_run(struct call *c, const void *params);
void case_accept_run(struct call *c, const void *params);
void case_re_route_run(struct call *c, const void *params);
void case_stop_clock_run(struct call *c, const void *params);
void case_resume_clock_run(struct call *c, const void *params);
void case_extend_run(struct call *c, const void *params);
void case_draft_run(struct call *c, const void *params);
void case_return_run(struct call *c, const void *params);
void case_reply_run(struct call *c, const void *params);

// What its owner does about a question keeps his claim. false: he has none that lives.
bool renew_claim(struct call *c, const struct question *q);
// Labels through the text gate; false: the call was answered.
bool gate_labels(struct call *c, const struct field_list *labels, const char *ret[LIMIT_LABELS]);

// group.c
void question_group_run(struct call *c, const void *params);
void question_ungroup_run(struct call *c, const void *params);
// The question of the same interview that q is said to be the same as: another one, and not come to
// nothing. NULL: the call was answered.
const struct question *find_leading(struct call *c, const struct question *q, struct slice id);
// Nobody joins it or leaves it until the batch is written.
void guard_members(struct call *c, const struct question *q);
// Adds to a batch that a grouped question leaves its group.
void group_leave(struct call *c, const struct question *q, const struct question *leader);

// vote.c
struct question_vote {
    struct slice question, command_id;
    bool on;
};
void question_vote_run(struct call *c, const void *params);

// bulk.c
struct bulk_params { // what the actions take, each its part
    struct slice code, note, department, into;
    int64_t position;
    bool has_position, has_labels;
    struct field_list labels; // struct slice
};
struct question_bulk {
    struct field_list questions; // struct slice
    struct slice action, command_id;
    struct bulk_params params;
};
void question_bulk_run(struct call *c, const void *params);

// air.c
struct question_place {
    struct slice question, command_id, guest;
    int64_t position;
};
void question_queue_run(struct call *c, const void *params);
void question_reorder_run(struct call *c, const void *params);
void question_dequeue_run(struct call *c, const void *params);
void question_put_on_air_run(struct call *c, const void *params);
void question_take_off_air_run(struct call *c, const void *params);

// statement.c
struct statement_publish {
    struct slice interview, command_id, kind, text;
    struct field_speaker speaker;
    struct field_list questions;
    int64_t said_ms;
    struct slice statement; // prepare: the draft that is written anew, with its version
    int64_t version;
};
void statement_publish_run(struct call *c, const void *params);
void statement_prepare_run(struct call *c, const void *params);

// statement_way.c, statement_mend.c
struct statement_step {
    struct slice statement, command_id, note, text, code;
    int64_t version;
};
void statement_release_run(struct call *c, const void *params);
void statement_pass_run(struct call *c, const void *params);
void statement_return_run(struct call *c, const void *params);
void statement_discard_run(struct call *c, const void *params);
void statement_correct_run(struct call *c, const void *params);
void statement_retract_run(struct call *c, const void *params);

// feed.c
struct feed_freeze {
    struct slice interview, command_id, reason;
};
struct feed_delay {
    struct slice interview, command_id;
    int64_t seconds;
};
void feed_freeze_run(struct call *c, const void *params);
void feed_unfreeze_run(struct call *c, const void *params);
void feed_delay_run(struct call *c, const void *params);

// annotate.c
struct question_label {
    struct slice question, command_id;
    int64_t version;
    struct field_list labels; // struct slice
};
struct question_note {
    struct slice question, command_id, text;
};
struct redact_span {
    int64_t at, length;
};
struct question_redact {
    struct slice question, command_id;
    int64_t version;
    struct field_list spans; // struct redact_span
};
struct question_route {
    struct slice question, command_id, guest, note;
    int64_t version;
};
void question_label_run(struct call *c, const void *params);
void question_note_run(struct call *c, const void *params);
void note_fact(struct call *c, const struct question *q, const char *text);
void question_redact_run(struct call *c, const void *params);
void question_route_run(struct call *c, const void *params);
void question_accept_run(struct call *c, const void *params);
void question_pass_run(struct call *c, const void *params);

// enter.c
struct question_enter {
    struct question_ask ask;
    struct slice origin;
};
void question_enter_run(struct call *c, const void *params);

// silence.c
struct asker_silence {
    struct slice question, command_id;
    bool has_minutes;
    int64_t minutes;
};
void asker_silence_run(struct call *c, const void *params);
void asker_unsilence_run(struct call *c, const void *params);

// plan.c
struct guest_given {
    struct slice name, title, department;
};
struct document_given {
    struct slice title, url;
};
struct duty_given {
    struct slice user, duty;
};
struct announcement {
    struct slice topic, intro, rule_set;
    struct field_list topics; // struct slice
    bool has_topic, has_intro, has_departments, has_starts, has_minutes, has_guests, has_compere,
        has_languages, has_documents, has_policy, has_rule_set, has_issue_no, has_roster,
        has_topics;
    struct field_list departments; // struct slice
    int64_t starts_ms, minutes, issue_no;
    struct field_list guests; // struct guest_given
    struct {
        struct slice name;
    } compere;
    struct field_list languages; // struct slice
    struct field_list documents; // struct document_given
    struct policy_given {
        struct slice asking, question_public;
        bool has_chains;
        struct chains_given {
            struct field_list guest, compere, stenographer, question; // duties
            bool has_question;
        } chains;
    } policy;
    struct field_list roster; // struct duty_given
};
struct interview_create_params {
    struct slice command_id;
    struct announcement interview;
    bool rehearsal;
    struct field_list roster; // struct duty_given
};
struct interview_update {
    struct slice interview, command_id;
    int64_t version;
    struct announcement set;
};
void interview_create_run(struct call *c, const void *params);
void interview_update_run(struct call *c, const void *params);

// stage.c
struct interview_transition {
    struct slice interview, command_id, to, reason, override;
    int64_t version;
};
struct asking_set {
    struct slice interview, command_id, state;
};
// Asking becomes this, as c->channel has it when the batch is written. reason: of the house's own
// doing, NULL = somebody's wish.
void set_asking(struct call *c, enum asking asking, const char *reason);
void interview_transition_run(struct call *c, const void *params);
void asking_set_run(struct call *c, const void *params);
uint32_t transition_who(enum interview_stage from, enum interview_stage to);

// notice.c
struct notice_issue {
    struct slice interview, command_id, to, text, level;
};
struct notice_only {
    struct slice interview, command_id, notice;
};
void notice_issue_run(struct call *c, const void *params);
void notice_acknowledge_run(struct call *c, const void *params);
void notice_recall_run(struct call *c, const void *params);

// invite.c
struct invitation_issue {
    struct slice interview, command_id, user;
    bool has_until;
    int64_t until_ms;
};
struct invitation_accept {
    struct slice interview, command_id, token;
};
struct invitation_only {
    struct slice interview, command_id, invitation;
};
void invitation_issue_run(struct call *c, const void *params);
void invitation_issue_finish(struct call *c);
void invitation_accept_run(struct call *c, const void *params);
void invitation_revoke_run(struct call *c, const void *params);

// wording.c
struct reason_word {
    struct slice command_id, code, lang, audience, text;
};
struct nothing {
    char unused;
};
void reason_word_run(struct call *c, const void *params);
void reason_list_run(struct call *c, const void *params);

// erase.c
struct question_erase {
    struct slice question, command_id, class, basis, note;
    int64_t version;
};
void question_erase_run(struct call *c, const void *params);

// refuse.c: what several commands say
void refuse_erased(struct call *c, const struct question *q); // erased
void refuse_stage(struct call *c, const struct question *q);  // wrong_stage
void refuse_stale(struct call *c, const struct question *q);
// true: it has changed since this version, and the call was answered.
bool refused_as_stale(struct call *c, const struct question *q, int64_t version);
// Of the interview; reason NULL: wrong_stage.
void refuse_interview_stage(struct call *c, const char *reason);
void refuse_stale_interview(struct call *c);
const struct question *called_question(const struct call *c, struct slice id); // never NULL
// A fact whose body is {"question": id}.
void question_fact(struct call *c, const struct question *q, const char *type, bool is_public);
// Its stage stays until a second person, a reviewer, has decided the same.
void question_waits_result(struct call *c, const struct question *q);
void question_result(struct call *c, enum question_stage stage, uint64_t version);

#endif
