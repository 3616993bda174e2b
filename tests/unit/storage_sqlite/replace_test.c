// SPDX-License-Identifier: Apache-2.0
// Replacing earlier events: the chains stay whole, the log says what was replaced, nothing of the
// words is left in the files, and whatever does not fit that is damage.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/storage_sqlite/desk.h"
#include "tests/unit/storage_sqlite/disk.h"

// ---- words, and where they are ----

enum { WORD = 12 };

// Text made of one word only, so that any piece of it is found.
static void words(int op, char *ret, size_t n)
{
    char word[WORD + 1];
    snprintf(word, sizeof word, "<mark%05d>", op);
    for (size_t i = 0; i < n; i++)
        ret[i] = word[i % (WORD - 1)];
    ret[n] = '\0';
}

// How many files of the folder hold the word of this operation.
static int files_with(const char *dir, int op)
{
    char word[WORD + 1], path[512];
    snprintf(word, sizeof word, "mark%05d>", op);
    DIR *folder = opendir(dir);
    CHECK(folder);
    int found = 0;
    for (struct dirent *e; (e = readdir(folder)) != NULL;) {
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        CHECK(stat(path, &st) == 0);
        if (!S_ISREG(st.st_mode) || st.st_size == 0)
            continue;
        char *bytes = malloc((size_t)st.st_size);
        int fd = open(path, O_RDONLY);
        CHECK(bytes && fd >= 0 && read(fd, bytes, (size_t)st.st_size) == st.st_size);
        close(fd);
        found += memmem(bytes, (size_t)st.st_size, word, strlen(word)) != NULL;
        free(bytes);
    }
    closedir(folder);
    return found;
}

static void ask(struct desk *d, const char *interview, int op, size_t n)
{
    char *body = malloc(n + 1);
    words(op, body, n);
    desk_append(d, interview, op, op % 3 ? "noted" : "Shown", body, NULL, "");
    free(body);
}

static const char STUB[] = "{\"text\":\"\"}";

static void replace(struct desk *d, const char *interview, int op, uint64_t as_of,
                    const uint64_t *seqs, size_t count, const char *strike)
{
    struct st_replacement by[64];
    for (size_t i = 0; i < count; i++)
        by[i] = (struct st_replacement){seqs[i], slice_of("c:"), slice_of(STUB)};
    struct st_fact fact = {false, slice_of("erased"), slice_of("{}")};
    struct st_batch batch = {.interview = slice_of(interview),
                             .at_ms = 1700000000000 + op,
                             .actor = slice_of("u:boss"),
                             .facts = &fact,
                             .fact_count = 1,
                             .result = slice_of("gone"),
                             .replacements = by,
                             .replacement_count = count,
                             .as_of = as_of,
                             .strike = slice_of(strike)};
    memcpy(batch.op, &op, sizeof op);
    storage_append(d->storage, &batch, desk_done, d);
}

// "spring" with six events of which 2 (and, by `all`, 1 and 4 too) were replaced.
static const char *made(bool all)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    for (int op = 0; op < 6; op++)
        ask(&d, "spring", op, 40);
    desk_wait(&d, 6);
    d.told_len = 0;
    replace(&d, "spring", 7, 6, (const uint64_t[]){1, 2, 4}, all ? 3 : 1, NULL);
    desk_wait(&d, 1);
    desk_close(&d);
    return dir;
}

// ---- what it does ----

TEST(a_replaced_event_keeps_its_place_and_both_chains_hold)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    for (int op = 0; op < 6; op++)
        ask(&d, "spring", op, 40);
    desk_wait(&d, 6);
    CHECK_INT(desk_read(&d, "spring"), 6);
    struct position staff = d.verifier.staff, open = d.verifier.open;
    d.told_len = 0;
    replace(&d, "spring", 7, 6, (const uint64_t[]){1, 4}, 2, NULL);
    desk_wait(&d, 1);
    CHECK(strstr(d.told, "spring 7/0 erased {}\nspring 8/0 record.replaced {\"events\":[{\"seq\":1,"
                         "\"commitment\":\""));
    CHECK(strstr(d.told, "\nOK gone\n"));
    for (int again = 0; again < 2; again++) {
        CHECK_INT(desk_read(&d, "spring"), 8);
        CHECK_INT(d.verifier.open.n, open.n);
        CHECK_STR(d.verifier.open.hash, open.hash); // the public chain is what it was
        d.told_len = 0;
        storage_read(d.storage, slice_of("spring"), (struct st_range){0, 6}, desk_row_told,
                     desk_read_done, &d);
        desk_wait(&d, 1);
        CHECK(strstr(d.told, "1/1 c: Shown {\"text\":\"\"}\n"));
        CHECK(strstr(d.told, "4/2 c: Shown {\"text\":\"\"}\n"));
        CHECK(strstr(d.told, "2/0 u:mei noted <mark00001>"));
        desk_close(&d);
        desk_open(&d, dir);
    }
    struct verifier v;
    verifier_init(&v);
    CHECK(staff.n == 6 && v.staff.n == 0);
    replace(&d, "spring", 7, 0, (const uint64_t[]){1, 4}, 2, NULL); // an old operation
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_DUP], 1);
    CHECK_INT(desk_read(&d, "spring"), 8);
    desk_close(&d);
}

