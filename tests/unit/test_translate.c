#include <check.h>
#include <stdlib.h>

#include "common/base/error.h"
#include "common/base/translate.h"

static struct ark_buf out;

static void
setup(void)
{
    out = ark_buf_make(4096);
    ck_assert_int_eq(setenv("ARK_LOCALE_DIR", ARK_TEST_LOCALE_DIR, 1), 0);
    (void)unsetenv("LC_ALL");
    (void)unsetenv("LC_MESSAGES");
    (void)unsetenv("LANG");
    (void)unsetenv("LANGUAGE");
}

static void
teardown(void)
{
    ark_buf_dispose(&out);
}

/** The environment of a reader of Arabic; C.UTF-8 is there on every machine. */
static void
ask_for_arabic(void)
{
    ck_assert_int_eq(setenv("LC_ALL", "C.UTF-8", 1), 0);
    ck_assert_int_eq(setenv("LANGUAGE", "ar", 1), 0);
}

static void
assert_added(uint64_t count, const char *expected)
{
    ark_buf_clear(&out);
    ark_translate_count("{} document added", "{} documents added", count, &out);
    ck_assert_str_eq(ark_buf_cstr(&out), expected);
}

START_TEST(without_a_language_messages_are_english)
{
    ck_assert_str_eq(ark_translate("warning:"), "warning:");
    assert_added(0, "0 documents added");
    assert_added(1, "1 document added");
    assert_added(2, "2 documents added");
}
END_TEST

START_TEST(english_needs_no_catalogue)
{
    ck_assert_int_eq(setenv("LANG", "en_GB.UTF-8", 1), 0);
    ck_assert_str_eq(ark_translate("warning:"), "warning:");
}
END_TEST

START_TEST(a_language_without_a_catalogue_is_english)
{
    ask_for_arabic();
    ck_assert_int_eq(setenv("LANGUAGE", "sw", 1), 0);
    ck_assert_str_eq(ark_translate("warning:"), "warning:");
    assert_added(3, "3 documents added");
}
END_TEST

START_TEST(the_empty_text_stays_empty)
{
    ask_for_arabic();
    ck_assert_str_eq(ark_translate(""), "");
}
END_TEST

START_TEST(a_reader_of_arabic_is_told_in_arabic)
{
    struct ark_error err;
    ask_for_arabic();
    (void)ark_error_set(&err, ARK_E_NOT_FOUND, "there is no index: %s", "/x");
    ck_assert_str_eq(err.text,
                     // la fihris huna
                     "لا فهرس هنا: /x");
}
END_TEST

START_TEST(arabic_has_six_forms_of_a_number)
{
    ask_for_arabic();
    assert_added(0, "لم تُضف أي وثيقة");
    assert_added(1, "أُضيفت وثيقة واحدة");
    assert_added(2, "أُضيفت وثيقتان");
    assert_added(3, "أُضيفت 3 وثائق");
    assert_added(10, "أُضيفت 10 وثائق");
    assert_added(11, "أُضيفت 11 وثيقة");
    assert_added(100, "أُضيفت 100 وثيقة");
    assert_added(103, "أُضيفت 103 وثائق");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("translate");
    TCase *tcase = tcase_create("translate");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, without_a_language_messages_are_english);
    tcase_add_test(tcase, english_needs_no_catalogue);
    tcase_add_test(tcase, a_language_without_a_catalogue_is_english);
    tcase_add_test(tcase, the_empty_text_stays_empty);
    tcase_add_test(tcase, a_reader_of_arabic_is_told_in_arabic);
    tcase_add_test(tcase, arabic_has_six_forms_of_a_number);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
