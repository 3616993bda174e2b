// SPDX-License-Identifier: Apache-2.0
// The methods described for others (OpenRPC 1.2), from the table that the dispatcher uses.
#include <string.h>

#include "server/app/inside.h"

static void schema_of_fields(struct json_writer *w, const struct field *fields);

static void type_word(struct json_writer *w, const char *type)
{
    json_w_member(w, "type", type);
}

static void schema(struct json_writer *w, const struct field *f)
{
    json_w_open(w, '{');
    switch (f->kind) {
    case F_STRING:
        type_word(w, "string");
        break;
    case F_ID:
        type_word(w, "string");
        json_w_member(w, "pattern", "^[A-Za-z0-9_.:-]{1,64}$");
        break;
    case F_INT:
        type_word(w, "integer");
        json_w_member_int(w, "minimum", 0);
        if (f->max)
            json_w_member_int(w, "maximum", f->max);
        break;
    case F_BOOL:
        type_word(w, "boolean");
        break;
    case F_TIME:
        type_word(w, "string");
        json_w_member(w, "format", "date-time");
        break;
    case F_STRINGS:
        type_word(w, "array");
        json_w_member_int(w, "maxItems", f->max ? f->max : FIELD_BYTES);
        json_w_key(w, "items");
        json_w_raw(w, slice_of("{\"type\":\"string\"}"));
        break;
    case F_OBJECT:
        schema_of_fields(w, f->fields);
        break;
    case F_OBJECTS:
        type_word(w, "array");
        json_w_member_int(w, "maxItems", f->max ? f->max : FIELD_BYTES);
        json_w_key(w, "items");
        json_w_open(w, '{');
        schema_of_fields(w, f->fields);
        json_w_close(w, '}');
        break;
    case F_SPEAKER:
        json_w_key(w, "oneOf");
        json_w_raw(w,
                   slice_of("[{\"type\":\"string\"},{\"type\":\"object\",\"required\":[\"name\"],"
                            "\"properties\":{\"name\":{\"type\":\"string\"},"
                            "\"title\":{\"type\":\"string\"},\"role\":{\"type\":\"string\"},"
                            "\"department\":{\"type\":\"string\"}}}]"));
        break;
    }
    json_w_close(w, '}');
}

// Members of an object's schema, into the open object.
static void schema_of_fields(struct json_writer *w, const struct field *fields)
{
    type_word(w, "object");
    json_w_member_bool(w, "additionalProperties", false);
    json_w_key(w, "properties");
    json_w_open(w, '{');
    for (const struct field *f = fields; f->name; f++) {
        json_w_key(w, f->name);
        schema(w, f);
    }
    json_w_close(w, '}');
    json_w_key(w, "required");
    json_w_open(w, '[');
    for (const struct field *f = fields; f->name; f++)
        if (f->required)
            json_w_string(w, slice_of(f->name));
    json_w_close(w, ']');
}

static void describe(struct json_writer *w, const struct method *m)
{
    json_w_open(w, '{');
    json_w_member(w, "name", m->name);
    json_w_member(w, "summary", m->summary);
    json_w_member(w, "paramStructure", "by-name");
    json_w_key(w, "params");
    json_w_open(w, '[');
    for (const struct field *f = m->fields; f->name; f++) {
        json_w_open(w, '{');
        json_w_member(w, "name", f->name);
        json_w_member_bool(w, "required", f->required);
        json_w_key(w, "schema");
        schema(w, f);
        json_w_close(w, '}');
    }
    json_w_close(w, ']');
    json_w_key(w, "result");
    json_w_raw(w, slice_of("{\"name\":\"result\",\"schema\":{\"type\":\"object\"}}"));
    json_w_close(w, '}');
}

void app_openrpc(struct buf *out)
{
    struct json_writer w = {.out = out};
    json_w_open(&w, '{');
    json_w_member(&w, "openrpc", "1.2.6");
    json_w_key(&w, "info");
    json_w_open(&w, '{');
    json_w_member(&w, "title", "Fangtan");
    json_w_member(&w, "version", FANGTAN_VERSION);
    json_w_close(&w, '}');
    json_w_key(&w, "methods");
    json_w_open(&w, '[');
    const struct method *m;
    for (size_t i = 0; (m = method_at(i)); i++)
        describe(&w, m);
    json_w_close(&w, ']');
    json_w_close(&w, '}');
}
