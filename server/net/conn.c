// SPDX-License-Identifier: Apache-2.0
// One WebSocket: its memory, its limits, and the pings that tell whether anybody is there.
#include <libwebsockets.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/net/inside.h"

struct conn *conn_create(struct net *net, const struct address *address,
                         struct address_count *count)
{
    struct conn *conn = must_alloc(sizeof *conn);
    conn->net = net;
    conn->address = *address;
    conn->count = count;
    conn->limit = LIMIT_CITIZEN_MESSAGE;
    conn->heard = uv_now(net->loop);
    conn->next = net->conns;
    if (conn->next)
        conn->next->prev = conn;
    net->conns = conn;
    net->conn_count++;
    return conn;
}

void conn_destroy(struct conn *conn)
{
    struct net *net = conn->net;
    close_forget(conn);
    send_finish(conn);
    wheel_clear(&conn->tick);
    if (conn->next)
        conn->next->prev = conn->prev;
    *(conn->prev ? &conn->prev->next : &net->conns) = conn->next;
    address_release(conn->count);
    net->conn_count--;
    free(conn->message);
    free(conn->reason);
    free(conn);
    if (net->stage == NET_CLOSING)
        net_turn(net);
}

void conn_set_limit(struct conn *conn, size_t bytes)
{
    conn->limit = bytes;
}

uint64_t conn_in_flight(int fd)
{
    int bytes = 0;
    if (ioctl(fd, TIOCOUTQ, &bytes) != 0)
        return 0;
    return (uint64_t)bytes;
}

// A peer on a slow line answers a ping only after everything before it went through, so what its
// kernel takes counts as life, but only while something is on its way.
static void notice_progress(struct conn *conn, uint64_t now)
{
    uint64_t left = conn_in_flight(lws_get_socket_fd(conn->wsi));
    if (left == 0 || left < conn->left)
        conn->progress = now;
    if (left != 0 && left < conn->left)
        conn->heard = now;
    conn->left = left;
}

static void on_tick(struct wheel_entry *entry)
{
    struct conn *conn = (struct conn *)((char *)entry - offsetof(struct conn, tick));
    const struct net_times *times = &conn->net->times;
    if (conn->closing) {
        close_kill(conn);
        return;
    }
    uint64_t now = uv_now(conn->net->loop);
    notice_progress(conn, now);
    if (conn->waiting && now - conn->progress >= times->stall) {
        conn_close(conn, 1013, "too slow");
        return;
    }
    uint64_t idle = now - conn->heard;
    if (idle >= times->dead) {
        close_kill(conn);
        return;
    }
    if (idle >= times->ping && !conn->ping_due) {
        conn->ping_due = true;
        lws_callback_on_writable(conn->wsi);
    }
    uint64_t next = idle < times->ping ? times->ping - idle : times->dead - idle;
    if (conn->waiting && next > times->stall / 8)
        next = times->stall / 8;
    wheel_set(&conn->net->wheel, &conn->tick, next, on_tick);
}

void conn_watch(struct conn *conn, unsigned ms)
{
    wheel_set(&conn->net->wheel, &conn->tick, ms, on_tick);
}
