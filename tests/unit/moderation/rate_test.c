// SPDX-License-Identifier: Apache-2.0
#include "moderation/rate.h"

#include <string.h>

#include "tests/kit/check.h"

static const struct mod_rate RATE = {3, 1000};
static const int64_t NOW = 1800000000000;

static bool take(struct mod_bucket *bucket, int64_t now)
{
    int64_t retry = 0;
    return mod_rate_take(&RATE, bucket, now, &retry);
}

static int64_t retry(struct mod_bucket *bucket, int64_t now)
{
    int64_t ms = -1;
    struct mod_bucket before = *bucket;
    CHECK(!mod_rate_take(&RATE, bucket, now, &ms));
    CHECK(before.empty_at_ms == bucket->empty_at_ms);
    return ms;
}

TEST(a_new_bucket_is_full)
{
    struct mod_bucket b = {0};
    CHECK(take(&b, NOW) && take(&b, NOW) && take(&b, NOW));
    CHECK_INT(retry(&b, NOW), 1000);
    CHECK_INT(retry(&b, NOW + 400), 600);
    CHECK_INT(retry(&b, NOW + 999), 1);
    CHECK(take(&b, NOW + 1000));
    CHECK_INT(retry(&b, NOW + 1000), 1000);
}

TEST(a_bucket_fills_to_its_burst_and_no_further)
{
    struct mod_bucket b = {0};
    CHECK(take(&b, NOW) && take(&b, NOW) && take(&b, NOW));
    CHECK(take(&b, NOW + 60000) && take(&b, NOW + 60000) && take(&b, NOW + 60000));
    CHECK(retry(&b, NOW + 60000) > 0);
}

TEST(a_clock_put_back_locks_nobody_out_for_long)
{
    struct mod_bucket b = {0};
    CHECK(take(&b, NOW));
    int64_t then = NOW - 86400000;
    CHECK_INT(retry(&b, then), 1000);
    CHECK(take(&b, then + 1000) == false); // each refusal looks at the clock of then
    CHECK(take(&b, NOW));
}

TEST(limits_of_the_numbers)
{
    int64_t ms = 0;
    const struct mod_rate none = {0, 500}, open = {1, 0}, huge = {UINT32_MAX, UINT32_MAX};
    struct mod_bucket b = {0};
    CHECK(!mod_rate_take(&none, &b, NOW, &ms) && ms == 500);
    for (int i = 0; i < 10; i++)
        CHECK(mod_rate_take(&open, &b, NOW, &ms));
    b = (struct mod_bucket){0};
    for (int i = 0; i < 10; i++)
        CHECK(mod_rate_take(&huge, &b, NOW, &ms));
}

TEST(over_time_never_more_than_burst_and_refill)
{
    uint64_t seed = 99;
    struct mod_bucket b = {0};
    int64_t now = NOW, taken = 0;
    for (int i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        now += (int64_t)(seed >> 33) % 700;
        int64_t wait = 0;
        if (mod_rate_take(&RATE, &b, now, &wait)) {
            taken++;
        } else {
            struct mod_bucket later = b, sooner = b;
            CHECK(wait > 0 && wait <= 1000);
            CHECK(take(&later, now + wait));
            CHECK(!take(&sooner, now + wait - 1));
        }
        CHECK(taken <= 3 + (now - NOW) / 1000);
    }
    CHECK(taken > (now - NOW) / 1000 * 9 / 10);
}

int main(void)
{
    return check_run();
}
