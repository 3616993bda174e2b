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

static void is_flag(const struct at *at, const char *key, bool want)
{
    if (json_get_bool(at->node, key) != want)
        broken(at->w, "%s: %s is not what the model says", at->what, key);
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
    is_flag(at, "rehearsal", staff && iv->rehearsal);
    if (staff)
        is_number(at, "version", iv->version);
    if (!iv->announced && !staff)
        return;
    is_flag(at, "frozen", iv->frozen);
    is_number(at, "delay", iv->delay_s);
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

static bool is_tombstone(enum mq_stage stage)
{
    return stage == MQ_WITHDRAWN || stage == MQ_RETRACTED;
}

static bool is_gone_question(const struct m_question *q, enum mq_stage stage)
{
    return q->erased || is_tombstone(stage);
}

static void compare_label(const struct at *at, const struct m_question *q)
{
    const struct json *first = json_first(json_get(at->node, "labels"));
    if (!q->label ? first != NULL : !first || !slice_is(json_string(first), q->label))
        broken(at->w, "%s: labels", at->what);
}

static void compare_reply(const struct at *at, const struct m_question *q)
{
    struct at reply = {at->w, at->what, json_get(at->node, "reply")};
    is_text(&reply, "text", or_absent(q->reply));
}

// What everybody may know of a case.
static void compare_referral(const struct at *at, const struct m_question *q)
{
    struct at extension = {at->w, at->what, json_get(at->node, "extension")};
    char due[32], stopped[32];
    time_words(q->due, due);
    time_words(q->file.stopped, stopped);
    is_text(at, "department", q->department);
    is_text(at, "due", q->due ? due : NULL);
    is_text(at, "stopped_at", q->file.stopped ? stopped : NULL);
    is_text(&extension, "reason", q->file.extension);
}

static void compare_case(const struct at *at, const struct m_question *q)
{
    struct at file = {at->w, at->what, json_get(at->node, "case")};
    struct at draft = {at->w, at->what, json_get(file.node, "draft")};
    bool has = q->department && !q->erased;
    is_text(&file, "stage", has ? mc_words[q->file.stage] : NULL);
    is_text(&file, "stop_note", has ? or_absent(q->file.stop_note) : NULL);
    is_number(&file, "extended_days", q->file.extended);
    is_text(&draft, "text", has ? or_absent(q->file.draft) : NULL);
    is_text(&draft, "by", has ? m_name(q->file.drafted_by) : NULL);
}

static void compare_shown(const struct at *at, const struct m_interview *iv, int n)
{
    const struct m_question *q = iv->questions[n];
    char shown[32];
    time_words(q->shown_ms, shown);
    is_text(at, "question", q->id);
    is_text(at, "receipt_no", q->receipt);
    is_text(at, "stage", mq_words[q->shown_stage]);
    is_text(at, "shown_at", shown);
    bool gone = is_gone_question(q, q->shown_stage);
    struct at erased = {at->w, at->what, json_get(at->node, "erased")};
    is_text(&erased, "class", q->erased ? m_classes[q->erasure_class] : NULL);
    is_text(at, "text", gone ? NULL : q->text);
    is_text(at, "name", gone ? NULL : or_absent(q->name));
    is_text(at, "origin", gone ? NULL : q->origin);
    is_text(at, "code", q->shown_stage == MQ_RETRACTED ? q->code : NULL);
    if (gone)
        return;
    compare_referral(at, q);
    is_text(at, "note", q->shown_stage == MQ_LAPSED ? q->note : NULL);
    is_number(at, "grouped", q->told);
    is_flag(at, "edited", q->edited);
    compare_label(at, q);
    compare_reply(at, q);
    if (count_of(json_get(at->node, "answers")) != q->answer_count)
        broken(at->w, "%s: answers", at->what);
}

// Whom the announcement knows has his part in it, and his title.
static void compare_speaker(const struct at *at, const struct m_interview *iv,
                            const struct m_statement *s)
{
    struct at speaker = {at->w, at->what, json_get(at->node, "speaker")};
    bool is_guest = s->speaker < (int)iv->guests;
    const char *title = s->speaker == SAID_BY_FIRST ? "Director" : NULL;
    is_text(&speaker, "name", m_speakers[s->speaker]);
    is_text(&speaker, "title", s->titled ? "Deputy" : title);
    is_text(&speaker, "role",
            is_guest                        ? "guest"
            : s->speaker == SAID_BY_COMPERE ? "compere"
                                            : NULL);
}

static void compare_said(const struct at *at, const struct m_interview *iv,
                         const struct m_statement *s, bool staff)
{
    bool gone = s->stage == MS_RETRACTED;
    is_text(at, "statement", s->id);
    is_text(at, "text", gone ? NULL : s->text);
    is_number(at, "version", s->version);
    is_text(at, "author", staff ? m_name(s->author) : NULL);
    struct at asked = {at->w, at->what, json_get(at->node, "retraction")};
    is_text(&asked, "by", staff && !gone ? m_name(s->asked_by) : NULL);
    compare_speaker(at, iv, s);
}

static void compare_draft(const struct at *at, const struct m_interview *iv,
                          const struct m_statement *s)
{
    is_text(at, "statement", s->id);
    compare_speaker(at, iv, s);
    is_text(at, "text", s->text);
    is_text(at, "stage", ms_words[s->stage]);
    is_number(at, "version", s->version);
    is_text(at, "author", m_name(s->author));
    is_text(at, "writer", m_name(s->writer));
    is_text(at, "entered_as", m_as_words[s->as]);
    is_number(at, "step", s->step);
    is_flag(at, "cleared", s->cleared);
    is_text(at, "waits_for", s->stage == MS_SUBMITTED ? m_duty(s->waits_for) : NULL);
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
        compare_shown(&at, iv, iv->shown[i]);
    }
    if (j)
        broken(w, "the public sees a question too many");
    j = json_first(json_get(root, "statements"));
    for (unsigned i = 0; i < iv->said_count && !is_gone(iv); i++, j = json_next(j)) {
        at = (struct at){w, "a public statement", j};
        compare_said(&at, iv, &iv->statements[iv->said[i]], false);
    }
    if (j)
        broken(w, "the public sees a statement too many");
}

