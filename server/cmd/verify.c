// SPDX-License-Identifier: Apache-2.0
// fangtan verify [INTERVIEW]: numbers, hash chains, and that every event can be read. Tells the
// first fault of each interview.
#include <inttypes.h>
#include <stdio.h>

#include "server/cmd/cmd.h"
#include "server/cmd/offline.h"
#include "server/interview/fold.h"
#include "storage/verify.h"

struct verifying {
    struct verifier verifier;
    struct interview *all, *open;
    bool faulty;     // the interview being read
    bool any_faulty; // one of all
};

static void finish(struct verifying *v)
{
    interview_destroy(&v->all);
    interview_destroy(&v->open);
}

static void on_interview(void *ctx, struct slice interview)
{
    struct verifying *v = ctx;
    finish(v);
    v->faulty = false;
    verifier_init(&v->verifier);
    v->all = interview_create(interview, false);
    v->open = interview_create(interview, true);
}

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    struct verifying *v = ctx;
    if (v->faulty)
        return;
    enum verify_fault fault = verifier_feed(&v->verifier, event);
    bool readable = fault == VERIFY_OK && fold(v->all, event) == 0 &&
                    (!event->pub || fold(v->open, event) == 0);
    if (readable)
        return;
    v->faulty = v->any_faulty = true;
    printf("interview %.*s: event %" PRIu64 ": %s\n", (int)interview.n, interview.p, event->seq,
           fault == VERIFY_OK ? "it cannot be read" : verify_words(fault));
}

int cmd_verify(struct config *config, int argc, char **argv)
{
    const char *interview;
    int r = cmd_interview(config, argc, argv, &interview);
    if (r)
        return r;
    struct verifying v = {0};
    size_t count = 0;
    r = offline_read(config, &(struct offline){interview, &v, on_interview, on_event}, &count);
    finish(&v);
    if (!r && interview && count == 0)
        r = cmd_fault(interview, "there is no interview of this id", 1);
    if (!r && !v.any_faulty)
        puts("ok");
    return r ? r : v.any_faulty;
}
