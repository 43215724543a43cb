#include <check.h>
#include <stdlib.h>

#include "indexer/tiers.h"
#include "tests/support/random.h"

enum { DAYS = 3000, SEGMENTS_MAX = 64 };

static uint32_t
choose(const struct ark_tier *segments, uint32_t count, uint64_t added)
{
    return ark_tiers_choose(segments, count, added > 0, added);
}

START_TEST(segments_up_to_four_times_as_large_are_merged)
{
    const struct ark_tier segments[] = {{90000, 900, 0}, {2100, 21, 0}, {400, 4, 0}};
    ck_assert_uint_eq(choose(segments, 3, 99), 3);
    ck_assert_uint_eq(choose(segments, 3, 100), 2);
    // What is merged counts with what is added.
    ck_assert_uint_eq(choose(segments, 3, 125), 1);
    ck_assert_uint_eq(choose(segments, 3, 22000), 0);
}
END_TEST

START_TEST(there_are_never_more_than_eight)
{
    struct ark_tier segments[ARK_SEGMENTS_MAX];
    uint64_t tokens = UINT64_C(1) << 60;
    for (uint32_t i = 0; i < ARK_SEGMENTS_MAX; i++, tokens /= 10) {
        segments[i] = (struct ark_tier){tokens, 1000, 0};
    }
    ck_assert_uint_eq(choose(segments, ARK_SEGMENTS_MAX - 1, 1), ARK_SEGMENTS_MAX - 1);
    ck_assert_uint_eq(choose(segments, ARK_SEGMENTS_MAX, 1), ARK_SEGMENTS_MAX - 1);
    // Documents without a word are added too.
    ck_assert_uint_eq(ark_tiers_choose(segments, ARK_SEGMENTS_MAX, true, 0), ARK_SEGMENTS_MAX - 1);
}
END_TEST

START_TEST(a_tenth_of_dead_documents_takes_a_segment_and_the_newer_ones_along)
{
    struct ark_tier segments[] = {{90000, 100, 10}, {9000, 100, 10}, {900, 100, 0}};
    ck_assert_uint_eq(choose(segments, 3, 0), 3);
    segments[1].dead_count = 11;
    ck_assert_uint_eq(choose(segments, 3, 0), 1);
    ck_assert_uint_eq(choose(segments, 3, 1), 1);
    segments[0].dead_count = 11;
    ck_assert_uint_eq(choose(segments, 3, 1), 0);
}
END_TEST

START_TEST(what_is_wholly_dead_is_not_rewritten)
{
    const struct ark_tier segments[] = {{90000, 100, 0}, {0, 100, 100}, {900, 100, 0}};
    ck_assert_uint_eq(choose(segments, 3, 0), 3);
    ck_assert_uint_eq(choose(segments, 3, 1), 3);
}
END_TEST

/** Documents of one word each come and go as the seed says; the index as a policy sees it. */
struct life {
    struct ark_tier segments[SEGMENTS_MAX];
    uint32_t count;
    uint64_t added;
    uint64_t written;
};

static void
kill_one(struct life *life, struct test_random *random)
{
    struct ark_tier *segment = &life->segments[test_random_below(random, life->count)];
    if (segment->live_token_count > 0) {
        segment->live_token_count--;
        segment->dead_count++;
    }
}

static void
publish(struct life *life, uint32_t added)
{
    uint32_t first = choose(life->segments, life->count, added);
    uint64_t tokens = added;
    for (uint32_t i = first; i < life->count; i++) {
        tokens += life->segments[i].live_token_count;
    }
    life->count = first;
    ck_assert_uint_lt(life->count, SEGMENTS_MAX);
    life->segments[life->count++] = (struct ark_tier){tokens, (uint32_t)tokens, 0};
    life->added += added;
    life->written += tokens;
}

START_TEST(over_a_long_life_there_are_few_segments_and_little_is_written_again)
{
    struct test_random random = test_random_make(test_seed((uint64_t)_i + 1));
    struct life life = {.count = 0};
    publish(&life, 10000);
    for (int day = 0; day < DAYS; day++) {
        uint32_t added = 1 + test_random_below(&random, 400);
        for (uint32_t killed = test_random_below(&random, 40); killed > 0; killed--) {
            kill_one(&life, &random);
        }
        publish(&life, added);
        ck_assert_uint_le(life.count, ARK_SEGMENTS_MAX);
        for (uint32_t i = 0; i < life.count; i++) {
            const struct ark_tier *segment = &life.segments[i];
            ck_assert_uint_le(segment->dead_count * 10, segment->document_count);
        }
    }
    // 600,000 documents: each is written about once for each doubling since it came, at most.
    ck_assert_uint_le(life.written, life.added * 14);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("tiers");
    TCase *tests = tcase_create("tiers");
    tcase_add_test(tests, segments_up_to_four_times_as_large_are_merged);
    tcase_add_test(tests, there_are_never_more_than_eight);
    tcase_add_test(tests, a_tenth_of_dead_documents_takes_a_segment_and_the_newer_ones_along);
    tcase_add_test(tests, what_is_wholly_dead_is_not_rewritten);
    tcase_add_loop_test(tests, over_a_long_life_there_are_few_segments_and_little_is_written_again,
                        0, 5);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
