// SPDX-License-Identifier: Apache-2.0
// A public collection of well-formed and malformed requests: each is answered or its connection
// closed in time, and the server is well afterwards. Which of them we refuse is our own affair
// (http_test.c); that malformed ones reach no handler is checked here too.
#include "tests/unit/net/server.h"

static int value_of(char c)
{
    const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

static size_t decode(const char *text, char *ret)
{
    unsigned bits = 0, have = 0;
    size_t n = 0;
    for (; value_of(*text) >= 0; text++) {
        bits = bits << 6 | (unsigned)value_of(*text);
        have += 6;
        if (have >= 8) {
            have -= 8;
            ret[n++] = (char)(bits >> have & 0xFF);
        }
    }
    return n;
}

TEST(every_request_of_the_corpus_is_survived)
{
    const char *shared = getenv("FANGTAN_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/data/conformance/http-requests.jsonl",
             shared ? shared : "../shared");
    FILE *file = fopen(path, "r");
    if (!file)
        check_skip("no FANGTAN_SHARED/data/conformance/http-requests.jsonl");
    struct server *s = server_start_with(
        &(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1}}, &hasty);
    char *line = NULL;
    size_t cap = 0;
    unsigned cases = 0, answered = 0;
    while (getline(&line, &cap, file) > 0) {
        const char *base64 = strstr(line, "\"base64\": \"");
        if (!base64)
            continue;
        char *request = malloc(strlen(base64));
        size_t n = decode(base64 + 11, request);
        struct raw r;
        raw_open(&r, s->port);
        raw_write(&r, request, n);
        raw_to_end(&r); // fails the test when it hangs
        if (r.n > 0) {
            CHECK(memcmp(r.p, "HTTP/1.1 ", 9) == 0);
            answered++;
        }
        raw_close(&r);
        free(request);
        cases++;
    }
    free(line);
    fclose(file);
    CHECK(cases > 50 && answered > 0);
    const char fine[] = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK_INT(server_status_of(s, fine, sizeof fine - 1), 200);
    server_stop(s);
}

int main(void)
{
    return check_run();
}
