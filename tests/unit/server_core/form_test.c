// SPDX-License-Identifier: Apache-2.0
// Forms and query strings, also broken ones.
#include "server/form.h"

#include <stdlib.h>

#include "tests/kit/check.h"

static void check_field(const char *form, const char *name, const char *want)
{
    struct buf b = {0};
    bool found = form_field(slice_of(form), name, &b);
    CHECK(found == (want != NULL));
    if (want)
        CHECK_STR(b.p ? b.p : "", want);
    buf_finish(&b);
}

TEST(a_field_is_found_by_its_whole_name)
{
    check_field("text=one&name=two", "text", "one");
    check_field("text=one&name=two", "name", "two");
    check_field("subtext=no&text=yes", "text", "yes");
    check_field("texts=no", "text", NULL);
    check_field("tex=no", "text", NULL);
}

TEST(the_first_of_two_counts)
{
    check_field("a=1&a=2", "a", "1");
}

TEST(a_field_may_be_empty_or_without_a_value)
{
    check_field("a=&b=2", "a", "");
    check_field("a&b=2", "a", "");
    check_field("&&a=1", "a", "1");
    check_field("", "a", NULL);
    check_field(NULL, "a", NULL);
}

TEST(escapes_are_decoded_once)
{
    check_field("a=x+y%2Bz%3d", "a", "x y+z=");
    check_field("a=%E6%9E%97%f0%a0%ae%b7", "a", "林𠮷");
    check_field("a=%2541", "a", "%41");
}

TEST(a_broken_escape_stays_as_it_is)
{
    check_field("a=100%", "a", "100%");
    check_field("a=%4", "a", "%4");
    check_field("a=%zz%4g", "a", "%zz%4g");
}

// No form makes it read outside (the sanitizer's word), and none gives more than went in.
TEST(hostile_forms_are_only_text)
{
    static const char signs[] = "a=&%+2Bz\xff";
    srand(7);
    for (int round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % 24;
        char *form = malloc(n ? n : 1);
        for (size_t i = 0; i < n; i++)
            form[i] = signs[(size_t)rand() % (sizeof signs - 1)];
        struct buf b = {0};
        form_field((struct slice){form, n}, "a", &b);
        CHECK(b.n <= n);
        buf_finish(&b);
        free(form);
    }
}

int main(void)
{
    return check_run();
}
