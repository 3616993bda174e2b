// SPDX-License-Identifier: Apache-2.0
// The sub-keys inside struct keys; token.c alone looks into it.
#ifndef SERVER_IDENTITY_KEYS_H
#define SERVER_IDENTITY_KEYS_H

#include "server/identity/token.h"

enum { SUBKEY_BYTES = 32 };

struct keys { // in guarded memory
    unsigned char token[SUBKEY_BYTES];
    unsigned char visitor[SUBKEY_BYTES];
    unsigned char address[SUBKEY_BYTES];
    unsigned char question[SUBKEY_BYTES];
    unsigned char statement[SUBKEY_BYTES];
    unsigned char secret[SUBKEY_BYTES];
    unsigned char network[SUBKEY_BYTES];
    unsigned char invitation[SUBKEY_BYTES];
};

#endif
