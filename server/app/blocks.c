// SPDX-License-Identifier: Apache-2.0
// The public events in blocks that never change, so that caches on the way carry them to as many
// readers as there are; and the head, which changes with every event and tells what to fetch.
//
// Block K holds the public events 64K+1…64K+64. What was taken back must not be read from the
// events before it, so those are withheld: the epoch is the number of the last one that is. A block
// is named by its number and the epoch, because only both together say what its bytes are: after
// something was taken back the head names another epoch, and what a cache still has under the old
// one is asked for no more.
//
// The open block is gathered as events come. Full ones are made from it, or later from the record,
// one at a time, and kept while there is room.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/blocks.h"

#include "server/base/must.h"

enum { EVENTS = 64, MOST_KEPT = 256, MOST_WAITING = 1024, BLOCK_TAG = 64 };

// Public events in a row, as they are written into a block or a head.
struct stretch {
    uint64_t from;     // number of the first
    unsigned count;    // how many there are yet
    struct buf events; // JSON, with commas between
    // At the start, then after each event; "" where it is not told: from the hashes on both sides
    // of an event its text could be guessed and checked.
    char hashes[EVENTS + 1][POSITION_HEX + 1];
};

// Where a block begins in the record.
struct mark {
    uint64_t seq; // of the last public event before it
    char hash[POSITION_HEX + 1];
};

struct blocks {
    uint64_t epoch;
    struct mark *marks; // of every block that has begun; the last one is open
    size_t count, cap;
    struct stretch open;
    struct blob *head;
    uint64_t head_n, head_epoch;
    int64_t head_retry_ms;
    char head_tag[BLOCK_TAG];
};

struct kept {
    struct channel *channel; // NULL: free
    uint64_t k, epoch;
    uint64_t used;
    struct blob *text;
    char tag[BLOCK_TAG];
};

struct waiting {
    struct waiting *next; /* block_store.first */
    struct channel *channel;
    uint64_t k, epoch;
    app_block_done *done;
    void *ctx;
};

struct block_store {
    struct app *app;
    struct kept kept[MOST_KEPT];
    size_t bytes;
    uint64_t uses;

    struct waiting *first, **last;
    size_t waiting_count;
    bool draining;
    struct channel *reading; // NULL: nobody
    uint64_t reading_k, reading_epoch;
    struct stretch read;
};

// ---- stretches ----

static void set_hash(struct stretch *s, unsigned i, const char *hash)
{
    size_t n = strnlen(hash, POSITION_HEX);
    memset(s->hashes[i], 0, sizeof s->hashes[i]);
    memcpy(s->hashes[i], hash, n);
}

static void begin(struct stretch *s, uint64_t from, const char *hash)
{
    s->from = from;
    s->count = 0;
    buf_clear(&s->events);
    set_hash(s, 0, hash);
}

static void add(struct stretch *s, struct slice event, const char *hash)
{
    must(s->count < EVENTS);
    if (s->count)
        buf_char(&s->events, ',');
    buf_add(&s->events, event);
    set_hash(s, ++s->count, hash);
}

static void add_withheld(struct stretch *s, uint64_t n)
{
    struct buf b = {0};
    buf_printf(&b, "{\"n\":%llu,\"type\":\"withheld\"}", (unsigned long long)n);
    add(s, buf_slice(&b), "");
    buf_finish(&b);
}

// Every event that is in it becomes a withheld one; the hash behind the last one stays.
static void withhold(struct stretch *s)
{
    unsigned count = s->count;
    char last[POSITION_HEX + 1];
    memcpy(last, s->hashes[count], sizeof last);
    if (count == 0)
        return;
    begin(s, s->from, "");
    while (s->count < count)
        add_withheld(s, s->from + s->count);
    set_hash(s, count, last);
}

