// SPDX-License-Identifier: Apache-2.0
// A broken invariant is a bug: say where and abort, also in release. A supervisor restarts us.
#ifndef SERVER_BASE_MUST_H
#define SERVER_BASE_MUST_H

_Noreturn void must_fail(const char *expr, const char *file, int line);

#define must(expr) ((expr) ? (void)0 : must_fail(#expr, __FILE__, __LINE__))

// calloc that never returns NULL: out of memory is a crash, and the record survives crashes.
void *must_alloc(unsigned long size);

#endif
