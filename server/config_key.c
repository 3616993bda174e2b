// SPDX-License-Identifier: Apache-2.0
// The table of settings, finding a row, and guessing which one was meant.
#include "server/config_key.h"

#include "server/base/limits.h"
#include "server/base/utf8.h"

#define TEXT_FIELD(member)                                                                         \
    .offset = offsetof(struct config, member), .size = sizeof(((struct config *)0)->member)
#define INT_FIELD(member, from, to)                                                                \
    .kind = CONFIG_NUMBER, .offset = offsetof(struct config, member), .least = (from), .most = (to)

enum { HOUR_MS = 3600000 };

const struct config_key config_keys[] = {
    {.section = "server",
     .name = "listen",
     .kind = CONFIG_LISTEN,
     TEXT_FIELD(listen),
     .initial = "127.0.0.1:8080",
     .help = "Where the server listens: ADDR:PORT, an IPv6 address in brackets; port 0 = any free"},
    {.section = "server",
     .name = "tls_listen",
     .kind = CONFIG_LISTEN,
     TEXT_FIELD(tls_listen),
     .initial = "",
     .help =
         "Where it listens for https:// and wss:// as well; empty = nowhere, a proxy does that"},
    {.section = "server",
     .name = "tls_certificate",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(tls_certificate),
     .initial = "",
     .help = "PEM file of the certificate and those above it; read again on SIGHUP"},
    {.section = "server",
     .name = "tls_key",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(tls_key),
     .initial = "",
     .help = "PEM file of the certificate's private key, without a password"},
    {.section = "server",
     .name = "log_format",
     .kind = CONFIG_CHOICE,
     TEXT_FIELD(log_format),
     .choices = "json text",
     .initial = "json",
     .help = "Log lines for programs (json) or for people (text)"},
    {.section = "server",
     .name = "log_level",
     .kind = CONFIG_CHOICE,
     TEXT_FIELD(log_level),
     .choices = "debug info warn error",
     .initial = "info",
     .help = "The least that is logged"},
    {.section = "server",
     .name = "site_name",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(site_name),
     .initial = "",
     .help = "The portal's name on every page; empty = the one of the language"},
    {.section = "server",
     .name = "public_url",
     .kind = CONFIG_ORIGIN,
     TEXT_FIELD(public_url),
     .initial = "",
     .help =
         "The portal's own address, like https://talk.example.gov; empty = as the browser asks"},
    {.section = "server",
     .name = "utc_offset_minutes",
     INT_FIELD(utc_offset_minutes, -720, 840),
     .initial = "480",
     .help = "The clock shown to people, in minutes east of UTC"},
    {.section = "server",
     .name = "web_dir",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(web_dir),
     .initial = "",
     .help = "Folder of the built web files; empty = the one beside the program"},
    {.section = "storage",
     .name = "data",
     .kind = CONFIG_PATH,
     TEXT_FIELD(data),
     .initial = "./fangtan-data",
     .help = "Folder of the record; made when absent"},
    {.section = "moderation",
     .name = "ask_burst",
     INT_FIELD(ask_burst, 1, 1000000),
     .initial = "2",
     .help = "Questions that a citizen may send at once"},
    {.section = "moderation",
     .name = "ask_interval_ms",
     INT_FIELD(ask_interval_ms, 1, 24 * HOUR_MS),
     .initial = "30000",
     .help = "After so many milliseconds a citizen may send one more"},
    {.section = "moderation",
     .name = "address_burst",
     INT_FIELD(address_burst, 1, 1000000),
     .initial = "60",
     .help = "Questions from one address at once; carriers share addresses"},
    {.section = "moderation",
     .name = "address_interval_ms",
     INT_FIELD(address_interval_ms, 1, 24 * HOUR_MS),
     .initial = "1000",
     .help = "After so many milliseconds an address may send one more"},
    {.section = "moderation",
     .name = "question_max",
     INT_FIELD(question_max, 1, LIMIT_QUESTION_POINTS),
     .initial = "1000",
     .help = "The longest question, in characters"},
    {.section = "moderation",
     .name = "undo_ms",
     INT_FIELD(undo_ms, 0, 600000),
     .initial = "10000",
     .help = "Milliseconds between approval and publication, for undoing it"},
    {.section = "moderation",
     .name = "absent_s",
     INT_FIELD(absent_s, 0, 3600),
     .initial = "60",
     .help = "Seconds without any moderator after which a live interview stops asking; 0 = never"},
    {.section = "moderation",
     .name = "rule_sets",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(rule_sets),
     .initial = "",
     .help = "Folder of rule sets (*.conf); empty = the one beside the program"},
    {.section = "moderation",
     .name = "calendar",
     .kind = CONFIG_TEXT,
     TEXT_FIELD(calendar),
     .initial = "",
     .help = "File of holidays and make-up working days; empty = the one beside the program"},
    {.section = "security",
     .name = "embed_allow",
     .kind = CONFIG_ORIGINS,
     TEXT_FIELD(embed_allow),
     .initial = "",
     .help = "Origins of sites that may show an interview in a frame, separated by spaces"},
    {.section = "security",
     .name = "trusted_proxies",
     .kind = CONFIG_ADDRESSES,
     TEXT_FIELD(trusted_proxies),
     .initial = "127.0.0.1 ::1",
     .help = "Addresses of reverse proxies whose X-Real-IP is believed, separated by spaces"},
};
const size_t config_key_count = sizeof config_keys / sizeof *config_keys;

