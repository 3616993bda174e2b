// SPDX-License-Identifier: Apache-2.0
// What each event does to the two states.
#include <errno.h>

#include "tests/unit/interview/script.h"

TEST(an_empty_interview_is_a_closed_draft)
{
    struct interview *iv = interview_create(slice_of("x"), true);
    CHECK_STR(iv->id, "x");
    CHECK_INT(iv->stage, I_DRAFT);
    CHECK_INT(iv->asking, ASKING_CLOSED);
    CHECK_INT(iv->position.n, 0);
    CHECK_STR(iv->position.hash, "");
    CHECK(!interview_question(iv, slice_of("q")));
    CHECK(!interview_statement(iv, slice_of("s")));
    CHECK(!interview_has_duty(iv, "mo", NULL));
    interview_destroy(&iv);
    CHECK(!iv);
    interview_destroy(&iv);
}

static void check_announcement(const struct interview *iv)
{
    CHECK_STR(iv->topic, "Bus lanes");
    CHECK_STR(iv->intro, "What changes in spring");
    CHECK_INT(iv->department_count, 2);
    CHECK_STR(iv->departments[1], "Police");
    CHECK_INT(iv->starts_ms, script_start_ms);
    CHECK_INT(iv->minutes, 90);
    CHECK_INT(iv->guest_count, 2);
    CHECK_STR(iv->guests[0].title, "Director");
    CHECK_STR(iv->guests[1].name, "Wu");
    CHECK(!iv->guests[1].title);
    CHECK_STR(iv->compere.name, "He");
    CHECK_STR(iv->languages[0], "zh-Hans");
    CHECK_STR(iv->documents[0].url, "/plan");
    CHECK_STR(iv->policy_asking, "anonymous");
    CHECK_STR(iv->question_public, "on_approve");
    CHECK_STR(iv->rule_set, "none");
    CHECK_INT(iv->issue_no, 7);
}

TEST(planning_fills_the_staff_state_and_announcing_the_public_one)
{
    struct script *s = script_create();
    script_open(s);
    check_announcement(s->staff);
    check_announcement(s->open);
    CHECK(interview_has_duty(s->staff, "mo", "moderator"));
    CHECK(interview_has_duty(s->staff, "mo", NULL));
    CHECK(!interview_has_duty(s->staff, "mo", "guest"));
    CHECK(!interview_has_duty(s->staff, "nobody", NULL));
    CHECK(!interview_has_duty(s->staff, NULL, NULL));
    CHECK_INT(s->open->roster_count, 0);
    CHECK_INT(s->staff->stage, I_LIVE);
    CHECK_INT(s->open->stage, I_LIVE);
    CHECK_INT(s->open->asking, ASKING_OPEN);
    CHECK_INT(s->staff->version, 6);
    CHECK_INT(s->open->version, 3);
    CHECK_INT(s->open->announced_ms, script_start_ms + 4000);
    CHECK_INT(s->staff->started_ms, script_start_ms + 7000);
    CHECK_INT(s->staff->position.n, 7);
    CHECK_INT(s->open->position.n, 4);
    CHECK_STR(s->open->position.hash, s->events[6].pub_hash);
    CHECK_STR(s->staff->position.hash, s->events[6].hash);
    script_destroy(s);
}

TEST(an_update_changes_what_it_names_and_nothing_else)
{
    struct script *s = script_create();
    script_open(s);
    script_add(s, true, "u:ada", "interview.updated",
               "{\"minutes\":60,\"guests\":[],\"policy\":{\"asking\":\"named\"},\"intro\":null}");
    CHECK_INT(s->open->minutes, 60);
    CHECK_INT(s->open->guest_count, 0);
    CHECK_STR(s->open->policy_asking, "named");
    CHECK_STR(s->open->question_public, "on_approve");
    CHECK_STR(s->open->intro, "What changes in spring");
    CHECK_INT(s->open->stage, I_LIVE);
    script_add(s, false, "u:ada", "interview.rostered",
               "{\"roster\":[{\"user\":\"eve\",\"duty\":\"compere\"}]}");
    CHECK(!interview_has_duty(s->staff, "mo", NULL));
    CHECK(interview_has_duty(s->staff, "eve", "compere"));
    CHECK_INT(s->staff->version, 8);
    script_destroy(s);
}

