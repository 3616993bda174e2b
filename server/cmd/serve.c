// SPDX-License-Identifier: Apache-2.0
// fangtan serve
#include <stdio.h>
#include <string.h>

#include "server/base/log.h"
#include "server/cmd/cmd.h"
#include "server/rule_files.h"
#include "server/server.h"

struct serve_options {
    bool demo, check;
};

static int set(struct config *config, const char *key, const char *value)
{
    char error[512];
    return config_set(config, key, value, error) == 0 ? 0 : cmd_fault("serve", error, EXIT_USAGE);
}

// Returns -1 when argv[*at] is not an option of serve.
static int option(struct config *config, struct serve_options *o, int argc, char **argv, int *at)
{
    static const struct {
        const char *flag, *key;
    } valued[] = {{"--listen", "server.listen"},
                  {"--log-format", "server.log_format"},
                  {"--log-level", "server.log_level"},
                  {"--web", "server.web_dir"}};
    const char *value;
    for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
        if (cmd_option(valued[i].flag, argc, argv, at, &value))
            return set(config, valued[i].key, value);
    o->demo |= strcmp(argv[*at], "--demo") == 0;
    o->check |= strcmp(argv[*at], "--check-config") == 0;
    if (strcmp(argv[*at], "--demo") == 0 || strcmp(argv[*at], "--check-config") == 0) {
        ++*at;
        return 0;
    }
    return -1;
}

static void set_up_log(const struct config *config)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    enum log_level least = LOG_INFO;
    for (int i = 0; i < 4; i++)
        if (strcmp(config->log_level, levels[i]) == 0)
            least = (enum log_level)i;
    log_setup(strcmp(config->log_format, "text") == 0 ? LOG_TEXT : LOG_JSON, least);
}

// Everything that can be wrong before the record is opened.
static int check(const struct config *config)
{
    struct rule_files files;
    char error[512];
    if (rule_files_load(config->rule_sets, config->calendar, &files, error) != 0)
        return cmd_fault("serve", error, 1);
    rule_files_free(&files);
    config_print(config, stdout);
    return 0;
}

int cmd_serve(struct config *config, int argc, char **argv)
{
    struct serve_options o = {0};
    for (int at = 1; at < argc;) {
        int r = cmd_common_option(config, argc, argv, &at);
        if (r < 0)
            r = option(config, &o, argc, argv, &at);
        if (r < 0)
            return cmd_fault("serve", "unknown option; see fangtan --help", EXIT_USAGE);
        if (r > 0)
            return r;
    }
    char error[512];
    if (config_check(config, error) != 0)
        return cmd_fault("serve", error, EXIT_USAGE);
    if (o.check)
        return check(config);
    set_up_log(config);
    return server_run(config, o.demo);
}
