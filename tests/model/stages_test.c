// SPDX-License-Identifier: Apache-2.0
// The stages of an interview and the words that are said in it: what a stage holds back, who may
// bring the next one about, and whose chain a statement takes.
#include <stdio.h>

#include "server/app/inside.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

static const struct interview *state(const struct scene *s)
{
    return channel_find(s->world->app, slice_of(s->id))->all;
}

static const char *transition(struct scene *s, int who, const char *to)
{
    return scene_do(s, who, "interview.transition",
                    "\"interview\":\"%s\",\"version\":%u,\"to\":\"%s\"", s->id,
                    (unsigned)state(s)->version, to);
}

static void go(struct scene *s, const char *const *stages)
{
    for (; *stages; stages++)
        scene_move(s, *stages);
}

static const char *const TO_EDITING[] = {"draining", "ended", "editing", NULL};

static void set_chains(struct scene *s, const char *chains)
{
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"policy\":{\"asking\":\"anonymous\","
             "\"question_public\":\"on_approve\",\"chains\":{%s}}}",
             s->id, (unsigned)state(s)->version, chains);
    scene_ok(s);
}

static const char *publish(struct scene *s, int who, const char *speaker, const char *text)
{
    return scene_do(s, who, "statement.publish",
                    "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"%s\",\"text\":\"%s\"",
                    s->id, speaker, text);
}

// The id of what the last answer is about.
static void keep_statement(const struct scene *s, char ret[24])
{
    scene_ok(s);
    answer_member(slice_of(s->answer), "statement", ret, 24);
    CHECK(ret[0]);
}

static const char *step(struct scene *s, int who, const char *method, const char *statement,
                        unsigned version, const char *more)
{
    return scene_do(s, who, method, "\"statement\":\"%s\",\"version\":%u%s", statement, version,
                    more);
}

// The member of the last answer.
static const char *member(const struct scene *s, const char *key)
{
    static char value[200];
    answer_member(slice_of(s->answer), key, value, sizeof value);
    return value;
}

// ---- the end gate ----

TEST(the_transcript_waits_for_statements_on_their_way)
{
    struct scene *s = scene_create(901, "on_approve");
    char prepared[24], submitted[24], delayed[24], cleared[24];
    scene_do(s, COMPERE, "statement.prepare",
             "\"interview\":\"%s\",\"kind\":\"closing\",\"speaker\":\"Fang Jing\","
             "\"text\":\"Never sent\"",
             s->id);
    keep_statement(s, prepared);
    set_chains(s, "\"guest\":[\"policy_checker\"]");
    publish(s, GUEST, "Shen Yulan", "Waits for a duty");
    keep_statement(s, submitted);
    publish(s, GUEST, "Shen Yulan", "Passed while the feed is frozen");
    keep_statement(s, cleared);
    scene_do(s, PRODUCER, "feed.delay", "\"interview\":\"%s\",\"seconds\":300", s->id);
    publish(s, COMPERE, "Fang Jing", "Held by the delay");
    keep_statement(s, delayed);
    scene_do(s, PRODUCER, "feed.freeze", "\"interview\":\"%s\"", s->id);
    step(s, CHECKER, "statement.pass", cleared, 1, "");
    CHECK_STR(member(s, "stage"), "prepared");
    go(s, TO_EDITING);
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed");
    struct json *why = json_parse(slice_of(s->answer));
    const struct json *data = json_get(json_get(why, "error"), "data");
    const struct json *named = json_first(json_get(data, "statements"));
    const char *const wanted[] = {submitted, cleared, delayed};
    for (int i = 0; i < 3; i++, named = json_next(named))
        CHECK(named && slice_is(json_string(named), wanted[i]));
    CHECK(!named && !json_first(json_get(data, "questions")));
    json_free(why);
    step(s, CHECKER, "statement.return", submitted, 1, ",\"note\":\"Too late\"");
    scene_ok(s);
    step(s, COMPERE, "statement.discard", delayed, 1, "");
    scene_ok(s);
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed");
    CHECK(strstr(s->answer, cleared) && !strstr(s->answer, submitted));
    scene_do(s, PRODUCER, "feed.unfreeze", "\"interview\":\"%s\"", s->id);
    step(s, GUEST, "statement.release", cleared, 2, "");
    CHECK_STR(member(s, "stage"), "published");
    transition(s, CHECKER, "published"); // what was never sent, and what was given back, may stay
    scene_ok(s);
    scene_destroy(&s);
}

// A new statement, or a draft, is sent at the moment of the publication: one of the two goes first.
static void race_the_publication(bool drafted, bool first)
{
    char publication[200], sending[300], draft[24] = "", lines[2][MODEL_LINE];
    struct scene *s = scene_create(911, "on_approve");
    set_chains(s, "\"guest\":[\"policy_checker\"]");
    if (drafted) {
        scene_do(s, GUEST, "statement.prepare",
                 "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\","
                 "\"text\":\"A supplement\"",
                 s->id);
        keep_statement(s, draft);
    }
    go(s, TO_EDITING);
    snprintf(publication, sizeof publication,
             "\"interview\":\"%s\",\"version\":%u,\"to\":\"published\"", s->id,
             (unsigned)state(s)->version);
    if (drafted)
        snprintf(sending, sizeof sending, "\"statement\":\"%s\",\"version\":1", draft);
    else
        snprintf(sending, sizeof sending,
                 "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\","
                 "\"text\":\"A supplement\"",
                 s->id);
    const char *method = drafted ? "statement.release" : "statement.publish";
    if (first)
        scene_send(s, GUEST, method, sending, lines[0]);
    scene_send(s, CHECKER, "interview.transition", publication, lines[1]);
    if (!first)
        scene_send(s, GUEST, method, sending, lines[0]);
    world_settle(s->world);
    const char *won = lines[first ? 0 : 1], *lost = lines[first ? 1 : 0];
    CHECK(strncmp(won, "ok", 2) == 0);
    CHECK(strncmp(lost, first ? "undisposed" : "wrong_stage", 10) == 0);
    bool waits = false;
    for (size_t i = 0; i < state(s)->draft_count; i++)
        waits |= statement_is_under_way(state(s)->drafts[i]);
    CHECK_INT(waits, first);
    CHECK_INT(state(s)->published_ms != 0, !first);
    scene_destroy(&s);
}

