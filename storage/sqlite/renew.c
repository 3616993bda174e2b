// SPDX-License-Identifier: Apache-2.0
// Tables written anew, row by row in the order of their keys: in what is written nothing is left
// of what stood in a row before, and the pages of the old ones are cleared (secure_delete). Takes
// as long as writing them takes, and room for them once more in the file, which is used again.
#include <stdio.h>

#include "storage/sqlite/record.h"

// A copy of the first column of the only row; NULL: none, or *code is not SQLITE_OK.
static char *text_of(struct record *r, const char *sql, int *code)
{
    sqlite3_stmt *s = NULL;
    char *text = NULL;
    *code = sqlite3_prepare_v2(r->db, sql, -1, &s, NULL);
    if (*code == SQLITE_OK)
        *code = sqlite3_step(s);
    if (*code == SQLITE_ROW)
        text = sure(sqlite3_mprintf("%s", (const char *)sqlite3_column_text(s, 0)));
    if (*code == SQLITE_ROW || *code == SQLITE_DONE)
        *code = SQLITE_OK;
    sqlite3_finalize(s);
    return text;
}

// Takes sql. An absent one is fine.
static int run(struct record *r, char *sql)
{
    int code = sql ? sqlite3_exec(r->db, sql, NULL, NULL, NULL) : SQLITE_OK;
    sqlite3_free(sql);
    return code;
}

// The table as it is defined now, whichever steps have made it so; it has one index at most.
static int renew(struct record *r, const char *table)
{
    int code;
    char *query = sure(sqlite3_mprintf(
        "SELECT substr(sql, instr(sql, '(')) FROM sqlite_schema WHERE type = 'table' AND name = %Q",
        table));
    char *columns = text_of(r, query, &code);
    sqlite3_free(query);
    query =
        sure(sqlite3_mprintf("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql NOTNULL"
                             " AND tbl_name = %Q",
                             table));
    char *index = code == SQLITE_OK ? text_of(r, query, &code) : NULL;
    sqlite3_free(query);
    if (code == SQLITE_OK)
        code = run(r, sure(sqlite3_mprintf("CREATE TABLE anew %s;"
                                           "INSERT INTO anew SELECT * FROM %w;"
                                           "DROP TABLE %w;"
                                           "ALTER TABLE anew RENAME TO %w;",
                                           columns, table, table, table)));
    if (code == SQLITE_OK) {
        code = run(r, index);
        index = NULL;
    }
    sqlite3_free(index);
    sqlite3_free(columns);
    return code;
}

int record_renew(struct record *r)
{
    int code = renew(r, "event");
    return code == SQLITE_OK ? renew(r, "op") : code;
}
