// SPDX-License-Identifier: Apache-2.0
// Self-made certificates.
#ifndef TESTS_KIT_CERTIFICATE_H
#define TESTS_KIT_CERTIFICATE_H

enum { CERTIFICATE_PATH = 256 };

struct certificate {
    char certificate[CERTIFICATE_PATH], key[CERTIFICATE_PATH]; // PEM files
};

// Writes dir/NAME.pem and dir/NAME.key, for the common name NAME, of today.
void certificate_make(const char *dir, const char *name, struct certificate *ret);

#endif
