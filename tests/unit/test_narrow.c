#include "common/codec/narrow.h"

#include <check.h>
#include <stdlib.h>

#include "common/base/memory.h"

/** Narrows text, checks that it comes back from exactly that, and returns the bytes it took. */
static size_t
round_trip(ark_str text)
{
    struct ark_buf narrow = ark_buf_make(SIZE_MAX);
    ark_narrow(text, &narrow);
    ck_assert_uint_le(narrow.len, 2 * text.len);
    // Room for more than the text, so that a wrong length is no write beyond the end.
    uint8_t *out = ark_xmalloc(text.len + 64);
    ck_assert(ark_widen(ark_buf_view(&narrow), out, text.len));
    ck_assert(ark_str_equal(ark_str_make(out, text.len), text));
    ck_assert(!ark_widen(ark_buf_view(&narrow), out, text.len + 1));
    ck_assert(text.len == 0 || !ark_widen(ark_buf_view(&narrow), out, text.len - 1));
    size_t size = narrow.len;
    free(out);
    ark_buf_dispose(&narrow);
    return size;
}

static void
check_narrow(ark_str text, ark_str expected)
{
    struct ark_buf narrow = ark_buf_make(SIZE_MAX);
    ark_narrow(text, &narrow);
    ck_assert(ark_str_equal(ark_buf_view(&narrow), expected));
    ark_buf_dispose(&narrow);
    (void)round_trip(text);
}

START_TEST(a_letter_of_the_arabic_block_takes_a_byte)
{
    check_narrow(ARK_STR("\xD8\x80\xD8\xA7\xD9\x87\xD9\xBF"), ARK_STR("\x80\xA7\xC7\xFF"));
    check_narrow(ARK_STR("a \xD8\xA7\n"), ARK_STR("a \xA7\n"));
}
END_TEST

START_TEST(other_characters_follow_as_they_are)
{
    check_narrow(ARK_STR("\xC2\xAB"), ARK_STR("\x02\xC2\xAB"));
    check_narrow(ARK_STR("\xDA\xA9\xE2\x80\xA6x"), ARK_STR("\x05\xDA\xA9\xE2\x80\xA6x"));
    // Eight bytes at most are said at once.
    check_narrow(ARK_STR("\xE2\x80\xA6\xE2\x80\xA6\xE2\x80\xA6"),
                 ARK_STR("\x08\xE2\x80\xA6\xE2\x80\xA6\xE2\x80\x01\xA6"));
}
END_TEST

START_TEST(bytes_that_are_no_text_come_back_too)
{
    check_narrow(ARK_STR("\x01\x08\x09"), ARK_STR("\x02\x01\x08\x09"));
    check_narrow(ark_str_make("\0\0", 2), ark_str_make("\0\0", 2));
    check_narrow(ARK_STR("\xD8"), ARK_STR("\x01\xD8"));
    check_narrow(ARK_STR("\xD8\xD8\xA7\xA7"), ARK_STR("\x01\xD8\xA7\x01\xA7"));
}
END_TEST

START_TEST(all_pieces_of_a_long_text_come_back)
{
    struct ark_buf text = ark_buf_make(SIZE_MAX);
    for (unsigned i = 0; i < 40; i++) {
        ark_buf_append_str(&text, ARK_STR("\xD9\x83\xD8\xAA\xD8\xA7\xD8\xA8 (a) \xC2\xAB\xD9\x88"));
    }
    for (size_t start = 0; start < 40; start++) {
        for (size_t end = text.len - 40; end <= text.len; end++) {
            (void)round_trip(ark_str_slice(ark_buf_view(&text), start, end));
        }
    }
    ark_buf_dispose(&text);
}
END_TEST

START_TEST(long_runs_of_ascii_come_back_whatever_ends_them)
{
    ark_str text = ARK_STR("thirty and more letters of a byte,\xD9\x88\x05 then a control, \xC2\xBB"
                           "and the other words of a line of some length");
    for (size_t start = 0; start < 40; start++) {
        for (size_t end = 40; end <= text.len; end++) {
            (void)round_trip(ark_str_slice(text, start, end));
        }
    }
}
END_TEST

START_TEST(random_bytes_come_back)
{
    // Mostly halves of letters, so that they meet in all ways.
    static const uint8_t BYTES[] = {0xD8, 0xD8, 0xD9, 0xD9, 0xA7, 0x84, 0x80, 0xBF,
                                    ' ',  'a',  0x01, 0x08, 0x09, 0x00, 0xC2, 0xE2};
    uint64_t state = 7;
    for (unsigned round = 0; round < 3000; round++) {
        uint8_t bytes[200];
        size_t len = round % sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            bytes[i] = BYTES[state >> 60];
            if ((state >> 40 & 3) != 0 && i > 0 && (bytes[i - 1] & 0xFE) == 0xD8) {
                bytes[i] = (uint8_t)(0x80 | (state >> 50 & 0x3F));
            }
        }
        (void)round_trip(ark_str_make(bytes, len));
    }
}
END_TEST

START_TEST(damaged_bytes_are_told)
{
    uint8_t out[32];
    ck_assert(!ark_widen(ARK_STR("a\x03xy"), out, 4));
    ck_assert(!ark_widen(ARK_STR("a\x03xyz"), out, 3));
    ck_assert(!ark_widen(ARK_STR("\x08"), out, 8));
    ck_assert(!ark_widen(ARK_STR("\xA7"), out, 1));
    ck_assert(!ark_widen(ARK_STR(""), out, 1));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("narrow");
    TCase *tests = tcase_create("narrow");
    tcase_add_test(tests, a_letter_of_the_arabic_block_takes_a_byte);
    tcase_add_test(tests, other_characters_follow_as_they_are);
    tcase_add_test(tests, bytes_that_are_no_text_come_back_too);
    tcase_add_test(tests, all_pieces_of_a_long_text_come_back);
    tcase_add_test(tests, long_runs_of_ascii_come_back_whatever_ends_them);
    tcase_add_test(tests, random_bytes_come_back);
    tcase_add_test(tests, damaged_bytes_are_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
