// SPDX-License-Identifier: Apache-2.0
// The way in by a one-time link: first who is invited is shown, then one button uses the link up.
// The token comes behind the address's '#', which no request carries: no log of a proxy, no Referer
// and no preview robot ever gets it. invitation.js puts it into the form; without a script it is
// pasted there.
#include "server/page/parts.h"

static void open_form(struct buf *out, const struct page_env *env, const char *action)
{
    buf_printf(out, "<form method=\"post\" action=\"%s", action);
    page_lang_query(out, env);
    buf_text(out, "\" class=\"invitation\">\n");
}

static void ask(struct buf *out, const struct page_env *env)
{
    buf_text(out, "<h1>");
    page_say(out, env, MSG_INVITATION_TITLE);
    buf_text(out, "</h1>\n<p class=\"lead\">");
    page_say(out, env, MSG_INVITATION_LEAD);
    buf_text(out, "</p>\n");
    open_form(out, env, "/invitation");
    buf_text(out, "<div class=\"field\"><label for=\"token\">");
    page_say(out, env, MSG_INVITATION_CODE);
    buf_text(out, "</label><input id=\"token\" name=\"token\" autocomplete=\"off\" "
                  "autocapitalize=\"none\" spellcheck=\"false\" required></div>\n"
                  "<button type=\"submit\" class=\"primary\">");
    page_say(out, env, MSG_INVITATION_NEXT);
    buf_text(out, "</button>\n</form>\n");
}

static void welcome(struct buf *out, const struct page_env *env, const struct page_invitation *in)
{
    struct buf until = {0};
    page_clock_text(&until, env, in->until_ms, CLOCK_FULL);
    buf_text(out, "<h1>");
    page_fill(out, env, MSG_INVITATION_WELCOME, "topic", in->topic);
    buf_text(out, "</h1>\n");
    open_form(out, env, "/invitation/enter");
    page_hidden(out, "token", in->token);
    page_hidden(out, "command_id", slice_of(in->command));
    buf_text(out, "<button type=\"submit\" class=\"primary only\">");
    page_fill(out, env, MSG_INVITATION_ENTER, "name", in->name);
    buf_text(out, "</button>\n</form>\n<p class=\"lead\">");
    page_say(out, env, MSG_INVITATION_ONCE);
    buf_text(out, "</p>\n<p class=\"lead\">");
    page_fill(out, env, MSG_INVITATION_UNTIL, "time", until.p);
    buf_text(out, "</p>\n");
    buf_finish(&until);
}

void page_invitation(struct buf *out, const struct page_env *env, const struct page_invitation *in)
{
    struct page_head head = {.title = message(env->lang, MSG_INVITATION_TITLE),
                             .path = in->name ? NULL : "/invitation",
                             .script = env->invitation_script};
    page_open(out, env, &head);
    buf_text(out, "<main id=\"content\" class=\"small\">\n");
    if (in->fault) {
        buf_text(out, "<section class=\"faults\" role=\"alert\"><p>");
        page_text(out, in->fault);
        buf_text(out, "</p></section>\n");
    }
    if (in->name)
        welcome(out, env, in);
    else
        ask(out, env);
    buf_text(out, "</main>\n");
    page_close(out, env);
}
