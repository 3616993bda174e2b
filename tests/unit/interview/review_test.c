// SPDX-License-Identifier: Apache-2.0
// Second thoughts in the two states: what comes down, what comes back, what is appealed, and what
// is answered in writing.
#include <errno.h>

#include "tests/unit/interview/script.h"

static struct script *started(void)
{
    struct script *s = script_create();
    script_open(s);
    return s;
}

static struct question *add_shown(struct script *s, const char *id)
{
    script_receive(s, id, id, "pending");
    script_decide(s, id, id);
    script_show(s, id, id);
    return script_question(s->staff, id);
}

static void reject(struct script *s, const char *id)
{
    script_add(s, false, "u:mo", "question.rejected",
               "{\"question\":\"%s\",\"code\":\"off_topic\",\"note\":\"See there\"}", id);
}

static void retract(struct script *s, const char *id)
{
    script_add(s, true, "u:re", "question.retracted",
               "{\"question\":\"%s\",\"code\":\"personal_data\"}", id);
}

// With the body that the application writes.
static void restore(struct script *s, const char *id)
{
    const struct question *q = script_question(s->staff, id);
    bool waits = q->before == Q_QUEUED || q->before == Q_ON_AIR;
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_member(&w, "question", id);
    json_w_member(&w, "receipt_no", q->receipt_no);
    json_w_member(&w, "name", q->name);
    json_w_member(&w, "text", q->text);
    json_w_member_bool(&w, "edited", q->edited);
    json_w_member(&w, "origin", q->origin);
    json_w_key(&w, "labels");
    json_w_open(&w, '[');
    for (size_t i = 0; i < q->label_count; i++)
        json_w_string(&w, slice_of(q->labels[i]));
    json_w_close(&w, ']');
    json_w_member_int(&w, "votes", (int64_t)q->votes);
    json_w_member(&w, "stage", question_stage_name(waits ? Q_APPROVED : q->before));
    json_w_key(&w, "answers");
    json_w_open(&w, '[');
    for (size_t i = 0; i < q->answer_count; i++)
        json_w_string(&w, slice_of(q->answers[i]));
    json_w_close(&w, ']');
    json_w_member(&w, "department", q->department);
    json_w_member_time(&w, "due", q->due_ms);
    if (q->reply) {
        json_w_key(&w, "reply");
        json_w_open(&w, '{');
        json_w_member(&w, "department", q->reply_department);
        json_w_member(&w, "text", q->reply);
        json_w_member_time(&w, "at", q->replied_ms);
        json_w_close(&w, '}');
    }
    json_w_close(&w, '}');
    script_add(s, true, "u:ada", "question.restored", "%s", b.p);
    buf_finish(&b);
}

static struct buf public_snapshot(const struct script *s)
{
    struct buf out = {0};
    snapshot_public(&out, s->open);
    return out;
}

TEST(holding_ends_the_claim_and_keeps_the_note_for_colleagues)
{
    struct script *s = started();
    script_receive(s, "q1", "Why?", "pending");
    struct question *q = script_question(s->staff, "q1");
    script_add(s, false, "u:mo", "question.claimed",
               "{\"question\":\"q1\",\"epoch\":1,\"until\":\"2026-11-24T07:05:00.000Z\"}");
    CHECK_INT(q->claim.since_ms, s->now_ms);
    script_add(s, false, "u:mo", "question.held",
               "{\"question\":\"q1\",\"note\":\"Ask the lawyers\"}");
    CHECK_INT(q->stage, Q_HELD);
    CHECK_INT(q->version, 2);
    CHECK(!q->claim.by && !q->note);
    CHECK_STR(q->held_note, "Ask the lawyers");
    CHECK_STR(q->changed_by, "mo");
    CHECK_INT(q->changed_ms, s->now_ms);
    script_add(s, false, "u:mo", "question.held", "{\"question\":\"q1\"}");
    CHECK(!q->held_note);
    script_destroy(s);
}

