// SPDX-License-Identifier: Apache-2.0
#include "tests/model/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/app/inside.h"
#include "server/export/export.h"
#include "server/interview/fold.h"
#include "server/interview/snapshot.h"
#include "server/page/page.h"

// ---- with the record ----

static void same(const struct world *w, const char *what, const struct buf *live,
                 const struct buf *folded)
{
    if (!slice_eq(buf_slice(live), buf_slice(folded)))
        broken(w, "%s differs\nlive:   %s\nfolded: %s", what, live->p, folded->p);
}

void compare_with_record(const struct world *w, const struct m_interview *iv)
{
    const struct channel *ch = channel_find(w->app, slice_of(iv->id));
    struct memory_log *log = memory_log(w->store, slice_of(iv->id));
    if (!ch || !log)
        broken(w, "interview %s is lost", iv->id);
    struct interview *all = interview_create(slice_of(iv->id), false);
    struct interview *open = interview_create(slice_of(iv->id), true);
    for (size_t i = 0; i < log->count; i++) {
        const struct event *ev = memory_event(log, i);
        if (fold(all, ev) != 0 || (ev->pub && fold(open, ev) != 0))
            broken(w, "event %zu of %s cannot be folded: %s", i + 1, iv->id, ev->type.p);
    }
    struct buf live[3] = {0}, folded[3] = {0};
    snapshot_staff(&live[0], ch->all, false);
    snapshot_staff(&folded[0], all, false);
    snapshot_staff(&live[1], ch->all, true);
    snapshot_staff(&folded[1], all, true);
    buf_add(&live[2], blob_slice(app_snapshot(w->app, slice_of(iv->id))));
    snapshot_public(&folded[2], open);
    static const char *const what[] = {"the staff's snapshot", "the guests' snapshot",
                                       "the public snapshot"};
    for (int i = 0; i < 3; i++) {
        same(w, what[i], &live[i], &folded[i]);
        buf_finish(&live[i]);
        buf_finish(&folded[i]);
    }
    interview_destroy(&all);
    interview_destroy(&open);
}

// ---- with the model ----

static void time_words(int64_t ms, char ret[32])
{
    time_t s = (time_t)(ms / 1000);
    struct tm t;
    gmtime_r(&s, &t);
    size_t n = strftime(ret, 32, "%Y-%m-%dT%H:%M:%S", &t);
    snprintf(ret + n, 32 - n, ".%03dZ", (int)(ms % 1000));
}

struct at { // where we are, for messages
    const struct world *w;
    const char *what;
    const struct json *node;
};

static void is_text(const struct at *at, const char *key, const char *want)
{
    struct slice got = json_get_string(at->node, key);
    if (want ? !slice_is(got, want) : got.p != NULL)
        broken(at->w, "%s: %s is %s, the model says %s", at->what, key, got.p ? got.p : "absent",
               want ? want : "absent");
}

static void is_number(const struct at *at, const char *key, int64_t want)
{
    int64_t got = json_get_int(at->node, key);
    if (got != want)
        broken(at->w, "%s: %s is %lld, the model says %lld", at->what, key, (long long)got,
               (long long)want);
}

static const char *or_absent(const char *text)
{
    return text[0] ? text : NULL;
}

// Of what was taken down the public is told that it was, and nothing else.
static bool is_gone(const struct m_interview *iv)
{
    return iv->announced && iv->stage == MI_TAKEN_DOWN;
}

static void compare_life(const struct at *at, const struct m_interview *iv, bool staff)
{
    enum mi_stage stage = staff ? iv->stage : iv->shown_stage;
    is_text(at, "id", iv->id);
    is_text(at, "stage", iv->announced || staff ? mi_words[stage] : "draft");
    if (!staff && is_gone(iv)) {
        is_text(at, "topic", NULL);
        return;
    }
    is_text(at, "asking", iv->announced || staff ? ma_words[iv->asking] : "closed");
    if (staff)
        is_number(at, "version", iv->version);
    if (!iv->announced && !staff)
        return;
    is_text(at, "topic", iv->topic);
    struct at policy = {at->w, at->what, json_get(at->node, "policy")};
    is_text(&policy, "asking", iv->named ? "named" : "anonymous");
    is_text(&policy, "question_public", iv->with_answer ? "with_answer" : "on_approve");
}

