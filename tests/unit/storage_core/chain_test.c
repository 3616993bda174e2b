// SPDX-License-Identifier: Apache-2.0
// The hashes, against values computed elsewhere, and the verifier against damaged logs.
#include "storage/chain.h"
#include "storage/verify.h"
#include "tests/kit/check.h"

TEST(a_commitment_is_sha256_of_its_pieces)
{
    char commit[COMMIT_HEX + 1];
    chain_commit(1700000000000, slice_of("u:mei"), slice_of("question.received"), slice_of("{}"),
                 commit);
    CHECK_STR(commit, "8f98711b4cb972172251ea0ad2d5ac27a392821df991b42433e9541aefda5a29");
    chain_commit(-5, slice_of(""), slice_of("t"), slice_of(NULL), commit);
    CHECK_STR(commit, "6f09832cc946d6ffaa0efde1b6e50d2c895d9ee4f20b1c2f79ed77f55c9f3ae1");
}

TEST(pieces_do_not_run_into_each_other)
{
    char one[COMMIT_HEX + 1], other[COMMIT_HEX + 1];
    chain_commit(1, slice_of("ab"), slice_of("c"), slice_of(""), one);
    chain_commit(1, slice_of("a"), slice_of("bc"), slice_of(""), other);
    CHECK(strcmp(one, other) != 0);
    chain_commit(1, slice_of("a"), slice_of("b"), slice_of("c"), one);
    chain_commit(11, slice_of("a"), slice_of("b"), slice_of("c"), other);
    CHECK(strcmp(one, other) != 0);
}

TEST(a_step_is_sha1_over_the_hash_before)
{
    struct position pos = {0};
    char commit[COMMIT_HEX + 1];
    chain_commit(1700000000000, slice_of("u:mei"), slice_of("question.received"), slice_of("{}"),
                 commit);
    chain_step(&pos, commit);
    CHECK_INT(pos.n, 1);
    CHECK_STR(pos.hash, "c0cd82f99ef2da0513e99daf3f3a8290d1bd3463");
    chain_step(&pos, commit);
    CHECK_INT(pos.n, 2);
    CHECK_STR(pos.hash, "ebe014f2d7df498e1578c0ecb7823f411d2f1441");
}

enum { EVENTS = 6 };

struct log {
    struct event events[EVENTS];
    char hashes[EVENTS][CHAIN_HEX + 1], pub_hashes[EVENTS][CHAIN_HEX + 1];
};

// Every second event is public, beginning with the first.
static void make_log(struct log *log)
{
    struct position staff = {0}, open = {0};
    for (int i = 0; i < EVENTS; i++) {
        struct event *e = &log->events[i];
        char commit[COMMIT_HEX + 1];
        *e = (struct event){.seq = (uint64_t)i + 1,
                            .at_ms = 100 + i,
                            .actor = slice_of("u:mei"),
                            .type = slice_of("noted"),
                            .body = slice_of("{}")};
        chain_commit(e->at_ms, e->actor, e->type, e->body, commit);
        chain_step(&staff, commit);
        memcpy(log->hashes[i], staff.hash, sizeof staff.hash);
        log->pub_hashes[i][0] = '\0';
        if (i % 2 == 0) {
            chain_commit(e->at_ms, slice_of(""), e->type, e->body, commit);
            chain_step(&open, commit);
            e->pub = open.n;
            memcpy(log->pub_hashes[i], open.hash, sizeof open.hash);
        }
        e->hash = log->hashes[i];
        e->pub_hash = log->pub_hashes[i];
    }
}

// The first fault of the log and where it is.
static void check_log(const struct log *log, int skip, enum verify_fault fault, uint64_t seq)
{
    struct verifier v;
    verifier_init(&v);
    for (int i = 0; i < EVENTS; i++) {
        if (i != skip)
            verifier_feed(&v, &log->events[i]);
    }
    CHECK_INT(v.fault, fault);
    if (fault == VERIFY_OK)
        return;
    CHECK_INT(v.seq, seq);
    CHECK_INT(v.staff.n, seq - 1); // stays before the fault
    CHECK(strlen(verify_words(fault)) > 10);
}

TEST(a_whole_log_is_whole)
{
    struct log log;
    make_log(&log);
    check_log(&log, -1, VERIFY_OK, 0);
}

TEST(every_missing_event_is_found)
{
    struct log log;
    make_log(&log);
    for (int i = 0; i < EVENTS - 1; i++)
        check_log(&log, i, VERIFY_SEQ, (uint64_t)i + 1);
    check_log(&log, EVENTS - 1, VERIFY_OK, 0); // the end is for the caller to compare
}

TEST(an_event_twice_is_found)
{
    struct log log;
    make_log(&log);
    log.events[3] = log.events[2];
    check_log(&log, -1, VERIFY_SEQ, 4);
}

TEST(every_changed_field_is_found)
{
    for (int i = 0; i < EVENTS; i++) {
        struct log log;
        uint64_t seq = (uint64_t)i + 1;
        make_log(&log);
        log.events[i].at_ms++;
        check_log(&log, -1, VERIFY_HASH, seq);
        make_log(&log);
        log.events[i].actor = slice_of("u:other");
        check_log(&log, -1, VERIFY_HASH, seq);
        make_log(&log);
        log.events[i].type = slice_of("shown");
        check_log(&log, -1, VERIFY_HASH, seq);
        make_log(&log);
        log.events[i].body = slice_of("{ }");
        check_log(&log, -1, VERIFY_HASH, seq);
        make_log(&log);
        log.hashes[i][39] ^= 1;
        check_log(&log, -1, VERIFY_HASH, seq);
    }
}

TEST(faults_of_the_public_numbering_are_found)
{
    struct log log;
    make_log(&log);
    log.events[2].pub = 3;
    check_log(&log, -1, VERIFY_PUB, 3);
    make_log(&log);
    log.events[2].pub = 0; // was public, now said not to be
    check_log(&log, -1, VERIFY_PUB_HASH, 3);
    make_log(&log);
    log.events[3].pub = 3; // was not public
    check_log(&log, -1, VERIFY_PUB_HASH, 4);
    make_log(&log);
    log.pub_hashes[4][0] ^= 1;
    check_log(&log, -1, VERIFY_PUB_HASH, 5);
}

TEST(the_first_fault_stays)
{
    struct log log;
    struct verifier v;
    make_log(&log);
    verifier_init(&v);
    CHECK_INT(verifier_feed(&v, &log.events[1]), VERIFY_SEQ);
    CHECK_INT(verifier_feed(&v, &log.events[0]), VERIFY_SEQ);
    CHECK_INT(v.seq, 1);
    CHECK_INT(v.staff.n, 0);
}

int main(void)
{
    return check_run();
}
