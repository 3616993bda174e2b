// SPDX-License-Identifier: Apache-2.0
// The library's side: its context on our loop, its callbacks, and gathering messages.
//
// Compression and HTTP/2 are off, UTF-8 is checked, its timers for pings are off (one sorted list,
// performance research §8.2). protocols[0] takes nobody.
#include <errno.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/base/utf8.h"
#include "server/net/inside.h"

enum {
    RX_BUFFER = 128, // allocated per connection; messages come in pieces of at most this
    // One write of the library takes no more; 0 would mean RX_BUFFER (performance research §8.1).
    TX_PACKET = LIMIT_SEND_BUFFER,
    MOST_HANDSHAKE = 1024,
    LIBRARY_SECONDS = 5,
};

static void end_message(struct conn *conn)
{
    free(conn->message);
    conn->message = NULL;
    conn->message_len = conn->message_cap = 0;
    conn->fragments = 0;
}

// The library's own check overlooks a character cut before an empty last fragment.
static void hand_up(struct conn *conn, struct slice text)
{
    if (utf8_is(text))
        conn->net->handlers.ws_message(conn->net->handlers.ctx, conn->owner, text);
    else
        conn_close(conn, 1007, "not UTF-8");
}

static void keep_piece(struct conn *conn, struct slice piece)
{
    size_t need = conn->message_len + piece.n + conn->rest;
    if (need > conn->message_cap) {
        size_t cap = conn->message_cap * 2 > need ? conn->message_cap * 2 : need;
        conn->message = realloc(conn->message, cap);
        must(conn->message);
        conn->message_cap = cap;
    }
    if (piece.n)
        memcpy(conn->message + conn->message_len, piece.p, piece.n);
    conn->message_len += piece.n;
}

// Judges before keeping anything, by what the frame announces (research: a length of 2^62 passes
// the library). 0 or the code to close with.
static int judge_piece(struct conn *conn, struct slice piece)
{
    if (lws_frame_is_binary(conn->wsi))
        return 1003;
    if (conn->rest == 0 && ++conn->fragments > LIMIT_FRAGMENTS)
        return 1009;
    size_t room = conn->limit - (conn->message_len < conn->limit ? conn->message_len : conn->limit);
    conn->rest = lws_remaining_packet_payload(conn->wsi);
    return piece.n > room || conn->rest > room - piece.n ? 1009 : 0;
}

static void on_piece(struct conn *conn, struct slice piece)
{
    conn->heard = uv_now(conn->net->loop);
    if (conn->closing)
        return;
    int code = judge_piece(conn, piece);
    if (code) {
        end_message(conn);
        conn_close(conn, code, code == 1003 ? "text only" : "too large");
        return;
    }
    bool whole = lws_is_final_fragment(conn->wsi) && conn->rest == 0;
    if (whole && conn->message_len == 0) {
        conn->fragments = 0;
        hand_up(conn, piece);
        return;
    }
    keep_piece(conn, piece);
    if (whole) {
        hand_up(conn, (struct slice){conn->message, conn->message_len});
        end_message(conn);
    }
}

static void on_open(struct conn *conn)
{
    struct net *net = conn->net;
    conn->open = true;
    conn->heard = uv_now(net->loop);
    conn_watch(conn, net->times.ping);
    if (net->stage != NET_RUNS) {
        conn_close(conn, 1001, "restart");
        return;
    }
    char address[ADDRESS_TEXT];
    struct address key = address_key(&conn->address);
    address_write(&key, address);
    conn->owner = net->handlers.ws_open(net->handlers.ctx, conn, slice_of(address));
    if (!conn->owner)
        conn_close(conn, 1013, "try again later");
}

static void on_gone(struct conn *conn)
{
    conn->open = false;
    conn->closing = true;
    conn->close_due = false;
    close_forget(conn);
    wheel_clear(&conn->tick);
    end_message(conn);
    if (conn->owner)
        conn->net->handlers.ws_closed(conn->net->handlers.ctx, conn->owner);
    conn->owner = NULL;
}

