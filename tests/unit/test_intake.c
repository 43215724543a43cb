#define _XOPEN_SOURCE 700 // mkdtemp in reader_probe.h
#include <check.h>

#include "indexer/arabic_odds.h"
#include "indexer/intake.h"
#include "indexer/transcode.h"
#include "reader_probe.h"

// A news sentence with comma, quotes and a word in Latin letters.
static const char NEWS[] =
    "أعلن الجيش الروسي، أمس الأربعاء، هدنة إنسانية لعشر ساعات في المدينة، وقال المتحدث إن "
    "المعارضة رفضت الطلب وإن المفاوضات مستمرة حول خروج المقاتلين من الأحياء الشرقية (AFP).";
// The same kind of sentence with all its vowels.
static const char VOWELLED[] = "إِنَّ مَعَ الْعُسْرِ يُسْرًا، وَمَا طَلَبُ الْعِلْمِ إِلَّا صَبْرٌ وَعَمَلٌ.";
// Three words.
static const char SHORT[] = "هدنة في حلب";

static struct ark_intake *intake;
static struct ark_decoded decoded;
static struct ark_error error;

static void
setup(void)
{
    probe_setup();
    ck_assert_int_eq(ark_intake_new(&intake, "auto", &error), ARK_OK);
}

static void
teardown(void)
{
    ark_intake_free(intake);
    probe_teardown();
}

static enum ark_status
decode(ark_str bytes, const char *declared)
{
    enum ark_status status =
        ark_intake_decode(intake, bytes, ark_str_from(declared), &decoded, &error);
    ck_assert(status != ARK_OK || ark_utf8_valid(decoded.text, NULL));
    return status;
}

static void
check_decodes(ark_str bytes, const char *declared, const char *text, const char *encoding)
{
    ck_assert_int_eq(decode(bytes, declared), ARK_OK);
    ck_assert_text(decoded.text, text);
    ck_assert_str_eq(decoded.encoding, encoding);
}

static ark_str
encoded(const char *encoding, const char *text)
{
    return probe_encode(encoding, ark_str_from(text));
}

static ark_str
joined(ark_str a, ark_str b)
{
    uint8_t *bytes = ark_arena_alloc(&probe.arena, a.len + b.len + 1);
    memcpy(bytes, a.bytes, a.len);
    memcpy(bytes + a.len, b.bytes, b.len);
    return ark_str_make(bytes, a.len + b.len);
}

START_TEST(valid_utf8_is_not_copied)
{
    check_decodes(ARK_STR(NEWS), "", NEWS, "UTF-8");
    ck_assert_ptr_eq(decoded.text.bytes, NEWS);
}
END_TEST

START_TEST(an_empty_text_is_utf8)
{
    check_decodes(ARK_STR(""), "", "", "UTF-8");
}
END_TEST

/** Each byte order mark and the encoding it stands before. */
static const struct {
    ark_str mark;
    const char *encoding;
} MARKS[] = {
    {{(const uint8_t *)"\xEF\xBB\xBF", 3}, "UTF-8"},
    {{(const uint8_t *)"\xFF\xFE", 2}, "UTF-16LE"},
    {{(const uint8_t *)"\xFE\xFF", 2}, "UTF-16BE"},
    {{(const uint8_t *)"\xFF\xFE\0\0", 4}, "UTF-32LE"},
    {{(const uint8_t *)"\0\0\xFE\xFF", 4}, "UTF-32BE"},
};

START_TEST(a_byte_order_mark_is_believed_and_dropped)
{
    ark_str bytes = joined(MARKS[_i].mark, encoded(MARKS[_i].encoding, SHORT));
    ck_assert(!ark_intake_is_binary(bytes));
    check_decodes(bytes, "windows-1256", SHORT, MARKS[_i].encoding);
}
END_TEST

static const char *const WIDE[] = {"UTF-16LE", "UTF-16BE"};

START_TEST(utf16_without_a_mark_is_seen_by_its_bytes)
{
    check_decodes(encoded(WIDE[_i], NEWS), "", NEWS, WIDE[_i]);
    check_decodes(encoded(WIDE[_i], SHORT), "", SHORT, WIDE[_i]);
    check_decodes(encoded(WIDE[_i], "Plain English text."), "", "Plain English text.", WIDE[_i]);
    ck_assert(!ark_intake_is_binary(encoded(WIDE[_i], NEWS)));
}
END_TEST

