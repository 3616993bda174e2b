// SPDX-License-Identifier: Apache-2.0
// The demo: a county finance bureau explains how money for forests is given out.
//
// demo/demo.jsonl holds the commands that real people would send, with the minute in which they
// send them. "@-30" is a time, "$name" a value kept from an earlier result.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/must.h"
#include "server/base/time.h"
#include "server/server.h"
#include "server/wire/request.h"

extern const unsigned char demo_script[]; // generated from demo/demo.jsonl
extern const size_t demo_script_len;

static const struct {
    const char *name, *role, *duty;
    const char *invited; // a one-time link is printed, too, under these words
} people[] = {
    {"admin", "portal_admin", "管理员 administrator", NULL},
    {"chenjing", "staff", "主持人 compere", "主持人链接 link"},
    {"zhoumingyuan", "staff", "嘉宾 guest", "嘉宾链接 link"},
    {"linxiaolan", "staff", "嘉宾 guest", NULL},
    {"wang", "staff", "审核员 moderator", NULL},
    {"li", "staff", "审核员 moderator", NULL},
};
enum { PEOPLE = sizeof people / sizeof *people, MOST_KEPT = 32, HALF_HOUR_MS = 1800000 };

struct demo {
    struct server *server;
    void (*done)(struct server *s);
    size_t at; // in the script
    int64_t started_ms;
    char keep[64];
    struct {
        char name[8];
        struct buf value;
    } kept[MOST_KEPT];
    size_t kept_count;
    size_t person; // whose account is next
    uv_work_t account;
};

// Nobody could guess it, and it is the same after a restart.
static void demo_password(const struct server *s, const char *name, char ret[SECRET_TEXT])
{
    struct buf seed = {0};
    buf_printf(&seed, "demo:%s", name);
    question_secret(s->keys, seed.p, ret);
    buf_finish(&seed);
}

static void add_account(uv_work_t *work)
{
    struct demo *d = work->data;
    const char *name = people[d->person].name;
    char password[SECRET_TEXT], error[256] = "";
    demo_password(d->server, name, password);
    int r = identity_user_add(d->server->accounts, name, people[d->person].role, password,
                              d->started_ms, error);
    if (r)
        log_line(LOG_WARN, "demo account", "name", name, "error", error[0] ? error : strerror(-r),
                 NULL);
}

static struct buf *kept_value(struct demo *d, struct slice name, bool adds)
{
    for (size_t i = 0; i < d->kept_count; i++)
        if (slice_is(name, d->kept[i].name))
            return &d->kept[i].value;
    if (!adds)
        return NULL;
    must(d->kept_count < MOST_KEPT && name.n < sizeof d->kept[0].name);
    memcpy(d->kept[d->kept_count].name, name.p, name.n);
    return &d->kept[d->kept_count++].value;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-';
}

// One line with its times and kept values filled in.
static void fill(struct demo *d, struct slice line, struct buf *out)
{
    for (size_t i = 0; i < line.n;) {
        char c = line.p[i];
        size_t from = ++i;
        if (c == '$') {
            while (i < line.n && is_word(line.p[i]))
                i++;
            const struct buf *value = kept_value(d, (struct slice){line.p + from, i - from}, false);
            must(value);
            buf_add(out, buf_slice(value));
        } else if (c == '@') {
            char number[8] = ""; // the script does not end with a NUL
            for (size_t n = 0; i < line.n && n < sizeof number - 1 && is_of_number(line.p[i]);)
                number[n++] = line.p[i++];
            long minutes = strtol(number, NULL, 10);
            char text[TIME_TEXT];
            time_write(d->started_ms + minutes * 60000, text);
            buf_text(out, text);
        } else {
            buf_char(out, c);
        }
    }
}

static void keep_results(struct demo *d, const struct json *result)
{
    char *rest = d->keep;
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        char *equals = strchr(word, '=');
        must(equals);
        const struct json *value = json_get(result, equals + 1);
        struct buf *kept = kept_value(d, (struct slice){word, (size_t)(equals - word)}, true);
        buf_clear(kept);
        if (json_kind(value) == JSON_STRING)
            buf_add(kept, json_string(value));
        else
            buf_printf(kept, "%.0f", json_number(value));
    }
}

static void next_line(struct demo *d);

static void on_answer(void *ctx, struct slice json)
{
    struct demo *d = ctx;
    struct json *response = json_parse(json);
    const struct json *result = json_get(response, "result");
    if (!result) {
        fprintf(stderr, "fangtan: demo: %.*s\n", (int)json.n, json.p);
        abort(); // the script is ours, and tested
    }
    keep_results(d, result);
    json_free(response);
    next_line(d);
}

static void make_actor(const struct demo *d, struct slice as, struct actor *ret)
{
    *ret = (struct actor){0};
    for (size_t i = 0; i < PEOPLE; i++)
        if (slice_is(as, people[i].name)) {
            actor_staff(ret, people[i].name, people[i].role);
            return;
        }
    char visitor[VISITOR_TEXT];
    visitor_of_address(d->server->keys, as, d->started_ms, visitor);
    actor_citizen(ret, visitor);
}

