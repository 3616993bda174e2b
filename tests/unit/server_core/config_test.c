// SPDX-License-Identifier: Apache-2.0
// Settings: what a file may say, what is said about a wrong one and where, and which source wins.
#include "server/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/kit/check.h"

enum { TEXT_MOST = 80 * 1024 };

static char file[256];
static char error[512];

static void write_bytes(const char *bytes, size_t n)
{
    if (!file[0])
        snprintf(file, sizeof file, "%s/fangtan.conf", check_dir());
    FILE *out = fopen(file, "w");
    CHECK(out && fwrite(bytes, 1, n, out) == n && fclose(out) == 0);
}

// Loads a file of this text over the defaults.
static int load(struct config *c, const char *text)
{
    write_bytes(text, strlen(text));
    config_defaults(c);
    memset(error, 0, sizeof error);
    return config_load(c, file, error);
}

// The text must be refused with this: "LINE:COLUMN: what".
static void refused(const char *text, const char *want)
{
    struct config c, before;
    config_defaults(&before);
    CHECK_INT(load(&c, text), -EINVAL);
    size_t n = strlen(file);
    CHECK(strncmp(error, file, n) == 0 && error[n] == ':');
    CHECK_STR(error + n + 1, want);
    CHECK(memcmp(&c, &before, sizeof c) == 0);
}

static char *printed(const struct config *c)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    config_print(c, out);
    CHECK(fclose(out) == 0);
    return text;
}

TEST(the_defaults_are_those_of_the_contract)
{
    struct config c;
    config_defaults(&c);
    CHECK_STR(c.listen, "127.0.0.1:8080");
    CHECK_STR(c.data, "./fangtan-data");
    CHECK_STR(c.log_format, "json");
    CHECK_STR(c.public_url, "");
    CHECK_INT(c.utc_offset_minutes, 480);
    CHECK_INT(c.undo_ms, 10000);
    CHECK_INT(c.question_max, 1000);
    CHECK_INT(c.absent_s, 60);
    CHECK_STR(c.rule_sets, "");
    CHECK_STR(c.calendar, "");
}

TEST(a_file_sets_every_kind_of_key)
{
    struct config c;
    CHECK_INT(load(&c, "\xEF\xBB\xBF# the portal\n"
                       "[server]\r\n"
                       "listen = [2001:db8::1]:0\n"
                       "  site_name=河道办 # 1\n"
                       "\tlog_level\t=\twarn  \n"
                       "public_url = https://talk.example.gov:8443\n"
                       "utc_offset_minutes = -210\n"
                       "\n"
                       "[ storage ]\n"
                       "data = /srv/a = b\n"
                       "[publish]\n"
                       "[security]\n"
                       "embed_allow = https://www.example.gov  http://[::1]:81\n"
                       "[server]\n"
                       "web_dir ="),
              0);
    CHECK_STR(c.listen, "[2001:db8::1]:0");
    CHECK_STR(c.site_name, "河道办 # 1");
    CHECK_STR(c.log_level, "warn");
    CHECK_STR(c.public_url, "https://talk.example.gov:8443");
    CHECK_INT(c.utc_offset_minutes, -210);
    CHECK_STR(c.data, "/srv/a = b");
    CHECK_STR(c.embed_allow, "https://www.example.gov  http://[::1]:81");
    CHECK_STR(c.web_dir, "");
    CHECK_INT(c.ask_burst, 2); // not named: as it was
}

TEST(an_empty_file_sets_nothing)
{
    struct config c, before;
    config_defaults(&before);
    CHECK_INT(load(&c, ""), 0);
    CHECK(memcmp(&c, &before, sizeof c) == 0);
    CHECK_INT(config_load(&c, NULL, error), 0);
    CHECK(memcmp(&c, &before, sizeof c) == 0);
}

TEST(a_wrong_line_is_named_with_its_place)
{
    refused("listen = [::1]:1\n", "1:1: expected a [section] before the first key");
    refused("[server]\n listen\n", "2:2: expected key = value, [section] or # comment");
    refused("[server]\n = x\n", "2:2: expected a key before =");
    refused("[server\n", "1:8: expected ] at the end of the section's name");
    refused("[server] # x\n", "1:13: expected ] at the end of the section's name");
    refused("[\n", "1:2: expected ] at the end of the section's name");
    refused("[]\n", "1:1: there is no section []");
    refused("\n\n  [sever]\n", "3:3: there is no section [sever], did you mean [server]?");
    refused("[Server]\n", "1:1: there is no section [Server], did you mean [server]?");
    refused("[redis]\n", "1:1: there is no section [redis]");
}

