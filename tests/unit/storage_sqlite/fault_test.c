// SPDX-License-Identifier: Apache-2.0
// Full queues, full disks, failing disks, and what one group of appends does to itself.
#include "tests/unit/storage_sqlite/desk.h"
#include "tests/unit/storage_sqlite/disk.h"

enum { QUEUE = 4096 };

// Brings the writer into a commit and holds it there; what is appended then makes the next group.
static void hold(struct desk *d)
{
    atomic_store(&disk_sync_waits, true);
    desk_append(d, "held", 1000000, NULL, NULL, NULL, "");
    disk_wait_for_sync();
}

static void let_go(void)
{
    atomic_store(&disk_sync_waits, false);
}

static void forget(struct desk *d)
{
    d->told_len = 0;
    if (d->told)
        d->told[0] = '\0';
}

TEST(later_batches_of_a_group_see_the_earlier_ones)
{
    struct desk d;
    desk_open(&d, check_dir());
    struct st_guard approve = {slice_of("q"), slice_of(""), slice_of("approved")};
    struct st_guard reject = {slice_of("q"), slice_of(""), slice_of("rejected")};
    hold(&d);
    desk_append(&d, "a", 1, "Approved", "{}", &approve, "A");
    desk_append(&d, "a", 2, "rejected", "{}", &reject, "B");
    desk_append(&d, "a", 1, "Approved", "{}", &approve, "again");
    desk_append(&d, "a", 3, "noted", "{}", NULL, "C");
    let_go();
    desk_wait(&d, 5);
    desk_told(&d,
              "OK \na 1/1 Approved {}\nOK A\nCONFLICT q=approved\nDUP A\na 2/0 noted {}\nOK C\n");
    CHECK_INT(desk_read(&d, "a"), 2);
    desk_close(&d);
}

TEST(a_full_queue_refuses_later_and_in_words)
{
    struct desk d;
    desk_open(&d, check_dir());
    hold(&d);
    for (int i = 0; i < QUEUE; i++)
        desk_append(&d, "a", i, "noted", "{}", NULL, "");
    for (int i = 0; i < 3; i++)
        desk_append(&d, "a", QUEUE + i, "noted", "{}", NULL, "");
    CHECK_INT(d.answers, 0);
    desk_wait(&d, 3); // these are told while the writer still waits
    desk_told(&d, "FULL \nFULL \nFULL \n");
    let_go();
    desk_wait(&d, QUEUE + 1);
    CHECK_INT(d.counts[ST_OK], QUEUE + 1);
    desk_append(&d, "a", QUEUE, "noted", "{}", NULL, ""); // the same operation, sent again
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], QUEUE + 2);
    CHECK_INT(desk_read(&d, "a"), QUEUE + 1);
    desk_close(&d);
}

TEST(a_full_disk_writes_nothing_and_heals)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    struct st_guard guard = {slice_of("q"), slice_of(""), slice_of("pending")};
    desk_append(&d, "a", 1, "noted", "{}", NULL, "");
    desk_wait(&d, 1);
    forget(&d);
    atomic_store(&disk_is_full, true);
    desk_append(&d, "a", 2, "Asked", "{}", &guard, "R");
    desk_wait(&d, 1);
    desk_append(&d, "a", 2, "Asked", "{}", &guard, "R");
    desk_wait(&d, 1);
    desk_told(&d, "FULL \nFULL \n");
    CHECK_INT(desk_read(&d, "a"), 1);
    forget(&d);
    atomic_store(&disk_is_full, false);
    desk_append(&d, "a", 2, "Asked", "{}", &guard, "R");
    desk_wait(&d, 1);
    desk_told(&d, "a 2/1 Asked {}\nOK R\n");
    CHECK_INT(d.fatal_count, 0);
    desk_close(&d);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "a"), 2);
    desk_close(&d);
}

TEST(a_failed_sync_is_perhaps_applied_and_ends_writing)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    desk_append(&d, "a", 1, "noted", "{}", NULL, "");
    desk_wait(&d, 1);
    forget(&d);
    atomic_store(&disk_sync_fails, true);
    desk_append(&d, "a", 2, "noted", "{}", NULL, "R");
    desk_wait(&d, 1);
    atomic_store(&disk_sync_fails, false);
    desk_append(&d, "a", 3, "noted", "{}", NULL, "");
    desk_wait(&d, 1);
    desk_told(&d, "UNKNOWN \nfatal\nDOWN \n");
    CHECK_INT(d.fatal_count, 1);
    storage_read(d.storage, slice_of("a"), ST_ALL, desk_row, desk_read_done, &d);
    desk_wait(&d, 1);
    desk_told(&d, "read DOWN\n");
    desk_close(&d);
    desk_open(&d, dir); // after the restart the same operation settles it
    desk_append(&d, "a", 2, "noted", "{}", NULL, "R");
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK] + d.counts[ST_DUP], 1);
    CHECK_INT(desk_read(&d, "a"), 2);
    desk_close(&d);
}

TEST(a_disk_full_at_opening_is_told)
{
    atomic_store(&disk_is_full, true);
    desk_refused(check_dir(), -ENOSPC, "full");
}

int main(void)
{
    return check_run();
}
