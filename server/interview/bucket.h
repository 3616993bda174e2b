// SPDX-License-Identifier: Apache-2.0
// Where interview.by_id keeps a question and .statement_by_id a statement: FNV-1a folded to one
// byte.
#ifndef SERVER_INTERVIEW_BUCKET_H
#define SERVER_INTERVIEW_BUCKET_H

#include <stdint.h>

#include "storage/slice.h"

static inline unsigned char id_bucket(struct slice id)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < id.n; i++)
        hash = (hash ^ (unsigned char)id.p[i]) * 16777619u;
    return (unsigned char)(hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24);
}

#endif
