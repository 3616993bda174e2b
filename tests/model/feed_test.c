// SPDX-License-Identifier: Apache-2.0
// The public feed as a whole: what it does not tell while it stands still, and when it has to run.
#include <stdio.h>

#include "server/app/inside.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

static const struct channel *channel(const struct scene *s)
{
    return channel_find(s->world->app, slice_of(s->id));
}

static const char *transition(struct scene *s, int who, const char *to)
{
    return scene_do(s, who, "interview.transition",
                    "\"interview\":\"%s\",\"version\":%u,\"to\":\"%s\",\"reason\":\"As planned\"",
                    s->id, (unsigned)channel(s)->all->version, to);
}

static void freeze(struct scene *s)
{
    scene_do(s, PRODUCER, "feed.freeze", "\"interview\":\"%s\"", s->id);
    scene_ok(s);
}

static void unfreeze(struct scene *s)
{
    scene_do(s, PRODUCER, "feed.unfreeze", "\"interview\":\"%s\"", s->id);
    scene_ok(s);
}

static void ask_public(struct scene *s, int citizen, const char *text, struct receipt *ret)
{
    scene_ask(s, citizen, text, ret);
    scene_approve(s, ret->question);
    scene_wait(s, MODEL_UNDO_MS);
}

static void vote(struct scene *s, int citizen, const struct receipt *r)
{
    scene_read(s, citizen, "question.vote", "\"question\":\"%s\",\"on\":true", r->question);
}

static void join(struct scene *s, int citizen, const struct receipt *leader, struct receipt *ret)
{
    scene_ask(s, citizen, "And I ask the same", ret);
    scene_claim(s, MOD1, ret->question);
    scene_do(s, MOD1, "question.group",
             "\"question\":\"%s\",\"version\":1,\"claim_epoch\":1,\"into\":\"%s\"", ret->question,
             leader->question);
    scene_ok(s);
}

static int64_t read_number(const struct scene *s, const char *sight, const struct receipt *leader)
{
    struct json *root = scene_snapshot(s, sight);
    int64_t count = json_get_int(scene_question(root, leader->question), "grouped");
    json_free(root);
    return count;
}

static struct viewer *watch(struct scene *s)
{
    char text[200];
    struct viewer *v = viewer_open(s->world, 5);
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":"
             "{\"interview\":\"%s\"}}",
             s->id);
    viewer_send(v, text);
    return v;
}

// How many of the frames that have come hold this; all are taken.
static int taken(struct scene *s, struct viewer *v, const char *words)
{
    int count = 0;
    scene_wait(s, 1000);
    scene_wait(s, 1);
    for (const char *frame; (frame = viewer_next(v)) != NULL;)
        count += strstr(frame, words) != NULL;
    return count;
}

// ---- what stands still ----

typedef void halt(struct scene *s);

static void pause_it(struct scene *s)
{
    scene_move(s, "suspended");
}

static void resume(struct scene *s)
{
    scene_move(s, "live");
}

static void take_down(struct scene *s)
{
    scene_move(s, "taken_down");
}

static const struct {
    halt *stops, *goes_on;
} ways[] = {{freeze, unfreeze}, {pause_it, resume}, {take_down, resume}};

TEST(no_vote_is_told_while_the_feed_stands_still)
{
    for (int way = 0; way < 3; way++) {
        struct scene *s = scene_create(970, "on_approve");
        struct receipt asked;
        ask_public(s, 0, "When is the bridge open?", &asked);
        struct viewer *v = watch(s);
        vote(s, 1, &asked);
        CHECK(taken(s, v, "\"votes\":{\"") > 0);
        ways[way].stops(s);
        vote(s, 2, &asked);
        scene_refused(s, ways[way].stops == take_down ? "wrong_stage" : "frozen");
        CHECK_INT(taken(s, v, "\"votes\":{\""), 0);
        ways[way].goes_on(s);
        viewer_close(&v); // whoever was here when it was taken down begins anew
        v = watch(s);
        vote(s, 2, &asked);
        scene_ok(s);
        CHECK(taken(s, v, ":2}") > 0);
        viewer_close(&v);
        scene_destroy(&s);
    }
}

