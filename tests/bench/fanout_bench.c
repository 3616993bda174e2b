// SPDX-License-Identifier: Apache-2.0
// What a delivery costs: the feed's sweep over many sockets beside a bare send() to each of them,
// same sockets, same bytes, in turn. Prints CPU time of this process only; the receivers are
// emptied outside the measured part.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/feed/feed.h"
#include "tests/bench/bench.h"

enum { MOST_READERS = 2000, SMOKE_READERS = 50, FRAME = 600, ROUNDS = 60, BURST = 16 };

struct viewer {
    struct reader reader; // first, so that a reader is its viewer
    int near, far;
};

static struct viewer viewers[MOST_READERS];
static size_t readers = MOST_READERS;
static char frame[FRAME];
static uint64_t last;

static enum reader_take send_frames(struct reader *reader, struct slice frames)
{
    const struct viewer *viewer = (const struct viewer *)reader;
    ssize_t sent = send(viewer->near, frames.p, frames.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != (ssize_t)frames.n)
        abort();
    return READER_TOOK;
}

static void fell_behind(struct reader *reader)
{
    (void)reader;
    abort();
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void empty_receivers(void)
{
    static char sink[64 * FRAME];
    for (size_t i = 0; i < readers; i++)
        while (recv(viewers[i].far, sink, sizeof sink, MSG_DONTWAIT) > 0)
            ;
}

static void send_bare(int messages)
{
    for (int m = 0; m < messages; m++)
        for (size_t i = 0; i < readers; i++)
            if (send(viewers[i].near, frame, FRAME, MSG_NOSIGNAL | MSG_DONTWAIT) != FRAME)
                abort();
}

static void send_feed(struct feed *feed, int messages)
{
    for (int m = 0; m < messages; m++) {
        struct position after = {.n = ++last};
        snprintf(after.hash, sizeof after.hash, "%040llx", (unsigned long long)last);
        ring_push(feed_ring(feed), &after, (struct slice){frame, FRAME});
    }
    while (feed_sweep(feed))
        ;
}

// Bare and feed take turns, so that whatever else the machine does meets both.
static void measure(struct feed *feed, int messages)
{
    double bare = 0, fed = 0;
    for (int round = 0; round < ROUNDS / messages + 4; round++) {
        double start = cpu_seconds();
        send_bare(messages);
        bare += cpu_seconds() - start;
        empty_receivers();
        start = cpu_seconds();
        send_feed(feed, messages);
        fed += cpu_seconds() - start;
        empty_receivers();
    }
    double deliveries = (double)(ROUNDS / messages + 4) * (double)readers * messages;
    printf("%2d in flight: bare send %7.3f us, feed %7.3f us a delivery, ratio %.3f\n", messages,
           bare / deliveries * 1e6, fed / deliveries * 1e6, fed / bare);
}

int main(int argc, char **argv)
{
    if (bench_is_smoke(argc, argv))
        readers = SMOKE_READERS;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    memset(frame, 'x', sizeof frame);

    struct feed *feed = feed_create(LIMIT_RING);
    struct position start = {0};
    ring_start(feed_ring(feed), &start);
    for (size_t i = 0; i < readers; i++) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
            perror("socketpair");
            return 1;
        }
        viewers[i] =
            (struct viewer){{.send = send_frames, .behind = fell_behind}, ends[0], ends[1]};
        feed_join(feed, &viewers[i].reader, ring_head(feed_ring(feed)));
    }
    measure(feed, 1);
    measure(feed, BURST);
    for (size_t i = 0; i < readers; i++) {
        feed_leave(&viewers[i].reader);
        close(viewers[i].near);
        close(viewers[i].far);
    }
    feed_destroy(&feed);
    return 0;
}
