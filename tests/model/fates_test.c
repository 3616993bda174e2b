// SPDX-License-Identifier: Apache-2.0
// The invariants about what becomes of a question after the first decision: taken down and put
// back, appealed, joined with others, replied to, redacted; of what was said; and what those who
// watch are told of the votes.
#include <stdio.h>

#include "server/app/inside.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

static const char *status(struct scene *s, const struct receipt *r)
{
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r->receipt_no,
               r->secret);
    scene_ok(s);
    return s->answer;
}

static void on_question(struct scene *s, int who, const char *method, const struct receipt *r,
                        const char *more)
{
    scene_do(s, who, method, "\"question\":\"%s\",\"version\":%u%s", r->question,
             scene_version(s, r->question), more);
}

static void decide(struct scene *s, const char *method, const struct receipt *r, const char *more)
{
    char all[300];
    scene_claim(s, MOD1, r->question);
    struct json *result = json_parse(slice_of(s->answer));
    snprintf(all, sizeof all, ",\"claim_epoch\":%d%s",
             (int)json_get_int(json_get(result, "result"), "claim_epoch"), more);
    json_free(result);
    on_question(s, MOD1, method, r, all);
    scene_ok(s);
}

static void group(struct scene *s, const struct receipt *r, const struct receipt *leader)
{
    char into[60];
    snprintf(into, sizeof into, ",\"into\":\"%s\"", leader->question);
    decide(s, "question.group", r, into);
}

static void ask_public(struct scene *s, const char *text, struct receipt *ret)
{
    scene_ask(s, 0, text, ret);
    scene_approve(s, ret->question);
    scene_wait(s, MODEL_UNDO_MS);
}

static void say(struct scene *s, const struct receipt *about, const char *text, char ret[24])
{
    scene_do(s, GUEST, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\",\"text\":\"%s\","
             "\"questions\":[\"%s\"]",
             s->id, text, about->question);
    scene_ok(s);
    answer_member(slice_of(s->answer), "statement", ret, 24);
}

static void put_away(struct scene *s, const struct receipt *r, const char *department)
{
    char more[80];
    snprintf(more, sizeof more, ",\"department\":\"%s\"", department);
    on_question(s, MOD1, "question.refer", r, more);
    scene_ok(s);
}

static void publish_transcript(struct scene *s)
{
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    scene_move(s, "published");
}

// The last event of this type about this thing; NULL: there is none.
static const struct memory_event *last_event(const struct scene *s, const char *type,
                                             const char *id)
{
    const struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    for (size_t i = log->count; i-- > 0;)
        if (slice_is(log->events[i].event.type, type) && strstr(log->events[i].event.body.p, id))
            return &log->events[i];
    return NULL;
}

// ---- I5: what is taken down leaves its id and the class of its reason ----

TEST(i5_what_is_taken_down_leaves_its_id_and_class)
{
    struct scene *s = scene_create(501, "on_approve");
    struct receipt r;
    char statement[24], want[120];
    ask_public(s, "zebra-asked", &r);
    say(s, &r, "zebra-said", statement);
    scene_do(s, COMPERE, "statement.correct", "\"statement\":\"%s\",\"version\":1,\"text\":\"%s\"",
             statement, "zebra-corrected");
    scene_ok(s);
    scene_do(s, COMPERE, "statement.retract",
             "\"statement\":\"%s\",\"version\":2,\"code\":\"mistake\"", statement);
    scene_ok(s);
    snprintf(want, sizeof want, "{\"statement\":\"%s\",\"code\":\"mistake\"}", statement);
    CHECK_STR(last_event(s, "statement.retracted", statement)->event.body.p, want);
    on_question(s, MOD2, "question.retract", &r,
                ",\"code\":\"personal_data\",\"note\":\"zebra-note\"");
    scene_ok(s);
    snprintf(want, sizeof want, "{\"question\":\"%s\",\"code\":\"personal_data\"}", r.question);
    CHECK_STR(last_event(s, "question.retracted", r.question)->event.body.p, want);
    for (int again = 0; again < 2; again++) {
        struct slice open = blob_slice(app_snapshot(s->world->app, slice_of(s->id)));
        CHECK(!strstr(open.p, "zebra"));
        CHECK(strstr(open.p, r.question) && strstr(open.p, statement));
        struct json *staff = scene_snapshot(s, NULL); // who may look, still can
        CHECK_STR(scene_text(scene_question(staff, r.question), "original"), "zebra-asked");
        json_free(staff);
        world_restart(s->world);
    }
    scene_destroy(&s);
}

// ---- I6: askers always see their own ----

