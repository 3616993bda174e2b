// SPDX-License-Identifier: Apache-2.0
// TLS on our own listener: what is agreed on, what is refused, and that whatever a peer does
// within TLS or with its TCP, bytes arrive whole, memory stays bounded and others are served.
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "server/base/limits.h"
#include "server/net/tls_inside.h"
#include "tests/unit/net/server.h"

#define GET_ECHO "GET /echo HTTP/1.1\r\nHost: portal.test\r\n\r\n"

static struct server *start_for(unsigned per_address, const struct net_times *times,
                                void (*tune)(struct net *net))
{
    setenv("FANGTAN_TEST_TLS", "1", 1);
    struct server *s =
        server_start_tuned(&(struct net_config){.at = {.address = "127.0.0.1", .ready_fd = -1},
                                                .per_address = per_address},
                           times, tune);
    raw_use_tls(false); // each test begins it by itself
    return s;
}

static struct server *start(const struct net_times *times, void (*tune)(struct net *net))
{
    return start_for(100000, times, tune);
}

// Short deadlines, but not so that a handshake on a busy machine misses them.
static struct net_times brisk(void)
{
    struct net_times times = hasty;
    times.head = times.idle = 1500;
    return times;
}

static SSL_CTX *client(int version)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    CHECK(context && SSL_CTX_set_min_proto_version(context, version) == 1 &&
          SSL_CTX_set_max_proto_version(context, version) == 1);
    return context;
}

static void open_tls(struct raw *r, struct server *s, SSL_CTX *context)
{
    raw_open(r, s->port);
    CHECK(raw_begin_tls(r, context));
}

static void expect_echo(struct raw *r)
{
    raw_say(r, GET_ECHO);
    CHECK_INT(raw_status(r), 200);
}

static void expect_service(struct server *s)
{
    struct raw r;
    open_tls(&r, s, NULL);
    expect_echo(&r);
    raw_close(&r);
}

static bool said_bye(const struct raw *r)
{
    return SSL_get_shutdown(r->tls) & SSL_RECEIVED_SHUTDOWN;
}

TEST(both_versions_are_spoken_and_none_before)
{
    struct server *s = start(NULL, NULL);
    const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (int i = 0; i < 2; i++) {
        SSL_CTX *context = client(versions[i]);
        struct raw r;
        open_tls(&r, s, context);
        CHECK_INT(SSL_version(r.tls), versions[i]);
        CHECK(SSL_get_current_compression(r.tls) == NULL);
        raw_say(&r, "GET /scheme HTTP/1.1\r\nHost: portal.test\r\nConnection: close\r\n\r\n");
        struct raw_answer a;
        raw_answer(&r, false, &a);
        CHECK_INT(a.status, 200);
        CHECK_STR(a.body, "https");
        CHECK(strstr(a.head, "\r\nStrict-Transport-Security: max-age=31536000\r\n"));
        raw_answer_finish(&a);
        raw_to_end(&r);
        CHECK(said_bye(&r)); // an end without it could be an attacker's
        raw_close(&r);
        SSL_CTX_free(context);
    }
    SSL_CTX *old = client(TLS1_1_VERSION);
    SSL_CTX_set_security_level(old, 0);
    struct raw r;
    raw_open(&r, s->port);
    CHECK(!raw_begin_tls(&r, old));
    CHECK_INT(ERR_GET_REASON(ERR_peek_error()), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
    raw_close(&r);
    SSL_CTX_free(old);
    server_stop(s);
}

TEST(weak_ciphers_are_refused)
{
    struct server *s = start(NULL, NULL);
    const char *const weak[] = {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "aNULL"};
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
        SSL_CTX *context = client(TLS1_2_VERSION);
        SSL_CTX_set_security_level(context, 0);
        CHECK(SSL_CTX_set_cipher_list(context, weak[i]) == 1);
        struct raw r;
        raw_open(&r, s->port);
        CHECK(!raw_begin_tls(&r, context));
        raw_close(&r);
        SSL_CTX_free(context);
    }
    server_stop(s);
}

