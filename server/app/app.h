// SPDX-License-Identifier: Apache-2.0
// The application: commands in, events recorded, everybody told. The door for server/*.
//
// It knows no socket, no clock and no file: whoever creates it lends it these by app_ports. All
// calls are on the loop thread. Nothing is answered or shown before the record has it.
#ifndef SERVER_APP_APP_H
#define SERVER_APP_APP_H

#include "moderation/calendar.h"
#include "moderation/rate.h"
#include "moderation/rules.h"
#include "server/base/blob.h"
#include "server/base/json.h"
#include "server/feed/feed.h"
#include "server/identity/token.h"
#include "server/interview/state.h"
#include "server/page/messages.h"
#include "storage/storage.h"

enum { ACTOR_NAME_MAX = 64, ACTOR_ID_TEXT = 72, ACTOR_SESSION = 32 };

// Who speaks. A zeroed actor may do nothing.
struct actor {
    enum { ACTOR_NOBODY, ACTOR_CITIZEN, ACTOR_STAFF } kind;
    char name[ACTOR_NAME_MAX + 1]; // ACTOR_STAFF: the account
    char role[16];                 // ACTOR_STAFF: portal_admin, auditor, staff
    char id[ACTOR_ID_TEXT];        // "u:NAME", "c:HASH": what is recorded
    char address[VISITOR_TEXT];    // see visitor_of_address; for rate limits only, "" = not limited
    char network[NETWORK_TEXT];    // see network_of_address; "" = not known
    enum lang lang;
    unsigned char session[ACTOR_SESSION]; // ACTOR_STAFF by a ticket: his sign-in, for is_signed_in
    // ACTOR_STAFF by an invitation: its id. He has his duties in its interview as long as it
    // stands, and none elsewhere. "" = by a password.
    char invitation[INVITATION_ID_TEXT];
};
void actor_citizen(struct actor *a, const char visitor[VISITOR_TEXT]);
void actor_staff(struct actor *a, const char *name, const char *role);

struct app_ports {
    void *ctx;
    int64_t (*now_ms)(void *ctx);
    void (*random)(void *ctx, unsigned char *ret, size_t n);
    // Something is to be swept: call app_sweep soon, again while it says so.
    void (*wake)(void *ctx);
    // A staff ticket, good once.
    bool (*take_ticket)(void *ctx, struct slice ticket, struct actor *ret);
    // Is he whom a ticket brought still signed in, in his role? acts: he does something just now.
    bool (*is_signed_in)(void *ctx, const struct actor *actor, bool acts);
    // WebSocket frames, whole ones. link: what app_peer_open was given.
    enum reader_take (*send)(void *link, struct slice frames);
    void (*close)(void *link, int code, const char *reason);
    void (*set_limit)(void *link, size_t bytes); // of one message
    // Server-Sent Events, whole ones. link: what app_follow was given.
    enum reader_take (*stream_send)(void *link, struct slice bytes);
    void (*stream_end)(void *link);
};

struct app_config {
    struct mod_rate ask;     // one citizen
    struct mod_rate address; // one address, which many may share
    uint32_t question_max;   // code points
    int64_t undo_ms;         // between approval and publication
    int64_t absent_ms;       // without a moderator until asking is closed; 0 = never
    // Borrowed; "none" is known without being among them.
    const struct rules *rule_sets;
    size_t rule_set_count;
    const struct calendar *calendar; // NULL: Monday to Friday
    int utc_offset_minutes;          // of the portal's clock
};

struct app;
struct peer;     // a WebSocket connection's side of things
struct follower; // an event stream's
struct channel;  // one interview: its states and feeds

// storage and keys are borrowed; ports and config are copied.
struct app *app_create(const struct app_ports *ports, const struct app_config *config,
                       const struct keys *keys);
void app_destroy(struct app **a); // peers must be closed, nothing may be under way

// The listener for opening the record, and the record once it is open.
struct st_listener app_listener(struct app *a);
void app_set_storage(struct app *a, struct storage *s);

// Folds the whole record. done comes later: NULL, or a sentence (an interview that cannot be
// read). Only then may the other calls be made.
void app_load(struct app *a, void (*done)(void *ctx, const char *fault), void *ctx);

// Call about ten times a second: publishes what is due, watches over greetings, sends heads.
void app_tick(struct app *a);
bool app_sweep(struct app *a);         // see app_ports.wake
bool app_is_idle(const struct app *a); // no command waits for the record

