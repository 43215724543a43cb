#include <check.h>

#include "searcher/date.h"

static void
check_range(const char *text, uint32_t first, uint32_t last)
{
    struct ark_date_range range = {0, 0};
    bool turned = true;
    ck_assert_msg(ark_date_range_parse(ark_str_from(text), &range, &turned), "%s", text);
    ck_assert_uint_eq(range.first, first);
    ck_assert_uint_eq(range.last, last);
    ck_assert(!turned);
}

START_TEST(a_date_stands_for_all_its_days)
{
    check_range("2016-11-02", 20161102, 20161102);
    check_range("2016/11/2", 20161102, 20161102);
    check_range("2016-11", 20161101, 20161131);
    check_range("2016", 20160101, 20161231);
    check_range("999", 9990101, 9991231);
    // Arabic-Indic 2016-11, Persian 2016
    check_range("\u0662\u0660\u0661\u0666-\u0661\u0661", 20161101, 20161131);
    check_range("\u06F2\u06F0\u06F1\u06F6", 20160101, 20161231);
}
END_TEST

START_TEST(a_range_goes_from_the_first_day_to_the_last)
{
    check_range("2016-11..2017", 20161101, 20171231);
    check_range("2016..2016-02-29", 20160101, 20160229);
    check_range("..2016", ARK_DATE_MIN, 20161231);
    check_range("2016-02..", 20160201, ARK_DATE_MAX);
}
END_TEST

START_TEST(a_range_written_backwards_is_turned_round)
{
    struct ark_date_range range = {0, 0};
    bool turned = false;
    ck_assert(ark_date_range_parse(ARK_STR("2017..2016-03"), &range, &turned));
    ck_assert(turned);
    ck_assert_uint_eq(range.first, 20160301);
    ck_assert_uint_eq(range.last, 20171231);
}
END_TEST

START_TEST(what_is_no_date_is_refused_and_nothing_written)
{
    static const char *const TEXTS[] = {
        "",        "..",         "x",          "2016-",      "2016-13",     "2016-00",
        "0",       "2016-1-32",  "2016-02-30", "2015-02-29", "1900-02-29",  "20161",
        "2016--1", "2016-1-1-1", "2016...",    "2016..x",    "2016-1..2..", "2016 "};
    for (size_t i = 0; i < ARK_COUNT_OF(TEXTS); i++) {
        struct ark_date_range range = {7, 7};
        bool turned = false;
        ck_assert_msg(!ark_date_range_parse(ark_str_from(TEXTS[i]), &range, &turned), "%s",
                      TEXTS[i]);
        ck_assert_uint_eq(range.first, 7);
    }
}
END_TEST

START_TEST(ranges_meet_in_the_days_of_both)
{
    struct ark_date_range a = {20160101, 20161231};
    struct ark_date_range b = {20160301, 20170101};
    struct ark_date_range c = {20170101, 20171231};
    struct ark_date_range both = {0, 0};
    ck_assert(ark_date_range_meet(a, b, &both));
    ck_assert_uint_eq(both.first, 20160301);
    ck_assert_uint_eq(both.last, 20161231);
    ck_assert(!ark_date_range_meet(a, c, &both));
}
END_TEST

START_TEST(an_unknown_day_is_in_ranges_that_hold_all_it_can_be)
{
    struct ark_date_range year = {20160101, 20161231};
    struct ark_date_range half = {20160101, 20160630};
    ck_assert(ark_date_in_range(20160000, year));
    ck_assert(!ark_date_in_range(20160000, half));
    ck_assert(ark_date_in_range(20160200, half));
    ck_assert(ark_date_in_range(20160630, half));
    ck_assert(!ark_date_in_range(20160701, half));
    ck_assert(!ark_date_in_range(0, year));
    struct ark_date_range ever = {ARK_DATE_MIN, ARK_DATE_MAX};
    ck_assert(!ark_date_in_range(0, ever));
    ck_assert(ark_date_in_range(10000, ever));
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("date");
    tcase_add_test(cases, a_date_stands_for_all_its_days);
    tcase_add_test(cases, a_range_goes_from_the_first_day_to_the_last);
    tcase_add_test(cases, a_range_written_backwards_is_turned_round);
    tcase_add_test(cases, what_is_no_date_is_refused_and_nothing_written);
    tcase_add_test(cases, ranges_meet_in_the_days_of_both);
    tcase_add_test(cases, an_unknown_day_is_in_ranges_that_hold_all_it_can_be);
    Suite *suite = suite_create("date");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
