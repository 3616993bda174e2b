// SPDX-License-Identifier: Apache-2.0
// Drafts, corrections, tombstones and the held feed, as events make them.
#include <errno.h>

#include "tests/unit/interview/script.h"

#define SPOKEN(id, text)                                                                           \
    "\"statement\":\"" id "\",\"kind\":\"answer\",\"speaker\":{\"name\":\"Lin\"},\"text\":\"" text \
    "\",\"questions\":[\"q1\"],\"origin\":\"live\""
#define SAID ",\"said_at\":\"2026-11-24T07:10:00.000Z\""
#define AS_GUEST ",\"entered_as\":\"guest\""

static struct statement *draft(struct script *s, const char *id)
{
    struct statement *d = interview_draft(s->staff, slice_of(id));
    CHECK(d);
    return d;
}

static struct statement *said(struct interview *iv, const char *id)
{
    return interview_statement(iv, slice_of(id));
}

static struct script *live(void)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "First", "pending");
    script_decide(s, "q1", "First");
    script_show(s, "q1", "First");
    return s;
}

static void publish(struct script *s, const char *text)
{
    script_add(s, true, "u:lin", "statement.published",
               "{\"statement\":\"s1\",\"kind\":\"answer\",\"speaker\":{\"name\":\"Lin\"},"
               "\"text\":\"%s\",\"questions\":[\"q1\"],\"origin\":\"live\"" SAID "}",
               text);
    script_add(s, true, "u:lin", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
}

// Folds one event that ought to be refused.
static void refused(struct interview *iv, const char *type, const char *body, bool is_public)
{
    struct event e = {.seq = iv->position.n + 1,
                      .pub = is_public || iv->public_only ? iv->position.n + 1 : 0,
                      .actor = slice_of("u:x"),
                      .type = slice_of(type),
                      .body = slice_of(body),
                      .hash = "h",
                      .pub_hash = "h"};
    if (fold(iv, &e) != -EPROTO)
        check_fail(__FILE__, __LINE__, "taken: %s %s", type, body);
}

TEST(a_draft_walks_its_chain_and_keeps_its_author)
{
    struct script *s = live();
    script_add(s, false, "u:lin", "statement.submitted",
               "{" SPOKEN("s1", "One") SAID AS_GUEST ",\"step\":0,\"waits_for\":\"reviewer\"}");
    struct statement *d = draft(s, "s1");
    CHECK_INT(d->stage, S_SUBMITTED);
    CHECK_INT(d->version, 1);
    CHECK_STR(d->author, "lin");
    CHECK_STR(d->waits_for, "reviewer");
    script_add(s, false, "u:re", "statement.passed_step",
               "{\"statement\":\"s1\",\"step\":1,\"waits_for\":\"policy_checker\"}");
    CHECK_INT(d->version, 2);
    CHECK_INT(d->step, 1);
    CHECK_STR(d->waits_for, "policy_checker");
    script_add(s, false, "u:po", "statement.returned",
               "{\"statement\":\"s1\",\"note\":\"Name the sum\"}");
    CHECK_INT(d->stage, S_RETURNED);
    CHECK_STR(d->note, "Name the sum");
    CHECK(!d->waits_for && d->step == 0);
    script_add(s, false, "u:st", "statement.prepared", "{" SPOKEN("s1", "Two") AS_GUEST "}");
    CHECK_INT(d->stage, S_PREPARED);
    CHECK_INT(d->version, 4);
    CHECK_STR(d->author, "lin");
    CHECK_STR(d->writer, "st");
    CHECK_STR(d->text, "Two");
    CHECK(!d->note && d->said_ms == 0);
    CHECK_INT(s->open->draft_count, 0);
    publish(s, "Two");
    CHECK_INT(s->staff->draft_count, 0);
    CHECK_INT(said(s->staff, "s1")->version, 1);
    CHECK_STR(said(s->staff, "s1")->author, "lin");
    CHECK(!said(s->open, "s1")->author);
    script_destroy(s);
}

TEST(a_discarded_draft_stays_dead)
{
    struct script *s = live();
    script_add(s, false, "u:lin", "statement.prepared", "{" SPOKEN("s1", "One") AS_GUEST "}");
    script_add(s, false, "u:lin", "statement.discarded", "{\"statement\":\"s1\"}");
    CHECK_INT(draft(s, "s1")->stage, S_DISCARDED);
    refused(s->staff, "statement.prepared", "{" SPOKEN("s1", "x") AS_GUEST "}", false);
    refused(s->staff, "statement.returned", "{\"statement\":\"s1\"}", false);
    refused(s->staff, "statement.published", "{" SPOKEN("s1", "x") SAID "}", false);
    struct buf out = {0};
    snapshot_staff(&out, s->staff, false);
    CHECK(strstr(out.p, "\"drafts\":[]"));
    buf_finish(&out);
    script_destroy(s);
}

TEST(a_delay_sets_when_and_a_frozen_feed_clears_the_chain)
{
    struct script *s = live();
    script_add(s, false, "u:lin", "statement.prepared", "{" SPOKEN("s1", "One") AS_GUEST "}");
    script_add(s, false, "u:lin", "statement.submitted",
               "{\"statement\":\"s1\"" SAID
               ",\"step\":0,\"public_at\":\"2026-11-24T07:10:30.000Z\",\"origin\":\"prepared\"}");
    struct statement *d = draft(s, "s1");
    CHECK_INT(d->stage, S_DELAYED);
    CHECK_INT(d->public_at_ms - d->said_ms, 30000);
    CHECK_STR(d->text, "One");
    CHECK_STR(d->origin, "prepared");
    script_add(s, false, "system", "statement.returned",
               "{\"statement\":\"s1\",\"cause\":\"question\"}");
    CHECK_STR(d->cause, "question");
    CHECK_INT(d->public_at_ms, 0);
    script_add(s, false, "u:lin", "statement.submitted",
               "{\"statement\":\"s1\",\"step\":0,\"waits_for\":\"reviewer\"}");
    script_add(s, false, "u:re", "statement.passed_step",
               "{\"statement\":\"s1\",\"step\":1,\"cleared\":true}");
    CHECK_INT(d->stage, S_PREPARED);
    CHECK(d->cleared && !d->waits_for && !d->cause);
    script_destroy(s);
}

TEST(a_correction_keeps_place_and_every_earlier_text)
{
    struct script *s = live();
    publish(s, "One");
    script_answer(s, "s2", "q1", "Later");
    for (int version = 2; version <= 4; version++)
        script_add(s, true, "u:he", "statement.corrected",
                   "{\"statement\":\"s1\",\"version\":%d,\"text\":\"Text %d\"}", version, version);
    struct interview *both[] = {s->staff, s->open};
    for (int i = 0; i < 2; i++) {
        const struct statement *one = both[i]->statements[0];
        CHECK_STR(one->id, "s1");
        CHECK_STR(one->text, "Text 4");
        CHECK_INT(one->version, 4);
        CHECK_INT(one->revision_count, 3);
        CHECK_STR(one->revisions[0].text, "One");
        CHECK_STR(one->revisions[2].text, "Text 3");
        CHECK_INT(one->corrected_ms, s->now_ms);
        CHECK_INT(one->revisions[2].until_ms, s->now_ms);
    }
    refused(s->staff, "statement.corrected", "{\"statement\":\"s1\",\"version\":4,\"text\":\"x\"}",
            false);
    refused(s->staff, "statement.corrected", "{\"statement\":\"s1\",\"version\":6,\"text\":\"x\"}",
            false);
    refused(s->staff, "statement.corrected", "{\"statement\":\"s9\",\"version\":2,\"text\":\"x\"}",
            false);
    script_destroy(s);
}

TEST(a_correction_waits_as_a_draft_and_is_over_with_its_statement)
{
    struct script *s = live();
    publish(s, "One");
#define CORRECTS ",\"corrects\":\"s1\",\"waits_for\":\"reviewer\"}"
    script_add(s, false, "u:he", "statement.submitted",
               "{" SPOKEN("c1", "Two") SAID AS_GUEST CORRECTS);
    script_add(s, false, "u:lu", "statement.submitted",
               "{" SPOKEN("c2", "Three") SAID AS_GUEST CORRECTS);
    static const char *const ids[] = {"c1", "c2"};
    for (int i = 0; i < 2; i++)
        CHECK_STR(interview_draft(s->staff, slice_of(ids[i]))->corrects, "s1");
    CHECK_STR(said(s->staff, "s1")->text, "One");
    refused(s->staff, "statement.submitted",
            "{" SPOKEN("c3", "x") SAID AS_GUEST ",\"corrects\":\"s9\",\"waits_for\":\"reviewer\"}",
            false);
    script_add(s, true, "u:re", "statement.corrected",
               "{\"statement\":\"s1\",\"version\":2,\"text\":\"Two\"}");
    CHECK_STR(said(s->open, "s1")->text, "Two");
    for (int i = 0; i < 2; i++)
        CHECK_INT(interview_draft(s->staff, slice_of(ids[i]))->stage, S_DISCARDED);
    script_add(s, false, "u:he", "statement.submitted",
               "{" SPOKEN("c4", "Four") SAID AS_GUEST CORRECTS);
    script_add(s, true, "u:re", "statement.retracted",
               "{\"statement\":\"s1\",\"code\":\"mistake\"}");
    CHECK_INT(interview_draft(s->staff, slice_of("c4"))->stage, S_DISCARDED);
    refused(s->staff, "statement.submitted", "{" SPOKEN("c5", "x") SAID AS_GUEST CORRECTS, false);
    script_destroy(s);
}

TEST(a_tombstone_has_no_text_in_public_and_its_question_is_open_again)
{
    struct script *s = live();
    publish(s, "SECRET one");
    script_add(s, true, "u:he", "statement.corrected",
               "{\"statement\":\"s1\",\"version\":2,\"text\":\"SECRET two\"}");
    script_add(s, false, "u:he", "statement.retraction_asked",
               "{\"statement\":\"s1\",\"code\":\"mistake\"}");
    CHECK_STR(said(s->staff, "s1")->asked_by, "he");
    CHECK_INT(said(s->staff, "s1")->version, 2);
    uint64_t version = script_question(s->staff, "q1")->version;
    script_add(s, true, "u:re", "statement.retracted",
               "{\"statement\":\"s1\",\"code\":\"mistake\"}");
    script_state(s, "q1", true, "question.off_air");
    const struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_QUEUED);
    CHECK_INT(q->queue_rank, 1);
    CHECK_INT(q->version, version + 1);
    CHECK_INT(q->answer_count, 0);
    CHECK_INT(script_question(s->open, "q1")->stage, Q_APPROVED);
    CHECK_INT(script_question(s->open, "q1")->answer_count, 0);
    CHECK_INT(said(s->open, "s1")->stage, S_RETRACTED);
    CHECK_INT(said(s->open, "s1")->version, 3);
    CHECK(!said(s->open, "s1")->text && !said(s->open, "s1")->revisions);
    CHECK_STR(said(s->staff, "s1")->text, "SECRET two"); // originals are kept (invariant I2)
    struct buf out = {0};
    snapshot_public(&out, s->open);
    CHECK(!strstr(out.p, "SECRET"));
    CHECK(strstr(out.p, "\"counts\":{\"statements\":0,"));
    CHECK(strstr(out.p, "\"code\":\"mistake\""));
    buf_finish(&out);
    refused(s->staff, "statement.retracted", "{\"statement\":\"s1\",\"code\":\"x\"}", false);
    refused(s->staff, "statement.corrected", "{\"statement\":\"s1\",\"version\":4,\"text\":\"x\"}",
            false);
    script_destroy(s);
}

