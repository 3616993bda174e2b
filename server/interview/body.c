// SPDX-License-Identifier: Apache-2.0
// Reading members by kind, with one memory for whatever was wrong.
#include "server/interview/body.h"

#include "server/base/time.h"

// The member if it is there and of this kind; otherwise NULL, and a fault unless it is absent.
static const struct json *member(struct body *b, const char *key, enum json_kind kind)
{
    const struct json *node = json_get(b->json, key);
    enum json_kind found = json_kind(node);
    if (found == kind)
        return node;
    if (found != JSON_NULL)
        b->bad = true;
    return NULL;
}

struct slice body_opt_slice(struct body *b, const char *key)
{
    return json_string(member(b, key, JSON_STRING));
}

struct slice body_need_slice(struct body *b, const char *key)
{
    struct slice text = body_opt_slice(b, key);
    if (!text.p)
        b->bad = true;
    return text;
}

const char *body_need_text(struct body *b, const char *key)
{
    return arena_copy(b->arena, body_need_slice(b, key));
}

const char *body_opt_text(struct body *b, const char *key)
{
    return arena_copy(b->arena, body_opt_slice(b, key));
}

uint64_t body_opt_count(struct body *b, const char *key)
{
    const struct json *node = member(b, key, JSON_NUMBER);
    if (!node)
        return 0;
    double value = json_number(node);
    if (!(value >= 0 && value <= 0x1p53) || value != (double)(uint64_t)value) {
        b->bad = true;
        return 0;
    }
    return (uint64_t)value;
}

bool body_opt_bool(struct body *b, const char *key)
{
    return json_bool(member(b, key, JSON_BOOL));
}

int64_t body_opt_time(struct body *b, const char *key)
{
    struct slice text = body_opt_slice(b, key);
    int64_t ms = 0;
    if (text.p && !time_parse(text, &ms))
        b->bad = true;
    return ms;
}

int64_t body_need_time(struct body *b, const char *key)
{
    body_need_slice(b, key);
    return body_opt_time(b, key);
}

// The items of an array member, to be filled; NULL when absent.
static void *items(struct body *b, const char *key, size_t size, size_t *ret_count,
                   const struct json **ret_first)
{
    const struct json *array = member(b, key, JSON_ARRAY);
    if (!array)
        return NULL;
    size_t count = 0;
    for (const struct json *i = json_first(array); i; i = json_next(i))
        count++;
    *ret_count = count;
    *ret_first = json_first(array);
    return arena_alloc(b->arena, size * count);
}

bool body_texts(struct body *b, const char *key, const char ***ret, size_t *ret_count)
{
    size_t count = 0;
    const struct json *item = NULL;
    const char **texts = items(b, key, sizeof *texts, &count, &item);
    if (!texts)
        return false;
    for (size_t i = 0; i < count; i++, item = json_next(item)) {
        texts[i] = arena_copy(b->arena, json_string(item));
        b->bad |= !texts[i];
    }
    *ret = texts;
    *ret_count = count;
    return true;
}

// Another object, read with the same memory for faults. What is no object has no members, so a
// needed one will be missed.
static struct body inside(const struct body *b, const struct json *object)
{
    return (struct body){.json = object, .arena = b->arena};
}

static bool read_person(struct body *b, const struct json *object, struct person *ret)
{
    struct body in = inside(b, object);
    *ret = (struct person){
        .name = body_need_text(&in, "name"),
        .title = body_opt_text(&in, "title"),
        .department = body_opt_text(&in, "department"),
        .role = body_opt_text(&in, "role"),
    };
    b->bad |= in.bad;
    return !in.bad;
}

bool body_person(struct body *b, const char *key, struct person *ret)
{
    const struct json *object = member(b, key, JSON_OBJECT);
    return object && read_person(b, object, ret);
}

bool body_people(struct body *b, const char *key, struct person **ret, size_t *ret_count)
{
    size_t count = 0;
    const struct json *item = NULL;
    struct person *people = items(b, key, sizeof *people, &count, &item);
    if (!people)
        return false;
    for (size_t i = 0; i < count; i++, item = json_next(item))
        read_person(b, item, &people[i]);
    *ret = people;
    *ret_count = count;
    return true;
}

bool body_documents(struct body *b, const char *key, struct policy_document **ret,
                    size_t *ret_count)
{
    size_t count = 0;
    const struct json *item = NULL;
    struct policy_document *documents = items(b, key, sizeof *documents, &count, &item);
    if (!documents)
        return false;
    for (size_t i = 0; i < count; i++, item = json_next(item)) {
        struct body in = inside(b, item);
        documents[i].title = body_need_text(&in, "title");
        documents[i].url = body_need_text(&in, "url");
        b->bad |= in.bad;
    }
    *ret = documents;
    *ret_count = count;
    return true;
}

bool body_roster(struct body *b, const char *key, struct roster_entry **ret, size_t *ret_count)
{
    size_t count = 0;
    const struct json *item = NULL;
    struct roster_entry *roster = items(b, key, sizeof *roster, &count, &item);
    if (!roster)
        return false;
    for (size_t i = 0; i < count; i++, item = json_next(item)) {
        struct body in = inside(b, item);
        roster[i].user = body_need_text(&in, "user");
        roster[i].duty = body_need_text(&in, "duty");
        b->bad |= in.bad;
    }
    *ret = roster;
    *ret_count = count;
    return true;
}
