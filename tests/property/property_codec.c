/**
 * @file property_codec.c
 * decode(encode(x)) == x for varints of any length, alone and cut.
 */
#include <stdlib.h>

#include "common/codec/varint.h"
#include "tests/support/random.h"

enum { CASES = 200000 };

/** A varint of any length comes back, alone and cut. */
static const char *
check_varint(struct test_random *random)
{
    uint64_t value = test_random_u64(random) >> test_random_below(random, 64);
    uint8_t bytes[ARK_VARINT64_BYTES_MAX];
    const uint8_t *end = ark_varint_put(bytes, value);
    uint64_t back64 = 0;
    uint32_t back32 = 0;
    if (ark_varint_get64(bytes, end, &back64) != end || back64 != value) {
        return "a varint differs";
    }
    const uint8_t *after = ark_varint_get32(bytes, end, &back32);
    if (value <= UINT32_MAX ? after != end || back32 != value : after != NULL) {
        return "a short varint differs";
    }
    return ark_varint_get64(bytes, end - 1, &back64) == NULL ? NULL : "a cut varint is read";
}

int
main(void)
{
    uint64_t first = test_seed(1);
    bool replay = getenv("ARK_SEED") != NULL;
    const char *wrong = NULL;
    for (uint64_t seed = first; wrong == NULL && seed < first + (replay ? 1 : CASES); seed++) {
        struct test_random random = test_random_make(seed);
        wrong = check_varint(&random);
        if (wrong != NULL) {
            (void)fprintf(stderr, "%s (repeat with ARK_SEED=%" PRIu64 ")\n", wrong, seed);
        }
    }
    return wrong == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