TEST(i6_the_asker_sees_the_own_question_whatever_became_of_it)
{
    struct scene *s = scene_create(601, "on_approve");
    struct receipt leader, rejected, appealed, grouped, replied, held, retracted, redacted, last;
    ask_public(s, "own-leader", &leader);
    scene_ask(s, 2, "own-rejected", &rejected);
    scene_reject(s, rejected.question, "off_topic");
    scene_ask(s, 2, "own-appealed", &appealed);
    scene_reject(s, appealed.question, "off_topic");
    scene_do(s, 2, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             appealed.receipt_no, appealed.secret);
    scene_ok(s);
    scene_ask(s, 2, "own-grouped", &grouped);
    group(s, &grouped, &leader);
    scene_ask(s, 2, "own-replied", &replied);
    on_question(s, MOD1, "question.reply", &replied, ",\"text\":\"Written\"");
    scene_ok(s);
    scene_ask(s, 2, "own-held", &held);
    decide(s, "question.hold", &held, "");
    ask_public(s, "own-retracted", &retracted);
    on_question(s, MOD1, "question.retract", &retracted, ",\"code\":\"spam\"");
    scene_ok(s);
    ask_public(s, "own-redacted", &redacted);
    on_question(s, MOD1, "question.redact", &redacted, ",\"spans\":[{\"at\":0,\"length\":3}]");
    scene_ok(s);
    scene_ask(s, 2, "own-silenced", &last);
    scene_do(s, MOD1, "asker.silence", "\"question\":\"%s\"", last.question);
    scene_ok(s);
    scene_do(s, 2, "question.ask", "\"interview\":\"%s\",\"text\":\"More\"", s->id);
    scene_refused(s, "silenced");
    const struct receipt *all[] = {&leader, &rejected, &appealed,  &grouped, &replied,
                                   &held,   &redacted, &retracted, &last};
    static const char *const texts[] = {"own-leader",   "own-rejected",  "own-appealed",
                                        "own-grouped",  "own-replied",   "own-held",
                                        "own-redacted", "own-retracted", "own-silenced"};
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < 9; i++)
            if (!strstr(status(s, all[i]), texts[i]))
                check_fail(__FILE__, __LINE__, "%s is lost to its asker: %s", texts[i], s->answer);
        CHECK(strstr(status(s, &appealed), "\"appeal\":\"open\""));
        CHECK(strstr(status(s, &replied), "Written"));
        CHECK(strstr(status(s, &grouped), leader.receipt_no));
        world_restart(s->world);
    }
    scene_destroy(&s);
}

TEST(i6_who_is_joined_with_a_referred_question_reads_the_reply)
{
    struct scene *s = scene_create(602, "on_approve");
    struct receipt leader, member, private, late;
    scene_ask(s, 0, "zebra-leading", &leader);
    scene_ask(s, 1, "Following", &member);
    group(s, &member, &leader);
    put_away(s, &leader, "Roads Office");
    CHECK(strstr(status(s, &member), "Roads Office"));
    on_question(s, CHECKER, "case.reply", &leader, ",\"text\":\"Next week\"");
    scene_ok(s);
    for (int again = 0; again < 2; again++) {
        CHECK(strstr(status(s, &member), "Next week"));
        CHECK(!strstr(s->answer, "zebra")); // nobody but its asker has read that
        CHECK(!strstr(s->answer, leader.receipt_no));
        world_restart(s->world);
    }
    scene_ask(s, 2, "For me alone", &private);
    on_question(s, MOD1, "question.reply", &private, ",\"text\":\"In confidence\"");
    scene_ok(s);
    scene_ask(s, 3, "The same", &late);
    scene_claim(s, MOD1, late.question);
    char into[80];
    snprintf(into, sizeof into, ",\"claim_epoch\":1,\"into\":\"%s\"", private.question);
    on_question(s, MOD1, "question.group", &late, into);
    scene_refused(s, "wrong_stage"); // it could never read that reply
    scene_destroy(&s);
}

// ---- I4: what somebody has in hand ----

