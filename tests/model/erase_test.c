// SPDX-License-Identifier: Apache-2.0
// Erasing by law, on the real application: two persons, nothing of the words left anywhere, and
// nothing else that changes. Named tests; what happens at random is model_test's.
#include <stdio.h>
#include <stdlib.h>

#include "server/app/inside.h"
#include "server/export/export.h"
#include "server/page/page.h"
#include "storage/verify.h"
#include "tests/kit/check.h"
#include "tests/model/compare.h"
#include "tests/model/scene.h"

#define BASIS "Personal Information Protection Law, Article 47"

static void erase(struct scene *s, int who, const char *question, unsigned version)
{
    scene_do(s, who, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"personal_data\",\"basis\":\"" BASIS
             "\"",
             question, version);
}

// By both.
static void erase_it(struct scene *s, const char *question)
{
    erase(s, ADMIN, question, scene_version(s, question));
    scene_ok(s);
    CHECK(strstr(s->answer, "\"waits_for\":\"portal_admin,reviewer,auditor\""));
    erase(s, REVIEWER, question, scene_version(s, question));
    scene_ok(s);
    CHECK(strstr(s->answer, "\"erased\":true"));
}

static void rejected(struct scene *s, const char *text, struct receipt *r)
{
    scene_ask(s, 0, text, r);
    scene_reject(s, r->question, "off_topic");
}

static void answer(struct scene *s, const char *question)
{
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", question);
    scene_ok(s);
    scene_do(s, GUEST, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\","
             "\"text\":\"Soon.\",\"questions\":[\"%s\"]",
             s->id, question);
    scene_ok(s);
}

// ---- who, and when ----

TEST(two_persons_erase_of_whom_the_first_is_an_administrator)
{
    struct scene *s = scene_create(1, "on_approve");
    struct receipt r;
    rejected(s, "zebra", &r);
    unsigned version = scene_version(s, r.question);
    erase(s, MOD1, r.question, version);
    scene_refused(s, "not_authorized");
    erase(s, REVIEWER, r.question, version); // may confirm, and not ask for it
    scene_refused(s, "not_authorized");
    erase(s, AUDITOR, r.question, version);
    scene_refused(s, "not_authorized");
    erase(s, ADMIN, r.question, version + 1);
    scene_refused(s, "stale");
    scene_do(s, ADMIN, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"mood\",\"basis\":\"x\"", r.question,
             version);
    scene_refused(s, "bad_params");
    scene_do(s, ADMIN, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"court\",\"basis\":\" \"", r.question,
             version);
    scene_refused(s, "bad_params");
    erase(s, ADMIN, r.question, version);
    scene_ok(s);
    struct json *staff = scene_snapshot(s, NULL);
    const struct json *q = scene_question(staff, r.question);
    CHECK_STR(scene_text(q, "text"), "zebra"); // nothing is gone yet
    CHECK_STR(scene_text(json_get(q, "erasure"), "by"), "admin");
    CHECK_STR(scene_text(json_get(q, "erasure"), "basis"), BASIS);
    json_free(staff);
    erase(s, ADMIN, r.question, version + 1);
    scene_refused(s, "two_persons");
    erase(s, REVIEWER, r.question, version); // who has not seen that it was asked for
    scene_refused(s, "stale");
    // another basis is another wish: an administrator's only, and to be confirmed by somebody else
    scene_do(s, REVIEWER, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"court\",\"basis\":\"" BASIS "\"",
             r.question, version + 1);
    scene_refused(s, "not_authorized");
    scene_do(s, ADMIN, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"court\",\"basis\":\"Order 7\"",
             r.question, version + 1);
    scene_ok(s);
    erase(s, AUDITOR, r.question, version + 2);
    scene_refused(s, "not_authorized");
    scene_do(s, AUDITOR, "question.erase",
             "\"question\":\"%s\",\"version\":%u,\"class\":\"court\",\"basis\":\"Order 7\"",
             r.question, version + 2);
    scene_ok(s);
    staff = scene_snapshot(s, NULL);
    q = scene_question(staff, r.question);
    CHECK_STR(scene_text(q, "stage"), "rejected");
    CHECK_STR(scene_text(json_get(q, "erased"), "class"), "court");
    CHECK_STR(scene_text(json_get(q, "erasure"), "confirmed_by"), "auditor");
    json_free(staff);
    scene_destroy(&s);
}

