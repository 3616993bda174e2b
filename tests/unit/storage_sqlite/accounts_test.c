// SPDX-License-Identifier: Apache-2.0
// Accounts and sign-in sessions, from one thread, several threads and several processes.
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "storage/accounts.h"
#include "tests/kit/check.h"

enum { EACH_ADDS = 25 };

static struct accounts *opened(const char *dir)
{
    struct accounts *a = NULL;
    char error[STORAGE_ERROR_LEN] = "";
    if (accounts_open(dir, &a, error) != 0)
        check_fail(__FILE__, __LINE__, "%s", error);
    return a;
}

static int add(struct accounts *a, const char *name)
{
    struct account account = {.role = "staff", .hash = "$argon2id$x", .created_ms = 42};
    snprintf(account.name, sizeof account.name, "%s", name);
    return account_add(a, &account);
}

TEST(an_account_is_kept)
{
    const char *dir = check_dir();
    struct accounts *a = opened(dir);
    CHECK_INT(add(a, "mei"), 0);
    CHECK_INT(add(a, "mei"), -EEXIST);
    CHECK_INT(account_set_hash(a, "mei", "$argon2id$y"), 0);
    CHECK_INT(account_set_disabled(a, "mei", true), 0);
    accounts_close(&a);
    CHECK(a == NULL);
    accounts_close(&a);
    a = opened(dir);
    struct account got;
    CHECK_INT(account_get(a, "mei", &got), 0);
    CHECK_STR(got.name, "mei");
    CHECK_STR(got.role, "staff");
    CHECK_STR(got.hash, "$argon2id$y");
    CHECK(got.disabled);
    CHECK_INT(got.created_ms, 42);
    CHECK_INT(add(a, "mei"), -EEXIST); // a disabled one keeps its name
    CHECK_INT(account_set_disabled(a, "mei", false), 0);
    CHECK_INT(account_get(a, "mei", &got), 0);
    CHECK(!got.disabled);
    accounts_close(&a);
}

TEST(unknown_names_are_answered)
{
    struct accounts *a = opened(check_dir());
    struct account got = {.name = "untouched"};
    CHECK_INT(account_get(a, "x' OR 1=1 --", &got), -ENOENT);
    CHECK_STR(got.name, "untouched");
    CHECK_INT(account_set_hash(a, "nobody", "h"), -ENOENT);
    CHECK_INT(account_set_disabled(a, "nobody", true), -ENOENT);
    unsigned char key[SESSION_KEY_BYTES] = {0};
    struct session session;
    CHECK_INT(session_get(a, key, &session), -ENOENT);
    CHECK_INT(session_drop(a, key), -ENOENT);
    CHECK_INT(session_drop_all(a, "nobody"), 0);
    accounts_close(&a);
}

TEST(the_longest_name_and_hash_fit)
{
    struct accounts *a = opened(check_dir());
    struct account long_one = {.role = "portal_admin_xx"}, got;
    memset(long_one.name, 'n', ACCOUNT_NAME_MAX);
    memset(long_one.hash, 'h', ACCOUNT_HASH_MAX - 1);
    CHECK_INT(account_add(a, &long_one), 0);
    CHECK_INT(account_get(a, long_one.name, &got), 0);
    CHECK_STR(got.name, long_one.name);
    CHECK_STR(got.hash, long_one.hash);
    CHECK_STR(got.role, long_one.role);
    accounts_close(&a);
}

struct names {
    char text[256];
    struct accounts *accounts;
};

static void on_account(void *ctx, const struct account *account)
{
    struct names *names = ctx;
    struct account again;
    CHECK_INT(account_get(names->accounts, account->name, &again), 0); // may call back
    strcat(strcat(names->text, account->name), " ");
}

