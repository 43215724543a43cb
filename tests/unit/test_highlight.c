#include <check.h>
#include <stdlib.h>

#include "searcher/highlight.h"
#include "tests/unit/matches.h"

static const struct ark_marks BRACKETS = {{(const uint8_t *)"[", 1}, {(const uint8_t *)"]", 1}};

static struct ark_arena arena;
static struct test_matches found;

/** text with [ and ] around what the words light. */
static const char *
lit(const char *text, const struct test_word *words, size_t count)
{
    static struct ark_buf out;
    out.bytes_max = 1 << 16;
    ark_buf_clear(&out);
    ark_str view = ark_str_from(text);
    found.count = 0;
    (void)test_add_matches(&found, view, 5, words, count);
    struct ark_matches matches = {found.items, found.count};
    struct ark_spans spans = ark_highlight_spans(view, 5, &matches, &arena);
    ark_highlight_mark(view, spans, &BRACKETS, &out);
    return ark_buf_cstr(&out);
}

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

START_TEST(a_whole_word_is_lit_with_its_clitics_and_marks)
{
    static const char word[] = // wa-lil-hudnati, "and for the truce", with marks
        "وَلِلهُدنَةِ";
    const char *text = "قال وَلِلهُدنَةِ، كلام";
    const char *expected = "قال [وَلِلهُدنَةِ]، كلام";
    const struct test_word words[] = {{word, 1, 1}};
    ck_assert_str_eq(lit(text, words, 1), expected);
}
END_TEST

START_TEST(neighbouring_words_are_two_spans)
{
    const struct test_word words[] = {{"b", 1, 1}, {"c", 1, 1}};
    ck_assert_str_eq(lit("a b c d", words, 2), "a [b] [c] d");
}
END_TEST

START_TEST(a_phrase_is_one_span_through_its_blanks)
{
    const struct test_word words[] = {{"b", 2, 3}};
    ck_assert_str_eq(lit("a b, c  d e", words, 1), "a [b, c  d] e");
}
END_TEST

START_TEST(overlapping_matches_are_one_span)
{
    const struct test_word words[] = {{"a", 1, 2}, {"b", 1, 2}, {"c", 1, 1}};
    ck_assert_str_eq(lit("a b c d", words, 3), "[a b c] d");
}
END_TEST

START_TEST(a_word_inside_a_phrase_does_not_cut_it)
{
    const struct test_word words[] = {{"b", 1, 1}, {"a", 1, 3}};
    ck_assert_str_eq(lit("a b c b", words, 2), "[a b c] [b]");
}
END_TEST

START_TEST(touching_tokens_are_one_span)
{
    // Alef lam and digits part into two tokens; a colour change between them helps nobody.
    const struct test_word words[] = {{"\u0627\u0644", 1, 1}, {"39", 1, 1}};
    ck_assert_str_eq(lit("x \u0627\u064439", words, 2), "x [\u0627\u064439]");
}
END_TEST

START_TEST(matches_before_and_after_the_text_light_what_lies_in_it)
{
    ark_str text = ARK_STR("c d e");
    const struct ark_match items[] = {
        {0, 2, 0, 1}, {3, 4, 1, 1}, {7, 9, 2, 1}, {90, 1, 0, 1}}; // the text is 5, 6, 7
    struct ark_matches matches = {items, 4};
    struct ark_spans spans = ark_highlight_spans(text, 5, &matches, &arena);
    ck_assert_uint_eq(spans.count, 2);
    ck_assert_uint_eq(spans.items[0].start, 0);
    ck_assert_uint_eq(spans.items[0].end, 3);
    ck_assert_uint_eq(spans.items[1].start, 4);
    ck_assert_uint_eq(spans.items[1].end, 5);
}
END_TEST

START_TEST(an_empty_text_has_no_spans)
{
    const struct ark_match items[] = {{5, 1, 0, 1}};
    struct ark_matches matches = {items, 1};
    struct ark_spans spans = ark_highlight_spans((ark_str){NULL, 0}, 5, &matches, &arena);
    struct ark_buf out = ark_buf_make(64);
    ck_assert_uint_eq(spans.count, 0);
    ark_highlight_mark((ark_str){NULL, 0}, spans, &BRACKETS, &out);
    ck_assert_uint_eq(out.len, 0);
    ark_buf_dispose(&out);
}
END_TEST

START_TEST(moved_spans_lie_between_the_marks)
{
    const struct ark_span items[] = {{0, 1}, {2, 3}};
    const struct ark_spans spans = {items, 2};
    const struct ark_marks marks = {ARK_STR("<b>"), ARK_STR("</b>")};
    struct ark_buf out = ark_buf_make(64);
    ark_highlight_mark(ARK_STR("a b"), spans, &marks, &out);
    struct ark_spans moved = ark_highlight_moved(spans, &marks, &arena);
    ck_assert_str_eq(ark_buf_cstr(&out), "<b>a</b> <b>b</b>");
    ck_assert_uint_eq(moved.count, 2);
    ck_assert_uint_eq(moved.items[0].start, 3);
    ck_assert_uint_eq(moved.items[1].start, 12);
    ck_assert_uint_eq(moved.items[1].end, 13);
    ark_buf_dispose(&out);
}
END_TEST

START_TEST(more_matches_than_first_room_are_all_lit)
{
    const struct test_word words[] = {{"x", 1, 1}};
    ck_assert_str_eq(lit("x x x x x x x x x x x x", words, 1),
                     "[x] [x] [x] [x] [x] [x] [x] [x] [x] [x] [x] [x]");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("highlight");
    TCase *tests = tcase_create("highlight");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_whole_word_is_lit_with_its_clitics_and_marks);
    tcase_add_test(tests, neighbouring_words_are_two_spans);
    tcase_add_test(tests, a_phrase_is_one_span_through_its_blanks);
    tcase_add_test(tests, overlapping_matches_are_one_span);
    tcase_add_test(tests, a_word_inside_a_phrase_does_not_cut_it);
    tcase_add_test(tests, touching_tokens_are_one_span);
    tcase_add_test(tests, matches_before_and_after_the_text_light_what_lies_in_it);
    tcase_add_test(tests, an_empty_text_has_no_spans);
    tcase_add_test(tests, moved_spans_lie_between_the_marks);
    tcase_add_test(tests, more_matches_than_first_room_are_all_lit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