TEST(a_wrong_key_is_told_the_right_one)
{
    refused("[server]\nlisen = x\n",
            "2:1: section [server] has no key lisen, did you mean listen?");
    refused("[moderation]\nask_interval = 5\n",
            "2:1: section [moderation] has no key ask_interval, did you mean ask_interval_ms?");
    refused("[server]\nLISTEN = x\n", "2:1: section [server] has no key LISTEN");
    refused("[server]\ncolour = red\n", "2:1: section [server] has no key colour");
    refused("[server]\ndata = /x\n", "2:1: data belongs to section [storage]");
    refused("[publish]\nto = /x\n", "2:1: section [publish] has no key to");
    refused("[storage]\ndata = a\n\n[storage]\ndata = b\n", "5:1: data is already set in line 2");
}

TEST(a_wrong_value_is_named_with_its_place)
{
    refused("[moderation]\nundo_ms = soon\n", "2:11: undo_ms: \"soon\" is not a whole number");
    refused("[moderation]\nundo_ms =\n", "2:10: undo_ms: \"\" is not a whole number");
    refused("[moderation]\nundo_ms = 5 # short\n",
            "2:11: undo_ms: \"5 # short\" is not a whole number; a comment has a line of its own");
    refused("[moderation]\nundo_ms=600001\n", "2:9: undo_ms: 600001 is not from 0 to 600000");
    refused("[moderation]\nundo_ms=-1\n", "2:9: undo_ms: -1 is not from 0 to 600000");
    refused("[moderation]\nundo_ms=99999999999\n",
            "2:9: undo_ms: 99999999999 is not from 0 to 600000");
    refused("[moderation]\nundo_ms=999999999999\n",
            "2:9: undo_ms: \"999999999999\" is not a whole number");
    refused("[moderation]\nquestion_max=1001\n", "2:14: question_max: 1001 is not from 1 to 1000");
    refused("[server]\nlog_level = wern\n",
            "2:13: log_level: \"wern\" is none of: debug info warn error, did you mean warn?");
    refused("[server]\nlog_format = xml\n", "2:14: log_format: \"xml\" is none of: json text");
    refused("[server]\nsite_name = \"河道办\"\n",
            "2:13: site_name: is written without quotation marks");
    refused("[storage]\ndata =  \n", "2:7: data: \"\" is not the path of a folder");
}

TEST(columns_count_characters)
{
    refused("# 水\n[server]\n水水 = 1\n", "3:1: section [server] has no key 水水");
    refused("[server]\nsite_name = 水\x01\n", "2:14: a control character");
    refused("[server]\nsite_name = 水水\xff\n", "2:15: not valid UTF-8");
    refused("[server]\nsite_name = \xed\xa0\x80\n", "2:13: not valid UTF-8");
    refused("# \x7f\n", "1:3: a control character");
    refused("[server]\nsite_name = a\rb\n", "2:14: a control character");
}

TEST(a_zero_byte_is_a_control_character)
{
    struct config c;
    config_defaults(&c);
    write_bytes("[server]\nsite_name = a\0b\n", 25);
    CHECK_INT(config_load(&c, file, error), -EINVAL);
    CHECK_STR(error + strlen(file), ":2:14: a control character");
}

TEST(texts_are_bounded)
{
    struct config c;
    char text[300];
    snprintf(text, sizeof text, "[server]\nsite_name = %0127d\n", 0);
    CHECK_INT(load(&c, text), 0);
    CHECK_INT(strlen(c.site_name), 127);
    snprintf(text, sizeof text, "[server]\nsite_name = %0128d\n", 0);
    CHECK_INT(load(&c, text), -EINVAL);
    CHECK(strstr(error, "2:13: site_name: is longer than 127 bytes"));
}

TEST(a_message_never_cuts_a_character)
{
    struct config c;
    char text[1000] = "[server]\nlog_level = ";
    for (int i = 0; i < 2; i++)
        strcat(text, "水"); // 6 bytes fit into the field; the message shows them whole
    CHECK_INT(load(&c, text), -EINVAL);
    CHECK(strstr(error, "\"水水\" is none of"));
    strcpy(text, "[server]\n水");
    for (int i = 0; i < 60; i++)
        strcat(text, "水");
    strcat(text, " = 1");
    CHECK_INT(load(&c, text), -EINVAL);
    CHECK(strstr(error, "has no key 水水水水水水水水水水水水水水水水水水水水"));
    CHECK(!strstr(error, "水水水水水水水水水水水水水水水水水水水水水"));
}