TEST(accounts_are_listed_by_name)
{
    struct names names = {.accounts = opened(check_dir())};
    CHECK_INT(account_each(names.accounts, on_account, &names), 0);
    CHECK_STR(names.text, "");
    CHECK_INT(add(names.accounts, "wen"), 0);
    CHECK_INT(add(names.accounts, "an"), 0);
    CHECK_INT(add(names.accounts, "mei"), 0);
    CHECK_INT(account_each(names.accounts, on_account, &names), 0);
    CHECK_STR(names.text, "an mei wen ");
    accounts_close(&names.accounts);
}

static void on_session(void *ctx, const struct session *session)
{
    char *text = ctx;
    sprintf(text + strlen(text), "%s:%d ", session->name, session->key[0]);
}

TEST(sessions_are_put_seen_and_dropped)
{
    struct accounts *a = opened(check_dir());
    struct session s = {.name = "mei", .created_ms = 1, .seen_ms = 2}, got;
    char text[256] = "";
    for (unsigned char i = 1; i <= 3; i++) {
        s.key[0] = i;
        CHECK_INT(session_put(a, &s), 0);
    }
    s.key[0] = 4;
    strcpy(s.name, "wen");
    CHECK_INT(session_put(a, &s), 0);
    s.seen_ms = 99;
    CHECK_INT(session_put(a, &s), 0); // replaces
    CHECK_INT(session_get(a, s.key, &got), 0);
    CHECK_INT(got.seen_ms, 99);
    CHECK_INT(got.created_ms, 1);
    CHECK(memcmp(got.key, s.key, SESSION_KEY_BYTES) == 0);
    CHECK_INT(session_each(a, on_session, text), 0);
    CHECK_STR(text, "mei:1 mei:2 mei:3 wen:4 ");
    CHECK_INT(session_seen(a, s.key, 100), 0);
    CHECK_INT(session_get(a, s.key, &got), 0);
    CHECK_INT(got.seen_ms, 100);
    CHECK_INT(got.created_ms, 1);
    CHECK_STR(got.name, "wen");
    s.key[0] = 2;
    CHECK_INT(session_drop(a, s.key), 0);
    CHECK_INT(session_get(a, s.key, &got), -ENOENT);
    CHECK_INT(session_seen(a, s.key, 101), -ENOENT); // it does not come back
    CHECK_INT(session_get(a, s.key, &got), -ENOENT);
    CHECK_INT(session_drop_all(a, "mei"), 0);
    text[0] = '\0';
    CHECK_INT(session_each(a, on_session, text), 0);
    CHECK_STR(text, "wen:4 ");
    accounts_close(&a);
}

TEST(a_session_by_invitation_is_kept)
{
    const char *dir = check_dir();
    struct accounts *a = opened(dir);
    struct session s = {.name = "guest", .created_ms = 1, .seen_ms = 2, .until_ms = 3}, got;
    memset(s.invitation, 'v', SESSION_INVITATION_MAX);
    CHECK_INT(session_put(a, &s), 0);
    accounts_close(&a);
    a = opened(dir);
    CHECK_INT(session_get(a, s.key, &got), 0);
    CHECK_STR(got.invitation, s.invitation);
    CHECK_INT(got.until_ms, 3);
    accounts_close(&a);
}

