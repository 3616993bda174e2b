// SPDX-License-Identifier: Apache-2.0
// Log-ins and sessions over the real store and a real loop. The clock is the test's own; hashing
// costs what it costs, so each test makes few log-ins.
#include "server/identity/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/identity/inside.h"
#include "server/identity/password.h"
#include "tests/kit/check.h"

static const int64_t NOW = 1795500000000;
static int64_t clock_ms;

static int64_t now(void)
{
    return clock_ms;
}

static struct world {
    uv_loop_t loop;
    const char *dir;
    struct accounts *accounts;
    struct identity *id;
    struct login_answer answers[64];
    size_t answer_count;
    bool stopped;
} w;

static void start(void)
{
    char error[256] = "";
    if (!w.dir) {
        w.dir = check_dir();
        clock_ms = NOW;
    }
    CHECK(uv_loop_init(&w.loop) == 0);
    CHECK_INT(accounts_open(w.dir, &w.accounts, error), 0);
    CHECK_INT(identity_start(&w.loop, w.accounts, now, &w.id, error), 0);
}

static void on_stopped(void *ctx)
{
    ((struct world *)ctx)->stopped = true;
}

static void stop(void)
{
    w.stopped = false;
    identity_stop(&w.id, on_stopped, &w);
    CHECK(w.id == NULL && !w.stopped);
    uv_run(&w.loop, UV_RUN_DEFAULT);
    CHECK(w.stopped);
    CHECK_INT(uv_loop_close(&w.loop), 0);
    accounts_close(&w.accounts);
}

static void add(const char *name, const char *role, const char *password)
{
    char error[256] = "";
    int code = identity_user_add(w.accounts, name, role, password, NOW, error);
    CHECK_STR(error, "");
    CHECK_INT(code, 0);
}

static void on_login(void *ctx, const struct login_answer *answer)
{
    struct world *world = ctx;
    CHECK(world->answer_count < 64);
    world->answers[world->answer_count++] = *answer;
}

static void try(const char *name, const char *password)
{
    identity_login(w.id, slice_of(name), slice_of(password), slice_of("192.0.2.1"), on_login, &w);
}

static void settle(void) // until nothing is under way
{
    uv_run(&w.loop, UV_RUN_DEFAULT);
}

static const struct login_answer *login(const char *name, const char *password)
{
    w.answer_count = 0;
    try(name, password);
    CHECK_INT(w.answer_count, 0); // later, on the loop
    settle();
    CHECK_INT(w.answer_count, 1);
    return &w.answers[0];
}

static bool signed_in(const char *token)
{
    struct who who;
    return identity_session(w.id, slice_of(token), &who);
}

static void refresh(void) // what the timer does
{
    jobs_refresh(w.id);
    settle();
}

static int stored_sessions;
static void on_row(void *ctx, const struct session *session)
{
    (void)ctx, (void)session;
    stored_sessions++;
}

static int count_stored(void)
{
    stored_sessions = 0;
    CHECK_INT(session_each(w.accounts, on_row, NULL), 0);
    return stored_sessions;
}

TEST(names_and_passwords_that_are_acceptable)
{
    CHECK(password_name_ok(slice_of("zhou.ming-lan_2")));
    CHECK(password_name_ok(slice_of("周明岚")));
    CHECK(password_name_ok(slice_of("𠮷田")));
    CHECK(!password_name_ok(slice_of("")));
    CHECK(!password_name_ok(slice_of("a b")));
    CHECK(!password_name_ok(slice_of("a/b")));
    CHECK(!password_name_ok(slice_of("周，")));
    CHECK(!password_name_ok(slice_of("a\xff")));
    CHECK(!password_name_ok((struct slice){"a\0b", 3}));
    char name[70];
    memset(name, 'a', sizeof name);
    CHECK(password_name_ok((struct slice){name, 64}));
    CHECK(!password_name_ok((struct slice){name, 65}));

    CHECK(password_ok(slice_of("12345678")));
    CHECK(!password_ok(slice_of("1234567")));
    CHECK(password_ok(slice_of("密码密码密码密码")));
    CHECK(!password_ok(slice_of("密码密码密码密")));
    CHECK(!password_ok(slice_of("12345\n678")));
    CHECK(!password_ok(slice_of("12345\xc2\x85"
                                "678")));
    CHECK(!password_ok(slice_of("12345678\xff")));
    char password[513];
    for (size_t i = 0; i < 128; i++)
        memcpy(password + 4 * i, "𠮷", 4);
    CHECK(password_ok((struct slice){password, 512}));
    memcpy(password + 508, "𠮷a", 5);
    CHECK(!password_ok((struct slice){password, 513}));
}

