// SPDX-License-Identifier: Apache-2.0
// The case of a referred question: who does what about it, its date, its draft, and what of all
// that everybody is told.
#include <stdio.h>

#include "server/app/inside.h"
#include "server/interview/snapshot.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

static void act(struct scene *s, int who, const char *method, const struct receipt *r,
                const char *more)
{
    scene_do(s, who, method, "\"question\":\"%s\",\"version\":%u%s", r->question,
             scene_version(s, r->question), more);
}

static void done(struct scene *s, int who, const char *method, const struct receipt *r,
                 const char *more)
{
    act(s, who, method, r, more);
    scene_ok(s);
}

static void refused(struct scene *s, int who, const char *method, const struct receipt *r,
                    const char *more, const char *reason)
{
    act(s, who, method, r, more);
    scene_refused(s, reason);
}

static void refer(struct scene *s, const struct receipt *r)
{
    done(s, MOD1, "question.refer", r,
         ",\"department\":\"Water Bureau\",\"note\":\"zebra-note: old pipes\"");
}

// Referred unread, so that nobody but staff knows of it; and as everybody has read it.
static void ask_hidden(struct scene *s, struct receipt *ret)
{
    scene_ask(s, 0, "zebra-question of mine", ret);
    refer(s, ret);
}

static void ask_public(struct scene *s, struct receipt *ret)
{
    scene_ask(s, 0, "When is there water?", ret);
    scene_approve(s, ret->question);
    scene_wait(s, MODEL_UNDO_MS);
    refer(s, ret);
}

static const char *status(struct scene *s, const struct receipt *r)
{
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r->receipt_no,
               r->secret);
    scene_ok(s);
    return s->answer;
}

// The snapshot of that sight as text, into a buffer that the next call overwrites.
static const char *snapshot(const struct scene *s, const char *sight)
{
    static struct buf text;
    buf_clear(&text);
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    if (!sight || strcmp(sight, "guest") == 0)
        snapshot_staff(&text, ch->all, sight != NULL);
    else
        snapshot_public(&text, ch->open);
    return text.p;
}

static bool has(const struct scene *s, const char *sight, const char *words)
{
    return strstr(snapshot(s, sight), words) != NULL;
}

static void publish_transcript(struct scene *s)
{
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    scene_move(s, "published");
}

// Every public byte there has been so far: the bodies of all public events.
static bool was_told(const struct scene *s, const char *words)
{
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    for (size_t i = 0; i < log->count; i++) {
        const struct event *ev = memory_event(log, i);
        struct buf body = {0};
        buf_add(&body, ev->body);
        bool found = ev->pub && strstr(body.p, words);
        buf_finish(&body);
        if (found)
            return true;
    }
    return false;
}

