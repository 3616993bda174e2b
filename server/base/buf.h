// SPDX-License-Identifier: Apache-2.0
// Bytes that grow. A zeroed struct is an empty buffer. Out of memory aborts.
#ifndef SERVER_BASE_BUF_H
#define SERVER_BASE_BUF_H

#include <stdarg.h>

#include "storage/slice.h"

struct buf {
    char *p; // NUL-terminated when not NULL; the NUL is not counted
    size_t n;
    size_t cap;
};

void buf_finish(struct buf *b); // frees and zeroes
void buf_clear(struct buf *b);  // keeps the memory
void buf_add(struct buf *b, struct slice bytes);
void buf_text(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->p ? b->p : "", b->n};
}

#endif