// ---- notices, to whom they are ----

static void compare_notice_list(const struct world *w, const struct m_interview *iv,
                                const struct json *root, bool staff)
{
    const struct json *j = json_first(json_get(root, "notices"));
    for (unsigned i = 0; i < iv->notice_count; i++) {
        const struct m_notice *n = &iv->notices[i];
        if (!staff && (n->to == MT_STAFF || n->recalled || is_gone(iv)))
            continue;
        struct at at = {w, "a notice", j};
        is_text(&at, "notice", n->id);
        is_text(&at, "to", mt_words[n->to]);
        is_text(&at, "text", n->text);
        is_flag(&at, "recalled", staff && n->recalled);
        if (count_of(json_get(j, "acknowledged")) != __builtin_popcount(n->read_by))
            broken(w, "a notice: who has read it?");
        j = json_next(j);
    }
    if (j)
        broken(w, "a notice too many");
}

void compare_notices(const struct world *w, const struct m_interview *iv)
{
    struct json *root = json_parse(blob_slice(app_snapshot(w->app, slice_of(iv->id))));
    compare_notice_list(w, iv, root, false);
    json_free(root);
    struct buf staff = {0};
    snapshot_staff(&staff, channel_find(w->app, slice_of(iv->id))->all, false);
    root = json_parse(buf_slice(&staff));
    compare_notice_list(w, iv, root, true);
    json_free(root);
    buf_finish(&staff);
}

// ---- the words of reasons ----

static void is_worded(const struct world *w, const struct m_words *words, const char *code,
                      unsigned lang, enum m_audience audience)
{
    const char *want = m_reason_words(words, code, lang, audience);
    const char *got = app_wording(w->app, (enum lang)lang, code, m_audiences[audience]);
    if (!got || strcmp(got, want) != 0)
        broken(w, "the %s reads \"%s\" for %s in %s, the model says \"%s\"", m_audiences[audience],
               got, code, m_langs[lang], want);
}

void compare_wordings(const struct world *w, const struct m_words *words)
{
    struct json *root = json_parse(blob_slice(app_snapshot(w->app, slice_of("portal"))));
    int64_t edited = 0;
    for (const struct json *j = json_first(json_get(root, "wordings")); j; j = json_next(j))
        edited += json_get(j, "text") != NULL;
    for (int code = 0; code < M_CODES; code++)
        for (unsigned lang = 0; lang < MODEL_LANGS; lang++)
            for (int to = 0; to < M_AUDIENCES; to++) {
                is_worded(w, words, m_codes[code], lang, (enum m_audience)to);
                edited -= words->of[code][lang][to][0] != 0;
            }
    if (edited != 0)
        broken(w, "everybody is told of other wordings than there are");
    json_free(root);
}