TEST(i4_nobody_refers_or_releases_what_another_has_in_hand)
{
    struct scene *s = scene_create(402, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Whose?", &r);
    scene_claim(s, MOD2, r.question);
    on_question(s, MOD1, "question.refer", &r, ",\"department\":\"Roads Office\"");
    scene_refused(s, "claimed");
    on_question(s, MOD2, "question.hold", &r, ",\"claim_epoch\":1");
    scene_ok(s);
    scene_claim(s, MOD3, r.question);
    on_question(s, MOD1, "question.release", &r, "");
    scene_refused(s, "bad_params"); // without a reason
    on_question(s, MOD1, "question.release", &r, ",\"note\":\"Mine\"");
    scene_refused(s, "claimed");
    on_question(s, MOD3, "question.release", &r, ",\"note\":\"Looked at\"");
    scene_ok(s);
    CHECK(strstr(last_event(s, "question.noted", r.question)->event.body.p, "Looked at"));
    scene_destroy(&s);
}

TEST(an_approval_is_taken_back_from_the_queue_while_nobody_has_seen_it)
{
    struct scene *s = scene_create(403, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Too fast?", &r);
    scene_approve(s, r.question);
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", r.question);
    scene_ok(s);
    scene_do(s, MOD1, "question.undo", "\"question\":\"%s\"", r.question);
    scene_ok(s);
    scene_wait(s, MODEL_UNDO_MS);
    struct json *staff = scene_snapshot(s, NULL), *open = scene_snapshot(s, "public");
    CHECK_STR(scene_text(scene_question(staff, r.question), "stage"), "pending");
    CHECK(!json_get(scene_question(staff, r.question), "queue_rank"));
    CHECK(!scene_question(open, r.question));
    json_free(staff);
    json_free(open);
    scene_destroy(&s);
}

TEST(a_name_that_a_guest_has_meanwhile_is_not_shown)
{
    struct scene *s = scene_create(404, "on_approve");
    struct receipt r;
    scene_do(s, 0, "question.ask", "\"interview\":\"%s\",\"text\":\"Me?\",\"name\":\"Bai Lu\"",
             s->id);
    scene_ok(s);
    answer_member(slice_of(s->answer), "question", r.question, sizeof r.question);
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%llu,\"set\":{\"guests\":[{\"name\":\"Bai Lu\"}]}",
             s->id, (unsigned long long)channel_find(s->world->app, slice_of(s->id))->all->version);
    scene_ok(s);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    struct json *staff = scene_snapshot(s, NULL), *open = scene_snapshot(s, "public");
    CHECK_STR(scene_text(scene_question(staff, r.question), "name"), "Bai Lu");
    CHECK_STR(scene_text(scene_question(open, r.question), "text"), "Me?");
    CHECK_STR(scene_text(scene_question(open, r.question), "name"), "");
    json_free(staff);
    json_free(open);
    scene_destroy(&s);
}

// ---- I7: every end has a reason, a person, a time, and words for the asker ----

static void has_end(struct scene *s, const struct receipt *r, const char *type, const char *actor,
                    const char *why)
{
    const struct memory_event *e = last_event(s, type, r->question);
    if (!e)
        check_fail(__FILE__, __LINE__, "no %s", type);
    CHECK_STR(e->event.actor.p, actor);
    CHECK(e->event.at_ms > 0);
    CHECK(strstr(e->event.body.p, why));
    CHECK(strstr(status(s, r), "\"fate\":\""));
}

TEST(i7_every_second_end_has_a_reason_a_person_a_time_and_a_message)
{
    struct scene *s = scene_create(701, "on_approve");
    struct receipt leader, grouped, replied, retracted, referred, dismissed;
    ask_public(s, "First", &leader);
    scene_ask(s, 0, "Second", &grouped);
    group(s, &grouped, &leader);
    has_end(s, &grouped, "question.grouped", "u:mod1", leader.question);
    scene_ask(s, 0, "Third", &replied);
    on_question(s, MOD2, "question.reply", &replied, ",\"text\":\"In writing\"");
    has_end(s, &replied, "question.replied", "u:mod2", "In writing");
    ask_public(s, "Fourth", &retracted);
    on_question(s, MOD2, "question.retract", &retracted, "");
    scene_refused(s, "bad_params"); // no code, no end
    on_question(s, MOD2, "question.retract", &retracted,
                ",\"code\":\"personal_data\",\"note\":\"Your number\"");
    has_end(s, &retracted, "question.retracted", "u:mod2", "personal_data");
    CHECK(strstr(s->answer, "\"reason\":\"personal_data\"") && strstr(s->answer, "Your number"));
    scene_ask(s, 0, "Fifth", &referred);
    put_away(s, &referred, "Water Bureau");
    on_question(s, CHECKER, "case.reply", &referred, ",\"text\":\"Next week\"");
    has_end(s, &referred, "case.reply_published", "u:checker", "Next week");
    CHECK(strstr(s->answer, "Next week"));
    scene_ask(s, 0, "Sixth", &dismissed);
    scene_reject(s, dismissed.question, "off_topic");
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             dismissed.receipt_no, dismissed.secret);
    scene_ok(s);
    on_question(s, REVIEWER, "question.reject", &dismissed,
                ",\"claim_epoch\":1,\"code\":\"unclear\"");
    scene_ok(s);
    has_end(s, &dismissed, "question.rejected", "u:reviewer", "unclear");
    CHECK(strstr(s->answer, "\"appeal\":\"dismissed\""));
    on_question(s, MOD1, "question.lapse", &leader, ",\"note\":\"No time\"");
    CHECK(!strstr(s->answer, "\"result\"")); // no rule set allows it here
    scene_destroy(&s);
}

TEST(who_was_faster_is_named_to_colleagues_alone)
{
    struct scene *s = scene_create(618, "on_approve");
    struct receipt a, b;
    ask_public(s, "First", &a);
    ask_public(s, "Second", &b);
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", a.question);
    scene_ok(s);
    scene_do(s, PRODUCER, "question.queue", "\"question\":\"%s\"", a.question);
    scene_refused(s, "wrong_stage");
    CHECK(strstr(s->answer, "\"by\":\"compere\"") && strstr(s->answer, "\"at\":\""));
    scene_do(s, PRODUCER, "question.put_on_air", "\"question\":\"%s\"", a.question);
    scene_ok(s);
    // There is no room for another: who has taken it is said.
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", b.question);
    scene_refused(s, "wrong_stage");
    CHECK(strstr(s->answer, "on_air") && strstr(s->answer, "\"by\":\"producer\""));
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", a.receipt_no,
             a.secret);
    scene_refused(s, "wrong_stage");
    CHECK(!strstr(s->answer, "producer") && !strstr(s->answer, "\"at\""));
    scene_destroy(&s);
}

