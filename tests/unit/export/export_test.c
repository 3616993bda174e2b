// SPDX-License-Identifier: Apache-2.0
// Whatever people wrote comes out of every format byte for byte, and never as markup.
#include <stdlib.h>

#include "server/export/export.h"
#include "server/interview/snapshot.h"
#include "tests/kit/check.h"
#include "tests/unit/page/fixture.h"

static const struct export_env ENV = {
    .lang = LANG_ZH_HANS, .utc_offset_minutes = 480, .origin = "https://talk.example"};

// Each is text that the gate lets through.
static const char *const HOSTILE[] = {
    "𠮷𪚥𬺓 👩‍👩‍👧‍👦 𝄞 󰀀", // beyond the BMP, also a private character
    "<script>alert(1)</script><!-- ]]> --></div></article></html>",
    "\"><img src=x onerror='a&b'>&lt;&amp;lt;&#60;",
    "# no heading\n## nor this\n===\n---\n***\n1. one\n- two\n+ three\n> four",
    "    not code\n\n    not code\n\n```\nnot code\n```\n~~~\n`a` ``b``",
    "*a* _b_ **c** ~~d~~ [e](https://f.example) ![g](h) <https://i.example> [j]: k\n| l | m "
    "|\n|---|",
    "a\\\nb\\*c\\\\*d\\",
    "{name} {{no}} %s %n %%",
    "────────────────────────────────\n周明岚\n2026-11-24 15:00\n\n并非答复",
    "مرحبا \xE2\x80\x8F!\nབོད་ཡིག ئۇيغۇر\xE2\x80\x8C",
    "一\n二\n\n三\n   四  五\n&#32;&#10;\\n",
};
enum { HOSTILE_COUNT = sizeof HOSTILE / sizeof *HOSTILE };

static struct buf written(const struct interview *iv, const char *name,
                          const struct export_env *env)
{
    struct buf out = {0};
    const struct export_format *format = export_format_find(name, strlen(name));
    CHECK(format != NULL);
    export_write(&out, format, env, iv);
    CHECK(out.n > 0 && strlen(out.p) == out.n);
    return out;
}

// ---- reading the formats back, written here on purpose a second time --------------------------

static bool skip(const char **p, const char *what)
{
    size_t n = strlen(what);
    if (strncmp(*p, what, n) != 0)
        return false;
    *p += n;
    return true;
}

static struct buf without_html(const char *p)
{
    static const char *const REFERENCES[][2] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
    struct buf out = {0};
    while (*p) {
        if (*p == '<') {
            p = strchr(p, '>');
            CHECK(p++ != NULL);
            continue;
        }
        if (*p != '&') {
            buf_char(&out, *p++);
            continue;
        }
        size_t i = 0;
        while (i < 5 && !skip(&p, REFERENCES[i][0]))
            i++;
        CHECK(i < 5);
        buf_text(&out, REFERENCES[i][1]);
    }
    return out;
}

static struct buf without_markdown(const char *p)
{
    struct buf out = {0};
    while (*p) {
        if (skip(&p, "&#32;")) {
            buf_char(&out, ' ');
        } else if (*p == '\\') {
            CHECK(p[1] == '\n' || (p[1] > ' ' && p[1] < 127));
            buf_char(&out, p[1]);
            p += 2;
        } else {
            buf_char(&out, *p++);
        }
    }
    return out;
}

static bool holds(const struct buf *b, const char *text)
{
    return strstr(b->p, text) != NULL;
}

static size_t occurrences(const char *in, const char *what)
{
    size_t n = 0;
    for (const char *p = strstr(in, what); p; p = strstr(p + 1, what))
        n++;
    return n;
}

// ---- interviews ------------------------------------------------------------------------------

static void check_everywhere(const struct interview *iv, const char *const *texts, size_t count)
{
    struct buf html = written(iv, "html", &ENV), md = written(iv, "md", &ENV);
    struct buf plain_html = without_html(html.p), plain_md = without_markdown(md.p);
    struct buf txt = written(iv, "txt", &ENV), json = written(iv, "json", &ENV);
    for (size_t i = 0; i < count; i++) {
        struct buf quoted = {0};
        struct json_writer w = {.out = &quoted};
        json_w_string(&w, slice_of(texts[i]));
        if (!holds(&plain_html, texts[i]) || !holds(&plain_md, texts[i]) ||
            !holds(&txt, texts[i]) || !holds(&json, quoted.p))
            check_fail(__FILE__, __LINE__, "text %zu is lost: %.60s", i, texts[i]);
        buf_finish(&quoted);
    }
    struct buf *all[] = {&html, &md, &plain_html, &plain_md, &txt, &json};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_finish(all[i]);
}

