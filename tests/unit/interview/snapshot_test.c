// SPDX-License-Identifier: Apache-2.0
// Snapshots as text, and what must hold for any log: they depend on the log alone, and no text
// that was never public is in a public one.
#include "tests/unit/interview/script.h"

TEST(an_empty_public_snapshot_has_the_whole_outline)
{
    struct interview *iv = interview_create(slice_of("x"), true);
    struct buf out = {0};
    snapshot_public(&out, iv);
    CHECK_STR(out.p, "{\"interview\":{\"id\":\"x\",\"topic\":\"\",\"departments\":[],\"minutes\":0,"
                     "\"guests\":[],\"compere\":{\"name\":\"\"},\"languages\":[],"
                     "\"policy_documents\":[],\"policy\":{},\"stage\":\"draft\","
                     "\"asking\":\"closed\"},\"statements\":[],\"questions\":[],\"polls\":[],"
                     "\"notices\":[],\"counts\":{\"statements\":0,\"questions\":0,\"answered\":0},"
                     "\"to\":0,\"hash\":\"\"}");
    buf_finish(&out);
    interview_destroy(&iv);
}

static void make_log(struct script *s)
{
    script_open(s);
    script_receive(s, "q1", "First <b>", "pending");
    script_decide(s, "q1", "First, edited");
    script_show(s, "q1", "First, edited");
    script_receive(s, "q2", "Second", "held");
    script_receive(s, "q3", "Third", "pending");
    script_decide(s, "q3", "Third");
    script_show(s, "q3", "Third");
    script_state(s, "q1", false, "question.queued");
    script_state(s, "q1", true, "question.on_air");
    script_answer(s, "s1", "q1", "Because.");
    script_add(s, true, "u:st", "question.answered", "{\"question\":\"q1\",\"statement\":\"s1\"}");
    script_state(s, "q3", true, "question.withdrawn");
}

TEST(a_public_snapshot_shows_statements_questions_and_tombstones)
{
    struct script *s = script_create();
    make_log(s);
    struct buf out = {0};
    snapshot_public(&out, s->open);
    char hash[POSITION_HEX + 1];
    snprintf(hash, sizeof hash, "%.16s", s->open->position.hash);
    char want[4096];
    snprintf(
        want, sizeof want,
        "{\"interview\":{\"id\":\"iv-1\",\"issue_no\":7,\"topic\":\"Bus lanes\","
        "\"intro\":\"What changes in spring\",\"departments\":[\"Transport\",\"Police\"],"
        "\"starts_at\":\"2026-11-24T07:00:00.000Z\",\"minutes\":90,\"guests\":[{\"name\":\"Lin\","
        "\"title\":\"Director\",\"department\":\"Transport\"},{\"name\":\"Wu\"}],"
        "\"compere\":{\"name\":\"He\"},\"languages\":[\"zh-Hans\"],"
        "\"policy_documents\":[{\"title\":\"Plan\",\"url\":\"/plan\"}],"
        "\"policy\":{\"asking\":\"anonymous\",\"question_public\":\"on_approve\"},"
        "\"stage\":\"live\",\"asking\":\"open\",\"announced_at\":\"2026-11-24T07:00:04.000Z\","
        "\"started_at\":\"2026-11-24T07:00:07.000Z\"},\"statements\":[{\"statement\":\"s1\","
        "\"kind\":\"answer\",\"speaker\":{\"name\":\"Lin\",\"title\":\"Director\","
        "\"role\":\"guest\",\"department\":\"Transport\"},\"text\":\"Because.\","
        "\"questions\":[\"q1\"],\"said_at\":\"2026-11-24T07:10:00.000Z\","
        "\"published_at\":\"2026-11-24T07:00:17.000Z\",\"origin\":\"live\",\"version\":1}],"
        "\"questions\":[{\"question\":\"q1\",\"receipt_no\":\"R-q1\",\"name\":\"Mei\","
        "\"text\":\"First, edited\",\"edited\":true,\"origin\":\"live\",\"labels\":[\"roads\"],"
        "\"votes\":3,\"stage\":\"answered\",\"shown_at\":\"2026-11-24T07:00:10.000Z\","
        "\"answers\":[\"s1\"]},{\"question\":\"q3\",\"receipt_no\":\"R-q3\","
        "\"stage\":\"withdrawn\",\"shown_at\":\"2026-11-24T07:00:14.000Z\"}],\"polls\":[],"
        "\"notices\":[],\"counts\":{\"statements\":1,"
        "\"questions\":1,\"answered\":1},\"to\":10,\"hash\":\"%s\"}",
        hash);
    CHECK_STR(out.p, want);
    buf_finish(&out);
    script_destroy(s);
}

