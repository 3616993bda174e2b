// SPDX-License-Identifier: Apache-2.0
// Builds the model. A question stands once in the record, before the first statement about it; the
// list at the end holds each public question that nobody answered, also those read out.
#include "server/export/document.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/must.h"
#include "server/page/page.h"

enum { FACTS_FIXED = 9 };

struct build {
    struct document *doc;
    const struct export_env *env;
    const struct interview *iv;
    bool *stands;    // by question.place: a statement has been about it
    struct buf text; // the string under construction
};

// ---- words ---------------------------------------------------------------------------------

static const char *say(const struct build *b, enum message_id id)
{
    return message(b->env->lang, id);
}

// Takes what is in b->text.
static const char *kept(struct build *b)
{
    const char *text = arena_copy(&b->doc->arena, buf_slice(&b->text));
    buf_clear(&b->text);
    return text;
}

static void fill(struct build *b, enum message_id id, const char *name, const char *value,
                 const char *second, const char *second_value)
{
    struct message_value values[] = {
        {name, slice_of(value)},
        {second ? second : "", slice_of(second_value)},
    };
    message_fill(&b->text, say(b, id), values, second ? 2 : 1);
}

static const char *number(struct build *b, uint64_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, n);
    return arena_copy(&b->doc->arena, slice_of(digits));
}

// "2026-11-24 15:04" in the portal's clock: the same in every language, and it sorts.
static const char *clock_text(struct build *b, int64_t ms)
{
    int64_t local = ms + (int64_t)b->env->utc_offset_minutes * 60000;
    time_t seconds = (time_t)(local / 1000 - (local % 1000 < 0));
    struct tm tm = {0};
    char text[64];
    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm);
    return arena_copy(&b->doc->arena, slice_of(text));
}

