// SPDX-License-Identifier: Apache-2.0
// The file format and its versions. PRAGMA user_version counts the steps applied; each step is one
// transaction, so an interrupted migration leaves the old version or the new, never something
// between. A step that has shipped is never changed: add one at the end.
#include <errno.h>
#include <stdio.h>

#include "storage/sqlite/record.h"

enum { APPLICATION_ID = 0x46544e52 }; // "FTNR"

static const char *const steps[] = {
    "CREATE TABLE interview ("
    " iid INTEGER PRIMARY KEY," // oldest first
    " id TEXT NOT NULL UNIQUE,"
    " seq INTEGER NOT NULL, pub INTEGER NOT NULL," // its last numbers …
    " hash TEXT NOT NULL, pub_hash TEXT NOT NULL"  // … and their hashes
    ") STRICT;"
    "CREATE TABLE event ("
    " iid INTEGER NOT NULL REFERENCES interview, seq INTEGER NOT NULL, pub INTEGER NOT NULL,"
    " at INTEGER NOT NULL, actor TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,"
    " commitment TEXT NOT NULL, pub_commitment TEXT NOT NULL,"
    " hash TEXT NOT NULL, pub_hash TEXT NOT NULL,"
    " PRIMARY KEY (iid, seq)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX event_pub ON event (iid, pub) WHERE pub > 0;"
    "CREATE TABLE op ("
    " iid INTEGER NOT NULL REFERENCES interview, op BLOB NOT NULL, result BLOB NOT NULL,"
    " PRIMARY KEY (iid, op)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE guard ("
    " iid INTEGER NOT NULL REFERENCES interview, key BLOB NOT NULL, value BLOB NOT NULL,"
    " PRIMARY KEY (iid, key)"
    ") STRICT, WITHOUT ROWID;",
    // 2: marks. The number is only for reading them a slice at a time.
    "CREATE TABLE mark ("
    " mid INTEGER PRIMARY KEY,"
    " iid INTEGER NOT NULL REFERENCES interview, \"set\" BLOB NOT NULL, member BLOB NOT NULL,"
    " UNIQUE (iid, \"set\", member)"
    ") STRICT;",
    // 3: events whose actor and body are no longer those of their commitments.
    "ALTER TABLE event ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;",
};

enum { VERSION = sizeof steps / sizeof *steps };

static int number(struct record *r, const char *sql, int *ret)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(r->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW) {
            *ret = sqlite3_column_int(s, 0);
            code = SQLITE_OK;
        }
    }
    sqlite3_finalize(s);
    return code;
}

static int apply(struct record *r, int step)
{
    char version[96];
    snprintf(version, sizeof version,
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", APPLICATION_ID,
             step + 1);
    int code = sqlite3_exec(r->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(r->db, steps[step], NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(r->db, version, NULL, NULL, NULL);
    return code;
}

int record_migrate(struct record *r, char error[STORAGE_ERROR_LEN])
{
    int application = 0, version = 0, tables = 0;
    int code = number(r, "PRAGMA application_id", &application);
    if (code == SQLITE_OK)
        code = number(r, "PRAGMA user_version", &version);
    if (code == SQLITE_OK)
        code = number(r, "SELECT count(*) FROM sqlite_schema", &tables);
    if (code != SQLITE_OK)
        return record_fault(r, code, "record.db", error);
    bool is_new = application == 0 && version == 0 && tables == 0;
    if (!is_new && application != APPLICATION_ID) {
        snprintf(error, STORAGE_ERROR_LEN, "record.db: this is not a record of Fangtan");
        return -EBADMSG;
    }
    if (version < 0 || version > VERSION) {
        snprintf(error, STORAGE_ERROR_LEN,
                 "record.db: written by a newer version (format %d, this program knows %d)",
                 version, VERSION);
        return -EPROTONOSUPPORT;
    }
    for (; version < VERSION; version++) {
        code = apply(r, version);
        if (code != SQLITE_OK)
            return record_fault(r, code, "record.db: migration", error);
    }
    return 0;
}
