// SPDX-License-Identifier: Apache-2.0
// Events about statements: drafts and their way, what was published, and what became of it.
#include "server/interview/change.h"

static void add(struct arena *arena, struct statement ***all, size_t *count, size_t *cap,
                struct statement *s)
{
    if (*count == *cap)
        *all = fold_doubled(arena, *all, *count, cap);
    (*all)[(*count)++] = s;
}

// What a draft and a published statement both have; a fault shows in body.bad.
static struct statement read_statement(struct change *c)
{
    struct body *b = &c->body;
    struct statement s = {
        .id = body_need_text(b, "statement"),
        .kind = body_need_text(b, "kind"),
        .text = body_need_text(b, "text"),
        .origin = body_need_text(b, "origin"),
        .said_ms = body_opt_time(b, "said_at"),
    };
    body_texts(b, "questions", &s.questions, &s.question_count);
    if (!body_person(b, "speaker", &s.speaker))
        b->bad = true;
    return s;
}

// One that is published and stands, or NULL.
static struct statement *standing_statement(const struct interview *iv, struct slice id)
{
    struct statement *s = interview_statement(iv, id);
    return s && s->stage == S_PUBLISHED ? s : NULL;
}

static void changed(struct change *c, struct statement *s)
{
    if (c->iv->public_only)
        return;
    s->changed_by = fold_actor(c);
    s->changed_ms = c->event->at_ms;
}

// ---- drafts ----

// The draft that the body names; NULL and a fault when there is none on its way.
static struct statement *draft_of(struct change *c)
{
    struct slice id = body_need_slice(&c->body, "statement");
    struct statement *s = id.p ? interview_draft(c->iv, id) : NULL;
    if (s && s->stage < S_DISCARDED)
        return s;
    c->body.bad = true;
    return NULL;
}

// A new draft, or the new text of one: both bring all fields.
static struct statement *write_draft(struct change *c)
{
    struct statement read = read_statement(c);
    const char *entered_as = body_need_text(&c->body, "entered_as");
    struct statement *s = read.id ? interview_draft(c->iv, slice_of(read.id)) : NULL;
    if (c->body.bad || (s && s->stage >= S_DISCARDED) ||
        interview_statement(c->iv, slice_of(read.id))) {
        c->body.bad = true;
        return NULL;
    }
    read.corrects = body_opt_text(&c->body, "corrects");
    if (c->body.bad || (read.corrects && !standing_statement(c->iv, slice_of(read.corrects)))) {
        c->body.bad = true;
        return NULL;
    }
    read.writer = fold_actor(c);
    read.author = s ? s->author : read.writer;
    read.entered_as = entered_as;
    read.version = s ? s->version + 1 : 1;
    if (!s) {
        s = arena_alloc(&c->iv->arena, sizeof *s);
        add(&c->iv->arena, &c->iv->drafts, &c->iv->draft_count, &c->iv->draft_cap, s);
    }
    *s = read;
    changed(c, s);
    return s;
}

static void on_prepared(struct change *c)
{
    struct statement *s = write_draft(c);
    if (s)
        s->stage = S_PREPARED;
}

// Where a draft goes: to a duty, into the delay, or back with its chain done.
struct way {
    uint64_t step;
    const char *waits_for;
    int64_t public_at_ms, said_ms;
    const char *origin;
    bool cleared;
};

static struct way read_way(struct change *c)
{
    struct body *b = &c->body;
    struct way way = {
        .step = body_opt_count(b, "step"),
        .waits_for = body_opt_text(b, "waits_for"),
        .public_at_ms = body_opt_time(b, "public_at"),
        .said_ms = body_opt_time(b, "said_at"),
        .origin = body_opt_text(b, "origin"),
        .cleared = body_opt_bool(b, "cleared"),
    };
    b->bad |= !way.waits_for && !way.public_at_ms && !way.cleared;
    return way;
}

static void send(struct statement *s, const struct way *way)
{
    s->stage = way->waits_for ? S_SUBMITTED : way->public_at_ms ? S_DELAYED : S_PREPARED;
    s->step = way->step;
    s->waits_for = way->waits_for;
    s->public_at_ms = way->public_at_ms;
    s->cleared = way->cleared;
    s->said_ms = way->said_ms ? way->said_ms : s->said_ms;
    s->origin = way->origin ? way->origin : s->origin;
    s->note = s->cause = NULL;
}

// With a text it is a new draft; without, one that was prepared.
static void on_submitted(struct change *c)
{
    struct way way = read_way(c);
    bool is_new = json_kind(json_get(c->body.json, "text")) != JSON_NULL;
    struct statement *s = c->body.bad ? NULL : is_new ? write_draft(c) : draft_of(c);
    if (!s)
        return;
    send(s, &way);
    if (!is_new)
        s->version++;
    changed(c, s);
    if (c->iv->stage == I_EDITING)
        c->iv->reopened++;
}

static void on_passed_step(struct change *c)
{
    struct way way = read_way(c);
    struct statement *s = draft_of(c);
    if (c->body.bad)
        return;
    send(s, &way);
    s->version++;
    changed(c, s);
}

