#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/text/gate.h"
#include "common/text/utf8.h"
#include "tests/support/mixed_text.h"

enum { PASSED_BYTES_MAX = 4096 };

static char passed_text[PASSED_BYTES_MAX];

/** What passes of text, NUL-ended, after checking that it passes again unchanged. */
static size_t
pass(const char *text, size_t len, char *out)
{
    struct ark_gate gate = {0};
    size_t written = 0;
    for (size_t at = 0; at < len;) {
        uint32_t codepoint = 0;
        at += ark_utf8_decode((const uint8_t *)text + at, len - at, &codepoint);
        ck_assert_uint_le(written + ARK_GATE_BYTES_MAX, PASSED_BYTES_MAX);
        written += ark_gate_pass(&gate, codepoint, (uint8_t *)out + written);
    }
    written += ark_gate_end(&gate, (uint8_t *)out + written);
    out[written] = '\0';
    return written;
}

static const char *
passed(const char *text)
{
    static char again[PASSED_BYTES_MAX];
    size_t len = pass(text, strlen(text), passed_text);
    ck_assert_uint_eq(pass(passed_text, len, again), len);
    ck_assert_str_eq(again, passed_text);
    return passed_text;
}

START_TEST(controls_are_dropped_and_breaks_become_blanks)
{
    ck_assert_str_eq(passed("a\033[31mb\a\b\x7F"), "a[31mb");
    ck_assert_str_eq(passed("a\tb\nc\rd\ve\ff\u2028g\u2029h\xC2\x85i"), "a b c d e f g h i");
    ck_assert_str_eq(passed("\xC2\x9B"
                            "31m"),
                     "31m");
}
END_TEST

START_TEST(what_is_meant_not_to_be_seen_is_not_there)
{
    ck_assert_str_eq(passed("a\u202Eb\u202Cc\u2066d\u2069e\u200Ff\u200Eg\u061Ch"), "abcdefgh");
    ck_assert_str_eq(passed("a\u200Bb\uFEFFc\u00ADd\u2060e\u034Ff\uFE0Fg\u3164h\u115Fi"),
                     "abcdefghi");
    ck_assert_str_eq(passed("x\U000E0041\U000E0042\U000E0100y"), "xy"); // tags, a selector
    ck_assert_str_eq(passed("x\uFFF9y\uFFFAz\uFFFB"), "xyz");
}
END_TEST

START_TEST(private_use_and_noncharacters_become_the_replacement_character)
{
    ck_assert_str_eq(passed("a\uE000b\U0010FFFDc"), "a\uFFFDb\uFFFDc");
    ck_assert_str_eq(passed("a\xEF\xBF\xBE"
                            "b\xEF\xB7\x90"),
                     "a\uFFFDb\uFFFD");
    ck_assert_str_eq(passed("a\xED\xA0\xBD"
                            "b"),
                     "a\uFFFD\uFFFD\uFFFDb"); // half a pair of surrogates
}
END_TEST

START_TEST(joiners_stay_between_letters)
{
    ck_assert_str_eq(passed("\u0645\u0647\u200C\u064A"), "\u0645\u0647\u200C\u064A");
    ck_assert_str_eq(passed("\u0628\u064E\u200D\u0627"), "\u0628\u064E\u200D\u0627");
    ck_assert_str_eq(passed("\u0628\u200C\u064E\u0627"), "\u0628\u200C\u064E\u0627");
    ck_assert_str_eq(passed("a\u200Cb"), "a\u200Cb");
}
END_TEST

START_TEST(joiners_that_shape_no_letter_are_dropped)
{
    ck_assert_str_eq(passed("\u200Ca\u200C \u200C1\u200C2\u200C"), "a 12");
    ck_assert_str_eq(passed("1\u200D2 \u200D"), "12 ");
    ck_assert_str_eq(passed("\u0647\u200C."), "\u0647.");
}
END_TEST

START_TEST(a_joiner_stays_beside_one_arabic_letter)
{
    // heh in its initial form, as in dates of the Hijra
    ck_assert_str_eq(passed("1435 \u0647\u200D."), "1435 \u0647\u200D.");
    ck_assert_str_eq(passed("\u200D\u0647"), "\u200D\u0647");
    ck_assert_str_eq(passed("\u0647\u200D"), "\u0647\u200D");
}
END_TEST

START_TEST(of_several_joiners_one_stays)
{
    ck_assert_str_eq(passed("\u0645\u200C\u200C\u200D\u200C\u0647"), "\u0645\u200C\u0647");
    ck_assert_str_eq(passed("\u0645\u200C\u202E\u200C\u0647"), "\u0645\u200C\u0647");
}
END_TEST

