// SPDX-License-Identifier: Apache-2.0
// Checking a value against its row of the table. Values are kept exactly as they are written, so
// that printing the settings gives a file that sets the same.
#include <arpa/inet.h>
#include <errno.h>

#include "server/base/utf8.h"
#include "server/config_key.h"

static bool is_number(struct slice s, int *ret)
{
    size_t i = s.n && s.p[0] == '-' ? 1 : 0;
    if (i == s.n || s.n > 11)
        return false;
    long long n = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        n = 10 * n + (s.p[i] - '0');
    }
    n = s.p[0] == '-' ? -n : n;
    *ret = n < INT32_MIN ? INT32_MIN : n > INT32_MAX ? INT32_MAX : (int)n;
    return true;
}

// Digits only, no leading zero, up to 65535.
static bool is_port(struct slice s, int *ret)
{
    if (s.n == 0 || s.n > 5 || s.p[0] == '-' || (s.p[0] == '0' && s.n > 1))
        return false;
    return is_number(s, ret) && *ret <= 65535;
}

static bool is_address(struct slice s, int family)
{
    char text[64];
    unsigned char bytes[16];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return inet_pton(family, text, bytes) == 1;
}

bool config_split_listen(struct slice s, struct slice *ret_address, int *ret_port)
{
    const char *colon = memrchr(s.p, ':', s.n);
    if (!colon)
        return false;
    struct slice address = {s.p, (size_t)(colon - s.p)};
    if (!is_port((struct slice){colon + 1, s.n - address.n - 1}, ret_port))
        return false;
    bool is_v6 = address.n > 2 && address.p[0] == '[' && address.p[address.n - 1] == ']';
    if (is_v6)
        address = (struct slice){address.p + 1, address.n - 2};
    *ret_address = address;
    return is_address(address, is_v6 ? AF_INET6 : AF_INET);
}

