// SPDX-License-Identifier: Apache-2.0
// Two commands at the same moment, on one thing or on things that hang together: what is answered
// and what is so afterwards is what one order of the two, each alone, would have given.
//
// Each pair is done in one order and in the other, and then at once, with answers of the record
// coming in many orders. All runs of a pair are in worlds of the same seed, so ids are the same.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/app/inside.h"
#include "server/interview/snapshot.h"
#include "tests/kit/check.h"
#include "tests/model/over_sqlite.h"
#include "tests/model/scene.h"

enum { TIMES = 6 }; // that each pair is raced

// What there is when the two begin. The questions are told apart by letters in what is sent:
// $A, its version $a; $X, the statement; $I and $i, the interview and its version.
enum setting {
    WAITING,   // A and B wait, as does C
    DRAFTED,   // … and X is a draft of the guest's
    DELAYED,   // A is public, and X, the guest's answer to it, becomes so soon
    CLAIMED,   // A and B are claimed by mod1
    PASSED,    // A is approved by mod1 and not public yet, B waits claimed
    SHOWN,     // A and B are public, C waits claimed
    QUEUED,    // … and both are in the queue
    ANSWERED,  // … A is answered by X
    TWICE,     // … and by Y
    JOINED,    // A is public and leads C; B waits claimed
    LED,       // A waits and leads C; B waits claimed
    REJECTED,  // A is rejected by mod1
    APPEALED,  // … and appealed
    TAKEN,     // A is public and then taken down by mod1
    GATE,      // A is answered by X and leads C, B is rejected, and all is edited
    GATE_DOWN, // A was taken down by mod1 when it was answered, and all is edited
};

struct side {
    int who;
    const char *method; // NULL: the time for undoing, or the delay, is over
    const char *params;
};

struct pair {
    const char *name;
    enum setting setting;
    struct side sides[2];
};

#define ANSWER(word)                                                                               \
    "\"interview\":\"$I\",\"kind\":\"answer\",\"speaker\":\"Shen Yulan\",\"text\":\"" word         \
    "\",\"questions\":[\"$A\"]"
#define OF_A "\"question\":\"$A\",\"version\":$a"
#define OF_B "\"question\":\"$B\",\"version\":$b"
#define OF_C "\"question\":\"$C\",\"version\":$c"
#define SECRET "\"receipt_no\":\"$R\",\"secret\":\"$S\""
#define RETRACT(id) "\"statement\":\"" id "\",\"version\":1,\"code\":\"mistake\""
#define CORRECT(id, text) "\"statement\":\"" id "\",\"version\":1,\"text\":\"" text "\""
#define PUBLISH                                                                                    \
    {                                                                                              \
        CHECKER, "interview.transition",                                                           \
            "\"interview\":\"$I\",\"version\":$i,\"to\":\"published\""                             \
    }
#define TIME_IS_OVER                                                                               \
    {                                                                                              \
        NO_ONE, NULL, NULL                                                                         \
    }
#define DRAFT "\"statement\":\"$X\",\"version\":1"
#define EPOCH ",\"claim_epoch\":1"

// ---- what is said about one question ----

