#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "searcher/phrase.h"

#include "common/base/buf.h"

static struct ark_arena arena;
static const char *text;

static void
set_up(void)
{
    arena = ark_arena_make();
}

static void
tear_down(void)
{
    ark_arena_dispose(&arena);
}

/** The places of a letter in the text, whose positions are its bytes. */
static struct ark_phrase_word
word(char letter, uint32_t offset)
{
    uint32_t *positions = ark_arena_calloc(&arena, strlen(text), sizeof *positions);
    struct ark_phrase_word out = {.positions = positions, .offset = offset};
    for (uint32_t i = 0; text[i] != 0; i++) {
        if (text[i] == letter) {
            positions[out.count++] = i;
        }
    }
    return out;
}

/** The starts of a phrase, joined by commas. */
static void
check_starts(const struct ark_phrase_word *words, uint32_t count, const char *expected)
{
    uint32_t found = 0;
    const uint32_t *starts = ark_phrase_starts(words, count, &arena, &found);
    struct ark_buf shown = ark_buf_make(4096);
    for (uint32_t i = 0; i < found; i++) {
        ark_buf_printf(&shown, "%s%u", i > 0 ? "," : "", starts[i]);
    }
    ck_assert_str_eq(ark_buf_cstr(&shown), expected);
    ark_buf_dispose(&shown);
}

START_TEST(words_in_order_next_to_each_other_are_found)
{
    text = "abcabbacb";
    struct ark_phrase_word ab[] = {word('a', 0), word('b', 1)};
    check_starts(ab, 2, "0,3");
    struct ark_phrase_word abc[] = {word('a', 0), word('b', 1), word('c', 2)};
    check_starts(abc, 3, "0");
    struct ark_phrase_word ba[] = {word('b', 0), word('a', 1)};
    check_starts(ba, 2, "5");
}
END_TEST

START_TEST(a_gap_in_the_phrase_stands_for_any_token)
{
    text = "abc-a-c";
    struct ark_phrase_word words[] = {word('a', 0), word('c', 2)};
    check_starts(words, 2, "0,4");
}
END_TEST

START_TEST(a_repeated_word_is_found_where_it_is_repeated)
{
    text = "aababaaa";
    struct ark_phrase_word words[] = {word('a', 0), word('a', 1)};
    check_starts(words, 2, "0,5,6");
}
END_TEST

START_TEST(a_phrase_of_one_word_is_where_the_word_is)
{
    text = "abacbaa";
    struct ark_phrase_word alone[] = {word('a', 0)};
    check_starts(alone, 1, "0,2,5,6");
}
END_TEST

START_TEST(a_word_that_is_not_there_ends_the_phrase)
{
    text = "abab";
    struct ark_phrase_word words[] = {word('a', 0), word('x', 1)};
    check_starts(words, 2, "");
}
END_TEST

START_TEST(a_phrase_does_not_begin_before_the_document)
{
    text = "bab";
    struct ark_phrase_word words[] = {word('a', 0), word('b', 1)};
    check_starts(words, 2, "1");
    // The rarest word is the later one of the phrase, and stands too early.
    struct ark_phrase_word late[] = {word('b', 0), word('a', 5)};
    check_starts(late, 2, "");
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
    tcase_add_test(cases, a_phrase_of_one_word_is_where_the_word_is);
    tcase_add_test(cases, a_word_that_is_not_there_ends_the_phrase);
    tcase_add_test(cases, a_phrase_does_not_begin_before_the_document);
    Suite *suite = suite_create("phrase");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
