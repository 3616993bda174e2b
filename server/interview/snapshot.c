// SPDX-License-Identifier: Apache-2.0
// The state as JSON. Members come in the order of README.md; those marked "?" there are left out
// when there is nothing to say.
#include "server/interview/snapshot.h"

#include "server/base/must.h"
#include "server/interview/snapshot_parts.h"

static void write_guests(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "guests");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->guest_count; i++)
        snapshot_person(w, &iv->guests[i]);
    json_w_close(w, ']');
}

static void write_documents(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "policy_documents");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->document_count; i++) {
        json_w_open(w, '{');
        json_w_member(w, "title", iv->documents[i].title);
        json_w_member(w, "url", iv->documents[i].url);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

static void write_issue_no(struct json_writer *w, const struct interview *iv)
{
    if (iv->issue_no)
        json_w_member_int(w, "issue_no", (int64_t)iv->issue_no);
}

void snapshot_announcement(struct json_writer *w, const struct interview *iv)
{
    write_issue_no(w, iv);
    json_w_member(w, "topic", iv->topic ? iv->topic : "");
    json_w_member(w, "intro", iv->intro);
    snapshot_texts(w, "departments", iv->departments, iv->department_count);
    json_w_member_time(w, "starts_at", iv->starts_ms);
    json_w_member_int(w, "minutes", (int64_t)iv->minutes);
    if (iv->topic_count)
        snapshot_texts(w, "topics", iv->topics, iv->topic_count);
    write_guests(w, iv);
    json_w_key(w, "compere");
    snapshot_person(w, &iv->compere);
    snapshot_texts(w, "languages", iv->languages, iv->language_count);
    write_documents(w, iv);
    json_w_key(w, "policy");
    json_w_open(w, '{');
    json_w_member(w, "asking", iv->policy_asking);
    json_w_member(w, "question_public", iv->question_public);
    json_w_close(w, '}');
}

static void write_life(struct json_writer *w, const struct interview *iv)
{
    json_w_member(w, "stage", interview_stage_name(iv->stage));
    json_w_member(w, "asking", asking_name(iv->asking));
    json_w_member_time(w, "announced_at", iv->announced_ms);
    json_w_member_time(w, "started_at", iv->started_ms);
    json_w_member_time(w, "ended_at", iv->ended_ms);
    json_w_member_time(w, "published_at", iv->published_ms);
    json_w_member(w, "reason", iv->stage_reason);
    if (iv->frozen)
        json_w_member_bool(w, "frozen", true);
    json_w_member(w, "frozen_reason", iv->frozen_reason);
    if (iv->delay_s)
        json_w_member_int(w, "delay", (int64_t)iv->delay_s);
}

static void write_chains(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "chains");
    json_w_open(w, '{');
    snapshot_texts(w, "guest", iv->guest_chain.duties, iv->guest_chain.count);
    snapshot_texts(w, "compere", iv->compere_chain.duties, iv->compere_chain.count);
    snapshot_texts(w, "stenographer", iv->stenographer_chain.duties, iv->stenographer_chain.count);
    snapshot_texts(w, "question", iv->question_chain.duties, iv->question_chain.count);
    json_w_close(w, '}');
}

static void write_roster(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "roster");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->roster_count; i++) {
        json_w_open(w, '{');
        json_w_member(w, "user", iv->roster[i].user);
        json_w_member(w, "duty", iv->roster[i].duty);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
}

static void write_statements(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "statements");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->statement_count; i++) {
        if (iv->public_only)
            snapshot_statement(w, iv->statements[i]);
        else
            snapshot_staff_statement(w, iv->statements[i]);
    }
    json_w_close(w, ']');
}

// Guests see them all: whoever speaks in an interview is a colleague of the others.
static void write_drafts(struct json_writer *w, const struct interview *iv)
{
    json_w_key(w, "drafts");
    json_w_open(w, '[');
    for (size_t i = 0; i < iv->draft_count; i++)
        if (iv->drafts[i]->stage != S_DISCARDED)
            snapshot_draft(w, iv->drafts[i]);
    json_w_close(w, ']');
}

static int64_t statements_standing(const struct interview *iv)
{
    int64_t count = 0;
    for (size_t i = 0; i < iv->statement_count; i++)
        count += iv->statements[i]->stage == S_PUBLISHED;
    return count;
}

struct counts {
    int64_t questions; // without tombstones
    int64_t answered;  // with an answer at least
};

static void count(struct counts *counts, const struct question *q)
{
    bool stands = !question_is_gone(q);
    counts->questions += stands;
    counts->answered += stands && q->answer_count > 0;
}