TEST(taking_over_is_a_claim_by_another)
{
    struct script *s = started();
    script_receive(s, "q1", "Why?", "pending");
    script_add(s, false, "u:mo", "question.claimed",
               "{\"question\":\"q1\",\"epoch\":1,\"until\":\"2026-11-24T07:05:00.000Z\"}");
    script_add(s, false, "u:re", "question.taken_over",
               "{\"question\":\"q1\",\"epoch\":2,\"until\":\"2026-11-24T07:06:00.000Z\","
               "\"from\":\"mo\"}");
    struct question *q = script_question(s->staff, "q1");
    CHECK_STR(q->claim.by, "re");
    CHECK_INT(q->claim.epoch, 2);
    CHECK_INT(q->version, 1);
    script_destroy(s);
}

TEST(retracted_the_public_state_forgets_the_words_and_staff_do_not)
{
    struct script *s = started();
    struct question *q = add_shown(s, "q1");
    script_answer(s, "s1", "q1", "Because.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
    int64_t answered_ms = s->now_ms;
    script_add(s, false, "u:re", "question.retraction_asked",
               "{\"question\":\"q1\",\"code\":\"personal_data\",\"note\":\"A name\","
               "\"waits\":false}");
    uint64_t version = q->version;
    retract(s, "q1");
    CHECK_INT(q->stage, Q_RETRACTED);
    CHECK_INT(q->before, Q_ANSWERED);
    CHECK_INT(q->version, version + 1);
    CHECK_STR(q->text, "q1");
    CHECK_STR(q->code, "personal_data");
    CHECK_STR(q->note, "A name");
    CHECK_STR(q->retracted_by, "re");
    CHECK_INT(q->ended_ms, answered_ms);
    CHECK(question_has_end(s->staff, q));
    struct question *p = script_question(s->open, "q1");
    CHECK_INT(p->stage, Q_RETRACTED);
    CHECK(!p->text && !p->name && !p->label_count && !p->reply);
    CHECK(!p->changed_by && !p->retracted_by && !p->note);
    struct buf out = public_snapshot(s);
    CHECK(strstr(out.p, "\"questions\":[{\"question\":\"q1\",\"receipt_no\":\"R-q1\","
                        "\"stage\":\"retracted\","));
    CHECK(strstr(out.p, "\"code\":\"personal_data\"}"));
    CHECK(strstr(out.p, "\"counts\":{\"statements\":1,\"questions\":0,\"answered\":0}"));
    buf_finish(&out);
    script_destroy(s);
}

// Retracted from this stage, where does it come back? (to staff; to the public)
static const struct {
    const char *way; // events, by their last words
    const char *staff, *open;
} RETURNS[] = {
    {"", "approved", "approved"},           {"queued", "queued", "approved"},
    {"on_air", "queued", "approved"},       {"referred", "referred", "referred"},
    {"referred reply", "closed", "closed"},
};

static void go(struct script *s, const char *way)
{
    if (strcmp(way, "queued") == 0)
        script_state(s, "q2", false, "question.queued");
    if (strcmp(way, "on_air") == 0)
        script_state(s, "q2", true, "question.on_air");
    if (strncmp(way, "referred", 8) == 0)
        script_add(s, true, "u:mo", "question.referred",
                   "{\"question\":\"q2\",\"department\":\"Police\","
                   "\"due\":\"2026-12-01T00:00:00.000Z\"}");
    if (strstr(way, "reply"))
        script_add(s, true, "u:ck", "case.reply_published",
                   "{\"question\":\"q2\",\"department\":\"Police\",\"text\":\"Soon.\"}");
}

TEST(restored_it_stands_where_it_stood_as_it_was)
{
    for (size_t i = 0; i < sizeof RETURNS / sizeof *RETURNS; i++) {
        struct script *s = started();
        add_shown(s, "q1");
        struct question *q = add_shown(s, "q2");
        add_shown(s, "q3");
        script_state(s, "q3", false, "question.queued");
        go(s, RETURNS[i].way);
        bool was_on_air = q->stage == Q_ON_AIR;
        struct buf before = public_snapshot(s);
        retract(s, "q2");
        CHECK_INT(s->staff->queue_count, 1);
        uint64_t version = q->version, reopened = s->staff->reopened;
        restore(s, "q2");
        CHECK_STR(question_stage_name(q->stage), RETURNS[i].staff);
        CHECK_STR(question_stage_name(script_question(s->open, "q2")->stage), RETURNS[i].open);
        CHECK_INT(q->version, version + 1);
        CHECK_INT(s->staff->reopened, reopened + 1);
        CHECK(!q->code && !q->note && !q->retracted_by);
        CHECK_INT(q->queue_rank, q->stage != Q_QUEUED ? 0 : was_on_air ? 1 : 2);
        CHECK(s->open->questions[1] == script_question(s->open, "q2"));
        struct buf after = public_snapshot(s);
        size_t n = (size_t)(strstr(before.p, "\"polls\"") - before.p);
        if (!was_on_air && strncmp(before.p, after.p, n) != 0)
            check_fail(__FILE__, __LINE__, "%s: %s and %s", RETURNS[i].way, before.p, after.p);
        buf_finish(&before);
        buf_finish(&after);
        script_destroy(s);
    }
}

TEST(two_persons_the_first_asks_and_the_version_says_so)
{
    struct script *s = started();
    struct question *q = add_shown(s, "q1");
    uint64_t version = q->version;
    script_add(s, false, "u:mo", "question.retraction_asked",
               "{\"question\":\"q1\",\"code\":\"secret\",\"note\":\"n\",\"waits\":true}");
    CHECK_INT(q->version, version + 1);
    CHECK_INT(q->stage, Q_APPROVED);
    CHECK_STR(q->retraction_asker, "mo");
    CHECK_STR(q->retraction_code, "secret");
    CHECK_STR(script_question(s->open, "q1")->text, "q1");
    retract(s, "q1");
    CHECK(!q->retraction_code);
    CHECK_STR(q->retraction_asker, "mo"); // who may not restore it either
    CHECK_STR(q->retracted_by, "re");
    restore(s, "q1");
    CHECK(!q->retraction_asker);
    script_destroy(s);
}

TEST(an_appeal_opens_the_gate_question_again_and_is_closed_for_good)
{
    struct script *s = started();
    script_receive(s, "q1", "A", "pending");
    struct question *q = script_question(s->staff, "q1");
    reject(s, "q1");
    CHECK(question_has_end(s->staff, q));
    script_add(s, false, "c:abc", "question.appealed", "{\"question\":\"q1\",\"note\":\"No!\"}");
    CHECK(!question_has_end(s->staff, q));
    CHECK_INT(q->stage, Q_REJECTED);
    CHECK_INT(q->version, 3);
    CHECK_INT(q->appeal, APPEAL_OPEN);
    CHECK_STR(q->appeal_note, "No!");
    CHECK_STR(q->code, "off_topic");
    CHECK_INT(s->staff->reopened, 1);
    reject(s, "q1");
    CHECK_INT(q->appeal, APPEAL_DISMISSED);
    CHECK_INT(q->version, 4);
    CHECK(question_has_end(s->staff, q));
    reject(s, "q1");
    CHECK_INT(q->appeal, APPEAL_DISMISSED);
    script_destroy(s);
}

TEST(an_appeal_granted_begins_anew)
{
    struct script *s = started();
    script_receive(s, "q1", "Why?", "pending");
    script_decide(s, "q1", "Edited");
    reject(s, "q1"); // at the end gate
    script_add(s, false, "c:abc", "question.appealed", "{\"question\":\"q1\"}");
    script_add(s, false, "u:re", "question.restored", "{\"question\":\"q1\"}");
    struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_PENDING);
    CHECK_INT(q->appeal, APPEAL_UPHELD);
    CHECK_STR(q->text, "Why?");
    CHECK(!q->approved && !q->edited && !q->code && !q->note && !q->decided_by);
    CHECK_INT(q->ended_ms, 0);
    CHECK_INT(s->staff->reopened, 2);
    script_destroy(s);
}

