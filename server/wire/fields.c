// SPDX-License-Identifier: Apache-2.0
// Parameters into a plain struct, by a table. Whatever the table does not allow is refused.
#include "server/wire/request.h"

#include <stdio.h>

#include "server/base/time.h"

// A place in the tree that is being decoded.
struct decoding {
    struct arena *arena;
    const char *why;
};

static const char *decode_object(struct decoding *d, const struct field *fields,
                                 const struct json *object, char *into);

static const char *refuse(struct decoding *d, const char *name, const char *why)
{
    d->why = why;
    return name;
}

// "outer.inner"
static const char *path(struct decoding *d, const char *outer, const char *inner)
{
    size_t size = strlen(outer) + 1 + strlen(inner) + 1;
    char *joined = arena_alloc(d->arena, size);
    snprintf(joined, size, "%s.%s", outer, inner);
    return joined;
}

static const char *decode_string(struct decoding *d, const char *name, size_t most,
                                 const struct json *node, char *at)
{
    if (json_kind(node) != JSON_STRING)
        return refuse(d, name, "wrong kind");
    struct slice text = json_string(node);
    if (text.n > most)
        return refuse(d, name, "too long");
    memcpy(at, &text, sizeof text);
    return NULL;
}

static bool is_id(struct slice text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_.:-";
    return text.n > 0 && strspn(text.p, allowed) == text.n;
}

static const char *decode_id(struct decoding *d, const struct field *f, const struct json *node,
                             char *at)
{
    const char *fault = decode_string(d, f->name, FIELD_BYTES, node, at);
    if (!fault && !is_id(json_string(node)))
        return refuse(d, f->name, "bad characters");
    return fault;
}

static const char *decode_int(struct decoding *d, const struct field *f, const struct json *node,
                              char *at)
{
    if (json_kind(node) != JSON_NUMBER)
        return refuse(d, f->name, "wrong kind");
    double number = json_number(node);
    double most = f->max ? (double)f->max : 0x1p53;
    if (!(number >= 0 && number <= most))
        return refuse(d, f->name, "out of range");
    int64_t value = (int64_t)number;
    if ((double)value != number)
        return refuse(d, f->name, "wrong kind");
    memcpy(at, &value, sizeof value);
    return NULL;
}

static const char *decode_bool(struct decoding *d, const struct field *f, const struct json *node,
                               char *at)
{
    if (json_kind(node) != JSON_BOOL)
        return refuse(d, f->name, "wrong kind");
    bool value = json_bool(node);
    memcpy(at, &value, sizeof value);
    return NULL;
}

static const char *decode_time(struct decoding *d, const struct field *f, const struct json *node,
                               char *at)
{
    if (json_kind(node) != JSON_STRING)
        return refuse(d, f->name, "wrong kind");
    int64_t ms;
    if (!time_parse(json_string(node), &ms))
        return refuse(d, f->name, "no time");
    memcpy(at, &ms, sizeof ms);
    return NULL;
}

static const char *decode_list(struct decoding *d, const struct field *f, const struct json *node,
                               char *at)
{
    if (json_kind(node) != JSON_ARRAY)
        return refuse(d, f->name, "wrong kind");
    struct field_list list = {0};
    for (const struct json *i = json_first(node); i; i = json_next(i))
        list.count++;
    if (list.count > (f->max ? f->max : FIELD_BYTES))
        return refuse(d, f->name, "too many");
    size_t size = f->kind == F_STRINGS ? sizeof(struct slice) : f->size;
    list.items = arena_alloc(d->arena, list.count * size);
    char *item = list.items;
    for (const struct json *i = json_first(node); i; i = json_next(i), item += size) {
        const char *fault;
        if (f->kind == F_STRINGS) {
            fault = decode_string(d, f->name, FIELD_LINE, i, item);
        } else if (json_kind(i) != JSON_OBJECT) {
            fault = refuse(d, f->name, "wrong kind");
        } else {
            fault = decode_object(d, f->fields, i, item);
            fault = fault ? path(d, f->name, fault) : NULL;
        }
        if (fault)
            return fault;
    }
    memcpy(at, &list, sizeof list);
    return NULL;
}

static const char *decode_nested(struct decoding *d, const struct field *f,
                                 const struct field *fields, const struct json *node, char *at)
{
    if (json_kind(node) != JSON_OBJECT)
        return refuse(d, f->name, "wrong kind");
    const char *fault = decode_object(d, fields, node, at);
    return fault ? path(d, f->name, fault) : NULL;
}

static const struct field speaker_fields[] = {
    {.name = "name",
     .kind = F_STRING,
     .required = true,
     .max = FIELD_LINE,
     .offset = offsetof(struct field_speaker, name)},
    {.name = "title",
     .kind = F_STRING,
     .max = FIELD_LINE,
     .offset = offsetof(struct field_speaker, title)},
    {.name = "department",
     .kind = F_STRING,
     .max = FIELD_LINE,
     .offset = offsetof(struct field_speaker, department)},
    {.name = "role", .kind = F_STRING, .offset = offsetof(struct field_speaker, role)},
    {.name = NULL},
};

static const char *decode_speaker(struct decoding *d, const struct field *f,
                                  const struct json *node, char *at)
{
    if (json_kind(node) == JSON_STRING)
        return decode_string(d, f->name, FIELD_LINE, node,
                             at + offsetof(struct field_speaker, name));
    return decode_nested(d, f, speaker_fields, node, at);
}

static const char *decode_value(struct decoding *d, const struct field *f, const struct json *node,
                                char *at)
{
    switch (f->kind) {
    case F_STRING:
        return decode_string(d, f->name, f->max ? f->max : FIELD_BYTES, node, at);
    case F_ID:
        return decode_id(d, f, node, at);
    case F_INT:
        return decode_int(d, f, node, at);
    case F_BOOL:
        return decode_bool(d, f, node, at);
    case F_TIME:
        return decode_time(d, f, node, at);
    case F_STRINGS:
    case F_OBJECTS:
        return decode_list(d, f, node, at);
    case F_OBJECT:
        return decode_nested(d, f, f->fields, node, at);
    case F_SPEAKER:
        return decode_speaker(d, f, node, at);
    }
    return refuse(d, f->name, "wrong kind");
}

static const struct field *find(const struct field *fields, const char *name)
{
    for (const struct field *f = fields; f->name; f++) {
        if (strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}

static const char *decode_object(struct decoding *d, const struct field *fields,
                                 const struct json *object, char *into)
{
    for (const struct json *m = json_first(object); m; m = json_next(m)) {
        const struct field *f = find(fields, json_key(m));
        if (!f)
            return refuse(d, arena_copy(d->arena, slice_of(json_key(m))), "unknown");
        const char *fault = decode_value(d, f, m, into + f->offset);
        if (fault)
            return fault;
        bool present = true;
        if (f->present_offset)
            memcpy(into + f->present_offset, &present, sizeof present);
    }
    for (const struct field *f = fields; f->name; f++) {
        if (f->required && !json_get(object, f->name))
            return refuse(d, f->name, "missing");
    }
    return NULL;
}

const char *fields_decode(const struct field *fields, const struct json *params, void *into,
                          struct arena *arena, const char **ret_why)
{
    struct decoding d = {.arena = arena};
    const char *fault = params && json_kind(params) != JSON_OBJECT
                            ? refuse(&d, "params", "wrong kind")
                            : decode_object(&d, fields, params, into);
    if (fault)
        *ret_why = d.why;
    return fault;
}
