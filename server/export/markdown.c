// SPDX-License-Identifier: Apache-2.0
// The transcript as Markdown. No text can become markup: every ASCII punctuation character gets a
// backslash (CommonMark 2.4), white space that begins a line becomes a character reference (it
// could make a code block), a single line feed becomes a hard line break. Undone in the reverse
// way each text comes out byte for byte.
#include "server/export/document.h"

static bool is_punctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

// Also spaces that end a line, which would break it: two of them are a hard line break.
static bool is_at_edge(const char *text, const char *p)
{
    return p == text || p[-1] == '\n' || p[1] == '\n' || p[1] == 0;
}

// Line feeds cannot be kept in a heading or a list item: there they are spaces.
static void escape(struct buf *out, const char *text, bool one_line)
{
    for (const char *p = text; *p; p++) {
        if (*p == '\n' && one_line) {
            buf_char(out, ' ');
        } else if (*p == '\n') {
            bool is_alone = (p == text || p[-1] != '\n') && p[1] != '\n' && p[1] != 0;
            buf_text(out, is_alone ? "\\\n" : "\n");
        } else if (*p == '\t' || *p == '\r' || (*p == ' ' && is_at_edge(text, p))) {
            buf_printf(out, "&#%d;", *p);
        } else {
            if (is_punctuation(*p))
                buf_char(out, '\\');
            buf_char(out, *p);
        }
    }
}

static void paragraph(struct buf *out, const char *text)
{
    escape(out, text, false);
    buf_text(out, "\n\n");
}

static void heading(struct buf *out, const char *marks, const char *text)
{
    buf_text(out, marks);
    buf_char(out, ' ');
    escape(out, text, true);
    buf_text(out, "\n\n");
}

static void emphasis(struct buf *out, const char *mark, const char *text)
{
    buf_text(out, mark);
    escape(out, text, true);
    buf_text(out, mark);
    buf_text(out, "\n\n");
}

static void entries(struct buf *out, const struct document_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct document_item *item = &items[i];
        heading(out, "###", *item->who ? item->who : item->about);
        if (*item->who)
            emphasis(out, "*", item->about);
        if (item->text && *item->text)
            paragraph(out, item->text);
        if (item->fate)
            emphasis(out, "**", item->fate);
        if (item->reply) {
            emphasis(out, "*", item->reply_about);
            paragraph(out, item->reply);
        }
    }
}

static void fact(struct buf *out, const struct document *doc, const struct document_fact *f)
{
    struct buf value = {0}, text = {0};
    escape(&value, f->value, true);
    // Between < and > only < > and line feeds end an address; the scheme is http or https.
    if (f->url && !strpbrk(f->url, "<>\\\n\r")) {
        buf_char(&text, '[');
        buf_add(&text, buf_slice(&value));
        buf_text(&text, "](<");
        for (const char *p = f->url; *p; p++) // "&copy" in an address would be read as a sign
            buf_text(&text, *p == '&' ? "&amp;" : (char[]){*p, 0});
        buf_text(&text, ">)");
    } else {
        buf_add(&text, buf_slice(&value));
    }
    buf_text(out, "- ");
    struct message_value values[] = {{"label", slice_of(f->label)}, {"value", buf_slice(&text)}};
    if (*f->label)
        message_fill(out, message(doc->lang, MSG_EXPORT_FACT), values, 2);
    else
        buf_add(out, buf_slice(&text));
    buf_char(out, '\n');
    buf_finish(&value);
    buf_finish(&text);
}

void markdown_write(struct buf *out, const struct document *doc)
{
    heading(out, "#", doc->topic);
    emphasis(out, "*", doc->site);
    for (size_t i = 0; i < doc->fact_count; i++)
        fact(out, doc, &doc->facts[i]);
    buf_char(out, '\n');
    paragraph(out, doc->zone);
    if (doc->draft)
        emphasis(out, "**", doc->draft);
    if (doc->intro)
        paragraph(out, doc->intro);
    heading(out, "##", message(doc->lang, MSG_RECORD_TITLE));
    entries(out, doc->record, doc->record_count);
    heading(out, "##", message(doc->lang, MSG_RECORD_OPEN));
    if (!doc->open_count)
        paragraph(out, message(doc->lang, MSG_RECORD_OPEN_NONE));
    entries(out, doc->open, doc->open_count);
    escape(out, doc->position, true);
    buf_char(out, '\n');
}