TEST(files_that_cannot_be_read)
{
    struct config c, before;
    config_defaults(&before);
    c = before;
    CHECK_INT(config_load(&c, "/nowhere/fangtan.conf", error), -ENOENT);
    CHECK_STR(error, "/nowhere/fangtan.conf: No such file or directory");
    CHECK_INT(config_load(&c, check_dir(), error), -EISDIR);
    static char big[TEXT_MOST];
    memset(big, '\n', sizeof big);
    write_bytes(big, 64 * 1024);
    CHECK_INT(config_load(&c, file, error), 0);
    write_bytes(big, 64 * 1024 + 1);
    CHECK_INT(config_load(&c, file, error), -EFBIG);
    CHECK(memcmp(&c, &before, sizeof c) == 0);
}

TEST(the_environment_wins_over_the_file)
{
    struct config c;
    setenv("FANGTAN_SERVER_LOG_LEVEL", "debug", 1);
    setenv("FANGTAN_MODERATION_UNDO_MS", " 200 ", 1);
    CHECK_INT(load(&c, "[server]\nlog_level = error\nlog_format = text\n"), 0);
    CHECK_STR(c.log_level, "debug");
    CHECK_STR(c.log_format, "text");
    CHECK_INT(c.undo_ms, 200);
    CHECK_INT(config_set(&c, "moderation.undo_ms", "300", error), 0);
    CHECK_INT(c.undo_ms, 300);
}

TEST(a_bad_variable_is_named)
{
    struct config c, before;
    config_defaults(&before);
    setenv("FANGTAN_MODERATION_UNDO_MS", "soon", 1);
    CHECK_INT(load(&c, "[server]\nlog_level = error\n"), -EINVAL);
    CHECK_STR(error, "FANGTAN_MODERATION_UNDO_MS: undo_ms: \"soon\" is not a whole number");
    CHECK(memcmp(&c, &before, sizeof c) == 0);
    setenv("FANGTAN_MODERATION_UNDO_MS", "", 1);
    CHECK_INT(load(&c, ""), -EINVAL);
    setenv("FANGTAN_MODERATION_UNDO_MS", "7", 1);
    setenv("FANGTAN_SERVER_SITE_NAME", "\xff", 1);
    CHECK_INT(load(&c, ""), -EINVAL);
    CHECK_STR(error, "FANGTAN_SERVER_SITE_NAME: site_name: is not valid UTF-8");
    setenv("FANGTAN_SERVER_SITE_NAME", "a\nb", 1);
    CHECK_INT(load(&c, ""), -EINVAL);
    CHECK_STR(error, "FANGTAN_SERVER_SITE_NAME: site_name: holds a control character");
}

TEST(a_misspelt_variable_is_refused_and_others_are_left_alone)
{
    struct config c;
    setenv("FANGTAN_SHARED", "/x", 1);
    setenv("FANGTAN_LONG", "1", 1);
    setenv("FANGTAN_", "1", 1);
    setenv("FANGTAN_OTHER_LISTEN", "1", 1);
    setenv("SERVER_LISTEN", "1", 1);
    setenv("fangtan_server_lisen", "1", 1);
    CHECK_INT(load(&c, ""), 0);
    setenv("FANGTAN_SERVER_LISEN", "1", 1);
    CHECK_INT(load(&c, ""), -EINVAL);
    CHECK_STR(error,
              "FANGTAN_SERVER_LISEN: section [server] has no key lisen, did you mean listen?");
}

TEST(a_flag_sets_one_key)
{
    struct config c;
    config_defaults(&c);
    CHECK_INT(config_set(&c, "storage.data", "/srv/f", error), 0);
    CHECK_STR(c.data, "/srv/f");
    CHECK_INT(config_set(&c, "storage.data", "", error), -EINVAL);
    CHECK_STR(c.data, "/srv/f");
    CHECK_INT(config_set(&c, "data", "/x", error), -EINVAL);
    CHECK_STR(error, "\"data\" is not section.key");
    CHECK_INT(config_set(&c, "storge.data", "/x", error), -EINVAL);
    CHECK_STR(error, "there is no section [storge], did you mean [storage]?");
    CHECK_INT(config_set(&c, "storage.date", "/x", error), -EINVAL);
    CHECK_STR(error, "section [storage] has no key date, did you mean data?");
}

