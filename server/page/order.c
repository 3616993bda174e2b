// SPDX-License-Identifier: Apache-2.0
// The order of cards: what a reader who was there from the beginning saw, oldest first.
#include <stdlib.h>

#include "server/base/must.h"
#include "server/page/parts.h"

bool page_is_about(const struct statement *s, const struct question *q)
{
    for (size_t i = 0; i < s->question_count; i++)
        if (strcmp(s->questions[i], q->id) == 0)
            return true;
    return false;
}

const struct question *page_home(const struct interview *iv, const struct statement *s)
{
    for (size_t i = 0; i < s->question_count; i++) {
        const struct question *q = interview_question(iv, slice_of(s->questions[i]));
        if (q)
            return q;
    }
    return NULL;
}

static int compare(const void *left, const void *right)
{
    const struct page_item *a = left, *b = right;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    if (a->stream != b->stream)
        return a->stream < b->stream ? -1 : 1;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (a->sub > b->sub) - (a->sub < b->sub);
}

// A statement's questions, which move to it when it is the first about them; or the statement.
static size_t add_statement(const struct interview *iv, size_t index, struct page_item *items,
                            size_t count)
{
    const struct statement *s = iv->statements[index];
    struct page_item item = {.at_ms = s->published_ms, .stream = 1, .index = index};
    bool is_linked = false;
    for (size_t i = 0; i < s->question_count; i++) {
        const struct question *q = interview_question(iv, slice_of(s->questions[i]));
        if (!q)
            continue;
        is_linked = true;
        struct page_item *at = items;
        while (at->question != q)
            at++;
        if (at->stream == 1)
            continue;
        *at = item;
        at->question = q;
        at->sub = i;
    }
    if (!is_linked) {
        item.statement = s;
        items[count++] = item;
    }
    return count;
}

size_t page_items(const struct interview *iv, struct page_item **ret)
{
    struct page_item *items =
        must_alloc((iv->question_count + iv->statement_count + 1) * sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < iv->question_count; i++) {
        const struct question *q = iv->questions[i];
        items[count++] = (struct page_item){.question = q, .at_ms = q->shown_ms, .index = i};
    }
    for (size_t i = 0; i < iv->statement_count; i++)
        count = add_statement(iv, i, items, count);
    qsort(items, count, sizeof *items, compare);
    *ret = items;
    return count;
}
