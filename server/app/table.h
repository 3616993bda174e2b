// SPDX-License-Identifier: Apache-2.0
// How a row of the table of methods is written: parameters, who may, in which stages, what runs.
// The rows stand in table_*.c, by what they are about.
#ifndef SERVER_APP_TABLE_H
#define SERVER_APP_TABLE_H

#include "server/app/commands.h"
#include "server/app/roles.h"

#define AT(type, member) offsetof(struct type, member)
#define TEXT(points) ((points)*4u) // bytes: four at most for a code point

#define NEEDS(type, name_, kind_, max_, member)                                                    \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .required = true, .max = (max_),                         \
        .offset = AT(type, member)                                                                 \
    }
#define TAKES(type, name_, kind_, max_, member)                                                    \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .max = (max_), .offset = AT(type, member)                \
    }
#define TAKES_IF(type, name_, kind_, max_, member, has)                                            \
    {                                                                                              \
        .name = (name_), .kind = (kind_), .max = (max_), .offset = AT(type, member),               \
        .present_offset = AT(type, has)                                                            \
    }
#define TAKES_OBJECT(type, name_, member, has, fields_)                                            \
    {                                                                                              \
        .name = (name_), .kind = F_OBJECT, .offset = AT(type, member),                             \
        .present_offset = AT(type, has), .fields = (fields_)                                       \
    }
#define TAKES_OBJECTS(type, name_, max_, member, has, item, fields_)                               \
    {                                                                                              \
        .name = (name_), .kind = F_OBJECTS, .max = (max_), .offset = AT(type, member),             \
        .present_offset = AT(type, has), .fields = (fields_), .size = sizeof(struct item)          \
    }
#define COMMAND_ID(type) NEEDS(type, "command_id", F_ID, 0, command_id)
#define INTERVIEW(type) NEEDS(type, "interview", F_ID, 0, interview)
#define QUESTION(type) NEEDS(type, "question", F_ID, 0, question)
#define END                                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

// A number that must be given, but of which 0 is a value like others.
#define NUMBER(type, name_, member) NEEDS(type, name_, F_INT, 0, member)

enum {
    GREETED = WHO_CITIZEN | WHO_STAFF,
    DECIDERS = WHO_MODERATOR | WHO_REVIEWER,
    PRESIDERS = WHO_COMPERE | WHO_PRODUCER,
};

// The interview's stages in which a command may be made at all; in others it is refused before it
// runs. What else it asks of a question or a statement is in moderation/life.c.
#define IN(stage) (1u << (stage))
enum {
    IN_ANY = IN(I_STAGES) - 1,
    // Wherever anything may be recorded: what is archived is only taken down, and put back.
    IN_LIFE = IN_ANY & ~IN(I_ARCHIVED),
    IN_PORTAL = IN(I_STAGES), // in the portal's own log, which has no stages
    IN_ASKING = IN(I_ANNOUNCED) | IN(I_LOBBY) | IN(I_LIVE),
    IN_PLANNING = IN(I_DRAFT) | IN(I_IN_REVIEW) | IN(I_SCHEDULED) | IN(I_ANNOUNCED) | IN(I_LOBBY) |
                  IN(I_LIVE) | IN(I_SUSPENDED) | IN(I_DRAINING) | IN(I_POSTPONED) | IN(I_CANCELLED),
    IN_AIR = IN(I_LIVE) | IN(I_SUSPENDED) | IN(I_DRAINING),
    IN_VOTING = IN_ASKING | IN_AIR,
    IN_SPEECH = IN(I_LOBBY) | IN_AIR | IN(I_ENDED) | IN(I_EDITING),
    // A question is decided from its coming in until the end gate, and when all is called off. In
    // what was taken down nothing moves: nothing could become public.
    IN_DECIDING =
        IN_ASKING | IN_AIR | IN(I_ENDED) | IN(I_EDITING) | IN(I_POSTPONED) | IN(I_CANCELLED),
    // A public question may be taken down until the record is archived.
    IN_REVIEWING = IN_DECIDING | IN(I_PUBLISHED) | IN(I_CLOSED),
    // Staff write down what callers ask as long as something may be answered.
    IN_ENTERING = IN_ASKING | IN(I_SUSPENDED) | IN(I_DRAINING),
};

#define READS(name_, fields_, type, interview_, who_, run_, summary_)                              \
    {                                                                                              \
        .name = (name_), .summary = (summary_), .fields = (fields_), .size = sizeof(struct type),  \
        .command_offset = NONE_GIVEN, .interview_offset = (interview_),                            \
        .question_offset = NONE_GIVEN, .who = (who_), .stages = IN_ANY | IN_PORTAL, .run = (run_)  \
    }
#define CHANGES(name_, fields_, type, interview_, question_, who_, stages_, run_, summary_)        \
    {                                                                                              \
        .name = (name_), .summary = (summary_), .fields = (fields_), .size = sizeof(struct type),  \
        .command_offset = AT(type, command_id), .interview_offset = (interview_),                  \
        .question_offset = (question_), .who = (who_), .stages = (stages_), .run = (run_)          \
    }
#define OF_INTERVIEW(type) AT(type, interview), NONE_GIVEN
#define OF_QUESTION(type) NONE_GIVEN, AT(type, question)
#define OF_NOTHING NONE_GIVEN, NONE_GIVEN
// A macro's result counts as one argument of the next; this spreads it.
#define CHANGE(name, fields, type, of, who, stages, run, summary)                                  \
    CHANGES_SPREAD((name, fields, type, of, who, stages, run, summary))
#define CHANGES_SPREAD(args) CHANGES args

#endif