TEST(no_protocol_but_http_1_1_is_agreed_on)
{
    static const struct {
        const char *offer;
        const char *agreed; // NULL: no connection
    } cases[] = {{"\x08http/1.1", "http/1.1"},
                 {"\x02h2\x08http/1.1", "http/1.1"},
                 {"\x02h2", NULL},
                 {"", ""}};
    struct server *s = start(NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SSL_CTX *context = client(TLS1_3_VERSION);
        const char *offer = cases[i].offer;
        if (*offer)
            CHECK(SSL_CTX_set_alpn_protos(context, (const unsigned char *)offer,
                                          (unsigned)strlen(offer)) == 0);
        struct raw r;
        raw_open(&r, s->port);
        bool begun = raw_begin_tls(&r, context);
        CHECK(begun == (cases[i].agreed != NULL));
        if (begun) {
            const unsigned char *agreed;
            unsigned n;
            SSL_get0_alpn_selected(r.tls, &agreed, &n);
            CHECK(n == strlen(cases[i].agreed));
            CHECK(n == 0 || memcmp(agreed, cases[i].agreed, n) == 0);
            expect_echo(&r);
        }
        raw_close(&r);
        SSL_CTX_free(context);
    }
    server_stop(s);
}

TEST(plain_http_is_told_that_this_is_tls)
{
    struct server *s = start(NULL, NULL);
    struct raw r;
    raw_open(&r, s->port);
    raw_say(&r, GET_ECHO);
    CHECK_INT(raw_status(&r), 400);
    raw_to_end(&r);
    raw_close(&r);
    const char *const junk[] = {"\x16\x03\x01\xff\xff", "SSH-2.0-client\r\n",
                                "\x80\x2e\x01\x00\x02", "\x15\x03\x03\x00\x02\x02\x28"};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        raw_open(&r, s->port);
        raw_write(&r, junk[i], 5 + 2 * (i == 3));
        raw_write(&r, GET_ECHO GET_ECHO, 2 * strlen(GET_ECHO));
        raw_to_end(&r);
        CHECK(r.n < 8); // an alert at most
        raw_close(&r);
    }
    expect_service(s);
    CHECK_INT(s->requests, 1);
    server_stop(s);
}

// The first flight of a client.
static size_t client_hello(char *ret, size_t room)
{
    SSL_CTX *context = client(TLS1_3_VERSION);
    SSL *ssl = SSL_new(context);
    BIO *out = BIO_new(BIO_s_mem()), *in = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, out);
    CHECK(SSL_connect(ssl) != 1);
    int n = BIO_read(out, ret, (int)room);
    CHECK(n > 100);
    SSL_free(ssl);
    SSL_CTX_free(context);
    return (size_t)n;
}

TEST(a_handshake_has_a_time)
{
    const struct net_times times = brisk();
    struct server *s = start(&times, NULL);
    char hello[1024];
    size_t n = client_hello(hello, sizeof hello);
    struct raw mute, half, unfinished, drip;
    raw_open(&mute, s->port);
    raw_open(&half, s->port);
    raw_write(&half, hello, n / 2);
    raw_open(&unfinished, s->port);
    raw_write(&unfinished, hello, n);
    raw_open(&drip, s->port);
    size_t dripped = 0;
    while (!drip.ended) { // slower than it takes, but never still
        raw_write(&drip, hello + dripped++ % n, 1);
        usleep(2000);
        char c;
        drip.ended = recv(drip.fd, &c, 1, MSG_DONTWAIT) == 0;
        CHECK(dripped < 20000);
        if (dripped >= n)
            break;
    }
    CHECK(drip.ended || dripped >= n);
    raw_to_end(&mute);
    raw_to_end(&half);
    raw_to_end(&unfinished); // with the server's flight
    CHECK_INT(mute.n, 0);
    CHECK_INT(half.n, 0);
    CHECK(unfinished.n > 0);
    raw_close(&mute);
    raw_close(&half);
    raw_close(&unfinished);
    raw_close(&drip);
    expect_service(s);
    CHECK_INT(s->requests, 1);
    server_stop(s);
}

TEST(after_the_handshake_the_head_has_a_time)
{
    const struct net_times times = brisk();
    struct server *s = start(&times, NULL);
    struct raw mute, half;
    open_tls(&mute, s, NULL);
    open_tls(&half, s, NULL);
    raw_say(&half, "GET / HT");
    raw_to_end(&mute);
    CHECK(said_bye(&mute));
    CHECK_INT(raw_status(&half), 408);
    raw_close(&mute);
    raw_close(&half);
    server_stop(s);
}

