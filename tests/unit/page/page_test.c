// SPDX-License-Identifier: Apache-2.0
// The pages: well formed whatever comes in, complete at every stage in every language.
#include "server/page/page.h"
#include "tests/kit/check.h"
#include "tests/unit/page/fixture.h"
#include "tests/unit/page/tags.h"

static struct tags tags;

static struct page_env env(enum lang lang)
{
    return (struct page_env){.lang = lang,
                             .utc_offset_minutes = 480,
                             .origin = "https://portal.example",
                             .script = "/a/citizen-1.js",
                             .style = "/a/citizen-1.css",
                             .staff_script = "/a/staff-1.js",
                             .invitation_script = "/a/invitation-1.js",
                             .staff_style = "/a/staff-1.css"};
}

static void check_page(const struct buf *out)
{
    const char *fault = tags_check(&tags, out->p);
    if (fault)
        check_fail(__FILE__, __LINE__, "%s", fault);
}

static bool has(const struct buf *out, const char *text)
{
    return strstr(out->p, text) != NULL;
}

static size_t count(const struct buf *out, const char *text)
{
    size_t n = 0;
    for (const char *p = strstr(out->p, text); p; p = strstr(p + 1, text))
        n++;
    return n;
}

static struct buf show(const struct interview *iv, enum lang lang)
{
    struct buf out = {0};
    struct page_env e = env(lang);
    page_interview(&out, &e, iv);
    check_page(&out);
    return out;
}

static const struct {
    const char *type, *stage;
} STAGES[] = {
    {"interview.lobby_opened", "lobby"},    {"interview.started", "live"},
    {"interview.suspended", "suspended"},   {"interview.resumed", "live"},
    {"interview.draining", "draining"},     {"interview.ended", "ended"},
    {"interview.editing", "editing"},       {"interview.transcript_published", "published"},
    {"interview.closed", "closed"},         {"interview.archived", "archived"},
    {"interview.postponed", "postponed"},   {"interview.cancelled", "cancelled"},
    {"interview.taken_down", "taken_down"},
};

TEST(every_stage_is_well_formed_in_every_language)
{
    struct interview *iv = fixture_live();
    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++) {
        fixture_stage(iv, STAGES[i].type, STAGES[i].stage, "reason <given>");
        for (int lang = 0; lang < LANGS; lang++) {
            struct buf out = show(iv, (enum lang)lang);
            char tag[32];
            snprintf(tag, sizeof tag, "<html lang=\"%s\">", lang_tag((enum lang)lang));
            CHECK(has(&out, tag));
            CHECK_INT(count(&out, "<main"), 1);
            CHECK(!has(&out, "reason <given>"));
            buf_finish(&out);
        }
    }
    interview_destroy(&iv);
}

TEST(a_page_of_hostile_words_holds_no_tag_of_theirs)
{
    static const char *const payloads[] = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x",
        "</textarea></title></script><svg/onload=x>",
        "{name}{n}{department}",
        "&lt;b&gt; &#60;",
        "]]><!-- --><",
        "javascript:alert(1)",
    };
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        const char *x = payloads[i];
        struct fixture_words words = {x, x, x, x, x, x, x, x, "realname"};
        struct interview *iv = interview_create(slice_of(x), true);
        fixture_announce(iv, &words);
        fixture_asking(iv, "open");
        fixture_stage(iv, "interview.started", "live", x);
        fixture_question(iv, "2026-11-24T07:03:00Z", "q1", x, x, x);
        fixture_question(iv, "2026-11-24T07:03:00Z", x, x, x, x);
        fixture_about(iv, "2026-11-24T07:04:00Z", "question.on_air", "q1", NULL);
        fixture_statement(iv, "2026-11-24T07:05:00Z", x, "answer", &words, x, x);
        fixture_about(iv, "2026-11-24T07:06:00Z", "question.referred", x, x);
        const struct interview *list[] = {iv};
        for (int lang = 0; lang < LANGS; lang++) {
            struct page_env e = env((enum lang)lang);
            e.site_name = x;
            struct buf out = {0};
            page_interview(&out, &e, iv);
            check_page(&out);
            buf_clear(&out);
            page_column(&out, &e, list, 1);
            check_page(&out);
            struct page_ask_fault fault = {x, "name", slice_of(x), slice_of(x), slice_of(x)};
            buf_clear(&out);
            page_ask_again(&out, &e, iv, &fault);
            check_page(&out);
            struct slice s = slice_of(x);
            struct page_receipt receipt = {s, s, s, s, s};
            buf_clear(&out);
            page_receipt(&out, &e, iv, &receipt);
            check_page(&out);
            const struct statement *said = iv->statements[0];
            struct page_fate fate = {.found = true,
                                     .receipt_no = s,
                                     .stage = x,
                                     .text = x,
                                     .shown_text = x,
                                     .reason = x,
                                     .note = x,
                                     .department = x,
                                     .due_ms = 1,
                                     .interview_id = x,
                                     .topic = x,
                                     .answers = &said,
                                     .answer_count = 1,
                                     .reply_department = x,
                                     .reply_text = x,
                                     .replied_ms = 1,
                                     .appeal = x,
                                     .may_appeal = true,
                                     .may_withdraw = true,
                                     .secret = s,
                                     .fault = x,
                                     .extension = x,
                                     .stopped_ms = 1,
                                     .stop_note = x,
                                     .group_id = x,
                                     .group_no = x,
                                     .group_stage = x,
                                     .is_repeated = true,

                                     .erased_ms = 1,
                                     .erased_class = x,
                                     .erased_basis = x};
            buf_clear(&out);
            page_lookup(&out, &e, &fate);
            check_page(&out);
            buf_finish(&out);
        }
        fixture_stage(iv, "interview.transcript_published", "published", x);
        struct buf out = show(iv, LANG_EN);
        CHECK(!has(&out, "href=\"javascript:"));
        buf_finish(&out);
        interview_destroy(&iv);
    }
}

