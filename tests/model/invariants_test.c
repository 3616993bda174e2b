// SPDX-License-Identifier: Apache-2.0
// The twelve invariants of the design, each by its own name, on the real application.
#include <stdio.h>
#include <stdlib.h>

#include "server/app/inside.h"
#include "server/export/export.h"
#include "server/page/page.h"
#include "storage/verify.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

// ---- I1: no byte derived from a hidden question reaches the public ----

// Everything that the public can get about the interview, one after the other.
static void gather(struct scene *s, struct viewer *viewer, struct buf *out)
{
    const struct interview *open = app_public(s->world->app, slice_of(s->id));
    struct page_env env = {.lang = LANG_EN};
    struct export_env export_env = {.lang = LANG_EN};
    struct page_ask_fault fault = {0};
    size_t count;
    buf_add(out, blob_slice(app_snapshot(s->world->app, slice_of(s->id))));
    for (const struct export_format *f = export_formats; f->name; f++)
        export_write(out, f, &export_env, open);
    page_interview(out, &env, open);
    page_ask_again(out, &env, open, &fault);
    const struct interview *const *list = app_public_list(s->world->app, &count);
    page_column(out, &env, list, count);
    app_ledger(s->world->app, open, out);
    buf_text(out, scene_read(s, 1, "interview.list", "%s", ""));
    for (const char *frame; viewer && (frame = viewer_next(viewer)) != NULL;)
        buf_text(out, frame);
}

static void follow(struct scene *s, struct viewer *v)
{
    char text[200];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             s->id);
    viewer_send(v, text);
}

static void is_in(const struct buf *out, const char *words, bool wanted)
{
    bool found = out->p && strstr(out->p, words) != NULL;
    if (found != wanted)
        check_fail(__FILE__, __LINE__, "\"%s\" is %sthere", words, found ? "" : "not ");
}

static void hides(struct scene *s, struct viewer *v, const struct receipt *r, const char *mark)
{
    struct buf out = {0};
    gather(s, v, &out);
    is_in(&out, mark, false);
    is_in(&out, r->question, false);
    is_in(&out, r->receipt_no, false);
    buf_finish(&out);
}

TEST(i1_nothing_of_a_hidden_question_is_in_any_public_output)
{
    struct scene *s = scene_create(11, "on_approve");
    struct viewer *v = viewer_open(s->world, 3);
    struct receipt waits, rejected, withdrawn, young, undone, referred, shown;
    follow(s, v);
    scene_ask(s, 0, "zebra-waits", &waits);
    scene_ask(s, 0, "zebra-rejected", &rejected);
    scene_reject(s, rejected.question, "off_topic");
    scene_ask(s, 0, "zebra-withdrawn", &withdrawn);
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             withdrawn.receipt_no, withdrawn.secret);
    scene_ok(s);
    scene_ask(s, 0, "zebra-undone", &undone);
    scene_approve(s, undone.question);
    scene_do(s, MOD1, "question.undo", "\"question\":\"%s\"", undone.question);
    scene_ok(s);
    scene_ask(s, 0, "zebra-referred", &referred);
    scene_do(s, MOD1, "question.refer",
             "\"question\":\"%s\",\"version\":1,\"department\":\"Zebra Bureau\"",
             referred.question);
    scene_ok(s);
    scene_ask(s, 0, "zebra-shown", &shown);
    scene_approve(s, shown.question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_ask(s, 0, "zebra-young", &young);
    scene_approve(s, young.question); // may be undone for some time
    const struct receipt *hidden[] = {&waits, &rejected, &withdrawn, &undone, &referred, &young};
    const char *marks[] = {"zebra-waits",  "zebra-rejected", "zebra-withdrawn",
                           "zebra-undone", "zebra-referred", "zebra-young"};
    struct buf out = {0};
    gather(s, v, &out);
    is_in(&out, "zebra-shown", true);
    for (size_t i = 0; i < 6; i++) {
        is_in(&out, marks[i], false);
        is_in(&out, hidden[i]->question, false);
        is_in(&out, hidden[i]->receipt_no, false);
    }
    is_in(&out, "Zebra Bureau", false);
    buf_finish(&out);
    viewer_close(&v);
    scene_destroy(&s);
}

