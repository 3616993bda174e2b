// SPDX-License-Identifier: Apache-2.0
// What is kept is what would be made, until something public happens, and never more than allowed.
#include "server/page_cache.h"
#include "tests/kit/check.h"
#include "tests/unit/page/fixture.h"

enum { PLENTY = 1 << 24 };

static bool is_what_would_be_made(struct slice kept, const struct page_env *env,
                                  const struct interview *iv)
{
    struct buf html = {0};
    page_interview(&html, env, iv);
    bool same = kept.n == html.n && memcmp(kept.p, html.p, html.n) == 0;
    buf_finish(&html);
    return same;
}

TEST(a_page_is_made_once_for_each_language)
{
    struct page_cache *cache = page_cache_create(PLENTY);
    struct interview *iv = fixture_live();
    const char *first[LANGS];
    for (int round = 0; round < 2; round++) {
        for (int lang = 0; lang < LANGS; lang++) {
            struct page_env env = {.lang = (enum lang)lang, .utc_offset_minutes = 480};
            struct slice page = blob_slice(page_cache_interview(cache, &env, iv, 0));
            CHECK(is_what_would_be_made(page, &env, iv));
            if (round == 0)
                first[lang] = page.p;
            CHECK(page.p == first[lang]);
        }
    }
    page_cache_destroy(&cache);
    interview_destroy(&iv);
}

TEST(what_happens_is_on_the_page_at_once)
{
    struct page_cache *cache = page_cache_create(PLENTY);
    struct page_env env = {.lang = LANG_EN};
    struct interview *iv = fixture_live();
    CHECK(!strstr(blob_slice(page_cache_interview(cache, &env, iv, 0)).p, "brand new words"));
    fixture_statement(iv, "2026-11-24T07:30:00Z", "s9", "remark", &FIXTURE_WORDS, "brand new words",
                      NULL);
    CHECK(strstr(blob_slice(page_cache_interview(cache, &env, iv, 0)).p, "brand new words"));
    fixture_about(iv, "2026-11-24T07:31:00Z", "question.withdrawn", "q3", NULL);
    CHECK(!strstr(blob_slice(page_cache_interview(cache, &env, iv, 0)).p, "送餐上门"));
    page_cache_destroy(&cache);
    interview_destroy(&iv);
}

TEST(many_interviews_stay_within_the_bound)
{
    struct page_env env = {.lang = LANG_ZH_HANS};
    struct interview *iv = fixture_live();
    struct page_cache *cache = page_cache_create(PLENTY);
    page_cache_interview(cache, &env, iv, 0);
    size_t one = page_cache_bytes(cache);
    page_cache_destroy(&cache);

    enum { INTERVIEWS = 100 };
    size_t most = one * 5;
    cache = page_cache_create(most);
    struct interview *all[INTERVIEWS];
    for (int i = 0; i < INTERVIEWS; i++) {
        char id[16];
        snprintf(id, sizeof id, "iv-%d", i);
        all[i] = interview_create(slice_of(id), true);
        fixture_announce(all[i], &FIXTURE_WORDS);
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < INTERVIEWS; i++) {
            CHECK(is_what_would_be_made(blob_slice(page_cache_interview(cache, &env, all[i], 0)),
                                        &env, all[i]));
            CHECK(page_cache_bytes(cache) <= most);
        }
    }
    CHECK(page_cache_bytes(cache) > one);
    for (int i = 0; i < INTERVIEWS; i++)
        interview_destroy(&all[i]);
    page_cache_destroy(&cache);
    interview_destroy(&iv);
}

TEST(what_is_asked_for_stays)
{
    struct page_env env = {.lang = LANG_EN};
    struct page_cache *cache = page_cache_create(PLENTY);
    struct interview *often = fixture_live();
    const struct blob *first = page_cache_interview(cache, &env, often, 0);
    for (int i = 0; i < 200; i++) {
        char id[16];
        snprintf(id, sizeof id, "iv-%d", i);
        struct interview *seldom = interview_create(slice_of(id), true);
        fixture_announce(seldom, &FIXTURE_WORDS);
        page_cache_interview(cache, &env, seldom, 0);
        interview_destroy(&seldom);
        CHECK(page_cache_interview(cache, &env, often, 0) == first);
    }
    page_cache_destroy(&cache);
    interview_destroy(&often);
}

TEST(a_page_bigger_than_the_bound_is_given_but_not_kept)
{
    struct page_cache *cache = page_cache_create(100);
    struct page_env env = {.lang = LANG_EN};
    struct interview *iv = fixture_live();
    for (int i = 0; i < 2; i++)
        CHECK(
            is_what_would_be_made(blob_slice(page_cache_interview(cache, &env, iv, 0)), &env, iv));
    CHECK_INT(page_cache_bytes(cache), 0);
    page_cache_destroy(&cache);
    interview_destroy(&iv);
}

int main(void)
{
    return check_run();
}
