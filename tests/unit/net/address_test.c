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

static const struct address_limit none = {0, {9, 1}}, one_open = {1, {9, 1}},
                                  two_open = {2, {9, 1}};

TEST(an_address_is_counted_up_to_its_cap)
{
    struct address_tally *tally = address_tally_create();
    struct address a = parse("192.0.2.1"), b = parse("192.0.2.2");
    CHECK(!address_take(tally, &a, &none, 0));
    struct address_count *first = address_take(tally, &a, &two_open, 0);
    struct address_count *second = address_take(tally, &a, &two_open, 0);
    CHECK(first && second);
    CHECK(!address_take(tally, &a, &two_open, 0));
    struct address_count *other = address_take(tally, &b, &two_open, 0);
    CHECK(other && other != first);
    address_release(first);
    first = address_take(tally, &a, &two_open, 0);
    CHECK(first);
    address_release(first);
    address_release(second);
    address_release(other);
    address_release(NULL);
    address_tally_destroy(&tally);
    CHECK(!tally);
    address_tally_destroy(&tally);
}

TEST(a_subscriber_of_ipv6_is_a_64)
{
    struct address_tally *tally = address_tally_create();
    struct address a = parse("2001:db8:0:1::1"), b = parse("2001:db8:0:1:ffff::2");
    struct address c = parse("2001:db8:0:2::1");
    struct address_count *one = address_take(tally, &a, &one_open, 0);
    CHECK(one && !address_take(tally, &b, &one_open, 0));
    struct address_count *two = address_take(tally, &c, &one_open, 0);
    CHECK(two);
    address_release(one);
    address_release(two);
    address_tally_destroy(&tally);
}

TEST(counts_agree_with_a_plain_table)
{
    enum { ADDRESSES = 3000, STEPS = 60000, CAP = 4 };
    const struct address_limit limit = {CAP, {STEPS, 1}};
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
            struct address_count *count = address_take(tally, &a, &limit, 0);
            CHECK(!count == (open[k] == CAP));
            if (count)
                held[k][open[k]++] = count;
        } else if (open[k] > 0) {
            address_release(held[k][--open[k]]);
        }
    }
    for (unsigned k = 0; k < ADDRESSES; k++) {
        while (open[k] > 0)
            address_release(held[k][--open[k]]);
    }
    address_tally_destroy(&tally);
}

TEST(an_address_has_a_pace_that_outlives_its_connections)
{
    const struct address_limit limit = {10, {3, 50}};
    struct address_tally *tally = address_tally_create();
    struct address a = parse("192.0.2.1"), b = parse("192.0.2.2");
    for (int i = 0; i < 3; i++)
        address_release(address_take(tally, &a, &limit, 1000));
    CHECK(!address_take(tally, &a, &limit, 1000));
    CHECK(!address_take(tally, &a, &limit, 1049));
    struct address_count *other = address_take(tally, &b, &limit, 1049);
    CHECK(other);
    struct address_count *first = address_take(tally, &a, &limit, 1050);
    CHECK(first && !address_take(tally, &a, &limit, 1051));
    address_release(first);
    address_release(other);
    for (int i = 0; i < 3; i++)
        address_release(address_take(tally, &a, &limit, 1200));
    CHECK(!address_take(tally, &a, &limit, 1200));
    address_tally_destroy(&tally);
}

int main(void)
{
    return check_run();
}
