#include <check.h>

#include "common/base/compiler.h"
#include "indexer/title_date.h"

/** One line and the date it gives. */
struct dated {
    uint32_t date;
    const char *text;
};

static const struct dated LINES[] = {
    {20161102, "2016-11-02"},
    {20161102, "2/11/2016"},
    {20161102, "02.11.2016"},
    {20161102, "2016/11/02"},
    {20161121, "11/21/2016"}, // the month can only come first
    {20161102, "Published: November 2, 2016"},
    {20161102, "Wednesday, 2nd of November 2016"},
    // tishrin thani, a hyphen in front
    {20161102, "- 2 تشرين ثاني 2016"},
    // tishrin al-thani
    {20161102, "2 تشرين الثاني 2016"},
    // both names of the month
    {20161102, "2 تشرين الثاني/نوفمبر 2016"},
    {20161102, "2 نوفمبر/تشرين الثاني 2016"},
    {20161102, "2 نوفمبر (تشرين الثاني) 2016"},
    // Arabic-Indic digits
    {20161102, "٢ نوفمبر ٢٠١٦"},
    {20161102, "٢/١١/٢٠١٦"},
    {20161102, "٢٠١٦-١١-٠٢"},
    // weekday
    {20161102, "الأربعاء 2 نوفمبر 2016"},
    {20161102, "الأربعاء، 2 نوفمبر 2016م"},
    // with "publication date" and a time
    {20161102, "تاريخ النشر: 2 نوفمبر 2016 - 10:30 صباحا"},
    {20161102, "نُشر في 2016/11/02 الساعة 10:30 بتوقيت غرينتش"},
    // a Hijri date beside it
    {20161102, "2 صفر 1438 هـ الموافق 2 نوفمبر 2016 م"},
    // dateline of a town
    {20161102, "دمشق - 2 تشرين الثاني 2016"},
    // month and year
    {20161100, "تشرين الثاني 2016"},
    // Levantine months
    {20170115, "15 كانون الثاني 2017"},
    {20170215, "15 شباط 2017"},
    {20170315, "15 آذار 2017"},
    {20170415, "15 نيسان 2017"},
    {20170515, "15 أيار 2017"},
    {20170615, "15 حزيران 2017"},
    {20170715, "15 تموز 2017"},
    {20170815, "15 آب 2017"},
    {20170915, "15 أيلول 2017"},
    {20171015, "15 تشرين الأول 2017"},
    {20171215, "15 كانون الأول 2017"},
    // Egypt and the Gulf
    {20170115, "15 يناير 2017"},
    {20170215, "15 فبراير 2017"},
    {20170315, "15 مارس 2017"},
    {20170415, "15 أبريل 2017"},
    {20170415, "15 إبريل 2017"},
    {20170515, "15 مايو 2017"},
    {20170615, "15 يونية 2017"},
    {20170715, "15 يوليو 2017"},
    {20170815, "15 أغسطس 2017"},
    {20170915, "15 سبتمبر 2017"},
    {20171015, "15 أكتوبر 2017"},
    {20171215, "15 ديسمبر 2017"},
    // Algeria, Tunisia
    {20170115, "15 جانفي 2017"},
    {20170215, "15 فيفري 2017"},
    {20170415, "15 أفريل 2017"},
    {20170515, "15 ماي 2017"},
    {20170615, "15 جوان 2017"},
    {20170715, "15 جويلية 2017"},
    {20170815, "15 أوت 2017"},
    // Morocco
    {20170715, "15 يوليوز 2017"},
    {20170815, "15 غشت 2017"},
    {20170915, "15 شتنبر 2017"},
    {20171115, "15 نونبر 2017"},
    {20171215, "15 دجنبر 2017"},
};

static const struct dated NO_DATE_LINES[] = {
    {0, ""},
    {0, "2016"},
    {0, "31/2/2016"},
    {0, "29/2/2017"},
    {0, "2/11/1438"}, // a Hijri year
    {0, "10:30"},
    {0, "192.168.1.1"},
    {0, "Version 2.11.2016 was made and sold and forgotten by all."},
    {0, "0 November 2016"},
    // a sentence that mentions a date
    {0, "أعلن الجيش في 2 تشرين الثاني 2016 عن هدنة إنسانية لعشر ساعات"},
    {0, "وقال لافروف في مؤتمر صحافي في 2 نوفمبر 2016 إن الهدنة قائمة."},
    {0, "توفي في دمشق يوم 2 نوفمبر 2016."},
    // two names that are not one month
    {0, "2 تشرين الثاني/ديسمبر 2016"},
    // Hijri alone
    {0, "2 صفر 1438 هـ"},
};

