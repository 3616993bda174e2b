// SPDX-License-Identifier: Apache-2.0
// The recorder: hooks at the top, the disk's memory below.
#include "tests/crash/recorder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_FILES = 256, PATH_LEN = 512, SECTOR = 512 };

enum kind { WRITE, TRUNCATE, SYNC, LINK, UNLINK, SYNC_DIR, PROMISE };

struct record {
    enum kind kind;
    int file;
    size_t at, n; // WRITE: place and bytes; TRUNCATE: n = the new size
    char *bytes;
    uint32_t mark;
};

struct file {
    char name[64];
    ino_t inode;
    bool is_gone; // removed; another file may get its inode
    char *image;  // what a replay builds
    size_t size, cap;
    size_t synced; // records before this one are on the disk
    bool is_linked;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum { IDLE, RECORDING, STOPPED } state;
static char dir[PATH_LEN];
static struct record *records;
static size_t record_count, record_cap;
static struct file files[MOST_FILES];
static int file_count;

static void need(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "recorder: %s: %s\n", what, strerror(errno));
    abort();
}

static struct record *add(enum kind kind, int file)
{
    if (record_count == record_cap) {
        record_cap = 2 * record_cap + 1024;
        records = realloc(records, record_cap * sizeof *records);
        need(records, "memory");
    }
    records[record_count] = (struct record){.kind = kind, .file = file};
    return &records[record_count++];
}

static int add_file(const char *name, ino_t inode)
{
    need(file_count < MOST_FILES && strlen(name) < sizeof files[0].name, "too many files");
    struct file *f = &files[file_count];
    snprintf(f->name, sizeof f->name, "%s", name);
    f->inode = inode;
    add(LINK, file_count);
    return file_count++;
}

static int find_inode(ino_t inode)
{
    for (int i = 0; i < file_count; i++) {
        if (files[i].inode == inode && !files[i].is_gone)
            return i;
    }
    return -1;
}

// The part of path below the recorded directory; NULL when it lies elsewhere.
static const char *name_in_dir(const char *path)
{
    size_t n = strlen(dir);
    if (strncmp(path, dir, n) != 0 || path[n] != '/' || strchr(path + n + 1, '/'))
        return NULL;
    return path + n + 1;
}

// The file behind a descriptor, -1 when it is none of the directory's.
static int find_file(int fd)
{
    struct stat st;
    char link[64], path[PATH_LEN];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return -1;
    int file = find_inode(st.st_ino);
    if (file >= 0)
        return file;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return -1;
    path[n] = '\0';
    const char *name = name_in_dir(path);
    return name ? add_file(name, st.st_ino) : -1;
}

// Files that were made and not written to yet.
static void find_new_files(void)
{
    DIR *all = opendir(dir);
    need(all, dir);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        if (entry->d_type == DT_REG && find_inode(entry->d_ino) < 0)
            add_file(entry->d_name, entry->d_ino);
    }
    closedir(all);
}

static bool is_dir(int fd)
{
    struct stat st, own;
    return fstat(fd, &st) == 0 && stat(dir, &own) == 0 && st.st_ino == own.st_ino &&
           st.st_dev == own.st_dev;
}

// --- before the C library

static bool begin(void)
{
    pthread_mutex_lock(&lock);
    return state == RECORDING;
}

static void end(void)
{
    int kept = errno;
    pthread_mutex_unlock(&lock);
    errno = kept;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at);
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    bool is_recording = begin();
    ssize_t wrote = syscall(SYS_pwrite64, fd, bytes, n, at);
    int file = is_recording && wrote > 0 ? find_file(fd) : -1;
    if (file >= 0) {
        struct record *r = add(WRITE, file);
        r->at = (size_t)at;
        r->n = (size_t)wrote;
        r->bytes = malloc(r->n);
        need(r->bytes, "memory");
        memcpy(r->bytes, bytes, r->n);
    }
    end();
    return wrote;
}

int ftruncate64(int fd, off64_t size)
{
    bool is_recording = begin();
    int failed = (int)syscall(SYS_ftruncate, fd, size);
    int file = is_recording && !failed ? find_file(fd) : -1;
    if (file >= 0)
        add(TRUNCATE, file)->n = (size_t)size;
    end();
    return failed;
}

static int sync_fd(int fd, long call)
{
    bool is_recording = begin();
    int failed = state == STOPPED ? 0 : (int)syscall(call, fd);
    if (is_recording && !failed && is_dir(fd)) {
        find_new_files();
        add(SYNC_DIR, -1);
    } else if (is_recording && !failed) {
        int file = find_file(fd);
        if (file >= 0)
            add(SYNC, file);
    }
    end();
    return failed;
}

