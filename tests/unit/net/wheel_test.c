// SPDX-License-Identifier: Apache-2.0
// The timer wheel against what it promises.
#include "server/net/wheel.h"

#include <stdlib.h>

#include "tests/kit/check.h"

enum { COUNT = 500 };

struct alarm {
    struct wheel_entry entry;
    uint64_t set_at, ms;
    unsigned fired;
};

static uv_loop_t loop;
static struct wheel wheel;
static unsigned left;
static struct alarm alarms[COUNT];

static void on_fire(struct wheel_entry *entry)
{
    struct alarm *a = (struct alarm *)entry;
    CHECK(!entry->next);
    CHECK(uv_now(&loop) - a->set_at >= a->ms);
    a->fired++;
    if (--left == 0)
        wheel_stop(&wheel, NULL);
}

static void set(struct alarm *a, uint64_t ms)
{
    a->set_at = uv_now(&loop);
    a->ms = ms;
    wheel_set(&wheel, &a->entry, ms, on_fire);
}

static void begin(void)
{
    uv_loop_init(&loop);
    CHECK(wheel_start(&wheel, &loop, 1) == 0);
}

static void end(void)
{
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK_INT(uv_loop_close(&loop), 0);
}

TEST(all_fire_once_and_none_early)
{
    begin();
    srand(7);
    for (size_t i = 0; i < COUNT; i++) // several rounds of the wheel
        set(&alarms[i], (uint64_t)rand() % 300);
    left = COUNT;
    for (size_t i = 0; i < COUNT; i += 5) {
        wheel_clear(&alarms[i].entry);
        wheel_clear(&alarms[i].entry); // a cleared one may be cleared
        left--;
    }
    for (size_t i = 1; i < COUNT; i += 5)
        set(&alarms[i], (uint64_t)rand() % 300); // replaces
    end();
    for (size_t i = 0; i < COUNT; i++)
        CHECK_INT(alarms[i].fired, i % 5 != 0);
}

static void on_chain(struct wheel_entry *entry)
{
    struct alarm *a = (struct alarm *)entry;
    wheel_clear(&alarms[1].entry); // due in the same tick, never fires
    if (++a->fired < 100)
        wheel_set(&wheel, entry, a->fired % 3 ? 0 : 64, on_chain); // same bucket, too
    else
        wheel_stop(&wheel, NULL);
}

TEST(firing_may_set_and_clear)
{
    begin();
    wheel_set(&wheel, &alarms[0].entry, 5, on_chain);
    wheel_set(&wheel, &alarms[1].entry, 5, on_fire);
    end();
    CHECK_INT(alarms[0].fired, 100);
    CHECK_INT(alarms[1].fired, 0);
}

int main(void)
{
    return check_run();
}
