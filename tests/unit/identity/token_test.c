// SPDX-License-Identifier: Apache-2.0
// Keys on disk, and everything that is derived from them.
#include "server/identity/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/kit/check.h"

static const int64_t NOW = 1795500000000, DAY = 86400000;
static const unsigned char RANDOM[16] = "0123456789abcdef";

static struct keys *new_keys(void)
{
    struct keys *k = NULL;
    char error[256] = "";
    int code = keys_open(check_dir(), &k, error);
    CHECK_STR(error, "");
    CHECK_INT(code, 0);
    return k;
}

static void write_file(const char *dir, const void *bytes, size_t n, mode_t mode)
{
    char path[256];
    snprintf(path, sizeof path, "%s/master.key", dir);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    CHECK(fchmod(fd, mode) == 0 && close(fd) == 0);
}

TEST(the_key_is_made_once_and_private)
{
    const char *dir = check_dir();
    char error[256], path[256], one[SECRET_TEXT], two[SECRET_TEXT];
    struct keys *k = NULL;
    CHECK_INT(keys_open(dir, &k, error), 0);
    question_secret(k, "q1", one);
    keys_close(&k);
    CHECK(k == NULL);
    struct stat st;
    snprintf(path, sizeof path, "%s/master.key", dir);
    CHECK(stat(path, &st) == 0);
    CHECK_INT(st.st_size, MASTER_KEY_BYTES);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_INT(st.st_nlink, 1);
    CHECK_INT(keys_open(dir, &k, error), 0);
    question_secret(k, "q1", two);
    CHECK_STR(two, one);
    keys_close(&k);
    keys_close(&k); // nothing
}

TEST(a_damaged_or_open_key_stops_the_start)
{
    const char *dir = check_dir();
    char error[256] = "", bytes[64] = "not a key of ours, but long enough to be one, is it";
    struct keys *k = NULL;
    write_file(dir, bytes, 31, 0600);
    CHECK_INT(keys_open(dir, &k, error), -EINVAL);
    CHECK(strstr(error, "32 bytes"));
    write_file(dir, bytes, 33, 0600);
    CHECK_INT(keys_open(dir, &k, error), -EINVAL);
    write_file(dir, bytes, 0, 0600);
    CHECK_INT(keys_open(dir, &k, error), -EINVAL);
    write_file(dir, bytes, 32, 0644);
    CHECK_INT(keys_open(dir, &k, error), -EACCES);
    CHECK(strstr(error, "chmod 600"));
    write_file(dir, bytes, 32, 0440);
    CHECK_INT(keys_open(dir, &k, error), 0);
    keys_close(&k);
    CHECK_INT(keys_open("/nonexistent/directory", &k, error), -ENOENT);
    CHECK(k == NULL);
}

TEST(a_token_names_its_visitor)
{
    struct keys *k = new_keys();
    char token[TOKEN_TEXT], one[VISITOR_TEXT], two[VISITOR_TEXT];
    token_make(k, RANDOM, NOW, token);
    CHECK(token_check(k, slice_of(token), NOW, one));
    CHECK_INT(strlen(one), VISITOR_TEXT - 1);
    CHECK(strncmp(one, "c:", 2) == 0 && strspn(one + 2, "0123456789abcdef") == 32);
    CHECK(!strstr(token, one + 2));
    CHECK(token_check(k, slice_of(token), NOW + DAY, two));
    CHECK_STR(two, one);
    // The same visitor with a token of another day; another visitor.
    token_make(k, RANDOM, NOW + DAY, token);
    CHECK(token_check(k, slice_of(token), NOW + DAY, two));
    CHECK_STR(two, one);
    token_make(k, (const unsigned char *)"0123456789abcdeF", NOW, token);
    CHECK(token_check(k, slice_of(token), NOW, two));
    CHECK(strcmp(one, two) != 0);
    keys_close(&k);
}

