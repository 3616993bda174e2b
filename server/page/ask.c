// SPDX-License-Identifier: Apache-2.0
// The form with which a citizen asks, and what comes back when there is no script: the form with
// what is wrong, or the receipt.
#include "server/base/limits.h"
#include "server/page/parts.h"

bool page_takes_questions(const struct interview *iv)
{
    return iv->asking != ASKING_CLOSED && interview_takes_questions(iv->stage);
}

struct field {
    const char *name; // also in the id
    enum message_id label, hint;
    bool required, is_text;
    const char *autocomplete;
    struct slice value;
};

static void field(struct buf *out, const struct page_env *env, const struct field *f)
{
    buf_printf(out, "<div class=\"field\"><label for=\"ask-%s\">", f->name);
    page_say(out, env, f->label);
    buf_printf(out, "</label><p class=\"hint\" id=\"ask-%s-hint\">", f->name);
    if (f->is_text)
        page_fill_number(out, env, f->hint, "n", LIMIT_QUESTION_POINTS);
    else
        page_say(out, env, f->hint);
    buf_text(out, "</p>");
    const char *required = f->required ? " required" : "";
    if (f->is_text) {
        // The line feed after <textarea> is dropped by browsers; without it, one of the text's own
        // would be.
        buf_printf(out,
                   "<textarea id=\"ask-%s\" name=\"%s\" rows=\"6\" dir=\"auto\" "
                   "aria-describedby=\"ask-%s-hint ask-count\"%s>\n",
                   f->name, f->name, f->name, required);
        html_text(out, f->value);
        buf_text(out, "</textarea><p class=\"count\" id=\"ask-count\"></p>");
    } else {
        buf_printf(out,
                   "<input id=\"ask-%s\" name=\"%s\" dir=\"auto\" autocomplete=\"%s\" "
                   "aria-describedby=\"ask-%s-hint\"%s value=\"",
                   f->name, f->name, f->autocomplete, f->name, required);
        html_text(out, f->value);
        buf_text(out, "\">");
    }
    buf_text(out, "</div>\n");
}

static void fault_summary(struct buf *out, const struct page_env *env,
                          const struct page_ask_fault *fault)
{
    const char *text = fault ? fault->message : NULL;
    buf_printf(out,
               "<div class=\"faults\" id=\"ask-faults\" role=\"alert\" tabindex=\"-1\"%s>"
               "<h3>",
               text ? "" : " hidden");
    page_say(out, env, MSG_FAULT_TITLE);
    buf_printf(out, "</h3><p><a href=\"#ask-%s\">", fault && fault->field ? fault->field : "text");
    page_text(out, text);
    buf_text(out, "</a></p></div>\n");
}

static void form(struct buf *out, const struct page_env *env, const struct interview *iv,
                 const struct page_ask_fault *fault)
{
    bool named = iv->policy_asking && strcmp(iv->policy_asking, "anonymous") != 0;
    bool real = iv->policy_asking && strcmp(iv->policy_asking, "realname") == 0;
    struct field text = {"text", MSG_ASK_TEXT, MSG_ASK_TEXT_HINT, true, true, "", {0}};
    struct field name = {"name",
                         named ? MSG_ASK_NAME_REQUIRED : MSG_ASK_NAME,
                         MSG_ASK_NAME_HINT,
                         named,
                         false,
                         "name",
                         {0}};
    struct field contact = {"contact",
                            real ? MSG_ASK_CONTACT_REQUIRED : MSG_ASK_CONTACT,
                            MSG_ASK_CONTACT_HINT,
                            real,
                            false,
                            "tel",
                            {0}};
    if (fault) {
        text.value = fault->text;
        name.value = fault->name;
        contact.value = fault->contact;
    }
    buf_text(out, "<form id=\"ask-form\" method=\"post\" action=\"/i/");
    page_text(out, iv->id);
    buf_text(out, "/ask");
    page_lang_query(out, env);
    buf_text(out, "\" novalidate>\n");
    fault_summary(out, env, fault);
    field(out, env, &text);
    field(out, env, &name);
    field(out, env, &contact);
    buf_text(out, "<button type=\"submit\" class=\"primary\">");
    page_say(out, env, MSG_ASK_SEND);
    buf_text(out, "</button>\n</form>\n");
}