TEST(an_event_may_be_replaced_again)
{
    const char *dir = made(true);
    struct desk d;
    desk_open(&d, dir);
    struct st_replacement by = {2, slice_of("c:"), slice_of("{}")};
    struct st_batch batch = {.interview = slice_of("spring"),
                             .at_ms = 1,
                             .actor = slice_of("u:boss"),
                             .op = "again",
                             .replacements = &by,
                             .replacement_count = 1,
                             .as_of = 8};
    storage_append(d.storage, &batch, desk_done, &d);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], 1);
    CHECK_INT(desk_read(&d, "spring"), 9);
    desk_close(&d);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 9);
    desk_close(&d);
}

TEST(who_has_not_seen_every_event_replaces_nothing)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    ask(&d, "spring", 0, 40);
    ask(&d, "spring", 1, 40);
    replace(&d, "spring", 7, 1, (const uint64_t[]){1}, 1, NULL);
    desk_wait(&d, 3);
    CHECK(strstr(d.told, "CONFLICT seq=2\n"));
    CHECK_INT(desk_read(&d, "spring"), 2);
    CHECK(files_with(dir, 0) > 0);
    desk_close(&d);
}

TEST(kept_results_lose_what_is_struck_out)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    desk_append(&d, "spring", 1, "noted", "{\"a\":1}", NULL, "{\"nonce\":\"mark00099>\",\"b\":2}");
    desk_append(&d, "autumn", 2, "noted", "{\"a\":1}", NULL, "{\"nonce\":\"mark00098>\"}");
    desk_wait(&d, 2);
    replace(&d, "spring", 7, 1, (const uint64_t[]){1}, 1, "mark00099>");
    desk_wait(&d, 1);
    d.told_len = 0;
    desk_append(&d, "spring", 1, "noted", "{\"a\":1}", NULL, "");
    desk_append(&d, "autumn", 2, "noted", "{\"a\":1}", NULL, "");
    desk_wait(&d, 2);
    desk_told(&d, "DUP {\"nonce\":\"\",\"b\":2}\nDUP {\"nonce\":\"mark00098>\"}\n");
    CHECK_INT(files_with(dir, 99), 0);
    desk_close(&d);
}

// ---- nothing is left ----

// Interviews grow between each other, so that rows move from page to page and leave copies behind;
// small rows and rows of many pages.
TEST(no_file_holds_what_was_replaced)
{
    enum { ROUNDS = 60, INTERVIEWS = 5 };
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    int op = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < INTERVIEWS; i++) {
            char id[8];
            snprintf(id, sizeof id, "i%d", i);
            ask(&d, id, op, op % 17 ? 60 + (size_t)(op * 37 % 900) : 9000);
            op++;
        }
        if (round % 7 == 0) {
            desk_wait(&d, (size_t)op);
            d.answers = (size_t)op; // all that were sent
        }
    }
    desk_wait(&d, (size_t)op);
    size_t before = 0;
    for (int i = 0; i < op; i++)
        before += files_with(dir, i) > 0;
    CHECK_INT(before, op);
    uint64_t seqs[ROUNDS / 2];
    for (size_t i = 0; i < ROUNDS / 2; i++)
        seqs[i] = 2 * i + 1;
    for (int i = 0; i < INTERVIEWS; i++) {
        char id[8];
        snprintf(id, sizeof id, "i%d", i);
        replace(&d, id, op + i, ROUNDS, seqs, ROUNDS / 2, NULL);
    }
    desk_wait(&d, INTERVIEWS);
    CHECK_INT(d.counts[ST_OK], op + INTERVIEWS);
    int left = 0;
    for (int i = 0; i < op; i++) {
        bool gone = i / INTERVIEWS % 2 == 0;
        int files = files_with(dir, i);
        CHECK(gone || files > 0);
        left += gone && files;
    }
    CHECK_INT(left, 0);
    desk_close(&d);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "i1"), ROUNDS + 2);
    desk_close(&d);
}