TEST(the_note_to_the_department_is_kept_and_the_case_is_accepted)
{
    struct scene *s = scene_create(901, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    CHECK(has(s, NULL, "\"stage\":\"opened\",\"note\":\"zebra-note: old pipes\""));
    refused(s, GUEST, "case.accept", &r, "", "not_authorized");
    refused(s, 0, "case.accept", &r, "", "not_authorized");
    done(s, CHECKER, "case.accept", &r, "");
    CHECK(strstr(s->answer, "\"stage\":\"referred\",\"case_stage\":\"accepted\""));
    refused(s, MOD1, "case.accept", &r, "", "wrong_stage");
    CHECK(has(s, NULL, "\"accepted_by\":\"checker\""));
    CHECK(strstr(status(s, &r), "\"stage\":\"accepted\",\"department\":\"Water Bureau\""));
    for (int again = 0; again < 2; again++) {
        CHECK(!strstr(status(s, &r), "zebra-note") && !was_told(s, "zebra-note"));
        CHECK(!has(s, "guest", "zebra-note") && !has(s, "guest", "\"case\""));
        world_restart(s->world);
    }
    scene_destroy(&s);
}

TEST(another_department_gets_it_within_a_day_and_later_by_a_reviewer)
{
    struct scene *s = scene_create(902, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    done(s, CHECKER, "case.accept", &r, "");
    scene_wait(s, DAY_MS - HOUR_MS);
    done(s, CHECKER, "case.re_route", &r,
         ",\"department\":\"Road Office\",\"note\":\"zebra-road\"");
    CHECK(has(s, NULL, "\"stage\":\"opened\",\"note\":\"zebra-road\""));
    CHECK(!has(s, NULL, "accepted_by"));
    CHECK(has(s, "public", "\"department\":\"Road Office\""));
    CHECK(has(s, "guest", "\"department\":\"Road Office\""));
    CHECK(!was_told(s, "zebra-road") && !has(s, "guest", "zebra-road"));
    scene_wait(s, 2 * HOUR_MS); // the day counts from the opening, not from the last department
    refused(s, MOD1, "case.re_route", &r, ",\"department\":\"Parks\"", "re_route_late");
    done(s, REVIEWER, "case.re_route", &r, ",\"department\":\"Parks\"");
    CHECK(strstr(status(s, &r), "Parks"));
    scene_destroy(&s);
}

TEST(a_stopped_clock_is_public_and_its_note_is_the_askers)
{
    struct scene *s = scene_create(903, "on_approve");
    struct receipt r, member;
    scene_ask(s, 1, "When do we get water?", &member);
    ask_public(s, &r);
    scene_claim(s, MOD1, member.question);
    char into[80];
    snprintf(into, sizeof into, ",\"claim_epoch\":1,\"into\":\"%s\"", r.question);
    done(s, MOD1, "question.group", &member, into);
    refused(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"zebra\"",
            "wrong_stage"); // not accepted
    done(s, CHECKER, "case.accept", &r, "");
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"zebra-street\"");
    CHECK(has(s, "public", "\"stopped_at\"") && has(s, "guest", "\"stopped_at\""));
    for (int again = 0; again < 2; again++) {
        CHECK(strstr(status(s, &r), "\"stop_note\":\"zebra-street\""));
        CHECK(strstr(status(s, &member), "\"stopped_at\""));
        CHECK(!strstr(s->answer, "zebra-street")); // which street its own asker lives in
        CHECK(!was_told(s, "zebra-street") && !has(s, "guest", "zebra-street"));
        world_restart(s->world);
    }
    refused(s, CHECKER, "case.draft", &r, ",\"text\":\"Soon\"", "wrong_stage");
    done(s, CHECKER, "case.resume_clock", &r, "");
    CHECK(!has(s, "public", "\"stopped_at\"") && !strstr(status(s, &r), "zebra-street"));
    scene_destroy(&s);
}

TEST(the_date_moves_by_the_working_days_its_clock_stood)
{
    struct scene *s = scene_create(904, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    scene_wait(s, 1);
    // A scene begins on Tuesday 2026-11-24; it is given until the Friday.
    done(s, REVIEWER, "case.extend", &r,
         ",\"due\":\"2026-11-27T08:00:00Z\",\"reason\":\"It is long\"");
    CHECK(strstr(s->answer, "\"due\":\"2026-11-27T23:59:59.000Z\""));
    done(s, CHECKER, "case.accept", &r, "");
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"Which street?\"");
    scene_wait(s, 6 * (int64_t)DAY_MS); // the Monday: 25, 26, 27 and 30 November
    done(s, CHECKER, "case.resume_clock", &r, "");
    CHECK(strstr(s->answer, "\"due\":\"2026-12-03T23:59:59.000Z\""));
    CHECK(has(s, "public", "\"due\":\"2026-12-03T23:59:59.000Z\""));
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"And the house?\"");
    done(s, CHECKER, "case.resume_clock", &r, ""); // within the same day
    CHECK(strstr(s->answer, "\"due\":\"2026-12-03T23:59:59.000Z\""));
    scene_destroy(&s);
}

TEST(an_extension_is_a_reviewers_and_says_why_where_the_question_is_public)
{
    struct scene *s = scene_create(905, "on_approve");
    struct receipt shown, hidden;
    ask_public(s, &shown);
    ask_hidden(s, &hidden);
    static const char three[] = ",\"working_days\":3,\"reason\":\"%s\"";
    char more[120];
    snprintf(more, sizeof more, three, "The pipes are old");
    refused(s, CHECKER, "case.extend", &shown, more, "not_authorized");
    refused(s, REVIEWER, "case.extend", &shown, ",\"reason\":\"x\"", "bad_params");
    refused(s, REVIEWER, "case.extend", &shown,
            ",\"due\":\"2026-11-23T08:00:00Z\",\"reason\":\"x\"", "bad_params"); // gone by
    done(s, REVIEWER, "case.extend", &shown, more);
    CHECK(has(s, "public", "\"extension\":{\"reason\":\"The pipes are old\""));
    CHECK(strstr(status(s, &shown), "The pipes are old"));
    snprintf(more, sizeof more, three, "zebra-reason");
    done(s, REVIEWER, "case.extend", &hidden, more);
    CHECK(strstr(status(s, &hidden), "zebra-reason"));
    CHECK(!was_told(s, "zebra") && !has(s, "public", "zebra"));
    scene_destroy(&s);
}

