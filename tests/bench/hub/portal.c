// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/portal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/json.h"
#include "tests/kit/raw.h"

#define STAFF "steno" // administrator, too: one password is checked instead of two
#define PASSWORD "correct horse battery"

const char *portal_program;

// ---- the program ----

// Runs the program named first and waits; its input is the text.
static void run(const char *const *argv, const char *text)
{
    int ends[2], status = 1;
    ssize_t n = (ssize_t)strlen(text);
    if (pipe(ends) != 0)
        give_up("pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(ends[0]);
    if (write(ends[1], text, (size_t)n) != n)
        give_up("%s: %s", argv[0], strerror(errno));
    close(ends[1]);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        give_up("%s %s failed", argv[0], argv[1]);
}

static void add_user(const char *data, const char *name, const char *role)
{
    const char *argv[] = {portal_program,     "user",   "add", name, "--role", role,
                          "--password-stdin", "--data", data,  NULL};
    run(argv, PASSWORD "\n");
}

// A data folder with the account: made once, since passwords are slow on purpose, and copied.
static void make_data(const char *to)
{
    static char accounts[PATH_TEXT];
    if (!accounts[0]) {
        make_dir(accounts, "accounts");
        add_user(accounts, STAFF, "portal_admin");
    }
    const char *argv[] = {"cp", "-R", accounts, to, NULL};
    run(argv, "");
}

void portal_prepare(struct portal *p, const char *dir)
{
    *p = (struct portal){.port = free_port()};
    snprintf(p->data, sizeof p->data, "%.480s/data", dir);
    snprintf(p->log, sizeof p->log, "%.480s/log", dir);
    make_data(p->data);
}

pid_t portal_start(const struct portal *p)
{
    char listen[64];
    snprintf(listen, sizeof listen, "127.0.0.1:%d", p->port);
    const char *argv[] = {portal_program, "serve", "--listen", listen, "--data", p->data, NULL};
    setenv("FANGTAN_MODERATION_ADDRESS_BURST", "100000", 1); // everybody has this machine's address
    return process_start(argv, p->log);
}

// ---- the public API ----

// One request over HTTP; the answer's body as JSON, its head in ret_head.
static struct json *post(const struct portal *p, const char *path, const char *body,
                         char **ret_head)
{
    struct raw r;
    char request[2000];
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n%s%s%s%s%s\r\n%s",
             path, strlen(body), p->cookie[0] ? "Cookie: " : "", p->cookie,
             p->cookie[0] ? "\r\nX-Fangtan-CSRF: " : "", p->csrf, p->cookie[0] ? "\r\n" : "", body);
    raw_open(&r, p->port);
    raw_say(&r, request);
    struct raw_answer a;
    raw_answer(&r, false, &a);
    raw_close(&r);
    struct json *json = json_parse((struct slice){a.body, a.body_len});
    if (a.status != 200 || !json)
        give_up("POST %s: %d %s", path, a.status, a.body);
    if (ret_head)
        *ret_head = strdup(a.head);
    raw_answer_finish(&a);
    return json;
}

static void copy(char *ret, size_t size, struct slice text)
{
    if (!text.p || text.n >= size)
        give_up("an answer lacks what is needed");
    memcpy(ret, text.p, text.n);
    ret[text.n] = '\0';
}

void portal_sign_in(struct portal *p)
{
    static const char body[] = "{\"name\":\"" STAFF "\",\"password\":\"" PASSWORD "\"}";
    char *head = NULL;
    p->cookie[0] = p->csrf[0] = '\0';
    struct json *answer = post(p, "/api/v1/login", body, &head);
    copy(p->csrf, sizeof p->csrf, json_get_string(answer, "csrf"));
    const char *cookie = strcasestr(head, "\r\nSet-Cookie: ");
    if (!cookie)
        give_up("no cookie came");
    copy(p->cookie, sizeof p->cookie, (struct slice){cookie + 14, strcspn(cookie + 14, ";\r")});
    json_free(answer);
    free(head);
}

void portal_ticket(const struct portal *p, char ret[PORTAL_TICKET])
{
    struct json *answer = post(p, "/api/v1/ticket", "{}", NULL);
    copy(ret, PORTAL_TICKET, json_get_string(answer, "ticket"));
    json_free(answer);
}

struct json *portal_call(struct raw *r, const char *text)
{
    raw_text(r, text);
    for (;;) {
        char *payload;
        size_t n;
        if (raw_take(r, &payload, &n) < 0)
            give_up("no answer to %s", text);
        struct json *answer = json_parse((struct slice){payload, n}); // NULL: a part of a message
        free(payload);
        if (json_get(answer, "result"))
            return answer;
        if (json_get(answer, "error"))
            give_up("%s was refused: %s", text,
                    json_get_string(json_get(answer, "error"), "message").p);
        json_free(answer);
    }
}

static int64_t make_interview(struct portal *p, struct raw *r)
{
    struct json *answer = portal_call(
        r, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.create\",\"params\":{"
           "\"command_id\":\"make\",\"interview\":{\"topic\":\"Water pipes in the old town\","
           "\"intro\":\"Which of them are replaced, and when.\","
           "\"departments\":[\"Water Bureau\"],\"starts_at\":\"2027-03-01T01:30:00.000Z\","
           "\"minutes\":60,\"guests\":[{\"name\":\"Shen Yulan\",\"title\":\"Director\","
           "\"department\":\"Water Bureau\"}],\"compere\":{\"name\":\"Fang Jing\"},"
           "\"policy\":{\"asking\":\"anonymous\",\"question_public\":\"on_approve\"},"
           "\"rule_set\":\"none\"},\"roster\":[{\"user\":\"" STAFF "\","
           "\"duty\":\"stenographer\"}]}}");
    const struct json *result = json_get(answer, "result");
    copy(p->interview, sizeof p->interview, json_get_string(result, "interview"));
    int64_t version = json_get_int(result, "version");
    json_free(answer);
    return version;
}

void portal_open_interview(struct portal *p)
{
    static const char *const stages[] = {"in_review", "scheduled", "announced", "lobby", "live"};
    struct raw r;
    char text[500], ticket[PORTAL_TICKET];
    portal_ticket(p, ticket);
    if (raw_handshake(&r, p->port) != 0)
        give_up("no WebSocket");
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{\"client\":\"bench\","
             "\"ticket\":\"%s\"}}",
             ticket);
    json_free(portal_call(&r, text));
    int64_t version = make_interview(p, &r);
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        snprintf(text, sizeof text,
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.transition\",\"params\":{"
                 "\"interview\":\"%s\",\"command_id\":\"to%zu\",\"version\":%lld,\"to\":\"%s\"}}",
                 p->interview, i, (long long)version, stages[i]);
        struct json *answer = portal_call(&r, text);
        version = json_get_int(json_get(answer, "result"), "version");
        json_free(answer);
    }
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"asking.set\",\"params\":{\"interview\":\"%s\","
        "\"command_id\":\"open\",\"state\":\"open\"}}",
        p->interview);
    json_free(portal_call(&r, text));
    raw_close(&r);
}