TEST(what_waits_is_decided_about_first)
{
    struct scene *s = scene_create(2, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "zebra", &r);
    erase(s, ADMIN, r.question, 1);
    scene_refused(s, "wrong_stage");
    scene_approve(s, r.question);
    erase(s, ADMIN, r.question, 2);
    scene_refused(s, "wrong_stage");
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", r.question);
    scene_ok(s);
    erase(s, ADMIN, r.question, scene_version(s, r.question));
    scene_refused(s, "wrong_stage");
    rejected(s, "zebra two", &r);
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
             r.secret);
    scene_ok(s);
    erase(s, ADMIN, r.question, scene_version(s, r.question));
    scene_refused(s, "wrong_stage");
    scene_destroy(&s);
}

// ---- what is left ----

static void add_snapshots(struct scene *s, struct buf *out)
{
    static const char *const sights[] = {NULL, "guest", "public"};
    for (size_t i = 0; i < 3; i++) {
        struct json *snapshot = scene_snapshot(s, sights[i]);
        struct json_writer w = {.out = out};
        json_w_copy(&w, snapshot);
        json_free(snapshot);
    }
}

static void add_documents(struct scene *s, struct buf *out)
{
    const struct interview *open = app_public(s->world->app, slice_of(s->id));
    struct page_env env = {.lang = LANG_EN};
    struct export_env export_env = {.lang = LANG_EN};
    for (const struct export_format *f = export_formats; f->name; f++)
        export_write(out, f, &export_env, open);
    page_interview(out, &env, open);
    app_ledger(s->world->app, open, out);
}

// Whoever begins now, from wherever he says he is.
static void add_frames(struct scene *s, struct buf *out)
{
    static const int who[] = {ADMIN, MOD1, GUEST, 3};
    for (size_t i = 0; i < sizeof who / sizeof *who; i++)
        for (int n = 0; n < 40; n++) {
            char text[300];
            struct viewer *v = viewer_open(s->world, who[i]);
            snprintf(text, sizeof text,
                     "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
                     "{\"interview\":\"%s\",\"at\":{\"n\":%d,\"hash\":\"\"}}}",
                     s->id, n);
            viewer_send(v, text);
            world_settle(s->world);
            for (const char *frame; (frame = viewer_next(v)) != NULL;)
                buf_text(out, frame);
            viewer_close(&v);
        }
}

static void add_record(struct scene *s, struct buf *out)
{
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    for (size_t i = 0; i < log->count; i++) {
        const struct event *e = memory_event(log, i);
        buf_add(out, e->actor);
        buf_add(out, e->body);
    }
}

static void is_gone(const struct buf *out, const char *what)
{
    if (memmem(out->p, out->n, what, strlen(what)))
        check_fail(__FILE__, __LINE__, "\"%s\" is there: %.200s", what,
                   (char *)memmem(out->p, out->n, what, strlen(what)) - 60);
}

static void everything(struct scene *s, struct buf *out)
{
    add_snapshots(s, out);
    add_documents(s, out);
    add_frames(s, out);
    add_record(s, out);
}

static void sound(struct scene *s)
{
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    struct verifier v;
    verifier_init(&v);
    for (size_t i = 0; i < log->count; i++)
        CHECK_INT(verifier_feed(&v, memory_event(log, i)), VERIFY_OK);
    CHECK_INT(verifier_end(&v), VERIFY_OK);
    static struct m_interview iv;
    snprintf(iv.id, sizeof iv.id, "%s", s->id);
    compare_with_record(s->world, &iv); // a fold of the record from zero
}