static void write_members(struct json_writer *w, const struct stretch *s)
{
    json_w_member_int(w, "from", (int64_t)s->from);
    json_w_key(w, "before");
    json_w_string(w, slice_of(s->hashes[0]));
    json_w_key(w, "hashes");
    json_w_open(w, '[');
    for (unsigned i = 1; i <= s->count; i++)
        json_w_string(w, slice_of(s->hashes[i]));
    json_w_close(w, ']');
    json_w_key(w, "events");
    json_w_open(w, '[');
    if (s->count)
        json_w_raw(w, buf_slice(&s->events));
    json_w_close(w, ']');
}

// ---- what is kept ----

static void drop(struct block_store *store, struct kept *k)
{
    store->bytes -= blob_slice(k->text).n;
    blob_drop(&k->text);
    *k = (struct kept){0};
}

static void drop_of(struct block_store *store, const struct channel *ch)
{
    for (size_t i = 0; i < MOST_KEPT; i++)
        if (store->kept[i].channel == ch)
            drop(store, &store->kept[i]);
}

static struct kept *find(struct block_store *store, const struct channel *ch, uint64_t k)
{
    for (size_t i = 0; i < MOST_KEPT; i++)
        if (store->kept[i].channel == ch && store->kept[i].k == k)
            return &store->kept[i];
    return NULL;
}

// A free one if there is one.
static struct kept *least_used(struct block_store *store)
{
    struct kept *found = &store->kept[0];
    for (size_t i = 1; i < MOST_KEPT; i++)
        if (store->kept[i].used < found->used)
            found = &store->kept[i];
    return found;
}

static void evict_one(struct block_store *store)
{
    struct kept *found = NULL;
    for (size_t i = 0; i < MOST_KEPT; i++) {
        struct kept *k = &store->kept[i];
        if (k->channel && (!found || k->used < found->used))
            found = k;
    }
    drop(store, found);
}

static void tag_of(char ret[BLOCK_TAG], const char *hash, uint64_t epoch)
{
    snprintf(ret, BLOCK_TAG, "\"%.*s-%llu\"", POSITION_HEX, hash, (unsigned long long)epoch);
}

// Of a stretch that is full. Borrowed until the next call.
static struct kept *keep(struct channel *ch, const struct stretch *s)
{
    struct block_store *store = ch->app->blocks;
    uint64_t k = (s->from - 1) / EVENTS;
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_w_open(&w, '{');
    json_w_member(&w, "interview", ch->open->id);
    json_w_member_int(&w, "block", (int64_t)k);
    json_w_member_int(&w, "epoch", (int64_t)ch->blocks->epoch);
    json_w_member_int(&w, "to", (int64_t)(s->from + EVENTS - 1));
    write_members(&w, s);
    json_w_close(&w, '}');
    while (store->bytes && store->bytes + b.n > LIMIT_BLOCKS)
        evict_one(store);
    struct kept *kept = find(store, ch, k);
    if (!kept)
        kept = least_used(store);
    drop(store, kept);
    store->bytes += b.n;
    *kept = (struct kept){.channel = ch,
                          .k = k,
                          .epoch = ch->blocks->epoch,
                          .used = ++store->uses,
                          .text = blob_take(&b)};
    tag_of(kept->tag, s->hashes[EVENTS], kept->epoch);
    return kept;
}

// ---- following the record ----

static void begin_block(struct blocks *b, uint64_t from, const char *hash, uint64_t seq)
{
    if (b->count == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 4;
        b->marks = realloc(b->marks, b->cap * sizeof *b->marks);
        must(b->marks);
    }
    struct mark *mark = &b->marks[b->count++];
    *mark = (struct mark){.seq = seq};
    memcpy(mark->hash, hash, strnlen(hash, POSITION_HEX));
    begin(&b->open, from, hash);
}

struct blocks *blocks_create(void)
{
    struct blocks *b = must_alloc(sizeof *b);
    begin_block(b, 1, "", 0);
    return b;
}

void blocks_destroy(struct blocks **b)
{
    buf_finish(&(*b)->open.events);
    blob_drop(&(*b)->head);
    free((*b)->marks);
    free(*b);
    *b = NULL;
}

