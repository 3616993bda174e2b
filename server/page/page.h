// SPDX-License-Identifier: Apache-2.0
// The public pages: HTML written here, complete without a script, enhanced by citizen.js.
//
// Pure: state in, bytes out. Interviews passed here are public_only states.
#ifndef SERVER_PAGE_PAGE_H
#define SERVER_PAGE_PAGE_H

#include "server/base/buf.h"
#include "server/interview/state.h"
#include "server/page/messages.h"

struct page_env {
    enum lang lang;
    int utc_offset_minutes;   // of the portal's clock; times are shown in it
    const char *site_name;    // NULL: the catalogue's own
    const char *origin;       // "https://host", for canonical links; NULL: leave them out
    const char *script;       // URL of citizen.js; NULL: leave out
    const char *staff_script; // URL of staff.js
    const char *invitation_script;
    const char *style; // URL of citizen.css
    const char *staff_style;
    const struct interview *portal; // the portal's own log, public; NULL: none
    bool demo;                      // the desk may take accounts from its address
    // How many want a question answered too, at the moment; NULL: the number of the state.
    uint64_t (*votes)(const void *ctx, const struct interview *iv, const struct question *q);
    const void *votes_ctx;
};

// Who asks, for everybody: a name, or that it is a citizen, or the house itself.
const char *page_asker(enum lang lang, const struct question *q);

// Why something was taken down, in an administrator's words for everybody, else in the house's;
// NULL for an unknown code.
const char *page_reason(const struct interview *portal, enum lang lang, const char *code);

void page_column(struct buf *out, const struct page_env *env, const struct interview *const *list,
                 size_t count);
void page_interview(struct buf *out, const struct page_env *env, const struct interview *iv);

// The receipt after the form without a script. iv may be of any public stage.
struct page_receipt {
    struct slice receipt_no, secret, digest, nonce, text;
};
void page_receipt(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const struct page_receipt *receipt);

// The ask form again, with what was typed and what is wrong (a message of the catalogue); with
// fault NULL the empty form on a page of its own, which does not reload itself (GET /i/ID/ask).
struct page_ask_fault {
    const char *message;
    const char *field; // "text", "name" or "contact": where it is wrong
    struct slice text, name, contact;
};
void page_ask_again(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct page_ask_fault *fault);

// Looking up a question: the empty form (fate NULL), or the form with a result under it.
struct page_fate {
    bool found;
    struct slice receipt_no;
    const char *stage; // question_stage_name
    const char *text;
    const char *shown_text; // NULL unless it differs
    const char *reason;     // in words, or NULL
    const char *note;
    const char *department; // referred to
    int64_t due_ms;
    const char *interview_id, *topic;
    const struct statement **answers; // that stand, in their order
    size_t answer_count;
    const char *reply_department, *reply_text; // in writing; NULL: none; department may be NULL
    int64_t replied_ms;
    const char *appeal;            // appeal_name or NULL
    bool may_appeal, may_withdraw; // the forms for it follow
    struct slice secret;           // which these forms send along
    const char *fault;             // why what was asked for was not done, in words; or NULL
    // Of the public question it was joined with, or NULL.
    const char *group_id, *group_no, *group_stage;
    bool is_repeated;  // … or that it repeats
    int64_t erased_ms; // by law; 0: it was not
    const char *erased_class, *erased_basis;
    const char *extension; // why its date was moved, or NULL
    int64_t stopped_ms;    // its clock stands since; 0: it runs
    const char *stop_note; // what the asker is to make clear, or NULL
};
void page_lookup(struct buf *out, const struct page_env *env, const struct page_fate *fate);

// status is shown in words: 404, 429, 500 …
void page_error(struct buf *out, const struct page_env *env, int status);

// The way in by a one-time link.
struct page_invitation {
    const char *fault; // a sentence; NULL: nothing is wrong
    const char *name;  // who is invited; NULL: the form that asks for the token
    const char *topic;
    int64_t until_ms;
    struct slice token;
    const char *command; // names the act of entering by this very page
};
void page_invitation(struct buf *out, const struct page_env *env, const struct page_invitation *in);

// The shell of the staff desk; staff.js does the rest. Without a script it says what is needed.
// csrf: what proves that a request comes from this page; "": nobody is signed in.
void page_desk(struct buf *out, const struct page_env *env, const char *csrf);

#endif