void page_ask_form(struct buf *out, const struct page_env *env, const struct interview *iv,
                   const struct page_ask_fault *fault)
{
    bool early = iv->asking == ASKING_PRECOLLECT;
    buf_text(out, "<section id=\"ask\" aria-labelledby=\"ask-h\"><h2 id=\"ask-h\">");
    page_say(out, env, early ? MSG_ASK_TITLE_EARLY : MSG_ASK_TITLE);
    buf_text(out, "</h2>\n");
    if (page_takes_questions(iv)) {
        buf_text(out, "<p class=\"lead\">");
        page_say(out, env, MSG_ASK_LEAD);
        buf_text(out, "</p>\n");
        form(out, env, iv, fault);
    } else {
        buf_text(out, "<p class=\"closed\">");
        page_say(out, env,
                 iv->stage == I_ANNOUNCED || iv->stage == I_LOBBY ? MSG_ASK_NOT_OPEN
                                                                  : MSG_ASK_CLOSED);
        buf_text(out, "</p>\n");
        if (fault && fault->text.n) { // what was typed is not lost
            buf_text(out, "<div class=\"text\" dir=\"auto\">");
            html_paragraphs(out, fault->text);
            buf_text(out, "</div>\n");
        }
    }
    buf_text(out, "</section>\n");
}

// A small page about this interview; its topic, a link back to it, is the element's content.
static void open_small(struct buf *out, const struct page_env *env, const struct interview *iv,
                       const char *title, const char *element)
{
    struct page_head head = {.title = title};
    page_open(out, env, &head);
    buf_printf(out, "<main id=\"content\" class=\"small\">\n<%s class=\"over\"><a href=\"/i/",
               element);
    page_text(out, iv->id);
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_text(out, iv->topic);
    buf_printf(out, "</a></%s>\n", element);
}

void page_ask_again(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct page_ask_fault *fault)
{
    open_small(out, env, iv, message(env->lang, MSG_ASK_TITLE), "h1");
    page_ask_form(out, env, iv, fault);
    buf_text(out, "</main>\n");
    page_close(out, env);
}

static void row(struct buf *out, const struct page_env *env, enum message_id label,
                struct slice value, const char *class_name)
{
    if (!value.n)
        return;
    buf_text(out, "<dt>");
    page_say(out, env, label);
    buf_printf(out, "</dt><dd class=\"%s\">", class_name);
    html_text(out, value);
    buf_text(out, "</dd>\n");
}

void page_receipt(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const struct page_receipt *receipt)
{
    const char *title = message(env->lang, MSG_RECEIPT_TITLE);
    open_small(out, env, iv, title, "p");
    buf_text(out, "<section class=\"receipt\">\n<h1>");
    page_text(out, title);
    buf_text(out, "</h1>\n<dl class=\"codes\">");
    row(out, env, MSG_RECEIPT_NO, receipt->receipt_no, "code");
    row(out, env, MSG_RECEIPT_SECRET, receipt->secret, "code");
    buf_text(out, "</dl>\n<p>");
    page_say(out, env, MSG_RECEIPT_NEXT);
    buf_text(out, "</p>\n<h2>");
    page_say(out, env, MSG_RECEIPT_TEXT);
    buf_text(out, "</h2>\n<div class=\"text\" dir=\"auto\">");
    html_paragraphs(out, receipt->text);
    buf_text(out, "</div>\n<details class=\"proof\"><summary>");
    page_say(out, env, MSG_RECEIPT_PROOF);
    buf_text(out, "</summary><p>");
    page_say(out, env, MSG_RECEIPT_PROOF_HINT);
    buf_text(out, "</p><dl>");
    row(out, env, MSG_RECEIPT_DIGEST, receipt->digest, "hex");
    row(out, env, MSG_RECEIPT_NONCE, receipt->nonce, "hex");
    buf_text(out, "</dl></details>\n<p class=\"next\"><a class=\"button\" href=\"/i/");
    page_text(out, iv->id);
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_RECEIPT_BACK);
    buf_text(out, "</a> <a href=\"/q");
    page_lang_query(out, env);
    buf_text(out, "\">");
    page_say(out, env, MSG_SITE_LOOKUP);
    buf_text(out, "</a></p>\n</section>\n</main>\n");
    page_close(out, env);
}
