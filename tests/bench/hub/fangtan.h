// SPDX-License-Identifier: Apache-2.0
// What only our own server is asked beyond being a peer.
#ifndef TESTS_BENCH_HUB_FANGTAN_H
#define TESTS_BENCH_HUB_FANGTAN_H

#include "tests/bench/hub/peer.h"

// Bytes of the frame that a statement whose text has so many becomes; a server is started and
// asked.
size_t fangtan_payload(size_t text);
// Starts it again on the same data and port, and does not wait.
void fangtan_restart(struct server *s);
void fangtan_sign_in(struct server *s); // after that; then publishers may come again

// One citizen more, on a line of his own: comes, watches, asks a question, leaves.
struct fangtan_visit {
    uint64_t upgraded, watching; // ns since he began to connect
    uint64_t acknowledged;       // ns since he asked: by then the question is on disk
};
void fangtan_visit(struct server *s, uint32_t number, struct fangtan_visit *ret);

#endif
