// SPDX-License-Identifier: Apache-2.0
// The core alone, on one thread: events folded a second, commands decided a second over a record in
// memory, and what a question costs in memory. The log is one that the application wrote itself.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/interview/fold.h"
#include "tests/bench/bench.h"
#include "tests/model/scene.h"

enum { ROUNDS = 7 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void on_answer(void *ctx, struct slice json)
{
    char line[MODEL_LINE];
    (void)ctx;
    answer_line(json, line);
    if (strncmp(line, "ok", 2) != 0) {
        fprintf(stderr, "%.*s\n", (int)json.n, json.p);
        abort();
    }
}

static unsigned long sent;

static void command(struct scene *s, int who, const char *method, const char *question,
                    const char *more)
{
    char text[1000];
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"command_id\":\"b%lu\","
             "%s%s%s%s}}",
             method, ++sent, question ? "\"question\":\"" : "", question ? question : "",
             question ? "\"," : "", more);
    world_call(s->world, who, text, NULL, on_answer, NULL);
    while (memory_step(s->world->store))
        ;
}

// The usual life of a question: asked, claimed, approved, shown, queued, on air, answered.
static void one_question(struct scene *s, unsigned n)
{
    char more[600], question[24];
    snprintf(more, sizeof more,
             "\"interview\":\"%s\",\"name\":\"Mr Gu\",\"text\":\"No. %u: when will the old pipes "
             "in Well "
             "Lane be replaced?\"",
             s->id, n);
    command(s, (int)(n % CITIZENS), "question.ask", NULL, more);
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    struct json *body = json_parse(memory_event(log, log->count - 1)->body);
    snprintf(question, sizeof question, "%s", json_get_string(body, "question").p);
    json_free(body);
    command(s, MOD1, "question.claim", question, "\"take_over\":false");
    command(s, MOD1, "question.approve", question, "\"version\":1,\"claim_epoch\":1");
    s->world->now_ms += MODEL_UNDO_MS;
    app_tick(s->world->app);
    while (memory_step(s->world->store))
        ;
    command(s, COMPERE, "question.queue", question, "\"position\":0");
    command(s, COMPERE, "question.put_on_air", question, "\"guest\":\"Shen Yulan\"");
    snprintf(more, sizeof more,
             "\"interview\":\"%s\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\",\"text\":\"We "
             "begin in March. The city pays for the mains, and for the house connection the "
             "owner pays half.\",\"questions\":[\"%s\"]",
             s->id, question);
    command(s, GUEST, "statement.publish", NULL, more);
}

static double fold_once(struct memory_log *log, bool public_only, size_t *ret_count,
                        size_t *ret_bytes)
{
    struct mallinfo2 before = mallinfo2();
    struct interview *iv = interview_create(slice_of(log->id), public_only);
    double start = seconds();
    *ret_count = 0;
    for (size_t i = 0; i < log->count; i++) {
        const struct event *ev = memory_event(log, i);
        if (public_only && !ev->pub)
            continue;
        if (fold(iv, ev) != 0)
            abort();
        ++*ret_count;
    }
    double took = seconds() - start;
    *ret_bytes = mallinfo2().uordblks - before.uordblks;
    interview_destroy(&iv);
    return took;
}

static void measure_fold(const struct scene *s, unsigned questions)
{
    struct memory_log *log = memory_log(s->world->store, slice_of(s->id));
    for (int open = 0; open < 2; open++) {
        double best = 1e9;
        size_t count = 0, bytes = 0;
        for (int i = 0; i < ROUNDS; i++) {
            double took = fold_once(log, open, &count, &bytes);
            best = took < best ? took : best;
        }
        printf("%9u  %-6s %9zu %12.0f %10zu\n", questions, open ? "public" : "staff", count,
               (double)count / best, bytes / questions);
    }
}

int main(int argc, char **argv)
{
    static const unsigned sizes[] = {100, 1000, 3000};
    const int size_count = bench_is_smoke(argc, argv) ? 1 : 3;
    double decided[3];
    mallopt(M_MMAP_THRESHOLD, 1 << 30); // so that mallinfo counts everything
    mallopt(M_TRIM_THRESHOLD, 1 << 30); // and the fold is timed, not the fetching of pages
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("questions  state     events   folded/s  bytes/question\n");
    for (int i = 0; i < size_count; i++) {
        struct scene *s = scene_create(7, "on_approve");
        unsigned long before = sent;
        double start = seconds();
        for (unsigned n = 0; n < sizes[i]; n++)
            one_question(s, n);
        decided[i] = (double)(sent - before) / (seconds() - start);
        measure_fold(s, sizes[i]);
        scene_destroy(&s);
    }
    printf("questions  commands decided/s, recorded and shown, with the hash chain\n");
    for (int i = 0; i < size_count; i++)
        printf("%9u %10.0f\n", sizes[i], decided[i]);
    return 0;
}
