// SPDX-License-Identifier: Apache-2.0
// An interview for tests that tell a story: everybody on the roster, and the usual first steps.
#ifndef TESTS_MODEL_SCENE_H
#define TESTS_MODEL_SCENE_H

#include "server/base/json.h"
#include "tests/model/world.h"

struct scene {
    struct world *world;
    char id[24];
    unsigned commands;
    char answer[1 << 16]; // the last one
};

struct receipt {
    char question[24], receipt_no[16], secret[20];
};

// Live, and asking is open. question_public: "on_approve", "with_answer".
struct scene *scene_create(uint64_t seed, const char *question_public);
void scene_destroy(struct scene **s);

// Sends a command (params without braces; a command_id is added), settles; the whole answer.
const char *scene_do(struct scene *s, int who, const char *method, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const char *scene_read(struct scene *s, int who, const char *method, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Sends a command, named after its method, and settles nothing: for two at the same moment. line:
// of MODEL_LINE, empty until the answer comes, which it then holds.
void scene_send(struct scene *s, int who, const char *method, const char *params, char *line);
// After either of the first two; fails the test unless it succeeded / was refused for this reason.
void scene_ok(const struct scene *s);
void scene_refused(const struct scene *s, const char *reason);

void scene_ask(struct scene *s, int citizen, const char *text, struct receipt *ret);
void scene_claim(struct scene *s, int moderator, const char *question);
// Claims and approves as mod1.
void scene_approve(struct scene *s, const char *question);
void scene_reject(struct scene *s, const char *question, const char *code);
// By the admin; the transcript is published by the checker, who signs it off.
void scene_move(struct scene *s, const char *to);
void scene_wait(struct scene *s, int64_t ms);

// Of staff (who NULL), a guest ("guest"), the public ("public"): the snapshot; free with json_free.
struct json *scene_snapshot(const struct scene *s, const char *sight);
const struct json *scene_question(const struct json *snapshot, const char *id); // NULL: not there
unsigned scene_version(const struct scene *s, const char *question);
const char *scene_text(const struct json *object, const char *key); // "" when absent
size_t scene_events(const struct scene *s);                         // in the record

#endif
