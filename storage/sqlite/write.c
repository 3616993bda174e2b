// SPDX-License-Identifier: Apache-2.0
// A group of appends and marks in one transaction. A batch that is refused writes nothing, so no
// savepoints: its guards are all looked at before its first write. Later batches of a group see the
// earlier ones.
#include <stdio.h>
#include <stdlib.h>

#include "storage/replaced.h"
#include "storage/sqlite/record.h"

struct head {
    sqlite3_int64 iid; // 0 = no such interview yet
    struct position staff, open;
};

static struct slice kept(struct slice s)
{
    char *copy = sure(malloc(s.n + 1));
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return (struct slice){copy, s.n};
}

static int find_head(struct record *r, struct slice interview, struct head *ret)
{
    sqlite3_stmt *s = r->statements[SQL_INTERVIEW_FIND];
    *ret = (struct head){0};
    bind_text(s, 1, interview);
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        ret->iid = sqlite3_column_int64(s, 0);
        ret->staff.n = column_number(s, 1);
        ret->open.n = column_number(s, 2);
        column_hash(s, 3, ret->staff.hash);
        column_hash(s, 4, ret->open.hash);
    }
    sqlite3_reset(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

// Was this operation applied before? Then the job is answered.
static int find_op(struct record *r, const struct head *head, struct append_job *a)
{
    sqlite3_stmt *s = r->statements[SQL_OP_FIND];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_blob(s, 2, (struct slice){(const char *)a->batch.op, OP_BYTES});
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        a->job.result = ST_DUP;
        a->found = kept(column(s, 0));
    }
    sqlite3_reset(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

// Does every guard hold? If not the job is answered with the first that does not.
static int check_guards(struct record *r, const struct head *head, struct append_job *a)
{
    sqlite3_stmt *s = r->statements[SQL_GUARD_FIND];
    for (size_t i = 0; i < a->batch.guard_count; i++) {
        const struct st_guard *guard = &a->batch.guards[i];
        sqlite3_bind_int64(s, 1, head->iid);
        bind_blob(s, 2, guard->key);
        int code = sqlite3_step(s);
        struct slice value = code == SQLITE_ROW ? column(s, 0) : (struct slice){0};
        if ((code == SQLITE_ROW || code == SQLITE_DONE) && !slice_eq(value, guard->expect)) {
            a->job.result = ST_CONFLICT;
            a->guard = i;
            if (value.p)
                a->found = kept(value);
        }
        sqlite3_reset(s);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            return code;
        if (a->job.result == ST_CONFLICT)
            break;
    }
    return SQLITE_OK;
}

// Has the caller seen every event there is, where that is asked for?
static void check_as_of(const struct head *head, struct append_job *a)
{
    if (!a->batch.replacement_count || a->batch.as_of == head->staff.n)
        return;
    char seq[24];
    snprintf(seq, sizeof seq, "%llu", (unsigned long long)head->staff.n);
    a->job.result = ST_CONFLICT;
    a->guard = a->batch.guard_count;
    a->found = kept(slice_of(seq));
}

static int add_event(struct record *r, struct head *head, struct append_job *a,
                     const struct st_fact *fact, struct place *place)
{
    char commit[COMMIT_HEX + 1], pub_commit[COMMIT_HEX + 1] = "";
    *place = (struct place){0};
    chain_commit(a->batch.at_ms, a->batch.actor, fact->type, fact->body, commit);
    chain_step(&head->staff, commit);
    place->seq = head->staff.n;
    memcpy(place->hash, head->staff.hash, sizeof place->hash);
    if (fact->is_public) {
        chain_commit(a->batch.at_ms, slice_of(""), fact->type, fact->body, pub_commit);
        chain_step(&head->open, pub_commit);
        place->pub = head->open.n;
        memcpy(place->pub_hash, head->open.hash, sizeof place->pub_hash);
    }
    sqlite3_stmt *s = r->statements[SQL_EVENT_ADD];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_number(s, 2, place->seq);
    bind_number(s, 3, place->pub);
    sqlite3_bind_int64(s, 4, a->batch.at_ms);
    bind_text(s, 5, a->batch.actor);
    bind_text(s, 6, fact->type);
    bind_text(s, 7, fact->body);
    bind_text(s, 8, slice_of(commit));
    bind_text(s, 9, slice_of(pub_commit));
    bind_text(s, 10, slice_of(place->hash));
    bind_text(s, 11, slice_of(place->pub_hash));
    return step_once(s);
}

// One of them; *end moves on in the body that names them.
static int replace_event(struct record *r, const struct head *head, const struct st_replacement *by,
                         bool is_first, char **end)
{
    sqlite3_stmt *find = r->statements[SQL_EVENT_FIND];
    char commit[COMMIT_HEX + 1];
    sqlite3_bind_int64(find, 1, head->iid);
    bind_number(find, 2, by->seq);
    int code = sqlite3_step(find);
    bool is_own = code == SQLITE_ROW && slice_is(column(find, 1), EVENT_REPLACED);
    bool is_same = false;
    if (code == SQLITE_ROW) {
        chain_commit(sqlite3_column_int64(find, 0), by->actor, column(find, 1), by->body, commit);
        is_same = slice_is(column(find, 2), commit);
    }
    sqlite3_reset(find);
    if (code == SQLITE_DONE || is_own || is_same)
        return SQLITE_MISUSE; // a fault of the caller's; nothing of the batch is written
    if (code != SQLITE_ROW)
        return code;
    *end = replaced_item(*end, is_first, by->seq, commit);
    sqlite3_stmt *s = r->statements[SQL_EVENT_REPLACE];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_number(s, 2, by->seq);
    bind_text(s, 3, by->actor);
    bind_text(s, 4, by->body);
    return step_once(s);
}

static int strike(struct record *r, const struct head *head, struct slice bytes)
{
    sqlite3_stmt *s = r->statements[SQL_OP_STRIKE];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_text(s, 2, bytes);
    return bytes.n ? step_once(s) : SQLITE_OK;
}

static int replace_events(struct record *r, struct head *head, struct append_job *a)
{
    const struct st_batch *b = &a->batch;
    char *body = sure(malloc(REPLACED_FRAME + b->replacement_count * REPLACED_ITEM_MOST));
    char *end = replaced_begin(body);
    int code = SQLITE_OK;
    for (size_t i = 0; i < b->replacement_count && code == SQLITE_OK; i++)
        code = replace_event(r, head, &b->replacements[i], i == 0, &end);
    end = replaced_end(end);
    a->replaced = (struct slice){body, (size_t)(end - body)};
    struct st_fact fact = {false, slice_of(EVENT_REPLACED), a->replaced};
    if (code == SQLITE_OK)
        code = add_event(r, head, a, &fact, &a->places[b->fact_count]);
    if (code == SQLITE_OK)
        code = strike(r, head, b->strike);
    return code;
}

static int move_head(struct record *r, const struct head *head)
{
    sqlite3_stmt *s = r->statements[SQL_INTERVIEW_MOVE];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_number(s, 2, head->staff.n);
    bind_number(s, 3, head->open.n);
    bind_text(s, 4, slice_of(head->staff.hash));
    bind_text(s, 5, slice_of(head->open.hash));
    return step_once(s);
}

static int set_guards(struct record *r, const struct head *head, const struct st_batch *batch)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < batch->guard_count && code == SQLITE_OK; i++) {
        const struct st_guard *guard = &batch->guards[i];
        if (!guard->set.p)
            continue;
        // an empty value and an absent key are the same to a guard, so only one of them is kept
        sqlite3_stmt *s = r->statements[guard->set.n ? SQL_GUARD_SET : SQL_GUARD_DROP];
        sqlite3_bind_int64(s, 1, head->iid);
        bind_blob(s, 2, guard->key);
        if (guard->set.n)
            bind_blob(s, 3, guard->set);
        code = step_once(s);
    }
    return code;
}

