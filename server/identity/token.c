// SPDX-License-Identifier: Apache-2.0
// Everything a citizen or an invited person holds, derived from sub-keys of the master key. One key
// a purpose, so no value of one kind can be passed off as another.
//
// A token is "v1." and the unpadded base64url of: milliseconds of its making (8 bytes, big-endian),
// 16 random bytes (its id), and the HMAC-SHA-512/256 of both.
#include "server/identity/token.h"

#include <sodium.h>
#include <stdio.h>
#include <uv.h>

#include "server/base/must.h"
#include "server/identity/code.h"
#include "server/identity/keys.h"

enum {
    ID_BYTES = 16,
    PAYLOAD_BYTES = 8 + ID_BYTES,
    TAG_BYTES = crypto_auth_BYTES,
    VISITOR_BYTES = 16,
    DAY_MS = 24 * 60 * 60 * 1000,
    TOKEN_DAYS = 30,
    QUESTION_SYMBOLS = 16,
    RECEIPT_SYMBOLS = 8,
    SECRET_SYMBOLS = 10,
    PROOF_BYTES = 32,
};

static const char PREFIX[] = "v1.";

static void put_u64(unsigned char ret[8], uint64_t n)
{
    for (int i = 7; i >= 0; i--, n >>= 8)
        ret[i] = (unsigned char)n;
}

static uint64_t get_u64(const unsigned char bytes[8])
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | bytes[i];
    return n;
}

// Keyed BLAKE2b of so many bytes.
static void keyed(const unsigned char key[SUBKEY_BYTES], const void *in, size_t in_len,
                  unsigned char *ret, size_t ret_len)
{
    must(crypto_generichash(ret, ret_len, in, in_len, key, SUBKEY_BYTES) == 0);
}

static void write_tag(char kind, const unsigned char hash[VISITOR_BYTES], char ret[VISITOR_TEXT])
{
    ret[0] = kind;
    ret[1] = ':';
    sodium_bin2hex(ret + 2, VISITOR_TEXT - 2, hash, VISITOR_BYTES);
}

static void write_visitor(const unsigned char hash[VISITOR_BYTES], char ret[VISITOR_TEXT])
{
    write_tag('c', hash, ret);
}

// Keyed hash of the day and these bytes.
static void hash_of_day(const unsigned char key[SUBKEY_BYTES], int64_t now_ms, struct slice bytes,
                        unsigned char ret[VISITOR_BYTES])
{
    crypto_generichash_state state;
    unsigned char day[8];
    put_u64(day, (uint64_t)(now_ms / DAY_MS));
    must(crypto_generichash_init(&state, key, SUBKEY_BYTES, VISITOR_BYTES) == 0);
    crypto_generichash_update(&state, day, sizeof day);
    crypto_generichash_update(&state, (const unsigned char *)bytes.p, bytes.n);
    crypto_generichash_final(&state, ret, VISITOR_BYTES);
}

