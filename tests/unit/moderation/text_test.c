// SPDX-License-Identifier: Apache-2.0
// The text gate: each step of moderation/README.md, and what holds for every input.
#include "moderation/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/kit/check.h"

static const struct mod_text_rule LINES = {1000, true};
static const struct mod_text_rule ONE_LINE = {1000, false};

static void gates(const char *in, size_t in_len, const struct mod_text_rule *rule, const char *want)
{
    char *got = NULL;
    size_t len = 0;
    CHECK_INT(mod_text_gate(in, in_len, rule, &got, &len), MOD_TEXT_OK);
    CHECK_STR(got, want);
    CHECK_INT(len, strlen(want));
    free(got);
}

#define GATES(in, want) gates(in, sizeof(in) - 1, &LINES, want)
#define GATES_LINE(in, want) gates(in, sizeof(in) - 1, &ONE_LINE, want)

static void refuses(const char *in, size_t in_len, enum mod_text_fault fault)
{
    char *got = NULL;
    size_t len = 77;
    CHECK_INT(mod_text_gate(in, in_len, &LINES, &got, &len), fault);
    CHECK(got == NULL && len == 77);
}

#define REFUSES(in, fault) refuses(in, sizeof(in) - 1, fault)

TEST(ordinary_text_stays_as_it_is)
{
    GATES("社区食堂什么时候开门?", "社区食堂什么时候开门?");
    GATES("𠮷野家 & <b>𝒳</b> 🏳️‍🌈 👩‍👩‍👧",
          "𠮷野家 & <b>𝒳</b> 🏳️‍🌈 👩‍👩‍👧");
    GATES("ياخشىمۇسىز، مەن بىر سوئال", "ياخشىمۇسىز، مەن بىر سوئال");
    GATES("བཀྲ་ཤིས་བདེ་ལེགས།", "བཀྲ་ཤིས་བདེ་ལེགས།");
    GATES("a\u200cb\u200dc\u200ed\u200fe", "a\u200cb\u200dc\u200ed\u200fe");
    GATES("\ue000 private, \u00ad soft", "\ue000 private, \u00ad soft");
}

TEST(what_is_not_utf8_is_refused)
{
    REFUSES("\xff", MOD_TEXT_NOT_UTF8);
    REFUSES("a\x80", MOD_TEXT_NOT_UTF8);
    REFUSES("\xc0\xaf", MOD_TEXT_NOT_UTF8);         // overlong
    REFUSES("\xc1\xbf", MOD_TEXT_NOT_UTF8);         // overlong
    REFUSES("\xe0\x9f\xbf", MOD_TEXT_NOT_UTF8);     // overlong
    REFUSES("\xf0\x8f\xbf\xbf", MOD_TEXT_NOT_UTF8); // overlong
    REFUSES("\xed\xa0\x80", MOD_TEXT_NOT_UTF8);     // surrogate
    REFUSES("\xed\xbf\xbf", MOD_TEXT_NOT_UTF8);     // surrogate
    REFUSES("\xf4\x90\x80\x80", MOD_TEXT_NOT_UTF8); // beyond U+10FFFF
    REFUSES("\xf8\x88\x80\x80\x80", MOD_TEXT_NOT_UTF8);
    REFUSES("ok\xe4\xb8", MOD_TEXT_NOT_UTF8); // cut off
    REFUSES("\xe4\xb8z", MOD_TEXT_NOT_UTF8);
    GATES("\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd"); // U+10FFFD
}

TEST(every_kind_of_line_end_becomes_a_line_feed)
{
    GATES("a\r\nb\rc\u2028d\u2029e\nf", "a\nb\nc\nd\ne\nf");
    GATES("a\r\0\nb", "a\n\nb");
    GATES("a\r\r\nb", "a\n\nb");
    GATES("a\n\rb", "a\n\nb");
    GATES("a\tb", "a b");
}

TEST(forbidden_characters_are_dropped)
{
    GATES("a\0\x01\x08\x0b\x0c\x0e\x1f\x7f\xc2\x80\xc2\x85\xc2\x9fz", "az");
    GATES("a\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069z", "az");
    GATES("a\U000e0000\U000e0041\U000e007fz", "az");
    GATES("a\ufdd0\ufdef\uffff\ufffe\U0001fffe\U0010ffffz", "az");
    GATES("a\ufdcf\ufdf0\ufffd\u2065\u206a\u2029\U000e0080z",
          "a\ufdcf\ufdf0\ufffd\u2065\u206a\n\U000e0080z");
}

TEST(text_is_composed)
{
    GATES("e\u0301", "\u00e9");
    GATES("\u212b \u2126", "\u00c5 \u03a9");
    GATES("\u1100\u1161\u11a8", "\uac01");
    GATES("q\u0307\u0323", "q\u0323\u0307"); // sorted
    GATES("\u0344", "\u0308\u0301");
    GATES("\u0958", "\u0915\u093c"); // excluded from composition
    GATES("x\u0301\u1161", "x\u0301\u1161");
    // A vowel that utf8proc takes for "no final consonant".
    GATES("\uac00\u11a7a", "\uac00\u11a7a");
    GATES("\u1100\u1161\u11a7\u11a7\u0301", "\uac00\u11a7\u11a7\u0301");
    GATES("\u11a7\u1100\u1161", "\u11a7\uac00");
}

