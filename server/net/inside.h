// SPDX-License-Identifier: Apache-2.0
// What the files of this folder share. Nobody else includes it, except tests that shorten the
// deadlines.
//
// An accepted socket belongs to a struct http, which reads requests with our own strict parser.
// libwebsockets is given a socket only when its handshake has been checked, and then reads a
// handshake that we wrote: its own HTTP code never sees a stranger's bytes (security research
// §2.1, §2.2: use after free on unknown upgrades, HTTP/2, CONNECT, content lengths).
#ifndef SERVER_NET_INSIDE_H
#define SERVER_NET_INSIDE_H

#include <uv.h>

#include "server/base/blob.h"
#include "server/base/buf.h"
#include "server/net/address.h"
#include "server/net/head.h"
#include "server/net/net.h"
#include "server/net/wheel.h"

struct lws;
struct lws_context;
struct lws_vhost;
struct tls;

// A socket that somebody has connected to.
struct arrival {
    int fd;
    bool over_tls; // fd gives and takes what is inside of it
    bool refused;  // one too many: it has a place among those that are told so
    struct address address;
    struct address_count *count; // NULL: a proxy's, or refused
};

// listen.c
enum { LISTEN_PLAIN, LISTEN_TLS, LISTENERS };
struct listener {
    struct net *net;
    uv_poll_t accept;
    uv_timer_t again; // after running out of descriptors, tokens, places, or time for handshakes
    int fd;           // -1: not listening, or not any more
    int port;
    bool has_handles;
};

// Deadlines in milliseconds, from server/base/limits.h.
struct net_times {
    unsigned tick, head, idle, room, body, linger, ping, dead, stall, close, stop;
};

// How many at once and how fast, from server/base/limits.h and the descriptors that there are.
struct net_bounds {
    unsigned https, conns;
    unsigned shaking, ending;    // over TLS
    struct address_limit v4, v6; // of one address
    struct mod_rate arrivals;    // of all; a token admits LIMIT_ARRIVALS_A_MS
};

struct net {
    uv_loop_t *loop;
    struct net_handlers handlers;
    char **origins; // NULL-terminated
    struct address *proxies;
    size_t proxy_count;
    struct net_times times;
    struct net_bounds bounds;

    struct listener listeners[LISTENERS];
    struct mod_bucket arrivals;
    unsigned admitted; // by the token taken last, still to come
    struct tls *tls;   // NULL: none

    struct wheel wheel;
    struct address_tally *tally;

    struct http *https; // all, newest first
    unsigned http_count;
    struct http *idlest, *busiest; // those that wait for their peer, by less_idle
    struct http *spent;            // gone without a handle, freed in the next turn; by next
    unsigned lingering;            // refused ones that are told why

    struct lws_context *lws;
    struct lws_vhost *vhost;
    struct conn *adopting;       // while libwebsockets takes its socket
    bool adopted;                // it did: the socket is its own now
    struct conn *conns;          // all, newest first
    struct http_stream *streams; // all, newest first
    unsigned conn_count;         // of both

    uv_idle_t turn;       // runs closers outside of the library's callbacks
    struct conn *closers; // waiting for it, by next_closer
    struct conn *leaving; // the library has their close frames since the last turn, by next_closer

    // net_stop
    enum { NET_RUNS, NET_CLOSING, NET_FREEING } stage;
    struct wheel_entry stop_deadline;
    bool stop_now;
    unsigned handles; // ours, still open
    void (*stopped)(void *ctx);
    void *stopped_ctx;
};

// listen.c
// Counts one more of this address; NULL when that is too many, or too many at once.
struct address_count *listen_count(struct net *net, const struct address *address);
int listen_start(struct net *net, int which, const struct net_listen *at, char error[256]);
void listen_stop(struct net *net); // takes no more sockets
void listen_close_handles(struct net *net, uv_close_cb closed);

// http.c: one TCP connection that speaks HTTP
enum http_state {
    HTTP_HEAD,     // reading a head
    HTTP_BODY,     // reading the body behind it
    HTTP_HANDLING, // the handler has the request
    HTTP_WRITING,  // its answer is going out
    HTTP_LINGER,   // ours is said; reading on so that the answer survives
    HTTP_GONE,     // closing its handle
};

struct http {
    struct net *net;
    struct http *next, *prev; // net.https
    uv_poll_t poll;
    int fd;
    bool over_tls;
    enum http_state state;
    struct wheel_entry deadline;        // set: it waits for its peer, and is …
    struct http *less_idle, *more_idle; // … between these …
    uint64_t waits_since;               // … from this loop time on
    struct address address;
    struct address_count *count;  // NULL: a proxy's
    struct buf in;                // read, not yet a request
    size_t seen;                  // of it, by head_end
    size_t need;                  // bytes of the request, HTTP_BODY
    struct http_request *request; // with the handler
    struct buf out;               // what is answered …
    struct blob *body; // … and the part of it that others get too, behind it; NULL: none
    size_t sent;       // of both
    int watched;       // events of poll
    bool keep;         // another request may follow
    bool stepping;     // http_step is on the stack
    bool answered;     // once at least
    bool refused;      // counted in net.lingering
    bool has_poll;     // poll is initialised
};