TEST(hashes_are_argon2id_with_the_agreed_cost)
{
    char one[ACCOUNT_HASH_MAX], two[ACCOUNT_HASH_MAX];
    CHECK(password_hash(slice_of("correct horse"), one));
    CHECK(password_hash(slice_of("correct horse"), two));
    CHECK(strncmp(one, "$argon2id$v=19$m=65536,t=3,p=1$", 31) == 0);
    CHECK(strcmp(one, two) != 0);
    CHECK(password_matches(one, slice_of("correct horse")));
    CHECK(!password_matches(one, slice_of("correct horsf")));
    CHECK(!password_matches(NULL, slice_of("correct horse")));
}

TEST(accounts_are_added_once_and_rightly)
{
    char error[256] = "";
    start();
    add("zhou", "staff", "correct horse");
    CHECK_INT(identity_user_add(w.accounts, "zhou", "staff", "correct horse", NOW, error), -EEXIST);
    CHECK(strstr(error, "zhou"));
    CHECK_INT(identity_user_add(w.accounts, "z z", "staff", "correct horse", NOW, error), -EINVAL);
    CHECK_INT(identity_user_add(w.accounts, "he", "boss", "correct horse", NOW, error), -EINVAL);
    CHECK_INT(identity_user_add(w.accounts, "he", "staff", "short", NOW, error), -EINVAL);
    CHECK_INT(identity_user_passwd(w.accounts, "he", "correct horse", error), -ENOENT);
    CHECK_INT(identity_user_passwd(w.accounts, "zhou", "short", error), -EINVAL);
    struct account account;
    CHECK_INT(account_get(w.accounts, "zhou", &account), 0);
    CHECK_STR(account.role, "staff");
    CHECK_INT(account.created_ms, NOW);
    CHECK(!account.disabled && !strstr(account.hash, "correct"));
    CHECK_INT(account_get(w.accounts, "he", &account), -ENOENT);
    stop();
}

TEST(a_log_in_opens_a_session_that_survives_a_restart)
{
    start();
    add("周明岚", "portal_admin", "correct horse");
    const struct login_answer *answer = login("周明岚", "correct horse");
    CHECK_INT(answer->result, LOGIN_OK);
    char token[SESSION_TOKEN_TEXT], csrf[CSRF_TEXT];
    memcpy(token, answer->token, sizeof token);
    identity_csrf(slice_of(token), csrf);
    CHECK_STR(answer->csrf, csrf);
    struct who who;
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.name, "周明岚");
    CHECK_STR(who.role, "portal_admin");
    stop();
    start();
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.role, "portal_admin");
    identity_logout(w.id, slice_of(token));
    CHECK(!signed_in(token));
    identity_logout(w.id, slice_of(token)); // nothing
    stop();
    start();
    CHECK(!signed_in(token));
    CHECK_INT(count_stored(), 0);
    stop();
}

TEST(the_token_is_not_on_the_disk)
{
    start();
    add("zhou", "staff", "correct horse");
    const struct login_answer *answer = login("zhou", "correct horse");
    unsigned char bytes[TOKEN_BYTES];
    CHECK(sessions_token_bytes(slice_of(answer->token), bytes));
    char path[256], token[SESSION_TOKEN_TEXT];
    memcpy(token, answer->token, sizeof token);
    stop();
    snprintf(path, sizeof path, "%s/accounts.db", w.dir);
    FILE *f = fopen(path, "rb");
    CHECK(f);
    static char file[1 << 20];
    size_t n = fread(file, 1, sizeof file, f);
    fclose(f);
    CHECK(n > 0 && memmem(file, n, "zhou", 4));
    CHECK(!memmem(file, n, token, 64) && !memmem(file, n, bytes, sizeof bytes));
}

TEST(wrong_ones_are_all_answered_alike)
{
    start();
    add("zhou", "staff", "correct horse");
    add("gone", "staff", "correct horse");
    CHECK_INT(account_set_disabled(w.accounts, "gone", true), 0);
    char huge[600];
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = 0;
    static const struct login_answer WRONG = {.result = LOGIN_WRONG};
    CHECK(memcmp(login("zhou", "correct horsf"), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login("zhou", ""), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login("zhou", huge), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login("nobody", "correct horse"), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login("gone", "correct horse"), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login(huge, "correct horse"), &WRONG, sizeof WRONG) == 0);
    CHECK(memcmp(login("' OR 1=1", "correct horse"), &WRONG, sizeof WRONG) == 0);
    CHECK_INT(count_stored(), 0);
    stop();
}