static void execute(const char *dir, const char *sql)
{
    char path[160];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/accounts.db", dir);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

// As version 1 made it.
static const char OLD_FILE[] =
    "CREATE TABLE account (name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL,"
    " hash TEXT NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE session (key BLOB PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
    " created INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_name ON session (name);"
    "INSERT INTO account VALUES ('mei', 'staff', 'h', 0, 42);"
    "INSERT INTO session VALUES (zeroblob(32), 'mei', 1, 2);"
    "PRAGMA application_id = 0x46544143; PRAGMA user_version = 1;";

TEST(a_file_of_version_1_is_taken_over_by_several_processes_at_once)
{
    const char *dir = check_dir();
    execute(dir, OLD_FILE);
    pid_t children[3];
    for (int i = 0; i < 3; i++) {
        children[i] = fork();
        CHECK(children[i] >= 0);
        if (children[i] == 0) {
            struct accounts *a = opened(dir);
            accounts_close(&a);
            _exit(0);
        }
    }
    for (int i = 0; i < 3; i++) {
        int status;
        CHECK(waitpid(children[i], &status, 0) == children[i]);
        CHECK_INT(status, 0);
    }
    struct accounts *a = opened(dir);
    struct account account;
    struct session session;
    unsigned char key[SESSION_KEY_BYTES] = {0};
    CHECK_INT(account_get(a, "mei", &account), 0);
    CHECK_INT(account.created_ms, 42);
    CHECK_INT(session_get(a, key, &session), 0);
    CHECK_STR(session.name, "mei");
    CHECK_STR(session.invitation, "");
    CHECK_INT(session.until_ms, 0);
    CHECK_INT(session.seen_ms, 2);
    accounts_close(&a);
}

static void add_many(struct accounts *a, int who)
{
    char name[32];
    for (int i = 0; i < EACH_ADDS; i++) {
        snprintf(name, sizeof name, "p%d-%d", who, i);
        CHECK_INT(add(a, name), 0);
    }
}

static void on_count(void *ctx, const struct account *account)
{
    (void)account;
    ++*(int *)ctx;
}

TEST(several_processes_create_and_fill_one_file)
{
    char dir[128];
    snprintf(dir, sizeof dir, "%s/new", check_dir());
    pid_t children[3];
    for (int who = 0; who < 3; who++) {
        children[who] = fork();
        CHECK(children[who] >= 0);
        if (children[who] == 0) {
            struct accounts *a = opened(dir);
            add_many(a, who);
            accounts_close(&a);
            _exit(0);
        }
    }
    for (int who = 0; who < 3; who++) {
        int status;
        CHECK(waitpid(children[who], &status, 0) == children[who]);
        CHECK_INT(status, 0);
    }
    struct accounts *a = opened(dir);
    int count = 0;
    CHECK_INT(account_each(a, on_count, &count), 0);
    CHECK_INT(count, 3 * EACH_ADDS);
    accounts_close(&a);
}

static struct accounts *shared;

static void add_in_thread(void *who)
{
    add_many(shared, *(int *)who);
}

TEST(several_threads_use_one_handle)
{
    shared = opened(check_dir());
    uv_thread_t threads[3];
    int who[3] = {0, 1, 2}, count = 0;
    for (int i = 0; i < 3; i++)
        CHECK(uv_thread_create(&threads[i], add_in_thread, &who[i]) == 0);
    for (int i = 0; i < 3; i++)
        uv_thread_join(&threads[i]);
    CHECK_INT(account_each(shared, on_count, &count), 0);
    CHECK_INT(count, 3 * EACH_ADDS);
    accounts_close(&shared);
}

static void refused(const char *dir, int code)
{
    struct accounts *a = NULL;
    char error[STORAGE_ERROR_LEN] = "";
    CHECK_INT(accounts_open(dir, &a, error), code);
    CHECK(a == NULL);
    CHECK(strlen(error) > 10);
}

TEST(a_newer_or_foreign_file_is_refused)
{
    const char *dir = check_dir();
    struct accounts *a = opened(dir);
    accounts_close(&a);
    char path[160];
    snprintf(path, sizeof path, "%s/accounts.db", dir);
    execute(dir, "PRAGMA user_version = 7");
    refused(dir, -EPROTONOSUPPORT);
    FILE *f = fopen(path, "w");
    CHECK(f);
    for (int i = 0; i < 100; i++)
        fputs("no database\n", f);
    fclose(f);
    refused(dir, -EBADMSG);
    struct stat st;
    CHECK(stat(path, &st) == 0);
    CHECK_INT(st.st_mode & 0137, 0);
}

int main(void)
{
    return check_run();
}