static void on_returned(struct change *c)
{
    struct statement *s = draft_of(c);
    const char *note = body_opt_text(&c->body, "note");
    const char *cause = body_opt_text(&c->body, "cause");
    if (c->body.bad)
        return;
    s->stage = S_RETURNED;
    s->note = note;
    s->cause = cause;
    s->waits_for = NULL;
    s->step = 0;
    s->public_at_ms = 0;
    s->cleared = false;
    s->version++;
    changed(c, s);
}

static void on_discarded(struct change *c)
{
    struct statement *s = draft_of(c);
    if (c->body.bad)
        return;
    s->stage = S_DISCARDED;
    s->version++;
    changed(c, s);
}

// ---- what was published ----

static void leave_drafts(struct interview *iv, const struct statement *draft)
{
    size_t kept = 0;
    for (size_t i = 0; i < iv->draft_count; i++)
        if (iv->drafts[i] != draft)
            iv->drafts[kept++] = iv->drafts[i];
    iv->draft_count = kept;
}

static void on_published(struct change *c)
{
    struct interview *iv = c->iv;
    struct statement read = read_statement(c);
    struct statement *draft = read.id ? interview_draft(iv, slice_of(read.id)) : NULL;
    if (c->body.bad || !read.said_ms || (draft && draft->stage == S_DISCARDED) ||
        interview_statement(iv, slice_of(read.id))) {
        c->body.bad = true;
        return;
    }
    read.stage = S_PUBLISHED;
    read.published_ms = c->event->at_ms;
    read.version = 1;
    if (draft) {
        read.author = draft->author;
        read.writer = draft->writer;
        leave_drafts(iv, draft);
    } else if (!iv->public_only) {
        read.author = read.writer = fold_actor(c);
    }
    struct statement *s = arena_alloc(&iv->arena, sizeof *s);
    *s = read;
    changed(c, s);
    add(&iv->arena, &iv->statements, &iv->statement_count, &iv->statement_cap, s);
    ids_add(&iv->arena, &iv->statement_ids, s);
}

// The statement that the body names and that still stands.
static struct statement *standing(struct change *c)
{
    struct slice id = body_need_slice(&c->body, "statement");
    struct statement *s = id.p ? standing_statement(c->iv, id) : NULL;
    if (!s)
        c->body.bad = true;
    return s;
}

// They were written for the text that stood there until now.
static void end_corrections(struct change *c, const struct statement *s)
{
    for (size_t i = 0; i < c->iv->draft_count; i++) {
        struct statement *draft = c->iv->drafts[i];
        if (!draft->corrects || strcmp(draft->corrects, s->id) != 0 || draft->stage == S_DISCARDED)
            continue;
        draft->stage = S_DISCARDED;
        changed(c, draft);
    }
}

static void on_corrected(struct change *c)
{
    struct statement *s = standing(c);
    const char *text = body_need_text(&c->body, "text");
    uint64_t version = body_opt_count(&c->body, "version");
    if (c->body.bad || version != s->version + 1) {
        c->body.bad = true;
        return;
    }
    struct revision *all =
        arena_alloc(&c->iv->arena, (s->revision_count + 1) * sizeof(struct revision));
    if (s->revision_count)
        memcpy(all, s->revisions, s->revision_count * sizeof *all);
    all[s->revision_count++] = (struct revision){s->text, c->event->at_ms};
    s->revisions = all;
    s->text = text;
    s->version = version;
    s->corrected_ms = c->event->at_ms;
    changed(c, s);
    end_corrections(c, s);
}

static void on_retraction_asked(struct change *c)
{
    struct statement *s = standing(c);
    const char *code = body_need_text(&c->body, "code");
    if (c->body.bad)
        return;
    s->asked_by = fold_actor(c);
    s->asked_code = code;
}

static void on_retracted(struct change *c)
{
    struct statement *s = standing(c);
    const char *code = body_need_text(&c->body, "code");
    if (c->body.bad)
        return;
    s->stage = S_RETRACTED;
    s->code = code;
    s->retracted_ms = c->event->at_ms;
    s->version++;
    changed(c, s);
    end_corrections(c, s);
    if (!c->iv->public_only)
        return;
    s->text = NULL; // what is not here cannot be shown
    s->revisions = NULL;
    s->revision_count = 0;
}

const struct handler fold_statement_handlers[] = {
    {"statement.corrected", on_corrected, SEEN_OR_PUBLIC},
    {"statement.discarded", on_discarded, SEEN_BY_STAFF},
    {"statement.passed_step", on_passed_step, SEEN_BY_STAFF},
    {"statement.prepared", on_prepared, SEEN_BY_STAFF},
    {"statement.published", on_published, SEEN_OR_PUBLIC},
    {"statement.retracted", on_retracted, SEEN_AS_END},
    {"statement.retraction_asked", on_retraction_asked, SEEN_BY_STAFF},
    {"statement.returned", on_returned, SEEN_BY_STAFF},
    {"statement.submitted", on_submitted, SEEN_BY_STAFF},
    {NULL},
};
