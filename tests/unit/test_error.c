#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "common/base/error.h"
#include "common/base/str.h"
#include "tests/unit/in_child.h"

START_TEST(setting_an_error_returns_its_status_and_keeps_the_words)
{
    struct ark_error err = {0};
    enum ark_status status = ark_error_set(&err, ARK_E_IO, "%s, byte %d: %s", "short", 7, "a.txt");
    ck_assert_int_eq(status, ARK_E_IO);
    ck_assert_int_eq(err.status, ARK_E_IO);
    ck_assert_str_eq(err.text, "short, byte 7: a.txt");
}
END_TEST

START_TEST(an_error_without_a_place_for_its_words_still_has_a_status)
{
    ck_assert_int_eq(ark_error_set(NULL, ARK_E_CORRUPT, "%s", "lost"), ARK_E_CORRUPT);
}
END_TEST

START_TEST(a_second_error_replaces_the_first)
{
    struct ark_error err = {0};
    (void)ark_error_set(&err, ARK_E_IO, "a much longer first text");
    (void)ark_error_set(&err, ARK_E_BUSY, "second");
    ck_assert_int_eq(err.status, ARK_E_BUSY);
    ck_assert_str_eq(err.text, "second");
}
END_TEST

START_TEST(a_text_that_just_fits_is_kept_whole)
{
    char longest[ARK_ERROR_BYTES_MAX];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    struct ark_error err = {0};
    (void)ark_error_set(&err, ARK_E_INPUT, "%s", longest);
    ck_assert_str_eq(err.text, longest);
}
END_TEST

START_TEST(a_text_that_is_too_long_ends_in_three_dots)
{
    char longer[ARK_ERROR_BYTES_MAX + 1];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    struct ark_error err = {0};
    (void)ark_error_set(&err, ARK_E_INPUT, "%s", longer);
    ck_assert_uint_eq(strlen(err.text), ARK_ERROR_BYTES_MAX - 1);
    ck_assert(ark_str_ends_with(ark_str_from(err.text), ARK_STR("x...")));
}
END_TEST

START_TEST(every_status_has_a_name_of_its_own)
{
    for (int a = 0; a < ARK_STATUS_COUNT; a++) {
        const char *name = ark_status_name((enum ark_status)a);
        ck_assert_ptr_nonnull(name);
        ck_assert_str_ne(name, "");
        for (int b = 0; b < a; b++) {
            ck_assert_str_ne(name, ark_status_name((enum ark_status)b));
        }
    }
    ck_assert_str_eq(ark_status_name(ARK_OK), "ok");
    ck_assert_str_eq(ark_status_name(ARK_E_CORRUPT), "corrupt");
}
END_TEST

static void
assert_three_is_four(void *context)
{
    (void)context;
    volatile int three = 3;
    ARK_ASSERT(three == 4);
}

START_TEST(a_failed_assertion_names_its_place_and_aborts)
{
    struct child_end end = run_in_child(assert_three_is_four, NULL);
    ck_assert(WIFSIGNALED(end.status));
    ck_assert_int_eq(WTERMSIG(end.status), SIGABRT);
    ck_assert_ptr_nonnull(strstr(end.text, "test_error.c:"));
    ck_assert_ptr_nonnull(strstr(end.text, "three == 4"));
}
END_TEST

START_TEST(an_assertion_that_holds_has_no_effect)
{
    int evaluated = 0;
    ARK_ASSERT(++evaluated == 1);
    ck_assert_int_eq(evaluated, 1);
}
END_TEST

START_TEST(every_error_number_has_a_reason)
{
    ck_assert_str_eq(ark_error_reason(ENOENT), "No such file or directory");
    ck_assert_str_eq(ark_error_reason(EACCES), "Permission denied");
    ck_assert_str_eq(ark_error_reason(EDOM), strerror(EDOM)); // one that users do not meet
    for (int number = 1; number < 140; number++) {
        ck_assert_str_ne(ark_error_reason(number), "");
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("error");
    TCase *tests = tcase_create("error");
    tcase_add_test(tests, setting_an_error_returns_its_status_and_keeps_the_words);
    tcase_add_test(tests, an_error_without_a_place_for_its_words_still_has_a_status);
    tcase_add_test(tests, a_second_error_replaces_the_first);
    tcase_add_test(tests, a_text_that_just_fits_is_kept_whole);
    tcase_add_test(tests, a_text_that_is_too_long_ends_in_three_dots);
    tcase_add_test(tests, every_status_has_a_name_of_its_own);
    tcase_add_test(tests, a_failed_assertion_names_its_place_and_aborts);
    tcase_add_test(tests, an_assertion_that_holds_has_no_effect);
    tcase_add_test(tests, every_error_number_has_a_reason);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
