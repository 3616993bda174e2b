// SPDX-License-Identifier: Apache-2.0
// Parameters into structs.
#include "server/wire/request.h"

#include <stdio.h>

#include "tests/kit/check.h"

struct document {
    struct slice title;
    int64_t pages;
};

struct inner {
    struct slice topic;
    struct field_list documents;
    bool open, has_open;
};

struct params {
    bool unused; // so that no present_offset is 0
    struct slice text, id;
    bool has_text;
    int64_t number, small, at_ms;
    bool flag;
    struct field_list words;
    struct inner inner;
    struct field_speaker speaker;
};

static const struct field document_fields[] = {
    {.name = "title",
     .kind = F_STRING,
     .required = true,
     .offset = offsetof(struct document, title)},
    {.name = "pages", .kind = F_INT, .offset = offsetof(struct document, pages)},
    {.name = NULL},
};

static const struct field inner_fields[] = {
    {.name = "topic", .kind = F_STRING, .required = true, .offset = offsetof(struct inner, topic)},
    {.name = "documents",
     .kind = F_OBJECTS,
     .max = 2,
     .offset = offsetof(struct inner, documents),
     .fields = document_fields,
     .size = sizeof(struct document)},
    {.name = "open",
     .kind = F_BOOL,
     .offset = offsetof(struct inner, open),
     .present_offset = offsetof(struct inner, has_open)},
    {.name = NULL},
};

static const struct field table[] = {
    {.name = "text",
     .kind = F_STRING,
     .max = 10,
     .offset = offsetof(struct params, text),
     .present_offset = offsetof(struct params, has_text)},
    {.name = "id", .kind = F_ID, .required = true, .offset = offsetof(struct params, id)},
    {.name = "number", .kind = F_INT, .offset = offsetof(struct params, number)},
    {.name = "small", .kind = F_INT, .max = 100, .offset = offsetof(struct params, small)},
    {.name = "at", .kind = F_TIME, .offset = offsetof(struct params, at_ms)},
    {.name = "flag", .kind = F_BOOL, .offset = offsetof(struct params, flag)},
    {.name = "words", .kind = F_STRINGS, .max = 3, .offset = offsetof(struct params, words)},
    {.name = "inner",
     .kind = F_OBJECT,
     .offset = offsetof(struct params, inner),
     .fields = inner_fields},
    {.name = "speaker", .kind = F_SPEAKER, .offset = offsetof(struct params, speaker)},
    {.name = NULL},
};

static struct arena arena;
static struct json *root;
static struct params got;

static const char *decode(const char *text, const char **ret_why)
{
    json_free(root);
    root = json_parse(slice_of(text));
    CHECK(root);
    got = (struct params){0};
    return fields_decode(table, root, &got, &arena, ret_why);
}

static void finish(void)
{
    json_free(root);
    root = NULL;
    arena_finish(&arena);
}

static void takes(const char *text)
{
    const char *why = "";
    const char *field = decode(text, &why);
    if (field)
        check_fail(__FILE__, __LINE__, "%s %s: %s", field, why, text);
}

static void refuses(const char *text, const char *want_field, const char *want_why)
{
    const char *why = NULL;
    const char *field = decode(text, &why);
    if (!field)
        check_fail(__FILE__, __LINE__, "taken: %s", text);
    CHECK_STR(field, want_field);
    CHECK_STR(why, want_why);
}

TEST(every_kind_finds_its_place)
{
    takes("{\"text\":\"政策\",\"id\":\"iv-1.a_b:C\",\"number\":9007199254740992,\"small\":100,"
          "\"at\":\"1970-01-01T08:00:01+08:00\",\"flag\":true,\"words\":[\"a\",\"\"],"
          "\"inner\":{\"topic\":\"t\",\"documents\":[{\"title\":\"x\",\"pages\":2},"
          "{\"title\":\"y\"}],\"open\":false},"
          "\"speaker\":{\"name\":\"Lin\",\"title\":\"Director\",\"role\":\"guest\"}}");
    CHECK(slice_is(got.text, "政策") && got.has_text);
    CHECK(slice_is(got.id, "iv-1.a_b:C"));
    CHECK_INT(got.number, 9007199254740992);
    CHECK_INT(got.small, 100);
    CHECK_INT(got.at_ms, 1000);
    CHECK(got.flag);
    CHECK_INT(got.words.count, 2);
    CHECK(slice_is(((struct slice *)got.words.items)[0], "a"));
    CHECK(((struct slice *)got.words.items)[1].p && ((struct slice *)got.words.items)[1].n == 0);
    CHECK(slice_is(got.inner.topic, "t"));
    CHECK(!got.inner.open && got.inner.has_open);
    CHECK_INT(got.inner.documents.count, 2);
    const struct document *documents = got.inner.documents.items;
    CHECK(slice_is(documents[0].title, "x") && slice_is(documents[1].title, "y"));
    CHECK_INT(documents[0].pages, 2);
    CHECK_INT(documents[1].pages, 0);
    CHECK(slice_is(got.speaker.name, "Lin") && slice_is(got.speaker.role, "guest"));
    CHECK(!got.speaker.department.p);
    finish();
}

