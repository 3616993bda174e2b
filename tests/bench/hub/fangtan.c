// SPDX-License-Identifier: Apache-2.0
// Our own server, as it ships: an interview that is live, planned and led through the public API,
// whose stenographer publishes statements; viewers say hello and watch.
#include "tests/bench/hub/fangtan.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/json.h"
#include "storage/event.h"
#include "tests/bench/hub/crowd.h"
#include "tests/kit/raw.h"

#define PASSWORD "correct horse battery"
#define MARK "\"text\":\"" // in front of the message's number
#define EVENTS_BEGIN                                                                               \
    "{\"jsonrpc\":\"2.0\",\"method\":\"events\",\"params\":{\"interview\":\"%s\",\"from\":"

enum { HEX = POSITION_HEX, STEPS = 5, NO_MESSAGE = UINT32_MAX };

// An event of the record, as the first viewer who got it saw it.
struct seen {
    char hash[HEX];
    uint32_t message; // its number + 1; 0: nobody has looked, NO_MESSAGE: it is none of ours
};

struct fangtan {
    char data[PATH_TEXT], log[PATH_TEXT], listen[64];
    char interview[64];
    char begin[200]; // of a frame of events
    size_t begin_n;
    struct raw setup; // the administrator's line while it starts
    char cookie[600], csrf[200];
    struct seen *seen; // by the event's number
    size_t payload;    // bytes of the last event's frame
};

const char *fangtan_program;

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
    const char *argv[] = {fangtan_program,    "user",   "add", name, "--role", role,
                          "--password-stdin", "--data", data,  NULL};
    run(argv, PASSWORD "\n");
}

// A data folder with the two accounts: made once, since passwords are slow on purpose, and copied.
static void make_data(const char *to)
{
    static char accounts[PATH_TEXT];
    if (!accounts[0]) {
        make_dir(accounts, "accounts");
        add_user(accounts, "admin", "portal_admin");
        add_user(accounts, "steno", "staff");
    }
    const char *argv[] = {"cp", "-R", accounts, to, NULL};
    run(argv, "");
}

static void start_program(struct server *s)
{
    struct fangtan *f = s->own;
    const char *argv[] = {fangtan_program, "serve", "--listen", f->listen, "--data", f->data, NULL};
    setenv("FANGTAN_MODERATION_ADDRESS_BURST", "100000", 1); // everybody has this machine's address
    s->pid = process_start(argv, f->log);
}

// ---- the public API ----

// One request over HTTP; the answer's body as JSON, its head in ret_head.
static struct json *post(struct server *s, const char *path, const char *body, char **ret_head)
{
    const struct fangtan *f = s->own;
    struct raw r;
    char request[2000];
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n%s%s%s%s%s\r\n%s",
             path, strlen(body), f->cookie[0] ? "Cookie: " : "", f->cookie,
             f->cookie[0] ? "\r\nX-Fangtan-CSRF: " : "", f->csrf, f->cookie[0] ? "\r\n" : "", body);
    raw_open(&r, s->port);
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

static void sign_in(struct server *s, const char *name)
{
    struct fangtan *f = s->own;
    char body[200], *head = NULL;
    f->cookie[0] = f->csrf[0] = '\0';
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"password\":\"" PASSWORD "\"}", name);
    struct json *answer = post(s, "/api/v1/login", body, &head);
    copy(f->csrf, sizeof f->csrf, json_get_string(answer, "csrf"));
    const char *cookie = strcasestr(head, "\r\nSet-Cookie: ");
    if (!cookie)
        give_up("no cookie came");
    copy(f->cookie, sizeof f->cookie, (struct slice){cookie + 14, strcspn(cookie + 14, ";\r")});
    json_free(answer);
    free(head);
}

static void take_ticket(struct server *s, char ret[200])
{
    struct json *answer = post(s, "/api/v1/ticket", "{}", NULL);
    copy(ret, 200, json_get_string(answer, "ticket"));
    json_free(answer);
}

// One call on a line; the answer, whose result is what is asked for.
static struct json *call(struct raw *r, const char *text)
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

