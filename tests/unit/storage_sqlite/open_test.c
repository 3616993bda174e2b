// SPDX-License-Identifier: Apache-2.0
// What is refused when a record is opened, and with which words.
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/storage_sqlite/desk.h"

static const char *path_of(const char *dir)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/record.db", dir);
    return path;
}

// A closed record: interview "spring" with six events, "autumn" with one.
static const char *made(void)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    struct st_guard guard = {slice_of("q"), slice_of(""), slice_of("pending")};
    for (int i = 0; i < 6; i++)
        desk_append(&d, "spring", i, i % 2 ? "noted" : "Shown", "{\"text\":\"before\"}", NULL, "");
    desk_append(&d, "autumn", 9, "Shown", "{}", &guard, "");
    desk_wait(&d, 7);
    desk_close(&d);
    return dir;
}

static void sql(const char *dir, const char *text)
{
    sqlite3 *db;
    CHECK(sqlite3_open(path_of(dir), &db) == SQLITE_OK);
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
        check_fail(__FILE__, __LINE__, "%s: %s", text, error);
    sqlite3_close(db);
}

static void refused_after(const char *text, const char *words)
{
    const char *dir = made();
    sql(dir, text);
    desk_refused(dir, -EBADMSG, words);
}

TEST(a_directory_is_made_for_its_owner_and_group_only)
{
    char dir[128];
    snprintf(dir, sizeof dir, "%s/new", check_dir());
    struct desk d;
    desk_open(&d, dir);
    struct stat st;
    CHECK(stat(dir, &st) == 0);
    CHECK_INT(st.st_mode & 0027, 0);
    CHECK(stat(path_of(dir), &st) == 0);
    CHECK_INT(st.st_mode & 0137, 0);
    desk_close(&d);
    snprintf(dir, sizeof dir, "%s/not/there", check_dir());
    desk_refused(dir, -ENOENT, dir);
}

TEST(the_format_is_marked)
{
    const char *dir = made();
    sqlite3 *db;
    sqlite3_stmt *s;
    CHECK(sqlite3_open(path_of(dir), &db) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db,
                             "SELECT application_id, user_version FROM pragma_application_id,"
                             " pragma_user_version",
                             -1, &s, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(s) == SQLITE_ROW);
    CHECK(sqlite3_column_int(s, 0) != 0);
    CHECK_INT(sqlite3_column_int(s, 1), 3);
    sqlite3_finalize(s);
    sqlite3_close(db);
    struct desk d;
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 6);
    desk_close(&d);
}

TEST(a_newer_version_is_refused)
{
    const char *dir = made();
    sql(dir, "PRAGMA user_version = 99");
    desk_refused(dir, -EPROTONOSUPPORT, "newer version");
}

TEST(a_foreign_file_is_refused)
{
    const char *dir = check_dir();
    sql(dir, "CREATE TABLE cats (name)");
    desk_refused(dir, -EBADMSG, "not a record of Fangtan");
    FILE *f = fopen(path_of(dir), "w");
    CHECK(f);
    for (int i = 0; i < 1000; i++)
        fputs("not a database at all\n", f);
    fclose(f);
    desk_refused(dir, -EBADMSG, "record.db");
}

TEST(a_changed_body_is_found)
{
    refused_after("UPDATE event SET body = replace(body, 'before', 'after') WHERE seq = 4",
                  "interview spring, event 4: its content does not fit its hash");
}

TEST(other_changes_to_an_event_are_found)
{
    refused_after("UPDATE event SET at = at + 1 WHERE seq = 2", "spring, event 2");
    refused_after("UPDATE event SET actor = 'u:other' WHERE seq = 3", "spring, event 3");
    refused_after("UPDATE event SET type = 'Other' WHERE seq = 6", "spring, event 6");
    refused_after("UPDATE event SET pub = 0, pub_hash = '' WHERE seq = 3", "spring, event 3");
}