TEST(i1_with_answer_nothing_is_shown_before_its_answer)
{
    struct scene *s = scene_create(12, "with_answer");
    struct viewer *v = viewer_open(s->world, 3);
    struct receipt r;
    follow(s, v);
    scene_ask(s, 0, "zebra-late", &r);
    scene_approve(s, r.question);
    scene_wait(s, 2 * MODEL_UNDO_MS);
    hides(s, v, &r, "zebra-late");
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", r.question);
    scene_ok(s);
    hides(s, v, &r, "zebra-late");
    scene_do(s, GUEST, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\","
             "\"text\":\"Soon.\",\"questions\":[\"%s\"]",
             s->id, r.question);
    scene_ok(s);
    struct buf out = {0};
    gather(s, v, &out);
    is_in(&out, "zebra-late", true);
    buf_finish(&out);
    viewer_close(&v);
    scene_destroy(&s);
}

TEST(i1_a_number_of_events_tells_nothing_of_hidden_questions)
{
    struct scene *s = scene_create(13, "on_approve");
    struct receipt r;
    struct json *before = scene_snapshot(s, "public");
    for (int i = 0; i < 20; i++)
        scene_ask(s, i % CITIZENS, "What about the pumps?", &r);
    struct json *after = scene_snapshot(s, "public");
    CHECK_INT(json_get_int(after, "to"), json_get_int(before, "to"));
    CHECK_STR(scene_text(after, "hash"), scene_text(before, "hash"));
    json_free(before);
    json_free(after);
    scene_destroy(&s);
}

// ---- I2: originals are immutable ----

TEST(i2_the_original_stays_whatever_happens_and_the_record_only_grows)
{
    struct scene *s = scene_create(21, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Original words", &r);
    size_t at = scene_events(s) - 1;
    char received[1000];
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    snprintf(received, sizeof received, "%s", memory_event(log, at)->body.p);
    CHECK(strstr(received, "Original words"));
    scene_claim(s, MOD1, r.question);
    scene_do(s, MOD1, "question.approve",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"text\":\"Other words\"",
             r.question);
    scene_ok(s);
    size_t most = scene_events(s);
    scene_do(s, MOD1, "question.undo", "\"question\":\"%s\"", r.question);
    scene_ok(s);
    scene_reject(s, r.question, "unclear");
    struct json *staff = scene_snapshot(s, NULL);
    CHECK_STR(scene_text(scene_question(staff, r.question), "original"), "Original words");
    json_free(staff);
    CHECK(scene_events(s) > most);
    CHECK_STR(memory_event(log, at)->body.p, received);
    scene_destroy(&s);
}

// ---- I3: the loser learns what has happened ----

TEST(i3_a_command_with_an_old_version_changes_nothing_and_tells_by_whom)
{
    struct scene *s = scene_create(31, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Who is first?", &r);
    scene_approve(s, r.question);
    size_t events = scene_events(s);
    static const struct {
        int who;
        const char *method, *more;
    } late[] = {
        {MOD2, "question.approve", ",\"claim_epoch\":1"},
        {MOD2, "question.reject", ",\"claim_epoch\":1,\"code\":\"spam\""},
        {MOD2, "question.refer", ",\"department\":\"Water Bureau\""},
        {MOD2, "question.release", ",\"note\":\"Looked at\""},
    };
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        scene_do(s, late[i].who, late[i].method, "\"question\":\"%s\",\"version\":1%s", r.question,
                 late[i].more);
        scene_refused(s, "stale");
        CHECK(strstr(s->answer, "\"by\":\"mod1\""));
        CHECK(strstr(s->answer, "\"stage\":\"approved\""));
        CHECK(strstr(s->answer, "\"version\":2"));
    }
    scene_do(s, ADMIN, "interview.transition",
             "\"interview\":\"%s\",\"version\":1,\"to\":\"draining\"", s->id);
    scene_refused(s, "stale");
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":1,\"set\":{\"topic\":\"Other\"}", s->id);
    scene_refused(s, "stale");
    CHECK_INT(scene_events(s), events);
    scene_destroy(&s);
}

// ---- I4: a claim is a lease, fenced by its epoch ----

static int64_t claim_epoch(const struct scene *s, const char *question)
{
    struct json *staff = scene_snapshot(s, NULL);
    const struct json *claim = json_get(scene_question(staff, question), "claim");
    int64_t epoch = claim ? json_get_int(claim, "epoch") : 0;
    json_free(staff);
    return epoch;
}

