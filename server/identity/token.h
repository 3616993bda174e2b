// SPDX-License-Identifier: Apache-2.0
// Citizens' tokens, receipts, secrets and invitations: all derived from the portal's master key,
// none stored.
#ifndef SERVER_IDENTITY_TOKEN_H
#define SERVER_IDENTITY_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/slice.h"

enum {
    MASTER_KEY_BYTES = 32,
    VISITOR_TEXT = 35,     // "c:" and 32 hex digits, and NUL
    NETWORK_TEXT = 35,     // "n:" and 32 hex digits, and NUL
    TOKEN_TEXT = 128,      // the longest token, with NUL
    RECEIPT_TEXT = 10,     // "7K3M-20QD" and NUL: 40 bits, Crockford's base 32
    SECRET_TEXT = 14,      // "ABCD-EFGH-JK" and NUL, 50 bits
    NONCE_TEXT = 33,       // 32 hex digits and NUL
    DIGEST_TEXT = 65,      // 64 hex digits and NUL
    QUESTION_ID_TEXT = 18, // "q" and 16 of base 32, and NUL
    STATEMENT_ID_TEXT = 18,
    INVITATION_ID_TEXT = 18,    // "v" and 16 of base 32, and NUL
    INVITATION_TOKEN_TEXT = 62, // the id, '.', 43 of base64url (256 bits), and NUL
};

struct keys; // sub-keys; opaque

// Reads DIR/master.key, or makes one (0600) when there is none. 0 or a negative errno.
int keys_open(const char *dir, struct keys **ret, char error[256]);
void keys_close(struct keys **k);

// A new visitor's token, and who it names. random: 16 bytes.
void token_make(const struct keys *k, const unsigned char random[16], int64_t now_ms,
                char ret_token[TOKEN_TEXT]);

// false: not ours, altered, or older than 30 days. ret: "c:HASH", a keyed hash of the token's id.
bool token_check(const struct keys *k, struct slice token, int64_t now_ms,
                 char ret_visitor[VISITOR_TEXT]);

// A visitor for the form without a script: one per address and day, so that sending the same text
// twice is the same question.
void visitor_of_address(const struct keys *k, struct slice address, int64_t now_ms,
                        char ret_visitor[VISITOR_TEXT]);

// A name for the network that an address is in: a keyed hash of the IPv4 address or of the IPv6
// address's /64, under a key that changes every day (UTC). The address cannot be had from it, and
// the networks of two days cannot be told to be one. It names a household, a school or a whole
// carrier's customers, never a person.
void network_of_address(const struct keys *k, struct slice address, int64_t now_ms,
                        char ret_network[NETWORK_TEXT]);

// Everything a question is known by, from what makes its command unique (op: 16 bytes): the same
// command gives the same question. Ids are not consecutive.
struct question_ids {
    char question[QUESTION_ID_TEXT];
    char receipt_no[RECEIPT_TEXT];
};
void question_ids_make(const struct keys *k, const unsigned char op[16], struct question_ids *ret);
void statement_id_make(const struct keys *k, const unsigned char op[16],
                       char ret[STATEMENT_ID_TEXT]);

// An invitation's token: its id and a keyed hash of it, so that the same command gives the same
// link again and nothing on the disk opens anything.
void invitation_id_make(const struct keys *k, const unsigned char op[16],
                        char ret[INVITATION_ID_TEXT]);
void invitation_token(const struct keys *k, const char *id, char ret[INVITATION_TOKEN_TEXT]);
// false: not ours. In constant time; whether there is such an invitation, and whether it may still
// be used, is the record's to say.
bool invitation_token_check(const struct keys *k, struct slice token,
                            char ret_id[INVITATION_ID_TEXT]);

// Lower-case SHA-256 of nonce (its hex text) followed by text.
void question_digest(const char *nonce, struct slice text, char ret[DIGEST_TEXT]);

// The asker's proof, derived from the question's id.
void question_secret(const struct keys *k, const char *question_id, char ret[SECRET_TEXT]);
// In constant time; case, spaces and hyphens do not matter, nor O for 0, I and L for 1.
bool question_secret_matches(const struct keys *k, const char *question_id, struct slice secret);
// Writes the canonical form of a typed receipt number; false when it cannot be one.
bool receipt_canonical(struct slice typed, char ret[RECEIPT_TEXT]);

// The idempotency key of a command: who, what, in which interview (its id; length 0: none), and the
// client's command_id. Ids of questions are made from it, so they differ between interviews too.
void op_make(const char *actor, const char *method, struct slice interview, struct slice command_id,
             unsigned char ret[16]);

#endif