START_TEST(a_line_that_is_a_date_gives_it)
{
    ck_assert_msg(ark_date_line(ark_str_from(LINES[_i].text)) == LINES[_i].date, "%s: %u",
                  LINES[_i].text, ark_date_line(ark_str_from(LINES[_i].text)));
}
END_TEST

START_TEST(a_line_that_is_no_date_gives_none)
{
    ck_assert_msg(ark_date_line(ark_str_from(NO_DATE_LINES[_i].text)) == 0, "%s: %u",
                  NO_DATE_LINES[_i].text, ark_date_line(ark_str_from(NO_DATE_LINES[_i].text)));
}
END_TEST

static const struct dated VALUES[] = {
    {20161102, "2016-11-02"},
    {20161102, "2016-11-02T10:30:00Z"},
    {20161102, "2016-11-02T10:30:00.123+02:00"},
    {20161102, "2016-11-02 10:30"},
    {20161102, "20161102"},
    {20161100, "2016-11"},
    {20160000, "2016"},
    {2750000, "275"},
    {20161102, "Wed, 02 Nov 2016 10:30:00 +0000"},
    {20161102, "November 2, 2016"},
    {0, "2016-13-01"},
    {0, "yesterday"},
    {0, ""},
    {0, "99999999999999999999999999"},
    // Arabic-Indic digits
    {20161102, "٢٠١٦-١١-٠٢"},
    // month name
    {20161102, "2 تشرين الثاني 2016"},
};

START_TEST(a_metadata_value_gives_its_date)
{
    ck_assert_msg(ark_date_value(ark_str_from(VALUES[_i].text)) == VALUES[_i].date, "%s: %u",
                  VALUES[_i].text, ark_date_value(ark_str_from(VALUES[_i].text)));
}
END_TEST

START_TEST(a_number_is_a_date_a_year_or_a_time)
{
    ck_assert_uint_eq(ark_date_number(20161102), 20161102);
    ck_assert_uint_eq(ark_date_number(2016), 20160000);
    ck_assert_uint_eq(ark_date_number(1478082600), 20161102);
    ck_assert_uint_eq(ark_date_number(1478082600000), 20161102);
    ck_assert_uint_eq(ark_date_number(951782400), 20000229);
    ck_assert_uint_eq(ark_date_number(0), 0);
    ck_assert_uint_eq(ark_date_number(-5), 0);
    ck_assert_uint_eq(ark_date_number(INT64_MAX), 0);
    ck_assert_uint_eq(ark_date_number(20161301), 0);
}
END_TEST

