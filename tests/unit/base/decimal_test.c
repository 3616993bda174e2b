// SPDX-License-Identifier: Apache-2.0
// Numbers as we write them, and what is none.
#include "server/base/decimal.h"

#include "tests/kit/check.h"

TEST(numbers_are_read)
{
    static const struct {
        const char *text;
        uint64_t number;
    } good[] = {{"0", 0},
                {"7", 7},
                {"10", 10},
                {"123456789", 123456789},
                {"999999999999999", 999999999999999}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint64_t n;
        CHECK(decimal_read(slice_of(good[i].text), &n));
        CHECK(n == good[i].number);
    }
    uint64_t n;
    CHECK(decimal_read((struct slice){"12:3", 2}, &n) && n == 12);
}

TEST(what_is_none_is_refused)
{
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "1:2",
                                      "/",
                                      ":",
                                      "1000000000000000",
                                      "18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t n;
        CHECK(!decimal_read(slice_of(bad[i]), &n));
    }
    uint64_t n;
    CHECK(!decimal_read((struct slice){0}, &n));
    CHECK(!decimal_read((struct slice){"1\0", 2}, &n));
}

int main(void)
{
    return check_run();
}