TEST(what_is_left_in_the_queue_is_joined_at_the_end)
{
    struct scene *s = scene_create(619, "with_answer");
    struct receipt leader, queued, last;
    scene_ask(s, 0, "Leading", &leader);
    scene_ask(s, 1, "Left in the queue", &queued);
    scene_ask(s, 1, "Behind it", &last);
    const struct receipt *all[] = {&leader, &queued, &last};
    for (int i = 0; i < 3; i++) {
        scene_approve(s, all[i]->question);
        scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", all[i]->question);
        scene_ok(s);
    }
    scene_move(s, "draining");
    scene_move(s, "ended");
    char into[80];
    snprintf(into, sizeof into, ",\"claim_epoch\":0,\"into\":\"%s\"", leader.question);
    on_question(s, MOD1, "question.group", &queued, into);
    scene_ok(s);
    struct json *staff = scene_snapshot(s, NULL);
    const struct json *q = scene_question(staff, queued.question);
    CHECK_STR(scene_text(q, "stage"), "grouped");
    CHECK(!json_get(q, "queue_rank"));
    CHECK_INT(json_get_int(scene_question(staff, last.question), "queue_rank"), 2);
    json_free(staff);
    scene_destroy(&s);
}

// ---- a reason that points somewhere says where ----

static const char *reject(struct scene *s, const struct receipt *r, const char *more)
{
    char all[200];
    snprintf(all, sizeof all, ",\"claim_epoch\":1%s", more);
    scene_claim(s, MOD1, r->question);
    on_question(s, MOD1, "question.reject", r, all);
    return s->answer;
}

static const char *as_duplicate(struct scene *s, const struct receipt *r, const char *of)
{
    char more[80];
    snprintf(more, sizeof more, ",\"code\":\"duplicate\",\"into\":\"%s\"", of);
    return reject(s, r, more);
}

TEST(a_duplicate_names_the_question_that_it_repeats)
{
    struct scene *s = scene_create(621, "on_approve");
    struct receipt first, again, spam, hidden, more;
    char statement[24];
    ask_public(s, "when-first", &first);
    scene_ask(s, 2, "when-again", &again);
    scene_ask(s, 2, "when-spam", &spam);
    scene_ask(s, 3, "when-hidden", &hidden);
    scene_ask(s, 2, "when-more", &more);
    reject(s, &again, ",\"code\":\"duplicate\"");
    scene_refused(s, "bad_params");
    reject(s, &again, ",\"code\":\"unclear\",\"into\":\"qNOWHERE\"");
    scene_refused(s, "bad_params");
    as_duplicate(s, &again, "qNOWHERE");
    scene_refused(s, "not_found");
    as_duplicate(s, &again, again.question);
    scene_refused(s, "bad_params");
    scene_reject(s, spam.question, "spam");
    as_duplicate(s, &again, spam.question); // which came to nothing itself
    scene_refused(s, "wrong_stage");
    as_duplicate(s, &again, first.question);
    scene_ok(s);
    // Its asker reads of which, and what that one is answered.
    CHECK(strstr(status(s, &again), "\"duplicate_of\":{"));
    CHECK(strstr(s->answer, first.receipt_no) && !strstr(s->answer, "\"group\""));
    say(s, &first, "said-to-first", statement);
    CHECK(strstr(status(s, &again), "said-to-first"));
    // Of one that nobody else sees: nothing at all.
    as_duplicate(s, &more, hidden.question);
    scene_ok(s);
    on_question(s, MOD1, "question.reply", &hidden, ",\"text\":\"said-to-hidden\"");
    scene_ok(s);
    CHECK(!strstr(status(s, &more), "duplicate_of") && !strstr(s->answer, "said-to-hidden"));
    CHECK(!strstr(s->answer, hidden.receipt_no));
    struct json *staff = scene_snapshot(s, NULL);
    CHECK_STR(scene_text(scene_question(staff, more.question), "duplicate_of"), hidden.question);
    json_free(staff);
    // Taken down, the first is nobody's any more.
    on_question(s, MOD1, "question.retract", &first, ",\"code\":\"personal_data\"");
    scene_ok(s);
    CHECK(!strstr(status(s, &again), first.receipt_no));
    scene_destroy(&s);
}

TEST(what_is_no_business_of_ours_is_pointed_to_where_it_is)
{
    struct scene *s = scene_create(622, "on_approve");
    struct receipt r;
    scene_ask(s, 2, "why", &r);
    reject(s, &r, ",\"code\":\"not_our_remit\"");
    scene_refused(s, "bad_params");
    CHECK(strstr(s->answer, "\"note\""));
    reject(s, &r, ",\"code\":\"off_topic\"");
    scene_refused(s, "bad_params");
    reject(s, &r, ",\"code\":\"not_our_remit\",\"note\":\"Ask the county\"");
    scene_ok(s);
    CHECK(strstr(status(s, &r), "Ask the county"));
    struct receipt shown; // of what was public the note stays optional
    ask_public(s, "how", &shown);
    on_question(s, MOD1, "question.retract", &shown, ",\"code\":\"off_topic\"");
    scene_ok(s);
    scene_destroy(&s);
}

// ---- I8: what reopens a question, and the publication, at the same moment ----

enum reopening { UNGROUPED, LEADER_RETRACTED, ANSWER_RETRACTED, REOPENINGS };

// One that is answered, with another joined to it; edited, and everything has an end.
static struct scene *about_to_publish(unsigned seed, struct receipt *leader, struct receipt *member,
                                      char answer[24])
{
    struct scene *s = scene_create(seed, "on_approve");
    ask_public(s, "Leading", leader);
    scene_ask(s, 1, "Following", member);
    group(s, member, leader);
    say(s, leader, "Said", answer);
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    return s;
}

