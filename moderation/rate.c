// SPDX-License-Identifier: Apache-2.0
// A token bucket kept as one instant, at which it would be full again (the generic cell rate
// algorithm): each token taken moves it one interval on. When it lies the whole burst ahead of
// now, the bucket is empty.
#include "moderation/rate.h"

static int64_t span(uint32_t tokens, const struct mod_rate *rate)
{
    uint64_t ms = (uint64_t)tokens * rate->interval_ms;
    return ms > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)ms;
}

bool mod_rate_take(const struct mod_rate *rate, struct mod_bucket *bucket, int64_t now_ms,
                   int64_t *ret_retry_ms)
{
    if (rate->burst == 0) {
        *ret_retry_ms = rate->interval_ms;
        return false;
    }
    int64_t full_at = bucket->empty_at_ms > now_ms ? bucket->empty_at_ms : now_ms;
    int64_t most = now_ms + span(rate->burst, rate);
    if (full_at > most)
        full_at = most; // the clock was put back, or the rate made kinder
    int64_t last = now_ms + span(rate->burst - 1, rate); // with one token left
    if (full_at > last) {
        *ret_retry_ms = full_at - last;
        return false;
    }
    bucket->empty_at_ms = full_at + rate->interval_ms;
    return true;
}