static void write_end(struct json_writer *w, const struct interview *iv,
                      const struct counts *counts)
{
    json_w_key(w, "polls");
    json_w_open(w, '[');
    json_w_close(w, ']');
    snapshot_notices(w, iv);
    snapshot_wordings(w, iv);
    json_w_key(w, "counts");
    json_w_open(w, '{');
    json_w_member_int(w, "statements", statements_standing(iv));
    json_w_member_int(w, "questions", counts->questions);
    json_w_member_int(w, "answered", counts->answered);
    json_w_close(w, '}');
    json_w_member_int(w, "to", (int64_t)iv->position.n);
    size_t n = strlen(iv->position.hash);
    json_w_member_slice(w, "hash",
                        (struct slice){iv->position.hash, n < POSITION_HEX ? n : POSITION_HEX});
}

// Of an interview that was taken down: that it was, and why.
static void write_tombstone(struct buf *out, const struct interview *iv)
{
    struct interview nothing = {.public_only = true, .position = iv->position};
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_key(&w, "interview");
    json_w_open(&w, '{');
    json_w_member(&w, "id", iv->id);
    json_w_member(&w, "stage", interview_stage_name(iv->stage));
    json_w_member(&w, "reason", iv->stage_reason);
    json_w_close(&w, '}');
    write_statements(&w, &nothing);
    snapshot_texts(&w, "questions", NULL, 0);
    write_end(&w, &nothing, &(struct counts){0});
    json_w_close(&w, '}');
}

void snapshot_public(struct buf *out, const struct interview *iv)
{
    must(iv->public_only);
    if (iv->stage == I_TAKEN_DOWN) {
        write_tombstone(out, iv);
        return;
    }
    struct json_writer w = {.out = out};
    struct counts counts = {0};
    json_w_open(&w, '{');
    json_w_key(&w, "interview");
    json_w_open(&w, '{');
    json_w_member(&w, "id", iv->id);
    snapshot_announcement(&w, iv);
    write_life(&w, iv);
    json_w_close(&w, '}');
    write_statements(&w, iv);
    json_w_key(&w, "questions");
    json_w_open(&w, '[');
    for (size_t i = 0; i < iv->question_count; i++) {
        count(&counts, iv->questions[i]);
        snapshot_public_question(&w, iv->questions[i]);
    }
    json_w_close(&w, ']');
    write_end(&w, iv, &counts);
    json_w_close(&w, '}');
}

void snapshot_staff(struct buf *out, const struct interview *iv, bool guest_sight)
{
    must(!iv->public_only);
    struct json_writer w = {.out = out};
    struct counts counts = {0};
    json_w_open(&w, '{');
    json_w_key(&w, "interview");
    json_w_open(&w, '{');
    json_w_member(&w, "id", iv->id);
    snapshot_announcement(&w, iv);
    json_w_member(&w, "rule_set", iv->rule_set);
    write_life(&w, iv);
    json_w_member_int(&w, "version", (int64_t)iv->version);
    if (iv->stage == I_TAKEN_DOWN)
        json_w_member(&w, "before_down", interview_stage_name(iv->before_down));
    json_w_member(&w, "asking_reason", iv->asking_reason);
    if (iv->rehearsal)
        json_w_member_bool(&w, "rehearsal", true);
    write_roster(&w, iv);
    write_chains(&w, iv);
    json_w_close(&w, '}');
    if (!guest_sight) {
        snapshot_silences(&w, iv);
        snapshot_invitations(&w, iv);
    }
    write_statements(&w, iv);
    write_drafts(&w, iv);
    json_w_key(&w, "questions");
    json_w_open(&w, '[');
    for (size_t i = 0; i < iv->question_count; i++) {
        if (guest_sight && !iv->questions[i]->approved)
            continue;
        count(&counts, iv->questions[i]);
        snapshot_question(&w, iv->questions[i], guest_sight);
    }
    json_w_close(&w, ']');
    write_end(&w, iv, &counts);
    json_w_close(&w, '}');
}

void snapshot_row(struct json_writer *w, const struct interview *iv)
{
    json_w_member(w, "id", iv->id);
    write_issue_no(w, iv);
    json_w_member(w, "topic", iv->topic ? iv->topic : "");
    snapshot_texts(w, "departments", iv->departments, iv->department_count);
    write_guests(w, iv);
    json_w_member_time(w, "starts_at", iv->starts_ms);
    json_w_member_int(w, "minutes", (int64_t)iv->minutes);
    write_life(w, iv);
    if (iv->rehearsal)
        json_w_member_bool(w, "rehearsal", true);
}
