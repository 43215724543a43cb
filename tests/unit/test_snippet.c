#include <check.h>
#include <stdlib.h>

#include "searcher/snippet.h"
#include "tests/unit/matches.h"

static const struct ark_marks BRACKETS = {{(const uint8_t *)"[", 1}, {(const uint8_t *)"]", 1}};

static struct ark_arena arena;
static struct test_matches found;
static struct ark_buf shown;

static void
setup(void)
{
    arena = ark_arena_make();
    shown = ark_buf_make(1 << 20);
}

static void
teardown(void)
{
    ark_arena_dispose(&arena);
    ark_buf_dispose(&shown);
}

/** What must hold of every result. */
static void
check_sane(const struct ark_snippet_source *source, const struct ark_snippets *snippets,
           uint32_t cells_max)
{
    for (size_t i = 0; i < snippets->count; i++) {
        const struct ark_snippet *snippet = &snippets->items[i];
        ck_assert_uint_lt(snippet->start, source->body.len);
        ck_assert_uint_gt(snippet->text.len, 0);
        ck_assert_uint_le(snippet->text.len, (size_t)cells_max * 8 + 6);
        ck_assert(i == 0 || snippet->start > snippets->items[i - 1].start);
        uint32_t at = 0;
        for (size_t j = 0; j < snippet->spans.count; j++) {
            ck_assert_uint_ge(snippet->spans.items[j].start, at);
            ck_assert_uint_gt(snippet->spans.items[j].end, snippet->spans.items[j].start);
            at = snippet->spans.items[j].end;
        }
        ck_assert_uint_le(at, snippet->text.len);
        bool cut = ark_str_starts_with(snippet->text, ark_str_from("…"));
        size_t skipped = cut ? strlen("…") : 0;
        ck_assert_uint_eq(snippet->text.bytes[skipped], source->body.bytes[snippet->start]);
    }
}

/** Passages of a document, each between { and }, matches between [ and ]. */
static const char *
passages(const char *title, const char *body, const struct test_word *words, size_t word_count,
         uint32_t count, uint32_t cells_max)
{
    struct ark_snippet_source source = {.title = ark_str_from(title), .body = ark_str_from(body)};
    source.title_tokens = test_find_matches(&found, source.title, source.body, words, word_count);
    source.matches = (struct ark_matches){found.items, found.count};
    struct ark_snippet_options options = {count, cells_max};
    struct ark_snippets snippets;
    ark_snippet_make(&source, &options, &arena, &snippets);
    check_sane(&source, &snippets, cells_max);
    ark_buf_clear(&shown);
    for (size_t i = 0; i < snippets.count; i++) {
        ark_buf_push(&shown, '{');
        ark_highlight_mark(snippets.items[i].text, snippets.items[i].spans, &BRACKETS, &shown);
        ark_buf_push(&shown, '}');
    }
    return ark_buf_cstr(&shown);
}

static const struct test_word match[] = {{"match", 1, 1}, {"rare", 5, 1}, {"pair", 3, 2}};

START_TEST(a_short_body_is_shown_whole)
{
    ck_assert_str_eq(passages("", "a match here", match, 1, 1, 80), "{a [match] here}");
}
END_TEST

START_TEST(line_breaks_and_blanks_become_one_space)
{
    ck_assert_str_eq(passages("", "  a \n\n match \t here\n", match, 1, 1, 80), "{[match] here}");
}
END_TEST

START_TEST(the_spaces_of_unicode_are_blanks)
{
    ck_assert_str_eq(passages("", "a\u00A0match\u3000\u2009here", match, 1, 1, 80),
                     "{a [match] here}");
    ck_assert_str_eq(passages("The\u00A0match", "The match\na match", match, 1, 1, 80),
                     "{a [match]}");
}
END_TEST

START_TEST(a_sentence_up_to_14_words_before_the_match_begins_the_passage)
{
    const char *body = "One two three four five six. Seven b c d e f g h match and so on.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80),
                     "{Seven b c d e f g h [match] and so on.}");
    const char *most = "One two three four. Seven b c d e f g h i j k l m n match and so on.";
    ck_assert_str_eq(passages("", most, match, 1, 1, 80),
                     "{Seven b c d e f g h i j k l m n [match] and so on.}");
}
END_TEST

