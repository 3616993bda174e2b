// SPDX-License-Identifier: Apache-2.0
// The public ledger of receipts: what became of every question, and no text. Until the transcript
// is published, or all is called off, it lists only what is public already.
#include <stdlib.h>
#include <string.h>

#include "server/app/inside.h"

// Receipt numbers are not consecutive, and their order tells nothing of the order of asking.
static int by_receipt(const void *x, const void *y)
{
    return strcmp((*(const struct question *const *)x)->receipt_no,
                  (*(const struct question *const *)y)->receipt_no);
}

static void write_counts(struct json_writer *w, const struct question *const *rows, size_t count)
{
    json_w_key(w, "counts");
    json_w_open(w, '{');
    for (int stage = 0; stage < Q_STAGES; stage++) {
        int64_t n = 0;
        for (size_t i = 0; i < count; i++)
            n += rows[i]->stage == (enum question_stage)stage;
        if (n)
            json_w_member_int(w, question_stage_name((enum question_stage)stage), n);
    }
    json_w_close(w, '}');
}

// into: what it was joined with, when everybody sees that one.
static void write_entry(struct json_writer *w, const struct question *q, const char *digest,
                        int64_t at, const struct question *into)
{
    json_w_open(w, '{');
    json_w_member(w, "receipt_no", q->receipt_no);
    json_w_member_time(w, "at", at);
    json_w_member(w, "fate", question_stage_name(q->stage));
    json_w_member(w, "digest", digest);
    json_w_member(w, "into", into ? into->receipt_no : NULL);
    json_w_close(w, '}');
}

void app_ledger(const struct app *a, const struct interview *open, struct buf *out)
{
    const struct interview *all = channel_find(a, slice_of(open->id))->all;
    bool complete = open->published_ms != 0 || open->stage == I_CANCELLED;
    const struct interview *shown = complete ? all : open;
    const struct question **rows = calloc(shown->question_count + 1, sizeof *rows);
    for (size_t i = 0; rows && i < shown->question_count; i++)
        rows[i] = shown->questions[i];
    size_t count = rows ? shown->question_count : 0;
    if (count)
        qsort(rows, count, sizeof *rows, by_receipt);
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member(&w, "interview", open->id);
    json_w_member_bool(&w, "complete", complete);
    write_counts(&w, rows, count);
    json_w_key(&w, "entries");
    json_w_open(&w, '[');
    for (size_t i = 0; i < count; i++) {
        const struct question *q = interview_question(all, slice_of(rows[i]->id));
        write_entry(&w, rows[i], q->digest, complete ? q->received_ms : rows[i]->shown_ms,
                    group_shown_leader(all, q));
    }
    json_w_close(&w, ']');
    json_w_close(&w, '}');
    free(rows);
}