static void race_the_publication(enum reopening what, bool first)
{
    struct receipt leader, member;
    char answer[24], publish[200], params[200], lines[2][MODEL_LINE];
    struct scene *s = about_to_publish(801 + what, &leader, &member, answer);
    const struct interview *iv = channel_find(s->world->app, slice_of(s->id))->all;
    snprintf(publish, sizeof publish, "\"interview\":\"%s\",\"version\":%u,\"to\":\"published\"",
             s->id, (unsigned)iv->version);
    snprintf(params, sizeof params, "\"question\":\"%s\",\"version\":%u", member.question,
             scene_version(s, member.question));
    if (what == LEADER_RETRACTED)
        snprintf(params, sizeof params, "\"question\":\"%s\",\"version\":%u,\"code\":\"spam\"",
                 leader.question, scene_version(s, leader.question));
    if (what == ANSWER_RETRACTED)
        snprintf(params, sizeof params, "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"",
                 answer);
    const char *method = what == UNGROUPED          ? "question.ungroup"
                         : what == LEADER_RETRACTED ? "question.retract"
                                                    : "statement.retract";
    int who = what == ANSWER_RETRACTED ? COMPERE : MOD1;
    if (first)
        scene_send(s, who, method, params, lines[0]);
    scene_send(s, CHECKER, "interview.transition", publish, lines[1]);
    if (!first)
        scene_send(s, who, method, params, lines[0]);
    world_settle(s->world);
    CHECK_INT(strncmp(lines[first ? 0 : 1], "ok", 2), 0);
    CHECK_INT(iv->published_ms != 0, !first);
    // After the publication the leader may be taken down, and what is joined with it stays so.
    bool leader_alone = !first && what == LEADER_RETRACTED;
    for (size_t i = 0; !first && i < iv->question_count; i++)
        CHECK(question_has_end(iv, iv->questions[i]) ||
              (leader_alone && iv->questions[i]->stage == Q_GROUPED));
    if (first)
        CHECK(strncmp(lines[1], "undisposed", 10) == 0);
    scene_destroy(&s);
}

TEST(i8_nothing_reopens_behind_a_publication_of_the_same_moment)
{
    for (enum reopening what = UNGROUPED; what < REOPENINGS; what++) {
        race_the_publication(what, true);
        race_the_publication(what, false);
    }
}

TEST(i4_of_two_who_find_a_claim_over_one_has_it)
{
    for (int first = 0; first < 2; first++) { // its owner, who renews it, or another
        struct scene *s = scene_create(405, "on_approve");
        struct receipt r;
        char params[60], lines[2][MODEL_LINE];
        scene_ask(s, 0, "Whose now?", &r);
        scene_claim(s, MOD1, r.question);
        scene_wait(s, LIMIT_CLAIM_MS);
        snprintf(params, sizeof params, "\"question\":\"%s\"", r.question);
        for (int i = 0; i < 2; i++)
            scene_send(s, i == first ? MOD1 : MOD2, "question.claim", params, lines[i]);
        world_settle(s->world);
        CHECK_INT(strncmp(lines[0], "ok", 2), 0);
        CHECK_INT(strncmp(lines[1], "claimed", 7), 0);
        scene_destroy(&s);
    }
}

// ---- put back without its answer ----

// The question and its answer are taken back, and the question is put back, the last two in one
// order or the other, or at the same moment.
static void put_back_without_answer(int order)
{
    struct scene *s = scene_create(860, "on_approve");
    struct receipt r;
    char answer[24], retract[100], restore[100], lines[2][MODEL_LINE];
    ask_public(s, "Until when?", &r);
    say(s, &r, "May", answer);
    on_question(s, MOD2, "question.retract", &r, ",\"code\":\"personal_data\"");
    scene_ok(s);
    snprintf(retract, sizeof retract, "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"",
             answer);
    snprintf(restore, sizeof restore, "\"question\":\"%s\",\"version\":%u", r.question,
             scene_version(s, r.question));
    for (int i = 0; i < 2; i++) {
        if (i == order % 2)
            scene_send(s, COMPERE, "statement.retract", retract, lines[0]);
        else
            scene_send(s, REVIEWER, "question.restore", restore, lines[1]);
        if (order < 2)
            world_settle(s->world);
    }
    world_settle(s->world);
    CHECK_INT(strncmp(lines[0], "ok", 2), 0);
    CHECK_INT(strncmp(lines[1], "ok", 2), 0);
    struct json *staff = scene_snapshot(s, NULL), *open = scene_snapshot(s, "public");
    CHECK_STR(scene_text(scene_question(staff, r.question), "stage"), "queued");
    CHECK(!json_first(json_get(scene_question(staff, r.question), "answers")));
    CHECK_STR(scene_text(scene_question(open, r.question), "stage"), "approved");
    CHECK(!json_first(json_get(scene_question(open, r.question), "answers")));
    json_free(staff);
    json_free(open);
    scene_move(s, "draining");
    scene_move(s, "ended");
    scene_move(s, "editing");
    scene_do(s, CHECKER, "interview.transition", "\"interview\":\"%s\",\"version\":%llu,%s", s->id,
             (unsigned long long)channel_find(s->world->app, slice_of(s->id))->all->version,
             "\"to\":\"published\"");
    CHECK(strstr(s->answer, r.question)); // it waits for an answer, and is named
    scene_destroy(&s);
}

