// SPDX-License-Identifier: Apache-2.0
// What several commands about a question say and record in the same words.
#include <string.h>

#include "server/app/commands.h"
#include "server/base/must.h"

// A citizen's own act; which browser it came from is nobody's business.
static const char *who_changed(const struct question *q)
{
    bool by_asker = q->changed_by && strncmp(q->changed_by, "c:", 2) == 0;
    return by_asker ? "asker" : q->changed_by;
}

// Staff read who was faster, and when (invariant I3); to others colleagues have no names.
void refuse_stage(struct call *c, const struct question *q)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member_int(&w, "version", (int64_t)q->version);
    if (c->actor.kind == ACTOR_STAFF) {
        json_w_member(&w, "by", who_changed(q));
        json_w_member_time(&w, "at", q->changed_ms);
    }
    call_refuse(c, "wrong_stage");
}

void refuse_erased(struct call *c, const struct question *q)
{
    struct json_writer w = call_more(c);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member_int(&w, "version", (int64_t)q->version);
    json_w_member_time(&w, "at", q->erased_ms);
    call_refuse(c, "erased");
}

void refuse_stale(struct call *c, const struct question *q)
{
    struct json_writer w = call_more(c);
    json_w_member_int(&w, "version", (int64_t)q->version);
    json_w_member(&w, "by", q->changed_by ? who_changed(q) : q->claim.by);
    json_w_member_time(&w, "at", q->changed_by ? q->changed_ms : q->claim.since_ms);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    call_refuse(c, "stale");
}

bool refused_as_stale(struct call *c, const struct question *q, int64_t version)
{
    bool stale = (uint64_t)version != q->version;
    if (stale)
        refuse_stale(c, q);
    return stale;
}

// Who moved or changed it last, and when: for colleagues.
static void write_last_change(struct json_writer *w, const struct interview *iv)
{
    json_w_member_int(w, "version", (int64_t)iv->version);
    json_w_member(w, "by", iv->changed_by);
    json_w_member_time(w, "at", iv->changed_ms);
}

void refuse_interview_stage(struct call *c, const char *reason)
{
    // What is planned is the house's own affair.
    bool in_public = channel_sight(c->channel, &c->actor) == SIGHT_PUBLIC;
    const struct interview *iv = in_public ? c->channel->open : c->channel->all;
    struct json_writer w = call_more(c);
    json_w_member(&w, "stage", interview_stage_name(iv->stage));
    if (!in_public)
        write_last_change(&w, iv);
    call_refuse(c, reason ? reason : "wrong_stage");
}

void refuse_stale_interview(struct call *c)
{
    const struct interview *iv = c->channel->all;
    struct json_writer w = call_more(c);
    write_last_change(&w, iv);
    json_w_member(&w, "stage", interview_stage_name(iv->stage));
    call_refuse(c, "stale");
}

const struct question *called_question(const struct call *c, struct slice id)
{
    const struct question *q = interview_question(c->channel->all, id);
    must(q); // call.c found the interview by it
    return q;
}

void question_fact(struct call *c, const struct question *q, const char *type, bool is_public)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    call_fact_end(c, &w, type, is_public);
}

void question_waits_result(struct call *c, const struct question *q)
{
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(q->stage));
    json_w_member_int(&w, "version", (int64_t)q->version + 1);
    json_w_member(&w, "waits_for", "reviewer");
    json_w_close(&w, '}');
}

void question_result(struct call *c, enum question_stage stage, uint64_t version)
{
    struct json_writer w = call_open(&c->result);
    json_w_member(&w, "stage", question_stage_name(stage));
    json_w_member_int(&w, "version", (int64_t)version);
    json_w_close(&w, '}');
}