TEST(nothing_of_an_answered_question_is_left_anywhere)
{
    struct scene *s = scene_create(3, "on_approve");
    struct receipt r, other;
    struct viewer *v = viewer_open(s->world, MOD2);
    scene_ask(s, 1, "What stays", &other);
    scene_do(s, 0, "question.ask",
             "\"interview\":\"%s\",\"text\":\"zebra one\",\"name\":\"zebra two\","
             "\"contact\":\"zebra three\"",
             s->id);
    scene_ok(s);
    struct json *a = json_parse(slice_of(s->answer));
    const struct json *result = json_get(a, "result");
    snprintf(r.question, sizeof r.question, "%s", scene_text(result, "question"));
    snprintf(r.receipt_no, sizeof r.receipt_no, "%s", scene_text(result, "receipt_no"));
    snprintf(r.secret, sizeof r.secret, "%s", scene_text(result, "secret"));
    char nonce[40], digest[80];
    snprintf(nonce, sizeof nonce, "%s", scene_text(result, "nonce"));
    snprintf(digest, sizeof digest, "%s", scene_text(result, "digest"));
    json_free(a);
    scene_do(s, MOD1, "question.note", "\"question\":\"%s\",\"text\":\"zebra four\"", r.question);
    scene_ok(s);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_do(s, MOD1, "question.label", "\"question\":\"%s\",\"version\":2,\"labels\":[\"zebra\"]",
             r.question);
    scene_ok(s);
    answer(s, r.question);
    struct buf out = {0};
    everything(s, &out);
    CHECK(strstr(out.p, "zebra one") && strstr(out.p, "zebra four"));
    CHECK(strstr(out.p, nonce) && strstr(out.p, m_citizen_ids[0]));
    struct json *before = scene_snapshot(s, "public");
    erase_it(s, r.question);
    for (int again = 0; again < 2; again++) {
        buf_clear(&out);
        everything(s, &out);
        is_gone(&out, "zebra");
        is_gone(&out, nonce);
        is_gone(&out, m_citizen_ids[0]);
        CHECK(strstr(out.p, "What stays"));
        CHECK(strstr(out.p, "Soon.")); // the answer is the office's
        CHECK(strstr(out.p, digest));
        CHECK(strstr(out.p, "This question was erased by law: protection of personal data"));
        sound(s);
        if (again == 0) {
            viewer_close(&v);
            world_restart(s->world);
        }
    }
    buf_finish(&out);
    struct json *after = scene_snapshot(s, "public");
    const struct json *q = scene_question(after, r.question);
    CHECK_STR(scene_text(q, "stage"), "answered");
    CHECK_STR(scene_text(q, "receipt_no"), r.receipt_no);
    CHECK_STR(scene_text(json_get(q, "erased"), "class"), "personal_data");
    CHECK(json_get_int(json_get(before, "counts"), "answered") == 1);
    CHECK(json_get_int(json_get(after, "counts"), "answered") == 0);
    json_free(before);
    json_free(after);
    scene_destroy(&s);
}

// Frames that somebody has not got yet hold words: he begins anew in place of getting them.
TEST(who_is_behind_does_not_get_the_words_any_more)
{
    struct scene *s = scene_create(4, "on_approve");
    struct receipt r;
    char text[200];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             s->id);
    static const int who[] = {MOD1, GUEST, 3};
    struct viewer *slow[3];
    for (size_t i = 0; i < 3; i++) {
        slow[i] = viewer_open(s->world, who[i]);
        viewer_send(slow[i], text);
        world_settle(s->world);
        while (viewer_next(slow[i]))
            ;
        slow[i]->busy = 1000;
    }
    scene_ask(s, 0, "zebra", &r);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    answer(s, r.question);
    erase_it(s, r.question);
    for (size_t i = 0; i < 3; i++) {
        slow[i]->busy = 0;
        app_peer_ready(slow[i]->peer);
        world_settle(s->world);
        struct buf out = {0};
        for (const char *frame; (frame = viewer_next(slow[i])) != NULL;)
            buf_text(&out, frame);
        CHECK(out.n == 0 || !strstr(out.p, "zebra"));
        buf_finish(&out);
        viewer_close(&slow[i]);
    }
    scene_destroy(&s);
}