START_TEST(otherwise_ten_words_go_before_the_match)
{
    const char *body = "z z. A1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 match end.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80),
                     "{…a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 [match] end.}");
}
END_TEST

START_TEST(a_passage_does_not_begin_right_behind_a_negation)
{
    static const struct test_word aleppo[] = {{// Aleppo
                                               "حلب",
                                               1, 1}};
    // ... and will not leave, 9 words, Aleppo
    const char *body = "a b c d e f g ولن يخرجوا 1 2 3 4 5 6 7 8 9 "
                       "حلب";
    ck_assert_str_eq(passages("", body, aleppo, 1, 1, 80),
                     "{…ولن يخرجوا 1 2 3 4 5 6 7 8 9 "
                     "[حلب]}");
}
END_TEST

START_TEST(nothing_is_cut_when_what_is_joined_reaches_the_beginning)
{
    const char *body = "2023-05-11 a b c d e f g h i match";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80), "{2023-05-11 a b c d e f g h i [match]}");
}
END_TEST

START_TEST(an_initial_does_not_end_a_sentence)
{
    const char *body = "xx xx xx xx xx xx xx xx xx xx xx. So it was with d. match again.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80), "{So it was with d. [match] again.}");
}
END_TEST

START_TEST(closing_quotes_stay_with_their_sentence)
{
    const char *body = "x x x x x x x x x x x x x x “y.” «match» again.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80),
                     "{…x x x x x x x x x “y.” «[match]» again.}");
    const char *long_one = "x x x x x x x x x x x x x x “yes.” «match» again.";
    ck_assert_str_eq(passages("", long_one, match, 1, 1, 80), "{«[match]» again.}");
}
END_TEST

START_TEST(an_arabic_question_mark_ends_a_sentence)
{
    const char *body = // "... what happened? A match came."
        "كلام طويل جدا قبل السؤال هنا وهناك وفي كل مكان بعيد فماذا حدث؟ جاء match بعده.";
    const char *expected = "{جاء [match] بعده.}";
    ck_assert_str_eq(passages("", body, match, 1, 1, 80), expected);
}
END_TEST

START_TEST(the_passage_with_the_greatest_sum_of_idf_wins)
{
    const char *body = "match one match two match three. aa aa aa aa aa aa aa aa aa aa aa aa. "
                       "Here rare stands.";
    ck_assert_str_eq(passages("", body, match, 2, 1, 40), "{Here [rare] stands.}");
}
END_TEST

START_TEST(a_word_counts_once_in_a_passage)
{
    const char *body = "match and match and match. xx xx xx xx xx xx xx xx xx xx xx xx xx. "
                       "One match with rare.";
    const struct test_word words[] = {{"match", 3, 1}, {"rare", 1, 1}};
    ck_assert_str_eq(passages("", body, words, 2, 1, 40), "{One [match] with [rare].}");
}
END_TEST

START_TEST(the_earliest_of_equal_passages_wins)
{
    const char *body = "First match. x x x x x x x x x x x x x x x x x x x x x x x x. Then match.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 24), "{First [match]. x x x x x…}");
}
END_TEST

START_TEST(a_long_sentence_is_cut_at_a_word_with_an_ellipsis)
{
    const char *body = "match bbbb cccc dddd eeee ffff";
    ck_assert_str_eq(passages("", body, match, 1, 1, 17), "{[match] bbbb cccc…}");
}
END_TEST

START_TEST(a_comma_before_the_ellipsis_goes)
{
    ck_assert_str_eq(passages("", "match bbbb, ccccc dddd eeee", match, 1, 1, 16),
                     "{[match] bbbb…}");
    const char *arabic = // with an Arabic comma
        "match كلمة، وكلام طويل";
    const char *expected = "{[match] كلمة…}";
    ck_assert_str_eq(passages("", arabic, match, 1, 1, 16), expected);
}
END_TEST

START_TEST(a_passage_ends_with_a_sentence_when_it_is_long_enough)
{
    const char *body = "match one two three four five. Six seven eight nine ten";
    ck_assert_str_eq(passages("", body, match, 1, 1, 40), "{[match] one two three four five.}");
}
END_TEST