static const struct pair answers[] = {
    {"two answers",
     SHOWN,
     {{COMPERE, "statement.publish", ANSWER("One")}, {GUEST, "statement.publish", ANSWER("Two")}}},
    {"an answer, and the other one is taken back",
     ANSWERED,
     {{GUEST, "statement.publish", ANSWER("Two")}, {COMPERE, "statement.retract", RETRACT("$X")}}},
    {"two answers are taken back",
     TWICE,
     {{REVIEWER, "statement.retract", RETRACT("$X")},
      {COMPERE, "statement.retract", RETRACT("$Y")}}},
    {"one answer is taken back twice",
     ANSWERED,
     {{REVIEWER, "statement.retract", RETRACT("$X")},
      {COMPERE, "statement.retract", RETRACT("$X")}}},
    {"taken back and corrected",
     ANSWERED,
     {{REVIEWER, "statement.retract", RETRACT("$X")},
      {COMPERE, "statement.correct", CORRECT("$X", "Better")}}},
    {"corrected twice",
     ANSWERED,
     {{CHECKER, "statement.correct", CORRECT("$X", "Best")},
      {COMPERE, "statement.correct", CORRECT("$X", "Better")}}},
    {"an answer, and its question is taken down",
     SHOWN,
     {{GUEST, "statement.publish", ANSWER("One")},
      {MOD2, "question.retract", OF_A ",\"code\":\"spam\""}}},
    {"an answer is taken back, and its question is taken down",
     ANSWERED,
     {{COMPERE, "statement.retract", RETRACT("$X")},
      {MOD2, "question.retract", OF_A ",\"code\":\"spam\""}}},
    {"an answer, and the asker withdraws",
     SHOWN,
     {{GUEST, "statement.publish", ANSWER("One")}, {0, "question.withdraw", SECRET}}},
    {"an answer, and its question is referred",
     SHOWN,
     {{GUEST, "statement.publish", ANSWER("One")},
      {MOD2, "question.refer", OF_A ",\"department\":\"Water Bureau\""}}},
    {"an answer, and its question leaves the queue",
     QUEUED,
     {{GUEST, "statement.publish", ANSWER("One")},
      {COMPERE, "question.dequeue", "\"question\":\"$A\""}}},
    {"an answer, and its question goes on air",
     QUEUED,
     {{GUEST, "statement.publish", ANSWER("One")},
      {COMPERE, "question.put_on_air", "\"question\":\"$A\""}}},
    {"an answer, and its question is redacted",
     SHOWN,
     {{GUEST, "statement.publish", ANSWER("One")},
      {MOD2, "question.redact", OF_A ",\"spans\":[{\"at\":0,\"length\":3}]"}}},
    {"an answer, and its question is labelled",
     SHOWN,
     {{GUEST, "statement.publish", ANSWER("One")},
      {MOD2, "question.label", OF_A ",\"labels\":[\"pipes\"]"}}},
    {"two questions go on air",
     QUEUED,
     {{COMPERE, "question.put_on_air", "\"question\":\"$A\""},
      {PRODUCER, "question.put_on_air", "\"question\":\"$B\""}}},
    {"on air, and taken down",
     QUEUED,
     {{COMPERE, "question.put_on_air", "\"question\":\"$A\""},
      {MOD2, "question.retract", OF_A ",\"code\":\"spam\""}}},
};

// ---- on their way to the public ----

static const struct pair on_their_way[] = {
    {"a draft is released twice",
     DRAFTED,
     {{GUEST, "statement.release", DRAFT}, {COMPERE, "statement.release", DRAFT}}},
    {"a draft is released, and discarded",
     DRAFTED,
     {{GUEST, "statement.release", DRAFT}, {PRODUCER, "statement.discard", DRAFT}}},
    {"a draft is released, and written anew",
     DRAFTED,
     {{COMPERE, "statement.release", DRAFT},
      {GUEST, "statement.prepare",
       DRAFT ",\"interview\":\"$I\",\"kind\":\"remark\",\"speaker\":\"Shen Yulan\","
             "\"text\":\"Better\""}}},
    {"a draft is released, and the feed is frozen",
     DRAFTED,
     {{GUEST, "statement.release", DRAFT}, {PRODUCER, "feed.freeze", "\"interview\":\"$I\""}}},
    {"a draft is released, and all is delayed",
     DRAFTED,
     {{GUEST, "statement.release", DRAFT},
      {PRODUCER, "feed.delay", "\"interview\":\"$I\",\"seconds\":30"}}},
    {"given back, and its delay is over",
     DELAYED,
     {{COMPERE, "statement.return", DRAFT ",\"note\":\"Not so\""}, TIME_IS_OVER}},
    {"discarded, and its delay is over",
     DELAYED,
     {{COMPERE, "statement.discard", DRAFT}, TIME_IS_OVER}},
    {"its question is taken down, and its delay is over",
     DELAYED,
     {{MOD2, "question.retract", OF_A ",\"code\":\"spam\""}, TIME_IS_OVER}},
    {"its question is answered, and its delay is over",
     DELAYED,
     {{COMPERE, "statement.publish", ANSWER("At once")}, TIME_IS_OVER}},
    {"its asker withdraws, and its delay is over",
     DELAYED,
     {{0, "question.withdraw", SECRET}, TIME_IS_OVER}},
    {"the feed is frozen, and its delay is over",
     DELAYED,
     {{PRODUCER, "feed.freeze", "\"interview\":\"$I\""}, TIME_IS_OVER}},
    {"the interview is taken down, and its delay is over",
     DELAYED,
     {{ADMIN, "interview.transition",
       "\"interview\":\"$I\",\"version\":$i,\"to\":\"taken_down\",\"reason\":\"Why\""},
      TIME_IS_OVER}},
};

