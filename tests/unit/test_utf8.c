#include <check.h>

#include "common/base/compiler.h"
#include "common/text/utf8.h"

static size_t
decode(const char *bytes, size_t left, uint32_t *out)
{
    return ark_utf8_decode((const uint8_t *)bytes, left, out);
}

static void
check_decodes(const char *bytes, size_t left, size_t size, uint32_t expected)
{
    uint32_t codepoint = 0;
    ck_assert_uint_eq(decode(bytes, left, &codepoint), size);
    ck_assert_uint_eq(codepoint, expected);
}

START_TEST(every_scalar_value_survives_encoding_and_decoding)
{
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        if (codepoint >= 0xD800 && codepoint <= 0xDFFF) {
            continue;
        }
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        size_t size = ark_utf8_encode(codepoint, bytes);
        uint32_t back = 0;
        size_t taken = ark_utf8_decode(bytes, size, &back);
        // Not ck_assert: libcheck records each one, a million of them take seconds.
        if (taken != size || back != codepoint ||
            !ark_utf8_valid(ark_str_make(bytes, size), NULL)) {
            ck_abort_msg("U+%04X came back as U+%04X", codepoint, back);
        }
    }
}
END_TEST

START_TEST(the_length_follows_the_value)
{
    uint8_t bytes[ARK_UTF8_BYTES_MAX];
    ck_assert_uint_eq(ark_utf8_encode(0x7F, bytes), 1);
    ck_assert_uint_eq(ark_utf8_encode(0x80, bytes), 2);
    ck_assert_uint_eq(ark_utf8_encode(0x7FF, bytes), 2);
    ck_assert_uint_eq(ark_utf8_encode(0x800, bytes), 3);
    ck_assert_uint_eq(ark_utf8_encode(0xFFFF, bytes), 3);
    ck_assert_uint_eq(ark_utf8_encode(0x10000, bytes), 4);
}
END_TEST