// ---- what staff see ----

static int64_t rank_of(const struct m_interview *iv, int q)
{
    for (unsigned i = 0; i < iv->queue_count; i++)
        if (iv->queue[i] == q)
            return i + 1;
    return 0;
}

static void compare_route(const struct at *at, const struct m_question *q)
{
    struct at route = {at->w, at->what, json_get(at->node, "route")};
    bool routed = q->route_guest >= 0;
    is_text(&route, "guest", routed ? m_speakers[q->route_guest] : NULL);
    is_text(&route, "answer", routed ? mr_words[q->route] : NULL);
}

// What guests see as well.
static void compare_question(const struct at *at, const struct m_interview *iv, int n)
{
    const struct m_question *q = iv->questions[n];
    is_text(at, "question", q->id);
    is_text(at, "receipt_no", q->receipt);
    is_text(at, "stage", mq_words[q->stage]);
    is_text(at, "visibility",
            !q->is_public                   ? "hidden"
            : is_gone_question(q, q->stage) ? "tombstone"
                                            : "public");
    is_text(at, "origin", q->origin);
    is_number(at, "version", q->version);
    is_text(at, "text", or_absent(q->text));
    is_text(at, "code", q->code);
    compare_referral(at, q);
    is_text(at, "before", q->stage == MQ_RETRACTED ? mq_words[q->before] : NULL);
    is_number(at, "queue_rank", rank_of(iv, n));
    compare_label(at, q);
    compare_reply(at, q);
    compare_route(at, q);
}