TEST(a_draft_is_published_by_another_than_its_author)
{
    struct scene *s = scene_create(906, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    refused(s, MOD1, "case.draft", &r, ",\"text\":\"Soon\"", "wrong_stage"); // not accepted yet
    done(s, CHECKER, "case.accept", &r, "");
    refused(s, CHECKER, "case.reply", &r, "", "bad_params"); // there is no draft to take
    done(s, CHECKER, "case.draft", &r, ",\"text\":\"zebra-draft\"");
    refused(s, CHECKER, "case.return_for_rework", &r, ",\"note\":\"No\"", "two_persons");
    refused(s, CHECKER, "case.reply", &r, "", "two_persons");
    refused(s, CHECKER, "case.reply", &r, ",\"text\":\"By another name\"", "two_persons");
    done(s, REVIEWER, "case.return_for_rework", &r, ",\"note\":\"zebra-rework\"");
    refused(s, REVIEWER, "case.reply", &r, "", "bad_params"); // sent back is not to be published
    CHECK(has(s, NULL, "\"returned\":{\"text\":\"zebra-rework\",\"by\":\"reviewer\""));
    CHECK(!was_told(s, "zebra") && !has(s, "guest", "zebra"));
    CHECK(!strstr(status(s, &r), "zebra"));
    done(s, CHECKER, "case.draft", &r, ",\"text\":\"In spring\"");
    CHECK(!has(s, NULL, "zebra-rework"));
    done(s, REVIEWER, "case.reply", &r, "");
    CHECK(has(s, "public", "\"text\":\"In spring\"") && strstr(status(s, &r), "In spring"));
    CHECK(has(s, NULL, "\"stage\":\"closed\",\"note\":\"zebra-note: old pipes\""));
    refused(s, CHECKER, "case.accept", &r, "", "wrong_stage");
    scene_destroy(&s);
}

TEST(i1_a_hidden_question_stays_hidden_with_its_reply)
{
    struct scene *s = scene_create(907, "on_approve");
    struct receipt r;
    ask_hidden(s, &r);
    done(s, CHECKER, "case.accept", &r, "");
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"zebra-stop\"");
    done(s, CHECKER, "case.resume_clock", &r, "");
    refused(s, CHECKER, "case.reply", &r, ",\"text\":\"zebra\",\"question_text\":\"zebra\"",
            "bad_params");
    done(s, CHECKER, "case.reply", &r, ",\"text\":\"zebra-reply\"");
    publish_transcript(s);
    for (int again = 0; again < 2; again++) {
        CHECK(strstr(status(s, &r), "zebra-reply"));
        CHECK(!was_told(s, "zebra") && !was_told(s, r.question) && !was_told(s, r.receipt_no));
        CHECK(!has(s, "guest", "zebra") && !has(s, "public", r.receipt_no));
        world_restart(s->world);
    }
    scene_destroy(&s);
}

TEST(a_hidden_question_becomes_public_with_its_reply_as_it_was_let_through)
{
    struct scene *s = scene_create(908, "on_approve");
    struct receipt r;
    ask_hidden(s, &r);
    publish_transcript(s);
    // An administrator closes cases, but lets no words through.
    refused(s, ADMIN, "case.reply", &r, ",\"text\":\"In spring\",\"public\":true",
            "not_authorized");
    unsigned version = scene_version(s, r.question);
    done(s, CHECKER, "question.redact", &r, ",\"spans\":[{\"at\":0,\"length\":14}]");
    scene_do(s, CHECKER, "case.reply",
             "\"question\":\"%s\",\"version\":%u,\"text\":\"In spring\",\"public\":true",
             r.question,
             version); // he has not read it as it is now
    scene_refused(s, "stale");
    scene_wait(s, DAY_MS);
    done(s, CHECKER, "case.reply", &r, ",\"text\":\"In spring\",\"public\":true");
    CHECK_INT(scene_version(s, r.question), version + 4);
    for (int again = 0; again < 2; again++) {
        CHECK(has(s, "public", "\"text\":\"█ of mine\",\"edited\":true"));
        CHECK(has(s, "public", "\"department\":\"Water Bureau\",\"text\":\"In spring\""));
        CHECK(has(s, "guest", "█ of mine") && !has(s, "guest", "zebra"));
        CHECK(!was_told(s, "zebra"));
        CHECK(has(s, NULL, "\"decided_by\":\"checker\""));
        world_restart(s->world);
    }
    scene_destroy(&s);
}

