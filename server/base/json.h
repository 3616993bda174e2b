// SPDX-License-Identifier: Apache-2.0
// The only door to cJSON: reading a tree, and writing text.
//
// The reader is for JSON that we wrote ourselves or that passed server/wire/gate.c; it does not
// judge. The writer appends to a buf; commas are its own business.
#ifndef SERVER_BASE_JSON_H
#define SERVER_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/buf.h"

struct json; // a node, owned by its root

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json *json_parse(struct slice text); // NULL when it is not JSON; the root
void json_free(struct json *root);          // takes NULL

enum json_kind json_kind(const struct json *node);
const struct json *json_get(const struct json *object,
                            const char *key);           // NULL: absent or no object
const struct json *json_first(const struct json *node); // first child of array or object, or NULL
const struct json *json_next(const struct json *node);  // next sibling, or NULL
const char *json_key(const struct json *node);          // member's name; NULL in an array

// With a NULL node or another kind: the absent slice, 0, false.
struct slice json_string(const struct json *node);
double json_number(const struct json *node);
bool json_bool(const struct json *node);
// Shorthands for a member.
struct slice json_get_string(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key);
bool json_get_bool(const struct json *object, const char *key);

struct json_writer {
    struct buf *out;
    bool comma; // before the next value or key
};

// In an object every value follows json_w_key; strings must be valid UTF-8. Besides what JSON
// demands, '<', '>', '&', U+2028 and U+2029 are written as \u escapes, so that any JSON of ours
// may stand inside a <script> element.
void json_w_key(struct json_writer *w, const char *key);
void json_w_open(struct json_writer *w, char bracket);        // '{' or '['
void json_w_close(struct json_writer *w, char bracket);       // '}' or ']'
void json_w_string(struct json_writer *w, struct slice text); // absent slice → null
void json_w_int(struct json_writer *w, int64_t value);
void json_w_bool(struct json_writer *w, bool value);
void json_w_null(struct json_writer *w);
void json_w_raw(struct json_writer *w, struct slice json);        // one ready value
void json_w_time(struct json_writer *w, int64_t ms);              // "2026-…Z"
void json_w_node(struct json_writer *w, const struct json *node); // a tree; numbers as integers

// Members in one call; the optional forms write nothing for NULL, absent or 0.
void json_w_member(struct json_writer *w, const char *key, const char *text);        // optional
void json_w_member_slice(struct json_writer *w, const char *key, struct slice text); // optional
void json_w_member_int(struct json_writer *w, const char *key, int64_t value);       // always
void json_w_member_bool(struct json_writer *w, const char *key, bool value);         // always
void json_w_member_time(struct json_writer *w, const char *key, int64_t ms);         // optional

#endif
