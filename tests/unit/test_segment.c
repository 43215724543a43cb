#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/text/charclass.h"
#include "common/text/segment.h"
#include "common/text/utf8.h"
#include "tests/support/mixed_text.h"

/** The tokens of text, each followed by '|'; in a static buffer. */
static const char *
tokens_of(const char *text)
{
    static char result[1024];
    size_t len = 0;
    ark_str view = ark_str_from(text);
    struct ark_segmenter segmenter = ark_segmenter_make(view);
    struct ark_token token;
    while (ark_segmenter_next(&segmenter, &token)) {
        size_t size = token.end - token.start;
        ck_assert_uint_lt(len + size + 2, sizeof result);
        memcpy(result + len, view.bytes + token.start, size);
        len += size;
        result[len++] = '|';
    }
    result[len] = '\0';
    return result;
}

static enum ark_script
script_of(const char *text)
{
    struct ark_segmenter segmenter = ark_segmenter_make(ark_str_from(text));
    struct ark_token token;
    ck_assert(ark_segmenter_next(&segmenter, &token));
    return token.script;
}

START_TEST(blanks_and_punctuation_part_words)
{
    ck_assert_str_eq(tokens_of("قال: «نعم»، ثم ذهب."),
                     // he said / yes / then / went
                     "قال|نعم|ثم|ذهب|");
    ck_assert_str_eq(tokens_of("one, two-three"), "one|two|three|");
}
END_TEST

START_TEST(a_text_without_words_has_no_tokens)
{
    ck_assert_str_eq(tokens_of(""), "");
    ck_assert_str_eq(tokens_of(" \n\t.,!؟،؛ "), "");
}
END_TEST

START_TEST(marks_and_tatweel_belong_to_the_word)
{
    ck_assert_str_eq(tokens_of("\u0645\u064F\u0624\u064E x \u062D\u0640\u0640\u0628\u064B."),
                     "\u0645\u064F\u0624\u064E|x|\u062D\u0640\u0640\u0628\u064B|");
}
END_TEST

START_TEST(tatweel_or_marks_alone_are_no_token)
{
    ck_assert_str_eq(tokens_of("\u0640\u0640\u0640 \u064E\u0651 \u0301"), "");
}
END_TEST

START_TEST(a_heap_of_marks_is_walked_through_once)
{
    enum { MARKS = 1 << 20 };
    char *text = ark_xmalloc(2 * MARKS + 3);
    for (size_t i = 0; i < MARKS; i++) {
        memcpy(text + 2 * i, "\u064E", 2);
    }
    memcpy(text + 2 * MARKS, " x", 3);
    ck_assert_str_eq(tokens_of(text), "x|"); // in no time: from each mark to the end takes minutes
    free(text);
}
END_TEST

START_TEST(quranic_symbols_part_words_and_quranic_marks_do_not)
{
    ck_assert_str_eq(tokens_of("\u0642\u06D6\u0644\u06DE\u0645\u06E9\u0646\u06DD\u0628"),
                     "\u0642\u06D6\u0644|\u0645|\u0646|\u0628|");
}
END_TEST

START_TEST(zero_width_joiners_stay_inside_words_only)
{
    ck_assert_str_eq(tokens_of("\u0645\u200C\u0646\u200C \u200Dx"), "\u0645\u200C\u0646|x|");
}
END_TEST

START_TEST(a_zero_width_space_parts_words)
{
    ck_assert_str_eq(tokens_of("\u0645\u200B\u0646"), "\u0645|\u0646|");
}
END_TEST

START_TEST(arabic_letters_and_digits_part)
{
    ck_assert_str_eq(tokens_of("\u0627\u0644\u064039 2015\u0645 \u06F1\u06F2\u0633"),
                     "\u0627\u0644\u0640|39|2015|\u0645|\u06F1\u06F2|\u0633|");
    ck_assert_str_eq(tokens_of("\u0645\u0662\u0663\u0646"), "\u0645|\u0662\u0663|\u0646|");
}
END_TEST

START_TEST(ascii_digits_among_latin_letters_stay)
{
    ck_assert_str_eq(tokens_of("B52 covid19x H2O"), "B52|covid19x|H2O|");
    ck_assert_str_eq(tokens_of("4G"), "4|G|"); // a digit first: a number
}
END_TEST

START_TEST(arabic_and_latin_letters_part)
{
    ck_assert_str_eq(tokens_of("\u0627\u0644iPhone\u0645"), "\u0627\u0644|iPhone|\u0645|");
}
END_TEST

START_TEST(digits_of_several_scripts_run_together)
{
    ck_assert_str_eq(tokens_of("12\u0663\u06F4"), "12\u0663\u06F4|");
}
END_TEST

START_TEST(the_script_is_that_of_the_first_letter)
{
    ck_assert_int_eq(script_of("\u0645"), ARK_SCRIPT_ARABIC);
    ck_assert_int_eq(script_of("\u0679"), ARK_SCRIPT_ARABIC); // an Urdu letter
    ck_assert_int_eq(script_of("\uFEFB"), ARK_SCRIPT_ARABIC); // a presentation form
    ck_assert_int_eq(script_of("7"), ARK_SCRIPT_DIGITS);
    ck_assert_int_eq(script_of("\u0667"), ARK_SCRIPT_DIGITS);
    ck_assert_int_eq(script_of("x7"), ARK_SCRIPT_LATIN);
    ck_assert_int_eq(script_of("\u00E9"), ARK_SCRIPT_LATIN);
    ck_assert_int_eq(script_of("\u0416"), ARK_SCRIPT_OTHER);
    ck_assert_int_eq(script_of("\u4E2D"), ARK_SCRIPT_OTHER);
}
END_TEST

