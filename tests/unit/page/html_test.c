// SPDX-License-Identifier: Apache-2.0
#include "server/page/html.h"
#include "tests/kit/check.h"

static const char *escaped(const char *text)
{
    static struct buf out;
    buf_clear(&out);
    html_text(&out, slice_of(text));
    return buf_slice(&out).p;
}

static const char *paragraphs(const char *text)
{
    static struct buf out;
    buf_clear(&out);
    html_paragraphs(&out, slice_of(text));
    return out.n ? out.p : "";
}

TEST(the_five_bytes_become_references)
{
    CHECK_STR(escaped("<a href=\"x\" id='y'>&amp;"),
              "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
}

TEST(other_text_stays_as_it_is)
{
    CHECK_STR(escaped("𠮷田 = 吉田; 100 % `x`"), "𠮷田 = 吉田; 100 % `x`");
}

TEST(an_escaped_text_holds_none_of_the_bytes)
{
    unsigned seed = 7;
    for (int round = 0; round < 2000; round++) {
        char text[40];
        size_t n = 0;
        for (; n < sizeof text - 1; n++) {
            seed = seed * 1103515245u + 12345u;
            text[n] = "<>&\"'a;#x \n"[(seed >> 16) % 11];
        }
        text[n] = 0;
        const char *out = escaped(text);
        CHECK(!strpbrk(out, "<>\"'"));
        for (const char *amp = strchr(out, '&'); amp; amp = strchr(amp + 1, '&'))
            CHECK(strchr(amp, ';') && strchr(amp, ';') - amp <= 5);
    }
}

TEST(blank_lines_part_paragraphs)
{
    CHECK_STR(paragraphs("a\nb\n\n\nc"), "<p>a<br>b</p><p>c</p>");
    CHECK_STR(paragraphs("a\r\nb\r\n \t\r\nc\r\n"), "<p>a<br>b</p><p>c</p>");
    CHECK_STR(paragraphs("\n\na"), "<p>a</p>");
}

TEST(an_empty_text_has_no_paragraph)
{
    CHECK_STR(paragraphs(""), "");
    CHECK_STR(paragraphs(" \n\t\n"), "");
}

TEST(paragraphs_are_escaped)
{
    CHECK_STR(paragraphs("<p>\n</p>"), "<p>&lt;p&gt;<br>&lt;/p&gt;</p>");
}

int main(void)
{
    return check_run();
}
