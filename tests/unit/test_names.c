#include <check.h>

#include "common/text/levels.h"
#include "common/text/names.h"
#include "common/text/tables.h"

static struct ark_arena arena;

static void
set_up(void)
{
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
}

static ark_str
text_of(uint32_t idx)
{
    return ark_str_make(ark_table_names[idx].text, ark_table_names[idx].text_len);
}

START_TEST(each_name_of_the_table_has_all_others_of_its_line)
{
    struct ark_buf form = ark_buf_make(256);
    for (uint32_t i = 0; i < ark_table_name_count; i++) {
        ark_str others[ARK_NAMES_MAX];
        uint32_t expected = 0;
        for (uint32_t k = 0; k < ark_table_name_count; k++) {
            expected += ark_table_names[k].class_number == ark_table_names[i].class_number ? 1 : 0;
        }
        ark_buf_clear(&form);
        ark_level_form(text_of(i), &form);
        ck_assert_uint_eq(ark_other_names(ark_buf_view(&form), &arena, others), expected - 1);
        for (uint32_t k = 0; k + 1 < expected; k++) {
            ck_assert(!ark_str_equal(others[k], text_of(i)));
        }
    }
    ark_buf_dispose(&form);
}
END_TEST

START_TEST(no_form_stands_in_two_lines)
{
    struct ark_buf a = ark_buf_make(256);
    struct ark_buf b = ark_buf_make(256);
    for (uint32_t i = 0; i < ark_table_name_count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            ark_buf_clear(&a);
            ark_buf_clear(&b);
            ark_level_form(text_of(i), &a);
            ark_level_form(text_of(k), &b);
            ck_assert(!ark_str_equal(ark_buf_view(&a), ark_buf_view(&b)));
        }
    }
    ark_buf_dispose(&a);
    ark_buf_dispose(&b);
}
END_TEST

START_TEST(what_is_no_name_has_no_others)
{
    ark_str others[ARK_NAMES_MAX];
    ck_assert_uint_eq(ark_other_names(ARK_STR(""), &arena, others), 0);
    ck_assert_uint_eq(ark_other_names(ARK_STR("red"), &arena, others), 0);
    // the first word of a name of two
    ck_assert_uint_eq(ark_other_names(ARK_STR("\u0643\u0627\u0646\u0648\u0646"), &arena, others),
                      0);
}
END_TEST

/** The first of the other names of these forms; empty when there is none. */
static ark_str
other(const char *forms)
{
    ark_str others[ARK_NAMES_MAX];
    size_t count = ark_other_names(ark_str_from(forms), &arena, others);
    return count == 0 ? ARK_STR("") : others[0];
}

START_TEST(a_particle_goes_over_to_the_other_names)
{
    // in December
    ck_assert(ark_str_equal(other("بديسمبر"), ark_str_from("بكانون_الأول")));
    ck_assert(ark_str_equal(other("وكانون_الاول"), ark_str_from("وديسمبر")));
}
END_TEST

START_TEST(abd_and_a_name_of_god_are_one_word_or_two)
{
    ck_assert(ark_str_equal(other("عبدالرحمن"), ark_str_from("عبد_الرحمن")));
    ck_assert(ark_str_equal(other("عبد_الرحمن"), ark_str_from("عبدالرحمن")));
    ck_assert(ark_str_equal(other("لعبدالله"), ark_str_from("لعبد_الله")));
}
END_TEST

START_TEST(abd_before_another_word_is_no_name)
{
    static const char *const words[] = {
        // a slave, the slave, a slave of his master, they worshipped God
        "عبد",
        "العبد",
        "عبد_سيده",
        "عبدوا_الله",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ck_assert_uint_eq(other(words[i]).len, 0);
    }
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("names");
    tcase_add_test(cases, each_name_of_the_table_has_all_others_of_its_line);
    tcase_add_test(cases, no_form_stands_in_two_lines);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, what_is_no_name_has_no_others);
    tcase_add_test(cases, a_particle_goes_over_to_the_other_names);
    tcase_add_test(cases, abd_and_a_name_of_god_are_one_word_or_two);
    tcase_add_test(cases, abd_before_another_word_is_no_name);
    Suite *suite = suite_create("names");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
