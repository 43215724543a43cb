#include <check.h>
#include <stdlib.h>

#include "common/terminal/bidi.h"

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

/** The line as it is seen, NUL-ended; *cells is its width. */
static const char *
seen(const char *text, enum ark_direction base, size_t *cells)
{
    struct ark_line line = {.text = ark_str_from(text)};
    struct ark_line visual = ark_bidi_visual(&line, base, &arena, cells);
    return (const char *)ark_arena_dup(&arena, visual.text).bytes;
}

static const char *
seen_rtl(const char *text)
{
    return seen(text, ARK_DIRECTION_RTL, NULL);
}

START_TEST(letters_are_joined_and_run_from_the_right)
{
    const char *hudna = // heh dal noon teh-marbuta
        "هدنة";
    // From the left: teh marbuta final, noon initial, dal final, heh initial.
    ck_assert_str_eq(seen_rtl(hudna), "\uFE94\uFEE7\uFEAA\uFEEB");
}
END_TEST

START_TEST(lam_alef_is_one_cell)
{
    const char *salam = // seen lam alef meem
        "سلام";
    size_t cells = 0;
    ck_assert_str_eq(seen(salam, ARK_DIRECTION_RTL, &cells), "\uFEE1\uFEFC\uFEB3");
    ck_assert_uint_eq(cells, 3);
    const char *la = // lam, alef with hamza above
        "لأ";
    ck_assert_str_eq(seen_rtl(la), "\uFEF7");
}
END_TEST

START_TEST(marks_stay_behind_their_letter)
{
    // beh fatha, seen sukun: the letters turn around, each mark follows its own.
    size_t cells = 0;
    ck_assert_str_eq(seen("\u0628\u064E\u0633\u0652", ARK_DIRECTION_RTL, &cells),
                     "\uFEB2\u0652\uFE91\u064E");
    ck_assert_uint_eq(cells, 2);
}
END_TEST

START_TEST(marks_do_not_break_a_lam_alef)
{
    // lam shadda fatha, alef, with marks on both letters of the ligature
    ck_assert_str_eq(seen_rtl("\u0644\u0651\u064E\u0627\u0653"), "\uFEFB\u0651\u064E\u0653");
}
END_TEST

START_TEST(tatweel_joins_both_sides)
{
    const char *halab = // hah tatweel lam beh
        "حـلب";
    ck_assert_str_eq(seen_rtl(halab), "\uFE90\uFEE0\u0640\uFEA3");
}
END_TEST

START_TEST(a_non_joiner_parts_letters_and_is_not_written)
{
    // meem heh ZWNJ yeh: heh is final, yeh isolated.
    ck_assert_str_eq(seen_rtl("\u0645\u0647\u200C\u064A"), "\uFEF1\uFEEA\uFEE3");
}
END_TEST

START_TEST(marks_behind_a_joiner_belong_to_the_letter_before_it)
{
    // beh ZWNJ fatha, alef
    ck_assert_str_eq(seen_rtl("\u0628\u200C\u064E\u0627"), "\uFE8D\uFE8F\u064E");
}
END_TEST

START_TEST(persian_letters_are_shaped)
{
    // peh, keheh: initial and final shapes
    ck_assert_str_eq(seen_rtl("\u067E\u06A9"), "\uFB8F\uFB58");
}
END_TEST

START_TEST(numbers_keep_their_direction)
{
    // alef 2016 beh
    ck_assert_str_eq(seen_rtl("\u0627 2016 \u0628"), "\uFE8F 2016 \uFE8D");
    // Arabic-Indic digits too
    ck_assert_str_eq(seen_rtl("\u0627 \u0662\u0660"), "\u0662\u0660 \uFE8D");
}
END_TEST

START_TEST(a_rank_stands_at_the_right_of_its_title)
{
    ck_assert_str_eq(seen_rtl("12. \u0627"), "\uFE8D .12");
}
END_TEST

START_TEST(brackets_are_mirrored)
{
    ck_assert_str_eq(seen_rtl("(\u0627) \u00AB\u0628\u00BB"), "\u00AB\uFE8F\u00BB (\uFE8D)");
}
END_TEST