TEST(nothing_is_sent_behind_a_publication_of_the_same_moment)
{
    for (int drafted = 0; drafted < 2; drafted++)
        for (int first = 0; first < 2; first++)
            race_the_publication(drafted, first);
}

// ---- the sign-off ----

static void set_roster(struct scene *s, const char *roster)
{
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"roster\":[%s]}", s->id,
             (unsigned)state(s)->version, roster);
    scene_ok(s);
}

#define DUTY(user, duty) "{\"user\":\"" user "\",\"duty\":\"" duty "\"}"

// Draining, ended by this person, edited.
static struct scene *ended_by(unsigned seed, const char *roster, int who)
{
    struct scene *s = scene_create(seed, "on_approve");
    set_roster(s, roster);
    scene_move(s, "draining");
    transition(s, who, "ended");
    scene_ok(s);
    scene_move(s, "editing");
    return s;
}

static const char *publish_anyway(struct scene *s, int who)
{
    return scene_do(s, who, "interview.transition",
                    "\"interview\":\"%s\",\"version\":%u,\"to\":\"published\","
                    "\"override\":\"The checker is ill\"",
                    s->id, (unsigned)state(s)->version);
}

TEST(the_policy_checker_signs_the_transcript_off)
{
    struct scene *s =
        ended_by(931, DUTY("compere", "compere") "," DUTY("checker", "policy_checker"), COMPERE);
    static const int others[] = {COMPERE, ADMIN};
    for (int i = 0; i < 2; i++) {
        transition(s, others[i], "published");
        scene_refused(s, i ? "guard" : "two_persons");
    }
    CHECK(strstr(s->answer, "\"guard\":\"sign_off\",\"need\":[\"policy_checker\"]"));
    transition(s, CHECKER, "published");
    scene_ok(s);
    scene_move(s, "taken_down");
    scene_move(s, "published"); // by the administrator: it was signed off then
    scene_destroy(&s);
}

TEST(nobody_goes_from_the_end_to_the_transcript_alone)
{
    struct scene *s =
        ended_by(932, DUTY("compere", "compere") "," DUTY("compere", "policy_checker"), COMPERE);
    transition(s, COMPERE, "published");
    scene_refused(s, "two_persons");
    publish_anyway(s, ADMIN);
    scene_ok(s);
    CHECK_INT(state(s)->stage, I_PUBLISHED);
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    const char *why = memory_event(log, log->count - 2)->body.p; // overridden, then published
    CHECK(strstr(why, "\"guards\":[\"sign_off\"]") && strstr(why, "is ill"));
    scene_destroy(&s);
    s = ended_by(933, DUTY("compere", "compere") "," DUTY("checker", "policy_checker"), ADMIN);
    publish_anyway(s, ADMIN);
    scene_refused(s, "two_persons");
    publish_anyway(s, COMPERE);
    scene_refused(s, "guard");
    scene_destroy(&s);
}

TEST(without_a_policy_checker_and_a_rule_a_compere_may_publish)
{
    struct scene *s = ended_by(934, DUTY("compere", "compere"), COMPERE);
    transition(s, COMPERE, "published");
    scene_ok(s);
    scene_destroy(&s);
}

TEST(the_compere_ends_the_interview_and_a_producer_does_not)
{
    struct scene *s = scene_create(935, "on_approve");
    scene_move(s, "draining");
    transition(s, PRODUCER, "ended");
    scene_refused(s, "not_authorized");
    transition(s, COMPERE, "ended");
    scene_ok(s);
    scene_destroy(&s);
}

// ---- the pause ----

static const char *asking(struct scene *s, const char *sight)
{
    static char word[16];
    struct json *root = scene_snapshot(s, sight);
    snprintf(word, sizeof word, "%s", scene_text(json_get(root, "interview"), "asking"));
    json_free(root);
    return word;
}

static bool is_shown(struct scene *s, const struct receipt *r)
{
    struct json *open = scene_snapshot(s, "public");
    bool shown = scene_question(open, r->question) != NULL;
    json_free(open);
    return shown;
}