TEST(i5_a_question_put_back_without_its_answer_waits_for_one)
{
    for (int order = 0; order < 4; order++)
        put_back_without_answer(order);
}

// ---- two at the same moment, on what hangs together ----

TEST(i5_of_two_answers_retracted_at_once_the_last_reopens_the_question)
{
    struct scene *s = scene_create(851, "on_approve");
    struct receipt r;
    char answers[2][24], params[100], lines[2][MODEL_LINE];
    ask_public(s, "When?", &r);
    say(s, &r, "Tomorrow", answers[0]);
    say(s, &r, "In the morning", answers[1]);
    for (int i = 0; i < 2; i++) {
        snprintf(params, sizeof params, "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"",
                 answers[i]);
        scene_send(s, i ? REVIEWER : COMPERE, "statement.retract", params, lines[i]);
    }
    world_settle(s->world);
    CHECK_INT(strncmp(lines[0], "ok", 2), 0);
    CHECK_INT(strncmp(lines[1], "ok", 2), 0);
    struct json *staff = scene_snapshot(s, NULL), *open = scene_snapshot(s, "public");
    CHECK_STR(scene_text(scene_question(staff, r.question), "stage"), "queued");
    CHECK_STR(scene_text(scene_question(open, r.question), "stage"), "approved");
    json_free(staff);
    json_free(open);
    scene_destroy(&s);
}

TEST(i5_an_answer_given_while_another_is_retracted_stands)
{
    for (int first = 0; first < 2; first++) { // who comes first
        struct scene *s = scene_create(853, "on_approve");
        struct receipt r;
        char answer[24], retract[100], more[260], lines[2][MODEL_LINE];
        ask_public(s, "When?", &r);
        say(s, &r, "Tomorrow", answer);
        snprintf(retract, sizeof retract, "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"",
                 answer);
        snprintf(more, sizeof more,
                 "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\","
                 "\"text\":\"In a week\",\"questions\":[\"%s\"]",
                 s->id, r.question);
        for (int i = 0; i < 2; i++)
            if (i == first)
                scene_send(s, COMPERE, "statement.retract", retract, lines[0]);
            else
                scene_send(s, GUEST, "statement.publish", more, lines[1]);
        world_settle(s->world);
        CHECK_INT(strncmp(lines[0], "ok", 2), 0);
        CHECK_INT(strncmp(lines[1], "ok", 2), 0);
        struct json *open = scene_snapshot(s, "public");
        CHECK_STR(scene_text(scene_question(open, r.question), "stage"), "answered");
        json_free(open);
        scene_destroy(&s);
    }
}

TEST(i4_a_note_does_not_bring_an_ended_claim_back)
{
    struct scene *s = scene_create(852, "on_approve");
    struct receipt r;
    char params[160], lines[2][MODEL_LINE];
    scene_ask(s, 0, "When?", &r);
    scene_claim(s, MOD1, r.question);
    snprintf(params, sizeof params,
             "\"question\":\"%s\",\"version\":%u,\"claim_epoch\":1,\"code\":\"spam\"", r.question,
             scene_version(s, r.question));
    scene_send(s, MOD1, "question.reject", params, lines[0]);
    snprintf(params, sizeof params, "\"question\":\"%s\",\"text\":\"Seen before\"", r.question);
    scene_send(s, MOD1, "question.note", params, lines[1]);
    world_settle(s->world);
    CHECK_INT(strncmp(lines[0], "ok", 2), 0);
    CHECK_INT(strncmp(lines[1], "ok", 2), 0);
    struct json *staff = scene_snapshot(s, NULL);
    const struct json *q = scene_question(staff, r.question);
    CHECK_STR(scene_text(q, "stage"), "rejected");
    CHECK(!json_get(q, "claim"));
    json_free(staff);
    scene_destroy(&s);
}

// ---- I9: joining questions loses neither askers nor voters ----

static uint64_t votes(const struct scene *s, const struct receipt *r)
{
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    return app_votes(s->world->app, ch->open, interview_question(ch->all, slice_of(r->question)));
}

static void vote(struct scene *s, int who, const struct receipt *r, bool on)
{
    scene_read(s, who, "question.vote", "\"question\":\"%s\",\"on\":%s", r->question,
               on ? "true" : "false");
    scene_ok(s);
}

// How many are joined with it, as everybody and as staff are told.
static int64_t grouped(const struct scene *s, const struct receipt *leader)
{
    struct json *open = scene_snapshot(s, "public"), *staff = scene_snapshot(s, NULL);
    int64_t count = json_get_int(scene_question(open, leader->question), "grouped");
    CHECK_INT(json_get_int(scene_question(staff, leader->question), "grouped"), count);
    json_free(open);
    json_free(staff);
    return count;
}

