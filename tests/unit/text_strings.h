/**
 * @file text_strings.h
 * For tests of common/text: NUL-ended results of functions that append to a
 * buffer, so that they can be compared as strings.
 */
#ifndef ARK_TESTS_UNIT_TEXT_STRINGS_H
#define ARK_TESTS_UNIT_TEXT_STRINGS_H

#include "common/base/buf.h"
#include "common/base/compiler.h"

typedef void (*test_appender)(ark_str text, struct ark_buf *out);

/** What append makes of input; in one of four static buffers, used in turn. */
static inline const char *
test_append(test_appender append, const char *input)
{
    enum { BUFFERS = 4, BYTES = 1 << 16 };
    static char results[BUFFERS][BYTES];
    static size_t turn;
    char *result = results[turn++ % BUFFERS];
    struct ark_buf out = ark_buf_make(BYTES - 1);
    append(ark_str_from(input), &out);
    memcpy(result, ark_buf_cstr(&out), out.len + 1);
    ark_buf_dispose(&out);
    return result;
}

#endif
