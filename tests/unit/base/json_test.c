// SPDX-License-Identifier: Apache-2.0
// Writing JSON, and reading it back.
#include "server/base/json.h"

#include <stdlib.h>

#include "server/base/utf8.h"
#include "tests/kit/check.h"

static struct buf out;

static struct json_writer fresh(void)
{
    buf_finish(&out);
    return (struct json_writer){.out = &out};
}

TEST(commas_stand_between_and_nowhere_else)
{
    struct json_writer w = fresh();
    json_w_open(&w, '{');
    json_w_key(&w, "empty");
    json_w_open(&w, '{');
    json_w_close(&w, '}');
    json_w_key(&w, "list");
    json_w_open(&w, '[');
    json_w_open(&w, '[');
    json_w_close(&w, ']');
    json_w_int(&w, -9007199254740992);
    json_w_bool(&w, true);
    json_w_bool(&w, false);
    json_w_null(&w);
    json_w_string(&w, (struct slice){0});
    json_w_raw(&w, slice_of("{\"raw\":1}"));
    json_w_open(&w, '{');
    json_w_member_int(&w, "n", 0);
    json_w_close(&w, '}');
    json_w_close(&w, ']');
    json_w_member(&w, "text", "x");
    json_w_close(&w, '}');
    CHECK_STR(out.p, "{\"empty\":{},\"list\":[[],-9007199254740992,true,false,null,null,"
                     "{\"raw\":1},{\"n\":0}],\"text\":\"x\"}");
    buf_finish(&out);
}

TEST(optional_members_are_left_out_when_there_is_nothing)
{
    struct json_writer w = fresh();
    json_w_open(&w, '{');
    json_w_member(&w, "a", NULL);
    json_w_member_slice(&w, "b", (struct slice){0});
    json_w_member_time(&w, "c", 0);
    json_w_member_slice(&w, "d", slice_of(""));
    json_w_member_int(&w, "e", 0);
    json_w_member_bool(&w, "f", false);
    json_w_member_time(&w, "g", 1);
    json_w_close(&w, '}');
    CHECK_STR(out.p, "{\"d\":\"\",\"e\":0,\"f\":false,\"g\":\"1970-01-01T00:00:00.001Z\"}");
    buf_finish(&out);
}

TEST(what_could_end_a_string_or_a_script_is_escaped)
{
    struct json_writer w = fresh();
    json_w_string(&w, (struct slice){"a\"b\\c\n\r\t\b\x01\x1f\x7f</script>&\0z", 24});
    CHECK_STR(out.p, "\"a\\\"b\\\\c\\n\\r\\t\\u0008\\u0001\\u001f\x7f"
                     "\\u003c/script\\u003e\\u0026\\u0000z\"");
    w = fresh();
    // Neighbours of U+2028 and U+2029 stay as they are, and so does a lone first byte at the end.
    json_w_string(
        &w, slice_of("\xE2\x80\xA7|\xE2\x80\xA8|\xE2\x80\xA9|\xE2\x80\xAA|中文|\xE2\x84\xA8"));
    CHECK_STR(out.p, "\"\xE2\x80\xA7|\\u2028|\\u2029|\xE2\x80\xAA|中文|\xE2\x84\xA8\"");
    buf_finish(&out);
}

TEST(any_string_comes_back_from_the_reader)
{
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        char text[400];
        size_t n = 0;
        while (n < 380) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            unsigned pick = (unsigned)(seed >> 40);
            static const char *const wide[] = {"\xE2\x80\xA8", "\xE2\x80\xA9",     "\xE2\x80\x94",
                                               "政",           "\xF0\x9F\x98\x80", "é"};
            if (pick % 4 == 0) {
                const char *z = wide[pick / 4 % 6];
                memcpy(text + n, z, strlen(z));
                n += strlen(z);
            } else {
                text[n++] = (char)(pick / 4 % 127 + 1);
            }
            if (pick % 97 == 0)
                break;
        }
        struct json_writer w = fresh();
        json_w_open(&w, '[');
        json_w_string(&w, (struct slice){text, n});
        json_w_close(&w, ']');
        for (size_t i = 0; i < out.n; i++)
            CHECK(!strchr("<>&\n", out.p[i]) || !out.p[i]);
        struct json *root = json_parse(buf_slice(&out));
        CHECK(root);
        CHECK(slice_eq(json_string(json_first(root)), (struct slice){text, n}));
        json_free(root);
    }
    buf_finish(&out);
}

