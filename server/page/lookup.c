// SPDX-License-Identifier: Apache-2.0
// Looking up a question by its receipt number and secret; and the page that says what is wrong.
#include <stdio.h>

#include "server/page/parts.h"

static void input(struct buf *out, const struct page_env *env, const char *name,
                  enum message_id label, struct slice value)
{
    buf_printf(out, "<div class=\"field\"><label for=\"q-%s\">", name);
    page_say(out, env, label);
    buf_printf(out,
               "</label><input id=\"q-%s\" name=\"%s\" autocomplete=\"off\" "
               "autocapitalize=\"characters\" spellcheck=\"false\" required value=\"",
               name, name);
    html_text(out, value);
    buf_text(out, "\"></div>\n");
}

static void open_term(struct buf *out, const struct page_env *env, enum message_id label)
{
    buf_text(out, "<dt>");
    page_say(out, env, label);
    buf_text(out, "</dt><dd dir=\"auto\">");
}

static void close_term(struct buf *out)
{
    buf_text(out, "</dd>");
}

static void words(struct buf *out, const struct page_env *env, enum message_id label,
                  const char *text)
{
    if (!text || !*text)
        return;
    open_term(out, env, label);
    page_body(out, env, text);
    close_term(out);
}

static void date(struct buf *out, const struct page_env *env, enum message_id label, int64_t ms,
                 enum page_clock how)
{
    if (!ms)
        return;
    open_term(out, env, label);
    page_time(out, env, ms, how);
    close_term(out);
}

static void answers(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    for (size_t i = 0; i < fate->answer_count; i++) {
        const struct statement *s = fate->answers[i];
        buf_text(out, "<dt>");
        page_fill(out, env, MSG_LOOKUP_ANSWER, "speaker", s->speaker.name);
        buf_text(out, "</dt><dd dir=\"auto\">");
        page_body(out, env, s->text ? s->text : "");
        close_term(out);
    }
}

static void reply(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    if (!fate->reply_text)
        return;
    buf_text(out, "<dt>");
    if (fate->reply_department)
        page_fill(out, env, MSG_CARD_REPLY, "department", fate->reply_department);
    else
        page_say(out, env, MSG_LOOKUP_REPLY);
    buf_text(out, "</dt><dd dir=\"auto\">");
    page_body(out, env, fate->reply_text);
    close_term(out);
    date(out, env, MSG_LOOKUP_REPLIED, fate->replied_ms, CLOCK_FULL);
}

// The stage in a word, and in a sentence what that means for the asker.
static void stage(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    const char *word = message_find(env->lang, "q", fate->stage);
    const char *sentence = message_find(env->lang, "fate", fate->stage);
    if (!word)
        return;
    open_term(out, env, MSG_LOOKUP_STAGE);
    buf_text(out, "<p><strong>");
    page_text(out, word);
    buf_text(out, "</strong></p>");
    if (sentence)
        html_paragraphs(out, slice_of(sentence));
    close_term(out);
}

static void group(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    if (!fate->group_no)
        return;
    open_term(out, env, fate->is_repeated ? MSG_LOOKUP_DUPLICATE : MSG_LOOKUP_GROUP);
    buf_text(out, "<a href=\"/i/");
    page_text(out, fate->interview_id);
    page_lang_query(out, env);
    buf_text(out, "#q-");
    page_text(out, fate->group_id);
    buf_text(out, "\">");
    page_fill(out, env, MSG_CARD_RECEIPT, "no", fate->group_no);
    buf_text(out, "</a> ");
    page_text(out, message_find(env->lang, "q", fate->group_stage));
    close_term(out);
}

static void erased(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    if (!fate->erased_ms)
        return;
    open_term(out, env, MSG_LOOKUP_ERASED);
    page_text(out, fate->erased_class ? fate->erased_class : "");
    close_term(out);
    open_term(out, env, MSG_LOOKUP_ERASED_AT);
    page_time(out, env, fate->erased_ms, CLOCK_FULL);
    close_term(out);
    words(out, env, MSG_LOOKUP_ERASED_BASIS, fate->erased_basis);
}

static void stopped(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    if (!fate->stopped_ms)
        return;
    struct buf when = {0};
    page_clock_text(&when, env, fate->stopped_ms, CLOCK_DATE);
    struct buf text = {0};
    const struct message_value value = {"date", buf_slice(&when)};
    message_fill(&text, message(env->lang, MSG_CARD_STOPPED), &value, 1);
    if (fate->stop_note) {
        buf_text(&text, "\n\n");
        buf_text(&text, fate->stop_note);
    }
    words(out, env, MSG_LOOKUP_STOPPED, buf_slice(&text).p);
    buf_finish(&text);
    buf_finish(&when);
}

// web-client/src/citizen/fate.ts writes the same; a story compares the two.
static void fate_list(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    buf_text(out, "<dl class=\"fate\">");
    if (fate->stage)
        stage(out, env, fate);
    erased(out, env, fate);
    group(out, env, fate);
    words(out, env, MSG_LOOKUP_REASON, fate->reason);
    words(out, env, MSG_LOOKUP_NOTE, fate->note);
    words(out, env, MSG_LOOKUP_APPEAL,
          fate->appeal ? message_find(env->lang, "appeal", fate->appeal) : NULL);
    words(out, env, MSG_LOOKUP_DEPARTMENT, fate->department);
    date(out, env, MSG_LOOKUP_DUE, fate->due_ms, CLOCK_DATE);
    words(out, env, MSG_LOOKUP_EXTENDED, fate->extension);
    stopped(out, env, fate);
    words(out, env, MSG_LOOKUP_TEXT, fate->text);
    words(out, env, MSG_LOOKUP_SHOWN, fate->shown_text);
    answers(out, env, fate);
    reply(out, env, fate);
    buf_text(out, "</dl>\n");
}

