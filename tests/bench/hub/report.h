// SPDX-License-Identifier: Apache-2.0
// What was measured, kept singly; told as tables of median (least–most) and as JSON.
#ifndef TESTS_BENCH_HUB_REPORT_H
#define TESTS_BENCH_HUB_REPORT_H

#include <stdint.h>

// Where the samples that follow belong. The texts must last.
struct report_place {
    const char *section, *server;
    uint32_t viewers, bytes; // bytes of a message; 0: of no importance
    int round;
};

void report_add(const struct report_place *place, const char *metric, double value);
void report_skip(const char *server, const char *why); // told once

// A table for each section, number of viewers and size. Times on a CPU also as ratios to the bare
// server's and ours as ratios to each, of the same round.
void report_print(void);
void report_json(const char *path);

#define REPORT_CPU "CPU us"
#define REPORT_BARE "bare"
#define REPORT_OURS "fangtan"

#endif
