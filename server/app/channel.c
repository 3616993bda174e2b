// SPDX-License-Identifier: Apache-2.0
// One interview as the application holds it: two states, its feeds, and what is due.
#include <stdlib.h>
#include <string.h>

#include "server/app/blocks.h"
#include "server/app/commands.h"
#include "server/app/roles.h"
#include "server/app/vote.h"
#include "server/base/frame.h"
#include "server/base/must.h"
#include "server/interview/snapshot.h"

struct channel *channel_find(const struct app *a, struct slice interview)
{
    struct index_entry *e = index_find(a->things, interview);
    for (; e; e = index_next(e))
        if (slice_is(interview, ((struct channel *)e->value)->all->id))
            return e->value;
    return NULL;
}

// From where the states are; the feeds have no readers.
static void start_feeds(struct channel *ch)
{
    for (int s = SIGHT_PUBLIC; s < SIGHTS; s++) {
        feed_destroy(&ch->feeds[s]);
        ch->feeds[s] = feed_create(LIMIT_RING);
        ring_start(feed_ring(ch->feeds[s]),
                   s == SIGHT_PUBLIC ? &ch->open->position : &ch->all->position);
    }
    feed_destroy(&ch->stream);
    ch->stream = feed_create(LIMIT_RING);
    ring_start(feed_ring(ch->stream), &ch->open->position);
}

void channel_rest(struct channel *ch)
{
    if (ch->all->stage >= I_PUBLISHED)
        start_feeds(ch);
}

struct channel *channel_add(struct app *a, struct slice interview)
{
    if (a->channel_count == a->channel_cap) {
        a->channel_cap = a->channel_cap ? 2 * a->channel_cap : 16;
        a->channels = realloc(a->channels, a->channel_cap * sizeof(struct channel *));
        must(a->channels);
    }
    struct channel *ch = must_alloc(sizeof *ch);
    ch->app = a;
    ch->all = interview_create(interview, false);
    ch->open = interview_create(interview, true);
    ch->votes = votes_create();
    ch->blocks = blocks_create();
    start_feeds(ch);
    a->channels[a->channel_count++] = ch;
    index_add(a->things, interview, ch);
    return ch;
}

void channel_free(struct channel *ch)
{
    for (int s = SIGHT_PUBLIC; s < SIGHTS; s++)
        feed_destroy(&ch->feeds[s]);
    feed_destroy(&ch->stream);
    blocks_destroy(&ch->blocks);
    interview_destroy(&ch->all);
    interview_destroy(&ch->open);
    votes_destroy(&ch->votes);
    blob_drop(&ch->snapshot);
    blob_drop(&ch->snapshot_frames);
    free(ch);
}

struct blob *channel_snapshot(struct channel *ch)
{
    if (ch->snapshot && ch->snapshot_n == ch->open->position.n)
        return ch->snapshot;
    blob_drop(&ch->snapshot);
    blob_drop(&ch->snapshot_frames);
    struct buf text = {0};
    snapshot_public(&text, ch->open);
    ch->snapshot = blob_take(&text);
    ch->snapshot_n = ch->open->position.n;
    return ch->snapshot;
}

struct blob *channel_snapshot_frames(struct channel *ch)
{
    struct blob *text = channel_snapshot(ch);
    if (!ch->snapshot_frames) {
        struct buf frames = {0};
        frame_middle(&frames, blob_slice(text));
        ch->snapshot_frames = blob_take(&frames);
    }
    return ch->snapshot_frames;
}

void channel_note(struct channel *ch, enum sight sight, struct slice payload)
{
    if (feed_reader_count(ch->feeds[sight]) == 0)
        return;
    struct buf frame = {0};
    frame_whole(&frame, payload);
    ring_note(feed_ring(ch->feeds[sight]), buf_slice(&frame));
    buf_finish(&frame);
    ch->app->ports.wake(ch->app->ports.ctx);
}

struct channel *channel_portal(const struct app *a)
{
    return channel_find(a, slice_of(PORTAL_LOG));
}

bool channel_is_portal(const struct channel *ch)
{
    return strcmp(ch->all->id, PORTAL_LOG) == 0;
}

// A rehearsal has public events like any other interview, for those who rehearse.
bool channel_is_public(const struct channel *ch)
{
    return !ch->all->rehearsal && interview_is_public(ch->open->stage);
}

bool channel_is_open(const struct channel *ch)
{
    return channel_is_portal(ch) || channel_is_public(ch);
}

size_t channel_viewers(const struct channel *ch)
{
    return feed_reader_count(ch->feeds[SIGHT_PUBLIC]) + feed_reader_count(ch->stream);
}

