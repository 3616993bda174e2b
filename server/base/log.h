// SPDX-License-Identifier: Apache-2.0
// One line a decision, JSON (or text) on stderr. Never a token, a password, a citizen's text or
// a raw address.
#ifndef SERVER_BASE_LOG_H
#define SERVER_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_JSON, LOG_TEXT };

void log_setup(enum log_format format, enum log_level least);

// fields: alternating names and NUL-terminated values, ended by NULL.
//   log_line(LOG_INFO, "listening", "address", address, NULL);
void log_line(enum log_level level, const char *msg, ...) __attribute__((sentinel));

#endif