static const char *const ARABIC[] = {"WINDOWS-1256", "ISO-8859-6"};

START_TEST(the_arabic_encodings_are_told_apart_by_letters)
{
    check_decodes(encoded(ARABIC[_i], NEWS), "", NEWS, ARABIC[_i]);
    check_decodes(encoded(ARABIC[_i], SHORT), "", SHORT, ARABIC[_i]);
}
END_TEST

START_TEST(vowelled_text_of_both_encodings_is_told_apart)
{
    check_decodes(encoded(ARABIC[_i], VOWELLED), "", VOWELLED, ARABIC[_i]);
}
END_TEST

START_TEST(letters_at_the_same_place_in_both_read_the_same)
{
    // Only letters from hamza to dad.
    static const char COMMON[] = "باب";
    check_decodes(encoded("WINDOWS-1256", COMMON), "", COMMON, "WINDOWS-1256");
}
END_TEST

START_TEST(typographic_quotes_of_windows_1256_are_no_obstacle)
{
    static const char QUOTED[] =
        "قال الوزير: “لن نقبل الهدنة” – ثم غادر القاعة… والمصدر: ‘الوكالة’.";
    check_decodes(encoded("WINDOWS-1256", QUOTED), "", QUOTED, "WINDOWS-1256");
}
END_TEST

START_TEST(a_declared_encoding_is_believed)
{
    check_decodes(ARK_STR("caf\xE9"), "iso-8859-1", "caf\xC3\xA9", "WINDOWS-1252");
    check_decodes(encoded("ISO-8859-6", SHORT), " ISO-8859-6-I ", SHORT, "ISO-8859-6");
}
END_TEST

START_TEST(a_declared_encoding_that_the_bytes_deny_is_not_believed)
{
    check_decodes(ARK_STR(NEWS), "windows-1256", NEWS, "UTF-8");
    check_decodes(encoded("WINDOWS-1256", NEWS), "utf-8", NEWS, "WINDOWS-1256");
    check_decodes(encoded("WINDOWS-1256", NEWS), "utf-16", NEWS, "WINDOWS-1256");
    check_decodes(encoded("WINDOWS-1256", NEWS), "no-such-name", NEWS, "WINDOWS-1256");
    check_decodes(encoded("WINDOWS-1256", NEWS), "a/b", NEWS, "WINDOWS-1256");
}
END_TEST

START_TEST(western_text_is_what_uchardet_says)
{
    static const char FRENCH[] = "Le général a déclaré que la trêve était acceptée par les deux "
                                 "côtés, à la condition que l'hôpital fût évacué.";
    ck_assert_int_eq(decode(encoded("WINDOWS-1252", FRENCH), ""), ARK_OK);
    ck_assert_text(decoded.text, FRENCH);
}
END_TEST

START_TEST(noise_is_no_text)
{
    uint8_t noise[4096];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        state = state * 1664525 + 1013904223;
        noise[i] = (uint8_t)(0x80 | (state >> 24));
    }
    ck_assert_int_eq(decode(ark_str_make(noise, sizeof noise), ""), ARK_E_ENCODING);
    ck_assert_str_eq(error.text, "no known text encoding (see --encoding)");
}
END_TEST

static void
check_faults(uint64_t count, uint64_t first_at)
{
    ck_assert_uint_eq(decoded.faults.count, count);
    ck_assert_uint_eq(decoded.faults.first_at, first_at);
}

START_TEST(bad_sequences_in_utf8_are_replaced_and_counted)
{
    ark_str bytes = joined(ARK_STR(NEWS), ARK_STR(" \xD8 and \xFF."));
    const char *wanted =
        (const char *)joined(ARK_STR(NEWS), ARK_STR(" \uFFFD and \uFFFD.\0")).bytes;
    check_decodes(bytes, "", wanted, "UTF-8");
    check_faults(2, sizeof NEWS);
    check_decodes(bytes, "windows-1256", wanted, "UTF-8");
}
END_TEST

START_TEST(the_byte_of_a_fault_is_counted_with_the_mark)
{
    check_decodes(ARK_STR("\xEF\xBB\xBF"
                          "a\xFF"),
                  "", "a\uFFFD", "UTF-8");
    check_faults(1, 4);
}
END_TEST