START_TEST(a_line_that_ends_no_sentence_does_not_lengthen_a_passage)
{
    const char *body = "match one two three four five.\n-\n-\nSource: six seven eight nine ten";
    ck_assert_str_eq(passages("", body, match, 1, 1, 40), "{[match] one two three four five.}");
    const char *heading = "match one two three four five\nSix seven eight nine ten";
    ck_assert_str_eq(passages("", heading, match, 1, 1, 40), "{[match] one two three four five}");
}
END_TEST

START_TEST(a_passage_does_not_end_before_its_last_match)
{
    const char *body = "match oneoneoneoneone twotwotwotwotwo threethree. rare one two three four";
    ck_assert_str_eq(passages("", body, match, 2, 1, 60),
                     "{[match] oneoneoneoneone twotwotwotwotwo threethree. [rare] one…}");
}
END_TEST

START_TEST(a_phrase_is_lit_as_one)
{
    ck_assert_str_eq(passages("", "a pair  of them", match, 3, 1, 80), "{a [pair of] them}");
}
END_TEST

START_TEST(a_title_repeated_at_the_head_of_the_body_is_passed_over)
{
    ck_assert_str_eq(passages("The match", "The  match\nThen text.", match, 1, 1, 80),
                     "{Then text.}");
    ck_assert_str_eq(passages("The match", "News\nThe match\nA match came.", match, 1, 1, 80),
                     "{A [match] came.}");
}
END_TEST

START_TEST(a_body_that_is_only_the_title_gives_no_passage)
{
    ck_assert_str_eq(passages("The match", "The match\n", match, 1, 1, 80), "");
}
END_TEST

START_TEST(without_a_match_in_the_body_its_beginning_is_shown)
{
    ck_assert_str_eq(passages("match", "one two three four five six", match, 1, 1, 16),
                     "{one two three…}");
}
END_TEST

START_TEST(no_passages_are_made_when_none_are_wanted)
{
    ck_assert_str_eq(passages("", "a match", match, 1, 0, 80), "");
    ck_assert_str_eq(passages("match", "", match, 1, 1, 80), "");
}
END_TEST

START_TEST(several_passages_come_in_the_order_of_the_text)
{
    const char *body = "A match here. xx xx xx xx xx xx xx xx xx xx xx xx xx xx xx. "
                       "A rare one. yy yy yy yy yy yy yy yy yy yy yy yy yy yy yy yy. Last match.";
    ck_assert_str_eq(passages("", body, match, 2, 2, 20),
                     "{A [match] here.}{A [rare] one. yy yy…}");
    ck_assert_str_eq(passages("", body, match, 2, 9, 20),
                     "{A [match] here.}{A [rare] one. yy yy…}{Last [match].}");
}
END_TEST

START_TEST(a_passage_that_follows_another_begins_behind_it)
{
    const char *body = "match a a a a match b b b b match c c c c match d d d d match";
    ck_assert_str_eq(passages("", body, match, 1, 9, 16),
                     "{[match] a a a a…}{…[match] b b b b…}{…[match] c c c c…}"
                     "{…[match] d d d d…}{…[match]}");
}
END_TEST

START_TEST(what_is_joined_to_a_word_is_not_cut_off)
{
    const char *body = "xx xx xx xx xx well-known/x1 bb cc dd ee ff gg hh ii jj match.";
    ck_assert_str_eq(passages("", body, match, 1, 1, 90),
                     "{…well-known/x1 bb cc dd ee ff gg hh ii jj [match].}");
}
END_TEST

START_TEST(a_giant_word_is_cut_inside)
{
    enum { GIANT = 100000 };
    char *body = malloc(2 * GIANT + 64);
    ck_assert_ptr_nonnull(body);
    memset(body, 'x', GIANT);
    memcpy(body + GIANT, " match ", 7);
    memset(body + GIANT + 7, 'y', GIANT);
    body[2 * GIANT + 7] = '\0';
    ck_assert_str_eq(passages("", body, match, 1, 1, 20), "{…[match]…}");
    body[GIANT] = 'x'; // now the match is lost in a giant token
    ck_assert_str_eq(passages("", body, match, 1, 1, 20), "{xxxxxxxxxxxxxxxxxxx…}");
    free(body);
}
END_TEST

