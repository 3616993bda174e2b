// SPDX-License-Identifier: Apache-2.0
#include "server/web_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/must.h"
#include "server/files.h"

enum { MOST_FILES = 32 };

struct web_files {
    struct {
        struct web_file file;
        char *logical, *name, *url;
        struct buf bytes;
    } files[MOST_FILES];
    size_t count;
};

static const char *content_type(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (dot && strcmp(dot, ".js") == 0)
        return "text/javascript; charset=utf-8";
    if (dot && strcmp(dot, ".css") == 0)
        return "text/css; charset=utf-8";
    if (dot && strcmp(dot, ".svg") == 0)
        return "image/svg+xml";
    if (dot && strcmp(dot, ".json") == 0)
        return "application/json";
    return "application/octet-stream";
}

static int load_one(struct web_files *w, const char *dir, const struct json *entry)
{
    struct slice name = json_string(entry);
    if (name.n == 0 || memchr(name.p, '/', name.n) || w->count == MOST_FILES)
        return -EINVAL;
    struct buf path = {0};
    buf_printf(&path, "%s/%.*s", dir, (int)name.n, name.p);
    int r = file_read(path.p, &w->files[w->count].bytes);
    buf_finish(&path);
    if (r)
        return r;
    w->files[w->count].logical = strdup(json_key(entry));
    w->files[w->count].name = strndup(name.p, name.n);
    must(w->files[w->count].logical && w->files[w->count].name);
    must(asprintf(&w->files[w->count].url, "/a/%s", w->files[w->count].name) > 0);
    w->files[w->count].file =
        (struct web_file){w->files[w->count].name, content_type(w->files[w->count].name),
                          buf_slice(&w->files[w->count].bytes)};
    w->count++;
    return 0;
}

int web_files_load(const char *dir, struct web_files **ret, char error[256])
{
    char beside[FILES_PATH];
    if (!dir[0]) {
        int r = file_beside_program("web", beside);
        if (r)
            return r;
        dir = beside;
    }
    struct buf path = {0}, text = {0};
    buf_printf(&path, "%s/manifest.json", dir);
    struct web_files *w = must_alloc(sizeof *w);
    int r = file_read(path.p, &text);
    struct json *manifest = r ? NULL : json_parse(buf_slice(&text));
    if (!r && json_kind(manifest) != JSON_OBJECT)
        r = -EINVAL;
    for (const struct json *e = json_first(manifest); e && !r; e = json_next(e))
        r = load_one(w, dir, e);
    if (r)
        snprintf(error, 256, "%.180s: %s", path.p, strerror(-r));
    json_free(manifest);
    buf_finish(&path);
    buf_finish(&text);
    if (r)
        web_files_free(&w);
    else
        *ret = w;
    return r;
}

void web_files_free(struct web_files **w)
{
    for (size_t i = 0; *w && i < (*w)->count; i++) {
        free((*w)->files[i].logical);
        free((*w)->files[i].name);
        free((*w)->files[i].url);
        buf_finish(&(*w)->files[i].bytes);
    }
    free(*w);
    *w = NULL;
}

const struct web_file *web_file_find(const struct web_files *w, struct slice name)
{
    for (size_t i = 0; i < w->count; i++)
        if (slice_is(name, w->files[i].name))
            return &w->files[i].file;
    return NULL;
}

const char *web_file_url(const struct web_files *w, const char *logical)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->files[i].logical, logical) == 0)
            return w->files[i].url;
    return NULL;
}
