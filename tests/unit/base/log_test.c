// SPDX-License-Identifier: Apache-2.0
// What a log line looks like, whatever its values hold.
#include "server/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/json.h"
#include "server/base/time.h"
#include "tests/kit/check.h"

static char said[4096];

// What the function writes to stderr.
static const char *capture(check_function *function)
{
    int ends[2], old = dup(2);
    CHECK(pipe(ends) == 0);
    dup2(ends[1], 2);
    function();
    dup2(old, 2);
    close(old);
    close(ends[1]);
    ssize_t n = read(ends[0], said, sizeof said - 1);
    close(ends[0]);
    said[n > 0 ? n : 0] = '\0';
    return said;
}

static void say(void)
{
    log_line(LOG_WARN, "cannot open", "file", "a\n\"b\"\xFF中", "why", NULL, NULL);
}

TEST(a_json_line_is_one_object)
{
    const char *line = capture(say);
    size_t n = strlen(line);
    CHECK(n > 1 && line[n - 1] == '\n' && strchr(line, '\n') == line + n - 1);
    struct json *root = json_parse((struct slice){line, n});
    CHECK(root);
    int64_t at;
    CHECK(time_parse(json_get_string(root, "ts"), &at));
    CHECK(at > 1500000000000);
    CHECK(slice_is(json_get_string(root, "level"), "warn"));
    CHECK(slice_is(json_get_string(root, "msg"), "cannot open"));
    CHECK(slice_is(json_get_string(root, "file"), "a\n\"b\"?中"));
    CHECK(slice_is(json_get_string(root, "why"), ""));
    json_free(root);
}

TEST(a_text_line_quotes_what_is_not_plain)
{
    log_setup(LOG_TEXT, LOG_DEBUG);
    const char *line = capture(say);
    CHECK_STR(strstr(line, " warn "),
              " warn  \"cannot open\" file=\"a\\n\\\"b\\\"?中\" why=\"\"\n");
}

static void say_little(void)
{
    log_line(LOG_INFO, "listening", "address", "127.0.0.1:8080", NULL);
    log_line(LOG_ERROR, "failed", "code", "7", NULL);
}

TEST(lines_below_the_least_level_are_not_written)
{
    log_setup(LOG_TEXT, LOG_ERROR);
    const char *line = capture(say_little);
    CHECK(!strstr(line, "listening"));
    CHECK(strstr(line, " error failed code=7\n"));
}

int main(void)
{
    return check_run();
}