TEST(a_stage_keeps_its_reason_until_the_next_stage)
{
    struct script *s = script_create();
    script_open(s);
    script_add(s, true, "u:he", "interview.suspended",
               "{\"stage\":\"suspended\",\"reason\":\"Fire alarm\"}");
    CHECK_STR(s->open->stage_reason, "Fire alarm");
    script_add(s, true, "u:he", "interview.resumed", "{\"stage\":\"live\"}");
    CHECK(!s->open->stage_reason);
    script_add(s, true, "u:he", "interview.ended", "{\"stage\":\"ended\"}");
    CHECK_INT(s->open->ended_ms, s->now_ms);
    script_add(s, true, "u:he", "interview.editing", "{\"stage\":\"editing\"}");
    script_add(s, true, "u:he", "interview.transcript_published", "{\"stage\":\"published\"}");
    CHECK_INT(s->open->published_ms, s->now_ms);
    CHECK_INT(s->open->stage, I_PUBLISHED);
    script_destroy(s);
}

TEST(a_question_is_received_claimed_and_approved_then_shown)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "Why?", "held");
    struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_HELD);
    CHECK_INT(q->version, 1);
    CHECK_STR(q->contact, "mei@example.org");
    CHECK_STR(q->text, "Why?");
    script_state(s, "q1", false, "question.released");
    CHECK_INT(q->stage, Q_PENDING);
    CHECK_INT(q->version, 2);
    script_add(s, false, "u:mo", "question.claimed",
               "{\"question\":\"q1\",\"epoch\":4,\"until\":\"2026-11-24T07:05:00.000Z\"}");
    CHECK_STR(q->claim.by, "mo");
    CHECK_INT(q->claim.epoch, 4);
    CHECK_INT(q->claim.until_ms, script_start_ms + 300000);
    CHECK_INT(q->version, 2);
    script_decide(s, "q1", "Why so?");
    CHECK_INT(q->stage, Q_APPROVED);
    CHECK_INT(q->version, 3);
    CHECK_STR(q->text, "Why so?");
    CHECK_STR(q->original, "Why?");
    CHECK(q->edited && q->approved && !q->is_public);
    CHECK_STR(q->decided_by, "mo");
    CHECK_INT(q->decided_ms, s->now_ms);
    CHECK_INT(q->public_at_ms, script_start_ms + 3600000);
    CHECK(!q->claim.by);
    CHECK_INT(q->claim.epoch, 4);
    CHECK_INT(s->open->question_count, 0);
    script_show(s, "q1", "Why so?");
    CHECK(q->is_public);
    CHECK_INT(q->shown_ms, s->now_ms);
    CHECK_INT(q->version, 3);
    CHECK_INT(q->stage, Q_APPROVED);
    CHECK_INT(q->votes, 3);
    struct question *shown = script_question(s->open, "q1");
    CHECK_INT(shown->stage, Q_APPROVED);
    CHECK_INT(shown->version, 1);
    CHECK_STR(shown->text, "Why so?");
    CHECK_STR(shown->labels[0], "roads");
    CHECK(!shown->original && !shown->contact && !shown->asker && !shown->decided_by);
    script_destroy(s);
}

TEST(letting_go_and_undoing_leave_no_trace_but_the_numbers)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "Why?", "pending");
    struct question *q = script_question(s->staff, "q1");
    script_add(s, false, "u:mo", "question.claimed",
               "{\"question\":\"q1\",\"epoch\":1,\"until\":\"2026-11-24T07:05:00.000Z\"}");
    script_add(s, false, "u:mo", "question.let_go", "{\"question\":\"q1\",\"epoch\":1}");
    CHECK(!q->claim.by);
    CHECK_INT(q->claim.until_ms, 0);
    CHECK_INT(q->claim.epoch, 1);
    script_decide(s, "q1", "Changed");
    script_state(s, "q1", false, "question.undone");
    CHECK_INT(q->stage, Q_PENDING);
    CHECK_INT(q->version, 3);
    CHECK_STR(q->text, "Why?");
    CHECK(!q->edited && !q->approved && !q->decided_by && !q->label_count);
    CHECK_INT(q->decided_ms, 0);
    CHECK_INT(q->public_at_ms, 0);
    script_destroy(s);
}