TEST(five_failures_lock_even_the_right_password_out)
{
    start();
    add("zhou", "staff", "correct horse");
    for (int i = 0; i < 5; i++)
        CHECK_INT(login("zhou", "wrong horse")->result, LOGIN_WRONG);
    const struct login_answer *answer = login("zhou", "correct horse");
    CHECK_INT(answer->result, LOGIN_LOCKED);
    CHECK_INT(answer->retry_ms, LOCKOUT_MS);
    CHECK_STR(answer->token, "");
    clock_ms += LOCKOUT_MS - 1;
    CHECK_INT(login("zhou", "correct horse")->result, LOGIN_LOCKED);
    clock_ms++;
    CHECK_INT(login("zhou", "correct horse")->result, LOGIN_OK);
    stop();
}

TEST(too_many_at_once_are_told_to_come_again)
{
    start();
    add("zhou", "staff", "correct horse");
    char name[16], address[16];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "n%d", i);
        snprintf(address, sizeof address, "192.0.2.%d", i);
        identity_login(w.id, slice_of(name), slice_of("correct horse"), slice_of(address), on_login,
                       &w);
        CHECK(w.id->running <= LOGIN_RUNNING && w.id->waiting.count <= LOGIN_WAITING);
    }
    CHECK_INT(w.answer_count, 0);
    // Stopping answers those that wait, too: nobody is left without a word.
    stop();
    CHECK_INT(w.answer_count, 40);
    size_t busy = 0, wrong = 0;
    for (size_t i = 0; i < w.answer_count; i++) {
        busy += w.answers[i].result == LOGIN_BUSY && w.answers[i].retry_ms > 0;
        wrong += w.answers[i].result == LOGIN_WRONG;
    }
    CHECK_INT(wrong, LOGIN_RUNNING);
    CHECK_INT(busy, 40 - LOGIN_RUNNING);
}

TEST(guesses_at_the_same_time_do_not_get_round_the_lock)
{
    start();
    add("zhou", "staff", "correct horse");
    for (int i = 0; i < 8; i++)
        try("zhou", "wrong horse");
    settle();
    CHECK_INT(w.answer_count, 8);
    size_t busy = 0;
    for (size_t i = 0; i < 8; i++)
        busy += w.answers[i].result == LOGIN_BUSY;
    CHECK_INT(busy, 3);
    CHECK_INT(login("zhou", "correct horse")->result, LOGIN_LOCKED);
    stop();
}

TEST(what_the_command_line_changes_is_noticed)
{
    char error[256], zhou[SESSION_TOKEN_TEXT], he[SESSION_TOKEN_TEXT];
    start();
    add("zhou", "staff", "correct horse");
    add("he", "staff", "correct horse");
    memcpy(zhou, login("zhou", "correct horse")->token, sizeof zhou);
    memcpy(he, login("he", "correct horse")->token, sizeof he);
    refresh();
    CHECK(signed_in(zhou) && signed_in(he));
    CHECK_INT(account_set_disabled(w.accounts, "zhou", true), 0);
    refresh();
    CHECK(!signed_in(zhou) && signed_in(he));
    CHECK_INT(count_stored(), 1);
    CHECK_INT(identity_user_passwd(w.accounts, "he", "battery staple", error), 0);
    refresh();
    CHECK(!signed_in(he));
    CHECK_INT(login("he", "correct horse")->result, LOGIN_WRONG);
    CHECK_INT(login("he", "battery staple")->result, LOGIN_OK);
    stop();
}

TEST(idle_sessions_end_in_the_store_too)
{
    char token[SESSION_TOKEN_TEXT];
    start();
    add("zhou", "staff", "correct horse");
    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    clock_ms += SESSION_IDLE_MS - 1;
    CHECK(signed_in(token)); // and is noted
    settle();
    stop();
    start();
    clock_ms += SESSION_IDLE_MS - 1;
    CHECK(signed_in(token));
    clock_ms += SESSION_IDLE_MS;
    CHECK(!signed_in(token));
    CHECK_INT(count_stored(), 1);
    refresh();
    CHECK_INT(count_stored(), 0);
    stop();
}

TEST(a_save_does_not_bring_back_what_was_ended)
{
    char token[SESSION_TOKEN_TEXT];
    start();
    add("zhou", "staff", "correct horse");
    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    clock_ms += SESSION_SAVE_MS;
    CHECK_INT(session_drop_all(w.accounts, "zhou"), 0); // by the command line
    CHECK(signed_in(token));                            // saves
    settle();
    CHECK_INT(count_stored(), 0);
    stop();
}

