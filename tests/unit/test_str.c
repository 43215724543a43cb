#include <check.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/str.h"

#define ck_assert_view(text, literal) ck_assert(ark_str_equal((text), ARK_STR(literal)))

static const ark_str NOTHING = {NULL, 0};

START_TEST(a_literal_is_viewed_without_its_end)
{
    ck_assert_uint_eq(ARK_STR("abc").len, 3);
    ck_assert_uint_eq(ARK_STR("").len, 0);
    ck_assert_uint_eq(ARK_STR("a\0b").len, 3);
}
END_TEST

START_TEST(no_string_gives_the_empty_view)
{
    ck_assert_uint_eq(ark_str_from(NULL).len, 0);
    ck_assert(ark_str_equal(ark_str_from(NULL), ARK_STR("")));
    ck_assert_view(ark_str_from("abc"), "abc");
}
END_TEST

START_TEST(equal_means_same_bytes_and_same_length)
{
    ck_assert(ark_str_equal(ARK_STR("ab\0c"), ARK_STR("ab\0c")));
    ck_assert(!ark_str_equal(ARK_STR("ab\0c"), ARK_STR("ab\0d")));
    ck_assert(!ark_str_equal(ARK_STR("ab"), ARK_STR("abc")));
    ck_assert(ark_str_equal(NOTHING, ARK_STR("")));
}
END_TEST

START_TEST(order_is_by_unsigned_bytes_then_length)
{
    // In this order; the last two begin with bytes above 0x7f.
    static const char *const ordered[] = {"", "a", "aa", "ab", "b", "\xd8\xa7", "\xd9\x8a"};
    for (size_t a = 0; a < ARK_COUNT_OF(ordered); a++) {
        for (size_t b = 0; b < ARK_COUNT_OF(ordered); b++) {
            int order = ark_str_compare(ark_str_from(ordered[a]), ark_str_from(ordered[b]));
            ck_assert_int_eq((order > 0) - (order < 0), (a > b) - (a < b));
        }
    }
    ck_assert_int_eq(ark_str_compare(NOTHING, NOTHING), 0);
    ck_assert_int_lt(ark_str_compare(NOTHING, ARK_STR("a")), 0);
}
END_TEST

START_TEST(a_slice_is_the_bytes_from_start_to_end)
{
    ck_assert_view(ark_str_slice(ARK_STR("abcdef"), 2, 4), "cd");
    ck_assert_view(ark_str_slice(ARK_STR("abcdef"), 0, 6), "abcdef");
    ck_assert_view(ark_str_slice(ARK_STR("abcdef"), 6, 6), "");
}
END_TEST

START_TEST(prefixes_and_suffixes)
{
    ck_assert(ark_str_starts_with(ARK_STR("abc"), ARK_STR("ab")));
    ck_assert(ark_str_starts_with(ARK_STR("abc"), ARK_STR("abc")));
    ck_assert(ark_str_starts_with(ARK_STR("abc"), NOTHING));
    ck_assert(ark_str_starts_with(NOTHING, NOTHING));
    ck_assert(!ark_str_starts_with(ARK_STR("abc"), ARK_STR("b")));
    ck_assert(!ark_str_starts_with(ARK_STR("ab"), ARK_STR("abc")));
    ck_assert(ark_str_ends_with(ARK_STR("abc"), ARK_STR("bc")));
    ck_assert(ark_str_ends_with(ARK_STR("abc"), NOTHING));
    ck_assert(!ark_str_ends_with(ARK_STR("abc"), ARK_STR("b")));
    ck_assert(!ark_str_ends_with(ARK_STR("bc"), ARK_STR("abc")));
}
END_TEST

START_TEST(common_prefix_counts_shared_bytes)
{
    ck_assert_uint_eq(ark_str_common_prefix(ARK_STR("abcd"), ARK_STR("abxd")), 2);
    ck_assert_uint_eq(ark_str_common_prefix(ARK_STR("ab"), ARK_STR("abxd")), 2);
    ck_assert_uint_eq(ark_str_common_prefix(ARK_STR("x"), ARK_STR("y")), 0);
    ck_assert_uint_eq(ark_str_common_prefix(NOTHING, ARK_STR("y")), 0);
}
END_TEST

