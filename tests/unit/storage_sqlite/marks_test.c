// SPDX-License-Identifier: Apache-2.0
// Marks: kept as surely as events, in no history; and a record of before there were any.
#include <sqlite3.h>

#include "tests/unit/storage_sqlite/desk.h"
#include "tests/unit/storage_sqlite/disk.h"

static void mark(struct desk *d, const char *interview, const char *set, const char *member,
                 bool on)
{
    struct st_mark m = {slice_of(interview), slice_of(set), slice_of(member), on};
    storage_mark(d->storage, &m, desk_done, d);
}

static void on_mark(void *ctx, struct slice interview, struct slice set, struct slice member)
{
    struct desk *d = ctx;
    d->rows++;
    DESK_TELL(d, "%.*s %.*s %.*s\n", DESK_S(interview), DESK_S(set), DESK_S(member));
}

// How many there are; told holds them.
static size_t read_marks(struct desk *d)
{
    d->told_len = 0;
    d->rows = 0;
    storage_marks(d->storage, on_mark, desk_read_done, d);
    desk_wait(d, 1);
    return d->rows;
}

static const char *made(void)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    desk_append(&d, "spring", 1, "Shown", "{}", NULL, "first");
    desk_append(&d, "autumn", 2, "Shown", "{}", NULL, "");
    desk_wait(&d, 2);
    desk_close(&d);
    return dir;
}

TEST(a_member_is_in_a_set_once)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    mark(&d, "spring", "q1", "c:a", true);
    mark(&d, "spring", "q1", "c:a", true);
    mark(&d, "spring", "q1", "c:b", true);
    mark(&d, "spring", "q2", "c:a", true);
    mark(&d, "autumn", "q1", "c:a", true);
    mark(&d, "spring", "q1", "c:b", false);
    mark(&d, "spring", "q1", "c:z", false);
    desk_wait(&d, 7);
    desk_told(&d, "OK \nOK \nOK \nOK \nOK \nOK \nOK \n");
    CHECK_INT(read_marks(&d), 3);
    desk_told(&d, "spring q1 c:a\nspring q2 c:a\nautumn q1 c:a\nread OK\n");
    CHECK_INT(desk_read(&d, "spring"), 1); // no event
    desk_close(&d);
}

TEST(bytes_are_kept_as_they_are)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    struct slice set = {"a\0b", 3}, empty = {"", 0};
    struct st_mark zero = {slice_of("spring"), set, empty, true};
    struct st_mark plain = {slice_of("spring"), slice_of("a"), empty, true};
    storage_mark(d.storage, &zero, desk_done, &d);
    storage_mark(d.storage, &plain, desk_done, &d);
    desk_wait(&d, 2);
    CHECK_INT(read_marks(&d), 2);
    desk_close(&d);
}

TEST(an_unknown_interview_has_none)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    mark(&d, "winter", "q1", "c:a", true);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_CONFLICT], 1);
    CHECK_INT(read_marks(&d), 0);
    desk_close(&d);
}

TEST(marks_survive_and_come_in_slices)
{
    enum { MANY = 1234 };
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    for (int i = 0; i < MANY; i++) {
        char member[16];
        snprintf(member, sizeof member, "c:%d", i);
        mark(&d, i % 2 ? "spring" : "autumn", "q1", member, true);
    }
    desk_wait(&d, MANY);
    CHECK_INT(d.counts[ST_OK], MANY);
    desk_close(&d);
    desk_open(&d, dir);
    CHECK_INT(read_marks(&d), MANY);
    CHECK(strstr(d.told, "spring q1 c:1233\n"));
    desk_close(&d);
}

TEST(marks_and_events_share_a_commit_in_their_order)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    atomic_store(&disk_sync_waits, true);
    mark(&d, "spring", "q0", "c:a", true);
    disk_wait_for_sync();
    mark(&d, "spring", "q1", "c:a", true);
    desk_append(&d, "summer", 3, "noted", "{}", NULL, "");
    mark(&d, "summer", "q1", "c:a", true); // of an interview that begins in the same group
    CHECK_INT(d.answers, 0);
    atomic_store(&disk_sync_waits, false);
    desk_wait(&d, 4);
    desk_told(&d, "OK \nOK \nsummer 1/0 noted {}\nOK \nOK \n");
    CHECK_INT(read_marks(&d), 3);
    desk_close(&d);
}

TEST(a_full_disk_refuses_a_mark_and_keeps_nothing_of_it)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    atomic_store(&disk_is_full, true);
    mark(&d, "spring", "q1", "c:a", true);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_FULL], 1);
    atomic_store(&disk_is_full, false);
    mark(&d, "spring", "q1", "c:b", true);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], 1);
    CHECK_INT(read_marks(&d), 1);
    CHECK(strstr(d.told, "c:b"));
    desk_close(&d);
}

// ---- the migration ----

static sqlite3 *open_file(const char *dir)
{
    char path[256];
    snprintf(path, sizeof path, "%s/record.db", dir);
    sqlite3 *db;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    return db;
}

static void sql(const char *dir, const char *text)
{
    sqlite3 *db = open_file(dir);
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
        check_fail(__FILE__, __LINE__, "%s: %s", text, error);
    sqlite3_close(db);
}

static void schema_of(const char *dir, char ret[4096])
{
    sqlite3 *db = open_file(dir);
    sqlite3_stmt *s;
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT group_concat(sql, ';') || (SELECT user_version FROM"
                             " pragma_user_version) FROM (SELECT sql FROM sqlite_schema ORDER BY"
                             " name)",
                             -1, &s, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(s) == SQLITE_ROW);
    snprintf(ret, 4096, "%s", (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(db);
}

// What version 1 wrote had all of this but marks and what was replaced.
static const char *made_by_version_1(void)
{
    const char *dir = made();
    sql(dir, "DROP TABLE mark; ALTER TABLE event DROP COLUMN replaced; PRAGMA user_version = 1");
    return dir;
}

TEST(a_record_of_version_1_is_brought_up_to_date)
{
    static char fresh[4096], upgraded[4096];
    schema_of(made(), fresh);
    const char *dir = made_by_version_1();
    struct desk d;
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 1);
    d.told_len = 0;
    desk_append(&d, "spring", 1, "Shown", "{}", NULL, "anew"); // operations are still known
    mark(&d, "spring", "q1", "c:a", true);
    desk_wait(&d, 2);
    desk_told(&d, "DUP first\nOK \n");
    CHECK_INT(read_marks(&d), 1);
    desk_close(&d);
    schema_of(dir, upgraded);
    CHECK_STR(upgraded, fresh);
    desk_open(&d, dir); // and only once
    CHECK_INT(read_marks(&d), 1);
    desk_close(&d);
}

TEST(a_migration_that_fails_leaves_the_old_version)
{
    const char *dir = made_by_version_1();
    static char before[4096], after[4096];
    schema_of(dir, before);
    atomic_store(&disk_is_full, true);
    struct desk d;
    CHECK(desk_try_open(&d, dir) < 0);
    CHECK(strlen(d.error) > 10);
    CHECK(uv_loop_close(&d.loop) == 0);
    atomic_store(&disk_is_full, false);
    schema_of(dir, after);
    CHECK_STR(after, before);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 1);
    CHECK_INT(read_marks(&d), 0);
    desk_close(&d);
}

int main(void)
{
    return check_run();
}
