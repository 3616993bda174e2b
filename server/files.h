// SPDX-License-Identifier: Apache-2.0
// Whole files into memory, and where the files lie that ship with the program.
#ifndef SERVER_FILES_H
#define SERVER_FILES_H

#include "server/base/buf.h"

enum { FILES_PATH = 512, FILES_MOST_BYTES = 4 * 1024 * 1024 };

// Adds the file's bytes to out. 0, or a negative errno (-EFBIG beyond FILES_MOST_BYTES).
int file_read(const char *path, struct buf *out);

// The path of a file or folder in the folder of this program. 0, or a negative errno.
int file_beside_program(const char *name, char ret[FILES_PATH]);

#endif
