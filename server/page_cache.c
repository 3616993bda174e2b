// SPDX-License-Identifier: Apache-2.0
// A few dozen pages, searched one by one; the one that nobody has asked for longest goes first.
#include "server/page_cache.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/must.h"

enum { PAGES = 48 };

struct kept {
    char *interview; // NULL: free
    enum lang lang;
    uint64_t n;        // public events that it shows
    uint64_t portal_n; // … of the portal's own log
    int64_t also;      // what else it shows
    uint64_t used;
    struct blob *html;
};

struct page_cache {
    struct kept pages[PAGES];
    struct blob *big; // one that is too big to be kept
    size_t bytes, most;
    uint64_t uses;
};

struct page_cache *page_cache_create(size_t most)
{
    struct page_cache *cache = must_alloc(sizeof *cache);
    cache->most = most;
    return cache;
}

static void drop(struct page_cache *cache, struct kept *page)
{
    cache->bytes -= blob_slice(page->html).n;
    free(page->interview);
    blob_drop(&page->html);
    *page = (struct kept){0};
}

void page_cache_destroy(struct page_cache **cache)
{
    if (!*cache)
        return;
    for (size_t i = 0; i < PAGES; i++)
        drop(*cache, &(*cache)->pages[i]);
    blob_drop(&(*cache)->big);
    free(*cache);
    *cache = NULL;
}

static struct kept *find(struct page_cache *cache, const char *interview, enum lang lang)
{
    for (size_t i = 0; i < PAGES; i++) {
        struct kept *page = &cache->pages[i];
        if (page->interview && page->lang == lang && strcmp(page->interview, interview) == 0)
            return page;
    }
    return NULL;
}

// A free one has the age 0.
static struct kept *oldest(struct page_cache *cache)
{
    struct kept *found = &cache->pages[0];
    for (size_t i = 1; i < PAGES; i++)
        if (cache->pages[i].used < found->used)
            found = &cache->pages[i];
    return found;
}

// One that is in use, or NULL.
static struct kept *oldest_kept(struct page_cache *cache)
{
    struct kept *found = NULL;
    for (size_t i = 0; i < PAGES; i++) {
        struct kept *page = &cache->pages[i];
        if (page->interview && (!found || page->used < found->used))
            found = page;
    }
    return found;
}

static uint64_t portal_of(const struct page_env *env)
{
    return env->portal ? env->portal->position.n : 0;
}

static struct blob *keep(struct page_cache *cache, const struct page_env *env,
                         const struct interview *iv, int64_t also, struct buf *html)
{
    size_t n = html->n;
    blob_drop(&cache->big);
    if (n > cache->most) {
        cache->big = blob_take(html);
        return cache->big;
    }
    while (cache->bytes + n > cache->most)
        drop(cache, oldest_kept(cache));
    struct kept *page = oldest(cache);
    drop(cache, page);
    *page = (struct kept){.interview = strdup(iv->id),
                          .lang = env->lang,
                          .n = iv->position.n,
                          .portal_n = portal_of(env),
                          .also = also,
                          .used = ++cache->uses,
                          .html = blob_take(html)};
    must(page->interview);
    cache->bytes += n;
    return page->html;
}

struct blob *page_cache_interview(struct page_cache *cache, const struct page_env *env,
                                  const struct interview *iv, int64_t also)
{
    struct kept *page = find(cache, iv->id, env->lang);
    if (page && page->n == iv->position.n && page->portal_n == portal_of(env) &&
        page->also == also) {
        page->used = ++cache->uses;
        return page->html;
    }
    if (page)
        drop(cache, page);
    struct buf html = {0};
    page_interview(&html, env, iv);
    return keep(cache, env, iv, also, &html);
}

size_t page_cache_bytes(const struct page_cache *cache)
{
    return cache->bytes;
}
