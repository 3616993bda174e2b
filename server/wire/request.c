// SPDX-License-Identifier: Apache-2.0
// The envelope of JSON-RPC 2.0, narrower than the specification: params are named, ids are short.
#include "server/wire/request.h"

#include <stdio.h>

#include "server/wire/gate.h"

static bool read_id(const struct json *node, struct request *ret)
{
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    struct slice text = json_string(node);
    double number = json_number(node);
    switch (json_kind(node)) {
    case JSON_NULL:
        json_w_null(&w);
        break;
    case JSON_STRING:
        if (text.n > REQUEST_METHOD)
            return false;
        json_w_string(&w, text);
        break;
    case JSON_NUMBER:
        if (!(number >= -0x1p53 && number <= 0x1p53) || number != (double)(int64_t)number)
            return false;
        json_w_int(&w, (int64_t)number);
        break;
    default:
        return false;
    }
    snprintf(ret->id, sizeof ret->id, "%s", out.p);
    buf_finish(&out);
    return true;
}

static const char *read_member(const struct json *node, struct request *ret, bool *ret_version)
{
    const char *key = json_key(node);
    if (strcmp(key, "jsonrpc") == 0) {
        *ret_version = slice_is(json_string(node), "2.0");
        return NULL;
    }
    if (strcmp(key, "method") == 0) {
        ret->method = json_string(node);
        bool good = ret->method.n > 0 && ret->method.n <= REQUEST_METHOD;
        return good ? NULL : "method is no name";
    }
    if (strcmp(key, "params") == 0) {
        ret->params = node;
        return json_kind(node) == JSON_OBJECT ? NULL : "params is no object";
    }
    if (strcmp(key, "id") == 0)
        return read_id(node, ret) ? NULL : "id is no short string or integer";
    return "unknown member";
}

int request_from_json(const struct json *node, struct request *ret, const char **ret_why)
{
    *ret = (struct request){0};
    if (json_kind(node) != JSON_OBJECT) {
        *ret_why = json_kind(node) == JSON_ARRAY ? "a batch" : "no object";
        return RPC_INVALID_REQUEST;
    }
    const char *why = NULL;
    bool version = false;
    for (const struct json *m = json_first(node); m; m = json_next(m)) {
        const char *fault = read_member(m, ret, &version);
        why = why ? why : fault; // and on, for the id
    }
    if (!why && !version)
        why = "jsonrpc is not \"2.0\"";
    if (!why && !ret->method.p)
        why = "no method";
    if (!why)
        return 0;
    ret->method = (struct slice){0};
    ret->params = NULL;
    *ret_why = why;
    return RPC_INVALID_REQUEST;
}

int request_parse(struct slice text, struct request *ret, const char **ret_why)
{
    *ret = (struct request){0};
    const char *why = wire_gate(text);
    struct json *root = why ? NULL : json_parse(text);
    if (!root) {
        *ret_why = why ? why : "not JSON";
        return RPC_PARSE_ERROR;
    }
    int code = request_from_json(root, ret, ret_why);
    if (code == 0)
        ret->root = root;
    else
        json_free(root);
    return code;
}

void request_finish(struct request *r)
{
    json_free(r->root);
    *r = (struct request){0};
}