TEST(rejecting_and_referring_say_why_and_where)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "A", "pending");
    script_receive(s, "q2", "B", "pending");
    script_add(s, false, "u:mo", "question.rejected",
               "{\"question\":\"q1\",\"code\":\"off_topic\",\"note\":\"See the other page\"}");
    struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_REJECTED);
    CHECK_STR(q->code, "off_topic");
    CHECK_STR(q->note, "See the other page");
    CHECK_STR(q->decided_by, "mo");
    CHECK_INT(q->ended_ms, s->now_ms);
    CHECK_INT(q->version, 2);
    script_add(s, false, "u:mo", "question.referred",
               "{\"question\":\"q2\",\"department\":\"Police\",\"due\":\"2026-12-01T00:00:00Z\"}");
    script_add(s, false, "u:mo", "case.opened",
               "{\"case\":\"c9\",\"question\":\"q2\",\"department\":\"Police\","
               "\"due\":\"2026-12-02T00:00:00Z\"}");
    q = script_question(s->staff, "q2");
    CHECK_INT(q->stage, Q_REFERRED);
    CHECK_STR(q->department, "Police");
    CHECK_STR(q->referral.id, "c9");
    CHECK_INT(q->due_ms, 1796169600000);
    CHECK_INT(q->version, 2);
    script_destroy(s);
}

static void add_shown(struct script *s, const char *id)
{
    script_receive(s, id, id, "pending");
    script_decide(s, id, id);
    script_show(s, id, id);
}

static void check_queue(struct script *s, const char *want)
{
    char got[256] = "";
    for (uint64_t rank = 1; rank <= s->staff->queue_count; rank++) {
        size_t found = 0;
        for (size_t i = 0; i < s->staff->question_count; i++) {
            if (s->staff->questions[i]->queue_rank != rank)
                continue;
            found++;
            strcat(got, s->staff->questions[i]->id);
        }
        CHECK_INT(found, 1);
    }
    CHECK_STR(got, want);
}

TEST(the_queue_has_places_from_one_without_gaps)
{
    struct script *s = script_create();
    script_open(s);
    const char *ids[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++)
        add_shown(s, ids[i]);
    script_state(s, "a", false, "question.queued");
    script_state(s, "b", false, "question.queued");
    script_add(s, false, "u:he", "question.queued", "{\"question\":\"c\",\"position\":1}");
    script_add(s, false, "u:he", "question.queued", "{\"question\":\"d\",\"position\":99}");
    check_queue(s, "cabd");
    script_add(s, false, "u:he", "question.reordered", "{\"question\":\"d\",\"position\":2}");
    check_queue(s, "cdab");
    script_add(s, false, "u:he", "question.reordered", "{\"question\":\"c\",\"position\":3}");
    check_queue(s, "dacb");
    script_state(s, "d", false, "question.reordered");
    check_queue(s, "acbd");
    CHECK_INT(script_question(s->staff, "d")->version, 3);
    script_state(s, "c", false, "question.dequeued");
    check_queue(s, "abd");
    CHECK_INT(script_question(s->staff, "c")->stage, Q_APPROVED);
    script_state(s, "b", true, "question.on_air");
    check_queue(s, "ad");
    CHECK_INT(script_question(s->open, "b")->stage, Q_ON_AIR);
    script_state(s, "b", true, "question.off_air");
    check_queue(s, "bad");
    CHECK_INT(script_question(s->staff, "b")->stage, Q_QUEUED);
    CHECK_INT(script_question(s->open, "b")->stage, Q_APPROVED);
    script_state(s, "a", true, "question.withdrawn");
    check_queue(s, "bd");
    script_destroy(s);
}

