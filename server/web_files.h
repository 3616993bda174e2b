// SPDX-License-Identifier: Apache-2.0
// The built web files (scripts, styles), held in memory from the start on.
#ifndef SERVER_WEB_FILES_H
#define SERVER_WEB_FILES_H

#include "server/base/buf.h"

struct web_files;

struct web_file {
    const char *name; // "citizen-1A2B3C.js"
    const char *content_type;
    struct slice bytes;
};

// dir "" = the folder "web" beside this program. 0, or a negative errno with a sentence.
int web_files_load(const char *dir, struct web_files **ret, char error[256]);
void web_files_free(struct web_files **w);

const struct web_file *web_file_find(const struct web_files *w, struct slice name); // or NULL
// The URL of a logical name ("citizen.js" → "/a/citizen-1A2B3C.js"), or NULL.
const char *web_file_url(const struct web_files *w, const char *logical);

#endif
