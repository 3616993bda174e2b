// SPDX-License-Identifier: Apache-2.0
// What staff mark on a question, and who may not ask: in both states and in snapshots.
#include <errno.h>

#include "tests/unit/interview/script.h"

static struct script *script_with_question(void)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "My number is 555", "pending");
    return s;
}

static void show(struct script *s)
{
    script_decide(s, "q1", "My number is 555");
    script_show(s, "q1", "My number is 555");
}

static bool snapshot_has(const struct script *s, char sight, const char *needle)
{
    struct buf out = {0};
    if (sight == 'p')
        snapshot_public(&out, s->open);
    else
        snapshot_staff(&out, s->staff, sight == 'g');
    bool has = strstr(out.p, needle) != NULL;
    buf_finish(&out);
    return has;
}

TEST(a_redaction_changes_the_text_and_never_the_original)
{
    struct script *s = script_with_question();
    struct question *q = script_question(s->staff, "q1");
    script_add(s, false, "u:mo", "question.redacted",
               "{\"question\":\"q1\",\"text\":\"My number is █\"}");
    CHECK_STR(q->text, "My number is █");
    CHECK_STR(q->original, "My number is 555");
    CHECK(q->edited);
    CHECK_INT(q->version, 2);
    CHECK_STR(q->changed_by, "mo");
    CHECK_INT(q->stage, Q_PENDING);
    // What was let through and taken back is as it was redacted, not as it came.
    script_decide(s, "q1", "Another text");
    script_state(s, "q1", false, "question.undone");
    CHECK_STR(q->text, "My number is █");
    CHECK(q->edited && !q->approved);
    script_destroy(s);
}

TEST(undoing_forgets_an_edit_but_not_a_redaction_after_it)
{
    struct script *s = script_with_question();
    struct question *q = script_question(s->staff, "q1");
    script_decide(s, "q1", "The number is 555");
    script_add(s, false, "u:mo", "question.redacted",
               "{\"question\":\"q1\",\"text\":\"The number is █\"}");
    script_state(s, "q1", false, "question.undone");
    CHECK_STR(q->text, "The number is █");
    CHECK_STR(q->original, "My number is 555");
    script_destroy(s);
}

TEST(a_public_redaction_leaves_nothing_of_the_text_in_the_public_state)
{
    struct script *s = script_with_question();
    show(s);
    script_answer(s, "s1", "q1", "Noted.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
    script_add(s, true, "u:mo", "question.redacted",
               "{\"question\":\"q1\",\"text\":\"My number is █\"}");
    struct question *shown = script_question(s->open, "q1");
    CHECK_STR(shown->text, "My number is █");
    CHECK(shown->edited && !shown->original && !shown->changed_by);
    CHECK_INT(shown->version, 3);
    CHECK_INT(shown->stage, Q_ANSWERED);
    CHECK(!snapshot_has(s, 'p', "555"));
    CHECK(snapshot_has(s, 'p', "My number is █"));
    CHECK(!snapshot_has(s, 'g', "555"));
    CHECK(snapshot_has(s, 's', "555"));
    CHECK_INT(fold_sight(slice_of("question.redacted")), SEEN_AS_END);
    script_destroy(s);
}

TEST(labels_are_replaced_and_raise_the_version)
{
    struct script *s = script_with_question();
    struct question *q = script_question(s->staff, "q1");
    script_add(s, false, "u:mo", "question.labelled",
               "{\"question\":\"q1\",\"labels\":[\"water\",\"pipes\"]}");
    CHECK_INT(q->label_count, 2);
    CHECK_INT(q->version, 2);
    CHECK_STR(q->changed_by, "mo"); // whoever is too late reads by whom and when
    CHECK_INT(q->changed_ms, s->now_ms);
    show(s);
    script_add(s, true, "u:mo", "question.labelled", "{\"question\":\"q1\",\"labels\":[]}");
    CHECK_INT(q->label_count, 0);
    CHECK_INT(script_question(s->open, "q1")->label_count, 0);
    CHECK_INT(script_question(s->open, "q1")->version, 2);
    script_destroy(s);
}

TEST(notes_are_kept_in_order_and_for_the_desk_alone)
{
    struct script *s = script_with_question();
    struct question *q = script_question(s->staff, "q1");
    for (int i = 0; i < 40; i++)
        script_add(s, false, "u:mo", "question.noted",
                   "{\"question\":\"q1\",\"text\":\"called back %d\"}", i);
    CHECK_INT(q->note_count, 40);
    CHECK_STR(q->notes[0]->text, "called back 0");
    CHECK_STR(q->notes[39]->text, "called back 39");
    CHECK_STR(q->notes[39]->by, "mo");
    CHECK_INT(q->notes[39]->at_ms, s->now_ms);
    CHECK_INT(q->version, 1);
    show(s);
    CHECK(snapshot_has(s, 's', "called back 39"));
    CHECK(!snapshot_has(s, 'g', "called back"));
    CHECK(!snapshot_has(s, 'p', "called back"));
    CHECK_INT(fold_sight(slice_of("question.noted")), SEEN_BY_DESK);
    script_destroy(s);
}

TEST(a_route_waits_then_is_accepted_or_passed_on)
{
    struct script *s = script_with_question();
    show(s);
    struct question *q = script_question(s->staff, "q1");
    uint64_t version = q->version;
    CHECK(!snapshot_has(s, 'g', "\"route\""));
    script_add(s, false, "u:he", "question.routed_to_guest",
               "{\"question\":\"q1\",\"guest\":\"Lin\"}");
    CHECK(snapshot_has(s, 'g', "\"route\":{\"guest\":\"Lin\",\"by\":\"he\",\"answer\":\"waits\"}"));
    script_add(s, false, "u:lin", "question.guest_passed",
               "{\"question\":\"q1\",\"note\":\"Ask Wu\"}");
    CHECK_INT(q->route.answer, ROUTE_PASSED);
    CHECK_STR(q->route.answered_by, "lin");
    CHECK_STR(q->route.note, "Ask Wu");
    script_add(s, false, "u:he", "question.routed_to_guest",
               "{\"question\":\"q1\",\"guest\":\"Wu\"}");
    CHECK_INT(q->route.answer, ROUTE_WAITS);
    CHECK(!q->route.note && !q->route.answered_by);
    script_add(s, false, "u:wu", "question.guest_accepted", "{\"question\":\"q1\"}");
    CHECK_INT(q->route.answer, ROUTE_ACCEPTED);
    CHECK_INT(q->version, version + 4);
    CHECK(!snapshot_has(s, 'p', "route"));
    script_destroy(s);
}

TEST(a_question_without_an_asker_was_entered_by_staff)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "Mine", "pending");
    script_add(s, false, "u:st", "question.received",
               "{\"question\":\"q2\",\"receipt_no\":\"R-q2\",\"text\":\"By phone\","
               "\"origin\":\"phone\",\"network\":\"n:1\",\"stage\":\"pending\"}");
    CHECK(!script_question(s->staff, "q1")->entered_by);
    CHECK_STR(script_question(s->staff, "q2")->entered_by, "st");
    CHECK_STR(script_question(s->staff, "q2")->network, "n:1");
    CHECK(snapshot_has(s, 's', "\"entered_by\":\"st\""));
    script_destroy(s);
}