// Connections. peer_open never fails; the peer lives until app_peer_closed.
struct peer *app_peer_open(struct app *a, void *link, const char *address, const char *network);
void app_peer_message(struct peer *p, struct slice text);
void app_peer_ready(struct peer *p);
void app_peer_closed(struct peer *p);
// Tells every peer "bye" and closes with 1001; ends the streams; no block is read any more.
void app_drain(struct app *a);

// One request without a connection: answer gets the response object as JSON text, or the absent
// slice for a notification; exactly once, perhaps before app_call returns.
typedef void app_answer(void *ctx, struct slice json);
void app_call(struct app *a, const struct actor *actor, struct slice text, app_answer *answer,
              void *ctx);

// An interview that may be followed by everybody, or the portal's own log. NULL: neither.
const struct interview *app_followed(const struct app *a, struct slice interview);

// Server-Sent Events. Where a follower says he is: "N", or "N:HASH" as the ids of events are.
struct follow_place {
    bool is_given;
    uint64_t n;
    struct slice hash; // absent: not said
};
bool follow_parse(struct slice text, struct follow_place *ret); // false: neither of them
// interview: one of app_followed. The follower lives until app_follower_closed.
struct follower *app_follow(struct app *a, void *link, struct slice interview,
                            const struct follow_place *place);
void app_follower_ready(struct follower *f);
void app_follower_closed(struct follower *f);

// The public events as documents that caches carry, see blocks.c; interview: as above.
// The head, borrowed until the next public event. ret_tag: its ETag, as long as the head.
struct blob *app_head(struct app *a, struct slice interview, const char **ret_tag);
uint64_t app_epoch(const struct app *a, struct slice interview);
enum app_block {
    APP_BLOCK_HERE,
    APP_BLOCK_NONE,  // it is not full
    APP_BLOCK_GONE,  // all of it was taken back, or this is not the epoch
    APP_BLOCK_LATER, // too many wait, the record cannot be read, or the server drains
};
// text and its ETag are borrowed; NULL unless the block is here.
typedef void app_block_done(void *ctx, enum app_block is, struct blob *text, const char *tag);
// done is called exactly once, perhaps before this returns.
void app_block(struct app *a, struct slice interview, uint64_t k, uint64_t epoch,
               app_block_done *done, void *ctx);

struct app_figures {
    size_t connections, watches, interviews, commands_waiting;
    uint64_t events; // recorded, of all interviews
};
void app_figures(const struct app *a, struct app_figures *ret);

// For pages and documents. Interviews given here are public_only states. NULL: none, or one that
// was taken down.
const struct interview *app_public(const struct app *a, struct slice interview);
// One that was taken down too: of that only the stage and its reason may be shown.
const struct interview *app_seen(const struct app *a, struct slice interview);
// The portal's own log: notices to everybody and the wording of reasons.
const struct interview *app_portal(const struct app *a);
// The words for a coded reason; audience "asker" or "public". NULL: no such reason.
const char *app_wording(const struct app *a, enum lang lang, const char *code,
                        const char *audience);
// Every public one, newest start first; the array is the app's, until the next call.
const struct interview *const *app_public_list(struct app *a, size_t *ret_count);
// The public snapshot, borrowed until the next public event. NULL: no such interview.
struct blob *app_snapshot(struct app *a, struct slice interview);
// How many want this question answered too, at the moment. Either state.
uint64_t app_votes(const struct app *a, const struct interview *iv, const struct question *q);
// When the watchers were told of votes last; the numbers that pages show are not older than that.
int64_t app_votes_told(const struct app *a, const struct interview *iv);
void app_ledger(const struct app *a, const struct interview *open, struct buf *out);

// An invitation and its interview (the staff state), borrowed until the next event. false: none.
struct app_invitation {
    const struct interview *interview;
    const struct invitation *invitation;
};
bool app_invitation(const struct app *a, struct slice id, struct app_invitation *ret);
// Was this one used, and not revoked since? Then a sign-in by it holds.
bool app_invitation_stands(const struct app *a, struct slice id);

void app_openrpc(struct buf *out);
// The permission table, a line a row: command, roles, stages, with tabs between.
void app_permissions(struct buf *out);

// A citizen's question as question.status knows it; false: no such question, or a wrong secret.
// Borrowed until the next event.
struct app_fate {
    const struct question *question;
    const struct interview *interview; // the staff state
    bool may_appeal, may_withdraw;
    // What it was joined with, or repeats, when everybody sees that one; else NULL.
    const struct question *leader;
    // Whose department, date, answer and reply are the asker's: its own, or its leader's. Never
    // shown otherwise: a hidden leader's words and number are its own asker's.
    const struct question *outcome;
};
bool app_fate(const struct app *a, struct slice receipt_no, struct slice secret,
              struct app_fate *ret);

#endif
