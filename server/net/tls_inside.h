// SPDX-License-Identifier: Apache-2.0
// What the three files of tls.h share. All of a link and of a thread belongs to that thread, but
// for what is said to be shared.
#ifndef SERVER_NET_TLS_INSIDE_H
#define SERVER_NET_TLS_INSIDE_H

#include <openssl/ssl.h>
#include <stdatomic.h>

#include "server/net/inside.h"
#include "server/net/tls.h"

// A record carries at most 16 KiB (RFC 8446 §5.1).
enum { TLS_RECORD = 16 * 1024 };

// A connection on its way to a thread and, handshake done, back to the loop.
struct tls_guest {
    struct tls_guest *next;
    struct arrival arrival; // its fd: the peer's; on the way back the near end, or -1: failed
    SSL_CTX *context;       // one reference
    struct net_times times;
};

// Where a link is, by what it waits for.
enum tls_place {
    TLS_NOWHERE,
    TLS_SHAKING,         // that its peer goes on with the handshake
    TLS_SHAKING_REFUSED, // … as one that will be told no: as many as the loop lends
    TLS_READY,           // that we go on with it
    TLS_READY_REFUSED,   // … when none of TLS_READY is left
    TLS_OPEN,
    TLS_ENDING, // that its peer takes the rest, and goes
    TLS_PLACES,
};

struct tls_link;

struct tls_end {
    struct tls_link *link;
    int fd;          // -1: none
    uint32_t events; // watched by epoll; 0 and absent: not at all
    bool watched;
};

struct tls_link {
    struct tls_link *next, *prev; // in the ring of …
    enum tls_place place;
    struct tls_thread *thread;
    struct tls_guest *guest; // NULL: the loop has it back
    SSL *ssl;                // NULL before the first byte
    enum { LINK_SHAKING, LINK_OPEN, LINK_ENDING, LINK_SPENT } state;
    struct tls_end peer, loop;
    struct buf in;    // decrypted, not yet taken by the loop …
    size_t in_sent;   // … but for these bytes of it
    struct buf out;   // begun to encrypt: to be given again with the same bytes
    bool peer_ended;  // said all it will say
    bool loop_ended;  // the same of the loop
    bool loop_gone;   // it reads no more either
    bool said_bye;    // close_notify is out
    bool broken;      // no TLS any more: what comes is thrown away
    bool choked;      // the peer's socket takes no more for now
    bool slow;        // it was choked since it last had everything
    int64_t deadline; // of LINK_SHAKING and LINK_ENDING, in ms of tls_now
    struct net_times times;
};

struct tls_thread {
    struct tls *tls;
    uv_thread_t id;
    int epoll, wake; // wake: an eventfd

    // Shared, under lock.
    uv_mutex_t lock;
    struct tls_guest *coming; // newest first
    bool drain, stop;

    // Shared.
    atomic_uint due; // as many as are TLS_READY
    atomic_bool over;

    struct tls_link rings[TLS_PLACES]; // their heads; longest there first
    unsigned counts[TLS_PLACES];
    unsigned shaking_most, ending_most;
    struct tls_link *spent; // freed after this round of events, by next
    bool drains, stops;     // as shared, seen
    int64_t looked;         // for passed deadlines, in ms of tls_now
    unsigned tick;
    char bytes[TLS_RECORD];
};

struct tls {
    struct net *net;
    char *certificate, *key;
    SSL_CTX *context;
    uv_async_t told;
    unsigned thread_count, next_thread;
    struct tls_thread *threads;
    bool joined;

    // Shared, under lock.
    uv_mutex_t lock;
    struct tls_guest *back; // newest first
};

int64_t tls_now(void); // of the monotonic clock

// tls.c, on any thread
struct tls_guest *tls_oldest_first(struct tls_guest *newest_first); // turns a list round
void tls_give_back(struct tls *tls, struct tls_guest *guest);       // fd: the near end, or -1

// tls_thread.c
void tls_thread_run(void *thread);
void tls_put(struct tls_link *link, enum tls_place place); // moves it to the end of that ring
void tls_spend(struct tls_link *link);                     // it is to be freed

// tls_link.c
void tls_link_create(struct tls_thread *thread, struct tls_guest *guest);
void tls_link_event(struct tls_end *end, uint32_t events);
void tls_link_shake(struct tls_link *link); // one step of its handshake
void tls_link_end(struct tls_link *link);

#endif