TEST(i4_a_claim_ends_by_time_and_is_fenced_by_its_epoch)
{
    struct scene *s = scene_create(41, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Mine?", &r);
    scene_claim(s, MOD1, r.question);
    scene_do(s, MOD2, "question.claim", "\"question\":\"%s\"", r.question);
    scene_refused(s, "claimed");
    scene_wait(s, MODEL_CLAIM_MS - 1);
    scene_do(s, MOD2, "question.claim", "\"question\":\"%s\"", r.question);
    scene_refused(s, "claimed");
    scene_claim(s, MOD1, r.question); // renewed
    CHECK_INT(claim_epoch(s, r.question), 1);
    scene_wait(s, MODEL_CLAIM_MS - 1);
    scene_do(s, MOD2, "question.claim", "\"question\":\"%s\"", r.question);
    scene_refused(s, "claimed");
    scene_wait(s, 1);
    scene_claim(s, MOD2, r.question);
    CHECK_INT(claim_epoch(s, r.question), 2);
    scene_do(s, MOD1, "question.approve", "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1",
             r.question);
    scene_refused(s, "claimed");
    scene_do(s, MOD1, "question.claim", "\"question\":\"%s\",\"take_over\":true", r.question);
    scene_ok(s);
    scene_do(s, MOD2, "question.approve", "\"question\":\"%s\",\"version\":1,\"claim_epoch\":2",
             r.question);
    scene_refused(s, "claimed");
    scene_do(s, MOD1, "question.approve", "\"question\":\"%s\",\"version\":1,\"claim_epoch\":3",
             r.question);
    scene_ok(s);
    scene_destroy(&s);
}

TEST(i4_a_claim_ends_with_every_way_out_of_waiting)
{
    struct scene *s = scene_create(42, "on_approve");
    struct receipt r[4];
    for (int i = 0; i < 4; i++) {
        scene_ask(s, 0, "On my desk", &r[i]);
        scene_claim(s, MOD1, r[i].question);
    }
    scene_approve(s, r[0].question);
    scene_reject(s, r[1].question, "spam");
    scene_do(s, MOD1, "question.refer",
             "\"question\":\"%s\",\"version\":1,\"department\":\"Water Bureau\"", r[2].question);
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r[3].receipt_no,
             r[3].secret);
    for (int i = 0; i < 4; i++)
        CHECK_INT(claim_epoch(s, r[i].question), 0);
    scene_destroy(&s);
}

TEST(i4_who_is_gone_lets_go_after_a_while_and_who_comes_back_does_not)
{
    struct scene *s = scene_create(43, "on_approve");
    struct receipt r;
    struct viewer *v = viewer_open(s->world, MOD1);
    scene_ask(s, 0, "Anybody there?", &r);
    scene_claim(s, MOD1, r.question);
    viewer_close(&v);
    scene_wait(s, LIMIT_LEAVE_MS - 1);
    CHECK_INT(claim_epoch(s, r.question), 1);
    v = viewer_open(s->world, MOD1);
    scene_wait(s, LIMIT_LEAVE_MS);
    CHECK_INT(claim_epoch(s, r.question), 1);
    viewer_close(&v);
    scene_wait(s, LIMIT_LEAVE_MS);
    CHECK_INT(claim_epoch(s, r.question), 0);
    scene_claim(s, MOD2, r.question);
    CHECK_INT(claim_epoch(s, r.question), 2);
    scene_destroy(&s);
}

// ---- I5: what is taken back leaves its id and nothing else ----

TEST(i5_a_frame_about_what_is_gone_has_no_text)
{
    struct scene *s = scene_create(51, "on_approve");
    struct receipt withdrawn, retracted;
    scene_ask(s, 0, "zebra-gone", &withdrawn);
    scene_approve(s, withdrawn.question);
    scene_ask(s, 0, "zebra-retracted", &retracted);
    scene_approve(s, retracted.question);
    scene_wait(s, MODEL_UNDO_MS);
    struct viewer *v = viewer_open(s->world, 3);
    follow(s, v);
    while (viewer_next(v))
        ;
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             withdrawn.receipt_no, withdrawn.secret);
    scene_ok(s);
    scene_do(s, MOD1, "question.retract",
             "\"question\":\"%s\",\"version\":%u,\"code\":\"personal_data\"", retracted.question,
             scene_version(s, retracted.question));
    scene_ok(s);
    struct buf out = {0};
    gather(s, v, &out);
    is_in(&out, "question.withdrawn", true);
    is_in(&out, withdrawn.question, true);
    is_in(&out, "zebra-gone", false);
    is_in(&out, "zebra-retracted", false);
    is_in(&out, retracted.question, true);
    buf_finish(&out);
    viewer_close(&v);
    scene_destroy(&s);
}

