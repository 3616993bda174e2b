// SPDX-License-Identifier: Apache-2.0
// The transcript as every format shows it: what is said, in which order and in whose words, decided
// once. The writers only lay out and escape. Only files of server/export include this.
#ifndef SERVER_EXPORT_DOCUMENT_H
#define SERVER_EXPORT_DOCUMENT_H

#include "server/export/export.h"

// All strings are plain UTF-8, unescaped and never NULL unless it is said. Those of people are the
// interview's own and verbatim; the others live in the arena.

struct document_fact {
    const char *label;
    const char *value;
    const char *url; // of an http(s) address; NULL: none
};

enum document_kind { DOCUMENT_QUESTION, DOCUMENT_STATEMENT };

struct document_item {
    enum document_kind kind;
    const char *id;
    const char *who;         // speaker with department and title; asker
    const char *about;       // number, time, remarks, in one line
    int64_t at_ms;           // the time in about
    const char *text;        // verbatim; NULL: withdrawn or taken down
    const char *fate;        // what became of a question that was not answered; NULL in the record
    const char *reply;       // of a department to this question, verbatim; NULL: none
    const char *reply_about; // whose, and when
    bool stands_before;      // in the list at the end: also read out in the record
};

struct document {
    struct arena arena;
    enum lang lang;
    const char *site;
    const char *topic;
    const char *intro; // NULL: none
    const char *zone;  // a sentence: of which clock the times are
    const char *draft; // a sentence: not the published transcript; NULL when it is
    const char *position;
    struct document_fact *facts;
    size_t fact_count;
    struct document_item *record; // statements as published, each after the questions it is about
    size_t record_count;
    struct document_item *open; // public questions without an answer, in order of publication
    size_t open_count;
};

void document_init(struct document *doc, const struct export_env *env, const struct interview *iv);
void document_finish(struct document *doc);

// The writers.
void html_write(struct buf *out, const struct document *doc);
void markdown_write(struct buf *out, const struct document *doc);
void text_write(struct buf *out, const struct document *doc);
void json_write(struct buf *out, const struct interview *iv);

#endif
