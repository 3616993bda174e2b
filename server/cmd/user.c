// SPDX-License-Identifier: Apache-2.0
// fangtan user add|list|disable|passwd: staff accounts, also while the server runs.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "server/base/must.h"
#include "server/cmd/cmd.h"
#include "server/identity/identity.h"

// PASSWORD_MAX is in characters; also the line's end and a NUL, twice for "\r\n".
enum { LINE_BYTES = PASSWORD_MAX * 4 + 3 };

struct user_args {
    const char *verb, *name, *role;
    bool from_stdin;
};

// -E2BIG: the line is longer than any password may be. Cutting it would set another password.
static int read_line(char line[LINE_BYTES])
{
    if (!fgets(line, LINE_BYTES, stdin))
        return -EINVAL;
    size_t n = strcspn(line, "\r\n");
    bool is_whole = line[n] != '\0' || feof(stdin);
    line[n] = '\0';
    return is_whole ? 0 : -E2BIG;
}

static int read_password(const struct user_args *a, char password[LINE_BYTES])
{
    struct termios was;
    bool terminal = !a->from_stdin && tcgetattr(STDIN_FILENO, &was) == 0;
    if (terminal) {
        struct termios quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fputs("Password: ", stderr);
        tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    }
    int r = read_line(password);
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &was);
        fputc('\n', stderr);
    }
    return r;
}

static void print_account(void *ctx, const struct account *account)
{
    (void)ctx;
    printf("%s\t%s\t%s\n", account->name, account->role, account->disabled ? "disabled" : "active");
}

static int run_verb(struct accounts *store, const struct user_args *a)
{
    char error[256] = "", password[LINE_BYTES];
    must(a->verb);
    bool adds = strcmp(a->verb, "add") == 0, changes = strcmp(a->verb, "passwd") == 0;
    int r = 0;
    if (strcmp(a->verb, "list") == 0)
        r = account_each(store, print_account, NULL);
    else if (!a->name)
        return cmd_fault("user", "a NAME is needed", EXIT_USAGE);
    else if (strcmp(a->verb, "disable") == 0)
        r = account_set_disabled(store, a->name, true);
    else if (!adds && !changes)
        return cmd_fault("user", "add, list, disable or passwd", EXIT_USAGE);
    else if (adds && !a->role)
        return cmd_fault("user", "--role portal_admin|auditor|staff is needed", EXIT_USAGE);
    else if ((r = read_password(a, password)) != 0)
        snprintf(error, sizeof error, "%s",
                 r == -E2BIG ? "the password is too long" : "no password was given");
    else if (adds)
        r = identity_user_add(store, a->name, a->role, password, (int64_t)time(NULL) * 1000, error);
    else
        r = identity_user_passwd(store, a->name, password, error);
    explicit_bzero(password, sizeof password);
    if (r == -EEXIST)
        return cmd_fault(a->name, "there is an account of this name", 1);
    if (r == -ENOENT)
        return cmd_fault(a->name, "there is no account of this name", 1);
    return r ? cmd_fault("user", error[0] ? error : strerror(-r), 1) : 0;
}

static int parse(struct config *config, struct user_args *a, int argc, char **argv)
{
    for (int at = 1; at < argc;) {
        int r = cmd_common_option(config, argc, argv, &at);
        if (r > 0)
            return r;
        if (r == 0 || cmd_option("--role", argc, argv, &at, &a->role))
            continue;
        if (strcmp(argv[at], "--password-stdin") == 0)
            a->from_stdin = true;
        else if (argv[at][0] == '-')
            return cmd_fault("user", "unknown option; see fangtan --help", EXIT_USAGE);
        else if (!a->verb)
            a->verb = argv[at];
        else if (!a->name)
            a->name = argv[at];
        else
            return cmd_fault("user", "too many words; see fangtan --help", EXIT_USAGE);
        at++;
    }
    return a->verb ? 0 : cmd_fault("user", "add, list, disable or passwd", EXIT_USAGE);
}

int cmd_user(struct config *config, int argc, char **argv)
{
    struct user_args a = {0};
    int r = parse(config, &a, argc, argv);
    if (r)
        return r;
    struct accounts *store;
    char error[STORAGE_ERROR_LEN] = "";
    r = accounts_open(config->data, &store, error);
    if (r)
        return cmd_fault("user", error[0] ? error : strerror(-r), 1);
    r = run_verb(store, &a);
    accounts_close(&store);
    return r;
}