static uint64_t votes_read(const struct scene *s, const struct receipt *asked)
{
    return app_votes(s->world->app, channel(s)->open,
                     interview_question(channel(s)->open, slice_of(asked->question)));
}

// Who was there hears of it with the next tally, who comes reads how many they were.
TEST(a_vote_from_before_is_told_when_the_feed_goes_on)
{
    struct scene *s = scene_create(971, "on_approve");
    struct receipt asked;
    ask_public(s, 0, "When is the bridge open?", &asked);
    struct viewer *v = watch(s);
    taken(s, v, "");
    vote(s, 2, &asked);
    scene_ok(s);
    freeze(s);
    CHECK_INT(votes_read(s, &asked), 1);
    struct viewer *late = watch(s);
    CHECK_INT(taken(s, v, "\"votes\":{\""), 0);
    CHECK(taken(s, late, ":1}") > 0);
    unfreeze(s);
    CHECK(taken(s, v, ":1}") > 0);
    CHECK(taken(s, late, ":1}") > 0);
    viewer_close(&v);
    viewer_close(&late);
    scene_destroy(&s);
}

TEST(how_many_ask_the_same_is_told_once_when_the_feed_goes_on)
{
    for (int way = 0; way < 2; way++) {
        struct scene *s = scene_create(972, "on_approve");
        struct receipt leader, other, members[3];
        ask_public(s, 0, "When is the bridge open?", &leader);
        ask_public(s, 1, "And the tunnel?", &other);
        struct viewer *v = watch(s);
        taken(s, v, "");
        ways[way].stops(s);
        for (int i = 0; i < 2 && way == 0; i++)
            join(s, 2 + i, &leader, &members[i]);
        if (way == 1) { // nobody asks in a pause: somebody has before
            ways[way].goes_on(s);
            for (int i = 0; i < 3; i++)
                join(s, 2 + i, &leader, &members[i]);
            taken(s, v, "");
            ways[way].stops(s);
            scene_do(s, MOD1, "question.ungroup", "\"question\":\"%s\",\"version\":2",
                     members[2].question);
            scene_ok(s);
        }
        int64_t before = way ? 3 : 0;
        CHECK_INT(read_number(s, NULL, &leader), 2);
        CHECK_INT(read_number(s, "public", &leader), before);
        CHECK_INT(read_number(s, "guest", &leader), before);
        CHECK_INT(taken(s, v, "grouped\""), 0);
        ways[way].goes_on(s);
        CHECK_INT(
            taken(s, v, way ? "\"type\":\"question.ungrouped\"" : "\"type\":\"question.grouped\""),
            1);
        CHECK_INT(read_number(s, "public", &leader), 2);
        CHECK_INT(read_number(s, "guest", &leader), 2);
        CHECK_INT(taken(s, v, "grouped\""), 0);
        viewer_close(&v);
        scene_destroy(&s);
    }
}

// The server dies before it has told the numbers.
TEST(a_restart_does_not_forget_the_numbers_that_were_not_told)
{
    struct scene *s = scene_create(973, "on_approve");
    struct receipt leader, member;
    ask_public(s, 0, "When is the bridge open?", &leader);
    freeze(s);
    join(s, 1, &leader, &member);
    world_restart(s->world);
    CHECK_INT(read_number(s, "public", &leader), 0);
    unfreeze(s);
    scene_wait(s, 1);
    CHECK_INT(read_number(s, "public", &leader), 1);
    scene_destroy(&s);
}

// ---- where it can be held ----

TEST(the_feed_can_be_frozen_in_every_public_stage_and_not_in_the_archive)
{
    static const char *const way[] = {"suspended", "draining", "ended",   "editing",
                                      "published", "closed",   "archived"};
    struct scene *s = scene_create(974, "on_approve");
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        freeze(s);
        CHECK(channel(s)->open->frozen);
        unfreeze(s);
        scene_move(s, way[i]);
    }
    scene_do(s, PRODUCER, "feed.freeze", "\"interview\":\"%s\"", s->id);
    scene_refused(s, "wrong_stage");
    scene_destroy(&s);
}

