#include <check.h>

#include "common/base/compiler.h"
#include "common/base/file.h"
#include "common/text/clean.h"
#include "common/text/segment.h"
#include "common/text/stopwords.h"

static bool
is_stopword(const char *word)
{
    return ark_stopword(ark_str_from(word));
}

START_TEST(function_words_are_stop_words)
{
    static const char *const words[] = {
        // in
        "في",
        // from
        "من",
        // and it is
        "وهو",
        // upon him
        "عليه",
        // which (f.)
        "التي",
        // was (f.)
        "كانت",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_msg(is_stopword(words[i]), "%s", words[i]);
    }
}
END_TEST

START_TEST(question_words_are_stop_words)
{
    static const char *const words[] = {
        // what
        "ماذا",
        // when
        "متى",
        // where
        "أين",
        // how
        "كيف",
        // why
        "لماذا",
        // how many
        "كم",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_msg(is_stopword(words[i]), "%s", words[i]);
    }
    ck_assert(is_stopword("who"));
}
END_TEST

START_TEST(the_name_ali_is_not_the_preposition)
{
    ck_assert(is_stopword("\u0639\u0644\u0649"));
    ck_assert(!is_stopword("\u0639\u0644\u064A"));
}
END_TEST

START_TEST(the_name_muna_is_not_from_me)
{
    ck_assert(!is_stopword("\u0645\u0646\u0649"));
    ck_assert(is_stopword("\u0645\u0646\u064A"));
}
END_TEST

START_TEST(spellings_without_hamza_are_there)
{
    ck_assert(is_stopword("\u0625\u0644\u0649"));
    ck_assert(is_stopword("\u0627\u0644\u0649"));
    ck_assert(is_stopword("\u0623\u0646"));
    ck_assert(is_stopword("\u0627\u0646"));
}
END_TEST

START_TEST(content_words_are_not_stop_words)
{
    static const char *const words[] = {
        // Aleppo
        "حلب",
        // mother
        "أم",
        // Ban (Ki-moon)
        "بان",
        // meaning
        "معنى",
        // verse
        "آية",
    };
    for (size_t i = 0; i < ARK_COUNT_OF(words); i++) {
        ck_assert_msg(!is_stopword(words[i]), "%s", words[i]);
    }
    ck_assert(!is_stopword("us"));
    ck_assert(!is_stopword(""));
    ck_assert(!is_stopword("a word that is longer than any slot"));
}
END_TEST

/** Every word of a list is in, is one token, and is as cleaning leaves it. */
static void
check_list(const char *path)
{
    struct ark_buf file = ark_buf_make(1 << 20);
    struct ark_buf cleaned = ark_buf_make(1 << 10);
    ck_assert_int_eq(ark_file_read(path, 1 << 20, &file, NULL), ARK_OK);
    ark_str rest = ark_buf_view(&file);
    ark_str line;
    size_t count = 0;
    while (ark_str_next_line(&rest, &line)) {
        if (line.len == 0 || line.bytes[0] == '#') {
            continue;
        }
        ark_buf_clear(&cleaned);
        ark_clean_token(line, &cleaned);
        struct ark_segmenter segmenter = ark_segmenter_make(line);
        struct ark_token token = {0};
        bool one_token =
            ark_segmenter_next(&segmenter, &token) && token.start == 0 && token.end == line.len;
        ck_assert_msg(one_token && ark_stopword(line) &&
                          ark_str_equal(ark_buf_view(&cleaned), line),
                      "%.*s", ARK_STR_ARG(line));
        count++;
    }
    ck_assert_uint_ge(count, 40);
    ark_buf_dispose(&file);
    ark_buf_dispose(&cleaned);
}

START_TEST(every_listed_word_can_be_met)
{
    check_list(ARK_DATA_DIR "/stop_words.txt");
    check_list(ARK_DATA_DIR "/question_words.txt");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("stopwords");
    TCase *tests = tcase_create("stopwords");
    tcase_add_test(tests, function_words_are_stop_words);
    tcase_add_test(tests, question_words_are_stop_words);
    tcase_add_test(tests, the_name_ali_is_not_the_preposition);
    tcase_add_test(tests, the_name_muna_is_not_from_me);
    tcase_add_test(tests, spellings_without_hamza_are_there);
    tcase_add_test(tests, content_words_are_not_stop_words);
    tcase_add_test(tests, every_listed_word_can_be_met);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