TEST(a_reply_to_the_asker_alone_is_no_news_for_the_public)
{
    struct script *s = started();
    script_receive(s, "q1", "Why?", "pending");
    script_add(s, false, "u:mo", "question.replied", "{\"question\":\"q1\",\"text\":\"So.\"}");
    struct question *q = script_question(s->staff, "q1");
    CHECK_INT(q->stage, Q_CLOSED);
    CHECK_STR(q->reply, "So.");
    CHECK(!q->reply_department);
    CHECK_INT(q->replied_ms, s->now_ms);
    CHECK_INT(s->open->question_count, 0);
    script_destroy(s);
}

TEST(a_case_is_closed_by_its_reply_for_everybody_who_saw_the_question)
{
    struct script *s = started();
    struct question *q = add_shown(s, "q2");
    go(s, "referred reply");
    struct question *p = script_question(s->open, "q2");
    CHECK_INT(q->stage, Q_CLOSED);
    CHECK_INT(p->stage, Q_CLOSED);
    CHECK_STR(p->reply, "Soon.");
    CHECK_STR(p->reply_department, "Police");
    CHECK_INT(p->replied_ms, s->now_ms);
    CHECK(!p->changed_by);
    struct buf out = public_snapshot(s);
    CHECK(strstr(out.p, "\"reply\":{\"department\":\"Police\",\"text\":\"Soon.\",\"at\":\""));
    buf_finish(&out);
    script_destroy(s);
}

