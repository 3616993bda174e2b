// SPDX-License-Identifier: Apache-2.0
// Bytes that grow by doubling; a NUL always stands behind the last one.
#include "server/base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/must.h"

enum { FIRST_CAP = 64 };

// Room for `more` bytes and the NUL.
static void reserve(struct buf *b, size_t more)
{
    must(more < SIZE_MAX / 4 && b->n < SIZE_MAX / 4);
    size_t need = b->n + more + 1;
    if (need <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    while (cap < need)
        cap *= 2;
    char *p = realloc(b->p, cap);
    must(p);
    b->p = p;
    b->cap = cap;
}

void buf_finish(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = '\0';
}

void buf_add(struct buf *b, struct slice bytes)
{
    if (bytes.n == 0)
        return;
    reserve(b, bytes.n);
    memcpy(b->p + b->n, bytes.p, bytes.n);
    b->n += bytes.n;
    b->p[b->n] = '\0';
}

void buf_text(struct buf *b, const char *z)
{
    buf_add(b, slice_of(z));
}

void buf_char(struct buf *b, char c)
{
    reserve(b, 1);
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    must(n >= 0);
    reserve(b, (size_t)n);
    vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
    va_end(again);
    b->n += (size_t)n;
}