struct http_request {
    struct http *http; // NULL: the client has gone
    struct buf bytes;
    struct head head;
    struct http_view view;
    char address[ADDRESS_TEXT];
};

// Is there a place for one more, or one who has had time enough to use his?
bool http_has_room(const struct net *net);
// Takes the socket and the count, or the place of a refused one. When there are too many, the one
// goes that has waited for its peer the longest.
void http_open(struct net *net, const struct arrival *arrival);
// Goes on with what can be done now; h may be gone afterwards.
void http_step(struct http *h);
void http_close_all(struct net *net);
void http_free_spent(struct net *net);
// Those whose answers are out and who have asked nothing more. Who was let in and has not asked yet
// may still be on a slow line.
void http_close_idle(struct net *net);
// Whose request it is. true: a proxy told it; else it is the peer of the connection.
bool http_whose(const struct http *h, const struct head *head, struct address *ret);
// A place among those that are told why they are refused. false: all are taken.
bool http_take_refusal(struct net *net);
// Takes the socket out, without closing it.
int http_release_socket(struct http *h);

// answer.c
struct answer_manner {
    bool is_head; // leave the body out
    bool keep;    // another request may follow
    bool over_tls;
};
// Puts a whole answer into out. The security headers and Content-Length are added.
void answer_write(struct buf *out, int status, const struct http_header *headers,
                  size_t header_count, struct slice body, struct answer_manner manner);
// … but for its body, of body_n bytes. Has it one? ANSWER_ENDLESS: it ends with the connection.
#define ANSWER_ENDLESS SIZE_MAX
bool answer_write_head(struct buf *out, int status, const struct http_header *headers,
                       size_t header_count, size_t body_n, struct answer_manner manner);
// Constant answers for what we refuse ourselves.
void answer_refusal(struct buf *out, int status, struct answer_manner manner);

// upgrade.c
// 0, or the status to refuse this request for a WebSocket with.
int upgrade_check(const struct net *net, const struct head *head);
// Whom the connection counts for; behind a proxy, the real address once it is known. false: that
// one has too many. The count is the caller's.
bool upgrade_count(struct http *h, const struct head *head, struct address *real,
                   struct address_count **ret);
// Makes a struct conn of a checked one; h is gone afterwards. 0, or the status to refuse with.
int upgrade_take(struct http *h, const struct head *head);

// conn.c: one WebSocket
struct conn {
    struct net *net;
    struct conn *next, *prev; // net.conns
    struct lws *wsi;          // NULL before and after libwebsockets knows it
    void *owner;
    struct wheel_entry tick; // pings and deadlines
    struct address address;
    struct address_count *count;
    uint64_t heard;    // loop time of the last sign of life
    uint64_t progress; // loop time at which the peer last took bytes, while waiting
    uint64_t left;     // in the kernel when last looked at
    char *message;     // pieces so far, only while one is coming
    size_t message_len, message_cap;
    size_t rest; // of the fragment that is coming
    size_t limit;
    struct conn *next_closer; // net.closers
    char *reason;
    uint16_t code;      // to close with
    uint8_t fragments;  // of the message that is coming
    bool open : 1;      // the handshake is done and ws_closed has not come
    bool closing : 1;   // no more messages, no more sends
    bool queued : 1;    // in net.closers
    bool leaving : 1;   // in net.leaving
    bool waiting : 1;   // ws_ready is owed
    bool ping_due : 1;  // the writable callback sends one
    bool close_due : 1; // the writable callback goes on closing
#ifdef FANGTAN_PLAIN_SEND
    struct buf plain; // frames not yet sent
    size_t plain_sent;
#endif
};

struct conn *conn_create(struct net *net, const struct address *address,
                         struct address_count *count);
void conn_destroy(struct conn *conn);
// Looks at it after ms, and from then on when pings and deadlines ask for it.
void conn_watch(struct conn *conn, unsigned ms);

// Bytes in the kernel that the peer has not acknowledged.
uint64_t conn_in_flight(int fd);

// stream.c
// Takes the socket and the count. NULL: the socket cannot be watched; it is closed.
struct http_stream *stream_create(struct net *net, int fd, struct address_count *count);
void stream_end_all(struct net *net);
void stream_close_all(struct net *net);

// send.c
void send_ready(struct conn *conn); // the library says it is writable
void send_finish(struct conn *conn);
bool send_is_pending(const struct conn *conn); // bytes wait in user space

// close.c
void close_kill(struct conn *conn); // without a word, from one of our own handles
void close_forget(struct conn *conn);
void close_serve(struct net *net); // those that conn_close queued
void close_go_on(struct conn *conn);
void close_by_peer(struct conn *conn);

// ws.c
int ws_start(struct net *net, char error[256]);
// Hands over a checked socket: conn lives from now on, or is gone.
void ws_adopt(struct conn *conn, int fd, struct slice key);

// net.c
void net_own_handle(struct net *net);
void net_turn(struct net *net); // something is to be done outside of the callbacks
void net_set_times(struct net *net, const struct net_times *times); // for tests
void net_set_bounds(struct net *net, const struct net_bounds *bounds);

#endif