START_TEST(trim_takes_ascii_white_space_from_both_ends_only)
{
    ck_assert_view(ark_str_trim(ARK_STR(" \t\r\n\v\fa b\n ")), "a b");
    ck_assert_view(ark_str_trim(ARK_STR("a")), "a");
    ck_assert_view(ark_str_trim(ARK_STR(" \n ")), "");
    ck_assert_view(ark_str_trim(NOTHING), "");
    // U+00A0, no-break space, is no ASCII.
    ck_assert_view(ark_str_trim(ARK_STR("\xc2\xa0 ")), "\xc2\xa0");
}
END_TEST

START_TEST(equal_nocase_folds_ascii_letters_only)
{
    ck_assert(ark_str_equal_nocase(ARK_STR("UTF-8"), ARK_STR("utf-8")));
    ck_assert(ark_str_equal_nocase(NOTHING, ARK_STR("")));
    ck_assert(!ark_str_equal_nocase(ARK_STR("utf-8"), ARK_STR("utf8")));
    ck_assert(!ark_str_equal_nocase(ARK_STR("@["), ARK_STR("`{")));
    // U+00C4 and U+00E4, a with diaeresis.
    ck_assert(!ark_str_equal_nocase(ARK_STR("\xc3\x84"), ARK_STR("\xc3\xa4")));
}
END_TEST

START_TEST(lines_end_in_lf_or_crlf_and_the_last_may_have_no_end)
{
    ark_str rest = ARK_STR("one\ntwo\r\n\nfour\rfour\nlast");
    static const char *const lines[] = {"one", "two", "", "four\rfour", "last"};
    ark_str line = NOTHING;
    for (size_t i = 0; i < ARK_COUNT_OF(lines); i++) {
        ck_assert(ark_str_next_line(&rest, &line));
        ck_assert(ark_str_equal(line, ark_str_from(lines[i])));
    }
    ck_assert(!ark_str_next_line(&rest, &line));
}
END_TEST

START_TEST(a_line_end_at_the_end_makes_no_empty_line)
{
    ark_str rest = ARK_STR("one\n");
    ark_str line = NOTHING;
    ck_assert(ark_str_next_line(&rest, &line));
    ck_assert(!ark_str_next_line(&rest, &line));
    rest = NOTHING;
    ck_assert(!ark_str_next_line(&rest, &line));
}
END_TEST

START_TEST(printf_arguments_print_exactly_the_view)
{
    char out[16];
    ark_str part = ark_str_slice(ARK_STR("abcdef"), 1, 3);
    ck_assert_int_eq(snprintf(out, sizeof out, "<%.*s>", ARK_STR_ARG(part)), 4);
    ck_assert_str_eq(out, "<bc>");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("str");
    TCase *tests = tcase_create("str");
    tcase_add_test(tests, a_literal_is_viewed_without_its_end);
    tcase_add_test(tests, no_string_gives_the_empty_view);
    tcase_add_test(tests, equal_means_same_bytes_and_same_length);
    tcase_add_test(tests, order_is_by_unsigned_bytes_then_length);
    tcase_add_test(tests, a_slice_is_the_bytes_from_start_to_end);
    tcase_add_test(tests, prefixes_and_suffixes);
    tcase_add_test(tests, common_prefix_counts_shared_bytes);
    tcase_add_test(tests, trim_takes_ascii_white_space_from_both_ends_only);
    tcase_add_test(tests, equal_nocase_folds_ascii_letters_only);
    tcase_add_test(tests, lines_end_in_lf_or_crlf_and_the_last_may_have_no_end);
    tcase_add_test(tests, a_line_end_at_the_end_makes_no_empty_line);
    tcase_add_test(tests, printf_arguments_print_exactly_the_view);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
