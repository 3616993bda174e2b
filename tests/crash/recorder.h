// SPDX-License-Identifier: Apache-2.0
// A recorder of disks: notes what this program writes to the files of one directory, when it syncs
// them, and what it promised in between. From that it makes the directory as it could look had
// the power failed at any moment: what was synced is there; of later writes any 512-byte sectors,
// of later new and removed names the first so many.
//
// It stands before the C library's calls, also for the libraries that this program uses.
#ifndef TESTS_CRASH_RECORDER_H
#define TESTS_CRASH_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Notes from now on what happens in this directory, which is empty. Once per process.
void recorder_start(const char *dir);
// Notes no more; syncs do nothing from now on.
void recorder_stop(void);

// "Whatever mark stands for is on the disk." May be called while recording only.
void recorder_promise(uint32_t mark);

// How many moments there are: the power may fail before record 0 … before record n.
size_t recorder_moments(void);
bool recorder_promised(uint32_t mark, size_t moment);

struct recorder_disk {
    uint64_t seed;     // changes with each replay
    bool forgets;      // a disk that says "synced" and does not mean it
    unsigned keep_256; // ret: of 256 unsynced sectors so many were kept
};

// Makes directory `to` what the disk could hold at this moment.
void recorder_replay(struct recorder_disk *disk, const char *to, size_t moment);

// Does `dir` hold the same files with the same bytes as the replay of all records?
bool recorder_same(const char *dir);

#endif
