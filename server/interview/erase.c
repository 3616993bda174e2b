// SPDX-License-Identifier: Apache-2.0
// The log with stubs in it folds to the same state as the log with words once question.erased is
// folded (fold_erase.c). What is not known to be structure is taken for words.
#include "server/interview/erase.h"

const char *const erasure_classes[] = {"personal_data", "minor", "secret", "court", "other", NULL};

static bool begins_with(struct slice text, const char *start)
{
    size_t n = strlen(start);
    return text.n >= n && memcmp(text.p, start, n) == 0;
}

static bool is_structure(const char *key)
{
    static const char *const keys[] = {
        "question",  "receipt_no", "origin",    "digest",       "stage",        "edited",
        "votes",     "grouped",    "shown_at",  "answers",      "public_at",    "received_at",
        "code",      "waits",      "epoch",     "until",        "from",         "position",
        "guest",     "into",       "count",     "case",         "department",   "due",
        "statement", "decision",   "waits_for", "duplicate_of", "working_days", NULL};
    return slice_is_one_of(slice_of(key), keys);
}

static void write_stub(struct json_writer *w, const struct json *body)
{
    static const char *const needed[] = {"text", "note", "reason", NULL};
    json_w_open(w, '{');
    for (const struct json *at = json_first(body); at; at = json_next(at)) {
        const char *key = json_key(at);
        if (is_structure(key)) {
            json_w_key(w, key);
            json_w_copy(w, at);
        } else if (slice_is_one_of(slice_of(key), needed)) {
            json_w_member(w, key, ""); // where handlers need one
        } else if (strcmp(key, "asker") == 0) {
            json_w_member(w, key, "c:"); // somebody's own, and not entered by staff
        }
    }
    json_w_close(w, '}');
}

// A silence goes on, and is no longer known to be about this question.
static void write_silence(struct json_writer *w, const struct json *body)
{
    json_w_open(w, '{');
    for (const struct json *at = json_first(body); at; at = json_next(at)) {
        if (strcmp(json_key(at), "question") == 0)
            continue;
        json_w_key(w, json_key(at));
        json_w_copy(w, at);
    }
    json_w_close(w, '}');
}

bool erase_stub(const struct event *event, struct slice question, struct buf *ret_body,
                struct slice *ret_actor)
{
    bool is_silence = begins_with(event->type, "asker.");
    bool is_erasure = begins_with(event->type, "question.eras");
    if (is_erasure || (!is_silence && !begins_with(event->type, "question.") &&
                       !begins_with(event->type, "case.")))
        return false;
    struct json *body = json_parse(event->body);
    bool is_about = slice_eq(json_get_string(body, "question"), question);
    size_t before = ret_body->n;
    struct json_writer w = {.out = ret_body};
    if (is_about && is_silence)
        write_silence(&w, body);
    else if (is_about)
        write_stub(&w, body);
    json_free(body);
    if (!is_about)
        return false;
    *ret_actor = begins_with(event->actor, "c:") ? slice_of("c:") : event->actor;
    struct slice stub = {ret_body->p + before, ret_body->n - before};
    if (!slice_eq(stub, event->body) || !slice_eq(*ret_actor, event->actor))
        return true;
    ret_body->n = before;
    return false;
}