TEST(the_asker_reads_when_and_by_which_law)
{
    struct scene *s = scene_create(5, "on_approve");
    struct receipt r;
    rejected(s, "zebra", &r);
    erase_it(s, r.question);
    scene_read(s, 0, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
               r.secret);
    scene_ok(s);
    CHECK(strstr(s->answer, "\"stage\":\"rejected\""));
    CHECK(strstr(s->answer, "\"class\":\"personal_data\""));
    CHECK(strstr(s->answer, "\"basis\":\"" BASIS "\""));
    CHECK(!strstr(s->answer, "zebra") && !strstr(s->answer, "may_appeal"));
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
             r.secret);
    scene_refused(s, "erased");
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
             r.secret);
    scene_refused(s, "erased");
    scene_destroy(&s);
}

// The ledger keeps its entry, with fate and digest.
TEST(the_ledger_keeps_an_erased_question)
{
    struct scene *s = scene_create(8, "on_approve");
    struct receipt r;
    rejected(s, "zebra", &r);
    erase_it(s, r.question);
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    scene_move(s, "published");
    struct buf out = {0};
    app_ledger(s->world->app, app_public(s->world->app, slice_of(s->id)), &out);
    char entry[100];
    snprintf(entry, sizeof entry, "{\"receipt_no\":\"%s\"", r.receipt_no);
    const char *found = strstr(out.p, entry);
    CHECK(found && strstr(found, "\"fate\":\"rejected\",\"digest\":\""));
    buf_finish(&out);
    scene_destroy(&s);
}

// A joined one stays where it is when its leader comes to nothing; the others wait again.
TEST(an_erased_member_of_a_group_does_not_wait_again)
{
    struct scene *s = scene_create(9, "on_approve");
    struct receipt leader, r, other;
    const struct receipt *members[] = {&r, &other};
    scene_ask(s, 0, "The first", &leader);
    scene_ask(s, 1, "zebra", &r);
    scene_ask(s, 2, "The third", &other);
    for (size_t i = 0; i < 2; i++) {
        scene_claim(s, MOD1, members[i]->question);
        scene_do(s, MOD1, "question.group",
                 "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"",
                 members[i]->question, leader.question);
        scene_ok(s);
    }
    erase_it(s, r.question);
    scene_reject(s, leader.question, "off_topic");
    scene_wait(s, 1000);
    struct json *staff = scene_snapshot(s, NULL);
    CHECK_STR(scene_text(scene_question(staff, r.question), "stage"), "grouped");
    CHECK_STR(scene_text(scene_question(staff, other.question), "stage"), "pending");
    json_free(staff);
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
               r.secret);
    CHECK(!strstr(s->answer, "may_withdraw"));
    scene_do(s, 1, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
             r.secret);
    scene_refused(s, "erased");
    sound(s);
    scene_destroy(&s);
}

// ---- nothing can be done about it any more ----

