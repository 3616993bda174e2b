// SPDX-License-Identifier: Apache-2.0
// The tree is cJSON's under another name; the writer is our own, because a snapshot is megabytes
// and needs no tree.
#include "server/base/json.h"

#include <cjson/cJSON.h>

#include "server/base/time.h"

static const cJSON *tree(const struct json *node)
{
    return (const cJSON *)node;
}

static const struct json *node(const cJSON *item)
{
    return (const struct json *)item;
}

struct json *json_parse(struct slice text)
{
    if (!text.p)
        return NULL;
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
    if (!root)
        return NULL;
    for (; end < text.p + text.n; end++) {
        if (!strchr(" \t\r\n", *end) || *end == '\0') {
            cJSON_Delete(root);
            return NULL;
        }
    }
    return (struct json *)root;
}

void json_free(struct json *root)
{
    cJSON_Delete((cJSON *)root);
}

enum json_kind json_kind(const struct json *n)
{
    const cJSON *item = tree(n);
    if (cJSON_IsBool(item))
        return JSON_BOOL;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    if (cJSON_IsString(item))
        return JSON_STRING;
    if (cJSON_IsArray(item))
        return JSON_ARRAY;
    if (cJSON_IsObject(item))
        return JSON_OBJECT;
    return JSON_NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!cJSON_IsObject(tree(object)))
        return NULL;
    return node(cJSON_GetObjectItemCaseSensitive(tree(object), key));
}

const struct json *json_first(const struct json *n)
{
    return n ? node(tree(n)->child) : NULL;
}

const struct json *json_next(const struct json *n)
{
    return n ? node(tree(n)->next) : NULL;
}

const char *json_key(const struct json *n)
{
    return n ? tree(n)->string : NULL;
}

struct slice json_string(const struct json *n)
{
    return slice_of(cJSON_GetStringValue(tree(n)));
}

double json_number(const struct json *n)
{
    return cJSON_IsNumber(tree(n)) ? tree(n)->valuedouble : 0;
}

bool json_bool(const struct json *n)
{
    return cJSON_IsTrue(tree(n));
}

