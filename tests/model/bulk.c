// SPDX-License-Identifier: Apache-2.0
// A bulk in the model: each of its questions is a command of its own, made at the version of the
// moment, and ends in a result or in a refusal that the model knew at some moment.
#include <stdio.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "tests/model/driver.h"

static const char *const reasons[] = {"not_found",   "not_authorized", "wrong_stage", "claimed",
                                      "bad_params",  "erased",         "frozen",      "has_members",
                                      "two_persons", "asking_closed",  "guard"};
enum { REASONS = sizeof reasons / sizeof *reasons };

static struct m_command part_of(const struct m_command *bulk, int q, enum m_kind kind)
{
    struct m_command c = *bulk;
    c.kind = kind;
    c.wrong = RIGHT;
    c.q = q;
    c.version = bulk->iv->questions[q]->version;
    c.epoch = bulk->iv->questions[q]->claim_epoch;
    return c;
}

static unsigned reason_of(const char *line, size_t n)
{
    for (unsigned i = 0; i < REASONS; i++)
        if (strlen(reasons[i]) == n && memcmp(reasons[i], line, n) == 0)
            return 1u << i;
    return 0;
}

// What every part may be refused with by now, after a claim on its way or without.
void bulk_hear(struct sent *s)
{
    const struct m_command *c = &s->op->command;
    enum m_kind kinds[] = {(enum m_kind)c->to, C_CLAIM};
    for (unsigned i = 0; i < c->q_count && i < MODEL_SEVERAL; i++)
        for (int k = 0; k < 2 && c->qs[i] >= 0; k++) {
            struct m_command part = part_of(c, c->qs[i], kinds[k]);
            char line[MODEL_LINE];
            bool changes;
            model_expect(&part, s->driver->world->now_ms, line, &changes);
            s->op->heard[i] |= reason_of(line, strcspn(line, " "));
        }
}

// The command that this batch is of; kind C_KINDS: one that changes nothing. false: the batch is
// that of the bulk itself.
bool bulk_part(const struct sent *s, const struct st_batch *batch, struct m_command *ret)
{
    const struct m_command *c = &s->op->command;
    if (batch->fact_count == 0) {
        ret->kind = C_KINDS;
        return !batch->result.p || !strstr(batch->result.p, "\"results\"");
    }
    struct slice type = batch->facts[0].type;
    bool claims = slice_is(type, "question.claimed"), lets_go = slice_is(type, "question.let_go");
    struct json *body = json_parse(batch->facts[0].body);
    struct slice id = json_get_string(body, "question");
    int q = id.p ? model_question(c->iv, id.p, id.n) : -1;
    unsigned part = 0;
    while (part < c->q_count && c->qs[part] != q)
        part++;
    if (q < 0 || part == c->q_count)
        broken(s->driver->world, "a bulk that meets another question: %s", s->op->text);
    json_free(body);
    enum m_kind kind = claims ? C_CLAIM : lets_go ? C_LET_GO : (enum m_kind)c->to;
    *ret = part_of(c, q, kind);
    ret->position = 0;
    ret->take_over = false;
    if (!claims && !lets_go)
        s->op->parts_done |= 1u << part;
    return true;
}

// false: a part ended in bad luck of the record's, so the whole is not kept and may be tried again.
bool bulk_check(const struct sent *s, struct slice json)
{
    bool lasts = true;
    const struct m_command *c = &s->op->command;
    struct json *root = json_parse(json);
    const struct json *results = json_get(json_get(root, "result"), "results");
    const struct json *at = json_first(results);
    for (unsigned i = 0; i < c->q_count; i++, at = json_next(at)) {
        struct slice reason = json_get_string(json_get(json_get(at, "error"), "data"), "reason");
        bool done = json_get(at, "result") != NULL;
        // Its version or its claim may be over before the part comes to it.
        bool stale = slice_is(reason, "stale");
        bool luck = slice_is(reason, "overloaded") || slice_is(reason, "unavailable");
        lasts = lasts && !luck;
        bool heard = reason.p && s->op->heard[i] & reason_of(reason.p, reason.n);
        bool unknown = c->qs[i] < 0 && slice_is(reason, "not_found");
        if (s->op->result)
            continue; // whose parts were looked at with the first answer
        if (done ? !(s->op->parts_done & 1u << i) : !heard && !stale && !luck && !unknown)
            broken(s->driver->world, "part %u of a bulk: %.*s\n%s", i, (int)json.n, json.p,
                   s->op->text);
    }
    if (at)
        broken(s->driver->world, "a bulk with a result too many: %s", s->op->text);
    json_free(root);
    return lasts;
}
