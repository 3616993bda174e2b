// SPDX-License-Identifier: Apache-2.0
// Erasing: the stub of every event holds no word and folds, and a log with stubs in it gives the
// state that a live one came to.
#include "server/interview/erase.h"

#include "tests/unit/interview/script.h"

// Every word of a question, its asker or about either begins with this.
#define W "WORD"
#define Q "{\"question\":\"q1\""

// For each type about a question a body with every member that it may have; NULL text: it has no
// words, and stays as it is.
static const struct {
    const char *type;
    bool is_public;
    const char *body;
    bool has_words;
} bodies[] = {
    {"question.received", false,
     Q ",\"receipt_no\":\"R-1\",\"name\":\"" W "1\",\"text\":\"" W "2\",\"origin\":\"live\","
       "\"to_guest\":\"" W "3\",\"contact\":\"" W "4\",\"asker\":\"c:" W "5\",\"network\":\"n:" W
       "6\",\"digest\":\"d1\",\"nonce\":\"" W "7\",\"stage\":\"pending\"}",
     true},
    {"question.claimed", false, Q ",\"epoch\":1,\"until\":\"2026-11-24T08:00:00.000Z\"}", false},
    {"question.let_go", false, Q ",\"epoch\":1}", false},
    {"question.released", false, Q "}", false},
    {"question.approved", false,
     Q ",\"receipt_no\":\"R-1\",\"name\":\"" W "\",\"text\":\"" W "\",\"edited\":true,"
       "\"origin\":\"live\",\"labels\":[\"" W "\"],\"to_guest\":\"" W "\","
       "\"received_at\":\"2026-11-24T07:00:00.000Z\",\"public_at\":\"2026-11-24T07:30:00.000Z\"}",
     true},
    {"question.approved", true,
     Q ",\"receipt_no\":\"R-1\",\"name\":\"" W "\",\"text\":\"" W "\",\"edited\":true,"
       "\"origin\":\"live\",\"labels\":[\"" W "\"],\"votes\":3,\"grouped\":2}",
     true},
    {"question.undone", false, Q "}", false},
    {"question.passed_step", false,
     Q ",\"decision\":\"rejected\",\"code\":\"duplicate\",\"note\":\"" W "\","
       "\"duplicate_of\":\"q2\",\"labels\":[\"" W "\"],\"waits_for\":\"reviewer\"}",
     true},
    {"question.rejected", false,
     Q ",\"code\":\"duplicate\",\"note\":\"" W "\",\"duplicate_of\":\"q2\"}", true},
    {"question.held", false, Q ",\"note\":\"" W "\"}", true},
    {"question.taken_over", false,
     Q ",\"epoch\":2,\"until\":\"2026-11-24T08:00:00.000Z\",\"from\":\"mo\"}", false},
    {"question.appealed", false, Q ",\"note\":\"" W "\"}", true},
    {"question.retraction_asked", false, Q ",\"code\":\"spam\",\"note\":\"" W "\",\"waits\":true}",
     true},
    {"question.retracted", true, Q ",\"code\":\"spam\"}", false},
    {"question.restored", true,
     Q ",\"receipt_no\":\"R-1\",\"name\":\"" W "\",\"text\":\"" W "\",\"edited\":true,"
       "\"origin\":\"live\",\"labels\":[\"" W "\"],\"votes\":3,\"stage\":\"closed\","
       "\"shown_at\":\"2026-11-24T07:00:00.000Z\",\"answers\":[\"s1\"],\"department\":\"Water\","
       "\"due\":\"2026-12-01T00:00:00.000Z\",\"reply\":{\"department\":\"Water\",\"text\":\"" W
       "\",\"at\":\"2026-11-24T08:00:00.000Z\"},\"note\":\"" W "\",\"grouped\":1}",
     true},
    {"question.restored", false, Q "}", false},
    {"question.replied", false, Q ",\"text\":\"" W "\"}", true},
    {"question.lapsed", true, Q ",\"note\":\"" W "\"}", true},
    {"question.withdrawn", true, Q "}", false},
    {"question.queued", false, Q ",\"position\":1}", false},
    {"question.reordered", false, Q ",\"position\":1}", false},
    {"question.dequeued", false, Q "}", false},
    {"question.on_air", true, Q ",\"guest\":\"Lin\"}", false},
    {"question.off_air", true, Q "}", false},
    {"question.answered", true, Q ",\"statement\":\"s1\"}", false},
    {"question.grouped", false, Q ",\"into\":\"q2\",\"count\":1}", false},
    {"question.ungrouped", false, Q ",\"into\":\"q2\",\"count\":0}", false},
    {"question.referred", false, Q ",\"department\":\"Water\"}", false},
    {"question.referred", true, Q ",\"department\":\"Water\",\"due\":\"2026-12-01T00:00:00.000Z\"}",
     false},
    {"case.reply_published", true, Q ",\"department\":\"Water\",\"text\":\"" W "\"}", true},
    {"case.opened", false,
     "{\"case\":\"c1\",\"question\":\"q1\",\"department\":\"Water\","
     "\"due\":\"2026-12-01T00:00:00.000Z\",\"note\":\"" W "\"}",
     true},
    {"case.accepted", false, Q "}", false},
    {"case.re_routed", false, Q ",\"department\":\"Roads\",\"note\":\"" W "\"}", true},
    {"case.re_routed", true, Q ",\"department\":\"Roads\"}", false},
    {"case.clock_stopped", false, Q ",\"note\":\"" W "\"}", true},
    {"case.clock_stopped", true, Q "}", false},
    {"case.clock_resumed", true, Q ",\"due\":\"2026-12-02T00:00:00.000Z\"}", false},
    {"case.extension_granted", true,
     Q ",\"due\":\"2026-12-03T00:00:00.000Z\",\"working_days\":1,\"reason\":\"" W "\"}", true},
    {"case.draft_submitted", false, Q ",\"text\":\"" W "\"}", true},
    {"case.returned_for_rework", false, Q ",\"note\":\"" W "\"}", true},
    {"question.labelled", true, Q ",\"labels\":[\"" W "\"]}", true},
    {"question.redacted", true, Q ",\"text\":\"" W "\"}", true},
    {"question.noted", false, Q ",\"text\":\"" W "\"}", true},
    {"question.routed_to_guest", false, Q ",\"guest\":\"Lin\"}", false},
    {"question.guest_accepted", false, Q ",\"note\":\"" W "\"}", true},
    {"question.guest_passed", false, Q ",\"note\":\"" W "\"}", true},
    {"asker.silenced", false,
     Q ",\"asker\":\"c:a\",\"network\":\"n:a\",\"until\":\"2026-11-24T08:00:00.000Z\"}", true},
    {"asker.unsilenced", false, Q ",\"asker\":\"c:a\"}", true},
    // what is kept: the act itself
    {"question.erasure_asked", false,
     Q ",\"class\":\"court\",\"basis\":\"a law\",\"note\":\"why\"}", false},
    {"question.erased", true, Q ",\"class\":\"court\"}", false},
};
enum { BODIES = sizeof bodies / sizeof *bodies };

