#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/file.h"
#include "common/text/analyzer.h"
#include "common/text/surface_cache.h"
#include "common/text/utf8.h"

static struct ark_analyzer *analyzer;

static void
set_up(void)
{
    analyzer = ark_analyzer_new();
}

static void
tear_down(void)
{
    ark_analyzer_free(analyzer);
}

static uint32_t
intern(const char *token)
{
    return ark_analyzer_intern(analyzer, ark_str_from(token), ARK_SCRIPT_ARABIC);
}

/** A level of a token, NUL-ended, in one of eight static buffers. */
static const char *
level_of(const char *token, enum ark_level level)
{
    static char texts[8][ARK_TERM_BYTES_MAX + 1];
    static size_t turn;
    char *text = texts[turn++ % ARK_COUNT_OF(texts)];
    uint32_t number = intern(token);
    ck_assert_uint_ne(number, ARK_WORD_NONE);
    ark_str view = ark_analyzer_word(analyzer, number).level[level];
    ck_assert_uint_le(view.len, ARK_TERM_BYTES_MAX);
    memcpy(text, view.bytes, view.len);
    text[view.len] = '\0';
    return text;
}

/** The next piece of *rest up to a tab, or all of it. */
static ark_str
next_column(ark_str *rest)
{
    const uint8_t *tab = rest->len == 0 ? NULL : memchr(rest->bytes, '\t', rest->len);
    size_t len = tab == NULL ? rest->len : (size_t)(tab - rest->bytes);
    ark_str column = ark_str_slice(*rest, 0, len);
    *rest = ark_str_slice(*rest, tab == NULL ? len : len + 1, rest->len);
    return column;
}

/** Whether a line of the table is right; prints what is not. */
static bool
row_holds(ark_str line)
{
    ark_str token = next_column(&line);
    struct ark_segmenter segmenter = ark_segmenter_make(token);
    struct ark_token span = {0};
    if (!ark_segmenter_next(&segmenter, &span) || span.start != 0 || span.end != token.len) {
        (void)fprintf(stderr, "not one token: %.*s\n", ARK_STR_ARG(token));
        return false;
    }
    uint32_t number = ark_analyzer_intern(analyzer, token, span.script);
    struct ark_word word = ark_analyzer_word(analyzer, number);
    bool holds = true;
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ark_str expected = next_column(&line);
        if (!ark_str_equal(word.level[level], expected)) {
            (void)fprintf(stderr, "level %zu of %.*s is %.*s\n", level, ARK_STR_ARG(token),
                          ARK_STR_ARG(word.level[level]));
            holds = false;
        }
    }
    return holds;
}

START_TEST(the_conformance_table_holds)
{
    struct ark_buf file = ark_buf_make(1 << 20);
    ck_assert_int_eq(ark_file_read(ARK_CONFORMANCE_TABLE, 1 << 20, &file, NULL), ARK_OK);
    ark_str rest = ark_buf_view(&file);
    ark_str line;
    size_t rows = 0;
    size_t wrong = 0;
    while (ark_str_next_line(&rest, &line)) {
        if (line.len > 0 && line.bytes[0] != '#') {
            rows++;
            wrong += !row_holds(line);
        }
    }
    ck_assert_uint_ge(rows, 300);
    ck_assert_uint_eq(wrong, 0);
    ark_buf_dispose(&file);
}
END_TEST

START_TEST(spellings_of_one_form_share_light_form_and_family)
{
    static const char *const spellings[] = {
        // the living
        "الأحياء",
        // without hamza
        "الاحياء",
        // with vowels
        "اَلْأَحْيَاءُ",
    };
    for (size_t i = 1; i < ARK_COUNT_OF(spellings); i++) {
        ck_assert_str_eq(level_of(spellings[i], ARK_LEVEL_FORM),
                         level_of(spellings[0], ARK_LEVEL_FORM));
        ck_assert_str_eq(level_of(spellings[i], ARK_LEVEL_LIGHT),
                         level_of(spellings[0], ARK_LEVEL_LIGHT));
        ck_assert_str_eq(level_of(spellings[i], ARK_LEVEL_SKELETON),
                         level_of(spellings[0], ARK_LEVEL_SKELETON));
    }
}
END_TEST

START_TEST(the_words_for_syria_and_syrians_are_one_family)
{
    static const char *const words[] = {
        // Syria
        "سورية",
        // Syria, the other spelling
        "سوريا",
        // with the article
        "السورية",
        // for the Syrians
        "للسوريين",
        // to Syria
        "لسوريا",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_str_eq(level_of(words[i], ARK_LEVEL_SKELETON), "\u0633\u0631");
    }
}
END_TEST

