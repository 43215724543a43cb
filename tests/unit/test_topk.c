#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "searcher/topk.h"
#include "tests/support/random.h"

static struct ark_arena arena;

static void
set_up(void)
{
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
}

static bool
offer(struct ark_topk *topk, float score, uint32_t segment_idx, ark_docid doc)
{
    struct ark_hit hit = {.segment_idx = segment_idx, .doc = doc, .score = score};
    bool taken = ark_topk_offer(topk, &hit);
    // The worst hit is on top, and no hit is before its parent.
    for (uint32_t i = 1; i < topk->count; i++) {
        ck_assert(!ark_hit_before(&topk->hits[(i - 1) / 2], &topk->hits[i]));
    }
    ck_assert_uint_le(topk->count, topk->capacity);
    return taken;
}

START_TEST(the_best_are_kept_best_first)
{
    struct ark_topk topk = ark_topk_make(3, &arena);
    ck_assert(offer(&topk, 1, 0, 1));
    ck_assert(offer(&topk, 5, 0, 2));
    ck_assert(offer(&topk, 3, 0, 3));
    ck_assert(offer(&topk, 4, 0, 4));
    ck_assert(!offer(&topk, 2, 0, 5));
    ark_topk_finish(&topk);
    ck_assert_uint_eq(topk.count, 3);
    ck_assert_uint_eq(topk.hits[0].doc, 2);
    ck_assert_uint_eq(topk.hits[1].doc, 4);
    ck_assert_uint_eq(topk.hits[2].doc, 3);
}
END_TEST

START_TEST(equal_scores_go_by_segment_then_document)
{
    struct ark_topk topk = ark_topk_make(2, &arena);
    ck_assert(offer(&topk, 1, 1, 0));
    ck_assert(offer(&topk, 1, 0, 9));
    ck_assert(offer(&topk, 1, 0, 3));
    ck_assert(!offer(&topk, 1, 2, 0));
    ark_topk_finish(&topk);
    ck_assert_uint_eq(topk.hits[0].doc, 3);
    ck_assert_uint_eq(topk.hits[1].doc, 9);
}
END_TEST

START_TEST(the_threshold_is_the_worst_score_once_full)
{
    struct ark_topk topk = ark_topk_make(2, &arena);
    ck_assert(isinf(ark_topk_threshold(&topk)) && ark_topk_threshold(&topk) < 0);
    (void)offer(&topk, 7, 0, 0);
    ck_assert(ark_topk_threshold(&topk) < 0);
    (void)offer(&topk, 5, 0, 1);
    ck_assert(fabs(ark_topk_threshold(&topk) - 5) < 1e-9);
    (void)offer(&topk, 6, 0, 2);
    ck_assert(fabs(ark_topk_threshold(&topk) - 6) < 1e-9);
}
END_TEST

START_TEST(room_for_none_takes_none)
{
    struct ark_topk topk = ark_topk_make(0, &arena);
    ck_assert(!offer(&topk, 1, 0, 0));
    ck_assert(isinf(ark_topk_threshold(&topk)) && ark_topk_threshold(&topk) > 0);
    ark_topk_finish(&topk);
    ck_assert_uint_eq(topk.count, 0);
}
END_TEST

static int
compare(const void *left, const void *right)
{
    return ark_hit_before(left, right) ? -1 : 1;
}

START_TEST(any_order_of_offers_gives_the_same_hits)
{
    struct test_random random = test_random_make(test_seed(7));
    struct ark_hit all[300];
    for (uint32_t i = 0; i < ARK_COUNT_OF(all); i++) {
        // Few scores, so that many are equal.
        all[i] = (struct ark_hit){
            .segment_idx = i % 3, .doc = i, .score = (float)test_random_below(&random, 20)};
    }
    struct ark_topk topk = ark_topk_make(40, &arena);
    for (uint32_t i = 0; i < ARK_COUNT_OF(all); i++) {
        (void)offer(&topk, all[i].score, all[i].segment_idx, all[i].doc);
    }
    ark_topk_finish(&topk);
    qsort(all, ARK_COUNT_OF(all), sizeof *all, compare);
    for (uint32_t i = 0; i < 40; i++) {
        ck_assert_uint_eq(topk.hits[i].doc, all[i].doc);
    }
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("topk");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, the_best_are_kept_best_first);
    tcase_add_test(cases, equal_scores_go_by_segment_then_document);
    tcase_add_test(cases, the_threshold_is_the_worst_score_once_full);
    tcase_add_test(cases, room_for_none_takes_none);
    tcase_add_test(cases, any_order_of_offers_gives_the_same_hits);
    Suite *suite = suite_create("topk");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
