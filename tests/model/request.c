// SPDX-License-Identifier: Apache-2.0
// A command as the request that is sent.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/model/driver.h"

struct text {
    char *p;
    size_t at, size;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->at += (size_t)vsnprintf(t->p + t->at, t->size - t->at, format, args);
    va_end(args);
}

static const char *comma(const struct text *t)
{
    char last = t->at ? t->p[t->at - 1] : '{';
    return last == '{' || last == '[' ? "" : ",";
}

static void member(struct text *t, const char *key, const char *value)
{
    if (value)
        add(t, "%s\"%s\":\"%s\"", comma(t), key, value);
}

static void number(struct text *t, const char *key, unsigned value)
{
    add(t, "%s\"%s\":%u", comma(t), key, value);
}

static void flag(struct text *t, const char *key, bool value)
{
    if (value)
        add(t, "%s\"%s\":true", comma(t), key);
}

static void time_member(struct text *t, const char *key, int64_t ms)
{
    char words[32];
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
    member(t, key, words);
}

static const char *question_id(const struct m_command *c, int q)
{
    return q < 0 ? "qNOWHERE" : c->iv->questions[q]->id;
}

static void questions(struct text *t, const struct m_command *c)
{
    add(t, "%s\"questions\":[", comma(t));
    for (unsigned i = 0; i < c->q_count; i++)
        add(t, "%s\"%s\"", comma(t), question_id(c, c->qs[i]));
    add(t, "]");
}

// "none" stands for no label at all.
static void label(struct text *t, const struct m_command *c)
{
    if (c->label || c->kind == C_LABEL)
        add(t, c->label ? "%s\"labels\":[\"%s\"]" : "%s\"labels\":[]", comma(t), c->label);
}

// ---- an interview ----

static void roster(struct text *t, const struct m_command *c)
{
    add(t, "%s\"roster\":[", comma(t));
    for (int who = COMPERE; who <= CHECKER; who++)
        if (c->roster & 1u << who)
            add(t, "%s{\"user\":\"%s\",\"duty\":\"%s\"}", comma(t), m_names[who], m_duty(who));
    add(t, "]");
}

static void policy(struct text *t, const struct m_command *c)
{
    add(t, "%s\"policy\":{\"asking\":\"%s\",\"question_public\":\"%s\"", comma(t),
        c->named ? "named" : "anonymous", c->policy ? "with_answer" : "on_approve");
    for (int as = 0; as < AS_ALL && c->sets_chains; as++) {
        add(t, as ? ",\"%s\":[" : ",\"chains\":{\"%s\":[", m_as_words[as]);
        for (unsigned i = 0; i < c->chains[as].count; i++)
            add(t, "%s\"%s\"", comma(t), m_duty(c->chains[as].duties[i]));
        add(t, "]");
    }
    if (c->sets_chains && c->sets_chained)
        add(t, ",\"question\":[%s]", c->chained ? "\"reviewer\"" : "");
    add(t, c->sets_chains ? "}}" : "}");
}

static void creation(struct text *t, const struct m_command *c)
{
    add(t, ",\"interview\":{");
    member(t, "topic", c->topic);
    add(t,
        ",\"departments\":[\"Water Bureau\"],\"starts_at\":\"2027-03-01T01:30:00.000Z\","
        "\"guests\":[{\"name\":\"Shen "
        "Yulan\",\"title\":\"Director\"}%s],\"compere\":{\"name\":\"Fang Jing\"}",
        c->guests == 2 ? ",{\"name\":\"Gu Wen\"}" : "");
    member(t, "rule_set", c->strict ? "strict" : NULL);
    policy(t, c);
    add(t, "}");
    flag(t, "rehearsal", c->rehearsal);
    roster(t, c);
}

// One thing of it is a word that there is not.
static void wording(struct text *t, const struct m_command *c)
{
    int wrong = c->wrong == WRONG_WORD ? (int)c->lang : NO_ONE;
    member(t, "code", wrong == 0 ? "because" : c->code);
    member(t, "lang", wrong == 1 ? "fr" : m_langs[c->lang]);
    if (wrong == 2 || c->to != NO_ONE)
        member(t, "audience", wrong == 2 ? "nobody" : m_audiences[c->to]);
    member(t, "text", c->text[0] ? c->text : NULL);
}

