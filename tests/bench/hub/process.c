// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/process.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_SECONDS = 60, END_SECONDS = 15, NOBODY = 127 };

void give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fflush(stdout);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    _exit(1);
}

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

// ---- the children of a process ----

// Calls back with each child of pid.
static void each_child(pid_t pid, void (*fn)(void *ctx, pid_t child), void *ctx)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *f = fopen(path, "re");
    int child;
    while (f && fscanf(f, "%d", &child) == 1)
        fn(ctx, (pid_t)child);
    if (f)
        fclose(f);
}

static void kill_child(void *ctx, pid_t child)
{
    ++*(int *)ctx;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

// As a subreaper this process inherits the orphans, so the last one is found in the end.
static void kill_children(void)
{
    int found;
    do {
        found = 0;
        each_child(getpid(), kill_child, &found);
    } while (found);
}

// ---- supervising ----

static pid_t worker;

static void on_signal(int signal)
{
    (void)signal;
    kill(worker, SIGKILL);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

void remove_dir(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void want_descriptors(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int supervise(int (*work)(void *ctx), void *ctx, unsigned most_seconds)
{
    const char *tmp = getenv("TMPDIR");
    char dir[PATH_TEXT];
    snprintf(dir, sizeof dir, "%.200s/fangtan-hub-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        give_up("cannot make a directory %s", dir);
    setenv("TMPDIR", dir, 1);
    want_descriptors();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    fflush(NULL);
    worker = fork();
    if (worker < 0)
        give_up("cannot fork: %s", strerror(errno));
    if (worker == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(most_seconds);
        exit(work(ctx));
    }
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    int status = 0;
    while (waitpid(worker, &status, 0) < 0 && errno == EINTR)
        ;
    kill_children();
    remove_dir(dir);
    if (WIFSIGNALED(status))
        fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void make_dir(char ret[PATH_TEXT], const char *name)
{
    snprintf(ret, PATH_TEXT, "%.200s/%.100s-XXXXXX", getenv("TMPDIR"), name);
    if (!mkdtemp(ret))
        give_up("cannot make a directory %s", ret);
}

void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0)
        give_up("cannot write %s", path);
}

// ---- starting and ending ----

// Keeps this process on the CPUs from first to last.
static void pin(size_t first, size_t last)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t i = first; i <= last; i++)
        CPU_SET(i, &set);
    sched_setaffinity(0, sizeof set, &set);
}

void pin_load(void)
{
    size_t cpus = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
    if (cpus > 1)
        pin(cpus - 1, cpus - 1);
}

static void use_other_cpus(void)
{
    size_t cpus = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
    if (cpus > 1)
        pin(0, cpus - 2);
}

static void become_measured(const char *log)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    use_other_cpus();
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int out = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    dup2(null, STDIN_FILENO);
    if (out >= 0) {
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
    }
}

pid_t process_start(const char *const *argv, const char *log)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become_measured(log);
        execvp(argv[0], (char *const *)argv);
        _exit(NOBODY);
    }
    return pid;
}

pid_t process_fork(void (*run)(void *ctx), void *ctx)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become_measured(NULL);
        run(ctx);
        _exit(1);
    }
    return pid;
}

bool process_lives(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

double process_end(pid_t pid, int signal)
{
    uint64_t began = now_ns();
    kill(pid, signal);
    while (process_lives(pid)) {
        if (now_ns() - began > END_SECONDS * 1000000000ull)
            kill(pid, SIGKILL);
        pause_ms(1);
    }
    waitpid(pid, NULL, 0);
    return (double)(now_ns() - began) / 1e6;
}

// ---- what it has used ----

static void add_cpu(void *ctx, pid_t pid)
{
    uint64_t *sum = ctx;
    char path[300];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.32s/schedstat", (int)pid, task->d_name);
        FILE *f = fopen(path, "re");
        unsigned long long ran = 0;
        if (f && fscanf(f, "%llu", &ran) == 1)
            *sum += ran;
        if (f)
            fclose(f);
    }
    if (tasks)
        closedir(tasks);
    each_child(pid, add_cpu, ctx);
}

uint64_t process_cpu_ns(pid_t pid)
{
    uint64_t sum = 0;
    add_cpu(&sum, pid);
    return sum;
}

static void add_rss(void *ctx, pid_t pid)
{
    char path[64];
    unsigned long long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fscanf(f, "%*u %llu", &pages) == 1)
        *(uint64_t *)ctx += pages * (uint64_t)sysconf(_SC_PAGESIZE);
    if (f)
        fclose(f);
    each_child(pid, add_rss, ctx);
}

uint64_t process_rss(pid_t pid)
{
    uint64_t sum = 0;
    add_rss(&sum, pid);
    return sum;
}

// ---- ports ----

int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        give_up("no free port: %s", strerror(errno));
    close(fd);
    return ntohs(at.sin_port);
}

bool await_port(int port, pid_t of)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    uint64_t end = now_ns() + START_SECONDS * 1000000000ull;
    while (now_ns() < end && process_lives(of)) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool is_there = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
        close(fd);
        if (is_there)
            return true;
        pause_ms(2);
    }
    return false;
}

// ---- the machine ----

uint64_t tcp_memory(void)
{
    FILE *f = fopen("/proc/net/sockstat", "re");
    char line[200];
    unsigned long long pages = 0;
    while (f && fgets(line, sizeof line, f)) {
        const char *mem = strstr(line, " mem ");
        if (strncmp(line, "TCP:", 4) == 0 && mem)
            pages = strtoull(mem + 5, NULL, 10);
    }
    if (f)
        fclose(f);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t cpu_pressure_us(void)
{
    FILE *f = fopen("/proc/pressure/cpu", "re");
    unsigned long long total = 0;
    if (f && fscanf(f, "some avg10=%*f avg60=%*f avg300=%*f total=%llu", &total) != 1)
        total = 0;
    if (f)
        fclose(f);
    return total;
}