TEST(changes_to_hashes_are_found)
{
    refused_after("UPDATE event SET hash = '' WHERE seq = 5", "spring, event 5");
    refused_after("UPDATE event SET pub_hash = hash WHERE seq = 5", "spring, event 5");
    refused_after("UPDATE event SET commitment = 'x' WHERE seq = 5", "spring, event 5");
    refused_after("UPDATE event SET pub_commitment = 'x' WHERE seq = 5", "spring, event 5");
}

TEST(a_missing_event_is_found)
{
    refused_after("DELETE FROM event WHERE seq = 3", "interview spring, event 3: an event is miss");
    refused_after("DELETE FROM event WHERE seq = 6", "spring, event 6: the end of the log is miss");
}

TEST(a_missing_interview_is_found)
{
    refused_after("DELETE FROM interview WHERE id = 'autumn'", "an interview is missing");
}

TEST(a_renumbered_log_is_found)
{
    refused_after("DELETE FROM event WHERE seq = 3; UPDATE event SET seq = seq - 1 WHERE seq > 3",
                  "spring, event 3");
}

// Every 97th byte of the file, flipped: opening refuses, or all the events are as they were.
TEST(flipped_bytes_are_found_or_harmless)
{
    const char *dir = made();
    struct stat st;
    CHECK(stat(path_of(dir), &st) == 0);
    int fd = open(path_of(dir), O_RDWR);
    CHECK(fd >= 0);
    char hash[CHAIN_HEX + 1];
    struct desk whole;
    desk_open(&whole, dir);
    CHECK_INT(desk_read(&whole, "spring"), 6);
    memcpy(hash, whole.verifier.staff.hash, sizeof hash);
    desk_close(&whole);
    size_t refused = 0;
    for (off_t at = 0; at < st.st_size; at += 97) {
        unsigned char byte, flipped;
        CHECK(pread(fd, &byte, 1, at) == 1);
        flipped = byte ^ 0x41;
        CHECK(pwrite(fd, &flipped, 1, at) == 1);
        struct desk d;
        if (desk_try_open(&d, dir) == 0) {
            CHECK_INT(desk_read(&d, "spring"), 6);
            CHECK_STR(d.verifier.staff.hash, hash);
            desk_close(&d);
        } else {
            CHECK(strlen(d.error) > 10);
            uv_loop_close(&d.loop);
            refused++;
        }
        CHECK(pwrite(fd, &byte, 1, at) == 1);
    }
    close(fd);
    CHECK(refused > 0);
}

TEST(a_second_opener_in_this_process_is_refused)
{
    const char *dir = made();
    struct desk d;
    desk_open(&d, dir);
    desk_refused(dir, -EBUSY, "in use by another process");
    desk_append(&d, "spring", 100, "noted", "{}", NULL, ""); // and the first goes on
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], 1);
    desk_close(&d);
}

TEST(a_second_process_is_refused_until_the_first_closes)
{
    const char *dir = made();
    int go[2], gone[2];
    CHECK(pipe(go) == 0 && pipe(gone) == 0);
    pid_t child = fork(); // before anything is open: locks belong to processes
    CHECK(child >= 0);
    if (child == 0) {
        char byte;
        struct desk d;
        CHECK(read(go[0], &byte, 1) == 1);
        desk_refused(dir, -EBUSY, "in use by another process");
        CHECK(write(gone[1], "x", 1) == 1);
        CHECK(read(go[0], &byte, 1) == 1);
        desk_open(&d, dir);
        CHECK_INT(desk_read(&d, "spring"), 6);
        desk_close(&d);
        _exit(0);
    }
    close(gone[1]);
    char byte;
    struct desk d;
    desk_open(&d, dir);
    CHECK(write(go[1], "x", 1) == 1);
    CHECK(read(gone[0], &byte, 1) == 1);
    desk_close(&d);
    CHECK(write(go[1], "x", 1) == 1);
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
}

int main(void)
{
    return check_run();
}