TEST(a_row_of_marks_is_cut_at_eight)
{
#define M4 "\u0301\u0302\u0303\u0304"
    GATES("x" M4 M4, "x" M4 M4);
    GATES("x" M4 M4 "\u0305q" M4, "x" M4 M4 "q" M4);
    // Joiners do not help.
    GATES("x" M4 "\u200d" M4 "\u200c\u0305\u200e\u0306z", "x" M4 "\u200d" M4 "\u200c\u200ez");
    // Eight that come apart into sixteen.
    GATES("q\u0344\u0344\u0344\u0344\u0344\u0344\u0344\u0344",
          "q\u0308\u0301\u0308\u0301\u0308\u0301\u0308\u0301");
}

TEST(lines_are_tidied)
{
    GATES("a  \nb \n \n\n  c", "a\nb\n\n  c");
    GATES("a\n\n\n\n\nb", "a\n\nb");
    GATES("\n \n\u3000\u00a0a b\u3000\n ", "a b");
    GATES("a\u3000\nb", "a\u3000\nb");
    GATES("\u3000首行\n\u3000\u3000次行", "首行\n\u3000\u3000次行");
    GATES_LINE("a\nb", "a b");
    GATES_LINE("a \n\n \n b\n", "a  b");
    GATES_LINE("\na\r\n\r\nb", "a b");
}

TEST(what_shows_nothing_is_empty)
{
    REFUSES("", MOD_TEXT_EMPTY);
    REFUSES(" \n\t\r\n\u3000\u00a0\u2003", MOD_TEXT_EMPTY);
    REFUSES("\0\x01\u202e\ufeff", MOD_TEXT_EMPTY);
    REFUSES("\u200b\u200d\u2060\u00ad\u3164\u115f\u2800\ufe0f\U000e0100", MOD_TEXT_EMPTY);
    GATES("\u200b.", "\u200b.");
    GATES("\ufffc", "\ufffc");
}

TEST(length_is_counted_in_code_points_after_the_gate)
{
    const struct mod_text_rule three = {3, true};
    char *got = NULL;
    size_t len = 0;
    const char *fits = "  𠮷e\u0301\0z \n";
    CHECK_INT(mod_text_gate(fits, strlen(fits) + 4, &three, &got, &len), MOD_TEXT_OK);
    CHECK_STR(got, "𠮷\u00e9z");
    CHECK_INT(mod_text_points(got, len), 3);
    free(got);
    got = NULL;
    CHECK_INT(mod_text_gate("四个汉字", 12, &three, &got, &len), MOD_TEXT_TOO_LONG);
    CHECK(got == NULL);
    CHECK_INT(mod_text_points("", 0), 0);
    CHECK_INT(mod_text_points("a中🏠", 8), 3);
}

// splitmix64
static uint64_t seed;
static uint64_t dice(uint64_t below)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % below;
}

static size_t put(char *to, uint32_t c)
{
    if (c < 0x80)
        return to[0] = (char)c, 1;
    if (c < 0x800)
        return to[0] = (char)(0xC0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000)
        return to[0] = (char)(0xE0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 63)),
               to[2] = (char)(0x80 | (c & 63)), 3;
    return to[0] = (char)(0xF0 | c >> 18), to[1] = (char)(0x80 | (c >> 12 & 63)),
           to[2] = (char)(0x80 | (c >> 6 & 63)), to[3] = (char)(0x80 | (c & 63)), 4;
}

static uint32_t hostile_point(void)
{
    static const uint32_t POINTS[] = {
        0,       1,       '\t',    '\n',     '\n',    '\r',    ' ',     ' ',     'a',     0x7F,
        0x85,    0xA0,    0xAD,    0x301,    0x323,   0x344,   0x345,   0xE9,    0x1EBF,  0x212B,
        0x2028,  0x2029,  0x200B,  0x200C,   0x200D,  0x202E,  0x2066,  0x3000,  0x3099,  0x304B,
        0xFEFF,  0xFFFE,  0xFDD0,  0x1100,   0x1161,  0x11A7,  0x11A8,  0xAC00,  0xAC01,  0x9C7,
        0x9BE,   0x9D7,   0xF71,   0xF72,    0xF74,   0xF73,   0x958,   0x2ADC,  0xFB1D,  0x5B0,
        0x5C1,   0x2000,  0x37E,   0x110BA,  0x11131, 0x11127, 0x1D15E, 0x1D165, 0x2F800, 0x20BB7,
        0x1F3E0, 0xE0041, 0xE0100, 0x10FFFF,
    };
    if (dice(8))
        return POINTS[dice(sizeof POINTS / sizeof *POINTS)];
    static const uint32_t STARTS[] = {0x300, 0x900, 0xF00, 0x1000, 0x1DC0, 0x20D0, 0x1D100, 0};
    uint32_t start = STARTS[dice(8)];
    uint32_t c = start ? start + (uint32_t)dice(0x100) : (uint32_t)dice(0x110000);
    return c >= 0xD800 && c < 0xE000 ? 0xFFFD : c;
}