START_TEST(a_byte_that_begins_nothing_is_one_replacement)
{
    check_decodes("\x80", 1, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xBF\x80", 2, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xC0\x80", 2, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xC1\xBF", 2, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xF5\x80\x80\x80", 4, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xFF", 1, 1, ARK_UTF8_REPLACEMENT);
}
END_TEST

START_TEST(overlong_forms_and_surrogates_fail_at_their_first_byte)
{
    check_decodes("\xE0\x80\x80", 3, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xE0\x9F\xBF", 3, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xED\xA0\x80", 3, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xF0\x8F\xBF\xBF", 4, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xF4\x90\x80\x80", 4, 1, ARK_UTF8_REPLACEMENT);
}
END_TEST

START_TEST(a_cut_sequence_is_one_replacement_for_all_its_good_bytes)
{
    check_decodes("\xD8", 1, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xD8x", 2, 1, ARK_UTF8_REPLACEMENT);
    check_decodes("\xE2\x80", 2, 2, ARK_UTF8_REPLACEMENT);
    check_decodes("\xE2\x80x", 3, 2, ARK_UTF8_REPLACEMENT);
    check_decodes("\xF0\x9F\x98", 3, 3, ARK_UTF8_REPLACEMENT);
    check_decodes("\xF0\x9F\x98x", 4, 3, ARK_UTF8_REPLACEMENT);
}
END_TEST

START_TEST(the_example_of_the_unicode_standard_gives_its_replacements)
{
    // Table 3-8: "Use of U+FFFD in UTF-8 Conversion".
    static const char text[] = "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64";
    static const uint32_t expected[] = {0x61,   0xFFFD, 0xFFFD, 0xFFFD, 0x62,
                                        0xFFFD, 0x63,   0xFFFD, 0xFFFD, 0x64};
    size_t at = 0;
    for (size_t i = 0; i < ARK_COUNT_OF(expected); i++) {
        uint32_t codepoint = 0;
        at += decode(text + at, sizeof text - 1 - at, &codepoint);
        ck_assert_uint_eq(codepoint, expected[i]);
    }
    ck_assert_uint_eq(at, sizeof text - 1);
}
END_TEST

START_TEST(validity_names_the_first_bad_byte)
{
    size_t bad = 0;
    ck_assert(ark_utf8_valid(ARK_STR(""), &bad));
    ck_assert(ark_utf8_valid(ARK_STR("plain text of more than eight bytes"), &bad));
    ck_assert(!ark_utf8_valid(ARK_STR("eight ok\xFF"), &bad));
    ck_assert_uint_eq(bad, 8);
    ck_assert(!ark_utf8_valid(ARK_STR("ab\xE2\x80"), &bad));
    ck_assert_uint_eq(bad, 2);
    ck_assert(!ark_utf8_valid(ARK_STR("\xEF\xBF"), NULL));
}
END_TEST

START_TEST(a_written_replacement_character_is_valid)
{
    ck_assert(ark_utf8_valid(ARK_STR("a\xEF\xBF\xBD"), NULL));
}
END_TEST

/** Whether no character of text is decoded as a bad sequence; else where the first is. */
static bool
valid_by_characters(ark_str text, size_t *bad)
{
    for (*bad = 0; *bad < text.len;) {
        uint32_t codepoint = 0;
        size_t size = ark_utf8_decode(text.bytes + *bad, text.len - *bad, &codepoint);
        bool written = size == 3 && memcmp(text.bytes + *bad, "\uFFFD", 3) == 0;
        if (codepoint == ARK_UTF8_REPLACEMENT && !written) {
            return false;
        }
        *bad += size;
    }
    return true;
}

START_TEST(a_long_text_is_as_valid_as_its_characters)
{
    static const char *const PIECES[] = {"\u0628",  "\u0647\u062F\u0646\u0629",
                                         "a ",      "\u20AC",
                                         "\u00E9",  "\U0001F600",
                                         "\uFFFD",  "\n",
                                         "\xC0",    "\x80",
                                         "\xD8",    "\xE2\x80",
                                         "\xC1\x81"};
    uint64_t state = 1;
    size_t valid = 0;
    for (int round = 0; round < 4000; round++) {
        char bytes[128] = "";
        size_t len = 0;
        // Half of the texts have pieces that are whole only.
        uint32_t pieces = (uint32_t)ARK_COUNT_OF(PIECES) - (round % 2 == 0 ? 5 : 0);
        while (len < 100) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            uint32_t which = (uint32_t)(state >> 33) % (pieces * 4);
            const char *piece = PIECES[which < pieces ? which : which % 3];
            memcpy(bytes + len, piece, strlen(piece));
            len += strlen(piece);
        }
        ark_str text = ark_str_make((const uint8_t *)bytes, len);
        size_t bad = len;
        size_t expected = len;
        bool is_valid = valid_by_characters(text, &expected);
        ck_assert_int_eq(ark_utf8_valid(text, &bad), is_valid);
        ck_assert(is_valid || bad == expected);
        valid += is_valid;
    }
    ck_assert_uint_gt(valid, 2000);
    ck_assert_uint_lt(valid, 4000);
}
END_TEST

START_TEST(the_character_before_a_byte_is_found)
{
    const ark_str text = ARK_STR("a\u0628\u20AC");
    ck_assert_uint_eq(ark_utf8_previous(text, text.len), 3);
    ck_assert_uint_eq(ark_utf8_previous(text, 3), 1);
    ck_assert_uint_eq(ark_utf8_previous(text, 1), 0);
}
END_TEST

START_TEST(repair_puts_one_replacement_for_each_bad_sequence)
{
    struct ark_buf out = ark_buf_make(1024);
    ark_buf_append_str(&out, ARK_STR("kept "));
    ck_assert_uint_eq(ark_utf8_repair(ARK_STR("\x85 a\xF0\x9F\x98 \uFFFD b\xFF\xFE\xD8"), &out), 5);
    ck_assert_str_eq(ark_buf_cstr(&out), "kept \uFFFD a\uFFFD \uFFFD b\uFFFD\uFFFD\uFFFD");
    ark_buf_clear(&out);
    ck_assert_uint_eq(ark_utf8_repair(ARK_STR("whole"), &out), 0);
    ck_assert_str_eq(ark_buf_cstr(&out), "whole");
    ark_buf_dispose(&out);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_add_test(tests, every_scalar_value_survives_encoding_and_decoding);
    tcase_add_test(tests, the_length_follows_the_value);
    tcase_add_test(tests, a_byte_that_begins_nothing_is_one_replacement);
    tcase_add_test(tests, overlong_forms_and_surrogates_fail_at_their_first_byte);
    tcase_add_test(tests, a_cut_sequence_is_one_replacement_for_all_its_good_bytes);
    tcase_add_test(tests, the_example_of_the_unicode_standard_gives_its_replacements);
    tcase_add_test(tests, validity_names_the_first_bad_byte);
    tcase_add_test(tests, a_written_replacement_character_is_valid);
    tcase_add_test(tests, a_long_text_is_as_valid_as_its_characters);
    tcase_add_test(tests, the_character_before_a_byte_is_found);
    tcase_add_test(tests, repair_puts_one_replacement_for_each_bad_sequence);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
