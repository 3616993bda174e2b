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
#include "server/interview/ids.h"
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
    const char *by;   // account name; NULL = nobody
    uint64_t epoch;   // rises with each new claim, never falls
    uint64_t changes; // … and this also with each renewal and with letting go
    int64_t until_ms;
    int64_t since_ms; // claimed, or renewed, then
};

enum appeal { APPEAL_NONE, APPEAL_OPEN, APPEAL_UPHELD, APPEAL_DISMISSED, APPEALS };
struct note { // of staff, for colleagues
    const char *by;
    const char *text;
    int64_t at_ms;
};

enum route_answer { ROUTE_WAITS, ROUTE_ACCEPTED, ROUTE_PASSED, ROUTE_ANSWERS };

// Which of the guests a question was given to, and what became of it.
struct routing {
    const char *guest; // by the announcement's name; NULL = nobody
    const char *by;
    enum route_answer answer;
    const char *answered_by; // the account; NULL while it waits
    const char *note;        // of who passed
};

// What the first of two persons has decided about a question that waits; nothing of it holds yet.
struct proposal {
    const char *by; // account; NULL = nobody
    int64_t at_ms;
    bool rejects;     // else approves
    const char *text; // to be shown; NULL of a rejection
    bool has_labels;  // else those that the question has
    const char **labels;
    size_t label_count;
    const char *code, *note, *duplicate_of; // of a rejection
};

// The case of a question that was referred to a department (README.md, "Cases"). The public state
// knows when its clock stopped and why its date was moved, and nothing else of it.
struct referral {
    const char *id; // NULL: it was never referred
    enum case_stage stage;
    const char *note;  // to the department, of who referred it or gave it to this one
    int64_t opened_ms; // when the first department got it
    const char *accepted_by;
    int64_t accepted_ms;
    int64_t stopped_ms;     // the clock stands since; 0 = it runs
    const char *stop_note;  // to the asker: what has to be known before it runs again
    const char *extension;  // why the date was moved last; NULL = it was not
    int64_t extended_ms;    // when
    uint64_t extended_days; // working days, in all
    const char *draft;      // the reply as submitted last
    const char *drafted_by;
    int64_t drafted_ms;
    const char *returned_by, *returned_note; // of the draft that was sent back
};

struct question {
    const char *id; // stays the first, for interview.question_ids
    const char *receipt_no;
    const char *name;     // as the asker wants to be called; NULL = anonymous
    const char *text;     // what is (to be) shown: the approved text, else the original
    const char *original; // as received; NULL in the public state
    bool edited;
    const char *origin; // live precollect phone paper hall prepared
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
    struct proposal proposal; // while it waits
    const char *passed_by;    // of a decision by two persons the first; NULL = of one
    const char *changed_by;   // who raised the version last; NULL in the public state
    int64_t changed_ms;       // when
    const char *code;         // why rejected, retracted or lapsed with the interview
    const char *note;         // to the asker
    const char *duplicate_of; // rejected: id of the question it repeats; NULL = none named
    const char *department;   // referred to
    int64_t due_ms;
    struct referral referral;
    const char *held_note;      // why it was held, for colleagues
    enum question_stage before; // while retracted: the stage that restoring gives back
    const char *before_code;    // and code and note that belong to it
    const char *before_note;
    const char *retracted_by;     // of two persons the second
    const char *retraction_asker; // who asked for a retraction that another has to confirm
    const char *retraction_code;  // with this reason; NULL when nobody has asked
    const char *retraction_note;  // to the asker, once it is retracted
    enum appeal appeal;           // an asker appeals once
    const char *appeal_note;
    const char *reply;            // written: to the asker alone, or to a case
    const char *reply_department; // whose reply; NULL of one to the asker alone
    int64_t replied_ms;
    struct claim claim;
    uint64_t queue_rank;   // order in the compere's queue; 0 = not in it
    const char *air_guest; // on air: who answers it, by the announcement; NULL = not said
    const char **answers;  // statement ids
    size_t answer_count;
    const char **labels;
    size_t label_count;
    uint64_t votes;         // at publication; later ones are not part of the record
    bool approved;          // decided for, and not undone: what guests may see
    const char *redacted;   // the text as last redacted: undoing does not bring more back
    const char *network;    // the asker's, as network_of_address names it
    const char *entered_by; // of staff, for somebody on the phone, by letter, in the hall
    struct note **notes;    // oldest first
    size_t note_count, note_cap;
    struct routing route;
    const char *group; // id of the question it was joined with; NULL = none
    uint64_t grouped;  // questions joined with this one
    uint64_t told;     // … as everybody reads it: the same, but for a feed that stands still
    // Erased by law, which a second person confirms: by whom and on what basis that was asked.
    const char *erasure_asker, *erasure_class, *erasure_basis, *erasure_note;
    const char *erased_by; // the second person; NULL in the public state
    int64_t erased_ms;     // 0: it is not
    uint64_t regrouped;    // how often one joined it or left it by a command: the guard "m:ID"
    size_t place;          // in interview.questions
};