TEST(what_becomes_public_with_a_reply_may_be_edited_and_waits_for_a_frozen_feed)
{
    struct scene *s = scene_create(909, "on_approve");
    struct receipt r;
    ask_hidden(s, &r);
    refused(s, CHECKER, "case.reply", &r,
            ",\"text\":\"Yes\",\"public\":true,\"question_text\":\" \"", "bad_params");
    scene_do(s, MOD1, "feed.freeze", "\"interview\":\"%s\"", s->id);
    scene_ok(s);
    refused(s, CHECKER, "case.reply", &r, ",\"text\":\"Yes\",\"public\":true", "frozen");
    scene_do(s, MOD1, "feed.unfreeze", "\"interview\":\"%s\"", s->id);
    done(s, CHECKER, "case.reply", &r,
         ",\"text\":\"Yes\",\"public\":true,\"question_text\":\"About water\"");
    CHECK(has(s, "public", "\"text\":\"About water\",\"edited\":true"));
    CHECK(!was_told(s, "zebra") && strstr(status(s, &r), "\"shown_text\":\"About water\""));
    scene_destroy(&s);
}

TEST(how_late_each_case_is_is_told_to_all_of_the_staff_and_to_nobody_else)
{
    struct scene *s = scene_create(910, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    static const struct {
        int64_t days; // after 2026-11-24
        const char *level;
    } steps[] = {{0, NULL},
                 {2, "\"level\":\"due_soon\""},
                 {4, "\"level\":\"overdue\""},
                 {13, "\"level\":\"long_overdue\""}};
    done(s, REVIEWER, "case.extend", &r,
         ",\"due\":\"2026-11-27T08:00:00Z\",\"reason\":\"It is long\"");
    int64_t start = s->world->now_ms;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        scene_wait(s, start + steps[i].days * DAY_MS - s->world->now_ms);
        scene_read(s, AUDITOR, "case.list", "\"interview\":\"%s\"", s->id);
        scene_ok(s);
        CHECK(strstr(s->answer, r.question));
        const char *level = strstr(s->answer, "\"level\"");
        CHECK(steps[i].level ? level && strstr(level, steps[i].level) : !level);
    }
    scene_read(s, GUEST, "case.list", "\"interview\":\"%s\"", s->id);
    scene_refused(s, "not_authorized");
    scene_read(s, 0, "case.list", "\"interview\":\"%s\"", s->id);
    scene_refused(s, "not_authorized");
    done(s, CHECKER, "case.accept", &r, "");
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"Which street?\"");
    scene_read(s, AUDITOR, "case.list", "\"interview\":\"%s\"", s->id);
    CHECK(!strstr(s->answer, "\"level\"")); // nobody is late while the asker is waited for
    done(s, CHECKER, "case.reply", &r, ",\"text\":\"Yes\"");
    scene_read(s, AUDITOR, "case.list", "\"interview\":\"%s\"", s->id);
    CHECK(strstr(s->answer, "\"cases\":[]"));
    scene_destroy(&s);
}

TEST(what_was_retracted_comes_back_with_its_case)
{
    struct scene *s = scene_create(911, "on_approve");
    struct receipt r;
    ask_public(s, &r);
    done(s, CHECKER, "case.accept", &r, "");
    done(s, REVIEWER, "case.extend", &r, ",\"working_days\":2,\"reason\":\"The pipes are old\"");
    done(s, CHECKER, "case.stop_clock", &r, ",\"note\":\"Which street?\"");
    done(s, MOD1, "question.retract", &r, ",\"code\":\"personal_data\"");
    CHECK(!has(s, "public", "stopped_at") && !has(s, "public", "pipes"));
    refused(s, CHECKER, "case.resume_clock", &r, "", "wrong_stage");
    done(s, REVIEWER, "question.restore", &r, "");
    CHECK(has(s, "public", "stopped_at") && has(s, "public", "The pipes are old"));
    done(s, CHECKER, "case.resume_clock", &r, "");
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
