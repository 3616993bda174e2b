// SPDX-License-Identifier: Apache-2.0
// The shell of every public page: head with the government's meta tags, header, footer; and the
// helpers that write messages, escaped.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/base/must.h"
#include "server/base/utf8.h"
#include "server/page/parts.h"

enum { DESCRIPTION_POINTS = 120 };

void page_text(struct buf *out, const char *text)
{
    if (text)
        html_text(out, slice_of(text));
}

void page_attribute(struct buf *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_printf(out, " %s=\"", name);
    page_text(out, value);
    buf_char(out, '"');
}

void page_hidden(struct buf *out, const char *name, struct slice value)
{
    buf_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    html_text(out, value);
    buf_text(out, "\">\n");
}

void page_say(struct buf *out, const struct page_env *env, enum message_id id)
{
    page_text(out, message(env->lang, id));
}

void page_fill_all(struct buf *out, const struct page_env *env, enum message_id id,
                   const struct message_value *values, size_t count)
{
    struct buf text = {0}, escaped[PAGE_VALUES] = {{0}};
    struct message_value safe[PAGE_VALUES];
    must(count <= PAGE_VALUES);
    page_say(&text, env, id);
    for (size_t i = 0; i < count; i++) {
        html_text(&escaped[i], values[i].text);
        safe[i] = (struct message_value){values[i].name, buf_slice(&escaped[i])};
    }
    message_fill(out, buf_slice(&text).p, safe, count);
    buf_finish(&text);
    for (size_t i = 0; i < count; i++)
        buf_finish(&escaped[i]);
}

void page_fill(struct buf *out, const struct page_env *env, enum message_id id, const char *name,
               const char *value)
{
    page_fill_all(out, env, id, &(struct message_value){name, slice_of(value)}, 1);
}

void page_fill_number(struct buf *out, const struct page_env *env, enum message_id id,
                      const char *name, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    page_fill(out, env, id, name, digits);
}

void page_bdi(struct buf *out, const char *text)
{
    buf_text(out, "<bdi>");
    page_text(out, text);
    buf_text(out, "</bdi>");
}

void page_lang_query(struct buf *out, const struct page_env *env)
{
    buf_printf(out, "?lang=%s", lang_tag(env->lang));
}

size_t page_points(struct slice text, size_t points)
{
    size_t at = 0;
    for (; points && at < text.n; points--) {
        size_t step = utf8_step(text.p + at, text.n - at);
        at += step ? step : 1;
    }
    return at < text.n ? at : text.n;
}

void page_one_line(struct buf *out, struct slice text)
{
    bool space = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            space = true;
            continue;
        }
        if (space)
            buf_char(out, ' ');
        space = false;
        html_text(out, (struct slice){text.p + i, 1});
    }
}

static const char *site_name(const struct page_env *env)
{
    return env->site_name ? env->site_name : message(env->lang, MSG_SITE_NAME);
}

static void meta(struct buf *out, const char *kind, const char *name, const char *content)
{
    if (!content || !*content)
        return;
    buf_printf(out, "<meta %s=\"%s\" content=\"", kind, name);
    page_text(out, content);
    buf_text(out, "\">\n");
}

static void meta_time(struct buf *out, const struct page_env *env, const char *name, int64_t ms)
{
    if (!ms)
        return;
    struct buf text = {0};
    page_clock_text(&text, env, ms, CLOCK_META);
    meta(out, "name", name, text.p);
    buf_finish(&text);
}

// What portals' collectors and sharing programs read (government meta tags, Open Graph).
static void interview_meta(struct buf *out, const struct page_env *env,
                           const struct page_head *head)
{
    static const char *const locales[LANGS] = {"zh_CN", "zh_TW", "en"};
    const struct interview *iv = head->iv;
    struct buf source = {0};
    for (size_t i = 0; i < iv->department_count; i++) {
        buf_text(&source, i ? " " : "");
        buf_text(&source, iv->departments[i]);
    }
    struct slice intro = slice_of(iv->intro);
    intro.n = page_points(intro, DESCRIPTION_POINTS);
    struct buf description = {0};
    page_one_line(&description, intro);

    meta(out, "name", "SiteName", site_name(env));
    meta(out, "name", "ColumnName", message(env->lang, MSG_COLUMN_TITLE));
    meta(out, "name", "ColumnType", message(env->lang, MSG_COLUMN_TITLE));
    meta(out, "name", "ArticleTitle", head->title);
    meta_time(out, env, "PubDate", iv->published_ms ? iv->published_ms : iv->announced_ms);
    meta(out, "name", "ContentSource", source.p);
    meta(out, "property", "og:type", "article");
    meta(out, "property", "og:title", head->title);
    meta(out, "property", "og:site_name", site_name(env));
    meta(out, "property", "og:locale", locales[env->lang]);
    if (description.n) {
        // one_line has escaped it already
        buf_printf(out, "<meta name=\"Description\" content=\"%s\">\n", description.p);
        buf_printf(out, "<meta property=\"og:description\" content=\"%s\">\n", description.p);
    }
    buf_finish(&source);
    buf_finish(&description);
}