static int64_t make_interview(struct fangtan *f)
{
    struct json *answer =
        call(&f->setup,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.create\",\"params\":{"
             "\"command_id\":\"make\",\"interview\":{\"topic\":\"Water pipes in the old town\","
             "\"intro\":\"Which of them are replaced, and when.\","
             "\"departments\":[\"Water Bureau\"],\"starts_at\":\"2027-03-01T01:30:00.000Z\","
             "\"minutes\":60,\"guests\":[{\"name\":\"Shen Yulan\",\"title\":\"Director\","
             "\"department\":\"Water Bureau\"}],\"compere\":{\"name\":\"Fang Jing\"},"
             "\"policy\":{\"asking\":\"anonymous\",\"question_public\":\"on_approve\"},"
             "\"rule_set\":\"none\"},\"roster\":[{\"user\":\"steno\","
             "\"duty\":\"stenographer\"}]}}");
    const struct json *result = json_get(answer, "result");
    copy(f->interview, sizeof f->interview, json_get_string(result, "interview"));
    int64_t version = json_get_int(result, "version");
    json_free(answer);
    return version;
}

static void set_up(struct server *s)
{
    static const char *const stages[STEPS] = {"in_review", "scheduled", "announced", "lobby",
                                              "live"};
    struct fangtan *f = s->own;
    char text[500], ticket[200];
    sign_in(s, "admin");
    take_ticket(s, ticket);
    if (raw_handshake(&f->setup, s->port) != 0)
        give_up("no WebSocket");
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{\"client\":\"bench\","
             "\"ticket\":\"%s\"}}",
             ticket);
    json_free(call(&f->setup, text));
    int64_t version = make_interview(f);
    for (int i = 0; i < STEPS; i++) {
        snprintf(text, sizeof text,
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.transition\",\"params\":{"
                 "\"interview\":\"%s\",\"command_id\":\"to%d\",\"version\":%lld,\"to\":\"%s\"}}",
                 f->interview, i, (long long)version, stages[i]);
        struct json *answer = call(&f->setup, text);
        version = json_get_int(json_get(answer, "result"), "version");
        json_free(answer);
    }
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"asking.set\",\"params\":{\"interview\":\"%s\","
        "\"command_id\":\"open\",\"state\":\"open\"}}",
        f->interview);
    json_free(call(&f->setup, text));
    raw_close(&f->setup);
    f->begin_n = (size_t)snprintf(f->begin, sizeof f->begin, EVENTS_BEGIN, f->interview);
}

// ---- starting ----

static bool start(struct server *s)
{
    struct fangtan *f = calloc(1, sizeof *f);
    if (!f || !(f->seen = calloc(MOST_MESSAGES, sizeof *f->seen)))
        give_up("out of memory");
    s->own = f;
    snprintf(f->data, sizeof f->data, "%.480s/data", s->dir);
    snprintf(f->log, sizeof f->log, "%.480s/log", s->dir);
    make_data(f->data);
    s->port = free_port();
    snprintf(f->listen, sizeof f->listen, "127.0.0.1:%d", s->port);
    start_program(s);
    if (!await_port(s->port, s->pid))
        give_up("%s serve did not start", fangtan_program);
    set_up(s);
    sign_in(s, "steno");
    return true;
}

static void stop(struct server *s)
{
    struct fangtan *f = s->own;
    free(f->seen);
    free(f);
}

void fangtan_restart(struct server *s)
{
    start_program(s);
}

void fangtan_sign_in(struct server *s)
{
    if (!await_port(s->port, s->pid))
        give_up("fangtan serve did not start again");
    sign_in(s, "steno");
}

// The answer to watch may come in parts and be followed by anything: its first frame will do.
static void begin_watching(struct raw *r, const char *interview)
{
    char text[300], *payload = NULL;
    size_t n = 0;
    snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"interview.watch\",\"params\":{\"interview\":"
        "\"%s\"}}",
        interview);
    raw_text(r, text);
    if (raw_take(r, &payload, &n) < 0 || !memmem(payload, n, "\"mode\"", 6))
        give_up("watch: %.*s", (int)n, payload);
    free(payload);
}