START_TEST(every_day_of_four_centuries_is_found_from_its_seconds)
{
    // An oracle that counts days one by one.
    uint32_t year = 1980;
    uint32_t month = 1;
    uint32_t day = 1;
    for (int64_t at = 315532800; year < 2380; at += 86400) {
        ck_assert_uint_eq(ark_date_number(at), year * 10000 + month * 100 + day);
        if (ark_date_make(year, month, ++day) == 0) {
            day = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
    }
}
END_TEST

START_TEST(only_days_of_the_calendar_make_a_date)
{
    ck_assert_uint_eq(ark_date_make(2016, 2, 29), 20160229);
    ck_assert_uint_eq(ark_date_make(2000, 2, 29), 20000229);
    ck_assert_uint_eq(ark_date_make(1900, 2, 29), 0);
    ck_assert_uint_eq(ark_date_make(2016, 4, 31), 0);
    ck_assert_uint_eq(ark_date_make(2016, 0, 0), 20160000);
    ck_assert_uint_eq(ark_date_make(2016, 0, 5), 0);
    ck_assert_uint_eq(ark_date_make(0, 1, 1), 0);
    ck_assert_uint_eq(ark_date_make(10000, 1, 1), 0);
    ck_assert_uint_eq(ark_date_make(2016, 13, 1), 0);
}
END_TEST

static const char *const TITLES[] = {
    "One two",
    "B-52",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 twenty",
    // a headline
    "موسكو تتجاهل مبادرة هدنة في حلب",
    // a headline with a closing quote
    "وزير الخارجية: «الهدنة قائمة»",
};

static const char *const NO_TITLES[] = {
    "",
    "-----",
    "2016",
    "2016-11-02",
    "A sentence.",
    "What?",
    "Stop!",
    "By:",
    "one,",
    "one;",
    "He said \"no.\"",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 twentyone",
    // a byline with a colon
    "متابعة علي قيس:",
    // question mark, comma, semicolon
    "هل تصمد الهدنة؟",
    "في حلب،",
    "في حلب؛",
    // an ellipsis
    "في حلب…",
    // a full stop within closing quotes
    "قال: «لا هدنة.»",
};

START_TEST(a_short_line_without_an_end_reads_as_a_title)
{
    ck_assert_msg(ark_title_line(ark_str_from(TITLES[_i])), "%s", TITLES[_i]);
}
END_TEST

START_TEST(a_sentence_or_a_rule_does_not_read_as_a_title)
{
    ck_assert_msg(!ark_title_line(ark_str_from(NO_TITLES[_i])), "%s", NO_TITLES[_i]);
}
END_TEST

START_TEST(a_line_of_a_million_letters_is_no_title)
{
    static uint8_t letters[1 << 20];
    memset(letters, 'a', sizeof letters);
    ck_assert(!ark_title_line(ark_str_make(letters, sizeof letters)));
    ck_assert_uint_eq(ark_date_line(ark_str_make(letters, sizeof letters)), 0);
}
END_TEST

static void
check_found(const char *text, const char *title, const char *body, uint32_t date)
{
    struct ark_title_date found = ark_title_date_find(ark_str_from(text));
    ck_assert(ark_str_equal(found.title, ark_str_from(title)));
    ck_assert(ark_str_equal(found.body, ark_str_from(body)));
    ck_assert_uint_eq(found.date, date);
}

START_TEST(the_title_line_is_taken_out_of_the_body)
{
    check_found("A truce\nText.\n", "A truce", "Text.\n", 0);
    check_found("  A truce \t\n\nText.", "A truce", "\nText.", 0);
    check_found("A truce", "A truce", "", 0);
}
END_TEST

START_TEST(blank_lines_before_the_title_do_not_count)
{
    check_found("\n\n \n\n\n\n\n\n\n\n\n\nA truce\n2016-11-02\nText.", "A truce",
                "2016-11-02\nText.", 20161102);
}
END_TEST

START_TEST(without_a_title_the_body_is_the_whole_text)
{
    check_found("A sentence.\nText", "", "A sentence.\nText", 0);
    check_found("", "", "", 0);
    check_found("\n \n", "", "\n \n", 0);
}
END_TEST

START_TEST(a_date_is_looked_for_in_ten_lines)
{
    check_found("A\n2.\n3.\n4.\n5.\n6.\n7.\n8.\n9.\n2016-11-02\n", "A",
                "2.\n3.\n4.\n5.\n6.\n7.\n8.\n9.\n2016-11-02\n", 20161102);
    check_found("A\n2.\n3.\n4.\n5.\n6.\n7.\n8.\n9.\n10.\n2016-11-02\n", "A",
                "2.\n3.\n4.\n5.\n6.\n7.\n8.\n9.\n10.\n2016-11-02\n", 0);
}
END_TEST

START_TEST(the_first_date_line_counts)
{
    check_found("A\n2016-11-02\n2017-01-01\n", "A", "2016-11-02\n2017-01-01\n", 20161102);
}
END_TEST

START_TEST(a_date_in_the_first_line_is_a_date_and_no_title)
{
    check_found("2016-11-02\nA truce\n", "", "2016-11-02\nA truce\n", 20161102);
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("title_date");
    tcase_add_loop_test(tests, a_line_that_is_a_date_gives_it, 0, (int)ARK_COUNT_OF(LINES));
    tcase_add_loop_test(tests, a_line_that_is_no_date_gives_none, 0,
                        (int)ARK_COUNT_OF(NO_DATE_LINES));
    tcase_add_loop_test(tests, a_metadata_value_gives_its_date, 0, (int)ARK_COUNT_OF(VALUES));
    tcase_add_test(tests, a_number_is_a_date_a_year_or_a_time);
    tcase_add_test(tests, every_day_of_four_centuries_is_found_from_its_seconds);
    tcase_add_test(tests, only_days_of_the_calendar_make_a_date);
    tcase_add_loop_test(tests, a_short_line_without_an_end_reads_as_a_title, 0,
                        (int)ARK_COUNT_OF(TITLES));
    tcase_add_loop_test(tests, a_sentence_or_a_rule_does_not_read_as_a_title, 0,
                        (int)ARK_COUNT_OF(NO_TITLES));
    tcase_add_test(tests, a_line_of_a_million_letters_is_no_title);
    tcase_add_test(tests, the_title_line_is_taken_out_of_the_body);
    tcase_add_test(tests, blank_lines_before_the_title_do_not_count);
    tcase_add_test(tests, without_a_title_the_body_is_the_whole_text);
    tcase_add_test(tests, a_date_is_looked_for_in_ten_lines);
    tcase_add_test(tests, the_first_date_line_counts);
    tcase_add_test(tests, a_date_in_the_first_line_is_a_date_and_no_title);
    Suite *suite = suite_create("title_date");
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