TEST(in_a_pause_nothing_new_becomes_public)
{
    struct scene *s = scene_create(941, "on_approve");
    struct receipt public, due;
    char said[24], delayed[24];
    scene_ask(s, 0, "Seen before", &public);
    scene_approve(s, public.question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_ask(s, 1, "Due in the pause", &due);
    scene_approve(s, due.question);
    scene_do(s, COMPERE, "feed.delay", "\"interview\":\"%s\",\"seconds\":5", s->id);
    publish(s, COMPERE, "Fang Jing", "Delayed into the pause");
    keep_statement(s, delayed);
    scene_move(s, "suspended");
    scene_wait(s, MODEL_UNDO_MS);
    publish(s, GUEST, "Shen Yulan", "Said in the pause");
    keep_statement(s, said);
    CHECK_STR(member(s, "stage"), "prepared");
    CHECK(strstr(s->answer, "\"kept\":true"));
    step(s, GUEST, "statement.release", said, 1, "");
    CHECK_STR(member(s, "stage"), "prepared");
    scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"", public.question);
    scene_refused(s, "frozen");
    CHECK(!is_shown(s, &due) && is_shown(s, &public));
    CHECK_INT(channel_find(s->world->app, slice_of(s->id))->open->statement_count, 0);
    scene_do(s, 0, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             public.receipt_no, public.secret);
    scene_ok(s); // what takes something away is done
    scene_move(s, "live");
    scene_wait(s, 1);
    CHECK(is_shown(s, &due));
    CHECK_INT(channel_find(s->world->app, slice_of(s->id))->open->statement_count, 1);
    step(s, GUEST, "statement.release", said, 1, "");
    scene_ok(s);
    scene_destroy(&s);
}

TEST(asking_pauses_with_the_interview_and_goes_on_as_it_was)
{
    struct scene *s = scene_create(942, "on_approve");
    scene_move(s, "suspended");
    CHECK_STR(asking(s, "public"), "closed");
    scene_do(s, 0, "question.ask", "\"interview\":\"%s\",\"text\":\"In the pause?\"", s->id);
    scene_refused(s, "asking_closed");
    scene_do(s, COMPERE, "asking.set", "\"interview\":\"%s\",\"state\":\"open\"", s->id);
    scene_refused(s, "wrong_stage");
    scene_move(s, "live");
    CHECK_STR(asking(s, "public"), "open");
    scene_move(s, "suspended");
    scene_do(s, COMPERE, "asking.set", "\"interview\":\"%s\",\"state\":\"closed\"", s->id);
    scene_ok(s);
    scene_move(s, "live");
    CHECK_STR(asking(s, "public"), "closed"); // somebody wanted it so
    scene_move(s, "suspended");
    scene_move(s, "live");
    CHECK_STR(asking(s, "public"), "closed"); // as it was
    scene_destroy(&s);
}

// Whoever closes asking while it pauses means it, also at the moment at which the pause is over.
TEST(asking_closed_at_the_end_of_the_pause_stays_closed)
{
    for (int first = 0; first < 2; first++) {
        struct scene *s = scene_create(943, "on_approve");
        char close[60], resume[100], lines[2][MODEL_LINE];
        scene_move(s, "suspended");
        snprintf(close, sizeof close, "\"interview\":\"%s\",\"state\":\"closed\"", s->id);
        snprintf(resume, sizeof resume, "\"interview\":\"%s\",\"version\":%u,\"to\":\"live\"",
                 s->id, (unsigned)channel_find(s->world->app, slice_of(s->id))->all->version);
        for (int i = 0; i < 2; i++)
            if (i == first)
                scene_send(s, COMPERE, "asking.set", close, lines[0]);
            else
                scene_send(s, ADMIN, "interview.transition", resume, lines[1]);
        world_settle(s->world);
        for (int i = 0; i < 2; i++)
            CHECK_INT(strncmp(lines[i], "ok", 2), 0);
        CHECK_STR(asking(s, "public"), "closed");
        scene_destroy(&s);
    }
}

// ---- a retraction that takes two ----

TEST(a_retraction_that_takes_two_names_all_who_may_confirm_it)
{
    static const struct {
        const char *duty;
        int who;
    } others[] = {{"compere", COMPERE},
                  {"producer", PRODUCER},
                  {"reviewer", REVIEWER},
                  {"portal_admin", ADMIN},
                  {"policy_checker", CHECKER}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct scene *s = scene_create(956, "on_approve");
        char said[24];
        // Its rule set is not installed any more: the strict answer is taken.
        channel_find(s->world->app, slice_of(s->id))->all->rule_set = "gone";
        publish(s, GUEST, "Shen Yulan", "Said too early");
        keep_statement(s, said);
        int first = others[i].who == COMPERE ? PRODUCER : COMPERE;
        step(s, first, "statement.retract", said, 1, ",\"code\":\"early\"");
        CHECK_STR(member(s, "stage"), "published");
        CHECK(strstr(member(s, "waits_for"), others[i].duty));
        CHECK(!strstr(member(s, "waits_for"), "moderator"));
        step(s, first, "statement.retract", said, 1, ",\"code\":\"early\"");
        scene_refused(s, "two_persons");
        step(s, MOD1, "statement.retract", said, 1, ",\"code\":\"early\"");
        scene_refused(s, "not_authorized");
        step(s, others[i].who, "statement.retract", said, 1, ",\"code\":\"early\"");
        CHECK_STR(member(s, "stage"), "retracted");
        scene_destroy(&s);
    }
}

// ---- before the start ----

static struct scene *announced(unsigned seed);

static void is_of_origin(struct scene *s, const struct receipt *r, const char *origin)
{
    CHECK_STR(interview_question(state(s), slice_of(r->question))->origin, origin);
}

static void set_asking_to(struct scene *s, const char *word)
{
    scene_do(s, ADMIN, "asking.set", "\"interview\":\"%s\",\"state\":\"%s\"", s->id, word);
    scene_ok(s);
}