static bool is_host(struct slice s)
{
    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        return is_address((struct slice){s.p + 1, s.n - 2}, AF_INET6);
    if (s.n == 0 || s.n > 253 || strchr(".-", s.p[0]) || strchr(".-", s.p[s.n - 1]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool is_dot = s.p[i] == '.';
        if (!is_dot && s.p[i] != '-' && !(s.p[i] >= '0' && s.p[i] <= '9') &&
            !(s.p[i] >= 'a' && s.p[i] <= 'z'))
            return false;
        if (is_dot && s.p[i - 1] == '.')
            return false;
    }
    return true;
}

// Exactly as a browser writes its Origin: lower case, no path, no port where it is the usual one.
static bool is_origin(struct slice s)
{
    bool is_https = s.n > 8 && memcmp(s.p, "https://", 8) == 0;
    if (!is_https && !(s.n > 7 && memcmp(s.p, "http://", 7) == 0))
        return false;
    size_t scheme = is_https ? 8 : 7;
    struct slice host = {s.p + scheme, s.n - scheme};
    const char *colon = memrchr(host.p, ':', host.n);
    if (colon && host.p[host.n - 1] != ']') {
        int port = 0;
        size_t n = (size_t)(colon - host.p);
        if (!is_port((struct slice){colon + 1, host.n - n - 1}, &port) || port == 0 ||
            port == (is_https ? 443 : 80))
            return false;
        host.n = n;
    }
    return is_host(host);
}

static bool fits(const struct config_key *key, struct slice value, char why[CONFIG_ERROR_LEN])
{
    char text[64];
    for (size_t i = 0, step; i < value.n; i += step) {
        step = utf8_step(value.p + i, value.n - i);
        if (step == 0 || (unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f) {
            snprintf(why, CONFIG_ERROR_LEN, "%s: %s", key->name,
                     step ? "holds a control character" : "is not valid UTF-8");
            return false;
        }
    }
    if (value.n >= 2 && value.p[0] == value.p[value.n - 1] && strchr("\"'", value.p[0])) {
        snprintf(why, CONFIG_ERROR_LEN, "%s: is written without quotation marks", key->name);
        return false;
    }
    if (key->kind != CONFIG_NUMBER && value.n >= key->size) {
        snprintf(why, CONFIG_ERROR_LEN, "%s: is longer than %zu bytes: %s…", key->name,
                 key->size - 1, config_short(value, text));
        return false;
    }
    return true;
}

static bool is_choice(const struct config_key *key, struct slice value, char why[CONFIG_ERROR_LEN])
{
    for (struct slice rest = slice_of(key->choices); rest.n;) {
        if (slice_eq(config_next_word(&rest), value))
            return true;
    }
    config_explain_choice(key, value, why);
    return false;
}

static bool is_any_address(struct slice s)
{
    return is_address(s, AF_INET) || is_address(s, AF_INET6);
}

// Is each of the words one? If not, *ret_bad is the first that is none.
static bool are_all(bool (*is_one)(struct slice), struct slice rest, struct slice *ret_bad)
{
    while (config_trim(rest).n) {
        *ret_bad = config_next_word(&rest);
        if (!is_one(*ret_bad))
            return false;
    }
    return true;
}

static bool is_text(const struct config_key *key, struct slice value, char why[CONFIG_ERROR_LEN])
{
    char text[64];
    struct slice part = value;
    int port = 0;
    const char *want = NULL;
    if (key->kind == CONFIG_CHOICE)
        return is_choice(key, value, why);
    if (key->kind == CONFIG_PATH && value.n == 0)
        want = "the path of a folder";
    else if (key->kind == CONFIG_LISTEN && (value.n || key->initial[0]) &&
             !config_split_listen(value, &part, &port))
        want = "ADDR:PORT like 127.0.0.1:8080 or [::1]:8080";
    else if (key->kind == CONFIG_ORIGIN && value.n && !is_origin(value))
        want = "an origin as browsers send it, like https://www.example.gov";
    else if (key->kind == CONFIG_ORIGINS && !are_all(is_origin, value, &part))
        want = "an origin as browsers send it, like https://www.example.gov";
    else if (key->kind == CONFIG_ADDRESSES && !are_all(is_any_address, value, &part))
        want = "an IPv4 or IPv6 address";
    if (!want)
        return true;
    if (key->kind == CONFIG_LISTEN)
        part = value;
    snprintf(why, CONFIG_ERROR_LEN, "%s: \"%s\" is not %s", key->name, config_short(part, text),
             want);
    return false;
}

static int set_number(struct config *c, const struct config_key *key, struct slice value,
                      char why[CONFIG_ERROR_LEN])
{
    char text[64];
    int n = 0;
    if (!is_number(value, &n)) {
        snprintf(why, CONFIG_ERROR_LEN, "%s: \"%s\" is not a whole number%s", key->name,
                 config_short(value, text),
                 value.n && memchr(value.p, '#', value.n) ? "; a comment has a line of its own"
                                                          : "");
        return -EINVAL;
    }
    if (n < key->least || n > key->most) {
        snprintf(why, CONFIG_ERROR_LEN, "%s: %s is not from %d to %d", key->name,
                 config_short(value, text), key->least, key->most);
        return -EINVAL;
    }
    memcpy((char *)c + key->offset, &n, sizeof n);
    return 0;
}

int config_key_set(struct config *c, const struct config_key *key, struct slice value,
                   char why[CONFIG_ERROR_LEN])
{
    value = config_trim(value);
    if (!fits(key, value, why))
        return -EINVAL;
    if (key->kind == CONFIG_NUMBER)
        return set_number(c, key, value, why);
    if (!is_text(key, value, why))
        return -EINVAL;
    char *field = (char *)c + key->offset;
    memset(field, 0, key->size);
    if (value.n)
        memcpy(field, value.p, value.n);
    return 0;
}
