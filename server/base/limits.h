// SPDX-License-Identifier: Apache-2.0
// Every bound of the server, with its unit and its reason.
#ifndef SERVER_BASE_LIMITS_H
#define SERVER_BASE_LIMITS_H

enum {
    // Texts, in code points. 17 % of real letters exceed 500, 5 % exceed 1,000; answers reach
    // 8,000.
    LIMIT_QUESTION_POINTS = 1000,
    LIMIT_STATEMENT_POINTS = 10000,
    LIMIT_NAME_POINTS = 30,
    LIMIT_TITLE_POINTS = 200,
    LIMIT_INTRO_POINTS = 5000,
    LIMIT_NOTE_POINTS = 500,

    LIMIT_EXTENSION_DAYS = 365, // by which the date of a case is moved at once, as in a rule set

    // One message, in bytes. 1,000 code points are at most 4,000 bytes; escaped as \uXXXX pairs
    // 12,000. A statement of 10,000 code points escaped is 120,000.
    LIMIT_CITIZEN_MESSAGE = 16 * 1024,
    LIMIT_STAFF_MESSAGE = 192 * 1024,
    LIMIT_HTTP_BODY = 192 * 1024,
    LIMIT_FRAGMENTS = 64, // WebSocket fragments a message may come in

    // JSON gate (research: cJSON alone accepts far more than JSON).
    LIMIT_JSON_DEPTH = 8,
    LIMIT_JSON_KEYS = 64,

    // Connections.
    LIMIT_ACCEPTS = 64,    // sockets taken in one loop turn; more wait in the kernel
    LIMIT_ADDRESS = 200,   // open connections of an IPv4 address; carriers share them
    LIMIT_ADDRESS_V6 = 50, // of an IPv6 /64
    // One more connection of an address every so often (security research §2.3: 20 a second). At
    // once it may open as many as it may have: after a restart all behind it come back together.
    LIMIT_ADDRESS_MS = 50,
    // All new connections: at once as many as there may be viewers, so that nobody of an audience
    // that arrives together waits (performance research §4: pausing overflows the kernel's queue);
    // then ten thousand a second, which at the 30 µs measured there leave the loop to the feed for
    // two thirds.
    LIMIT_ARRIVALS = 20000,
    LIMIT_ARRIVALS_A_MS = 10,
    LIMIT_HTTP = 4096, // connections that are no WebSocket; beyond it the most idle one goes …
    // … once it has had so long to say something: an audience that arrives together may connect
    // faster than its first requests come over slow lines. Till then the next wait in the kernel.
    LIMIT_ROOM_MS = 2000,
    LIMIT_VIEWERS = 20000, // WebSockets (security research §2.3)
    LIMIT_DESCRIPTORS =
        128 * 1024,               // taken of what the system allows; the library's tables are 2 MB
    LIMIT_DESCRIPTORS_KEPT = 128, // of them for files, the record and the listening sockets
    // Refused ones that are told why, until they have read it. Over TLS one counts from before its
    // handshake on, since that is what costs. More are closed at once.
    LIMIT_LINGERING = 256,
    LIMIT_HEAD = 16 * 1024,         // bytes of a request's head
    LIMIT_HEADERS = 100,            // lines of it
    LIMIT_HEAD_MS = 10000,          // a request's head must be complete by then
    LIMIT_IDLE_MS = 15000,          // between two requests of a connection
    LIMIT_LINGER_MS = 2000,         // reading on after the last answer
    LIMIT_CLOSE_MS = 7000,          // for the closing handshake of a WebSocket
    LIMIT_STOP_MS = 2000,           // for all of them when the server stops
    LIMIT_HELLO_MS = 5000,          // without a hello by then: 4408
    LIMIT_BODY_MS = 15000,          // a request body must be complete by then
    LIMIT_SEND_BUFFER = 128 * 1024, // SO_SNDBUF: a stalled viewer parks no more in the kernel
    // TLS. A stalled viewer parks as much as without: the peer's socket, the pair between the
    // thread and the loop, and a record on the way.
    LIMIT_TLS_THREADS = 4,
    LIMIT_TLS_SEND_BUFFER = 64 * 1024,
    // Of which the peer's kernel has not been sent (TCP_NOTSENT_LOWAT), and a direction of the
    // pair: so small that the loop sees a peer at 1 KiB/s take something well within
    // LIMIT_STALL_MS; the kernel frees a piece of at most half a buffer only when it is read.
    LIMIT_TLS_UNSENT = 8 * 1024,
    LIMIT_TLS_PAIR = 16 * 1024,
    // Of each as many as there are connections that are no WebSocket (LIMIT_HTTP); the one that
    // waits longest goes. Each has its own, so that who is slow to begin and who is slow to go do
    // not push each other out.
    LIMIT_TLS_SHAKING = 4096, // whose handshake waits for them, refused ones aside
    LIMIT_TLS_ENDING = 4096,  // closed by us, the rest still on its way
    LIMIT_HANDSHAKES = 1024,  // whose turn has come but the processor's; more wait in the kernel
    // Of a thread, between two rounds for its viewers; those that are refused only when nobody
    // else waits.
    LIMIT_HANDSHAKES_A_TURN = 4,
    LIMIT_OUT_QUEUE = 4 * 1024 * 1024, // own replies waiting for one connection
    LIMIT_WATCHES = 8,                 // interviews one connection may watch
    LIMIT_STALL_MS = 30000,            // a viewer without progress for this long is closed
    LIMIT_PING_MS = 25000,
    LIMIT_DEAD_MS = 35000,

