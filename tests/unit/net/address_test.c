// SPDX-License-Identifier: Apache-2.0
// Addresses, and the counts of their connections.
#include "server/net/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/kit/check.h"

static struct address parse(const char *text)
{
    struct address a = {0};
    if (!address_parse(text, &a))
        check_fail(__FILE__, __LINE__, "not parsed: %s", text);
    return a;
}

TEST(texts_go_there_and_back)
{
    const char *const pairs[][2] = {{"192.0.2.1", "192.0.2.1"},
                                    {"::ffff:192.0.2.1", "192.0.2.1"},
                                    {"2001:DB8::1", "2001:db8::1"},
                                    {"::1", "::1"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct address a = parse(pairs[i][0]);
        char text[ADDRESS_TEXT];
        address_write(&a, text);
        CHECK_STR(text, pairs[i][1]);
    }
    struct address a = {0};
    const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "x", "::1%lo", "1.2.3.4 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!address_parse(bad[i], &a));
    char text[ADDRESS_TEXT];
    address_write(&a, text);
    CHECK_STR(text, "");
}

TEST(an_address_is_counted_up_to_its_cap)
{
    struct address_tally *tally = address_tally_create();
    struct address a = parse("192.0.2.1"), b = parse("192.0.2.2");
    CHECK(!address_take(tally, &a, 0));
    struct address_count *first = address_take(tally, &a, 2);
    struct address_count *second = address_take(tally, &a, 2);
    CHECK(first && second);
    CHECK(!address_take(tally, &a, 2));
    struct address_count *other = address_take(tally, &b, 2);
    CHECK(other && other != first);
    address_release(tally, first);
    first = address_take(tally, &a, 2);
    CHECK(first);
    address_release(tally, first);
    address_release(tally, second);
    address_release(tally, other);
    address_release(tally, NULL);
    address_tally_destroy(&tally);
    CHECK(!tally);
    address_tally_destroy(&tally);
}

TEST(a_subscriber_of_ipv6_is_a_64)
{
    struct address_tally *tally = address_tally_create();
    struct address a = parse("2001:db8:0:1::1"), b = parse("2001:db8:0:1:ffff::2");
    struct address c = parse("2001:db8:0:2::1");
    struct address_count *one = address_take(tally, &a, 1);
    CHECK(one && !address_take(tally, &b, 1));
    struct address_count *two = address_take(tally, &c, 1);
    CHECK(two);
    address_release(tally, one);
    address_release(tally, two);
    address_tally_destroy(&tally);
}

TEST(counts_agree_with_a_plain_table)
{
    enum { ADDRESSES = 3000, STEPS = 60000, CAP = 4 };
    struct address_tally *tally = address_tally_create();
    static struct address_count *held[ADDRESSES][CAP];
    static unsigned open[ADDRESSES];
    srand(3);
    for (int i = 0; i < STEPS; i++) {
        unsigned k = (unsigned)rand() % ADDRESSES;
        char text[32];
        snprintf(text, sizeof text, "10.0.%u.%u", k / 256, k % 256);
        struct address a = parse(text);
        if (rand() % 2) {
            struct address_count *count = address_take(tally, &a, CAP);
            CHECK(!count == (open[k] == CAP));
            if (count)
                held[k][open[k]++] = count;
        } else if (open[k] > 0) {
            address_release(tally, held[k][--open[k]]);
        }
    }
    for (unsigned k = 0; k < ADDRESSES; k++) {
        while (open[k] > 0)
            address_release(tally, held[k][--open[k]]);
    }
    address_tally_destroy(&tally);
}

int main(void)
{
    return check_run();
}
