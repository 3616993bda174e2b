// SPDX-License-Identifier: Apache-2.0
// JSON-RPC 2.0 requests from outside, and answers to them.
//
// A method's parameters are described by a table of fields; decoding fills a plain struct and
// refuses anything unknown, missing, of the wrong kind or too big. The same tables describe the
// methods to others (OpenRPC).
#ifndef SERVER_WIRE_REQUEST_H
#define SERVER_WIRE_REQUEST_H

#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/json.h"

enum field_kind {
    F_STRING,  // struct slice; max = bytes
    F_ID,      // struct slice: 1–64 of [A-Za-z0-9_.:-]
    F_INT,     // int64_t ≥ 0; max = greatest value, 0 = 2^53
    F_BOOL,    // bool
    F_TIME,    // int64_t ms, from RFC 3339
    F_STRINGS, // struct field_list of struct slice of up to FIELD_LINE bytes; max = items
    F_OBJECT,  // nested struct by .fields
    F_OBJECTS, // struct field_list of such structs; max = items
    F_SPEAKER, // struct field_speaker: a name, or an object with one; each up to FIELD_LINE bytes
};

enum {
    FIELD_BYTES = 64, // a string or a list when max is 0
    FIELD_LINE = 800, // LIMIT_TITLE_POINTS at four bytes each
};

struct field_list {
    void *items; // array in the arena
    size_t count;
};

struct field {
    const char *name;
    enum field_kind kind;
    bool required;
    uint32_t max;               // see the kinds; 0 = 64 bytes or items
    size_t offset;              // of the value in the struct
    size_t present_offset;      // of a bool that tells that it was given; 0 = not wanted
    const struct field *fields; // F_OBJECT, F_OBJECTS: ended by a NULL name
    size_t size;                // F_OBJECTS: of one item
};

struct field_speaker {
    struct slice name, title, department, role;
};

enum rpc_code {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_INTERNAL = -32603,
    RPC_REFUSED = -32000,
};

enum {
    REQUEST_METHOD = 64, // bytes of a method's name, and of an id that is a string
    REQUEST_ID_TEXT = 6 * REQUEST_METHOD + 3, // that id as JSON, every byte a \u escape, and NUL
};

struct request {
    struct slice method;
    char id[REQUEST_ID_TEXT];  // JSON: a string, an integer or null; "" = a notification
    const struct json *params; // NULL or an object
    struct json *root;         // owns method and params; NULL after request_from_json
};

// Gate, parse, check the envelope: 0, or the rpc_code to answer with and *ret_why (a constant).
// A batch is an RPC_INVALID_REQUEST here. On 0 the caller frees with request_finish; otherwise
// there is nothing to free, and ret->id is the id to answer to ("" = none could be read).
int request_parse(struct slice text, struct request *ret, const char **ret_why);

// The same for one element of a batch, whose text passed wire_gate as a whole. Method and params
// are borrowed from node.
int request_from_json(const struct json *node, struct request *ret, const char **ret_why);
void request_finish(struct request *r);

// Fills *into (zeroed by the caller) by the table. Strings are borrowed from params or copied to
// the arena, and live as long as both. NULL when all is well; otherwise the name of the field
// that is at fault ("interview.guests.name") in the arena or constant, and *ret_why, one of:
// "unknown", "missing", "wrong kind", "too long", "too many", "out of range", "no time",
// "bad characters". params may be NULL, for none given.
const char *fields_decode(const struct field *fields, const struct json *params, void *into,
                          struct arena *arena, const char **ret_why);

// Adds {"jsonrpc":"2.0","id":ID,"method":METHOD,"params":{ to out, and then the rest of it. id 0: a
// notification, which has none.
struct json_writer rpc_open(struct buf *out, const char *method, int id);
void rpc_close(struct json_writer *w);
// A whole notification; params: an object.
void rpc_notification(struct buf *out, const char *method, struct slice params);

// id is JSON, as in struct request; an empty or absent one is answered as null.
// {"jsonrpc":"2.0","id":ID,"result":RESULT}
void answer_result(struct buf *out, struct slice id, struct slice result);

// The same up to where `open`, an object whose last member waits for its value, breaks off; the
// value and "}}" are the rest of it.
void answer_result_open(struct buf *out, struct slice id, struct slice open);

// {"jsonrpc":"2.0","id":ID,"error":{"code":C,"message":M,"data":{"reason":R[,EXTRA]}}}
// reason NULL: no data. extra: ready members without braces ("\"limit\":1000"), or absent.
void answer_error(struct buf *out, struct slice id, int code, const char *message,
                  const char *reason, struct slice extra);

#endif
