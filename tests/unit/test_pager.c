#include <check.h>
#include <stdlib.h>

#include "searcher/pager.h"

static struct ark_arena arena;
static struct ark_buf out;

static void
setup(void)
{
    arena = ark_arena_make();
    out = ark_buf_make(1 << 16);
    ck_assert_int_eq(unsetenv("ARK_PAGER"), 0);
    ck_assert_int_eq(unsetenv("PAGER"), 0);
}

static void
teardown(void)
{
    ark_arena_dispose(&arena);
    ark_buf_dispose(&out);
}

/** The words of a command between bars; NULL when there are none. */
static const char *
words(const char *command)
{
    char **split = ark_pager_split(command, &arena);
    ark_buf_clear(&out);
    for (size_t i = 0; split != NULL && split[i] != NULL; i++) {
        ark_buf_append_str(&out, ark_str_from(split[i]));
        ark_buf_push(&out, '|');
    }
    return split == NULL ? NULL : ark_buf_cstr(&out);
}

START_TEST(rows_are_counted_as_the_terminal_wraps_them)
{
    ck_assert_uint_eq(ark_pager_rows(ARK_STR(""), 80), 0);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("\n"), 80), 1);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("a\n\nb\n"), 80), 3);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("a\nb"), 80), 2);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("abcde\n"), 5), 1);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("abcdef\n"), 5), 2);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("abcdefghijk\n"), 5), 3);
    ck_assert_uint_eq(ark_pager_rows(ARK_STR("\u0628\u064E\u0628\u064E\n"), 2), 1);
}
END_TEST

START_TEST(sequences_take_no_room)
{
    ark_str text = ARK_STR("\033[?2501h\033[1;31mab\033[m\033]8;;file://h/aaaaaaaaa\033\\cd"
                           "\033]8;;\033\\e\n\033[?2501l");
    ck_assert_uint_eq(ark_pager_rows(text, 5), 1);
}
END_TEST

START_TEST(a_sequence_cut_short_ends_with_the_text)
{
    static const char *const cut[] = {"\033", "a\033[", "a\033[1;", "a\033]8;;x", "a\033]8;;x\033"};
    for (size_t i = 0; i < ARK_COUNT_OF(cut); i++) {
        ck_assert_uint_le(ark_pager_rows(ark_str_from(cut[i]), 5), 1);
        ark_pager_filter(ark_str_from(cut[i]), true, true, &out);
    }
}
END_TEST

START_TEST(the_pager_is_the_first_that_is_named)
{
    ck_assert_str_eq(ark_pager_command(), "less");
    ck_assert_int_eq(setenv("PAGER", "most", 1), 0);
    ck_assert_str_eq(ark_pager_command(), "most");
    ck_assert_int_eq(setenv("ARK_PAGER", "less -R", 1), 0);
    ck_assert_str_eq(ark_pager_command(), "less -R");
}
END_TEST

START_TEST(an_empty_name_and_cat_mean_none)
{
    ck_assert_int_eq(setenv("PAGER", "cat", 1), 0);
    ck_assert_ptr_null(ark_pager_command());
    ck_assert_int_eq(setenv("PAGER", "less", 1), 0);
    ck_assert_int_eq(setenv("ARK_PAGER", "", 1), 0);
    ck_assert_ptr_null(ark_pager_command());
}
END_TEST

START_TEST(a_command_is_cut_at_blanks)
{
    ck_assert_str_eq(words("less"), "less|");
    ck_assert_str_eq(words("  less  -F\t-R "), "less|-F|-R|");
    ck_assert_ptr_null(words(""));
    ck_assert_ptr_null(words("  "));
}
END_TEST

START_TEST(quotes_keep_blanks)
{
    ck_assert_str_eq(words("'my pager' \"a b\" c\\ d \"\" x'y'z"), "my pager|a b|c d||xyz|");
    ck_assert_str_eq(words("a '\\' \"\\\"\" b\\"), "a|\\|\"|b\\|");
    ck_assert_ptr_null(words("less 'open"));
}
END_TEST

START_TEST(nothing_else_of_a_shell_is_special)
{
    ck_assert_str_eq(words("less;rm $HOME `x` | y"), "less;rm|$HOME|`x`|||y|");
}
END_TEST

START_TEST(a_pager_gets_no_modes_and_only_what_it_takes)
{
    ark_str text = ARK_STR("\033[?2501h\033[1mA\033[m \033]8;;u\033\\p\033]8;;\033\\\n\033[?2501l"
                           "\033[8lB\033[8h");
    ark_pager_filter(text, true, true, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "\033[1mA\033[m \033]8;;u\033\\p\033]8;;\033\\\nB");
    ark_buf_clear(&out);
    ark_pager_filter(text, true, false, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "\033[1mA\033[m p\nB");
    ark_buf_clear(&out);
    ark_pager_filter(text, false, false, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "A p\nB");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pager");
    TCase *tests = tcase_create("pager");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rows_are_counted_as_the_terminal_wraps_them);
    tcase_add_test(tests, sequences_take_no_room);
    tcase_add_test(tests, a_sequence_cut_short_ends_with_the_text);
    tcase_add_test(tests, the_pager_is_the_first_that_is_named);
    tcase_add_test(tests, an_empty_name_and_cat_mean_none);
    tcase_add_test(tests, a_command_is_cut_at_blanks);
    tcase_add_test(tests, quotes_keep_blanks);
    tcase_add_test(tests, nothing_else_of_a_shell_is_special);
    tcase_add_test(tests, a_pager_gets_no_modes_and_only_what_it_takes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
