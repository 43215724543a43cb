#include <check.h>

#include "common/text/letters.h"

/** Whether two tokens are the same letter for letter. */
static bool
same(const char *left, const char *right, bool marks)
{
    struct ark_buf a = ark_buf_make(1 << 16);
    struct ark_buf b = ark_buf_make(1 << 16);
    ark_letters(ark_str_from(left), marks, &a);
    ark_letters(ark_str_from(right), marks, &b);
    bool equal = ark_str_equal(ark_buf_view(&a), ark_buf_view(&b));
    ark_buf_dispose(&a);
    ark_buf_dispose(&b);
    return equal;
}

START_TEST(letters_are_told_apart_that_folding_joins)
{
    // alef with hamza below and bare alef; teh marbuta and heh; alef maqsura and yeh
    ck_assert(!same("\u0625", "\u0627", false));
    ck_assert(!same("\u0629", "\u0647", false));
    ck_assert(!same("\u0649", "\u064A", false));
    ck_assert(!same("Red", "red", false));
    // an Arabic-Indic digit and ASCII
    ck_assert(!same("\u0662", "2", false));
    ck_assert(same("red", "red", false));
}
END_TEST

START_TEST(tatweel_and_joiners_make_no_difference)
{
    // beh, tatweel, teh; beh, joiner, teh
    ck_assert(same("\u0628\u0640\u062A", "\u0628\u062A", true));
    ck_assert(same("\u0628\u200C\u062A", "\u0628\u062A", true));
}
END_TEST

START_TEST(vowel_marks_count_only_when_asked_for)
{
    // dal with fatha and shadda, in either order
    ck_assert(same("\u062F\u064E\u0651", "\u062F\u0651\u064E", true));
    ck_assert(!same("\u062F\u064E", "\u062F", true));
    ck_assert(same("\u062F\u064E", "\u062F", false));
}
END_TEST

START_TEST(a_hamza_is_part_of_its_letter)
{
    // alef and a hamza above, composed; with a fatha between them
    ck_assert(same("\u0627\u0654", "\u0623", false));
    ck_assert(same("\u0627\u064E\u0654", "\u0623", false));
    ck_assert(!same("\u0623", "\u0627", false));
}
END_TEST

START_TEST(hostile_tokens_are_no_attack)
{
    struct ark_buf marks = ark_buf_make(1 << 20);
    struct ark_buf out = ark_buf_make(1 << 20);
    ark_buf_append_str(&marks, ARK_STR("\u062F"));
    for (int i = 0; i < 100000; i++) {
        ark_buf_append_str(&marks, i % 2 == 0 ? ARK_STR("\u064E") : ARK_STR("\u0651"));
    }
    ark_letters(ark_buf_view(&marks), true, &out);
    ck_assert_uint_lt(out.len, 200);
    ark_letters(ARK_STR("\xFFz\xC3"), true, &out);
    ark_letters(ARK_STR(""), true, &out);
    ark_buf_dispose(&marks);
    ark_buf_dispose(&out);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("letters");
    tcase_add_test(cases, letters_are_told_apart_that_folding_joins);
    tcase_add_test(cases, tatweel_and_joiners_make_no_difference);
    tcase_add_test(cases, vowel_marks_count_only_when_asked_for);
    tcase_add_test(cases, a_hamza_is_part_of_its_letter);
    tcase_add_test(cases, hostile_tokens_are_no_attack);
    Suite *suite = suite_create("letters");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