START_TEST(a_text_cut_at_any_byte_at_both_ends_is_what_it_was)
{
    // Two words, and signs of three and four bytes.
    static const char TEXT[] = "هدنة — 𐎀 حلب";
    ark_str whole = ARK_STR(TEXT);
    for (size_t from = 0; from < 8; from++) {
        for (size_t to = from + 5; to <= whole.len; to++) {
            ark_str part = ark_str_slice(whole, from, to);
            ck_assert_int_eq(decode(part, ""), ARK_OK);
            ck_assert_str_eq(decoded.encoding, "UTF-8");
            bool start_cut = (whole.bytes[from] & 0xC0) == 0x80;
            bool end_cut = to < whole.len && (whole.bytes[to] & 0xC0) == 0x80;
            ck_assert_uint_eq(decoded.faults.count, (uint64_t)start_cut + end_cut);
            ck_assert_int_eq(ark_str_ends_with(decoded.text, ARK_STR("\uFFFD")), end_cut);
            ck_assert_int_eq(ark_str_starts_with(decoded.text, ARK_STR("\uFFFD")), start_cut);
        }
    }
}
END_TEST

START_TEST(utf8_that_is_wrong_everywhere_is_not_read)
{
    uint8_t bytes[sizeof NEWS];
    memcpy(bytes, NEWS, sizeof NEWS);
    for (size_t at = 20; at + 1 < sizeof bytes; at += 12) {
        bytes[at] = 0xFF;
    }
    ck_assert_int_eq(decode(ark_str_make(bytes, sizeof bytes - 1), ""), ARK_E_ENCODING);
    // A lead that lost what follows it, or the other way round, is a place of its own.
    ck_assert_ptr_nonnull(strstr(error.text, "bad UTF-8 in too many places: "));
    ck_assert_ptr_nonnull(strstr(error.text, " (see --encoding)"));
}
END_TEST

START_TEST(utf16_cut_inside_a_letter_is_what_it_was)
{
    ark_str whole = encoded(WIDE[_i], SHORT);
    const char *wanted = (const char *)joined(ARK_STR("هدنة في حل"), ARK_STR("\uFFFD\0")).bytes;
    check_decodes(ark_str_slice(whole, 0, whole.len - 1), "", wanted, WIDE[_i]);
    check_faults(1, whole.len - 2);
    ark_str mark = _i == 0 ? ARK_STR("\xFF\xFE") : ARK_STR("\xFE\xFF");
    check_decodes(joined(mark, ark_str_slice(whole, 0, whole.len - 1)), "", wanted, WIDE[_i]);
    check_faults(1, whole.len);
}
END_TEST

START_TEST(a_mark_does_not_make_text_of_noise)
{
    // Half a pair in every other place.
    static const char NOISE[] = "\xFF\xFE\x41\x06\x00\xDC\x41\x06\x00\xDC\x41\x06\x00\xDC\x41";
    ck_assert_int_eq(decode(ARK_STR(NOISE), ""), ARK_E_ENCODING);
}
END_TEST

START_TEST(a_replacement_character_in_the_text_is_not_a_bad_sequence)
{
    check_decodes(ARK_STR("a\xEF\xBF\xBD"), "", "a\xEF\xBF\xBD", "UTF-8");
}
END_TEST

START_TEST(a_named_encoding_replaces_what_does_not_convert)
{
    ark_intake_free(intake);
    ck_assert_int_eq(ark_intake_new(&intake, "utf-8", &error), ARK_OK);
    check_decodes(ARK_STR("a\xFF"
                          "b\xD8"),
                  "",
                  "a\xEF\xBF\xBD"
                  "b\xEF\xBF\xBD",
                  "utf-8");
    check_faults(0, 0);
    check_decodes(ARK_STR("\xEF\xBB\xBF"
                          "a"),
                  "", "a", "utf-8");
    ark_intake_free(intake);
    ck_assert_int_eq(ark_intake_new(&intake, "ISO-8859-6", &error), ARK_OK);
    check_decodes(ARK_STR("\xC8\xFF\xC8"), "utf-8", "ب\xEF\xBF\xBDب", "ISO-8859-6");
    ark_intake_free(intake);
    ck_assert_int_eq(ark_intake_new(&intake, "UTF-16LE", &error), ARK_OK);
    check_decodes(ARK_STR("a\0\0\xDCz\0q"), "", "a\xEF\xBF\xBDz\xEF\xBF\xBD", "UTF-16LE");
}
END_TEST

