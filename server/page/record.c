// SPDX-License-Identifier: Apache-2.0
// The published transcript: from the beginning, with contents, downloads and what stayed open.
#include <inttypes.h>
#include <stdio.h>

#include "server/page/parts.h"

enum { CONTENTS_POINTS = 30 };

static void downloads(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    static const struct {
        const char *suffix;
        enum message_id label;
    } files[] = {
        {"html", MSG_RECORD_HTML},
        {"txt", MSG_RECORD_TXT},
        {"md", MSG_RECORD_MD},
        {"json", MSG_RECORD_JSON},
    };
    buf_text(out, "<section class=\"downloads\" aria-labelledby=\"dl-h\"><h2 id=\"dl-h\">");
    page_say(out, env, MSG_RECORD_DOWNLOADS);
    buf_text(out, "</h2><ul>");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        buf_text(out, "<li><a href=\"/api/v1/interviews/");
        page_text(out, iv->id);
        buf_printf(out, "/transcript.%s\">", files[i].suffix);
        page_say(out, env, files[i].label);
        buf_text(out, "</a></li>");
    }
    buf_text(out, "</ul></section>\n");
}

// In writing, dated, beside the question.
static void replied(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct question *q)
{
    if (!q->reply || question_is_gone(q))
        return;
    buf_text(out, "<li class=\"entry\"><h3>");
    page_fill(out, env, MSG_CARD_REPLY, "department",
              q->reply_department ? q->reply_department : "");
    buf_text(out, "</h3><p class=\"meta\">");
    page_card_time(out, env, iv, q->replied_ms);
    buf_text(out, "</p><div class=\"text\" dir=\"auto\">");
    html_paragraphs(out, slice_of(q->reply));
    buf_text(out, "</div></li>\n");
}

// again: it already stands elsewhere on the page, under its id.
static void asked(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const struct question *q, bool again)
{
    buf_text(out, "<li");
    if (!again) {
        buf_text(out, " id=\"q-");
        page_text(out, q->id);
        buf_char(out, '"');
    }
    buf_printf(out, " class=\"entry question%s\"><h3>", question_is_gone(q) ? " gone" : "");
    if (question_is_gone(q)) {
        page_fill(out, env, MSG_CARD_RECEIPT, "no", q->receipt_no ? q->receipt_no : "");
        buf_text(out, "</h3><p>");
        page_tombstone(out, env, q);
        buf_text(out, "</p></li>\n");
        return;
    }
    page_bdi(out, page_asker(env->lang, q));
    buf_text(out, "</h3><p class=\"meta\"><a class=\"no\" href=\"#q-");
    page_text(out, q->id);
    buf_text(out, "\">");
    page_fill(out, env, MSG_CARD_RECEIPT, "no", q->receipt_no ? q->receipt_no : "");
    buf_text(out, "</a> ");
    page_card_time(out, env, iv, q->shown_ms);
    if (q->edited) {
        buf_text(out, " <span class=\"tag\">");
        page_say(out, env, MSG_CARD_EDITED);
        buf_text(out, "</span>");
    }
    buf_text(out, "</p><div class=\"text\" dir=\"auto\">");
    html_paragraphs(out, slice_of(q->text));
    buf_text(out, "</div></li>\n");
}

static void said(struct buf *out, const struct page_env *env, const struct interview *iv,
                 const struct statement *s)
{
    buf_text(out, "<li id=\"s-");
    page_text(out, s->id);
    buf_printf(out, "\" class=\"entry%s\"><h3>", s->stage == S_RETRACTED ? " gone" : "");
    page_speaker(out, &s->speaker);
    buf_text(out, "</h3><p class=\"meta\">");
    page_card_time(out, env, iv, s->said_ms ? s->said_ms : s->published_ms);
    if (s->origin && strcmp(s->origin, "supplement") == 0) {
        buf_text(out, " <span class=\"tag\">");
        page_say(out, env, MSG_ORIGIN_SUPPLEMENT);
        buf_text(out, "</span>");
    }
    page_corrected(out, env, iv, s);
    buf_text(out, "</p>");
    if (s->stage == S_RETRACTED) {
        page_statement_gone(out, env, s);
    } else {
        buf_text(out, "<div class=\"text\" dir=\"auto\">");
        html_paragraphs(out, slice_of(s->text));
        buf_text(out, "</div>");
    }
    buf_text(out, "</li>\n");
}

// Each statement, after the questions that it is the first to be about.
static void entries(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct page_links *links)
{
    size_t count;
    buf_text(out, "<section class=\"record\" aria-labelledby=\"rec-h\"><h2 id=\"rec-h\">");
    page_say(out, env, MSG_RECORD_TITLE);
    buf_text(out, "</h2>\n<ol class=\"entries\">");
    for (size_t i = 0; i < iv->statement_count; i++) {
        const struct statement *s = iv->statements[i];
        for (size_t k = 0; k < s->question_count; k++) {
            const struct question *q = page_question_at(iv, s, k);
            if (!q || page_links_about(links, q, &count)[0] != s)
                continue;
            asked(out, env, iv, q, false);
            replied(out, env, iv, q);
        }
        said(out, env, iv, s);
    }
    buf_text(out, "</ol>\n</section>\n");
}