enum { ROOM = 8 };

static void little_room(struct net *net)
{
    for (unsigned i = 0; i < net->tls->thread_count; i++)
        net->tls->threads[i].shaking_most = net->tls->threads[i].ending_most =
            ROOM / net->tls->thread_count;
}

TEST(half_open_handshakes_make_room)
{
    enum { COUNT = 3 * ROOM };
    struct server *s = start(NULL, little_room);
    char hello[1024];
    size_t n = client_hello(hello, sizeof hello);
    struct raw r[COUNT];
    for (int i = 0; i < COUNT; i++) {
        raw_open(&r[i], s->port);
        if (i % 3)
            raw_write(&r[i], hello, i % 3 == 1 ? n : n / 2);
    }
    for (int i = 0; i < ROOM; i++)
        expect_service(s); // though all places are taken by silent ones
    for (int i = 0; i < COUNT - ROOM; i++)
        raw_to_end(&r[i]); // the oldest went
    for (int i = 0; i < COUNT; i++)
        raw_close(&r[i]);
    server_stop(s);
}

static unsigned endings(struct server *s)
{
    unsigned count = 0;
    for (unsigned i = 0; i < s->net->tls->thread_count; i++)
        count += s->net->tls->threads[i].counts[TLS_ENDING];
    return count;
}

static struct net_times patient(void)
{
    struct net_times times = hasty;
    times.head = times.idle = times.linger = 60000;
    return times;
}