// From now on nobody may read the events up to n, the last there is.
static void begin_epoch(struct channel *ch, uint64_t n)
{
    ch->blocks->epoch = n;
    withhold(&ch->blocks->open);
    drop_of(ch->app->blocks, ch);
}

void blocks_take_back(struct channel *ch)
{
    begin_epoch(ch, ch->blocks->open.from + ch->blocks->open.count - 1);
}

void blocks_add(struct channel *ch, const struct event *ev, struct slice object)
{
    struct blocks *b = ch->blocks;
    must(ev->pub == b->open.from + b->open.count);
    add(&b->open, object, ev->pub_hash);
    if (b->open.count < EVENTS)
        return;
    if (!ch->app->loading)
        keep(ch, &b->open);
    begin_block(b, ev->pub + 1, ev->pub_hash, ev->seq);
}

// ---- the head ----

// Not more often than a short delay of what is shown demands, and not faster than they can be
// served.
static int64_t poll_ms(const struct app *a)
{
    int64_t window = heads_window(a);
    return window > LIMIT_POLL_MS ? window : LIMIT_POLL_MS;
}

struct blob *blocks_head(struct channel *ch, const char **ret_tag)
{
    struct blocks *b = ch->blocks;
    const struct position *at = &ch->open->position;
    int64_t retry_ms = poll_ms(ch->app);
    *ret_tag = b->head_tag;
    if (b->head && b->head_n == at->n && b->head_epoch == b->epoch && b->head_retry_ms == retry_ms)
        return b->head;
    blob_drop(&b->head);
    struct buf text = {0};
    struct json_writer w = {.out = &text};
    json_w_open(&w, '{');
    json_w_member(&w, "interview", ch->open->id);
    json_w_member_int(&w, "to", (int64_t)at->n);
    json_w_key(&w, "hash");
    json_w_string(&w, (struct slice){at->hash, at->n ? POSITION_HEX : 0});
    json_w_member_int(&w, "epoch", (int64_t)b->epoch);
    json_w_member_int(&w, "retry_ms", retry_ms);
    write_members(&w, &b->open);
    json_w_close(&w, '}');
    b->head = blob_take(&text);
    b->head_n = at->n;
    b->head_epoch = b->epoch;
    b->head_retry_ms = retry_ms;
    snprintf(b->head_tag, sizeof b->head_tag, "\"%llu-%.*s-%lld\"", (unsigned long long)at->n,
             POSITION_HEX, at->hash, (long long)retry_ms);
    return b->head;
}

// ---- full blocks ----

struct block_store *block_store_create(struct app *a)
{
    struct block_store *store = must_alloc(sizeof *store);
    store->app = a;
    store->last = &store->first;
    return store;
}

void block_store_destroy(struct block_store **store)
{
    for (size_t i = 0; i < MOST_KEPT; i++)
        drop(*store, &(*store)->kept[i]);
    must(!(*store)->first && !(*store)->reading);
    buf_finish(&(*store)->read.events);
    free(*store);
    *store = NULL;
}

static void read_next(struct block_store *store);

static bool is_full(const struct blocks *b, uint64_t k)
{
    return k + 1 < b->count;
}

// Is it one that everybody may read? Otherwise why not.
static enum app_block judge(const struct channel *ch, uint64_t k, uint64_t epoch)
{
    const struct blocks *b = ch->blocks;
    if (!is_full(b, k))
        return APP_BLOCK_NONE;
    return epoch != b->epoch || (k + 1) * EVENTS <= b->epoch ? APP_BLOCK_GONE : APP_BLOCK_HERE;
}

// The block of this one was just read in vain, or will not be read.
static bool is_in_vain(const struct block_store *store, const struct waiting *w)
{
    return store->draining || (w->channel == store->reading && w->k == store->reading_k &&
                               w->epoch == store->reading_epoch);
}