static struct interview *hostile_interview(const char *const *texts, size_t count)
{
    struct fixture_words words = FIXTURE_WORDS;
    struct interview *iv = interview_create(slice_of("k7m2"), true);
    fixture_announce(iv, &words);
    fixture_stage(iv, "interview.started", "live", NULL);
    for (size_t i = 0; i < count; i++) {
        char question[24], no[24], statement[24];
        snprintf(question, sizeof question, "q%zu", i);
        snprintf(no, sizeof no, "N-%zu", i);
        snprintf(statement, sizeof statement, "s%zu", i);
        fixture_question(iv, "2026-11-24T07:03:00Z", question, no, NULL, texts[i]);
        fixture_statement(iv, "2026-11-24T07:06:00Z", statement, "answer", &words,
                          texts[count - 1 - i], i % 2 ? question : NULL);
    }
    return iv;
}

TEST(the_table_of_formats)
{
    size_t count = 0;
    for (const struct export_format *f = export_formats; f->name; f++, count++) {
        CHECK(export_format_find(f->name, strlen(f->name)) == f);
        CHECK(strstr(f->content_type, "charset=utf-8") != NULL);
    }
    CHECK_INT(count, 4);
    CHECK(!export_format_find("htm", 3));
    CHECK(!export_format_find("htmlx", 5));
    CHECK(!export_format_find("", 0));
    CHECK(export_format_find("mdx", 2) == export_format_find("md", 2));
}

TEST(every_text_comes_out_byte_for_byte)
{
    struct interview *iv = hostile_interview(HOSTILE, HOSTILE_COUNT);
    check_everywhere(iv, HOSTILE, HOSTILE_COUNT);
    interview_destroy(&iv);
}

TEST(long_texts_come_out_whole)
{
    struct buf text = {0};
    for (int i = 0; text.n < 60000; i++)
        buf_printf(&text, "第%d段 <b>&amp; *粗* 𠮷%s", i, i % 7 ? "。" : "\n");
    const char *texts[] = {text.p};
    struct interview *iv = hostile_interview(texts, 1);
    check_everywhere(iv, texts, 1);
    interview_destroy(&iv);
    buf_finish(&text);
}

TEST(texts_made_by_chance_come_out_byte_for_byte)
{
    static const char *const PARTS[] = {
        " ", "\n", "\n\n", "\\", "*",  "_",  "<", ">", "&",  "#32;", "`", "~", "[", "](",    "#",
        "-", "1.", "=",    "|",  "甲", "𠮷", "─", "'", "\"", "{",    "}", "!", "a", "http:", "@"};
    uint64_t seed = 20261124;
    for (int round = 0; round < 300; round++) {
        struct buf text = {0};
        buf_text(&text, "始");
        for (int i = 0; i < 60; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            buf_text(&text, PARTS[(seed >> 33) % (sizeof PARTS / sizeof *PARTS)]);
        }
        buf_text(&text, "终");
        const char *texts[] = {text.p};
        struct interview *iv = hostile_interview(texts, 1);
        check_everywhere(iv, texts, 1);
        interview_destroy(&iv);
        buf_finish(&text);
    }
}

TEST(html_has_only_our_own_tags)
{
    static const char *const NONE[] = {"无", "无"};
    struct interview *quiet = hostile_interview(NONE, 2);
    struct interview *iv = hostile_interview(HOSTILE, 2);
    struct buf a = written(quiet, "html", &ENV), b = written(iv, "html", &ENV);
    CHECK_INT(occurrences(b.p, "<"), occurrences(a.p, "<"));
    CHECK(!holds(&b, "<script"));
    CHECK(holds(&b, "<html lang=\"zh-Hans\">"));
    CHECK(holds(&b, "@media print"));
    CHECK(!holds(&b, "src=\""));
    buf_finish(&a);
    buf_finish(&b);
    interview_destroy(&quiet);
    interview_destroy(&iv);
}

// No line of a text may begin a block, and no character may begin a span.
TEST(markdown_of_a_text_is_inert)
{
    struct interview *iv = hostile_interview(HOSTILE, HOSTILE_COUNT);
    struct buf md = written(iv, "md", &ENV);
    for (char *p = md.p, *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        *end = 0;
        bool ours = strncmp(p, "# ", 2) == 0 || strncmp(p, "## ", 3) == 0 ||
                    strncmp(p, "### ", 4) == 0 || strncmp(p, "- ", 2) == 0 || *p == '*';
        CHECK(*p != ' ' && *p != '\t' && (end == p || end[-1] != ' '));
        for (const char *c = p; !ours && *c; c++) {
            if (*c == '\\')
                c += c[1] != 0;
            else if (strncmp(c, "&#32;", 5) == 0)
                c += 4;
            else
                CHECK(!strchr("*_`[]<>|~#!=-+&", *c));
        }
    }
    buf_finish(&md);
    interview_destroy(&iv);
}

