// SPDX-License-Identifier: Apache-2.0
// Documents of the public record: one in-memory model, one writer per format.
#ifndef SERVER_EXPORT_EXPORT_H
#define SERVER_EXPORT_EXPORT_H

#include "server/base/buf.h"
#include "server/interview/state.h"
#include "server/page/messages.h"

struct export_format {
    const char *name;         // also the file's extension: "html" "json" "md" "txt"
    const char *content_type; // with charset
};

// The table of formats, ended by a NULL name.
extern const struct export_format export_formats[];

// NULL when there is no such format.
const struct export_format *export_format_find(const char *name, size_t len);

struct export_env {
    enum lang lang;
    int utc_offset_minutes;
    const char *site_name;          // NULL: the catalogue's own
    const char *origin;             // NULL: no absolute links
    const struct interview *portal; // the portal's own log, public; NULL: the house's own words
};

// iv is a public_only state.
void export_write(struct buf *out, const struct export_format *format, const struct export_env *env,
                  const struct interview *iv);

#endif
