#include <check.h>

#include "searcher/pattern.h"

static bool
fits(const char *pattern, const char *text)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_pattern ready = ark_pattern_make(ark_str_from(pattern), &arena);
    bool good = ark_pattern_fits(&ready, ark_str_from(text));
    ark_arena_dispose(&arena);
    return good;
}

START_TEST(a_question_mark_is_one_character_of_any_length)
{
    // seen, reh, yeh; then a character of three bytes, one of four
    ck_assert(fits("\u0633?\u064A", "\u0633\u0631\u064A"));
    ck_assert(fits("a?b", "a\u20ACb"));
    ck_assert(fits("a?b", "a\U0001F600b"));
    ck_assert(!fits("a?b", "ab"));
    ck_assert(!fits("a?b", "axxb"));
}
END_TEST

START_TEST(a_star_is_any_characters_or_none)
{
    ck_assert(fits("*", ""));
    ck_assert(fits("a*", "a"));
    ck_assert(fits("*b", "ab"));
    ck_assert(fits("a*b*c", "aXbYbZc"));
    ck_assert(!fits("a*b*c", "aXcYb"));
    ck_assert(fits("**a", "a"));
    ck_assert(!fits("", "a"));
}
END_TEST

START_TEST(a_backslash_makes_a_wildcard_a_character)
{
    ck_assert(fits("a\\*", "a*"));
    ck_assert(!fits("a\\*", "ab"));
    ck_assert(fits("a\\", "a\\"));
}
END_TEST

START_TEST(the_prefix_is_what_stands_before_the_first_wildcard)
{
    struct ark_arena arena = ark_arena_make();
    struct ark_pattern pattern = ark_pattern_make(ARK_STR("ab\\*c?d*"), &arena);
    ck_assert(ark_str_equal(pattern.prefix, ARK_STR("ab*c")));
    ck_assert_uint_eq(pattern.bytes_min, 6);
    ark_arena_dispose(&arena);
}
END_TEST

START_TEST(many_stars_are_matched_in_bounded_time)
{
    char pattern[401];
    char text[4001];
    for (size_t i = 0; i + 1 < sizeof pattern; i += 2) {
        pattern[i] = '*';
        pattern[i + 1] = 'a';
    }
    pattern[sizeof pattern - 1] = '\0';
    memset(text, 'a', sizeof text);
    text[sizeof text - 2] = 'b';
    text[sizeof text - 1] = '\0';
    ck_assert(!fits(pattern, text));
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("pattern");
    tcase_add_test(cases, a_question_mark_is_one_character_of_any_length);
    tcase_add_test(cases, a_star_is_any_characters_or_none);
    tcase_add_test(cases, a_backslash_makes_a_wildcard_a_character);
    tcase_add_test(cases, the_prefix_is_what_stands_before_the_first_wildcard);
    tcase_add_test(cases, many_stars_are_matched_in_bounded_time);
    Suite *suite = suite_create("pattern");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
