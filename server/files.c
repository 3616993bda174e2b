// SPDX-License-Identifier: Apache-2.0
#include "server/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int file_read(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return -errno;
    char block[16384];
    size_t n, all = 0;
    while ((n = fread(block, 1, sizeof block, f)) > 0 && all <= FILES_MOST_BYTES) {
        buf_add(out, (struct slice){block, n});
        all += n;
    }
    int r = ferror(f) ? -EIO : all > FILES_MOST_BYTES ? -EFBIG : 0;
    return fclose(f) == 0 || r ? r : -EIO;
}

int file_beside_program(const char *name, char ret[FILES_PATH])
{
    char exe[FILES_PATH - 64];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return -ENOENT;
    exe[n] = '\0';
    *strrchr(exe, '/') = '\0';
    snprintf(ret, FILES_PATH, "%s/%.60s", exe, name);
    return 0;
}