TEST(who_begins_slowly_and_who_goes_slowly_do_not_push_each_other_out)
{
    enum { COUNT = 3 * ROOM };
    const struct net_times times = patient();
    struct server *s = start(&times, little_room);
    const unsigned threads = s->net->tls->thread_count;
    const unsigned left = (ROOM / threads - 1) * threads; // when one has just come to each thread
    struct raw half[COUNT], going[COUNT];
    for (unsigned i = 0; i < threads; i++)
        raw_open(&half[i], s->port);
    for (int i = 0; i < COUNT; i++)
        open_tls(&going[i], s, NULL);
    s->net->times.linger = 1; // of the loop: its threads have theirs by now
    for (int i = 0; i < COUNT; i++) {
        raw_say(&going[i], "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        raw_to_end(&going[i]);
        CHECK(said_bye(&going[i]));
    }
    while (endings(s) < COUNT)
        usleep(1000);
    for (unsigned i = 0; i < threads; i++)
        expect_service(s);
    for (unsigned i = 0; i < threads; i++) {
        CHECK(raw_begin_tls(&half[i], NULL));
        expect_echo(&half[i]);
        raw_close(&half[i]);
    }
    while (endings(s) > left) // with those just served
        usleep(1000);
    for (int i = 0; i < COUNT; i++)
        raw_open(&half[i], s->port);
    raw_to_end(&half[COUNT - ROOM - 1]); // it made room
    CHECK_INT(endings(s), left);
    for (int i = 0; i < COUNT; i++) {
        raw_close(&half[i]);
        raw_close(&going[i]);
    }
    server_stop(s);
}

TEST(as_many_as_there_are_places_are_told_that_they_are_refused)
{
    const struct net_times times = patient();
    struct server *s = start_for(1, &times, NULL);
    static struct raw silent[LIMIT_LINGERING];
    struct raw first, more;
    raw_open_from(&first, "127.0.0.2", s->port, 0);
    for (int i = 0; i < LIMIT_LINGERING; i++)
        raw_open_from(&silent[i], "127.0.0.2", s->port, 0);
    raw_open_from(&more, "127.0.0.2", s->port, 0);
    CHECK(!raw_begin_tls(&more, NULL));
    raw_close(&more);
    raw_open_from(&more, "127.0.0.3", s->port, 0);
    CHECK(raw_begin_tls(&more, NULL));
    expect_echo(&more);
    raw_close(&more);
    CHECK(raw_begin_tls(&silent[0], NULL));
    CHECK_INT(raw_status(&silent[0]), 503);
    raw_close(&silent[0]); // and leaves its place
    raw_close(&silent[1]); // so does one that has said nothing
    for (int i = 0; i < 2;) {
        raw_open_from(&more, "127.0.0.2", s->port, 0);
        if (raw_begin_tls(&more, NULL)) {
            CHECK_INT(raw_status(&more), 503);
            silent[i++] = more;
        } else {
            raw_close(&more);
        }
    }
    CHECK(raw_begin_tls(&first, NULL));
    expect_echo(&first);
    raw_close(&first);
    for (int i = 0; i < LIMIT_LINGERING; i++)
        raw_close(&silent[i]);
    server_stop(s);
}

// Handshakes stop here until it is open; whose began in which order from then on.
static struct gate {
    atomic_bool is_open;
    atomic_int stopped, passed;
    struct {
        uv_thread_t thread;
        bool is_refused;
    } order[64];
} gate;

#define REFUSED_FROM "127.0.0.2"

static int on_hello(SSL *ssl, int *alert, void *ctx)
{
    (void)alert, (void)ctx;
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    CHECK(getpeername(SSL_get_fd(ssl), (struct sockaddr *)&from, &len) == 0);
    if (!gate.is_open) {
        gate.stopped++;
        while (!gate.is_open)
            usleep(1000);
        return SSL_CLIENT_HELLO_SUCCESS;
    }
    int i = gate.passed++;
    gate.order[i].thread = uv_thread_self();
    gate.order[i].is_refused = from.sin_addr.s_addr == inet_addr(REFUSED_FROM);
    return SSL_CLIENT_HELLO_SUCCESS;
}

static void keep_gate(struct net *net)
{
    SSL_CTX_set_client_hello_cb(net->tls->context, on_hello, NULL);
}

static int lent(struct server *s)
{
    int count = 0;
    for (unsigned i = 0; i < s->net->tls->thread_count; i++) {
        struct tls_thread *t = &s->net->tls->threads[i];
        uv_mutex_lock(&t->lock);
        for (const struct tls_guest *guest = t->coming; guest; guest = guest->next)
            count++;
        uv_mutex_unlock(&t->lock);
    }
    return count;
}

static void say_hello(struct raw *r, struct server *s, const char *from)
{
    char hello[1024];
    size_t n = client_hello(hello, sizeof hello);
    raw_open_from(r, from, s->port, 0);
    raw_write(r, hello, n);
    while (conn_in_flight(r->fd) > 0)
        usleep(1000);
}

TEST(a_flood_of_refused_ones_takes_nobodys_turn)
{
    enum { REFUSED = 12, WELCOME = 12 };
    const struct net_times times = patient();
    struct server *s = start_for(1, &times, keep_gate);
    const int threads = (int)s->net->tls->thread_count;
    struct raw first[LIMIT_TLS_THREADS], refused[REFUSED], welcome[WELCOME];
    char from[24];
    for (int i = 0; i < threads; i++) {
        snprintf(from, sizeof from, "127.0.0.%d", 2 + i);
        say_hello(&first[i], s, from);
        while (gate.stopped <= i)
            usleep(1000);
    }
    for (int i = 0; i < REFUSED; i++)
        say_hello(&refused[i], s, REFUSED_FROM);
    for (int i = 0; i < WELCOME; i++) {
        snprintf(from, sizeof from, "127.0.1.%d", 1 + i);
        say_hello(&welcome[i], s, from);
    }
    while (lent(s) < REFUSED + WELCOME)
        usleep(1000);
    gate.is_open = true;
    while (gate.passed < REFUSED + WELCOME)
        usleep(1000);
    for (int i = 0; i < REFUSED; i++)
        raw_close(&refused[i]);
    for (int i = 0; i < WELCOME; i++)
        raw_close(&welcome[i]);
    for (int i = 0; i < threads; i++)
        raw_close(&first[i]);
    server_stop(s); // all are in the list by then
    for (int i = 0; i < REFUSED + WELCOME; i++) {
        for (int later = i + 1; later < REFUSED + WELCOME; later++) {
            bool is_one = uv_thread_equal(&gate.order[i].thread, &gate.order[later].thread);
            CHECK(!is_one || !gate.order[i].is_refused || gate.order[later].is_refused);
        }
    }
}

TEST(renegotiation_is_refused)
{
    struct server *s = start(NULL, NULL);
    SSL_CTX *context = client(TLS1_2_VERSION);
    struct raw r;
    open_tls(&r, s, context);
    expect_echo(&r);
    CHECK(SSL_renegotiate(r.tls) == 1);
    ERR_clear_error();
    CHECK(SSL_do_handshake(r.tls) != 1);
    CHECK_INT(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
    raw_close(&r);
    SSL_CTX_free(context);
    expect_service(s);
    server_stop(s);
}

TEST(key_updates_do_no_harm)
{
    struct server *s = start(NULL, NULL);
    struct raw r;
    open_tls(&r, s, NULL);
    for (int i = 0; i < 3000; i++) {
        CHECK(SSL_key_update(r.tls, i % 100 ? SSL_KEY_UPDATE_NOT_REQUESTED
                                            : SSL_KEY_UPDATE_REQUESTED) == 1);
        CHECK(SSL_do_handshake(r.tls) == 1);
    }
    expect_echo(&r);
    raw_close(&r);
    server_stop(s);
}

static SSL_SESSION *ticket;

static int keep_ticket(SSL *ssl, SSL_SESSION *session)
{
    (void)ssl;
    SSL_SESSION_free(ticket);
    ticket = session;
    return 1;
}

TEST(a_session_is_resumed_by_its_ticket)
{
    struct server *s = start(NULL, NULL);
    const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (int i = 0; i < 2; i++) {
        SSL_CTX *context = client(versions[i]);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
        SSL_CTX_sess_set_new_cb(context, keep_ticket);
        struct raw r;
        open_tls(&r, s, context);
        expect_echo(&r);
        CHECK(ticket && !SSL_session_reused(r.tls));
        SSL_set_shutdown(r.tls, SSL_SENT_SHUTDOWN); // else the client throws the ticket away
        raw_close(&r);
        raw_open(&r, s->port);
        SSL_CTX *any = context;
        r.tls = SSL_new(any);
        CHECK(SSL_set_session(r.tls, ticket) == 1 && SSL_set_fd(r.tls, r.fd) == 1);
        CHECK(SSL_connect(r.tls) == 1 && SSL_session_reused(r.tls));
        expect_echo(&r);
        raw_close(&r);
        SSL_SESSION_free(ticket);
        ticket = NULL;
        SSL_CTX_free(context);
    }
    server_stop(s);
}

static void expect_big(struct raw *r, size_t n)
{
    char request[96];
    snprintf(request, sizeof request, "GET /big/%zu HTTP/1.1\r\nHost: portal.test\r\n\r\n", n);
    raw_say(r, request);
    struct raw_answer a;
    raw_answer(r, false, &a);
    CHECK_INT(a.status, 200);
    CHECK_INT(a.body_len, n);
    for (size_t i = 0; i < n; i++)
        CHECK(a.body[i] == (char)('a' + i % 23));
    raw_answer_finish(&a);
}

TEST(answers_of_every_size_arrive_whole)
{
    struct server *s = start(NULL, NULL);
    const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    const size_t sizes[] = {0, 1, 15000, 16383, 16384, 16385, 200000, 30000000};
    for (int i = 0; i < 2; i++) {
        SSL_CTX *context = client(versions[i]);
        struct raw r;
        raw_open_from(&r, NULL, s->port, i ? 8192 : 0); // small windows: choked again and again
        CHECK(raw_begin_tls(&r, context));
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            expect_big(&r, sizes[k]);
        raw_close(&r);
        SSL_CTX_free(context);
    }
    server_stop(s);
}

TEST(large_bodies_arrive_whole_while_the_loop_is_slow)
{
    struct server *s = start(NULL, NULL);
    enum { BODY = LIMIT_HTTP_BODY, REQUESTS = 12 };
    struct raw r;
    open_tls(&r, s, NULL);
    raw_say(&r, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"); // until it is answered nothing is read
    char *body = malloc(BODY), head[96];
    for (size_t i = 0; i < BODY; i++)
        body[i] = (char)('a' + i % 19);
    snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
             BODY);
    raw_say(&r, head); // the rest fills what lies between us
    raw_write(&r, body, BODY);
    struct raw other;
    open_tls(&other, s, NULL);
    raw_say(&other, "GET /release HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_INT(raw_status(&other), 200);
    raw_close(&other);
    CHECK_INT(raw_status(&r), 200); // the held one
    for (int i = 0; i < REQUESTS; i++) {
        struct raw_answer a;
        raw_answer(&r, false, &a);
        CHECK_INT(a.status, 200);
        char *got = strstr(a.body, "\nbody=");
        CHECK(got && strncmp(got + 6, body, BODY) == 0);
        raw_answer_finish(&a);
        if (i < REQUESTS - 1) {
            raw_say(&r, head);
            raw_write(&r, body, BODY);
        }
    }
    free(body);
    raw_close(&r);
    server_stop(s);
}

// What one stalled viewer may park on its way, all buffers together and doubled by the kernel.
enum { MOST_PARKED = 2 * (LIMIT_TLS_SEND_BUFFER + LIMIT_TLS_PAIR + TLS_RECORD) + LIMIT_SPAN };

TEST(a_viewer_that_does_not_read_is_noticed_and_bounded)
{
    struct net_times times = brisk();
    times.dead = times.ping = 60000;
    struct server *s = start(&times, NULL);
    struct raw stalled, other;
    raw_open_from(&stalled, NULL, s->port, 4096);
    CHECK(raw_begin_tls(&stalled, NULL));
    raw_say(&stalled, "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: fangtan.v1\r\n\r\n");
    CHECK_INT(raw_status(&stalled), 101);
    raw_text(&stalled, "flood 100000 2000");
    while (s->closed < 1) // as too slow
        usleep(1000);
    CHECK(s->busy > 0);
    open_tls(&other, s, NULL);
    expect_echo(&other);
    CHECK(s->flooded > 0 && s->flooded < MOST_PARKED);
    raw_close(&stalled);
    raw_close(&other);
    server_stop(s);
}

TEST(a_slow_viewer_gets_all_of_a_last_answer)
{
    struct net_times times = brisk();
    times.stall = 20000;
    struct server *s = start(&times, NULL);
    struct raw r;
    raw_open_from(&r, NULL, s->port, 4096);
    CHECK(raw_begin_tls(&r, NULL));
    raw_say(&r, "GET /big/300000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    // The loop has closed its end long before the last byte is out.
    char part[512];
    size_t n = 0;
    for (int got; (got = SSL_read(r.tls, part, sizeof part)) > 0; n += (size_t)got)
        usleep(n < 100000 ? 2000 : 0);
    CHECK(n > 300000);
    CHECK(said_bye(&r));
    raw_close(&r);
    server_stop(s);
}

static unsigned random_of(unsigned n)
{
    static uint64_t state = 7;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

TEST(connections_that_break_anywhere_do_no_harm)
{
    const struct net_times times = brisk();
    struct server *s = start(&times, NULL);
    char hello[1024];
    size_t n = client_hello(hello, sizeof hello);
    for (int i = 0; i < 300; i++) {
        struct raw r;
        raw_open_from(&r, NULL, s->port, i % 2 ? 4096 : 0);
        unsigned how = random_of(6);
        if (how == 0)
            raw_write(&r, hello, random_of((unsigned)n));
        if (how > 0 && raw_begin_tls(&r, NULL)) {
            if (how == 1)
                raw_write(&r, GET_ECHO, random_of(sizeof GET_ECHO));
            if (how == 2)
                raw_say(&r, "GET /big/3000000 HTTP/1.1\r\nHost: x\r\n\r\n");
            if (how == 3)
                raw_say(&r, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
            if (how == 4)
                SSL_shutdown(r.tls);
            if (how == 5) // no TLS from here on
                CHECK(send(r.fd, GET_ECHO, sizeof GET_ECHO, MSG_NOSIGNAL) > 0);
        }
        if (random_of(2))
            raw_reset(&r);
        else
            raw_close(&r);
    }
    expect_service(s);
    server_stop(s);
}

static void certificate_name(const struct raw *r, char ret[64])
{
    X509 *x = SSL_get1_peer_certificate(r->tls);
    CHECK(x);
    X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, ret, 64);
    X509_free(x);
}

static void expect_certificate(struct server *s, const char *name)
{
    struct raw r;
    char got[64] = "";
    open_tls(&r, s, NULL);
    certificate_name(&r, got);
    CHECK_STR(got, name);
    raw_close(&r);
}

static void reload(struct server *s, int status, const char *why)
{
    struct raw r;
    open_tls(&r, s, NULL);
    raw_say(&r, "GET /reload HTTP/1.1\r\nHost: x\r\n\r\n");
    struct raw_answer a;
    raw_answer(&r, false, &a);
    CHECK_INT(a.status, status);
    if (!strstr(a.body, why))
        check_fail(__FILE__, __LINE__, "\"%s\" does not say: %s", a.body, why);
    raw_answer_finish(&a);
    raw_close(&r);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

TEST(the_certificate_is_read_again)
{
    struct server *s = start(NULL, NULL);
    struct certificate second, own = s->certificate;
    certificate_make(check_dir(), "second.test", &second);
    struct raw before;
    open_tls(&before, s, NULL);
    expect_certificate(s, "portal.test");
    CHECK(rename(second.certificate, own.certificate) == 0);
    reload(s, 500, "key values mismatch"); // half of the change
    expect_certificate(s, "portal.test");
    CHECK(rename(second.key, own.key) == 0);
    reload(s, 200, "");
    expect_certificate(s, "second.test");
    expect_echo(&before); // goes on
    raw_close(&before);
    put(own.certificate, "no certificate at all");
    reload(s, 500, "tls_certificate");
    CHECK(remove(own.certificate) == 0);
    reload(s, 500, "No such file");
    expect_certificate(s, "second.test");
    // A key with a password must not ask for it at the terminal.
    certificate_make(check_dir(), "third.test", &second);
    CHECK(rename(second.certificate, own.certificate) == 0);
    put(own.key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBK\n"
                 "-----END ENCRYPTED PRIVATE KEY-----\n");
    reload(s, 500, "tls_key");
    expect_certificate(s, "second.test");
    server_stop(s);
}

TEST(a_bad_certificate_does_not_start)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    struct net *net = NULL;
    char error[256] = "";
    struct net_config config = {
        .at = {.address = "127.0.0.1", .ready_fd = -1},
        .tls = {{.address = "127.0.0.1", .ready_fd = -1}, "/nowhere/a.pem", "/nowhere/a.key"}};
    CHECK(net_start(&loop, &config, &(struct net_handlers){0}, &net, error) < 0);
    CHECK_STR(error, "tls_certificate: /nowhere/a.pem: No such file or directory");
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK_INT(uv_loop_close(&loop), 0);
}

TEST(stopping_tells_all_and_waits_for_nobody_in_vain)
{
    struct net_times times = hasty;
    times.dead = times.ping = times.head = times.idle = 60000;
    struct server *s = start(&times, NULL);
    char hello[1024];
    size_t n = client_hello(hello, sizeof hello);
    struct raw mute, half, idle, held, full, watcher;
    raw_open(&mute, s->port);
    raw_open(&half, s->port);
    raw_write(&half, hello, n / 2);
    open_tls(&idle, s, NULL);
    open_tls(&held, s, NULL);
    raw_say(&held, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_open_from(&full, NULL, s->port, 4096);
    CHECK(raw_begin_tls(&full, NULL));
    raw_say(&full, "GET /big/30000000 HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_use_tls(true);
    CHECK_INT(raw_handshake(&watcher, s->port), 0);
    while (s->requests < 2)
        usleep(1000);
    server_ask_to_stop(s);
    CHECK_INT(raw_status(&held), 503);
    CHECK_INT(raw_close_code(&watcher), 1001);
    raw_frame(&watcher, 0x88, "\x03\xE9", 2);
    raw_to_end(&watcher);
    CHECK(said_bye(&watcher));
    raw_to_end(&idle);
    CHECK(said_bye(&idle));
    server_join(s);
    raw_to_end(&mute);
    raw_to_end(&half);
    raw_close(&mute);
    raw_close(&half);
    raw_close(&idle);
    raw_close(&held);
    raw_close(&full);
    raw_close(&watcher);
}

TEST(the_plain_listener_goes_on_beside)
{
    struct server *s = start(NULL, NULL);
    struct raw r;
    raw_open(&r, net_port(s->net));
    raw_say(&r, "GET /scheme HTTP/1.1\r\nHost: x\r\n\r\n");
    struct raw_answer a;
    raw_answer(&r, false, &a);
    CHECK_STR(a.body, "http");
    CHECK(!strcasestr(a.head, "Strict-Transport-Security"));
    raw_answer_finish(&a);
    raw_close(&r);
    server_stop(s);
}

int main(void)
{
    return check_run();
}
