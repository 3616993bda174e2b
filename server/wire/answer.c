// SPDX-License-Identifier: Apache-2.0
// Answers to requests.
#include "server/wire/request.h"

static void open_answer(struct json_writer *w, struct slice id)
{
    json_w_open(w, '{');
    json_w_member(w, "jsonrpc", "2.0");
    json_w_key(w, "id");
    json_w_raw(w, id.n ? id : slice_of("null"));
}

void answer_result(struct buf *out, struct slice id, struct slice result)
{
    struct json_writer w = {.out = out};
    open_answer(&w, id);
    json_w_key(&w, "result");
    json_w_raw(&w, result);
    json_w_close(&w, '}');
}

void answer_result_open(struct buf *out, struct slice id, struct slice open)
{
    struct json_writer w = {.out = out};
    open_answer(&w, id);
    json_w_key(&w, "result");
    json_w_raw(&w, open);
}

void answer_error(struct buf *out, struct slice id, int code, const char *message,
                  const char *reason, struct slice extra)
{
    struct json_writer w = {.out = out};
    open_answer(&w, id);
    json_w_key(&w, "error");
    json_w_open(&w, '{');
    json_w_member_int(&w, "code", code);
    json_w_member(&w, "message", message ? message : "");
    if (reason) {
        json_w_key(&w, "data");
        json_w_open(&w, '{');
        json_w_member(&w, "reason", reason);
        if (extra.n)
            json_w_raw(&w, extra);
        json_w_close(&w, '}');
    }
    json_w_close(&w, '}');
    json_w_close(&w, '}');
}
