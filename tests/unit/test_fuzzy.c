#include <check.h>

#include "searcher/fuzzy.h"

static uint32_t
cost(const char *word, const char *form)
{
    return ark_fuzzy_cost(ark_str_from(word), ark_str_from(form));
}

START_TEST(slips_of_arabic_cost_less_than_other_edits)
{
    // beh, dad, beh; with zah; with meem
    ck_assert_uint_eq(cost("\u0628\u0636\u0628", "\u0628\u0636\u0628"), 0);
    ck_assert_uint_lt(cost("\u0628\u0636\u0628", "\u0628\u0638\u0628"), 50);
    ck_assert_uint_eq(cost("\u0628\u0636\u0628", "\u0628\u0645\u0628"), 100);
    // the seat of a hamza: waw with hamza, yeh with hamza
    ck_assert_uint_lt(cost("\u0645\u0633\u0624", "\u0645\u0633\u0626"), 50);
    // neighbours on the keyboard: noon and meem
    ck_assert_uint_lt(cost("\u0628\u0646\u0628", "\u0628\u0645\u0628"), 100);
    // a long vowel left out; two letters changed about
    ck_assert_uint_lt(cost("\u0643\u062A\u0628", "\u0643\u062A\u0627\u0628"), 100);
    ck_assert_uint_lt(cost("abcd", "abdc"), 100);
    ck_assert_uint_eq(cost("abcd", "abxcd"), 100);
    ck_assert_uint_eq(cost("", "ab"), 200);
}
END_TEST

START_TEST(a_word_that_is_too_long_has_no_automaton)
{
    struct ark_arena arena = ark_arena_make();
    char word[ARK_FUZZY_CHARACTERS_MAX + 2];
    memset(word, 'a', sizeof word);
    struct ark_fuzzy *longest =
        ark_fuzzy_new(ark_str_make(word, ARK_FUZZY_CHARACTERS_MAX), 2, &arena);
    ck_assert_ptr_nonnull(longest);
    ck_assert_int_eq(ark_fuzzy_distance(longest, ark_str_make(word, ARK_FUZZY_CHARACTERS_MAX)), 0);
    ck_assert_int_eq(ark_fuzzy_distance(longest, ark_str_make(word, ARK_FUZZY_CHARACTERS_MAX - 2)),
                     2);
    ck_assert_int_eq(ark_fuzzy_distance(longest, ark_str_make(word, ARK_FUZZY_CHARACTERS_MAX - 3)),
                     -1);
    ark_str longer = ark_str_make(word, ARK_FUZZY_CHARACTERS_MAX + 1);
    ck_assert_ptr_null(ark_fuzzy_new(longer, 2, &arena));
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(forms_of_255_bytes_and_of_none_are_read)
{
    struct ark_arena arena = ark_arena_make();
    uint8_t form[255];
    memset(form, 'a', sizeof form);
    struct ark_fuzzy *fuzzy = ark_fuzzy_new(ARK_STR("a"), 1, &arena);
    ck_assert_int_eq(ark_fuzzy_distance(fuzzy, ark_str_make(form, sizeof form)), -1);
    ck_assert_int_eq(ark_fuzzy_distance(fuzzy, ARK_STR("")), 1);
    ck_assert_int_eq(ark_fuzzy_distance(fuzzy, ARK_STR("a")), 0);
    ck_assert_int_eq(ark_fuzzy_distance(fuzzy, ARK_STR("\xFF")), 1);
    ark_arena_dispose(&arena);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("fuzzy");
    tcase_add_test(cases, slips_of_arabic_cost_less_than_other_edits);
    tcase_add_test(cases, a_word_that_is_too_long_has_no_automaton);
    tcase_add_test(cases, forms_of_255_bytes_and_of_none_are_read);
    Suite *suite = suite_create("fuzzy");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