// Before it is published a statement is a draft, which staff alone know.
enum statement_stage {
    S_PREPARED,  // written beforehand, or (cleared) sent while the feed did not run
    S_SUBMITTED, // waits for the next duty of its chain
    S_RETURNED,  // to its author
    S_DELAYED,   // becomes public at public_at_ms
    S_DISCARDED,
    S_PUBLISHED,
    S_RETRACTED, // a tombstone: the public state has no text
    S_STAGES,
};
const char *statement_stage_name(enum statement_stage stage);

struct revision { // an earlier text of a corrected statement
    const char *text;
    int64_t until_ms; // when it was replaced
};

// The last that was said in this interview about an asker's speaking.
struct silence {
    const char *asker;
    const char *network; // of the question by which he was silenced; NULL = not known
    const char *by;
    int64_t until_ms; // 0: may speak
    int64_t at_ms;
};

struct statement {
    const char *id; // stays the first, for interview.statement_ids
    enum statement_stage stage;
    const char *kind; // opening explanation question_read answer remark closing picture
    struct person speaker;
    const char *text;
    const char **questions; // ids it answers or reads
    size_t question_count;
    const char *origin; // prepared live supplement
    int64_t said_ms;    // 0: a draft that has yet to be said
    int64_t published_ms;
    uint64_t version; // of the draft, and from 1 again of what was published
    int64_t corrected_ms;
    struct revision *revisions; // oldest first
    size_t revision_count;
    int64_t retracted_ms;
    const char *code;                  // why retracted
    const char *asked_by, *asked_code; // a retraction that waits for a second person

    // NULL and 0 in the public state
    const char *changed_by; // who raised the version last, or ended it
    int64_t changed_ms;     // when

    // of a draft; NULL and 0 in the public state
    const char *author, *writer; // accounts: who began it, and who wrote this text
    const char *entered_as;      // the duty in whose name: guest compere stenographer
    const char *corrects;        // the published statement whose text this is to replace
    uint64_t step;               // of the chain
    const char *waits_for;       // S_SUBMITTED: the duty of that step
    bool cleared;                // the chain is done, publication was not possible then
    int64_t public_at_ms;        // S_DELAYED
    const char *note;            // why returned
    const char *cause;           // returned by the server itself: "question", which moved on
};

// Duties that pass a statement, one after the other, before it is public.
struct chain {
    const char **duties;
    size_t count;
};

struct acknowledgement {
    const char *by; // account name
    int64_t at_ms;
};

struct notice {
    const char *id;
    const char *to;    // interview portal staff
    const char *level; // info warning urgent
    const char *text;
    const char *by; // NULL in the public state
    int64_t at_ms;
    bool recalled;
    struct acknowledgement *acknowledged;
    size_t acknowledged_count;
};

// A one-time link for somebody on the roster. Each is of one person in this interview.
enum invitation_stage { INVITATION_OPEN, INVITATION_USED, INVITATION_REVOKED, INVITATION_STAGES };
const char *invitation_stage_name(enum invitation_stage stage); // "open", "used", "revoked"

struct invitation {
    const char *id;
    const char *user;
    const char *by; // who invited
    int64_t issued_ms;
    int64_t until_ms; // of the link, and of the sign-in that it opened
    enum invitation_stage stage;
    int64_t used_ms, revoked_ms; // 0 = never
    uint64_t steps;              // events that name it; see interview_invited
};

// An administrator's own words for a coded reason, in the portal's log.
struct wording {
    const char *code;
    const char *lang;
    const char *audience; // asker public
    const char *text;
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
    const char **topics; // what it is to be about, in few words each
    size_t topic_count;
    const char *policy_asking;   // anonymous named realname
    const char *question_public; // on_approve with_answer
    const char *rule_set;
    struct roster_entry *roster;
    size_t roster_count;
    struct chain guest_chain, compere_chain, stenographer_chain;
    struct chain question_chain; // who decides about questions after the first: reviewer, or nobody

    // life
    enum interview_stage stage;
    enum asking asking;
    uint64_t version;       // rises with every interview.* event
    const char *changed_by; // whose was the last one; NULL in the public state
    int64_t changed_ms;     // when
    int64_t announced_ms, started_ms, ended_ms, published_ms;
    const char *ended_by; // the account that ended it; NULL in the public state
    const char *stage_reason;
    enum interview_stage before_down; // where it was when it was taken down
    const char *reason_before_down;   // and why it was there
    int64_t put_off_ms;               // the start it had when it was postponed last; 0 = never
    const char *asking_reason;        // why asking is as it is; NULL = somebody set it
    enum asking asking_before;        // … "suspended": as what it goes on then
    bool rehearsal;                   // never public; not known to the public state
    bool frozen;                      // nothing new becomes public
    const char *frozen_reason;
    uint64_t delay_s; // between saying and publication