TEST(only_web_addresses_become_links)
{
    static const char *const urls[] = {"javascript:alert(1)", "data:text/html,x",  " https://x",
                                       "//x.example",         "HTTPS://x.example", ""};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct fixture_words words = FIXTURE_WORDS;
        words.document = "Document 17";
        words.url = urls[i];
        struct interview *iv = interview_create(slice_of("a"), true);
        fixture_announce(iv, &words);
        struct buf out = show(iv, LANG_EN);
        CHECK(has(&out, "<li>Document 17</li>"));
        buf_finish(&out);
        interview_destroy(&iv);
    }
}

TEST(the_live_page_tells_the_script_its_position)
{
    struct interview *iv = fixture_live();
    struct buf out = show(iv, LANG_ZH_HANS);
    char want[160];
    snprintf(want, sizeof want,
             "<main id=\"live\" data-interview=\"k7m2\" data-n=\"%" PRIu64
             "\" data-hash=\"%.16s\" data-stage=\"live\" data-asking=\"open\"",
             iv->position.n, iv->position.hash);
    CHECK(has(&out, want));
    CHECK(has(&out, "<noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>"));
    CHECK(has(&out, "<form id=\"ask-form\" method=\"post\" action=\"/i/k7m2/ask?lang=zh-Hans\""));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(newest_cards_come_first_and_answers_lift_their_question)
{
    struct interview *iv = fixture_live();
    struct buf out = show(iv, LANG_ZH_HANS);
    const char *order[] = {"id=\"q-q4\"", "id=\"q-q3\"", "id=\"q-q2\"", "id=\"s-s1\"",
                           "id=\"q-q1\""};
    const char *at = out.p;
    for (size_t i = 0; i < 5; i++) {
        at = strstr(at, order[i]);
        CHECK(at);
    }
    buf_finish(&out);
    fixture_statement(iv, "2026-11-24T07:20:00Z", "s9", "answer", &FIXTURE_WORDS, "能。", "q1");
    out = show(iv, LANG_ZH_HANS);
    CHECK(strstr(out.p, "id=\"q-q1\"") < strstr(out.p, "id=\"q-q4\""));
    CHECK(strstr(out.p, "id=\"s-s9\"") < strstr(out.p, "id=\"q-q4\""));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(what_was_withdrawn_leaves_its_number_only)
{
    struct interview *iv = fixture_live();
    const char *stages[] = {"live", "ended", "published"};
    for (int i = 0; i < 3; i++) {
        fixture_stage(iv, "interview.started", stages[i], NULL);
        struct buf out = show(iv, LANG_ZH_HANS);
        CHECK(!has(&out, "残疾老人"));
        CHECK(!has(&out, "赵先生"));
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

static void fold_json(struct interview *iv, const char *type, const char *body)
{
    fixture_event(iv, type, "2026-11-26T03:00:00Z", body);
}

TEST(what_was_taken_down_leaves_its_number_and_the_reason)
{
    struct interview *iv = fixture_live();
    fold_json(iv, "question.retracted", "{\"question\":\"q1\",\"code\":\"personal_data\"}");
    fold_json(iv, "question.retracted", "{\"question\":\"q2\",\"code\":\"no_such_word\"}");
    const char *stages[] = {"live", "published"};
    for (int i = 0; i < 2; i++) {
        fixture_stage(iv, "interview.started", stages[i], NULL);
        struct buf out = show(iv, LANG_ZH_HANS);
        CHECK(!has(&out, "周末不开门"));
        CHECK(i == 1 || has(&out, "该条内容已撤下：含有他人隐私"));
        CHECK(has(&out, "<p>该条内容已撤下</p>"));
        CHECK(!has(&out, "外地户籍的老人"));
        CHECK(has(&out, "不分户籍")); // what was said stays
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

TEST(a_written_reply_stands_beside_its_question)
{
    struct interview *iv = fixture_live();
    fold_json(iv, "case.reply_published",
              "{\"question\":\"q1\",\"department\":\"A <b>\",\"text\":\"四月起 & 周末开。\"}");
    fold_json(iv, "question.lapsed", "{\"question\":\"q3\",\"note\":\"时间 <不够>\"}");
    const char *stages[] = {"live", "published"};
    for (int i = 0; i < 2; i++) {
        fixture_stage(iv, "interview.started", stages[i], NULL);
        struct buf out = show(iv, LANG_EN);
        CHECK(has(&out, "Written reply by A &lt;b&gt;"));
        CHECK(has(&out, "四月起 &amp; 周末开。"));
        CHECK(has(&out, "时间 &lt;不够&gt;"));
        CHECK(has(&out, "Not answered"));
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

TEST(the_asker_reads_every_fate_and_may_do_what_is_open)
{
    for (int lang = 0; lang < LANGS; lang++) {
        struct page_env e = env((enum lang)lang);
        struct buf out = {0};
        for (int stage = 0; stage < Q_STAGES; stage++) {
            const char *word = question_stage_name((enum question_stage)stage);
            struct page_fate fate = {.found = true,
                                     .receipt_no = slice_of("7K3-204"),
                                     .secret = slice_of("S\"1"),
                                     .stage = word,
                                     .reply_text = "<reply>",
                                     .replied_ms = 1,
                                     .may_appeal = stage == Q_REJECTED,
                                     .may_withdraw = stage == Q_APPROVED};
            buf_clear(&out);
            page_lookup(&out, &e, &fate);
            check_page(&out);
            CHECK(has(&out, message_find((enum lang)lang, "fate", word)));
            CHECK(has(&out, message((enum lang)lang, MSG_LOOKUP_REPLY)));
            CHECK_INT(has(&out, "action=\"/q/appeal"), stage == Q_REJECTED);
            CHECK_INT(has(&out, "action=\"/q/withdraw"), stage == Q_APPROVED);
            CHECK_INT(has(&out, message((enum lang)lang, MSG_WITHDRAW_NOTE)), stage == Q_APPROVED);
            CHECK_INT(has(&out, "value=\"S&quot;1\"") || has(&out, "value=\"S&#34;1\""),
                      stage == Q_REJECTED || stage == Q_APPROVED);
        }
        for (int i = APPEAL_OPEN; i < APPEALS; i++) {
            const char *word = appeal_name((enum appeal)i);
            struct page_fate fate = {.found = true, .stage = "rejected", .appeal = word};
            buf_clear(&out);
            page_lookup(&out, &e, &fate);
            check_page(&out);
            CHECK(has(&out, message_find((enum lang)lang, "appeal", word)));
        }
        buf_finish(&out);
    }
}

TEST(what_is_being_answered_is_pinned)
{
    struct interview *iv = fixture_live();
    struct buf out = show(iv, LANG_EN);
    CHECK(has(&out, "<section id=\"on-air\" aria-labelledby=\"on-air-h\"><h2"));
    CHECK(has(&out, "<li><a href=\"#q-q3\">Question from <bdi>𠮷田</bdi></a>"));
    buf_finish(&out);
    fixture_about(iv, "2026-11-24T07:30:00Z", "question.off_air", "q3", NULL);
    out = show(iv, LANG_EN);
    CHECK(has(&out, "<section id=\"on-air\" aria-labelledby=\"on-air-h\" hidden>"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(long_texts_are_folded_live_and_whole_in_the_transcript)
{
    struct interview *iv = fixture_live();
    char text[401 * 4 + 1] = "";
    for (int i = 0; i < 401; i++)
        strcat(text, "𠮷");
    fixture_statement(iv, "2026-11-24T07:20:00Z", "s9", "remark", &FIXTURE_WORDS, text + 4, NULL);
    struct buf out = show(iv, LANG_EN);
    CHECK(!has(&out, "<details class=\"fold\">"));
    buf_finish(&out);
    fixture_statement(iv, "2026-11-24T07:21:00Z", "s10", "remark", &FIXTURE_WORDS, text, NULL);
    out = show(iv, LANG_EN);
    CHECK_INT(count(&out, "<details class=\"fold\">"), 1);
    buf_finish(&out);
    fixture_stage(iv, "interview.transcript_published", "published", NULL);
    out = show(iv, LANG_EN);
    CHECK(!has(&out, "<details class=\"fold\">"));
    CHECK(has(&out, text));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(the_transcript_runs_from_the_beginning)
{
    struct interview *iv = fixture_live();
    fixture_about(iv, "2026-11-24T07:30:00Z", "question.referred", "q1", "养老服务中心");
    fixture_stage(iv, "interview.transcript_published", "published", NULL);
    struct buf out = show(iv, LANG_ZH_HANS);
    CHECK(strstr(out.p, "id=\"s-s1\"") < strstr(out.p, "id=\"q-q2\""));
    CHECK(strstr(out.p, "id=\"q-q2\"") < strstr(out.p, "id=\"s-s2\""));
    CHECK(strstr(out.p, "id=\"s-s2\"") < strstr(out.p, "id=\"open-h\""));
    CHECK(strstr(out.p, "id=\"open-h\"") < strstr(out.p, "id=\"q-q1\""));
    CHECK(has(&out, "养老服务中心"));
    CHECK(has(&out, "2026年12月1日"));
    static const char *const files[] = {"html", "json", "md", "txt"};
    for (int i = 0; i < 4; i++) {
        char link[80];
        snprintf(link, sizeof link, "\"/api/v1/interviews/k7m2/transcript.%s\"", files[i]);
        CHECK(has(&out, link));
    }
    CHECK(!has(&out, "id=\"live\""));
    CHECK(!has(&out, "http-equiv=\"refresh\""));
    CHECK(!has(&out, "ask-form"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(a_question_that_was_only_read_out_stays_open)
{
    struct interview *iv = fixture_live();
    fixture_statement(iv, "2026-11-24T07:20:00Z", "s9", "question_read", &FIXTURE_WORDS, "读题",
                      "q3");
    fixture_statement(iv, "2026-11-24T07:21:00Z", "s10", "remark", &FIXTURE_WORDS, "稍后再谈",
                      "q3");
    fixture_stage(iv, "interview.transcript_published", "published", NULL);
    struct buf out = show(iv, LANG_ZH_HANS);
    CHECK(strstr(strstr(out.p, "id=\"open-h\""), "送餐上门要加多少钱"));
    CHECK(has(&out, "收录提问 3 条，已答复 1 条")); // q4 was withdrawn, q3 not answered
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(a_statement_about_two_questions_stands_once)
{
    struct interview *iv = fixture_live();
    fixture_event(iv, "statement.published", "2026-11-24T07:20:00Z",
                  "{\"statement\":\"s9\",\"kind\":\"answer\",\"speaker\":{\"name\":\"n\"},"
                  "\"text\":\"joint words\",\"questions\":[\"q3\",\"q1\"],"
                  "\"said_at\":\"2026-11-24T07:20:00Z\",\"origin\":\"live\"}");
    struct buf out = show(iv, LANG_EN);
    CHECK_INT(count(&out, "joint words"), 1);
    CHECK(has(&out, "<p class=\"see\"><a href=\"#s-s9\">Answered together with no. R2C-118</a>"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(the_form_is_there_only_while_asking_is_open)
{
    struct interview *iv = fixture_live();
    struct buf out = show(iv, LANG_EN);
    CHECK(has(&out, "ask-form"));
    buf_finish(&out);
    fixture_asking(iv, "closed");
    out = show(iv, LANG_EN);
    CHECK(!has(&out, "ask-form"));
    CHECK(has(&out, "Questions are closed"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(the_policy_says_which_fields_are_required)
{
    static const struct {
        const char *policy;
        size_t required;
    } rows[] = {{"anonymous", 1}, {"named", 2}, {"realname", 3}};
    for (int i = 0; i < 3; i++) {
        struct fixture_words words = FIXTURE_WORDS;
        words.asking = rows[i].policy;
        struct interview *iv = interview_create(slice_of("a"), true);
        fixture_announce(iv, &words);
        fixture_asking(iv, "precollect");
        struct buf out = show(iv, LANG_EN);
        CHECK_INT(count(&out, " required"), rows[i].required);
        buf_finish(&out);
        interview_destroy(&iv);
    }
}

TEST(what_was_typed_comes_back_as_it_was)
{
    struct interview *iv = fixture_live();
    struct page_env e = env(LANG_EN);
    struct page_ask_fault fault = {"Wrong", "name", slice_of("\n\n<first>\n"), slice_of("\"Ms\""),
                                   slice_of("139<0")};
    struct buf out = {0};
    page_ask_again(&out, &e, iv, &fault);
    check_page(&out);
    CHECK(has(&out, ">\n\n\n&lt;first&gt;\n</textarea>"));
    CHECK(has(&out, "value=\"&quot;Ms&quot;\""));
    CHECK(has(&out, "value=\"139&lt;0\""));
    CHECK(has(&out, "<a href=\"#ask-name\">Wrong</a>"));
    CHECK(!has(&out, "http-equiv=\"refresh\""));
    buf_clear(&out);
    fixture_asking(iv, "closed");
    page_ask_again(&out, &e, iv, &fault);
    check_page(&out);
    CHECK(has(&out, "&lt;first&gt;"));
    buf_clear(&out);
    page_ask_again(&out, &e, iv, NULL);
    check_page(&out);
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(what_was_taken_down_shows_nothing_of_it)
{
    struct interview *iv = fixture_live();
    fixture_stage(iv, "interview.taken_down", "taken_down", "依法撤下");
    struct buf out = show(iv, LANG_ZH_HANS);
    CHECK(!has(&out, "助餐"));
    CHECK(!has(&out, "周明岚"));
    CHECK(!has(&out, "民政局"));
    CHECK(has(&out, "依法撤下"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(collectors_find_their_tags)
{
    struct interview *iv = fixture_live();
    struct buf out = show(iv, LANG_ZH_HANS);
    CHECK(has(&out, "<meta name=\"ArticleTitle\" content=\"社区助餐点怎么办、怎么吃\">"));
    CHECK(has(&out, "<meta name=\"PubDate\" content=\"2026-11-17 10:00\">"));
    CHECK(has(&out, "<meta name=\"ContentSource\" content=\"云溪市民政局\">"));
    CHECK(has(&out, "<meta property=\"og:url\" content=\"https://portal.example/i/k7m2\">"));
    CHECK(has(&out, "<link rel=\"canonical\" href=\"https://portal.example/i/k7m2\">"));
    buf_finish(&out);
    struct page_env e = env(LANG_EN);
    e.origin = NULL;
    page_interview(&out, &e, iv);
    check_page(&out);
    CHECK(!has(&out, "canonical"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(times_are_in_the_portals_clock)
{
    struct interview *iv = fixture_live();
    struct page_env e = env(LANG_EN);
    struct buf out = {0};
    e.utc_offset_minutes = -210;
    page_interview(&out, &e, iv);
    CHECK(has(&out, "<time datetime=\"2026-11-24T07:06:00.000Z\">03:36</time>"));
    CHECK(has(&out, "<time datetime=\"2026-11-20T03:15:00.000Z\">19 November, 23:45</time>"));
    buf_finish(&out);
    interview_destroy(&iv);
}

TEST(the_column_puts_live_before_coming_before_past)
{
    struct interview *iv[4];
    static const char *const ids[] = {"past", "coming", "running", "gone"};
    static const char *const stages[] = {"published", "announced", "live", "taken_down"};
    for (int i = 0; i < 4; i++) {
        iv[i] = interview_create(slice_of(ids[i]), true);
        fixture_announce(iv[i], &FIXTURE_WORDS);
        fixture_stage(iv[i], "interview.started", stages[i], NULL);
    }
    struct buf out = {0};
    struct page_env e = env(LANG_EN);
    page_column(&out, &e, (const struct interview *const *)iv, 4);
    check_page(&out);
    CHECK(strstr(out.p, "/i/running?") < strstr(out.p, "/i/coming?"));
    CHECK(strstr(out.p, "/i/coming?") < strstr(out.p, "/i/past?"));
    CHECK(!has(&out, "/i/gone"));
    buf_clear(&out);
    page_column(&out, &e, NULL, 0);
    check_page(&out);
    CHECK(has(&out, "There are no interviews"));
    buf_finish(&out);
    for (int i = 0; i < 4; i++)
        interview_destroy(&iv[i]);
}

// The fates are decided when nothing can be asked any more: the place for the receipts that the
// browser keeps is on the page of every stage.
TEST(the_place_for_ones_own_questions_is_always_there)
{
    static const char *const stages[] = {
        "announced", "lobby",  "live",     "suspended", "draining",  "ended",     "editing",
        "published", "closed", "archived", "postponed", "cancelled", "taken_down"};
    struct interview *iv = fixture_live();
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct buf out = {0};
        struct page_env e = env(LANG_EN);
        fixture_stage(iv, "interview.editing", stages[i], NULL);
        page_interview(&out, &e, iv);
        check_page(&out);
        CHECK(has(&out, "<section id=\"mine\" aria-labelledby=\"mine-h\" hidden>"));
        CHECK(has(&out, "data-interview=\"k7m2\""));
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

TEST(small_pages_are_well_formed)
{
    for (int lang = 0; lang < LANGS; lang++) {
        struct page_env e = env((enum lang)lang);
        struct buf out = {0};
        static const int statuses[] = {400, 403, 404, 405, 413, 418, 429, 500, 502, 503};
        for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
            buf_clear(&out);
            page_error(&out, &e, statuses[i]);
            check_page(&out);
        }
        buf_clear(&out);
        page_desk(&out, &e, "");
        check_page(&out);
        CHECK(has(&out, "id=\"desk\""));
        CHECK(has(&out, "<script type=\"module\" src=\"/a/staff-1.js\"></script>"));
        CHECK(!has(&out, "/a/citizen-1.js"));
        CHECK(!has(&out, "data-demo") && !has(&out, "data-csrf"));
        e.demo = true;
        buf_clear(&out);
        page_desk(&out, &e, "c5f7");
        check_page(&out);
        CHECK(has(&out, "id=\"desk\" data-offset=\"480\" data-demo data-csrf=\"c5f7\" "
                        "data-origin=\"https://portal.example\">"));
        buf_clear(&out);
        page_lookup(&out, &e, NULL);
        check_page(&out);
        struct page_fate none = {.receipt_no = slice_of("7K3-204")};
        buf_clear(&out);
        page_lookup(&out, &e, &none);
        check_page(&out);
        CHECK(has(&out, "value=\"7K3-204\""));
        buf_finish(&out);
    }
}

TEST(the_way_in_names_who_is_invited_and_asks_before_the_link_is_used)
{
    for (int lang = 0; lang < LANGS; lang++) {
        struct page_env e = env((enum lang)lang);
        struct buf out = {0};
        page_invitation(&out, &e, &(struct page_invitation){.fault = "a < b"});
        check_page(&out);
        CHECK(has(&out, "a &lt; b"));
        CHECK(has(&out, "action=\"/invitation?lang="));
        CHECK(has(&out, "name=\"token\"") && !has(&out, "command_id"));
        CHECK(!has(&out, "/a/citizen-1.js"));
        buf_clear(&out);
        struct page_invitation in = {.name = "<guest & co>",
                                     .topic = "\"Bus\" <lanes>",
                                     .until_ms = 1795503600000,
                                     .token = slice_of("v1.\"x"),
                                     .command = "c0ffee"};
        page_invitation(&out, &e, &in);
        check_page(&out);
        CHECK(has(&out, "&lt;guest &amp; co&gt;") && has(&out, "&lt;lanes&gt;"));
        CHECK(has(&out, "action=\"/invitation/enter?lang="));
        CHECK(has(&out, "name=\"token\" value=\"v1.&quot;x\""));
        CHECK(has(&out, "name=\"command_id\" value=\"c0ffee\""));
        CHECK(has(&out, "2026"));
        buf_finish(&out);
    }
}

// A tag checker that accepts everything would prove nothing.
TEST(the_checker_sees_faults)
{
    static const char *const bad[] = {"<p>",
                                      "</p>",
                                      "<p></b>",
                                      "<p x=y></p>",
                                      "a < b",
                                      "a & b",
                                      "a > b",
                                      "<p x=\"<\"></p>",
                                      "<p onx=\"\"/>",
                                      "<p onclick=\"a\"></p>",
                                      "<p id=\"a\"></p><p id=\"a\"></p>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(tags_check(&tags, bad[i]));
    CHECK(!tags_check(&tags, "<p class=\"a\" hidden>x &amp; y<br></p>"));
}

int main(void)
{
    return check_run();
}
