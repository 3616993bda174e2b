// SPDX-License-Identifier: Apache-2.0
// Events about notices, and the wording of reasons in the portal's log.
#include "server/interview/change.h"

static struct notice *the_notice(struct change *c)
{
    struct slice id = body_need_slice(&c->body, "notice");
    struct notice *n = id.p ? interview_notice(c->iv, id) : NULL;
    if (!n)
        c->body.bad = true;
    return n;
}

static void on_issued(struct change *c)
{
    struct body *b = &c->body;
    struct interview *iv = c->iv;
    struct notice *n = arena_alloc(&iv->arena, sizeof *n);
    *n = (struct notice){
        .id = body_need_text(b, "notice"),
        .to = body_need_text(b, "to"),
        .level = body_need_text(b, "level"),
        .text = body_need_text(b, "text"),
        .by = iv->public_only ? NULL : fold_actor(c),
        .at_ms = c->event->at_ms,
    };
    if (b->bad || interview_notice(iv, slice_of(n->id))) {
        b->bad = true;
        return;
    }
    if (iv->notice_count == iv->notice_cap)
        iv->notices = fold_doubled(&iv->arena, iv->notices, iv->notice_count, &iv->notice_cap);
    iv->notices[iv->notice_count++] = n;
}

static void on_acknowledged(struct change *c)
{
    struct notice *n = the_notice(c);
    if (c->body.bad)
        return;
    size_t count = n->acknowledged_count;
    struct acknowledgement *grown = arena_alloc(&c->iv->arena, (count + 1) * sizeof *grown);
    if (count)
        memcpy(grown, n->acknowledged, count * sizeof *grown);
    grown[count] = (struct acknowledgement){fold_actor(c), c->event->at_ms};
    n->acknowledged = grown;
    n->acknowledged_count++;
}

static void on_recalled(struct change *c)
{
    struct notice *n = the_notice(c);
    if (c->body.bad)
        return;
    n->recalled = true;
    if (c->iv->public_only)
        n->text = NULL;
}

static struct wording *find_wording(const struct interview *iv, const struct wording *like)
{
    for (size_t i = 0; i < iv->wording_count; i++) {
        struct wording *w = iv->wordings[i];
        if (strcmp(w->code, like->code) == 0 && strcmp(w->lang, like->lang) == 0 &&
            strcmp(w->audience, like->audience) == 0)
            return w;
    }
    return NULL;
}

// Without a text the house's own words stand again.
static void on_worded(struct change *c)
{
    struct body *b = &c->body;
    struct interview *iv = c->iv;
    struct wording said = {
        .code = body_need_text(b, "code"),
        .lang = body_need_text(b, "lang"),
        .audience = body_need_text(b, "audience"),
        .text = body_opt_text(b, "text"),
    };
    if (b->bad)
        return;
    struct wording *w = find_wording(iv, &said);
    if (!w) {
        w = arena_alloc(&iv->arena, sizeof *w);
        if (iv->wording_count == iv->wording_cap)
            iv->wordings =
                fold_doubled(&iv->arena, iv->wordings, iv->wording_count, &iv->wording_cap);
        iv->wordings[iv->wording_count++] = w;
    }
    *w = said;
}

const struct handler fold_notice_handlers[] = {
    {"notice.acknowledged", on_acknowledged, SEEN_BY_STAFF},
    {"notice.issued", on_issued, SEEN_OR_PUBLIC},
    {"notice.recalled", on_recalled, SEEN_AS_END},
    {"reason.worded", on_worded, SEEN_OR_PUBLIC},
    {NULL},
};