// Answers those whose block is there, or never will be, or is not to be had now.
static void answer_waiting(struct block_store *store)
{
    struct waiting **at = &store->first;
    while (*at) {
        struct waiting *w = *at;
        enum app_block is = judge(w->channel, w->k, w->epoch);
        struct kept *kept = is == APP_BLOCK_HERE ? find(store, w->channel, w->k) : NULL;
        if (is == APP_BLOCK_HERE && !kept) {
            if (!is_in_vain(store, w)) {
                at = &w->next;
                continue;
            }
            is = APP_BLOCK_LATER;
        }
        *at = w->next;
        if (!*at)
            store->last = at;
        store->waiting_count--;
        w->done(w->ctx, is, kept ? kept->text : NULL, kept ? kept->tag : NULL);
        free(w);
    }
}

static void on_event(void *ctx, const struct event *ev)
{
    struct block_store *store = ctx;
    struct stretch *s = &store->read;
    if (!ev->pub || ev->pub != s->from + s->count)
        return;
    if (ev->pub < store->reading_epoch) {
        add_withheld(s, ev->pub);
    } else if (ev->pub == store->reading_epoch) {
        add_withheld(s, ev->pub);
        set_hash(s, s->count, ev->pub_hash);
    } else {
        struct buf object = {0};
        publish_write(&object, ev);
        add(s, buf_slice(&object), ev->pub_hash);
        buf_finish(&object);
    }
}

static void on_read(void *ctx, enum st_result result)
{
    struct block_store *store = ctx;
    struct channel *ch = store->reading;
    store->app->calls--;
    // Something may have been taken back meanwhile.
    bool is_new = ch->blocks->epoch == store->reading_epoch;
    if (result == ST_OK && is_new && store->read.count == EVENTS)
        keep(ch, &store->read);
    answer_waiting(store);
    store->reading = NULL; // not before: whoever is answered may ask at once
    read_next(store);
}

// Reads the block that was asked for first.
static void read_next(struct block_store *store)
{
    const struct waiting *w = store->first;
    if (!w || store->reading)
        return;
    const struct blocks *b = w->channel->blocks;
    const struct mark *mark = &b->marks[w->k];
    store->reading = w->channel;
    store->reading_k = w->k;
    store->reading_epoch = b->epoch;
    store->app->calls++;
    begin(&store->read, w->k * EVENTS + 1, w->k * EVENTS >= b->epoch ? mark->hash : "");
    storage_read(store->app->storage, slice_of(w->channel->all->id),
                 (struct st_range){mark->seq, mark[1].seq}, on_event, on_read, store);
}

void block_store_drain(struct block_store *store)
{
    store->draining = true;
    answer_waiting(store);
}

static struct channel *followed(const struct app *a, struct slice interview)
{
    struct channel *ch = channel_find(a, interview);
    must(ch && channel_is_open(ch));
    return ch;
}

struct blob *app_head(struct app *a, struct slice interview, const char **ret_tag)
{
    return blocks_head(followed(a, interview), ret_tag);
}

uint64_t app_epoch(const struct app *a, struct slice interview)
{
    return followed(a, interview)->blocks->epoch;
}

void app_block(struct app *a, struct slice interview, uint64_t k, uint64_t epoch,
               app_block_done *done, void *ctx)
{
    struct block_store *store = a->blocks;
    struct channel *ch = followed(a, interview);
    enum app_block is = judge(ch, k, epoch);
    struct kept *kept = is == APP_BLOCK_HERE ? find(store, ch, k) : NULL;
    if (is == APP_BLOCK_HERE && !kept && (store->draining || store->waiting_count == MOST_WAITING))
        is = APP_BLOCK_LATER;
    if (is != APP_BLOCK_HERE || kept) {
        if (kept)
            kept->used = ++store->uses;
        done(ctx, is, kept ? kept->text : NULL, kept ? kept->tag : NULL);
        return;
    }
    struct waiting *w = must_alloc(sizeof *w);
    *w = (struct waiting){.channel = ch, .k = k, .epoch = epoch, .done = done, .ctx = ctx};
    *store->last = w;
    store->last = &w->next;
    store->waiting_count++;
    read_next(store);
}