static int add_op(struct record *r, const struct head *head, const struct st_batch *batch)
{
    sqlite3_stmt *s = r->statements[SQL_OP_ADD];
    sqlite3_bind_int64(s, 1, head->iid);
    bind_blob(s, 2, (struct slice){(const char *)batch->op, OP_BYTES});
    bind_blob(s, 3, batch->result);
    return step_once(s);
}

static int apply(struct record *r, struct head *head, struct append_job *a)
{
    int code = SQLITE_OK;
    if (head->iid == 0) {
        bind_text(r->statements[SQL_INTERVIEW_ADD], 1, a->batch.interview);
        code = step_once(r->statements[SQL_INTERVIEW_ADD]);
        head->iid = sqlite3_last_insert_rowid(r->db);
    }
    for (size_t i = 0; i < a->batch.fact_count && code == SQLITE_OK; i++)
        code = add_event(r, head, a, &a->batch.facts[i], &a->places[i]);
    if (code == SQLITE_OK && a->batch.replacement_count)
        code = replace_events(r, head, a);
    if (code == SQLITE_OK && (a->batch.fact_count || a->batch.replacement_count))
        code = move_head(r, head);
    if (code == SQLITE_OK)
        code = set_guards(r, head, &a->batch);
    if (code == SQLITE_OK)
        code = add_op(r, head, &a->batch);
    return code;
}