static void addresses(struct buf *out, const struct page_env *env, const struct page_head *head)
{
    if (!env->origin || !head->path)
        return;
    buf_text(out, "<link rel=\"canonical\" href=\"");
    page_text(out, env->origin);
    page_text(out, head->path);
    buf_text(out, "\">\n");
    for (int lang = 0; lang < LANGS; lang++) {
        const char *tag = lang_tag((enum lang)lang);
        buf_printf(out, "<link rel=\"alternate\" hreflang=\"%s\" href=\"", tag);
        page_text(out, env->origin);
        page_text(out, head->path);
        buf_printf(out, "?lang=%s\">\n", tag);
    }
    if (!head->iv)
        return;
    buf_text(out, "<meta property=\"og:url\" content=\"");
    page_text(out, env->origin);
    page_text(out, head->path);
    buf_text(out, "\">\n");
}

static void language_links(struct buf *out, const struct page_env *env, const char *path)
{
    buf_text(out, "<nav class=\"langs\" aria-label=\"");
    page_say(out, env, MSG_SITE_LANGUAGE);
    buf_text(out, "\"><ul>");
    for (int lang = 0; lang < LANGS; lang++) {
        const char *tag = lang_tag((enum lang)lang);
        buf_text(out, "<li><a href=\"");
        page_text(out, path);
        buf_printf(out, "?lang=%s\" lang=\"%s\" hreflang=\"%s\"%s>", tag, tag, tag,
                   (enum lang)lang == env->lang ? " aria-current=\"true\"" : "");
        page_text(out, message((enum lang)lang, MSG_LANG_NAME));
        buf_text(out, "</a></li>");
    }
    buf_text(out, "</ul></nav>\n");
}

static void asset(struct buf *out, const char *before, const char *url, const char *after)
{
    if (!url)
        return;
    buf_text(out, before);
    page_text(out, url);
    buf_text(out, after);
}

static void header(struct buf *out, const struct page_env *env, const struct page_head *head)
{
    buf_text(out, "<a class=\"skip\" href=\"#content\">");
    page_say(out, env, MSG_SITE_SKIP);
    buf_text(out, "</a>\n<header class=\"site\"><div class=\"wide\"><p class=\"name\"><a href=\"/");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_text(out, site_name(env));
    buf_text(out, "</a></p>\n");
    if (head->path)
        language_links(out, env, head->path);
    buf_text(out, "</div></header>\n");
}

void page_open(struct buf *out, const struct page_env *env, const struct page_head *head)
{
    buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               lang_tag(env->lang));
    buf_text(out, "<title>");
    page_text(out, head->title);
    if (strcmp(head->title, site_name(env)) != 0) {
        buf_text(out, " - ");
        page_text(out, site_name(env));
    }
    buf_text(out, "</title>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, "
                  "viewport-fit=cover\">\n"
                  "<meta name=\"renderer\" content=\"webkit\">\n"
                  "<meta name=\"format-detection\" content=\"telephone=no\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"theme-color\" content=\"#0b4ea2\">\n");
    if (head->iv)
        interview_meta(out, env, head);
    addresses(out, env, head);
    buf_text(out, "<link rel=\"icon\" href=\"data:,\">\n");
    if (head->staff) {
        asset(out, "<link rel=\"stylesheet\" href=\"", env->staff_style, "\">\n");
        asset(out, "<script type=\"module\" src=\"", env->staff_script, "\"></script>\n");
    } else {
        asset(out, "<link rel=\"stylesheet\" href=\"", env->style, "\">\n");
        asset(out, "<script type=\"module\" src=\"", head->script ? head->script : env->script,
              "\"></script>\n");
    }
    if (head->refresh)
        buf_text(out, "<noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>\n");
    buf_text(out, "</head>\n<body>\n");
    if (head->staff)
        return;
    header(out, env, head);
    buf_text(out, "<div class=\"wide\">");
    page_notices(out, env, env->portal, "portal-notices");
    buf_text(out, "</div>\n");
}

void page_close(struct buf *out, const struct page_env *env)
{
    buf_text(out, "<footer class=\"site\"><div class=\"wide\"><p>");
    page_say(out, env, MSG_SITE_SERVICE);
    buf_text(out, "</p><p><a href=\"/");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_COLUMN_TITLE);
    buf_text(out, "</a> <a href=\"/q");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_SITE_LOOKUP);
    buf_text(out, "</a></p></div></footer>\n</body>\n</html>\n");
}
