#include <check.h>
#include <stdlib.h>

#include "searcher/impact.h"

static struct ark_impact_table table;

static void
set_up(void)
{
    struct ark_bm25 bm25 = ark_bm25_make(300);
    ark_impact_table_make(&table, &bm25);
}

START_TEST(a_saturation_grows_with_the_frequency_and_falls_with_the_length)
{
    for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm++) {
        ck_assert_uint_eq(table.saturation[0][norm], 0);
        for (uint32_t tf = 1; tf <= ARK_HOT_TF_TAIL; tf++) {
            ck_assert_uint_gt(table.saturation[tf][norm], 0);
            ck_assert_uint_ge(table.saturation[tf][norm], table.saturation[tf - 1][norm]);
            if (norm > 0) {
                ck_assert_uint_le(table.saturation[tf][norm], table.saturation[tf][norm - 1]);
            }
        }
    }
}
END_TEST

START_TEST(the_table_agrees_with_the_formula)
{
    for (uint32_t norm = 0; norm < ARK_NORM_COUNT; norm += 7) {
        for (uint32_t tf = 1; tf <= ARK_HOT_TF_TAIL; tf++) {
            ck_assert_uint_eq(table.saturation[tf][norm],
                              ark_impact_saturation(tf, table.k_of_norm[norm]));
        }
    }
}
END_TEST

START_TEST(a_bound_holds_for_every_saturation_below_it)
{
    static const uint16_t weights[] = {1, 2, 77, 1000, 12345, 32000};
    static const double ratios[] = {1, 1.01, 1.5, ARK_IMPACT_RATIO_MAX};
    for (size_t w = 0; w < ARK_COUNT_OF(weights); w++) {
        for (size_t r = 0; r < ARK_COUNT_OF(ratios); r++) {
            if (weights[w] * ratios[r] > ARK_IMPACT_MAX) {
                continue; // ark_impact_weights gives none
            }
            struct ark_impact_bound bound = ark_impact_bound_make(weights[w], ratios[r]);
            for (unsigned stored = 1; stored <= UINT8_MAX; stored++) {
                double saturation = stored * ratios[r] / 255;
                uint32_t most = saturation < 1 ? (uint32_t)(saturation * 65535) : 65535;
                ck_assert_uint_ge(ark_impact_of_bound(bound, (uint8_t)stored),
                                  ark_impact(weights[w], most));
            }
        }
    }
}
END_TEST

START_TEST(no_document_has_no_impact)
{
    ck_assert_uint_eq(ark_impact_of_bound(ark_impact_bound_make(20000, 1), 0), 0);
}
END_TEST

START_TEST(bounds_of_all_words_together_fit)
{
    static double real[1024];
    static uint16_t weights[1024];
    for (uint32_t count = 1; count <= 1024; count *= 2) {
        for (uint32_t i = 0; i < count; i++) {
            real[i] = i % 3 == 0 ? 12.5 : 0.001;
        }
        for (double ratio = 1; ratio <= ARK_IMPACT_RATIO_MAX; ratio += 0.5) {
            uint32_t sum = 0;
            ark_impact_weights(real, count, ratio, weights);
            for (uint32_t i = 0; i < count; i++) {
                ck_assert_uint_ge(weights[i], 1);
                sum += ark_impact_of_bound(ark_impact_bound_make(weights[i], ratio), UINT8_MAX);
            }
            ck_assert_uint_le(sum, ARK_IMPACT_MAX);
        }
    }
}
END_TEST

START_TEST(weights_keep_their_proportion)
{
    static const double real[] = {8, 4, 0, 1};
    uint16_t weights[4];
    ark_impact_weights(real, 4, 1, weights);
    ck_assert_uint_eq(weights[2], 0);
    ck_assert(abs(weights[0] - 2 * weights[1]) <= 2);
    ck_assert(abs(weights[1] - 4 * weights[3]) <= 4);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("impact");
    tcase_add_checked_fixture(cases, set_up, NULL);
    tcase_add_test(cases, a_saturation_grows_with_the_frequency_and_falls_with_the_length);
    tcase_add_test(cases, the_table_agrees_with_the_formula);
    tcase_add_test(cases, a_bound_holds_for_every_saturation_below_it);
    tcase_add_test(cases, no_document_has_no_impact);
    tcase_add_test(cases, bounds_of_all_words_together_fit);
    tcase_add_test(cases, weights_keep_their_proportion);
    Suite *suite = suite_create("impact");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