static const char *zone(struct build *b)
{
    int minutes = b->env->utc_offset_minutes, size = abs(minutes);
    char name[32];
    snprintf(name, sizeof name, "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
    fill(b, MSG_EXPORT_ZONE, "zone", name, NULL, NULL);
    return kept(b);
}

// Between the remarks of one line.
static void remark(struct build *b, const char *text)
{
    if (b->text.n)
        buf_text(&b->text, " · ");
    buf_text(&b->text, text);
}

static const char *person(struct build *b, const struct person *p)
{
    const char *name = p->name ? p->name : "";
    const char *parts[] = {p->department, p->title};
    for (int i = 0; i < 2; i++) {
        if (!parts[i] || !*parts[i])
            continue;
        if (b->text.n)
            buf_char(&b->text, ' ');
        buf_text(&b->text, parts[i]);
    }
    const char *post = kept(b);
    if (!*post)
        return name;
    fill(b, MSG_EXPORT_POST, "name", name, "post", post);
    return kept(b);
}

// ---- questions and statements --------------------------------------------------------------

static const char *receipt(struct build *b, const struct question *q)
{
    struct buf outer = b->text;
    b->text = (struct buf){0};
    fill(b, MSG_CARD_RECEIPT, "no", q->receipt_no ? q->receipt_no : "", NULL, NULL);
    const char *text = kept(b);
    buf_finish(&b->text);
    b->text = outer;
    return text;
}

static const char *gone(struct build *b, const struct question *q)
{
    const char *why = q->code ? page_reason(b->env->portal, b->env->lang, q->code) : NULL;
    if (q->erased_ms) {
        const char *basis = message_find(b->env->lang, "erasure", q->erasure_class);
        fill(b, MSG_CARD_ERASED, "basis", basis ? basis : "", NULL, NULL);
        return kept(b);
    }
    if (q->stage == Q_WITHDRAWN || !why)
        return say(b, q->stage == Q_WITHDRAWN ? MSG_CARD_WITHDRAWN : MSG_CARD_RETRACTED);
    fill(b, MSG_CARD_RETRACTED_WHY, "reason", why, NULL, NULL);
    return kept(b);
}

static void add_reply(struct build *b, const struct question *q, struct document_item *item)
{
    if (!q->reply || question_is_gone(q))
        return;
    fill(b, MSG_CARD_REPLY, "department", q->reply_department ? q->reply_department : "", NULL,
         NULL);
    remark(b, clock_text(b, q->replied_ms));
    item->reply_about = kept(b);
    item->reply = q->reply;
}

static void add_filled(struct build *b, enum message_id id, const char *name, const char *value)
{
    buf_text(&b->text, " · ");
    fill(b, id, name, value, NULL, NULL);
}

static void add_case(struct build *b, const struct question *q)
{
    const struct referral *r = &q->referral;
    if (q->due_ms)
        add_filled(b, MSG_CARD_DUE, "date", clock_text(b, q->due_ms));
    if (r->extension)
        add_filled(b, MSG_CARD_EXTENDED, "reason", r->extension);
    if (r->stopped_ms)
        add_filled(b, MSG_CARD_STOPPED, "date", clock_text(b, r->stopped_ms));
}

static const char *outcome(struct build *b, const struct question *q)
{
    if (question_is_gone(q))
        return gone(b, q);
    switch (q->stage) {
    case Q_ON_AIR:
        return say(b, MSG_CARD_ON_AIR);
    case Q_ANSWERED:
    case Q_CLOSED:
    case Q_REJECTED:
    case Q_GROUPED:
        return message_find(b->env->lang, "q", question_stage_name(q->stage));
    case Q_REFERRED:
        fill(b, MSG_CARD_REFERRED, "department", q->department ? q->department : "", NULL, NULL);
        add_case(b, q);
        return kept(b);
    case Q_LAPSED:
        remark(b, say(b, MSG_CARD_LAPSED));
        if (q->note)
            remark(b, q->note);
        return kept(b);
    default:
        return say(b, MSG_CARD_WAITING);
    }
}

static struct document_item question_item(struct build *b, const struct question *q)
{
    struct document_item item = {.kind = DOCUMENT_QUESTION, .id = q->id, .who = ""};
    remark(b, receipt(b, q));
    if (!question_is_gone(q)) {
        const char *when = clock_text(b, q->shown_ms);
        const char *how = message_find(b->env->lang, "asked", q->origin ? q->origin : "");
        remark(b, when);
        if (how)
            remark(b, how);
        if (q->edited)
            remark(b, say(b, MSG_CARD_EDITED));
        item.about = kept(b);
        item.at_ms = q->shown_ms;
        item.text = q->text;
        fill(b, MSG_CARD_QUESTION, "name", page_asker(b->env->lang, q), NULL, NULL);
        item.who = kept(b);
    } else {
        item.about = kept(b);
    }
    return item;
}

static const char *taken_down(struct build *b, const struct statement *s)
{
    const char *reason = s->code ? page_reason(b->env->portal, b->env->lang, s->code) : NULL;
    if (!reason)
        return say(b, MSG_CARD_STATEMENT_GONE);
    fill(b, MSG_CARD_STATEMENT_GONE_WHY, "reason", reason, NULL, NULL);
    return kept(b);
}

static struct document_item statement_item(struct build *b, const struct statement *s)
{
    struct document_item item = {
        .kind = DOCUMENT_STATEMENT,
        .id = s->id,
        .who = person(b, &s->speaker),
        .at_ms = s->said_ms ? s->said_ms : s->published_ms,
        .text = s->stage == S_RETRACTED ? NULL
                : s->text               ? s->text
                                        : "",
    };
    if (s->stage == S_RETRACTED)
        item.fate = taken_down(b, s);
    const char *when = clock_text(b, item.at_ms);
    const char *kind = message_find(b->env->lang, "kind", s->kind ? s->kind : "");
    const char *how = message_find(b->env->lang, "origin", s->origin ? s->origin : "");
    if (kind)
        remark(b, kind);
    remark(b, when);
    for (size_t i = 0; i < s->question_count; i++) {
        const struct question *q = interview_question(b->iv, slice_of(s->questions[i]));
        if (!q)
            continue;
        buf_text(&b->text, " · ");
        fill(b, MSG_EXPORT_REGARDING, "no", q->receipt_no ? q->receipt_no : "", NULL, NULL);
    }
    if (how)
        remark(b, how);
    if (s->revision_count) {
        buf_text(&b->text, " · ");
        fill(b, MSG_CARD_CORRECTED_AT, "time", clock_text(b, s->corrected_ms), NULL, NULL);
    }
    item.about = kept(b);
    return item;
}

static void build_record(struct build *b)
{
    const struct interview *iv = b->iv;
    struct document *doc = b->doc;
    size_t most = iv->statement_count + iv->question_count;
    doc->record = arena_alloc(&doc->arena, (most + 1) * sizeof *doc->record);
    for (size_t i = 0; i < iv->statement_count; i++) {
        const struct statement *s = iv->statements[i];
        for (size_t k = 0; k < s->question_count; k++) {
            const struct question *q = interview_question(iv, slice_of(s->questions[k]));
            if (!q)
                continue;
            if (!b->stands[q->place]) {
                struct document_item item = question_item(b, q);
                add_reply(b, q, &item);
                doc->record[doc->record_count++] = item;
            }
            b->stands[q->place] = true;
        }
        doc->record[doc->record_count++] = statement_item(b, s);
    }
}

static void build_open(struct build *b)
{
    const struct interview *iv = b->iv;
    struct document *doc = b->doc;
    doc->open = arena_alloc(&doc->arena, (iv->question_count + 1) * sizeof *doc->open);
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (question_is_answered(q))
            continue;
        struct document_item item = question_item(b, q);
        item.fate = outcome(b, q);
        item.stands_before = b->stands[i];
        if (!b->stands[i])
            add_reply(b, q, &item);
        doc->open[doc->open_count++] = item;
    }
}

