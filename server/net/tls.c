// SPDX-License-Identifier: Apache-2.0
// The loop's side of TLS: the certificate, the threads, lending connections and getting them back.
//
// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only (RFC 9325 §4.2); no
// renegotiation, no compression, no early data, no protocol but HTTP/1.1. Sessions are resumed by
// tickets alone, whose keys live as long as the context: until the next reload.
#include "server/net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/base/limits.h"
#include "server/base/log.h"
#include "server/base/must.h"
#include "server/net/tls_inside.h"

static const char ciphers_1_2[] = "ECDHE+AESGCM:ECDHE+CHACHA20";

// ---- the certificate ----

static int choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_n,
                           const unsigned char *in, unsigned n, void *ctx)
{
    (void)ssl, (void)ctx;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, ret_n, ours, sizeof ours - 1, in, n) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL; // RFC 7301 §3.2
    *ret = chosen;
    return SSL_TLSEXT_ERR_OK;
}

// The library would ask at the terminal.
static int no_password(char *text, int size, int writes, void *ctx)
{
    (void)text, (void)size, (void)writes, (void)ctx;
    return -1;
}

static int file_fault(const char *key, const char *path, char error[256])
{
    const char *why =
        access(path, R_OK) != 0 ? strerror(errno) : ERR_reason_error_string(ERR_peek_last_error());
    snprintf(error, 256, "%s: %.150s: %.60s", key, path, why ? why : "is no PEM file");
    ERR_clear_error();
    return -EINVAL;
}

static int read_files(SSL_CTX *context, const char *certificate, const char *key, char error[256])
{
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        return file_fault("tls_certificate", certificate, error);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return file_fault("tls_key", key, error);
    return 0;
}

static void log_certificate(SSL_CTX *context)
{
    const ASN1_TIME *until = X509_get0_notAfter(SSL_CTX_get0_certificate(context));
    struct tm tm = {0};
    char text[32] = "?";
    if (ASN1_TIME_to_tm(until, &tm) == 1)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (X509_cmp_current_time(until) < 0)
        log_line(LOG_WARN, "the certificate has expired", "until", text, NULL);
    else
        log_line(LOG_INFO, "certificate", "until", text, NULL);
}