static bool is_of_question(const char *type)
{
    return strncmp(type, "question.", 9) == 0 || strncmp(type, "case.", 5) == 0 ||
           strncmp(type, "asker.", 6) == 0;
}

TEST(every_event_about_a_question_is_known_here)
{
    const char *type;
    size_t known = 0;
    for (size_t i = 0; (type = fold_type(i)) != NULL; i++) {
        bool found = !is_of_question(type);
        for (size_t b = 0; b < BODIES; b++)
            found |= strcmp(bodies[b].type, type) == 0;
        known++;
        if (!found)
            check_fail(__FILE__, __LINE__, "what of %s has to be erased?", type);
    }
    CHECK(known > 60);
}

TEST(a_stub_has_no_word_and_keeps_the_rest)
{
    for (size_t b = 0; b < BODIES; b++) {
        struct event e = {.seq = 1,
                          .pub = bodies[b].is_public,
                          .actor = slice_of("u:mo"),
                          .type = slice_of(bodies[b].type),
                          .body = slice_of(bodies[b].body)};
        struct buf stub = {0};
        struct slice actor;
        CHECK(!erase_stub(&e, slice_of("q2"), &stub, &actor)); // of another one
        CHECK_INT(stub.n, 0);
        bool is_replaced = erase_stub(&e, slice_of("q1"), &stub, &actor);
        if (is_replaced != bodies[b].has_words)
            check_fail(__FILE__, __LINE__, "%s", bodies[b].type);
        if (is_replaced && memmem(stub.p, stub.n, W, strlen(W)))
            check_fail(__FILE__, __LINE__, "%s: %.*s", bodies[b].type, (int)stub.n, stub.p);
        CHECK(!is_replaced || slice_is(actor, "u:mo"));
        // an asker's id is replaced everywhere
        buf_clear(&stub);
        e.actor = slice_of("c:abc");
        if (erase_stub(&e, slice_of("q1"), &stub, &actor))
            CHECK_STR(actor.p, "c:");
        else
            CHECK(strncmp(bodies[b].type, "question.eras", 13) == 0);
        buf_finish(&stub);
    }
}

