#include <check.h>
#include <stdlib.h>

#include "common/terminal/screen.h"

static struct ark_buf out;

static void
setup(void)
{
    out = ark_buf_make(4096);
}

static void
teardown(void)
{
    ark_buf_dispose(&out);
}

static const struct ark_terminal visual = {
    .is_terminal = true, .columns = 30, .width = 30, .bidi = ARK_BIDI_VISUAL};

START_TEST(what_is_no_terminal_gets_each_byte_as_it_is)
{
    const struct ark_terminal file = {.bidi = ARK_BIDI_VISUAL};
    ark_screen_write(&file, ARK_STR("added: \u0627\u202E\033"), 7, &out);
    ark_screen_write_help(&file, ARK_STR("  -a  \u0627\n"), &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "added: \u0627\u202E\033\n  -a  \u0627\n");
}
END_TEST

START_TEST(a_path_goes_by_its_own_first_letter)
{
    ark_screen_write(&visual, ARK_STR("added: \u0627 (\u0628).md"), 7, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "added: md.(\uFE8F) \uFE8D\n");
}
END_TEST

START_TEST(a_line_that_begins_in_arabic_ends_at_the_right_edge)
{
    ark_screen_write(&visual, ARK_STR("\u0627: /a/b"), 4, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "                       /a/b :\uFE8D\n");
}
END_TEST

START_TEST(the_second_column_of_help_keeps_its_place)
{
    ark_screen_write_help(&visual, ARK_STR("-a B  c\n  -d, --e   \u0627 on \u0628\n  -f\n"), &out);
    ck_assert_str_eq(ark_buf_cstr(&out), "-a B  c\n  -d, --e   \uFE8F on \uFE8D\n  -f\n");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("screen");
    TCase *tests = tcase_create("screen");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_no_terminal_gets_each_byte_as_it_is);
    tcase_add_test(tests, a_path_goes_by_its_own_first_letter);
    tcase_add_test(tests, a_line_that_begins_in_arabic_ends_at_the_right_edge);
    tcase_add_test(tests, the_second_column_of_help_keeps_its_place);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