START_TEST(a_latin_name_in_an_arabic_line_reads_from_the_left)
{
    ck_assert_str_eq(seen_rtl("\u0627 B-52 \u0628"), "\uFE8F B-52 \uFE8D");
}
END_TEST

START_TEST(arabic_in_a_latin_line_turns_around_in_its_place)
{
    ck_assert_str_eq(seen("a \u0627\u062F b", ARK_DIRECTION_LTR, NULL), "a \uFEA9\uFE8D b");
}
END_TEST

START_TEST(runs_follow_their_letters)
{
    // alef, [dal], "x": the run of dal
    const struct ark_run runs[] = {{3, 5, ARK_STYLE_MATCH}};
    struct ark_line line = {.text = ARK_STR("\u0627 \u062F x"), .runs = runs, .run_count = 1};
    struct ark_line visual = ark_bidi_visual(&line, ARK_DIRECTION_RTL, &arena, NULL);
    ck_assert_uint_eq(visual.run_count, 1);
    ark_str lit = ark_str_slice(visual.text, visual.runs[0].start, visual.runs[0].end);
    ck_assert(ark_str_equal(lit, ARK_STR("\uFEA9")));
    ck_assert_int_eq(visual.runs[0].style, ARK_STYLE_MATCH);
}
END_TEST

START_TEST(a_run_with_marks_and_a_ligature_stays_one_run)
{
    // beh lam fatha alef, a phrase over two words
    ark_str text = ARK_STR("\u0628\u0644\u064E\u0627 \u0644\u0627");
    const struct ark_run runs[] = {{0, (uint32_t)text.len, ARK_STYLE_MATCH}};
    struct ark_line line = {.text = text, .runs = runs, .run_count = 1};
    struct ark_line visual = ark_bidi_visual(&line, ARK_DIRECTION_RTL, &arena, NULL);
    ck_assert_uint_eq(visual.run_count, 1);
    ck_assert_uint_eq(visual.runs[0].start, 0);
    ck_assert_uint_eq(visual.runs[0].end, visual.text.len);
}
END_TEST

/** The line in words from right to left, NUL-ended. */
static const char *
worded(const char *text, const struct ark_terminal *terminal)
{
    struct ark_line line = {.text = ark_str_from(text)};
    size_t cells = 0;
    struct ark_line words = ark_bidi_words(&line, ARK_DIRECTION_RTL, terminal, &arena, &cells);
    ck_assert_uint_eq(cells, ark_text_cells(line.text));
    return (const char *)ark_arena_dup(&arena, words.text).bytes;
}

START_TEST(words_change_places_and_keep_their_letters)
{
    const struct ark_terminal plain = {.styled = false};
    const char *text = // three words, the last with vowel marks and lam-alef
        "هدنة في سَلام";
    const char *words = // the last, the second, the first
        "سَلام في هدنة";
    ck_assert_str_eq(worded(text, &plain), words);
    ck_assert_str_eq(worded("\u0645\u0647\u200C\u064A 12 \u0627", &plain),
                     "\u0627 12 \u0645\u0647\u200C\u064A");
}
END_TEST

START_TEST(brackets_beside_words_stand_where_they_are_seen)
{
    const struct ark_terminal plain = {.styled = false};
    ck_assert_str_eq(worded("(\u0627\u0628 \u0628\u0627).", &plain),
                     ".(\u0628\u0627 \u0627\u0628)");
    ck_assert_str_eq(worded("\u00AB\u0627\u0628\u00BB", &plain), "\u00AB\u0627\u0628\u00BB");
    ck_assert_str_eq(worded("\u0627\u0628: B-52", &plain), "B-52 :\u0627\u0628");
}
END_TEST

START_TEST(arabic_punctuation_goes_with_the_letters)
{
    const struct ark_terminal plain = {.styled = false};
    ck_assert_str_eq(worded("\u0627\u0628\u060C \u0628\u061F", &plain),
                     "\u0628\u061F \u0627\u0628\u060C");
    // Alone it is of no script, and stays where it is seen.
    ck_assert_str_eq(worded("\u0628 12\u061B", &plain), "\u061B12 \u0628");
}
END_TEST

