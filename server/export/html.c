// SPDX-License-Identifier: Apache-2.0
// The transcript as one HTML file that needs nothing else: to be kept, printed, opened years later.
// Texts are escaped once and keep their line feeds by white-space: pre-wrap.
#include "server/page/html.h"

#include "server/base/time.h"
#include "server/export/document.h"

static const char STYLE[] =
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff;"
    "font:1.0625rem/1.8 system-ui,\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\","
    "sans-serif}\n"
    "h1{font-size:1.75rem;line-height:1.4}h2{margin-top:2.5rem;font-size:1.3rem}"
    "h3{margin:0;font-size:1.0625rem}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{color:#595959}"
    "dd{margin:0}\n"
    "article{margin:1.5rem 0;overflow-wrap:anywhere}\n"
    ".question{padding-left:1rem;border-left:3px solid #8a8a8a}\n"
    ".meta{margin:0;color:#595959;font-size:.9375rem}.text{white-space:pre-wrap}"
    ".fate{margin:.25rem 0 0;font-weight:600}\n"
    "@media print{body{max-width:none;margin:0;padding:0;font-size:11pt}a{color:inherit}"
    "h1,h2,h3{break-after:avoid}article{break-inside:avoid-page}}\n";

static void escaped(struct buf *out, const char *text)
{
    html_text(out, slice_of(text));
}

static void element(struct buf *out, const char *open, const char *text, const char *close)
{
    buf_text(out, open);
    escaped(out, text);
    buf_text(out, close);
}

// Facts without a label stand on a line of their own, below those that have one.
static void facts(struct buf *out, const struct document *doc)
{
    buf_text(out, "<dl>\n");
    for (size_t i = 0; i < doc->fact_count; i++) {
        const struct document_fact *fact = &doc->facts[i];
        if (!*fact->label)
            continue;
        element(out, "<dt>", fact->label, "</dt><dd>");
        if (fact->url)
            element(out, "<a href=\"", fact->url, "\">");
        escaped(out, fact->value);
        buf_text(out, fact->url ? "</a></dd>\n" : "</dd>\n");
    }
    buf_text(out, "</dl>\n<ul>\n");
    for (size_t i = 0; i < doc->fact_count; i++)
        if (!*doc->facts[i].label)
            element(out, "<li>", doc->facts[i].value, "</li>\n");
    buf_text(out, "</ul>\n");
}

static void entry(struct buf *out, const struct document_item *item)
{
    bool is_question = item->kind == DOCUMENT_QUESTION;
    buf_text(out, "<article");
    if (!item->stands_before) {
        buf_text(out, is_question ? " id=\"q-" : " id=\"s-");
        escaped(out, item->id);
        buf_char(out, '"');
    }
    buf_text(out, is_question ? " class=\"question\">\n" : ">\n");
    element(out, "<h3>", *item->who ? item->who : item->about, "</h3>\n");
    if (*item->who && item->at_ms) {
        char utc[TIME_TEXT];
        time_write(item->at_ms, utc);
        buf_printf(out, "<p class=\"meta\"><time datetime=\"%s\">", utc);
        element(out, "", item->about, "</time></p>\n");
    } else if (*item->who) {
        element(out, "<p class=\"meta\">", item->about, "</p>\n");
    }
    if (item->text)
        element(out, "<div class=\"text\" dir=\"auto\">", item->text, "</div>\n");
    if (item->fate)
        element(out, "<p class=\"fate\">", item->fate, "</p>\n");
    if (item->reply) {
        element(out, "<h4>", item->reply_about, "</h4>\n");
        element(out, "<div class=\"text\" dir=\"auto\">", item->reply, "</div>\n");
    }
    buf_text(out, "</article>\n");
}

static void head(struct buf *out, const struct document *doc)
{
    buf_printf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               lang_tag(doc->lang));
    buf_text(out, "<meta http-equiv=\"Content-Security-Policy\" "
                  "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    element(out, "<title>", doc->topic, " - ");
    element(out, "", doc->site, "</title>\n<style>\n");
    buf_text(out, STYLE);
    buf_text(out, "</style>\n</head>\n<body>\n<header>\n");
    element(out, "<p>", doc->site, "</p>\n");
    element(out, "<h1>", doc->topic, "</h1>\n");
    facts(out, doc);
    element(out, "<p class=\"meta\">", doc->zone, "</p>\n");
    if (doc->draft)
        element(out, "<p class=\"fate\">", doc->draft, "</p>\n");
    if (doc->intro)
        element(out, "<div class=\"text\" dir=\"auto\">", doc->intro, "</div>\n");
    buf_text(out, "</header>\n<main>\n");
}

void html_write(struct buf *out, const struct document *doc)
{
    head(out, doc);
    element(out, "<section>\n<h2>", message(doc->lang, MSG_RECORD_TITLE), "</h2>\n");
    for (size_t i = 0; i < doc->record_count; i++)
        entry(out, &doc->record[i]);
    element(out, "</section>\n<section>\n<h2>", message(doc->lang, MSG_RECORD_OPEN), "</h2>\n");
    if (!doc->open_count)
        element(out, "<p>", message(doc->lang, MSG_RECORD_OPEN_NONE), "</p>\n");
    for (size_t i = 0; i < doc->open_count; i++)
        entry(out, &doc->open[i]);
    buf_text(out, "</section>\n</main>\n<footer>\n");
    element(out, "<p class=\"meta\">", doc->position, "</p>\n</footer>\n</body>\n</html>\n");
}