static struct who take_ticket(const char *token)
{
    char ticket[TICKET_TEXT];
    struct who who = {0};
    CHECK(identity_ticket(w.id, slice_of(token), ticket));
    CHECK(identity_ticket_take(w.id, slice_of(ticket), &who));
    return who;
}

TEST(a_connection_is_signed_in_as_long_as_its_session)
{
    char token[SESSION_TOKEN_TEXT];
    start();
    add("zhou", "staff", "correct horse");
    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    struct who who = take_ticket(token), other = who;
    CHECK_STR(who.name, "zhou");
    CHECK(identity_still(w.id, &who, false));
    strcpy(other.role, "auditor"); // his role has changed since
    CHECK(!identity_still(w.id, &other, false));
    other = who;
    other.session[0] ^= 1;
    CHECK(!identity_still(w.id, &other, false));

    identity_logout(w.id, slice_of(token));
    CHECK(!identity_still(w.id, &who, false)); // at once
    settle();

    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    who = take_ticket(token);
    CHECK_INT(account_set_disabled(w.accounts, "zhou", true), 0);
    refresh();
    CHECK(!identity_still(w.id, &who, true));
    stop();
}

TEST(only_what_he_does_keeps_a_connected_session_from_being_idle)
{
    char token[SESSION_TOKEN_TEXT];
    start();
    add("zhou", "staff", "correct horse");
    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    struct who who = take_ticket(token);
    clock_ms += SESSION_IDLE_MS - 1;
    CHECK(identity_still(w.id, &who, true));
    clock_ms += SESSION_IDLE_MS - 1;
    CHECK(identity_still(w.id, &who, false));
    clock_ms += 1;
    CHECK(!identity_still(w.id, &who, false));
    CHECK(!identity_still(w.id, &who, true));
    settle();
    stop();
}

static const char INVITATION[] = "v0123456789abcdef", OTHER[] = "vfedcba9876543210";

static const struct login_answer *admit(const char *name, const char *invitation, int64_t until_ms)
{
    w.answer_count = 0;
    struct admission admission = {name, invitation, until_ms};
    identity_admit(w.id, &admission, on_login, &w);
    CHECK_INT(w.answer_count, 0); // later, on the loop
    settle();
    CHECK_INT(w.answer_count, 1);
    return &w.answers[0];
}

TEST(who_is_admitted_needs_no_account_and_is_staff_until_the_invitation_ends)
{
    start();
    const struct login_answer *answer = admit("guest", INVITATION, NOW + 3 * SESSION_LIFE_MS);
    CHECK_INT(answer->result, LOGIN_OK);
    char token[SESSION_TOKEN_TEXT];
    memcpy(token, answer->token, sizeof token);
    struct who who;
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.name, "guest");
    CHECK_STR(who.role, "staff");
    CHECK_STR(who.invitation, INVITATION);
    refresh();
    stop();
    clock_ms += 3 * SESSION_LIFE_MS - 1; // idle for weeks
    start();
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.invitation, INVITATION);
    struct who by_ticket = take_ticket(token);
    CHECK_STR(by_ticket.invitation, INVITATION);
    clock_ms++;
    CHECK(!identity_session(w.id, slice_of(token), &who));
    refresh();
    CHECK_INT(count_stored(), 0);
    stop();
}

TEST(an_invitation_carries_no_role_of_an_account)
{
    char token[SESSION_TOKEN_TEXT];
    struct who who;
    start();
    add("boss", "portal_admin", "correct horse");
    memcpy(token, admit("boss", INVITATION, NOW + SESSION_LIFE_MS)->token, sizeof token);
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.role, "staff");
    refresh();
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.role, "staff");
    stop();
    start();
    CHECK(identity_session(w.id, slice_of(token), &who));
    CHECK_STR(who.role, "staff");
    stop();
}

TEST(a_disabled_account_is_not_admitted_and_loses_what_was)
{
    char token[SESSION_TOKEN_TEXT];
    start();
    add("boss", "staff", "correct horse");
    memcpy(token, admit("boss", INVITATION, NOW + SESSION_LIFE_MS)->token, sizeof token);
    CHECK(signed_in(token));
    CHECK_INT(account_set_disabled(w.accounts, "boss", true), 0);
    refresh();
    CHECK(!signed_in(token));
    CHECK_INT(admit("boss", INVITATION, NOW + SESSION_LIFE_MS)->result, LOGIN_WRONG);
    CHECK_STR(w.answers[0].token, "");
    CHECK_INT(count_stored(), 0);
    stop();
}

