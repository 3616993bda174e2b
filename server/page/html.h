// SPDX-License-Identifier: Apache-2.0
// The one escaper for HTML text and attribute values.
#ifndef SERVER_PAGE_HTML_H
#define SERVER_PAGE_HTML_H

#include "server/base/buf.h"

// & < > " ' become references; right in text and in quoted attributes.
void html_text(struct buf *out, struct slice text);

// The same, with paragraphs: blank lines part <p>, single line feeds become <br>.
void html_paragraphs(struct buf *out, struct slice text);

#endif
