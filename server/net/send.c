// SPDX-License-Identifier: Apache-2.0
// Sending frames, and the one departure from the library's documentation.
//
// The documentation: write only in the writable callback, a message a callback. With libuv that
// costs four epoll_ctl per delivery, 2.4 times a bare send (performance research §3.1). The
// mechanics of 4.1.x permit more on the loop thread, and we use it: bytes that are whole frames
// already go out from anywhere by LWS_WRITE_HTTP, which puts no header before them, if
//   - nothing of this connection waits in user space (a pong, a part of an earlier write),
//   - no close frame has been sent or received,
//   - no extension is negotiated (ws.c gives none).
// What the kernel does not take the library copies and keeps in order before its own control
// frames. A test fails when another version of the library behaves otherwise; then build with
// FANGTAN_PLAIN_SEND, which does as the documentation says.
#include <libwebsockets.h>

#include "server/base/must.h"
#include "server/net/inside.h"

static void ask_for_ready(struct conn *conn)
{
    if (!conn->waiting) {
        conn->waiting = true;
        conn->progress = uv_now(conn->net->loop);
        conn_watch(conn, conn->net->times.stall / 8);
    }
    lws_callback_on_writable(conn->wsi);
}

// The peer is gone, but it is the library's business to notice: closing here, in the middle of
// somebody's loop over connections, could free what that loop holds.
static enum net_take give_up(struct conn *conn)
{
    conn->closing = true;
    conn_watch(conn, 0);
    return NET_GONE;
}

#ifndef FANGTAN_PLAIN_SEND

enum net_take conn_send(struct conn *conn, struct slice frames)
{
    if (!conn->open || conn->closing)
        return NET_GONE;
    if (frames.n == 0)
        return NET_TOOK;
    if (conn->waiting || lws_partial_buffered(conn->wsi)) {
        ask_for_ready(conn);
        return NET_BUSY;
    }
    if (lws_write(conn->wsi, (unsigned char *)frames.p, frames.n, LWS_WRITE_HTTP) < 0)
        return give_up(conn);
    return NET_TOOK;
}

static bool send_next(struct conn *conn)
{
    (void)conn;
    return false;
}

bool send_is_pending(const struct conn *conn)
{
    return lws_partial_buffered(conn->wsi);
}

void send_finish(struct conn *conn)
{
    (void)conn;
}

#else

enum net_take conn_send(struct conn *conn, struct slice frames)
{
    if (!conn->open || conn->closing)
        return NET_GONE;
    if (frames.n == 0)
        return NET_TOOK;
    if (conn->waiting || conn->plain.n > 0) {
        ask_for_ready(conn);
        return NET_BUSY;
    }
    buf_add(&conn->plain, frames);
    lws_callback_on_writable(conn->wsi);
    return NET_TOOK;
}

// The payload of the frame at p; its header's length in ret_header.
static size_t frame_at(const unsigned char *p, size_t *ret_header)
{
    size_t bytes = p[1] == 127 ? 8 : p[1] == 126 ? 2 : 0;
    *ret_header = 2 + bytes;
    size_t len = bytes ? 0 : p[1];
    for (size_t i = 0; i < bytes; i++)
        len = len << 8 | p[2 + i];
    return len;
}

static enum lws_write_protocol kind_of(unsigned char first)
{
    enum lws_write_protocol kind = first & 0x0F ? LWS_WRITE_TEXT : LWS_WRITE_CONTINUATION;
    return first & 0x80 ? kind : kind | LWS_WRITE_NO_FIN;
}

static bool send_next(struct conn *conn)
{
    struct buf *plain = &conn->plain;
    if (conn->plain_sent == plain->n)
        return false;
    enum lws_write_protocol kind = kind_of((unsigned char)plain->p[conn->plain_sent]);
    size_t header, len = frame_at((unsigned char *)plain->p + conn->plain_sent, &header);
    struct buf frame = {0};
    static const char room[LWS_PRE];
    buf_add(&frame, (struct slice){room, sizeof room});
    buf_add(&frame, (struct slice){plain->p + conn->plain_sent + header, len});
    conn->plain_sent += header + len;
    must(conn->plain_sent <= plain->n);
    int sent = lws_write(conn->wsi, (unsigned char *)frame.p + LWS_PRE, len, kind);
    buf_finish(&frame);
    if (sent < 0)
        give_up(conn);
    if (conn->plain_sent == plain->n)
        send_finish(conn);
    return true;
}

bool send_is_pending(const struct conn *conn)
{
    return conn->plain.n > 0 || lws_partial_buffered(conn->wsi);
}

void send_finish(struct conn *conn)
{
    buf_finish(&conn->plain);
    conn->plain_sent = 0;
}

#endif

static void send_ping(struct conn *conn)
{
    // An empty pong would not be shown to us by the library.
    unsigned char ping[LWS_PRE + 1] = {0};
    ping[LWS_PRE] = '.';
    conn->ping_due = false;
    if (lws_write(conn->wsi, ping + LWS_PRE, 1, LWS_WRITE_PING) < 0)
        give_up(conn);
}

// One write a callback; then another callback when more is due.
void send_ready(struct conn *conn)
{
    if (send_next(conn)) {
        lws_callback_on_writable(conn->wsi);
        return;
    }
    if (conn->close_due) {
        close_go_on(conn);
        return;
    }
    if (conn->closing)
        return;
    if (conn->ping_due) {
        send_ping(conn);
        if (conn->waiting)
            lws_callback_on_writable(conn->wsi);
    } else if (conn->waiting) {
        conn->waiting = false;
        conn->net->handlers.ws_ready(conn->net->handlers.ctx, conn->owner);
    }
}
