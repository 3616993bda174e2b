// SPDX-License-Identifier: Apache-2.0
// The state of one interview, as folded from its events. Only the fold changes it.
//
// Two of these exist for each interview: one folded from all events (staff), one folded from the
// public events alone. Whatever is shown to the public is made from the second one, so a hidden
// text cannot get there: it is not in it.
#ifndef SERVER_INTERVIEW_STATE_H
#define SERVER_INTERVIEW_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "moderation/life.h"
#include "server/base/arena.h"
#include "storage/event.h"

// All strings are NUL-terminated, in the interview's arena; NULL = not given.

struct person {
    const char *name;
    const char *title;
    const char *department;
    const char *role; // "guest", "compere"; NULL for others
};

struct policy_document {
    const char *title;
    const char *url;
};

struct roster_entry {
    const char *user;
    const char *duty;
};

struct claim {
    const char *by; // account name; NULL = nobody
    uint64_t epoch; // rises with each new claim, never falls
    int64_t until_ms;
};

struct question {
    const char *id;
    const char *receipt_no;
    const char *name;     // as the asker wants to be called; NULL = anonymous
    const char *text;     // what is (to be) shown: the approved text, else the original
    const char *original; // as received; NULL in the public state
    bool edited;
    const char *origin; // live precollect phone paper hall
    const char *to_guest;
    const char *contact;
    const char *asker;  // "c:HASH"
    const char *digest; // SHA-256 of nonce ‖ original, hex
    const char *nonce;  // hex
    enum question_stage stage;
    bool is_public;
    uint64_t version; // rises by one with every change of stage or shown text
    int64_t received_ms;
    int64_t decided_ms;   // approved or rejected
    int64_t public_at_ms; // approved: becomes public then, unless undone; 0 = only with its answer
    int64_t shown_ms;     // became public
    int64_t ended_ms;     // answered, rejected, withdrawn, referred …
    const char *decided_by;
    const char *changed_by; // who raised the version last; NULL in the public state
    const char *code;       // why rejected
    const char *note;       // to the asker
    const char *department; // referred to
    const char *case_id;
    int64_t due_ms;
    struct claim claim;
    uint64_t queue_rank;  // order in the compere's queue; 0 = not in it
    const char **answers; // statement ids
    size_t answer_count;
    const char **labels;
    size_t label_count;
    uint64_t votes;             // at publication; later ones are not part of the record
    bool approved;              // decided for, and not undone: what guests may see
    struct question *hash_next; /* interview.by_id */
};

struct statement {
    const char *id;
    const char *kind; // opening explanation question_read answer remark closing picture
    struct person speaker;
    const char *text;
    const char **questions; // ids it answers or reads
    size_t question_count;
    const char *origin; // prepared live supplement
    int64_t said_ms;
    int64_t published_ms;
    uint64_t version;
    struct statement *hash_next; /* interview.statement_by_id */
};

struct interview {
    struct arena arena;
    const char *id;
    bool public_only; // folded from public events

    // announcement
    const char *topic;
    const char *intro;
    const char **departments;
    size_t department_count;
    struct person *guests;
    size_t guest_count;
    struct person compere;
    const char **languages;
    size_t language_count;
    struct policy_document *documents;
    size_t document_count;
    uint64_t issue_no; // 第 N 期; 0 = none
    int64_t starts_ms;
    uint64_t minutes;
    const char *policy_asking;   // anonymous named realname
    const char *question_public; // on_approve with_answer
    const char *rule_set;
    struct roster_entry *roster;
    size_t roster_count;

    // life
    enum interview_stage stage;
    enum asking asking;
    uint64_t version; // rises with every interview.* event
    int64_t announced_ms, started_ms, ended_ms, published_ms;
    const char *stage_reason;

    struct question **questions; // by reception (staff) or by first publication (public)
    size_t question_count, question_cap;
    struct question *by_id[256];   // hash buckets
    struct statement **statements; // in order of publication, never reordered
    size_t statement_count, statement_cap;
    struct statement *statement_by_id[256]; // hash buckets
    uint64_t last_queue_rank;
    uint64_t airings; // how often something went on air

    struct position position; // over seq (staff) or pub (public)
};

struct interview *interview_create(struct slice id, bool public_only);
void interview_destroy(struct interview **iv); // takes NULL

struct question *interview_question(const struct interview *iv, struct slice id);   // or NULL
struct statement *interview_statement(const struct interview *iv, struct slice id); // or NULL

// Does this account have this duty here? duty NULL = any duty.
bool interview_has_duty(const struct interview *iv, const char *user, const char *duty);

#endif