// An interview of its own that is in the lobby.
static struct scene *in_the_lobby(unsigned seed)
{
    struct scene *s = scene_create(seed, "on_approve");
    scene_do(s, ADMIN, "interview.create",
             "\"interview\":{\"topic\":\"Well Lane, once more\",\"departments\":[\"Water Bureau\"],"
             "\"starts_at\":\"2027-04-01T01:30:00.000Z\",\"guests\":[{\"name\":\"Shen Yulan\"}],"
             "\"compere\":{\"name\":\"Fang Jing\"},\"policy\":{\"asking\":\"anonymous\","
             "\"question_public\":\"on_approve\"}},\"roster\":["
             "{\"user\":\"compere\",\"duty\":\"compere\"},{\"user\":\"guest\",\"duty\":\"guest\"},"
             "{\"user\":\"mod1\",\"duty\":\"moderator\"},"
             "{\"user\":\"checker\",\"duty\":\"policy_checker\"},"
             "{\"user\":\"producer\",\"duty\":\"producer\"}]");
    scene_ok(s);
    answer_member(slice_of(s->answer), "interview", s->id, sizeof s->id);
    static const char *const stages[] = {"in_review", "scheduled", "announced", "lobby"};
    for (int i = 0; i < 4; i++)
        scene_move(s, stages[i]);
    return s;
}

TEST(nobody_goes_live_while_the_feed_is_frozen)
{
    struct scene *s = in_the_lobby(975);
    freeze(s);
    transition(s, COMPERE, "live");
    scene_refused(s, "guard");
    CHECK(strstr(s->answer, "\"guards\":[{\"guard\":\"feed\",\"may_override\":false}]"));
    scene_do(s, ADMIN, "interview.transition",
             "\"interview\":\"%s\",\"version\":%u,\"to\":\"live\",\"override\":\"In a hurry\"",
             s->id, (unsigned)channel(s)->all->version);
    scene_refused(s, "guard");
    unfreeze(s);
    transition(s, COMPERE, "live");
    scene_ok(s);
    scene_move(s, "suspended");
    freeze(s);
    transition(s, COMPERE, "live");
    scene_refused(s, "guard");
    unfreeze(s);
    transition(s, COMPERE, "live");
    scene_ok(s);
    scene_destroy(&s);
}

// Whichever is recorded first.
TEST(of_a_start_and_a_freeze_at_once_the_start_knows_of_the_freeze)
{
    for (int first = 0; first < 2; first++) {
        struct scene *s = in_the_lobby(976);
        char start[200], hold[100], lines[2][MODEL_LINE];
        snprintf(start, sizeof start, "\"interview\":\"%s\",\"version\":%u,\"to\":\"live\"", s->id,
                 (unsigned)channel(s)->all->version);
        snprintf(hold, sizeof hold, "\"interview\":\"%s\"", s->id);
        for (int i = 0; i < 2; i++)
            if (i == first)
                scene_send(s, COMPERE, "interview.transition", start, lines[0]);
            else
                scene_send(s, PRODUCER, "feed.freeze", hold, lines[1]);
        world_settle(s->world);
        CHECK(strncmp(lines[1], "ok", 2) == 0);
        bool began = strncmp(lines[0], "ok", 2) == 0;
        CHECK_INT(began, first == 0);
        CHECK(began || strncmp(lines[0], "guard", 5) == 0);
        scene_destroy(&s);
    }
}

TEST(what_is_frozen_is_not_archived)
{
    static const char *const way[] = {"draining", "ended", "editing", "published", "closed"};
    struct scene *s = scene_create(977, "on_approve");
    for (int i = 0; i < 5; i++)
        scene_move(s, way[i]);
    freeze(s);
    transition(s, ADMIN, "archived");
    scene_refused(s, "guard");
    unfreeze(s);
    transition(s, ADMIN, "archived");
    scene_ok(s);
    scene_destroy(&s);
}

// ---- the archive ----

static void is_sealed(const struct scene *s)
{
    const struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    const struct memory_event *last = &log->events[log->count - 1], *seal = last - 1;
    CHECK(slice_is(last->event.type, "interview.archived") && last->event.pub);
    CHECK(slice_is(seal->event.type, "record.sealed") && !seal->event.pub);
    CHECK(!strstr(last->event.body.p, "seq")); // how much is hidden is nobody's business
    struct json *body = json_parse(seal->event.body);
    CHECK_INT(json_get_int(body, "seq"), seal->event.seq - 1);
    CHECK_STR(json_get_string(body, "hash").p, (seal - 1)->hash);
    CHECK_INT(json_get_int(body, "pub"), last->event.pub - 1);
    json_free(body);
}

