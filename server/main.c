// SPDX-License-Identifier: Apache-2.0
// Fangtan: live online interviews of government departments.
//
// A map of the house:
//
//   main.c              words of the command line → one file in cmd/
//   cmd/serve.c         fangtan serve → server.c, which builds the parts and introduces them:
//     net/                bytes ↔ messages and requests (libwebsockets, HTTP)
//     routes.c            an address → pages.c (people), api.c (programs), sign_in.c (staff),
//                         follow.c (who follows without a WebSocket)
//     app/                a message → may this actor? → one command's file → events to record
//       wire/               what a message may look like
//       ../moderation/      what may be said, and what may happen to a question
//     ../storage/         events on disk, in order, for good; each comes back by on_event
//       interview/          … folded into the state: once of all events, once of the public ones
//       app/publish.c       … made into frames, once for everybody
//       feed/               … swept to every reader from where each one is
//     page/ export/       the public state → HTML and documents
//     identity/           passwords, sessions, tokens
//   cmd/user.c export.c verify.c    what needs no server
#include <stdio.h>
#include <string.h>

#include "server/cmd/cmd.h"

static const struct {
    const char *name;
    int (*run)(struct config *config, int argc, char **argv);
    const char *usage;
} commands[] = {
    {"serve", cmd_serve, "serve [--listen ADDR:PORT] [--data DIR] [--demo] [--check-config]"},
    {"user", cmd_user,
     "user add NAME --role portal_admin|auditor|staff [--password-stdin] | list | disable NAME | "
     "passwd NAME"},
    {"export", cmd_export, "export INTERVIEW --format html|json|md|txt [-o FILE]"},
    {"verify", cmd_verify, "verify [INTERVIEW]"},
    {"log", cmd_log, "log [INTERVIEW]"},
    {"roles", cmd_roles, "roles"},
    {"routes", cmd_routes, "routes"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(FILE *out, int status)
{
    fputs("fangtan [--config FILE] COMMAND\n\n", out);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  fangtan %s\n", commands[i].usage);
    fputs("\nEvery command takes --data DIR. Settings: a file, FANGTAN_SECTION_KEY, flags;\n"
          "fangtan serve --check-config prints them all.\n",
          out);
    return status;
}

static int run(struct config *config, int argc, char **argv)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(config, argc, argv);
    return cmd_fault(argv[0], "no such command; see fangtan --help", EXIT_USAGE);
}

int main(int argc, char **argv)
{
    const char *file = NULL;
    int at = 1;
    struct config config;
    char error[512];
    while (at < argc && argv[at][0] == '-') {
        if (strcmp(argv[at], "--help") == 0)
            return help(stdout, 0);
        if (strcmp(argv[at], "--version") == 0)
            return printf("fangtan %s\n", FANGTAN_VERSION) < 0;
        if (!cmd_option("--config", argc, argv, &at, &file))
            return cmd_fault(argv[at], "unknown option; see fangtan --help", EXIT_USAGE);
    }
    if (at == argc)
        return help(stderr, EXIT_USAGE);
    if (argc > at + 1 && strcmp(argv[at + 1], "--help") == 0)
        return help(stdout, 0);
    config_defaults(&config);
    if (config_load(&config, file, error) != 0)
        return cmd_fault("configuration", error, EXIT_USAGE);
    return run(&config, argc - at, argv + at);
}
