// SPDX-License-Identifier: Apache-2.0
// All viewers at once: arriving, and coming back as the web client does, from a crash in the middle
// of publishing and from an orderly end.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/bench/hub/crowd.h"
#include "tests/bench/hub/fangtan.h"
#include "tests/bench/hub/measure.h"
#include "tests/bench/hub/publish.h"
#include "tests/bench/hub/report.h"

enum {
    COME_SECONDS = 120,
    RETURN_SECONDS = 120,
    STATEMENTS = 50, // in the record when the viewers come
    SETTLE_MS = 500,
    SMALL_CROWD = 2000, // whose window is the least there is
    HEAD_SECONDS = 30,
};

static void arrive(struct crowd *c, struct report_place place)
{
    pid_t pid = c->server->pid;
    uint64_t rss = process_rss(pid), cpu = process_cpu_ns(pid), began = now_ns();
    crowd_come(c, c->count, COME_SECONDS);
    double seconds = (double)(now_ns() - began) / 1e9;
    cpu = process_cpu_ns(pid) - cpu;
    publish_pause(c, SETTLE_MS);
    place.section = "arriving, all at once";
    report_add(&place, REPORT_CPU, (double)cpu / 1e3 / c->count);
    report_add(&place, "viewers/s", c->count / seconds);
    report_add(&place, "upgraded p99 ms", histogram_ms(&c->upgraded, 0.99));
    report_add(&place, "upgraded max ms", histogram_ms(&c->upgraded, 1));
    report_add(&place, "watching p99 ms", histogram_ms(&c->greeted, 0.99));
    report_add(&place, "watching max ms", histogram_ms(&c->greeted, 1));
    report_add(&place, "RSS KB a viewer",
               ((double)process_rss(pid) - (double)rss) / 1024 / c->count);
}

// The share of the viewers who have been back since, in milliseconds.
struct back {
    double most_of_them, all; // 99 %, 100 %
};

static struct back await_all(struct crowd *c, uint64_t began)
{
    struct back back = {0};
    uint64_t end = began + RETURN_SECONDS * 1000000000ull;
    while (c->losses < c->count || c->ready < c->count) {
        if (now_ns() > end)
            give_up("only %u of %u viewers came back", c->ready, c->count);
        crowd_turn(c, end);
        if (!back.most_of_them && c->ready >= c->count - c->count / 100)
            back.most_of_them = (double)(now_ns() - began) / 1e6;
    }
    back.all = (double)(now_ns() - began) / 1e6;
    return back;
}

// What was published meanwhile, everybody has got now: they all stand at the same place, and the
// next statements reach them all.
static void check_nothing_lost(struct crowd *c)
{
    fangtan_sign_in(c->server);
    crowd_publishers(c);
    crowd_forget_messages(c);
    struct publish_pace one = {.in_flight = 1, .seconds = 0.1};
    publish_run(c, &one);
    for (uint32_t i = 1; i < c->count; i++)
        if (c->lines[i].at_n != c->lines[0].at_n)
            c->gaps++;
}

static void report_return(struct crowd *c, const struct report_place *place, struct back back,
                          double window_ms, double first_ms)
{
    report_add(place, "announced window ms", window_ms);
    report_add(place, "first back ms", first_ms);
    report_add(place, "99 % back ms", back.most_of_them);
    report_add(place, "all back ms", back.all);
    report_add(place, "attempts a viewer", (double)c->attempts / c->count);
    report_add(place, "upgraded max ms", histogram_ms(&c->upgraded, 1));
    report_add(place, "live", c->modes[CROWD_LIVE]);
    report_add(place, "tail", c->modes[CROWD_TAIL]);
    report_add(place, "snapshot", c->modes[CROWD_SNAPSHOT]);
    check_nothing_lost(c);
    report_add(place, "missed", (double)c->gaps);
    report_add(place, "repeated", (double)c->repeats);
    report_add(place, "different", (double)c->differences);
}

