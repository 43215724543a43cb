#include "common/text/word_table.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>

#include "common/base/compiler.h"
#include "common/base/memory.h"
#include "tests/support/word_number.h"

static struct ark_word_table *table;

static void
set_up(void)
{
    table = ark_word_table_new();
}

static void
tear_down(void)
{
    ark_word_table_free(table);
}

/** A word whose light form is its form but for the first byte. */
static struct ark_word
make_word(const char *form, const char *stem, const char *family)
{
    ark_str whole = ark_str_from(form);
    return (struct ark_word){
        {whole, ark_str_slice(whole, 1, whole.len), ark_str_from(stem), ark_str_from(family)}};
}

static uint32_t
intern(const char *form, const char *stem, const char *family)
{
    struct ark_word word = make_word(form, stem, family);
    return test_word_number(table, &word);
}

START_TEST(a_word_is_given_back_with_all_its_levels)
{
    uint32_t number = intern("books", "book", "bk");
    struct ark_word word = ark_word_table_word(table, number);
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_FORM], ARK_STR("books")));
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_LIGHT], ARK_STR("ooks")));
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_STEM], ARK_STR("book")));
    ck_assert(ark_str_equal(word.level[ARK_LEVEL_SKELETON], ARK_STR("bk")));
}
END_TEST

START_TEST(words_that_differ_in_form_or_stem_have_numbers_of_their_own)
{
    ck_assert_uint_eq(intern("books", "book", "bk"), 0);
    ck_assert_uint_eq(intern("books", "books", "bk"), 1);
    ck_assert_uint_eq(intern("book", "book", "bk"), 2);
    ck_assert_uint_eq(intern("books", "book", "bk"), 0);
    ck_assert_uint_eq(ark_word_table_count(table), 3);
}
END_TEST

START_TEST(words_of_one_family_share_its_number)
{
    uint32_t one = intern("books", "book", "bk");
    uint32_t other = intern("pens", "pen", "pn");
    uint32_t third = intern("booked", "book", "bk");
    ck_assert_uint_eq(ark_word_table_family_count(table), 2);
    ck_assert_uint_eq(ark_word_table_family(table, one), ark_word_table_family(table, third));
    ck_assert_uint_ne(ark_word_table_family(table, one), ark_word_table_family(table, other));
    ark_str key = ark_word_table_family_key(table, ark_word_table_family(table, other));
    ck_assert(ark_str_equal(key, ARK_STR("pn")));
}
END_TEST

START_TEST(words_of_one_queue_are_numbered_in_its_order_and_equal_ones_alike)
{
    const char *const forms[] = {"books", "pens", "books", "ink", "pens"};
    const uint32_t expected[] = {1, 2, 1, 0, 2};
    uint32_t numbers[ARK_COUNT_OF(forms)];
    struct ark_word_queue queue = ark_word_queue_make();
    ck_assert_uint_eq(intern("ink", "ink", "nk"), 0);
    for (unsigned round = 0; round < 2; round++) { // new, and then known
        for (size_t i = 0; i < ARK_COUNT_OF(forms); i++) {
            struct ark_word word = make_word(forms[i], forms[i], i == 3 ? "nk" : forms[i]);
            ark_word_queue_add(&queue, &word);
        }
        ck_assert_uint_eq(queue.count, ARK_COUNT_OF(forms));
        ark_word_table_take(table, &queue, numbers);
        ck_assert_mem_eq(numbers, expected, sizeof expected);
    }
    ck_assert_uint_eq(ark_word_table_family_count(table), 3);
    ark_word_queue_dispose(&queue);
}
END_TEST

START_TEST(many_words_keep_their_texts_families_and_hashes)
{
    enum { COUNT = 20000 };
    char form[32];
    char family[32];
    for (unsigned i = 0; i < COUNT; i++) {
        (void)snprintf(form, sizeof form, "w%u", i);
        (void)snprintf(family, sizeof family, "%u", i % 100);
        ck_assert_uint_eq(intern(form, form, family), i);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        (void)snprintf(form, sizeof form, "w%u", i);
        struct ark_word word = ark_word_table_word(table, i);
        ck_assert(ark_str_equal(word.level[ARK_LEVEL_FORM], ark_str_from(form)));
        ck_assert_uint_eq(ark_word_table_family(table, i), i % 100);
        ck_assert_uint_eq(ark_word_table_form_hash(table, i), ark_form_hash(ark_str_from(form)));
    }
    ck_assert_uint_gt(ark_word_table_bytes(table), (size_t)COUNT * 16);
}
END_TEST

