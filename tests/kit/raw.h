// SPDX-License-Identifier: Apache-2.0
// A client that sends exactly the bytes it is told to, over HTTP and WebSocket, plain or inside of
// TLS. Blocking, with a deadline after which the test fails.
#ifndef TESTS_KIT_RAW_H
#define TESTS_KIT_RAW_H

#include <stdbool.h>
#include <stddef.h>

struct ssl_ctx_st; // SSL_CTX
struct ssl_st;     // SSL

struct raw {
    int fd;
    struct ssl_st *tls; // NULL: none
    char *p;            // received and not taken yet, NUL-terminated
    size_t n, cap;
    bool ended; // the peer closed or reset
};

void raw_open(struct raw *r, int port); // 127.0.0.1
// From another loopback address ("127.0.0.9"); 0 = any. A small receive buffer when buffer > 0.
void raw_open_from(struct raw *r, const char *from, int port, int buffer);
// A TLS handshake as client on an open connection; NULL: takes any certificate. false: refused.
bool raw_begin_tls(struct raw *r, struct ssl_ctx_st *context);
// From now on raw_open and raw_open_from begin TLS; one that is refused has ended.
void raw_use_tls(bool tls);
void raw_close(struct raw *r); // says nothing more, TLS or not
void raw_reset(struct raw *r); // closes with RST

void raw_write(struct raw *r, const void *bytes, size_t n); // a peer that has closed is no failure
void raw_say(struct raw *r, const char *text);

bool raw_more(struct raw *r);                    // waits for more; false: it ended
bool raw_until(struct raw *r, const char *text); // false: it ended before
void raw_to_end(struct raw *r);                  // reads until it ends
void raw_skip(struct raw *r, size_t n);          // takes n received bytes away

struct raw_answer {
    int status; // 0: the peer ended without one
    char *head; // with the empty line
    char *body;
    size_t body_len;
};

// Takes one answer. is_head: no body follows.
void raw_answer(struct raw *r, bool is_head, struct raw_answer *ret);
void raw_answer_finish(struct raw_answer *a);
int raw_status(struct raw *r); // takes one answer, tells its status

// A whole GET /ws handshake; 0 or the status when it is not 101.
int raw_handshake(struct raw *r, int port);

// A masked frame: first byte as it is (0x81 final text, 0x01 first text, 0x80 final piece …).
void raw_frame(struct raw *r, unsigned char first, const void *payload, size_t n);
// Only the header of one that announces len bytes.
void raw_frame_header(struct raw *r, unsigned char first, unsigned long long len);
void raw_text(struct raw *r, const char *text);

// Takes one frame; returns its first byte, -1 when the peer ended. payload is malloc'd.
int raw_take(struct raw *r, char **ret_payload, size_t *ret_n);
// Takes frames until a close; its code (1005: none said, 1006: ended without a close frame).
int raw_close_code(struct raw *r);

#endif
