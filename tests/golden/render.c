// SPDX-License-Identifier: Apache-2.0
// golden_render FIXTURE: folds the public events of a fixture and prints, as JSON, what the C
// pages show and the public snapshot after each event. web-client/test/golden.mjs compares it with
// what the script builds.
// golden_render FIXTURE COUNT: prints the whole page after so many events, for enhance.mjs.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/time.h"
#include "server/interview/fold.h"
#include "server/interview/snapshot.h"
#include "server/page/parts.h"

static struct buf read_all(const char *path)
{
    struct buf text = {0};
    char chunk[4096];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(&text, (struct slice){chunk, n});
    fclose(file);
    return text;
}

static void fold_one(struct interview *iv, const struct json *row, uint64_t n)
{
    struct buf body = {0};
    struct json_writer w = {.out = &body};
    json_w_copy(&w, json_get(row, "body"));
    char hash[CHAIN_HEX + 1];
    snprintf(hash, sizeof hash, "%040" PRIx64, n);
    struct event event = {.seq = n,
                          .pub = n,
                          .type = json_get_string(row, "type"),
                          .body = buf_slice(&body),
                          .actor = slice_of("u:golden"),
                          .hash = hash,
                          .pub_hash = hash};
    if (!time_parse(json_get_string(row, "at"), &event.at_ms) || fold(iv, &event) != 0) {
        fprintf(stderr, "event %" PRIu64 " cannot be folded\n", n);
        exit(1);
    }
    buf_finish(&body);
}

static void step(struct json_writer *w, const struct page_env *env, const struct interview *iv)
{
    struct buf cards = {0}, air = {0};
    page_cards(&cards, env, iv);
    page_on_air(&air, env, iv);
    json_w_open(w, '{');
    json_w_member_slice(w, "cards", buf_slice(&cards));
    json_w_member_slice(w, "on_air", buf_slice(&air));
    json_w_key(w, "snapshot");
    struct buf snapshot = {0};
    snapshot_public(&snapshot, iv);
    json_w_raw(w, buf_slice(&snapshot));
    json_w_close(w, '}');
    buf_finish(&cards);
    buf_finish(&air);
    buf_finish(&snapshot);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: golden_render FIXTURE [COUNT]\n");
        return 2;
    }
    uint64_t whole_page = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    struct buf text = read_all(argv[1]);
    struct json *root = json_parse(buf_slice(&text));
    struct page_env env = {.utc_offset_minutes = (int)json_get_int(root, "utc_offset_minutes")};
    if (!lang_parse(json_get_string(root, "lang"), &env.lang)) {
        fprintf(stderr, "%s: no language\n", argv[1]);
        return 1;
    }
    struct interview *iv = interview_create(slice_of("x1"), true);
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    if (!whole_page)
        json_w_open(&w, '[');
    uint64_t n = 0;
    for (const struct json *row = json_first(json_get(root, "events")); row; row = json_next(row)) {
        fold_one(iv, row, ++n);
        if (!whole_page)
            step(&w, &env, iv);
        else if (n == whole_page)
            break;
    }
    if (whole_page) {
        env.script = "/a/citizen.js";
        env.style = "/a/citizen.css";
        page_interview(&out, &env, iv);
    } else {
        json_w_close(&w, ']');
    }
    fwrite(out.p, 1, out.n, stdout);
    buf_finish(&out);
    buf_finish(&text);
    interview_destroy(&iv);
    json_free(root);
    return 0;
}