enum sight channel_sight(const struct channel *ch, const struct actor *actor)
{
    uint32_t who = roles_of(actor, ch->all);
    if (channel_is_portal(ch))
        return who & (WHO_PORTAL_ADMIN | WHO_AUDITOR) ? SIGHT_STAFF : SIGHT_PUBLIC;
    uint32_t full = WHO_COMPERE | WHO_MODERATOR | WHO_REVIEWER | WHO_STENOGRAPHER |
                    WHO_PICTURE_EDITOR | WHO_PRODUCER | WHO_POLICY_CHECKER | WHO_PORTAL_ADMIN |
                    WHO_AUDITOR;
    if (who & full)
        return SIGHT_STAFF;
    if (who & WHO_GUEST)
        return SIGHT_GUEST;
    return channel_is_public(ch) ? SIGHT_PUBLIC : SIGHT_NONE;
}

enum sight watch_sight(const struct channel *ch, const struct actor *actor, bool as_public)
{
    enum sight sight = channel_sight(ch, actor);
    return as_public && sight != SIGHT_NONE ? SIGHT_PUBLIC : sight;
}

// ---- publication of approved questions ----

static bool is_due(const struct question *q)
{
    return q->public_at_ms && !q->is_public && q->approved &&
           (q->stage == Q_APPROVED || q->stage == Q_QUEUED);
}

void channel_schedule(struct channel *ch)
{
    ch->due_ms = 0;
    if (interview_is_still(ch->all))
        return; // until it runs again
    for (size_t i = 0; i < ch->all->question_count; i++) {
        const struct question *q = ch->all->questions[i];
        if (is_due(q) && (!ch->due_ms || q->public_at_ms < ch->due_ms))
            ch->due_ms = q->public_at_ms;
    }
    const struct statement *next = statement_next_due(ch->all);
    if (next && (!ch->due_ms || next->public_at_ms < ch->due_ms))
        ch->due_ms = next->public_at_ms;
}

void channel_publication(struct call *c, const struct question *q, const char *text)
{
    call_guard_number(c, "p", q->id, 0, 1);
    guard_members(c, q);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "question", q->id);
    json_w_member(&w, "receipt_no", q->receipt_no);
    json_w_member(&w, "name", name_shown(c->channel->all, q));
    json_w_member(&w, "text", text);
    json_w_member_bool(&w, "edited", strcmp(text, q->original) != 0);
    json_w_member(&w, "origin", q->origin);
    snapshot_texts(&w, "labels", q->labels, q->label_count);
    json_w_member_int(&w, "votes", 0);
    if (q->grouped)
        json_w_member_int(&w, "grouped", (int64_t)q->grouped);
    call_fact_end(c, &w, "question.approved", true);
}

static void on_published(void *ctx, struct slice json)
{
    struct channel *ch = ctx;
    (void)json; // refused only when it was undone or published meanwhile
    ch->publishing = false;
    channel_schedule(ch);
}

// A call of the server's own, of which there is one at a time per interview.
static struct call *publisher(struct channel *ch)
{
    struct call *c = call_system(ch->app);
    c->channel = ch;
    c->answer = on_published;
    c->answer_ctx = ch;
    ch->publishing = true;
    return c;
}

static void publish_questions(struct channel *ch, int64_t now_ms)
{
    const struct question *due[CALL_FACTS];
    size_t count = 0;
    struct buf version = {0};
    // Three guards each, and two for the stage and the frozen feed.
    for (size_t i = 0; i < ch->all->question_count && count < (CALL_GUARDS - 2) / 3; i++) {
        const struct question *q = ch->all->questions[i];
        if (is_due(q) && q->public_at_ms <= now_ms) {
            due[count++] = q;
            buf_printf(&version, "%s@%llu ", q->id, (unsigned long long)q->version);
        }
    }
    struct call *c = count ? publisher(ch) : NULL;
    if (c)
        op_make("system", "publish", slice_of(ch->all->id), buf_slice(&version), c->op);
    buf_finish(&version);
    if (c)
        call_guard_same(c, "i", "version", ch->all->version);
    for (size_t i = 0; i < count; i++) {
        call_guard_same(c, "q", due[i]->id, due[i]->version);
        channel_publication(c, due[i], due[i]->text);
    }
    if (c)
        call_record(c, slice_of(ch->all->id));
}

// Each with an operation of its own, so that a restart in between neither loses nor doubles one.
void channel_publish_due(struct channel *ch, int64_t now_ms)
{
    if (!ch->due_ms || ch->due_ms > now_ms || ch->publishing)
        return;
    const struct statement *next = statement_next_due(ch->all);
    if (next && next->public_at_ms <= now_ms)
        statement_publish_due(publisher(ch), next);
    else
        publish_questions(ch, now_ms);
}