START_TEST(arabic_digits_are_turned_because_the_terminal_turns_them)
{
    const struct ark_terminal plain = {.styled = false};
    ck_assert_str_eq(worded("\u0628\u0661\u0662", &plain), "\u0628\u0662\u0661");
    ck_assert_str_eq(worded("\u0628 \u0661\u0662", &plain), "\u0662\u0661 \u0628");
    ck_assert_str_eq(worded("(\u0661\u0662)", &plain), "(\u0662\u0661)");
    ck_assert_str_eq(worded("\u0628 12", &plain), "12 \u0628");
}
END_TEST

START_TEST(what_is_not_arabic_in_a_word_gets_the_other_weight)
{
    const struct ark_terminal styled = {.styled = true, .sgr = {"", "1;31", "1"}};
    struct ark_line line = {.text = ARK_STR("(\u0627) (1)")};
    struct ark_line words = ark_bidi_words(&line, ARK_DIRECTION_RTL, &styled, &arena, NULL);
    ck_assert(ark_str_equal(words.text, ARK_STR("(1) (\u0627)")));
    ck_assert_uint_eq(words.run_count, 2);
    ck_assert_uint_eq(words.runs[0].start, 4);
    ck_assert_uint_eq(words.runs[0].end, 5);
    ck_assert_int_eq((int)words.runs[0].style, ARK_STYLE_PLAIN | ARK_STYLE_OTHER_WEIGHT);
    ck_assert_uint_eq(words.runs[1].start, 7);
    ck_assert(ark_style_is_bold(&styled, words.runs[0].style));
    ck_assert(!ark_style_is_bold(&styled, ARK_STYLE_TITLE | ARK_STYLE_OTHER_WEIGHT));
}
END_TEST

START_TEST(a_match_of_another_weight_is_a_word_of_its_own)
{
    // alef beh, both lit, then an Arabic comma: bold it is drawn apart, else together.
    const struct ark_run runs[] = {{0, 4, ARK_STYLE_MATCH}};
    struct ark_line line = {.text = ARK_STR("\u0627\u0628\u060C"), .runs = runs, .run_count = 1};
    const struct ark_terminal bold = {.styled = true, .sgr = {"", "1;31"}};
    const struct ark_terminal red = {.styled = true, .sgr = {"", "31"}};
    struct ark_line apart = ark_bidi_words(&line, ARK_DIRECTION_RTL, &bold, &arena, NULL);
    struct ark_line together = ark_bidi_words(&line, ARK_DIRECTION_RTL, &red, &arena, NULL);
    ck_assert(ark_str_equal(apart.text, ARK_STR("\u060C\u0627\u0628")));
    ck_assert(ark_str_equal(together.text, line.text));
    ck_assert_uint_eq(apart.runs[0].start, 2);
    ck_assert_uint_eq(together.runs[0].start, 0);
}
END_TEST

START_TEST(levels_and_order_are_those_of_the_standard)
{
    const uint32_t text[] = {'a', ' ', 0x05D0, '1', ')'};
    enum ark_direction base = ARK_DIRECTION_NONE;
    int8_t levels[5];
    size_t order[5];
    ark_bidi_resolve(text, 5, &base, levels, order, &arena);
    ck_assert_int_eq(base, ARK_DIRECTION_LTR);
    ck_assert_int_eq(levels[0], 0);
    ck_assert_int_eq(levels[2], 1);
    ck_assert_int_eq(levels[3], 2);
    ck_assert_int_eq(levels[4], 0);
    ck_assert_uint_eq(order[2], 3);
    ck_assert_uint_eq(order[3], 2);
}
END_TEST