START_TEST(a_sequence_of_five_bytes_is_not_let_through)
{
    // glibc converts UTF-8 to UTF-8 with such sequences unchanged.
    ark_intake_free(intake);
    ck_assert_int_eq(ark_intake_new(&intake, "UTF-8", &error), ARK_OK);
    ck_assert_int_eq(decode(ARK_STR("a\xF9\x9C\x9C\x9C\x9C"
                                    "b"),
                            ""),
                     ARK_OK);
    ck_assert(ark_utf8_valid(decoded.text, NULL));
    ck_assert(ark_str_ends_with(decoded.text, ARK_STR("\xEF\xBF\xBD"
                                                      "b")));
}
END_TEST

START_TEST(an_unknown_encoding_name_is_an_error_that_names_it)
{
    struct ark_intake *none = NULL;
    ck_assert_int_eq(ark_intake_new(&none, "klingon", &error), ARK_E_ARGUMENT);
    ck_assert_str_eq(error.text, "no such encoding (iconv -l lists them): klingon");
    ck_assert_ptr_null(none);
    ck_assert_int_eq(ark_intake_new(&none, "", &error), ARK_E_ARGUMENT);
    ck_assert_int_eq(ark_intake_new(&none, "UTF-8//IGNORE", &error), ARK_E_ARGUMENT);
}
END_TEST

START_TEST(every_prefix_of_an_encoded_text_decodes_or_fails_cleanly)
{
    static const char *const ENCODINGS[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "WINDOWS-1256"};
    for (size_t e = 0; e < ARK_COUNT_OF(ENCODINGS); e++) {
        ark_str bytes = encoded(ENCODINGS[e], NEWS);
        for (size_t len = 0; len <= bytes.len; len++) {
            (void)decode(ark_str_slice(bytes, 0, len), "");
        }
    }
}
END_TEST

START_TEST(a_zero_byte_in_arabic_text_does_not_make_it_binary)
{
    ark_str bytes = joined(joined(ARK_STR(NEWS), ARK_STR("\0")), ARK_STR(NEWS));
    ck_assert(!ark_intake_is_binary(bytes));
    ck_assert_int_eq(decode(bytes, ""), ARK_OK);
    // Numbers of four bytes with letters between them.
    ck_assert(ark_intake_is_binary(ARK_STR("\1\0\0\0هد\2\0\0\0نة")));
    ck_assert(ark_intake_is_binary(joined(ARK_STR("\xC3\0"), encoded("WINDOWS-1256", NEWS))));
}
END_TEST

/** Files that are no text, by their first bytes. */
static const ark_str BINARIES[] = {
    {(const uint8_t *)"%PDF-1.7\n", 9},
    {(const uint8_t *)"{\\rtf1\\ansi", 11},
    {(const uint8_t *)"\x7F"
                      "ELF\2\1\1\0\0\0\0\0",
     12},
    {(const uint8_t *)"\x89PNG\r\n\x1A\n", 8},
    {(const uint8_t *)"PK\3\4\x14\0\6\0", 8},
    {(const uint8_t *)"some text\0and more", 18},
    {(const uint8_t *)"\1\2\3\4\5\6ab", 8},
};

START_TEST(files_that_are_no_text_are_binary)
{
    ck_assert(ark_intake_is_binary(BINARIES[_i]));
}
END_TEST

START_TEST(text_with_escapes_and_form_feeds_is_not_binary)
{
    ck_assert(!ark_intake_is_binary(ARK_STR("\x1B[31mred\x1B[0m\ttab\f\v\r\n\x1A")));
    ck_assert(!ark_intake_is_binary(ARK_STR("")));
    ck_assert(!ark_intake_is_binary(ARK_STR(NEWS)));
    ck_assert(!ark_intake_is_binary(encoded("WINDOWS-1256", NEWS)));
}
END_TEST

