// SPDX-License-Identifier: Apache-2.0
// Settings, read and checked once, constant afterwards. Precedence: flag, environment
// (FANGTAN_SECTION_KEY), file, default.
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct config {
    // [server]
    char listen[128];                        // ADDR:PORT, "[::1]:8080"
    char tls_listen[128];                    // the same for TLS; "" = none
    char tls_certificate[512], tls_key[512]; // PEM files
    char log_format[8];                      // json text
    char log_level[8];                       // debug info warn error
    char site_name[128];                     // "" = the catalogue's
    char public_url[256];   // "https://host": canonical links, Origin; "" = from the request's Host
    int utc_offset_minutes; // of the clock shown to people; default 480 (China)
    char web_dir[512];      // built web files; "" = beside the program
    // [storage]
    char data[512];
    // [moderation]
    int ask_burst;       // questions a citizen may send at once
    int ask_interval_ms; // one more every so often
    int address_burst;   // the same for one address, which many may share
    int address_interval_ms;
    int question_max;    // code points
    int undo_ms;         // between approval and publication
    int absent_s;        // without any moderator; asking is closed then
    char rule_sets[512]; // folder of rule sets; "" = beside the program
    char calendar[512];  // file of working days; "" = beside the program
    // [security]
    char embed_allow[512];     // origins that may frame interviews and open a socket, separated by
                               // spaces
    char trusted_proxies[512]; // addresses of reverse proxies, separated by spaces
};

void config_defaults(struct config *c);

// file may be NULL. 0, or -EINVAL with "FILE:LINE:COLUMN: what is wrong" (or the variable's name)
// in error, or the errno of reading the file.
int config_load(struct config *c, const char *file, char error[512]);

// "section.key" = value, as a flag does it. -EINVAL with a sentence.
int config_set(struct config *c, const char *key, const char *value, char error[512]);

void config_print(const struct config *c, FILE *out); // in the file's own format

// What no setting is wrong with alone: 0, or -EINVAL with a sentence.
int config_check(const struct config *c, char error[512]);

// Splits ADDR:PORT, a value of listen or tls_listen; false only for the empty one.
bool config_listen(const char *listen, char ret_address[64], int *ret_port);

#endif