// ---- asking ----

static const struct pair asking[] = {
    {"asked, and asking is closed",
     WAITING,
     {{0, "question.ask", "\"interview\":\"$I\",\"text\":\"And now?\""},
      {COMPERE, "asking.set", "\"interview\":\"$I\",\"state\":\"closed\""}}},
    {"asked, and drained",
     WAITING,
     {{0, "question.ask", "\"interview\":\"$I\",\"text\":\"And now?\""},
      {COMPERE, "interview.transition",
       "\"interview\":\"$I\",\"version\":$i,\"to\":\"draining\""}}},
};

// ---- groups ----

static const struct pair groups[] = {
    {"each into the other",
     CLAIMED,
     {{MOD1, "question.group", OF_A EPOCH ",\"into\":\"$B\""},
      {MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""}}},
    {"into what is itself joined",
     CLAIMED,
     {{MOD1, "question.group", OF_A EPOCH ",\"into\":\"$C\""},
      {MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""}}},
    {"both into a public one",
     JOINED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""}, {MOD2, "question.ungroup", OF_C}}},
    {"taken out twice",
     JOINED,
     {{MOD1, "question.ungroup", OF_C}, {MOD2, "question.ungroup", OF_C}}},
    {"taken out, and its leader is answered",
     JOINED,
     {{MOD1, "question.ungroup", OF_C}, {GUEST, "statement.publish", ANSWER("One")}}},
    {"taken out, and withdrawn",
     JOINED,
     {{MOD1, "question.ungroup", OF_C},
      {0, "question.withdraw", "\"receipt_no\":\"$T\",\"secret\":\"$U\""}}},
    {"into a leader that is taken down",
     SHOWN,
     {{MOD1, "question.group", OF_C EPOCH ",\"into\":\"$A\""},
      {MOD2, "question.retract", OF_A ",\"code\":\"spam\""}}},
    {"taken out of a leader that is taken down",
     JOINED,
     {{MOD1, "question.ungroup", OF_C}, {MOD2, "question.retract", OF_A ",\"code\":\"spam\""}}},
    {"into a leader that is rejected",
     CLAIMED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""},
      {MOD1, "question.reject", OF_A EPOCH ",\"code\":\"spam\""}}},
    {"as a repetition of one that is rejected",
     CLAIMED,
     {{MOD1, "question.reject", OF_B EPOCH ",\"code\":\"duplicate\",\"into\":\"$A\""},
      {MOD1, "question.reject", OF_A EPOCH ",\"code\":\"spam\""}}},
    {"as a repetition of one that repeats it",
     CLAIMED,
     {{MOD1, "question.reject", OF_B EPOCH ",\"code\":\"duplicate\",\"into\":\"$A\""},
      {MOD1, "question.reject", OF_A EPOCH ",\"code\":\"duplicate\",\"into\":\"$B\""}}},
    {"as a repetition of one whose asker withdraws",
     LED,
     {{MOD1, "question.reject", OF_B EPOCH ",\"code\":\"duplicate\",\"into\":\"$A\""},
      {0, "question.withdraw", SECRET}}},
    {"into a leader that is replied to",
     CLAIMED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""},
      {MOD1, "question.reply", OF_A ",\"text\":\"In private\""}}},
    {"into a leader that is referred",
     CLAIMED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""},
      {MOD1, "question.refer", OF_A ",\"department\":\"Water Bureau\""}}},
    {"into a leader whose asker withdraws",
     LED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""}, {0, "question.withdraw", SECRET}}},
    {"into a leader that becomes public",
     PASSED,
     {{MOD1, "question.group", OF_B EPOCH ",\"into\":\"$A\""}, TIME_IS_OVER}},
};