TEST(an_entry_of_plain_text_cannot_be_forged)
{
    struct interview *iv = hostile_interview(HOSTILE, HOSTILE_COUNT);
    struct buf txt = written(iv, "txt", &ENV), rule = {0};
    for (int i = 0; i < 33; i++) // one more than the longest row in a text
        buf_text(&rule, "─");
    // Each question once and each statement once; the unanswered ones stand at the end.
    CHECK_INT(occurrences(txt.p, rule.p), 2 * HOSTILE_COUNT);
    buf_finish(&rule);
    buf_finish(&txt);
    interview_destroy(&iv);
}

TEST(json_is_the_public_snapshot)
{
    struct interview *iv = fixture_live();
    struct buf json = written(iv, "json", &ENV), snapshot = {0};
    snapshot_public(&snapshot, iv);
    CHECK_STR(json.p, snapshot.p);
    buf_finish(&json);
    buf_finish(&snapshot);
    interview_destroy(&iv);
}

TEST(the_order_of_the_record)
{
    struct interview *iv = fixture_live();
    const char *const ORDER[] = {
        "社区助餐点怎么办", "2026-11-24 15:00", "云溪市民政局",     "周明岚",  "何语",
        "文字实录",         "2026-11-24 15:01", "今天我们谈谈",     "M8P-551", "外地户籍的老人",
        "2026-11-24 15:06", "不分户籍",         "未当场答复的提问", "王女士",  "能不能周末也开",
        "待答复",           "R2C-118",          "正在回答",         "T5D-930", "已由提问人撤回"};
    struct buf txt = written(iv, "txt", &ENV);
    const char *at = txt.p;
    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
        const char *next = strstr(at, ORDER[i]);
        if (!next)
            check_fail(__FILE__, __LINE__, "%s does not follow", ORDER[i]);
        at = next;
    }
    CHECK_INT(occurrences(txt.p, "外地户籍的老人"), 1);
    CHECK(holds(&txt, "实录尚未发布"));
    buf_finish(&txt);
    interview_destroy(&iv);
}