// ---- the head ------------------------------------------------------------------------------

static void fact(struct build *b, const char *label, const char *value)
{
    if (value && *value)
        b->doc->facts[b->doc->fact_count++] =
            (struct document_fact){.label = label, .value = value};
}

static void moment(struct build *b, enum message_id id, int64_t ms)
{
    if (!ms)
        return;
    const char *when = clock_text(b, ms);
    fill(b, id, "time", when, NULL, NULL);
    fact(b, "", kept(b));
}

static void counts(struct build *b)
{
    uint64_t shown = 0, answered = 0;
    for (size_t i = 0; i < b->iv->question_count; i++) {
        const struct question *q = b->iv->questions[i];
        bool stands = !question_is_gone(q);
        shown += stands;
        answered += stands && question_is_answered(q);
    }
    fill(b, MSG_RECORD_COUNTS, "questions", number(b, shown), "answered", number(b, answered));
    fact(b, "", kept(b));
}

static void build_people(struct build *b)
{
    const struct interview *iv = b->iv;
    for (size_t i = 0; i < iv->department_count; i++)
        fact(b, say(b, MSG_ABOUT_DEPARTMENTS), iv->departments[i]);
    for (size_t i = 0; i < iv->guest_count; i++)
        fact(b, say(b, MSG_ABOUT_GUESTS), person(b, &iv->guests[i]));
    fact(b, say(b, MSG_ABOUT_COMPERE), person(b, &iv->compere));
    for (size_t i = 0; i < iv->document_count; i++) {
        const struct policy_document *d = &iv->documents[i];
        fact(b, say(b, MSG_ABOUT_DOCUMENTS), d->title && *d->title ? d->title : d->url);
        if (interview_is_web_address(slice_of(d->url)))
            b->doc->facts[b->doc->fact_count - 1].url = d->url;
    }
}

static void build_facts(struct build *b)
{
    const struct interview *iv = b->iv;
    size_t most = iv->department_count + iv->guest_count + iv->document_count + FACTS_FIXED;
    b->doc->facts = arena_alloc(&b->doc->arena, most * sizeof *b->doc->facts);
    if (iv->issue_no) {
        fill(b, MSG_COLUMN_ISSUE, "n", number(b, iv->issue_no), NULL, NULL);
        fact(b, "", kept(b));
    }
    if (iv->starts_ms)
        fact(b, say(b, MSG_ABOUT_TIME), clock_text(b, iv->starts_ms));
    build_people(b);
    moment(b, MSG_RECORD_STARTED, iv->started_ms);
    moment(b, MSG_RECORD_ENDED, iv->ended_ms);
    moment(b, MSG_RECORD_PUBLISHED, iv->published_ms);
    counts(b);
    if (b->env->origin) {
        buf_text(&b->text, b->env->origin);
        buf_text(&b->text, "/i/");
        buf_text(&b->text, iv->id);
        const char *url = kept(b);
        fact(b, say(b, MSG_EXPORT_SOURCE), url);
        b->doc->facts[b->doc->fact_count - 1].url = url;
    }
    must(b->doc->fact_count <= most);
}

void document_init(struct document *doc, const struct export_env *env, const struct interview *iv)
{
    struct build b = {.doc = doc, .env = env, .iv = iv};
    *doc = (struct document){.lang = env->lang};
    b.stands = arena_alloc(&doc->arena, (iv->question_count + 1) * sizeof *b.stands);
    doc->site = env->site_name ? env->site_name : say(&b, MSG_SITE_NAME);
    doc->topic = iv->topic ? iv->topic : "";
    doc->intro = iv->intro && *iv->intro ? iv->intro : NULL;
    doc->zone = zone(&b);
    doc->draft = interview_is_record(iv) ? NULL : say(&b, MSG_EXPORT_DRAFT);
    build_record(&b);
    build_open(&b);
    build_facts(&b);
    char hash[POSITION_HEX + 1];
    snprintf(hash, sizeof hash, "%.*s", POSITION_HEX, iv->position.hash);
    fill(&b, MSG_EXPORT_POSITION, "n", number(&b, iv->position.n), "hash", hash);
    doc->position = kept(&b);
    buf_finish(&b.text);
}

void document_finish(struct document *doc)
{
    arena_finish(&doc->arena);
    *doc = (struct document){0};
}
