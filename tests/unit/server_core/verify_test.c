// SPDX-License-Identifier: Apache-2.0
// fangtan verify on records that opening accepts and folding does not.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/cmd/cmd.h"
#include "tests/unit/storage_sqlite/desk.h"

// Runs the command; its exit status, and what it printed.
static int verify(const char *dir, char ret[1024])
{
    static struct config config;
    char option[] = "--data", folder[256], path[280], name[] = "verify";
    config_defaults(&config);
    snprintf(folder, sizeof folder, "%s", dir);
    snprintf(path, sizeof path, "%s/printed", check_dir());
    char *argv[] = {name, option, folder, NULL};
    fflush(stdout);
    int was = dup(STDOUT_FILENO), to = open(path, O_RDWR | O_CREAT, 0600);
    CHECK(was >= 0 && to >= 0 && dup2(to, STDOUT_FILENO) >= 0);
    int status = cmd_verify(&config, 3, argv);
    fflush(stdout);
    CHECK(dup2(was, STDOUT_FILENO) >= 0);
    ssize_t n = pread(to, ret, 1023, 0);
    ret[n > 0 ? n : 0] = '\0';
    close(was);
    close(to);
    return status;
}

TEST(the_first_fault_of_every_interview_is_told)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    // A withdrawal of a question that was never asked, twice each.
    static const char body[] = "{\"question\":\"q1\"}";
    for (int i = 0; i < 2; i++) {
        desk_append(&d, "autumn", 2 * i, "question.withdrawn", body, NULL, "");
        desk_append(&d, "spring", 2 * i + 1, "question.withdrawn", body, NULL, "");
    }
    desk_wait(&d, 4);
    desk_close(&d);
    char printed[1024];
    CHECK_INT(verify(dir, printed), 1);
    CHECK_STR(printed, "interview autumn: event 1: it cannot be read\n"
                       "interview spring: event 1: it cannot be read\n");
}

// A record that was archived as another one than stands there now.
TEST(a_seal_that_does_not_fit_is_told)
{
    static const char *const seals[] = {
        "{\"seq\":1,\"hash\":\"0123456789012345678901234567890123456789\",\"pub\":1,"
        "\"pub_hash\":\"0123456789012345678901234567890123456789\"}",
        "{\"seq\":9,\"hash\":\"0123456789012345678901234567890123456789\",\"pub\":1,"
        "\"pub_hash\":\"0123456789012345678901234567890123456789\"}"};
    for (int i = 0; i < 2; i++) {
        const char *dir = check_dir();
        struct desk d;
        desk_open(&d, dir);
        desk_append(&d, "autumn", 0, "later.type", "{}", NULL, "");
        desk_append(&d, "autumn", 1, "record.sealed", seals[i], NULL, "");
        desk_wait(&d, 2);
        desk_close(&d);
        char printed[1024];
        CHECK_INT(verify(dir, printed), 1);
        CHECK_STR(printed, "interview autumn: event 2: what was archived is not what stands before "
                           "it\n");
    }
}

TEST(a_seal_that_fits_is_sound)
{
    const char *dir = check_dir();
    struct desk d;
    char seal[300], printed[1024];
    desk_open(&d, dir);
    desk_append(&d, "autumn", 0, "A.public.type", "{}", NULL, "");
    desk_append(&d, "autumn", 1, "later.type", "{}", NULL, "");
    desk_wait(&d, 2);
    desk_read(&d, "autumn");
    snprintf(seal, sizeof seal, "{\"seq\":2,\"hash\":\"%s\",\"pub\":1,\"pub_hash\":\"%s\"}",
             d.verifier.staff.hash, d.verifier.open.hash);
    desk_append(&d, "autumn", 2, "later.type", "{}", NULL, ""); // recorded at the same moment
    desk_append(&d, "autumn", 3, "record.sealed", seal, NULL, "");
    desk_wait(&d, 2);
    desk_close(&d);
    CHECK_INT(verify(dir, printed), 0);
    CHECK_STR(printed, "ok\n");
}

TEST(a_record_of_which_something_was_replaced_is_sound)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    desk_append(&d, "spring", 1, "noted", "{\"text\":\"words\"}", NULL, "");
    struct st_replacement by = {1, slice_of("c:"), slice_of("{\"text\":\"\"}")};
    struct st_batch batch = {.interview = slice_of("spring"),
                             .at_ms = 1,
                             .actor = slice_of("u:mei"),
                             .op = "erase",
                             .replacements = &by,
                             .replacement_count = 1,
                             .as_of = 1};
    storage_append(d.storage, &batch, desk_done, &d);
    desk_wait(&d, 2);
    CHECK_INT(d.counts[ST_OK], 2);
    desk_close(&d);
    char printed[1024];
    CHECK_INT(verify(dir, printed), 0);
    CHECK_STR(printed, "ok\n");
}

TEST(an_empty_record_is_sound)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    desk_close(&d);
    char printed[1024];
    CHECK_INT(verify(dir, printed), 0);
    CHECK_STR(printed, "ok\n");
}

TEST(a_folder_without_a_record_is_refused_and_stays_as_it_is)
{
    char missing[200], printed[1024];
    snprintf(missing, sizeof missing, "%s/missing", check_dir());
    CHECK_INT(verify(missing, printed), 1);
    CHECK_STR(printed, "");
    struct stat st;
    CHECK(stat(missing, &st) != 0);
}

int main(void)
{
    return check_run();
}
