/**
 * @file random.h
 * The seeded generator of the tests: splitmix64 (Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014). A test that fails
 * prints its seed; ARK_SEED replays it.
 */
#ifndef ARK_TESTS_SUPPORT_RANDOM_H
#define ARK_TESTS_SUPPORT_RANDOM_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct test_random {
    uint64_t state;
};

static inline struct test_random
test_random_make(uint64_t seed)
{
    return (struct test_random){seed};
}

static inline uint64_t
test_random_u64(struct test_random *random)
{
    uint64_t mixed = random->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/** A number below bound >= 1. Its bias does not matter here. */
static inline uint32_t
test_random_below(struct test_random *random, uint32_t bound)
{
    return (uint32_t)(test_random_u64(random) % bound);
}

/** True once in so many times. */
static inline bool
test_random_one_in(struct test_random *random, uint32_t times)
{
    return test_random_below(random, times) == 0;
}

/** The seed to use: ARK_SEED (decimal or 0x...) or the given one; said on stdout, which ctest shows on failure. */
static inline uint64_t
test_seed(uint64_t otherwise)
{
    const char *replay = getenv("ARK_SEED");
    uint64_t seed = replay != NULL && *replay != '\0' ? strtoull(replay, NULL, 0) : otherwise;
    printf("ARK_SEED=%" PRIu64 "\n", seed);
    (void)fflush(stdout);
    return seed;
}

#endif
