// SPDX-License-Identifier: Apache-2.0
// One connection over TLS: its handshake, and moving bytes between the peer and the loop.
//
// Interest in an end follows from what can be done with what it brings, so whoever does not take
// bytes stops those who send them: at most a record each way lies here, besides what the kernel
// holds. A round moves a few records; epoll, level-triggered, comes again for the rest.
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/net/tls_inside.h"

enum {
    RECORDS_A_TURN = 4,
    // To a slow peer in small pieces, so that the loop sees it take something every few seconds.
    SMALL_RECORD = 4 * 1024,
};

// ---- watching ----

// What cannot be watched, for want of memory, ends.
static void watch(struct tls_end *end, uint32_t events)
{
    int epoll = end->link->thread->epoll;
    if (end->watched && end->events == events)
        return;
    struct epoll_event event = {.events = events, .data.ptr = end};
    if (end->fd < 0 ||
        epoll_ctl(epoll, end->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, end->fd, &event) != 0) {
        tls_link_end(end->link);
        return;
    }
    end->watched = true;
    end->events = events;
}

static void forget(struct tls_end *end)
{
    if (end->watched)
        epoll_ctl(end->link->thread->epoll, EPOLL_CTL_DEL, end->fd, NULL);
    end->watched = false;
}

static void close_end(struct tls_end *end)
{
    forget(end);
    if (end->fd >= 0)
        close(end->fd);
    end->fd = -1;
}

static void watch_both(struct tls_link *l)
{
    bool says_bye = l->loop_gone && !l->said_bye;
    watch(&l->peer, (l->peer_ended || l->in.n ? 0 : EPOLLIN) |
                        (l->choked || says_bye ? (uint32_t)EPOLLOUT : 0));
    // A loop that is gone would be reported for ever.
    if (l->loop_gone)
        forget(&l->loop);
    else
        watch(&l->loop,
              (l->loop_ended || l->out.n ? 0 : EPOLLIN) | (l->in.n ? (uint32_t)EPOLLOUT : 0));
}

// ---- beginning and ending ----

static void wait_to_end(struct tls_link *l, unsigned ms)
{
    l->deadline = tls_now() + ms;
    tls_put(l, TLS_ENDING);
}

static bool is_refused(const struct tls_link *l)
{
    return l->guest->arrival.refused;
}

static void wait_for_handshake(struct tls_link *l)
{
    tls_put(l, is_refused(l) ? TLS_SHAKING_REFUSED : TLS_SHAKING);
}

static void give_back(struct tls_link *l, int fd)
{
    struct tls_guest *guest = l->guest;
    l->guest = NULL;
    guest->arrival.fd = fd;
    tls_give_back(l->thread->tls, guest);
}

void tls_link_create(struct tls_thread *t, struct tls_guest *guest)
{
    struct tls_link *l = must_alloc(sizeof *l);
    l->thread = t;
    l->guest = guest;
    l->times = guest->times;
    l->peer = (struct tls_end){.link = l, .fd = guest->arrival.fd};
    l->loop = (struct tls_end){.link = l, .fd = -1};
    l->deadline = tls_now() + l->times.head;
    wait_for_handshake(l);
    watch(&l->peer, EPOLLIN | EPOLLONESHOT);
}

void tls_link_end(struct tls_link *l)
{
    if (l->state == LINK_SPENT)
        return;
    l->state = LINK_SPENT;
    if (l->guest)
        give_back(l, -1);
    close_end(&l->peer);
    close_end(&l->loop);
    SSL_free(l->ssl);
    buf_finish(&l->in);
    buf_finish(&l->out);
    tls_spend(l);
}

// Not at once: what is unread then would make the kernel reset, and our last words be lost.
static void linger(struct tls_link *l)
{
    l->state = LINK_ENDING;
    shutdown(l->peer.fd, SHUT_WR);
    wait_to_end(l, l->times.linger);
}

static void say_in_plain(int fd, int status)
{
    struct buf text = {0};
    answer_refusal(&text, status, (struct answer_manner){0});
    send(fd, text.p, text.n, MSG_NOSIGNAL | MSG_DONTWAIT);
    buf_finish(&text);
}

// The library has sent its alert, if it could.
static void end_tls(struct tls_link *l)
{
    int why = ERR_GET_REASON(ERR_peek_error());
    if (l->guest && (why == SSL_R_HTTP_REQUEST || why == SSL_R_HTTPS_PROXY_REQUEST))
        say_in_plain(l->peer.fd, 400);
    ERR_clear_error();
    if (l->guest)
        give_back(l, -1);
    close_end(&l->loop);
    l->broken = true;
    linger(l);
    watch(&l->peer, EPOLLIN);
}

