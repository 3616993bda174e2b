// SPDX-License-Identifier: Apache-2.0
// One TCP connection that speaks HTTP: head, body, handler, answer, and again. One request is
// with the handler at a time; what the peer sends ahead waits in the kernel.
//
// A struct http lives on until a later loop turn, so it may be looked at after it went HTTP_GONE.
// Its request may outlive it. Its poll handle is made when there is something to wait for: a
// handshake that is there already goes to the library without a single epoll_ctl of ours.
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/must.h"
#include "server/net/inside.h"

enum { READ_AT_ONCE = 16 * 1024, MOST_DISCARDED = 1024 * 1024, REQUESTS_A_TURN = 8 };

static void on_poll(uv_poll_t *poll, int status, int events);
static void on_deadline(struct wheel_entry *entry);

static void destroy(struct http *h)
{
    buf_finish(&h->in);
    buf_finish(&h->out);
    blob_drop(&h->body);
    free(h);
}

static void on_closed(uv_handle_t *handle)
{
    destroy(handle->data);
}

void http_free_spent(struct net *net)
{
    while (net->spent) {
        struct http *h = net->spent;
        net->spent = h->next;
        destroy(h);
    }
}

static void stop_waiting(struct http *h)
{
    struct net *net = h->net;
    if (h->less_idle || net->busiest == h) {
        *(h->less_idle ? &h->less_idle->more_idle : &net->busiest) = h->more_idle;
        *(h->more_idle ? &h->more_idle->less_idle : &net->idlest) = h->less_idle;
        h->less_idle = h->more_idle = NULL;
    }
    wheel_clear(&h->deadline);
}

// From now on, for so long, it is the peer's turn.
static void wait_for_peer(struct http *h, unsigned ms)
{
    struct net *net = h->net;
    stop_waiting(h);
    h->waits_since = uv_now(net->loop);
    h->more_idle = net->busiest;
    *(net->busiest ? &net->busiest->less_idle : &net->idlest) = h;
    net->busiest = h;
    wheel_set(&net->wheel, &h->deadline, ms, on_deadline);
}

// Everything but the socket.
static void let_go(struct http *h)
{
    must(h->state != HTTP_GONE);
    struct net *net = h->net;
    h->state = HTTP_GONE;
    if (h->request)
        h->request->http = NULL;
    stop_waiting(h);
    if (h->next)
        h->next->prev = h->prev;
    *(h->prev ? &h->prev->next : &net->https) = h->next;
    address_release(h->count);
    h->count = NULL;
    net->lingering -= h->refused;
    net->http_count -= !h->refused;
    if (h->has_poll) {
        uv_close((uv_handle_t *)&h->poll, on_closed);
    } else {
        h->next = net->spent;
        net->spent = h;
    }
    if (!h->has_poll || net->stage == NET_CLOSING)
        net_turn(net);
}

static void drop(struct http *h)
{
    let_go(h);
    close(h->fd);
}

int http_release_socket(struct http *h)
{
    let_go(h);
    return h->fd;
}

void http_close_all(struct net *net)
{
    while (net->https)
        drop(net->https);
}

void http_close_idle(struct net *net)
{
    for (struct http *h = net->https, *next; h; h = next) {
        next = h->next;
        if (h->state == HTTP_LINGER || (h->state == HTTP_HEAD && h->answered && h->in.n == 0))
            drop(h);
    }
}

// Closing at once would throw our last answer away when something unread is left: the kernel
// then resets (RFC 9112 §9.6).
static void linger(struct http *h)
{
    buf_finish(&h->in);
    h->sent = 0;
    h->state = HTTP_LINGER;
    shutdown(h->fd, SHUT_WR);
    wait_for_peer(h, h->net->times.linger);
}

static void write_out(struct http *h)
{
    h->sent = 0;
    h->state = HTTP_WRITING;
    wait_for_peer(h, h->net->times.stall);
}

static void refuse(struct http *h, int status, bool is_head)
{
    h->keep = false;
    answer_refusal(&h->out, status,
                   (struct answer_manner){.is_head = is_head, .over_tls = h->over_tls});
    write_out(h);
}