// ---- live, and from a log with stubs ----

static void add(struct script *s, const char *actor, const char *type, bool is_public)
{
    for (size_t b = 0; b < BODIES; b++)
        if (strcmp(bodies[b].type, type) == 0 && bodies[b].is_public == is_public) {
            script_add(s, is_public, actor, type, "%s", bodies[b].body);
            return;
        }
    check_fail(__FILE__, __LINE__, "no body of %s", type);
}

// The same log once more, what was about q1 replaced.
static struct script *with_stubs(const struct script *live)
{
    struct script *s = script_create();
    for (size_t i = 0; i < live->count; i++) {
        struct event e = live->events[i];
        struct buf stub = {0};
        struct slice actor;
        if (erase_stub(&e, slice_of("q1"), &stub, &actor)) {
            e.body = buf_slice(&stub);
            e.actor = actor;
        }
        if (fold(s->staff, &e) != 0 || (e.pub && fold(s->open, &e) != 0))
            check_fail(__FILE__, __LINE__, "%.*s cannot be folded: %.*s", (int)e.type.n, e.type.p,
                       (int)e.body.n, e.body.p);
        buf_finish(&stub);
    }
    return s;
}

static void same_text(const char *a, const char *b)
{
    CHECK_STR(a ? a : "(none)", b ? b : "(none)");
}

static void same(const struct script *live, const struct script *anew)
{
    for (int guest = 0; guest < 2; guest++) {
        struct buf a = {0}, b = {0};
        snapshot_staff(&a, live->staff, guest);
        snapshot_staff(&b, anew->staff, guest);
        same_text(a.p, b.p);
        CHECK(!strstr(a.p, W));
        buf_finish(&a);
        buf_finish(&b);
    }
    struct buf a = {0}, b = {0};
    snapshot_public(&a, live->open);
    snapshot_public(&b, anew->open);
    same_text(a.p, b.p);
    CHECK(!strstr(a.p, W));
    buf_finish(&a);
    buf_finish(&b);
    // what no snapshot tells
    for (size_t i = 0; i < live->staff->question_count; i++) {
        const struct question *p = live->staff->questions[i], *q = anew->staff->questions[i];
        same_text(p->nonce, q->nonce);
        same_text(p->digest, q->digest);
        same_text(p->redacted, q->redacted);
        same_text(p->reply_department, q->reply_department);
        CHECK(p->replied_ms == q->replied_ms && p->ended_ms == q->ended_ms);
        CHECK(p->note_count == q->note_count && p->claim.changes == q->claim.changes);
        CHECK(p->version == q->version && p->before == q->before && p->stage == q->stage);
    }
    CHECK_INT(live->staff->reopened, anew->staff->reopened);
}

static struct script *asked(void)
{
    struct script *s = script_create();
    script_open(s);
    add(s, "c:abc", "question.received", false);
    script_receive(s, "q2", "stays", "pending");
    return s;
}

static void erase_and_compare(struct script *s, bool is_public)
{
    uint64_t version = script_question(s->staff, "q1")->version;
    enum question_stage stage = script_question(s->staff, "q1")->stage;
    add(s, "u:ada", "question.erasure_asked", false);
    script_add(s, is_public, "u:re", "question.erased", Q ",\"class\":\"court\"}");
    script_add(s, false, "u:re", EVENT_REPLACED, "{\"events\":[]}"); // nothing to the fold
    const struct question *q = script_question(s->staff, "q1");
    CHECK(q->stage == stage && q->version == version + 2);
    CHECK(!q->text && !q->original && !q->name && !q->asker && !q->nonce && q->digest);
    CHECK(q->erased_ms && strcmp(q->erased_by, "re") == 0);
    CHECK(question_is_gone(q) && question_has_end(s->staff, q));
    CHECK_STR(script_question(s->staff, "q2")->text, "stays");
    struct script *anew = with_stubs(s);
    same(s, anew);
    script_destroy(anew);
    script_destroy(s);
}

static void make_public(struct script *s)
{
    add(s, "u:mo", "question.approved", false);
    add(s, "system", "question.approved", true);
}

TEST(answered_retracted_and_restored)
{
    struct script *s = asked();
    add(s, "u:mo", "question.claimed", false);
    add(s, "u:mo", "question.held", false);
    add(s, "u:mo", "question.released", false);
    add(s, "u:mo", "question.noted", false);
    make_public(s);
    add(s, "u:mo", "question.labelled", true);
    add(s, "u:mo", "question.redacted", true);
    add(s, "u:he", "question.routed_to_guest", false);
    add(s, "u:lin", "question.guest_passed", false);
    add(s, "u:he", "question.queued", false);
    add(s, "u:he", "question.on_air", true);
    script_answer(s, "s1", "q1", "An answer");
    add(s, "system", "question.answered", true);
    add(s, "u:mo", "question.retraction_asked", false);
    add(s, "u:re", "question.retracted", true);
    add(s, "u:ada", "question.restored", true);
    erase_and_compare(s, true);
}