TEST(one_invitation_is_one_session)
{
    char one[SESSION_TOKEN_TEXT], two[SESSION_TOKEN_TEXT], other[SESSION_TOKEN_TEXT];
    start();
    memcpy(one, admit("guest", INVITATION, NOW + SESSION_LIFE_MS)->token, sizeof one);
    memcpy(other, admit("guest", OTHER, NOW + SESSION_LIFE_MS)->token, sizeof other);
    memcpy(two, admit("guest", INVITATION, NOW + SESSION_LIFE_MS)->token, sizeof two);
    CHECK(!signed_in(one) && signed_in(two) && signed_in(other));
    CHECK_INT(count_stored(), 2);
    stop();
}

TEST(stopping_waits_for_who_is_being_admitted)
{
    start();
    struct admission admission = {"guest", INVITATION, NOW + SESSION_LIFE_MS};
    identity_admit(w.id, &admission, on_login, &w);
    stop();
    CHECK_INT(w.answer_count, 1);
    CHECK_INT(w.answers[0].result, LOGIN_OK);
}

TEST(wrong_invitations_lock_their_address_and_no_other)
{
    int64_t retry_ms;
    start();
    for (int i = 0; i < LOCKOUT_ADDRESS_FAILURES; i++) {
        CHECK(identity_try(w.id, slice_of("192.0.2.7"), true, &retry_ms));
        CHECK(identity_try(w.id, slice_of("192.0.2.7"), false, &retry_ms));
    }
    CHECK(!identity_try(w.id, slice_of("192.0.2.7"), true, &retry_ms));
    CHECK_INT(retry_ms, LOCKOUT_MS);
    CHECK(identity_try(w.id, slice_of("192.0.2.8"), true, &retry_ms));
    clock_ms += LOCKOUT_MS;
    CHECK(identity_try(w.id, slice_of("192.0.2.7"), true, &retry_ms));
    stop();
}

TEST(a_csrf_value_belongs_to_its_session)
{
    start();
    char one[SESSION_TOKEN_TEXT], two[SESSION_TOKEN_TEXT], csrf[CSRF_TEXT];
    unsigned char key[SESSION_KEY_BYTES];
    sessions_token(one, key);
    sessions_token(two, key);
    identity_csrf(slice_of(one), csrf);
    CHECK(strlen(csrf) == 64 && strcmp(csrf, one) != 0);
    CHECK(identity_csrf_matches(slice_of(one), slice_of(csrf)));
    CHECK(!identity_csrf_matches(slice_of(two), slice_of(csrf)));
    CHECK(!identity_csrf_matches(slice_of(one), (struct slice){csrf, 63}));
    CHECK(!identity_csrf_matches(slice_of(one), slice_of("")));
    CHECK(!identity_csrf_matches(slice_of(one), slice_of(NULL)));
    CHECK(!identity_csrf_matches(slice_of(""), slice_of(csrf)));
    csrf[63] = csrf[63] == '0' ? '1' : '0';
    CHECK(!identity_csrf_matches(slice_of(one), slice_of(csrf)));
    stop();
}

TEST(a_ticket_carries_a_session_to_a_socket)
{
    char token[SESSION_TOKEN_TEXT], ticket[TICKET_TEXT];
    struct who who;
    start();
    add("zhou", "auditor", "correct horse");
    memcpy(token, login("zhou", "correct horse")->token, sizeof token);
    CHECK(!identity_ticket(w.id, slice_of("x"), ticket));
    CHECK(identity_ticket(w.id, slice_of(token), ticket));
    CHECK(identity_ticket_take(w.id, slice_of(ticket), &who));
    CHECK_STR(who.name, "zhou");
    CHECK_STR(who.role, "auditor");
    CHECK(!identity_ticket_take(w.id, slice_of(ticket), &who));
    CHECK(identity_ticket(w.id, slice_of(token), ticket));
    clock_ms += TICKET_MS;
    CHECK(!identity_ticket_take(w.id, slice_of(ticket), &who));
    CHECK(identity_ticket(w.id, slice_of(token), ticket));
    identity_logout(w.id, slice_of(token));
    CHECK(!identity_ticket_take(w.id, slice_of(ticket), &who));
    CHECK(!identity_ticket(w.id, slice_of(token), ticket));
    stop();
}

int main(void)
{
    return check_run();
}