TEST(what_was_collected_beforehand_is_asked_from_the_start_on)
{
    struct scene *s = announced(981);
    struct receipt early, in_the_lobby, live, odd;
    scene_ask(s, 0, "Before", &early);
    scene_move(s, "lobby");
    set_asking_to(s, "open"); // a word that says nothing of the time
    scene_ask(s, 1, "Waiting", &in_the_lobby);
    is_of_origin(s, &early, "precollect");
    is_of_origin(s, &in_the_lobby, "precollect");
    set_asking_to(s, "precollect");
    size_t events = scene_events(s);
    scene_move(s, "live");
    CHECK_INT(scene_events(s), events + 2);
    CHECK_STR(asking(s, "public"), "open");
    scene_ask(s, 2, "Live", &live);
    is_of_origin(s, &live, "live");
    set_asking_to(s, "precollect");
    scene_ask(s, 3, "Live, by another word", &odd);
    is_of_origin(s, &odd, "live");
    scene_destroy(&s);
}

TEST(asking_that_was_closed_before_the_start_stays_closed)
{
    struct scene *s = announced(982);
    scene_move(s, "lobby");
    set_asking_to(s, "closed");
    scene_move(s, "live");
    CHECK_STR(asking(s, "public"), "closed");
    scene_destroy(&s);
}

// ---- called off ----

// Announced, and collecting questions beforehand.
static struct scene *announced(unsigned seed)
{
    struct scene *s = scene_create(seed, "on_approve");
    scene_do(
        s, ADMIN, "interview.create",
        "\"interview\":{\"topic\":\"Well Lane, once more\",\"departments\":[\"Water Bureau\"],"
        "\"starts_at\":\"2027-04-01T01:30:00.000Z\",\"guests\":[{\"name\":\"Shen Yulan\"}],"
        "\"compere\":{\"name\":\"Fang Jing\"},\"policy\":{\"asking\":\"anonymous\","
        "\"question_public\":\"on_approve\"}},\"roster\":[" DUTY("compere", "compere") "," DUTY(
            "mod1", "moderator") "," DUTY("mod2", "moderator") "," DUTY("reviewer",
                                                                        "reviewer") "]");
    scene_ok(s);
    answer_member(slice_of(s->answer), "interview", s->id, sizeof s->id);
    go(s, (const char *const[]){"in_review", "scheduled", "announced", NULL});
    scene_do(s, ADMIN, "asking.set", "\"interview\":\"%s\",\"state\":\"precollect\"", s->id);
    scene_ok(s);
    return s;
}

static void is_at(struct scene *s, const struct receipt *r, const char *stage, const char *shown)
{
    struct json *staff = scene_snapshot(s, NULL), *open = scene_snapshot(s, "public");
    const struct json *q = scene_question(staff, r->question);
    CHECK_STR(scene_text(q, "stage"), stage);
    CHECK_STR(scene_text(scene_question(open, r->question), "stage"), shown);
    CHECK(!json_get(q, "claim") && !json_get(q, "queue_rank"));
    json_free(staff);
    json_free(open);
}

static bool is_told_of_the_cancellation(struct scene *s, const struct receipt *r)
{
    scene_read(s, 1, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r->receipt_no,
               r->secret);
    return strstr(s->answer, "\"reason\":\"cancelled\"") &&
           strstr(s->answer, "\"note\":\"As planned\"");
}

TEST(with_the_interview_what_waits_in_it_lapses_and_its_askers_are_told)
{
    enum { HELD, PENDING, APPROVED, PUBLIC, QUEUED, JOINED, APPEALED, REFERRED, RETRACTED, ALL };
    struct scene *s = announced(961);
    struct receipt r[ALL];
    for (int i = 0; i < ALL; i++)
        scene_ask(s, i % CITIZENS, "Collected beforehand", &r[i]);
    scene_claim(s, MOD1, r[HELD].question);
    scene_do(s, MOD1, "question.hold", "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1",
             r[HELD].question);
    scene_ok(s);
    static const int through[] = {PUBLIC, QUEUED, RETRACTED};
    for (int i = 0; i < 3; i++)
        scene_approve(s, r[through[i]].question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_do(s, COMPERE, "question.queue", "\"question\":\"%s\"", r[QUEUED].question);
    scene_ok(s);
    scene_claim(s, MOD1, r[JOINED].question);
    scene_do(s, MOD1, "question.group",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"",
             r[JOINED].question, r[PUBLIC].question);
    scene_ok(s);
    scene_reject(s, r[APPEALED].question, "off_topic");
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             r[APPEALED].receipt_no, r[APPEALED].secret);
    scene_ok(s);
    scene_do(s, MOD2, "question.refer",
             "\"question\":\"%s\",\"version\":1,\"department\":\"Water Bureau\"",
             r[REFERRED].question);
    scene_ok(s);
    scene_do(s, MOD2, "question.retract", "\"question\":\"%s\",\"version\":2,\"code\":\"spam\"",
             r[RETRACTED].question);
    scene_ok(s);
    scene_approve(s, r[APPROVED].question); // due in ten seconds
    scene_claim(s, MOD1, r[PENDING].question);
    scene_move(s, "cancelled");
    scene_wait(s, MODEL_UNDO_MS);
    static const char *const stages[ALL][2] = {
        [HELD] = {"lapsed", ""},
        [PENDING] = {"lapsed", ""},
        [APPROVED] = {"lapsed", ""},
        [PUBLIC] = {"lapsed", "lapsed"},
        [QUEUED] = {"lapsed", "lapsed"},
        [JOINED] = {"lapsed", ""},
        [APPEALED] = {"lapsed", ""},
        [REFERRED] = {"referred", ""},
        [RETRACTED] = {"retracted", "retracted"},
    };
    for (int i = 0; i < ALL; i++) {
        is_at(s, &r[i], stages[i][0], stages[i][1]);
        CHECK_INT(is_told_of_the_cancellation(s, &r[i]), i != REFERRED && i != RETRACTED);
        CHECK(question_has_end(state(s), interview_question(state(s), slice_of(r[i].question))));
    }
    struct buf ledger = {0};
    app_ledger(s->world->app, channel_find(s->world->app, slice_of(s->id))->open, &ledger);
    buf_char(&ledger, '\0');
    CHECK(strstr(ledger.p,
                 "\"complete\":true,\"counts\":{\"referred\":1,\"retracted\":1,\"lapsed\":7}"));
    buf_finish(&ledger);
    scene_do(s, REVIEWER, "question.restore", "\"question\":\"%s\",\"version\":3",
             r[RETRACTED].question);
    scene_ok(s);
    is_at(s, &r[RETRACTED], "lapsed", "lapsed"); // and waits for nothing
    CHECK(is_told_of_the_cancellation(s, &r[RETRACTED]));
    world_restart(s->world);
    for (int i = 0; i < ALL; i++)
        if (i != RETRACTED)
            is_at(s, &r[i], stages[i][0], stages[i][1]);
    scene_destroy(&s);
}