static int64_t count_of(const struct json *array)
{
    int64_t n = 0;
    for (const struct json *j = json_first(array); j; j = json_next(j))
        n++;
    return n;
}

static void compare_shown(const struct at *at, const struct m_question *q)
{
    char shown[32];
    time_words(q->shown_ms, shown);
    is_text(at, "question", q->id);
    is_text(at, "receipt_no", q->receipt);
    is_text(at, "stage", mq_words[q->shown_stage]);
    is_text(at, "shown_at", shown);
    bool gone = q->shown_stage == MQ_WITHDRAWN;
    is_text(at, "text", gone ? NULL : q->text);
    is_text(at, "name", gone ? NULL : or_absent(q->name));
    if (gone)
        return;
    is_number(at, "edited", 0); // a boolean is no number
    if (json_get_bool(at->node, "edited") != q->edited)
        broken(at->w, "%s: edited", at->what);
    if (count_of(json_get(at->node, "answers")) != q->answer_count)
        broken(at->w, "%s: answers", at->what);
}

static void compare_public(const struct world *w, const struct m_interview *iv,
                           const struct json *root)
{
    char what[120];
    snprintf(what, sizeof what, "the public interview %s (%s, %s to the public)", iv->id,
             mi_words[iv->stage], iv->announced ? mi_words[iv->shown_stage] : "unknown");
    struct at at = {w, what, json_get(root, "interview")};
    compare_life(&at, iv, false);
    const struct json *j = json_first(json_get(root, "questions"));
    for (unsigned i = 0; i < iv->shown_count && !is_gone(iv); i++, j = json_next(j)) {
        at = (struct at){w, "a public question", j};
        compare_shown(&at, iv->questions[iv->shown[i]]);
    }
    if (j)
        broken(w, "the public sees a question too many");
    j = json_first(json_get(root, "statements"));
    for (unsigned i = 0; i < iv->statement_count && !is_gone(iv); i++, j = json_next(j)) {
        at = (struct at){w, "a public statement", j};
        is_text(&at, "statement", iv->statements[i].id);
        is_text(&at, "text", iv->statements[i].text);
    }
    if (j)
        broken(w, "the public sees a statement too many");
}

static int64_t rank_of(const struct m_interview *iv, int q)
{
    for (unsigned i = 0; i < iv->queue_count; i++)
        if (iv->queue[i] == q)
            return i + 1;
    return 0;
}

static void compare_staff_question(const struct at *at, const struct m_interview *iv, int n)
{
    const struct m_question *q = iv->questions[n];
    is_text(at, "question", q->id);
    is_text(at, "receipt_no", q->receipt);
    is_text(at, "stage", mq_words[q->stage]);
    is_text(at, "visibility",
            !q->is_public              ? "hidden"
            : q->stage == MQ_WITHDRAWN ? "tombstone"
                                       : "public");
    is_number(at, "version", q->version);
    is_text(at, "original", q->original);
    is_text(at, "text", q->text);
    is_text(at, "code", or_absent(q->code));
    is_text(at, "decided_by", q->decided_by >= 0 ? m_names[q->decided_by] : NULL);
    is_number(at, "queue_rank", rank_of(iv, n));
    struct at claim = {at->w, "a claim", json_get(at->node, "claim")};
    if ((claim.node != NULL) != (q->claim_by >= 0))
        broken(at->w, "%s: who has it?", q->id);
    if (!claim.node)
        return;
    char until[32];
    time_words(q->claim_until, until);
    is_text(&claim, "by", m_names[q->claim_by]);
    is_number(&claim, "epoch", q->claim_epoch);
    is_text(&claim, "until", until);
}

static bool is_overdue(const struct world *w, const struct m_question *q)
{
    return (q->stage == MQ_APPROVED || q->stage == MQ_QUEUED) && !q->is_public && q->public_at &&
           q->public_at <= w->now_ms;
}

