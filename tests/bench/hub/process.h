// SPDX-License-Identifier: Apache-2.0
// Processes that are measured: starting and ending them, and what they have used. Whatever is
// started within supervise() is gone when that returns, however it ended.
#ifndef TESTS_BENCH_HUB_PROCESS_H
#define TESTS_BENCH_HUB_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PATH_TEXT = 512 };

// Runs work(ctx) in a child with a new directory as TMPDIR; afterwards kills whatever that child
// left, and removes the directory. work's exit status; 1 when a signal or the time ended it.
int supervise(int (*work)(void *ctx), void *ctx, unsigned most_seconds);

// Ends this process with a sentence and status 1.
void give_up(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

uint64_t now_ns(void); // monotonic

// A new directory under TMPDIR.
void make_dir(char ret[PATH_TEXT], const char *name);
void remove_dir(const char *dir); // with all that is in it
void write_file(const char *path, const char *text);

// Starts a program with its output in the file log; it dies with its parent. -1: no such program.
pid_t process_start(const char *const *argv, const char *log);
// The same for a function of ours, which must not return.
pid_t process_fork(void (*run)(void *ctx), void *ctx);
// SIGKILL or SIGTERM, and waits; how many milliseconds it took.
double process_end(pid_t pid, int signal);
bool process_lives(pid_t pid);

// Of the process and its children: time on a CPU (by the scheduler), resident memory.
uint64_t process_cpu_ns(pid_t pid);
uint64_t process_rss(pid_t pid); // bytes

int free_port(void);                 // of 127.0.0.1, free a moment ago
bool await_port(int port, pid_t of); // until somebody listens there; false: the process ended

// Memory of all TCP sockets of the machine in bytes; stalled time of the machine in microseconds.
uint64_t tcp_memory(void);
uint64_t cpu_pressure_us(void); // 0 where the kernel does not tell

// The load keeps the last CPU, what is measured the others. With one CPU nothing is done.
void pin_load(void);

#endif
