// SPDX-License-Identifier: Apache-2.0
// Names compared by what a reader sees: compatibility and case folded; spaces, punctuation,
// symbols and what is invisible left out; letters of other scripts that look Latin taken as Latin;
// a number at the end, and what an office adds to a name, not counted.
#include "moderation/names.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

// Nobody's name, alone or with a number: "Admin", "版主2".
// clang-format off
static const char *const ROLE_NAMES[] = {
    "主持", "嘉宾", "嘉賓", "来宾", "來賓", "版主", "站长", "站長", "官方", "官方账号", "官方帳號",
    "系统", "系統", "客服", "审核", "審核", "速录", "速錄", "导播", "導播",
    "admin", "host", "guest", "system", "root", "staff", "official",
};

// Words that claim a role wherever they stand: "主持人小何", "网站管理员".
static const char *const ROLE_WORDS[] = {
    "主持人", "管理员", "管理員", "审核员", "審核員", "复核人", "復核人", "工作人员", "工作人員",
    "速录员", "速錄員", "联络员", "聯絡人", "moderator", "compere", "administrator",
};
// clang-format on

// Small letters that many fonts draw alike (Unicode Technical Standard 39, confusables). A capital
// is compared by its small letter: Н, which looks Latin, is н by then, which does not.
static const struct {
    int32_t seen;
    char as;
} LOOKS[] = {
    {0x0430, 'a'}, {0x0441, 'c'}, {0x0501, 'd'}, {0x0435, 'e'}, {0x04BB, 'h'}, {0x0456, 'i'},
    {0x0458, 'j'}, {0x04CF, 'l'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x051B, 'q'}, {0x0455, 's'},
    {0x0475, 'v'}, {0x051D, 'w'}, {0x0445, 'x'}, {0x0443, 'y'}, {0x03B1, 'a'}, {0x03B9, 'i'},
    {0x03BA, 'k'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C5, 'u'}, {0x03C7, 'x'},
    {0x03B3, 'y'}, {0x0131, 'i'}, {0x0251, 'a'}, {0x0261, 'g'},
};

static int32_t as_seen(int32_t c)
{
    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++)
        if (LOOKS[i].seen == c)
            return LOOKS[i].as;
    return c;
}

// What somebody who would be taken for a guest adds to the guest's name, in front or behind.
// clang-format off
static const char *const OFFICES[] = {
    "局长", "局長", "主任", "书记", "書記", "处长", "處長", "科长", "科長", "部长", "部長",
    "厅长", "廳長", "市长", "市長", "县长", "縣長", "区长", "區長", "镇长", "鎮長",
    "院长", "院長", "校长", "校長",
};
static const char *const COURTESIES[] = {
    "先生", "女士", "老师", "老師", "同志", "本人", "真身", "官方", "official",
};
// clang-format on

static bool is_kept(int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
        return true;
    default:
        return false;
    }
}

// The name as compared, to be freed.
static char *fold(const char *name)
{
    const utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT |
                                      UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded, options);
    if (len < 0)
        abort(); // out of memory: the name is gated
    utf8proc_ssize_t out = 0;
    for (utf8proc_ssize_t i = 0; i < len;) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t step = utf8proc_iterate(folded + i, len - i, &c);
        if (is_kept(c)) // what it looks like is never longer
            out += utf8proc_encode_char(as_seen(c), folded + out);
        i += step;
    }
    folded[out] = 0;
    return (char *)folded;
}

struct word {
    const char *p;
    size_t n;
};

static struct word without_number(const char *folded)
{
    size_t len = strlen(folded);
    while (len > 0 && folded[len - 1] >= '0' && folded[len - 1] <= '9')
        len--;
    return (struct word){folded, len};
}

static bool begins_with(struct word name, const char *first, size_t len)
{
    return name.n >= len && memcmp(name.p, first, len) == 0;
}

// Takes one of the words off the beginning.
static bool take(struct word *name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(words[i]);
        if (begins_with(*name, words[i], len)) {
            name->p += len;
            name->n -= len;
            return true;
        }
    }
    return false;
}

static bool take_office(struct word *name)
{
    return take(name, OFFICES, sizeof OFFICES / sizeof *OFFICES);
}

static bool take_addition(struct word *name)
{
    return take_office(name) || take(name, COURTESIES, sizeof COURTESIES / sizeof *COURTESIES);
}

// "周明岚", "周明岚局长", "局长周明岚".
static bool is_name_in_full(struct word name, const char *known, size_t len)
{
    if (!begins_with(name, known, len))
        return false;
    struct word rest = {name.p + len, name.n - len};
    take_addition(&rest);
    return rest.n == 0;
}

// "周局长", "欧阳局长": how one speaks of whoever holds an office. surname: so many bytes of the
// name.
static bool is_surname_and_office(struct word name, const char *known, size_t surname)
{
    if (surname == 0 || !begins_with(name, known, surname))
        return false;
    struct word rest = {name.p + surname, name.n - surname};
    return take_office(&rest) && rest.n == 0;
}

// Bytes of so many characters at the beginning of a name; 0 = they are not all of the kind that a
// surname of one or two characters is written in.
static size_t beginning(const char *name, int characters)
{
    enum { FIRST_HAN = 0x2E80 }; // the radicals, before all ideographs
    size_t len = strlen(name), at = 0;
    for (int i = 0; i < characters; i++) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)name + at, (utf8proc_ssize_t)(len - at), &c);
        if (step <= 0 || c < FIRST_HAN)
            return 0;
        at += (size_t)step;
    }
    return at < len ? at : 0;
}

static bool is_same(const char *folded, const char *taken)
{
    char *other = fold(taken);
    size_t len = strlen(other);
    struct word name = without_number(folded), bare = name;
    bool same = len > 0 && (strcmp(folded, other) == 0 || is_name_in_full(name, other, len) ||
                            (take_addition(&bare) && is_name_in_full(bare, other, len)) ||
                            is_surname_and_office(name, other, beginning(other, 1)) ||
                            is_surname_and_office(name, other, beginning(other, 2)));
    free(other);
    return same;
}

static bool claims_role(const char *folded)
{
    for (size_t i = 0; i < sizeof ROLE_WORDS / sizeof *ROLE_WORDS; i++)
        if (strstr(folded, ROLE_WORDS[i]))
            return true;
    struct word name = without_number(folded);
    for (size_t i = 0; i < sizeof ROLE_NAMES / sizeof *ROLE_NAMES; i++)
        if (strlen(ROLE_NAMES[i]) == name.n && memcmp(ROLE_NAMES[i], name.p, name.n) == 0)
            return true;
    return take_office(&name) && name.n == 0;
}

bool mod_name_is_taken(const char *name, const char *const *taken, size_t taken_count)
{
    char *folded = fold(name);
    bool is_taken = claims_role(folded);
    for (size_t i = 0; !is_taken && i < taken_count; i++)
        is_taken = is_same(folded, taken[i]);
    free(folded);
    return is_taken;
}