static const struct json *nth(const struct json *array, int n)
{
    const struct json *item = json_first(array);
    while (n-- > 0)
        item = json_next(item);
    return item;
}

TEST(staff_see_every_question_and_how_it_came)
{
    struct script *s = script_create();
    make_log(s);
    script_add(s, false, "u:mo", "question.claimed",
               "{\"question\":\"q2\",\"epoch\":2,\"until\":\"2026-11-24T07:05:00.000Z\"}");
    struct buf out = {0};
    snapshot_staff(&out, s->staff, false);
    struct json *root = json_parse(buf_slice(&out));
    const struct json *questions = json_get(root, "questions");
    const struct json *iv = json_get(root, "interview");
    CHECK_INT(json_get_int(iv, "version"), 6);
    CHECK(slice_is(json_get_string(iv, "rule_set"), "none"));
    CHECK(slice_is(json_get_string(nth(json_get(iv, "roster"), 1), "duty"), "guest"));
    CHECK_INT(json_get_int(root, "to"), (int)s->count);
    const struct json *q = nth(questions, 0);
    CHECK(slice_is(json_get_string(q, "original"), "First <b>"));
    CHECK(slice_is(json_get_string(q, "visibility"), "public"));
    CHECK(slice_is(json_get_string(q, "decided_by"), "mo"));
    CHECK(slice_is(json_get_string(q, "contact"), "mei@example.org"));
    CHECK_INT(json_get_int(q, "version"), 5);
    q = nth(questions, 1);
    CHECK(slice_is(json_get_string(q, "visibility"), "hidden"));
    CHECK(slice_is(json_get_string(q, "stage"), "held"));
    CHECK(!json_get(q, "shown_at"));
    CHECK(slice_is(json_get_string(json_get(q, "claim"), "by"), "mo"));
    CHECK_INT(json_get_int(json_get(q, "claim"), "epoch"), 2);
    q = nth(questions, 2);
    CHECK(slice_is(json_get_string(q, "visibility"), "tombstone"));
    CHECK(slice_is(json_get_string(q, "text"), "Third"));
    CHECK(!nth(questions, 3));
    json_free(root);
    buf_finish(&out);
    script_destroy(s);
}

TEST(guests_see_what_was_approved_and_nothing_of_the_screening)
{
    struct script *s = script_create();
    make_log(s);
    struct buf out = {0};
    snapshot_staff(&out, s->staff, true);
    CHECK(!strstr(out.p, "Second"));
    CHECK(!strstr(out.p, "First \\u003cb"));
    CHECK(strstr(out.p, "First, edited"));
    CHECK(!strstr(out.p, "mei@example.org") && !strstr(out.p, "c:abc"));
    CHECK(!strstr(out.p, "decided_by") && !strstr(out.p, "\"original\""));
    struct json *root = json_parse(buf_slice(&out));
    CHECK_INT(json_get_int(json_get(root, "counts"), "questions"), 1);
    json_free(root);
    buf_finish(&out);
    script_destroy(s);
}

TEST(a_row_has_what_a_list_needs)
{
    struct script *s = script_create();
    script_open(s);
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_w_open(&w, '{');
    snapshot_row(&w, s->staff);
    json_w_close(&w, '}');
    CHECK_STR(out.p, "{\"id\":\"iv-1\",\"issue_no\":7,\"topic\":\"Bus lanes\",\"departments\":["
                     "\"Transport\",\"Police\"],\"guests\":[{\"name\":\"Lin\","
                     "\"title\":\"Director\",\"department\":\"Transport\"},{\"name\":\"Wu\"}],"
                     "\"starts_at\":\"2026-11-24T07:00:00.000Z\",\"minutes\":90,\"stage\":\"live\","
                     "\"asking\":\"open\",\"announced_at\":\"2026-11-24T07:00:04.000Z\","
                     "\"started_at\":\"2026-11-24T07:00:07.000Z\"}");
    buf_finish(&out);
    script_destroy(s);
}

TEST(an_announcement_written_is_an_announcement_read)
{
    struct script *s = script_create();
    script_open(s);
    struct buf body = {0}, again = {0};
    struct json_writer w = {.out = &body};
    json_w_open(&w, '{');
    json_w_member(&w, "stage", "announced");
    snapshot_announcement(&w, s->staff);
    json_w_close(&w, '}');
    struct interview *copy = interview_create(slice_of("iv-1"), true);
    struct event e = {.seq = 1,
                      .pub = 1,
                      .type = slice_of("interview.announced"),
                      .body = buf_slice(&body),
                      .pub_hash = ""};
    CHECK_INT(fold(copy, &e), 0);
    w = (struct json_writer){.out = &again};
    json_w_open(&w, '{');
    json_w_member(&w, "stage", "announced");
    snapshot_announcement(&w, copy);
    json_w_close(&w, '}');
    CHECK_STR(again.p, body.p);
    interview_destroy(&copy);
    buf_finish(&body);
    buf_finish(&again);
    script_destroy(s);
}