struct slice json_get_string(const struct json *object, const char *key)
{
    return json_string(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key)
{
    double value = json_number(json_get(object, key));
    // Beyond ±2^53 a double is no longer one integer; NaN fails the comparison too.
    return value >= -0x1p53 && value <= 0x1p53 ? (int64_t)value : 0;
}

bool json_get_bool(const struct json *object, const char *key)
{
    return json_bool(json_get(object, key));
}

static void before_value(struct json_writer *w)
{
    if (w->comma)
        buf_char(w->out, ',');
    w->comma = true;
}

// Bytes that cannot stand for themselves; 0xE2 may begin U+2028 or U+2029.
static const bool special[256] = {
    [0] = 1,   [1] = 1,    [2] = 1,   [3] = 1,   [4] = 1,   [5] = 1,    [6] = 1,  [7] = 1,
    [8] = 1,   [9] = 1,    [10] = 1,  [11] = 1,  [12] = 1,  [13] = 1,   [14] = 1, [15] = 1,
    [16] = 1,  [17] = 1,   [18] = 1,  [19] = 1,  [20] = 1,  [21] = 1,   [22] = 1, [23] = 1,
    [24] = 1,  [25] = 1,   [26] = 1,  [27] = 1,  [28] = 1,  [29] = 1,   [30] = 1, [31] = 1,
    ['"'] = 1, ['\\'] = 1, ['<'] = 1, ['>'] = 1, ['&'] = 1, [0xE2] = 1,
};

static void escape(struct buf *out, unsigned code)
{
    static const char hex[] = "0123456789abcdef";
    char text[] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
    buf_add(out, (struct slice){text, sizeof text});
}

static void add_special(struct buf *out, char c)
{
    switch (c) {
    case '"':
        buf_text(out, "\\\"");
        return;
    case '\\':
        buf_text(out, "\\\\");
        return;
    case '\n':
        buf_text(out, "\\n");
        return;
    case '\r':
        buf_text(out, "\\r");
        return;
    case '\t':
        buf_text(out, "\\t");
        return;
    default:
        escape(out, (unsigned char)c);
    }
}

static void add_string(struct buf *out, struct slice text)
{
    buf_char(out, '"');
    size_t start = 0, i = 0;
    while (i < text.n) {
        unsigned char c = (unsigned char)text.p[i];
        bool separator = c == 0xE2 && text.n - i >= 3 && text.p[i + 1] == '\x80' &&
                         (text.p[i + 2] == '\xA8' || text.p[i + 2] == '\xA9');
        if (!special[c] || (c == 0xE2 && !separator)) {
            i++;
            continue;
        }
        buf_add(out, (struct slice){text.p + start, i - start});
        if (separator)
            escape(out, text.p[i + 2] == '\xA8' ? 0x2028 : 0x2029);
        else
            add_special(out, text.p[i]);
        i += separator ? 3 : 1;
        start = i;
    }
    buf_add(out, (struct slice){text.p + start, text.n - start});
    buf_char(out, '"');
}

void json_w_key(struct json_writer *w, const char *key)
{
    before_value(w);
    add_string(w->out, slice_of(key));
    buf_char(w->out, ':');
    w->comma = false;
}

void json_w_open(struct json_writer *w, char bracket)
{
    before_value(w);
    buf_char(w->out, bracket);
    w->comma = false;
}

void json_w_close(struct json_writer *w, char bracket)
{
    buf_char(w->out, bracket);
    w->comma = true;
}

void json_w_string(struct json_writer *w, struct slice text)
{
    if (!text.p) {
        json_w_null(w);
        return;
    }
    before_value(w);
    add_string(w->out, text);
}

void json_w_int(struct json_writer *w, int64_t value)
{
    before_value(w);
    buf_printf(w->out, "%lld", (long long)value);
}

void json_w_bool(struct json_writer *w, bool value)
{
    before_value(w);
    buf_text(w->out, value ? "true" : "false");
}

void json_w_null(struct json_writer *w)
{
    before_value(w);
    buf_text(w->out, "null");
}

void json_w_raw(struct json_writer *w, struct slice json)
{
    before_value(w);
    buf_add(w->out, json);
}

void json_w_time(struct json_writer *w, int64_t ms)
{
    char text[TIME_TEXT];
    time_write(ms, text);
    json_w_string(w, slice_of(text));
}

void json_w_node(struct json_writer *w, const struct json *n)
{
    bool is_object = json_kind(n) == JSON_OBJECT;
    switch (json_kind(n)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        json_w_open(w, is_object ? '{' : '[');
        for (const struct json *at = json_first(n); at; at = json_next(at)) {
            if (is_object)
                json_w_key(w, json_key(at));
            json_w_node(w, at);
        }
        json_w_close(w, is_object ? '}' : ']');
        break;
    case JSON_STRING:
        json_w_string(w, json_string(n));
        break;
    case JSON_NUMBER:
        json_w_int(w, (int64_t)json_number(n));
        break;
    case JSON_BOOL:
        json_w_bool(w, json_bool(n));
        break;
    case JSON_NULL:
        json_w_null(w);
        break;
    }
}

void json_w_member(struct json_writer *w, const char *key, const char *text)
{
    json_w_member_slice(w, key, slice_of(text));
}

void json_w_member_slice(struct json_writer *w, const char *key, struct slice text)
{
    if (!text.p)
        return;
    json_w_key(w, key);
    json_w_string(w, text);
}

void json_w_member_int(struct json_writer *w, const char *key, int64_t value)
{
    json_w_key(w, key);
    json_w_int(w, value);
}

void json_w_member_bool(struct json_writer *w, const char *key, bool value)
{
    json_w_key(w, key);
    json_w_bool(w, value);
}

void json_w_member_time(struct json_writer *w, const char *key, int64_t ms)
{
    if (ms == 0)
        return;
    json_w_key(w, key);
    json_w_time(w, ms);
}
