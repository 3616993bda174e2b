// SPDX-License-Identifier: Apache-2.0
// The table of settings: what each is called, may hold and means. Used by the parser of the file
// and by the three other ways to set one (environment, flag, default).
#ifndef SERVER_CONFIG_KEY_H
#define SERVER_CONFIG_KEY_H

#include "server/config.h"
#include "storage/slice.h"

enum { CONFIG_ERROR_LEN = 512 };

enum config_kind {
    CONFIG_TEXT,
    CONFIG_PATH,      // text that may not be empty
    CONFIG_NUMBER,    // an int from least to most
    CONFIG_CHOICE,    // one of the words in choices
    CONFIG_LISTEN,    // ADDR:PORT, or nothing where that is the default
    CONFIG_ORIGIN,    // as browsers send it, or nothing
    CONFIG_ORIGINS,   // any number of them, separated by spaces
    CONFIG_ADDRESSES, // the same, of IPv4 and IPv6 addresses
};

struct config_key {
    const char *section;
    const char *name;
    enum config_kind kind;
    size_t offset;       // in struct config
    size_t size;         // of a text, with its NUL
    int least, most;     // of a number
    const char *choices; // words separated by spaces
    const char *initial; // the default, as it would be written in the file
    const char *help;    // one line
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

// NULL when there is none.
const struct config_key *config_key_find(struct slice section, struct slice name);
bool config_section_is(struct slice section); // is there such a section?

// Sets one value, without the white space around it. On -EINVAL c is unchanged and why says what
// is wrong with the value: "undo_ms: …".
int config_key_set(struct config *c, const struct config_key *key, struct slice value,
                   char why[CONFIG_ERROR_LEN]);

// What is wrong with a section or a key that is not in the table, with the nearest that is.
void config_explain_section(struct slice section, char why[CONFIG_ERROR_LEN]);
void config_explain_key(struct slice section, struct slice name, char why[CONFIG_ERROR_LEN]);

// What is wrong with a word that is none of the choices.
void config_explain_choice(const struct config_key *key, struct slice value,
                           char why[CONFIG_ERROR_LEN]);

// config_file.c: reads "key = value" lines into c.
int config_file_load(struct config *c, const char *file, char error[CONFIG_ERROR_LEN]);

// Splits ADDR:PORT; the address comes without brackets and has less than 64 bytes.
bool config_split_listen(struct slice s, struct slice *ret_address, int *ret_port);

struct slice config_next_word(struct slice *rest); // takes it off
struct slice config_trim(struct slice s); // without spaces, tabs and carriage returns around it
// At most 60 bytes of s, cut between two characters, for a message.
const char *config_short(struct slice s, char ret[64]);

#endif