static void snapshot_of_the_wrong_state(void)
{
    struct interview *iv = interview_create(slice_of("x"), false);
    struct buf out = {0};
    snapshot_public(&out, iv);
}

TEST(a_public_snapshot_of_the_staff_state_is_a_bug)
{
    CHECK(check_aborts(snapshot_of_the_wrong_state, "iv->public_only"));
}

// ---- any log ---------------------------------------------------------------------------------

static uint64_t seed;

static unsigned pick(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((seed >> 33) % below);
}

// Hidden bytes carry the word HIDDEN; an original and a name are hidden too until the question is
// shown, and an original with other words than the text stays so.
static void step_hidden(struct script *s, const char *id, const struct question *q)
{
    switch (q->stage) {
    case Q_HELD:
        script_state(s, id, false, "question.released");
        break;
    case Q_PENDING:
        if (pick(4) == 0)
            script_add(s, false, "u:HIDDENstaff", "question.rejected",
                       "{\"question\":\"%s\",\"code\":\"spam\",\"note\":\"HIDDENnote%s\"}", id, id);
        else if (pick(6) == 0)
            script_add(s, false, "u:HIDDENstaff", "question.referred",
                       "{\"question\":\"%s\",\"department\":\"HIDDENdepartment\"}", id);
        else if (pick(6) == 0)
            script_state(s, id, false, "question.withdrawn");
        else
            script_add(s, false, "u:HIDDENstaff", "question.approved",
                       "{\"question\":\"%s\",\"text\":\"%s\",\"edited\":true,\"labels\":[]}", id,
                       pick(2) ? "SHOWN" : "HIDDENtext");
        break;
    case Q_APPROVED:
        if (strncmp(q->text, "HIDDEN", 6) == 0)
            script_state(s, id, false, "question.undone");
        else
            script_show(s, id, q->text);
        break;
    default:
        break;
    }
}

static void step_shown(struct script *s, const char *id, const struct question *q)
{
    static unsigned statements;
    char statement[32];
    switch (q->stage) {
    case Q_APPROVED:
        if (pick(8) == 0)
            script_state(s, id, true, "question.withdrawn");
        else
            script_add(s, false, "u:HIDDENstaff", "question.queued",
                       "{\"question\":\"%s\",\"position\":%u}", id, pick(5));
        break;
    case Q_QUEUED:
        script_state(s, id, pick(3) != 0, pick(2) ? "question.on_air" : "question.withdrawn");
        break;
    case Q_ON_AIR:
        if (pick(3) == 0) {
            script_state(s, id, true, "question.off_air");
            break;
        }
        snprintf(statement, sizeof statement, "st%u", statements++);
        script_answer(s, statement, id, "SHOWN answer");
        script_add(s, true, "u:HIDDENstaff", "question.answered",
                   "{\"question\":\"%s\",\"statement\":\"%s\"}", id, statement);
        break;
    case Q_ANSWERED:
        if (pick(4) == 0)
            script_add(s, true, "u:HIDDENstaff", "question.referred",
                       "{\"question\":\"%s\",\"department\":\"Roads\"}", id);
        break;
    default:
        break;
    }
}

static void random_log(struct script *s, unsigned events)
{
    char id[32];
    script_open(s);
    while (s->count < events) {
        size_t count = s->staff->question_count;
        if (count == 0 || pick(4) == 0) {
            snprintf(id, sizeof id, "q%zu", count);
            script_add(s, false, "c:HIDDENasker", "question.received",
                       "{\"question\":\"%s\",\"receipt_no\":\"R%zu\",\"text\":\"HIDDEN %zu\","
                       "\"origin\":\"live\",\"contact\":\"HIDDENcontact\","
                       "\"asker\":\"c:HIDDENasker\",\"stage\":\"%s\"}",
                       id, count, count, pick(2) ? "held" : "pending");
            continue;
        }
        const struct question *q = s->staff->questions[pick((unsigned)count)];
        if (pick(5) == 0)
            script_add(s, false, "u:HIDDENstaff", "question.claimed",
                       "{\"question\":\"%s\",\"epoch\":%u,\"until\":\"2026-11-24T09:00:00Z\"}",
                       q->id, pick(1000));
        else if (q->is_public)
            step_shown(s, q->id, q);
        else
            step_hidden(s, q->id, q);
    }
}

