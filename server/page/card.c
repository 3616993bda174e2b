// SPDX-License-Identifier: Apache-2.0
// The cards of the live page. web-client/src/citizen/card.ts is its twin: a golden test keeps the
// two equal, so what the script adds looks like what the server wrote.
#include <inttypes.h>
#include <stdlib.h>

#include "server/page/parts.h"

enum { FOLD_POINTS = 400, EXCERPT_POINTS = 120 };

const char *page_asker(enum lang lang, const struct question *q)
{
    bool is_own = q->origin && strcmp(q->origin, "prepared") == 0;
    if (q->name && *q->name)
        return q->name;
    return message(lang, is_own ? MSG_CARD_ORGANIZER : MSG_CARD_CITIZEN);
}

const char *page_reason(const struct interview *portal, enum lang lang, const char *code)
{
    const char *edited = portal ? interview_wording(portal, code, lang_tag(lang), "public") : NULL;
    return edited ? edited : message_find(lang, "reason", code);
}

void page_tombstone(struct buf *out, const struct page_env *env, const struct question *q)
{
    const char *why = q->code ? page_reason(env->portal, env->lang, q->code) : NULL;
    const char *basis = q->erased_ms ? message_find(env->lang, "erasure", q->erasure_class) : NULL;
    if (q->erased_ms)
        page_fill(out, env, MSG_CARD_ERASED, "basis", basis ? basis : "");
    else if (q->stage == Q_WITHDRAWN)
        page_say(out, env, MSG_CARD_WITHDRAWN);
    else if (why)
        page_fill(out, env, MSG_CARD_RETRACTED_WHY, "reason", why);
    else
        page_say(out, env, MSG_CARD_RETRACTED);
}

void page_speaker(struct buf *out, const struct person *speaker)
{
    page_bdi(out, speaker->name);
    const char *parts[] = {speaker->department, speaker->title};
    for (int i = 0; i < 2; i++) {
        if (!parts[i] || !*parts[i])
            continue;
        buf_text(out, " <span class=\"post\">");
        page_text(out, parts[i]);
        buf_text(out, "</span>");
    }
}

void page_body(struct buf *out, const struct page_env *env, const char *text)
{
    struct slice all = slice_of(text);
    bool is_long = page_points(all, FOLD_POINTS) < all.n;
    if (is_long) {
        struct slice excerpt = {all.p, page_points(all, EXCERPT_POINTS)};
        buf_text(out, "<details class=\"fold\"><summary><span class=\"excerpt\">");
        page_one_line(out, excerpt);
        buf_text(out, "…</span> <span class=\"unfold\">");
        page_say(out, env, MSG_CARD_UNFOLD);
        buf_text(out, "</span></summary>");
    }
    buf_text(out, "<div class=\"text\" dir=\"auto\">");
    html_paragraphs(out, all);
    buf_text(out, is_long ? "</div></details>" : "</div>");
}

static void tag_words(struct buf *out, const char *words)
{
    buf_text(out, " <span class=\"tag\">");
    page_text(out, words);
    buf_text(out, "</span>");
}

static void tag(struct buf *out, const struct page_env *env, enum message_id id)
{
    tag_words(out, message(env->lang, id));
}

static const char *state_word(const struct question *q)
{
    if (question_is_gone(q))
        return "gone";
    switch (q->stage) {
    case Q_ON_AIR:
        return "on_air";
    case Q_ANSWERED:
    case Q_CLOSED:
        return "answered";
    case Q_REFERRED:
        return "referred";
    case Q_LAPSED:
        return "lapsed";
    default:
        return "waiting";
    }
}

static void dated(struct buf *out, const struct page_env *env, const char *class,
                  enum message_id id, int64_t ms)
{
    if (!ms)
        return;
    struct buf date = {0};
    page_clock_text(&date, env, ms, CLOCK_DATE);
    buf_printf(out, " <span class=\"%s\">", class);
    page_fill(out, env, id, "date", buf_slice(&date).p);
    buf_text(out, "</span>");
    buf_finish(&date);
}

void page_case(struct buf *out, const struct page_env *env, const struct question *q)
{
    dated(out, env, "due", MSG_CARD_DUE, q->due_ms);
    if (q->referral.extension) {
        buf_text(out, " <span class=\"due extended\">");
        page_fill(out, env, MSG_CARD_EXTENDED, "reason", q->referral.extension);
        buf_text(out, "</span>");
    }
    dated(out, env, "due stopped", MSG_CARD_STOPPED, q->referral.stopped_ms);
}

static void state(struct buf *out, const struct page_env *env, const struct question *q)
{
    buf_text(out, " <span class=\"state\">");
    switch (q->stage) {
    case Q_ON_AIR:
        page_say(out, env, MSG_CARD_ON_AIR);
        break;
    case Q_ANSWERED:
    case Q_CLOSED:
        page_say(out, env, MSG_CARD_ANSWERED);
        break;
    case Q_REFERRED:
        page_fill(out, env, MSG_CARD_REFERRED, "department", q->department ? q->department : "");
        break;
    case Q_LAPSED:
        page_say(out, env, MSG_CARD_LAPSED);
        break;
    default:
        page_say(out, env, MSG_CARD_WAITING);
        break;
    }
    buf_text(out, "</span>");
    if (q->stage == Q_REFERRED)
        page_case(out, env, q);
}

