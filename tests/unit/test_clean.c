#include <check.h>

#include "common/base/compiler.h"
#include "common/text/clean.h"
#include "common/text/utf8.h"
#include "tests/unit/text_strings.h"

static const char *
clean_text(const char *text)
{
    return test_append(ark_clean_text, text);
}

static const char *
clean_token(const char *token)
{
    return test_append(ark_clean_token, token);
}

START_TEST(stored_text_keeps_marks_tatweel_and_hamza_seats)
{
    static const char text[] =
        // mu'akkidatan, fully vowelled; Halab with tatweel
        "مُؤَكِّدَةً حـــلب";
    ck_assert_str_eq(clean_text(text), text);
}
END_TEST

START_TEST(stored_text_keeps_zero_width_joiners)
{
    ck_assert_str_eq(clean_text("a\u200C\u200Db"), "a\u200C\u200Db");
}
END_TEST

START_TEST(stored_text_loses_bidi_controls)
{
    ck_assert_str_eq(clean_text("a\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202Eb"), "ab");
    ck_assert_str_eq(clean_text("\u2066a\u2067\u2068b\u2069\uFEFF"), "ab");
}
END_TEST

START_TEST(stored_text_loses_controls_but_tab_and_newline)
{
    ck_assert_str_eq(clean_text("a\x01\x02\x1B[31mb\tc\nd\x7F\xC2\x80\xC2\x9F"), "a[31mb\tc\nd");
}
END_TEST

START_TEST(line_ends_become_line_feeds)
{
    ck_assert_str_eq(clean_text("a\r\nb\rc\r\r\nd\r"), "a\nb\nc\n\nd\n");
}
END_TEST

START_TEST(a_nul_byte_is_dropped)
{
    struct ark_buf out = ark_buf_make(100);
    ark_clean_text(ark_str_make("a\0b", 3), &out);
    ck_assert(ark_str_equal(ark_buf_view(&out), ARK_STR("ab")));
    ark_buf_dispose(&out);
}
END_TEST

START_TEST(bad_bytes_become_replacement_characters)
{
    ck_assert_str_eq(clean_text("a\xFF\xD8z\xE2\x80"), "a\uFFFD\uFFFDz\uFFFD");
    ck_assert_str_eq(clean_token("a\xFFz"), "a\uFFFDz");
}
END_TEST

START_TEST(presentation_forms_become_letters)
{
    ck_assert_str_eq(clean_text("\uFEDB\uFE98\uFE8E\uFE8F"),
                     // kitab
                     "كتاب");
    ck_assert_str_eq(clean_text("\uFB56\uFBFC"), "\u067E\u06CC"); // peh, Farsi yeh
}
END_TEST

START_TEST(lam_alef_becomes_two_letters_with_its_hamza)
{
    ck_assert_str_eq(clean_text("\uFEFB"), "\u0644\u0627");
    ck_assert_str_eq(clean_text("\uFEF7\uFEF9\uFEF5"),
                     "\u0644\u0623\u0644\u0625\u0644\u0622"); // hamza above, below, madda
}
END_TEST

START_TEST(word_ligatures_become_their_words)
{
    ck_assert_str_eq(clean_text("\uFDF2"),
                     // Allah
                     "الله");
    ck_assert_str_eq(clean_text("\uFDFA"),
                     // salla Allahu alayhi wa-sallam
                     "صلى الله عليه وسلم");
}
END_TEST

START_TEST(isolated_mark_forms_lose_the_blank_that_carries_them)
{
    ck_assert_str_eq(clean_text("\u0645\uFE76\uFC60"), "\u0645\u064E\u064E\u0651");
    ck_assert_str_eq(clean_text("\u0645\uFE77"),
                     "\u0645\u0640\u064E"); // tatweel carries a medial one
}
END_TEST

START_TEST(ornate_parentheses_stay)
{
    ck_assert_str_eq(clean_text("\uFD3F\u0642\uFD3E"), "\uFD3F\u0642\uFD3E");
}
END_TEST

