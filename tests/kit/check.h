// SPDX-License-Identifier: Apache-2.0
// A test is a function of checks; a file of tests is a program.
//
//   TEST(an_empty_buffer_is_empty) { … CHECK(x == y); CHECK_STR(s, "…"); }
//   int main(void) { return check_run(); }
//
// Each test runs in a child process with a time limit, so a crash fails that test alone.
#ifndef TESTS_KIT_CHECK_H
#define TESTS_KIT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

typedef void check_function(void);
void check_add(const char *name, check_function *function);
int check_run(void); // exit status: 0 when every test passed
void check_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
void check_skip(const char *why) __attribute__((noreturn));
void check_str(const char *file, int line, const char *got, const char *want);
void check_int(const char *file, int line, long long got, long long want);

// Runs function in a child; did it abort with this text on stderr?
bool check_aborts(check_function *function, const char *text);

// A new empty directory, removed after the test.
const char *check_dir(void);

#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        check_add(#name, name);                                                                    \
    }                                                                                              \
    static void name(void)

#define CHECK(expr) ((expr) ? (void)0 : check_fail(__FILE__, __LINE__, "%s", #expr))
#define CHECK_STR(got, want) check_str(__FILE__, __LINE__, got, want)
#define CHECK_INT(got, want) check_int(__FILE__, __LINE__, (long long)(got), (long long)(want))

#endif
