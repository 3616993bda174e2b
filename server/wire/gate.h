// SPDX-License-Identifier: Apache-2.0
// The strict JSON gate: everything from outside passes before cJSON sees it.
#ifndef SERVER_WIRE_GATE_H
#define SERVER_WIRE_GATE_H

#include "storage/slice.h"

enum { GATE_NUMBER = 63 }; // bytes of a number: what cJSON reads of one

// NULL when text is one JSON value by RFC 8259, in valid UTF-8, with no \u0000, no lone
// surrogate, no key twice in an object, numbers finite and integers within ±2^53, within
// LIMIT_JSON_DEPTH, LIMIT_JSON_KEYS (keys per object) and GATE_NUMBER; otherwise a short constant
// reason.
const char *wire_gate(struct slice text);

#endif
