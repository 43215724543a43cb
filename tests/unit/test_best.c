#include <check.h>
#include <stdlib.h>

#include "searcher/best.h"
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

static int
compare_keys(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;
    return (*a < *b) - (*a > *b);
}

enum { KEYS = 3000 };

/** The order in which keys come. */
enum order { ANY_ORDER, RISING, FALLING };

/** Keys of which many share their upper bits. */
static void
make_keys(struct test_random *random, enum order order, uint64_t keys[KEYS], uint64_t sorted[KEYS])
{
    for (uint64_t i = 0; i < KEYS; i++) {
        keys[i] = (uint64_t)test_random_below(random, 40) << 48 | (i + 1);
    }
    memcpy(sorted, keys, KEYS * sizeof *keys);
    qsort(sorted, KEYS, sizeof *sorted, compare_keys);
    for (uint32_t i = 0; i < KEYS && order != ANY_ORDER; i++) {
        keys[i] = sorted[order == FALLING ? i : KEYS - 1 - i];
    }
}

static void
check_offers(uint32_t wanted, uint32_t count, enum order order)
{
    static uint64_t keys[KEYS];
    static uint64_t sorted[KEYS];
    struct test_random random = test_random_make(wanted);
    make_keys(&random, order, keys, sorted);
    qsort(sorted, KEYS, sizeof *sorted, compare_keys);
    memcpy(sorted, keys, count * sizeof *keys);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    struct ark_best best = ark_best_make(wanted, &arena);
    uint64_t floor = 0;
    for (uint32_t i = 0; i < count; i++) {
        ark_best_offer(&best, keys[i]);
        ck_assert(best.floor >= floor);
        ck_assert(best.count <= best.room);
        ck_assert(best.floor == 0 || i + 1 >= wanted);
        floor = best.floor;
    }
    ck_assert(floor <= sorted[wanted <= count ? wanted - 1 : 0]);
    ark_best_sort(&best);
    ck_assert_uint_eq(best.count, wanted < count ? wanted : count);
    for (uint32_t i = 0; i < best.count; i++) {
        ck_assert_uint_eq(best.keys[i], sorted[i]);
    }
}

START_TEST(the_greatest_are_kept_greatest_first)
{
    static const uint32_t wanted[] = {1, 2, 3, 10, 24, 25, 26, 100, 500, 2999, 3000};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        check_offers(wanted[i], KEYS, ANY_ORDER);
        check_offers(wanted[i], KEYS, RISING);
        check_offers(wanted[i], KEYS, FALLING);
    }
}
END_TEST

START_TEST(fewer_than_wanted_are_all_kept)
{
    check_offers(24, 5, ANY_ORDER);
    check_offers(1000, 1, ANY_ORDER);
    check_offers(1000, 999, FALLING);
    check_offers(10000, KEYS, ANY_ORDER);
}
END_TEST

START_TEST(the_floor_is_the_least_of_the_wanted_once_they_are_there)
{
    struct ark_best few = ark_best_make(2, &arena);
    ark_best_offer(&few, 5);
    ck_assert_uint_eq(few.floor, 0);
    ark_best_offer(&few, 9);
    ck_assert_uint_eq(few.floor, 5);
    ark_best_offer(&few, 7);
    ck_assert_uint_eq(few.floor, 7);
    struct ark_best many = ark_best_make(100, &arena);
    for (uint64_t key = 200; key > 100; key--) {
        ck_assert_uint_eq(many.floor, 0);
        ark_best_offer(&many, key);
    }
    ck_assert_uint_eq(many.floor, 101);
    ark_best_offer(&many, 300);
    ark_best_choose(&many);
    ck_assert_uint_eq(many.floor, 102);
    ck_assert_uint_eq(many.count, 100);
}
END_TEST

static Suite *
best_suite(void)
{
    Suite *suite = suite_create("best");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, the_greatest_are_kept_greatest_first);
    tcase_add_test(all, fewer_than_wanted_are_all_kept);
    tcase_add_test(all, the_floor_is_the_least_of_the_wanted_once_they_are_there);
    suite_add_tcase(suite, all);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(best_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