// A public question that another is joined with; the interview is cancelled.
static void cancel_with_a_leader(bool retracted_before)
{
    struct scene *s = announced(963);
    struct receipt leader, joined;
    char params[300], lines[2][MODEL_LINE];
    scene_ask(s, 0, "Leading", &leader);
    scene_ask(s, 1, "Joined", &joined);
    scene_approve(s, leader.question);
    scene_wait(s, MODEL_UNDO_MS);
    scene_claim(s, MOD1, joined.question);
    scene_do(s, MOD1, "question.group",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"", joined.question,
             leader.question);
    scene_ok(s);
    snprintf(params, sizeof params, "\"question\":\"%s\",\"version\":2,\"code\":\"spam\"",
             leader.question);
    if (retracted_before) { // with no time between for letting the other one go
        scene_send(s, MOD2, "question.retract", params, lines[0]);
        snprintf(
            params, sizeof params,
            "\"interview\":\"%s\",\"version\":%u,\"to\":\"cancelled\",\"reason\":\"As planned\"",
            s->id, (unsigned)state(s)->version);
        scene_send(s, ADMIN, "interview.transition", params, lines[1]);
        world_settle(s->world);
        CHECK(strncmp(lines[0], "ok", 2) == 0 && strncmp(lines[1], "ok", 2) == 0);
    } else {
        scene_move(s, "cancelled");
        scene_do(s, MOD2, "question.retract", "%s", params);
        scene_ok(s);
    }
    is_at(s, &joined, "lapsed", "");
    CHECK_INT(scene_version(s, joined.question), 2); // it was never let go
    is_at(s, &leader, "retracted", "retracted");
    CHECK_INT(interview_question(state(s), slice_of(leader.question))->grouped, 0);
    scene_do(s, REVIEWER, "question.restore", "\"question\":\"%s\",\"version\":3", leader.question);
    scene_ok(s);
    is_at(s, &leader, "lapsed", "lapsed");
    struct json *open = scene_snapshot(s, "public");
    CHECK(!json_get(scene_question(open, leader.question), "grouped"));
    json_free(open);
    CHECK(is_told_of_the_cancellation(s, &leader));
    scene_destroy(&s);
}

TEST(a_leader_that_lapsed_with_the_interview_is_taken_down_and_put_back)
{
    cancel_with_a_leader(false);
}

TEST(those_joined_with_a_retracted_question_leave_it_when_the_interview_is_cancelled)
{
    cancel_with_a_leader(true);
}

TEST(nothing_waits_again_in_a_cancelled_interview)
{
    struct scene *s = announced(962);
    struct receipt leader, joined, rejected;
    scene_ask(s, 0, "Leading", &leader);
    scene_ask(s, 1, "Joined", &joined);
    scene_ask(s, 2, "Rejected", &rejected);
    scene_claim(s, MOD1, joined.question);
    scene_do(s, MOD1, "question.group",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"", joined.question,
             leader.question);
    scene_ok(s);
    scene_do(s, MOD2, "question.refer",
             "\"question\":\"%s\",\"version\":1,\"department\":\"Water Bureau\"", leader.question);
    scene_ok(s);
    scene_reject(s, rejected.question, "off_topic");
    scene_move(s, "cancelled");
    scene_do(s, MOD1, "question.ungroup", "\"question\":\"%s\",\"version\":2", joined.question);
    scene_refused(s, "wrong_stage");
    for (int down = 0; down < 2; down++) {
        scene_do(s, 2, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
                 rejected.receipt_no, rejected.secret);
        scene_refused(s, "no_appeal");
        if (!down)
            scene_move(s, "taken_down");
    }
    scene_destroy(&s);
}

// ---- on air ----

static const char *put_on_air(struct scene *s, const struct receipt *r, const char *guest)
{
    char more[60] = "";
    if (guest)
        snprintf(more, sizeof more, ",\"guest\":\"%s\"", guest);
    return scene_do(s, COMPERE, "question.put_on_air", "\"question\":\"%s\"%s", r->question, more);
}

// Two announced guests, and questions that everybody sees.
static struct scene *two_guests(unsigned seed, struct receipt *ret, int count)
{
    struct scene *s = scene_create(seed, "on_approve");
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"guests\":[{\"name\":\"Shen Yulan\"},"
             "{\"name\":\"Gu Wen\"}]}",
             s->id, (unsigned)state(s)->version);
    scene_ok(s);
    for (int i = 0; i < count; i++) {
        scene_ask(s, i, "One of several", &ret[i]);
        scene_approve(s, ret[i].question);
    }
    scene_wait(s, MODEL_UNDO_MS);
    return s;
}