// Killed at the acknowledgement, or at any moment before: then all of it happened, or nothing.
TEST(a_killed_writer_leaves_all_of_it_or_nothing)
{
    enum { DEATHS = 40 };
    int nothing = 0, all = 0;
    const char *parent = check_dir();
    for (int death = 0; death < DEATHS; death++) {
        char dir[200];
        snprintf(dir, sizeof dir, "%s/%d", parent, death);
        CHECK(mkdir(dir, 0700) == 0);
        int acks[2];
        CHECK(pipe(acks) == 0);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            struct desk d;
            desk_open(&d, dir);
            for (int op = 0; op < 200; op++)
                ask(&d, "spring", op, 700);
            desk_wait(&d, 200);
            CHECK(write(acks[1], "r", 1) == 1);
            replace(&d, "spring", 999, 200, (const uint64_t[]){7, 150}, 2, NULL);
            desk_wait(&d, 1);
            CHECK(write(acks[1], "d", 1) == 1);
            for (;;)
                pause();
        }
        char byte;
        CHECK(read(acks[0], &byte, 1) == 1);
        bool is_done = death % 8 == 0; // at the acknowledgement
        if (is_done)
            CHECK(read(acks[0], &byte, 1) == 1);
        else
            usleep((useconds_t)(death * 700));
        kill(child, SIGKILL);
        CHECK(waitpid(child, NULL, 0) == child);
        close(acks[0]);
        close(acks[1]);
        if (is_done)
            CHECK_INT(files_with(dir, 6) + files_with(dir, 149), 0); // before anybody opens it
        struct desk d;
        desk_open(&d, dir);
        size_t rows = desk_read(&d, "spring");
        CHECK(rows == 202 || (rows == 200 && !is_done));
        int left = files_with(dir, 6) + files_with(dir, 149);
        CHECK(rows == 202 ? left == 0 : left >= 2);
        all += rows == 202;
        nothing += rows == 200;
        desk_close(&d);
    }
    printf("%d killed before, %d after\n", nothing, all);
    CHECK(all >= DEATHS / 8);
}

TEST(a_full_disk_replaces_nothing)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    ask(&d, "spring", 0, 40);
    desk_wait(&d, 1);
    atomic_store(&disk_is_full, true);
    replace(&d, "spring", 7, 1, (const uint64_t[]){1}, 1, NULL);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_FULL], 1);
    atomic_store(&disk_is_full, false);
    CHECK_INT(desk_read(&d, "spring"), 1);
    replace(&d, "spring", 7, 1, (const uint64_t[]){1}, 1, NULL);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], 2);
    CHECK_INT(desk_read(&d, "spring"), 3);
    CHECK_INT(files_with(dir, 0), 0);
    desk_close(&d);
}

// ---- what is damage ----

static void sql(const char *dir, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/record.db", dir);
    sqlite3 *db;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) != SQLITE_OK)
        check_fail(__FILE__, __LINE__, "%s: %s", text, error);
    sqlite3_close(db);
}

static void refused_after(const char *text, const char *what)
{
    const char *dir = made(true);
    sql(dir, text);
    desk_refused(dir, -EBADMSG, what);
}

TEST(a_body_that_the_log_does_not_name_is_damage)
{
    // marked as replaced by hand
    refused_after("UPDATE event SET body = '{}', replaced = 1 WHERE seq = 3",
                  "spring, event 3: it is not what the record says");
    // replaced, and then replaced by something else
    refused_after("UPDATE event SET body = '{\"text\":\"x\"}' WHERE seq = 4",
                  "spring, event 4: it is not what the record says");
    refused_after("UPDATE event SET actor = 'u:other' WHERE seq = 4", "spring, event 4: it is not");
    refused_after("UPDATE event SET at = at + 1 WHERE seq = 4", "spring, event 4: it is not");
    refused_after("UPDATE event SET type = 'other' WHERE seq = 4", "spring, event 4: it is not");
    // the mark taken away
    refused_after("UPDATE event SET replaced = 0 WHERE seq = 4", "spring, event 4: its content");
}