int fsync(int fd)
{
    return sync_fd(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_fd(fd, SYS_fdatasync);
}

int unlink(const char *path)
{
    bool is_recording = begin();
    struct stat st;
    int file =
        is_recording && name_in_dir(path) && stat(path, &st) == 0 ? find_inode(st.st_ino) : -1;
    int failed = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (file >= 0 && !failed) {
        files[file].is_gone = true;
        add(UNLINK, file);
    }
    end();
    return failed;
}

// --- recording

void recorder_start(const char *recorded)
{
    pthread_mutex_lock(&lock);
    need(state == IDLE && realpath(recorded, dir), recorded);
    state = RECORDING;
    pthread_mutex_unlock(&lock);
}

void recorder_stop(void)
{
    pthread_mutex_lock(&lock);
    state = STOPPED;
    pthread_mutex_unlock(&lock);
}

void recorder_promise(uint32_t mark)
{
    pthread_mutex_lock(&lock);
    add(PROMISE, -1)->mark = mark;
    pthread_mutex_unlock(&lock);
}

size_t recorder_moments(void)
{
    return record_count + 1;
}

bool recorder_promised(uint32_t mark, size_t moment)
{
    for (size_t i = 0; i < moment; i++) {
        if (records[i].kind == PROMISE && records[i].mark == mark)
            return true;
    }
    return false;
}

// --- the disk's memory

static bool is_kept(struct recorder_disk *disk)
{
    disk->seed = disk->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(disk->seed >> 40) % 256 < disk->keep_256;
}

// Makes image at least `size` long; what was never written reads as zeros.
static void reach(struct file *f, size_t size)
{
    if (size > f->cap) {
        f->cap = size + (1 << 20);
        f->image = realloc(f->image, f->cap);
        need(f->image, "memory");
    }
    if (size > f->size) {
        memset(f->image + f->size, 0, size - f->size);
        f->size = size;
    }
}

static void write_piece(struct file *f, const struct record *r, size_t from, size_t to)
{
    reach(f, r->at + to);
    memcpy(f->image + r->at + from, r->bytes + from, to - from);
}

static void replay_write(struct recorder_disk *disk, struct file *f, const struct record *r,
                         bool is_synced)
{
    if (is_synced) {
        write_piece(f, r, 0, r->n);
        return;
    }
    for (size_t from = 0; from < r->n;) {
        size_t to = from + SECTOR - (r->at + from) % SECTOR;
        if (to > r->n)
            to = r->n;
        if (is_kept(disk))
            write_piece(f, r, from, to);
        from = to;
    }
}

static void replay_content(struct recorder_disk *disk, size_t i)
{
    const struct record *r = &records[i];
    struct file *f = &files[r->file];
    bool is_synced = i < f->synced;
    if (r->kind == WRITE) {
        replay_write(disk, f, r, is_synced);
    } else if (is_synced || is_kept(disk)) {
        reach(f, r->n);
        f->size = r->n;
    }
}

// Returns how many records of names are on the disk for sure.
static size_t look_ahead(const struct recorder_disk *disk, size_t moment)
{
    size_t names = 0;
    for (int i = 0; i < file_count; i++) {
        files[i].size = files[i].synced = 0;
        files[i].is_linked = false;
    }
    for (size_t i = 0; i < moment; i++) {
        if (records[i].kind == SYNC_DIR)
            names = i;
        if (records[i].kind == SYNC && !disk->forgets)
            files[records[i].file].synced = i;
    }
    return names;
}

static void rebuild(struct recorder_disk *disk, size_t moment)
{
    size_t names = look_ahead(disk, moment);
    bool has_lost_name = false;
    for (size_t i = 0; i < moment; i++) {
        const struct record *r = &records[i];
        if (r->kind == WRITE || r->kind == TRUNCATE)
            replay_content(disk, i);
        if (r->kind != LINK && r->kind != UNLINK)
            continue;
        if (i >= names && !has_lost_name)
            has_lost_name = !is_kept(disk);
        if (!has_lost_name)
            files[r->file].is_linked = r->kind == LINK;
    }
}

static void empty(const char *to)
{
    DIR *all = opendir(to);
    char path[PATH_LEN];
    need(all, to);
    for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
        snprintf(path, sizeof path, "%.200s/%s", to, entry->d_name);
        if (entry->d_type == DT_REG)
            need(remove(path) == 0, path);
    }
    closedir(all);
}

void recorder_replay(struct recorder_disk *disk, const char *to, size_t moment)
{
    static const unsigned shares[] = {0, 26, 128, 230, 256};
    is_kept(disk);
    disk->keep_256 = shares[(disk->seed >> 33) % (sizeof shares / sizeof *shares)];
    rebuild(disk, moment);
    empty(to);
    for (int i = 0; i < file_count; i++) {
        char path[PATH_LEN];
        if (!files[i].is_linked)
            continue;
        snprintf(path, sizeof path, "%.400s/%s", to, files[i].name);
        FILE *out = fopen(path, "w");
        need(out, path);
        need(fwrite(files[i].image, 1, files[i].size, out) == files[i].size, path);
        need(fclose(out) == 0, path);
    }
}

static bool is_same(const char *path, const struct file *f)
{
    struct stat st;
    char *bytes = malloc(f->size + 1);
    FILE *in = fopen(path, "r");
    bool same = in && bytes && stat(path, &st) == 0 && (size_t)st.st_size == f->size &&
                fread(bytes, 1, f->size, in) == f->size && memcmp(bytes, f->image, f->size) == 0;
    if (in)
        fclose(in);
    free(bytes);
    return same;
}

bool recorder_same(const char *with)
{
    struct recorder_disk all = {.keep_256 = 256};
    int linked = 0, seen = 0;
    rebuild(&all, record_count);
    for (int i = 0; i < file_count; i++) {
        char path[PATH_LEN];
        snprintf(path, sizeof path, "%.400s/%s", with, files[i].name);
        if (files[i].is_linked && !is_same(path, &files[i]))
            return false;
        linked += files[i].is_linked;
    }
    DIR *entries = opendir(with);
    need(entries, with);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        seen += entry->d_type == DT_REG;
    closedir(entries);
    return seen == linked && linked > 0;
}