static int make_context(const char *certificate, const char *key, SSL_CTX **ret, char error[256])
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    must(context);
    must(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    must(SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    // An idle connection gives its buffers back. A record that is no data returns to us, so that
    // nobody keeps a thread busy with such (key updates cost a peer nothing).
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    int r = read_files(context, certificate, key, error);
    if (r) {
        SSL_CTX_free(context);
        return r;
    }
    log_certificate(context);
    *ret = context;
    return 0;
}

int tls_reload(struct tls *tls, char error[256])
{
    SSL_CTX *context;
    int r = make_context(tls->certificate, tls->key, &context, error);
    if (r)
        return r;
    SSL_CTX_free(tls->context);
    tls->context = context;
    return 0;
}

// ---- lending and getting back ----

static void wake(struct tls_thread *t)
{
    const uint64_t one = 1;
    while (write(t->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

bool tls_is_busy(const struct tls *tls)
{
    unsigned due = 0;
    for (unsigned i = 0; i < tls->thread_count; i++)
        due += atomic_load_explicit(&tls->threads[i].due, memory_order_relaxed);
    return due >= LIMIT_HANDSHAKES;
}

void tls_take(struct tls *tls, const struct arrival *arrival)
{
    struct tls_thread *t = &tls->threads[tls->next_thread++ % tls->thread_count];
    struct tls_guest *guest = must_alloc(sizeof *guest);
    guest->arrival = *arrival;
    guest->times = tls->net->times;
    guest->context = tls->context;
    SSL_CTX_up_ref(guest->context);
    uv_mutex_lock(&t->lock);
    bool is_first = !t->coming;
    guest->next = t->coming;
    t->coming = guest;
    uv_mutex_unlock(&t->lock);
    if (is_first)
        wake(t);
}

void tls_give_back(struct tls *tls, struct tls_guest *guest)
{
    SSL_CTX_free(guest->context);
    uv_mutex_lock(&tls->lock);
    guest->next = tls->back;
    tls->back = guest;
    uv_mutex_unlock(&tls->lock);
    uv_async_send(&tls->told);
}

struct tls_guest *tls_oldest_first(struct tls_guest *newest_first)
{
    struct tls_guest *turned = NULL;
    while (newest_first) {
        struct tls_guest *guest = newest_first;
        newest_first = guest->next;
        guest->next = turned;
        turned = guest;
    }
    return turned;
}

static struct tls_guest *take_back(struct tls *tls)
{
    uv_mutex_lock(&tls->lock);
    struct tls_guest *back = tls->back;
    tls->back = NULL;
    uv_mutex_unlock(&tls->lock);
    return tls_oldest_first(back);
}

static void receive(struct tls *tls)
{
    struct net *net = tls->net;
    for (struct tls_guest *guest = take_back(tls), *next; guest; guest = next) {
        next = guest->next;
        if (guest->arrival.fd >= 0 && net->stage != NET_FREEING) {
            http_open(net, &guest->arrival);
        } else {
            net->lingering -= guest->arrival.refused;
            address_release(guest->arrival.count);
            if (guest->arrival.fd >= 0)
                close(guest->arrival.fd);
        }
        free(guest);
    }
}

static void on_told(uv_async_t *async)
{
    struct tls *tls = async->data;
    receive(tls);
    if (tls->net->stage != NET_RUNS)
        net_turn(tls->net);
}

// ---- threads ----

static int start_thread(struct tls *tls, struct tls_thread *t, unsigned of)
{
    t->tls = tls;
    t->tick = tls->net->times.tick;
    t->shaking_most = tls->net->bounds.shaking / of + 1;
    t->ending_most = tls->net->bounds.ending / of + 1;
    t->epoll = epoll_create1(EPOLL_CLOEXEC);
    t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event woken = {.events = EPOLLIN, .data.ptr = t};
    if (t->epoll < 0 || t->wake < 0 || epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->wake, &woken) != 0)
        return -errno;
    must(uv_mutex_init(&t->lock) == 0);
    int r = uv_thread_create(&t->id, tls_thread_run, t);
    if (r)
        uv_mutex_destroy(&t->lock);
    return r;
}

static void close_descriptors(struct tls_thread *t)
{
    if (t->epoll >= 0)
        close(t->epoll);
    if (t->wake >= 0)
        close(t->wake);
}

static void tell_threads(struct tls *tls, bool stop)
{
    for (unsigned i = 0; i < tls->thread_count; i++) {
        struct tls_thread *t = &tls->threads[i];
        uv_mutex_lock(&t->lock);
        t->drain = true;
        t->stop |= stop;
        uv_mutex_unlock(&t->lock);
        wake(t);
    }
}

static void join_threads(struct tls *tls)
{
    if (tls->joined)
        return;
    tls->joined = true;
    tell_threads(tls, true);
    for (unsigned i = 0; i < tls->thread_count; i++) {
        uv_thread_join(&tls->threads[i].id);
        uv_mutex_destroy(&tls->threads[i].lock);
        close_descriptors(&tls->threads[i]);
    }
}

void tls_drain(struct tls *tls)
{
    if (tls && !tls->joined)
        tell_threads(tls, false);
}

bool tls_is_over(struct tls *tls)
{
    for (unsigned i = 0; tls && i < tls->thread_count; i++) {
        if (!atomic_load(&tls->threads[i].over))
            return false;
    }
    return true;
}

void tls_stop(struct tls *tls, uv_close_cb closed)
{
    if (!tls)
        return;
    join_threads(tls);
    receive(tls);
    tls->told.data = tls->net; // as of all handles of ours
    uv_close((uv_handle_t *)&tls->told, closed);
}

void tls_free(struct tls **tls_of)
{
    struct tls *tls = *tls_of;
    *tls_of = NULL;
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    uv_mutex_destroy(&tls->lock);
    free(tls->threads);
    free(tls->certificate);
    free(tls->key);
    free(tls);
}

// One core is the loop's.
static unsigned threads_wanted(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long wanted = cores - 1;
    return wanted < 1 ? 1 : wanted > LIMIT_TLS_THREADS ? LIMIT_TLS_THREADS : (unsigned)wanted;
}

int tls_start(struct net *net, const struct net_tls *config, struct tls **ret, char error[256])
{
    SSL_CTX *context;
    int r = make_context(config->certificate, config->key, &context, error);
    if (r)
        return r;
    struct tls *tls = must_alloc(sizeof *tls);
    tls->net = net;
    tls->context = context;
    tls->certificate = strdup(config->certificate);
    tls->key = strdup(config->key);
    must(tls->certificate && tls->key);
    must(uv_mutex_init(&tls->lock) == 0);
    unsigned wanted = threads_wanted();
    tls->threads = must_alloc(wanted * sizeof *tls->threads);
    must(uv_async_init(net->loop, &tls->told, on_told) == 0);
    net_own_handle(net);
    tls->told.data = tls;
    for (tls->thread_count = 0; tls->thread_count < wanted && !r;) {
        r = start_thread(tls, &tls->threads[tls->thread_count], wanted);
        if (r)
            close_descriptors(&tls->threads[tls->thread_count]);
        else
            tls->thread_count++;
    }
    *ret = tls;
    if (r)
        snprintf(error, 256, "cannot start a TLS thread: %s", uv_strerror(r));
    return r;
}
