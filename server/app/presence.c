// SPDX-License-Identifier: Apache-2.0
// Who of a roster is signed in now; and what happens when nobody is left who could screen.
#include <string.h>

#include "server/app/commands.h"
#include "server/app/roles.h"

bool presence_has(const struct app *a, const struct interview *iv, const char *duty)
{
    for (const struct peer *p = a->peers[PEER_STAFF].first; p; p = p->next)
        if (!p->closing && !roles_is_elsewhere(p->staff, iv) &&
            interview_has_duty(iv, p->staff->name, duty))
            return true;
    return false;
}

static bool can_screen(const struct channel *ch)
{
    return presence_has(ch->app, ch->all, "moderator") ||
           presence_has(ch->app, ch->all, "reviewer");
}

static void on_closed(void *ctx, struct slice json)
{
    struct channel *ch = ctx;
    (void)json; // refused only when somebody else moved the interview on meanwhile
    ch->closing = false;
}

// The operation's key names the opening that is ended by it, so it happens once.
static void close_asking(struct channel *ch)
{
    const struct interview *iv = ch->all;
    struct call *c = call_system(ch->app);
    c->channel = ch;
    c->answer = on_closed;
    c->answer_ctx = ch;
    struct buf which = {0};
    buf_printf(&which, "%s@%llu", iv->id, (unsigned long long)iv->position.n);
    op_make("system", "close_asking", slice_of(iv->id), buf_slice(&which), c->op);
    buf_finish(&which);
    call_guard_same(c, "i", "version", iv->version);
    set_asking(c, ASKING_CLOSED, "no_moderator");
    ch->closing = true;
    call_record(c, slice_of(iv->id));
}

// On duty are moderators from the lobby on. An interview that never had one is somebody's own
// affair (or a server that has just started); only a loss is acted upon.
void presence_look(struct channel *ch, int64_t now_ms)
{
    const struct interview *iv = ch->all;
    int64_t most = ch->app->config.absent_ms;
    bool on_duty = iv->stage == I_LOBBY || iv->stage == I_LIVE;
    if (!on_duty || iv->asking == ASKING_CLOSED || !most) {
        ch->screened_ms = 0;
        return;
    }
    if (can_screen(ch))
        ch->screened_ms = now_ms;
    else if (ch->screened_ms && now_ms - ch->screened_ms >= most && !ch->closing)
        close_asking(ch);
}
