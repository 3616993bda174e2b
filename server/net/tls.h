// SPDX-License-Identifier: Apache-2.0
// TLS on our own listener. Our reader of requests and the acceptor stand before libwebsockets, so
// TLS ends before both: in threads of its own (at 15,000 viewers encryption costs as much as the
// loop has, and the second core is idle), which hand plain bytes to the loop.
//
//   peer ══ TLS over TCP ══ a TLS thread ── AF_UNIX pair ── the loop, as any connection
//
// The loop keeps all limits: it accepts, counts the address and lends the socket; it gets back the
// near end of a pair when the handshake is done, or word that it failed. From then on closing the
// near end is all it need do: what is written reaches the peer, then a close_notify and the end.
// Every buffer on the way is small and fixed, so a slow peer is as slow for the loop.
//
//   tls.c          the loop's side
//   tls_thread.c   one thread: its connections, the pace of handshakes, deadlines
//   tls_link.c     one connection: moving bytes both ways
#ifndef SERVER_NET_TLS_H
#define SERVER_NET_TLS_H

#include "server/net/net.h"

struct arrival;
struct tls;

// Reads the certificate and starts the threads. 0, or a negative errno with a sentence.
int tls_start(struct net *net, const struct net_tls *config, struct tls **ret, char error[256]);

// Reads the files again; handshakes from now on use them. On failure nothing changes.
int tls_reload(struct tls *tls, char error[256]);

// So many handshakes wait for their turn on the processor that more had better wait unaccepted.
bool tls_is_busy(const struct tls *tls);

// Takes the socket and the count, or the place of a refused one; http_open follows when the
// handshake is done.
void tls_take(struct tls *tls, const struct arrival *arrival);

// No more will be taken; those there go on.
void tls_drain(struct tls *tls);
bool tls_is_over(struct tls *tls); // and have ended: after the loop closed them, and all is out

// Ends all. closed comes on the loop. Takes NULL.
void tls_stop(struct tls *tls, uv_close_cb closed);
void tls_free(struct tls **tls); // after closed

#endif
