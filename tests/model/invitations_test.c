// SPDX-License-Identifier: Apache-2.0
// One-time links: who may make, use and end them, until when; and what two do at the same moment.
#include <stdio.h>
#include <stdlib.h>

#include "server/app/inside.h"
#include "server/base/time.h"
#include "tests/kit/check.h"
#include "tests/model/scene.h"

enum { RACES = 500, HOUR_MS = 60 * 60 * 1000 };

struct link {
    char id[24], token[80];
};

static void invite(struct scene *s, const char *user, struct link *ret)
{
    scene_do(s, ADMIN, "invitation.issue", "\"interview\":\"%s\",\"user\":\"%s\"", s->id, user);
    scene_ok(s);
    answer_member(slice_of(s->answer), "invitation", ret->id, sizeof ret->id);
    answer_member(slice_of(s->answer), "token", ret->token, sizeof ret->token);
}

static void enter(struct scene *s, int who, const struct link *link)
{
    scene_do(s, who, "invitation.accept", "\"interview\":\"%s\",\"token\":\"%s\"", s->id,
             link->token);
}

static void revoke(struct scene *s, int who, const struct link *link)
{
    scene_do(s, who, "invitation.revoke", "\"interview\":\"%s\",\"invitation\":\"%s\"", s->id,
             link->id);
}

static const struct invitation *found(const struct scene *s, const struct link *link)
{
    struct app_invitation ret;
    CHECK(app_invitation(s->world->app, slice_of(link->id), &ret));
    CHECK_STR(ret.interview->id, s->id);
    return ret.invitation;
}

static void refused_as(struct scene *s, const char *stage)
{
    char member[40];
    scene_refused(s, "wrong_stage");
    snprintf(member, sizeof member, "\"stage\":\"%s\"", stage);
    if (!strstr(s->answer, member))
        check_fail(__FILE__, __LINE__, "not %s: %s", stage, s->answer);
}

TEST(a_link_is_used_once)
{
    struct scene *s = scene_create(1, "on_approve");
    struct link link;
    invite(s, "guest", &link);
    CHECK_INT(found(s, &link)->stage, INVITATION_OPEN);
    CHECK(!app_invitation_stands(s->world->app, slice_of(link.id)));
    enter(s, GUEST, &link);
    scene_ok(s);
    CHECK(app_invitation_stands(s->world->app, slice_of(link.id)));
    enter(s, GUEST, &link);
    refused_as(s, "used");
    world_restart(s->world);
    CHECK(app_invitation_stands(s->world->app, slice_of(link.id)));
    enter(s, GUEST, &link);
    refused_as(s, "used");
    scene_destroy(&s);
}

TEST(a_link_is_for_whom_it_names)
{
    struct scene *s = scene_create(2, "on_approve");
    struct link link, other;
    invite(s, "guest", &link);
    invite(s, "compere", &other);
    enter(s, MOD1, &link);
    scene_refused(s, "not_found");
    enter(s, ADMIN, &link); // is on no roster here
    scene_refused(s, "not_authorized");
    snprintf(link.token, sizeof link.token, "%s", link.id);
    enter(s, GUEST, &link); // the id alone opens nothing
    scene_refused(s, "not_found");
    enter(s, GUEST, &other);
    scene_refused(s, "not_found");
    CHECK_INT(found(s, &link)->stage, INVITATION_OPEN);
    scene_destroy(&s);
}

TEST(only_people_on_the_roster_are_invited_and_by_the_administrator)
{
    struct scene *s = scene_create(3, "on_approve");
    struct link link;
    scene_do(s, ADMIN, "invitation.issue", "\"interview\":\"%s\",\"user\":\"nobody\"", s->id);
    scene_refused(s, "bad_params");
    for (int who = 0; who < ADMIN; who++) {
        scene_do(s, who, "invitation.issue", "\"interview\":\"%s\",\"user\":\"guest\"", s->id);
        scene_refused(s, "not_authorized");
    }
    invite(s, "guest", &link);
    revoke(s, GUEST, &link);
    scene_refused(s, "not_authorized");
    CHECK_INT(found(s, &link)->stage, INVITATION_OPEN);
    scene_destroy(&s);
}

TEST(a_link_ends_when_its_time_is_over)
{
    struct scene *s = scene_create(4, "on_approve");
    struct link link;
    char until[TIME_TEXT];
    time_write(s->world->now_ms + HOUR_MS, until);
    scene_do(s, ADMIN, "invitation.issue",
             "\"interview\":\"%s\",\"user\":\"guest\",\"until\":\"%s\"", s->id, until);
    scene_ok(s);
    answer_member(slice_of(s->answer), "token", link.token, sizeof link.token);
    scene_wait(s, HOUR_MS);
    enter(s, GUEST, &link);
    refused_as(s, "expired");
    time_write(s->world->now_ms, until);
    scene_do(s, ADMIN, "invitation.issue",
             "\"interview\":\"%s\",\"user\":\"guest\",\"until\":\"%s\"", s->id, until);
    scene_refused(s, "bad_params");
    time_write(s->world->now_ms + 31LL * 24 * HOUR_MS, until);
    scene_do(s, ADMIN, "invitation.issue",
             "\"interview\":\"%s\",\"user\":\"guest\",\"until\":\"%s\"", s->id, until);
    scene_refused(s, "bad_params");
    scene_destroy(&s);
}

