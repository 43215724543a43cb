#include <check.h>
#include <stdlib.h>

#include "common/text/utf8.h"
#include "common/text/width.h"
#include "tests/support/mixed_text.h"

START_TEST(letters_take_one_cell_and_wide_ones_two)
{
    ck_assert_uint_eq(ark_text_width('a'), 1);
    ck_assert_uint_eq(ark_text_width(0x0628), 1); // beh
    ck_assert_uint_eq(ark_text_width(0xFEFB), 1); // lam-alef as one character
    ck_assert_uint_eq(ark_text_width(0x0640), 1); // tatweel
    ck_assert_uint_eq(ark_text_width(0x06DD), 1); // end of ayah
    ck_assert_uint_eq(ark_text_width(0x4E00), 2);
    ck_assert_uint_eq(ark_text_width(0x2026), 1); // ellipsis
}
END_TEST

START_TEST(marks_joiners_and_controls_take_none)
{
    static const uint32_t invisible[] = {0x064E, 0x0651, 0x0670, 0x200C, 0x200D, 0x1B, 0x0A, 0x00};
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++) {
        ck_assert_msg(ark_text_width(invisible[i]) == 0, "U+%04X", invisible[i]);
    }
}
END_TEST

START_TEST(every_character_has_a_width_of_at_most_two)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        ck_assert_uint_le(ark_text_width(c), 2);
    }
}
END_TEST

START_TEST(the_cells_of_a_text_are_those_of_its_characters)
{
    ck_assert_uint_eq(ark_text_cells(ARK_STR("")), 0);
    ck_assert_uint_eq(ark_text_cells(ARK_STR("a\u0628\u064E\u4E00")), 4);
}
END_TEST

START_TEST(so_are_those_of_long_texts_of_all_kinds_of_bytes)
{
    // Mostly plain, so that blocks of it stand beside others; halves of characters, too.
    static const char *const PARTS[TEST_MIXED_PARTS] = {
        " ",      "\u0628", "\u064A", "\u0644", "\u064B", "\u065F", "\u0640", "\u060C",
        "\u0660", "\u4E00", "\u0670", "a",      "\n",     "\xD8",   "\x80",   "\xD9"};
    struct test_random random = test_random_make(5);
    for (unsigned round = 0; round < 4000; round++) {
        uint8_t bytes[300];
        size_t len = test_mixed_text(&random, PARTS, round % 290, bytes);
        size_t cells = 0;
        for (size_t at = 0; at < len;) {
            uint32_t codepoint = 0;
            at += ark_utf8_decode(bytes + at, len - at, &codepoint);
            cells += ark_text_width(codepoint);
        }
        ck_assert_uint_eq(ark_text_cells(ark_str_make(bytes, len)), cells);
    }
}
END_TEST

START_TEST(a_text_runs_as_its_first_letter_does)
{
    ck_assert_int_eq(ark_text_base_direction(ARK_STR("12. \u0628 a")), ARK_DIRECTION_RTL);
    ck_assert_int_eq(ark_text_base_direction(ARK_STR("\u00AB a \u0628")), ARK_DIRECTION_LTR);
    ck_assert_int_eq(ark_text_base_direction(ARK_STR("\u05D0")), ARK_DIRECTION_RTL); // Hebrew
    ck_assert_int_eq(ark_text_base_direction(ARK_STR("12. \u0662\u064E")), ARK_DIRECTION_NONE);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("width");
    TCase *tests = tcase_create("width");
    tcase_add_test(tests, letters_take_one_cell_and_wide_ones_two);
    tcase_add_test(tests, marks_joiners_and_controls_take_none);
    tcase_add_test(tests, every_character_has_a_width_of_at_most_two);
    tcase_add_test(tests, the_cells_of_a_text_are_those_of_its_characters);
    tcase_add_test(tests, so_are_those_of_long_texts_of_all_kinds_of_bytes);
    tcase_add_test(tests, a_text_runs_as_its_first_letter_does);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