TEST(a_guest_answers_one_question_at_a_time_and_is_announced)
{
    struct receipt r[3];
    struct scene *s = two_guests(951, r, 3);
    put_on_air(s, &r[0], "Somebody");
    scene_refused(s, "bad_params");
    put_on_air(s, &r[0], "Shen Yulan");
    scene_ok(s);
    put_on_air(s, &r[1], "Shen Yulan");
    scene_refused(s, "wrong_stage");
    put_on_air(s, &r[1], "Gu Wen");
    scene_ok(s);
    put_on_air(s, &r[2], NULL);
    scene_refused(s, "wrong_stage"); // both are answering
    scene_do(s, COMPERE, "question.take_off_air", "\"question\":\"%s\"", r[0].question);
    put_on_air(s, &r[2], "Gu Wen");
    scene_refused(s, "wrong_stage");
    put_on_air(s, &r[2], NULL);
    scene_ok(s);
    scene_destroy(&s);
}

TEST(two_questions_for_one_guest_at_the_same_moment)
{
    struct receipt r[2];
    char params[2][100], lines[2][MODEL_LINE];
    struct scene *s = two_guests(952, r, 2);
    for (int i = 0; i < 2; i++) {
        snprintf(params[i], sizeof params[i], "\"question\":\"%s\",\"guest\":\"Gu Wen\"",
                 r[i].question);
        scene_send(s, i ? PRODUCER : COMPERE, "question.put_on_air", params[i], lines[i]);
    }
    world_settle(s->world);
    CHECK(strncmp(lines[0], "ok", 2) == 0 && strncmp(lines[1], "wrong_stage", 11) == 0);
    scene_destroy(&s);
}

// ---- whose chain a statement takes ----

static void waits_for(struct scene *s, int who, const char *speaker, const char *duty)
{
    publish(s, who, speaker, "Some words");
    scene_ok(s);
    CHECK_STR(member(s, "stage"), duty[0] ? "submitted" : "published");
    CHECK_STR(member(s, "waits_for"), duty);
}

TEST(the_chain_follows_whose_words_they_are)
{
    static const struct {
        const char *chains;
        // entered by the compere, a guest, a stenographer; for the guest, the compere, a stranger
        const char *duty[3][3];
    } cases[] = {
        {"\"guest\":[\"policy_checker\"]",
         {{"policy_checker", "", "policy_checker"},
          {"policy_checker", "policy_checker", "policy_checker"},
          {"policy_checker", "", "policy_checker"}}},
        {"\"guest\":[\"policy_checker\"],\"stenographer\":[\"compere\"]",
         {{"policy_checker", "", "policy_checker"},
          {"policy_checker", "policy_checker", "policy_checker"},
          {"compere", "compere", "compere"}}},
        {"\"compere\":[\"producer\"]",
         {{"", "producer", ""}, {"", "producer", ""}, {"", "producer", ""}}},
        {"\"stenographer\":[\"reviewer\"]",
         {{"", "", ""}, {"", "", ""}, {"reviewer", "reviewer", "reviewer"}}},
    };
    static const int who[] = {COMPERE, GUEST, STENOGRAPHER};
    static const char *const speakers[] = {"Shen Yulan", "Fang Jing", "Somebody else"};
    struct scene *s = scene_create(921, "on_approve");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_chains(s, cases[i].chains);
        for (int by = 0; by < 3; by++)
            for (int of = 0; of < 3; of++)
                waits_for(s, who[by], speakers[of], cases[i].duty[by][of]);
    }
    scene_destroy(&s);
}

// A published statement of the guest's, said before there was a chain.
static void said_before(struct scene *s, char ret[24])
{
    publish(s, GUEST, "Shen Yulan", "It costs three million");
    keep_statement(s, ret);
    set_chains(s, "\"guest\":[\"policy_checker\",\"reviewer\"],\"stenographer\":[]");
}

static void correct(struct scene *s, int who, const char *statement, unsigned version,
                    const char *text, char ret[24])
{
    char more[100];
    snprintf(more, sizeof more, ",\"text\":\"%s\"", text);
    step(s, who, "statement.correct", statement, version, more);
    keep_statement(s, ret);
}

static void reads(const struct scene *s, const char *statement, const char *text, unsigned version)
{
    const struct channel *ch = channel_find(s->world->app, slice_of(s->id));
    const struct interview *both[] = {ch->all, ch->open};
    for (int i = 0; i < 2; i++) {
        const struct statement *found = interview_statement(both[i], slice_of(statement));
        CHECK(found);
        CHECK_STR(found->text, text);
        CHECK_INT(found->version, version);
        CHECK_INT(found->corrected_ms != 0, version > 1);
    }
}

