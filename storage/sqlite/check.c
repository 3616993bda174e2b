// SPDX-License-Identifier: Apache-2.0
// What is looked at before a record is used. A record that does not fit its own hashes is refused:
// going on would sign the damage.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "storage/sqlite/record.h"
#include "storage/verify.h"

static int damaged(char error[STORAGE_ERROR_LEN], struct slice interview, uint64_t seq,
                   const char *what)
{
    int len = interview.n > 80 ? 80 : (int)interview.n;
    snprintf(error, STORAGE_ERROR_LEN,
             "record.db is damaged: interview %.*s, event %" PRIu64 ": %s", len, interview.p, seq,
             what);
    return -EBADMSG;
}

static int quick_check(struct record *r, char error[STORAGE_ERROR_LEN])
{
    sqlite3_stmt *s = NULL;
    int failed = 0;
    int code = sqlite3_prepare_v2(r->db, "PRAGMA quick_check(1)", -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code != SQLITE_ROW) {
        failed = record_fault(r, code, "record.db is damaged", error);
    } else if (!slice_is(column(s, 0), "ok")) {
        struct slice why = column(s, 0);
        int len = why.n > 160 ? 160 : (int)why.n;
        snprintf(error, STORAGE_ERROR_LEN, "record.db is damaged: %.*s", len, why.p);
        failed = -EBADMSG;
    }
    sqlite3_finalize(s);
    return failed;
}

static const char events_sql[] = "SELECT seq, pub, at, actor, type, body, hash, pub_hash,"
                                 " commitment, pub_commitment, replaced FROM event WHERE iid = ?1"
                                 " ORDER BY seq";

static int check_event(struct verifier *v, sqlite3_stmt *s, struct slice interview,
                       char error[STORAGE_ERROR_LEN])
{
    char hash[CHAIN_HEX + 1], pub_hash[CHAIN_HEX + 1];
    column_hash(s, 6, hash);
    column_hash(s, 7, pub_hash);
    struct event event = {.seq = column_number(s, 0),
                          .pub = column_number(s, 1),
                          .at_ms = sqlite3_column_int64(s, 2),
                          .actor = column(s, 3),
                          .type = column(s, 4),
                          .body = column(s, 5),
                          .hash = hash,
                          .pub_hash = pub_hash};
    char commit[COMMIT_HEX + 1], pub_commit[COMMIT_HEX + 1];
    column_commit(s, 8, commit);
    column_commit(s, 9, pub_commit);
    if (column_number(s, 10)) {
        event.commit = commit;
        event.pub_commit = pub_commit;
    }
    enum verify_fault fault = verifier_feed(v, &event);
    if (fault != VERIFY_OK)
        return damaged(error, interview, v->seq, verify_words(fault));
    if (!slice_is(column(s, 8), v->commit) || !slice_is(column(s, 9), v->pub_commit))
        return damaged(error, interview, v->seq, "its content does not fit its commitment");
    return 0;
}

// row: iid, id, seq, pub, hash, pub_hash of the interview.
static int check_interview(struct record *r, sqlite3_stmt *row, sqlite3_stmt *events,
                           char error[STORAGE_ERROR_LEN])
{
    struct verifier v;
    verifier_init(&v);
    struct slice interview = column(row, 1);
    int failed = 0, code = SQLITE_ROW;
    sqlite3_bind_int64(events, 1, sqlite3_column_int64(row, 0));
    while (!failed && (code = sqlite3_step(events)) == SQLITE_ROW)
        failed = check_event(&v, events, interview, error);
    if (!failed && code != SQLITE_DONE)
        failed = record_fault(r, code, "record.db", error);
    sqlite3_reset(events);
    enum verify_fault fault = verifier_end(&v);
    if (!failed && fault != VERIFY_OK)
        failed = damaged(error, interview, v.seq, verify_words(fault));
    if (failed)
        return failed;
    if (column_number(row, 2) != v.staff.n || !slice_is(column(row, 4), v.staff.hash))
        return damaged(error, interview, v.staff.n + 1, "the end of the log is missing");
    if (column_number(row, 3) != v.open.n || !slice_is(column(row, 5), v.open.hash))
        return damaged(error, interview, v.staff.n, "the public numbering does not end here");
    return 0;
}

static int check_chains(struct record *r, char error[STORAGE_ERROR_LEN])
{
    sqlite3_stmt *rows = NULL, *events = NULL;
    int failed = 0;
    int code = sqlite3_prepare_v2(r->db,
                                  "SELECT iid, id, seq, pub, hash, pub_hash FROM interview"
                                  " ORDER BY iid",
                                  -1, &rows, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(r->db, events_sql, -1, &events, NULL);
    if (code == SQLITE_OK) {
        while (!failed && (code = sqlite3_step(rows)) == SQLITE_ROW)
            failed = check_interview(r, rows, events, error);
    }
    if (!failed && code != SQLITE_DONE)
        failed = record_fault(r, code, "record.db", error);
    sqlite3_finalize(events);
    sqlite3_finalize(rows);
    return failed;
}

// Rows of an interview that is not there: its own row was taken away.
static int check_orphans(struct record *r, char error[STORAGE_ERROR_LEN])
{
    sqlite3_stmt *s = NULL;
    int failed = 0;
    int code = sqlite3_prepare_v2(r->db, "PRAGMA foreign_key_check", -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        snprintf(error, STORAGE_ERROR_LEN,
                 "record.db is damaged: an interview is missing of which entries remain");
        failed = -EBADMSG;
    } else if (code != SQLITE_DONE) {
        failed = record_fault(r, code, "record.db", error);
    }
    sqlite3_finalize(s);
    return failed;
}

int record_check(struct record *r, char error[STORAGE_ERROR_LEN])
{
    int failed = quick_check(r, error);
    if (!failed)
        failed = check_chains(r, error);
    if (!failed)
        failed = check_orphans(r, error);
    return failed;
}