// ---- notes, labels, claims ----

static const struct pair marks[] = {
    {"two notes",
     CLAIMED,
     {{MOD1, "question.note", "\"question\":\"$A\",\"text\":\"Mine\""},
      {MOD2, "question.note", "\"question\":\"$A\",\"text\":\"Mine too\""}}},
    {"a note, and approved",
     CLAIMED,
     {{MOD1, "question.note", "\"question\":\"$A\",\"text\":\"Mine\""},
      {MOD1, "question.approve", OF_A EPOCH}}},
    {"a note, and taken over",
     CLAIMED,
     {{MOD1, "question.note", "\"question\":\"$A\",\"text\":\"Mine\""},
      {MOD2, "question.claim", "\"question\":\"$A\",\"take_over\":true"}}},
    {"a note, and let go",
     CLAIMED,
     {{MOD1, "question.note", "\"question\":\"$A\",\"text\":\"Mine\""},
      {MOD1, "question.let_go", "\"question\":\"$A\""}}},
    {"let go, and approved",
     CLAIMED,
     {{MOD1, "question.let_go", "\"question\":\"$A\""}, {MOD1, "question.approve", OF_A EPOCH}}},
    {"labelled twice",
     SHOWN,
     {{MOD1, "question.label", OF_A ",\"labels\":[\"pipes\"]"},
      {MOD2, "question.label", OF_A ",\"labels\":[\"taps\"]"}}},
    {"labelled, and approved",
     CLAIMED,
     {{MOD1, "question.label", OF_A ",\"labels\":[\"pipes\"]"},
      {MOD1, "question.approve", OF_A EPOCH}}},
    {"redacted twice",
     SHOWN,
     {{MOD1, "question.redact", OF_A ",\"spans\":[{\"at\":0,\"length\":3}]"},
      {MOD2, "question.redact", OF_A ",\"spans\":[{\"at\":2,\"length\":3}]"}}},
    {"a silence, and a question of that asker",
     WAITING,
     {{MOD1, "asker.silence", "\"question\":\"$A\""},
      {0, "question.ask", "\"interview\":\"$I\",\"text\":\"And now?\""}}},
};

// ---- what becomes public meanwhile ----

static const struct pair becoming_public[] = {
    {"undone, and public", PASSED, {{MOD1, "question.undo", "\"question\":\"$A\""}, TIME_IS_OVER}},
    {"withdrawn, and public", PASSED, {{0, "question.withdraw", SECRET}, TIME_IS_OVER}},
    {"labelled, and public",
     PASSED,
     {{MOD2, "question.label", OF_A ",\"labels\":[\"pipes\"]"}, TIME_IS_OVER}},
    {"redacted, and public",
     PASSED,
     {{MOD2, "question.redact", OF_A ",\"spans\":[{\"at\":0,\"length\":3}]"}, TIME_IS_OVER}},
    {"on air, and public",
     PASSED,
     {{COMPERE, "question.put_on_air", "\"question\":\"$A\""}, TIME_IS_OVER}},
    {"answered, and public", PASSED, {{GUEST, "statement.publish", ANSWER("One")}, TIME_IS_OVER}},
    {"referred, and public",
     PASSED,
     {{MOD2, "question.refer", OF_A ",\"department\":\"Water Bureau\""}, TIME_IS_OVER}},
    {"joined, and public",
     PASSED,
     {{MOD1, "question.group", OF_A ",\"into\":\"$B\""}, TIME_IS_OVER}},
    {"frozen, and public",
     PASSED,
     {{PRODUCER, "feed.freeze", "\"interview\":\"$I\""}, TIME_IS_OVER}},
    {"undone, and queued",
     PASSED,
     {{MOD1, "question.undo", "\"question\":\"$A\""},
      {COMPERE, "question.queue", "\"question\":\"$A\""}}},
    {"undone, and on air",
     PASSED,
     {{MOD1, "question.undo", "\"question\":\"$A\""},
      {COMPERE, "question.put_on_air", "\"question\":\"$A\""}}},
};

