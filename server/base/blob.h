// SPDX-License-Identifier: Apache-2.0
// Bytes that many hold at once and nobody changes: made once, freed when the last one lets go.
// Not for several threads.
#ifndef SERVER_BASE_BLOB_H
#define SERVER_BASE_BLOB_H

#include "server/base/buf.h"

struct blob;

// Takes what is in bytes, which is empty afterwards. The caller holds it.
struct blob *blob_take(struct buf *bytes);
struct blob *blob_hold(struct blob *b); // one holder more; gives b
void blob_drop(struct blob **b);        // *b is NULL afterwards; takes NULL

struct slice blob_slice(const struct blob *b); // of NULL: the absent slice

#endif
