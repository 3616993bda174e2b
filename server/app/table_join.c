// SPDX-License-Identifier: Apache-2.0
// Rows: who is there, what there is, following it.
#include "server/app/table.h"

static const struct field hello_fields[] = {NEEDS(hello, "client", F_STRING, 200, client),
                                            TAKES(hello, "lang", F_STRING, 35, lang),
                                            TAKES(hello, "token", F_STRING, 256, token),
                                            TAKES(hello, "ticket", F_STRING, 256, ticket), END};

static const struct field interview_list_fields[] = {
    TAKES(interview_list, "stage", F_ID, 0, stage),
    TAKES(interview_list, "limit", F_INT, 200, limit),
    TAKES(interview_list, "before", F_ID, 0, before), END};

static const struct field position_fields[] = {NUMBER(position_at, "n", n),
                                               NEEDS(position_at, "hash", F_STRING, 64, hash), END};
static const struct field interview_watch_fields[] = {
    INTERVIEW(interview_watch), TAKES_OBJECT(interview_watch, "at", at, has_at, position_fields),
    TAKES(interview_watch, "as_public", F_BOOL, 0, as_public), END};
static const struct field interview_only_fields[] = {INTERVIEW(interview_only), END};

const struct method join_methods[] = {
    READS("hello", hello_fields, hello, NONE_GIVEN, WHO_ANYONE, hello_run,
          "Says who is there; the first message of a connection."),
    READS("interview.list", interview_list_fields, interview_list, NONE_GIVEN, GREETED,
          interview_list_run, "Interviews, newest start first."),
    READS("interview.watch", interview_watch_fields, interview_watch,
          AT(interview_watch, interview), GREETED, interview_watch_run,
          "Follows an interview from a position."),
    READS("interview.unwatch", interview_only_fields, interview_only, AT(interview_only, interview),
          GREETED, interview_unwatch_run, "Ends following it."),
    {0},
};