TEST(answers_pile_up_and_only_the_first_moves)
{
    struct script *s = script_create();
    script_open(s);
    add_shown(s, "q1");
    script_state(s, "q1", true, "question.on_air");
    script_answer(s, "s1", "q1", "Because.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
    struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_ANSWERED);
    CHECK_INT(q->version, 4);
    CHECK_INT(q->ended_ms, s->now_ms);
    int64_t first_ms = s->now_ms;
    script_answer(s, "s2", "q1", "Also.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s2\"}");
    CHECK_INT(q->version, 5); // who takes the first answer back is to know of the second
    CHECK_INT(q->ended_ms, first_ms);
    CHECK_INT(q->answer_count, 2);
    CHECK_STR(script_question(s->open, "q1")->answers[1], "s2");
    struct statement *st = interview_statement(s->open, slice_of("s1"));
    CHECK_STR(st->text, "Because.");
    CHECK_STR(st->speaker.role, "guest");
    CHECK_STR(st->questions[0], "q1");
    CHECK_INT(st->said_ms, script_start_ms + 600000);
    CHECK_INT(st->version, 1);
    script_destroy(s);
}

TEST(a_withdrawn_question_is_a_tombstone_in_public)
{
    struct script *s = script_create();
    script_open(s);
    add_shown(s, "q1");
    script_state(s, "q1", true, "question.withdrawn");
    struct question *q = script_question(s->open, "q1");
    CHECK_INT(q->stage, Q_WITHDRAWN);
    CHECK(!q->text && !q->name && !q->label_count);
    CHECK_STR(script_question(s->staff, "q1")->text, "q1");
    script_destroy(s);
}

TEST(thousands_of_questions_and_statements_are_all_found)
{
    struct script *s = script_create();
    script_open(s);
    char id[32];
    for (int i = 0; i < 1500; i++) {
        snprintf(id, sizeof id, "q%d", i);
        script_receive(s, id, id, "pending");
    }
    for (int i = 0; i < 300; i++) {
        snprintf(id, sizeof id, "s%d", i);
        script_answer(s, id, "q1", id);
    }
    CHECK_INT(s->staff->question_count, 1500);
    for (int i = 0; i < 1500; i++) {
        snprintf(id, sizeof id, "q%d", i);
        CHECK(script_question(s->staff, id) == s->staff->questions[i]);
        CHECK_STR(s->staff->questions[i]->text, id);
    }
    for (int i = 0; i < 300; i++) {
        snprintf(id, sizeof id, "s%d", i);
        CHECK(interview_statement(s->open, slice_of(id)) == s->open->statements[i]);
    }
    script_destroy(s);
}

TEST(unknown_types_are_counted_and_skipped)
{
    struct script *s = script_create();
    script_open(s);
    struct buf before = {0}, after = {0};
    snapshot_public(&before, s->open);
    script_add(s, true, "u:x", "poll.opened", "[no json");
    CHECK_INT(s->open->position.n, 5);
    CHECK_INT(s->staff->position.n, 8);
    snapshot_public(&after, s->open);
    CHECK_INT(strncmp(before.p, after.p, before.n - 30), 0);
    CHECK(strstr(after.p, "\"to\":5,"));
    buf_finish(&before);
    buf_finish(&after);
    script_destroy(s);
}

static int fold_one(struct interview *iv, uint64_t seq, uint64_t pub, const char *type,
                    const char *body)
{
    struct event e = {
        .seq = seq,
        .pub = pub,
        .at_ms = script_start_ms,
        .actor = slice_of("u:mo"),
        .type = slice_of(type),
        .body = slice_of(body),
        .hash = "0123456789abcdef0123456789abcdef01234567",
        .pub_hash = pub ? "fedcba9876543210fedcba9876543210fedcba98" : "",
    };
    return fold(iv, &e);
}

TEST(a_number_that_is_not_the_next_is_refused)
{
    struct interview *iv = interview_create(slice_of("x"), false);
    CHECK_INT(fold_one(iv, 2, 0, "asking.set", "{\"asking\":\"open\"}"), -EPROTO);
    CHECK_INT(fold_one(iv, 0, 0, "asking.set", "{\"asking\":\"open\"}"), -EPROTO);
    CHECK_INT(iv->asking, ASKING_CLOSED);
    CHECK_INT(fold_one(iv, 1, 0, "asking.set", "{\"asking\":\"open\"}"), 0);
    CHECK_INT(fold_one(iv, 1, 0, "asking.set", "{\"asking\":\"closed\"}"), -EPROTO);
    CHECK_INT(iv->asking, ASKING_OPEN);
    interview_destroy(&iv);
    iv = interview_create(slice_of("x"), true);
    CHECK_INT(fold_one(iv, 1, 0, "asking.set", "{\"asking\":\"open\"}"), -EPROTO);
    CHECK_INT(fold_one(iv, 9, 1, "asking.set", "{\"asking\":\"open\"}"), 0);
    CHECK_INT(fold_one(iv, 10, 3, "x", "{}"), -EPROTO);
    interview_destroy(&iv);
}