TEST(a_newer_link_revokes_the_older_and_an_administrator_any)
{
    struct scene *s = scene_create(5, "on_approve");
    struct link old, link;
    invite(s, "guest", &old);
    invite(s, "guest", &link);
    enter(s, GUEST, &old);
    refused_as(s, "revoked");
    revoke(s, ADMIN, &link);
    scene_ok(s);
    enter(s, GUEST, &link);
    refused_as(s, "revoked");
    size_t events = scene_events(s);
    revoke(s, ADMIN, &link); // nothing is left to do
    scene_ok(s);
    CHECK_INT(scene_events(s), events);
    invite(s, "guest", &link);
    enter(s, GUEST, &link);
    scene_ok(s);
    revoke(s, ADMIN, &link);
    scene_ok(s);
    CHECK(!app_invitation_stands(s->world->app, slice_of(link.id)));
    scene_destroy(&s);
}

TEST(who_has_lost_his_duty_does_not_enter)
{
    struct scene *s = scene_create(6, "on_approve");
    struct link link;
    invite(s, "guest", &link);
    uint64_t version = channel_find(s->world->app, slice_of(s->id))->all->version;
    scene_do(s, ADMIN, "interview.update",
             "\"interview\":\"%s\",\"version\":%llu,\"set\":{\"roster\":"
             "[{\"user\":\"compere\",\"duty\":\"compere\"}]}",
             s->id, (unsigned long long)version);
    scene_ok(s);
    enter(s, GUEST, &link);
    scene_refused(s, "not_authorized");
    CHECK_INT(found(s, &link)->stage, INVITATION_OPEN);
    scene_destroy(&s);
}

// ---- at the same moment ----

struct runner {
    char answer[600];
    bool answered;
};

static void on_answer(void *ctx, struct slice json)
{
    struct runner *r = ctx;
    CHECK(!r->answered);
    r->answered = true;
    snprintf(r->answer, sizeof r->answer, "%.*s", (int)json.n, json.p);
}

static void submit(struct scene *s, int who, struct runner *r, const char *method,
                   const char *params)
{
    char text[700];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"r%u\","
             "\"interview\":\"%s\",%s}}",
             method, ++s->commands, s->id, params);
    *r = (struct runner){0};
    world_call(s->world, who, text, NULL, on_answer, r);
}

static bool won(const struct runner *r)
{
    char line[MODEL_LINE];
    CHECK(r->answered);
    answer_line(slice_of(r->answer), line);
    return strncmp(line, "ok", 2) == 0;
}

TEST(of_two_browsers_with_one_link_exactly_one_enters)
{
    struct scene *s = scene_create(7, "on_approve");
    for (int i = 0; i < RACES; i++) {
        struct link link;
        struct runner one, two;
        char params[120];
        invite(s, "guest", &link);
        snprintf(params, sizeof params, "\"token\":\"%s\"", link.token);
        submit(s, GUEST, &one, "invitation.accept", params);
        submit(s, GUEST, &two, "invitation.accept", params);
        world_settle(s->world);
        if (won(&one) == won(&two))
            check_fail(__FILE__, __LINE__, "%s\n%s", one.answer, two.answer);
        CHECK_INT(found(s, &link)->stage, INVITATION_USED);
        CHECK_INT(found(s, &link)->steps, 2);
    }
    scene_destroy(&s);
}

// Entering against a newer link, and against its end: whatever comes first, the record can be read,
// and nobody is in by a link that was revoked.
TEST(entering_races_the_newer_link_and_the_revocation)
{
    struct scene *s = scene_create(8, "on_approve");
    for (int i = 0; i < RACES; i++) {
        struct link link;
        struct runner entering, ending;
        char token[120], other[120];
        bool is_newer = i & 1;
        invite(s, "guest", &link);
        snprintf(token, sizeof token, "\"token\":\"%s\"", link.token);
        if (is_newer)
            snprintf(other, sizeof other, "\"user\":\"guest\"");
        else
            snprintf(other, sizeof other, "\"invitation\":\"%s\"", link.id);
        const char *method = is_newer ? "invitation.issue" : "invitation.revoke";
        if (i & 2)
            submit(s, GUEST, &entering, "invitation.accept", token);
        submit(s, ADMIN, &ending, method, other);
        if (!(i & 2))
            submit(s, GUEST, &entering, "invitation.accept", token);
        world_settle(s->world);
        CHECK(won(&ending));
        enum invitation_stage stage = found(s, &link)->stage;
        CHECK_INT(stage, is_newer && won(&entering) ? INVITATION_USED : INVITATION_REVOKED);
    }
    world_restart(s->world);
    scene_destroy(&s);
}

int main(void)
{
    return check_run();
}
