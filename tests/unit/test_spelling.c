#include <check.h>

#include "common/base/file.h"
#include "common/text/analyzer.h"
#include "common/text/spelling.h"

static struct ark_arena arena;

static void
setup(void)
{
    arena = ark_arena_make();
}

static void
teardown(void)
{
    ark_arena_dispose(&arena);
}

/** True when other is among the spellings of word. */
static bool
is_spelling(const char *word, const char *other)
{
    ark_str spellings[ARK_SPELLINGS_MAX];
    size_t count = ark_spellings(ark_str_from(word), &arena, spellings);
    for (size_t i = 0; i < count; i++) {
        if (ark_str_equal(spellings[i], ark_str_from(other))) {
            return true;
        }
    }
    return false;
}

START_TEST(pairs_of_the_table_are_spellings_of_each_other)
{
    static const char *const pairs[][2] = {
        // Syria
        {"سوريا",
         "سورية"},
        // America
        {"أمريكا",
         "أميركا"},
        // the American (f.)
        {"الأمريكية",
         "الأميركية"},
        // and to the militias
        {"وللميليشيات",
         "وللمليشيات"},
        // of Europe
        {"لأوروبا",
         "لأوربا"},
        // music
        {"موسيقى",
         "موسيقا"},
    };
    for (size_t i = 0; i < ARK_COUNT_OF(pairs); i++) {
        ck_assert_msg(is_spelling(pairs[i][0], pairs[i][1]), "%s", pairs[i][0]);
        ck_assert_msg(is_spelling(pairs[i][1], pairs[i][0]), "%s", pairs[i][1]);
    }
}
END_TEST

START_TEST(a_word_typed_without_hamza_finds_its_entry)
{
    // America, with bare alef
    ck_assert(is_spelling("امريكا",
                          "أميركا"));
}
END_TEST

START_TEST(seats_of_hamza_do_not_matter)
{
    // responsible
    ck_assert(is_spelling("مسؤول",
                          "مسئول"));
    // affairs
    ck_assert(is_spelling("شئون",
                          "شؤون"));
    // heads
    ck_assert(is_spelling("رءوس",
                          "رؤوس"));
}
END_TEST

START_TEST(a_word_that_only_contains_an_entry_has_no_spellings)
{
    ark_str spellings[ARK_SPELLINGS_MAX];
    // Syriac, which is longer than the whole word Syria
    ck_assert_uint_eq(ark_spellings(ark_str_from("سوريانية"), &arena, spellings), 0);
    // book
    ck_assert_uint_eq(ark_spellings(ark_str_from("كتاب"), &arena, spellings), 0);
    ck_assert_uint_eq(ark_spellings(ARK_STR(""), &arena, spellings), 0);
    ck_assert_uint_eq(ark_spellings(ARK_STR("syria"), &arena, spellings), 0);
}
END_TEST

START_TEST(many_hamzas_give_a_bounded_number_of_spellings)
{
    ark_str spellings[ARK_SPELLINGS_MAX];
    ck_assert_uint_eq(ark_spellings(ark_str_from("ئئئئئئئئ"), &arena, spellings),
                      ARK_SPELLINGS_MAX);
}
END_TEST

/** The family of a word of the table, its * left out, with an ending when it takes one. */
static ark_str
family_of(struct ark_analyzer *analyzer, ark_str word)
{
    if (word.bytes[word.len - 1] == '*') {
        word.len--;
    }
    uint32_t number = ark_analyzer_intern(analyzer, word, ARK_SCRIPT_ARABIC);
    return ark_arena_dup(&arena, ark_analyzer_word(analyzer, number).level[ARK_LEVEL_SKELETON]);
}

START_TEST(all_words_of_a_class_are_of_one_family)
{
    struct ark_buf file = ark_buf_make(1 << 20);
    struct ark_analyzer *analyzer = ark_analyzer_new();
    ck_assert_int_eq(ark_file_read(ARK_DATA_DIR "/spelling_classes.txt", 1 << 20, &file, NULL),
                     ARK_OK);
    ark_str rest = ark_buf_view(&file);
    ark_str line;
    unsigned classes = 0;
    while (ark_str_next_line(&rest, &line)) {
        if (line.len == 0 || line.bytes[0] == '#') {
            continue;
        }
        ark_str first = ARK_STR("");
        for (size_t at = 0; at < line.len;) {
            size_t end = at;
            while (end < line.len && line.bytes[end] != ' ') {
                end++;
            }
            ark_str family = family_of(analyzer, ark_str_slice(line, at, end));
            first = at == 0 ? family : first;
            ck_assert_msg(ark_str_equal(first, family), "%.*s", ARK_STR_ARG(line));
            at = end + 1;
        }
        classes++;
    }
    ck_assert_uint_gt(classes, 30);
    ark_analyzer_free(analyzer);
    ark_buf_dispose(&file);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("spelling");
    TCase *tests = tcase_create("spelling");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, pairs_of_the_table_are_spellings_of_each_other);
    tcase_add_test(tests, a_word_typed_without_hamza_finds_its_entry);
    tcase_add_test(tests, seats_of_hamza_do_not_matter);
    tcase_add_test(tests, a_word_that_only_contains_an_entry_has_no_spellings);
    tcase_add_test(tests, many_hamzas_give_a_bounded_number_of_spellings);
    tcase_add_test(tests, all_words_of_a_class_are_of_one_family);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
