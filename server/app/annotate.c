// SPDX-License-Identifier: Apache-2.0
// What staff mark on a question without deciding about it: labels, notes, stretches made
// unreadable, and which guest it goes to. A label or a redaction of what is public is public, and
// redaction is the only way in which a public text changes (invariant I11).
#include <stdlib.h>
#include <string.h>

#include "moderation/text.h"
#include "server/app/commands.h"
#include "server/base/must.h"
#include "server/interview/snapshot.h"

static bool text_stands(const struct question *q)
{
    return q->stage != Q_REJECTED && q->stage != Q_WITHDRAWN && q->stage != Q_RETRACTED;
}

// Publication writes text and labels down, so a change of them is held against it by the version.
static void guard_mark(struct call *c, const struct question *q)
{
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    if (!q->is_public)
        call_guard_same(c, "p", q->id, 0);
}

static void mark_and_record(struct call *c, const struct question *q)
{
    if (!renew_claim(c, q)) // and nobody claims it at the same moment
        call_guard_same(c, "c", q->id, q->claim.changes);
    question_result(c, q->stage, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

// false: the call was answered.
static bool mark_may(struct call *c, const struct question *q, int64_t version)
{
    if (refused_as_stale(c, q, version))
        return false;
    if (!text_stands(q)) {
        refuse_stage(c, q);
        return false;
    }
    return !refused_as_claimed(c, q);
}

// ---- labels and notes ----

void question_label_run(struct call *c, const void *params)
{
    const struct question_label *m = params;
    const struct question *q = called_question(c, m->question);
    const char *labels[LIMIT_LABELS];
    if (!mark_may(c, q, m->version) || !gate_labels(c, &m->labels, labels))
        return;
    guard_mark(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    snapshot_texts(&w, "labels", labels, m->labels.count);
    call_fact_end(c, &w, "question.labelled", q->is_public);
    mark_and_record(c, q);
}

void note_fact(struct call *c, const struct question *q, const char *text)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "text", text);
    call_fact_end(c, &w, "question.noted", false);
}

void question_note_run(struct call *c, const void *params)
{
    const struct question_note *m = params;
    const struct question *q = called_question(c, m->question);
    const char *text = call_text(c, m->text, "text", LIMIT_NOTE_POINTS, true);
    if (!text)
        return;
    note_fact(c, q, text);
    call_guard_same(c, "q", q->id, q->version); // a decision meanwhile has ended the claim
    renew_claim(c, q);
    call_record(c, slice_of(c->channel->all->id));
}

// ---- redaction ----

static int by_place(const void *x, const void *y)
{
    const struct redact_span *a = x, *b = y;
    return a->at < b->at ? -1 : a->at > b->at;
}

// Inside the text, none empty, none over another.
static bool spans_fit(const struct redact_span *spans, size_t count, int64_t points)
{
    int64_t end = 0;
    for (size_t i = 0; i < count; i++) {
        if (spans[i].length < 1 || spans[i].at < end || spans[i].length > points - spans[i].at)
            return false;
        end = spans[i].at + spans[i].length;
    }
    return count > 0;
}

static bool is_first_byte(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

// Each stretch becomes one block, whatever its length: that may tell what it was.
static void blacken(const char *text, const struct redact_span *spans, size_t count,
                    struct buf *out)
{
    int64_t point = -1;
    size_t next = 0;
    for (const char *p = text; *p; p++) {
        point += is_first_byte(*p);
        while (next < count && point >= spans[next].at + spans[next].length)
            next++;
        if (next == count || point < spans[next].at)
            buf_char(out, *p);
        else if (point == spans[next].at && is_first_byte(*p))
            buf_text(out, "█");
    }
}

void question_redact_run(struct call *c, const void *params)
{
    const struct question_redact *m = params;
    const struct question *q = called_question(c, m->question);
    if (!mark_may(c, q, m->version))
        return;
    struct redact_span *spans = m->spans.items;
    qsort(spans, m->spans.count, sizeof *spans, by_place);
    if (!spans_fit(spans, m->spans.count, mod_text_points(q->text, strlen(q->text)))) {
        call_bad_params(c, "spans", "out of range");
        return;
    }
    struct buf text = {0}, body = {0};
    blacken(q->text, spans, m->spans.count, &text);
    guard_mark(c, q);
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member_slice(&w, "text", buf_slice(&text));
    call_fact_end(c, &w, "question.redacted", q->is_public);
    buf_finish(&text);
    mark_and_record(c, q);
}

// ---- one guest of several ----

// Guests see a question once it was let through, and answer it until it is answered.
static bool may_be_routed(const struct question *q)
{
    return q->stage == Q_APPROVED || q->stage == Q_QUEUED || q->stage == Q_ON_AIR;
}

// false: the call was answered.
static bool route_may_change(struct call *c, const struct question *q, int64_t version)
{
    if (refused_as_stale(c, q, version))
        return false;
    if (!may_be_routed(q)) {
        refuse_stage(c, q);
        return false;
    }
    return true;
}

static void record_route(struct call *c, const struct question *q)
{
    call_guard_number(c, "q", q->id, q->version, q->version + 1);
    question_result(c, q->stage, q->version + 1);
    call_record(c, slice_of(c->channel->all->id));
}

void question_route_run(struct call *c, const void *params)
{
    const struct question_route *m = params;
    const struct question *q = called_question(c, m->question);
    if (!route_may_change(c, q, m->version))
        return;
    const struct person *guest = interview_guest(c->channel->all, m->guest);
    if (!guest) {
        call_bad_params(c, "guest", "unknown");
        return;
    }
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "guest", guest->name);
    call_fact_end(c, &w, "question.routed_to_guest", false);
    record_route(c, q);
}

// An account is not tied to a name of the announcement: an assistant may sit at the desk. So any
// guest's account answers, and the record says whose.
static void answer_route(struct call *c, const struct question_route *m, enum route_answer answer)
{
    const struct question *q = called_question(c, m->question);
    if (!route_may_change(c, q, m->version))
        return;
    if (!q->route.guest || q->route.answer == answer) {
        refuse_stage(c, q);
        return;
    }
    bool ok;
    const char *note = call_text_or_null(c, m->note, "note", LIMIT_NOTE_POINTS, true, &ok);
    if (!ok)
        return;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "note", note);
    call_fact_end(c, &w,
                  answer == ROUTE_ACCEPTED ? "question.guest_accepted" : "question.guest_passed",
                  false);
    record_route(c, q);
}

void question_accept_run(struct call *c, const void *params)
{
    answer_route(c, params, ROUTE_ACCEPTED);
}

void question_pass_run(struct call *c, const void *params)
{
    answer_route(c, params, ROUTE_PASSED);
}
