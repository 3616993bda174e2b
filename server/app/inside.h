// SPDX-License-Identifier: Apache-2.0
// What the files of this folder share: the application's own structures, and the way of a command.
#ifndef SERVER_APP_INSIDE_H
#define SERVER_APP_INSIDE_H

#include "server/app/app.h"
#include "server/app/index.h"
#include "server/base/arena.h"
#include "server/base/blob.h"
#include "server/base/limits.h"
#include "server/feed/outbox.h"
#include "server/wire/request.h"

enum sight { SIGHT_NONE, SIGHT_PUBLIC, SIGHT_GUEST, SIGHT_STAFF, SIGHTS };

struct channel {
    struct app *app;
    struct interview *all;      // from every event
    struct interview *open;     // from the public events alone
    struct feed *feeds[SIGHTS]; // SIGHT_PUBLIC, SIGHT_GUEST, SIGHT_STAFF
    struct feed *stream;        // what SIGHT_PUBLIC has, as Server-Sent Events
    struct blocks *blocks;      // blocks.h
    // The public snapshot at snapshot_n: its text, and in frames for the middle of an answer (made
    // when it is asked for). NULL: not made.
    struct blob *snapshot, *snapshot_frames;
    uint64_t snapshot_n;
    int64_t due_ms;       // when the next publication of a question or statement is due; 0 = none
    struct votes *votes;  // vote.h
    bool has_orphans;     // perhaps: grouped questions whose leader came to nothing
    bool ungrouping;      // some are on their way out of their group
    bool has_old_numbers; // perhaps: the public reads how many were grouped before the feed stopped
    bool telling;         // the true numbers are on their way to the record
    bool publishing;      // one is on its way to the record
    int64_t screened_ms;  // a moderator was there last, while asking is not closed; 0 = none yet
    bool closing;         // the end of asking is on its way to the record
};

enum { LEAVERS = 64 };
struct leaver { // a member of staff whose connection is gone
    char name[ACTOR_NAME_MAX + 1];
    int64_t at_ms;
};

// Strangers have not said hello.
enum peer_kind { PEER_STRANGER, PEER_CITIZEN, PEER_STAFF, PEER_KINDS };

struct app {
    struct app_ports ports;
    struct app_config config;
    const struct keys *keys;
    struct storage *storage;

    struct channel **channels; // in order of appearance
    size_t channel_count, channel_cap;
    struct index *things;   // question, statement and interview ids, receipts → channel
    struct index *rates;    // citizens and addresses → struct mod_bucket
    struct index *silences; // askers and networks → channel that has said something of them
    const struct interview **listed;

    struct peers {
        struct peer *first; // newest first
        size_t count;
    } peers[PEER_KINDS];
    struct follower *followers; // newest first
    size_t follower_count;
    struct block_store *blocks; // blocks.h
    size_t calls;               // waiting for the record
    int64_t heads_ms;           // when the last heads went out
    int64_t looked_ms;          // for moderators
    struct app_loading *loading;
    struct leaver leavers[LEAVERS];
    size_t leaver_count;
};

struct watch {
    struct reader reader; // first: a reader is its watch
    struct watch *next;   /* peer.watches */
    struct peer *peer;
    struct channel *channel;
    enum sight sight;
    bool as_public; // a member of staff who wants to see what everybody sees
};

// There are tens of thousands of these, so it is kept small.
struct peer {
    struct app *app;
    struct peer *next, *prev; /* app.peers of its kind */
    void *link;
    enum peer_kind kind;
    enum lang lang;
    bool closing;
    bool gathers; // what is said now goes out together
    int64_t opened_ms;
    struct mod_bucket messages; // how many more he may send
    struct actor *staff;        // PEER_STAFF
    struct outbox out;          // what of our own waits; feeds follow when it is empty
    struct watch *watches;
    struct call *calls;         // of this peer
    char visitor[VISITOR_TEXT]; // PEER_CITIZEN
    char address[VISITOR_TEXT]; // see struct actor
    char network[NETWORK_TEXT];
};

// One request on its way. On the heap from the message to the answer.
// ERASE_TRIES: the record may go on while it is read, and is read on.
enum { CALL_GUARDS = 120, CALL_FACTS = 160, CALL_TRIES = 4, ERASE_TRIES = 64 };

struct call {
    struct app *app;
    struct actor actor;
    struct peer *peer; // NULL: none, or gone
    struct call *next; /* peer.calls */
    app_answer *answer;
    void *answer_ctx;

    struct request request;
    const struct method *method;
    void *params;            // the method's struct, in arena
    struct slice command_id; // absent for methods that change nothing
    struct channel *channel;
    struct arena arena;