static void compare_staff_question(const struct at *at, const struct m_interview *iv, int n)
{
    const struct m_question *q = iv->questions[n];
    compare_question(at, iv, n);
    is_number(at, "grouped", mq_members(iv, n));
    is_text(at, "original", or_absent(q->original));
    struct at erasure = {at->w, at->what, json_get(at->node, "erasure")};
    is_text(&erasure, "by", m_name(q->erasure_asker));
    if (q->erased)
        is_text(at, "asker", NULL);
    is_text(at, "note", q->note);
    is_text(at, "decided_by", m_name(q->decided_by));
    is_text(at, "changed_by",
            q->changed_by >= 0 && q->changed_by < CITIZENS ? m_citizen_ids[q->changed_by]
                                                           : m_name(q->changed_by));
    is_text(at, "appeal", mp_words[q->appeal]);
    is_text(at, "retracted_by", m_name(q->retracted_by));
    compare_case(at, q);
    is_text(at, "group", q->leader >= 0 ? iv->questions[q->leader]->id : NULL);
    struct at proposal = {at->w, at->what, json_get(at->node, "proposal")};
    bool proposed = q->proposed_by != NO_ONE, ends = proposed && q->proposes_end;
    is_text(&proposal, "by", proposed ? m_name(q->proposed_by) : NULL);
    is_text(&proposal, "decision", ends ? "rejected" : proposed ? "approved" : NULL);
    is_text(&proposal, "text", proposed && !ends ? q->proposed_text : NULL);
    is_text(&proposal, "code", ends ? q->proposed_code : NULL);
    is_text(&proposal, "note", ends ? q->proposed_note : NULL);
    is_text(&proposal, "duplicate_of",
            ends && q->proposed_of >= 0 ? iv->questions[q->proposed_of]->id : NULL);
    is_text(at, "passed_by", q->passed_by != NO_ONE ? m_name(q->passed_by) : NULL);
    is_text(at, "duplicate_of", q->duplicate_of >= 0 ? iv->questions[q->duplicate_of]->id : NULL);
    is_text(at, "redacted", q->redacted ? q->redacted_text : NULL);
    if (count_of(json_get(at->node, "notes")) != q->notes)
        broken(at->w, "%s: notes", q->id);
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

static void compare_drafts(const struct world *w, const struct m_interview *iv,
                           const struct json *root)
{
    const struct json *j = json_first(json_get(root, "drafts"));
    for (unsigned i = 0; i < iv->statement_count; i++) {
        if (iv->statements[i].stage >= MS_DISCARDED)
            continue;
        struct at at = {w, "a draft", j};
        compare_draft(&at, iv, &iv->statements[i]);
        j = json_next(j);
    }
    if (j)
        broken(w, "a draft too many");
    j = json_first(json_get(root, "statements"));
    for (unsigned i = 0; i < iv->said_count; i++, j = json_next(j)) {
        struct at at = {w, "a statement", j};
        compare_said(&at, iv, &iv->statements[iv->said[i]], true);
    }
}

static void compare_invitations(const struct world *w, const struct m_interview *iv,
                                const struct json *root)
{
    const struct json *j = json_first(json_get(root, "invitations"));
    for (unsigned i = 0; i < iv->invitation_count; i++, j = json_next(j)) {
        struct at at = {w, "an invitation", j};
        is_text(&at, "invitation", iv->invitations[i].id);
        is_text(&at, "user", m_names[iv->invitations[i].user]);
        is_text(&at, "stage", ml_words[iv->invitations[i].stage]);
    }
    if (j)
        broken(w, "an invitation too many");
}

static bool is_overdue(const struct world *w, const struct m_question *q)
{
    return (q->stage == MQ_APPROVED || q->stage == MQ_QUEUED) && !q->is_public && q->public_at &&
           q->public_at <= w->now_ms;
}

// Who answers it no snapshot says, only the event and both states made of it.
static void compare_air(const struct world *w, const struct m_question *q,
                        const struct question *real)
{
    const char *want = q->air_guest == NO_ONE ? NULL : m_speakers[q->air_guest];
    bool same = want ? real->air_guest && strcmp(real->air_guest, want) == 0 : !real->air_guest;
    if (q->stage == MQ_ON_AIR && !same)
        broken(w, "%s: it is said that %s answers", q->id, real->air_guest);
}

static void compare_staff(const struct world *w, const struct m_interview *iv,
                          const struct json *root)
{
    struct at at = {w, "the interview", json_get(root, "interview")};
    const struct channel *ch = channel_find(w->app, slice_of(iv->id));
    bool runs = !mi_is_still(iv);
    compare_life(&at, iv, true);
    const struct json *j = json_first(json_get(root, "questions"));
    for (unsigned i = 0; i < iv->question_count; i++, j = json_next(j)) {
        const struct m_question *q = iv->questions[i];
        at = (struct at){w, "a question", j};
        compare_staff_question(&at, iv, (int)i);
        if (runs && is_overdue(w, q))
            broken(w, "%s should be public by now", q->id);
        const struct question *real = interview_question(ch->all, slice_of(q->id));
        // While it stands still what was told last is read: tally.c holds that.
        if (runs && app_votes(w->app, ch->all, real) != (uint64_t)__builtin_popcount(q->votes))
            broken(w, "%s: votes are lost or made up", q->id);
        compare_air(w, q, real);
        if (q->is_public)
            compare_air(w, q, interview_question(ch->open, slice_of(q->id)));
    }
    if (j)
        broken(w, "staff see a question that nobody asked");
    compare_drafts(w, iv, root);
    compare_invitations(w, iv, root);
}

// Guests see what was let through, and nothing of how.
static void compare_guest(const struct world *w, const struct m_interview *iv,
                          const struct json *root)
{
    static const char *const hidden[] = {"original", "claim", "decided_by", "note",     "contact",
                                         "asker",    "group", "notes",      "redacted", "case"};
    const struct json *j = json_first(json_get(root, "questions"));
    for (unsigned i = 0; i < iv->question_count; i++) {
        const struct m_question *q = iv->questions[i];
        if (!q->approved)
            continue;
        struct at at = {w, "a guest's question", j};
        compare_question(&at, iv, (int)i);
        bool is_told = q->is_public && !is_gone_question(q, q->stage);
        is_number(&at, "grouped", is_told ? q->told : 0);
        for (size_t k = 0; k < sizeof hidden / sizeof *hidden; k++)
            if (json_get(j, hidden[k]))
                broken(w, "a guest sees the %s of %s", hidden[k], q->id);
        j = json_next(j);
    }
    if (j || json_get(root, "silences") || json_get(root, "invitations"))
        broken(w, "a guest sees too much");
}

void compare_with_model(const struct world *w, const struct m_interview *iv)
{
    struct json *root = json_parse(blob_slice(app_snapshot(w->app, slice_of(iv->id))));
    compare_public(w, iv, root);
    json_free(root);
    for (int as_guest = 0; as_guest < 2; as_guest++) {
        struct buf staff = {0};
        snapshot_staff(&staff, channel_find(w->app, slice_of(iv->id))->all, as_guest);
        root = json_parse(buf_slice(&staff));
        if (as_guest)
            compare_guest(w, iv, root);
        else
            compare_staff(w, iv, root);
        json_free(root);
        buf_finish(&staff);
    }
    compare_notices(w, iv);
}

// ---- marks ----

// May everybody read this mark of a question's text or name? past: in what was sent earlier.
static bool may_be_read(const struct m_question *q, const char *mark, bool past)
{
    if (!q->is_public || (!past && is_gone_question(q, q->stage)))
        return false;
    return mark[0] != 'M' || (past ? q->mark_shown : strstr(q->text, mark) != NULL);
}

// A corrected statement keeps its earlier texts.
static bool may_be_heard(const struct m_statement *s, const char *mark, bool past)
{
    bool stands = s->stage == MS_PUBLISHED || (past && s->was_public);
    return stands && (s->version > 1 || strstr(s->text, mark));
}

static bool is_for_all(const struct marks *marks, const char *mark, unsigned n, bool past)
{
    const struct m_interview *iv = n < MARKS ? marks->of[n].iv : NULL;
    if (!iv || mark[0] == 'C')
        return false;
    int of = marks->of[n].of;
    if (mark[0] == 'S' && iv->statements[of].corrects >= 0)
        of = iv->statements[of].corrects;
    return mark[0] == 'S' ? may_be_heard(&iv->statements[of], mark, past)
                          : may_be_read(iv->questions[of], mark, past);
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
    static const char kinds[][3] = {"Mk", "Nm", "Sd", "Ct"};
    for (size_t i = 0; i + 4 < bytes.n; i++) {
        const char *p = bytes.p + i;
        bool begins = false;
        for (int k = 0; k < 4; k++)
            begins |= p[0] == kinds[k][0] && p[1] == kinds[k][1];
        unsigned n = 0;
        size_t at = i + 2;
        if (!begins || (i && is_of_word(p[-1])))
            continue;
        for (; at < bytes.n && bytes.p[at] >= '0' && bytes.p[at] <= '9'; at++)
            n = 10 * n + (unsigned)(bytes.p[at] - '0');
        if (at == i + 2 || at == bytes.n || bytes.p[at] != 'z')
            continue;
        char mark[16];
        snprintf(mark, sizeof mark, "%.*s", (int)(at - i + 1), p);
        if (!is_for_all(marks, mark, n, past))
            broken(w, "%s shows %s, which is hidden", where, mark);
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

static void is_listed(struct world *w, const struct m_interview *iv)
{
    size_t count;
    bool listed = false;
    const struct interview *const *list = app_public_list(w->app, &count);
    for (size_t i = 0; i < count; i++)
        listed |= strcmp(list[i]->id, iv->id) == 0;
    struct json *answer = json_parse(slice_of(
        world_ask(w, 0,
                  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.list\",\"params\":{"
                  "\"limit\":200}}")));
    const struct json *rows = json_get(json_get(answer, "result"), "interviews");
    bool told = false;
    for (const struct json *j = json_first(rows); j; j = json_next(j))
        told |= slice_is(json_get_string(j, "id"), iv->id);
    if (listed != told || listed != (mi_is_known(iv) && !is_gone(iv)))
        broken(w, "%s: in the public list or not?", iv->id);
    json_free(answer);
}

// A citizen who asks to watch what nobody knows of is told that there is nothing.
static void is_refused_unless_known(struct world *w, const struct m_interview *iv)
{
    if (mi_is_known(iv))
        return;
    char watch[200];
    snprintf(watch, sizeof watch,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             iv->id);
    struct viewer *v = viewer_open(w, 0);
    viewer_send(v, watch);
    const char *frame;
    bool refused = false;
    while ((frame = viewer_next(v)) != NULL) {
        refused |= strstr(frame, "\"reason\":\"not_found\"") != NULL;
        if (strstr(frame, iv->id))
            broken(w, "a citizen hears of %s: %s", iv->id, frame);
    }
    if (!refused)
        broken(w, "a citizen may watch %s", iv->id);
    viewer_close(&v);
}

void compare_outputs(struct world *w, const struct marks *marks, const struct m_interview *iv)
{
    compare_marks(w, marks, blob_slice(app_snapshot(w->app, slice_of(iv->id))), false,
                  "the snapshot");
    const struct interview *open = app_public(w->app, slice_of(iv->id));
    if ((open != NULL) != (mi_is_known(iv) && !is_gone(iv)))
        broken(w, "%s: public or not?", iv->id);
    is_listed(w, iv);
    is_refused_unless_known(w, iv);
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