// ---- I6: who sees what ----

TEST(i6_the_asker_and_staff_see_everything_the_guest_what_was_approved)
{
    struct scene *s = scene_create(61, "on_approve");
    struct receipt waits, rejected, approved;
    struct viewer *v = viewer_open(s->world, GUEST);
    follow(s, v);
    scene_ask(s, 0, "zebra-waits", &waits);
    scene_ask(s, 0, "zebra-rejected", &rejected);
    scene_reject(s, rejected.question, "off_topic");
    scene_ask(s, 0, "zebra-approved", &approved);
    scene_approve(s, approved.question);
    const struct receipt *all[] = {&waits, &rejected, &approved};
    static const char *const texts[] = {"zebra-waits", "zebra-rejected", "zebra-approved"};
    static const char *const stages[] = {"pending", "rejected", "approved"};
    struct json *staff = scene_snapshot(s, NULL), *guest = scene_snapshot(s, "guest");
    struct buf frames = {0};
    for (const char *frame; (frame = viewer_next(v)) != NULL;)
        buf_text(&frames, frame);
    for (int i = 0; i < 3; i++) {
        scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
                   all[i]->receipt_no, all[i]->secret);
        CHECK(strstr(s->answer, texts[i]) && strstr(s->answer, stages[i]));
        scene_read(s, 0, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"AAAA-AAAA-AA\"",
                   all[i]->receipt_no);
        scene_refused(s, "not_found");
        CHECK_STR(scene_text(scene_question(staff, all[i]->question), "text"), texts[i]);
        CHECK((scene_question(guest, all[i]->question) != NULL) == (i == 2));
        is_in(&frames, texts[i], i == 2);
    }
    buf_finish(&frames);
    json_free(staff);
    json_free(guest);
    viewer_close(&v);
    scene_destroy(&s);
}

// ---- I7: every end has a reason, a person, a time, and words for the asker ----

static bool says(const struct memory_log *log, size_t i, const char *type, const char *question)
{
    const struct memory_event *e = &log->events[i];
    return slice_is(e->event.type, type) && strstr(e->event.body.p, question);
}

static void has_end(const struct scene *s, const struct receipt *r, const char *type,
                    const char *actor, const char *why)
{
    const struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    for (size_t i = 0; i < log->count; i++) {
        if (!says(log, i, type, r->question))
            continue;
        CHECK_STR(log->events[i].event.actor.p, actor);
        CHECK(log->events[i].event.at_ms > 0);
        CHECK(!why || strstr(log->events[i].event.body.p, why));
        return;
    }
    check_fail(__FILE__, __LINE__, "no %s", type);
}

TEST(i7_an_end_has_a_code_a_person_a_time_and_a_message)
{
    struct scene *s = scene_create(71, "on_approve");
    struct receipt rejected, referred, withdrawn;
    scene_ask(s, 0, "First", &rejected);
    scene_ask(s, 0, "Second", &referred);
    scene_ask(s, 0, "Third", &withdrawn);
    scene_reject(s, rejected.question, "off_topic");
    scene_do(s, MOD2, "question.refer",
             "\"question\":\"%s\",\"version\":1,\"department\":\"Water Bureau\"",
             referred.question);
    scene_ok(s);
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             withdrawn.receipt_no, withdrawn.secret);
    scene_ok(s);
    has_end(s, &rejected, "question.rejected", "u:mod1", "off_topic");
    has_end(s, &referred, "question.referred", "u:mod2", "Water Bureau");
    has_end(s, &withdrawn, "question.withdrawn", m_citizen_ids[0], NULL);
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
               rejected.receipt_no, rejected.secret);
    CHECK(strstr(s->answer, "\"reason\":\"off_topic\"") && strstr(s->answer, "announcement"));
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
               referred.receipt_no, referred.secret);
    CHECK(strstr(s->answer, "Water Bureau"));
    scene_claim(s, MOD1, (scene_ask(s, 0, "Fourth", &rejected), rejected.question));
    scene_do(s, MOD1, "question.reject", "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1",
             rejected.question);
    scene_refused(s, "bad_params"); // no code, no end
    scene_do(s, MOD1, "question.refer", "\"question\":\"%s\",\"version\":1", rejected.question);
    scene_refused(s, "bad_params");
    scene_destroy(&s);
}

