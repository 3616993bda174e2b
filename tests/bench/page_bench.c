// SPDX-License-Identifier: Apache-2.0
// What a page of a big interview costs, while it is live and as the record: made anew for an
// interview and for one of half its size (the ratio is 2 when the cost is linear), and as it was
// kept.
#include <time.h>

#include "server/base/limits.h"
#include "server/page_cache.h"
#include "tests/bench/bench.h"
#include "tests/unit/page/fixture.h"

enum { QUESTIONS = 1000, STATEMENTS = 400, ROUNDS = 40 };

static int rounds = ROUNDS;

static struct interview *interview_of(int questions, int statements)
{
    struct interview *iv = interview_create(slice_of("bench"), true);
    char id[16], no[16], about[16];
    fixture_announce(iv, &FIXTURE_WORDS);
    fixture_stage(iv, "interview.started", "live", NULL);
    for (int i = 0; i < questions; i++) {
        snprintf(id, sizeof id, "q%d", i);
        snprintf(no, sizeof no, "R%d", i);
        fixture_question(iv, "2026-11-24T07:08:00Z", id, no, "王女士",
                         "我家楼下的助餐点周末不开门,老人吃饭不方便。能不能周末也开?");
    }
    for (int i = 0; i < statements; i++) {
        snprintf(id, sizeof id, "s%d", i);
        snprintf(about, sizeof about, "q%d", i * 2);
        fixture_statement(iv, "2026-11-24T07:09:00Z", id, "answer", &FIXTURE_WORDS,
                          "可以。凡在本市居住的六十岁以上老人,不分户籍,均可登记用餐。", about);
    }
    return iv;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_anew(const struct page_env *env, const struct interview *iv)
{
    struct buf html = {0};
    double start = cpu_seconds();
    for (int i = 0; i < rounds; i++) {
        buf_clear(&html);
        page_interview(&html, env, iv);
    }
    double spent = cpu_seconds() - start;
    buf_finish(&html);
    return spent / rounds;
}

static double seconds_kept(const struct page_env *env, const struct interview *iv)
{
    struct page_cache *cache = page_cache_create(LIMIT_PAGES);
    size_t bytes = blob_slice(page_cache_interview(cache, env, iv, 0)).n;
    double start = cpu_seconds();
    for (int i = 0; i < rounds * 1000; i++)
        bytes += blob_slice(page_cache_interview(cache, env, iv, 0)).n;
    double spent = cpu_seconds() - start;
    must(bytes);
    page_cache_destroy(&cache);
    return spent / rounds / 1000;
}

static void measure(const char *name, const struct interview *half, const struct interview *whole)
{
    struct page_env env = {.utc_offset_minutes = 480};
    double small = seconds_anew(&env, half), big = seconds_anew(&env, whole);
    double kept = seconds_kept(&env, whole);
    printf("%-6s %d questions, %d statements: %6.2f ms anew, %4.1f times the half; "
           "kept %3.0f ns, ratio %.7f\n",
           name, QUESTIONS, STATEMENTS, big * 1e3, big / small, kept * 1e9, kept / big);
}

int main(int argc, char **argv)
{
    if (bench_is_smoke(argc, argv))
        rounds = 1;
    struct interview *half = interview_of(QUESTIONS / 2, STATEMENTS / 2);
    struct interview *whole = interview_of(QUESTIONS, STATEMENTS);
    measure("live", half, whole);
    struct interview *both[] = {half, whole};
    for (int i = 0; i < 2; i++)
        fixture_stage(both[i], "interview.transcript_published", "published", NULL);
    measure("record", half, whole);
    interview_destroy(&half);
    interview_destroy(&whole);
    return 0;
}
