// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1.1 request, read strictly: what RFC 9112 allows to repair is refused, so
// that a proxy in front and we never disagree about where a request ends. Pure.
#ifndef SERVER_NET_HEAD_H
#define SERVER_NET_HEAD_H

#include "server/net/net.h"

// What a request said. Slices point into its bytes; absent headers are absent slices.
struct head {
    enum net_method method;
    size_t length;         // of the head, with its empty line
    size_t content_length; // 0 when there is none
    bool keep_alive;
    bool expects_continue;
    struct slice path;  // before '?', still encoded
    struct slice query; // behind it, or absent
    struct slice host, origin, cookie, authorization, content_type, accept_language, if_none_match,
        csrf, sec_fetch_site, last_event_id, real_ip, expect;
    // The wish to become a WebSocket.
    bool upgrade;            // an Upgrade header names websocket
    bool connection_upgrade; // a Connection header names upgrade
    bool subprotocol;        // a Sec-WebSocket-Protocol header names ours
    bool http_1_0;
    struct slice ws_key, ws_version;
};

#define HEAD_SUBPROTOCOL "fangtan.v1"

// Finds the end of the head in bytes, of which the first *seen were looked at before (starts at
// 0). > 0: the head's length; 0: more is needed, *seen is moved on; -1: this can be no head.
long head_end(struct slice bytes, size_t *seen);

// Reads a complete head. 0, or the status to refuse with (400, 405, 411, 413, 414, 417, 431, 505).
int head_read(struct slice bytes, struct head *ret);

// Decodes %XX in place. false: no path of ours (NUL, control byte, backslash, "..", not UTF-8).
bool head_decode_path(char *path, size_t *len);

#endif