START_TEST(after_a_reset_numbers_begin_again)
{
    (void)intern("books", "book", "bk");
    ark_word_table_reset(table);
    ck_assert_uint_eq(ark_word_table_count(table), 0);
    ck_assert_uint_eq(ark_word_table_family_count(table), 0);
    ck_assert_uint_eq(intern("pens", "pen", "pn"), 0);
    ck_assert(ark_str_equal(ark_word_table_word(table, 0).level[ARK_LEVEL_STEM], ARK_STR("pen")));
    ck_assert_uint_eq(ark_word_table_form_hash(table, 0), ark_form_hash(ARK_STR("pens")));
}
END_TEST

START_TEST(a_table_that_has_shed_keeps_its_words_and_numbers_anew_after_a_reset)
{
    enum { COUNT = 1000 };
    char form[32];
    for (unsigned i = 0; i < COUNT; i++) {
        (void)snprintf(form, sizeof form, "w%u", i);
        (void)intern(form, form, form);
    }
    size_t shed_bytes = ark_word_table_shed_bytes(table);
    ck_assert_uint_lt(shed_bytes, ark_word_table_bytes(table));
    ark_word_table_shed(table);
    ck_assert_uint_eq(ark_word_table_bytes(table), shed_bytes);
    ck_assert_uint_eq(ark_word_table_count(table), COUNT);
    ck_assert(ark_str_equal(ark_word_table_word(table, COUNT - 1).level[ARK_LEVEL_FORM],
                            ARK_STR("w999")));
    ark_word_table_reset(table);
    ck_assert_uint_eq(intern("pens", "pen", "pn"), 0);
    ck_assert_uint_eq(intern("w999", "w999", "w999"), 1);
    ck_assert_uint_eq(intern("pens", "pen", "pn"), 0);
}
END_TEST

START_TEST(the_hash_of_a_form_never_changes)
{
    // It stands in indexes: these values may only change with the format.
    ck_assert_uint_eq(ark_form_hash(ARK_STR("")), UINT64_C(0));
    ck_assert_uint_eq(ark_form_hash(ARK_STR("book")), UINT64_C(0xCE4396921F7B9810));
    ck_assert_uint_eq(ark_form_hash(ARK_STR("eightbytes and more")), UINT64_C(0xCE2A3BE5BE842338));
}
END_TEST

enum { THREADS = 4, WORDS = 3000, ROUNDS = 3 };

/** What one thread has found. */
struct finder {
    uint32_t numbers[WORDS];
    bool steady;
};

/** Interns all words, each thread from another place on, and looks at their hashes meanwhile. */
static void *
find_words(void *context)
{
    struct finder *finder = context;
    finder->steady = true;
    for (unsigned i = 0; i < WORDS * ROUNDS; i++) {
        unsigned which = (i * 7 + (unsigned)(uintptr_t)finder % 997) % WORDS;
        char form[32];
        (void)snprintf(form, sizeof form, "w%u", which);
        struct ark_word word = make_word(form, form, "f");
        uint32_t number = test_word_number(table, &word);
        finder->steady =
            finder->steady && (i < WORDS || finder->numbers[which] == number) &&
            ark_word_table_form_hash(table, number) == ark_form_hash(ark_str_from(form));
        finder->numbers[which] = number;
    }
    return NULL;
}

START_TEST(threads_that_intern_at_once_agree)
{
    static struct finder finders[THREADS];
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, find_words, &finders[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    ck_assert_uint_eq(ark_word_table_count(table), WORDS);
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert(finders[i].steady);
        ck_assert_mem_eq(finders[i].numbers, finders[0].numbers, sizeof finders[0].numbers);
    }
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("word_table");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, a_word_is_given_back_with_all_its_levels);
    tcase_add_test(cases, words_that_differ_in_form_or_stem_have_numbers_of_their_own);
    tcase_add_test(cases, words_of_one_family_share_its_number);
    tcase_add_test(cases, words_of_one_queue_are_numbered_in_its_order_and_equal_ones_alike);
    tcase_add_test(cases, many_words_keep_their_texts_families_and_hashes);
    tcase_add_test(cases, after_a_reset_numbers_begin_again);
    tcase_add_test(cases, a_table_that_has_shed_keeps_its_words_and_numbers_anew_after_a_reset);
    tcase_add_test(cases, the_hash_of_a_form_never_changes);
    tcase_add_test(cases, threads_that_intern_at_once_agree);
    Suite *suite = suite_create("word_table");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
