// SPDX-License-Identifier: Apache-2.0
// Instants as milliseconds since the Unix epoch, and their one written form.
#ifndef SERVER_BASE_TIME_H
#define SERVER_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/slice.h"

enum { TIME_TEXT = 25 }; // "2026-11-24T07:04:05.123Z" and NUL

void time_write(int64_t ms, char ret[TIME_TEXT]);

// RFC 3339 with Z or an offset, seconds and fraction optional ("2026-11-24T15:00+08:00" too).
bool time_parse(struct slice text, int64_t *ret_ms);

#endif
