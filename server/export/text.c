// SPDX-License-Identifier: Apache-2.0
// The transcript as plain text. Texts stand as they are, neither wrapped nor indented; the rule
// between entries is longer than any in a text, so no text can pretend to be an entry of its own.
#include "server/export/document.h"

enum { RULE_LEAST = 24 };
static const char STROKE[] = "─";

static size_t longest_row(const char *text)
{
    size_t longest = 0, row = 0;
    while (text && *text) {
        bool is_stroke = strncmp(text, STROKE, sizeof STROKE - 1) == 0;
        row = is_stroke ? row + 1 : 0;
        longest = row > longest ? row : longest;
        text += is_stroke ? sizeof STROKE - 1 : 1;
    }
    return longest;
}

static size_t rule_of(size_t least, const struct document_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *texts[] = {items[i].text, items[i].who,   items[i].about,
                               items[i].fate, items[i].reply, items[i].reply_about};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            size_t row = longest_row(texts[k]);
            least = row >= least ? row + 1 : least;
        }
    }
    return least;
}

static void line(struct buf *out, const char *text)
{
    buf_text(out, text);
    buf_char(out, '\n');
}

static void entries(struct buf *out, const struct document_item *items, size_t count, size_t rule)
{
    for (size_t i = 0; i < count; i++) {
        const struct document_item *item = &items[i];
        for (size_t k = 0; k < rule; k++)
            buf_text(out, STROKE);
        buf_char(out, '\n');
        if (*item->who)
            line(out, item->who);
        line(out, item->about);
        if (item->text) {
            buf_char(out, '\n');
            line(out, item->text);
        }
        if (item->fate) {
            buf_char(out, '\n');
            line(out, item->fate);
        }
        if (item->reply) {
            buf_char(out, '\n');
            line(out, item->reply_about);
            buf_char(out, '\n');
            line(out, item->reply);
        }
    }
}

static void facts(struct buf *out, const struct document *doc)
{
    const char *pattern = message(doc->lang, MSG_EXPORT_FACT);
    for (size_t i = 0; i < doc->fact_count; i++) {
        const struct document_fact *fact = &doc->facts[i];
        struct message_value values[] = {
            {"label", slice_of(fact->label)},
            {"value", slice_of(fact->value)},
        };
        if (*fact->label)
            message_fill(out, pattern, values, 2);
        else
            buf_text(out, fact->value);
        if (fact->url && strcmp(fact->url, fact->value) != 0) {
            buf_char(out, ' ');
            buf_text(out, fact->url);
        }
        buf_char(out, '\n');
    }
}

void text_write(struct buf *out, const struct document *doc)
{
    size_t rule = rule_of(RULE_LEAST, doc->record, doc->record_count);
    rule = rule_of(rule, doc->open, doc->open_count);
    size_t intro = longest_row(doc->intro);
    rule = intro >= rule ? intro + 1 : rule;
    line(out, doc->topic);
    line(out, doc->site);
    buf_char(out, '\n');
    facts(out, doc);
    line(out, doc->zone);
    if (doc->draft)
        line(out, doc->draft);
    if (doc->intro) {
        buf_char(out, '\n');
        line(out, doc->intro);
    }
    buf_char(out, '\n');
    line(out, message(doc->lang, MSG_RECORD_TITLE));
    entries(out, doc->record, doc->record_count, rule);
    buf_char(out, '\n');
    line(out, message(doc->lang, doc->open_count ? MSG_RECORD_OPEN : MSG_RECORD_OPEN_NONE));
    entries(out, doc->open, doc->open_count, rule);
    buf_char(out, '\n');
    line(out, doc->position);
}