// The line's text up to its last brace is the request with a few members of our own before it.
static void send_line(struct demo *d, struct slice line)
{
    struct buf filled = {0}, request = {0};
    fill(d, line, &filled);
    must(filled.p);
    struct json *step = json_parse(buf_slice(&filled));
    must(step);
    struct slice keep = json_get_string(step, "keep");
    must(keep.n < sizeof d->keep);
    memset(d->keep, 0, sizeof d->keep);
    if (keep.n)
        memcpy(d->keep, keep.p, keep.n);
    d->server->clock_offset_ms = json_get_int(step, "minutes") * 60000;
    struct actor actor;
    make_actor(d, json_get_string(step, "as"), &actor);
    const char *method = strstr(filled.p, "\"method\"");
    must(method);
    buf_printf(&request, "{\"jsonrpc\":\"2.0\",\"id\":1,%s", method);
    json_free(step);
    app_call(d->server->app, &actor, buf_slice(&request), on_answer, d);
    buf_finish(&filled);
    buf_finish(&request);
}

static void finish(struct demo *d)
{
    for (size_t i = 0; i < d->kept_count; i++)
        buf_finish(&d->kept[i].value);
    struct server *s = d->server;
    void (*done)(struct server *) = d->done;
    free(d);
    done(s);
}

static void next_line(struct demo *d)
{
    if (d->at < demo_script_len) {
        const char *from = (const char *)demo_script + d->at;
        const char *end = memchr(from, '\n', demo_script_len - d->at);
        must(end);
        d->at += (size_t)(end - from) + 1;
        send_line(d, (struct slice){from, (size_t)(end - from)});
        return;
    }
    finish(d);
}

static void queue_account(struct demo *d);

// A password takes a while, and the server may have to end meanwhile.
static void on_account(uv_work_t *work, int status)
{
    struct demo *d = work->data;
    (void)status;
    if (d->server->draining)
        finish(d);
    else if (++d->person < PEOPLE)
        queue_account(d);
    else
        next_line(d);
}

static void queue_account(struct demo *d)
{
    must(uv_queue_work(&d->server->loop, &d->account, add_account, on_account) == 0);
}

void demo_fill(struct server *s, void (*done)(struct server *s))
{
    struct demo *d = must_alloc(sizeof *d);
    d->server = s;
    d->done = done;
    d->started_ms = server_now(s) / HALF_HOUR_MS * HALF_HOUR_MS; // people start at round times
    d->account.data = d;
    queue_account(d);
}

// ---- what is printed ----

struct link {
    const char *words;
    int port;
};

static void print_link(void *ctx, struct slice json)
{
    struct link *link = ctx;
    struct json *response = json_parse(json);
    struct slice token = json_get_string(json_get(response, "result"), "token");
    if (token.n)
        printf("%-24s http://localhost:%d/invitation#%.*s\n", link->words, link->port, (int)token.n,
               token.p);
    else
        log_line(LOG_WARN, "demo link", "error", response ? "refused" : "no answer", NULL);
    fflush(stdout);
    json_free(response);
    free(link);
}

// A new one with every start: the older one may have been used. It ends that one.
static void make_link(struct server *s, const struct interview *iv, const char *user,
                      const char *words)
{
    struct link *link = must_alloc(sizeof *link);
    *link = (struct link){.words = words, .port = s->port};
    char command[64];
    snprintf(command, sizeof command, "link-%s-%" PRId64, user, server_now(s));
    struct buf request = {0};
    struct json_writer w = rpc_open(&request, "invitation.issue", 1);
    json_w_member(&w, "interview", iv->id);
    json_w_member(&w, "command_id", command);
    json_w_member(&w, "user", user);
    rpc_close(&w);
    struct actor admin = {0};
    actor_staff(&admin, people[0].name, people[0].role);
    app_call(s->app, &admin, buf_slice(&request), print_link, link);
    buf_finish(&request);
}

static void make_links(struct server *s, const struct interview *iv)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (people[i].invited)
            make_link(s, iv, people[i].name, people[i].invited);
}

void demo_print(struct server *s)
{
    size_t count;
    const struct interview *const *list = app_public_list(s->app, &count);
    printf("%-24s http://localhost:%d/\n", "门户 portal", s->port);
    for (size_t i = 0; i < count; i++)
        if (list[i]->stage == I_LIVE)
            printf("%-24s http://localhost:%d/i/%s\n", "网友 citizen", s->port, list[i]->id);
    for (size_t i = 0; i < PEOPLE; i++) {
        char password[SECRET_TEXT];
        demo_password(s, people[i].name, password);
        printf("%-24s http://localhost:%d/desk/#sign-in=%s:%s\n", people[i].duty, s->port,
               people[i].name, password);
    }
    for (size_t i = 0; i < count; i++)
        if (list[i]->stage == I_LIVE)
            make_links(s, list[i]);
    fflush(stdout);
}
