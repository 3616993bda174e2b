// SPDX-License-Identifier: Apache-2.0
// Accounts and sign-in sessions in a file of their own. Several processes may have it open: every
// call is one statement, hence one transaction, and waits up to five seconds for its turn.
#include "storage/accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "storage/sqlite/files.h"
#include "storage/sqlite/record.h"

enum { BUSY_MS = 5000, ACCOUNTS_ID = 0x46544143 }; // "FTAC"

enum query {
    ACCOUNT_ADD,
    ACCOUNT_GET,
    ACCOUNT_SET_HASH,
    ACCOUNT_SET_DISABLED,
    ACCOUNT_EACH,
    SESSION_PUT,
    SESSION_GET,
    SESSION_SEEN,
    SESSION_DROP,
    SESSION_DROP_ALL,
    SESSION_EACH,
    QUERY_COUNT,
};

static const char *const texts[QUERY_COUNT] = {
    [ACCOUNT_ADD] = "INSERT INTO account (name, role, hash, disabled, created)"
                    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO NOTHING",
    [ACCOUNT_GET] = "SELECT name, role, hash, disabled, created FROM account WHERE name = ?1",
    [ACCOUNT_SET_HASH] = "UPDATE account SET hash = ?2 WHERE name = ?1",
    [ACCOUNT_SET_DISABLED] = "UPDATE account SET disabled = ?2 WHERE name = ?1",
    [ACCOUNT_EACH] = "SELECT name, role, hash, disabled, created FROM account ORDER BY name",
    [SESSION_PUT] = "INSERT OR REPLACE INTO session (key, name, created, seen, invitation, until)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SESSION_GET] = "SELECT key, name, created, seen, invitation, until FROM session"
                    " WHERE key = ?1",
    [SESSION_SEEN] = "UPDATE session SET seen = ?2 WHERE key = ?1",
    [SESSION_DROP] = "DELETE FROM session WHERE key = ?1",
    [SESSION_DROP_ALL] = "DELETE FROM session WHERE name = ?1",
    [SESSION_EACH] = "SELECT key, name, created, seen, invitation, until FROM session"
                     " ORDER BY created, key",
};

struct accounts {
    uv_mutex_t lock;    // around each use of file
    struct record file; // its connection only
    sqlite3_stmt *queries[QUERY_COUNT];
};

// As in schema.c: PRAGMA user_version counts the steps applied, and a step that has shipped is
// never changed.
static const char *const steps[] = {
    "CREATE TABLE account (name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL,"
    " hash TEXT NOT NULL, disabled INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE session (key BLOB PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
    " created INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_name ON session (name);",
    // 2: sessions by invitation
    "ALTER TABLE session ADD COLUMN invitation TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE session ADD COLUMN until INTEGER NOT NULL DEFAULT 0;",
};
enum { ACCOUNTS_VERSION = sizeof steps / sizeof *steps };

static int pragma(sqlite3 *db, const char *sql, int *ret)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        *ret = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

// What is missing, in one transaction: another process may be at it at the same moment, so the
// version is read again inside.
static int upgrade(sqlite3 *db)
{
    int version = 0;
    char mark[96];
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = pragma(db, "PRAGMA user_version", &version);
    for (int i = version; i < ACCOUNTS_VERSION && code == SQLITE_OK; i++)
        code = sqlite3_exec(db, steps[i], NULL, NULL, NULL);
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             ACCOUNTS_ID, ACCOUNTS_VERSION);
    return code == SQLITE_OK ? sqlite3_exec(db, mark, NULL, NULL, NULL) : code;
}

