// SPDX-License-Identifier: Apache-2.0
// The table of formats. All but JSON are written from the one model of document.h; JSON is the
// public snapshot itself, so programs see what the feed's clients see.
#include "server/export/export.h"

#include "server/base/must.h"
#include "server/export/document.h"

const struct export_format export_formats[] = {
    {"html", "text/html; charset=utf-8"},
    {"json", "application/json; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"txt", "text/plain; charset=utf-8"},
    {NULL, NULL},
};

static const struct {
    const char *name;
    void (*write)(struct buf *out, const struct document *doc);
} WRITERS[] = {
    {"html", html_write},
    {"md", markdown_write},
    {"txt", text_write},
};

const struct export_format *export_format_find(const char *name, size_t len)
{
    for (const struct export_format *f = export_formats; f->name; f++)
        if (strlen(f->name) == len && memcmp(f->name, name, len) == 0)
            return f;
    return NULL;
}

void export_write(struct buf *out, const struct export_format *format, const struct export_env *env,
                  const struct interview *iv)
{
    must(iv->public_only);
    if (strcmp(format->name, "json") == 0) {
        json_write(out, iv);
        return;
    }
    struct document doc;
    document_init(&doc, env, iv);
    for (size_t i = 0; i < sizeof WRITERS / sizeof *WRITERS; i++)
        if (strcmp(WRITERS[i].name, format->name) == 0)
            WRITERS[i].write(out, &doc);
    document_finish(&doc);
}
