// SPDX-License-Identifier: Apache-2.0
#include "server/form.h"

#include "server/base/percent.h"

static void decode(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        int byte = percent_byte((struct slice){text.p + i, text.n - i});
        if (byte >= 0) {
            buf_char(out, (char)byte);
            i += 2;
        } else {
            buf_char(out, text.p[i] == '+' ? ' ' : text.p[i]);
        }
    }
}

bool form_field(struct slice form, const char *name, struct buf *out)
{
    size_t at = 0;
    while (form.p && at < form.n) {
        const char *end = memchr(form.p + at, '&', form.n - at);
        size_t len = end ? (size_t)(end - form.p) - at : form.n - at;
        const char *equals = memchr(form.p + at, '=', len);
        size_t key_len = equals ? (size_t)(equals - form.p) - at : len;
        if (slice_is((struct slice){form.p + at, key_len}, name)) {
            if (equals)
                decode(out, (struct slice){equals + 1, len - key_len - 1});
            return true;
        }
        at += len + 1;
    }
    return false;
}
