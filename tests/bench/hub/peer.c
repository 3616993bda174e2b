// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/hub/peer.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

bool server_start(struct server *s, const struct peer *peer, uint32_t viewers, size_t text,
                  size_t payload)
{
    *s = (struct server){.peer = peer, .viewers = viewers, .text = text, .payload = payload};
    if (text < NUMBER_TEXT + 2 || text > MOST_TEXT || payload > MOST_TEXT)
        give_up("a text of %zu bytes is not measured", text);
    make_dir(s->dir, "server");
    return peer->start(s);
}

void server_stop(struct server *s)
{
    if (s->pid > 0)
        process_end(s->pid, SIGKILL);
    s->pid = 0;
    if (s->peer->stop)
        s->peer->stop(s);
    remove_dir(s->dir);
}

const char *message_text(uint32_t number, size_t bytes)
{
    static const char words[] = " when will the old pipes in this lane be replaced";
    static char text[MOST_TEXT + 1];
    snprintf(text, sizeof text, "%0*u", NUMBER_TEXT, number);
    for (size_t i = NUMBER_TEXT; i < bytes; i++)
        text[i] = words[(i - NUMBER_TEXT) % (sizeof words - 1)];
    if (text[bytes - 1] == ' ')
        text[bytes - 1] = '.'; // blank ends are cut by who tidies texts
    text[bytes] = '\0';
    return text;
}
