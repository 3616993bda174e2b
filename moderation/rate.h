// SPDX-License-Identifier: Apache-2.0
// Token-bucket arithmetic; the caller passes the time and keeps the bucket.
#ifndef MODERATION_RATE_H
#define MODERATION_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct mod_rate {
    uint32_t burst;       // tokens when full
    uint32_t interval_ms; // one token back every so often
};

struct mod_bucket {      // all zero = full
    int64_t empty_at_ms; // virtual time; see rate.c
};

// Takes one token. On false nothing is taken and *ret_retry_ms tells when one will be there.
bool mod_rate_take(const struct mod_rate *rate, struct mod_bucket *bucket, int64_t now_ms,
                   int64_t *ret_retry_ms);

#endif
