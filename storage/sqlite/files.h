// SPDX-License-Identifier: Apache-2.0
// The data directory and the files in it: readable by the service's own user and group only.
#ifndef STORAGE_SQLITE_FILES_H
#define STORAGE_SQLITE_FILES_H

#include "storage/storage.h"

enum { FILE_PATH_LEN = 4096 };

// Makes dir (0750) and dir/name (0640) when absent and writes the path of the file. Returns 0 or
// a negative errno with a sentence in error.
int files_prepare(const char *dir, const char *name, char ret_path[FILE_PATH_LEN],
                  char error[STORAGE_ERROR_LEN]);

#endif