TEST(a_lapsed_question_says_why)
{
    struct script *s = started();
    struct question *q = add_shown(s, "q1");
    script_state(s, "q1", false, "question.queued");
    script_add(s, true, "u:mo", "question.lapsed", "{\"question\":\"q1\",\"note\":\"No time\"}");
    CHECK_INT(q->stage, Q_LAPSED);
    CHECK_INT(q->queue_rank, 0);
    CHECK_STR(script_question(s->open, "q1")->note, "No time");
    struct buf out = public_snapshot(s);
    CHECK(strstr(out.p, "\"note\":\"No time\"}"));
    buf_finish(&out);
    script_destroy(s);
}

static int fold_one(struct interview *iv, bool is_public, const char *type, const char *body)
{
    struct event e = {
        .seq = iv->position.n + 1,
        .pub = is_public ? iv->position.n + 1 : 0,
        .at_ms = script_start_ms,
        .actor = slice_of("u:mo"),
        .type = slice_of(type),
        .body = slice_of(body),
        .hash = "0123456789abcdef0123456789abcdef01234567",
        .pub_hash = is_public ? "fedcba9876543210fedcba9876543210fedcba98" : "",
    };
    return fold(iv, &e);
}

TEST(what_only_staff_may_know_never_enters_under_a_public_number)
{
    static const char *const types[] = {"question.appealed", "question.held", "question.replied",
                                        "question.retraction_asked", "question.taken_over"};
    struct script *s = started();
    add_shown(s, "q1");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const char *body = "{\"question\":\"q1\",\"code\":\"spam\",\"text\":\"t\",\"waits\":true,"
                           "\"until\":\"2026-11-24T07:05:00.000Z\",\"epoch\":1}";
        CHECK_INT(fold_one(s->open, true, types[i], body), -EPROTO);
    }
    script_destroy(s);
}

static const struct {
    bool is_public;
    const char *type, *body;
} damaged[] = {
    {false, "question.held", "{}"},
    {false, "question.held", "{\"question\":\"q1\",\"note\":7}"},
    {false, "question.retraction_asked", "{\"question\":\"q1\"}"},
    {false, "question.retraction_asked", "{\"question\":\"q1\",\"code\":\"x\",\"waits\":1}"},
    {false, "question.appealed", "{\"question\":\"q9\"}"},
    {false, "question.replied", "{\"question\":\"q1\"}"},
    {false, "question.lapsed", "{\"question\":\"q1\"}"},
    {false, "case.reply_published", "{\"question\":\"q1\",\"text\":\"t\"}"},
    {false, "question.restored", "{}"},
    {true, "question.retracted", "{\"question\":\"q1\"}"},
    {true, "question.lapsed", "{\"question\":\"q1\"}"},
    {true, "case.reply_published", "{\"question\":\"q1\",\"department\":\"d\"}"},
    {true, "question.restored", "{\"question\":\"q1\"}"},
    {true, "question.restored",
     "{\"question\":\"q1\",\"text\":\"t\",\"origin\":\"live\",\"stage\":\"gone\"}"},
    {true, "question.restored",
     "{\"question\":\"q1\",\"text\":\"t\",\"origin\":\"live\",\"stage\":\"closed\",\"reply\":{}}"},
    {true, "question.restored",
     "{\"question\":\"q1\",\"text\":\"t\",\"origin\":\"live\",\"stage\":\"closed\",\"answers\":[1]"
     "}"},
};

