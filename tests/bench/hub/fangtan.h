// SPDX-License-Identifier: Apache-2.0
// What only our own server is asked beyond being a peer.
#ifndef TESTS_BENCH_HUB_FANGTAN_H
#define TESTS_BENCH_HUB_FANGTAN_H

#include "tests/bench/hub/peer.h"

// Bytes of the frame that a statement whose text has so many becomes; a server is started and
// asked.
size_t fangtan_payload(size_t text);
// The program that is measured; set once, before the first start.
extern const char *fangtan_program;
// Starts it again on the same data and port, and does not wait.
void fangtan_restart(struct server *s);
void fangtan_sign_in(struct server *s); // after that; then publishers may come again

#endif
