// SPDX-License-Identifier: Apache-2.0
// Joined questions: what the two states keep of them, and who has an end.
#include "tests/unit/interview/script.h"

static void group(struct script *s, const char *id, const char *into, int count)
{
    script_add(s, false, "u:mo", "question.grouped",
               "{\"question\":\"%s\",\"into\":\"%s\",\"count\":%d}", id, into, count);
}

static void group_seen(struct script *s, const char *type, const char *into, int count)
{
    script_add(s, true, "u:mo", type, "{\"into\":\"%s\",\"count\":%d}", into, count);
}

static struct script *three(void)
{
    struct script *s = script_create();
    script_open(s);
    script_receive(s, "q1", "First", "pending");
    script_receive(s, "q2", "Second", "pending");
    script_receive(s, "q3", "Third", "held");
    return s;
}

TEST(a_joined_question_keeps_what_its_asker_gave)
{
    struct script *s = three();
    script_decide(s, "q2", "Second, edited");
    group(s, "q2", "q1", 1);
    const struct question *q = script_question(s->staff, "q2");
    CHECK_INT(q->stage, Q_GROUPED);
    CHECK_INT(q->version, 3);
    CHECK_STR(q->group, "q1");
    CHECK_STR(q->text, "Second");
    CHECK_STR(q->asker, "c:abc");
    CHECK_STR(q->receipt_no, "R-q2");
    CHECK(!q->approved && !q->edited);
    CHECK_INT(q->public_at_ms, 0);
    CHECK_STR(q->changed_by, "mo");
    const struct question *leader = script_question(s->staff, "q1");
    CHECK_INT(leader->grouped, 1);
    CHECK_INT(leader->version, 1); // its own state has not changed
    CHECK(interview_leader(s->staff, q) == leader);
    script_destroy(s);
}

TEST(taken_out_it_waits_again)
{
    struct script *s = three();
    group(s, "q2", "q1", 1);
    group(s, "q3", "q1", 2);
    script_add(s, false, "u:mo", "question.ungrouped",
               "{\"question\":\"q2\",\"into\":\"q1\",\"count\":1}");
    const struct question *q = script_question(s->staff, "q2");
    CHECK_INT(q->stage, Q_PENDING);
    CHECK_INT(q->version, 3);
    CHECK(!q->group && !q->decided_by && !interview_leader(s->staff, q));
    CHECK_INT(script_question(s->staff, "q1")->grouped, 1);
    script_destroy(s);
}

TEST(one_that_is_withdrawn_is_no_longer_counted)
{
    struct script *s = three();
    group(s, "q2", "q1", 1);
    script_state(s, "q2", false, "question.withdrawn");
    CHECK_INT(script_question(s->staff, "q2")->stage, Q_WITHDRAWN);
    CHECK_INT(script_question(s->staff, "q1")->grouped, 0);
    script_destroy(s);
}

TEST(the_public_knows_a_number_and_nothing_else)
{
    struct script *s = three();
    group(s, "q2", "q1", 1);
    CHECK_INT(s->open->question_count, 0);
    script_decide(s, "q1", "First");
    script_add(s, true, "system", "question.approved",
               "{\"question\":\"q1\",\"receipt_no\":\"R-q1\",\"text\":\"First\",\"edited\":false,"
               "\"origin\":\"live\",\"labels\":[],\"votes\":0,\"grouped\":1}");
    CHECK_INT(script_question(s->open, "q1")->grouped, 1);
    group(s, "q3", "q1", 2);
    group_seen(s, "question.grouped", "q1", 2);
    CHECK_INT(script_question(s->open, "q1")->grouped, 2);
    CHECK_INT(script_question(s->staff, "q1")->grouped, 2);
    CHECK_INT(script_question(s->staff, "q1")->version, 2);
    struct buf out = {0};
    snapshot_public(&out, s->open);
    CHECK(strstr(buf_slice(&out).p, "\"grouped\":2"));
    CHECK(!strstr(buf_slice(&out).p, "q2") && !strstr(buf_slice(&out).p, "q3"));
    group_seen(s, "question.ungrouped", "q1", 0);
    buf_clear(&out);
    snapshot_public(&out, s->open);
    CHECK(!strstr(buf_slice(&out).p, "grouped"));
    buf_finish(&out);
    script_destroy(s);
}

TEST(it_has_an_end_only_while_its_leader_stands)
{
    static const struct {
        const char *event, *rest;
        bool stands;
    } ends[] = {
        {"question.approved", ",\"text\":\"First\",\"edited\":false", true},
        {"question.referred", ",\"department\":\"Roads\"", true},
        {"question.rejected", ",\"code\":\"spam\"", false},
        {"question.withdrawn", "", false},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct script *s = three();
        group(s, "q2", "q1", 1);
        const struct question *q = script_question(s->staff, "q2");
        CHECK(question_has_end(s->staff, q));
        CHECK(!question_has_end(s->staff, script_question(s->staff, "q1")));
        script_add(s, false, "u:mo", ends[i].event, "{\"question\":\"q1\"%s}", ends[i].rest);
        if (question_has_end(s->staff, q) != ends[i].stands)
            check_fail(__FILE__, __LINE__, "%s", ends[i].event);
        script_destroy(s);
    }
}

TEST(a_group_that_cannot_be_is_a_damaged_record)
{
    static const struct {
        const char *type, *body;
    } bad[] = {
        {"question.grouped", "{\"question\":\"q1\",\"into\":\"q1\",\"count\":1}"},
        {"question.grouped", "{\"question\":\"q1\",\"into\":\"none\",\"count\":1}"},
        {"question.grouped", "{\"question\":\"none\",\"into\":\"q1\",\"count\":1}"},
        {"question.grouped", "{\"question\":\"q2\",\"count\":1}"},
        {"question.grouped", "{\"question\":\"q2\",\"into\":\"q1\",\"count\":-1}"},
        {"question.ungrouped", "{\"into\":\"q1\",\"count\":1}"},
    };
    struct script *s = three();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct event e = {.seq = s->staff->position.n + 1,
                          .at_ms = s->now_ms,
                          .actor = slice_of("u:mo"),
                          .type = slice_of(bad[i].type),
                          .body = slice_of(bad[i].body)};
        CHECK(fold(s->staff, &e) < 0);
        CHECK_INT(script_question(s->staff, "q1")->stage, Q_PENDING);
        CHECK_INT(script_question(s->staff, "q1")->grouped, 0);
    }
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