TEST(the_feed_is_held_and_delayed_in_both_states)
{
    struct script *s = live();
    uint64_t version = s->staff->version;
    script_add(s, true, "u:he", "feed.frozen", "{\"reason\":\"Line broke\"}");
    script_add(s, true, "u:he", "feed.delay_changed", "{\"seconds\":20}");
    CHECK(s->staff->frozen && s->open->frozen);
    CHECK_STR(s->open->frozen_reason, "Line broke");
    CHECK_INT(s->open->delay_s, 20);
    struct buf out = {0};
    snapshot_public(&out, s->open);
    CHECK(strstr(out.p, "\"frozen\":true,\"frozen_reason\":\"Line broke\",\"delay\":20}"));
    buf_finish(&out);
    script_add(s, true, "u:he", "feed.unfrozen", "{}");
    CHECK(!s->open->frozen && !s->open->frozen_reason);
    CHECK_INT(s->staff->version, version); // stages and the feed are two things
    refused(s->staff, "feed.delay_changed", "{\"seconds\":-1}", false);
    refused(s->staff, "feed.frozen", "{\"reason\":7}", false);
    CHECK(!s->staff->frozen);
    script_destroy(s);
}

TEST(chains_come_with_the_plan_and_change_without_the_public)
{
    struct script *s = script_create();
    script_add(s, false, "u:ada", "interview.planned",
               "{\"topic\":\"T\",\"policy\":{\"asking\":\"named\",\"question_public\":"
               "\"on_approve\",\"chains\":{\"guest\":[\"reviewer\",\"policy_checker\"]}}}");
    CHECK_INT(s->staff->guest_chain.count, 2);
    CHECK_STR(s->staff->guest_chain.duties[1], "policy_checker");
    CHECK_INT(s->staff->compere_chain.count, 0);
    script_add(s, false, "u:ada", "interview.rostered",
               "{\"chains\":{\"guest\":[],\"compere\":[\"producer\"]}}");
    CHECK_INT(s->staff->guest_chain.count, 0);
    CHECK_STR(s->staff->compere_chain.duties[0], "producer");
    refused(s->staff, "interview.rostered", "{\"chains\":[]}", false);
    refused(s->staff, "interview.rostered", "{\"chains\":{\"guest\":\"reviewer\"}}", false);
    script_destroy(s);
}