static int write_mark(struct record *r, struct mark_job *m)
{
    struct head head;
    m->job.result = ST_OK;
    int code = find_head(r, m->mark.interview, &head);
    if (code != SQLITE_OK)
        return code;
    if (head.iid == 0) {
        m->job.result = ST_CONFLICT;
        return SQLITE_OK;
    }
    sqlite3_stmt *s = r->statements[m->mark.on ? SQL_MARK_ADD : SQL_MARK_DROP];
    sqlite3_bind_int64(s, 1, head.iid);
    bind_blob(s, 2, m->mark.set);
    bind_blob(s, 3, m->mark.member);
    return step_once(s);
}

static int write_append(struct record *r, struct append_job *a)
{
    struct head head;
    a->job.result = ST_OK;
    int code = find_head(r, a->batch.interview, &head);
    if (code == SQLITE_OK)
        code = find_op(r, &head, a);
    if (code == SQLITE_OK && a->job.result == ST_OK)
        code = check_guards(r, &head, a);
    if (code == SQLITE_OK && a->job.result == ST_OK)
        check_as_of(&head, a);
    if (code == SQLITE_OK && a->job.result == ST_OK)
        code = apply(r, &head, a);
    return code;
}

static void answer_all(struct job *group, enum st_result result)
{
    for (struct job *j = group; j; j = j->next)
        j->result = result;
}

static bool has_replaced(const struct job *group)
{
    for (const struct job *j = group; j; j = j->next)
        if (j->kind == JOB_APPEND && ((const struct append_job *)j)->replaced.p)
            return true;
    return false;
}

bool record_write(struct record *r, struct job *group, char why[STORAGE_ERROR_LEN])
{
    bool is_commit = false;
    int code = step_once(r->statements[SQL_BEGIN]);
    for (struct job *j = group; j && code == SQLITE_OK; j = j->next)
        code = j->kind == JOB_MARK ? write_mark(r, (struct mark_job *)j)
                                   : write_append(r, (struct append_job *)j);
    bool replaces = code == SQLITE_OK && has_replaced(group);
    if (replaces)
        code = record_renew(r);
    if (code == SQLITE_OK) {
        is_commit = true;
        code = step_once(r->statements[SQL_COMMIT]);
    }
    if (code == SQLITE_OK && replaces && record_checkpoint(r) != SQLITE_OK) {
        // It is recorded, and not gone from the disk yet: opening again sees to that.
        record_fault(r, sqlite3_extended_errcode(r->db), "record.db: checkpoint", why);
        answer_all(group, ST_UNKNOWN);
        return false;
    }
    if (code == SQLITE_OK)
        return true;
    record_fault(r, code, is_commit ? "record.db: commit" : "record.db: write", why);
    if (!sqlite3_get_autocommit(r->db) && step_once(r->statements[SQL_ROLLBACK]) != SQLITE_OK) {
        answer_all(group, is_commit ? ST_UNKNOWN : ST_DOWN);
        return false;
    }
    if ((code & 0xff) == SQLITE_FULL) {
        answer_all(group, ST_FULL);
        return true;
    }
    // After a failed sync nobody knows what the disk holds: it may have kept the commit.
    answer_all(group, is_commit ? ST_UNKNOWN : ST_DOWN);
    return false;
}