static void throw_away(struct tls_link *l)
{
    ssize_t n = recv(l->peer.fd, l->thread->bytes, sizeof l->thread->bytes, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        tls_link_end(l);
}

// ---- peer → loop ----

// false: the loop does not take it all now.
static bool hand_in(struct tls_link *l)
{
    while (l->in_sent < l->in.n) {
        ssize_t n = send(l->loop.fd, l->in.p + l->in_sent, l->in.n - l->in_sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n < 0) // it is gone: nobody is interested any more
            break;
        l->in_sent += (size_t)n;
    }
    buf_finish(&l->in);
    l->in_sent = 0;
    return true;
}

static void take_in(struct tls_link *l, size_t n)
{
    ssize_t sent = send(l->loop.fd, l->thread->bytes, n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return;
    size_t taken = sent < 0 ? 0 : (size_t)sent;
    if (taken < n)
        buf_add(&l->in, (struct slice){l->thread->bytes + taken, n - taken});
}

static void end_in(struct tls_link *l)
{
    l->peer_ended = true;
    shutdown(l->loop.fd, SHUT_WR);
}

// false: TLS is broken.
static bool bring_in(struct tls_link *l)
{
    for (int i = 0; i < RECORDS_A_TURN && hand_in(l) && !l->peer_ended; i++) {
        size_t n;
        ERR_clear_error();
        int r = SSL_read_ex(l->ssl, l->thread->bytes, sizeof l->thread->bytes, &n);
        switch (SSL_get_error(l->ssl, r)) {
        case SSL_ERROR_NONE:
            take_in(l, n);
            break;
        case SSL_ERROR_WANT_READ:
            return true;
        case SSL_ERROR_WANT_WRITE: // an answer to a key update
            l->choked = true;
            return true;
        case SSL_ERROR_ZERO_RETURN:
            end_in(l);
            return true;
        default:
            return false;
        }
    }
    return true;
}

// ---- loop → peer ----

// The next bytes for the peer: those begun before, or new ones; absent: none now.
static struct slice next_out(struct tls_link *l, size_t most)
{
    if (l->out.n)
        return buf_slice(&l->out);
    if (l->loop_ended)
        return (struct slice){0};
    char *bytes = l->thread->bytes;
    ssize_t n = recv(l->loop.fd, bytes, most, 0);
    if (n > 0)
        return (struct slice){bytes, (size_t)n};
    if (n == 0 || (errno != EAGAIN && errno != EINTR))
        l->loop_ended = true;
    return (struct slice){0};
}

// What SSL_write or SSL_shutdown said. false: TLS is broken.
static bool is_only_choked(struct tls_link *l, int r)
{
    int error = SSL_get_error(l->ssl, r);
    l->choked = l->slow = true;
    return error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ;
}

static bool say_bye(struct tls_link *l)
{
    ERR_clear_error();
    int r = SSL_shutdown(l->ssl);
    if (r < 0)
        return is_only_choked(l, r);
    l->said_bye = true;
    shutdown(l->peer.fd, SHUT_WR);
    if (l->state == LINK_ENDING)
        wait_to_end(l, l->times.linger);
    return true;
}

// false: TLS is broken.
static bool carry_out(struct tls_link *l)
{
    bool is_all = false;
    for (int i = 0; i < RECORDS_A_TURN && !is_all; i++) {
        size_t n, most = l->slow ? SMALL_RECORD : TLS_RECORD;
        struct slice bytes = next_out(l, most);
        if (!bytes.n)
            break;
        is_all = !l->out.n && bytes.n < most; // else there may be more
        ERR_clear_error();
        int r = SSL_write_ex(l->ssl, bytes.p, bytes.n, &n);
        if (r != 1) {
            if (!l->out.n)
                buf_add(&l->out, bytes);
            return is_only_choked(l, r);
        }
        buf_finish(&l->out);
        l->slow &= !is_all;
        if (l->state == LINK_ENDING) // it goes on, if slowly
            wait_to_end(l, l->times.stall);
    }
    return !l->loop_ended || l->out.n || l->said_bye || say_bye(l);
}

// ---- both ----

static void move(struct tls_link *l, bool in, bool out)
{
    if (out)
        l->choked = false;
    if ((in && !bring_in(l)) || (out && !carry_out(l)))
        end_tls(l);
    else if (l->said_bye && l->peer_ended)
        tls_link_end(l);
    else
        watch_both(l);
}

static void on_loop_gone(struct tls_link *l)
{
    l->loop_gone = true;
    if (l->state == LINK_OPEN) {
        l->state = LINK_ENDING;
        wait_to_end(l, l->said_bye ? l->times.linger : l->times.stall);
    }
}

void tls_link_event(struct tls_end *end, uint32_t events)
{
    struct tls_link *l = end->link;
    if (l->state == LINK_SPENT || end->fd < 0)
        return;
    if (l->state == LINK_SHAKING) {
        tls_put(l, is_refused(l) ? TLS_READY_REFUSED : TLS_READY);
        return;
    }
    if (l->broken) {
        throw_away(l);
        return;
    }
    if (end == &l->loop && (events & (EPOLLHUP | EPOLLERR)))
        on_loop_gone(l);
    // An event of one end is about the other only when the one takes bytes again.
    bool takes = events & EPOLLOUT;
    move(l, end == &l->peer || takes, end == &l->loop || takes);
    // Reported for ever, and after a last look there is nothing more to come.
    if (end == &l->peer && (events & (EPOLLHUP | EPOLLERR)))
        tls_link_end(l);
}

// ---- the handshake ----

static bool make_pair(struct tls_link *l, int *ret_near)
{
    int pair[2], size = LIMIT_TLS_PAIR;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    l->loop.fd = pair[0];
    *ret_near = pair[1];
    return true;
}

static void open_link(struct tls_link *l)
{
    int near;
    if (!make_pair(l, &near)) {
        tls_link_end(l);
        return;
    }
    l->state = LINK_OPEN;
    tls_put(l, TLS_OPEN);
    give_back(l, near);
    move(l, true, false);
}

void tls_link_shake(struct tls_link *l)
{
    if (!l->ssl) {
        l->ssl = SSL_new(l->guest->context);
        must(l->ssl && SSL_set_fd(l->ssl, l->peer.fd) == 1);
        SSL_set_accept_state(l->ssl);
        l->deadline = tls_now() + l->times.head; // it has waited for us until now
    }
    ERR_clear_error();
    int r = SSL_do_handshake(l->ssl);
    int error = SSL_get_error(l->ssl, r);
    if (r == 1) {
        open_link(l);
    } else if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        wait_for_handshake(l);
        l->peer.events = 0; // ONESHOT: armed again in any case
        watch(&l->peer, (error == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT);
    } else {
        end_tls(l);
    }
}