TEST(what_is_not_given_stays_as_it_was)
{
    takes("{\"id\":\"x\"}");
    CHECK(!got.text.p && !got.has_text && !got.words.items && !got.inner.has_open);
    CHECK_INT(got.number, 0);
    takes("{\"id\":\"x\",\"words\":[],\"text\":\"\"}");
    CHECK(got.has_text && got.text.p && got.text.n == 0);
    CHECK(got.words.items && got.words.count == 0);
    finish();
}

TEST(a_speaker_may_be_a_mere_name)
{
    takes("{\"id\":\"x\",\"speaker\":\"Lin\"}");
    CHECK(slice_is(got.speaker.name, "Lin") && !got.speaker.title.p);
    refuses("{\"id\":\"x\",\"speaker\":7}", "speaker", "wrong kind");
    refuses("{\"id\":\"x\",\"speaker\":{\"title\":\"x\"}}", "speaker.name", "missing");
    refuses("{\"id\":\"x\",\"speaker\":{\"name\":\"x\",\"age\":1}}", "speaker.age", "unknown");
    refuses("{\"id\":\"x\",\"speaker\":{\"name\":null}}", "speaker.name", "wrong kind");
    finish();
}

TEST(a_fault_is_named)
{
    refuses("{}", "id", "missing");
    refuses("{\"id\":\"x\",\"colour\":1}", "colour", "unknown");
    refuses("{\"id\":\"x\",\"Text\":\"x\"}", "Text", "unknown");
    refuses("{\"id\":\"\"}", "id", "bad characters");
    refuses("{\"id\":\"a b\"}", "id", "bad characters");
    refuses("{\"id\":\"a/b\"}", "id", "bad characters");
    refuses("{\"id\":\"中\"}", "id", "bad characters");
    refuses("{\"id\":null}", "id", "wrong kind");
    refuses("{\"id\":5}", "id", "wrong kind");
    refuses("{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "id",
            "too long");
    refuses("{\"id\":\"x\",\"text\":\"12345678901\"}", "text", "too long");
    takes("{\"id\":\"x\",\"text\":\"1234567890\"}");
    refuses("{\"id\":\"x\",\"text\":[\"x\"]}", "text", "wrong kind");
    refuses("{\"id\":\"x\",\"number\":-1}", "number", "out of range");
    refuses("{\"id\":\"x\",\"number\":1.5}", "number", "wrong kind");
    refuses("{\"id\":\"x\",\"number\":\"1\"}", "number", "wrong kind");
    refuses("{\"id\":\"x\",\"number\":1e300}", "number", "out of range");
    refuses("{\"id\":\"x\",\"small\":101}", "small", "out of range");
    refuses("{\"id\":\"x\",\"at\":\"noon\"}", "at", "no time");
    refuses("{\"id\":\"x\",\"at\":12}", "at", "wrong kind");
    refuses("{\"id\":\"x\",\"flag\":1}", "flag", "wrong kind");
    refuses("{\"id\":\"x\",\"words\":\"a\"}", "words", "wrong kind");
    refuses("{\"id\":\"x\",\"words\":[1]}", "words", "wrong kind");
    refuses("{\"id\":\"x\",\"words\":[\"a\",\"b\",\"c\",\"d\"]}", "words", "too many");
    refuses("{\"id\":\"x\",\"inner\":[]}", "inner", "wrong kind");
    refuses("{\"id\":\"x\",\"inner\":{}}", "inner.topic", "missing");
    refuses("{\"id\":\"x\",\"inner\":{\"topic\":\"t\",\"documents\":[{}]}}",
            "inner.documents.title", "missing");
    refuses("{\"id\":\"x\",\"inner\":{\"topic\":\"t\",\"documents\":[7]}}", "inner.documents",
            "wrong kind");
    refuses("{\"id\":\"x\",\"inner\":{\"topic\":\"t\",\"documents\":[{\"title\":\"a\","
            "\"pages\":true}]}}",
            "inner.documents.pages", "wrong kind");
    refuses("{\"id\":\"x\",\"inner\":{\"topic\":\"t\",\"documents\":[{\"title\":\"a\"},"
            "{\"title\":\"b\"},{\"title\":\"c\"}]}}",
            "inner.documents", "too many");
    finish();
}

TEST(no_params_are_an_empty_object_and_other_kinds_are_not)
{
    const char *why = NULL;
    CHECK_STR(fields_decode(table, NULL, &got, &arena, &why), "id");
    CHECK_STR(why, "missing");
    static const struct field none[] = {{.name = NULL}};
    CHECK(!fields_decode(none, NULL, &got, &arena, &why));
    refuses("[]", "params", "wrong kind");
    finish();
}

TEST(a_line_in_a_list_or_speaker_is_bounded)
{
    char text[4096];
    for (int n = FIELD_LINE; n <= FIELD_LINE + 1; n++) {
        snprintf(text, sizeof text, "{\"id\":\"x\",\"words\":[\"%0*d\"]}", n, 0);
        if (n == FIELD_LINE)
            takes(text);
        else
            refuses(text, "words", "too long");
        snprintf(text, sizeof text, "{\"id\":\"x\",\"speaker\":{\"name\":\"%0*d\"}}", n, 0);
        if (n == FIELD_LINE)
            takes(text);
        else
            refuses(text, "speaker.name", "too long");
    }
    finish();
}

int main(void)
{
    return check_run();
}
