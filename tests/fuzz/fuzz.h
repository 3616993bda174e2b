// SPDX-License-Identifier: Apache-2.0
// What a fuzzer defines: it takes any bytes at all, returns 0, and aborts when a promise is broken.
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
