#include <check.h>
#include <libstemmer.h>

#include "common/base/compiler.h"
#include "common/text/arabic_stem.h"
#include "tests/support/random.h"

static struct sb_stemmer *snowball;
static struct test_random random_state;

static void
set_up(void)
{
    snowball = sb_stemmer_new("arabic", "UTF_8");
    ck_assert_ptr_nonnull(snowball);
    random_state = test_random_make(2016);
}

static void
tear_down(void)
{
    sb_stemmer_delete(snowball);
}

/** A word of letters, each given by its low byte. */
struct word {
    uint8_t bytes[2 * ARK_ARABIC_STEM_LETTERS_MAX + 2];
    size_t len;
};

static void
append(struct word *word, uint8_t letter)
{
    ck_assert_uint_le(word->len + 2, sizeof word->bytes);
    word->bytes[word->len++] = (uint8_t)(0xD8 | letter >> 6);
    word->bytes[word->len++] = (uint8_t)(0x80 | (letter & 0x3F));
}

/** The library's answer and ours are one. */
static void
check_same(const struct word *word)
{
    uint8_t out[2 * ARK_ARABIC_STEM_LETTERS_MAX];
    ark_str ours = ark_str_make(out, ark_arabic_stem(ark_str_make(word->bytes, word->len), out));
    const sb_symbol *stem = sb_stemmer_stem(snowball, word->bytes, (int)word->len);
    ark_str theirs = ark_str_make(stem, (size_t)sb_stemmer_length(snowball));
    ck_assert_msg(ark_str_equal(ours, theirs), "%.*s: %.*s instead of %.*s", (int)word->len,
                  (const char *)word->bytes, ARK_STR_ARG(ours), ARK_STR_ARG(theirs));
}

/** All letters that affixes are made of, each form of hamza, and two that are of none. */
static const uint8_t ALPHABET[] = {
    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x33,
    0x41, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x31, 0x3A,
};

START_TEST(all_words_of_up_to_four_letters_have_the_stems_of_the_library)
{
    enum { LETTERS = ARK_COUNT_OF(ALPHABET) };
    size_t words = 1;
    for (size_t length = 1; length <= 4; length++) {
        words *= LETTERS;
        for (size_t i = 0; i < words; i++) {
            struct word word = {.len = 0};
            size_t rest = i;
            for (size_t at = 0; at < length; at++) {
                append(&word, ALPHABET[rest % LETTERS]);
                rest /= LETTERS;
            }
            check_same(&word);
        }
    }
}
END_TEST

START_TEST(long_words_with_many_affixes_have_the_stems_of_the_library)
{
    enum { WORDS = 300000 };
    for (size_t i = 0; i < WORDS; i++) {
        struct word word = {.len = 0};
        uint64_t length = 5 + test_random_below(&random_state, i % 16 == 0 ? 28 : 8);
        for (size_t at = 0; at < length; at++) {
            append(&word, ALPHABET[test_random_below(&random_state, ARK_COUNT_OF(ALPHABET))]);
        }
        check_same(&word);
    }
}
END_TEST

START_TEST(words_of_other_letters_are_not_for_it)
{
    uint8_t out[64];
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR(""), out), 0);
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("ab"), out), 0);
    // One byte of a letter; an accented Latin letter; a hamza before and a letter behind the range.
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\xD9"), out), 0);
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\u00E9"), out), 0);
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\u0620\u0627"), out), 0);
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\u0627\u064B"), out), 0);
    // Tatweel, and Persian peh.
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\u0627\u0640"), out), 0);
    ck_assert_uint_eq(ark_arabic_stem(ARK_STR("\u067E\u0627"), out), 0);
}
END_TEST

START_TEST(words_of_thirty_two_letters_are_stemmed_and_longer_ones_are_not)
{
    uint8_t out[2 * ARK_ARABIC_STEM_LETTERS_MAX];
    struct word word = {.len = 0};
    for (size_t i = 0; i < ARK_ARABIC_STEM_LETTERS_MAX; i++) {
        append(&word, 0x31);
    }
    ck_assert_uint_eq(ark_arabic_stem(ark_str_make(word.bytes, word.len), out), word.len);
    append(&word, 0x31);
    ck_assert_uint_eq(ark_arabic_stem(ark_str_make(word.bytes, word.len), out), 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("arabic_stem");
    TCase *tests = tcase_create("arabic_stem");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, all_words_of_up_to_four_letters_have_the_stems_of_the_library);
    tcase_add_test(tests, long_words_with_many_affixes_have_the_stems_of_the_library);
    tcase_add_test(tests, words_of_other_letters_are_not_for_it);
    tcase_add_test(tests, words_of_thirty_two_letters_are_stemmed_and_longer_ones_are_not);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