void fangtan_visit(struct server *s, uint32_t number, struct fangtan_visit *ret)
{
    const struct fangtan *f = s->own;
    struct raw r;
    char text[600];
    uint64_t began = now_ns();
    if (raw_handshake(&r, s->port) != 0)
        give_up("a citizen was not let in");
    ret->upgraded = now_ns() - began;
    json_free(call(&r, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{"
                       "\"client\":\"bench\"}}"));
    begin_watching(&r, f->interview);
    ret->watching = now_ns() - began;
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"question.ask\",\"params\":{"
             "\"interview\":\"%s\",\"command_id\":\"ask\",\"text\":\"No. %u: when will the old "
             "pipes in this lane be replaced?\"}}",
             f->interview, number);
    began = now_ns();
    json_free(call(&r, text));
    ret->acknowledged = now_ns() - began;
    raw_close(&r);
}

size_t fangtan_payload(size_t text)
{
    struct server s;
    if (!server_start(&s, &peer_fangtan, 1, text, 0))
        give_up("fangtan: %s", s.why);
    struct crowd *c = crowd_create(&s, 1, false);
    crowd_publishers(c);
    crowd_come(c, 1, 10);
    crowd_publish(c);
    while (c->unfinished)
        crowd_turn(c, UINT64_MAX);
    size_t payload = ((struct fangtan *)s.own)->payload;
    crowd_destroy(&c);
    server_stop(&s);
    return payload;
}

// ---- viewers and publishers ----

static bool holds(struct slice text, const char *word)
{
    return memmem(text.p, text.n, word, strlen(word));
}

// The value behind the word, which ends in a colon or a quote; NULL when it is not there. Behind it
// comes at least the end of the JSON, so that a number or a string does end.
static const char *behind(struct slice text, const char *word)
{
    const char *at = memmem(text.p, text.n, word, strlen(word));
    return at ? at + strlen(word) : NULL;
}

// The hash of a position; NULL when there is none.
static const char *hash_in(struct slice text)
{
    const char *hash = behind(text, "\"hash\":\"");
    return hash && text.p + text.n - hash > HEX && hash[HEX] == '"' ? hash : NULL;
}

static void say_hello(struct line *l)
{
    const char *name = "token", *value = l->token;
    char ticket[200];
    if (l->is_publisher) {
        take_ticket(l->crowd->server, ticket);
        name = "ticket";
        value = ticket;
    }
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"hello\",\"params\":{\"client\":"
              "\"bench\",\"lang\":\"en\"%s%s%s%s%s}}",
              value ? ",\"" : "", value ? name : "", value ? "\":\"" : "", value ? value : "",
              value ? "\"" : "");
}

static void hear_hello(struct line *l, struct slice text)
{
    if (!holds(text, "\"result\""))
        give_up("hello: %.*s", (int)text.n, text.p);
    const char *window = behind(text, "\"retry_ms\":"), *token = behind(text, "\"token\":\"");
    if (window)
        l->window_ms = strtoull(window, NULL, 10);
    if (token && !l->is_publisher && !l->token)
        l->token = strndup(token, strcspn(token, "\""));
}

static void say_watch(struct line *l)
{
    const struct fangtan *f = l->crowd->server->own;
    char at[120] = "";
    if (l->at_n)
        snprintf(at, sizeof at, ",\"at\":{\"n\":%llu,\"hash\":\"%.*s\"}",
                 (unsigned long long)l->at_n, HEX, f->seen[l->at_n].hash);
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interview.watch\",\"params\":{"
              "\"interview\":\"%s\"%s}}",
              f->interview, at);
}

// Keeps what the first viewer saw; the others must see the same.
static struct seen *see(struct crowd *c, uint64_t n, const char *hash)
{
    struct fangtan *f = c->server->own;
    if (n == 0 || n >= MOST_MESSAGES || !hash)
        give_up("event %llu is not what can be measured", (unsigned long long)n);
    struct seen *seen = &f->seen[n];
    if (!seen->hash[0])
        memcpy(seen->hash, hash, HEX);
    else if (memcmp(seen->hash, hash, HEX) != 0)
        c->differences++;
    return seen;
}