TEST(what_was_withdrawn_leaves_its_number_only)
{
    struct interview *iv = fixture_live();
    for (const struct export_format *f = export_formats; f->name; f++) {
        struct buf out = written(iv, f->name, &ENV);
        CHECK(holds(&out, f->name[0] == 'm' ? "T5D\\-930" : "T5D-930"));
        CHECK(!holds(&out, "残疾老人有补贴"));
        CHECK(!holds(&out, "赵先生"));
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

TEST(a_written_reply_stands_beside_its_question_once)
{
    struct interview *iv = fixture_live();
    fixture_event(
        iv, "case.reply_published", "2026-11-26T03:00:00Z",
        "{\"question\":\"q1\",\"department\":\"云溪市民政局\",\"text\":\"四月起 *周末* 开。\"}");
    fixture_event(iv, "case.reply_published", "2026-11-26T03:00:00Z",
                  "{\"question\":\"q2\",\"department\":\"云溪市财政局\",\"text\":\"补贴照旧。\"}");
    fixture_event(iv, "question.retracted", "2026-11-26T04:00:00Z",
                  "{\"question\":\"q3\",\"code\":\"personal_data\"}");
    for (const struct export_format *f = export_formats; f->name; f++) {
        struct buf out = written(iv, f->name, &ENV);
        bool is_markdown = strcmp(f->name, "md") == 0, is_json = strcmp(f->name, "json") == 0;
        CHECK_INT(occurrences(out.p, is_markdown ? "\\*周末\\*" : "*周末*"), 1);
        CHECK_INT(occurrences(out.p, "补贴照旧"), 1);
        CHECK(is_json || holds(&out, "云溪市民政局 书面答复"));
        CHECK(is_json || holds(&out, is_markdown ? "2026\\-11\\-26 11\\:00" : "2026-11-26 11:00"));
        CHECK(is_json || holds(&out, "该条内容已撤下：含有他人隐私"));
        CHECK(!holds(&out, "送餐上门"));
        buf_finish(&out);
    }
    interview_destroy(&iv);
}

TEST(a_question_that_was_only_read_out_is_still_open)
{
    struct interview *iv = fixture_live();
    fixture_statement(iv, "2026-11-24T07:20:00Z", "s3", "question_read", &FIXTURE_WORDS,
                      "有网友问送餐。", "q3");
    fixture_statement(iv, "2026-11-24T07:20:30Z", "s4", "remark", &FIXTURE_WORDS, "这个稍后再谈。",
                      "q3");
    fixture_about(iv, "2026-11-24T07:21:00Z", "question.referred", "q3", "云溪市财政局");
    struct buf txt = written(iv, "txt", &ENV), html = written(iv, "html", &ENV);
    CHECK_INT(occurrences(txt.p, "送餐上门要加多少钱?"), 2);
    CHECK(holds(&txt, "已转交 云溪市财政局 书面答复"));
    CHECK(holds(&txt, "答复期限 2026-12-01 17:00"));
    CHECK_INT(occurrences(html.p, "id=\"q-q3\""), 1);
    buf_finish(&txt);
    buf_finish(&html);
    interview_destroy(&iv);
}

TEST(a_second_answer_names_the_question_but_does_not_repeat_it)
{
    struct interview *iv = fixture_live();
    fixture_statement(iv, "2026-11-24T07:20:00Z", "s3", "answer", &FIXTURE_WORDS, "补充一点。",
                      "q2");
    struct buf txt = written(iv, "txt", &ENV);
    CHECK_INT(occurrences(txt.p, "外地户籍的老人"), 1);
    CHECK_INT(occurrences(txt.p, "针对编号 M8P-551"), 2);
    buf_finish(&txt);
    interview_destroy(&iv);
}

TEST(an_interview_without_questions_says_so)
{
    struct interview *iv = interview_create(slice_of("k7m2"), true);
    fixture_announce(iv, &FIXTURE_WORDS);
    fixture_stage(iv, "interview.transcript_published", "published", NULL);
    for (enum lang lang = 0; lang < LANGS; lang++) {
        struct export_env env = {.lang = lang, .utc_offset_minutes = -210};
        struct buf txt = written(iv, "txt", &env), html = written(iv, "html", &env);
        CHECK(holds(&txt, message(lang, MSG_RECORD_OPEN_NONE)));
        CHECK(!holds(&txt, message(lang, MSG_EXPORT_DRAFT)));
        CHECK(holds(&txt, "UTC-03:30"));
        CHECK(holds(&txt, "2026-11-24 03:30"));
        CHECK(holds(&txt, message(lang, MSG_SITE_NAME)));
        CHECK(holds(&html, lang_tag(lang)));
        CHECK(!holds(&html, "/i/k7m2"));
        buf_finish(&txt);
        buf_finish(&html);
    }
    interview_destroy(&iv);
}

TEST(only_web_addresses_become_links)
{
    static const char *const BAD[] = {"javascript:alert(1)", "data:text/html,x", "//x.example",
                                      " https://x.example"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct fixture_words words = FIXTURE_WORDS;
        words.url = BAD[i];
        struct interview *iv = interview_create(slice_of("k7m2"), true);
        fixture_announce(iv, &words);
        struct buf html = written(iv, "html", &ENV), md = written(iv, "md", &ENV);
        CHECK(holds(&html, "<a href=\"https://talk.example/i/k7m2\">"));
        CHECK_INT(occurrences(html.p, "<a "), 1);
        CHECK_INT(occurrences(md.p, "]("), 1);
        buf_finish(&html);
        buf_finish(&md);
        interview_destroy(&iv);
    }
    struct fixture_words words = FIXTURE_WORDS;
    words.url = "https://gov.example/?a=1&copy=2\"><b>";
    struct interview *iv = interview_create(slice_of("k7m2"), true);
    fixture_announce(iv, &words);
    struct buf html = written(iv, "html", &ENV), md = written(iv, "md", &ENV);
    CHECK(holds(&html, "href=\"https://gov.example/?a=1&amp;copy=2&quot;&gt;&lt;b&gt;\""));
    CHECK_INT(occurrences(md.p, "]("), 1); // this address could end the link
    buf_finish(&html);
    buf_finish(&md);
    interview_destroy(&iv);
}

static void export_a_staff_state(void)
{
    struct interview *iv = interview_create(slice_of("k7m2"), false);
    struct buf out = {0};
    export_write(&out, export_formats, &ENV, iv);
}

TEST(the_staff_state_is_never_exported)
{
    CHECK(check_aborts(export_a_staff_state, "public_only"));
}

int main(void)
{
    return check_run();
}