// ---- second thoughts ----

static const struct pair second_thoughts[] = {
    {"taken down twice",
     SHOWN,
     {{MOD1, "question.retract", OF_A ",\"code\":\"spam\""},
      {MOD2, "question.retract", OF_A ",\"code\":\"abusive\""}}},
    {"put back twice",
     TAKEN,
     {{REVIEWER, "question.restore", OF_A}, {ADMIN, "question.restore", OF_A}}},
    {"an appeal is granted and dismissed",
     APPEALED,
     {{REVIEWER, "question.restore", OF_A},
      {ADMIN, "question.reject", OF_A EPOCH ",\"code\":\"unclear\""}}},
    {"an appeal is granted twice",
     APPEALED,
     {{REVIEWER, "question.restore", OF_A}, {ADMIN, "question.restore", OF_A}}},
    {"appealed in two windows",
     REJECTED,
     {{0, "question.appeal", SECRET ",\"note\":\"Look\""},
      {0, "question.appeal", SECRET ",\"note\":\"Look here\""}}},
    {"taken down, and a case is opened",
     ANSWERED,
     {{MOD2, "question.retract", OF_A ",\"code\":\"spam\""},
      {COMPERE, "question.refer", OF_A ",\"department\":\"Water Bureau\""}}},
};

// ---- the end gate ----

static const struct pair end_gate[] = {
    {"published, and taken out", GATE, {PUBLISH, {MOD1, "question.ungroup", OF_C}}},
    {"published, and a leader is taken down",
     GATE,
     {PUBLISH, {MOD1, "question.retract", OF_A ",\"code\":\"spam\""}}},
    {"published, and the answer is taken back",
     GATE,
     {PUBLISH, {COMPERE, "statement.retract", RETRACT("$X")}}},
    {"published, and corrected",
     GATE,
     {PUBLISH, {COMPERE, "statement.correct", CORRECT("$X", "Better")}}},
    {"published, and one more answer",
     GATE,
     {PUBLISH, {GUEST, "statement.publish", ANSWER("Two")}}},
    {"published, and appealed",
     GATE,
     {PUBLISH, {1, "question.appeal", "\"receipt_no\":\"$P\",\"secret\":\"$Q\""}}},
    {"published, and put back", GATE_DOWN, {PUBLISH, {REVIEWER, "question.restore", OF_A}}},
    {"published, and the answer of what was taken down is taken back",
     GATE_DOWN,
     {PUBLISH, {COMPERE, "statement.retract", RETRACT("$X")}}},
    {"put back, and its answer is taken back",
     GATE_DOWN,
     {{REVIEWER, "question.restore", OF_A}, {COMPERE, "statement.retract", RETRACT("$X")}}},
    {"published, and referred in addition",
     GATE,
     {PUBLISH, {COMPERE, "question.refer", OF_A ",\"department\":\"Water Bureau\""}}},
    {"published, and taken down as a whole",
     GATE,
     {PUBLISH,
      {ADMIN, "interview.transition",
       "\"interview\":\"$I\",\"version\":$i,\"to\":\"taken_down\",\"reason\":\"Why\""}}},
};

// ---- what there is ----

struct stage {
    struct scene *s;
    struct receipt q[3]; // A, B, C
    char statement[2][24];
};

static void decided(struct stage *t, int i, const char *method, const char *more)
{
    scene_do(t->s, MOD1, method, "\"question\":\"%s\",\"version\":%u%s", t->q[i].question,
             scene_version(t->s, t->q[i].question), more);
    scene_ok(t->s);
}

static void said(struct stage *t, const char *method, const char *more, int i)
{
    scene_do(t->s, GUEST, method,
             "\"interview\":\"%s\",\"speaker\":\"Shen Yulan\",\"text\":\"So\",%s", t->s->id, more);
    scene_ok(t->s);
    answer_member(slice_of(t->s->answer), "statement", t->statement[i], 24);
}