TEST(every_act_on_an_erased_question_is_refused)
{
    struct scene *s = scene_create(6, "on_approve");
    struct receipt r, other;
    scene_ask(s, 0, "zebra", &r);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    answer(s, r.question);
    erase_it(s, r.question);
    unsigned version = scene_version(s, r.question);
    size_t events = scene_events(s);
    static const struct {
        int who;
        const char *method, *more;
    } acts[] = {
        {MOD1, "question.refer", ",\"department\":\"Water\""},
        {MOD1, "question.retract", ",\"code\":\"spam\""},
        {MOD1, "question.label", ",\"labels\":[\"a\"]"},
        {MOD1, "question.redact", ",\"spans\":[{\"at\":0,\"length\":1}]"},
        {ADMIN, "question.erase", ",\"class\":\"court\",\"basis\":\"Order 7\""},
        {ADMIN, "question.restore", ""},
    };
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        scene_do(s, acts[i].who, acts[i].method, "\"question\":\"%s\",\"version\":%u%s", r.question,
                 version, acts[i].more);
        scene_refused(s, "erased");
    }
    scene_do(s, MOD1, "question.note", "\"question\":\"%s\",\"text\":\"a\"", r.question);
    scene_refused(s, "erased");
    scene_do(s, MOD1, "asker.silence", "\"question\":\"%s\",\"minutes\":5", r.question);
    scene_refused(s, "erased");
    scene_do(s, 2, "question.vote", "\"question\":\"%s\",\"on\":true", r.question);
    scene_refused(s, "wrong_stage");
    scene_do(s, GUEST, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\","
             "\"text\":\"Again.\",\"questions\":[\"%s\"]",
             s->id, r.question);
    scene_refused(s, "wrong_stage");
    CHECK_INT(scene_events(s), events);
    scene_ask(s, 1, "The same", &other);
    scene_claim(s, MOD1, other.question);
    scene_do(s, MOD1, "question.group",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"", other.question,
             r.question);
    scene_refused(s, "wrong_stage");
    scene_destroy(&s);
}

// Its answer is taken back: an erased question does not wait again.
TEST(an_erased_question_stays_what_it_is_when_its_answer_goes)
{
    struct scene *s = scene_create(7, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "zebra", &r);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    answer(s, r.question);
    struct json *snapshot = scene_snapshot(s, "public");
    char statement[24];
    snprintf(statement, sizeof statement, "%s",
             scene_text(json_first(json_get(snapshot, "statements")), "statement"));
    json_free(snapshot);
    erase_it(s, r.question);
    scene_do(s, ADMIN, "statement.retract",
             "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"", statement);
    scene_ok(s);
    snapshot = scene_snapshot(s, NULL);
    CHECK_STR(scene_text(scene_question(snapshot, r.question), "stage"), "answered");
    json_free(snapshot);
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    scene_move(s, "published"); // no gate waits for it
    sound(s);
    scene_destroy(&s);
}

// ---- at the same moment ----

// While the record is read for it, it goes on: what is written about the question then goes too.
TEST(what_is_written_meanwhile_is_erased_too)
{
    for (uint64_t seed = 100; seed < 140; seed++) {
        struct scene *s = scene_create(seed, "on_approve");
        struct receipt r, other;
        char params[300], lines[4][MODEL_LINE];
        rejected(s, "zebra", &r);
        scene_ask(s, 1, "Another", &other);
        erase(s, ADMIN, r.question, 2);
        scene_ok(s);
        snprintf(params, sizeof params, "\"question\":\"%s\",\"text\":\"zebra note\"", r.question);
        scene_send(s, MOD1, "question.note", params, lines[0]);
        scene_send(s, MOD2, "question.note", params, lines[1]);
        snprintf(params, sizeof params,
                 "\"question\":\"%s\",\"version\":3,\"class\":\"personal_data\",\"basis\":\"" BASIS
                 "\"",
                 r.question);
        scene_send(s, REVIEWER, "question.erase", params, lines[2]);
        snprintf(params, sizeof params, "\"question\":\"%s\",\"text\":\"zebra late\"", r.question);
        scene_send(s, MOD3, "question.note", params, lines[3]);
        world_settle(s->world);
        CHECK(strncmp(lines[2], "ok", 2) == 0);
        for (int i = 0; i < 4; i++)
            CHECK(strncmp(lines[i], "ok", 2) == 0 || strncmp(lines[i], "erased", 6) == 0);
        struct buf out = {0};
        everything(s, &out);
        is_gone(&out, "zebra");
        buf_finish(&out);
        sound(s);
        scene_destroy(&s);
    }
}

int main(void)
{
    return check_run();
}