static void on_deadline(struct wheel_entry *entry)
{
    struct http *h = (struct http *)((char *)entry - offsetof(struct http, deadline));
    bool begun = h->state == HTTP_BODY || (h->state == HTTP_HEAD && h->in.n > 0);
    if (!begun) {
        drop(h);
        return;
    }
    refuse(h, 408, false);
    http_step(h);
}

bool http_whose(const struct http *h, const struct head *head, struct address *ret)
{
    char text[ADDRESS_TEXT] = "";
    *ret = h->address;
    if (h->count || !head->real_ip.p || head->real_ip.n >= sizeof text)
        return false;
    memcpy(text, head->real_ip.p, head->real_ip.n);
    return address_parse(text, ret);
}

static void view_request(struct http *h, struct http_request *r)
{
    struct address real;
    http_whose(h, &r->head, &real);
    real = address_key(&real);
    address_write(&real, r->address);
    const struct head *from = &r->head;
    r->view = (struct http_view){
        .method = from->method,
        .path = from->path,
        .query = from->query,
        .host = from->host,
        .origin = from->origin,
        .cookie = from->cookie,
        .authorization = from->authorization,
        .content_type = from->content_type,
        .accept_language = from->accept_language,
        .if_none_match = from->if_none_match,
        .csrf = from->csrf,
        .sec_fetch_site = from->sec_fetch_site,
        .last_event_id = from->last_event_id,
        .body = {r->bytes.p + from->length, from->content_length},
        .over_tls = h->over_tls,
        .address = slice_of(r->address),
    };
}

// The request's bytes become its own; what was read behind them stays.
static struct http_request *take_request(struct http *h)
{
    struct http_request *r = must_alloc(sizeof *r);
    r->http = h;
    struct buf behind = {0};
    buf_add(&behind, (struct slice){h->in.p + h->need, h->in.n - h->need});
    r->bytes = h->in;
    h->in = behind;
    h->seen = 0;
    must(head_read((struct slice){r->bytes.p, h->need}, &r->head) == 0);
    return r;
}

static void dispatch(struct http *h)
{
    struct http_request *r = take_request(h);
    if (!head_decode_path((char *)r->head.path.p, &r->head.path.n)) {
        bool is_head = r->head.method == NET_HEAD;
        buf_finish(&r->bytes);
        free(r);
        refuse(h, 400, is_head);
        return;
    }
    view_request(h, r);
    stop_waiting(h);
    h->request = r;
    h->state = HTTP_HANDLING;
    h->net->handlers.http(h->net->handlers.ctx, r, &r->view);
}

// NULL: the client has gone.
static struct http *begin_answer(struct http_request *request, struct answer_manner *ret)
{
    struct http *h = request->http;
    if (!h)
        return NULL;
    h->request = NULL;
    h->keep &= h->net->stage == NET_RUNS;
    *ret = (struct answer_manner){
        .is_head = request->head.method == NET_HEAD, .keep = h->keep, .over_tls = h->over_tls};
    return h;
}

static void end_answer(struct http_request *request, struct http *h)
{
    buf_finish(&request->bytes);
    free(request);
    if (!h)
        return;
    write_out(h);
    http_step(h);
}

void http_answer(struct http_request *request, int status, const struct http_header *headers,
                 size_t header_count, struct slice body)
{
    struct answer_manner manner;
    struct http *h = begin_answer(request, &manner);
    if (h)
        answer_write(&h->out, status, headers, header_count, body, manner);
    end_answer(request, h);
}

void http_answer_shared(struct http_request *request, int status, const struct http_header *headers,
                        size_t header_count, struct blob *body)
{
    struct answer_manner manner;
    struct http *h = begin_answer(request, &manner);
    if (h &&
        answer_write_head(&h->out, status, headers, header_count, blob_slice(body).n, manner) &&
        body)
        h->body = blob_hold(body);
    end_answer(request, h);
}