static void check_gated(const char *text, size_t len, const struct mod_text_rule *rule)
{
    size_t feeds = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        CHECK(c >= ' ' || (c == '\n' && rule->lines));
        CHECK(c != 0x7F);
        feeds = c == '\n' ? feeds + 1 : 0;
        CHECK(feeds <= 2);
        CHECK(c != '\n' || (i > 0 && text[i - 1] != ' '));
    }
    CHECK(text[0] != ' ' && text[0] != '\n' && text[len - 1] != ' ' && text[len - 1] != '\n');
    static const char *const GONE[] = {"\ufeff", "\u202e",   "\u2066",
                                       "\u2028", "\xc2\x85", "\ufdd0"};
    for (size_t i = 0; i < sizeof GONE / sizeof *GONE; i++)
        CHECK(!strstr(text, GONE[i]));
}

static bool check_twice(const char *in, size_t in_len, const struct mod_text_rule *rule)
{
    char *once = NULL, *twice = NULL;
    size_t once_len = 0, twice_len = 0;
    if (mod_text_gate(in, in_len, rule, &once, &once_len) != MOD_TEXT_OK)
        return false;
    CHECK(strlen(once) == once_len);
    CHECK(mod_text_points(once, once_len) <= rule->max_points);
    check_gated(once, once_len, rule);
    CHECK_INT(mod_text_gate(once, once_len, rule, &twice, &twice_len), MOD_TEXT_OK);
    CHECK_STR(twice, once);
    CHECK_INT(twice_len, once_len);
    free(once);
    free(twice);
    return true;
}

TEST(the_gate_of_a_gated_text_is_the_same_text)
{
    size_t passed = 0;
    seed = 1;
    for (size_t round = 0; round < 60000; round++) {
        char in[64 * 4];
        size_t n = 0, points = 1 + dice(48);
        for (size_t i = 0; i < points; i++)
            n += put(in + n, hostile_point());
        passed += check_twice(in, n, dice(2) ? &LINES : &ONE_LINE);
    }
    CHECK(passed > 50000);
}

TEST(any_bytes_are_answered)
{
    seed = 7;
    size_t answered[4] = {0};
    for (size_t round = 0; round < 50000; round++) {
        char in[24];
        size_t n = dice(sizeof in);
        for (size_t i = 0; i < n; i++)
            in[i] = (char)(dice(1 + round % 16) ? dice(0x80) : 0x80 + dice(0x80));
        char *got = NULL;
        size_t len = 0;
        const struct mod_text_rule rule = {10, dice(2) == 0};
        enum mod_text_fault fault = mod_text_gate(in, n, &rule, &got, &len);
        answered[fault]++;
        CHECK((fault == MOD_TEXT_OK) == (got != NULL));
        free(got);
    }
    for (size_t i = 0; i < 4; i++)
        CHECK(answered[i] > 100);
}

TEST(a_huge_row_of_marks_does_not_take_for_ever)
{
    size_t n = 0;
    char *in = malloc(400001);
    CHECK(in);
    in[n++] = 'x';
    while (n < 400000) // alternating classes: the worst case of sorting
        n += put(in + n, n % 4 == 1 ? 0x301 : 0x323);
    char *got = NULL;
    size_t len = 0;
    CHECK_INT(mod_text_gate(in, n, &LINES, &got, &len), MOD_TEXT_OK);
    CHECK_INT(mod_text_points(got, len), 9);
    free(got);
    free(in);
}

// Cuts the next string out of a JSON text and undoes its escapes in place.
static char *next_string(char **at, size_t *ret_len)
{
    char *from = strchr(*at, '"');
    if (!from)
        return NULL;
    char *out = ++from, *p = from;
    while (*p && *p != '"') {
        if (*p != '\\') {
            *out++ = *p++;
            continue;
        }
        unsigned c = 0;
        if (p[1] == 'u' && sscanf(p + 2, "%4x", &c) == 1) {
            out += put(out, c);
            p += 6;
        } else {
            *out++ = p[1];
            p += 2;
        }
    }
    *at = p + 1;
    *ret_len = (size_t)(out - from);
    return from;
}

TEST(naughty_strings_pass_the_same_way_twice)
{
    const char *shared = getenv("FANGTAN_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/data/conformance/blns.json", shared ? shared : "../shared");
    FILE *f = fopen(path, "rb");
    if (!f)
        check_skip("no list of naughty strings");
    static char json[1 << 20];
    size_t n = fread(json, 1, sizeof json - 1, f);
    fclose(f);
    CHECK(n > 0 && n < sizeof json - 1);
    size_t passed = 0, len = 0;
    char *at = json;
    for (char *s = next_string(&at, &len); s; s = next_string(&at, &len))
        passed += check_twice(s, len, &LINES) && check_twice(s, len, &ONE_LINE);
    CHECK(passed > 300);
}

int main(void)
{
    return check_run();
}