START_TEST(a_line_cut_out_of_a_paragraph_keeps_the_order_it_has_there)
{
    // After Arabic the parts of a date with hyphens change places (rule W2), at a line's start too.
    struct ark_line line = {.text = ARK_STR("13-11 \u0628"), .before = ARK_STR("\u0627 ")};
    struct ark_line seen = ark_bidi_visual(&line, ARK_DIRECTION_RTL, &arena, NULL);
    ck_assert(ark_str_equal(seen.text, ARK_STR("\uFE8F 11-13")));
    line.before = ARK_STR("");
    seen = ark_bidi_visual(&line, ARK_DIRECTION_RTL, &arena, NULL);
    ck_assert(ark_str_equal(seen.text, ARK_STR("\uFE8F 13-11")));
    // A comma at the end of a line between two Arabic words belongs to them.
    line = (struct ark_line){.text = ARK_STR("a \u0627,"), .after = ARK_STR(" \u0628")};
    seen = ark_bidi_visual(&line, ARK_DIRECTION_LTR, &arena, NULL);
    ck_assert(ark_str_equal(seen.text, ARK_STR("a ,\uFE8D")));
}
END_TEST

START_TEST(marks_at_the_edges_of_a_cut_stay_where_they_are)
{
    struct ark_line line = {.text = ARK_STR("\u064E\u0628\u064F"),
                            .before = ARK_STR("\u0644\u0651"),
                            .after = ARK_STR("\u0651\u0627")};
    size_t cells = 0;
    struct ark_line seen = ark_bidi_visual(&line, ARK_DIRECTION_RTL, &arena, &cells);
    ck_assert(ark_str_equal(seen.text, ARK_STR("\uFE8F\u064F\u064E")));
    ck_assert_uint_eq(cells, 1);
}
END_TEST

START_TEST(an_empty_line_and_a_lone_mark_are_nothing_to_fear)
{
    size_t cells = 1;
    ck_assert_str_eq(seen("", ARK_DIRECTION_RTL, &cells), "");
    ck_assert_uint_eq(cells, 0);
    ck_assert_str_eq(seen("\u064E", ARK_DIRECTION_RTL, &cells), "\u064E");
    ck_assert_str_eq(seen("\u200D", ARK_DIRECTION_RTL, &cells), "");
}
END_TEST

START_TEST(a_latin_line_is_left_as_it_is)
{
    ck_assert_str_eq(seen("  news/a.txt  2016-11-02  2.358", ARK_DIRECTION_LTR, NULL),
                     "  news/a.txt  2016-11-02  2.358");
}
END_TEST

/** A path in the middle of a line, as it is seen. */
static const char *
seen_path(const char *before, const char *path, const char *after, enum ark_direction base)
{
    struct ark_buf text = ark_buf_make(1024);
    ark_buf_printf(&text, "%s%s%s", before, path, after);
    uint32_t start = (uint32_t)strlen(before);
    const struct ark_run run = {start, start + (uint32_t)strlen(path), ARK_STYLE_PATH};
    struct ark_line line = {.text = ark_buf_view(&text), .runs = &run, .run_count = 1};
    struct ark_line visual = ark_bidi_visual(&line, base, &arena, NULL);
    const char *result = (const char *)ark_arena_dup(&arena, visual.text).bytes;
    ark_buf_dispose(&text);
    return result;
}

START_TEST(names_in_a_path_keep_their_places)
{
    // alef/beh in a Latin path: each name turns around, the path does not.
    ck_assert_str_eq(seen_path("", "/a/\u0627 1/\u0628.txt", "  9", ARK_DIRECTION_LTR),
                     "/a/1 \uFE8D/\uFE8F.txt  9");
    // In an Arabic line it is the same path.
    ck_assert_str_eq(seen_path("\u062F: ", "/a/\u0627/\u0628.txt", "", ARK_DIRECTION_RTL),
                     "/a/\uFE8D/\uFE8F.txt :\uFEA9");
}
END_TEST

START_TEST(a_path_that_begins_in_arabic_runs_from_the_right)
{
    ck_assert_str_eq(seen_path("x ", "\u0627/\u0628.txt", " 9", ARK_DIRECTION_LTR),
                     "x txt.\uFE8F/\uFE8D 9");
}
END_TEST