TEST(another_commitment_of_a_replaced_event_is_damage)
{
    refused_after("UPDATE event SET commitment = replace(commitment, substr(commitment, 1, 1),"
                  " CASE substr(commitment, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END) WHERE seq = 2",
                  "spring, event 2");
    refused_after("UPDATE event SET pub_commitment = commitment WHERE seq = 4", "spring, event 4");
}

TEST(the_list_of_what_was_replaced_cannot_be_changed)
{
    refused_after("UPDATE event SET body = '{\"events\":[]}' WHERE type = 'record.replaced'",
                  "spring, event 8: its content");
    refused_after("UPDATE event SET body = '{\"events\":[]}', replaced = 1"
                  " WHERE type = 'record.replaced'",
                  "spring, event 8: it is not what the record says");
}

// The words were put back, with all that goes with them: they fit their commitment again.
TEST(what_was_erased_may_not_come_back)
{
    const char *dir = made(true);
    sql(dir, "UPDATE event SET body = '<mark00001><mark00001><mark00001><mark00', actor = 'u:mei',"
             " replaced = 0 WHERE seq = 2");
    desk_refused(dir, -EBADMSG, "spring, event 2: it is not what the record says");
}

// ---- the pure verifier ----

static enum verify_fault feed(struct verifier *v, struct position *at, const char *type,
                              const char *body, const char *now)
{
    char commit[COMMIT_HEX + 1];
    chain_commit(5, slice_of("u:x"), slice_of(type), slice_of(body), commit);
    chain_step(at, commit);
    struct event e = {.seq = at->n,
                      .at_ms = 5,
                      .actor = slice_of("u:x"),
                      .type = slice_of(type),
                      .body = slice_of(now ? now : body),
                      .hash = at->hash,
                      .pub_hash = "",
                      .commit = now ? commit : NULL,
                      .pub_commit = now ? "" : NULL};
    return verifier_feed(v, &e);
}

TEST(a_list_that_is_none_is_a_fault)
{
    static const char *const bad[] = {
        "{}", "{\"events\":[", "{\"events\":[]}x", "{\"events\":[{\"seq\":1}]}",
        "{\"events\":[{\"seq\":1,\"commitment\":\"00\"}]}",
        // a number of which nothing was replaced
        "{\"events\":[{\"seq\":1,\"commitment\":\""
        "0000000000000000000000000000000000000000000000000000000000000000\"}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct verifier v;
        struct position at = {0};
        verifier_init(&v);
        CHECK_INT(feed(&v, &at, "noted", "a", NULL), VERIFY_OK);
        CHECK_INT(feed(&v, &at, EVENT_REPLACED, bad[i], NULL), VERIFY_REPLACED);
        CHECK_INT(verifier_end(&v), VERIFY_REPLACED);
    }
}

TEST(what_nothing_names_is_a_fault_at_the_end)
{
    struct verifier v;
    struct position at = {0};
    verifier_init(&v);
    CHECK_INT(feed(&v, &at, "noted", "a", NULL), VERIFY_OK);
    CHECK_INT(feed(&v, &at, "noted", "b", "c"), VERIFY_OK);
    CHECK_INT(feed(&v, &at, EVENT_REPLACED, "{\"events\":[]}", NULL), VERIFY_OK);
    CHECK_INT(verifier_end(&v), VERIFY_REPLACED);
    CHECK_INT(v.seq, 2);
}

// ---- the migration ----

TEST(a_record_of_version_2_is_brought_up_to_date)
{
    const char *dir = check_dir();
    struct desk d;
    desk_open(&d, dir);
    for (int op = 0; op < 6; op++)
        ask(&d, "spring", op, 40);
    desk_wait(&d, 6);
    desk_close(&d);
    sql(dir, "ALTER TABLE event DROP COLUMN replaced; PRAGMA user_version = 2");
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 6);
    replace(&d, "spring", 7, 6, (const uint64_t[]){2}, 1, NULL);
    desk_wait(&d, 1);
    CHECK_INT(d.counts[ST_OK], 1);
    CHECK_INT(files_with(dir, 1), 0);
    desk_close(&d);
    desk_open(&d, dir);
    CHECK_INT(desk_read(&d, "spring"), 8);
    desk_close(&d);
}

int main(void)
{
    return check_run();
}