START_TEST(a_heap_of_marks_on_one_letter_is_bounded)
{
    enum { MARKS = 50000 };
    char *body = malloc(2 * MARKS + 64);
    ck_assert_ptr_nonnull(body);
    memcpy(body, "match ", 6);
    for (size_t i = 0; i < MARKS; i++) {
        memcpy(body + 6 + 2 * i, "\u064E", 2);
    }
    body[6 + 2 * MARKS] = '\0';
    (void)passages("", body, match, 1, 1, 20); // check_sane holds the bound
    free(body);
}
END_TEST

START_TEST(many_matches_in_a_long_text_stay_fast)
{
    enum { REPEATS = 200000 };
    struct ark_match *items = malloc(REPEATS * sizeof *items);
    char *body = malloc(REPEATS * 6 + 1);
    ck_assert(items != NULL && body != NULL);
    for (uint32_t i = 0; i < REPEATS; i++) {
        memcpy(body + (size_t)i * 6, "match ", 6);
        items[i] = (struct ark_match){ARK_FIELD_GAP + i, 1, 0, 1};
    }
    struct ark_snippet_source source = {.body = {(const uint8_t *)body, REPEATS * 6},
                                        .matches = {items, REPEATS}};
    struct ark_snippet_options options = {3, 200};
    struct ark_snippets snippets;
    ark_snippet_make(&source, &options, &arena, &snippets);
    ck_assert_uint_eq(snippets.count, 3);
    free(body);
    free(items);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("snippet");
    TCase *tests = tcase_create("snippet");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_short_body_is_shown_whole);
    tcase_add_test(tests, line_breaks_and_blanks_become_one_space);
    tcase_add_test(tests, the_spaces_of_unicode_are_blanks);
    tcase_add_test(tests, a_sentence_up_to_14_words_before_the_match_begins_the_passage);
    tcase_add_test(tests, otherwise_ten_words_go_before_the_match);
    tcase_add_test(tests, a_passage_does_not_begin_right_behind_a_negation);
    tcase_add_test(tests, nothing_is_cut_when_what_is_joined_reaches_the_beginning);
    tcase_add_test(tests, an_initial_does_not_end_a_sentence);
    tcase_add_test(tests, closing_quotes_stay_with_their_sentence);
    tcase_add_test(tests, an_arabic_question_mark_ends_a_sentence);
    tcase_add_test(tests, the_passage_with_the_greatest_sum_of_idf_wins);
    tcase_add_test(tests, a_word_counts_once_in_a_passage);
    tcase_add_test(tests, the_earliest_of_equal_passages_wins);
    tcase_add_test(tests, a_long_sentence_is_cut_at_a_word_with_an_ellipsis);
    tcase_add_test(tests, a_comma_before_the_ellipsis_goes);
    tcase_add_test(tests, a_passage_ends_with_a_sentence_when_it_is_long_enough);
    tcase_add_test(tests, a_line_that_ends_no_sentence_does_not_lengthen_a_passage);
    tcase_add_test(tests, a_passage_does_not_end_before_its_last_match);
    tcase_add_test(tests, a_phrase_is_lit_as_one);
    tcase_add_test(tests, a_title_repeated_at_the_head_of_the_body_is_passed_over);
    tcase_add_test(tests, a_body_that_is_only_the_title_gives_no_passage);
    tcase_add_test(tests, without_a_match_in_the_body_its_beginning_is_shown);
    tcase_add_test(tests, no_passages_are_made_when_none_are_wanted);
    tcase_add_test(tests, several_passages_come_in_the_order_of_the_text);
    tcase_add_test(tests, a_passage_that_follows_another_begins_behind_it);
    tcase_add_test(tests, what_is_joined_to_a_word_is_not_cut_off);
    tcase_add_test(tests, a_giant_word_is_cut_inside);
    tcase_add_test(tests, a_heap_of_marks_on_one_letter_is_bounded);
    tcase_add_test(tests, many_matches_in_a_long_text_stay_fast);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
