// SPDX-License-Identifier: Apache-2.0
// A question as JSON: for everybody, for a guest, for staff.
#include "server/interview/snapshot.h"
#include "server/interview/snapshot_parts.h"

void snapshot_reply(struct json_writer *w, const struct question *q)
{
    if (!q->reply)
        return;
    json_w_key(w, "reply");
    json_w_open(w, '{');
    json_w_member(w, "department", q->reply_department);
    json_w_member(w, "text", q->reply);
    json_w_member_time(w, "at", q->replied_ms);
    json_w_close(w, '}');
}

void snapshot_referral(struct json_writer *w, const struct referral *r)
{
    json_w_member_time(w, "stopped_at", r->stopped_ms);
    if (!r->extension)
        return;
    json_w_key(w, "extension");
    json_w_open(w, '{');
    json_w_member(w, "reason", r->extension);
    json_w_member_time(w, "at", r->extended_ms);
    json_w_close(w, '}');
}

// Told to everybody: when, and by which class of legal bases.
static void write_erased(struct json_writer *w, const struct question *q)
{
    if (!q->erased_ms)
        return;
    json_w_key(w, "erased");
    json_w_open(w, '{');
    json_w_member_time(w, "at", q->erased_ms);
    json_w_member(w, "class", q->erasure_class);
    json_w_close(w, '}');
}

// For the desk: what waits for a second person, or who did it.
static void write_erasure(struct json_writer *w, const struct question *q)
{
    if (!q->erasure_asker)
        return;
    json_w_key(w, "erasure");
    json_w_open(w, '{');
    json_w_member(w, "by", q->erasure_asker);
    json_w_member(w, "class", q->erasure_class);
    json_w_member(w, "basis", q->erasure_basis);
    json_w_member(w, "note", q->erasure_note);
    json_w_member(w, "confirmed_by", q->erased_by);
    json_w_close(w, '}');
}

// What everybody may know of a question that has been shown, inside the open object. grouped: how
// many are joined with it, as far as the reader is told.
static void write_shown(struct json_writer *w, const struct question *q, uint64_t grouped)
{
    json_w_member(w, "question", q->id);
    json_w_member(w, "receipt_no", q->receipt_no);
    json_w_member(w, "name", q->name);
    json_w_member(w, "text", q->text);
    json_w_member_bool(w, "edited", q->edited);
    json_w_member(w, "origin", q->origin);
    snapshot_texts(w, "labels", q->labels, q->label_count);
    json_w_member_int(w, "votes", (int64_t)q->votes);
    json_w_member(w, "stage", question_stage_name(q->stage));
    json_w_member_time(w, "shown_at", q->shown_ms);
    snapshot_texts(w, "answers", q->answers, q->answer_count);
    json_w_member(w, "department", q->department);
    json_w_member_time(w, "due", q->due_ms);
    snapshot_referral(w, &q->referral);
    snapshot_reply(w, q);
    if (grouped)
        json_w_member_int(w, "grouped", (int64_t)grouped);
}

void snapshot_public_question(struct json_writer *w, const struct question *q)
{
    json_w_open(w, '{');
    if (question_is_gone(q)) {
        json_w_member(w, "question", q->id);
        json_w_member(w, "receipt_no", q->receipt_no);
        json_w_member(w, "stage", question_stage_name(q->stage));
        json_w_member_time(w, "shown_at", q->shown_ms); // where its stub stands
        json_w_member(w, "code", q->code);
        write_erased(w, q);
    } else {
        write_shown(w, q, q->grouped);
        json_w_member(w, "note", q->note); // the public state has one of a lapsed question only
    }
    json_w_close(w, '}');
}

static void write_claim(struct json_writer *w, const struct claim *claim)
{
    if (!claim->by)
        return;
    json_w_key(w, "claim");
    json_w_open(w, '{');
    json_w_member(w, "by", claim->by);
    json_w_member_int(w, "epoch", (int64_t)claim->epoch);
    json_w_member_time(w, "until", claim->until_ms);
    json_w_member_time(w, "at", claim->since_ms);
    json_w_close(w, '}');
}

// Who wrote what, and when: "key": {text, by, at}.
static void write_by(struct json_writer *w, const char *key, const char *text, const char *by,
                     int64_t at_ms)
{
    if (!by)
        return;
    json_w_key(w, key);
    json_w_open(w, '{');
    json_w_member(w, "text", text);
    json_w_member(w, "by", by);
    json_w_member_time(w, "at", at_ms);
    json_w_close(w, '}');
}

