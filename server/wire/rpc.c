// SPDX-License-Identifier: Apache-2.0
// Messages that are begun here: requests that a form stands for, and notifications.
#include "server/wire/request.h"

static struct json_writer open_envelope(struct buf *out, const char *method, int id)
{
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member(&w, "jsonrpc", "2.0");
    if (id)
        json_w_member_int(&w, "id", id);
    json_w_member(&w, "method", method);
    json_w_key(&w, "params");
    return w;
}

struct json_writer rpc_open(struct buf *out, const char *method, int id)
{
    struct json_writer w = open_envelope(out, method, id);
    json_w_open(&w, '{');
    return w;
}

void rpc_notification(struct buf *out, const char *method, struct slice params)
{
    struct json_writer w = open_envelope(out, method, 0);
    json_w_raw(&w, params);
    json_w_close(&w, '}');
}

void rpc_close(struct json_writer *w)
{
    json_w_close(w, '}');
    json_w_close(w, '}');
}
