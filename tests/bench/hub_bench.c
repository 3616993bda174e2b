// SPDX-License-Identifier: Apache-2.0
// Our server, the peers that this machine has, and a bare send() to the same number of sockets,
// in turn, with one load: what a delivery, an arrival and an idle viewer cost. Then our server
// alone: storms, a flood, slow viewers. Servers and load are separate processes, on separate CPUs
// where there is more than one; everything is on the loopback.
//
// Peers are measured where they are installed: nginx with libnginx-mod-nchan, mosquitto,
// nats-server; the packages ws and socket.io where Node.js finds them (the web client's, or
// NODE_PATH).
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/bench/bench.h"
#include "tests/bench/hub/fangtan.h"
#include "tests/bench/hub/measure.h"
#include "tests/bench/hub/portal.h"
#include "tests/bench/hub/report.h"

enum { MOST_SIZES = 8, MOST_SECONDS = 4 * 3600, SPARE_FILES = 300 };

struct options {
    uint32_t viewers[MOST_SIZES], texts[MOST_SIZES];
    size_t viewer_count, text_count;
    int rounds;
    double seconds;
    const char *servers; // names with commas between; NULL: all
    const char *parts;   // the same of fanout, storms, flood, slow
    const char *json;
};

static const struct peer *const peers[] = {
    &peer_bare, &peer_fangtan, &peer_nchan, &peer_mosquitto, &peer_nats, &peer_ws, &peer_socket_io};

static const char usage[] =
    "usage: hub_bench [--viewers N,…] [--text BYTES,…] [--rounds N] [--seconds N]\n"
    "                 [--servers NAME,…] [--parts fanout,storms,flood,slow] [--json FILE]\n"
    "                 [--program FANGTAN] [--smoke]\n";

static bool is_named(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == '\0'))
            return true;
    }
    return !list;
}

static size_t read_numbers(const char *list, uint32_t ret[MOST_SIZES])
{
    size_t n = 0;
    for (char *end; n < MOST_SIZES; list = end + 1) {
        ret[n] = (uint32_t)strtoul(list, &end, 10);
        if (end == list || ret[n] == 0 || (*end && *end != ','))
            give_up("%s", usage);
        n++;
        if (!*end)
            break;
    }
    return n;
}

static void read_options(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"viewers", required_argument, NULL, 'v'}, {"text", required_argument, NULL, 't'},
        {"rounds", required_argument, NULL, 'r'},  {"seconds", required_argument, NULL, 's'},
        {"servers", required_argument, NULL, 'p'}, {"parts", required_argument, NULL, 'm'},
        {"json", required_argument, NULL, 'j'},    {"program", required_argument, NULL, 'f'},
        {"smoke", no_argument, NULL, 'q'},         {0}};
    for (int which; (which = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (which == 'v')
            o->viewer_count = read_numbers(optarg, o->viewers);
        else if (which == 't')
            o->text_count = read_numbers(optarg, o->texts);
        else if (which == 'r')
            o->rounds = atoi(optarg);
        else if (which == 's')
            o->seconds = atof(optarg);
        else if (which == 'p')
            o->servers = optarg;
        else if (which == 'm')
            o->parts = optarg;
        else if (which == 'j')
            o->json = optarg;
        else if (which == 'f')
            portal_program = optarg;
        else if (which != 'q')
            give_up("%s", usage);
    }
    if (optind != argc || o->rounds < 1 || o->rounds > 60 || o->seconds <= 0)
        give_up("%s", usage);
}

static void measure_all(const struct options *o, const struct measure *m)
{
    fprintf(stderr, "%u viewers, %zu bytes, round %d of %d\n", m->viewers, m->payload, m->round + 1,
            o->rounds);
    if (is_named(o->parts, "fanout"))
        for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
            if (is_named(o->servers, peers[i]->name))
                measure_fanout(peers[i], m);
    if (!is_named(o->servers, REPORT_OURS))
        return;
    if (is_named(o->parts, "storms"))
        measure_storms(m);
    if (is_named(o->parts, "flood"))
        measure_flood(m);
    if (is_named(o->parts, "slow"))
        measure_slow(m);
}

// Each process has a descriptor a viewer, and some more.
static uint32_t within_descriptors(uint32_t viewers)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur >= viewers + SPARE_FILES)
        return viewers;
    uint32_t fewer = (uint32_t)files.rlim_cur - SPARE_FILES;
    printf("%u viewers instead of %u: no more descriptors\n", fewer, viewers);
    return fewer;
}

static int work(void *ctx)
{
    const struct options *o = ctx;
    pin_load();
    for (size_t t = 0; t < o->text_count; t++) {
        size_t payload = fangtan_payload(o->texts[t]);
        printf("a statement of %u bytes is a message of %zu bytes\n", o->texts[t], payload);
        for (size_t v = 0; v < o->viewer_count; v++)
            for (int round = 0; round < o->rounds; round++) {
                struct measure m = {.viewers = within_descriptors(o->viewers[v]),
                                    .text = o->texts[t],
                                    .payload = payload,
                                    .round = round,
                                    .seconds = o->seconds};
                measure_all(o, &m);
            }
    }
    report_print();
    if (o->json)
        report_json(o->json);
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = {.viewers = {1000, 5000},
                        .viewer_count = 2,
                        .texts = {200},
                        .text_count = 1,
                        .rounds = 3,
                        .seconds = 3};
    setvbuf(stdout, NULL, _IOLBF, 0);
    portal_program = FANGTAN_PROGRAM;
    if (bench_is_smoke(argc, argv)) {
        o.servers = REPORT_BARE "," REPORT_OURS;
        o.viewers[0] = 50;
        o.viewer_count = 1;
        o.rounds = 1;
        o.seconds = 0.05;
    }
    read_options(&o, argc, argv);
    return supervise(work, &o, MOST_SECONDS);
}