static void interview_link(struct buf *out, const struct page_env *env,
                           const struct page_fate *fate)
{
    if (!fate->interview_id)
        return;
    buf_text(out, "<p>");
    page_say(out, env, MSG_LOOKUP_INTERVIEW);
    buf_text(out, ": <a href=\"/i/");
    page_text(out, fate->interview_id);
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_text(out, fate->topic ? fate->topic : fate->interview_id);
    buf_text(out, "</a></p>\n");
}

// The form's fields and its button: what is done (/q/ACTION) about this very question.
static void asker_form(struct buf *out, const struct page_env *env, const struct page_fate *fate,
                       const char *action, enum message_id note, enum message_id send)
{
    buf_printf(out, "<form method=\"post\" action=\"/q/%s", action);
    page_lang_query(out, env);
    buf_text(out, "\">\n");
    page_hidden(out, "receipt_no", fate->receipt_no);
    page_hidden(out, "secret", fate->secret);
    buf_printf(out, "<div class=\"field\"><label for=\"%s-note\">", action);
    page_say(out, env, note);
    buf_printf(out,
               "</label><textarea id=\"%s-note\" name=\"note\" rows=\"3\" "
               "maxlength=\"500\"></textarea></div>\n<button type=\"submit\">",
               action);
    page_say(out, env, send);
    buf_text(out, "</button>\n</form>");
}

static void appeal_form(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    buf_text(out, "<section aria-labelledby=\"appeal-h\"><h2 id=\"appeal-h\">");
    page_say(out, env, MSG_APPEAL_TITLE);
    buf_text(out, "</h2>\n<p>");
    page_say(out, env, MSG_APPEAL_LEAD);
    buf_text(out, "</p>\n");
    asker_form(out, env, fate, "appeal", MSG_APPEAL_NOTE, MSG_APPEAL_SEND);
    buf_text(out, "</section>\n");
}

// Two steps, with and without a script: who opens it is asked, and says so by the button inside.
static void withdraw_form(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    buf_text(out, "<details class=\"withdraw\"><summary>");
    page_say(out, env, MSG_WITHDRAW_TITLE);
    buf_text(out, "</summary>\n<p>");
    page_say(out, env, MSG_WITHDRAW_SURE);
    buf_text(out, "</p>\n");
    asker_form(out, env, fate, "withdraw", MSG_WITHDRAW_NOTE, MSG_WITHDRAW_SEND);
    buf_text(out, "</details>\n");
}

static void result(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    if (fate->fault) {
        buf_text(out, "<section class=\"faults\" role=\"alert\"><p>");
        page_text(out, fate->fault);
        buf_text(out, "</p></section>\n");
    }
    buf_printf(out, "<section class=\"%s\" role=\"status\">", fate->found ? "result" : "faults");
    if (fate->found) {
        fate_list(out, env, fate);
        interview_link(out, env, fate);
    } else {
        buf_text(out, "<p>");
        page_say(out, env, MSG_LOOKUP_NONE);
        buf_text(out, "</p>");
    }
    buf_text(out, "</section>\n");
    if (fate->found && fate->may_appeal)
        appeal_form(out, env, fate);
    if (fate->found && fate->may_withdraw)
        withdraw_form(out, env, fate);
}

void page_lookup(struct buf *out, const struct page_env *env, const struct page_fate *fate)
{
    struct page_head head = {.title = message(env->lang, MSG_LOOKUP_TITLE), .path = "/q"};
    page_open(out, env, &head);
    buf_text(out, "<main id=\"content\" class=\"small\">\n<h1>");
    page_say(out, env, MSG_LOOKUP_TITLE);
    buf_text(out, "</h1>\n");
    if (fate)
        result(out, env, fate);
    buf_text(out, "<p class=\"lead\">");
    page_say(out, env, MSG_LOOKUP_LEAD);
    buf_text(out, "</p>\n<form method=\"post\" action=\"/q");
    page_lang_query(out, env);
    buf_text(out, "\">\n");
    input(out, env, "receipt_no", MSG_RECEIPT_NO, fate ? fate->receipt_no : (struct slice){0});
    input(out, env, "secret", MSG_RECEIPT_SECRET, (struct slice){0});
    buf_text(out, "<button type=\"submit\" class=\"primary\">");
    page_say(out, env, MSG_LOOKUP_SEND);
    buf_text(out, "</button>\n</form>\n</main>\n");
    page_close(out, env);
}

void page_error(struct buf *out, const struct page_env *env, int status)
{
    char word[16];
    snprintf(word, sizeof word, "%d", status);
    const char *sentence = message_find(env->lang, "http", word);
    if (!sentence)
        sentence = message(env->lang, status < 500 ? MSG_HTTP_400 : MSG_HTTP_500);
    struct page_head head = {.title = message(env->lang, MSG_ERROR_TITLE)};
    page_open(out, env, &head);
    buf_text(out, "<main id=\"content\" class=\"small\">\n<h1>");
    page_say(out, env, MSG_ERROR_TITLE);
    buf_text(out, "</h1>\n<p>");
    page_text(out, sentence);
    buf_text(out, "</p>\n<p class=\"next\"><a class=\"button\" href=\"/");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_ERROR_BACK);
    buf_text(out, "</a></p>\n</main>\n");
    page_close(out, env);
}