static void write_case(struct json_writer *w, const struct referral *r)
{
    if (!r->id)
        return;
    json_w_key(w, "case");
    json_w_open(w, '{');
    json_w_member(w, "case", r->id);
    json_w_member(w, "stage", case_stage_name(r->stage));
    json_w_member(w, "note", r->note);
    json_w_member_time(w, "opened_at", r->opened_ms);
    json_w_member(w, "accepted_by", r->accepted_by);
    json_w_member_time(w, "accepted_at", r->accepted_ms);
    json_w_member(w, "stop_note", r->stop_note);
    if (r->extended_days)
        json_w_member_int(w, "extended_days", (int64_t)r->extended_days);
    write_by(w, "draft", r->draft, r->drafted_by, r->drafted_ms);
    write_by(w, "returned", r->returned_note, r->returned_by, 0);
    json_w_close(w, '}');
}

static void write_retraction(struct json_writer *w, const struct question *q)
{
    if (!q->retraction_code)
        return;
    json_w_key(w, "retraction");
    json_w_open(w, '{');
    json_w_member(w, "by", q->retraction_asker);
    json_w_member(w, "code", q->retraction_code);
    json_w_close(w, '}');
}

static void write_proposal(struct json_writer *w, const struct proposal *p)
{
    if (!p->by)
        return;
    json_w_key(w, "proposal");
    json_w_open(w, '{');
    json_w_member(w, "by", p->by);
    json_w_member_time(w, "at", p->at_ms);
    json_w_member(w, "decision", p->rejects ? "rejected" : "approved");
    json_w_member(w, "text", p->text);
    if (p->has_labels)
        snapshot_texts(w, "labels", p->labels, p->label_count);
    json_w_member(w, "code", p->code);
    json_w_member(w, "note", p->note);
    json_w_member(w, "duplicate_of", p->duplicate_of);
    json_w_close(w, '}');
}

void snapshot_question(struct json_writer *w, const struct question *q, bool guest_sight)
{
    const char *visibility = !q->is_public         ? "hidden"
                             : question_is_gone(q) ? "tombstone"
                                                   : "public";
    bool is_told = q->is_public && !question_is_gone(q); // else no event says it to a guest
    json_w_open(w, '{');
    write_shown(w, q, !guest_sight ? q->grouped : is_told ? q->told : 0);
    json_w_member_int(w, "version", (int64_t)q->version);
    json_w_member(w, "visibility", visibility);
    json_w_member_time(w, "received_at", q->received_ms);
    json_w_member_time(w, "decided_at", q->decided_ms);
    json_w_member_time(w, "public_at", q->public_at_ms);
    json_w_member(w, "code", q->code);
    json_w_member(w, "to_guest", q->to_guest);
    write_erased(w, q);
    snapshot_route(w, &q->route);
    if (q->queue_rank)
        json_w_member_int(w, "queue_rank", (int64_t)q->queue_rank);
    if (!guest_sight)
        write_case(w, &q->referral);
    if (q->stage == Q_RETRACTED) {
        json_w_member(w, "before", question_stage_name(q->before));
        json_w_member(w, "before_code", q->before_code);
    }
    if (!guest_sight) {
        snapshot_annotations(w, q);
        json_w_member(w, "group", q->group);
        json_w_member(w, "duplicate_of", q->duplicate_of);
        json_w_member(w, "original", q->original);
        write_proposal(w, &q->proposal);
        json_w_member(w, "decided_by", q->decided_by);
        json_w_member(w, "passed_by", q->passed_by);
        json_w_member(w, "note", q->note);
        if (q->stage == Q_RETRACTED)
            json_w_member(w, "before_note", q->before_note);
        json_w_member(w, "contact", q->contact);
        json_w_member(w, "asker", q->asker);
        json_w_member(w, "changed_by", q->changed_by);
        json_w_member_time(w, "changed_at", q->changed_ms);
        json_w_member(w, "held_note", q->held_note);
        json_w_member(w, "retracted_by", q->retracted_by);
        write_retraction(w, q);
        json_w_member(w, "retraction_note", q->retraction_note);
        json_w_member(w, "appeal", appeal_name(q->appeal));
        json_w_member(w, "appeal_note", q->appeal_note);
        write_claim(w, &q->claim);
        write_erasure(w, q);
    }
    json_w_close(w, '}');
}
