#include "common/base/radix.h"

#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"

static uint64_t state;

static uint64_t
random_word(void)
{
    state = state * 6364136223846793005U + 1442695040888963407U;
    return state ^ state >> 29;
}

/** Sorts items whose keys have only the bits of mask, and checks order and stability. */
static void
check_sort(size_t count, uint64_t mask)
{
    struct ark_keyed *items = ark_xcalloc(count + 1, sizeof *items);
    uint64_t *keys = ark_xcalloc(count + 1, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        keys[i] = random_word() & mask;
        items[i] = (struct ark_keyed){keys[i], (uint32_t)i};
    }
    ark_radix_sort(items, count);
    bool *seen = ark_xcalloc(count + 1, sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(items[i].key, keys[items[i].number]);
        ck_assert(!seen[items[i].number]);
        seen[items[i].number] = true;
        ck_assert(i == 0 || items[i - 1].key < items[i].key ||
                  (items[i - 1].key == items[i].key && items[i - 1].number < items[i].number));
    }
    free(seen);
    free(keys);
    free(items);
}

START_TEST(items_come_by_key_and_equal_ones_in_the_order_they_had)
{
    static const uint64_t MASKS[] = {UINT64_MAX,        0, 0xFF, 0x0303, 0xFF00000000000000,
                                     0x8000000000000001};
    state = 1;
    for (size_t mask = 0; mask < sizeof MASKS / sizeof *MASKS; mask++) {
        for (size_t count = 0; count < 70; count++) {
            check_sort(count, MASKS[mask]);
        }
        check_sort(5000, MASKS[mask]);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("radix");
    TCase *tests = tcase_create("radix");
    tcase_add_test(tests, items_come_by_key_and_equal_ones_in_the_order_they_had);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