TEST(drafts_are_never_public_and_damage_changes_nothing)
{
    struct script *s = live();
    script_add(s, false, "u:lin", "statement.prepared", "{" SPOKEN("s1", "One") AS_GUEST "}");
    static const char *const types[] = {"statement.prepared",    "statement.submitted",
                                        "statement.passed_step", "statement.returned",
                                        "statement.discarded",   "statement.retraction_asked"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        refused(s->open, types[i],
                "{" SPOKEN("s1", "x") AS_GUEST ",\"waits_for\":\"guest\",\"code\":\"x\"}", true);
    struct buf before = {0}, after = {0};
    snapshot_staff(&before, s->staff, false);
    refused(s->staff, "statement.prepared", "{" SPOKEN("s1", "x") "}", false);
    refused(s->staff, "statement.submitted", "{\"statement\":\"s1\",\"step\":0}", false);
    refused(s->staff, "statement.submitted", "{\"statement\":\"s7\",\"waits_for\":\"x\"}", false);
    refused(s->staff, "statement.passed_step", "{\"waits_for\":\"guest\"}", false);
    refused(s->staff, "statement.returned", "{\"statement\":\"s1\",\"note\":1}", false);
    refused(s->staff, "statement.published", "{" SPOKEN("s1", "x") "}", false);
    refused(s->staff, "statement.retracted", "{\"statement\":\"s1\",\"code\":\"x\"}", false);
    snapshot_staff(&after, s->staff, false);
    CHECK_STR(after.p, before.p);
    buf_finish(&before);
    buf_finish(&after);
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