TEST(a_damaged_body_changes_nothing)
{
    struct script *s = started();
    add_shown(s, "q1");
    struct buf staff = {0}, open = {0}, after = {0};
    snapshot_staff(&staff, s->staff, false);
    snapshot_public(&open, s->open);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct interview *iv = damaged[i].is_public ? s->open : s->staff;
        if (fold_one(iv, damaged[i].is_public, damaged[i].type, damaged[i].body) != -EPROTO)
            check_fail(__FILE__, __LINE__, "taken: %s %s", damaged[i].type, damaged[i].body);
        buf_clear(&after);
        if (damaged[i].is_public)
            snapshot_public(&after, iv);
        else
            snapshot_staff(&after, iv, false);
        CHECK_STR(after.p, damaged[i].is_public ? open.p : staff.p);
    }
    buf_finish(&staff);
    buf_finish(&open);
    buf_finish(&after);
    script_destroy(s);
}

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((seed >> 33) % below);
}

// A public question takes any way that is open to it.
static void step(struct script *s, const char *id)
{
    const struct question *q = script_question(s->staff, id);
    if (q->stage == Q_RETRACTED) {
        restore(s, id);
    } else if (pick(3) == 0) {
        retract(s, id);
    } else if (q->stage == Q_APPROVED) {
        if (pick(2))
            script_state(s, id, false, "question.queued");
        else
            script_add(s, true, "u:mo", "question.referred",
                       "{\"question\":\"%s\",\"department\":\"Roads\"}", id);
    } else if (q->stage == Q_QUEUED) {
        script_state(s, id, true, "question.on_air");
    } else if (q->stage == Q_ON_AIR) {
        script_state(s, id, true, "question.off_air");
    } else if (q->stage == Q_REFERRED) {
        script_add(s, true, "u:ck", "case.reply_published",
                   "{\"question\":\"%s\",\"department\":\"Roads\",\"text\":\"Reply\"}", id);
    } else {
        retract(s, id);
    }
}

static enum question_stage as_shown(enum question_stage stage)
{
    return stage == Q_QUEUED ? Q_APPROVED : stage;
}

TEST(however_often_it_comes_and_goes_both_states_agree)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    for (unsigned round = 0; round < 20; round++) {
        seed = 7000 + round;
        struct script *s = started();
        for (size_t i = 0; i < 5; i++)
            add_shown(s, ids[i]);
        for (unsigned n = 0; n < 200; n++)
            step(s, ids[pick(5)]);
        uint64_t ranks = 0;
        for (size_t i = 0; i < 5; i++) {
            const struct question *q = script_question(s->staff, ids[i]);
            const struct question *p = script_question(s->open, ids[i]);
            CHECK(s->open->questions[i] == p);
            CHECK_INT(p->stage, as_shown(q->stage));
            CHECK((p->text == NULL) == (q->stage == Q_RETRACTED));
            CHECK((q->queue_rank != 0) == (q->stage == Q_QUEUED));
            ranks += q->queue_rank;
        }
        CHECK_INT(ranks, s->staff->queue_count * (s->staff->queue_count + 1) / 2);
        struct interview *iv = interview_create(slice_of("iv-1"), true);
        for (size_t i = 0; i < s->count; i++)
            if (s->events[i].pub)
                CHECK_INT(fold(iv, &s->events[i]), 0);
        struct buf got = {0}, want = public_snapshot(s);
        snapshot_public(&got, iv);
        CHECK_STR(got.p, want.p);
        buf_finish(&got);
        buf_finish(&want);
        interview_destroy(&iv);
        script_destroy(s);
    }
}

int main(void)
{
    return check_run();
}
