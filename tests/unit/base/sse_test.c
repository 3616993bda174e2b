// SPDX-License-Identifier: Apache-2.0
#include "server/base/sse.h"

#include "tests/kit/check.h"

TEST(an_event_has_its_fields_and_an_empty_line)
{
    struct buf b = {0};
    sse_event(&b, slice_of("7:ab"), NULL, slice_of("{}"));
    sse_event(&b, (struct slice){0}, "head", slice_of("{\"to\":7}"));
    sse_open(&b, slice_of("8:cd"), "snapshot");
    buf_text(&b, "{}");
    sse_close(&b);
    CHECK_STR(b.p, "id: 7:ab\ndata: {}\n\n"
                   "event: head\ndata: {\"to\":7}\n\n"
                   "id: 8:cd\nevent: snapshot\ndata: {}\n\n");
    buf_finish(&b);
}

int main(void)
{
    return check_run();
}