START_TEST(tokens_lose_marks_and_tatweel)
{
    ck_assert_str_eq(clean_token("مُؤَكِّدَةً"),
                     // mu'akkida without vowels
                     "مؤكدة");
    ck_assert_str_eq(clean_token("حـــلب"),
                     // Halab
                     "حلب");
    ck_assert_str_eq(clean_token("\u0627\u0644\u0631\u062D\u0645\u0670\u0646"),
                     // al-rahman
                     "الرحمن");
}
END_TEST

START_TEST(tokens_lose_quranic_marks)
{
    // alif wasla, small high marks, small waw and yeh, rounded zero
    ck_assert_str_eq(clean_token("\u0671\u0644\u06E5\u06E6\u06D6\u06DF\u06ED"), "\u0671\u0644");
}
END_TEST

START_TEST(tokens_lose_joiners_and_direction_controls)
{
    ck_assert_str_eq(clean_token("\u0645\u200C\u0646\u200D\u200F\u00AD\u061C"), "\u0645\u0646");
}
END_TEST

START_TEST(a_token_of_marks_alone_is_nothing)
{
    ck_assert_str_eq(clean_token("\u064E\u0651\u0640\u0640\u064B"), "");
    ck_assert_str_eq(clean_token("\u0301\u0654"), "");
    ck_assert_str_eq(clean_token(""), "");
}
END_TEST

START_TEST(tokens_keep_hamza_seats_and_final_letters)
{
    static const char word[] =
        // alef with hamza above, below, madda; waw and yeh seats; teh marbuta; maqsura
        "أإآؤئةىء";
    ck_assert_str_eq(clean_token(word), word);
}
END_TEST

START_TEST(a_hamza_written_as_a_mark_composes)
{
    ck_assert_str_eq(clean_token("\u0627\u0654"), "\u0623");
    ck_assert_str_eq(clean_token("\u0627\u064E\u0654"), "\u0623"); // over a vowel mark too
    ck_assert_str_eq(clean_token("\u0648\u0654\u064A\u0654\u0627\u0655\u0627\u0653"),
                     "\u0624\u0626\u0625\u0622");
    ck_assert_str_eq(clean_token("\u06CC\u0654"), "\u0626"); // Farsi yeh
}
END_TEST

START_TEST(a_hamza_on_tatweel_goes_with_it)
{
    ck_assert_str_eq(clean_token("\u0634\u064A\u0640\u0654\u0627"), "\u0634\u064A\u0627");
}
END_TEST

START_TEST(arabic_and_persian_digits_become_ascii)
{
    ck_assert_str_eq(clean_token("٠١٢٣٤٥٦٧٨٩"), "0123456789");
    ck_assert_str_eq(clean_token("۰۱۲۳۴۵۶۷۸۹"), "0123456789");
    ck_assert_str_eq(clean_token("\uFF12\uFF10"), "20"); // full width
}
END_TEST

START_TEST(lookalike_letters_become_the_arabic_ones)
{
    ck_assert_str_eq(clean_token("\u06A9\u06CC\u06C1\u06BE\u06D5\u06C3\u06BA"),
                     // kaf, yeh, heh three times, teh marbuta, noon
                     "كيهههةن");
    ck_assert_str_eq(clean_token("\u06A2\u06A7\u06A1\u066F\u066E"),
                     // feh, qaf as dotted in the Maghrib and without dots, beh
                     "فقفقب");
    ck_assert_str_eq(clean_token("\u06C0\u06C2\u06D3"), "\u0647\u0647\u0626"); // with hamza
}
END_TEST

START_TEST(letters_of_foreign_sounds_stay)
{
    static const char letters[] = "\u067E\u0686\u0698\u06AF\u06A4"; // peh tcheh jeh gaf veh
    ck_assert_str_eq(clean_token(letters), letters);
}
END_TEST

START_TEST(latin_letters_lose_case_and_accents)
{
    ck_assert_str_eq(clean_token("ARK"), "ark");
    ck_assert_str_eq(clean_token("Caf\u00E9"), "cafe");
    ck_assert_str_eq(clean_token("Cafe\u0301"), "cafe");
    ck_assert_str_eq(clean_token("Stra\u00DFe"), "strasse");
    ck_assert_str_eq(clean_token("\u0130stanbul"), "istanbul");
    ck_assert_str_eq(clean_token("\uFB01lm"), "film"); // ligature fi
}
END_TEST