static struct interview *refold(struct script *s, bool public_only, size_t count)
{
    struct interview *iv = interview_create(slice_of("iv-1"), public_only);
    for (size_t i = 0; i < count; i++) {
        if (!public_only || s->events[i].pub)
            CHECK_INT(fold(iv, &s->events[i]), 0);
    }
    return iv;
}

static void check_same(const struct buf *got, const struct buf *want)
{
    CHECK_STR(got->p, want->p);
}

TEST(a_state_is_what_its_events_say_however_often_it_is_made)
{
    for (unsigned round = 0; round < 20; round++) {
        seed = round;
        struct script *s = script_create();
        random_log(s, 100 + round * 30);
        struct buf want = {0}, got = {0};
        snapshot_public(&want, s->open);
        struct interview *iv = refold(s, true, s->count);
        snapshot_public(&got, iv);
        check_same(&got, &want);
        interview_destroy(&iv);
        // Half-way now, a snapshot in between, the rest later.
        size_t half = pick((unsigned)s->count);
        iv = refold(s, true, half);
        buf_clear(&got);
        snapshot_public(&got, iv);
        for (size_t i = half; i < s->count; i++) {
            if (s->events[i].pub)
                CHECK_INT(fold(iv, &s->events[i]), 0);
        }
        buf_clear(&got);
        snapshot_public(&got, iv);
        check_same(&got, &want);
        interview_destroy(&iv);
        buf_clear(&want);
        buf_clear(&got);
        iv = refold(s, false, s->count);
        snapshot_staff(&want, s->staff, false);
        snapshot_staff(&got, iv, false);
        check_same(&got, &want);
        interview_destroy(&iv);
        buf_finish(&want);
        buf_finish(&got);
        script_destroy(s);
    }
}

TEST(nothing_hidden_is_in_any_public_snapshot_or_row)
{
    size_t shown = 0, hidden = 0;
    for (unsigned round = 0; round < 12; round++) {
        seed = 1000 + round;
        struct script *s = script_create();
        random_log(s, 300);
        struct interview *iv = interview_create(slice_of("iv-1"), true);
        struct buf out = {0};
        for (size_t i = 0; i < s->count; i++) {
            hidden += strstr(s->events[i].body.p, "HIDDEN") != NULL;
            if (!s->events[i].pub)
                continue;
            CHECK_INT(fold(iv, &s->events[i]), 0);
            buf_clear(&out);
            snapshot_public(&out, iv);
            struct json_writer w = {.out = &out};
            json_w_open(&w, '{');
            snapshot_row(&w, iv);
            json_w_close(&w, '}');
            CHECK(!strstr(out.p, "HIDDEN"));
            shown += strstr(out.p, "SHOWN") != NULL;
        }
        buf_finish(&out);
        interview_destroy(&iv);
        script_destroy(s);
    }
    CHECK(shown > 100 && hidden > 500);
}

TEST(the_two_states_agree_on_what_is_public)
{
    for (unsigned round = 0; round < 12; round++) {
        seed = 2000 + round;
        struct script *s = script_create();
        random_log(s, 400);
        size_t public_count = 0;
        for (size_t i = 0; i < s->staff->question_count; i++) {
            const struct question *q = s->staff->questions[i];
            const struct question *p = script_question(s->open, q->id);
            CHECK(q->is_public == (p != NULL));
            public_count += q->is_public;
            if (p && p->text)
                CHECK_STR(p->text, q->text);
            if (p)
                CHECK_INT(p->answer_count, q->answer_count);
        }
        CHECK_INT(public_count, s->open->question_count);
        CHECK(public_count > 0);
        script_destroy(s);
    }
}

TEST(logs_with_bytes_knocked_out_never_crash_the_fold)
{
    for (unsigned round = 0; round < 10; round++) {
        seed = 3000 + round;
        struct script *s = script_create();
        random_log(s, 300);
        struct interview *iv = interview_create(slice_of("iv-1"), false);
        size_t refused = 0;
        for (size_t i = 0; i < s->count; i++) {
            char *body = (char *)(uintptr_t)s->events[i].body.p;
            if (pick(3) == 0)
                body[pick((unsigned)s->events[i].body.n)] = (char)pick(256);
            struct event e = s->events[i];
            e.seq = iv->position.n + 1;
            refused += fold(iv, &e) != 0;
        }
        CHECK(refused > 0 && iv->position.n + refused == s->count);
        struct buf out = {0};
        snapshot_staff(&out, iv, false);
        buf_finish(&out);
        interview_destroy(&iv);
        script_destroy(s);
    }
}

int main(void)
{
    return check_run();
}