void token_make(const struct keys *k, const unsigned char random[16], int64_t now_ms,
                char ret_token[TOKEN_TEXT])
{
    unsigned char bytes[PAYLOAD_BYTES + TAG_BYTES];
    put_u64(bytes, (uint64_t)now_ms);
    memcpy(bytes + 8, random, ID_BYTES);
    crypto_auth(bytes + PAYLOAD_BYTES, bytes, PAYLOAD_BYTES, k->token);
    memcpy(ret_token, PREFIX, sizeof PREFIX);
    sodium_bin2base64(ret_token + sizeof PREFIX - 1, TOKEN_TEXT - sizeof PREFIX + 1, bytes,
                      sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool token_check(const struct keys *k, struct slice token, int64_t now_ms,
                 char ret_visitor[VISITOR_TEXT])
{
    unsigned char bytes[PAYLOAD_BYTES + TAG_BYTES], hash[VISITOR_BYTES];
    size_t prefix = sizeof PREFIX - 1, n = 0;
    if (token.n <= prefix || memcmp(token.p, PREFIX, prefix) != 0)
        return false;
    if (sodium_base642bin(bytes, sizeof bytes, token.p + prefix, token.n - prefix, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof bytes)
        return false;
    if (crypto_auth_verify(bytes + PAYLOAD_BYTES, bytes, PAYLOAD_BYTES, k->token) != 0)
        return false;
    // Tokens of a future day are of a clock that was put right since: a day of that is borne.
    int64_t age_ms = now_ms - (int64_t)get_u64(bytes);
    if (age_ms < -DAY_MS || age_ms >= (int64_t)TOKEN_DAYS * DAY_MS)
        return false;
    keyed(k->visitor, bytes + 8, ID_BYTES, hash, sizeof hash);
    write_visitor(hash, ret_visitor);
    return true;
}

void visitor_of_address(const struct keys *k, struct slice address, int64_t now_ms,
                        char ret_visitor[VISITOR_TEXT])
{
    unsigned char hash[VISITOR_BYTES];
    hash_of_day(k->address, now_ms, address, hash);
    write_visitor(hash, ret_visitor);
}

// The bytes of an address that name its network; what is no address stands for itself.
static struct slice network_bytes(struct slice address, unsigned char space[16])
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    char text[INET6_ADDRSTRLEN];
    if (address.n >= sizeof text)
        return address;
    memcpy(text, address.p, address.n);
    text[address.n] = '\0';
    if (uv_inet_pton(AF_INET, text, space) == 0)
        return (struct slice){(const char *)space, 4};
    if (uv_inet_pton(AF_INET6, text, space) != 0)
        return address;
    if (memcmp(space, mapped, sizeof mapped) == 0)
        return (struct slice){(const char *)space + sizeof mapped, 4};
    return (struct slice){(const char *)space, 8};
}

void network_of_address(const struct keys *k, struct slice address, int64_t now_ms,
                        char ret_network[NETWORK_TEXT])
{
    unsigned char space[16], hash[VISITOR_BYTES];
    hash_of_day(k->network, now_ms, network_bytes(address, space), hash);
    write_tag('n', hash, ret_network);
}

void question_ids_make(const struct keys *k, const unsigned char op[16], struct question_ids *ret)
{
    unsigned char hash[10 + 5 + 16]; // the last 16 were the nonce's once; ids stay what they are
    char symbols[RECEIPT_SYMBOLS + 1];
    keyed(k->question, op, 16, hash, sizeof hash);
    ret->question[0] = 'q';
    code_write(hash, QUESTION_SYMBOLS, false, ret->question + 1);
    code_write(hash + 10, RECEIPT_SYMBOLS, true, symbols);
    code_group(symbols, 4, ret->receipt_no);
}

static void make_id(const unsigned char key[SUBKEY_BYTES], const unsigned char op[16], char kind,
                    char ret[STATEMENT_ID_TEXT])
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    keyed(key, op, 16, hash, sizeof hash);
    ret[0] = kind;
    code_write(hash, QUESTION_SYMBOLS, false, ret + 1);
}

void statement_id_make(const struct keys *k, const unsigned char op[16],
                       char ret[STATEMENT_ID_TEXT])
{
    make_id(k->statement, op, 's', ret);
}

_Static_assert((int)INVITATION_ID_TEXT == (int)STATEMENT_ID_TEXT, "ids of one length");

// Under the statements' key: the other one is for the proof alone.
void invitation_id_make(const struct keys *k, const unsigned char op[16],
                        char ret[INVITATION_ID_TEXT])
{
    make_id(k->statement, op, 'v', ret);
}

void invitation_token(const struct keys *k, const char *id, char ret[INVITATION_TOKEN_TEXT])
{
    unsigned char proof[PROOF_BYTES];
    size_t n = strlen(id);
    must(n == INVITATION_ID_TEXT - 1);
    keyed(k->invitation, id, n, proof, sizeof proof);
    snprintf(ret, INVITATION_TOKEN_TEXT, "%s.", id);
    sodium_bin2base64(ret + n + 1, INVITATION_TOKEN_TEXT - n - 1, proof, sizeof proof,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(proof, sizeof proof);
}

bool invitation_token_check(const struct keys *k, struct slice token,
                            char ret_id[INVITATION_ID_TEXT])
{
    char id[INVITATION_ID_TEXT], want[INVITATION_TOKEN_TEXT];
    if (token.n != INVITATION_TOKEN_TEXT - 1 || memchr(token.p, '\0', token.n))
        return false;
    memcpy(id, token.p, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    invitation_token(k, id, want);
    if (sodium_memcmp(want, token.p, token.n) != 0)
        return false;
    memcpy(ret_id, id, sizeof id);
    return true;
}

void question_digest(const char *nonce, struct slice text, char ret[DIGEST_TEXT])
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)nonce, strlen(nonce));
    crypto_hash_sha256_update(&state, (const unsigned char *)text.p, text.n);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(ret, DIGEST_TEXT, hash, sizeof hash);
}

static void secret_symbols(const struct keys *k, const char *question_id,
                           char ret[SECRET_SYMBOLS + 1])
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    keyed(k->secret, question_id, strlen(question_id), hash, sizeof hash);
    code_write(hash, SECRET_SYMBOLS, true, ret);
}

void question_secret(const struct keys *k, const char *question_id, char ret[SECRET_TEXT])
{
    char symbols[SECRET_SYMBOLS + 1];
    secret_symbols(k, question_id, symbols);
    code_group(symbols, 4, ret);
}

bool question_secret_matches(const struct keys *k, const char *question_id, struct slice secret)
{
    char typed[SECRET_SYMBOLS + 1], want[SECRET_SYMBOLS + 1];
    secret_symbols(k, question_id, want);
    return code_read(secret, SECRET_SYMBOLS, typed) &&
           sodium_memcmp(typed, want, SECRET_SYMBOLS) == 0;
}

bool receipt_canonical(struct slice typed, char ret[RECEIPT_TEXT])
{
    char symbols[RECEIPT_SYMBOLS + 1];
    if (!code_read(typed, RECEIPT_SYMBOLS, symbols))
        return false;
    code_group(symbols, 4, ret);
    return true;
}

// Each part with its length before it: no two different triples give the same bytes.
void op_make(const char *actor, const char *method, struct slice interview, struct slice command_id,
             unsigned char ret[16])
{
    const struct slice parts[] = {slice_of(actor), slice_of(method), interview, command_id};
    crypto_generichash_state state;
    must(crypto_generichash_init(&state, NULL, 0, 16) == 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        unsigned char len[8];
        put_u64(len, parts[i].n);
        crypto_generichash_update(&state, len, sizeof len);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, ret, 16);
}