static void nothing_may_be_done(struct scene *s, const struct receipt *leader,
                                const struct receipt *joined, const char *said)
{
    static const struct {
        const char *method, *more;
    } acts[] = {{"question.note", "\"text\":\"Look\""},
                {"question.redact", "\"version\":3,\"spans\":[{\"at\":0,\"length\":1}]"},
                {"question.retract", "\"version\":3,\"code\":\"spam\""},
                {"asker.silence", "\"minutes\":5"}};
    size_t events = scene_events(s);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        scene_do(s, MOD1, acts[i].method, "\"question\":\"%s\",%s", leader->question, acts[i].more);
        scene_refused(s, "wrong_stage");
    }
    scene_do(s, REVIEWER, "statement.retract",
             "\"statement\":\"%s\",\"version\":1,\"code\":\"mistake\"", said);
    scene_refused(s, "wrong_stage");
    scene_do(s, MOD1, "notice.issue",
             "\"interview\":\"%s\",\"to\":\"interview\",\"level\":\"info\",\"text\":\"Hello\"",
             s->id);
    scene_refused(s, "wrong_stage");
    scene_do(s, 1, "question.withdraw", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             joined->receipt_no, joined->secret);
    scene_refused(s, "wrong_stage");
    CHECK_INT(scene_events(s), events);
}

TEST(what_is_archived_is_only_taken_down_and_put_back)
{
    static const char *const way[] = {"draining", "ended", "editing", "published", "closed"};
    struct scene *s = scene_create(980, "on_approve");
    struct receipt leader, joined;
    char said[24];
    ask_public(s, 0, "When is the bridge open?", &leader);
    join(s, 1, &leader, &joined);
    scene_do(
        s, COMPERE, "statement.publish",
        "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Fang Jing\",\"text\":\"In May\","
        "\"questions\":[\"%s\"]",
        s->id, leader.question);
    answer_member(slice_of(s->answer), "statement", said, sizeof said);
    for (int i = 0; i < 5; i++)
        scene_move(s, way[i]);
    scene_move(s, "archived");
    is_sealed(s);
    nothing_may_be_done(s, &leader, &joined, said);
    scene_move(s, "taken_down");
    nothing_may_be_done(s, &leader, &joined, said);
    size_t events = scene_events(s);
    scene_move(s, "archived");
    CHECK_INT(scene_events(s), events + 1); // it is not sealed once more
    scene_destroy(&s);
}

// ---- before and between ----

static const char *say(struct scene *s, int who, const char *text, char ret[24])
{
    scene_do(s, who, "statement.publish",
             "\"interview\":\"%s\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\",\"text\":\"%s\"",
             s->id, text);
    scene_ok(s);
    answer_member(slice_of(s->answer), "statement", ret, 24);
    return s->answer;
}

static const char *release(struct scene *s, const char *statement, unsigned version)
{
    scene_do(s, GUEST, "statement.release", "\"statement\":\"%s\",\"version\":%u", statement,
             version);
    scene_ok(s);
    return s->answer;
}

static const struct statement *only_one(const struct scene *s)
{
    CHECK_INT(channel(s)->open->statement_count, 1);
    return channel(s)->open->statements[0];
}

TEST(what_is_sent_in_the_lobby_is_kept_for_the_live_hour)
{
    struct scene *s = in_the_lobby(978);
    char early[24];
    CHECK(strstr(say(s, GUEST, "Good morning", early), "\"stage\":\"prepared\",\"kept\":true"));
    CHECK(strstr(release(s, early, 1), "\"version\":1,\"stage\":\"prepared\",\"kept\":true"));
    CHECK_INT(channel(s)->open->statement_count, 0);
    CHECK_INT(interview_draft(channel(s)->all, slice_of(early))->said_ms, 0); // not yet
    scene_move(s, "live");
    scene_wait(s, 1000);
    CHECK_INT(channel(s)->open->statement_count, 0); // somebody says it
    CHECK(strstr(release(s, early, 1), "\"stage\":\"published\""));
    CHECK_STR(only_one(s)->origin, "prepared");
    CHECK(only_one(s)->said_ms >= channel(s)->all->started_ms);
    scene_destroy(&s);
}

