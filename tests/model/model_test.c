// SPDX-License-Identifier: Apache-2.0
// Random commands of many people, right and wrong, at the same time, over a record that refuses,
// delays and forgets to answer: each answer is one that the model allows at some moment between
// asking and answering, and what is shown is what the model says.
//
//   model_test [--seed N] [--commands N] [--about ID] [--tails FILE]
//
// A failure prints the seed and the number of the command with which it can be seen again; with the
// id of a question or statement all that is recorded about it is told on the way. Into FILE goes
// what those who watch get (tails.c).
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/model/compare.h"
#include "tests/model/driver.h"

static uint64_t seed = 1;
static unsigned long commands = 50000;
static const struct driver *running;

static void say_how(void)
{
    fprintf(stderr, "see it again: --seed %llu --commands %lu\n", (unsigned long long)seed,
            (running ? running->done : 0) + 1);
    if (running)
        driver_say(running);
}

// The product's own "must" ends by a signal.
static void on_abort(int number)
{
    (void)number;
    say_how();
    _exit(1);
}

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--commands") == 0)
            commands = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--about") == 0)
            driver_about = argv[i + 1];
        else if (strcmp(argv[i], "--tails") == 0)
            driver_tails = fopen(argv[i + 1], "w");
        else
            return 2;
    }
    printf("seed %llu, %lu commands\n", (unsigned long long)seed, commands);
    fflush(stdout);
    world_says = say_how;
    signal(SIGABRT, on_abort);
    struct driver_counts counts = {0};
    struct rng seeds = {seed};
    for (unsigned long done = 0; done < commands;) {
        struct driver *d = driver_create(rng_next(&seeds), done);
        running = d;
        while (done < commands && driver_go_on(d))
            done = d->done;
        driver_finish(&d, &counts);
        running = NULL;
    }
    if (driver_tails && fclose(driver_tails) != 0)
        return 2;
    driver_report(&counts);
    bool told = counts.refused > 0 && counts.repeated > 0 && counts.unsure > 0 && counts.busy > 0;
    for (int k = 0; k < C_KINDS; k++) { // a command that never succeeds is not tested
        if (counts.of_kind[k] == 0 && commands >= 50000)
            fprintf(stderr, "%s never succeeded\n", m_rules[k].method);
        told = told && counts.of_kind[k] > 0;
    }
    return told || commands < 50000 ? 0 : 1;
}
