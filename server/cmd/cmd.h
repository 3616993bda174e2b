// SPDX-License-Identifier: Apache-2.0
// The subcommands of the program: one file each, one row each in main.c.
#ifndef SERVER_CMD_CMD_H
#define SERVER_CMD_CMD_H

#include "server/config.h"

enum { EXIT_USAGE = 2 };

// argv[0] is the subcommand's name. They return the exit status.
int cmd_serve(struct config *config, int argc, char **argv);
int cmd_user(struct config *config, int argc, char **argv);
int cmd_export(struct config *config, int argc, char **argv);
int cmd_verify(struct config *config, int argc, char **argv);
int cmd_log(struct config *config, int argc, char **argv);
int cmd_roles(struct config *config, int argc, char **argv);
int cmd_routes(struct config *config, int argc, char **argv);

// "fangtan: WHAT: WHY" on standard error; returns status.
int cmd_fault(const char *what, const char *why, int status);

// Takes "--NAME VALUE" or "--NAME=VALUE" at argv[*at]: true, *ret_value and *at moved on.
bool cmd_option(const char *name, int argc, char **argv, int *at, const char **ret_value);

// The arguments of a subcommand that takes at most one interview: *ret is its id or NULL. 0, or an
// exit status after a message.
int cmd_interview(struct config *config, int argc, char **argv, const char **ret);

// Options that every subcommand takes: --data DIR. -1: not one of them; else 0 or an exit status.
int cmd_common_option(struct config *config, int argc, char **argv, int *at);

#endif
