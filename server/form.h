// SPDX-License-Identifier: Apache-2.0
// application/x-www-form-urlencoded, as forms and query strings carry it.
#ifndef SERVER_FORM_H
#define SERVER_FORM_H

#include "server/base/buf.h"

// Appends the decoded value of the first field of that name; false when there is none. A broken
// escape stays as it is.
bool form_field(struct slice form, const char *name, struct buf *out);

#endif
