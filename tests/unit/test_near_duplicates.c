#include <check.h>
#include <stdlib.h>

#include "indexer/near_duplicates.h"
#include "tests/support/random.h"

enum { WORDS_MAX = 4000 };

/** A text: the form hashes of its words. */
struct text {
    uint64_t words[WORDS_MAX];
    size_t count;
};

static struct ark_sketcher *sketcher;

static void
make_sketcher(void)
{
    sketcher = ark_sketcher_new();
}

static void
free_sketcher(void)
{
    ark_sketcher_free(sketcher);
}

static struct ark_sketch
sketch_of(const uint64_t *words, size_t count)
{
    struct ark_sketch sketch;
    ark_str bytes = ark_sketcher_make(sketcher, words, count);
    ck_assert_uint_le(bytes.len, 119);
    ck_assert(ark_sketch_read(bytes, &sketch));
    return sketch;
}

static struct text
random_text(struct test_random *random, size_t count)
{
    struct text text = {.count = count};
    for (size_t i = 0; i < count; i++) {
        text.words[i] = test_random_u64(random);
    }
    return text;
}

static bool
similar(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
    struct ark_sketch left = sketch_of(a, a_count);
    struct ark_sketch right = sketch_of(b, b_count);
    bool result = ark_sketch_similar(&left, &right);
    ck_assert(ark_sketch_similar(&right, &left) == result);
    return result;
}

START_TEST(a_text_is_similar_to_itself_however_short)
{
    struct test_random random = test_random_make(test_seed(1));
    for (size_t count = ARK_SHINGLE_WORDS; count < 400; count++) {
        struct text text = random_text(&random, count);
        ck_assert(similar(text.words, count, text.words, count));
    }
}
END_TEST

START_TEST(fewer_than_five_words_have_no_sketch)
{
    struct test_random random = test_random_make(test_seed(2));
    struct text text = random_text(&random, 4);
    ck_assert_uint_eq(ark_sketcher_make(sketcher, text.words, 4).len, 0);
    struct ark_sketch none = sketch_of(text.words, 4);
    ck_assert_uint_eq(none.shingle_count, 0);
    ck_assert(!ark_sketch_similar(&none, &none));
}
END_TEST

START_TEST(two_thirds_in_common_are_similar_and_one_third_is_not)
{
    struct test_random random = test_random_make(test_seed(3));
    unsigned wrong = 0;
    for (uint32_t round = 0; round < 300; round++) {
        struct text a = random_text(&random, 300);
        struct text two_thirds = random_text(&random, 300);
        struct text third = random_text(&random, 300);
        memcpy(two_thirds.words, a.words, 200 * sizeof *a.words);
        memcpy(third.words, a.words, 100 * sizeof *a.words);
        wrong += !similar(a.words, 300, two_thirds.words, 300);
        wrong += similar(a.words, 300, third.words, 300);
    }
    // Three standard errors of the sketch lie between a third and a half.
    ck_assert_uint_le(wrong, 6);
}
END_TEST

START_TEST(an_excerpt_is_similar_unless_it_is_too_short_a_part)
{
    struct test_random random = test_random_make(test_seed(4));
    unsigned wrong = 0;
    for (uint32_t round = 0; round < 100; round++) {
        struct text whole = random_text(&random, 900);
        wrong += !similar(whole.words, 900, whole.words + 100, 450);
        ck_assert(!similar(whole.words, 900, whole.words + 100, 240));
    }
    ck_assert_uint_le(wrong, 2);
}
END_TEST

START_TEST(repeated_sentences_count_once)
{
    struct test_random random = test_random_make(test_seed(5));
    struct text once = random_text(&random, 60);
    struct text often = {.count = 600};
    for (size_t i = 0; i < often.count; i++) {
        often.words[i] = once.words[i % 60];
    }
    struct ark_sketch sketch = sketch_of(often.words, often.count);
    ck_assert_uint_le(sketch.shingle_count, 60);
    ck_assert(similar(once.words, 60, often.words, 600));
}
END_TEST

START_TEST(unrelated_texts_are_not_similar)
{
    struct test_random random = test_random_make(test_seed(6));
    for (uint32_t round = 0; round < 2000; round++) {
        struct text a = random_text(&random, 5 + test_random_below(&random, 200));
        struct text b = random_text(&random, 5 + test_random_below(&random, 200));
        ck_assert(!similar(a.words, a.count, b.words, b.count));
    }
}
END_TEST

START_TEST(damaged_bytes_are_no_sketch)
{
    struct test_random random = test_random_make(test_seed(7));
    struct text text = random_text(&random, 100);
    ark_str bytes = ark_sketcher_make(sketcher, text.words, text.count);
    struct ark_sketch sketch;
    for (size_t len = 1; len < bytes.len; len++) {
        ck_assert(!ark_sketch_read(ark_str_slice(bytes, 0, len), &sketch));
    }
    ck_assert(!ark_sketch_read(ARK_STR("\0\0\0"), &sketch)); // no shingle at all
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("near_duplicates");
    TCase *tests = tcase_create("near_duplicates");
    tcase_add_checked_fixture(tests, make_sketcher, free_sketcher);
    tcase_add_test(tests, a_text_is_similar_to_itself_however_short);
    tcase_add_test(tests, fewer_than_five_words_have_no_sketch);
    tcase_add_test(tests, two_thirds_in_common_are_similar_and_one_third_is_not);
    tcase_add_test(tests, an_excerpt_is_similar_unless_it_is_too_short_a_part);
    tcase_add_test(tests, repeated_sentences_count_once);
    tcase_add_test(tests, unrelated_texts_are_not_similar);
    tcase_add_test(tests, damaged_bytes_are_no_sketch);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
