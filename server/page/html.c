// SPDX-License-Identifier: Apache-2.0
// The one escaper for HTML text and attribute values.
#include "server/page/html.h"

static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(struct buf *out, struct slice text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *entity = reference(text.p[i]);
        if (!entity)
            continue;
        buf_add(out, (struct slice){text.p + from, i - from});
        buf_text(out, entity);
        from = i + 1;
    }
    if (text.n > from)
        buf_add(out, (struct slice){text.p + from, text.n - from});
}

// Cuts a line off the front of *rest, without its line feed (and carriage return).
static struct slice cut_line(struct slice *rest)
{
    const char *lf = memchr(rest->p, '\n', rest->n);
    struct slice line = {rest->p, lf ? (size_t)(lf - rest->p) : rest->n};
    size_t skip = lf ? line.n + 1 : line.n;
    rest->p += skip;
    rest->n -= skip;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' && line.p[i] != '\t')
            return false;
    return true;
}

void html_paragraphs(struct buf *out, struct slice text)
{
    bool open = false;
    while (text.n) {
        struct slice line = cut_line(&text);
        if (is_blank(line)) {
            if (open)
                buf_text(out, "</p>");
            open = false;
            continue;
        }
        buf_text(out, open ? "<br>" : "<p>");
        open = true;
        html_text(out, line);
    }
    if (open)
        buf_text(out, "</p>");
}