static void update(struct text *t, const struct m_command *c)
{
    number(t, "version", c->version);
    add(t, ",\"set\":{");
    if (c->sets_topic)
        member(t, "topic", c->topic);
    if (c->sets_policy)
        policy(t, c);
    if (c->sets_roster)
        roster(t, c);
    add(t, "}");
}

// ---- the rest ----

static void asked(struct text *t, const struct m_command *c)
{
    unsigned n = 0;
    sscanf(c->text, "Mk%uz", &n);
    member(t, "text", c->text);
    add(t, ",\"contact\":\"Ct%uz\"", n);
    member(t, "name", c->name[0] ? c->name : NULL);
    if (c->kind == C_ENTER)
        member(t, "origin", c->wrong == WRONG_WORD ? "dream" : c->is_own ? "prepared" : "phone");
}

static void spoken(struct text *t, const struct m_command *c)
{
    member(t, "kind", c->wrong == WRONG_WORD ? "sermon" : c->is_answer ? "answer" : "remark");
    add(t, ",\"speaker\":{");
    member(t, "name", c->speaker == NO_ONE ? " " : m_speakers[c->speaker]);
    member(t, "title", c->titled ? "Deputy" : NULL);
    add(t, "}");
    member(t, "text", c->text);
    questions(t, c);
    if (c->kind == C_PREPARE && c->s >= 0) {
        member(t, "statement", c->iv->statements[c->s].id);
        number(t, "version", c->version);
    }
}

static void bulk(struct text *t, const struct m_command *c)
{
    questions(t, c);
    const char *action = m_rules[c->to].method + strlen("question.");
    member(t, "action", c->wrong == WRONG_WORD ? "bake" : action);
    add(t, ",\"params\":{");
    member(t, "code", c->to == C_REJECT ? c->code : NULL);
    member(t, "department", c->to == C_REFER ? c->department : NULL);
    member(t, "note", c->note);
    member(t, "into", c->to == C_GROUP || c->names ? question_id(c, c->into) : NULL);
    struct m_command part = *c;
    part.kind = (enum m_kind)c->to;
    if (c->to == C_LABEL)
        label(t, &part);
    add(t, "}");
}

static void notice(struct text *t, const struct m_command *c)
{
    member(t, "to", mt_words[c->to]);
    member(t, "level", c->wrong == WRONG_WORD ? "shrill" : "info");
    member(t, "text", c->text);
}

static void invitation(struct text *t, const struct m_command *c)
{
    const struct m_invitation *v = c->n >= 0 ? &c->iv->invitations[c->n] : NULL;
    if (c->kind == C_INVITE)
        member(t, "user", m_names[c->to]);
    else if (c->kind == C_REVOKE)
        member(t, "invitation", v ? v->id : "vNOWHERE");
    else
        member(t, "token", v && c->wrong == RIGHT ? v->token : "NOTHING");
    if (c->until)
        time_member(t, "until", c->until);
}

static void decision(struct text *t, const struct m_command *c)
{
    const struct m_rule *r = &m_rules[c->kind];
    bool has_text = c->kind == C_REPLY || c->kind == C_NOTE || c->edits;
    if (r->traits & T_VERSIONED)
        number(t, "version", c->version);
    if (r->traits & T_CLAIMED)
        number(t, "claim_epoch", c->epoch);
    member(t, "text", has_text ? c->text : NULL);
    member(t, "code", c->wrong == WRONG_WORD && c->code ? "because" : c->code);
    member(t, "note", c->kind == C_RELEASE && c->wrong == EMPTY_TEXT ? c->text : c->note);
    member(t, "department", c->department);
    if (c->kind == C_ERASE) {
        member(t, "class", c->wrong == WRONG_WORD ? "mood" : m_classes[c->to]);
        member(t, "basis", c->wrong == EMPTY_TEXT ? " " : "Article 47");
    }
    flag(t, "take_over", c->take_over);
    if (c->position)
        number(t, "position", c->position);
    member(t, "into", c->kind == C_GROUP || c->names ? question_id(c, c->into) : NULL);
    if (c->kind == C_LABEL || c->kind == C_APPROVE)
        label(t, c);
    if (c->kind == C_REDACT)
        add(t, ",\"spans\":[{\"at\":%u,\"length\":%u}]", c->at, c->number);
    if (c->kind == C_ROUTE || (c->kind == C_ON_AIR && c->to != NO_ONE))
        member(t, "guest", m_speakers[c->to]);
    if (c->kind == C_SILENCE)
        number(t, "minutes", c->wrong == WRONG_WORD ? 0 : c->number);
    if (c->kind == C_VOTE)
        add(t, ",\"on\":%s", c->to ? "true" : "false");
}