START_TEST(a_stream_is_judged_by_its_beginning)
{
    struct ark_intake_choice choice;
    ck_assert_int_eq(ark_intake_choose(intake, ARK_STR(NEWS), &choice, &error), ARK_OK);
    ck_assert(!choice.convert);
    // Cut within a letter.
    ck_assert_int_eq(ark_intake_choose(intake, ark_str_make(NEWS, 101), &choice, &error), ARK_OK);
    ck_assert(!choice.convert);
    // Bad sequences among good ones are the records' own trouble.
    ck_assert_int_eq(
        ark_intake_choose(intake, joined(ARK_STR("\xFF"), ARK_STR(NEWS)), &choice, &error), ARK_OK);
    ck_assert(!choice.convert);
    ck_assert_int_eq(ark_intake_choose(intake, encoded("WINDOWS-1256", NEWS), &choice, &error),
                     ARK_OK);
    ck_assert(choice.convert);
    ck_assert_str_eq(choice.encoding, "WINDOWS-1256");
    ck_assert_int_eq(ark_intake_choose(intake,
                                       ARK_STR("\xFF\xFE"
                                               "a\0"),
                                       &choice, &error),
                     ARK_OK);
    ck_assert(choice.convert);
    ck_assert_uint_eq(choice.mark_bytes, 2);
    ck_assert_int_eq(ark_intake_choose(intake, ARK_STR("\x80\x81\x82\x83\x84"), &choice, &error),
                     ARK_E_ENCODING);
}
END_TEST

/** A source of bytes that gives step bytes at a time. */
struct drip {
    ark_str bytes;
    size_t step;
};

static enum ark_status
drip_fill(void *context, uint8_t *to, size_t room, size_t *got, struct ark_error *err ARK_UNUSED)
{
    struct drip *drip = context;
    size_t size = drip->step < room ? drip->step : room;
    size = size < drip->bytes.len ? size : drip->bytes.len;
    memcpy(to, drip->bytes.bytes, size);
    drip->bytes = ark_str_slice(drip->bytes, size, drip->bytes.len);
    *got = size;
    return ARK_OK;
}

START_TEST(a_converted_stream_is_the_text_however_it_drips)
{
    for (size_t step = 1; step < 9; step++) {
        struct drip drip = {joined(encoded("UTF-16LE", NEWS), ARK_STR("\0\xDCz\0\xD8")), step};
        struct ark_feed inner = ark_feed_make(drip_fill, &drip);
        struct ark_transcoder *transcoder = ark_transcoder_new(&inner, "UTF-16LE");
        struct ark_feed outer = ark_feed_make(ark_transcoder_fill, transcoder);
        ark_str all;
        ck_assert(ark_feed_take_all(&outer, 1 << 20, &all));
        ck_assert(ark_str_starts_with(all, ARK_STR(NEWS)));
        ck_assert_text(ark_str_slice(all, sizeof NEWS - 1, all.len), "\xEF\xBF\xBDz\xEF\xBF\xBD");
        ark_feed_dispose(&outer);
        ark_transcoder_free(transcoder);
        ark_feed_dispose(&inner);
    }
}
END_TEST

START_TEST(a_long_converted_stream_is_whole)
{
    enum { COUNT = 200000 };
    uint8_t *letters = ark_arena_alloc(&probe.arena, COUNT);
    memset(letters, 0xC8, COUNT); // beh in Windows-1256
    struct drip drip = {ark_str_make(letters, COUNT), 7000};
    struct ark_feed inner = ark_feed_make(drip_fill, &drip);
    struct ark_transcoder *transcoder = ark_transcoder_new(&inner, "WINDOWS-1256");
    struct ark_feed outer = ark_feed_make(ark_transcoder_fill, transcoder);
    ark_str all;
    ck_assert(ark_feed_take_all(&outer, 1 << 20, &all));
    ck_assert_uint_eq(all.len, COUNT * 2);
    for (size_t i = 0; i < all.len; i += 2) {
        ck_assert(all.bytes[i] == 0xD8 && all.bytes[i + 1] == 0xA8);
    }
    ark_feed_dispose(&outer);
    ark_transcoder_free(transcoder);
    ark_feed_dispose(&inner);
}
END_TEST

START_TEST(a_feed_gives_lines_with_either_end_and_passes_over_long_ones)
{
    for (size_t step = 1; step < 12; step++) {
        struct drip drip = {ARK_STR("one\ntwo\r\n\nlonger than ten bytes\nten bytes.\nlast"), step};
        struct ark_feed feed = ark_feed_make(drip_fill, &drip);
        static const char *const WANTED[] = {"one", "two", "", NULL, "ten bytes.", "last"};
        ark_str line;
        for (size_t i = 0; i < ARK_COUNT_OF(WANTED); i++) {
            enum ark_feed_line kind = ark_feed_next_line(&feed, 10, &line);
            ck_assert_int_eq(kind, WANTED[i] == NULL ? ARK_FEED_TOO_LONG : ARK_FEED_LINE);
            if (WANTED[i] != NULL) {
                ck_assert_text(line, WANTED[i]);
            }
        }
        ck_assert_int_eq(ark_feed_next_line(&feed, 10, &line), ARK_FEED_END);
        ck_assert_uint_eq(feed.offset, 47);
        ck_assert(ark_feed_at_end(&feed));
        ark_feed_dispose(&feed);
    }
}
END_TEST

