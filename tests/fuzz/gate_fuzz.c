// SPDX-License-Identifier: Apache-2.0
// What passes the gate must be read by the reader, and the envelope must bear anything.
//
//   clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. tests/fuzz/gate_fuzz.c
//       server/wire/*.c server/base/*.c -lcjson -lm
#include <stddef.h>
#include <stdint.h>

#include "server/base/must.h"
#include "server/wire/gate.h"
#include "server/wire/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct request request;
    const char *why = NULL;
    const char *refused = wire_gate(text);
    int code = request_parse(text, &request, &why);
    must((refused != NULL) == (code == RPC_PARSE_ERROR));
    must(code == 0 || why);
    must(!request.id[0] || !wire_gate(slice_of(request.id)));
    if (code == 0)
        request_finish(&request);
    return 0;
}