static void listens(const char *value, const char *address, int port)
{
    struct config c;
    char got[64];
    int got_port = -1;
    config_defaults(&c);
    CHECK_INT(config_set(&c, "server.listen", value, error), 0);
    CHECK(config_listen(c.listen, got, &got_port));
    CHECK_STR(got, address);
    CHECK_INT(got_port, port);
}

TEST(tls_needs_its_files)
{
    struct config c;
    char got[64];
    int port;
    config_defaults(&c);
    CHECK(!config_listen(c.tls_listen, got, &port));
    CHECK_INT(config_check(&c, error), 0);
    CHECK_INT(config_set(&c, "server.tls_listen", "8443", error), -EINVAL);
    CHECK_INT(config_set(&c, "server.tls_listen", "[::]:8443", error), 0);
    CHECK(config_listen(c.tls_listen, got, &port) && port == 8443);
    CHECK_INT(config_check(&c, error), -EINVAL);
    CHECK_STR(error, "tls_listen is set, so tls_certificate is needed");
    CHECK_INT(config_set(&c, "server.tls_certificate", "/etc/a.pem", error), 0);
    CHECK_INT(config_check(&c, error), -EINVAL);
    CHECK_STR(error, "tls_listen is set, so tls_key is needed");
    CHECK_INT(config_set(&c, "server.tls_key", "/etc/b.pem", error), 0);
    CHECK_INT(config_check(&c, error), 0);
    CHECK_INT(config_set(&c, "server.tls_listen", "", error), 0);
    CHECK(!config_listen(c.tls_listen, got, &port));
}

TEST(where_to_listen)
{
    listens("127.0.0.1:8080", "127.0.0.1", 8080);
    listens("0.0.0.0:0", "0.0.0.0", 0);
    listens("[::]:65535", "::", 65535);
    listens("[2001:db8::1]:80", "2001:db8::1", 80);
    static const char *const wrong[] = {"",
                                        ":",
                                        ":80",
                                        "127.0.0.1",
                                        "127.0.0.1:",
                                        "127.0.0.1:65536",
                                        "127.0.0.1:080",
                                        "127.0.0.1:-1",
                                        "127.0.0.1:8o",
                                        "127.0.0.1: 80",
                                        "127.0.0.256:80",
                                        "::1:80",
                                        "[::1]",
                                        "[127.0.0.1]:80",
                                        "[::1:80",
                                        "[]:80",
                                        "localhost:80",
                                        "127.0.0.1:80:80",
                                        "1:1",
                                        "[fe80::1%eth0]:80"};
    struct config c, before;
    config_defaults(&before);
    c = before;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (config_set(&c, "server.listen", wrong[i], error) != -EINVAL)
            check_fail(__FILE__, __LINE__, "taken: %s", wrong[i]);
        CHECK(memcmp(&c, &before, sizeof c) == 0);
    }
}

TEST(origins_are_written_as_browsers_send_them)
{
    static const char *const right[] = {"",
                                        "https://a",
                                        "http://a.b-c.example",
                                        "https://a.example:8443",
                                        "http://127.0.0.1:8080",
                                        "https://[::1]",
                                        "https://[::1]:444",
                                        "http://a:443",
                                        "https://xn--fiq228c.example"};
    static const char *const wrong[] = {"a.example",
                                        "https://",
                                        "https:///",
                                        "https://a.example/",
                                        "https://A.example",
                                        "HTTPS://a.example",
                                        "https://a..example",
                                        "https://.a",
                                        "https://a.",
                                        "https://-a",
                                        "https://a:0",
                                        "https://a:443",
                                        "http://a:80",
                                        "https://a:",
                                        "https://a:x",
                                        "https://a b",
                                        "https://u@a",
                                        "https://[::1",
                                        "https://[]",
                                        "ftp://a",
                                        "https://政府.example",
                                        "*",
                                        "https://*.a",
                                        "null"};
    struct config c;
    config_defaults(&c);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        if (config_set(&c, "server.public_url", right[i], error) != 0)
            check_fail(__FILE__, __LINE__, "refused: %s", error);
        CHECK_INT(config_set(&c, "security.embed_allow", right[i], error), 0);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (config_set(&c, "server.public_url", wrong[i], error) != -EINVAL)
            check_fail(__FILE__, __LINE__, "taken: %s", wrong[i]);
    }
    CHECK_INT(config_set(&c, "security.embed_allow", "https://a   http://b", error), 0);
    CHECK_INT(config_set(&c, "security.embed_allow", "https://a http://b/x https://c", error),
              -EINVAL);
    CHECK_STR(error, "embed_allow: \"http://b/x\" is not an origin as browsers send it, like "
                     "https://www.example.gov");
}

