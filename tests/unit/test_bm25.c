#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "searcher/bm25.h"
#include "tests/support/random.h"

static void
check_near(double got, double expected)
{
    ck_assert_msg(fabs(got - expected) < 1e-6, "%.9f, not %.9f", got, expected);
}

START_TEST(a_rarer_term_weighs_more)
{
    // By hand: ln(1 + 4.5 / 1.5), ln(1 + 0.5 / 5.5).
    check_near(ark_bm25_idf(5, 1), 1.386294361);
    check_near(ark_bm25_idf(5, 5), 0.087011377);
    for (uint64_t df = 1; df <= 1000; df++) {
        ck_assert(ark_bm25_idf(1000, df) < ark_bm25_idf(1000, df - 1));
        ck_assert(ark_bm25_idf(1000, df) > 0);
    }
}
END_TEST

START_TEST(the_score_is_that_of_the_formula)
{
    struct ark_bm25 bm25 = ark_bm25_make(437.8);
    float k = ark_bm25_k(&bm25, 403);
    // k1 (1 - b + b len / mean), by hand.
    check_near((double)k, 1.0 * (0.5 + 0.5 * 403 / 437.8));
    // The documented example: tf 3, df 1 of 5, length 403, mean 437.8.
    double weight = ark_bm25_idf(5, 1) * (ARK_BM25_K1 + 1);
    check_near(weight * (double)ark_bm25_saturation(3, k), 2.100310317);
}
END_TEST

START_TEST(more_occurrences_and_shorter_documents_score_higher)
{
    struct ark_bm25 bm25 = ark_bm25_make(100);
    for (uint32_t length = 1; length < 2000; length += 7) {
        float k = ark_bm25_k(&bm25, length);
        ck_assert(ark_bm25_k(&bm25, length + 1) > k);
        for (float tf = 1; tf < 30; tf++) {
            ck_assert(ark_bm25_saturation(tf + 1, k) > ark_bm25_saturation(tf, k));
            ck_assert(ark_bm25_saturation(tf, k) < 1);
        }
    }
}
END_TEST

START_TEST(sums_of_rounded_scores_do_not_depend_on_their_order)
{
    struct test_random random = test_random_make(test_seed(3));
    for (uint32_t round = 0; round < 1000; round++) {
        double forward = 0;
        double backward = 0;
        double scores[20];
        for (size_t i = 0; i < ARK_COUNT_OF(scores); i++) {
            double exact =
                (double)test_random_below(&random, 1u << 30) / 3e7 + 1e-6 / (double)(i + 1);
            scores[i] = ark_bm25_round(exact);
            ck_assert(scores[i] <= exact && exact - scores[i] <= ARK_SCORE_STEP);
            forward += scores[i];
        }
        for (size_t i = ARK_COUNT_OF(scores); i-- > 0;) {
            backward += scores[i];
        }
        ck_assert(!(forward < backward) && !(forward > backward));
    }
    ck_assert(!(ark_bm25_round(0) < 0) && !(ark_bm25_round(0) > 0));
}
END_TEST

START_TEST(closer_levels_weigh_more)
{
    for (unsigned level = 1; level < ARK_LEVEL_COUNT; level++) {
        ck_assert(ark_level_weight[level] < ark_level_weight[level - 1]);
    }
    ck_assert_str_eq(ark_level_name(ARK_LEVEL_FORM), "form");
    ck_assert_str_eq(ark_level_name(ARK_LEVEL_SKELETON), "skeleton");
}
END_TEST

/** Every document that a stored bound holds for stays below the bound for another mean. */
static void
check_bounds(double segment_mean, double mean)
{
    struct ark_bm25_bounds bounds;
    struct ark_bm25 own = ark_bm25_make(segment_mean);
    struct ark_bm25 whole = ark_bm25_make(mean);
    ark_bm25_bounds_make(&bounds, segment_mean, mean);
    for (uint32_t length = 0; length < 5000; length = length * 3 / 2 + 1) {
        for (float tf = 1; tf < 200; tf = tf * 2 + 1) {
            double stored = (double)ark_bm25_saturation(tf, ark_bm25_k(&own, length)) * 255;
            uint32_t bound = (uint32_t)ceil(stored);
            float score = ark_bm25_saturation(tf, ark_bm25_k(&whole, length));
            ck_assert_msg(score <= bounds.saturation[bound], "tf %g, length %u", (double)tf,
                          length);
        }
    }
}

START_TEST(stored_bounds_hold_for_any_mean_length)
{
    check_bounds(100, 100);
    check_bounds(100, 101);
    check_bounds(100, 1000);
    check_bounds(100, 10);
    check_bounds(1, 3000);
}
END_TEST

START_TEST(bounds_are_no_wider_than_the_mean_asks_for)
{
    struct ark_bm25_bounds bounds;
    ark_bm25_bounds_make(&bounds, 100, 50);
    ck_assert(fabs((double)bounds.saturation[128] - 128 / 255.0) < 1e-5);
    ck_assert(bounds.saturation[0] <= 0);
    ark_bm25_bounds_make(&bounds, 100, 200);
    // s / (s + (1 - s) / 2) at 128 of 255.
    ck_assert(fabs((double)bounds.saturation[128] - 0.668407) < 1e-5);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("bm25");
    tcase_add_test(cases, a_rarer_term_weighs_more);
    tcase_add_test(cases, the_score_is_that_of_the_formula);
    tcase_add_test(cases, more_occurrences_and_shorter_documents_score_higher);
    tcase_add_test(cases, sums_of_rounded_scores_do_not_depend_on_their_order);
    tcase_add_test(cases, closer_levels_weigh_more);
    tcase_add_test(cases, stored_bounds_hold_for_any_mean_length);
    tcase_add_test(cases, bounds_are_no_wider_than_the_mean_asks_for);
    Suite *suite = suite_create("bm25");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