TEST(i7_every_stage_is_told_in_words_in_every_language)
{
    for (int lang = 0; lang < LANGS; lang++)
        for (int stage = 0; stage < Q_STAGES; stage++) {
            const char *word = question_stage_name((enum question_stage)stage);
            if (!message_find((enum lang)lang, "q", word))
                check_fail(__FILE__, __LINE__, "%s: no words for %s", lang_tag((enum lang)lang),
                           word);
        }
}

// ---- I8: no transcript while a question has no end ----

TEST(i8_the_transcript_waits_for_the_last_question)
{
    struct scene *s = scene_create(81, "on_approve");
    struct receipt pending, approved, queued, on_air, answered;
    struct receipt *moved[] = {&approved, &queued, &on_air, &answered};
    scene_ask(s, 0, "Pending", &pending);
    for (int i = 0; i < 4; i++) {
        scene_ask(s, 0, "Approved", moved[i]);
        scene_approve(s, moved[i]->question);
    }
    scene_wait(s, MODEL_UNDO_MS);
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", queued.question);
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", on_air.question);
    scene_do(s, GUEST, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\",\"text\":\"Yes\","
             "\"questions\":[\"%s\"]",
             s->id, answered.question);
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    struct receipt *open[] = {&pending, &approved, &queued, &on_air};
    for (int i = 0; i <= 4; i++) {
        uint64_t version = channel_find(s->world->app, slice_of(s->id))->all->version;
        scene_do(s, CHECKER, "interview.transition",
                 "\"interview\":\"%s\",\"version\":%llu,\"to\":\"published\"", s->id,
                 (unsigned long long)version);
        if (i == 4)
            break;
        scene_refused(s, "undisposed");
        for (int j = 0; j < 4; j++)
            CHECK((strstr(s->answer, open[j]->question) != NULL) == (j >= i));
        CHECK(!strstr(s->answer, answered.question));
        if (open[i] == &on_air)
            scene_do(s, COMPERE, "question.take_off_air", "\"question\":\"%s\"", on_air.question);
        scene_do(s, MOD1, "question.refer",
                 "\"question\":\"%s\",\"version\":%u,\"department\":\"Water Bureau\"",
                 open[i]->question, scene_version(s, open[i]->question));
        scene_ok(s);
    }
    scene_ok(s);
    scene_do(s, 0, "question.ask", "\"interview\":\"%s\",\"text\":\"Too late?\"", s->id);
    scene_refused(s, "asking_closed");
    scene_destroy(&s);
}

// ---- I9: joining questions loses nobody ----

static void is_still_there(struct scene *s, const struct receipt *r, int asker, const char *text)
{
    struct json *staff = scene_snapshot(s, NULL);
    const struct json *q = scene_question(staff, r->question);
    CHECK_STR(scene_text(q, "asker"), m_citizen_ids[asker]);
    CHECK_STR(scene_text(q, "original"), text);
    CHECK_STR(scene_text(q, "receipt_no"), r->receipt_no);
    json_free(staff);
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r->receipt_no,
               r->secret);
    scene_ok(s);
}

TEST(i9_the_same_question_of_many_keeps_every_asker)
{
    struct scene *s = scene_create(91, "on_approve");
    struct receipt r[3];
    for (int i = 0; i < 3; i++)
        scene_ask(s, i, "When will the pipes be replaced?", &r[i]);
    for (int i = 0; i < 3; i++)
        is_still_there(s, &r[i], i, "When will the pipes be replaced?");
    CHECK(strcmp(r[0].receipt_no, r[1].receipt_no) != 0);
    scene_destroy(&s);
}

