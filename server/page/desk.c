// SPDX-License-Identifier: Apache-2.0
// The shell of the staff desk: staff.js fills <div id="desk">.
#include "server/page/parts.h"

void page_desk(struct buf *out, const struct page_env *env, const char *csrf)
{
    struct page_head head = {.title = message(env->lang, MSG_DESK_TITLE), .staff = true};
    page_open(out, env, &head);
    buf_printf(out, "<div id=\"desk\" data-offset=\"%d\"%s", env->utc_offset_minutes,
               env->demo ? " data-demo" : "");
    page_attribute(out, "data-csrf", csrf);
    page_attribute(out, "data-origin", env->origin);
    buf_text(out, "><main class=\"small\"><h1>");
    page_say(out, env, MSG_DESK_TITLE);
    buf_text(out, "</h1><p>");
    page_say(out, env, MSG_DESK_LOADING);
    buf_text(out, "</p></main></div>\n<noscript><p>");
    page_say(out, env, MSG_DESK_SCRIPT);
    buf_text(out, "</p></noscript>\n</body>\n</html>\n");
}
