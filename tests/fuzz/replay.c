// SPDX-License-Identifier: Apache-2.0
// A fuzzer without libFuzzer: runs every file of a corpus folder through LLVMFuzzerTestOneInput,
// and a fixed number of damaged copies of each. The same bytes on every run.
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1 << 20, COPIES = 200, MOST_WOUNDS = 8 };

static uint64_t seed = 0x9e3779b97f4a7c15U;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

// An exact-sized copy on the heap, so that a sanitizer sees the first byte read beyond it.
static void run(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy)
        abort();
    memcpy(copy, data, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void run_damaged(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len);
    if (!copy)
        abort();
    for (int i = 0; i < COPIES; i++) {
        memcpy(copy, data, len);
        size_t left = len;
        for (uint64_t wounds = 1 + next_random() % MOST_WOUNDS; wounds > 0; wounds--) {
            size_t at = (size_t)(next_random() % left);
            switch (next_random() % 4) {
            case 0:
                copy[at] ^= (uint8_t)(1U << next_random() % 8);
                break;
            case 1:
                copy[at] = (uint8_t)next_random();
                break;
            case 2:
                copy[at] = copy[next_random() % left];
                break;
            default:
                left = at + 1;
            }
        }
        run(copy, left);
    }
    free(copy);
}

static bool replay(const char *folder, const char *name)
{
    static uint8_t data[LONGEST];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    size_t len = fread(data, 1, sizeof data, file);
    bool read = !ferror(file);
    fclose(file);
    if (read) {
        run(data, len);
        if (len > 0)
            run_damaged(data, len);
    }
    return read;
}

int main(int argc, char **argv)
{
    struct dirent **names = NULL;
    int count = argc == 2 ? scandir(argv[1], &names, NULL, alphasort) : -1;
    if (count < 0) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int done = 0;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            ok = replay(argv[1], names[i]->d_name) && ok;
            done++;
        }
        free(names[i]);
    }
    free(names);
    printf("%d inputs, %d damaged copies of each\n", done, COPIES);
    return ok && done > 0 ? 0 : 1;
}
