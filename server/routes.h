// SPDX-License-Identifier: Apache-2.0
// The addresses of the contract's §2, and who answers them.
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "server/reply.h"

// pages.c: for people
void get_column(struct visit *v);
void get_interview(struct visit *v);
void get_ask(struct visit *v);
void post_ask(struct visit *v);
void post_vote(struct visit *v);
void get_lookup(struct visit *v);
void post_lookup(struct visit *v);
void post_appeal(struct visit *v);
void post_withdraw(struct visit *v);
void get_desk(struct visit *v);
void get_desk_root(struct visit *v);

// invitation.c: for people who were invited
void get_invitation(struct visit *v);
void post_invitation(struct visit *v);
void post_invitation_enter(struct visit *v);

// api.c: for programs
void get_web_file(struct visit *v);
void get_alive(struct visit *v);
void get_ready(struct visit *v);
void get_metrics(struct visit *v);
void get_interviews(struct visit *v);
void get_snapshot(struct visit *v);
void get_document(struct visit *v); // transcript.FORMAT and ledger.json
void get_openrpc(struct visit *v);
void post_rpc(struct visit *v);

// follow.c: for whoever follows an interview without a WebSocket
void get_events(struct visit *v);
void get_head(struct visit *v);
void get_block(struct visit *v);

// sign_in.c: for members of staff
void post_login(struct visit *v);
void post_logout(struct visit *v);
void post_ticket(struct visit *v);
// Who sends this request? Cookie (with the CSRF header when `changes`) or Bearer. false: nobody.
bool sign_in_actor(const struct visit *v, bool changes, struct actor *ret);
// The session that the browser's cookie is of; absent: none that holds. For what changes nothing.
struct slice sign_in_cookie(const struct visit *v, struct who *ret);
bool sign_in_over_tls(const struct visit *v); // as the browser sees it: ours, or a proxy's
// The Set-Cookie header of a new session.
enum { COOKIE_TEXT = 256 };
void sign_in_set_cookie(bool over_tls, const char *token, char ret[COOKIE_TEXT]);
// Comes a form or a request from one of our own pages, as far as the browser tells?
bool sign_in_same_site(const struct visit *v);

// A line a route: "GET", the pattern, "page" or "api", with tabs between.
void routes_write(struct buf *out);

#endif