TEST(what_is_printed_can_be_read_back)
{
    struct config c, again;
    config_defaults(&c);
    CHECK_INT(config_set(&c, "server.site_name", "#1 = 河道办 [x]", error), 0);
    CHECK_INT(config_set(&c, "server.utc_offset_minutes", "-720", error), 0);
    CHECK_INT(config_set(&c, "security.embed_allow", "https://a https://b", error), 0);
    char *text = printed(&c);
    CHECK(strstr(text, "\n# ") && strstr(text, "\nsite_name = #1 = 河道办 [x]\n"));
    CHECK(strstr(text, "\nweb_dir =\n"));
    CHECK_INT(load(&again, text), 0);
    CHECK(memcmp(&c, &again, sizeof c) == 0);
    free(text);
}

TEST(proxies_are_addresses)
{
    struct config c;
    config_defaults(&c);
    CHECK_INT(config_set(&c, "security.trusted_proxies", "10.0.0.1 2001:db8::1", error), 0);
    CHECK_INT(config_set(&c, "security.trusted_proxies", "", error), 0);
    CHECK_STR(c.trusted_proxies, "");
    CHECK_INT(config_set(&c, "security.trusted_proxies", "10.0.0.1 10.0.0.0/8", error), -EINVAL);
    CHECK_STR(error, "trusted_proxies: \"10.0.0.0/8\" is not an IPv4 or IPv6 address");
    CHECK_INT(config_set(&c, "security.trusted_proxies", "[::1]", error), -EINVAL);
}

static uint64_t seed = 0x5eed;

static size_t below(size_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % n;
}

// Changes, drops or doubles some bytes of text.
static size_t damage(char *text, size_t n)
{
    static const char bytes[] = "[]=# \n\r\t\"'\0\xff\xe6\xb0\x41_9-";
    for (size_t k = 1 + below(4); k > 0 && n > 1; k--) {
        size_t at = below(n), len = 1 + below(n - at < 12 ? n - at : 12);
        switch (below(3)) {
        case 0:
            text[at] = bytes[below(sizeof bytes)];
            break;
        case 1:
            memmove(text + at, text + at + len, n - at - len);
            n -= len;
            break;
        default:
            memmove(text + at + len, text + at, n - at);
            n += len;
        }
    }
    return n;
}

// FILE:LINE:COLUMN: and a sentence, with numbers from 1.
static bool has_place(const char *said)
{
    size_t n = strlen(file);
    int line = 0, column = 0, end = 0;
    if (strncmp(said, file, n) != 0 || sscanf(said + n, ":%d:%d: %n", &line, &column, &end) != 2)
        return false;
    return line > 0 && column > 0 && end > 0 && strlen(said + n + end) > 0;
}

TEST(damaged_files_are_refused_with_a_place_or_mean_something)
{
    struct config base, c, again;
    config_defaults(&base);
    CHECK_INT(config_set(&base, "server.site_name", "河道办", error), 0);
    char *whole = printed(&base);
    size_t taken = 0, refusals = 0;
    for (int round = 0; round < 4000; round++) {
        static char text[TEXT_MOST];
        size_t n = strlen(whole);
        memcpy(text, whole, n);
        n = damage(text, n);
        write_bytes(text, n);
        config_defaults(&c);
        int failed = config_load(&c, file, error);
        if (failed) {
            CHECK(failed == -EINVAL && has_place(error));
            refusals++;
            continue;
        }
        taken++;
        char *said = printed(&c);
        CHECK_INT(load(&again, said), 0);
        CHECK(memcmp(&c, &again, sizeof c) == 0);
        free(said);
    }
    CHECK(taken > 100 && refusals > 100);
    free(whole);
}

int main(void)
{
    return check_run();
}
