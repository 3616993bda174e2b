// SPDX-License-Identifier: Apache-2.0
// fangtan log [INTERVIEW]: who did what, as JSON Lines in the order of the record, for auditors and
// spreadsheets. It holds what staff see; keep it as the data folder is kept.
#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/cmd/cmd.h"
#include "server/cmd/offline.h"

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    bool *failed = ctx;
    struct buf line = {0};
    struct json_writer w = {.out = &line};
    json_w_open(&w, '{');
    json_w_member_slice(&w, "interview", interview);
    json_w_member_int(&w, "n", (int64_t)event->seq);
    json_w_member_time(&w, "at", event->at_ms);
    json_w_member_slice(&w, "by", event->actor);
    json_w_member_slice(&w, "type", event->type);
    json_w_member_bool(&w, "public", event->pub != 0);
    json_w_member(&w, "hash", event->hash);
    json_w_key(&w, "body");
    json_w_raw(&w, event->body);
    json_w_close(&w, '}');
    buf_char(&line, '\n');
    *failed = *failed || fwrite(line.p, 1, line.n, stdout) != line.n;
    buf_finish(&line);
}

int cmd_log(struct config *config, int argc, char **argv)
{
    const char *interview;
    int r = cmd_interview(config, argc, argv, &interview);
    if (r)
        return r;
    bool failed = false;
    size_t count = 0;
    r = offline_read(config, &(struct offline){interview, &failed, NULL, on_event}, &count);
    if (!r && interview && count == 0)
        r = cmd_fault(interview, "there is no interview of this id", 1);
    if (!r && (failed || fflush(stdout) != 0))
        r = cmd_fault("standard output", "cannot be written", 1);
    return r;
}