    // Messages of one connection, a token back every so many ms; beyond it is closed with 4429.
    LIMIT_CITIZEN_BURST = 100,
    LIMIT_CITIZEN_MS = 100,
    LIMIT_STAFF_BURST = 600, // the end gate disposes of everything at once
    LIMIT_STAFF_MS = 5,
    LIMIT_POLL_MS = 5000,         // between two looks of a page that polls; it says "about 10 s"
    LIMIT_FOLLOW_RETRY_MS = 1000, // an event stream comes back no sooner
    LIMIT_RETURNS = 2000,         // viewers a second that come back after a restart, see heads.c

    // Feed.
    // Bytes of recent frames kept per interview and audience. What everybody sees is kept once in
    // each framing, for WebSockets and for event streams: an interview has four rings of its own,
    // 16 MiB once all are full, and each public event is copied into both of the public's.
    LIMIT_RING = 4 * 1024 * 1024,
    LIMIT_PAGES = 32 * 1024 * 1024,  // bytes of interviews' pages kept as they were made
    LIMIT_BLOCKS = 16 * 1024 * 1024, // bytes of full event blocks kept as they were made
    LIMIT_SPAN = 64 * 1024,          // one write; an unsent rest is copied by the library
    LIMIT_SLICE = 64, // readers served per loop turn (measured: handshakes stay at 1 ms)

    // People.
    LIMIT_GUESTS = 64,
    LIMIT_ROSTER = 64,
    LIMIT_LABELS = 8,    // of a question
    LIMIT_ANSWERED = 32, // questions that one statement answers
    LIMIT_DEPARTMENTS = 16,
    LIMIT_TOPICS = 16,
    LIMIT_BULK = 100,                    // questions of one act; each is a command
    LIMIT_DELAY_S = 300,                 // between saying and publication
    LIMIT_CLAIM_MS = 90000,              // a claim without renewal ends
    LIMIT_SPANS = 64,                    // stretches that one redaction makes unreadable
    LIMIT_SILENCE_MINUTES = 7 * 24 * 60, // the longest; a token lives 30 days
    LIMIT_SILENCE_USUAL = 60,            // minutes, when nobody says how long
    LIMIT_LEAVE_MS = 10000, // … or when its owner's last connection is gone for so long
    LIMIT_DRAIN_MS = 8000,  // of the 10 s that the contract gives SIGTERM
};

#endif