START_TEST(other_scripts_keep_their_marks)
{
    ck_assert_str_eq(clean_token("\u0915\u093F"), "\u0915\u093F"); // Devanagari ki
    ck_assert_str_eq(clean_token("\u0391\u0301"), "\u03AC");       // Greek alpha with tonos
    ck_assert_str_eq(clean_token("\u1112\u1161\u11AB"), "\uD55C"); // Hangul han
}
END_TEST

/** Cleaning what is clean changes nothing; bytes are NUL-ended. */
static void
check_idempotent(test_appender append, const uint8_t *bytes, size_t len)
{
    struct ark_buf once = ark_buf_make(1 << 10);
    struct ark_buf twice = ark_buf_make(1 << 12);
    append(ark_str_make(bytes, len), &once);
    append(ark_buf_view(&once), &twice);
    if (!ark_utf8_valid(ark_buf_view(&once), NULL) ||
        !ark_str_equal(ark_buf_view(&once), ark_buf_view(&twice))) {
        ck_abort_msg("%s becomes %s, then %s", (const char *)bytes, ark_buf_cstr(&once),
                     ark_buf_cstr(&twice));
    }
    ark_buf_dispose(&once);
    ark_buf_dispose(&twice);
}

START_TEST(cleaning_any_character_twice_is_cleaning_it_once)
{
    for (uint32_t codepoint = 0; codepoint <= 0x10FFFF; codepoint++) {
        if (codepoint >= 0xD800 && codepoint <= 0xDFFF) {
            continue;
        }
        uint8_t bytes[2 * ARK_UTF8_BYTES_MAX + 1] = {0};
        size_t len = ark_utf8_encode(codepoint, bytes);
        check_idempotent(ark_clean_text, bytes, len);
        check_idempotent(ark_clean_token, bytes, len);
        len += ark_utf8_encode(0x0654, bytes + len); // a hamza that may compose
        check_idempotent(ark_clean_token, bytes, len);
    }
}
END_TEST

START_TEST(no_character_of_text_grows_more_than_eighteen_times)
{
    struct ark_buf out = ark_buf_make(1 << 10);
    for (uint32_t codepoint = 0x80; codepoint <= 0x10FFFF; codepoint++) {
        if (codepoint >= 0xD800 && codepoint <= 0xDFFF) {
            continue;
        }
        uint8_t bytes[ARK_UTF8_BYTES_MAX];
        size_t len = ark_utf8_encode(codepoint, bytes);
        ark_buf_clear(&out);
        ark_clean_text(ark_str_make(bytes, len), &out);
        if (out.len > 18 * len) {
            ck_abort_msg("U+%04X becomes %zu bytes", codepoint, out.len);
        }
    }
    ark_buf_dispose(&out);
}
END_TEST

START_TEST(endless_marks_cost_linear_time_and_are_cut)
{
    enum { MARKS = 500000, MARK_BYTES = 2 };
    // Two marks whose order has to be exchanged, on a letter whose marks are kept.
    struct ark_buf token = ark_buf_make(2 * MARKS * MARK_BYTES + 10);
    ark_buf_append_str(&token, ARK_STR("\u05D0"));
    for (size_t i = 0; i < MARKS; i++) {
        ark_buf_append_str(&token, ARK_STR("\u05C1\u05B0")); // shin dot (24) before sheva (10)
    }
    struct ark_buf out = ark_buf_make(1 << 20);
    ark_clean_token(ark_buf_view(&token), &out);
    ck_assert_uint_le(out.len, 200);
    ark_buf_dispose(&out);
    ark_buf_dispose(&token);
}
END_TEST

