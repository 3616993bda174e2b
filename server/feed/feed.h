// SPDX-License-Identifier: Apache-2.0
// A ring and its readers. A reader is a cursor with a way of sending; the feed does not know what
// a socket is.
//
// publish only appends; feed_sweep then serves LIMIT_SLICE readers a call, each with everything
// between its cursor and the head in one send, so events that arrive meanwhile are coalesced.
#ifndef SERVER_FEED_FEED_H
#define SERVER_FEED_FEED_H

#include "server/feed/ring.h"

enum reader_take {
    READER_TOOK, // all bytes are on their way
    READER_BUSY, // nothing was taken; feed_reader_ready will be called
    READER_GONE, // dead; its owner removes it soon
};

struct feed;

struct reader {
    enum reader_take (*send)(struct reader *reader, struct slice frames);
    // The ring forgot this reader's place: resynchronise it (it is not served until
    // feed_reader_seek).
    void (*behind)(struct reader *reader);
    struct feed *feed; // NULL when not in one
    uint64_t cursor;
    bool busy;                  // waits for feed_reader_ready
    bool lost;                  // waits for feed_reader_seek
    struct reader *next, *prev; /* feed.due or feed.idle; itself when busy or lost */
};

struct feed *feed_create(size_t capacity);
void feed_destroy(struct feed **f); // readers must be gone

struct ring *feed_ring(struct feed *f);
size_t feed_reader_count(const struct feed *f);

// Joins at offset (from ring_resume or ring_head). reader->send and ->behind are set by the caller.
void feed_join(struct feed *f, struct reader *reader, uint64_t offset);
void feed_leave(struct reader *reader); // also within its own send; a reader in no feed is fine
void feed_reader_ready(struct reader *reader);
void feed_reader_seek(struct reader *reader, uint64_t offset); // not within its own send

// Serves the next readers. true: call again soon; false: all are served, busy or lost.
bool feed_sweep(struct feed *f);

#endif
