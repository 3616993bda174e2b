// SPDX-License-Identifier: Apache-2.0
// Is what the application shows what the model says, and what its own record says?
#ifndef TESTS_MODEL_COMPARE_H
#define TESTS_MODEL_COMPARE_H

#include "tests/model/world.h"

// All fail by `broken`. The world is settled.

// Snapshots for staff, guests and the public: the same bytes as of a fold of the record from zero.
void compare_with_record(const struct world *w, const struct m_interview *iv);
// The public and the staff snapshot, member by member, against the model.
void compare_with_model(const struct world *w, const struct m_interview *iv);

// What everybody reads for a reason.
void compare_wordings(const struct world *w, const struct m_words *words);
void compare_notices(const struct world *w, const struct m_interview *iv);
// What must hold of the snapshots alone, whatever the model says: properties.c.
void compare_properties(const struct world *w, const struct m_interview *iv);

// Every text of a test carries marks: "Mk12z" in a question, "Nm12z" in its name, "Sd12z" in a
// statement, "Ct12z" in a contact, a note, a reply to the asker alone. No mark of what is hidden
// (or, unless `past`, a tombstone) may be in bytes that the public can get.
enum { MARKS = 1 << 16 };
struct marks {
    struct {
        const struct m_interview *iv;
        int of; // the question or statement
    } of[MARKS];
};
void compare_marks(const struct world *w, const struct marks *marks, struct slice bytes, bool past,
                   const char *where);
// Every public output that needs no server: snapshot, list, ledger, pages, documents.
void compare_outputs(struct world *w, const struct marks *marks, const struct m_interview *iv);

#endif