static int prepare(struct accounts *a, char error[STORAGE_ERROR_LEN])
{
    sqlite3 *db = a->file.db;
    int version = 0, id = 0;
    int code = sqlite3_busy_timeout(db, BUSY_MS);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL", NULL,
                            NULL, NULL);
    if (code == SQLITE_OK)
        code = pragma(db, "PRAGMA user_version", &version);
    if (code == SQLITE_OK)
        code = pragma(db, "PRAGMA application_id", &id);
    if (code == SQLITE_OK && (version > ACCOUNTS_VERSION || (id != 0 && id != ACCOUNTS_ID))) {
        snprintf(error, STORAGE_ERROR_LEN,
                 "accounts.db: written by a newer version, or not a file of Fangtan");
        return -EPROTONOSUPPORT;
    }
    if (code == SQLITE_OK && version < ACCOUNTS_VERSION)
        code = upgrade(db);
    for (int i = 0; i < QUERY_COUNT && code == SQLITE_OK; i++)
        code =
            sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &a->queries[i], NULL);
    return code == SQLITE_OK ? 0 : record_fault(&a->file, code, "accounts.db", error);
}

int accounts_open(const char *dir, struct accounts **ret, char error[STORAGE_ERROR_LEN])
{
    char path[FILE_PATH_LEN];
    int failed = files_prepare(dir, "accounts.db", path, error);
    if (failed)
        return failed;
    struct accounts *a = sure(calloc(1, sizeof *a));
    sure(uv_mutex_init(&a->lock) == 0 ? a : NULL);
    int code = sqlite3_open_v2(path, &a->file.db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_EXRESCODE,
                               NULL);
    failed =
        code == SQLITE_OK ? prepare(a, error) : record_fault(&a->file, code, "accounts.db", error);
    if (failed)
        accounts_close(&a);
    else
        *ret = a;
    return failed;
}

void accounts_close(struct accounts **accounts)
{
    struct accounts *a = *accounts;
    *accounts = NULL;
    if (!a)
        return;
    for (int i = 0; i < QUERY_COUNT; i++)
        sqlite3_finalize(a->queries[i]);
    sqlite3_close(a->file.db);
    uv_mutex_destroy(&a->lock);
    free(a);
}

// Takes the lock; leave() gives it back.
static sqlite3_stmt *enter(struct accounts *a, enum query query)
{
    uv_mutex_lock(&a->lock);
    return a->queries[query];
}

// code is the last step's. `nothing` is the answer when no row was there or changed.
static int leave(struct accounts *a, sqlite3_stmt *s, int code, int nothing)
{
    char why[STORAGE_ERROR_LEN];
    int failed = 0;
    if (code == SQLITE_DONE)
        failed = sqlite3_stmt_readonly(s) || sqlite3_changes(a->file.db) == 0 ? nothing : 0;
    else if (code != SQLITE_ROW)
        failed = record_fault(&a->file, code, "accounts.db", why);
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    uv_mutex_unlock(&a->lock);
    return failed;
}

static void copy_text(sqlite3_stmt *s, int i, char *ret, size_t size)
{
    struct slice text = column(s, i);
    size_t n = text.n < size ? text.n : size - 1;
    memcpy(ret, text.p, n);
    ret[n] = '\0';
}

static void account_of(sqlite3_stmt *s, struct account *ret)
{
    *ret = (struct account){.disabled = sqlite3_column_int(s, 3) != 0,
                            .created_ms = sqlite3_column_int64(s, 4)};
    copy_text(s, 0, ret->name, sizeof ret->name);
    copy_text(s, 1, ret->role, sizeof ret->role);
    copy_text(s, 2, ret->hash, sizeof ret->hash);
}

int account_add(struct accounts *a, const struct account *account)
{
    sqlite3_stmt *s = enter(a, ACCOUNT_ADD);
    bind_text(s, 1, slice_of(account->name));
    bind_text(s, 2, slice_of(account->role));
    bind_text(s, 3, slice_of(account->hash));
    sqlite3_bind_int(s, 4, account->disabled);
    sqlite3_bind_int64(s, 5, account->created_ms);
    return leave(a, s, sqlite3_step(s), -EEXIST);
}

int account_get(struct accounts *a, const char *name, struct account *ret)
{
    sqlite3_stmt *s = enter(a, ACCOUNT_GET);
    bind_text(s, 1, slice_of(name));
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        account_of(s, ret);
    return leave(a, s, code, -ENOENT);
}

int account_set_hash(struct accounts *a, const char *name, const char *hash)
{
    sqlite3_stmt *s = enter(a, ACCOUNT_SET_HASH);
    bind_text(s, 1, slice_of(name));
    bind_text(s, 2, slice_of(hash));
    return leave(a, s, sqlite3_step(s), -ENOENT);
}

