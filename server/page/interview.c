// SPDX-License-Identifier: Apache-2.0
// The page of one interview, by its stage: announcement, live, ended, or the transcript.
#include <inttypes.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/page/parts.h"

static bool is_running(enum interview_stage stage)
{
    return stage == I_LIVE || stage == I_SUSPENDED || stage == I_DRAINING;
}

// Has the script anything to follow here?
static bool is_followed(enum interview_stage stage)
{
    return stage == I_ANNOUNCED || stage == I_LOBBY || is_running(stage) || stage == I_ENDED ||
           stage == I_EDITING || stage == I_POSTPONED;
}

static void state_sentence(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    const char *stage = interview_stage_name(iv->stage == I_EDITING ? I_ENDED : iv->stage);
    const char *sentence = message_find(env->lang, "state", stage);
    bool has_reason = iv->stage_reason && *iv->stage_reason &&
                      (iv->stage == I_SUSPENDED || iv->stage == I_POSTPONED ||
                       iv->stage == I_CANCELLED || iv->stage == I_TAKEN_DOWN);
    if (!sentence)
        return;
    buf_text(out, "<div class=\"notice\"><p>");
    page_text(out, sentence);
    buf_text(out, "</p>");
    if (has_reason) {
        buf_text(out, "<p>");
        page_say(out, env, MSG_ABOUT_REASON);
        buf_text(out, ": ");
        page_text(out, iv->stage_reason);
        buf_text(out, "</p>");
    }
    if (iv->stage == I_ANNOUNCED || iv->stage == I_LOBBY)
        buf_text(out, "<p id=\"countdown\" hidden></p>");
    buf_text(out, "</div>\n");
}

static void title_block(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_text(out, "<div class=\"title\"><div class=\"wide\">\n<p class=\"over\">");
    buf_printf(out, "<span class=\"badge %s\">", is_running(iv->stage) ? "on" : "off");
    const char *stage = message_find(env->lang, "stage", interview_stage_name(iv->stage));
    page_text(out, stage);
    buf_text(out, "</span>");
    if (iv->issue_no) {
        buf_text(out, " <span>");
        page_fill_number(out, env, MSG_COLUMN_ISSUE, "n", iv->issue_no);
        buf_text(out, "</span>");
    }
    for (size_t i = 0; i < iv->department_count; i++) {
        buf_text(out, " <span>");
        page_text(out, iv->departments[i]);
        buf_text(out, "</span>");
    }
    buf_text(out, "</p>\n<h1>");
    page_text(out, iv->topic);
    buf_text(out, "</h1>\n<p class=\"when\">");
    if (iv->starts_ms)
        page_time(out, env, iv->started_ms ? iv->started_ms : iv->starts_ms, CLOCK_FULL);
    buf_text(out, "<span id=\"viewers\"></span></p>\n"
                  "<p id=\"net\" class=\"net\" role=\"status\"></p>\n</div></div>\n");
}

// Buttons that only a script can answer; the script takes the hidden away.
static void tool(struct buf *out, const struct page_env *env, const char *id, enum message_id label)
{
    buf_printf(out, "<button type=\"button\" id=\"%s\" aria-pressed=\"false\">", id);
    page_say(out, env, label);
    buf_text(out, "</button>");
}

static void tools(struct buf *out, const struct page_env *env, bool live)
{
    buf_text(out, "<div id=\"tools\" class=\"tools\" role=\"group\" hidden aria-label=\"");
    page_say(out, env, MSG_TOOLS_TITLE);
    buf_text(out, "\">");
    tool(out, env, "tool-large", MSG_TOOLS_LARGE);
    tool(out, env, "tool-contrast", MSG_TOOLS_CONTRAST);
    if (live)
        tool(out, env, "tool-pause", MSG_LIVE_PAUSE);
    buf_text(out, "</div>\n");
}

// The form that the cards' buttons send (card.c).
static void vote_form(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    bool open = iv->stage == I_ANNOUNCED || iv->stage == I_LOBBY || is_running(iv->stage);
    if (!open)
        return;
    buf_text(out, "<form id=\"vote\" method=\"post\" action=\"/i/");
    page_text(out, iv->id);
    buf_text(out, "/vote");
    page_lang_query(out, env);
    buf_text(out, "\"></form>\n");
}

static void feed(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    page_on_air(out, env, iv);
    buf_text(out, "\n<section class=\"feed\" aria-labelledby=\"feed-h\"><h2 id=\"feed-h\">");
    page_say(out, env, MSG_LIVE_TITLE);
    buf_text(out, " <small>");
    page_say(out, env, MSG_LIVE_ORDER);
    buf_text(out, "</small></h2>\n<button type=\"button\" id=\"more\" class=\"more\" hidden>"
                  "</button>\n");
    vote_form(out, env, iv);
    page_cards(out, env, iv);
    bool empty = iv->question_count + iv->statement_count == 0;
    buf_printf(out, "\n<p id=\"empty\" class=\"empty\"%s>", empty ? "" : " hidden");
    page_say(out, env, MSG_LIVE_EMPTY);
    buf_text(out, "</p>\n</section>\n");
}