static void forget_figures(struct crowd *c)
{
    c->attempts = c->losses = 0;
    memset(c->modes, 0, sizeof c->modes);
    memset(&c->upgraded, 0, sizeof c->upgraded);
    memset(&c->greeted, 0, sizeof c->greeted);
}

// The latest that a viewer may try first, by what the server told him.
static double window_of(const struct crowd *c)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        uint64_t ms = c->lines[i].floor_ms + c->lines[i].window_ms;
        most = ms > most ? ms : most;
    }
    return (double)most;
}

// Until the first viewer is back; how long that took since.
static double await_first(struct crowd *c, uint64_t began)
{
    while (!c->greeted.count) {
        if (!process_lives(c->server->pid))
            give_up("fangtan serve did not start again");
        if (now_ns() - began > RETURN_SECONDS * 1000000000ull)
            give_up("nobody came back");
        crowd_turn(c, now_ns() + 10000000);
    }
    return (double)(now_ns() - began) / 1e6;
}

// Who came early was told of a small crowd; each head says how many there are now.
static void await_head(struct crowd *c)
{
    if (c->count <= SMALL_CROWD)
        return;
    uint64_t told = c->lines[0].window_ms, end = now_ns() + HEAD_SECONDS * 1000000000ull;
    while (c->lines[0].window_ms == told && now_ns() < end)
        crowd_turn(c, end);
}

// kill -9 while 16 statements are in flight, so that the viewers stand at different places.
static void crash(struct crowd *c, struct report_place place)
{
    struct publish_pace many = {.in_flight = 16, .seconds = 0.3};
    await_head(c);
    publish_run(c, &many);
    for (int i = 0; i < 16; i++)
        crowd_publish(c);
    for (uint64_t before = c->deliveries; c->deliveries == before;)
        crowd_turn(c, now_ns() + 1000000);
    double window = window_of(c);
    forget_figures(c);
    c->returns = true;
    uint64_t began = now_ns();
    process_end(c->server->pid, SIGKILL);
    fangtan_restart(c->server);
    double first = await_first(c, began);
    struct back back = await_all(c, began);
    c->returns = false;
    place.section = "coming back after kill -9";
    report_return(c, &place, back, window, first);
}

static void drain(struct crowd *c, struct report_place place)
{
    pid_t pid = c->server->pid;
    await_head(c);
    forget_figures(c);
    c->returns = true;
    uint64_t began = now_ns();
    kill(pid, SIGTERM);
    while (process_lives(pid) && now_ns() - began < 15000000000ull)
        crowd_turn(c, now_ns() + 2000000);
    double drained = process_lives(pid) ? 15000 : (double)(now_ns() - began) / 1e6;
    double window = window_of(c);
    process_end(pid, SIGKILL);
    fangtan_restart(c->server);
    double first = await_first(c, began);
    struct back back = await_all(c, began);
    c->returns = false;
    place.section = "coming back after SIGTERM";
    report_add(&place, "drained ms", drained);
    report_return(c, &place, back, window, first);
}

void measure_storms(const struct measure *m)
{
    struct server s;
    if (!server_start(&s, &peer_fangtan, m->viewers, m->text, m->payload))
        give_up("fangtan: %s", s.why);
    struct crowd *none = crowd_create(&s, 0, false);
    crowd_publishers(none);
    for (int i = 0; i < STATEMENTS; i++)
        crowd_publish(none);
    publish_pause(none, SETTLE_MS);
    crowd_destroy(&none);

    struct crowd *c = crowd_create(&s, m->viewers, false);
    struct report_place place = {.server = REPORT_OURS, .viewers = m->viewers, .round = m->round};
    c->message_count = STATEMENTS;
    arrive(c, place);
    crowd_publishers(c);
    crash(c, place);
    drain(c, place);
    crowd_destroy(&c);
    server_stop(&s);
}
