// SPDX-License-Identifier: Apache-2.0
// fangtan roles: who may make which command, in which stages of an interview.
// fangtan routes: the addresses that are answered.
#include <stdio.h>

#include "server/app/app.h"
#include "server/cmd/cmd.h"
#include "server/routes.h"

static int print(void (*write)(struct buf *out), int argc, char **argv)
{
    if (argc > 1)
        return cmd_fault(argv[1], "unknown option; see fangtan --help", EXIT_USAGE);
    struct buf b = {0};
    write(&b);
    bool ok = fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0;
    buf_finish(&b);
    return ok ? 0 : cmd_fault("standard output", "cannot be written", 1);
}

int cmd_roles(struct config *config, int argc, char **argv)
{
    (void)config;
    return print(app_permissions, argc, argv);
}

int cmd_routes(struct config *config, int argc, char **argv)
{
    (void)config;
    return print(routes_write, argc, argv);
}