static void case_act(struct text *t, const struct m_command *c)
{
    bool notes = c->kind == C_STOP_CLOCK || c->kind == C_REWORK || c->kind == C_RE_ROUTE;
    number(t, "version", c->version);
    member(t, "department", c->department);
    member(t, "reason", c->kind == C_EXTEND ? c->note : NULL);
    member(t, notes ? "note" : "text", c->text[0] ? c->text : NULL);
    flag(t, "public", c->shows);
    member(t, "question_text", c->edits ? c->name : NULL);
    bool both = c->wrong == WRONG_WORD;
    if (c->kind == C_EXTEND && c->until)
        time_member(t, "due", c->until);
    if (c->kind == C_EXTEND && !c->until == !both)
        number(t, "working_days", c->number);
}

static void step(struct text *t, const struct m_command *c)
{
    number(t, "version", c->version);
    member(t, "note", c->note);
    member(t, "text", c->kind == C_CORRECT ? c->text : NULL);
    if (c->kind == C_UNSAY)
        member(t, "code", c->wrong == WRONG_WORD ? "because" : "mistake");
}

static void of_interview(struct text *t, const struct m_command *c)
{
    switch (c->kind) {
    case C_UPDATE:
        update(t, c);
        break;
    case C_TRANSITION:
        number(t, "version", c->version);
        member(t, "to", c->wrong == WRONG_WORD ? "nowhere" : mi_words[c->to]);
        member(t, "reason", c->note);
        member(t, "override", c->overrides ? "It was agreed" : NULL);
        break;
    case C_ASKING:
        member(t, "state", c->wrong == WRONG_WORD ? "ajar" : ma_words[c->to]);
        break;
    case C_ASK:
    case C_ENTER:
        asked(t, c);
        break;
    case C_SAY:
    case C_PREPARE:
        spoken(t, c);
        break;
    case C_DELAY:
        number(t, "seconds", c->wrong == WRONG_WORD ? 1000 : c->number);
        break;
    case C_NOTICE:
        notice(t, c);
        break;
    case C_ACKNOWLEDGE:
    case C_RECALL:
        member(t, "notice", c->n < 0 ? "nNOWHERE" : c->iv->notices[c->n].id);
        break;
    case C_INVITE:
    case C_COME_IN:
    case C_REVOKE:
        invitation(t, c);
        break;
    default:
        break;
    }
}

void request_text(const struct m_command *c, const char *command_id, char *ret, size_t size)
{
    struct text t = {ret, 0, size};
    bool lost = c->wrong == WRONG_THING;
    add(&t, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{",
        m_rules[c->kind].method);
    if (c->kind != C_STATUS)
        member(&t, "command_id", command_id);
    switch (m_rules[c->kind].about) {
    case OF_PORTAL:
        c->kind == C_WORD ? wording(&t, c) : creation(&t, c);
        break;
    case OF_SEVERAL:
        bulk(&t, c);
        break;
    case OF_INTERVIEW:
        if (c->kind != C_NOTICE || c->to != MT_PORTAL)
            member(&t, "interview", lost ? "iNOWHERE" : c->iv->id);
        of_interview(&t, c);
        break;
    case OF_RECEIPT:
        member(&t, "receipt_no", c->iv->questions[c->q]->receipt);
        member(&t, "secret", c->wrong != RIGHT ? "AAAA-AAAA-AA" : c->iv->questions[c->q]->secret);
        break;
    case OF_QUESTION:
        member(&t, "question", lost ? "qNOWHERE" : question_id(c, c->q));
        if (c->kind >= C_CASE_ACCEPT && c->kind <= C_CASE_REPLY)
            case_act(&t, c);
        else
            decision(&t, c);
        break;
    case OF_STATEMENT:
        member(&t, "statement", lost ? "sNOWHERE" : c->iv->statements[c->s].id);
        step(&t, c);
        break;
    }
    add(&t, "}}");
    if (t.at >= size)
        broken(NULL, "a request is too long");
}
