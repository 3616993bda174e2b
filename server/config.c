// SPDX-License-Identifier: Apache-2.0
// The door to the settings: the four ways to set one (default, file, environment, flag) and the
// one way to print them, all by the table of config_key.h.
#include "server/config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/must.h"
#include "server/config_key.h"

enum { VARIABLE_LEN = 96 };

void config_defaults(struct config *c)
{
    char why[CONFIG_ERROR_LEN];
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < config_key_count; i++)
        must(config_key_set(c, &config_keys[i], slice_of(config_keys[i].initial), why) == 0);
}

static void name_variable(const struct config_key *key, char ret[VARIABLE_LEN])
{
    snprintf(ret, VARIABLE_LEN, "FANGTAN_%s_%s", key->section, key->name);
    for (char *c = ret; *c; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
}

// A variable with the name of a section but of no key in it is a slip of the pen. Any other that
// begins with FANGTAN_ may belong to somebody else.
static int check_variable(const char *variable, char error[CONFIG_ERROR_LEN])
{
    static const char prefix[] = "FANGTAN_";
    char text[VARIABLE_LEN], why[CONFIG_ERROR_LEN];
    size_t n = strcspn(variable, "="), skip = sizeof prefix - 1;
    if (n >= sizeof text || n < skip || memcmp(variable, prefix, skip) != 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        text[i] = (char)(variable[i] >= 'A' && variable[i] <= 'Z' ? variable[i] - 'A' + 'a'
                                                                  : variable[i]);
    const char *low = memchr(text + skip, '_', n - skip);
    if (!low)
        return 0;
    struct slice section = {text + skip, (size_t)(low - text) - skip};
    struct slice name = {low + 1, n - (size_t)(low + 1 - text)};
    if (!config_section_is(section) || config_key_find(section, name))
        return 0;
    config_explain_key(section, name, why);
    snprintf(error, CONFIG_ERROR_LEN, "%.*s: %.400s", (int)n, variable, why);
    return -EINVAL;
}

static int load_environment(struct config *c, char error[CONFIG_ERROR_LEN])
{
    for (size_t i = 0; i < config_key_count; i++) {
        char variable[VARIABLE_LEN], why[CONFIG_ERROR_LEN];
        name_variable(&config_keys[i], variable);
        const char *value = getenv(variable);
        if (value && config_key_set(c, &config_keys[i], slice_of(value), why) != 0) {
            snprintf(error, CONFIG_ERROR_LEN, "%s: %.400s", variable, why);
            return -EINVAL;
        }
    }
    for (char **variable = environ; *variable; variable++) {
        int failed = check_variable(*variable, error);
        if (failed)
            return failed;
    }
    return 0;
}

int config_load(struct config *c, const char *file, char error[512])
{
    struct config loaded = *c; // all or nothing
    int failed = file ? config_file_load(&loaded, file, error) : 0;
    if (!failed)
        failed = load_environment(&loaded, error);
    if (!failed)
        *c = loaded;
    return failed;
}

int config_set(struct config *c, const char *key, const char *value, char error[512])
{
    const char *dot = strchr(key, '.');
    if (!dot) {
        char text[64];
        snprintf(error, CONFIG_ERROR_LEN, "\"%s\" is not section.key",
                 config_short(slice_of(key), text));
        return -EINVAL;
    }
    struct slice section = {key, (size_t)(dot - key)}, name = slice_of(dot + 1);
    const struct config_key *found = config_key_find(section, name);
    if (found)
        return config_key_set(c, found, slice_of(value), error);
    if (config_section_is(section))
        config_explain_key(section, name, error);
    else
        config_explain_section(section, error);
    return -EINVAL;
}

static void print_setting(const struct config *c, const struct config_key *key, FILE *out)
{
    const char *field = (const char *)c + key->offset;
    if (key->kind == CONFIG_NUMBER) {
        int n;
        memcpy(&n, field, sizeof n);
        fprintf(out, "# %s (%d to %d)\n%s = %d\n", key->help, key->least, key->most, key->name, n);
    } else {
        fprintf(out, "# %s\n%s =%s%s\n", key->help, key->name, *field ? " " : "", field);
    }
}

void config_print(const struct config *c, FILE *out)
{
    const char *section = "";
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (strcmp(section, key->section) != 0)
            fprintf(out, "%s[%s]\n", *section ? "\n" : "", key->section);
        section = key->section;
        print_setting(c, key, out);
    }
}

int config_check(const struct config *c, char error[512])
{
    const char *missing = !c->tls_listen[0]        ? NULL
                          : !c->tls_certificate[0] ? "tls_certificate"
                          : !c->tls_key[0]         ? "tls_key"
                                                   : NULL;
    if (!missing)
        return 0;
    snprintf(error, CONFIG_ERROR_LEN, "tls_listen is set, so %s is needed", missing);
    return -EINVAL;
}

bool config_listen(const char *listen, char ret_address[64], int *ret_port)
{
    struct slice address;
    int port = 0;
    if (!config_split_listen(slice_of(listen), &address, &port))
        return false;
    memcpy(ret_address, address.p, address.n);
    ret_address[address.n] = '\0';
    *ret_port = port;
    return true;
}