// Of the contract; a section may have no keys yet.
static const char *const sections[] = {"server", "storage", "moderation", "publish", "security"};
enum { SECTION_COUNT = sizeof sections / sizeof *sections };

struct slice config_trim(struct slice s)
{
    while (s.n && strchr(" \t\r", s.p[0]) && s.p[0])
        s = (struct slice){s.p + 1, s.n - 1};
    while (s.n && strchr(" \t\r", s.p[s.n - 1]) && s.p[s.n - 1])
        s.n--;
    return s;
}

struct slice config_next_word(struct slice *rest)
{
    *rest = config_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    struct slice word = {rest->p, n};
    *rest = (struct slice){rest->p + n, rest->n - n};
    return word;
}

const char *config_short(struct slice s, char ret[64])
{
    size_t n = 0;
    while (n < s.n) {
        size_t step = utf8_step(s.p + n, s.n - n);
        if (step == 0 || n + step > 60)
            break;
        n += step;
    }
    if (n)
        memcpy(ret, s.p, n);
    ret[n] = '\0';
    return ret;
}

const struct config_key *config_key_find(struct slice section, struct slice name)
{
    for (size_t i = 0; i < config_key_count; i++) {
        if (slice_is(section, config_keys[i].section) && slice_is(name, config_keys[i].name))
            return &config_keys[i];
    }
    return NULL;
}

bool config_section_is(struct slice section)
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (slice_is(section, sections[i]))
            return true;
    }
    return false;
}

// --- did you mean …?

enum { WORD_MOST = 32 };

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

// How many bytes to change, add or take away (Levenshtein); WORD_MOST when a word is too long.
static size_t distance(struct slice a, struct slice b)
{
    size_t row[WORD_MOST + 1];
    if (a.n > WORD_MOST || b.n > WORD_MOST)
        return WORD_MOST;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t swap = diagonal + (a.p[i - 1] != b.p[j - 1]);
            diagonal = row[j];
            row[j] = least_of(row[j] + 1, row[j - 1] + 1, swap);
        }
    }
    return row[b.n];
}

struct guess {
    struct slice word;
    size_t distance;
};

static void consider(struct guess *best, struct slice given, struct slice word)
{
    size_t d = distance(given, word);
    if (d <= 1 + word.n / 4 && (!best->word.p || d < best->distance))
        *best = (struct guess){word, d};
}

static void add_guess(const struct guess *best, const char *around, char why[CONFIG_ERROR_LEN])
{
    size_t n = strlen(why);
    if (best->word.p)
        snprintf(why + n, CONFIG_ERROR_LEN - n, ", did you mean %.1s%.*s%s?", around,
                 (int)best->word.n, best->word.p, around[0] ? around + 1 : "");
}

void config_explain_section(struct slice section, char why[CONFIG_ERROR_LEN])
{
    char text[64];
    struct guess best = {0};
    for (size_t i = 0; i < SECTION_COUNT; i++)
        consider(&best, section, slice_of(sections[i]));
    snprintf(why, CONFIG_ERROR_LEN, "there is no section [%s]", config_short(section, text));
    add_guess(&best, "[]", why);
}

void config_explain_key(struct slice section, struct slice name, char why[CONFIG_ERROR_LEN])
{
    char text[64], in[64];
    struct guess best = {0};
    for (size_t i = 0; i < config_key_count; i++) {
        if (slice_is(section, config_keys[i].section)) {
            consider(&best, name, slice_of(config_keys[i].name));
        } else if (slice_is(name, config_keys[i].name)) {
            snprintf(why, CONFIG_ERROR_LEN, "%s belongs to section [%s]", config_keys[i].name,
                     config_keys[i].section);
            return;
        }
    }
    snprintf(why, CONFIG_ERROR_LEN, "section [%s] has no key %s", config_short(section, in),
             config_short(name, text));
    add_guess(&best, "", why);
}

void config_explain_choice(const struct config_key *key, struct slice value,
                           char why[CONFIG_ERROR_LEN])
{
    char text[64];
    struct guess best = {0};
    for (struct slice rest = slice_of(key->choices); rest.n;)
        consider(&best, value, config_next_word(&rest));
    snprintf(why, CONFIG_ERROR_LEN, "%s: \"%s\" is none of: %s", key->name,
             config_short(value, text), key->choices);
    add_guess(&best, "", why);
}