// The beginning of the answer tells where the viewer is; the snapshot behind it may come in more
// frames.
static void hear_watched(struct line *l, struct slice text)
{
    struct crowd *c = l->crowd;
    const char *to = behind(text, "\"to\":");
    if (!holds(text, "\"result\"") || !to)
        give_up("watch: %.*s", (int)(text.n < 400 ? text.n : 400), text.p);
    enum crowd_mode mode = holds(text, "\"mode\":\"live\"")   ? CROWD_LIVE
                           : holds(text, "\"mode\":\"tail\"") ? CROWD_TAIL
                                                              : CROWD_SNAPSHOT;
    uint64_t n = strtoull(to, NULL, 10);
    c->modes[mode]++;
    if (holds(text, "\"rolled_back\":true"))
        c->differences++;
    if (mode == CROWD_TAIL)
        return;
    if (mode == CROWD_LIVE && l->at_n && n != l->at_n)
        c->gaps++;
    l->at_n = n;
    see(c, n, hash_in(text));
}

enum { AT_HELLO = 1, AT_WATCH, AT_SNAPSHOT };

static bool greet(struct line *l, const struct frame *frame)
{
    if (!frame) {
        say_hello(l);
        l->step = AT_HELLO;
        return false;
    }
    if (l->step == AT_HELLO) {
        hear_hello(l, frame->payload);
        if (l->is_publisher)
            return true;
        say_watch(l);
        l->step = AT_WATCH;
        return false;
    }
    if (l->step == AT_WATCH) {
        hear_watched(l, frame->payload);
        l->step = AT_SNAPSHOT;
    }
    return frame->first & 0x80;
}

static void note_event(struct line *l, struct slice text, uint64_t now)
{
    struct crowd *c = l->crowd;
    struct fangtan *f = c->server->own;
    uint64_t n = strtoull(text.p + f->begin_n, NULL, 10);
    struct seen *seen = see(c, n, hash_in(text));
    if (!seen->message) {
        const char *number = behind(text, MARK);
        seen->message = number ? (uint32_t)strtoul(number, NULL, 10) + 1 : NO_MESSAGE;
        f->payload = text.n;
    }
    if (n <= l->at_n)
        c->repeats++;
    else if (n != l->at_n + 1)
        c->gaps++;
    l->at_n = n;
    line_got(l, seen->message - 1, now);
}

static void hear_answer(struct line *l, struct slice text, uint64_t now)
{
    const char *id = memmem(text.p, text.n, "\"id\":", 5);
    if (!id)
        return;
    unsigned long number = strtoul(id + 5, NULL, 10);
    if (!holds(text, "\"result\"") || number == 0 || number > l->crowd->message_count)
        give_up("publish: %.*s", (int)text.n, text.p);
    l->crowd->messages[number - 1].acked = now;
}

static void hear(struct line *l, const struct frame *frame, uint64_t now)
{
    const struct fangtan *f = l->crowd->server->own;
    struct slice text = frame->payload;
    if (l->is_publisher) {
        hear_answer(l, text, now);
    } else if (text.n > f->begin_n && memcmp(text.p, f->begin, f->begin_n) == 0) {
        note_event(l, text, now);
    } else if (holds(text, "\"method\":\"bye\"")) {
        const char *wait = memmem(text.p, text.n, "\"retry_ms\":", 11);
        l->floor_ms = wait ? strtoull(wait + 11, NULL, 10) : 0;
    } else if (holds(text, "\"method\":\"head\"")) {
        const char *window = memmem(text.p, text.n, "\"retry_ms\":", 11);
        l->window_ms = window ? strtoull(window + 11, NULL, 10) : l->window_ms;
    }
}

static void publish(struct crowd *c, struct line *l, uint32_t message)
{
    const struct fangtan *f = c->server->own;
    line_text(l,
              "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"statement.publish\",\"params\":{"
              "\"interview\":\"%s\",\"command_id\":\"m%u\",\"kind\":\"explanation\","
              "\"speaker\":{\"name\":\"Fang Jing\"},\"text\":\"%s\"}}",
              message + 1, f->interview, message, message_text(message, c->server->text));
}

const struct peer peer_fangtan = {.name = "fangtan",
                                  .path = "/ws",
                                  .subprotocol = "fangtan.v1",
                                  .publishers = MOST_PUBLISHERS,
                                  .start = start,
                                  .stop = stop,
                                  .greet = greet,
                                  .hear = hear,
                                  .publish = publish};