static void contents(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    struct buf list = {0};
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        if (question_is_gone(q) || !question_is_answered(q))
            continue;
        struct slice text = slice_of(q->text);
        struct slice head = {text.p, page_points(text, CONTENTS_POINTS)};
        buf_text(&list, "<li><a href=\"#q-");
        page_text(&list, q->id);
        buf_text(&list, "\">");
        page_one_line(&list, head);
        buf_text(&list, head.n < text.n ? "…</a></li>" : "</a></li>");
    }
    if (list.n) {
        buf_text(out, "<nav class=\"contents\" aria-labelledby=\"toc-h\"><h2 id=\"toc-h\">");
        page_say(out, env, MSG_RECORD_CONTENTS);
        buf_text(out, "</h2><ol>");
        buf_add(out, buf_slice(&list));
        buf_text(out, "</ol></nav>\n");
    }
    buf_finish(&list);
}

// What becomes of a question without an answer.
static void open_fate(struct buf *out, const struct page_env *env, const struct question *q)
{
    if (q->stage != Q_REFERRED && q->stage != Q_LAPSED)
        return;
    buf_text(out, "<li class=\"entry fate\"><p>");
    if (q->stage == Q_LAPSED) {
        page_say(out, env, MSG_CARD_LAPSED);
        buf_text(out, " ");
        page_text(out, q->note);
    } else {
        page_fill(out, env, MSG_CARD_REFERRED, "department", q->department ? q->department : "");
    }
    if (q->stage == Q_REFERRED)
        page_case(out, env, q);
    buf_text(out, "</p></li>\n");
}

static void unanswered(struct buf *out, const struct page_env *env, const struct interview *iv,
                       const struct page_links *links)
{
    struct buf list = {0};
    uint64_t pending = 0;
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        size_t count;
        if (question_is_gone(q) || question_is_answered(q))
            continue;
        page_links_about(links, q, &count);
        pending += q->stage == Q_REFERRED;
        asked(&list, env, iv, q, count > 0);
        if (count == 0)
            replied(&list, env, iv, q);
        open_fate(&list, env, q);
    }
    buf_text(out, "<section class=\"record\" aria-labelledby=\"open-h\"><h2 id=\"open-h\">");
    page_say(out, env, MSG_RECORD_OPEN);
    buf_text(out, "</h2>\n<p>");
    if (!list.n)
        page_say(out, env, MSG_RECORD_OPEN_NONE);
    else if (pending)
        page_fill_number(out, env, MSG_RECORD_OPEN_PENDING, "n", pending);
    buf_text(out, "</p>\n");
    if (list.n) {
        buf_text(out, "<ul class=\"entries\">");
        buf_add(out, buf_slice(&list));
        buf_text(out, "</ul>\n");
    }
    buf_text(out, "</section>\n");
    buf_finish(&list);
}

static void moment(struct buf *out, const struct page_env *env, enum message_id id, int64_t ms)
{
    if (!ms)
        return;
    struct buf text = {0};
    page_clock_text(&text, env, ms, CLOCK_FULL);
    buf_text(out, "<li>");
    page_fill(out, env, id, "time", text.p);
    buf_text(out, "</li>");
    buf_finish(&text);
}

static void figures(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    uint64_t shown = 0, answered = 0;
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        shown += !question_is_gone(q);
        answered += !question_is_gone(q) && question_is_answered(q);
    }
    char a[24], b[24];
    snprintf(a, sizeof a, "%" PRIu64, shown);
    snprintf(b, sizeof b, "%" PRIu64, answered);
    buf_text(out, "<ul class=\"figures\">");
    moment(out, env, MSG_RECORD_STARTED, iv->started_ms);
    moment(out, env, MSG_RECORD_ENDED, iv->ended_ms);
    moment(out, env, MSG_RECORD_PUBLISHED, iv->published_ms);
    buf_text(out, "<li>");
    struct message_value values[] = {{"questions", slice_of(a)}, {"answered", slice_of(b)}};
    page_fill_all(out, env, MSG_RECORD_COUNTS, values, 2);
    buf_text(out, "</li></ul>\n");
}

void page_record(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    struct page_links links;
    page_links_init(&links, iv);
    buf_text(out, "<div class=\"columns\"><div class=\"primary-column\">\n");
    figures(out, env, iv);
    contents(out, env, iv);
    entries(out, env, iv, &links);
    unanswered(out, env, iv, &links);
    page_links_finish(&links);
    buf_text(out, "</div><div class=\"side-column\">\n");
    downloads(out, env, iv);
    page_about(out, env, iv);
    buf_text(out, "</div></div>\n");
}
