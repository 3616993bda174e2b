// SPDX-License-Identifier: Apache-2.0
#include "server/identity/code.h"

#include "tests/kit/check.h"

static bool reads(const char *typed, size_t count, const char *want)
{
    char got[64];
    if (!code_read(slice_of(typed), count, got))
        return false;
    CHECK_STR(got, want);
    return true;
}

TEST(bits_are_written_most_significant_first)
{
    char got[17];
    const unsigned char bytes[] = {0x00, 0x44, 0x32, 0x14, 0xC7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    code_write(bytes, 8, true, got);
    CHECK_STR(got, "01234567");
    code_write(bytes, 16, false, got);
    CHECK_STR(got, "01234567zzzzzzzz");
    code_write(bytes, 0, true, got);
    CHECK_STR(got, "");
}

TEST(what_people_type_is_understood)
{
    CHECK(reads("7K3M20QD", 8, "7K3M20QD"));
    CHECK(reads("7k3m-20qd", 8, "7K3M20QD"));
    CHECK(reads(" 7 K3M\t- 2OqD\r\n", 8, "7K3M20QD"));
    CHECK(reads("iLl1oO0z", 8, "1111000Z"));
    CHECK(reads("７ｋ３Ｍ－２０ＱＤ", 8, "7K3M20QD"));
    CHECK(reads("7K3M—20QD　", 8, "7K3M20QD"));
}

TEST(what_is_no_code_is_refused)
{
    CHECK(!reads("", 8, ""));
    CHECK(!reads("7K3M20Q", 8, ""));
    CHECK(!reads("7K3M20QDX", 8, ""));
    CHECK(!reads("7K3M20QU", 8, ""));
    CHECK(!reads("7K3M20Q!", 8, ""));
    CHECK(!reads("7K3M20Q中", 8, ""));
    CHECK(!reads("7K3M20Q\xe4", 8, ""));
    CHECK(!reads("7K3M20Q\xff\xbc\x91", 8, ""));
    char got[64];
    CHECK(!code_read((struct slice){"7K3M20Q\0", 8}, 8, got));
    CHECK(!code_read((struct slice){NULL, 0}, 8, got));
}

TEST(groups_are_parted_by_hyphens)
{
    char got[16];
    code_group("7K3M20QD", 4, got);
    CHECK_STR(got, "7K3M-20QD");
    code_group("ABCDEFGHJK", 4, got);
    CHECK_STR(got, "ABCD-EFGH-JK");
    code_group("", 4, got);
    CHECK_STR(got, "");
}

int main(void)
{
    return check_run();
}
