// SPDX-License-Identifier: Apache-2.0
// The commands' parameters, and the functions that run them: one row each in dispatch.c.
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
struct question_withdraw {
    struct slice receipt_no, secret, command_id, note;
};
void question_ask_run(struct call *c, const void *params);
void question_ask_finish(struct call *c);
void question_status_run(struct call *c, const void *params);
void question_withdraw_run(struct call *c, const void *params);

// decide.c
struct question_claim {
    struct slice question, command_id;
    bool take_over;
};
struct question_decide { // approve, reject, refer: each has a part of it
    struct slice question, command_id;
    int64_t version, claim_epoch;
    struct slice text, code, note, department, into;
    struct field_list labels;
};
struct question_only {
    struct slice question, command_id;
};
// May this question be decided so, at the version and with the claim that were given? Looks at the
// version first (somebody else was faster), then the stage, then the claim. false: answered.
bool decide_may(struct call *c, const struct question *q, const struct question_decide *m,
                enum question_move move, bool needs_claim);
void decide_guard(struct call *c, const struct question *q, bool claimed); // the version rises
void question_claim_run(struct call *c, const void *params);
void question_let_go_run(struct call *c, const void *params);
void question_approve_run(struct call *c, const void *params);
void question_undo_run(struct call *c, const void *params);
void question_reject_run(struct call *c, const void *params);
void question_release_run(struct call *c, const void *params);
void question_refer_run(struct call *c, const void *params);

// group.c
void question_group_run(struct call *c, const void *params);
void question_ungroup_run(struct call *c, const void *params);
// Adds to a batch that a grouped question leaves its group, which has `left` questions then.
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
};
void statement_publish_run(struct call *c, const void *params);

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
    bool has_topic, has_intro, has_departments, has_starts, has_minutes, has_guests, has_compere,
        has_languages, has_documents, has_policy, has_rule_set, has_issue_no, has_roster;
    struct field_list departments; // struct slice
    int64_t starts_ms, minutes, issue_no;
    struct field_list guests; // struct guest_given
    struct {
        struct slice name;
    } compere;
    struct field_list languages; // struct slice
    struct field_list documents; // struct document_given
    struct {
        struct slice asking, question_public;
    } policy;
    struct field_list roster; // struct duty_given
};
struct interview_create_params {
    struct slice command_id;
    struct announcement interview;
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
void interview_transition_run(struct call *c, const void *params);
void asking_set_run(struct call *c, const void *params);
uint32_t transition_who(enum interview_stage to); // who may move an interview there

// refuse.c: what several commands say
void refuse_stage(struct call *c, const struct question *q); // wrong_stage
void refuse_stale(struct call *c, const struct question *q);
// Of the interview; reason NULL: wrong_stage.
void refuse_interview_stage(struct call *c, const char *reason);
const struct question *called_question(const struct call *c, struct slice id); // never NULL
// A fact whose body is {"question": id}.
void question_fact(struct call *c, const struct question *q, const char *type, bool is_public);
void question_result(struct call *c, enum question_stage stage, uint64_t version);

#endif