TEST(a_token_ends_after_thirty_days)
{
    struct keys *k = new_keys();
    char token[TOKEN_TEXT], visitor[VISITOR_TEXT] = "untouched";
    token_make(k, RANDOM, NOW, token);
    CHECK(token_check(k, slice_of(token), NOW + 30 * DAY - 1, visitor));
    strcpy(visitor, "untouched");
    CHECK(!token_check(k, slice_of(token), NOW + 30 * DAY, visitor));
    CHECK(token_check(k, slice_of(token), NOW - DAY, visitor)); // a clock put right
    strcpy(visitor, "untouched");
    CHECK(!token_check(k, slice_of(token), NOW - DAY - 1, visitor));
    CHECK_STR(visitor, "untouched");
    keys_close(&k);
}

TEST(an_altered_token_is_nobodys)
{
    struct keys *k = new_keys(), *other = new_keys();
    char token[TOKEN_TEXT], bad[TOKEN_TEXT + 2], visitor[VISITOR_TEXT];
    token_make(k, RANDOM, NOW, token);
    size_t n = strlen(token);
    CHECK(n < TOKEN_TEXT);
    for (size_t i = 0; i < n; i++) {
        static const char SIGNS[] = "ABCDxyz019-_.=+/ \n";
        for (size_t j = 0; j < sizeof SIGNS; j++) { // NUL too
            memcpy(bad, token, n + 1);
            if (bad[i] == SIGNS[j])
                continue;
            bad[i] = SIGNS[j];
            CHECK(!token_check(k, (struct slice){bad, n}, NOW, visitor));
        }
    }
    for (size_t i = 0; i < n; i++)
        CHECK(!token_check(k, (struct slice){token, i}, NOW, visitor));
    snprintf(bad, sizeof bad, "%sA", token);
    CHECK(!token_check(k, slice_of(bad), NOW, visitor));
    snprintf(bad, sizeof bad, "%s=", token);
    CHECK(!token_check(k, slice_of(bad), NOW, visitor));
    CHECK(!token_check(k, slice_of(NULL), NOW, visitor));
    CHECK(!token_check(other, slice_of(token), NOW, visitor));
    keys_close(&k);
    keys_close(&other);
}

TEST(an_address_is_one_visitor_a_day)
{
    struct keys *k = new_keys();
    int64_t midnight = NOW - NOW % DAY;
    char one[VISITOR_TEXT], two[VISITOR_TEXT];
    visitor_of_address(k, slice_of("192.0.2.7"), midnight, one);
    CHECK(strlen(one) == VISITOR_TEXT - 1 && strncmp(one, "c:", 2) == 0);
    visitor_of_address(k, slice_of("192.0.2.7"), midnight + DAY - 1, two);
    CHECK_STR(two, one);
    visitor_of_address(k, slice_of("192.0.2.7"), midnight + DAY, two);
    CHECK(strcmp(one, two) != 0);
    visitor_of_address(k, slice_of("192.0.2.8"), midnight, two);
    CHECK(strcmp(one, two) != 0);
    visitor_of_address(k, slice_of(NULL), midnight, two);
    CHECK(strcmp(one, two) != 0);
    keys_close(&k);
}

