// SPDX-License-Identifier: Apache-2.0
// Notices: to everybody who follows an interview, to everybody on the portal, or to the staff of an
// interview, who acknowledge them.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"

// Into whose log it goes; false: the call was answered. A portal's notice names no interview, so
// only who may do it without one comes here.
static bool find_log(struct call *c, const struct notice_issue *m)
{
    bool to_portal = slice_is(m->to, "portal");
    bool named = c->channel && !channel_is_portal(c->channel);
    if (to_portal == named) {
        call_bad_params(c, "interview", to_portal ? "not with a portal's notice" : "missing");
        return false;
    }
    if (to_portal) {
        c->channel = channel_portal(c->app);
        return true;
    }
    enum interview_stage stage = c->channel->open->stage;
    bool heard = interview_is_public(stage) && stage != I_TAKEN_DOWN;
    if (slice_is(m->to, "staff"))
        return true;
    if (heard) { // … still when this is written: nothing new is said of what is taken down
        call_guard_same(c, "i", "version", c->channel->all->version);
        return true;
    }
    refuse_interview_stage(c, NULL);
    return false;
}

void notice_issue_run(struct call *c, const void *params)
{
    static const char *const whom[] = {"interview", "portal", "staff", NULL};
    static const char *const levels[] = {"info", "warning", "urgent", NULL};
    const struct notice_issue *m = params;
    if (!slice_is_one_of(m->to, whom)) {
        call_bad_params(c, "to", "unknown");
        return;
    }
    if (!slice_is_one_of(m->level, levels)) {
        call_bad_params(c, "level", "unknown");
        return;
    }
    if (!find_log(c, m))
        return;
    const char *text = call_text(c, m->text, "text", LIMIT_NOTE_POINTS, true);
    if (!text)
        return;
    char id[STATEMENT_ID_TEXT];
    statement_id_make(c->app->keys, c->op, id);
    id[0] = 'n';

    call_guard_number(c, "n", id, 0, 1);
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "notice", id);
    json_w_member_slice(&w, "to", m->to);
    json_w_member_slice(&w, "level", m->level);
    json_w_member(&w, "text", text);
    call_fact_end(c, &w, "notice.issued", !slice_is(m->to, "staff"));
    w = call_open(&c->result);
    json_w_member(&w, "notice", id);
    json_w_close(&w, '}');
    call_record(c, slice_of(c->channel->all->id));
}

static void record_about(struct call *c, const struct notice *n, const char *type)
{
    struct buf body = {0};
    struct json_writer w = call_fact(c, &body);
    json_w_member(&w, "notice", n->id);
    bool to_staff = strcmp(n->to, "staff") == 0;
    call_fact_end(c, &w, type, !to_staff && strcmp(type, "notice.recalled") == 0);
}

void notice_acknowledge_run(struct call *c, const void *params)
{
    const struct notice_only *m = params;
    const struct notice *n = interview_notice(c->channel->all, m->notice);
    if (!n || n->recalled || strcmp(n->to, "staff") != 0) {
        call_not_found(c);
        return;
    }
    bool done = false;
    for (size_t i = 0; i < n->acknowledged_count; i++)
        done = done || strcmp(n->acknowledged[i].by, c->actor.name) == 0;
    buf_text(&c->result, "{}");
    if (!done) {
        struct buf key = {0};
        buf_printf(&key, "%s:%s", n->id, c->actor.name);
        call_guard_number(c, "na", key.p, 0, 1);
        buf_finish(&key);
        record_about(c, n, "notice.acknowledged");
    }
    call_record(c, slice_of(c->channel->all->id));
}

void notice_recall_run(struct call *c, const void *params)
{
    const struct notice_only *m = params;
    const struct notice *n = interview_notice(c->channel->all, m->notice);
    if (!n) {
        call_not_found(c);
        return;
    }
    buf_text(&c->result, "{}");
    if (!n->recalled) {
        call_guard_number(c, "n", n->id, 1, 2);
        record_about(c, n, "notice.recalled");
    }
    call_record(c, slice_of(c->channel->all->id));
}