static void question_tags(struct buf *out, const struct page_env *env, const struct question *q)
{
    const char *how = message_find(env->lang, "asked", q->origin ? q->origin : "");
    if (how)
        tag_words(out, how);
    if (q->edited)
        tag(out, env, MSG_CARD_EDITED);
}

static void grouped(struct buf *out, const struct page_env *env, const struct question *q)
{
    if (!q->grouped)
        return;
    buf_text(out, " <span class=\"tag grouped\">");
    page_fill_number(out, env, MSG_CARD_GROUPED, "n", q->grouped);
    buf_text(out, "</span>");
}

// A button of the page's form with the id "vote", which is there while votes are taken.
static void vote(struct buf *out, const struct page_env *env, const struct interview *iv,
                 const struct question *q)
{
    bool is_open = q->stage == Q_APPROVED || q->stage == Q_ON_AIR || q->stage == Q_ANSWERED;
    if (question_is_gone(q) || !is_open)
        return;
    uint64_t votes = env->votes ? env->votes(env->votes_ctx, iv, q) : q->votes;
    buf_text(out, "<p class=\"vote\"><button type=\"submit\" form=\"vote\" name=\"question\" "
                  "value=\"");
    page_text(out, q->id);
    buf_text(out, "\">");
    page_say(out, env, MSG_CARD_VOTE);
    if (votes)
        buf_printf(out, " <b>%" PRIu64 "</b>", votes);
    buf_text(out, "</button></p>");
}

static void receipt(struct buf *out, const struct page_env *env, const struct question *q)
{
    page_fill(out, env, MSG_CARD_RECEIPT, "no", q->receipt_no ? q->receipt_no : "");
}

static void asked_by(struct buf *out, const struct page_env *env, const struct question *q)
{
    struct buf name = {0}, text = {0};
    page_bdi(&name, page_asker(env->lang, q));
    page_say(&text, env, MSG_CARD_QUESTION);
    struct message_value value = {"name", buf_slice(&name)};
    message_fill(out, buf_slice(&text).p, &value, 1);
    buf_finish(&name);
    buf_finish(&text);
}

void page_corrected(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct statement *s)
{
    if (!s->revision_count)
        return;
    struct buf time = {0};
    page_card_clock(&time, env, iv, s->corrected_ms);
    buf_text(out, " <span class=\"tag corrected\">");
    page_fill(out, env, MSG_CARD_CORRECTED_AT, "time", time.p);
    buf_text(out, "</span>");
    buf_finish(&time);
}

void page_statement_gone(struct buf *out, const struct page_env *env, const struct statement *s)
{
    const char *reason = s->code ? page_reason(env->portal, env->lang, s->code) : NULL;
    buf_text(out, "<p>");
    if (reason)
        page_fill(out, env, MSG_CARD_STATEMENT_GONE_WHY, "reason", reason);
    else
        page_say(out, env, MSG_CARD_STATEMENT_GONE);
    buf_text(out, "</p>");
}

static void statement_tags(struct buf *out, const struct page_env *env, const struct interview *iv,
                           const struct statement *s)
{
    if (s->origin && strcmp(s->origin, "prepared") == 0)
        tag(out, env, MSG_ORIGIN_PREPARED);
    else if (s->origin && strcmp(s->origin, "supplement") == 0)
        tag(out, env, MSG_ORIGIN_SUPPLEMENT);
    page_corrected(out, env, iv, s);
}

static void statement_meta(struct buf *out, const struct page_env *env, const struct interview *iv,
                           const struct statement *s)
{
    const char *kind = message_find(env->lang, "kind", s->kind ? s->kind : "");
    buf_text(out, "<p class=\"meta\">");
    if (kind) {
        buf_text(out, "<span class=\"kind\">");
        page_text(out, kind);
        buf_text(out, "</span> ");
    }
    page_card_time(out, env, iv, s->said_ms ? s->said_ms : s->published_ms);
    statement_tags(out, env, iv, s);
    buf_text(out, "</p>");
}

// Its text, or what stands in its place.
static void statement_body(struct buf *out, const struct page_env *env, const struct statement *s)
{
    if (s->stage == S_RETRACTED)
        page_statement_gone(out, env, s);
    else
        page_body(out, env, s->text ? s->text : "");
}

// Under the first of several questions a statement stands in full, under the others as a pointer.
static void answer(struct buf *out, const struct page_env *env, const struct interview *iv,
                   const struct statement *s, const struct question *q)
{
    const struct question *home = page_home(iv, s);
    if (home != q) {
        buf_text(out, "<p class=\"see\"><a href=\"#s-");
        page_text(out, s->id);
        buf_text(out, "\">");
        page_fill(out, env, MSG_CARD_SEE, "no", home->receipt_no ? home->receipt_no : "");
        buf_text(out, "</a></p>");
        return;
    }
    buf_printf(out, "<div class=\"answer%s\" id=\"s-", s->stage == S_RETRACTED ? " gone" : "");
    page_text(out, s->id);
    buf_text(out, "\"><h4>");
    page_speaker(out, &s->speaker);
    buf_text(out, "</h4>");
    statement_meta(out, env, iv, s);
    statement_body(out, env, s);
    buf_text(out, "</div>");
}