TEST(what_is_sent_or_due_after_the_end_waits_for_the_editing)
{
    struct scene *s = scene_create(979, "on_approve");
    char delayed[24], late[24];
    scene_do(s, PRODUCER, "feed.delay", "\"interview\":\"%s\",\"seconds\":5", s->id);
    scene_ok(s);
    scene_move(s, "draining");
    CHECK(strstr(say(s, GUEST, "Goodbye", delayed), "\"stage\":\"delayed\""));
    scene_move(s, "ended");
    scene_wait(s, 6000);
    CHECK_INT(channel(s)->open->statement_count, 0);
    CHECK(strstr(say(s, GUEST, "One thing more", late), "\"stage\":\"prepared\",\"kept\":true"));
    CHECK_INT(channel(s)->open->statement_count, 0);
    scene_move(s, "editing");
    scene_wait(s, 1);
    CHECK_STR(only_one(s)->id, delayed); // the server publishes what is due
    transition(s, CHECKER, "published");
    scene_refused(s, "undisposed"); // and nothing kept is forgotten
    CHECK(strstr(s->answer, late));
    release(s, late, 1);
    CHECK_INT(channel(s)->open->statement_count, 2);
    CHECK_STR(channel(s)->open->statements[1]->origin, "supplement");
    transition(s, CHECKER, "published");
    scene_ok(s);
    scene_destroy(&s);
}

// ---- who was faster ----

static const char *told(const struct scene *s, const char *key)
{
    static char value[64];
    struct json *root = json_parse(slice_of(s->answer));
    struct slice found = json_get_string(json_get(json_get(root, "error"), "data"), key);
    snprintf(value, sizeof value, "%s", found.p ? found.p : "");
    json_free(root);
    return value;
}

TEST(who_comes_too_late_reads_who_changed_a_statement_and_when)
{
    struct scene *s = scene_create(983, "on_approve");
    char said[24];
    say(s, GUEST, "In May", said);
    scene_do(s, CHECKER, "statement.correct",
             "\"statement\":\"%s\",\"version\":1,\"text\":\"In June\"", said);
    scene_ok(s);
    scene_do(s, COMPERE, "statement.correct",
             "\"statement\":\"%s\",\"version\":1,\"text\":\"In July\"", said);
    scene_refused(s, "stale");
    CHECK_STR(told(s, "by"), "checker"); // and not who said it
    CHECK_STR(told(s, "statement"), said);
    CHECK(told(s, "at")[0]);
    scene_do(s, REVIEWER, "statement.retract",
             "\"statement\":\"%s\",\"version\":2,\"code\":\"mistake\"", said);
    scene_ok(s);
    scene_do(s, COMPERE, "statement.correct",
             "\"statement\":\"%s\",\"version\":2,\"text\":\"In July\"", said);
    scene_refused(s, "wrong_stage");
    CHECK_STR(told(s, "by"), "reviewer");
    CHECK(told(s, "at")[0]);
    scene_destroy(&s);
}

TEST(who_comes_too_late_reads_who_moved_an_interview_and_when)
{
    struct scene *s = scene_create(984, "on_approve");
    unsigned version = (unsigned)channel(s)->all->version;
    transition(s, PRODUCER, "suspended");
    scene_ok(s);
    scene_do(s, COMPERE, "interview.transition",
             "\"interview\":\"%s\",\"version\":%u,\"to\":\"draining\"", s->id, version);
    scene_refused(s, "stale");
    CHECK_STR(told(s, "by"), "producer");
    CHECK_STR(told(s, "stage"), "suspended");
    CHECK(told(s, "at")[0]);
    scene_do(s, MOD1, "asking.set", "\"interview\":\"%s\",\"state\":\"open\"", s->id);
    scene_refused(s, "wrong_stage");
    CHECK_STR(told(s, "by"), "producer");
    CHECK(told(s, "at")[0]);
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
