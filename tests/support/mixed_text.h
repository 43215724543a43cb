/**
 * @file mixed_text.h
 * Texts that are mostly plain Arabic, so that long plain stretches stand beside whatever else
 * a test names: for code that looks at many bytes at once and must say what one by one says.
 */
#ifndef ARK_TESTS_SUPPORT_MIXED_TEXT_H
#define ARK_TESTS_SUPPORT_MIXED_TEXT_H

#include <string.h>

#include "tests/support/random.h"

enum { TEST_MIXED_PARTS = 16, TEST_MIXED_PLAIN = 6, TEST_MIXED_PART_MAX = 4 };

/**
 * Writes parts, each of at most TEST_MIXED_PART_MAX bytes, until there are least bytes: mostly some of the first
 * TEST_MIXED_PLAIN, one in 32 any. out has room for least + TEST_MIXED_PART_MAX. Returns how many bytes.
 */
static inline size_t
test_mixed_text(struct test_random *random, const char *const parts[TEST_MIXED_PARTS], size_t least,
                uint8_t *out)
{
    size_t len = 0;
    while (len < least) {
        uint32_t kinds = test_random_one_in(random, 32) ? TEST_MIXED_PARTS : TEST_MIXED_PLAIN;
        const char *part = parts[test_random_below(random, kinds)];
        memcpy(out + len, part, strlen(part));
        len += strlen(part);
    }
    return len;
}

#endif
