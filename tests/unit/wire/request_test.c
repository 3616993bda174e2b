// SPDX-License-Identifier: Apache-2.0
// Envelopes, and answers to them.
#include "server/wire/request.h"

#include <stdio.h>

#include "server/wire/gate.h"
#include "tests/kit/check.h"

TEST(a_request_has_a_method_an_id_and_params)
{
    struct request r;
    const char *why = NULL;
    CHECK_INT(request_parse(slice_of("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"1\",\"method\":\"hello\","
                                     "\"params\":{\"x\":1}}"),
                            &r, &why),
              0);
    CHECK(slice_is(r.method, "hello"));
    CHECK_STR(r.id, "\"a\\\"1\"");
    CHECK_INT(json_get_int(r.params, "x"), 1);
    request_finish(&r);
    CHECK(!r.root && !r.params);
    request_finish(&r);
}

static void check_id(const char *id, const char *want)
{
    char text[1024];
    snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"method\":\"m\"%s%s}",
             id[0] ? ",\"id\":" : "", id);
    struct request r;
    const char *why = NULL;
    if (request_parse(slice_of(text), &r, &why) != 0)
        check_fail(__FILE__, __LINE__, "refused (%s): %s", why, text);
    CHECK_STR(r.id, want);
    CHECK(!r.params);
    request_finish(&r);
}

TEST(ids_are_given_back_as_json)
{
    check_id("", "");
    check_id("null", "null");
    check_id("0", "0");
    check_id("-7", "-7");
    check_id("9007199254740992", "9007199254740992");
    check_id("1e3", "1000");
    check_id("\"\"", "\"\"");
    check_id("\"\\u4e2d<\"", "\"中\\u003c\"");
    // The longest: every byte becomes six.
    char id[80], want[400] = "\"";
    memset(id, '&', sizeof id);
    id[0] = id[65] = '"';
    id[66] = '\0';
    for (int i = 0; i < 64; i++)
        strcat(want, "\\u0026");
    strcat(want, "\"");
    check_id(id, want);
}

static void refuses(const char *text, int want_code, const char *want_why, const char *want_id)
{
    struct request r;
    const char *why = NULL;
    int code = request_parse(slice_of(text), &r, &why);
    if (code != want_code || strcmp(why, want_why) != 0)
        check_fail(__FILE__, __LINE__, "%d %s: %s", code, why ? why : "", text);
    CHECK_STR(r.id, want_id);
    CHECK(!r.root && !r.params && !r.method.p);
}

#define HEAD "{\"jsonrpc\":\"2.0\","

TEST(what_is_no_request_is_refused_with_its_id_where_there_is_one)
{
    refuses("{", RPC_PARSE_ERROR, "not JSON", "");
    refuses("{\"a\":1,\"a\":1}", RPC_PARSE_ERROR, "key twice", "");
    refuses("7", RPC_INVALID_REQUEST, "no object", "");
    refuses("[]", RPC_INVALID_REQUEST, "a batch", "");
    refuses("[" HEAD "\"method\":\"m\"}]", RPC_INVALID_REQUEST, "a batch", "");
    refuses("{\"method\":\"m\",\"id\":1}", RPC_INVALID_REQUEST, "jsonrpc is not \"2.0\"", "1");
    refuses("{\"jsonrpc\":2.0,\"method\":\"m\",\"id\":1}", RPC_INVALID_REQUEST,
            "jsonrpc is not \"2.0\"", "1");
    refuses("{\"jsonrpc\":\"1.0\",\"method\":\"m\"}", RPC_INVALID_REQUEST, "jsonrpc is not \"2.0\"",
            "");
    refuses(HEAD "\"id\":null}", RPC_INVALID_REQUEST, "no method", "null");
    refuses(HEAD "\"method\":1,\"id\":2}", RPC_INVALID_REQUEST, "method is no name", "2");
    refuses(HEAD "\"method\":\"\"}", RPC_INVALID_REQUEST, "method is no name", "");
    refuses(HEAD
            "\"method\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
            RPC_INVALID_REQUEST, "method is no name", "");
    refuses(HEAD "\"method\":\"m\",\"params\":[]}", RPC_INVALID_REQUEST, "params is no object", "");
    refuses(HEAD "\"method\":\"m\",\"params\":null}", RPC_INVALID_REQUEST, "params is no object",
            "");
    refuses(HEAD "\"method\":\"m\",\"x\":1,\"id\":\"k\"}", RPC_INVALID_REQUEST, "unknown member",
            "\"k\"");
    const char *bad_id = "id is no short string or integer";
    refuses(HEAD "\"method\":\"m\",\"id\":1.5}", RPC_INVALID_REQUEST, bad_id, "");
    refuses(HEAD "\"method\":\"m\",\"id\":1e300}", RPC_INVALID_REQUEST, bad_id, "");
    refuses(HEAD "\"method\":\"m\",\"id\":true}", RPC_INVALID_REQUEST, bad_id, "");
    refuses(HEAD "\"method\":\"m\",\"id\":{}}", RPC_INVALID_REQUEST, bad_id, "");
    refuses(HEAD "\"method\":\"m\",\"id\":"
                 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
            RPC_INVALID_REQUEST, bad_id, "");
}

TEST(a_batch_is_checked_element_by_element)
{
    const char *text = "[" HEAD "\"method\":\"a\",\"id\":1},7," HEAD "\"method\":\"b\"}]";
    CHECK(!wire_gate(slice_of(text)));
    struct json *root = json_parse(slice_of(text));
    const struct json *item = json_first(root);
    struct request r;
    const char *why = NULL;
    CHECK_INT(request_from_json(item, &r, &why), 0);
    CHECK(slice_is(r.method, "a") && !r.root);
    CHECK_STR(r.id, "1");
    request_finish(&r);
    item = json_next(item);
    CHECK_INT(request_from_json(item, &r, &why), RPC_INVALID_REQUEST);
    item = json_next(item);
    CHECK_INT(request_from_json(item, &r, &why), 0);
    CHECK(slice_is(r.method, "b"));
    CHECK_STR(r.id, "");
    json_free(root);
}

TEST(answers_carry_the_id_and_are_json)
{
    struct buf out = {0};
    answer_result(&out, slice_of("\"a\""), slice_of("{\"x\":[1]}"));
    CHECK_STR(out.p, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"x\":[1]}}");
    buf_clear(&out);
    answer_result(&out, slice_of(""), slice_of("{}"));
    CHECK_STR(out.p, "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}");
    buf_clear(&out);
    answer_error(&out, slice_of("3"), RPC_REFUSED, "Too \"long\"", "too_long",
                 slice_of("\"limit\":1000"));
    CHECK_STR(out.p, "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32000,\"message\":"
                     "\"Too \\\"long\\\"\",\"data\":{\"reason\":\"too_long\",\"limit\":1000}}}");
    CHECK(!wire_gate(buf_slice(&out)));
    buf_clear(&out);
    answer_error(&out, (struct slice){0}, RPC_PARSE_ERROR, "No", NULL, (struct slice){0});
    CHECK_STR(out.p, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":"
                     "\"No\"}}");
    buf_clear(&out);
    answer_error(&out, slice_of("1"), RPC_REFUSED, "No", "stale", (struct slice){0});
    CHECK_STR(out.p, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"No\","
                     "\"data\":{\"reason\":\"stale\"}}}");
    buf_finish(&out);
}

int main(void)
{
    return check_run();
}