static void open_main(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_text(out, "<main id=\"live\" data-interview=\"");
    page_text(out, iv->id);
    buf_printf(out,
               "\" data-n=\"%" PRIu64 "\" data-hash=\"%.*s\" data-stage=\"%s\" data-asking=\"%s\" "
               "data-offset=\"%d\" data-starts=\"%" PRId64 "\" data-limit=\"%d\">\n",
               iv->position.n, POSITION_HEX, iv->position.hash, interview_stage_name(iv->stage),
               asking_name(iv->asking), env->utc_offset_minutes, iv->starts_ms,
               LIMIT_QUESTION_POINTS);
}

// The form has a page of its own, since this one is loaded again every minute without a script.
static void ask_elsewhere(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_text(out, "<noscript><p><a class=\"button\" href=\"/i/");
    page_text(out, iv->id);
    buf_text(out, "/ask");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_ASK_ELSEWHERE);
    buf_text(out, "</a></p></noscript>\n");
}

// Filled by the script with the receipts that the browser keeps.
static void mine(struct buf *out, const struct page_env *env)
{
    buf_text(out, "<section id=\"mine\" aria-labelledby=\"mine-h\" hidden>"
                  "<h2 id=\"mine-h\" tabindex=\"-1\">");
    page_say(out, env, MSG_MINE_TITLE);
    buf_text(out, "</h2><ul></ul><p class=\"hint\">");
    page_say(out, env, MSG_MINE_KEEP);
    buf_text(out, "</p></section>\n");
}

static void side(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    if (iv->stage != I_ENDED && iv->stage != I_EDITING) {
        if (is_running(iv->stage) && page_takes_questions(iv))
            ask_elsewhere(out, env, iv);
        page_ask_form(out, env, iv, NULL);
    }
    mine(out, env);
}

// There for the script too, which shows and hides it.
static void frozen(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_printf(out, "<div id=\"frozen\" class=\"notice frozen\" role=\"status\"%s>",
               iv->frozen ? "" : " hidden");
    if (iv->frozen) {
        buf_text(out, "<p>");
        page_say(out, env, MSG_LIVE_FROZEN);
        buf_text(out, "</p>");
    }
    if (iv->frozen && iv->frozen_reason) {
        buf_text(out, "<p>");
        page_say(out, env, MSG_ABOUT_REASON);
        buf_text(out, ": ");
        page_text(out, iv->frozen_reason);
        buf_text(out, "</p>");
    }
    buf_text(out, "</div>\n");
}

static void followed(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    bool early = iv->stage == I_ANNOUNCED || iv->stage == I_LOBBY || iv->stage == I_POSTPONED;
    open_main(out, env, iv);
    title_block(out, env, iv);
    buf_text(out, "<div class=\"wide\" id=\"content\">\n");
    state_sentence(out, env, iv);
    page_notices(out, env, iv, "notices");
    frozen(out, env, iv);
    tools(out, env, !early);
    buf_text(out, "<div class=\"columns\"><div class=\"primary-column\">\n");
    if (early)
        page_about(out, env, iv);
    if (!early || iv->question_count + iv->statement_count)
        feed(out, env, iv);
    buf_text(out, "</div><div class=\"side-column\">\n");
    side(out, env, iv);
    if (!early)
        page_about(out, env, iv);
    buf_text(out, "</div></div>\n<div id=\"log\" class=\"unseen\" role=\"log\" aria-label=\"");
    page_say(out, env, MSG_LIVE_LOG);
    buf_text(out, "\"></div>\n</div>\n");
    if (is_running(iv->stage) && page_takes_questions(iv)) {
        buf_text(out, "<p class=\"bar\"><a class=\"button\" href=\"#ask\">");
        page_say(out, env, MSG_ASK_TITLE);
        buf_text(out, "</a></p>\n");
    }
    buf_text(out, "</main>\n");
}

static void still(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    buf_text(out, "<main data-interview=\"");
    page_text(out, iv->id);
    buf_printf(out, "\" data-offset=\"%d\" data-starts=\"%" PRId64 "\">\n", env->utc_offset_minutes,
               iv->starts_ms);
    if (iv->stage != I_TAKEN_DOWN)
        title_block(out, env, iv);
    buf_text(out, "<div class=\"wide\" id=\"content\">\n");
    state_sentence(out, env, iv);
    if (iv->stage != I_TAKEN_DOWN)
        page_notices(out, env, iv, "notices");
    tools(out, env, false);
    mine(out, env);
    if (interview_is_record(iv))
        page_record(out, env, iv);
    else if (iv->stage != I_TAKEN_DOWN)
        page_about(out, env, iv);
    buf_text(out, "</div>\n</main>\n");
}

void page_interview(struct buf *out, const struct page_env *env, const struct interview *iv)
{
    must(iv->public_only);
    struct buf path = {0};
    buf_text(&path, "/i/");
    buf_text(&path, iv->id);
    bool gone = iv->stage == I_TAKEN_DOWN;
    struct page_head head = {
        .title = gone        ? message(env->lang, MSG_STAGE_TAKEN_DOWN)
                 : iv->topic ? iv->topic
                             : iv->id,
        .path = path.p,
        .iv = gone ? NULL : iv,
        .refresh = is_running(iv->stage) || iv->stage == I_LOBBY,
    };
    page_open(out, env, &head);
    if (is_followed(iv->stage))
        followed(out, env, iv);
    else
        still(out, env, iv);
    page_close(out, env);
    buf_finish(&path);
}
