// SPDX-License-Identifier: Apache-2.0
#include "server/identity/sessions.h"

#include <stdio.h>

#include "tests/kit/check.h"

static const int64_t NOW = 1795500000000;
static struct sessions *table;
static int dropped_count;
static unsigned char dropped_key[SESSION_KEY_BYTES];

static void on_dropped(void *ctx, const unsigned char key[SESSION_KEY_BYTES])
{
    (void)ctx;
    dropped_count++;
    memcpy(dropped_key, key, SESSION_KEY_BYTES);
}

static void key_of(const char *token, unsigned char key[SESSION_KEY_BYTES])
{
    unsigned char bytes[TOKEN_BYTES];
    CHECK(sessions_token_bytes(slice_of(token), bytes));
    sessions_key(bytes, key);
}

static void sign_in(const char *name, int64_t now, char token[SESSION_TOKEN_TEXT])
{
    struct session session = {.created_ms = now, .seen_ms = now};
    sessions_token(token, session.key);
    unsigned char key[SESSION_KEY_BYTES];
    key_of(token, key);
    CHECK(memcmp(key, session.key, sizeof key) == 0);
    snprintf(session.name, sizeof session.name, "%s", name);
    sessions_add(table, &session, "staff", on_dropped, NULL);
}

static struct live_session *find(const char *token, int64_t now)
{
    return sessions_find(table, slice_of(token), now);
}

TEST(a_token_finds_its_session_and_no_other)
{
    char one[SESSION_TOKEN_TEXT], two[SESSION_TOKEN_TEXT], bad[SESSION_TOKEN_TEXT];
    table = sessions_create();
    sign_in("zhou", NOW, one);
    sign_in("he", NOW, two);
    CHECK(strspn(one, "0123456789abcdef") == 64 && strcmp(one, two) != 0);
    CHECK_STR(find(one, NOW)->session.name, "zhou");
    CHECK_STR(find(two, NOW)->session.name, "he");
    memcpy(bad, one, sizeof bad);
    bad[0] = bad[0] == '0' ? '1' : '0';
    CHECK(!find(bad, NOW));
    CHECK(!find("", NOW));
    CHECK(!sessions_find(table, slice_of(NULL), NOW));
    CHECK(!sessions_find(table, (struct slice){one, 63}, NOW));
    unsigned char bytes[TOKEN_BYTES];
    CHECK(!sessions_token_bytes(
        slice_of("ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789"), bytes));
    CHECK(!sessions_token_bytes(
        slice_of("zbcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"), bytes));
    sessions_destroy(&table);
}

TEST(idle_and_old_sessions_are_over)
{
    char token[SESSION_TOKEN_TEXT];
    table = sessions_create();
    sign_in("zhou", NOW, token);
    CHECK(find(token, NOW + SESSION_IDLE_MS - 1));
    CHECK(find(token, NOW + SESSION_IDLE_MS + 10)); // seen meanwhile
    CHECK(!find(token, NOW + 2 * (int64_t)SESSION_IDLE_MS + 10));
    int64_t t = NOW + SESSION_IDLE_MS + 10;
    for (; t < NOW + SESSION_LIFE_MS; t += SESSION_IDLE_MS / 2)
        CHECK(find(token, t));
    CHECK(!find(token, NOW + SESSION_LIFE_MS));
    dropped_count = 0;
    unsigned char key[SESSION_KEY_BYTES];
    key_of(token, key);
    sessions_keep(table, key, "staff");
    sessions_sweep(table, sessions_born(table), NOW + SESSION_LIFE_MS, on_dropped, NULL);
    CHECK_INT(dropped_count, 1);
    CHECK(memcmp(dropped_key, key, sizeof key) == 0);
    sessions_destroy(&table);
}

TEST(an_account_has_sixteen_sessions_at_most)
{
    char tokens[SESSIONS_PER_ACCOUNT + 1][SESSION_TOKEN_TEXT], other[SESSION_TOKEN_TEXT];
    table = sessions_create();
    dropped_count = 0;
    sign_in("he", NOW - 5, other);
    for (int i = 0; i < SESSIONS_PER_ACCOUNT; i++)
        sign_in("zhou", NOW + i, tokens[i]);
    CHECK(find(tokens[0], NOW + 100)); // now the second is the least recently seen
    CHECK_INT(dropped_count, 0);
    sign_in("zhou", NOW + 101, tokens[SESSIONS_PER_ACCOUNT]);
    CHECK_INT(dropped_count, 1);
    CHECK(find(tokens[0], NOW + 102) && !find(tokens[1], NOW + 102));
    CHECK(find(tokens[SESSIONS_PER_ACCOUNT], NOW + 102) && find(other, NOW + 102));
    sessions_destroy(&table);
}

TEST(a_sweep_ends_what_the_store_no_longer_has)
{
    char kept[SESSION_TOKEN_TEXT], gone[SESSION_TOKEN_TEXT], fresh[SESSION_TOKEN_TEXT];
    unsigned char key[SESSION_KEY_BYTES];
    table = sessions_create();
    sign_in("zhou", NOW, kept);
    sign_in("he", NOW, gone);
    uint64_t born = sessions_born(table);
    sign_in("li", NOW, fresh); // while the store was being read
    key_of(kept, key);
    sessions_keep(table, key, "portal_admin");
    key[0] ^= 1;
    sessions_keep(table, key, "staff"); // of nobody here
    sessions_sweep(table, born, NOW, on_dropped, NULL);
    CHECK_STR(find(kept, NOW)->role, "portal_admin");
    CHECK(!find(gone, NOW) && find(fresh, NOW));
    sessions_sweep(table, sessions_born(table), NOW, on_dropped, NULL);
    CHECK(!find(kept, NOW) && !find(fresh, NOW)); // a mark holds for one sweep
    sessions_destroy(&table);
}

TEST(a_ticket_is_good_once_and_for_half_a_minute)
{
    char token[SESSION_TOKEN_TEXT], ticket[TICKET_TEXT];
    table = sessions_create();
    sign_in("zhou", NOW, token);
    tickets_add(table, find(token, NOW), NOW, ticket);
    CHECK(!tickets_take(table, slice_of(token), NOW));
    CHECK(!find(ticket, NOW));
    CHECK_STR(tickets_take(table, slice_of(ticket), NOW + TICKET_MS - 1)->session.name, "zhou");
    CHECK(!tickets_take(table, slice_of(ticket), NOW + 1));
    tickets_add(table, find(token, NOW), NOW, ticket);
    CHECK(!tickets_take(table, slice_of(ticket), NOW + TICKET_MS));
    CHECK(!tickets_take(table, slice_of(ticket), NOW)); // a wrong moment uses it up too
    CHECK(!tickets_take(table, slice_of(""), NOW));
    sessions_destroy(&table);
}

TEST(a_ticket_ends_with_its_session_and_with_many_newer_ones)
{
    char token[SESSION_TOKEN_TEXT], ticket[TICKET_TEXT], other[TICKET_TEXT];
    unsigned char key[SESSION_KEY_BYTES];
    table = sessions_create();
    sign_in("zhou", NOW, token);
    tickets_add(table, find(token, NOW), NOW, ticket);
    for (int i = 0; i < TICKETS; i++)
        tickets_add(table, find(token, NOW), NOW, other);
    CHECK(!tickets_take(table, slice_of(ticket), NOW));
    key_of(token, key);
    CHECK(sessions_drop(table, key) && !sessions_drop(table, key));
    CHECK(!tickets_take(table, slice_of(other), NOW));
    sessions_destroy(&table);
}

int main(void)
{
    return check_run();
}