TEST(i9_votes_stay_through_groups_restarts_and_second_thoughts)
{
    struct scene *s = scene_create(901, "on_approve");
    struct receipt leader, member;
    ask_public(s, "When will the pipes be replaced?", &leader);
    for (int who = 0; who < 4; who++)
        vote(s, who, &leader, true);
    vote(s, 3, &leader, true); // once is enough
    vote(s, 2, &leader, false);
    CHECK_INT(votes(s, &leader), 3);
    scene_ask(s, 5, "And when do the pipes come?", &member);
    group(s, &member, &leader);
    CHECK_INT(votes(s, &leader), 3);
    CHECK_INT(grouped(s, &leader), 1);
    struct json *open = scene_snapshot(s, "public");
    CHECK(!scene_question(open, member.question));
    json_free(open);
    world_restart(s->world);
    CHECK_INT(votes(s, &leader), 3);
    CHECK_INT(grouped(s, &leader), 1);
    on_question(s, MOD1, "question.retract", &leader, ",\"code\":\"spam\"");
    scene_ok(s);
    on_question(s, REVIEWER, "question.restore", &leader, "");
    scene_ok(s);
    CHECK_INT(votes(s, &leader), 3);
    CHECK(strstr(status(s, &member), "pending"));
    CHECK_INT(grouped(s, &leader), 0);
    group(s, &member, &leader);
    CHECK_INT(grouped(s, &leader), 1);
    on_question(s, MOD1, "question.ungroup", &member, "");
    scene_ok(s);
    CHECK_INT(grouped(s, &leader), 0);
    CHECK_INT(votes(s, &leader), 3);
    scene_destroy(&s);
}

TEST(i9_a_restored_leader_shows_how_many_it_has_now)
{
    struct scene *s = scene_create(903, "on_approve");
    struct receipt leader, members[2];
    ask_public(s, "When will the bridge be open?", &leader);
    for (int i = 0; i < 2; i++) {
        scene_ask(s, 1 + i, "And the bridge?", &members[i]);
        group(s, &members[i], &leader);
    }
    on_question(s, MOD1, "question.retract", &leader, ",\"code\":\"spam\"");
    scene_ok(s);
    scene_wait(s, 1000); // the server takes the others out again
    CHECK(strstr(status(s, &members[0]), "pending"));
    on_question(s, REVIEWER, "question.restore", &leader, "");
    scene_ok(s);
    CHECK_INT(grouped(s, &leader), 0);
    scene_destroy(&s);
}

TEST(i9_when_a_leader_goes_its_questions_wait_again)
{
    struct scene *s = scene_create(902, "on_approve");
    struct receipt leader, members[3];
    scene_ask(s, 0, "Leading", &leader);
    for (int i = 0; i < 3; i++) {
        scene_ask(s, 1 + i, "Following", &members[i]);
        group(s, &members[i], &leader);
    }
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             leader.receipt_no, leader.secret);
    scene_ok(s);
    scene_wait(s, 1000);
    for (int again = 0; again < 2; again++) {
        struct json *staff = scene_snapshot(s, NULL);
        for (int i = 0; i < 3; i++) {
            const struct json *q = scene_question(staff, members[i].question);
            CHECK_STR(scene_text(q, "stage"), "pending");
            CHECK_STR(scene_text(q, "asker"), m_citizen_ids[1 + i]);
            CHECK_STR(scene_text(q, "original"), "Following");
            CHECK(!json_get(q, "group"));
        }
        json_free(staff);
        world_restart(s->world); // which neither forgets nor does it once more
    }
    scene_destroy(&s);
}

// ---- I11: the public text changes by redaction only, the transcript published or not ----

TEST(i11_redaction_alone_changes_a_published_text)
{
    struct scene *s = scene_create(1101, "on_approve");
    struct receipt r;
    char statement[24];
    ask_public(s, "Call me at 555 today", &r);
    say(s, &r, "Done", statement);
    publish_transcript(s);
    static const char *const refused[] = {"question.approve", "question.undo", "question.label"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        on_question(s, MOD1, refused[i], &r,
                    ",\"claim_epoch\":1,\"text\":\"Other\",\"labels\":[\"x\"]");
        CHECK(!strstr(s->answer, "\"result\""));
    }
    on_question(s, MOD1, "question.redact", &r, ",\"spans\":[{\"at\":11,\"length\":3}]");
    scene_ok(s);
    for (int again = 0; again < 2; again++) {
        struct json *open = scene_snapshot(s, "public"), *staff = scene_snapshot(s, NULL);
        const struct json *q = scene_question(open, r.question);
        CHECK_STR(scene_text(q, "text"), "Call me at █ today");
        CHECK(json_get_bool(q, "edited"));
        CHECK_STR(scene_text(scene_question(staff, r.question), "original"),
                  "Call me at 555 today");
        json_free(open);
        json_free(staff);
        // Down and up again it is as it was redacted, and not as it was asked.
        on_question(s, MOD1, "question.retract", &r, ",\"code\":\"spam\"");
        scene_ok(s);
        on_question(s, REVIEWER, "question.restore", &r, "");
        scene_ok(s);
    }
    scene_destroy(&s);
}

// ---- what is given with a command is kept or refused, and never dropped ----

