// SPDX-License-Identifier: Apache-2.0
// What the pages share among themselves: the shell, escaped messages, times, cards, the ask form.
// Only files of server/page include this.
#ifndef SERVER_PAGE_PARTS_H
#define SERVER_PAGE_PARTS_H

#include "server/page/html.h"
#include "server/page/page.h"

// layout.c ----------------------------------------------------------------------------------

struct page_head {
    const char *title;          // unescaped, without the site's name
    const char *path;           // "/i/ID", unescaped; NULL: no canonical link, no language links
    const struct interview *iv; // gives the government's meta tags and Open Graph; may be NULL
    bool refresh;               // without a script, again after a minute
    bool staff;                 // the desk's script and style
    const char *script;         // instead of citizen.js; NULL: that one
};

// Everything up to and including <body> with the header; the caller writes <main> … </main>.
void page_open(struct buf *out, const struct page_env *env, const struct page_head *head);
void page_close(struct buf *out, const struct page_env *env);

// Text of ours or of anybody, escaped. NULL writes nothing.
void page_text(struct buf *out, const char *text);
// " name=\"value\"" inside a tag; nothing when there is no value.
void page_attribute(struct buf *out, const char *name, const char *value);
// <input type="hidden">
void page_hidden(struct buf *out, const char *name, struct slice value);
// A message, escaped.
void page_say(struct buf *out, const struct page_env *env, enum message_id id);
// A message with its values, at most PAGE_VALUES, all escaped.
enum { PAGE_VALUES = 4 };
void page_fill_all(struct buf *out, const struct page_env *env, enum message_id id,
                   const struct message_value *values, size_t count);
// The same with one value.
void page_fill(struct buf *out, const struct page_env *env, enum message_id id, const char *name,
               const char *value);
// The same with a number.
void page_fill_number(struct buf *out, const struct page_env *env, enum message_id id,
                      const char *name, uint64_t value);
// <bdi>text</bdi>: a name does not disturb the direction of what is around it.
void page_bdi(struct buf *out, const char *text);
// Bytes of the first so many code points.
size_t page_points(struct slice text, size_t points);
// Escaped, with every run of white space as one space.
void page_one_line(struct buf *out, struct slice text);
// "?lang=en", so that links keep the language.
void page_lang_query(struct buf *out, const struct page_env *env);

// clock.c -----------------------------------------------------------------------------------

enum page_clock {
    CLOCK_TIME,  // 15:04
    CLOCK_SHORT, // 11月24日 15:04
    CLOCK_FULL,  // 2026年11月24日 15:04
    CLOCK_DATE,  // 2026年11月24日
    CLOCK_META,  // 2026-11-24 15:04, for programs
};
void page_clock_text(struct buf *out, const struct page_env *env, int64_t ms, enum page_clock how);
// <time datetime="…">…</time>
void page_time(struct buf *out, const struct page_env *env, int64_t ms, enum page_clock how);
// As a time of day when it is on the interview's day, else with its date.
void page_card_time(struct buf *out, const struct page_env *env, const struct interview *iv,
                    int64_t ms);
// The same as text only.
void page_card_clock(struct buf *out, const struct page_env *env, const struct interview *iv,
                     int64_t ms);

// order.c -----------------------------------------------------------------------------------

// A card is a question with the statements about it, or a statement of its own.
struct page_item {
    const struct question *question;
    const struct statement *statement; // when question is NULL
    int64_t at_ms;
    size_t stream, index, sub; // what orders items of the same millisecond
};

// In the order in which a reader of the live page got them: a question moves to the end with its
// first statement. Returns the count; *ret is freed with free().
size_t page_items(const struct interview *iv, struct page_item **ret);

// The first public question that a statement is about, or NULL: under it the text stands.
const struct question *page_home(const struct interview *iv, const struct statement *s);
// The one in this place of a statement's list; NULL: not public, or named before.
const struct question *page_question_at(const struct interview *iv, const struct statement *s,
                                        size_t at);

// Which statements are about each question, found once for a page.
struct page_links {
    const struct statement **about; // question by question, each in order of publication
    size_t *from;                   // by question.place: where its statements begin in about
};
void page_links_init(struct page_links *l, const struct interview *iv);
void page_links_finish(struct page_links *l);
const struct statement *const *page_links_about(const struct page_links *l,
                                                const struct question *q, size_t *ret_count);

// card.c ------------------------------------------------------------------------------------

// <ol id="cards">, newest first. Byte for byte what web-client/src/citizen/card.ts builds.
void page_cards(struct buf *out, const struct page_env *env, const struct interview *iv);
// Of an open case: when it is due, why it takes longer, since when its clock stands.
void page_case(struct buf *out, const struct page_env *env, const struct question *q);
// The pinned questions that are being answered; an empty hidden section when there are none.
void page_on_air(struct buf *out, const struct page_env *env, const struct interview *iv);
// What stands in the place of its text: withdrawn, or taken down and why.
void page_tombstone(struct buf *out, const struct page_env *env, const struct question *q);
void page_speaker(struct buf *out, const struct person *speaker);
// A long text shows its beginning, and the whole of it when opened.
void page_body(struct buf *out, const struct page_env *env, const char *text);
// A tag that says when it was corrected; nothing when it was not.
void page_corrected(struct buf *out, const struct page_env *env, const struct interview *iv,
                    const struct statement *s);
// <p>…</p>: what stands in the place of a retracted statement's text.
void page_statement_gone(struct buf *out, const struct page_env *env, const struct statement *s);

// ask.c -------------------------------------------------------------------------------------

// The form with its heading; fault NULL: empty.
void page_ask_form(struct buf *out, const struct page_env *env, const struct interview *iv,
                   const struct page_ask_fault *fault);
bool page_takes_questions(const struct interview *iv);

// notices.c ---------------------------------------------------------------------------------

// The notices of one log that stand, newest first, in a container that a script can add to.
void page_notices(struct buf *out, const struct page_env *env, const struct interview *iv,
                  const char *container);

// record.c ----------------------------------------------------------------------------------

// The transcript from the beginning, with contents, downloads and what was not answered.
void page_record(struct buf *out, const struct page_env *env, const struct interview *iv);

// about.c -----------------------------------------------------------------------------------

void page_about(struct buf *out, const struct page_env *env, const struct interview *iv);

#endif
