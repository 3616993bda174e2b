// SPDX-License-Identifier: Apache-2.0
// Connection, settings, prepared statements, and the translation of SQLite's codes.
#include "storage/sqlite/record.h"

#include <errno.h>
#include <stdio.h>

static const char *const texts[STATEMENT_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_INTERVIEW_FIND] = "SELECT iid, seq, pub, hash, pub_hash FROM interview WHERE id = ?1",
    [SQL_INTERVIEW_ADD] = "INSERT INTO interview (id, seq, pub, hash, pub_hash)"
                          " VALUES (?1, 0, 0, '', '')",
    [SQL_INTERVIEW_MOVE] = "UPDATE interview SET seq = ?2, pub = ?3, hash = ?4, pub_hash = ?5"
                           " WHERE iid = ?1",
    [SQL_OP_FIND] = "SELECT result FROM op WHERE iid = ?1 AND op = ?2",
    [SQL_OP_ADD] = "INSERT INTO op (iid, op, result) VALUES (?1, ?2, ?3)",
    [SQL_GUARD_FIND] = "SELECT value FROM guard WHERE iid = ?1 AND key = ?2",
    [SQL_GUARD_SET] = "INSERT INTO guard (iid, key, value) VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (iid, key) DO UPDATE SET value = excluded.value",
    [SQL_GUARD_DROP] = "DELETE FROM guard WHERE iid = ?1 AND key = ?2",
    [SQL_EVENT_ADD] = "INSERT INTO event (iid, seq, pub, at, actor, type, body, commitment,"
                      " pub_commitment, hash, pub_hash)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [SQL_EVENT_FIND] = "SELECT at, type, commitment FROM event WHERE iid = ?1 AND seq = ?2",
    [SQL_EVENT_REPLACE] = "UPDATE event SET actor = ?3, body = ?4, replaced = 1"
                          " WHERE iid = ?1 AND seq = ?2",
    [SQL_OP_STRIKE] = "UPDATE op SET result = CAST(replace(CAST(result AS TEXT), ?2, '') AS BLOB)"
                      " WHERE iid = ?1 AND instr(CAST(result AS TEXT), ?2) > 0",
    [SQL_EVENT_READ] = "SELECT seq, pub, at, actor, type, body, hash, pub_hash, replaced,"
                       " commitment, pub_commitment FROM event"
                       " WHERE iid = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4",
    [SQL_INTERVIEW_LIST] = "SELECT iid, id FROM interview WHERE iid > ?1 ORDER BY iid LIMIT ?2",
    [SQL_MARK_ADD] = "INSERT INTO mark (iid, \"set\", member) VALUES (?1, ?2, ?3)"
                     " ON CONFLICT DO NOTHING",
    [SQL_MARK_DROP] = "DELETE FROM mark WHERE iid = ?1 AND \"set\" = ?2 AND member = ?3",
    [SQL_MARK_LIST] = "SELECT mid, id, \"set\", member FROM mark JOIN interview USING (iid)"
                      " WHERE mid > ?1 ORDER BY mid LIMIT ?2",
};

int record_fault(struct record *r, int code, const char *what, char error[STORAGE_ERROR_LEN])
{
    int primary = code & 0xff;
    if (primary == SQLITE_NOMEM)
        sure(NULL);
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        snprintf(error, STORAGE_ERROR_LEN, "%s: in use by another process", what);
        return -EBUSY;
    }
    const char *why = r->db ? sqlite3_errmsg(r->db) : sqlite3_errstr(code);
    snprintf(error, STORAGE_ERROR_LEN, "%.120s: %.100s (%d)", what, why, code);
    switch (primary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EBADMSG;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return -EACCES;
    default:
        return -EIO;
    }
}

// The lock is taken by the first access after locking_mode, and kept until the file is closed.
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA journal_size_limit = 67108864;"
                               "PRAGMA secure_delete = ON;" // what is replaced leaves no trace
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;";

int record_init(struct record *r, const char *path, char error[STORAGE_ERROR_LEN])
{
    *r = (struct record){0};
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &r->db, flags, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(r->db, settings, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return record_fault(r, code, path, error);
    int failed = record_migrate(r, error);
    if (failed)
        return failed;
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        code = sqlite3_prepare_v3(r->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &r->statements[i],
                                  NULL);
        if (code != SQLITE_OK)
            return record_fault(r, code, path, error);
    }
    return 0;
}

void record_finish(struct record *r)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(r->statements[i]);
    sqlite3_close(r->db);
    *r = (struct record){0};
}

void bind_text(sqlite3_stmt *s, int i, struct slice text)
{
    sqlite3_bind_text64(s, i, text.n ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void bind_blob(sqlite3_stmt *s, int i, struct slice blob)
{
    sqlite3_bind_blob64(s, i, blob.n ? blob.p : "", blob.n, SQLITE_STATIC);
}

void bind_number(sqlite3_stmt *s, int i, uint64_t n)
{
    sqlite3_bind_int64(s, i, n > INT64_MAX ? INT64_MAX : (sqlite3_int64)n);
}

struct slice column(sqlite3_stmt *s, int i)
{
    const char *p = sqlite3_column_blob(s, i);
    size_t n = (size_t)sqlite3_column_bytes(s, i);
    return (struct slice){p ? p : "", p ? n : 0};
}

uint64_t column_number(sqlite3_stmt *s, int i)
{
    sqlite3_int64 n = sqlite3_column_int64(s, i);
    return n < 0 ? 0 : (uint64_t)n;
}

void column_hash(sqlite3_stmt *s, int i, char ret[CHAIN_HEX + 1])
{
    struct slice hash = column(s, i);
    ret[0] = '\0';
    if (hash.n != CHAIN_HEX)
        return;
    memcpy(ret, hash.p, CHAIN_HEX);
    ret[CHAIN_HEX] = '\0';
}

void column_commit(sqlite3_stmt *s, int i, char ret[COMMIT_HEX + 1])
{
    struct slice commit = column(s, i);
    ret[0] = '\0';
    if (commit.n != COMMIT_HEX)
        return;
    memcpy(ret, commit.p, COMMIT_HEX);
    ret[COMMIT_HEX] = '\0';
}

int record_checkpoint(struct record *r)
{
    return sqlite3_wal_checkpoint_v2(r->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

int step_once(sqlite3_stmt *s)
{
    int code = sqlite3_step(s);
    sqlite3_reset(s);
    return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}
