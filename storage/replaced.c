// SPDX-License-Identifier: Apache-2.0
// Only what was written here is read here, so to the byte.
#include "storage/replaced.h"

#include <inttypes.h>
#include <stdio.h>

static const char BEGIN[] = "{\"events\":[", SEQ[] = "{\"seq\":", COMMIT[] = ",\"commitment\":\"",
                  ITEM_END[] = "\"}", END[] = "]}";

static char *put(char *at, const char *text)
{
    struct slice bytes = slice_of(text);
    memcpy(at, bytes.p, bytes.n);
    return at + bytes.n;
}

char *replaced_begin(char *at)
{
    return put(at, BEGIN);
}

char *replaced_item(char *at, bool is_first, uint64_t seq, const char commit[COMMIT_HEX + 1])
{
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, seq);
    at = put(at, is_first ? "" : ",");
    at = put(put(at, SEQ), number);
    at = put(put(at, COMMIT), commit);
    return put(at, ITEM_END);
}

char *replaced_end(char *at)
{
    return put(at, END);
}

static bool take(struct slice body, size_t *at, const char *text)
{
    size_t n = strlen(text);
    if (body.n - *at < n || memcmp(body.p + *at, text, n) != 0)
        return false;
    *at += n;
    return true;
}

static bool take_number(struct slice body, size_t *at, uint64_t *ret)
{
    size_t from = *at;
    for (*ret = 0; *at < body.n && body.p[*at] >= '0' && body.p[*at] <= '9'; ++*at)
        *ret = *ret * 10 + (uint64_t)(body.p[*at] - '0');
    return *at > from && *at - from < 20;
}

static bool take_commit(struct slice body, size_t *at, char ret[COMMIT_HEX + 1])
{
    if (body.n - *at < COMMIT_HEX)
        return false;
    memcpy(ret, body.p + *at, COMMIT_HEX);
    ret[COMMIT_HEX] = '\0';
    *at += COMMIT_HEX;
    return strspn(ret, "0123456789abcdef") == COMMIT_HEX;
}

bool replaced_next(struct slice body, size_t *at, uint64_t *ret_seq,
                   char ret_commit[COMMIT_HEX + 1], bool *ret_bad)
{
    bool is_first = *at == 0;
    *ret_bad = is_first && !take(body, at, BEGIN);
    if (*ret_bad)
        return false;
    if (take(body, at, END)) {
        *ret_bad = *at != body.n;
        return false;
    }
    *ret_bad = !((is_first || take(body, at, ",")) && take(body, at, SEQ) &&
                 take_number(body, at, ret_seq) && take(body, at, COMMIT) &&
                 take_commit(body, at, ret_commit) && take(body, at, ITEM_END));
    return !*ret_bad;
}
