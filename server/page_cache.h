// SPDX-License-Identifier: Apache-2.0
// Pages of interviews, kept as they were made until the next public event: many readers ask for
// the same page at once, above all when a stage changes.
#ifndef SERVER_PAGE_CACHE_H
#define SERVER_PAGE_CACHE_H

#include "server/base/blob.h"
#include "server/page/page.h"

struct page_cache;

// Of most bytes in all. A page that is bigger than that is not kept.
struct page_cache *page_cache_create(size_t most);
void page_cache_destroy(struct page_cache **cache); // takes NULL

// What page_interview writes, borrowed until the next call. But for its language
// and the portal's log, env must be the same in every call. also: a number that changes with what
// the page shows beside the record.
struct blob *page_cache_interview(struct page_cache *cache, const struct page_env *env,
                                  const struct interview *iv, int64_t also);
size_t page_cache_bytes(const struct page_cache *cache);

#endif
