// SPDX-License-Identifier: Apache-2.0
// Addresses of peers, how many connections each has open and how fast it opens new ones. An IPv6
// address counts as its /64, since a subscriber has a whole one; the parts above are told the /64
// alone.
#ifndef SERVER_NET_ADDRESS_H
#define SERVER_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "moderation/rate.h"

struct address {
    uint8_t family; // AF_INET, AF_INET6, or 0 for anything else
    uint8_t bytes[16];
};

enum { ADDRESS_TEXT = INET6_ADDRSTRLEN };

void address_of(const struct sockaddr_storage *from, struct address *ret); // ::ffff:1.2.3.4 is IPv4
bool address_parse(const char *text, struct address *ret);
void address_write(const struct address *a, char ret[ADDRESS_TEXT]); // "" for family 0
bool address_eq(const struct address *a, const struct address *b);

// What limits count: an IPv4 address, of an IPv6 address its /64.
struct address address_key(const struct address *a);

struct address_tally;
struct address_count; // one address in it, counted

struct address_limit {
    unsigned open;        // at once
    struct mod_rate rate; // of new ones
};

struct address_tally *address_tally_create(void);
void address_tally_destroy(struct address_tally **tally); // all counts must be released

// Counts one more; NULL when as many are open already or it comes too soon after the others.
struct address_count *address_take(struct address_tally *tally, const struct address *a,
                                   const struct address_limit *limit, int64_t now_ms);
void address_release(struct address_count *count); // takes NULL

#endif