    struct question **questions; // by reception (staff) or by first publication (public)
    size_t question_count, question_cap;
    struct ids question_ids;
    struct statement **statements; // in order of publication, never reordered
    size_t statement_count, statement_cap;
    struct ids statement_ids;
    struct statement **drafts; // in order of writing; empty in the public state
    size_t draft_count, draft_cap;
    struct question **queue; // the compere's: queue[i] has queue_rank i + 1
    size_t queue_count, queue_cap;
    uint64_t airings; // how often a question was put on air
    struct silence **silences;
    size_t silence_count, silence_cap;

    struct notice **notices; // in order of issue
    size_t notice_count, notice_cap;
    struct wording **wordings; // in the portal's log only
    size_t wording_count, wording_cap;
    struct invitation **invitations; // in order of issue; empty in the public state
    size_t invitation_count, invitation_cap;
    // How often something came to stand in the way of the transcript, or of closing, again: a
    // question with an end, an appeal, a statement sent while the transcript was edited. The guard
    // "gate:reopened".
    uint64_t reopened;

    struct position position; // over seq (staff) or pub (public)
};

struct interview *interview_create(struct slice id, bool public_only);
void interview_destroy(struct interview **iv); // takes NULL

struct notice *interview_notice(const struct interview *iv, struct slice id);         // or NULL
struct invitation *interview_invitation(const struct interview *iv, struct slice id); // or NULL
// How many events have been about this person's invitations: the guard "invited:USER".
uint64_t interview_invited(const struct interview *iv, const char *user);
// The id of the portal's own log: notices to everybody and the wording of reasons.
#define PORTAL_LOG "portal"
// The administrators' words, or NULL where the house's own stand.
const char *interview_wording(const struct interview *iv, const char *code, const char *lang,
                              const char *audience);
struct question *interview_question(const struct interview *iv, struct slice id);   // or NULL
struct statement *interview_statement(const struct interview *iv, struct slice id); // or NULL
// The answers of a question that still stand, one after the other: from *at on, which is 0 at
// first. NULL after the last.
const struct statement *interview_next_answer(const struct interview *iv, const struct question *q,
                                              size_t *at);
// The first of them, or NULL.
const struct statement *interview_answer(const struct interview *iv, const struct question *q);
struct statement *interview_draft(const struct interview *iv, struct slice id); // or NULL
// Was it sent, and neither published yet nor given back? What only lies prepared was not.
bool statement_is_under_way(const struct statement *s);

const char *appeal_name(enum appeal appeal); // "open", "upheld", "dismissed"; NULL for none

const struct silence *interview_silence(const struct interview *iv, struct slice asker); // or NULL

const char *route_answer_name(enum route_answer answer); // "waits", "accepted", "passed"

bool question_is_gone(const struct question *q);     // taken back: its text may be shown no more
bool question_is_answered(const struct question *q); // more than read out

bool interview_is_record(const struct interview *iv); // its transcript is published
// Does nothing wait in it any more: is its transcript published, or was it cancelled, perhaps taken
// down since? Then no question goes back to a stage in which it would wait (invariant I8).
bool interview_is_settled(const struct interview *iv);
// Is it archived, perhaps taken down since? Then nothing of it is changed any more.
bool interview_is_archived(const struct interview *iv);
// Does nothing new become public for now: the feed is frozen, or the interview suspended or taken
// down?
bool interview_is_still(const struct interview *iv);
// Does what is said become public now? The feed is on from the start to the last answers, and again
// while the record is edited; before and between what is sent is kept.
bool interview_feed_runs(const struct interview *iv);
// Staff enter addresses: only what opens a page may become a link.
bool interview_is_web_address(struct slice url);

// What a grouped question was joined with; NULL when it is not grouped.
const struct question *interview_leader(const struct interview *iv, const struct question *q);
// What a rejected question repeats, as its reason says; NULL: it names none.
const struct question *interview_repeated(const struct interview *iv, const struct question *q);
// May others be joined with it, and share its fate? Not when it came to nothing.
bool question_leads(const struct question *q);
// Where a retracted question goes back to. Nothing goes back on air by itself, and what was
// answered with words that were taken back meanwhile waits for its answer again: both are queued.
enum question_stage question_restores_to(const struct interview *iv, const struct question *q);
// Has it an end that needs no further act (invariant I8)? A grouped one only while its leader
// stands, a rejected one only when no appeal waits, an erased one for ever.
bool question_has_end(const struct interview *iv, const struct question *q);

// The announced guest of this name; NULL: there is none.
const struct person *interview_guest(const struct interview *iv, struct slice name);

// Does this account have this duty here? duty NULL = any duty.
bool interview_has_duty(const struct interview *iv, const char *user, const char *duty);
bool interview_has_any(const struct interview *iv, const char *duty); // has anybody this duty here?

#endif