TEST(what_only_staff_may_know_never_enters_under_a_public_number)
{
    static const char *const types[] = {"question.received",  "question.claimed",
                                        "case.opened",        "interview.planned",
                                        "interview.rostered", "question.rejected"};
    struct script *s = script_create();
    script_open(s);
    add_shown(s, "q1");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *body =
            "{\"question\":\"q1\",\"receipt_no\":\"r\",\"text\":\"t\",\"code\":\"spam\","
            "\"origin\":\"live\",\"stage\":\"pending\",\"topic\":\"t\",\"roster\":[],"
            "\"until\":\"2026-11-24T07:05:00.000Z\",\"epoch\":1,\"case\":\"c\","
            "\"department\":\"d\"}";
        CHECK_INT(fold_one(s->open, s->count + 1, s->open->position.n + 1, types[i], body),
                  -EPROTO);
        CHECK_INT(fold_one(s->staff, s->count + 1, s->open->position.n + 1, types[i], body),
                  -EPROTO);
    }
    script_destroy(s);
}

static const struct {
    const char *type, *body;
} damaged[] = {
    {"interview.ruled", "{}"},
    {"interview.ruled", "{\"rule_set\":7}"},
    {"interview.updated", ""},
    {"interview.updated", "[]"},
    {"interview.updated", "\"x\""},
    {"interview.updated", "{\"topic\":1}"},
    {"interview.updated", "{\"topic\":\"New\",\"minutes\":\"60\"}"},
    {"interview.updated", "{\"topic\":\"New\",\"minutes\":-1}"},
    {"interview.updated", "{\"topic\":\"New\",\"minutes\":1.5}"},
    {"interview.updated", "{\"topic\":\"New\",\"guests\":{}}"},
    {"interview.updated", "{\"topic\":\"New\",\"guests\":[{\"title\":\"x\"}]}"},
    {"interview.updated", "{\"topic\":\"New\",\"guests\":[7]}"},
    {"interview.updated", "{\"topic\":\"New\",\"departments\":[null]}"},
    {"interview.updated", "{\"topic\":\"New\",\"starts_at\":\"soon\"}"},
    {"interview.updated", "{\"topic\":\"New\",\"policy\":[]}"},
    {"interview.updated", "{\"topic\":\"New\",\"policy\":{\"asking\":1}}"},
    {"interview.updated", "{\"topic\":\"New\",\"policy_documents\":[{\"title\":\"x\"}]}"},
    {"interview.updated", "{\"topic\":\"New\",\"compere\":\"He\"}"},
    {"interview.rostered", "{}"},
    {"interview.rostered", "{\"roster\":[{\"user\":\"x\"}]}"},
    {"interview.suspended", "{}"},
    {"interview.suspended", "{\"stage\":\"asleep\"}"},
    {"interview.suspended", "{\"stage\":\"suspended\",\"reason\":1}"},
    {"interview.announced", "{\"stage\":\"announced\"}"},
    {"asking.set", "{\"asking\":\"maybe\"}"},
    {"asking.set", "{}"},
    {"question.received", "{\"question\":\"q2\"}"},
    {"question.received", "{\"question\":\"q1\",\"receipt_no\":\"r\",\"text\":\"t\","
                          "\"origin\":\"live\",\"stage\":\"pending\"}"},
    {"question.received", "{\"question\":\"q2\",\"receipt_no\":\"r\",\"text\":\"t\","
                          "\"origin\":\"live\",\"stage\":\"lost\"}"},
    {"question.claimed", "{\"question\":\"q1\",\"epoch\":1}"},
    {"question.claimed", "{\"question\":\"q9\",\"epoch\":1,\"until\":\"2026-11-24T07:05Z\"}"},
    {"question.claimed", "{\"question\":\"q1\",\"epoch\":\"1\",\"until\":\"2026-11-24T07:05Z\"}"},
    {"question.let_go", "{\"question\":\"q9\"}"},
    {"question.released", "{}"},
    {"question.released", "{\"question\":null}"},
    {"question.approved", "{\"question\":\"q1\"}"},
    {"question.approved", "{\"question\":\"q1\",\"text\":\"t\",\"labels\":\"x\"}"},
    {"question.approved", "{\"question\":\"q1\",\"text\":\"t\",\"public_at\":0}"},
    {"question.approved", "{\"question\":\"q1\",\"text\":\"t\",\"edited\":1}"},
    {"question.undone", "{\"question\":\"q9\"}"},
    {"question.rejected", "{\"question\":\"q1\"}"},
    {"question.rejected", "{\"question\":\"q1\",\"code\":\"duplicate\",\"duplicate_of\":\"q9\"}"},
    {"question.passed_step", "{\"question\":\"q1\",\"text\":\"t\"}"},
    {"question.passed_step", "{\"question\":\"q1\",\"decision\":\"approved\"}"},
    {"question.passed_step", "{\"question\":\"q1\",\"decision\":\"rejected\"}"},
    {"question.withdrawn", "{\"question\":[\"q1\"]}"},
    {"question.queued", "{\"question\":\"q1\",\"position\":-1}"},
    {"question.reordered", "{\"question\":\"q1\",\"position\":1e99}"},
    {"question.dequeued", "{\"question\":\"q9\"}"},
    {"question.on_air", "{\"question\":\"q9\"}"},
    {"question.off_air", "{\"question\":\"q9\"}"},
    {"question.answered", "{\"question\":\"q1\"}"},
    {"question.referred", "{\"question\":\"q1\"}"},
    {"question.referred", "{\"question\":\"q1\",\"department\":\"d\",\"due\":\"x\"}"},
    {"case.opened", "{\"question\":\"q1\",\"department\":\"d\"}"},
    {"statement.published", "{\"statement\":\"s9\",\"kind\":\"answer\",\"text\":\"t\","
                            "\"said_at\":\"2026-11-24T07:05Z\",\"origin\":\"live\"}"},
    {"statement.published", "{\"statement\":\"s1\",\"kind\":\"answer\",\"text\":\"t\","
                            "\"speaker\":{\"name\":\"n\"},\"said_at\":\"2026-11-24T07:05Z\","
                            "\"origin\":\"live\"}"},
    {"statement.published", "{\"statement\":\"s9\",\"kind\":\"answer\",\"text\":\"t\","
                            "\"speaker\":{\"name\":\"n\"},\"questions\":[1],"
                            "\"said_at\":\"2026-11-24T07:05Z\",\"origin\":\"live\"}"},
};

