// SPDX-License-Identifier: Apache-2.0
#include "tests/model/world.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/json.h"

static const int64_t start_ms = 1795503600000; // 2026-11-24T07:00:00Z
void (*world_says)(void);
const struct world_backend *world_backend;

static bool step(struct world *w)
{
    return world_backend ? world_backend->step(w) : memory_step(w->store);
}

void broken(const struct world *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("broken: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    if (world_says)
        world_says();
    char path[96];
    snprintf(path, sizeof path, "%s/master.key", w ? w->dir : "");
    if (w) {
        unlink(path);
        rmdir(w->dir);
    }
    _exit(1);
}

// ---- what the application is lent ----

static int64_t now_ms(void *ctx)
{
    return ((struct world *)ctx)->now_ms;
}

static void random_bytes(void *ctx, unsigned char *ret, size_t n)
{
    struct world *w = ctx;
    for (size_t i = 0; i < n; i++)
        ret[i] = (unsigned char)rng_next(&w->rng);
}

static void wake(void *ctx)
{
    (void)ctx; // sweeping is the test's own
}

static const char *role_of(int who)
{
    return who == ADMIN ? "portal_admin" : who == AUDITOR ? "auditor" : "staff";
}

// A ticket is the account's name.
static bool take_ticket(void *ctx, struct slice ticket, struct actor *ret)
{
    (void)ctx;
    for (int who = CITIZENS; who < PEOPLE; who++)
        if (slice_is(ticket, m_names[who])) {
            actor_staff(ret, m_names[who], role_of(who));
            return true;
        }
    return false;
}

// Nobody signs out here.
static bool is_signed_in(void *ctx, const struct actor *actor, bool acts)
{
    (void)ctx, (void)actor, (void)acts;
    return true;
}

static enum reader_take send_frames(void *link, struct slice frames)
{
    struct viewer *v = link;
    if (v->closed)
        return READER_GONE;
    if (rng_chance(&v->world->rng, v->busy))
        return READER_BUSY;
    buf_add(&v->in, frames);
    return READER_TOOK;
}

static void close_link(void *link, int code, const char *reason)
{
    (void)reason;
    if (link)
        ((struct viewer *)link)->closed = code;
}

static void set_limit(void *link, size_t bytes)
{
    (void)link, (void)bytes;
}

static void on_loaded(void *ctx, const char *fault)
{
    if (fault)
        broken(ctx, "the record cannot be loaded: %s", fault);
    ((struct world *)ctx)->is_loaded = true;
}

static void start_app(struct world *w)
{
    struct app_ports ports = {.ctx = w,
                              .now_ms = now_ms,
                              .random = random_bytes,
                              .wake = wake,
                              .take_ticket = take_ticket,
                              .is_signed_in = is_signed_in,
                              .send = send_frames,
                              .close = close_link,
                              .set_limit = set_limit};
    static const struct rules strict = {.name = "strict",
                                        .two_persons = true,
                                        .may_lapse = true,
                                        .answer_working_days = MODEL_ANSWER_DAYS,
                                        .extension_working_days = MODEL_EXTENSION_DAYS,
                                        .overridable = 1u << GUARD_REASON | 1u << GUARD_NEW_DATE |
                                                       1u << GUARD_OPEN_CASES};
    struct app_config config = {.rule_sets = &strict,
                                .rule_set_count = 1,
                                .ask = {1u << 30, 1},
                                .address = {1u << 30, 1},
                                .question_max = MODEL_QUESTION_MAX,
                                .undo_ms = MODEL_UNDO_MS};
    w->app = app_create(&ports, &config, w->keys);
    struct st_listener listener = app_listener(w->app);
    w->store->listener = listener;
    app_set_storage(w->app, world_backend ? world_backend->open(w, &listener) : w->store->storage);
    w->is_loaded = false;
    app_load(w->app, on_loaded, w);
    while (!w->is_loaded)
        step(w);
}

// ---- the world ----

static void make_key(struct world *w)
{
    char path[96];
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    unsigned char key[MASTER_KEY_BYTES];
    random_bytes(w, key, sizeof key);
    if (fd < 0 || write(fd, key, sizeof key) != sizeof key || close(fd) != 0)
        broken(w, "cannot write %s", path);
}

struct world *world_create(uint64_t seed)
{
    struct world *w = calloc(1, sizeof *w);
    const char *tmp = getenv("TMPDIR");
    char error[256];
    if (!w)
        abort();
    w->now_ms = start_ms;
    w->rng.state = seed;
    snprintf(w->dir, sizeof w->dir, "%.40s/fangtan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(w->dir))
        broken(NULL, "cannot make a directory %s", w->dir);
    make_key(w);
    if (keys_open(w->dir, &w->keys, error) != 0)
        broken(w, "%s", error);
    for (int i = 0; i < CITIZENS; i++)
        snprintf(m_citizen_ids[i], sizeof m_citizen_ids[i], "c:%032x", 0xc0ffee00u + (unsigned)i);
    for (int code = 0; code < M_CODES; code++)
        for (int lang = 0; lang < MODEL_LANGS; lang++)
            m_house_words[code][lang] = message_find((enum lang)lang, "reason", m_codes[code]);
    w->store = memory_create(rng_next(&w->rng), &w->now_ms);
    start_app(w);
    return w;
}

void world_destroy(struct world **world)
{
    struct world *w = *world;
    char path[96];
    *world = NULL;
    world_settle(w);
    if (world_backend)
        world_backend->close(w);
    app_destroy(&w->app);
    memory_destroy(&w->store);
    keys_close(&w->keys);
    snprintf(path, sizeof path, "%s/master.key", w->dir);
    unlink(path);
    rmdir(w->dir);
    free(w);
}

void world_settle(struct world *w)
{
    struct memory_faults faults = w->store->faults;
    w->store->faults = (struct memory_faults){0};
    w->settles++;
    for (int still = 0; still < 3; still++) {
        app_tick(w->app);
        while (step(w))
            still = 0;
        while (app_sweep(w->app))
            ;
    }
    if (!app_is_idle(w->app))
        broken(w, "commands wait, and nothing is under way");
    w->store->faults = faults;
}

void world_restart(struct world *w)
{
    world_settle(w);
    app_destroy(&w->app);
    start_app(w);
}

void world_call(struct world *w, int who, const char *text, struct memory_luck *luck,
                app_answer *answer, void *ctx)
{
    struct actor actor = {.lang = (enum lang)m_lang(who)};
    if (who < CITIZENS) {
        char visitor[VISITOR_TEXT];
        memcpy(visitor, m_citizen_ids[who], sizeof visitor);
        actor_citizen(&actor, visitor);
        if (w->has_networks)
            snprintf(actor.network, sizeof actor.network, "n:%d", who % NETWORKS);
    } else {
        actor_staff(&actor, m_names[who], role_of(who));
    }
    w->store->tag = luck;
    app_call(w->app, &actor, slice_of(text), answer, ctx);
    w->store->tag = NULL;
}

static void keep_answer(void *ctx, struct slice json)
{
    buf_clear(ctx);
    buf_add(ctx, json);
}

const char *world_ask(struct world *w, int who, const char *format, ...)
{
    static struct buf answer;
    char text[1 << 14];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_clear(&answer);
    world_call(w, who, text, NULL, keep_answer, &answer);
    world_settle(w);
    return buf_slice(&answer).p;
}

// ---- viewers ----

struct viewer *viewer_open(struct world *w, int who)
{
    struct viewer *v = calloc(1, sizeof *v);
    char hello[200];
    if (!v)
        abort();
    v->world = w;
    v->peer = app_peer_open(w->app, v, "", "");
    snprintf(hello, sizeof hello,
             who < CITIZENS ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":"
                              "{\"client\":\"test\"}}"
                            : "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":"
                              "{\"client\":\"test\",\"ticket\":\"%s\"}}",
             m_names[who]);
    viewer_send(v, hello);
    return v;
}

void viewer_close(struct viewer **v)
{
    app_peer_closed((*v)->peer);
    buf_finish(&(*v)->in);
    free(*v);
    *v = NULL;
}

void viewer_send(struct viewer *v, const char *text)
{
    app_peer_message(v->peer, slice_of(text));
}

// Adds the payload of the frame at `at` to the message, and goes behind it. -1: it is not all
// there; else whether it is the message's last.
static int take_frame(struct viewer *v, size_t *at, size_t *n)
{
    const unsigned char *p = (const unsigned char *)v->in.p + *at;
    size_t left = v->in.n - *at;
    size_t bytes = left < 2 ? 0 : p[1] == 127 ? 8 : p[1] == 126 ? 2 : 0;
    if (left < 2 + bytes)
        return -1;
    size_t len = bytes ? 0 : p[1];
    for (size_t i = 0; i < bytes; i++)
        len = len << 8 | p[2 + i];
    if (left - 2 - bytes < len)
        return -1;
    if (*n + len >= sizeof v->frame || (p[0] & 0x0F) != (*n == 0))
        broken(v->world, "a frame is torn");
    memcpy(v->frame + *n, p + 2 + bytes, len);
    *n += len;
    *at += 2 + bytes + len;
    return p[0] >> 7;
}

const char *viewer_next(struct viewer *v)
{
    size_t at = v->taken, n = 0;
    int last = 0;
    while (last == 0 && at < v->in.n)
        last = take_frame(v, &at, &n);
    if (last != 1) {
        if (v->taken == v->in.n) {
            buf_clear(&v->in);
            v->taken = 0;
        }
        return NULL; // the rest comes when it is not busy any more
    }
    v->taken = at;
    v->frame[n] = '\0';
    return v->frame;
}

// ---- answers ----

static size_t add(char *ret, size_t at, const char *key, const struct json *object)
{
    const char *dot = strchr(key, '.');
    char outer[24], text[200] = "";
    snprintf(outer, sizeof outer, "%.*s", dot ? (int)(dot - key) : 0, key);
    const struct json *member =
        json_get(dot ? json_get(object, outer) : object, dot ? dot + 1 : key);
    switch (json_kind(member)) {
    case JSON_STRING:
        snprintf(text, sizeof text, "%s", json_string(member).p);
        break;
    case JSON_NUMBER:
        snprintf(text, sizeof text, "%lld", (long long)json_number(member));
        break;
    case JSON_BOOL:
        snprintf(text, sizeof text, "%s", json_get_bool(object, key) ? "true" : "false");
        break;
    default:
        return at;
    }
    int n = snprintf(ret + at, MODEL_LINE - at, " %s=%s", key, text);
    return at + (size_t)n < MODEL_LINE ? at + (size_t)n : MODEL_LINE - 1;
}

void answer_line(struct slice json, char ret[MODEL_LINE])
{
    static const char *const keys[] = {"by",
                                       "stage",
                                       "version",
                                       "claim_epoch",
                                       "until",
                                       "waits_for",
                                       "public_at",
                                       "frozen",
                                       "kept",
                                       "seconds",
                                       "votes",
                                       "text",
                                       "shown_text",
                                       "appeal",
                                       "may_appeal",
                                       "may_withdraw",
                                       "department",
                                       "note",
                                       "case_stage",
                                       "case.stage",
                                       "case.stop_note",
                                       "group",
                                       "count",
                                       "group.receipt_no",
                                       "group.stage",
                                       "duplicate_of.receipt_no",
                                       "answer.text",
                                       "reply.text",
                                       "reason_text",
                                       "due"};
    struct json *root = json_parse(json);
    const struct json *data = json_get(json_get(root, "error"), "data");
    const struct json *result = json_get(root, "result");
    struct slice reason = json_get_string(data, "reason");
    size_t at = (size_t)snprintf(ret, MODEL_LINE, "%s",
                                 data     ? reason.p
                                 : result ? "ok"
                                          : "silence");
    const struct json *from = data ? data : result;
    bool bare = data && (slice_is(reason, "bad_params") || slice_is(reason, "too_long"));
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !bare; i++)
        at = add(ret, at, keys[i], from);
    if (result)
        at = add(ret, at, "reason", result);
    const char *list = data ? "questions" : "answers";
    const struct json *items = json_get(from, list);
    if (items) {
        unsigned count = 0;
        for (const struct json *item = json_first(items); item; item = json_next(item))
            count++;
        snprintf(ret + at, MODEL_LINE - at, " %s=%u", list, count);
    }
    json_free(root);
}

void answer_member(struct slice json, const char *key, char *ret, size_t size)
{
    struct json *root = json_parse(json);
    struct slice value = json_get_string(json_get(root, "result"), key);
    snprintf(ret, size, "%s", value.p ? value.p : "");
    json_free(root);
}