struct http_stream *http_stream(struct http_request *request, const struct http_header *headers,
                                size_t header_count)
{
    struct address real;
    struct address_count *count;
    struct http *h = request->http;
    if (!h || request->head.method == NET_HEAD || h->net->stage != NET_RUNS) {
        http_answer(request, 200, headers, header_count, (struct slice){0});
        return NULL;
    }
    if (!upgrade_count(h, &request->head, &real, &count)) {
        answer_refusal(&h->out, 503, (struct answer_manner){.over_tls = h->over_tls});
        h->request = NULL;
        h->keep = false;
        end_answer(request, h);
        return NULL;
    }
    struct buf head = {0};
    (void)answer_write_head(&head, 200, headers, header_count, ANSWER_ENDLESS,
                            (struct answer_manner){.over_tls = h->over_tls});
    struct net *net = h->net;
    struct http_stream *stream = stream_create(net, http_release_socket(h), count);
    if (stream)
        (void)http_stream_send(stream, buf_slice(&head)); // a lost one is noticed by the loop
    buf_finish(&head);
    buf_finish(&request->bytes);
    free(request);
    return stream;
}

static void want_body(struct http *h, const struct head *head)
{
    h->need = head->length + head->content_length;
    h->keep = head->keep_alive;
    h->state = HTTP_BODY;
    if (h->in.n >= h->need)
        return;
    wait_for_peer(h, h->net->times.body);
    if (head->expects_continue) {
        // So little fits always into an empty send buffer; if not, the peer soon sends unasked.
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        if (send(h->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL) < 0)
            return;
    }
}

static bool step_head(struct http *h)
{
    long end = h->in.n ? head_end(buf_slice(&h->in), &h->seen) : 0;
    if (end == 0 && h->in.n < LIMIT_HEAD)
        return false;
    if (end <= 0) {
        refuse(h, end < 0 ? 400 : 431, false);
        return true;
    }
    struct head head;
    int status = head_read((struct slice){h->in.p, (size_t)end}, &head);
    bool wants_socket = !status && (head.upgrade || slice_is(head.path, "/ws"));
    if (wants_socket) {
        status = upgrade_check(h->net, &head);
        // A client waits for our answer before it sends frames (RFC 6455 §4.1).
        if (!status && h->in.n > (size_t)end)
            status = 400;
        if (!status)
            status = upgrade_take(h, &head);
    }
    if (status)
        refuse(h, status, head.method == NET_HEAD);
    else if (!wants_socket)
        want_body(h, &head);
    return true;
}

static bool step_body(struct http *h)
{
    if (h->in.n < h->need)
        return false;
    dispatch(h);
    return true;
}

// The next bytes in one system call. As send(2).
static ssize_t send_rest(struct http *h)
{
    struct slice body = blob_slice(h->body);
    size_t of_body = h->sent > h->out.n ? h->sent - h->out.n : 0;
    struct iovec parts[2];
    int count = 0;
    if (h->sent < h->out.n)
        parts[count++] = (struct iovec){h->out.p + h->sent, h->out.n - h->sent};
    if (of_body < body.n)
        parts[count++] = (struct iovec){(char *)body.p + of_body, body.n - of_body};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
    return sendmsg(h->fd, &message, MSG_NOSIGNAL);
}

static bool step_writing(struct http *h)
{
    while (h->sent < h->out.n + blob_slice(h->body).n) {
        ssize_t n = send_rest(h);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n < 0) {
            drop(h);
            return false;
        }
        h->sent += (size_t)n;
        wait_for_peer(h, h->net->times.stall);
    }
    buf_finish(&h->out);
    blob_drop(&h->body);
    if (!h->keep) {
        linger(h);
        return false;
    }
    h->state = HTTP_HEAD;
    h->answered = true;
    wait_for_peer(h, h->in.n ? h->net->times.head : h->net->times.idle);
    return true;
}

static bool step_once(struct http *h)
{
    switch (h->state) {
    case HTTP_HEAD:
        return step_head(h);
    case HTTP_BODY:
        return step_body(h);
    case HTTP_WRITING:
        return step_writing(h);
    case HTTP_HANDLING:
    case HTTP_LINGER:
    case HTTP_GONE:
        break;
    }
    return false;
}

