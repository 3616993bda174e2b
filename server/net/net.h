// SPDX-License-Identifier: Apache-2.0
// The network: listening, WebSocket and HTTP/1.1 over libwebsockets on a libuv loop.
//
// The only part that knows libwebsockets. It knows nothing of interviews: it hands up messages
// and requests, and takes bytes. All calls and callbacks are on the loop thread.
#ifndef SERVER_NET_NET_H
#define SERVER_NET_NET_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "storage/slice.h"

struct blob;
struct buf;
struct net;
struct conn;         // a WebSocket connection
struct http_request; // one HTTP request, owned by the handler until answered
struct http_stream;  // an answer that goes on

enum net_method { NET_GET, NET_HEAD, NET_POST };

struct http_header {
    const char *name;  // "Content-Type"
    const char *value; // NUL-terminated, no control bytes
};

// What the handler may look at. Absent headers are absent slices. Everything lives until
// http_answer.
struct http_view {
    enum net_method method;
    struct slice path;  // decoded, begins with '/', no "..", no NUL
    struct slice query; // after '?', undecoded; absent when there is none
    struct slice host, origin, cookie, authorization, content_type, accept_language, if_none_match,
        csrf /* X-Fangtan-CSRF */, sec_fetch_site, last_event_id;
    struct slice body;
    bool over_tls; // on our own listener
    // Of the peer, textual, of an IPv6 address its /64; for rate limits only, never kept or logged.
    struct slice address;
};

struct net_handlers {
    void *ctx;
    // A WebSocket is open (handshake and Origin were checked). Returns its owner, given back in
    // the other calls; NULL refuses with 1013. address: as in http_view.
    void *(*ws_open)(void *ctx, struct conn *conn, struct slice address);
    // One whole text message, valid UTF-8, at most conn_limit() bytes.
    void (*ws_message)(void *ctx, void *owner, struct slice text);
    // What conn_send refused with NET_BUSY may be tried again.
    void (*ws_ready)(void *ctx, void *owner);
    // The connection is gone; conn is not to be used any more.
    void (*ws_closed)(void *ctx, void *owner);
    // Answer with http_answer, now or later.
    void (*http)(void *ctx, struct http_request *request, const struct http_view *view);
    // What http_stream_send refused with NET_BUSY may be tried again.
    void (*stream_ready)(void *ctx, void *owner);
    // The stream is gone, and not to be used any more.
    void (*stream_closed)(void *ctx, void *owner);
};

struct net_listen {
    const char *address; // "127.0.0.1", "::1", …
    int port;            // 0 = any free one; see net_port
    int ready_fd;        // a listening socket handed over (systemd), or -1
};

// Another listener, for TLS.
struct net_tls {
    struct net_listen at;          // address NULL: none
    const char *certificate, *key; // PEM files: the chain, its own first; the private key
};

struct net_config {
    struct net_listen at;
    // Extra origins allowed to open a WebSocket ("https://portal.example"); the request's own
    // Host always is. NULL-terminated; may be NULL.
    const char *const *origins;
    // Addresses of reverse proxies: their X-Real-IP is taken for the peer's address, and they may
    // open any number of connections. NULL-terminated; may be NULL.
    const char *const *proxies;
    unsigned per_address; // open connections of one IPv4 address; 0: LIMIT_ADDRESS
    struct net_tls tls;
};

// Starts listening. handlers and config are copied. 0 or a negative errno with a sentence.
int net_start(uv_loop_t *loop, const struct net_config *config, const struct net_handlers *handlers,
              struct net **ret, char error[256]);
int net_port(const struct net *net);
int net_tls_port(const struct net *net); // 0: no TLS

// Reads the certificate and its key again. 0, also without TLS; or a negative errno with a
// sentence, and those that were read before stay.
int net_reload(struct net *net, char error[256]);

// No new connections from now on; those there go on.
void net_stop_listening(struct net *net);
// Closes what is left (WebSockets with 1001, their ws_closed still comes; who was let in and has
// not asked yet may still do so) and frees; *net is NULL at once, closed comes on the loop, after
// at most LIMIT_STOP_MS and a little.
void net_stop(struct net **net, void (*closed)(void *ctx), void *ctx);

enum net_take { NET_TOOK, NET_BUSY, NET_GONE };

// Sends ready-made WebSocket frames (any number of whole ones, see server/base/frame.h). All or
// nothing is taken: BUSY means earlier bytes are still waiting in user space, ws_ready will come.
enum net_take conn_send(struct conn *conn, struct slice frames);

// The largest message taken from this peer from now on, in bytes; first LIMIT_CITIZEN_MESSAGE.
void conn_set_limit(struct conn *conn, size_t bytes);

// Starts closing with this code; the peer gets the close frame behind what was sent. No more
// messages come; ws_closed follows. Safe anywhere, also inside the callbacks. reason is copied
// (at most 123 bytes go out); may be NULL.
void conn_close(struct conn *conn, int code, const char *reason);

// Answers; copies everything. The request is gone afterwards. Content-Length, Date-free; security
// headers that every answer carries are added here (see server/net/answer.c), except those that
// headers name itself; one with an empty value is left out. Body is dropped for HEAD. When the
// client has gone meanwhile, nothing happens.
void http_answer(struct http_request *request, int status, const struct http_header *headers,
                 size_t header_count, struct slice body);

// The same with a body that many answers share; held until it is sent. NULL: no body.
void http_answer_shared(struct http_request *request, int status, const struct http_header *headers,
                        size_t header_count, struct blob *body);

// Answers 200 with a body that goes on until http_stream_end, or until the client goes; the request
// is gone afterwards. NULL: nothing began, since the client has gone, wants the head alone, or its
// address has too many connections; it was answered. NULL too when the system watches no more
// sockets; the connection was closed.
struct http_stream *http_stream(struct http_request *request, const struct http_header *headers,
                                size_t header_count);
// To whom stream_ready and stream_closed are told; in the same turn as http_stream.
void http_stream_own(struct http_stream *stream, void *owner);
// All or nothing is taken, as by conn_send. A peer that takes nothing for too long is closed.
enum net_take http_stream_send(struct http_stream *stream, struct slice bytes);
// What was taken still goes out; stream_closed follows.
void http_stream_end(struct http_stream *stream);

// The content security policy of our pages, which these sources may frame ("'none'"). Answers
// without a policy of their own carry it with "'self'".
enum { HTTP_POLICY_TEXT = 1024 };
void http_policy(char ret[HTTP_POLICY_TEXT], const char *ancestors);

// Appends a problem document (RFC 9457, application/problem+json). code: a stable word for
// programs; retry_ms: when to come again, 0 = not said.
void http_problem(struct buf *out, int status, const char *code, int64_t retry_ms);

#endif
