// SPDX-License-Identifier: Apache-2.0
// The transcript as JSON: byte for byte the public snapshot.
#include "server/export/document.h"
#include "server/interview/snapshot.h"

void json_write(struct buf *out, const struct interview *iv)
{
    snapshot_public(out, iv);
}
