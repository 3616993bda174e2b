// SPDX-License-Identifier: Apache-2.0
// Rows: what is said.
#include "server/app/table.h"

static const struct field statement_publish_fields[] = {
    INTERVIEW(statement_publish),
    COMMAND_ID(statement_publish),
    NEEDS(statement_publish, "kind", F_ID, 0, kind),
    NEEDS(statement_publish, "speaker", F_SPEAKER, 0, speaker),
    NEEDS(statement_publish, "text", F_STRING, LIMIT_STAFF_MESSAGE, text),
    TAKES(statement_publish, "questions", F_STRINGS, LIMIT_ANSWERED, questions),
    TAKES(statement_publish, "said_at", F_TIME, 0, said_ms),
    END};

const struct method statement_methods[] = {
    CHANGE("statement.publish", statement_publish_fields, statement_publish,
           OF_INTERVIEW(statement_publish), WHO_COMPERE | WHO_GUEST | WHO_STENOGRAPHER, IN_SPEECH,
           statement_publish_run, "Adds an utterance to the record."),
    {0},
};
