// SPDX-License-Identifier: Apache-2.0
// fangtan serve as those see it who run it: its data and its program, the administrator's sign-in,
// and an interview led to where it is live, all through the public API.
#ifndef TESTS_BENCH_HUB_PORTAL_H
#define TESTS_BENCH_HUB_PORTAL_H

#include "tests/bench/hub/process.h"

struct json;
struct raw;

enum { PORTAL_TICKET = 200 };

struct portal {
    int port;
    char data[PATH_TEXT], log[PATH_TEXT];
    char interview[64]; // the one that is live
    char cookie[600], csrf[200];
};

extern const char *portal_program; // what is measured; set once, before anything else

// A data folder within dir, and a port.
void portal_prepare(struct portal *p, const char *dir);
pid_t portal_start(const struct portal *p); // does not wait; again on the same data is fine
void portal_sign_in(struct portal *p);      // after each start
// Plans an interview, announces and starts it, opens asking.
void portal_open_interview(struct portal *p);
// For one line of the stenographer, who is the administrator, too.
void portal_ticket(const struct portal *p, char ret[PORTAL_TICKET]);

// One call on a WebSocket; its answer, which has a result. To be freed with json_free.
struct json *portal_call(struct raw *r, const char *text);

#endif