TEST(i9_grouping_and_ungrouping_keep_every_asker)
{
    struct scene *s = scene_create(92, "on_approve");
    struct receipt r[3];
    for (int i = 0; i < 3; i++)
        scene_ask(s, i, "When will the pipes be replaced?", &r[i]);
    for (int i = 1; i < 3; i++) {
        scene_claim(s, MOD1, r[i].question);
        scene_do(s, MOD1, "question.group",
                 "\"question\":\"%s\",\"version\":%u,\"claim_epoch\":1,\"into\":\"%s\"",
                 r[i].question, scene_version(s, r[i].question), r[0].question);
        scene_ok(s);
    }
    for (int i = 0; i < 3; i++)
        is_still_there(s, &r[i], i, "When will the pipes be replaced?");
    for (int i = 1; i < 3; i++) {
        scene_do(s, MOD1, "question.ungroup", "\"question\":\"%s\",\"version\":%u", r[i].question,
                 scene_version(s, r[i].question));
        scene_ok(s);
    }
    for (int i = 0; i < 3; i++)
        is_still_there(s, &r[i], i, "When will the pipes be replaced?");
    scene_destroy(&s);
}

// ---- I10: once, and in one order ----

TEST(i10_a_command_sent_again_has_its_first_answer_and_no_second_effect)
{
    struct scene *s = scene_create(101, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Once", &r);
    char first[1 << 16], request[2000];
    size_t events;
    snprintf(request, sizeof request,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"question.ask\",\"params\":{\"command_id\":"
             "\"again\",\"interview\":\"%s\",\"text\":\"Twice\"}}",
             s->id);
    snprintf(first, sizeof first, "%s", world_ask(s->world, 0, "%s", request));
    CHECK(strstr(first, "receipt_no"));
    events = scene_events(s);
    CHECK_STR(world_ask(s->world, 0, "%s", request), first);
    scene_do(s, ADMIN, "asking.set", "\"interview\":\"%s\",\"state\":\"closed\"", s->id);
    CHECK_STR(world_ask(s->world, 0, "%s", request), first); // much later, and after a restart
    world_restart(s->world);
    CHECK_STR(world_ask(s->world, 0, "%s", request), first);
    CHECK_INT(scene_events(s), events + 1);
    CHECK(!strstr(world_ask(s->world, 1, "%s", request), "receipt_no")); // somebody else's own
    scene_destroy(&s);
}

TEST(i10_events_are_numbered_without_a_gap_and_chained)
{
    struct scene *s = scene_create(102, "on_approve");
    struct receipt r;
    for (int i = 0; i < 10; i++) {
        scene_ask(s, i % CITIZENS, "Numbered", &r);
        scene_approve(s, r.question);
    }
    scene_wait(s, MODEL_UNDO_MS);
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    struct verifier v;
    verifier_init(&v);
    for (size_t i = 0; i < log->count; i++)
        CHECK_INT(verifier_feed(&v, memory_event(log, i)), VERIFY_OK);
    CHECK_INT(v.staff.n, log->count);
    CHECK(v.open.n > 10);
    scene_destroy(&s);
}

// ---- I11: a public text changes by redaction only ----

static void add_value(struct buf *b, const struct scene *s, const struct receipt *r,
                      const struct field *f)
{
    uint64_t version = scene_version(s, r->question);
    if (strcmp(f->name, "question") == 0)
        buf_printf(b, "\"%s\"", r->question);
    else if (strcmp(f->name, "interview") == 0)
        buf_printf(b, "\"%s\"", s->id);
    else if (strcmp(f->name, "receipt_no") == 0)
        buf_printf(b, "\"%s\"", r->receipt_no);
    else if (strcmp(f->name, "secret") == 0)
        buf_printf(b, "\"%s\"", r->secret);
    else if (strcmp(f->name, "code") == 0)
        buf_text(b, "\"off_topic\"");
    else if (strcmp(f->name, "version") == 0)
        buf_printf(b, "%llu", (unsigned long long)version);
    else if (f->kind == F_INT)
        buf_text(b, "1");
    else if (f->kind == F_BOOL)
        buf_text(b, "true");
    else if (f->kind == F_STRINGS)
        buf_text(b, "[]");
    else if (f->kind == F_OBJECTS)
        buf_text(b, "[]");
    else if (f->kind == F_TIME)
        buf_text(b, "\"2026-11-24T07:00:00.000Z\"");
    else
        buf_text(b, "\"Smuggled-words\"");
}

// Every field of the method, filled as well as can be without knowing it.
static void try_method(struct scene *s, int who, const struct method *m, const struct receipt *r)
{
    struct buf b = {0};
    for (const struct field *f = m->fields; f && f->name; f++) {
        if (strcmp(f->name, "command_id") == 0 || f->kind == F_OBJECT)
            continue;
        buf_printf(&b, "%s\"%s\":", b.n ? "," : "", f->name);
        add_value(&b, s, r, f);
    }
    if (m->command_offset == NONE_GIVEN)
        scene_read(s, who, m->name, "%s", buf_slice(&b).p);
    else
        scene_do(s, who, m->name, "%s", buf_slice(&b).p);
    buf_finish(&b);
}

TEST(i11_no_command_but_redaction_changes_a_text_that_is_public)
{
    static const int everybody[] = {MOD1, REVIEWER, COMPERE, PRODUCER, STENOGRAPHER, GUEST, ADMIN};
    unsigned tried = 0;
    for (size_t n = 0; method_at(n); n++) {
        const struct method *m = method_at(n);
        if (strncmp(m->name, "question.", 9) != 0 || strcmp(m->name, "question.redact") == 0)
            continue;
        struct scene *s = scene_create(110 + n, "on_approve");
        struct receipt r;
        scene_ask(s, 0, "As it was approved", &r);
        scene_approve(s, r.question);
        scene_wait(s, MODEL_UNDO_MS);
        for (size_t i = 0; i < sizeof everybody / sizeof *everybody; i++) {
            scene_do(s, everybody[i], "question.claim", "\"question\":\"%s\"", r.question);
            try_method(s, everybody[i], m, &r);
            scene_wait(s, MODEL_UNDO_MS);
            struct json *open = scene_snapshot(s, "public");
            const char *text = scene_text(scene_question(open, r.question), "text");
            if (text[0] && strcmp(text, "As it was approved") != 0)
                check_fail(__FILE__, __LINE__, "%s changed it to \"%s\"", m->name, text);
            json_free(open);
            tried++;
        }
        scene_destroy(&s);
    }
    CHECK(tried > 50);
}

// ---- I12: a place in the transcript is for good ----

static void is_order(const struct scene *s, const char *list, const char *key, char ids[][24],
                     size_t count)
{
    struct json *open = scene_snapshot(s, "public");
    const struct json *item = json_first(json_get(open, list));
    for (size_t i = 0; i < count; i++, item = json_next(item))
        CHECK_STR(scene_text(item, key), ids[i]);
    CHECK(!item);
    json_free(open);
}

TEST(i12_nothing_moves_after_its_first_publication)
{
    struct scene *s = scene_create(121, "on_approve");
    struct receipt r[4];
    char questions[4][24], statements[3][24];
    for (int i = 0; i < 4; i++)
        scene_ask(s, 0, "In order", &r[i]);
    for (int i = 3; i >= 0; i--) { // becomes public in another order than asked
        scene_approve(s, r[i].question);
        scene_wait(s, MODEL_UNDO_MS);
        snprintf(questions[3 - i], 24, "%s", r[i].question);
    }
    static const char *const said_at[] = {"2026-11-24T09:00:00.000Z", "2026-11-24T08:00:00.000Z",
                                          "2026-11-24T07:30:00.000Z"};
    for (int i = 0; i < 3; i++) {
        scene_do(s, COMPERE, "statement.publish",
                 "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\",\"text\":"
                 "\"Said\",\"said_at\":\"%s\",\"questions\":[\"%s\"]",
                 s->id, said_at[i], r[i].question);
        scene_ok(s);
        answer_member(slice_of(s->answer), "statement", statements[i], 24);
    }
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\",\"position\":1", r[3].question);
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", r[3].question);
    scene_do(s, COMPERE, "question.take_off_air", "\"question\":\"%s\"", r[3].question);
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r[3].receipt_no,
             r[3].secret);
    scene_ok(s);
    is_order(s, "questions", "question", questions, 4);
    is_order(s, "statements", "statement", statements, 3);
    scene_do(s, COMPERE, "statement.correct",
             "\"statement\":\"%s\",\"version\":1,\"text\":\"Said otherwise\"", statements[0]);
    scene_ok(s);
    is_order(s, "statements", "statement", statements, 3);
    world_restart(s->world);
    is_order(s, "questions", "question", questions, 4);
    is_order(s, "statements", "statement", statements, 3);
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