TEST(a_correction_takes_the_chain_of_those_words)
{
    struct scene *s = scene_create(922, "on_approve");
    char said[24], typed[24], again[24];
    said_before(s, said);
    correct(s, STENOGRAPHER, said, 1, "It costs nothing", typed);
    CHECK_STR(member(s, "waits_for"), "policy_checker");
    reads(s, said, "It costs three million", 1);
    struct json *open = scene_snapshot(s, "public"), *staff = scene_snapshot(s, NULL);
    const struct json *draft = json_first(json_get(staff, "drafts"));
    CHECK_STR(scene_text(draft, "corrects"), said);
    CHECK(json_first(json_get(open, "statements")) && !json_get(open, "drafts"));
    json_free(open);
    json_free(staff);
    static const char *const not_a_draft[] = {"statement.release", "statement.pass"};
    for (int i = 0; i < 2; i++) {
        step(s, STENOGRAPHER, not_a_draft[i], typed, 1, "");
        scene_refused(s, i ? "not_authorized" : "wrong_stage");
    }
    step(s, CHECKER, "statement.return", typed, 1, ",\"note\":\"Surely not\"");
    scene_ok(s);
    scene_do(s, STENOGRAPHER, "statement.prepare",
             "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Fang Jing\","
             "\"text\":\"As if the compere had said so\",\"statement\":\"%s\",\"version\":2",
             s->id, typed);
    scene_refused(s, "wrong_stage");
    correct(s, COMPERE, said, 1, "It costs four million", again);
    step(s, CHECKER, "statement.pass", again, 1, "");
    CHECK_STR(member(s, "waits_for"), "reviewer");
    reads(s, said, "It costs three million", 1);
    step(s, REVIEWER, "statement.pass", again, 2, "");
    CHECK_STR(member(s, "statement"), said);
    CHECK_STR(member(s, "stage"), "published");
    reads(s, said, "It costs four million", 2);
    step(s, COMPERE, "statement.discard", typed, 2, "");
    scene_refused(s, "wrong_stage"); // it was about a text that stands no more
    scene_destroy(&s);
}

TEST(who_wrote_a_correction_does_not_pass_it)
{
    struct scene *s = scene_create(923, "on_approve");
    char said[24], anew[24];
    said_before(s, said);
    correct(s, CHECKER, said, 1, "It costs nothing", anew);
    step(s, CHECKER, "statement.pass", anew, 1, "");
    scene_refused(s, "two_persons");
    step(s, CHECKER, "statement.return", anew, 1, ",\"note\":\"Taken back\"");
    scene_ok(s);
    correct(s, ADMIN, said, 1, "It costs four million", anew);
    CHECK_STR(member(s, "waits_for"), "policy_checker");
    scene_destroy(&s);
}

TEST(the_record_is_corrected_through_the_chain_after_the_transcript_too)
{
    struct scene *s = scene_create(924, "on_approve");
    char said[24], anew[24], late[24];
    said_before(s, said);
    publish(s, GUEST, "Shen Yulan", "Never passed");
    keep_statement(s, late);
    step(s, GUEST, "statement.return", late, 1, ",\"note\":\"Not now\"");
    go(s, TO_EDITING);
    correct(s, COMPERE, said, 1, "It costs four million", anew);
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed");
    CHECK(strstr(s->answer, anew));
    step(s, CHECKER, "statement.pass", anew, 1, "");
    step(s, REVIEWER, "statement.pass", anew, 2, "");
    scene_ok(s);
    transition(s, CHECKER, "published");
    scene_ok(s);
    correct(s, COMPERE, said, 2, "It costs five million", anew);
    step(s, CHECKER, "statement.pass", anew, 1, "");
    scene_ok(s);
    scene_move(s, "closed");
    step(s, REVIEWER, "statement.pass", anew, 2, "");
    scene_ok(s);
    reads(s, said, "It costs five million", 3);
    scene_destroy(&s);
}

// Two corrections of one text are a step from their end, and something else is done about it at the
// same moment: whatever comes first, what was written for the old text is over.
TEST(of_two_corrections_at_once_one_is_made)
{
    for (int retracted = 0; retracted < 2; retracted++) {
        struct scene *s = scene_create(925, "on_approve");
        char said[24], anew[2][24], pass[100], other[150], lines[2][MODEL_LINE];
        publish(s, GUEST, "Shen Yulan", "It costs three million");
        keep_statement(s, said);
        set_chains(s, "\"guest\":[\"policy_checker\",\"reviewer\"]");
        correct(s, COMPERE, said, 1, "It costs four million", anew[0]);
        correct(s, STENOGRAPHER, said, 1, "It costs five million", anew[1]);
        for (int i = 0; i < 2; i++) {
            step(s, CHECKER, "statement.pass", anew[i], 1, "");
            scene_ok(s);
        }
        snprintf(pass, sizeof pass, "\"statement\":\"%s\",\"version\":2", anew[0]);
        snprintf(other, sizeof other, "\"statement\":\"%s\",\"version\":2,\"note\":\"No\"",
                 anew[1]);
        if (retracted) {
            snprintf(other, sizeof other, "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"",
                     said);
            scene_send(s, COMPERE, "statement.retract", other, lines[1]);
        }
        scene_send(s, REVIEWER, "statement.pass", pass, lines[0]);
        if (!retracted)
            scene_send(s, REVIEWER, "statement.return", other, lines[1]);
        world_settle(s->world);
        CHECK(strncmp(lines[retracted], "ok", 2) == 0);
        CHECK(strncmp(lines[!retracted], "wrong_stage", 11) == 0);
        if (!retracted)
            reads(s, said, "It costs four million", 2);
        step(s, REVIEWER, "statement.pass", anew[1], 2, "");
        scene_refused(s, "wrong_stage");
        scene_destroy(&s);
    }
}

// ---- a decision about a question by two persons ----

// By the one who has claimed it.
static const char *decide(struct scene *s, int who, const char *method, const struct receipt *r,
                          const char *more)
{
    scene_claim(s, who, r->question);
    const struct question *q = interview_question(state(s), slice_of(r->question));
    return scene_do(s, who, method, "\"question\":\"%s\",\"version\":%u,\"claim_epoch\":%u%s",
                    r->question, (unsigned)q->version, (unsigned)q->claim.epoch, more);
}