START_TEST(marks_do_not_pile_up)
{
    char text[2 + 2 * 100 + 3] = "\u0628";
    for (size_t i = 0; i < 100; i++) {
        memcpy(text + 2 + 2 * i, "\u064E", 2);
    }
    memcpy(text + 202, "\u0627", 3);
    ck_assert_uint_eq(strlen(passed(text)), 2 + 2 * ARK_GATE_MARKS_MAX + 2);
    // a letter of the Qur'an with its marks
    const char *verse = "\u0644\u0651\u064E\u0670\u06DF\u06E5\u06E4\u0655";
    ck_assert_str_eq(passed(verse), verse);
}
END_TEST

START_TEST(signs_around_digits_stay)
{
    ck_assert_str_eq(passed("\u06DD\u0661 \u0600\u0662"), "\u06DD\u0661 \u0600\u0662");
}
END_TEST

START_TEST(every_character_passes_without_danger)
{
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        uint8_t bytes[ARK_GATE_BYTES_MAX];
        struct ark_gate gate = {0};
        if (codepoint >= 0xD800 && codepoint < 0xE000) {
            continue;
        }
        size_t len = ark_gate_pass(&gate, codepoint, bytes);
        len += ark_gate_end(&gate, bytes + len);
        for (size_t at = 0; at < len;) {
            uint32_t c = 0;
            at += ark_utf8_decode(bytes + at, len - at, &c);
            bool danger = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
                          (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
                          c == 0x61C || c == 0xFEFF || (c >= 0xE000 && c <= 0xF8FF) ||
                          (c >= 0xE0000 && c <= 0xE0FFF) || c >= 0xF0000;
            if (danger) {
                ck_abort_msg("U+%04X passed as U+%04X", codepoint, c);
            }
        }
    }
}
END_TEST

/** What passes of text where plain stretches pass at once. */
static size_t
pass_in_stretches(ark_str text, uint8_t *out)
{
    struct ark_gate gate = {0};
    size_t written = 0;
    for (size_t at = 0; at < text.len;) {
        size_t plain = ark_gate_pass_plain(&gate, ark_str_slice(text, at, text.len));
        memcpy(out + written, text.bytes + at, plain);
        at += plain;
        written += plain;
        if (at < text.len) {
            uint32_t codepoint = 0;
            at += ark_utf8_decode(text.bytes + at, text.len - at, &codepoint);
            written += ark_gate_pass(&gate, codepoint, out + written);
        }
    }
    return written + ark_gate_end(&gate, out + written);
}

START_TEST(plain_stretches_pass_as_their_characters_do)
{
    static const char *const PARTS[TEST_MIXED_PARTS] = {
        " ",      "\u0628", "\u064A", "\u0644", "a",    "\u0640", "\u064B", "\u060C",
        "\u200D", "\u200C", "\u202E", "\n",     "\x7F", "\xD8",   "\x80",   "\xD9"};
    struct test_random random = test_random_make(3);
    for (unsigned round = 0; round < 4000; round++) {
        uint8_t bytes[300];
        uint8_t out[3 * sizeof bytes + ARK_GATE_BYTES_MAX];
        size_t len = test_mixed_text(&random, PARTS, round % 290, bytes);
        size_t expected = pass((const char *)bytes, len, passed_text);
        ck_assert_uint_eq(pass_in_stretches(ark_str_make(bytes, len), out), expected);
        ck_assert_mem_eq(out, passed_text, expected);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("gate");
    TCase *tests = tcase_create("gate");
    tcase_add_test(tests, controls_are_dropped_and_breaks_become_blanks);
    tcase_add_test(tests, what_is_meant_not_to_be_seen_is_not_there);
    tcase_add_test(tests, private_use_and_noncharacters_become_the_replacement_character);
    tcase_add_test(tests, joiners_stay_between_letters);
    tcase_add_test(tests, joiners_that_shape_no_letter_are_dropped);
    tcase_add_test(tests, a_joiner_stays_beside_one_arabic_letter);
    tcase_add_test(tests, of_several_joiners_one_stays);
    tcase_add_test(tests, marks_do_not_pile_up);
    tcase_add_test(tests, signs_around_digits_stay);
    tcase_add_test(tests, every_character_passes_without_danger);
    tcase_add_test(tests, plain_stretches_pass_as_their_characters_do);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