START_TEST(arabic_prose_has_arabic_odds_and_other_text_has_not)
{
    ck_assert(ark_arabic_odds(ARK_STR(NEWS)).plausible);
    ck_assert(ark_arabic_odds(ARK_STR(VOWELLED)).plausible);
    ck_assert(!ark_arabic_odds(ARK_STR("plain ASCII")).plausible);
    ck_assert(!ark_arabic_odds(ARK_STR("d\xC3\xA9j\xC3\xA0 vu")).plausible);
    // Rare letters only.
    ck_assert(!ark_arabic_odds(ARK_STR("ظآؤظآؤظآؤ")).plausible);
}
END_TEST

int
main(void)
{
    TCase *tests = tcase_create("intake");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, valid_utf8_is_not_copied);
    tcase_add_test(tests, an_empty_text_is_utf8);
    tcase_add_loop_test(tests, a_byte_order_mark_is_believed_and_dropped, 0,
                        (int)ARK_COUNT_OF(MARKS));
    tcase_add_loop_test(tests, utf16_without_a_mark_is_seen_by_its_bytes, 0,
                        (int)ARK_COUNT_OF(WIDE));
    tcase_add_loop_test(tests, the_arabic_encodings_are_told_apart_by_letters, 0,
                        (int)ARK_COUNT_OF(ARABIC));
    tcase_add_loop_test(tests, vowelled_text_of_both_encodings_is_told_apart, 0,
                        (int)ARK_COUNT_OF(ARABIC));
    tcase_add_test(tests, letters_at_the_same_place_in_both_read_the_same);
    tcase_add_test(tests, typographic_quotes_of_windows_1256_are_no_obstacle);
    tcase_add_test(tests, a_declared_encoding_is_believed);
    tcase_add_test(tests, a_declared_encoding_that_the_bytes_deny_is_not_believed);
    tcase_add_test(tests, western_text_is_what_uchardet_says);
    tcase_add_test(tests, noise_is_no_text);
    tcase_add_test(tests, bad_sequences_in_utf8_are_replaced_and_counted);
    tcase_add_test(tests, the_byte_of_a_fault_is_counted_with_the_mark);
    tcase_add_test(tests, a_text_cut_at_any_byte_at_both_ends_is_what_it_was);
    tcase_add_test(tests, a_zero_byte_in_arabic_text_does_not_make_it_binary);
    tcase_add_test(tests, utf8_that_is_wrong_everywhere_is_not_read);
    tcase_add_loop_test(tests, utf16_cut_inside_a_letter_is_what_it_was, 0,
                        (int)ARK_COUNT_OF(WIDE));
    tcase_add_test(tests, a_mark_does_not_make_text_of_noise);
    tcase_add_test(tests, a_replacement_character_in_the_text_is_not_a_bad_sequence);
    tcase_add_test(tests, a_named_encoding_replaces_what_does_not_convert);
    tcase_add_test(tests, a_sequence_of_five_bytes_is_not_let_through);
    tcase_add_test(tests, an_unknown_encoding_name_is_an_error_that_names_it);
    tcase_add_test(tests, every_prefix_of_an_encoded_text_decodes_or_fails_cleanly);
    tcase_add_loop_test(tests, files_that_are_no_text_are_binary, 0, (int)ARK_COUNT_OF(BINARIES));
    tcase_add_test(tests, text_with_escapes_and_form_feeds_is_not_binary);
    tcase_add_test(tests, a_stream_is_judged_by_its_beginning);
    tcase_add_test(tests, a_converted_stream_is_the_text_however_it_drips);
    tcase_add_test(tests, a_long_converted_stream_is_whole);
    tcase_add_test(tests, a_feed_gives_lines_with_either_end_and_passes_over_long_ones);
    tcase_add_test(tests, arabic_prose_has_arabic_odds_and_other_text_has_not);
    return probe_run(tests, "intake");
}