TEST(a_damaged_body_changes_nothing)
{
    struct script *s = script_create();
    script_open(s);
    add_shown(s, "q1");
    script_answer(s, "s1", "q1", "t");
    struct buf before = {0}, after = {0};
    snapshot_staff(&before, s->staff, false);
    uint64_t last_rank = s->staff->queue_count;
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        int r = fold_one(s->staff, s->staff->position.n + 1, 0, damaged[i].type, damaged[i].body);
        if (r != -EPROTO)
            check_fail(__FILE__, __LINE__, "taken: %s %s", damaged[i].type, damaged[i].body);
        buf_clear(&after);
        snapshot_staff(&after, s->staff, false);
        CHECK_STR(after.p, before.p);
    }
    CHECK_INT(s->staff->queue_count, last_rank);
    // The log goes on behind the damage.
    script_state(s, "q1", false, "question.queued");
    buf_finish(&before);
    buf_finish(&after);
    script_destroy(s);
}

// ---- what the rules of an interview leave behind ----

static void take_through(struct script *s, const char *const *types, const char *const *stages)
{
    for (size_t i = 0; types[i]; i++)
        script_add(s, true, "u:ada", types[i], "{\"stage\":\"%s\"}", stages[i]);
}

static void close_interview(struct script *s)
{
    static const char *const types[] = {"interview.draining", "interview.ended",
                                        "interview.editing",  "interview.transcript_published",
                                        "interview.closed",   NULL};
    static const char *const stages[] = {"draining", "ended", "editing", "published", "closed"};
    take_through(s, types, stages);
}