void compare_with_model(const struct world *w, const struct m_interview *iv)
{
    struct json *root = json_parse(blob_slice(app_snapshot(w->app, slice_of(iv->id))));
    compare_public(w, iv, root);
    json_free(root);
    struct buf staff = {0};
    snapshot_staff(&staff, channel_find(w->app, slice_of(iv->id))->all, false);
    root = json_parse(buf_slice(&staff));
    struct at at = {w, "the interview", json_get(root, "interview")};
    compare_life(&at, iv, true);
    const struct json *j = json_first(json_get(root, "questions"));
    bool is_still = iv->stage == MI_TAKEN_DOWN || iv->stage == MI_SUSPENDED;
    for (unsigned i = 0; i < iv->question_count; i++, j = json_next(j)) {
        at = (struct at){w, "a question", j};
        compare_staff_question(&at, iv, (int)i);
        if (!is_still && is_overdue(w, iv->questions[i]))
            broken(w, "%s should be public by now", iv->questions[i]->id);
    }
    if (j)
        broken(w, "staff see a question that nobody asked");
    json_free(root);
    buf_finish(&staff);
}

// ---- marks ----

static const struct m_question *marked(const struct marks *marks, unsigned n)
{
    if (n >= MARKS || !marks->of[n].iv)
        return NULL;
    return marks->of[n].iv->questions[marks->of[n].q];
}

// A mark begins a word; in the middle of one it is a token's accident.
static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

void compare_marks(const struct world *w, const struct marks *marks, struct slice bytes, bool past,
                   const char *where)
{
    for (size_t i = 0; i + 4 < bytes.n; i++) {
        const char *p = bytes.p + i;
        bool text = memcmp(p, "Mk", 2) == 0, name = memcmp(p, "Nm", 2) == 0,
             contact = memcmp(p, "Ct", 2) == 0;
        unsigned n = 0;
        size_t at = i + 2;
        if ((!text && !name && !contact) || (i && is_of_word(p[-1])))
            continue;
        for (; at < bytes.n && bytes.p[at] >= '0' && bytes.p[at] <= '9'; at++)
            n = 10 * n + (unsigned)(bytes.p[at] - '0');
        if (at == i + 2 || at == bytes.n || bytes.p[at] != 'z')
            continue;
        const struct m_question *q = marked(marks, n);
        bool stands = q && q->is_public && (past || q->stage != MQ_WITHDRAWN);
        char mark[16];
        snprintf(mark, sizeof mark, "Mk%uz", n);
        if (contact || !stands || (text && !strstr(q->text, mark)))
            broken(w, "%s shows %.*s, which is hidden", where, (int)(at - i + 1), p);
    }
}

static void page_of(const struct page_env *env, const struct interview *open, int n,
                    struct buf *out)
{
    struct page_receipt receipt = {slice_of("AAAA-AAAA"), slice_of("x"), slice_of("x"),
                                   slice_of("x"), slice_of("x")};
    struct page_ask_fault fault = {0};
    if (n == 0)
        page_interview(out, env, open);
    else if (n == 1)
        page_ask_again(out, env, open, &fault);
    else
        page_receipt(out, env, open, &receipt);
}

void compare_outputs(struct world *w, const struct marks *marks, const struct m_interview *iv)
{
    compare_marks(w, marks, blob_slice(app_snapshot(w->app, slice_of(iv->id))), false,
                  "the snapshot");
    const struct interview *open = app_public(w->app, slice_of(iv->id));
    if ((open != NULL) != (iv->announced && !is_gone(iv)))
        broken(w, "%s: public or not?", iv->id);
    if (!open)
        return;
    struct buf out = {0};
    struct page_env env = {.lang = LANG_EN};
    for (int n = 0; n < 3; n++) {
        buf_clear(&out);
        page_of(&env, open, n, &out);
        compare_marks(w, marks, buf_slice(&out), false, "a page");
    }
    for (const struct export_format *f = export_formats; f->name; f++) {
        struct export_env export_env = {.lang = LANG_EN};
        buf_clear(&out);
        export_write(&out, f, &export_env, open);
        compare_marks(w, marks, buf_slice(&out), false, f->name);
    }
    buf_clear(&out);
    size_t count;
    const struct interview *const *list = app_public_list(w->app, &count);
    page_column(&out, &env, list, count);
    app_ledger(w->app, open, &out);
    compare_marks(w, marks, buf_slice(&out), false, "the column or the ledger");
    buf_finish(&out);
}