    // the batch being made; its parts are in arena, room for all from the first on
    struct st_guard *guards;
    size_t guard_count;
    struct st_fact *facts;
    size_t fact_count;
    struct st_replacement *replacements; // of question.erase, as the record is up to as_of
    size_t replacement_count, replacement_cap;
    uint64_t as_of;
    struct slice strike;
    unsigned char op[OP_BYTES];
    struct slice interview; // whose log
    struct buf result;      // JSON
    int tries;
    bool rated; // a token was taken
    bool ran;   // its op is made
    bool answered;

    // a refusal that waits for the record to say whether the command is an old one
    const char *reason;
    struct buf extra;
    int code;
};

struct method {
    const char *name;
    const char *summary;
    const struct field *fields; // of the parameters
    size_t size;                // of their struct
    size_t command_offset;      // of command_id's slice; NO_COMMAND when it changes nothing
    size_t interview_offset;    // of the slice naming the interview; NO_INTERVIEW
    size_t question_offset;     // of the slice naming the question; NO_QUESTION
    bool of_statement;          // … which names a statement
    uint32_t who;               // see roles.h
    uint32_t stages;            // of the interview, in which it may be made at all; bits of I_…
    const char *refusal;        // in other stages; NULL: "wrong_stage"
    // Answers (call_result, call_refuse) or records (call_record). May run again when a guard did
    // not hold: it then sees the newer state.
    void (*run)(struct call *c, const void *params);
    // Puts what is not kept with the record into a result, or NULL.
    void (*finish)(struct call *c);
};
enum { NONE_GIVEN = 0xffff };

// table_*.c; each ends with a row without a name.
extern const struct method join_methods[], interview_methods[], question_methods[],
    statement_methods[], notice_methods[], annotate_methods[], invitation_methods[], case_methods[];

// dispatch.c
const struct method *method_find(struct slice name); // NULL: none
const struct method *method_at(size_t n);            // the n-th of all, NULL after the last

// call.c
void call_start(struct app *a, struct peer *peer, const struct actor *actor,
                struct request *request, app_answer *answer, void *ctx);
// A command of the server's own: its parts are added, its op is set, then it is recorded.
struct call *call_system(struct app *a);
void call_result(struct call *c); // c->result, or {} when empty
// The result is what c->result has, an object still open behind a key, then the value in frames
// (see frame_middle) as the last of its members. Only for a call of a peer.
void call_result_shared(struct call *c, struct blob *value);
void call_refuse(struct call *c, const char *reason); // with c->extra, ready members
void call_bad_params(struct call *c, const char *field, const char *why);
void call_not_found(struct call *c);
void call_record(struct call *c, struct slice interview);
// Asks the record whether the call's operation is an old one: DUP with its first result, CONFLICT
// when it is not. Writes nothing. c->app->calls counts it until done takes it off.
void call_recall(struct call *c, st_done *done, void *ctx);

// Parts of a batch. Bodies and keys are copied to the call's arena.
void call_guard(struct call *c, struct slice key, struct slice expect, struct slice set);
void call_guard_number(struct call *c, const char *kind, const char *id, uint64_t expect,
                       uint64_t set);
void call_guard_same(struct call *c, const char *kind, const char *id, uint64_t expect);
struct json_writer call_fact(struct call *c, struct buf *body); // opens the body's object
void call_fact_end(struct call *c, struct json_writer *w, const char *type, bool is_public);
struct json_writer call_open(struct buf *b);  // an object in an emptied buf
struct json_writer call_more(struct call *c); // members for a refusal, into c->extra

// text.c: the text gate for parameters. NULL after having answered the call.
const char *call_text(struct call *c, struct slice text, const char *field, uint32_t points,
                      bool lines);
const char *call_text_or_null(struct call *c, struct slice text, const char *field, uint32_t points,
                              bool lines, bool *ret_ok);

// peer.c
struct actor peer_actor(const struct peer *p); // who speaks there; nobody before the hello
void peer_greet(struct peer *p, enum peer_kind kind);
void peer_send(struct peer *p, struct slice payload); // as one message
// A message in three parts, of which the middle is in frames already, and shared.
void peer_send_shared(struct peer *p, struct slice first, struct blob *middle, struct slice last);
void peer_send_frames(struct peer *p, struct blob *frames);    // whole messages, shared
void peer_close(struct peer *p, int code, const char *reason); // nothing more is sent
// Closes one whose sign-in is over; false then. acts: a message of his has come.
bool peer_may_stay(struct peer *p, bool acts);