TEST(an_answered_question_that_was_retracted_is_closed_with_the_interview_too)
{
    struct script *s = script_create();
    script_open(s);
    add_shown(s, "q1");
    script_answer(s, "s1", "q1", "Because.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
    script_add(s, true, "u:mo", "question.retracted", "{\"question\":\"q1\",\"code\":\"spam\"}");
    CHECK_INT(script_question(s->staff, "q1")->before, Q_ANSWERED);
    close_interview(s);
    CHECK_INT(script_question(s->staff, "q1")->stage, Q_RETRACTED);
    CHECK_INT(script_question(s->staff, "q1")->before, Q_CLOSED);
    script_destroy(s);
}

TEST(answered_questions_are_closed_with_the_interview_and_keep_their_versions)
{
    struct script *s = script_create();
    script_open(s);
    for (int i = 0; i < 2; i++) {
        const char *id = i ? "q-b" : "q-a";
        script_add(s, false, "c:1", "question.received",
                   "{\"question\":\"%s\",\"receipt_no\":\"R-%d\",\"text\":\"t\","
                   "\"origin\":\"live\",\"asker\":\"c:1\",\"stage\":\"pending\"}",
                   id, i);
        script_add(s, false, "u:mo", "question.approved", "{\"question\":\"%s\",\"text\":\"t\"}",
                   id);
        script_add(s, true, "system", "question.approved",
                   "{\"question\":\"%s\",\"receipt_no\":\"R-%d\",\"text\":\"t\","
                   "\"origin\":\"live\",\"labels\":[],\"votes\":0}",
                   id, i);
    }
    script_add(s, true, "u:he", "question.answered",
               "{\"question\":\"q-a\",\"statement\":\"s-1\"}");
    script_add(s, true, "u:mo", "question.referred",
               "{\"question\":\"q-b\",\"department\":\"Police\"}");
    const struct question *staff = interview_question(s->staff, slice_of("q-a"));
    const struct question *open = interview_question(s->open, slice_of("q-a"));
    uint64_t versions[] = {staff->version, open->version};
    close_interview(s);
    CHECK_INT(s->staff->stage, I_CLOSED);
    CHECK_INT(staff->stage, Q_CLOSED);
    CHECK_INT(open->stage, Q_CLOSED);
    CHECK_INT(staff->version, versions[0]);
    CHECK_INT(open->version, versions[1]);
    CHECK_INT(staff->answer_count, 1);
    CHECK_INT(interview_question(s->staff, slice_of("q-b"))->stage, Q_REFERRED);
    CHECK_INT(interview_question(s->open, slice_of("q-b"))->stage, Q_REFERRED);
    script_destroy(s);
}

TEST(a_broken_closing_closes_nothing)
{
    struct script *s = script_create();
    script_open(s);
    struct event e = {.seq = s->staff->position.n + 1,
                      .at_ms = s->now_ms,
                      .actor = slice_of("u:ada"),
                      .type = slice_of("interview.closed"),
                      .body = slice_of("{\"stage\":7}"),
                      .hash = "00"};
    CHECK_INT(fold(s->staff, &e), -EPROTO);
    CHECK_INT(s->staff->stage, I_LIVE);
    script_destroy(s);
}

TEST(what_was_taken_down_knows_where_it_was_and_why)
{
    struct script *s = script_create();
    script_open(s);
    script_add(s, true, "u:he", "interview.suspended",
               "{\"stage\":\"suspended\",\"reason\":\"Fire alarm\"}");
    script_add(s, true, "u:ada", "interview.taken_down",
               "{\"stage\":\"taken_down\",\"reason\":\"A secret was said\"}");
    CHECK_INT(s->staff->before_down, I_SUSPENDED);
    CHECK_STR(s->staff->reason_before_down, "Fire alarm");
    CHECK_STR(s->open->stage_reason, "A secret was said");
    script_add(s, true, "u:ada", "interview.restored",
               "{\"stage\":\"suspended\",\"reason\":\"Fire alarm\"}");
    CHECK_INT(s->staff->stage, I_SUSPENDED);
    CHECK_INT(s->open->stage, I_SUSPENDED);
    CHECK_STR(s->open->stage_reason, "Fire alarm");
    script_destroy(s);
}

TEST(being_restored_is_no_second_beginning_and_no_second_end)
{
    struct script *s = script_create();
    script_open(s);
    int64_t started = s->staff->started_ms;
    script_add(s, true, "u:he", "interview.draining", "{\"stage\":\"draining\"}");
    script_add(s, true, "u:he", "interview.ended", "{\"stage\":\"ended\"}");
    int64_t ended = s->open->ended_ms;
    script_add(s, true, "u:ada", "interview.taken_down", "{\"stage\":\"taken_down\"}");
    script_add(s, true, "u:ada", "interview.restored", "{\"stage\":\"ended\"}");
    CHECK_INT(s->staff->ended_ms, ended);
    CHECK_INT(s->open->ended_ms, ended);
    CHECK_INT(s->open->started_ms, started);
    script_destroy(s);
}

TEST(a_postponed_interview_remembers_the_date_it_had)
{
    struct script *s = script_create();
    script_open(s);
    script_add(s, true, "u:ada", "interview.postponed",
               "{\"stage\":\"postponed\",\"reason\":\"Flood\"}");
    CHECK_INT(s->staff->put_off_ms, script_start_ms);
    script_add(s, true, "u:ada", "interview.updated",
               "{\"starts_at\":\"2026-12-24T07:00:00.000Z\"}");
    CHECK_INT(s->staff->put_off_ms, script_start_ms);
    CHECK(s->staff->starts_ms > script_start_ms);
    script_destroy(s);
}

TEST(an_override_is_recorded_for_staff_and_raises_the_version)
{
    struct script *s = script_create();
    script_open(s);
    uint64_t version = s->staff->version;
    script_add(s, false, "u:ada", "interview.overridden",
               "{\"to\":\"announced\",\"guards\":[\"notice_days\"],\"why\":\"Flood\"}");
    CHECK_INT(s->staff->version, version + 1);
    CHECK_INT(s->staff->stage, I_LIVE);
    CHECK_INT(fold_sight(slice_of("interview.overridden")), SEEN_BY_STAFF);
    CHECK_INT(fold_sight(slice_of("interview.restored")), SEEN_OR_PUBLIC);
    script_destroy(s);
}

TEST(topics_are_announced_and_may_be_taken_out_again)
{
    struct script *s = script_create();
    script_open(s);
    CHECK_INT(s->open->topic_count, 0);
    script_add(s, true, "u:ada", "interview.updated", "{\"topics\":[\"Fares\",\"Stops\"]}");
    CHECK_INT(s->open->topic_count, 2);
    CHECK_STR(s->staff->topics[1], "Stops");
    script_add(s, true, "u:ada", "interview.updated", "{\"minutes\":30}");
    CHECK_INT(s->open->topic_count, 2);
    script_add(s, true, "u:ada", "interview.updated", "{\"topics\":[]}");
    CHECK_INT(s->open->topic_count, 0);
    script_destroy(s);
}

TEST(why_asking_was_closed_is_known_until_it_is_opened_again)
{
    struct script *s = script_create();
    script_open(s);
    CHECK(!s->staff->asking_reason);
    script_add(s, true, "system", "asking.set",
               "{\"asking\":\"closed\",\"reason\":\"no_moderator\"}");
    CHECK_STR(s->staff->asking_reason, "no_moderator");
    script_add(s, true, "u:he", "asking.set", "{\"asking\":\"open\"}");
    CHECK(!s->staff->asking_reason);
    script_destroy(s);
}

TEST(a_rehearsal_is_known_as_one_by_staff_alone)
{
    struct script *s = script_create();
    script_add(s, false, "u:ada", "interview.planned",
               "{\"interview\":\"iv-1\",\"topic\":\"T\",\"rehearsal\":true}");
    CHECK(s->staff->rehearsal);
    CHECK(!s->open->rehearsal);
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
