// SPDX-License-Identifier: Apache-2.0
// A disk that obeys the test: this program's own pwrite64 and fdatasync stand before the C
// library's, also for SQLite.
#ifndef TESTS_UNIT_STORAGE_SQLITE_DISK_H
#define TESTS_UNIT_STORAGE_SQLITE_DISK_H

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

static atomic_bool disk_is_full;     // writes fail with ENOSPC
static atomic_bool disk_sync_fails;  // syncs fail with EIO
static atomic_bool disk_sync_waits;  // syncs do not return
static atomic_int disk_sync_waiting; // how many wait

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at);
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    if (atomic_load(&disk_is_full)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, fd, p, n, at);
}

int fdatasync(int fd)
{
    atomic_fetch_add(&disk_sync_waiting, 1);
    while (atomic_load(&disk_sync_waits))
        sched_yield();
    atomic_fetch_sub(&disk_sync_waiting, 1);
    if (atomic_load(&disk_sync_fails)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

// The writer is inside a commit and stays there until disk_release.
static inline void disk_wait_for_sync(void)
{
    while (atomic_load(&disk_sync_waiting) == 0)
        sched_yield();
}

#endif
