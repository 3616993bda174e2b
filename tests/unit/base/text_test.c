// SPDX-License-Identifier: Apache-2.0
// Small readers of bytes: UTF-8 as a whole, and percent-encoding.
#include "server/base/percent.h"
#include "server/base/utf8.h"
#include "tests/kit/check.h"

TEST(a_text_is_utf8_to_its_last_byte)
{
    CHECK(utf8_is((struct slice){0}));
    CHECK(utf8_is(slice_of("plain")));
    CHECK(utf8_is(slice_of("访谈 𠮷")));
    CHECK(utf8_is((struct slice){"a\0b", 3}));
    CHECK(!utf8_is((struct slice){"访", 2}));
    CHECK(!utf8_is(slice_of("a\xff")));
    CHECK(!utf8_is(slice_of("\xc0\xaf")));     // not the shortest form
    CHECK(!utf8_is(slice_of("\xed\xa0\x80"))); // a surrogate
}

TEST(a_percent_sign_and_two_digits_are_a_byte)
{
    CHECK_INT(percent_byte(slice_of("%2F")), '/');
    CHECK_INT(percent_byte(slice_of("%fF rest")), 255);
    CHECK_INT(percent_byte(slice_of("%00")), 0);
    const char *const bad[] = {"", "%", "%2", "%2G", "%G2", "2F0", "% 2", "%-1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_INT(percent_byte(slice_of(bad[i])), -1);
    CHECK_INT(percent_byte((struct slice){"%2F", 2}), -1);
}

int main(void)
{
    return check_run();
}