int account_set_disabled(struct accounts *a, const char *name, bool disabled)
{
    sqlite3_stmt *s = enter(a, ACCOUNT_SET_DISABLED);
    bind_text(s, 1, slice_of(name));
    sqlite3_bind_int(s, 2, disabled);
    return leave(a, s, sqlite3_step(s), -ENOENT);
}

static void session_of(sqlite3_stmt *s, struct session *ret)
{
    *ret = (struct session){.created_ms = sqlite3_column_int64(s, 2),
                            .seen_ms = sqlite3_column_int64(s, 3),
                            .until_ms = sqlite3_column_int64(s, 5)};
    copy_text(s, 4, ret->invitation, sizeof ret->invitation);
    struct slice key = column(s, 0);
    memcpy(ret->key, key.p, key.n < sizeof ret->key ? key.n : sizeof ret->key);
    copy_text(s, 1, ret->name, sizeof ret->name);
}

static struct slice slice_of_key(const unsigned char key[SESSION_KEY_BYTES])
{
    return (struct slice){(const char *)key, SESSION_KEY_BYTES};
}

int session_put(struct accounts *a, const struct session *session)
{
    sqlite3_stmt *s = enter(a, SESSION_PUT);
    bind_blob(s, 1, slice_of_key(session->key));
    bind_text(s, 2, slice_of(session->name));
    sqlite3_bind_int64(s, 3, session->created_ms);
    sqlite3_bind_int64(s, 4, session->seen_ms);
    bind_text(s, 5, slice_of(session->invitation));
    sqlite3_bind_int64(s, 6, session->until_ms);
    return leave(a, s, sqlite3_step(s), 0);
}

int session_get(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES], struct session *ret)
{
    sqlite3_stmt *s = enter(a, SESSION_GET);
    bind_blob(s, 1, slice_of_key(key));
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW)
        session_of(s, ret);
    return leave(a, s, code, -ENOENT);
}

int session_seen(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES], int64_t seen_ms)
{
    sqlite3_stmt *s = enter(a, SESSION_SEEN);
    bind_blob(s, 1, slice_of_key(key));
    sqlite3_bind_int64(s, 2, seen_ms);
    return leave(a, s, sqlite3_step(s), -ENOENT);
}

int session_drop(struct accounts *a, const unsigned char key[SESSION_KEY_BYTES])
{
    sqlite3_stmt *s = enter(a, SESSION_DROP);
    bind_blob(s, 1, slice_of_key(key));
    return leave(a, s, sqlite3_step(s), -ENOENT);
}

int session_drop_all(struct accounts *a, const char *name)
{
    sqlite3_stmt *s = enter(a, SESSION_DROP_ALL);
    bind_text(s, 1, slice_of(name));
    return leave(a, s, sqlite3_step(s), 0);
}

// Rows are gathered first and shown outside the lock, so that a row's function may call back here.
int account_each(struct accounts *a, accounts_row *each, void *ctx)
{
    struct account *rows = NULL;
    size_t count = 0, cap = 0;
    int code;
    sqlite3_stmt *s = enter(a, ACCOUNT_EACH);
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        if (count == cap) {
            cap = 2 * cap + 16;
            rows = sure(realloc(rows, cap * sizeof *rows));
        }
        account_of(s, &rows[count++]);
    }
    int failed = leave(a, s, code, 0);
    for (size_t i = 0; i < count && !failed; i++)
        each(ctx, &rows[i]);
    free(rows);
    return failed;
}

int session_each(struct accounts *a, session_row *each, void *ctx)
{
    struct session *rows = NULL;
    size_t count = 0, cap = 0;
    int code;
    sqlite3_stmt *s = enter(a, SESSION_EACH);
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        if (count == cap) {
            cap = 2 * cap + 16;
            rows = sure(realloc(rows, cap * sizeof *rows));
        }
        session_of(s, &rows[count++]);
    }
    int failed = leave(a, s, code, 0);
    for (size_t i = 0; i < count && !failed; i++)
        each(ctx, &rows[i]);
    free(rows);
    return failed;
}