TEST(a_tree_is_walked_by_name_and_by_order)
{
    const char *text =
        " {\"s\":\"x\",\"S\":\"y\",\"n\":-3.5,\"b\":true,\"z\":null,\"a\":[1,\"2\",[]],"
        "\"o\":{\"k\":false}} \r\n\t";
    struct json *root = json_parse(slice_of(text));
    CHECK(root);
    CHECK_INT(json_kind(root), JSON_OBJECT);
    CHECK(slice_is(json_get_string(root, "s"), "x"));
    CHECK(slice_is(json_get_string(root, "S"), "y"));
    CHECK(json_number(json_get(root, "n")) == -3.5);
    CHECK(json_get_bool(root, "b"));
    CHECK_INT(json_kind(json_get(root, "z")), JSON_NULL);
    CHECK_INT(json_kind(json_get(root, "b")), JSON_BOOL);
    const struct json *a = json_get(root, "a");
    CHECK_INT(json_kind(a), JSON_ARRAY);
    CHECK(!json_key(json_first(a)));
    CHECK_INT(json_number(json_first(a)), 1);
    CHECK(slice_is(json_string(json_next(json_first(a))), "2"));
    CHECK(!json_first(json_next(json_next(json_first(a)))));
    CHECK(!json_next(json_next(json_next(json_first(a)))));
    CHECK_STR(json_key(json_first(root)), "s");
    CHECK(!json_get_bool(json_get(root, "o"), "k"));
    json_free(root);
}

TEST(a_tree_is_written_as_it_was_read)
{
    const char *text = "{\"s\":\"x\\n\",\"n\":-3,\"b\":true,\"z\":null,\"a\":[1,\"2\",[],{}],"
                       "\"o\":{\"k\":false}}";
    struct json *root = json_parse(slice_of(text));
    struct buf text_again = {0};
    struct json_writer w = {.out = &text_again};
    json_w_copy(&w, root);
    CHECK_STR(text_again.p, text);
    buf_finish(&text_again);
    json_free(root);
}

TEST(absent_or_of_another_kind_is_nothing)
{
    struct json *root = json_parse(slice_of("{\"a\":[{\"x\":1}],\"n\":5,\"s\":\"t\"}"));
    CHECK(!json_get(root, "A"));
    CHECK(!json_get(json_get(root, "a"), "x"));
    CHECK(!json_get(NULL, "x"));
    CHECK(!json_string(json_get(root, "n")).p);
    CHECK(!json_string(NULL).p);
    CHECK(json_number(json_get(root, "s")) == 0);
    CHECK(json_number(NULL) == 0);
    CHECK(!json_bool(json_get(root, "n")));
    CHECK(!json_bool(NULL));
    CHECK(!json_first(NULL) && !json_next(NULL) && !json_key(NULL));
    CHECK(!json_first(json_get(root, "n")));
    CHECK_INT(json_kind(NULL), JSON_NULL);
    CHECK_INT(json_get_int(root, "s"), 0);
    json_free(root);
    json_free(NULL);
}

TEST(integers_are_exact_up_to_two_to_the_53)
{
    struct json *root = json_parse(slice_of("{\"a\":9007199254740991,\"b\":-9007199254740991,"
                                            "\"c\":9007199254740992,\"d\":1e300,\"e\":-1e300,"
                                            "\"f\":9007199254740990}"));
    CHECK_INT(json_get_int(root, "a"), 9007199254740991);
    CHECK_INT(json_get_int(root, "b"), -9007199254740991);
    CHECK_INT(json_get_int(root, "c"), 9007199254740992);
    CHECK_INT(json_get_int(root, "d"), 0);
    CHECK_INT(json_get_int(root, "e"), 0);
    CHECK_INT(json_get_int(root, "f"), 9007199254740990);
    json_free(root);
}

TEST(damaged_text_is_no_tree)
{
    static const char *const bad[] = {"",     " ",     "{",   "{}x",    "{} {}",
                                      "[1,]", "\"abc", "nul", "{\"a\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct json *root = json_parse(slice_of(bad[i]));
        if (root)
            check_fail(__FILE__, __LINE__, "taken: %s", bad[i]);
    }
    CHECK(!json_parse((struct slice){0}));
    CHECK(!json_parse((struct slice){"{}\0", 3}));
}

TEST(every_prefix_of_a_text_is_read_within_its_bounds)
{
    const char *text = "{\"a\":[1.5e3,true,null,\"\\ud83d\\ude00\\n\"],\"b\":-12}";
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        char *exact = malloc(i ? i : 1);
        memcpy(exact, text, i);
        CHECK(!json_parse((struct slice){exact, i}));
        free(exact);
    }
}

TEST(utf8_is_well_formed_or_refused)
{
    static const struct {
        const char *p;
        size_t n, want;
    } cases[] = {
        {"a", 1, 1},
        {"\xC2\x80", 2, 2},
        {"\xC1\xBF", 2, 0},
        {"\xC3", 1, 0},
        {"\xC3(", 2, 0},
        {"\x80", 1, 0},
        {"\xE0\xA0\x80", 3, 3},
        {"\xE0\x9F\xBF", 3, 0},
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0},
        {"\xE4\xB8", 2, 0},
        {"\xE4\xB8(", 3, 0},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0},
        {"\xF5\x80\x80\x80", 4, 0},
        {"\xFF", 1, 0},
        {"\0", 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_INT(utf8_step(cases[i].p, cases[i].n), cases[i].want);
}

int main(void)
{
    return check_run();
}