START_TEST(numbers_count_from_zero_in_the_order_seen)
{
    ck_assert_uint_eq(ark_analyzer_word_count(analyzer), 0);
    ck_assert_uint_eq(intern("\u062D\u0644\u0628"), 0);
    ck_assert_uint_eq(intern("\u062F\u0645\u0634\u0642"), 1);
    ck_assert_uint_eq(intern("\u062D\u0644\u0628"), 0);
    ck_assert_uint_eq(intern("\u062D\u0640\u0644\u0628\u064C"), 0); // tatweel and a vowel
    ck_assert_uint_eq(ark_analyzer_word_count(analyzer), 2);
}
END_TEST

START_TEST(words_of_one_form_with_two_stems_are_two)
{
    // The preposition and the name: one form, but Snowball sees the dots.
    uint32_t preposition = intern("\u0639\u0644\u0649");
    uint32_t name = intern("\u0639\u0644\u064A");
    ck_assert_uint_ne(preposition, name);
}
END_TEST

START_TEST(a_token_of_marks_is_no_word)
{
    ck_assert_uint_eq(intern("\u064E\u0651"), ARK_WORD_NONE);
    ck_assert_uint_eq(intern("\u064E\u0651"), ARK_WORD_NONE); // from the cache
    ck_assert_uint_eq(intern(""), ARK_WORD_NONE);
    ck_assert_uint_eq(ark_analyzer_word_count(analyzer), 0);
}
END_TEST

START_TEST(digits_of_all_kinds_are_one_word)
{
    uint32_t ascii = intern("2015");
    ck_assert_uint_eq(intern("\u0662\u0660\u0661\u0665"), ascii);
    ck_assert_uint_eq(intern("\u06F2\u06F0\u06F1\u06F5"), ascii);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ck_assert_str_eq(level_of("2015", (enum ark_level)level), "2015");
    }
}
END_TEST

START_TEST(latin_words_have_a_form_and_a_stem)
{
    ck_assert_str_eq(level_of("Running", ARK_LEVEL_FORM), "running");
    ck_assert_str_eq(level_of("Running", ARK_LEVEL_LIGHT), "running");
    ck_assert_str_eq(level_of("Running", ARK_LEVEL_STEM), "run");
    ck_assert_str_eq(level_of("Running", ARK_LEVEL_SKELETON), "run");
}
END_TEST

START_TEST(words_of_other_scripts_are_their_form)
{
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ck_assert_str_eq(level_of("\u041C\u0418\u0420", (enum ark_level)level),
                         "\u043C\u0438\u0440");
    }
}
END_TEST

START_TEST(the_script_given_does_not_change_a_word)
{
    ark_str token = ARK_STR("\u062D\u0644\u0628");
    uint32_t number = ark_analyzer_intern(analyzer, token, ARK_SCRIPT_ARABIC);
    ark_analyzer_reset(analyzer);
    ck_assert_uint_eq(ark_analyzer_intern(analyzer, token, ARK_SCRIPT_OTHER), number);
    ck_assert_str_eq(level_of("\u0627\u0644\u062D\u0644\u0628", ARK_LEVEL_LIGHT),
                     "\u062D\u0644\u0628");
}
END_TEST

START_TEST(many_tokens_have_the_numbers_of_each)
{
    static const char text[] =
        // two words, twice, among others
        "حلب دمشق running 12 حلب دمشق فصائل الفصائل حلب والمدارس دمشق";
    struct ark_token tokens[16];
    uint32_t numbers[16];
    size_t count = 0;
    struct ark_segmenter segmenter = ark_segmenter_make(ark_str_from(text));
    while (ark_segmenter_next(&segmenter, &tokens[count])) {
        count++;
    }
    ck_assert_uint_eq(count, 11);
    ark_analyzer_intern_many(analyzer, ark_str_from(text), tokens, count, numbers);
    ck_assert_uint_eq(numbers[0], 0);
    ck_assert_uint_eq(numbers[1], 1);
    for (size_t i = 0; i < count; i++) {
        ark_str token = ark_str_slice(ark_str_from(text), tokens[i].start, tokens[i].end);
        ck_assert_uint_eq(ark_analyzer_intern(analyzer, token, tokens[i].script), numbers[i]);
    }
}
END_TEST

