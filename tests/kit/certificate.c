// SPDX-License-Identifier: Apache-2.0
#include "tests/kit/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "tests/kit/check.h"

void certificate_make(const char *dir, const char *name, struct certificate *ret)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    CHECK(key && x);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    X509_NAME *who = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, who);
    X509_set_pubkey(x, key);
    CHECK(X509_sign(x, key, EVP_sha256()) > 0);
    snprintf(ret->certificate, sizeof ret->certificate, "%s/%s.pem", dir, name);
    snprintf(ret->key, sizeof ret->key, "%s/%s.key", dir, name);
    FILE *out = fopen(ret->certificate, "w");
    CHECK(out && PEM_write_X509(out, x) == 1 && fclose(out) == 0);
    out = fopen(ret->key, "w");
    CHECK(out && PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1);
    CHECK(fclose(out) == 0);
    X509_free(x);
    EVP_PKEY_free(key);
}