TEST(why_it_was_put_back_stands_among_colleagues)
{
    struct scene *s = scene_create(1104, "on_approve");
    struct receipt down, appealed;
    ask_public(s, "Taken down", &down);
    on_question(s, MOD2, "question.retract", &down, ",\"code\":\"unclear\"");
    scene_ok(s);
    on_question(s, REVIEWER, "question.restore", &down, ",\"code\":\"unclear\"");
    scene_refused(s, "bad_params"); // of what is put back nothing is to be coded
    on_question(s, REVIEWER, "question.restore", &down, ",\"note\":\"zebra-down\"");
    scene_ok(s);
    CHECK(strstr(last_event(s, "question.noted", down.question)->event.body.p, "zebra-down"));
    scene_ask(s, 0, "Appealed", &appealed);
    scene_reject(s, appealed.question, "unclear");
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             appealed.receipt_no, appealed.secret);
    scene_ok(s);
    on_question(s, REVIEWER, "question.restore", &appealed, ",\"note\":\"zebra-upheld\"");
    scene_ok(s);
    CHECK(strstr(last_event(s, "question.noted", appealed.question)->event.body.p, "zebra-upheld"));
    // The asker reads where the question is now, and none of that.
    CHECK(strstr(status(s, &appealed), "upheld") && !strstr(s->answer, "zebra"));
    CHECK(!strstr(blob_slice(app_snapshot(s->world->app, slice_of(s->id))).p, "zebra"));
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", down.question);
    scene_ok(s);
    scene_do(s, COMPERE, "question.dequeue", "\"question\":\"%s\",\"position\":1", down.question);
    scene_refused(s, "bad_params");
    scene_do(s, COMPERE, "question.take_off_air", "\"question\":\"%s\",\"guest\":\"Shen Yulan\"",
             down.question);
    scene_refused(s, "bad_params");
    scene_destroy(&s);
}

// ---- I12: a place in the transcript is for good ----

static void keeps_places(const struct scene *s, struct receipt r[3], char statements[3][24])
{
    struct json *open = scene_snapshot(s, "public");
    const struct json *q = json_first(json_get(open, "questions"));
    const struct json *t = json_first(json_get(open, "statements"));
    for (int i = 0; i < 3; i++, q = json_next(q), t = json_next(t)) {
        CHECK_STR(scene_text(q, "question"), r[i].question);
        CHECK_STR(scene_text(t, "statement"), statements[i]);
    }
    CHECK(!q && !t);
    json_free(open);
}

TEST(i12_correcting_taking_down_and_restoring_keep_the_place)
{
    struct scene *s = scene_create(1201, "on_approve");
    struct receipt r[3];
    char statements[3][24];
    for (int i = 0; i < 3; i++)
        ask_public(s, "In order", &r[i]);
    for (int i = 0; i < 3; i++)
        say(s, &r[i], "Said", statements[i]);
    scene_do(s, COMPERE, "statement.correct",
             "\"statement\":\"%s\",\"version\":1,\"text\":\"Said otherwise\"", statements[1]);
    scene_ok(s);
    keeps_places(s, r, statements);
    on_question(s, MOD1, "question.retract", &r[0], ",\"code\":\"spam\"");
    scene_ok(s);
    keeps_places(s, r, statements);
    scene_do(s, COMPERE, "statement.retract",
             "\"statement\":\"%s\",\"version\":1,\"code\":\"early\"", statements[0]);
    scene_ok(s);
    scene_wait(s, 60000);
    on_question(s, REVIEWER, "question.restore", &r[0], "");
    scene_ok(s);
    keeps_places(s, r, statements);
    world_restart(s->world);
    keeps_places(s, r, statements);
    scene_destroy(&s);
}

// ---- what those who watch are told of the others ----

// Somebody who watches as a citizen does; the last number that any tally has told him.
static struct viewer *watcher(const struct scene *s)
{
    char watch[160];
    struct viewer *v = viewer_open(s->world, 0);
    snprintf(watch, sizeof watch,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             s->id);
    viewer_send(v, watch);
    return v;
}

static int64_t told(struct viewer *v, const char *object, const char *key)
{
    int64_t last = -1;
    const char *frame;
    while ((frame = viewer_next(v)) != NULL) {
        struct json *root = json_parse(slice_of(frame));
        const struct json *params = json_get(root, "params");
        const struct json *in = object ? json_get(params, object) : params;
        if (slice_is(json_get_string(root, "method"), "tally") && json_get(in, key))
            last = json_get_int(in, key);
        json_free(root);
    }
    return last;
}

TEST(who_came_while_a_question_was_taken_down_is_told_its_votes)
{
    struct scene *s = scene_create(880, "on_approve");
    struct receipt r;
    scene_ask(s, 0, "Wanted?", &r);
    scene_approve(s, r.question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_do(s, 1, "question.vote", "\"question\":\"%s\",\"on\":true", r.question);
    scene_ok(s);
    on_question(s, MOD1, "question.retract", &r, ",\"code\":\"spam\"");
    scene_ok(s);
    scene_wait(s, 1000);
    struct viewer *v = watcher(s);
    scene_wait(s, 1000);
    CHECK_INT(told(v, "votes", r.question), -1); // hidden
    on_question(s, REVIEWER, "question.restore", &r, "");
    scene_ok(s);
    scene_wait(s, 1000);
    CHECK_INT(told(v, "votes", r.question), 1);
    viewer_close(&v);
    scene_destroy(&s);
}

TEST(who_comes_back_at_once_is_told_how_many_watch)
{
    struct scene *s = scene_create(881, "on_approve");
    struct viewer *v = watcher(s);
    scene_wait(s, 1000);
    CHECK_INT(told(v, NULL, "viewers"), 1);
    viewer_close(&v);
    v = watcher(s);
    scene_wait(s, 1000);
    CHECK_INT(told(v, NULL, "viewers"), 1);
    viewer_close(&v);
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
