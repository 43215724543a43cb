#include <check.h>
#include <stdlib.h>

#include "searcher/phrase.h"
#include "tests/support/temp_dir.h"
#include "tests/support/toy_segment.h"

/*
 * Words are KEY:FORM; a word stands for all members of its family whose form
 * is given, or for the whole family when none is.
 */
static char *temp_dir;
static struct ark_segment_data *data;
static struct ark_segment *segment;
static struct ark_arena arena;
static struct ark_phrase_scratch scratch;

static void
set_up(void)
{
    temp_dir = test_temp_dir();
    arena = ark_arena_make();
    scratch = (struct ark_phrase_scratch){0};
}

static void
tear_down(void)
{
    ark_segment_data_free(data);
    data = NULL;
    ark_arena_dispose(&arena);
    test_temp_dir_remove(temp_dir);
}

static void
index_text(const char *words)
{
    struct toy_document document = {.path = "/d", .words = words};
    data = toy_segment_make(temp_dir, &document, 1);
    segment = ark_segment_data_reader(data);
}

/** A cursor on document 0 for the members of the family with one of the forms (NULL-ended). */
static struct ark_phrase_word
word(const char *key, const char *form, uint32_t offset)
{
    const struct ark_family *family = NULL;
    struct ark_phrase_word out = {.levels = 1, .offset = offset};
    ck_assert_int_eq(ark_segment_find_family(segment, ark_str_from(key), &arena, &family, NULL),
                     ARK_OK);
    ck_assert_ptr_nonnull(family);
    ck_assert_int_eq(ark_postings_open(segment, family, &arena, &out.postings, NULL), ARK_OK);
    ck_assert_uint_eq(ark_postings_next(out.postings), 0);
    uint8_t *levels = ark_arena_calloc(&arena, family->member_count, 1);
    for (uint32_t i = 0; i < family->member_count; i++) {
        ark_str text =
            family->terms[ARK_TERM_FORM][family->members[i].term_idx[ARK_TERM_FORM]].text;
        levels[i] = form == NULL || ark_str_equal(text, ark_str_from(form)) ? 1 : 8;
    }
    out.member_levels = levels;
    return out;
}

/** The starts of a phrase, joined by commas. */
static void
check_starts(const struct ark_phrase_word *words, uint32_t count, const char *expected)
{
    size_t found = 0;
    const uint32_t *starts = ark_phrase_starts(words, count, &arena, &scratch, &found);
    struct ark_buf text = ark_buf_make(4096);
    for (size_t i = 0; i < found; i++) {
        ark_buf_printf(&text, "%s%u", i > 0 ? "," : "", starts[i]);
    }
    ck_assert_str_eq(ark_buf_cstr(&text), expected);
    ark_buf_dispose(&text);
}

START_TEST(words_in_order_next_to_each_other_are_found)
{
    index_text("a:a b:b c:c a:a b:b b:b a:a c:c b:b");
    struct ark_phrase_word ab[] = {word("a", NULL, 0), word("b", NULL, 1)};
    check_starts(ab, 2, "0,3");
    struct ark_phrase_word abc[] = {word("a", NULL, 0), word("b", NULL, 1), word("c", NULL, 2)};
    check_starts(abc, 3, "0");
    struct ark_phrase_word ba[] = {word("b", NULL, 0), word("a", NULL, 1)};
    check_starts(ba, 2, "5");
}
END_TEST

START_TEST(a_gap_in_the_phrase_stands_for_any_token)
{
    index_text("a:a b:b c:c - a:a - c:c");
    struct ark_phrase_word words[] = {word("a", NULL, 0), word("c", NULL, 2)};
    check_starts(words, 2, "0,4");
}
END_TEST

START_TEST(a_repeated_word_is_found_where_it_is_repeated)
{
    index_text("a:a a:a b:b a:a b:b a:a a:a a:a");
    struct ark_phrase_word words[] = {word("a", NULL, 0), word("a", NULL, 1)};
    check_starts(words, 2, "0,5,6");
}
END_TEST

START_TEST(only_members_that_count_take_part)
{
    index_text("a:ax b:b a:ay b:b a:ax c:c");
    struct ark_phrase_word words[] = {word("a", "ay", 0), word("b", NULL, 1)};
    check_starts(words, 2, "2");
    struct ark_phrase_word none[] = {word("a", "az", 0), word("b", NULL, 1)};
    check_starts(none, 2, "");
}
END_TEST

START_TEST(members_of_one_word_are_merged_in_order)
{
    index_text("a:az b:b a:ax b:b a:ay b:b a:az b:b a:aw b:b");
    struct ark_phrase_word words[] = {word("a", NULL, 0), word("b", NULL, 1)};
    check_starts(words, 2, "0,2,4,6,8");
    struct ark_phrase_word alone[] = {word("a", NULL, 0)};
    check_starts(alone, 1, "0,2,4,6,8");
}
END_TEST

START_TEST(a_phrase_does_not_begin_before_the_document)
{
    index_text("b:b a:a b:b");
    struct ark_phrase_word words[] = {word("a", NULL, 0), word("b", NULL, 1)};
    check_starts(words, 2, "1");
    // The rarest word is the later one of the phrase, and stands too early.
    struct ark_phrase_word late[] = {word("b", NULL, 0), word("a", NULL, 5)};
    check_starts(late, 2, "");
}
END_TEST

START_TEST(the_frequency_of_a_word_is_that_of_the_members_that_count)
{
    index_text("a:ax a:ay a:ax a:az");
    struct ark_phrase_word all = word("a", NULL, 0);
    struct ark_phrase_word one = word("a", "ax", 0);
    struct ark_phrase_word none = word("a", "aq", 0);
    ck_assert_uint_eq(ark_phrase_word_tf(&all), 4);
    ck_assert_uint_eq(ark_phrase_word_tf(&one), 2);
    ck_assert_uint_eq(ark_phrase_word_tf(&none), 0);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("phrase");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, words_in_order_next_to_each_other_are_found);
    tcase_add_test(cases, a_gap_in_the_phrase_stands_for_any_token);
    tcase_add_test(cases, a_repeated_word_is_found_where_it_is_repeated);
    tcase_add_test(cases, only_members_that_count_take_part);
    tcase_add_test(cases, members_of_one_word_are_merged_in_order);
    tcase_add_test(cases, a_phrase_does_not_begin_before_the_document);
    tcase_add_test(cases, the_frequency_of_a_word_is_that_of_the_members_that_count);
    Suite *suite = suite_create("phrase");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
