// SPDX-License-Identifier: Apache-2.0
// Parameters from outside against a table with every kind of field.
//
//   clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. tests/fuzz/fields_fuzz.c
//       server/wire/*.c server/base/*.c -lcjson -lm
#include <stddef.h>
#include <stdint.h>

#include "server/base/must.h"
#include "server/wire/gate.h"
#include "server/wire/request.h"

struct item {
    struct slice a;
    int64_t b;
};

struct params {
    struct slice s, i;
    int64_t n, t;
    bool f, has_f;
    struct field_list list, items;
    struct item object;
    struct field_speaker speaker;
};

static const struct field item_fields[] = {
    {.name = "a", .kind = F_STRING, .required = true, .offset = offsetof(struct item, a)},
    {.name = "b", .kind = F_INT, .max = 9, .offset = offsetof(struct item, b)},
    {.name = NULL},
};

static const struct field fields[] = {
    {.name = "s", .kind = F_STRING, .max = 8, .offset = offsetof(struct params, s)},
    {.name = "i", .kind = F_ID, .offset = offsetof(struct params, i)},
    {.name = "n", .kind = F_INT, .offset = offsetof(struct params, n)},
    {.name = "t", .kind = F_TIME, .offset = offsetof(struct params, t)},
    {.name = "f",
     .kind = F_BOOL,
     .offset = offsetof(struct params, f),
     .present_offset = offsetof(struct params, has_f)},
    {.name = "l", .kind = F_STRINGS, .max = 4, .offset = offsetof(struct params, list)},
    {.name = "o",
     .kind = F_OBJECT,
     .offset = offsetof(struct params, object),
     .fields = item_fields},
    {.name = "os",
     .kind = F_OBJECTS,
     .max = 4,
     .offset = offsetof(struct params, items),
     .fields = item_fields,
     .size = sizeof(struct item)},
    {.name = "who", .kind = F_SPEAKER, .offset = offsetof(struct params, speaker)},
    {.name = NULL},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    if (wire_gate(text))
        return 0;
    struct json *root = json_parse(text);
    must(root);
    struct params params = {0};
    struct arena arena = {0};
    const char *why = NULL;
    const char *fault = fields_decode(fields, root, &params, &arena, &why);
    must(!fault == !why);
    if (!fault) {
        must(params.s.n <= 8 && params.i.n <= 64 && params.n >= 0);
        must(params.list.count <= 4 && params.items.count <= 4 && params.object.b <= 9);
        must(params.has_f || !params.f);
    }
    arena_finish(&arena);
    json_free(root);
    return 0;
}