static void answered(struct stage *t, int i)
{
    char more[80];
    snprintf(more, sizeof more, "\"kind\":\"answer\",\"questions\":[\"%s\"]", t->q[0].question);
    said(t, "statement.publish", more, i);
}

static void joined(struct stage *t)
{
    char more[80];
    snprintf(more, sizeof more, ",\"claim_epoch\":1,\"into\":\"%s\"", t->q[0].question);
    decided(t, 2, "question.group", more);
}

static void to_the_gate(struct stage *t)
{
    scene_move(t->s, "draining");
    scene_move(t->s, "ended");
    scene_move(t->s, "editing");
}

static void show(struct stage *t, int from, int to)
{
    for (int i = from; i < to; i++)
        decided(t, i, "question.approve", ",\"claim_epoch\":1");
    scene_wait(t->s, MODEL_UNDO_MS);
    for (int i = to; i < 3; i++) // so long a claim lasts, too
        scene_claim(t->s, MOD1, t->q[i].question);
}

static void appealed(struct stage *t)
{
    scene_do(t->s, 0, "question.appeal", "\"receipt_no\":\"%s\",\"secret\":\"%s\"",
             t->q[0].receipt_no, t->q[0].secret);
    scene_ok(t->s);
}

static void set(struct stage *t, enum setting setting)
{
    switch (setting) {
    case WAITING:
    case CLAIMED:
        break;
    case DRAFTED:
        said(t, "statement.prepare", "\"kind\":\"remark\"", 0);
        break;
    case DELAYED:
        show(t, 0, 1);
        scene_do(t->s, PRODUCER, "feed.delay", "\"interview\":\"%s\",\"seconds\":%d", t->s->id,
                 MODEL_UNDO_MS / 1000);
        scene_ok(t->s);
        answered(t, 0);
        break;
    case PASSED:
        decided(t, 0, "question.approve", ",\"claim_epoch\":1");
        break;
    case SHOWN:
    case QUEUED:
    case ANSWERED:
    case TWICE:
        show(t, 0, 2);
        break;
    case JOINED:
        show(t, 0, 1);
        joined(t);
        break;
    case LED:
        joined(t);
        break;
    case REJECTED:
    case APPEALED:
        decided(t, 0, "question.reject", ",\"claim_epoch\":1,\"code\":\"unclear\"");
        break;
    case TAKEN:
        show(t, 0, 1);
        decided(t, 0, "question.retract", ",\"code\":\"personal_data\"");
        break;
    case GATE:
        show(t, 0, 1);
        joined(t);
        decided(t, 1, "question.reject", ",\"claim_epoch\":1,\"code\":\"unclear\"");
        break;
    case GATE_DOWN:
        show(t, 0, 1);
        for (int i = 1; i < 3; i++)
            decided(t, i, "question.reject", ",\"claim_epoch\":1,\"code\":\"spam\"");
        break;
    }
    for (int i = 0; setting == QUEUED && i < 2; i++) {
        scene_do(t->s, COMPERE, "question.queue", "\"question\":\"%s\"", t->q[i].question);
        scene_ok(t->s);
    }
    if (setting == ANSWERED || setting == TWICE || setting == GATE || setting == GATE_DOWN)
        answered(t, 0);
    if (setting == TWICE)
        answered(t, 1);
    if (setting == APPEALED)
        appealed(t);
    if (setting == GATE_DOWN)
        decided(t, 0, "question.retract", ",\"code\":\"personal_data\"");
    if (setting == GATE || setting == GATE_DOWN)
        to_the_gate(t);
}

static void stage_open(struct stage *t, uint64_t seed, enum setting setting)
{
    static const char *const texts[] = {"When?", "Where?", "When, please?"};
    memset(t, 0, sizeof *t);
    t->s = scene_create(seed, "on_approve");
    for (int i = 0; i < 3; i++) {
        scene_ask(t->s, i == 1, texts[i], &t->q[i]);
        if (setting != WAITING)
            scene_claim(t->s, MOD1, t->q[i].question);
    }
    set(t, setting);
}

static const struct interview *interview_of(const struct stage *t)
{
    return channel_find(t->s->world->app, slice_of(t->s->id))->all;
}

