// SPDX-License-Identifier: Apache-2.0
// Making the directory and files, durably: a new name is on the disk before it is used.
#include "storage/sqlite/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int sync_dir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    return failed;
}

static int make_dir(const char *dir)
{
    if (mkdir(dir, 0750) != 0)
        return errno == EEXIST ? 0 : -errno;
    char parent[FILE_PATH_LEN + 4];
    snprintf(parent, sizeof parent, "%s/..", dir);
    return sync_dir(parent);
}

// An existing file is not touched: closing a descriptor of it would drop the locks that this
// process holds on it.
static int make_file(const char *dir, const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0)
        return errno == EEXIST ? 0 : -errno;
    close(fd);
    return sync_dir(dir);
}

int files_prepare(const char *dir, const char *name, char ret_path[FILE_PATH_LEN],
                  char error[STORAGE_ERROR_LEN])
{
    int n = snprintf(ret_path, FILE_PATH_LEN, "%s/%s", dir, name);
    int failed = n < 0 || n >= FILE_PATH_LEN ? -ENAMETOOLONG : make_dir(dir);
    if (!failed)
        failed = make_file(dir, ret_path);
    if (failed)
        snprintf(error, STORAGE_ERROR_LEN, "%.200s: %s", dir, strerror(-failed));
    return failed;
}
