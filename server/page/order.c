// SPDX-License-Identifier: Apache-2.0
// The order of cards: what a reader who was there from the beginning saw, oldest first.
#include <stdlib.h>

#include "server/base/must.h"
#include "server/page/parts.h"

const struct question *page_question_at(const struct interview *iv, const struct statement *s,
                                        size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(s->questions[i], s->questions[at]) == 0)
            return NULL;
    return interview_question(iv, slice_of(s->questions[at]));
}

// Counts first, then fills: from[place + 1] is where the next of the question's statements goes,
// and at the end where those of the next question begin.
void page_links_init(struct page_links *l, const struct interview *iv)
{
    l->from = must_alloc((iv->question_count + 2) * sizeof *l->from);
    for (size_t i = 0; i < iv->statement_count; i++)
        for (size_t k = 0; k < iv->statements[i]->question_count; k++) {
            const struct question *q = page_question_at(iv, iv->statements[i], k);
            if (q)
                l->from[q->place + 2]++;
        }
    for (size_t i = 2; i < iv->question_count + 2; i++)
        l->from[i] += l->from[i - 1];
    l->about = must_alloc((l->from[iv->question_count + 1] + 1) * sizeof(struct statement *));
    for (size_t i = 0; i < iv->statement_count; i++)
        for (size_t k = 0; k < iv->statements[i]->question_count; k++) {
            const struct question *q = page_question_at(iv, iv->statements[i], k);
            if (q)
                l->about[l->from[q->place + 1]++] = iv->statements[i];
        }
}

void page_links_finish(struct page_links *l)
{
    free(l->about);
    free(l->from);
}

const struct statement *const *page_links_about(const struct page_links *l,
                                                const struct question *q, size_t *ret_count)
{
    *ret_count = l->from[q->place + 1] - l->from[q->place];
    return l->about + l->from[q->place];
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
// The items begin with the questions in their places.
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
        struct page_item *at = &items[q->place];
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
