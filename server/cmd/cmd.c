// SPDX-License-Identifier: Apache-2.0
#include "server/cmd/cmd.h"

#include <stdio.h>
#include <string.h>

int cmd_fault(const char *what, const char *why, int status)
{
    fprintf(stderr, "fangtan: %s: %s\n", what, why);
    return status;
}

bool cmd_option(const char *name, int argc, char **argv, int *at, const char **ret_value)
{
    const char *arg = argv[*at];
    size_t len = strlen(name);
    if (strncmp(arg, name, len) != 0 || (arg[len] != '\0' && arg[len] != '='))
        return false;
    if (arg[len] == '=') {
        *ret_value = arg + len + 1;
        ++*at;
        return true;
    }
    if (*at + 1 >= argc)
        return false;
    *ret_value = argv[*at + 1];
    *at += 2;
    return true;
}

int cmd_common_option(struct config *config, int argc, char **argv, int *at)
{
    const char *value;
    char error[512];
    if (!cmd_option("--data", argc, argv, at, &value))
        return -1;
    return config_set(config, "storage.data", value, error) == 0
               ? 0
               : cmd_fault("--data", error, EXIT_USAGE);
}

int cmd_interview(struct config *config, int argc, char **argv, const char **ret)
{
    *ret = NULL;
    for (int at = 1; at < argc;) {
        int r = cmd_common_option(config, argc, argv, &at);
        if (r > 0)
            return r;
        if (r == 0)
            continue;
        if (argv[at][0] == '-' || *ret)
            return cmd_fault(argv[0], "unknown option; see fangtan --help", EXIT_USAGE);
        *ret = argv[at++];
    }
    return 0;
}