START_TEST(more_new_tokens_than_wait_at_once_have_numbers_by_first_appearance)
{
    enum { WORDS = 3000, TOKEN_BYTES = 8 };
    struct ark_buf text = ark_buf_make((size_t)WORDS * TOKEN_BYTES);
    static struct ark_token tokens[WORDS];
    static uint32_t numbers[WORDS];
    for (uint32_t i = 0; i < WORDS; i++) {
        char token[TOKEN_BYTES + 1];
        // Every third word was there before: just now, or 90 tokens ago.
        uint32_t word = i % 3 != 2 ? i : i < 180 || i % 2 == 0 ? i - 1 : i - 90;
        (void)snprintf(token, sizeof token, "%08" PRIu32, word);
        ark_buf_append_str(&text, ark_str_from(token));
        tokens[i] = (struct ark_token){i * TOKEN_BYTES, (i + 1) * TOKEN_BYTES, ARK_SCRIPT_DIGITS};
    }
    ark_analyzer_intern_many(analyzer, ark_buf_view(&text), tokens, WORDS, numbers);
    uint32_t next = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        ark_str token = ark_str_slice(ark_buf_view(&text), tokens[i].start, tokens[i].end);
        ck_assert_uint_le(numbers[i], next);
        next += numbers[i] == next;
        ck_assert(
            ark_str_equal(ark_analyzer_word(analyzer, numbers[i]).level[ARK_LEVEL_FORM], token));
        ck_assert_uint_eq(ark_analyzer_intern(analyzer, token, ARK_SCRIPT_DIGITS), numbers[i]);
    }
    ck_assert_uint_eq(next, ark_analyzer_word_count(analyzer));
    ark_buf_dispose(&text);
}
END_TEST

START_TEST(reset_starts_numbers_again)
{
    ck_assert_uint_eq(intern("\u062D\u0644\u0628"), 0);
    ark_analyzer_reset(analyzer);
    ck_assert_uint_eq(ark_analyzer_word_count(analyzer), 0);
    ck_assert_uint_eq(intern("\u062F\u0645\u0634\u0642"), 0);
    ck_assert_str_eq(level_of("\u062F\u0645\u0634\u0642", ARK_LEVEL_FORM),
                     "\u062F\u0645\u0634\u0642");
}
END_TEST

/** A token of count times piece; the caller disposes of it. */
static struct ark_buf
repeat(const char *piece, size_t count)
{
    struct ark_buf token = ark_buf_make((count + 1) * strlen(piece));
    for (size_t i = 0; i < count; i++) {
        ark_buf_append_str(&token, ark_str_from(piece));
    }
    return token;
}

START_TEST(a_token_of_a_megabyte_is_one_word_of_bounded_size)
{
    struct ark_buf token = repeat("\u0628\u064E", 1 << 18);
    uint32_t number = ark_analyzer_intern(analyzer, ark_buf_view(&token), ARK_SCRIPT_ARABIC);
    struct ark_word word = ark_analyzer_word(analyzer, number);
    for (size_t level = 0; level < ARK_LEVEL_COUNT; level++) {
        ck_assert_uint_le(word.level[level].len, ARK_TERM_BYTES_MAX);
        ck_assert(ark_str_equal(word.level[level], word.level[ARK_LEVEL_FORM]));
        ck_assert(ark_utf8_valid(word.level[level], NULL));
    }
    ck_assert_uint_lt(ark_analyzer_bytes(analyzer), 1 << 18);
    ark_buf_append_str(&token, ARK_STR("\u0628"));
    ck_assert_uint_ne(ark_analyzer_intern(analyzer, ark_buf_view(&token), ARK_SCRIPT_ARABIC),
                      number);
    ark_buf_dispose(&token);
}
END_TEST

START_TEST(interning_a_form_gives_its_family_again)
{
    static const char *const words[] = {
        // for the Syrians
        "للسوريين",
        // Putin
        "بوتين",
        // and the schools
        "والمدارس",
        // vision
        "رؤية",
        // and a Latin word
        "Universities",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        const char *form = level_of(words[i], ARK_LEVEL_FORM);
        ck_assert_str_eq(level_of(form, ARK_LEVEL_FORM), form);
        ck_assert_str_eq(level_of(form, ARK_LEVEL_LIGHT), level_of(words[i], ARK_LEVEL_LIGHT));
        ck_assert_str_eq(level_of(form, ARK_LEVEL_SKELETON),
                         level_of(words[i], ARK_LEVEL_SKELETON));
    }
    struct ark_buf token = repeat("\u0628", 300);
    uint32_t number = ark_analyzer_intern(analyzer, ark_buf_view(&token), ARK_SCRIPT_ARABIC);
    ark_str form = ark_analyzer_word(analyzer, number).level[ARK_LEVEL_FORM];
    ck_assert_uint_eq(ark_analyzer_intern(analyzer, form, ARK_SCRIPT_ARABIC), number);
    ark_buf_dispose(&token);
}
END_TEST

START_TEST(the_identity_names_the_version_and_a_hash)
{
    const char *identity = ark_analyzer_identity();
    ck_assert_ptr_eq(identity, ark_analyzer_identity());
    ck_assert_int_eq(strncmp(identity, "arabic ", 7), 0);
    ck_assert_uint_eq(strspn(strrchr(identity, ' ') + 1, "0123456789abcdef"), 8);
}
END_TEST

