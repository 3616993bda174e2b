// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/check.h"

#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_TESTS = 256, SKIPPED = 77, SECONDS = 120 };

static struct {
    const char *name;
    check_function *function;
} tests[MOST_TESTS];
static size_t test_count;
static char dirs[8][64];
static size_t dir_count;

void check_add(const char *name, check_function *function)
{
    if (test_count == MOST_TESTS)
        abort();
    tests[test_count].name = name;
    tests[test_count++].function = function;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static void remove_dirs(void)
{
    for (size_t i = 0; i < dir_count; i++)
        nftw(dirs[i], remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *check_dir(void)
{
    if (dir_count == sizeof dirs / sizeof *dirs)
        abort();
    char *dir = dirs[dir_count];
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dirs[0], "%.40s/fangtan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        check_fail(__FILE__, __LINE__, "cannot make a directory %s", dir);
    dir_count++;
    return dir;
}

void check_fail(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    remove_dirs();
    _exit(1);
}

void check_skip(const char *why)
{
    fprintf(stderr, "skipped: %s\n", why);
    remove_dirs();
    _exit(SKIPPED);
}

void check_str(const char *file, int line, const char *got, const char *want)
{
    if (!got || !want ? got != want : strcmp(got, want) != 0)
        check_fail(file, line, "got \"%s\", want \"%s\"", got ? got : "(null)",
                   want ? want : "(null)");
}

void check_int(const char *file, int line, long long got, long long want)
{
    if (got != want)
        check_fail(file, line, "got %lld, want %lld", got, want);
}

bool check_aborts(check_function *function, const char *text)
{
    int ends[2];
    if (pipe(ends) != 0)
        abort();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        function();
        _exit(0);
    }
    close(ends[1]);
    char said[4096];
    size_t n = 0;
    ssize_t got;
    while (n < sizeof said - 1 && (got = read(ends[0], said + n, sizeof said - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(said, text);
}

int check_run(void)
{
    size_t failed = 0, skipped = 0;
    for (size_t i = 0; i < test_count; i++) {
        fflush(NULL);
        pid_t pid = fork();
        if (pid < 0)
            abort();
        if (pid == 0) {
            alarm(SECONDS);
            tests[i].function();
            remove_dirs();
            exit(0); // not _exit: leak checkers report at exit
        }
        int status = 0;
        waitpid(pid, &status, 0);
        bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        bool was_skipped = WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED;
        if (WIFSIGNALED(status))
            fprintf(stderr, "%s: ended by signal %d\n", tests[i].name, WTERMSIG(status));
        printf("%s %s\n", passed ? "ok  " : was_skipped ? "skip" : "FAIL", tests[i].name);
        failed += !passed && !was_skipped;
        skipped += was_skipped;
    }
    printf("%zu passed, %zu failed, %zu skipped\n", test_count - failed - skipped, failed, skipped);
    return failed || test_count == 0 ? 1 : 0;
}
