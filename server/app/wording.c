// SPDX-License-Identifier: Apache-2.0
// The words that an asker, or everybody, reads for a coded reason: the house's own from the message
// files, or an administrator's, kept in the portal's log.
#include <string.h>

#include "moderation/reason.h"
#include "server/app/commands.h"

static const char *const AUDIENCES[] = {"asker", "public"};

const char *app_wording(const struct app *a, enum lang lang, const char *code, const char *audience)
{
    const struct interview *portal = app_portal(a);
    const char *edited = interview_wording(portal, code, lang_tag(lang), audience);
    return edited ? edited : message_find(lang, "reason", code);
}

static bool parse_lang(struct slice tag, enum lang *ret)
{
    for (int lang = 0; lang < LANGS; lang++)
        if (slice_is(tag, lang_tag((enum lang)lang))) {
            *ret = (enum lang)lang;
            return true;
        }
    return false;
}

void reason_word_run(struct call *c, const void *params)
{
    const struct reason_word *m = params;
    const char *code = mod_reason_shown(m->code.p, m->code.n);
    struct slice audience = m->audience.p ? m->audience : slice_of(AUDIENCES[0]);
    enum lang lang;
    c->channel = channel_portal(c->app);
    const char *wrong = !code                                                           ? "code"
                        : !parse_lang(m->lang, &lang)                                   ? "lang"
                        : !slice_is(audience, "asker") && !slice_is(audience, "public") ? "audience"
                                                                                        : NULL;
    if (wrong) {
        call_bad_params(c, wrong, "unknown");
        return;
    }
    bool ok;
    const char *text = call_text_or_null(c, m->text, "text", LIMIT_NOTE_POINTS, false, &ok);
    if (!ok)
        return;
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "code", code);
    json_w_member(&w, "lang", lang_tag(lang));
    json_w_member_slice(&w, "audience", audience);
    json_w_member(&w, "text", text);
    call_fact_end(c, &w, "reason.worded", true);
    buf_text(&c->result, "{}");
    call_record(c, slice_of(c->channel->all->id));
}

static void write_words(struct json_writer *w, const struct app *a, const char *code,
                        const char *audience)
{
    json_w_key(w, audience);
    json_w_open(w, '{');
    for (int lang = 0; lang < LANGS; lang++)
        json_w_member(w, lang_tag((enum lang)lang),
                      app_wording(a, (enum lang)lang, code, audience));
    json_w_close(w, '}');
}

static void write_reason(struct json_writer *w, const struct app *a, const char *code,
                         const struct mod_reason *rejects)
{
    json_w_open(w, '{');
    json_w_member(w, "code", code);
    json_w_member_bool(w, "rejects", rejects != NULL);
    json_w_member_bool(w, "may_appeal", rejects && rejects->may_appeal);
    for (size_t k = 0; k < sizeof AUDIENCES / sizeof *AUDIENCES; k++)
        write_words(w, a, code, AUDIENCES[k]);
    json_w_close(w, '}');
}

void reason_list_run(struct call *c, const void *params)
{
    (void)params;
    size_t count;
    const struct mod_reason *reasons = mod_reasons(&count);
    struct json_writer w = call_open(&c->result);
    json_w_key(&w, "reasons");
    json_w_open(&w, '[');
    for (size_t i = 0; i < count; i++)
        write_reason(&w, c->app, reasons[i].code, &reasons[i]);
    const char *const *others = mod_other_reasons(&count);
    for (size_t i = 0; i < count; i++)
        write_reason(&w, c->app, others[i], NULL);
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    call_result(c);
}