TEST(ids_have_their_form_and_are_not_consecutive)
{
    static const char LOWER[] = "0123456789abcdefghjkmnpqrstvwxyz";
    static const char UPPER[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct keys *k = new_keys();
    struct question_ids ids, same, before = {.question = ""};
    char statement[STATEMENT_ID_TEXT], canonical[RECEIPT_TEXT];
    unsigned char op[16] = {0};
    for (int i = 0; i < 1000; i++) {
        op[15] = (unsigned char)i;
        op[14] = (unsigned char)(i >> 8);
        question_ids_make(k, op, &ids);
        question_ids_make(k, op, &same);
        CHECK(memcmp(&ids, &same, sizeof ids) == 0);
        CHECK(ids.question[0] == 'q' && strspn(ids.question + 1, LOWER) == 16);
        CHECK_INT(strlen(ids.question), QUESTION_ID_TEXT - 1);
        CHECK(strspn(ids.receipt_no, UPPER) == 4 && ids.receipt_no[4] == '-' &&
              strspn(ids.receipt_no + 5, UPPER) == 4 && !ids.receipt_no[9]);
        CHECK(receipt_canonical(slice_of(ids.receipt_no), canonical));
        CHECK_STR(canonical, ids.receipt_no);
        CHECK(strcmp(before.question, ids.question) != 0);
        CHECK(strcmp(before.receipt_no, ids.receipt_no) != 0);
        CHECK(strncmp(before.receipt_no, ids.receipt_no, 6) != 0);
        statement_id_make(k, op, statement);
        CHECK(statement[0] == 's' && strspn(statement + 1, LOWER) == 16 && !statement[17]);
        CHECK(strcmp(statement + 1, ids.question + 1) != 0);
        before = ids;
    }
    keys_close(&k);
}

TEST(an_invitation_s_token_is_its_own_and_no_other_s)
{
    struct keys *k = new_keys(), *others = new_keys();
    char id[INVITATION_ID_TEXT], again[INVITATION_ID_TEXT], found[INVITATION_ID_TEXT] = "none";
    char token[INVITATION_TOKEN_TEXT], same[INVITATION_TOKEN_TEXT];
    invitation_id_make(k, RANDOM, id);
    invitation_id_make(k, RANDOM, again);
    CHECK(id[0] == 'v' && strlen(id) == INVITATION_ID_TEXT - 1);
    CHECK_STR(again, id);
    invitation_token(k, id, token);
    invitation_token(k, id, same);
    CHECK_STR(same, token);
    CHECK(strlen(token) == INVITATION_TOKEN_TEXT - 1 && strncmp(token, id, strlen(id)) == 0);
    CHECK(invitation_token_check(k, slice_of(token), found));
    CHECK_STR(found, id);
    CHECK(!invitation_token_check(others, slice_of(token), found));
    for (size_t i = 0; i < strlen(token); i++) { // also the bits that base64 leaves over at the end
        for (int to = 1; to < 256; to++) {
            char altered[INVITATION_TOKEN_TEXT];
            memcpy(altered, token, sizeof altered);
            if (altered[i] == (char)to)
                continue;
            altered[i] = (char)to;
            CHECK(!invitation_token_check(k, (struct slice){altered, strlen(token)}, found));
        }
    }
    CHECK(!invitation_token_check(k, (struct slice){token, strlen(token) - 1}, found));
    CHECK(!invitation_token_check(k, (struct slice){token, strlen(token) + 1}, found));
    CHECK(!invitation_token_check(k, slice_of(id), found));
    CHECK(!invitation_token_check(k, slice_of(""), found));
    CHECK(!invitation_token_check(k, slice_of(NULL), found));
    char zeros[INVITATION_TOKEN_TEXT] = {0};
    CHECK(!invitation_token_check(k, (struct slice){zeros, sizeof zeros - 1}, found));
    CHECK_STR(found, id);
    keys_close(&k);
    keys_close(&others);
}

TEST(a_digest_is_plain_sha256)
{
    char digest[DIGEST_TEXT];
    question_digest("abc", slice_of(""), digest);
    CHECK_STR(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    question_digest("a", slice_of("bc"), digest);
    CHECK_STR(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    question_digest("", slice_of(NULL), digest);
    CHECK_STR(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(a_secret_is_recognized_however_it_is_typed)
{
    struct keys *k = new_keys(), *other = new_keys();
    char secret[SECRET_TEXT], typed[64], wrong[SECRET_TEXT];
    question_secret(k, "q0123", secret);
    CHECK_INT(strlen(secret), 12);
    CHECK(secret[4] == '-' && secret[9] == '-');
    CHECK(question_secret_matches(k, "q0123", slice_of(secret)));
    snprintf(typed, sizeof typed, " %.4s %.4s\t%.2s ", secret, secret + 5, secret + 10);
    for (char *p = typed; *p; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        *p = *p == '0' ? 'o' : *p == '1' ? 'L' : *p;
    }
    CHECK(question_secret_matches(k, "q0123", slice_of(typed)));
    CHECK(!question_secret_matches(k, "q0124", slice_of(secret)));
    CHECK(!question_secret_matches(other, "q0123", slice_of(secret)));
    CHECK(!question_secret_matches(k, "q0123", (struct slice){secret, strlen(secret) - 1}));
    CHECK(!question_secret_matches(k, "q0123", slice_of("")));
    CHECK(!question_secret_matches(k, "q0123", slice_of(NULL)));
    for (size_t i = 0; secret[i]; i++) {
        memcpy(wrong, secret, sizeof wrong);
        if (wrong[i] == '-')
            continue;
        wrong[i] = wrong[i] == 'Z' ? 'Y' : 'Z';
        CHECK(!question_secret_matches(k, "q0123", slice_of(wrong)));
    }
    keys_close(&k);
    keys_close(&other);
}

TEST(a_receipt_number_is_written_one_way)
{
    char no[RECEIPT_TEXT] = "untouched";
    CHECK(!receipt_canonical(slice_of("7K3M-20Q"), no));
    CHECK_STR(no, "untouched");
    CHECK(receipt_canonical(slice_of("7k3m 2oqd"), no));
    CHECK_STR(no, "7K3M-20QD");
    CHECK(!receipt_canonical(slice_of("7K3M-20QDA"), no));
    CHECK(!receipt_canonical(slice_of("' OR 1=1"), no));
}

TEST(an_operation_is_who_what_and_which)
{
    unsigned char a[16], b[16];
    op_make("u:zhou", "question.approve", slice_of("20261124-aaaaaa"), slice_of("c1"), a);
    op_make("u:zhou", "question.approve", slice_of("20261124-aaaaaa"), slice_of("c1"), b);
    CHECK(memcmp(a, b, 16) == 0);
    op_make("u:zhou", "question.approve", slice_of("20261124-aaaaaa"), slice_of("c2"), b);
    CHECK(memcmp(a, b, 16) != 0);
    op_make("u:zhou", "question.approve", slice_of("20261124-aaaaab"), slice_of("c1"), b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    op_make("u:zhouq", "uestion.approve", slice_of("20261124-aaaaaa"), slice_of("c1"), b);
    CHECK(memcmp(a, b, 16) != 0);
    op_make("u:zhou", "question.approvec", slice_of("20261124-aaaaaa"), slice_of("1"), b);
    CHECK(memcmp(a, b, 16) != 0);
}

static void check_network(const struct keys *k, const char *one, const char *two, int64_t later,
                          bool same)
{
    char first[NETWORK_TEXT], second[NETWORK_TEXT];
    network_of_address(k, slice_of(one), NOW, first);
    network_of_address(k, slice_of(two), NOW + later, second);
    if ((strcmp(first, second) == 0) != same)
        check_fail(__FILE__, __LINE__, "%s and %s", one, two);
}

TEST(a_network_is_an_address_or_a_64_of_one_day)
{
    struct keys *k = new_keys(), *other = new_keys();
    char network[NETWORK_TEXT], visitor[VISITOR_TEXT];
    network_of_address(k, slice_of("192.0.2.7"), NOW, network);
    CHECK_INT(strlen(network), NETWORK_TEXT - 1);
    CHECK(strncmp(network, "n:", 2) == 0 && strspn(network + 2, "0123456789abcdef") == 32);
    visitor_of_address(k, slice_of("192.0.2.7"), NOW, visitor);
    CHECK(strcmp(network + 2, visitor + 2) != 0); // one key a purpose
    network_of_address(other, slice_of("192.0.2.7"), NOW, visitor);
    CHECK(strcmp(network, visitor) != 0);
    check_network(k, "192.0.2.7", "192.0.2.7", 0, true);
    check_network(k, "192.0.2.7", "192.0.2.8", 0, false);
    check_network(k, "192.0.2.7", "::ffff:192.0.2.7", 0, true);
    check_network(k, "2001:db8:1:2::1", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", 0, true);
    check_network(k, "2001:db8:1:2::1", "2001:db8:1:3::1", 0, false);
    check_network(k, "192.0.2.7", "192.0.2.7", DAY, false);
    check_network(k, "192.0.2.7", "192.0.2.7", DAY - 1 - NOW % DAY, true);
    // What is no address stands for itself, however long.
    check_network(k, "", "", 0, true);
    check_network(k, "", "x", 0, false);
    check_network(k, "a very long text that is no address of anything whatsoever, with more",
                  "a very long text that is no address of anything whatsoever, with more", 0, true);
    keys_close(&k);
    keys_close(&other);
}

int main(void)
{
    return check_run();
}