TEST(of_a_silence_the_last_word_counts)
{
    struct script *s = script_with_question();
    CHECK(!interview_silence(s->staff, slice_of("c:abc")));
    CHECK(!snapshot_has(s, 's', "silences"));
    script_add(s, false, "u:mo", "asker.silenced",
               "{\"question\":\"q1\",\"asker\":\"c:abc\",\"network\":\"n:1\","
               "\"until\":\"2026-11-24T08:00:00.000Z\"}");
    const struct silence *silence = interview_silence(s->staff, slice_of("c:abc"));
    CHECK_INT(silence->until_ms, script_start_ms + 3600000);
    CHECK_STR(silence->network, "n:1");
    CHECK_STR(silence->by, "mo");
    CHECK(snapshot_has(s, 's',
                       "\"silences\":[{\"asker\":\"c:abc\",\"by\":\"mo\","
                       "\"until\":\"2026-11-24T08:00:00.000Z\"}]"));
    CHECK(!snapshot_has(s, 'g', "silences"));
    script_add(s, false, "u:re", "asker.unsilenced", "{\"question\":\"q1\",\"asker\":\"c:abc\"}");
    silence = interview_silence(s->staff, slice_of("c:abc"));
    CHECK_INT(silence->until_ms, 0);
    CHECK_INT(silence->at_ms, s->now_ms);
    CHECK_STR(silence->by, "re");
    CHECK_INT(s->staff->silence_count, 1);
    for (int i = 0; i < 40; i++)
        script_add(s, false, "u:mo", "asker.silenced",
                   "{\"question\":\"q1\",\"asker\":\"c:%d\","
                   "\"until\":\"2026-11-24T08:00:00.000Z\"}",
                   i);
    CHECK_INT(s->staff->silence_count, 41);
    CHECK(interview_silence(s->staff, slice_of("c:39")));
    CHECK_INT(fold_sight(slice_of("asker.silenced")), SEEN_BY_DESK);
    script_destroy(s);
}

TEST(a_damaged_body_changes_nothing)
{
    static const struct {
        const char *type, *body;
    } bad[] = {
        {"question.redacted", "{\"question\":\"q1\"}"},
        {"question.redacted", "{\"question\":\"none\",\"text\":\"x\"}"},
        {"question.labelled", "{\"question\":\"q1\",\"labels\":[1]}"},
        {"question.noted", "{\"question\":\"q1\",\"text\":3}"},
        {"question.routed_to_guest", "{\"question\":\"q1\"}"},
        {"question.guest_accepted", "{\"question\":\"none\"}"},
        {"asker.silenced", "{\"asker\":\"c:abc\"}"},
        {"asker.unsilenced", "{}"},
    };
    struct script *s = script_with_question();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct event e = {
            .seq = s->staff->position.n + 1,
            .actor = slice_of("u:mo"),
            .type = slice_of(bad[i].type),
            .body = slice_of(bad[i].body),
            .hash = "",
        };
        if (fold(s->staff, &e) != -EPROTO)
            check_fail(__FILE__, __LINE__, "%s %s", bad[i].type, bad[i].body);
    }
    const struct question *q = script_question(s->staff, "q1");
    CHECK_STR(q->text, "My number is 555");
    CHECK(q->version == 1 && q->note_count == 0 && !q->route.guest);
    CHECK_INT(s->staff->silence_count, 0);
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
