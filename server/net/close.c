// SPDX-License-Identifier: Apache-2.0
// Closing a WebSocket so that the peer learns the code.
//
// The documented way, lws_close_reason() and -1 from the callback, loses the close frame with
// libuv: Debian's build closes a second time at once "to confirm close has no problem being called
// again" (security research §2.4). What works is to say the reason and to close from a handle of
// our own, outside of all callbacks of the connection; and not while earlier bytes wait in user
// space, since the library then flushes those and forgets the close frame.
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "server/base/limits.h"
#include "server/net/inside.h"

enum { MOST_REASON = 123 }; // RFC 6455 §5.5: 125 bytes with the code

static void enqueue(struct conn *conn)
{
    conn->queued = true;
    conn->next_closer = conn->net->closers;
    conn->net->closers = conn;
    net_turn(conn->net);
}

void close_forget(struct conn *conn)
{
    if (!conn->queued && !conn->leaving)
        return;
    struct conn **link = conn->queued ? &conn->net->closers : &conn->net->leaving;
    while (*link != conn)
        link = &(*link)->next_closer;
    *link = conn->next_closer;
    conn->queued = conn->leaving = false;
}

void conn_close(struct conn *conn, int code, const char *reason)
{
    if (conn->closing)
        return;
    conn->closing = true;
    conn->code = (uint16_t)code;
    if (reason && *reason)
        conn->reason = strndup(reason, MOST_REASON);
    conn_watch(conn, conn->net->times.close);
    enqueue(conn);
}

// The peer said close first: the library answers and closes.
void close_by_peer(struct conn *conn)
{
    close_forget(conn);
    conn->close_due = false;
    conn->closing = true;
    conn_watch(conn, conn->net->times.close);
}

void close_kill(struct conn *conn)
{
    conn->closing = true;
    close_forget(conn);
    // A shut socket fails whatever the library still means to send; it hears of it from the loop.
    if (lws_partial_buffered(conn->wsi))
        shutdown(lws_get_socket_fd(conn->wsi), SHUT_RDWR);
    else
        lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

static void say_and_close(struct conn *conn)
{
    if (send_is_pending(conn)) {
        conn->close_due = true;
        lws_callback_on_writable(conn->wsi);
        return;
    }
    conn->close_due = false;
    unsigned char *reason = (unsigned char *)conn->reason;
    lws_close_reason(conn->wsi, (enum lws_close_status)conn->code, reason,
                     reason ? strlen(conn->reason) : 0);
    conn->leaving = true;
    conn->next_closer = conn->net->leaving;
    conn->net->leaving = conn;
    lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

// Everything before the close frame went out; we are inside a callback.
void close_go_on(struct conn *conn)
{
    conn->close_due = false;
    enqueue(conn);
}

// The library's timers are one sorted list, which it walks for each that it adds: with everybody
// leaving at once the square of their number. Ours is in the wheel already, so few leave in a turn,
// and in the next one their timers are taken out.
void close_serve(struct net *net)
{
    while (net->leaving) {
        struct conn *conn = net->leaving;
        net->leaving = conn->next_closer;
        conn->leaving = false;
        lws_set_timeout(conn->wsi, NO_PENDING_TIMEOUT, 0);
    }
    for (int i = 0; i < LIMIT_SLICE && net->closers; i++) {
        struct conn *conn = net->closers;
        net->closers = conn->next_closer;
        conn->queued = false;
        say_and_close(conn);
    }
    if (net->closers || net->leaving)
        net_turn(net);
}