static void
add_text_tests(TCase *tests)
{
    tcase_add_test(tests, stored_text_keeps_marks_tatweel_and_hamza_seats);
    tcase_add_test(tests, stored_text_keeps_zero_width_joiners);
    tcase_add_test(tests, stored_text_loses_bidi_controls);
    tcase_add_test(tests, stored_text_loses_controls_but_tab_and_newline);
    tcase_add_test(tests, line_ends_become_line_feeds);
    tcase_add_test(tests, a_nul_byte_is_dropped);
    tcase_add_test(tests, bad_bytes_become_replacement_characters);
    tcase_add_test(tests, presentation_forms_become_letters);
    tcase_add_test(tests, lam_alef_becomes_two_letters_with_its_hamza);
    tcase_add_test(tests, word_ligatures_become_their_words);
    tcase_add_test(tests, isolated_mark_forms_lose_the_blank_that_carries_them);
    tcase_add_test(tests, ornate_parentheses_stay);
    tcase_add_test(tests, no_character_of_text_grows_more_than_eighteen_times);
}

START_TEST(a_long_text_is_cleaned_as_its_characters_are)
{
    // With C1 controls, guillemets, the Arabic letter mark, a right-to-left mark, a ligature.
    static const char *const PIECES[] = {"\u0628", "\u0647\u062F", "a ",     "\u20AC", "\u00AB",
                                         "\u00E9", "\xC2\x85",       "\u061C", "\u0622", "\u200F",
                                         "\uFEFB", "\t",           "\x7F",   "\x01",   "\u065C",
                                         "\u00A0", "\xD8",         "\x9C",   "\xC2\x9F"};
    struct ark_buf whole = ark_buf_make(1 << 20);
    struct ark_buf apart = ark_buf_make(1 << 20);
    uint64_t state = 1;
    for (int round = 0; round < 4000; round++) {
        char bytes[128] = "";
        size_t len = 0;
        ark_buf_clear(&whole);
        ark_buf_clear(&apart);
        while (len < 100) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            uint32_t which = (uint32_t)(state >> 33) % ((uint32_t)ARK_COUNT_OF(PIECES) * 3);
            const char *piece = PIECES[which < ARK_COUNT_OF(PIECES) ? which : which % 3];
            memcpy(bytes + len, piece, strlen(piece));
            len += strlen(piece);
        }
        ark_str text = ark_str_make((const uint8_t *)bytes, len);
        ark_clean_text(text, &whole);
        for (size_t at = 0; at < len;) {
            uint32_t codepoint = 0;
            size_t size = ark_utf8_decode(text.bytes + at, len - at, &codepoint);
            ark_clean_text(ark_str_slice(text, at, at + size), &apart);
            at += size;
        }
        ck_assert(ark_str_equal(ark_buf_view(&whole), ark_buf_view(&apart)));
    }
    ark_buf_dispose(&whole);
    ark_buf_dispose(&apart);
}
END_TEST

static void
add_token_tests(TCase *tests)
{
    tcase_add_test(tests, tokens_lose_marks_and_tatweel);
    tcase_add_test(tests, tokens_lose_quranic_marks);
    tcase_add_test(tests, tokens_lose_joiners_and_direction_controls);
    tcase_add_test(tests, a_token_of_marks_alone_is_nothing);
    tcase_add_test(tests, tokens_keep_hamza_seats_and_final_letters);
    tcase_add_test(tests, a_hamza_written_as_a_mark_composes);
    tcase_add_test(tests, a_hamza_on_tatweel_goes_with_it);
    tcase_add_test(tests, arabic_and_persian_digits_become_ascii);
    tcase_add_test(tests, lookalike_letters_become_the_arabic_ones);
    tcase_add_test(tests, letters_of_foreign_sounds_stay);
    tcase_add_test(tests, latin_letters_lose_case_and_accents);
    tcase_add_test(tests, other_scripts_keep_their_marks);
    tcase_add_test(tests, cleaning_any_character_twice_is_cleaning_it_once);
    tcase_add_test(tests, endless_marks_cost_linear_time_and_are_cut);
    tcase_add_test(tests, a_long_text_is_cleaned_as_its_characters_are);
}

int
main(void)
{
    Suite *suite = suite_create("clean");
    TCase *tests = tcase_create("clean");
    tcase_set_timeout(tests, 60);
    add_text_tests(tests);
    add_token_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
