// SPDX-License-Identifier: Apache-2.0
// Rows: notices, and the wording of reasons.
#include "server/app/table.h"

static const struct field notice_issue_fields[] = {
    TAKES(notice_issue, "interview", F_ID, 0, interview),
    COMMAND_ID(notice_issue),
    NEEDS(notice_issue, "to", F_ID, 0, to),
    NEEDS(notice_issue, "text", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, text),
    NEEDS(notice_issue, "level", F_ID, 0, level),
    END};
static const struct field notice_only_fields[] = {INTERVIEW(notice_only), COMMAND_ID(notice_only),
                                                  NEEDS(notice_only, "notice", F_ID, 0, notice),
                                                  END};
static const struct field reason_word_fields[] = {
    COMMAND_ID(reason_word),
    NEEDS(reason_word, "code", F_ID, 0, code),
    NEEDS(reason_word, "lang", F_ID, 0, lang),
    TAKES(reason_word, "audience", F_ID, 0, audience),
    TAKES(reason_word, "text", F_STRING, TEXT(LIMIT_NOTE_POINTS) + 64, text),
    END};
static const struct field no_fields[] = {END};

enum {
    ISSUERS = WHO_COMPERE | WHO_PRODUCER | WHO_MODERATOR | WHO_REVIEWER | WHO_PORTAL_ADMIN,
    ON_DUTY = ISSUERS | WHO_GUEST | WHO_STENOGRAPHER | WHO_PICTURE_EDITOR | WHO_POLICY_CHECKER,
};

const struct method notice_methods[] = {
    CHANGE("notice.issue", notice_issue_fields, notice_issue, OF_INTERVIEW(notice_issue), ISSUERS,
           IN_LIFE, notice_issue_run,
           "Tells everybody who follows an interview, the portal's visitors, or the staff."),
    CHANGE("notice.acknowledge", notice_only_fields, notice_only, OF_INTERVIEW(notice_only),
           ON_DUTY, IN_LIFE | IN_PORTAL, notice_acknowledge_run, "A member of staff has read it."),
    CHANGE("notice.recall", notice_only_fields, notice_only, OF_INTERVIEW(notice_only), ISSUERS,
           IN_LIFE | IN_PORTAL, notice_recall_run, "Takes a notice away."),
    CHANGE("reason.word", reason_word_fields, reason_word, OF_NOTHING, WHO_PORTAL_ADMIN, IN_ANY,
           reason_word_run, "Words a coded reason; without a text the house's own words."),
    READS("reason.list", no_fields, nothing, NONE_GIVEN, WHO_STAFF, reason_list_run,
          "The coded reasons and their words, in every language; what `rejects` may be given for a "
          "question."),
    {0},
};
