// SPDX-License-Identifier: Apache-2.0
// The announcement: when, who, about what, with which documents.
#include "server/page/parts.h"

static void term(struct buf *out, const struct page_env *env, enum message_id id)
{
    buf_text(out, "<dt>");
    page_say(out, env, id);
    buf_text(out, "</dt>");
}

static void when(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (!iv->starts_ms)
        return;
    term(out, env, MSG_ABOUT_TIME);
    buf_text(out, "<dd>");
    page_time(out, env, iv->starts_ms, CLOCK_FULL);
    if (iv->minutes) {
        buf_text(out, " <span class=\"minutes\">");
        page_fill_number(out, env, MSG_ABOUT_MINUTES, "n", iv->minutes);
        buf_text(out, "</span>");
    }
    buf_text(out, "</dd>\n");
}

static void departments(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (!iv->department_count)
        return;
    term(out, env, MSG_ABOUT_DEPARTMENTS);
    for (size_t i = 0; i < iv->department_count; i++) {
        buf_text(out, "<dd>");
        page_text(out, iv->departments[i]);
        buf_text(out, "</dd>");
    }
    buf_char(out, '\n');
}

static void people(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (iv->guest_count)
        term(out, env, MSG_ABOUT_GUESTS);
    for (size_t i = 0; i < iv->guest_count; i++) {
        buf_text(out, "<dd>");
        page_speaker(out, &iv->guests[i]);
        buf_text(out, "</dd>\n");
    }
    if (!iv->compere.name)
        return;
    term(out, env, MSG_ABOUT_COMPERE);
    buf_text(out, "<dd>");
    page_speaker(out, &iv->compere);
    buf_text(out, "</dd>\n");
}

static void topics(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (!iv->topic_count)
        return;
    term(out, env, MSG_ABOUT_TOPICS);
    for (size_t i = 0; i < iv->topic_count; i++) {
        buf_text(out, "<dd>");
        page_text(out, iv->topics[i]);
        buf_text(out, "</dd>");
    }
    buf_char(out, '\n');
}

static void documents(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (!iv->document_count)
        return;
    buf_text(out, "<h3>");
    page_say(out, env, MSG_ABOUT_DOCUMENTS);
    buf_text(out, "</h3>\n<ul class=\"documents\">");
    for (size_t i = 0; i < iv->document_count; i++) {
        const struct policy_document *d = &iv->documents[i];
        const char *title = d->title ? d->title : d->url;
        buf_text(out, "<li>");
        if (interview_is_web_address(slice_of(d->url))) {
            buf_text(out, "<a href=\"");
            page_text(out, d->url);
            buf_text(out, "\" rel=\"noopener\">");
            page_text(out, title);
            buf_text(out, "</a>");
        } else {
            page_text(out, title);
        }
        buf_text(out, "</li>");
    }
    buf_text(out, "</ul>\n");
}

void page_about(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_text(out, "<section class=\"about\" aria-labelledby=\"about-h\"><h2 id=\"about-h\">");
    page_say(out, env, MSG_ABOUT_TITLE);
    buf_text(out, "</h2>\n<dl>");
    when(out, env, iv);
    departments(out, env, iv);
    people(out, env, iv);
    topics(out, env, iv);
    buf_text(out, "</dl>\n");
    if (iv->intro && *iv->intro) {
        buf_text(out, "<h3>");
        page_say(out, env, MSG_ABOUT_INTRO);
        buf_text(out, "</h3>\n<div class=\"text\">");
        html_paragraphs(out, slice_of(iv->intro));
        buf_text(out, "</div>\n");
    }
    documents(out, env, iv);
    buf_text(out, "</section>\n");
}