static void watch(struct http *h, bool more)
{
    int events = 0;
    if (more || h->state == HTTP_WRITING)
        events = UV_WRITABLE;
    else if (h->state != HTTP_HANDLING)
        events = UV_READABLE;
    if (h->watched == events)
        return;
    h->watched = events;
    if (!h->has_poll) {
        if (uv_poll_init_socket(h->net->loop, &h->poll, h->fd) != 0) {
            drop(h);
            return;
        }
        h->poll.data = h;
        h->has_poll = true;
    }
    if (events)
        uv_poll_start(&h->poll, events, on_poll);
    else
        uv_poll_stop(&h->poll);
}

void http_step(struct http *h)
{
    if (h->stepping)
        return;
    h->stepping = true;
    unsigned answered = 0;
    bool more = true;
    // Requests sent ahead may not keep the loop from everybody else.
    while (more && answered < REQUESTS_A_TURN) {
        bool writes = h->state == HTTP_WRITING;
        more = step_once(h);
        answered += writes && h->state == HTTP_HEAD;
    }
    h->stepping = false;
    if (h->state != HTTP_GONE)
        watch(h, more);
}

// false: the connection is gone.
static bool read_some(struct http *h)
{
    char bytes[READ_AT_ONCE];
    size_t room = h->state == HTTP_BODY   ? h->need - h->in.n
                  : h->state == HTTP_HEAD ? LIMIT_HEAD - h->in.n
                                          : sizeof bytes;
    ssize_t n = recv(h->fd, bytes, room < sizeof bytes ? room : sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n <= 0) {
        drop(h);
        return false;
    }
    if (h->state == HTTP_LINGER) {
        h->sent += (size_t)n;
        if (h->sent > MOST_DISCARDED) {
            drop(h);
            return false;
        }
        return true;
    }
    if (h->state == HTTP_HEAD && h->in.n == 0)
        wait_for_peer(h, h->net->times.head);
    buf_add(&h->in, (struct slice){bytes, (size_t)n});
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http *h = poll->data;
    if (status < 0) {
        drop(h);
        return;
    }
    bool reads = h->state == HTTP_HEAD || h->state == HTTP_BODY || h->state == HTTP_LINGER;
    if ((events & UV_READABLE) && reads && !read_some(h))
        return;
    http_step(h);
}

static struct http *create(struct net *net, const struct arrival *arrival)
{
    struct http *h = must_alloc(sizeof *h);
    h->net = net;
    h->fd = arrival->fd;
    h->over_tls = arrival->over_tls;
    h->address = arrival->address;
    h->count = arrival->count;
    h->next = net->https;
    if (h->next)
        h->next->prev = h;
    net->https = h;
    return h;
}

bool http_take_refusal(struct net *net)
{
    if (net->lingering >= LIMIT_LINGERING)
        return false;
    net->lingering++;
    return true;
}

static void open_refused(struct net *net, const struct arrival *arrival)
{
    struct http *h = create(net, arrival);
    h->refused = true;
    refuse(h, 503, false);
    http_step(h);
}

bool http_has_room(const struct net *net)
{
    return net->http_count < net->bounds.https || !net->idlest ||
           uv_now(net->loop) - net->idlest->waits_since >= net->times.room;
}

static bool make_room(struct net *net)
{
    while (net->http_count >= net->bounds.https && net->idlest)
        drop(net->idlest);
    return net->http_count < net->bounds.https;
}

void http_open(struct net *net, const struct arrival *arrival)
{
    if (arrival->refused) {
        open_refused(net, arrival);
        return;
    }
    if (!make_room(net)) {
        struct arrival refused = *arrival;
        address_release(refused.count);
        refused.count = NULL;
        if (http_take_refusal(net))
            open_refused(net, &refused);
        else
            close(refused.fd);
        return;
    }
    struct http *h = create(net, arrival);
    net->http_count++;
    wait_for_peer(h, net->times.head);
    if (read_some(h))
        http_step(h);
}