// ---- two at once ----

// What stands for itself in the parameters, and what does not.
static void write_params(const struct stage *t, const char *params, struct buf *out)
{
    for (const char *p = params; *p; p++) {
        if (*p != '$') {
            buf_char(out, *p);
            continue;
        }
        char letter = *++p;
        if (letter >= 'A' && letter <= 'C')
            buf_text(out, t->q[letter - 'A'].question);
        else if (letter >= 'a' && letter <= 'c')
            buf_printf(out, "%u", scene_version(t->s, t->q[letter - 'a'].question));
        else if (letter == 'X' || letter == 'Y')
            buf_text(out, t->statement[letter - 'X']);
        else if (letter == 'I')
            buf_text(out, t->s->id);
        else if (letter == 'i')
            buf_printf(out, "%u", (unsigned)interview_of(t)->version);
        else if (letter == 'R' || letter == 'S') // receipt and secret of A
            buf_text(out, letter == 'R' ? t->q[0].receipt_no : t->q[0].secret);
        else if (letter == 'P' || letter == 'Q') // … of B
            buf_text(out, letter == 'P' ? t->q[1].receipt_no : t->q[1].secret);
        else // … of C
            buf_text(out, letter == 'T' ? t->q[2].receipt_no : t->q[2].secret);
    }
}

// Written before either is sent: both know what was so before.
static void write_requests(const struct stage *t, const struct pair *pair, struct buf requests[2])
{
    for (int i = 0; i < 2; i++) {
        const struct side *side = &pair->sides[i];
        if (!side->method)
            continue;
        buf_printf(&requests[i],
                   "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{"
                   "\"command_id\":\"side%d\",",
                   side->method, i);
        write_params(t, side->params, &requests[i]);
        buf_text(&requests[i], "}}");
    }
}

struct outcome {
    struct buf answers[2], staff, open;
};

static void keep(void *ctx, struct slice json)
{
    buf_add(ctx, json);
}

static void go(struct stage *t, const struct side *side, const struct buf *request,
               struct buf *answer)
{
    if (side->method) {
        world_call(t->s->world, side->who, buf_slice(request).p, NULL, keep, answer);
        return;
    }
    t->s->world->now_ms += MODEL_UNDO_MS;
    app_tick(t->s->world->app);
}

// Times are of the order only, and so are positions and hashes.
static void add_without_times(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool is_time = text.n - i > 24 && text.p[i] == '"' && text.p[i + 5] == '-' &&
                       text.p[i + 11] == 'T' && text.p[i + 24] == 'Z';
        if (is_time)
            i += 24;
        else
            buf_char(out, text.p[i]);
    }
}

static void add_snapshot(struct buf *out, struct slice text)
{
    const char *position = strstr(text.p, ",\"to\":");
    for (const char *p = position; p; p = strstr(p + 1, ",\"to\":"))
        position = p; // the last one; notices have a "to" as well
    add_without_times(out, (struct slice){text.p, position ? (size_t)(position - text.p) : text.n});
}

// first: the side that begins. apart: the other one begins when everything is over.
static void run(const struct pair *pair, uint64_t seed, int first, bool apart, uint64_t chance,
                struct outcome *ret)
{
    struct stage t;
    struct buf requests[2] = {{0}, {0}}, raw[2] = {{0}, {0}}, staff = {0};
    memset(ret, 0, sizeof *ret);
    stage_open(&t, seed, pair->setting);
    write_requests(&t, pair, requests);
    t.s->world->store->rng.state = chance;
    for (int k = 0; k < 2; k++) {
        int i = k ? !first : first;
        go(&t, &pair->sides[i], &requests[i], &raw[i]);
        if (apart)
            world_settle(t.s->world);
    }
    world_settle(t.s->world);
    for (int i = 0; i < 2; i++) {
        CHECK((raw[i].n > 0) == (pair->sides[i].method != NULL));
        add_without_times(&ret->answers[i], buf_slice(&raw[i]));
        buf_finish(&raw[i]);
        buf_finish(&requests[i]);
    }
    snapshot_staff(&staff, interview_of(&t), false);
    add_snapshot(&ret->staff, buf_slice(&staff));
    add_snapshot(&ret->open, blob_slice(app_snapshot(t.s->world->app, slice_of(t.s->id))));
    buf_finish(&staff);
    scene_destroy(&t.s);
}

