#include <check.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "searcher/digits.h"

static enum ark_digits
digits_of(const char *all, const char *lang)
{
    ck_assert_int_eq(unsetenv("LC_NUMERIC"), 0);
    ck_assert_int_eq(setenv("LC_ALL", all, 1), 0);
    ck_assert_int_eq(setenv("LANG", lang, 1), 0);
    return ark_digits_resolve(ARK_DIGITS_LOCALE);
}

START_TEST(digits_follow_the_locale_where_asked)
{
    ck_assert_int_eq(digits_of("", "ar_SY.UTF-8"), ARK_DIGITS_ARAB);
    ck_assert_int_eq(digits_of("", "ar"), ARK_DIGITS_ARAB);
    ck_assert_int_eq(digits_of("", "ar_MA.UTF-8"), ARK_DIGITS_ASCII);
    ck_assert_int_eq(digits_of("", "arn_CL"), ARK_DIGITS_ASCII);
    ck_assert_int_eq(digits_of("C", "ar_EG"), ARK_DIGITS_ASCII);
    ck_assert_int_eq(digits_of("ar_EG", "C"), ARK_DIGITS_ARAB);
    ck_assert_int_eq(digits_of("", ""), ARK_DIGITS_ASCII);
    ck_assert_int_eq(ark_digits_resolve(ARK_DIGITS_ARAB), ARK_DIGITS_ARAB);
    ck_assert_int_eq(ark_digits_resolve(ARK_DIGITS_ASCII), ARK_DIGITS_ASCII);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("digits");
    TCase *tests = tcase_create("digits");
    tcase_add_test(tests, digits_follow_the_locale_where_asked);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
