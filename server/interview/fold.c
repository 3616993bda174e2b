// SPDX-License-Identifier: Apache-2.0
// Events become state: one handler a type, found in tables. It records what happened; whether it
// was allowed was decided before the event was written.
#include "server/interview/fold.h"

#include <errno.h>
#include <stdio.h>

#include "server/base/must.h"
#include "server/interview/change.h"

void *fold_doubled(struct arena *arena, const void *array, size_t count, size_t *cap)
{
    *cap = *cap ? *cap * 2 : 16;
    void *grown = arena_alloc(arena, *cap * sizeof(void *));
    if (count)
        memcpy(grown, array, count * sizeof(void *));
    return grown;
}

// Every event is looked up, at loading all of them: by hash, the tables being read once.
enum { SLOTS = 1024 };
static const struct handler *slots[SLOTS];

static const struct handler **slot_of(struct slice type)
{
    size_t at = id_hash(type) % SLOTS;
    while (slots[at] && !slice_is(type, slots[at]->type))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void fill_slots(void)
{
    const struct handler *const tables[] = {fold_interview_handlers, fold_question_handlers,
                                            fold_statement_handlers, fold_notice_handlers,
                                            fold_review_handlers,    fold_annotate_handlers,
                                            fold_group_handlers,     fold_invitation_handlers,
                                            fold_erase_handlers,     fold_case_handlers};
    size_t count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct handler *h = tables[i]; h->type; h++) {
            must(++count < SLOTS / 2);
            *slot_of(slice_of(h->type)) = h;
        }
}

static const struct handler *find(struct slice type)
{
    static bool filled;
    if (!filled)
        fill_slots();
    filled = true;
    return *slot_of(type);
}

static int apply(struct interview *iv, const struct event *event)
{
    const struct handler *handler = find(event->type);
    if (!handler)
        return 0;
    // A staff fact under a public number would put hidden text into the public state.
    if (handler->sight > SEEN_AS_END && event->pub != 0)
        return -EPROTO;
    struct json *root = json_parse(event->body);
    struct change c = {iv, event, {.json = root, .arena = &iv->arena}};
    if (json_kind(root) == JSON_OBJECT)
        handler->apply(&c);
    else
        c.body.bad = true;
    json_free(root);
    return c.body.bad ? -EPROTO : 0;
}

int fold(struct interview *iv, const struct event *event)
{
    uint64_t n = iv->public_only ? event->pub : event->seq;
    if (n != iv->position.n + 1)
        return -EPROTO;
    int r = apply(iv, event);
    if (r < 0)
        return r;
    const char *hash = iv->public_only ? event->pub_hash : event->hash;
    iv->position.n = n;
    size_t len = hash ? strnlen(hash, sizeof iv->position.hash - 1) : 0;
    if (len)
        memcpy(iv->position.hash, hash, len);
    iv->position.hash[len] = '\0';
    return 0;
}

enum event_sight fold_sight(struct slice type)
{
    const struct handler *handler = find(type);
    return handler ? handler->sight : SEEN_BY_DESK;
}

const char *fold_type(size_t i)
{
    find(slice_of("")); // fills them
    for (size_t at = 0; at < SLOTS; at++)
        if (slots[at] && i-- == 0)
            return slots[at]->type;
    return NULL;
}