static void outcome_finish(struct outcome *o)
{
    buf_finish(&o->answers[0]);
    buf_finish(&o->answers[1]);
    buf_finish(&o->staff);
    buf_finish(&o->open);
}

static bool same(const struct buf *a, const struct buf *b)
{
    return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

static bool is_as(const struct outcome *a, const struct outcome *b)
{
    return same(&a->answers[0], &b->answers[0]) && same(&a->answers[1], &b->answers[1]) &&
           same(&a->staff, &b->staff) && same(&a->open, &b->open);
}

static void print(const char *what, const struct outcome *o)
{
    fprintf(stderr, "%s:\n  %s\n  %s\n  staff %s\n  public %s\n", what, buf_slice(&o->answers[0]).p,
            buf_slice(&o->answers[1]).p, buf_slice(&o->staff).p, buf_slice(&o->open).p);
}

// A pair of which one is refused in every order would prove nothing.
static void both_may_succeed(const struct pair *pair, const struct outcome orders[2])
{
    for (int i = 0; i < 2; i++) {
        bool done = !pair->sides[i].method;
        for (int k = 0; k < 2; k++)
            done = done || strstr(buf_slice(&orders[k].answers[i]).p, "\"result\":");
        if (!done)
            check_fail(__FILE__, __LINE__, "%s: %s", pair->name,
                       buf_slice(&orders[i].answers[i]).p);
    }
}

static void hold_against(const struct pair *pair, const struct outcome orders[2],
                         const struct outcome *both)
{
    if (is_as(both, &orders[0]) || is_as(both, &orders[1]))
        return;
    print("the first, then the second", &orders[0]);
    print("the second, then the first", &orders[1]);
    print("both at once", both);
    check_fail(__FILE__, __LINE__, "%s: no order of the two gives this", pair->name);
}

static void race(const struct pair *pair, uint64_t seed, unsigned times, bool on_disk)
{
    struct outcome orders[2], both;
    for (int first = 0; first < 2; first++)
        run(pair, seed, first, true, 1, &orders[first]);
    both_may_succeed(pair, orders);
    if (on_disk)
        over_sqlite_begin();
    for (unsigned k = 0; k < times; k++) {
        run(pair, seed, k % 2, false, seed * 1000 + k, &both);
        hold_against(pair, orders, &both);
        outcome_finish(&both);
    }
    if (on_disk)
        over_sqlite_end();
    outcome_finish(&orders[0]);
    outcome_finish(&orders[1]);
}

// Over SQLite each of them first once; both are written in one commit.
#define IN_ONE_ORDER_OR_THE_OTHER(pairs)                                                           \
    TEST(pairs##_at_once)                                                                          \
    {                                                                                              \
        for (size_t i = 0; i < sizeof(pairs) / sizeof *(pairs); i++)                               \
            race(&(pairs)[i], 100 + i, TIMES, false);                                              \
    }                                                                                              \
    TEST(pairs##_at_once_over_sqlite)                                                              \
    {                                                                                              \
        for (size_t i = 0; i < sizeof(pairs) / sizeof *(pairs); i++)                               \
            race(&(pairs)[i], 100 + i, 2, true);                                                   \
    }

IN_ONE_ORDER_OR_THE_OTHER(answers)
IN_ONE_ORDER_OR_THE_OTHER(on_their_way)
IN_ONE_ORDER_OR_THE_OTHER(asking)
IN_ONE_ORDER_OR_THE_OTHER(groups)
IN_ONE_ORDER_OR_THE_OTHER(marks)
IN_ONE_ORDER_OR_THE_OTHER(becoming_public)
IN_ONE_ORDER_OR_THE_OTHER(second_thoughts)
IN_ONE_ORDER_OR_THE_OTHER(end_gate)

int main(void)
{
    return check_run();
}
