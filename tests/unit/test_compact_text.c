#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/codec/compact_text.h"
#include "tests/support/random.h"

/** A text's compact one comes back, expanded, as the text. */
static size_t
check_round(ark_str text)
{
    uint8_t compact[512];
    uint8_t back[1024];
    size_t len = ark_compact_put(compact, text);
    ck_assert_uint_le(len, 2 * text.len);
    size_t expanded = ark_compact_expand(ark_str_make(compact, len), back);
    ck_assert(ark_str_equal(ark_str_make(back, expanded), text));
    return len;
}

START_TEST(a_letter_takes_a_byte)
{
    // kitab
    ck_assert_uint_eq(check_round(ARK_STR("\u0643\u062A\u0627\u0628")), 4);
    ck_assert_uint_eq(check_round(ARK_STR("\u0620\u063F\u0640\u067F")), 4);
    ck_assert_uint_eq(check_round(ARK_STR("abc 123")), 7);
}
END_TEST

START_TEST(other_bytes_take_two)
{
    ck_assert_uint_eq(check_round(ARK_STR("\u00E9")), 4);
    ck_assert_uint_eq(check_round(ARK_STR("\u0686\u20AC")), 10);
    ck_assert_uint_eq(check_round(ARK_STR("\xD8")), 2);
    ck_assert_uint_eq(check_round(ARK_STR("\xD9\xD8\xFF\x80")), 8);
}
END_TEST

/** A text of bytes that lie near the borders of what has units. */
static ark_str
random_text(struct test_random *random, uint8_t *buffer)
{
    static const uint8_t BYTES[] = {0x00, 0x61, 0x7F, 0x80, 0x9F, 0xA0, 0xA7, 0xBF,
                                    0xC0, 0xD7, 0xD8, 0xD8, 0xD9, 0xD9, 0xDA, 0xFF};
    size_t len = test_random_below(random, 9);
    for (size_t i = 0; i < len; i++) {
        buffer[i] = BYTES[test_random_below(random, sizeof BYTES)];
    }
    return ark_str_make(buffer, len);
}

static int
sign(int order)
{
    return (order > 0) - (order < 0);
}

START_TEST(compact_texts_compare_as_their_texts_do)
{
    struct test_random random = test_random_make(test_seed(20261122));
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[2][9];
        uint8_t compact[2][18];
        ark_str a = random_text(&random, bytes[0]);
        ark_str b = random_text(&random, bytes[1]);
        ark_str compact_a = ark_str_make(compact[0], ark_compact_put(compact[0], a));
        ark_str compact_b = ark_str_make(compact[1], ark_compact_put(compact[1], b));
        ck_assert_int_eq(sign(ark_str_compare(a, b)), sign(ark_str_compare(compact_a, compact_b)));
        (void)check_round(a);
    }
}
END_TEST

START_TEST(what_is_no_compact_text_is_refused)
{
    uint8_t out[8];
    ck_assert_uint_eq(ark_compact_expand(ARK_STR("a\x80"), out), ARK_COMPACT_DAMAGED);
    ck_assert_uint_eq(ark_compact_expand(ARK_STR("\xE3"), out), ARK_COMPACT_DAMAGED);
    ck_assert_uint_eq(ark_compact_expand(ARK_STR("\xFF"), out), ARK_COMPACT_DAMAGED);
}
END_TEST

START_TEST(characters_are_found_one_after_another)
{
    static const uint32_t EXPECTED[] = {'a', 0x643, 0xE9, 0x20AC, 0x1F600, 0x686, 0x67F, 0xFFFD};
    uint8_t compact[64];
    ark_str text = ARK_STR("a\u0643\u00E9\u20AC\U0001F600\u0686\u067F\xFF");
    ark_str view = ark_str_make(compact, ark_compact_put(compact, text));
    size_t at = 0;
    for (size_t i = 0; i < ARK_COUNT_OF(EXPECTED); i++) {
        ck_assert_uint_lt(at, view.len);
        ck_assert_uint_eq(ark_compact_character(view, at, &at), EXPECTED[i]);
    }
    ck_assert_uint_eq(at, view.len);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("compact_text");
    TCase *tests = tcase_create("compact_text");
    tcase_add_test(tests, a_letter_takes_a_byte);
    tcase_add_test(tests, other_bytes_take_two);
    tcase_add_test(tests, compact_texts_compare_as_their_texts_do);
    tcase_add_test(tests, what_is_no_compact_text_is_refused);
    tcase_add_test(tests, characters_are_found_one_after_another);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