/** Looks a token up in a cache. */
static uint32_t
find_surface(const struct ark_surface_cache *cache, ark_str token)
{
    struct ark_surface_probe probe = ark_surface_cache_probe(cache, token);
    return ark_surface_cache_find(cache, &probe, token);
}

static void
put_surface(struct ark_surface_cache *cache, ark_str token, uint32_t number)
{
    ark_surface_cache_make_room(cache, 1);
    uint32_t *kept = ark_surface_cache_put(cache, token, number);
    ck_assert_ptr_nonnull(kept);
    ck_assert_uint_eq(*kept, number);
}

START_TEST(a_freed_nothing_is_fine)
{
    ark_analyzer_free(NULL);
    ark_surface_cache_free(NULL);
}
END_TEST

START_TEST(the_cache_finds_what_was_put_and_nothing_else)
{
    enum { TOKENS = 3000 };
    struct ark_surface_cache *cache = ark_surface_cache_new();
    uint8_t token[ARK_SURFACE_TOKEN_BYTES_MAX];
    memset(token, 'x', sizeof token);
    for (uint32_t i = 0; i < TOKENS; i++) { // lengths on both sides of what fits a slot
        size_t len = 4 + i % 60;
        memcpy(token, &i, sizeof i);
        ck_assert_uint_eq(find_surface(cache, ark_str_make(token, len)), ARK_SURFACE_ABSENT);
        put_surface(cache, ark_str_make(token, len), i);
    }
    for (uint32_t i = 0; i < TOKENS; i++) {
        memcpy(token, &i, sizeof i);
        ck_assert_uint_eq(find_surface(cache, ark_str_make(token, 4 + i % 60)), i);
        ck_assert_uint_eq(find_surface(cache, ark_str_make(token, 5 + i % 60)), ARK_SURFACE_ABSENT);
    }
    ark_surface_cache_free(cache);
}
END_TEST

START_TEST(the_cache_tells_short_tokens_apart_by_every_byte)
{
    struct ark_surface_cache *cache = ark_surface_cache_new();
    uint8_t token[32];
    uint32_t number = 0;
    for (size_t len = 1; len <= sizeof token; len++) {
        for (size_t at = 0; at < len; at++) {
            memset(token, 'a', sizeof token);
            token[at] = 'b';
            ck_assert_uint_eq(find_surface(cache, ark_str_make(token, len)), ARK_SURFACE_ABSENT);
            put_surface(cache, ark_str_make(token, len), number++);
        }
    }
    ark_surface_cache_free(cache);
}
END_TEST

START_TEST(the_cache_keeps_its_bound)
{
    struct ark_surface_cache *cache = ark_surface_cache_new();
    uint8_t token[200];
    memset(token, 'x', sizeof token);
    for (uint32_t i = 0; i < 900000; i++) {
        memcpy(token, &i, sizeof i);
        put_surface(cache, ark_str_make(token, i % 8 == 0 ? sizeof token : 20), i);
    }
    ck_assert_uint_le(ark_surface_cache_bytes(cache), ARK_SURFACE_CACHE_BYTES_MAX);
    uint32_t last = 899999;
    memcpy(token, &last, sizeof last);
    ck_assert_uint_eq(find_surface(cache, ark_str_make(token, 20)), last);
    ark_surface_cache_free(cache);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("analyzer");
    TCase *tests = tcase_create("analyzer");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_conformance_table_holds);
    tcase_add_test(tests, spellings_of_one_form_share_light_form_and_family);
    tcase_add_test(tests, the_words_for_syria_and_syrians_are_one_family);
    tcase_add_test(tests, numbers_count_from_zero_in_the_order_seen);
    tcase_add_test(tests, words_of_one_form_with_two_stems_are_two);
    tcase_add_test(tests, a_token_of_marks_is_no_word);
    tcase_add_test(tests, digits_of_all_kinds_are_one_word);
    tcase_add_test(tests, latin_words_have_a_form_and_a_stem);
    tcase_add_test(tests, words_of_other_scripts_are_their_form);
    tcase_add_test(tests, the_script_given_does_not_change_a_word);
    tcase_add_test(tests, many_tokens_have_the_numbers_of_each);
    tcase_add_test(tests, more_new_tokens_than_wait_at_once_have_numbers_by_first_appearance);
    tcase_add_test(tests, reset_starts_numbers_again);
    tcase_add_test(tests, a_token_of_a_megabyte_is_one_word_of_bounded_size);
    tcase_add_test(tests, interning_a_form_gives_its_family_again);
    tcase_add_test(tests, the_identity_names_the_version_and_a_hash);
    tcase_add_test(tests, a_freed_nothing_is_fine);
    tcase_add_test(tests, the_cache_finds_what_was_put_and_nothing_else);
    tcase_add_test(tests, the_cache_tells_short_tokens_apart_by_every_byte);
    tcase_add_test(tests, the_cache_keeps_its_bound);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
