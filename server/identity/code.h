// SPDX-License-Identifier: Apache-2.0
// Codes that people read out and type: Crockford's base 32.
#ifndef SERVER_IDENTITY_CODE_H
#define SERVER_IDENTITY_CODE_H

#include <stdbool.h>

#include "storage/slice.h"

// Writes count symbols (5 bits each, most significant first) and a NUL.
void code_write(const unsigned char *bytes, size_t count, bool upper, char *ret);

// What a person typed, as count upper-case symbols and a NUL. Case, spaces and hyphens do not
// matter, nor full-width forms, nor O for 0, I and L for 1. false, and ret undefined: it is not
// that many symbols.
bool code_read(struct slice typed, size_t count, char *ret);

// Groups symbols by hyphens: ("7K3M20QD", 4) becomes "7K3M-20QD".
void code_group(const char *symbols, size_t group, char *ret);

#endif
