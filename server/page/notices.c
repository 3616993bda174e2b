// SPDX-License-Identifier: Apache-2.0
// Notices to everybody. Byte for byte what web-client/src/citizen/notices.ts builds.
#include <inttypes.h>

#include "server/page/parts.h"

static void write_notice(struct buf *out, const struct page_env *env, const struct notice *n)
{
    buf_text(out, "<p class=\"notice ");
    page_text(out, n->level);
    buf_text(out, "\" data-notice=\"");
    page_text(out, n->id);
    buf_text(out, "\"><strong>");
    page_text(out, message_find(env->lang, "notice", n->level));
    buf_text(out, "</strong> <span dir=\"auto\">");
    page_text(out, n->text);
    buf_text(out, "</span></p>");
}

void page_notices(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const char *container)
{
    buf_printf(out, "<div id=\"%s\" class=\"notices\" role=\"log\" aria-label=\"", container);
    page_say(out, env, MSG_NOTICE_TITLE);
    buf_text(out, "\">");
    for (size_t i = iv ? iv->notice_count : 0; i-- > 0;)
        if (!iv->notices[i]->recalled)
            write_notice(out, env, iv->notices[i]);
    buf_text(out, "</div>\n");
}
