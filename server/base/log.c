// SPDX-License-Identifier: Apache-2.0
// A line is made in one piece and written in one piece, so lines of several threads never mix.
// Whatever a value holds, a line stays one line of valid UTF-8.
#include "server/base/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "server/base/json.h"
#include "server/base/time.h"
#include "server/base/utf8.h"

static enum log_format log_format = LOG_JSON;
static enum log_level log_least = LOG_INFO;

void log_setup(enum log_format format, enum log_level least)
{
    log_format = format;
    log_least = least;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// The text with '?' in place of every byte that is not UTF-8.
static void add_clean(struct buf *out, const char *z)
{
    size_t n = strlen(z);
    while (n > 0) {
        size_t step = utf8_step(z, n);
        if (step)
            buf_add(out, (struct slice){z, step});
        else
            buf_char(out, '?');
        z += step ? step : 1;
        n -= step ? step : 1;
    }
}

static void write_value(struct json_writer *w, struct buf *clean, const char *text)
{
    buf_clear(clean);
    add_clean(clean, text);
    json_w_string(w, buf_slice(clean));
}

static bool is_plain(const char *z)
{
    for (const char *p = z; *p; p++) {
        if (*p <= ' ' || *p > '~' || *p == '"' || *p == '\\' || *p == '=')
            return false;
    }
    return *z != '\0';
}

static void write_text_value(struct buf *out, struct buf *clean, const char *text)
{
    struct json_writer w = {.out = out};
    if (is_plain(text))
        buf_text(out, text);
    else
        write_value(&w, clean, text);
}

void log_line(enum log_level level, const char *msg, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (level < log_least)
        return;
    struct buf out = {0}, clean = {0};
    struct json_writer w = {.out = &out};
    bool json = log_format == LOG_JSON;
    if (json) {
        json_w_open(&w, '{');
        json_w_member_time(&w, "ts", now_ms());
        json_w_member(&w, "level", names[level]);
        json_w_key(&w, "msg");
        write_value(&w, &clean, msg);
    } else {
        char ts[TIME_TEXT];
        time_write(now_ms(), ts);
        buf_printf(&out, "%s %-5s ", ts, names[level]);
        write_text_value(&out, &clean, msg);
    }
    va_list fields;
    va_start(fields, msg);
    const char *name;
    while ((name = va_arg(fields, const char *))) {
        const char *value = va_arg(fields, const char *);
        if (json) {
            json_w_key(&w, name);
            write_value(&w, &clean, value ? value : "");
        } else {
            buf_printf(&out, " %s=", name);
            write_text_value(&out, &clean, value ? value : "");
        }
    }
    va_end(fields);
    if (json)
        json_w_close(&w, '}');
    buf_char(&out, '\n');
    fwrite(out.p, 1, out.n, stderr);
    buf_finish(&out);
    buf_finish(&clean);
}