START_TEST(brackets_of_a_name_stay_with_it)
{
    ck_assert_str_eq(seen_path("a ", "x/\u0627 (\u0628).md", "  1", ARK_DIRECTION_LTR),
                     "a x/(\uFE8F) \uFE8D.md  1");
    // An extension behind a Latin letter is a part of the name.
    ck_assert_str_eq(seen_path("a ", "x/\u0627 b-2.txt", "  1", ARK_DIRECTION_LTR),
                     "a x/b-2.txt \uFE8D  1");
    // The part of a file stands behind it.
    ck_assert_str_eq(seen_path("", "x/\u0627.txt#\u0628", "  1", ARK_DIRECTION_LTR),
                     "x/\uFE8D.txt#\uFE8F  1");
}
END_TEST

START_TEST(a_path_may_end_anywhere)
{
    static const char *const paths[] = {"/",
                                        "//",
                                        ".",
                                        "..",
                                        "\u0627/",
                                        "/\u0627",
                                        "\u0627.",
                                        "\u064E/\u064E",
                                        "\u0627.\u064Etxt",
                                        "#",
                                        "\u0627#"};
    for (size_t i = 0; i < ARK_COUNT_OF(paths); i++) {
        const char *result = seen_path("a ", paths[i], " b", ARK_DIRECTION_LTR);
        ck_assert(ark_str_starts_with(ark_str_from(result), ARK_STR("a ")));
        ck_assert(ark_str_ends_with(ark_str_from(result), ARK_STR(" b")));
        ck_assert_uint_eq(strlen(result),
                          strlen(paths[i]) + 4 + (strstr(paths[i], "\u0627") != NULL));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("bidi");
    TCase *tests = tcase_create("bidi");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, letters_are_joined_and_run_from_the_right);
    tcase_add_test(tests, lam_alef_is_one_cell);
    tcase_add_test(tests, marks_stay_behind_their_letter);
    tcase_add_test(tests, marks_do_not_break_a_lam_alef);
    tcase_add_test(tests, tatweel_joins_both_sides);
    tcase_add_test(tests, a_non_joiner_parts_letters_and_is_not_written);
    tcase_add_test(tests, marks_behind_a_joiner_belong_to_the_letter_before_it);
    tcase_add_test(tests, persian_letters_are_shaped);
    tcase_add_test(tests, numbers_keep_their_direction);
    tcase_add_test(tests, a_rank_stands_at_the_right_of_its_title);
    tcase_add_test(tests, brackets_are_mirrored);
    tcase_add_test(tests, a_latin_name_in_an_arabic_line_reads_from_the_left);
    tcase_add_test(tests, arabic_in_a_latin_line_turns_around_in_its_place);
    tcase_add_test(tests, runs_follow_their_letters);
    tcase_add_test(tests, a_run_with_marks_and_a_ligature_stays_one_run);
    tcase_add_test(tests, words_change_places_and_keep_their_letters);
    tcase_add_test(tests, brackets_beside_words_stand_where_they_are_seen);
    tcase_add_test(tests, arabic_punctuation_goes_with_the_letters);
    tcase_add_test(tests, arabic_digits_are_turned_because_the_terminal_turns_them);
    tcase_add_test(tests, what_is_not_arabic_in_a_word_gets_the_other_weight);
    tcase_add_test(tests, a_match_of_another_weight_is_a_word_of_its_own);
    tcase_add_test(tests, levels_and_order_are_those_of_the_standard);
    tcase_add_test(tests, a_line_cut_out_of_a_paragraph_keeps_the_order_it_has_there);
    tcase_add_test(tests, marks_at_the_edges_of_a_cut_stay_where_they_are);
    tcase_add_test(tests, an_empty_line_and_a_lone_mark_are_nothing_to_fear);
    tcase_add_test(tests, a_latin_line_is_left_as_it_is);
    tcase_add_test(tests, names_in_a_path_keep_their_places);
    tcase_add_test(tests, a_path_that_begins_in_arabic_runs_from_the_right);
    tcase_add_test(tests, brackets_of_a_name_stay_with_it);
    tcase_add_test(tests, a_path_may_end_anywhere);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