static bool waits(struct scene *s)
{
    scene_ok(s);
    return strstr(s->answer, "\"waits_for\":\"reviewer\"") != NULL;
}

TEST(a_first_step_shows_nothing_and_a_second_person_makes_it_hold)
{
    struct scene *s = scene_create(731, "on_approve");
    struct receipt a, b, c;
    set_chains(s, "\"question\":[\"reviewer\"]");
    set_chains(s, "\"guest\":[]"); // which says nothing of questions
    scene_ask(s, 0, "zebra-a", &a);
    scene_ask(s, 0, "zebra-b", &b);
    scene_ask(s, 0, "zebra-c", &c);
    decide(s, MOD1, "question.approve", &a, ",\"text\":\"zebra-edited\",\"labels\":[\"water\"]");
    CHECK(waits(s));
    scene_wait(s, 10LL * MODEL_UNDO_MS);
    is_at(s, &a, "pending", "");
    CHECK(!strstr(blob_slice(app_snapshot(s->world->app, slice_of(s->id))).p, "zebra"));
    struct json *guests = scene_snapshot(s, "guest"), *staff = scene_snapshot(s, NULL);
    CHECK(!scene_question(guests, a.question));
    const struct json *proposal = json_get(scene_question(staff, a.question), "proposal");
    CHECK_STR(scene_text(proposal, "text"), "zebra-edited");
    CHECK_STR(scene_text(proposal, "by"), "mod1");
    json_free(guests);
    json_free(staff);
    // Another moderator proposes only; a reviewer decides, as it was proposed unless he says more.
    decide(s, MOD2, "question.approve", &a, "");
    CHECK(waits(s));
    decide(s, REVIEWER, "question.approve", &a, "");
    CHECK(!waits(s));
    scene_wait(s, MODEL_UNDO_MS);
    struct json *open = scene_snapshot(s, "public");
    CHECK_STR(scene_text(scene_question(open, a.question), "text"), "zebra-edited");
    const struct json *labels = json_get(scene_question(open, a.question), "labels");
    CHECK(slice_is(json_string(json_first(labels)), "water"));
    json_free(open);
    // A reviewer who is first is not the second, but may change his mind.
    decide(s, REVIEWER, "question.reject", &b, ",\"code\":\"abusive\",\"note\":\"zebra-why\"");
    CHECK(waits(s));
    decide(s, REVIEWER, "question.reject", &b, ",\"code\":\"unclear\",\"note\":\"zebra-why\"");
    CHECK(waits(s));
    scene_read(s, 0, "question.status", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", b.receipt_no,
               b.secret);
    CHECK(!strstr(s->answer, "zebra-why"));
    // What is redacted or held has to be proposed anew.
    decide(s, MOD1, "question.approve", &c, ",\"text\":\"zebra-secret\"");
    CHECK(waits(s));
    scene_do(s, MOD1, "question.redact",
             "\"question\":\"%s\",\"version\":2,\"spans\":[{\"at\":6,\"length\":1}]", c.question);
    scene_ok(s);
    decide(s, REVIEWER, "question.approve", &c, "");
    CHECK(waits(s));
    decide(s, REVIEWER, "question.hold", &c, "");
    staff = scene_snapshot(s, NULL);
    CHECK(!json_get(scene_question(staff, c.question), "proposal"));
    json_free(staff);
    world_restart(s->world);
    staff = scene_snapshot(s, NULL);
    CHECK_STR(scene_text(json_get(scene_question(staff, b.question), "proposal"), "code"),
              "unclear");
    json_free(staff);
    // Taken from the plan, one person decides again.
    set_chains(s, "\"question\":[]");
    decide(s, MOD1, "question.reject", &b, ",\"code\":\"unclear\"");
    CHECK(!waits(s));
    scene_destroy(&s);
}

TEST(neither_of_the_two_who_turned_it_down_looks_at_its_appeal)
{
    struct scene *s = scene_create(732, "on_approve");
    struct receipt r;
    set_chains(s, "\"question\":[\"reviewer\"]");
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"roster\":[{\"user\":\"mod1\",\"duty\":"
             "\"moderator\"},{\"user\":\"mod1\",\"duty\":\"reviewer\"},{\"user\":\"mod2\",\"duty\":"
             "\"reviewer\"},{\"user\":\"reviewer\",\"duty\":\"reviewer\"}]}",
             s->id, (unsigned)state(s)->version);
    scene_ok(s);
    scene_ask(s, 0, "Why", &r);
    decide(s, MOD1, "question.reject", &r, ",\"code\":\"unclear\"");
    CHECK(waits(s));
    decide(s, REVIEWER, "question.reject", &r, ",\"code\":\"abusive\"");
    scene_ok(s);
    scene_do(s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"", r.receipt_no,
             r.secret);
    scene_ok(s);
    const int first[] = {MOD1, REVIEWER};
    for (int i = 0; i < 2; i++) {
        scene_do(s, first[i], "question.restore", "\"question\":\"%s\",\"version\":4", r.question);
        scene_refused(s, "two_persons");
    }
    scene_do(s, MOD2, "question.restore", "\"question\":\"%s\",\"version\":4", r.question);
    scene_ok(s);
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%u,\"set\":{\"policy\":{\"asking\":\"anonymous\","
             "\"question_public\":\"on_approve\",\"chains\":{\"question\":[\"compere\"]}}}",
             s->id, (unsigned)state(s)->version);
    scene_refused(s, "bad_params"); // nobody but a reviewer
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
