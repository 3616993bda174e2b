// SPDX-License-Identifier: Apache-2.0
// fangtan export INTERVIEW --format FORMAT [-o FILE]: the documents of HTTP, without a server.
#include "server/export/export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"
#include "server/cmd/offline.h"
#include "server/interview/fold.h"

struct exporting {
    struct interview *portal; // its wording of reasons
    struct interview *open;
    struct interview *all; // which alone knows a rehearsal
    bool damaged;
};

static void on_interview(void *ctx, struct slice interview)
{
    struct exporting *e = ctx;
    e->open = interview_create(interview, true);
    e->all = interview_create(interview, false);
}

static void on_event(void *ctx, struct slice interview, const struct event *event)
{
    struct exporting *e = ctx;
    (void)interview;
    if (fold(e->all, event) != 0 || (event->pub && fold(e->open, event) != 0))
        e->damaged = true;
}

static int write_out(const char *file, struct slice bytes)
{
    FILE *out = file ? fopen(file, "wbe") : stdout;
    if (!out)
        return cmd_fault(file, strerror(errno), 1);
    bool ok = fwrite(bytes.p, 1, bytes.n, out) == bytes.n;
    ok = (file ? fclose(out) : fflush(out)) == 0 && ok;
    return ok ? 0 : cmd_fault(file ? file : "standard output", "cannot be written", 1);
}

static void on_portal(void *ctx, struct slice interview)
{
    struct exporting *e = ctx;
    e->portal = interview_create(interview, true);
}

static void on_portal_event(void *ctx, struct slice interview, const struct event *event)
{
    struct exporting *e = ctx;
    (void)interview;
    if (event->pub && fold(e->portal, event) != 0)
        e->damaged = true;
}

static int write_document(const struct config *config, const struct export_format *format,
                          const struct exporting *e, const char *file)
{
    struct export_env env = {.lang = LANG_ZH_HANS,
                             .utc_offset_minutes = config->utc_offset_minutes,
                             .site_name = config->site_name[0] ? config->site_name : NULL,
                             .origin = config->public_url[0] ? config->public_url : NULL,
                             .portal = e->portal};
    struct buf b = {0};
    export_write(&b, format, &env, e->open);
    int r = write_out(file, buf_slice(&b));
    buf_finish(&b);
    return r;
}

int cmd_export(struct config *config, int argc, char **argv)
{
    const char *interview = NULL, *format_name = NULL, *file = NULL;
    for (int at = 1; at < argc;) {
        int r = cmd_common_option(config, argc, argv, &at);
        if (r > 0)
            return r;
        if (r == 0 || cmd_option("--format", argc, argv, &at, &format_name) ||
            cmd_option("-o", argc, argv, &at, &file))
            continue;
        if (argv[at][0] == '-' || interview)
            return cmd_fault("export", "unknown option; see fangtan --help", EXIT_USAGE);
        interview = argv[at++];
    }
    const struct export_format *format =
        format_name ? export_format_find(format_name, strlen(format_name)) : NULL;
    if (!interview || !format)
        return cmd_fault("export", "INTERVIEW --format html|json|md|txt is needed", EXIT_USAGE);
    struct exporting e = {0};
    size_t count = 0;
    int r = offline_read(config, &(struct offline){interview, &e, on_interview, on_event}, &count);
    if (!r)
        r = offline_read(config, &(struct offline){PORTAL_LOG, &e, on_portal, on_portal_event},
                         &count);
    if (!r && (!e.open || e.all->rehearsal || !interview_is_public(e.open->stage)))
        r = cmd_fault(interview, "there is no public interview of this id", 1);
    if (!r && e.damaged)
        r = cmd_fault(interview, "an event cannot be read", 1);
    if (!r)
        r = write_document(config, format, &e, file);
    interview_destroy(&e.portal);
    interview_destroy(&e.open);
    interview_destroy(&e.all);
    return r;
}