static int on_socket(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in,
                     size_t len)
{
    (void)user;
    struct conn *conn = NULL;
    switch (why) {
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
        conn = lws_get_opaque_user_data(wsi);
        must(conn && conn->wsi == wsi);
        break;
    default:
        return 0;
    }
    if (why == LWS_CALLBACK_ESTABLISHED)
        on_open(conn);
    else if (why == LWS_CALLBACK_RECEIVE)
        on_piece(conn, (struct slice){len ? in : "", len});
    else if (why == LWS_CALLBACK_RECEIVE_PONG)
        conn->heard = uv_now(conn->net->loop);
    else if (why == LWS_CALLBACK_SERVER_WRITEABLE)
        send_ready(conn);
    else if (why == LWS_CALLBACK_WS_PEER_INITIATED_CLOSE)
        close_by_peer(conn);
    else
        on_gone(conn);
    return 0;
}

static int on_handshake(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in,
                        size_t len)
{
    (void)user, (void)in, (void)len;
    switch (why) {
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED: {
        struct net *net = lws_context_user(lws_get_context(wsi));
        must(net->adopting);
        net->adopting->wsi = wsi;
        lws_set_opaque_user_data(wsi, net->adopting);
        net->adopting = NULL;
        return 0;
    }
    case LWS_CALLBACK_WSI_CREATE: {
        struct net *net = lws_context_user(lws_get_context(wsi));
        net->adopted = true;
        return 0;
    }
    case LWS_CALLBACK_WSI_DESTROY: {
        struct conn *conn = lws_get_opaque_user_data(wsi);
        if (conn)
            conn_destroy(conn);
        return 0;
    }
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: {
        // Never `in`: it may dangle (CVE-2025-11677).
        char upgrade[32];
        int n = lws_hdr_copy(wsi, upgrade, sizeof upgrade, WSI_TOKEN_UPGRADE);
        return n <= 0 || strcasecmp(upgrade, "websocket") != 0 ? -1 : 0;
    }
    // We write the handshakes, so none of these can come; if one does, it is refused.
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return -1;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = on_handshake, .rx_buffer_size = RX_BUFFER},
    {.name = HEAD_SUBPROTOCOL,
     .callback = on_socket,
     .rx_buffer_size = RX_BUFFER,
     .tx_packet_size = TX_PACKET},
    {0},
};

static const lws_retry_bo_t no_validity_timers;

int ws_start(struct net *net, char error[256])
{
    lws_set_log_level(0, NULL);
    void *loops[] = {net->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .extensions = NULL,
        .alpn = "http/1.1",
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
                   LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN,
        .foreign_loops = loops,
        .user = net,
        .gid = -1,
        .uid = -1,
        .timeout_secs = LIBRARY_SECONDS,
        .max_http_header_data = MOST_HANDSHAKE,
        .retry_and_idle_policy = &no_validity_timers,
        .vhost_name = "fangtan",
    };
    net->lws = lws_create_context(&info);
    if (net->lws)
        net->vhost = lws_create_vhost(net->lws, &info);
    if (!net->vhost) {
        snprintf(error, 256, "cannot start libwebsockets; is libwebsockets-evlib-uv installed?");
        return -ENOSYS;
    }
    return 0;
}

void ws_adopt(struct conn *conn, int fd, struct slice key)
{
    struct net *net = conn->net;
    char handshake[MOST_HANDSHAKE];
    int n = snprintf(handshake, sizeof handshake,
                     "GET /ws HTTP/1.1\r\nHost: fangtan\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: %.*s\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
                     (int)key.n, key.p, HEAD_SUBPROTOCOL);
    must(!net->adopting);
    net->adopting = conn;
    net->adopted = false;
    lws_adopt_socket_vhost_readbuf(net->vhost, fd, handshake, (size_t)n);
    // Whoever took conn destroys it, perhaps already. Out of room, the library did not take it.
    if (net->adopting) {
        net->adopting = NULL;
        conn_destroy(conn);
        if (!net->adopted)
            close(fd);
    }
}