START_TEST(spans_are_byte_offsets_into_the_text)
{
    struct ark_segmenter segmenter = ark_segmenter_make(ARK_STR("\u060C \u0645\u0646 ab"));
    struct ark_token token;
    ck_assert(ark_segmenter_next(&segmenter, &token));
    ck_assert_uint_eq(token.start, 3);
    ck_assert_uint_eq(token.end, 7);
    ck_assert(ark_segmenter_next(&segmenter, &token));
    ck_assert_uint_eq(token.start, 8);
    ck_assert_uint_eq(token.end, 10);
    ck_assert(!ark_segmenter_next(&segmenter, &token));
    ck_assert(!ark_segmenter_next(&segmenter, &token)); // and stays at the end
}
END_TEST

START_TEST(bad_bytes_part_words)
{
    ck_assert_str_eq(tokens_of("ab\xFF"
                               "cd\xD8"),
                     "ab|cd|");
}
END_TEST

/** Takes all tokens of a text, as many at a time as every says; checks each against those before. */
static void
check_skipping(ark_str text, const struct ark_token *tokens, uint64_t count, uint64_t every)
{
    struct ark_segmenter segmenter = ark_segmenter_make(text);
    struct ark_token token;
    uint64_t taken = 0;
    for (;;) {
        uint64_t passed = ark_segmenter_skip(&segmenter, every);
        ck_assert_uint_le(passed, every);
        taken += passed;
        if (!ark_segmenter_next(&segmenter, &token)) {
            break;
        }
        ck_assert_uint_lt(taken, count);
        ck_assert_uint_eq(token.start, tokens[taken].start);
        ck_assert_uint_eq(token.end, tokens[taken].end);
        taken++;
    }
    ck_assert_uint_eq(taken, count);
}

START_TEST(skipping_passes_over_the_tokens_that_would_have_come)
{
    static const char *const PARTS[TEST_MIXED_PARTS] = {
        " ", "\u0628", "\u064A", "\u0644", "\u064B", " ",    "\u0640", "\u060C",
        "3", "\u0663", "\u200C", "x",      "\n",     "\xD8", "/",      "\xD9"};
    struct test_random random = test_random_make(9);
    for (unsigned round = 0; round < 3000; round++) {
        uint8_t bytes[310];
        struct ark_token tokens[310];
        uint64_t count = 0;
        size_t len = test_mixed_text(&random, PARTS, round % 300, bytes);
        ark_str text = ark_str_make(bytes, len);
        struct ark_segmenter segmenter = ark_segmenter_make(text);
        while (ark_segmenter_next(&segmenter, &tokens[count])) {
            count++;
        }
        for (uint64_t every = 0; every < 12; every++) {
            check_skipping(text, tokens, count, every);
        }
        check_skipping(text, tokens, count, UINT64_MAX);
    }
}
END_TEST

START_TEST(the_class_tables_say_what_utf8proc_says)
{
    for (uint32_t codepoint = 0; codepoint < 0x80; codepoint++) {
        ck_assert_int_eq(ark_charclass_ascii[codepoint], (int)ark_charclass_of(codepoint));
    }
    for (uint32_t codepoint = 0x600; codepoint < 0x700; codepoint++) {
        ck_assert_int_eq(ark_charclass_arabic[codepoint - 0x600], (int)ark_charclass_of(codepoint));
    }
}
END_TEST

START_TEST(the_class_of_bytes_is_the_class_of_their_character)
{
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        if (codepoint >= 0xD800 && codepoint <= 0xDFFF) {
            continue;
        }
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        size_t len = ark_utf8_encode(codepoint, bytes);
        size_t size = 0;
        enum ark_charclass class = ark_charclass_at(bytes, len, &size);
        if (class != ark_charclass_of(codepoint) || size != len) {
            ck_abort_msg("U+%04X has class %c in %zu bytes", codepoint, (char)class, size);
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("segment");
    TCase *tests = tcase_create("segment");
    tcase_add_test(tests, blanks_and_punctuation_part_words);
    tcase_add_test(tests, a_text_without_words_has_no_tokens);
    tcase_add_test(tests, marks_and_tatweel_belong_to_the_word);
    tcase_add_test(tests, tatweel_or_marks_alone_are_no_token);
    tcase_add_test(tests, a_heap_of_marks_is_walked_through_once);
    tcase_add_test(tests, quranic_symbols_part_words_and_quranic_marks_do_not);
    tcase_add_test(tests, zero_width_joiners_stay_inside_words_only);
    tcase_add_test(tests, a_zero_width_space_parts_words);
    tcase_add_test(tests, arabic_letters_and_digits_part);
    tcase_add_test(tests, ascii_digits_among_latin_letters_stay);
    tcase_add_test(tests, arabic_and_latin_letters_part);
    tcase_add_test(tests, digits_of_several_scripts_run_together);
    tcase_add_test(tests, the_script_is_that_of_the_first_letter);
    tcase_add_test(tests, spans_are_byte_offsets_into_the_text);
    tcase_add_test(tests, bad_bytes_part_words);
    tcase_add_test(tests, skipping_passes_over_the_tokens_that_would_have_come);
    tcase_add_test(tests, the_class_tables_say_what_utf8proc_says);
    tcase_add_test(tests, the_class_of_bytes_is_the_class_of_their_character);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