// heads.c
// How long those who lose their line may wait before they come back, each a random part of it: all
// who are here now then come back no faster than they can be taken.
int64_t heads_window(const struct app *a);
void heads_tell(struct app *a);  // all who watch: how far the record is
void head_tell(struct watch *w); // … one of them
void head_write_event(const struct channel *ch, struct buf *out); // … as a Server-Sent Event

// presence.c
bool presence_has(const struct app *a, const struct interview *iv, const char *duty);
void presence_look(struct channel *ch,
                   int64_t now_ms); // closes asking when all moderators are lost

// leaving.c
void leaving_note(struct app *a, const char *name); // a connection of his has closed
void leaving_look(struct app *a, int64_t now_ms);

// ask.c: who may do how much; who: any name
struct mod_bucket *app_bucket(struct app *a, const char *who);

// publish.c
void publish_event(struct channel *ch, const struct event *ev, bool was_approved, bool was_down);

// The object of a public event, as everybody gets it.
void publish_write(struct buf *out, const struct event *ev);

// follow.c
enum { FOLLOW_ID = 40 };
void follow_id(const struct position *at, char ret[FOLLOW_ID]); // "N:HASH"
// An event beside the record for all who follow, if there are any.
void follow_note(struct channel *ch, const char *event, struct slice data);
void follower_share(struct follower *f, struct blob *bytes); // whole Server-Sent Events
void follow_drain(struct app *a, struct slice bye);          // says bye to all and ends

// silence.c
// After asker.silenced and .unsilenced: from now on they are found.
void silence_index(struct channel *ch, const struct json *body);
// Until when may this asker not ask; 0: he may.
int64_t silence_until(const struct app *a, const char *asker, int64_t now_ms);
// Is there anybody in this network who may not?
bool silence_in_network(const struct app *a, const char *network, int64_t now_ms);

// channel.c
struct channel *channel_find(const struct app *a, struct slice interview);
struct channel *channel_add(struct app *a, struct slice interview);
void channel_free(struct channel *ch);
// The portal's own log: notices to everybody and administrators' settings. It is no interview; only
// watching it and the commands of table_notice.c know it.
struct channel *channel_portal(const struct app *a);
bool channel_is_portal(const struct channel *ch);
struct blob *channel_snapshot(struct channel *ch);        // borrowed until the next event
struct blob *channel_snapshot_frames(struct channel *ch); // … in the middle of a message
// Adds frames for all who watch the interview with this sight, if there are any.
void channel_note(struct channel *ch, enum sight sight, struct slice payload);
// After loading: an interview that is over keeps no frames; who comes back gets its snapshot.
void channel_rest(struct channel *ch);
enum sight channel_sight(const struct channel *ch, const struct actor *actor);
// What somebody sees who asks for the public's view; SIGHT_NONE where he may see nothing.
enum sight watch_sight(const struct channel *ch, const struct actor *actor, bool as_public);
bool channel_is_public(const struct channel *ch); // may citizens know of it?
bool channel_is_open(const struct channel *ch);   // … or follow it: the portal's own log too
size_t channel_viewers(const struct channel *ch);
void channel_schedule(struct channel *ch);
// Adds the publication of a question that is not public yet, in these words, with its guard.
void channel_publication(struct call *c, const struct question *q, const char *text);
void channel_publish_due(struct channel *ch, int64_t now_ms);

// statement_way.c
// The draft whose delay ends first, or NULL; none while the feed is held.
const struct statement *statement_next_due(const struct interview *iv);
// Records its publication by a call of the server's own, whose channel is set.
void statement_publish_due(struct call *c, const struct statement *draft);
// group.c: takes questions out of the groups whose leaders came to nothing, and tells the public
// the numbers that it was not told while the feed stood still; some at a time.
void group_follow(struct channel *ch);
// The leader that the asker of a grouped question, or of one turned down because it repeats that
// one, may know of: one that everybody sees.
const struct question *group_shown_leader(const struct interview *iv, const struct question *q);
// Whose outcome is the asker's of q: its leader's where that is shared, or its own.
const struct question *group_outcome(const struct interview *iv, const struct question *q);

// name.c
// May a citizen appear under this name here (NULL: under none)? Not as the compere or a guest.
bool name_is_free(const struct interview *iv, const char *name);
// The name under which everybody may see the question now; NULL: none. A guest may have been added
// since it was asked.
const char *name_shown(const struct interview *iv, const struct question *q);

static inline int64_t app_now(const struct app *a)
{
    return a->ports.now_ms(a->ports.ctx);
}

#endif
