// SPDX-License-Identifier: Apache-2.0
// Reading the body of an event. A fault is remembered, not returned: a handler reads all it
// needs, looks at `bad` once, and only then changes anything. JSON's null counts as absent.
#ifndef SERVER_INTERVIEW_BODY_H
#define SERVER_INTERVIEW_BODY_H

#include "server/base/json.h"
#include "server/interview/state.h"

struct body {
    const struct json *json; // an object
    struct arena *arena;     // strings are copied there
    bool bad;                // something was missing or of the wrong kind
};

// need_: a fault when absent. opt_: NULL or 0 when absent.
const char *body_need_text(struct body *b, const char *key);
const char *body_opt_text(struct body *b, const char *key);
struct slice body_need_slice(struct body *b, const char *key); // not copied
struct slice body_opt_slice(struct body *b, const char *key);  // not copied
uint64_t body_opt_count(struct body *b, const char *key);      // an integer ≥ 0
bool body_opt_bool(struct body *b, const char *key);
int64_t body_opt_time(struct body *b, const char *key);
int64_t body_need_time(struct body *b, const char *key);

// false when absent, and then *ret and *ret_count are untouched.
bool body_texts(struct body *b, const char *key, const char ***ret, size_t *ret_count);
bool body_person(struct body *b, const char *key, struct person *ret);
bool body_people(struct body *b, const char *key, struct person **ret, size_t *ret_count);
bool body_documents(struct body *b, const char *key, struct policy_document **ret,
                    size_t *ret_count);
bool body_roster(struct body *b, const char *key, struct roster_entry **ret, size_t *ret_count);

#endif