TEST(rejected_with_an_appeal_dismissed)
{
    struct script *s = asked();
    add(s, "u:mi", "question.passed_step", false);
    add(s, "u:mo", "question.rejected", false);
    add(s, "c:abc", "question.appealed", false);
    add(s, "u:re", "question.rejected", false);
    add(s, "u:re", "asker.silenced", false);
    erase_and_compare(s, false);
}

TEST(referred_and_replied_to)
{
    struct script *s = asked();
    make_public(s);
    add(s, "u:mo", "case.opened", false);
    add(s, "u:mo", "question.referred", true);
    add(s, "u:pc", "case.accepted", false);
    add(s, "u:pc", "case.re_routed", false);
    add(s, "u:pc", "case.re_routed", true);
    add(s, "u:pc", "case.clock_stopped", false);
    add(s, "u:pc", "case.clock_stopped", true);
    add(s, "u:pc", "case.clock_resumed", true);
    add(s, "u:re", "case.extension_granted", true);
    add(s, "u:pc", "case.draft_submitted", false);
    add(s, "u:re", "case.returned_for_rework", false);
    add(s, "u:pc", "case.reply_published", true);
    add(s, "u:mo", "question.retraction_asked", false);
    add(s, "u:re", "question.retracted", true);
    add(s, "u:ada", "question.restored", true);
    erase_and_compare(s, true);
}

TEST(referred_with_a_case_that_runs)
{
    struct script *s = asked();
    add(s, "u:mo", "case.opened", false);
    add(s, "u:mo", "question.referred", false);
    add(s, "u:pc", "case.re_routed", false);
    add(s, "u:pc", "case.clock_stopped", false);
    erase_and_compare(s, false);
}

TEST(withdrawn_with_a_note)
{
    struct script *s = asked();
    make_public(s);
    add(s, "c:abc", "question.withdrawn", true);
    add(s, "c:abc", "question.noted", false);
    erase_and_compare(s, true);
}

TEST(lapsed_and_retracted)
{
    struct script *s = asked();
    make_public(s);
    add(s, "u:mo", "question.lapsed", true);
    add(s, "u:mo", "question.retraction_asked", false);
    add(s, "u:re", "question.retracted", true);
    erase_and_compare(s, true);
}

TEST(replied_to_alone)
{
    struct script *s = asked();
    add(s, "u:mo", "question.replied", false);
    erase_and_compare(s, false);
}

TEST(grouped)
{
    struct script *s = asked();
    add(s, "u:mo", "question.approved", false);
    add(s, "u:mo", "question.grouped", false);
    erase_and_compare(s, false);
}

// Whoever entered it is staff, and stays.
TEST(entered_by_staff)
{
    struct script *s = script_create();
    script_open(s);
    script_add(s, false, "u:mo", "question.received",
               Q ",\"receipt_no\":\"R-1\",\"text\":\"" W "\",\"origin\":\"phone\","
                 "\"digest\":\"d\",\"nonce\":\"" W "\",\"stage\":\"pending\"}");
    script_receive(s, "q2", "stays", "pending");
    add(s, "u:mo", "question.rejected", false);
    CHECK_STR(script_question(s->staff, "q1")->entered_by, "mo");
    erase_and_compare(s, false);
}

// The end gate waits for no erased one, and when all is called off it does not lapse once more.
TEST(nothing_more_happens_to_it)
{
    struct script *s = asked();
    add(s, "u:mo", "question.approved", false);
    add(s, "u:mo", "question.grouped", false);
    add(s, "u:ada", "question.erasure_asked", false);
    script_add(s, false, "u:re", "question.erased", Q ",\"class\":\"court\"}");
    script_add(s, false, "u:mo", "question.rejected",
               "{\"question\":\"q2\",\"code\":\"spam\"}"); // its leader came to nothing
    const struct question *q = script_question(s->staff, "q1");
    CHECK(question_has_end(s->staff, q));
    script_add(s, true, "u:ada", "interview.cancelled",
               "{\"stage\":\"cancelled\",\"reason\":\"storm\"}");
    CHECK(q->stage == Q_GROUPED && !q->note && !q->code);
    script_destroy(s);
}

int main(void)
{
    return check_run();
}
