// SPDX-License-Identifier: Apache-2.0
// What must hold of what staff and the public see, without asking the model.
#include <stdio.h>

#include "server/app/inside.h"
#include "server/interview/snapshot.h"
#include "tests/model/compare.h"

struct sights {
    const struct world *w;
    const struct m_interview *iv;
    const struct json *all, *open; // snapshots
};

static const struct json *find(const struct json *list, const char *key, struct slice id)
{
    const struct json *j = json_first(list);
    while (j && !slice_eq(json_get_string(j, key), id))
        j = json_next(j);
    return j;
}

_Noreturn static void fail(const struct sights *s, const struct json *q, const char *why)
{
    struct slice id = json_get_string(q, "question");
    broken(s->w, "%s in %s: %s", id.p, s->iv->id, why);
}

static bool is(const struct json *q, const char *stage)
{
    return slice_is(json_get_string(q, "stage"), stage);
}

// After the transcript an answer may be taken back, and its question is not opened any more.
static void has_standing_answer(const struct sights *s, const struct json *q)
{
    bool stands = s->iv->was_published || !is(q, "answered");
    const struct json *said = json_get(s->all, "statements");
    for (const struct json *a = json_first(json_get(q, "answers")); a; a = json_next(a)) {
        const struct json *statement = find(said, "statement", json_string(a));
        stands |= statement && json_get(statement, "text");
    }
    if (!stands)
        fail(s, q, "answered, and no answer stands");
}

static void has_true_number(const struct sights *s, const struct json *q)
{
    int64_t joined = 0;
    struct slice id = json_get_string(q, "question");
    for (const struct json *j = json_first(json_get(s->all, "questions")); j; j = json_next(j))
        joined += slice_eq(json_get_string(j, "group"), id);
    if (json_get_int(q, "grouped") != joined)
        fail(s, q, "staff count other questions joined with it");
    const struct json *shown = find(json_get(s->open, "questions"), "question", id);
    bool is_late = mi_is_still(s->iv); // it reads the one of before
    if (shown && json_get(shown, "text") && !is_late && json_get_int(shown, "grouped") != joined)
        fail(s, q, "the public reads another number of questions joined with it");
}

static void is_claimed_rightly(const struct sights *s, const struct json *q)
{
    if (json_get(q, "claim") && !is(q, "held") && !is(q, "pending"))
        fail(s, q, "decided, and still claimed");
}

// Invariant I7: why, by whom, when.
static void has_reasoned_end(const struct sights *s, const struct json *q)
{
    static const struct {
        const char *stage, *members[3];
    } ends[] = {
        {"rejected", {"code", "decided_by", "decided_at"}},
        {"grouped", {"group", "decided_by", "decided_at"}},
        {"referred", {"department", "changed_by", "changed_at"}},
        {"withdrawn", {"changed_by", "changed_at", "changed_at"}},
        {"retracted", {"code", "retracted_by", "changed_at"}},
        {"lapsed", {"note", "changed_by", "changed_at"}},
    };
    if (s->iv->was_cancelled && is(q, "lapsed")) // with the interview, for its reason
        return;
    if (json_get(q, "erased") && is(q, "lapsed")) // its note was words about it
        return;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (int k = 0; k < 3; k++)
            if (is(q, ends[i].stage) && !json_get(q, ends[i].members[k]))
                fail(s, q, ends[i].members[k]);
}

// Who asked it and every word are gone; number, digest and outcome are not.
static void is_erased_wholly(const struct sights *s, const struct json *q)
{
    static const char *const words[] = {"text",        "name",    "original",       "redacted",
                                        "to_guest",    "contact", "asker",          "network",
                                        "note",        "notes",   "held_note",      "before_note",
                                        "appeal_note", "reply",   "retraction_note"};
    bool is_erased = json_get(q, "erased") != NULL;
    for (size_t i = 0; is_erased && i < sizeof words / sizeof *words; i++)
        if (json_get(q, words[i]))
            fail(s, q, words[i]);
    if (is_erased && (!json_get(q, "receipt_no") || json_first(json_get(q, "labels"))))
        fail(s, q, "erased too little, or too much");
}

// Invariant I8.
static void has_end_behind_gate(const struct sights *s, const struct json *q)
{
    static const char *const open[] = {"held", "pending", "approved", "queued", "on_air"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (s->iv->was_published && is(q, open[i]))
            fail(s, q, "open behind the end gate");
}

void compare_properties(const struct world *w, const struct m_interview *iv)
{
    struct buf staff = {0};
    snapshot_staff(&staff, channel_find(w->app, slice_of(iv->id))->all, false);
    struct json *all = json_parse(buf_slice(&staff));
    struct json *open = json_parse(blob_slice(app_snapshot(w->app, slice_of(iv->id))));
    struct sights s = {w, iv, all, open};
    for (const struct json *q = json_first(json_get(all, "questions")); q; q = json_next(q)) {
        if (!json_get(q, "erased")) // which waits for no other answer
            has_standing_answer(&s, q);
        is_erased_wholly(&s, q);
        has_true_number(&s, q);
        is_claimed_rightly(&s, q);
        has_reasoned_end(&s, q);
        has_end_behind_gate(&s, q);
    }
    json_free(all);
    json_free(open);
    buf_finish(&staff);
}