// q NULL: a statement's card. What the script needs to know of a card stands in data-….
static void open_card(struct buf *out, const char *id, const char *class_name,
                      const struct question *q)
{
    buf_text(out, q ? "<li id=\"q-" : "<li id=\"s-");
    page_text(out, id);
    buf_printf(out, "\" class=\"%s\"", class_name);
    if (q) {
        buf_text(out, " data-no=\"");
        page_text(out, q->receipt_no);
        buf_printf(out, "\" data-state=\"%s\"", state_word(q));
    }
    buf_text(out, "><article aria-labelledby=\"h-");
    page_text(out, id);
    buf_text(out, "\"><h3 id=\"h-");
    page_text(out, id);
    buf_text(out, "\" tabindex=\"-1\">");
}

static void tombstone(struct buf *out, const struct page_env *env, const struct question *q)
{
    open_card(out, q->id, "card gone", q);
    receipt(out, env, q);
    buf_text(out, "</h3><p>");
    page_tombstone(out, env, q);
    buf_text(out, "</p>");
}

static void reply(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const struct question *q)
{
    buf_text(out, "<div class=\"reply\"><h4>");
    page_fill(out, env, MSG_CARD_REPLY, "department",
              q->reply_department ? q->reply_department : "");
    buf_text(out, "</h4><p class=\"meta\">");
    page_card_time(out, env, iv, q->replied_ms);
    buf_text(out, "</p>");
    page_body(out, env, q->reply);
    buf_text(out, "</div>");
}

// Why a question was not answered at all.
static void lapsed(struct buf *out, const struct question *q)
{
    buf_text(out, "<p class=\"why\">");
    page_text(out, q->note);
    buf_text(out, "</p>");
}

static void question_card(struct buf *out, const struct page_env *env, const struct interview *iv,
                          const struct question *q, const struct page_links *links)
{
    if (question_is_gone(q)) {
        tombstone(out, env, q);
    } else {
        open_card(out, q->id, "card", q);
        asked_by(out, env, q);
        buf_text(out, "</h3><p class=\"meta\"><a class=\"no\" href=\"#q-");
        page_text(out, q->id);
        buf_text(out, "\">");
        receipt(out, env, q);
        buf_text(out, "</a> ");
        page_card_time(out, env, iv, q->shown_ms);
        question_tags(out, env, q);
        grouped(out, env, q);
        state(out, env, q);
        buf_text(out, "</p>");
        page_body(out, env, q->text);
        if (q->stage == Q_LAPSED && q->note)
            lapsed(out, q);
        if (q->reply)
            reply(out, env, iv, q);
        vote(out, env, iv, q);
    }
    size_t count;
    const struct statement *const *about = page_links_about(links, q, &count);
    for (size_t i = 0; i < count; i++)
        answer(out, env, iv, about[i], q);
    buf_text(out, "</article></li>");
}

static void statement_card(struct buf *out, const struct page_env *env, const struct interview *iv,
                           const struct statement *s)
{
    open_card(out, s->id, s->stage == S_RETRACTED ? "card statement gone" : "card statement", NULL);
    page_speaker(out, &s->speaker);
    buf_text(out, "</h3>");
    statement_meta(out, env, iv, s);
    statement_body(out, env, s);
    buf_text(out, "</article></li>");
}

void page_cards(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    struct page_item *items;
    size_t count = page_items(iv, &items);
    struct page_links links;
    page_links_init(&links, iv);
    buf_text(out, "<ol id=\"cards\" class=\"cards\">");
    for (size_t i = count; i-- > 0;) {
        if (items[i].question)
            question_card(out, env, iv, items[i].question, &links);
        else
            statement_card(out, env, iv, items[i].statement);
    }
    buf_text(out, "</ol>");
    page_links_finish(&links);
    free(items);
}

void page_on_air(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    struct buf list = {0};
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (q->stage != Q_ON_AIR || question_is_gone(q))
            continue;
        buf_text(&list, "<li><a href=\"#q-");
        page_text(&list, q->id);
        buf_text(&list, "\">");
        asked_by(&list, env, q);
        buf_text(&list, "</a>");
        page_body(&list, env, q->text);
        buf_text(&list, "</li>");
    }
    buf_printf(out, "<section id=\"on-air\" aria-labelledby=\"on-air-h\"%s><h2 id=\"on-air-h\">",
               list.n ? "" : " hidden");
    page_say(out, env, MSG_LIVE_ON_AIR);
    buf_text(out, "</h2><ul>");
    buf_add(out, buf_slice(&list));
    buf_text(out, "</ul></section>");
    buf_finish(&list);
}
