// SPDX-License-Identifier: Apache-2.0
// The column: what is live, what is coming, what has been.
#include "server/page/parts.h"

enum group { GROUP_LIVE, GROUP_COMING, GROUP_PAST, GROUPS };

static enum group group_of(enum interview_stage stage)
{
    switch (stage) {
    case I_LOBBY:
    case I_LIVE:
    case I_SUSPENDED:
    case I_DRAINING:
        return GROUP_LIVE;
    case I_ANNOUNCED:
    case I_POSTPONED:
        return GROUP_COMING;
    case I_ENDED:
    case I_EDITING:
    case I_PUBLISHED:
    case I_CLOSED:
    case I_ARCHIVED:
    case I_CANCELLED:
        return GROUP_PAST;
    default: // not public, or taken down
        return GROUPS;
    }
}

static void item(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    enum group group = group_of(iv->stage);
    buf_printf(out, "<li><article><p class=\"over\"><span class=\"badge %s\">",
               group == GROUP_LIVE ? "on" : "off");
    page_text(out, message_find(env->lang, "stage", interview_stage_name(iv->stage)));
    buf_text(out, "</span>");
    if (iv->issue_no) {
        buf_text(out, " <span>");
        page_fill_number(out, env, MSG_COLUMN_ISSUE, "n", iv->issue_no);
        buf_text(out, "</span>");
    }
    buf_text(out, "</p><h3><a href=\"/i/");
    page_text(out, iv->id);
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_text(out, iv->topic);
    buf_text(out, "</a></h3><p class=\"when\">");
    if (iv->starts_ms)
        page_time(out, env, iv->started_ms ? iv->started_ms : iv->starts_ms, CLOCK_FULL);
    buf_text(out, "</p>");
    for (size_t i = 0; i < iv->department_count; i++) {
        buf_text(out, i ? " <span>" : "<p class=\"units\"><span>");
        page_text(out, iv->departments[i]);
        buf_text(out, "</span>");
    }
    buf_text(out, iv->department_count ? "</p></article></li>\n" : "</article></li>\n");
}

void page_column(struct buf *out, const struct page_env *env, const struct interview *const *list,
                 size_t count)
{
    static const enum message_id titles[GROUPS] = {MSG_COLUMN_LIVE, MSG_COLUMN_COMING,
                                                   MSG_COLUMN_PAST};
    static const char *const names[GROUPS] = {"live", "coming", "past"};
    struct page_head head = {.title = message(env->lang, MSG_COLUMN_TITLE), .path = "/"};
    page_open(out, env, &head);
    buf_text(out, "<main>\n<div class=\"title\"><div class=\"wide\"><h1>");
    page_say(out, env, MSG_COLUMN_TITLE);
    buf_text(out, "</h1>\n<p>");
    page_say(out, env, MSG_SITE_SERVICE);
    buf_text(out, "</p></div></div>\n<div class=\"wide\" id=\"content\">\n");
    bool any = false;
    for (int g = 0; g < GROUPS; g++) {
        struct buf items = {0};
        for (size_t i = 0; i < count; i++)
            if (group_of(list[i]->stage) == (enum group)g)
                item(&items, env, list[i]);
        if (items.n) {
            buf_printf(out, "<section class=\"group %s\" aria-labelledby=\"g%d\"><h2 id=\"g%d\">",
                       names[g], g, g);
            page_say(out, env, titles[g]);
            buf_text(out, "</h2>\n<ul class=\"interviews\">");
            buf_add(out, buf_slice(&items));
            buf_text(out, "</ul></section>\n");
            any = true;
        }
        buf_finish(&items);
    }
    if (!any) {
        buf_text(out, "<p class=\"empty\">");
        page_say(out, env, MSG_COLUMN_EMPTY);
        buf_text(out, "</p>\n");
    }
    buf_text(out, "</div>\n</main>\n");
    page_close(out, env);
}
